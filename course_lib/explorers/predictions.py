"""Questions to answer before an explorer opens.

The questions, choices, answers and reasons are in ``predictions.toml``, not in the notebook's cell.
"""

import functools
import html
import tomllib
from importlib import resources

import ipywidgets

from course_lib.checks import feedback
from course_lib.explorers.inputs import typed
from course_lib.live.controls import Control, Controls
from course_lib.live.lifetime import born
from course_lib.utils.validation import InvalidValue, check_choice, check_real, shown


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


class Prediction(ipywidgets.VBox):
    """A question with choices or a slider, and a button that commits the answer.

    ``answer`` is one of the ``choices``, or a number on a slider from ``low`` to ``high``, where a
    distance up to ``tolerance`` counts as right. ``because`` is shown after the commitment, and
    ``choice`` is what was committed to.
    """

    def __init__(
        self, slug, question, answer, because, choices=None, low=0.0, high=1.0, tolerance=0.0
    ):
        if choices is not None:
            check_choice(f"answer of {slug}", answer, choices)
        self.slug, self.question, self.answer, self.because = slug, question, answer, because
        self.choices, self.tolerance = choices, tolerance
        self.scale = None if choices else (low, high)
        self.choice, self._callbacks = None, []
        self._input = _radio(choices) if choices else _slider(low, high)
        self._button = ipywidgets.Button(description="Commit", tooltip="Commit to this answer")
        self._button.on_click(self._on_click)
        self._words = ipywidgets.HTMLMath()
        asked = ipywidgets.HTMLMath(f"<p><strong>Predict.</strong> {html.escape(question)}</p>")
        super().__init__([asked, self._input, self._button, self._words])
        feedback.note(self._row, "not-attempted")
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

    @property
    def _row(self):
        return f"{self.slug} (prediction)"

    def commit(self, choice):
        """Commit to one of the choices, or to a number; a second time changes nothing."""
        if self.committed or choice is None:
            return
        if self.choices:
            check_choice("choice", choice, self.choices)
        else:
            check_real("choice", choice, "be a finite number", example=0.5)
        self.choice = choice
        feedback.note(self._row, "correct" if self._is_right() else "otherwise")
        self._button.disabled = True
        if self.choices:
            self._input.value, self._input.disabled = choice, True
        self._say(*self._outcome())
        for callback in self._callbacks:
            callback(choice)

    def on_commit(self, callback):
        """Call ``callback(choice)`` once an answer is committed; at once if it is already."""
        self._callbacks.append(callback)
        if self.committed:
            callback(self.choice)

    def forget(self, callback):
        """The opposite of `on_commit`."""
        self._callbacks = [kept for kept in self._callbacks if kept != callback]

    def unlock(self, live):
        """The explorer ``live``, hidden until an answer is committed; shown in a saved notebook."""
        if not isinstance(live, ipywidgets.Widget):
            example = "prediction.unlock(explore(bowl, adam))"
            raise InvalidValue("live", "be an explorer", shown(live), example)
        return Locked(self, live)

    def _on_click(self, _):
        said = self._input.value if self.choices else self._input.chosen["answer"]
        if said is None:
            self._say("Choose an answer first.")
            return
        try:
            self.commit(said if self.choices else typed(said))
        except InvalidValue as error:
            self._say(str(error))

    def _say(self, text):
        self._words.value = f'<p role="status">{html.escape(text)}</p>'

    def _is_right(self):
        if self.choices:
            return self.choice == self.answer
        return abs(self.choice - self.answer) <= self.tolerance

    def _outcome(self):
        if not self.committed:
            return []
        said = self.choice if self.choices else f"{self.choice:g}"
        answer = self.answer if self.choices else f"{self.answer:g}"
        if self._is_right():
            return [f"✓ You said: {said}. So it is. {self.because}"]
        return [f"✗ You said: {said}. It is: {answer}. {self.because}"]


class Locked(ipywidgets.VBox):
    """An explorer that waits for a prediction."""

    def __init__(self, prediction, live):
        self.live = live
        self._closed = ipywidgets.HTML(
            "<p><em>Closed: commit to your answer above, then the figure opens here.</em></p>"
        )
        super().__init__([self._closed])
        self._prediction = prediction
        prediction.on_commit(self._open)
        born(self)

    def close(self):
        """Close it, and let the prediction forget it."""
        self._prediction.forget(self._open)
        super().close()

    def _open(self, _):
        self.children = [self.live]

    def __repr__(self):
        return repr(self.live)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        shown = self.live._repr_mimebundle_(**kwargs)
        shown = shown[0] if isinstance(shown, tuple) else shown
        data.update({kind: value for kind, value in shown.items() if "widget-view" not in kind})
        return bundle


def _radio(choices):
    return ipywidgets.RadioButtons(
        options=choices, value=None, description="Your answer", layout={"width": "auto"}
    )


def _slider(low, high):
    middle = (low + high) / 2
    return Controls([Control("answer", "linear", middle, low, high, label="your answer")])
