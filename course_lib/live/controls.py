"""Sliders, menus and buttons: named, open to typing, reached by keyboard."""

from typing import NamedTuple

import traitlets

from course_lib.live.answering import AnsweringWidget
from course_lib.live.javascript import STYLES, bundle
from course_lib.utils.validation import Rule


class Control(NamedTuple):
    """One value that the user may change."""

    name: str  # key in Controls.chosen
    kind: str  # linear, log, decay (0, 0.9, 0.99 equally far apart), integer, menu or toggle
    value: object  # at first, and after a reset
    low: float = 0.0  # ends of the slider; a typed value may lie outside
    high: float = 1.0
    choices: tuple = ()  # of a menu
    label: str = ""  # text beside it; by default the name
    rule: Rule | None = None  # for numbers
    stops: int = 0  # positions of a slider; 0 for as many as it has room for
    where: dict | None = None  # it is idle unless these others have these values


class Controls(AnsweringWidget):
    """A row of controls, with ``buttons`` and a "reset" button."""

    _esm = bundle("live/js/plain.js")
    _css = STYLES  # a Path would keep each widget alive

    specs = traitlets.List().tag(sync=True)
    buttons = traitlets.List().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)  # name -> value; a typed one is a string
    problem = traitlets.Dict().tag(sync=True)  # shown under the controls: text, name of a control

    def __init__(self, controls, buttons=(), **others):
        specs = [_spec(control) for control in controls]
        chosen = {c.name: c.value for c in controls}
        super().__init__(specs=specs, buttons=[*buttons, "reset"], chosen=chosen, **others)
        self.actions |= {"set": self.choose_value, "press": self.press}

    def __repr__(self):
        return f"Controls({', '.join(f'{n}={v}' for n, v in self.chosen.items())})"

    def choose_value(self, name, value):
        """Move a control, as a page does."""
        self.chosen = self.chosen | {name: value}

    def press(self, name):
        """Press a button; "reset" moves all controls back."""
        if name == "reset":
            self.chosen = {spec["name"]: spec["value"] for spec in self.specs}


def _spec(control):
    """A control as the browser gets it."""
    rule = control.rule.data() if control.rule else None
    return control._asdict() | {"label": control.label or control.name, "rule": rule}
