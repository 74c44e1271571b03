"""Sliders, menus and buttons for live pieces: named, typable, reached by keyboard."""

from pathlib import Path
from typing import NamedTuple

import anywidget
import traitlets

_HERE = Path(__file__)


class Control(NamedTuple):
    """One quantity that a reader may change.

    Attributes
    ----------
    name : str
        Its key in ``Controls.values``.
    kind : str
        "log", "decay" (0, 0.9, 0.99 equally far apart), "linear", "integer", "menu" or "toggle".
    value : float, int, str or bool
        At the start and after a reset.
    low, high : float
        Ends of the slider; a typed value may lie outside.
    choices : sequence of str
        Of a menu.
    label : str
        Shown; default the name.
    """

    name: str
    kind: str
    value: object
    low: float = 0.0
    high: float = 1.0
    choices: tuple = ()
    label: str = ""


def hyperparameter_control(name, value):
    """The slider that fits a hyperparameter by its name.

    Examples
    --------
    >>> hyperparameter_control("lr", 0.02).kind, hyperparameter_control("beta1", 0.9).kind
    ('log', 'decay')
    """
    value = float(value)
    if name == "lr":
        return Control(name, "log", value, min(1e-4, value), max(10.0, value))
    if name == "eps":
        return Control(name, "log", value, 1e-12, 1.0)
    if name.startswith("beta"):
        return Control(name, "decay", value, 0.0, 0.9999)
    if value > 0:
        return Control(name, "log", value, value / 100, value * 100)
    return Control(name, "linear", value, value - 1, value + 1)


class Controls(anywidget.AnyWidget):
    """A row of controls.

    Parameters
    ----------
    controls : sequence of Control
    buttons : sequence of str
        Further buttons; a "reset" is always there.

    Attributes
    ----------
    values : dict
        Name to value. Watch it with ``observe(function, "values")``. A typed value that is no
        number stays a string.
    pressed : dict
        The button pressed last, ``{"name": str, "count": int}``.
    problem : dict
        ``{"text": sentence, "name": control}``, shown under the controls; empty when all is well.
    """

    _esm = _HERE.with_suffix(".js")
    _css = _HERE.with_suffix(".css")

    specs = traitlets.List().tag(sync=True)
    buttons = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True, echo_update=False)
    pressed = traitlets.Dict().tag(sync=True)
    problem = traitlets.Dict().tag(sync=True)

    def __init__(self, controls, buttons=()):
        specs = [c._asdict() | {"label": c.label or c.name} for c in controls]
        super().__init__(specs=specs, buttons=[*buttons, "reset"])
        self._initial = {c.name: c.value for c in controls}
        self.values = dict(self._initial)
        self.observe(self._on_pressed, "pressed")

    def __repr__(self):
        return f"Controls({', '.join(f'{n}={v}' for n, v in self.values.items())})"

    def _on_pressed(self, change):
        if change["new"].get("name") == "reset":
            self.values = dict(self._initial)
