"""The base of every explorer: controls, a live figure that follows, and errors in words."""

import contextlib
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import traitlets

from course_lib.live.controls import Control, Controls
from course_lib.live.errors import explained
from course_lib.live.figure import LiveFigure
from course_lib.live.lifetime import born
from course_lib.utils.validation import InvalidValue, check_names


class Input(NamedTuple):
    """A control, and the rule for its value."""

    control: Control
    check: Callable  # value, perhaps typed -> value to compute with; raises InvalidValue


class Explorer(LiveFigure, Controls):
    """Controls and, under them, a live figure that follows: one widget.

    A subclass draws the static part (`new_figure`), names what that part depends on (`depends_on`)
    and computes what moves (`frame`). A value that is not allowed, or code that raises, becomes a
    sentence under the controls, and the last good picture stays. ``values`` are those that the
    picture shows, ``sentence`` says what it shows.
    """

    title = "explorer"  # name in the text of a saved notebook
    n_movable = n_hover = 0  # number of first axes where a click, or pointing alone, sets a point

    values = traitlets.Dict().tag(sync=True)
    bar = traitlets.Dict().tag(sync=True)  # of progress: text, value, max
    recorded = traitlets.Dict().tag(sync=True)  # what the browser computes with; or nothing
    through_kernel = traitlets.Bool(False).tag(sync=True)  # Python computes every frame
    not_recorded = ""  # why

    def __init__(self, inputs, buttons=()):
        self.inputs = {entry.control.name: entry for entry in inputs}
        first = self.first_values()
        figure = self.new_figure(first)
        self._drawn_for = self.depends_on(first)
        controls = [e.control._replace(value=first[name]) for name, e in self.inputs.items()]
        axes = self._point_axes(figure)
        super().__init__(figure, **axes, controls=controls, buttons=buttons)
        self.add_class("course-piece")
        self.observe(lambda _: self.update(), "chosen")
        self.update()
        self._record()
        born(self)

    # What a subclass defines

    def new_figure(self, values):
        """A new matplotlib figure, the static part."""
        raise NotImplementedError

    def depends_on(self, values):
        """What the static part depends on; `redrawn` compares it with that of the last figure."""
        return ()

    def frame(self, values):
        """What to show: ``(paths, sentence, redraw)``, as `LiveFigure.show` takes them."""
        raise NotImplementedError

    def on_button(self, name):
        """A button was pressed; "reset" has set the controls already."""

    # What a subclass may extend

    def first_values(self):
        """Values to begin with, and after a reset."""
        return self.read({name: entry.control.value for name, entry in self.inputs.items()})

    def read(self, values):
        """Values of the controls, each by its rule; raises `InvalidValue`."""
        for name in self.inputs:
            if name not in values:
                raise InvalidValue(name, "have a value", "none", "press reset")
        return {name: entry.check(values[name]) for name, entry in self.inputs.items()}

    def renew(self, values):
        """Replace the static part."""
        figure = self.new_figure(values)
        self.replace_figure(figure, **self._point_axes(figure))

    def settings(self):
        """Names and values for the text of a saved notebook."""
        return self.values or self.chosen

    def recording(self):
        """What the browser computes frames with, as plain data; by default it computes none.

        Raises
        ------
        ValueError
            If something cannot be recorded: then Python computes all frames.
        """
        return {}

    # What all have in common

    def update(self):
        """Show the values of the controls, or say why not."""
        with self.in_words():
            values = self.read(self.chosen)
            paths, sentence, redraw = self.frame(values)
            with self.hold_sync():  # one message
                self.values = values
                self.report("")
                self.show(paths, sentence, redraw)

    def _record(self):
        try:
            self.recorded = self.recording()
        except ValueError as reason:
            self.through_kernel, self.not_recorded = True, str(reason)

    def redrawn(self, values):
        """Renew the static part if what it depends on has changed; True if it has."""
        wanted = self.depends_on(values)
        if wanted == self._drawn_for:
            return False
        self.renew(values)
        self._drawn_for = wanted
        return True

    @contextlib.contextmanager
    def in_words(self):
        """An exception inside becomes a sentence under the controls."""
        try:
            yield
        except (Exception, SystemExit) as error:  # a student's function may raise anything
            name = error.name if isinstance(error, InvalidValue) else ""
            self.report(explained(error), name if name in self.inputs else "")

    def on_point(self, ax, function):
        """`LiveFigure.on_point`; an error, or a point that is not finite, becomes words."""

        def on_chosen(x, y):
            with self.in_words():
                if not (math.isfinite(x) and math.isfinite(y)):
                    example = "a click inside the panel"
                    raise InvalidValue("a point", "be finite", f"({x:g}, {y:g})", example)
                function(x, y)

        super().on_point(ax, on_chosen)

    def set(self, **values):
        """Move controls from code: ``explorer.set(lr=0.1)``.

        Raises
        ------
        ValueError
            If there is no control of a name.
        """
        check_names(values, self.inputs)
        values = {name: _sendable(value) for name, value in values.items()}
        with self.hold_sync():  # one message
            self.chosen = self.chosen | values

    def report(self, text, name=""):
        """Show a sentence under the controls; an empty one takes it away."""
        self.problem = {"text": text, "name": name} if text else {}

    def _point_axes(self, figure):
        return {"movable": figure.axes[: self.n_movable], "hover": figure.axes[: self.n_hover]}

    def press(self, name):
        """Press a button, as a click does."""
        super().press(name)
        with self.in_words():
            self.on_button(name)

    def __repr__(self):
        settings = ", ".join(f"{name}={_written(v)}" for name, v in self.settings().items())
        return f"{self.title}({settings})\n{self.problem.get('text') or self.sentence}"


def _sendable(value):
    """A value that the browser can have: a number, a truth value or text."""
    if isinstance(value, (bool, np.bool_, str)):
        return value if isinstance(value, str) else bool(value)
    if isinstance(value, (int, float, np.number)) and abs(value) < math.inf:
        return value.item() if isinstance(value, np.number) else value
    return getattr(value, "name", None) or getattr(value, "__name__", None) or str(value)


def _written(value):
    return f"{value:.6g}" if isinstance(value, float) else str(value)
