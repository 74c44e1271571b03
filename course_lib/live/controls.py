"""Sliders, menus and buttons: named, open to typing, reached by keyboard."""

from typing import NamedTuple

import traitlets

from course_lib.live.answering import AnsweringWidget
from course_lib.live.javascript import FOLDER, bundle


class Control(NamedTuple):
    """One value that the user may change."""

    name: str  # key in Controls.values
    kind: str  # linear, log, decay (0, 0.9, 0.99 equally far apart), integer, menu or toggle
    value: object  # at first, and after a reset
    low: float = 0.0  # ends of the slider; a typed value may lie outside
    high: float = 1.0
    choices: tuple = ()  # of a menu
    label: str = ""  # text beside it; by default the name


class Controls(AnsweringWidget):
    """A row of controls, with ``buttons`` and a "reset" button."""

    _esm = bundle("controls.js")
    _css = (FOLDER / "controls.css").read_text("utf-8")  # a Path would keep each widget alive

    specs = traitlets.List().tag(sync=True)
    buttons = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)  # a typed value is a string
    moved = traitlets.Dict().tag(sync=True, echo_update=False)  # by a page: values, page, count
    pressed = traitlets.Dict().tag(sync=True)  # the last button: name, count
    problem = traitlets.Dict().tag(sync=True)  # shown under the controls: text, name of a control

    def __init__(self, controls, buttons=()):
        specs = [c._asdict() | {"label": c.label or c.name} for c in controls]
        super().__init__(specs=specs, buttons=[*buttons, "reset"])
        self._initial = {c.name: c.value for c in controls}
        self.values = dict(self._initial)
        self.observe(self._on_moved, "moved")
        self.observe(self._on_pressed, "pressed")

    def __repr__(self):
        return f"Controls({', '.join(f'{n}={v}' for n, v in self.values.items())})"

    def _on_moved(self, change):
        with self.answer(change["new"]):
            self.values = self.values | change["new"]["values"]

    def _on_pressed(self, change):
        if change["new"].get("name") == "reset":
            self.values = dict(self._initial)
