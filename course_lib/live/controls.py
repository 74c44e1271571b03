"""Sliders, menus and buttons: named, open to typing, reached by keyboard."""

from typing import NamedTuple

import anywidget
import traitlets

from course_lib.live.javascript import FOLDER, bundle


class Control(NamedTuple):
    """One value that the user may change.

    Attributes
    ----------
    name : str
        Key in ``Controls.values``.
    kind : str
        A slider that is "linear", "log", "decay" (0, 0.9, 0.99 equally far apart) or "integer"; a
        "menu"; a "toggle".
    value : float, int, str or bool
        Initial value, and the value after a reset.
    low, high : float
        Ends of the slider; a typed value may lie outside.
    choices : sequence of str
        Entries of a menu.
    label : str
        Text beside it; by default the name.
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
        Names of buttons; "reset" is added.

    Attributes
    ----------
    values : dict
        Name to value; ``observe(function, "values")`` watches it. A typed value is a string.
    pressed : dict
        Last button pressed: ``{"name": str, "count": int}``.
    problem : dict
        Error shown under the controls: ``{"text": sentence, "name": control}``; empty if none.
    """

    _esm = bundle("controls.js")
    _css = FOLDER / "controls.css"

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
