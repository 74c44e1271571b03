"""Questions to answer before an explorer opens.

The questions, choices, answers and reasons are in ``predictions.toml``, not in the notebook's cell.
"""

import functools
import tomllib
import weakref
from importlib import resources

import traitlets

from course_lib.live.answering import AnsweringWidget
from course_lib.live.controls import Control
from course_lib.live.figure import LiveFigure
from course_lib.live.javascript import STYLES, bundle, source
from course_lib.live.lifetime import born
from course_lib.utils.validation import InvalidValue, Rule, check_choice, shown

NUMBER = Rule(example=0.5)
WORDS = {
    "right": "✓ You said: {said}. Correct. {because}",
    "wrong": "You said: {said}. The answer: {answer}. {because}",
    "no choice": "Choose an answer first.",
    "no number": "Move the slider first.",
}
"""What a prediction says, here and in the browser."""

_closed = weakref.WeakSet()  # figures that wait for a prediction


@functools.cache
def questions():
    """All questions of the course: slug -> its entry in ``predictions.toml``."""
    file = resources.files("course_lib.explorers").joinpath("predictions.toml")
    return tomllib.loads(file.read_text("utf-8"))


def predict(slug):
    """The question of that name, to be answered before its explorer opens.

    Parameters
    ----------
    slug : str
        A heading in ``predictions.toml``.

    Returns
    -------
    Prediction
        A widget; make it the last expression of a cell.

    Raises
    ------
    ValueError
        If there is no question of that name.
    """
    check_choice("slug", slug, questions())
    return Prediction(slug, **questions()[slug])


def open_all():
    """Open every closed figure of this kernel, without an answer.

    It is for those who show the course. What cells show that run afterwards is closed again. The
    button below a closed figure does the same for its page.
    """
    _open(_closed)


def _open(figures):
    for figure in list(figures):
        figure.closed_by = ""
        _closed.discard(figure)


class Prediction(AnsweringWidget):
    """A question with choices or a slider, and a button that commits the answer.

    ``answer`` is one of the ``choices``, or a number on a slider from ``low`` to ``high``, where a
    distance up to ``tolerance`` counts as right. ``because`` is shown after the commitment, and
    ``choice`` is what was committed to. It is no test: no answer is counted or kept.
    """

    _esm = bundle("explorers/js/prediction.js")
    _css = STYLES + source("explorers/js/prediction.css")

    question = traitlets.Unicode().tag(sync=True)
    choices = traitlets.List(None, allow_none=True).tag(sync=True)
    answer = traitlets.Any().tag(sync=True)
    tolerance = traitlets.Float().tag(sync=True)
    because = traitlets.Unicode().tag(sync=True)
    choice = traitlets.Any(None).tag(sync=True)
    slider = traitlets.Dict().tag(sync=True)  # as one of `Controls`; empty where choices are
    words = traitlets.Dict(WORDS).tag(sync=True)

    def __init__(
        self, slug, question, answer, because, choices=None, low=0.0, high=1.0, tolerance=0.0
    ):
        if choices is not None:
            check_choice(f"answer of {slug}", answer, choices)
        self.slug, self.scale = slug, None if choices else (low, high)
        super().__init__(
            question=question,
            choices=choices,
            answer=answer,
            tolerance=tolerance,
            because=because,
            slider={} if choices else _slider(low, high),
        )
        self.actions["commit"] = self.commit
        self._callbacks = []
        born(self)

    def __repr__(self):
        if self.choices:
            listed = [f"  ( ) {choice}" for choice in self.choices]
        else:
            listed = [f"  a number from {self.scale[0]:g} to {self.scale[1]:g}"]
        return "\n".join([f"Predict. {self.question}", *listed, *self._outcome()])

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = repr(self)
        return bundle

    @property
    def committed(self):
        return self.choice is not None

    def commit(self, choice):
        """Commit to one of the choices, or to a number; a second time changes nothing."""
        if self.committed or choice is None:
            return
        if self.choices:
            self.choice = check_choice("choice", choice, self.choices)
        else:
            self.choice = NUMBER.check("choice", choice)
        _open(figure for figure in _closed if figure.closed_by == self.uid)
        for callback in self._callbacks:
            callback(self.choice)

    def on_commit(self, callback):
        """Call ``callback(choice)`` once an answer is committed; at once if it is already."""
        self._callbacks.append(callback)
        if self.committed:
            callback(self.choice)

    def forget(self, callback):
        """The opposite of `on_commit`."""
        self._callbacks = [kept for kept in self._callbacks if kept != callback]

    def unlock(self, live):
        """The explorer ``live``, closed until an answer is committed; open in a saved notebook."""
        if not isinstance(live, LiveFigure):
            example = "prediction.unlock(explore(bowl, adam))"
            raise InvalidValue("live", "be an explorer", shown(live), example)
        if not self.committed:
            live.closed_by = self.uid
            _closed.add(live)
        return live

    def _is_right(self):
        if self.choices:
            return self.choice == self.answer
        return abs(self.choice - self.answer) <= self.tolerance

    def _outcome(self):
        if not self.committed:
            return []
        said, answer = (
            text if self.choices else f"{text:g}" for text in (self.choice, self.answer)
        )
        words = self.words["right" if self._is_right() else "wrong"]
        return [words.format(said=said, answer=answer, because=self.because)]


def _slider(low, high):
    slider = Control("choice", "linear", (low + high) / 2, low, high, label="your answer")
    return slider._asdict() | {"rule": NUMBER.data()}
