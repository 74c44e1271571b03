"""What every live piece has in common: controls over a live figure, words for what goes wrong."""

import base64
import contextlib
import linecache
import math
import traceback

import ipywidgets
import numpy as np

from course_lib.live.figure import LiveFigure
from course_lib.utils.hyperparameters import check_hyperparameter
from course_lib.utils.text import listed

EXAMPLES = {"high": 1010, "low": -10, "period": 101, "kappa": 10, "noise": 1}
"""What to write instead, for numbers that are no hyperparameter."""
LARGEST = 1e6  # of these numbers: their squares and quotients are finite


class Problem(ValueError):
    """A value that is not allowed; ``name`` is its control."""

    def __init__(self, text, name=""):
        super().__init__(text)
        self.name = name


class Explorer(ipywidgets.VBox):
    """Controls, and under them a live figure that follows.

    A live piece says what its values mean (`checked`) and what to show for them (`frame`). A value
    that is not allowed, or code that raises, becomes a sentence under the controls, and the last
    good picture stays.

    Parameters
    ----------
    controls : Controls
    figure : matplotlib.figure.Figure
        The part that stands still.
    movable, hover : sequence of Axes
        See `LiveFigure`.

    Attributes
    ----------
    values : dict
        The values that the picture shows.
    sentence : str
        What the picture shows, in words.
    controls, live : Controls, LiveFigure
    """

    title = "live"  # how the piece calls itself in a saved notebook

    def __init__(self, controls, figure, movable=(), hover=()):
        self.controls = controls
        self.live = LiveFigure(figure, movable=movable, hover=hover)
        self.values = {}
        super().__init__([controls, self.live])
        self.add_class("course-piece")
        self.controls.observe(self._on_values, "values")
        self.controls.observe(self._on_pressed, "pressed")

    # What a live piece says of itself

    def checked(self, values):
        """Values with numbers in place of typed text; raises `Problem`."""
        return {name: checked_value(name, value) for name, value in values.items()}

    def frame(self, values):
        """What to show: ``(paths, sentence, redraw)``, as `LiveFigure.show` takes them."""
        raise NotImplementedError

    def pressed(self, name):
        """A button other than reset was pressed."""

    # What all have in common

    def update(self):
        """Show what the controls say, or say why not."""
        with self.in_words():
            values = self.checked(self.controls.values)
            paths, sentence, redraw = self.frame(values)
            self.values = values
            self.say("")
            self.live.show(paths, sentence, redraw)

    @contextlib.contextmanager
    def in_words(self):
        """What goes wrong inside becomes a sentence under the controls."""
        try:
            yield
        except Problem as problem:
            self.say(str(problem), problem.name)
        except (Exception, SystemExit) as error:  # a student's function may raise anything
            self.say(explained(error))

    def on_point(self, ax, function):
        """`LiveFigure.on_point`; an error, or a point that is no number, becomes words."""

        def chosen(x, y):
            with self.in_words():
                if not (math.isfinite(x) and math.isfinite(y)):
                    text = f"a point is two finite numbers, but came as ({x:g}, {y:g})."
                    raise Problem(f"{text} Choose one inside the panel.")
                function(x, y)

        self.live.on_point(ax, chosen)

    def set(self, **values):
        """Move controls from code: ``piece.set(lr=0.1)``.

        Raises
        ------
        ValueError
            If there is no control of a name.
        """
        known = self.controls.values
        for name in values:
            if name not in known:
                raise ValueError(
                    f"there is no {name} to set here; there are {', '.join(known)}. "
                    f"Write for example set({next(iter(known))}=...)."
                )
        self.controls.values = known | {name: _sent(value) for name, value in values.items()}

    def say(self, text, name=""):
        """Show a sentence under the controls; an empty one takes it away."""
        self.controls.problem = {"text": text, "name": name} if text else {}

    @property
    def sentence(self):
        return self.live.sentence

    def _on_values(self, _):
        self.update()

    def _on_pressed(self, change):
        with self.in_words():
            self.pressed(change["new"].get("name"))

    def settings(self):
        """Names and values for the words of a saved notebook."""
        return self.values or self.controls.values

    def __repr__(self):
        settings = ", ".join(f"{name}={_written(v)}" for name, v in self.settings().items())
        return f"{self.title}({settings})\n{self.controls.problem.get('text') or self.sentence}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = repr(self)
        data["image/png"] = base64.b64encode(self.live.png()).decode()
        return bundle


def checked_value(name, value, least=0, most=100_000):
    """A control's value, with typed text as a number; raises `Problem` in words.

    Parameters
    ----------
    name : str
        Decides what is allowed: see `optimizers.check_hyperparameter`; "seed" and names that
        start with "n_" are whole numbers.
    value : float, bool or str
    least, most : int
        Of a whole number.
    """
    if isinstance(value, bool):
        return value
    is_whole = name.startswith("n_") or name == "seed"
    example = min(60, most) if is_whole else EXAMPLES.get(name, 0.1)
    try:
        number = float(value)
    except (TypeError, ValueError):
        text = f"{name} must be a number, but came as {value!r}. Write for example {example}."
        raise Problem(text, name) from None
    if is_whole:
        if not (least <= number <= most and number == int(number)):
            text = f"{name} is a whole number from {least} to {most}, but came as {value}."
            raise Problem(f"{text} Write for example {example}.", name)
        return int(number)
    if name in EXAMPLES and not abs(number) <= LARGEST:
        text = f"{name} must be a number from {-LARGEST:g} to {LARGEST:g}, but came as {number:g}."
        raise Problem(f"{text} Write for example {name}={example}.", name)
    try:
        check_hyperparameter(name, number)
    except ValueError as error:
        raise Problem(str(error), name) from None
    return number


def check_choice(name, value, known):
    """Raise a `Problem` for a choice that no menu has."""
    if value not in tuple(known):
        text = f"there is no {name} called {value!r}; there are {listed(known)}."
        raise Problem(text, name)


def _sent(value):
    """A value as the browser can have it: a number, a truth value or text."""
    if isinstance(value, (bool, np.bool_, str)):
        return value if isinstance(value, str) else bool(value)
    if isinstance(value, (int, float, np.number)) and abs(value) < math.inf:
        return value.item() if isinstance(value, np.number) else value
    return getattr(value, "name", None) or getattr(value, "__name__", None) or str(value)


def _written(value):
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def explained(error):
    """An exception in words; if a reader's own code raised it, with their line.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
    """
    own = [f for f in traceback.extract_tb(error.__traceback__) if _is_readers(f.filename)]
    if not own:
        return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    frame = own[-1]
    line = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
    message = f"{type(error).__name__}: {error}"
    return f"{message}\nin {frame.name}, line {frame.lineno} of its cell: {line}"


def _is_readers(filename):
    """Whether a file is a notebook's cell, not a module of the course or of a library."""
    return ("ipykernel" in filename and "site-packages" not in filename) or filename[:1] == "<"
