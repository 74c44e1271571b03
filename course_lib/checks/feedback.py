"""What a check shows in the notebook, and the summary of what was attempted.

Everything is shown as text too: HTML only adds hints that open, and no colour stands without a
word and a mark.
"""

import contextlib
import html
import io
import sys
from typing import NamedTuple

import numpy as np

MARKS = {
    "correct": ("✓", "Right", "#1b7837"),
    "variant": ("✓", "Right, in another form", "#1b7837"),
    "mistake": ("✗", "Not yet", "#b35806"),
    "unknown": ("?", "Not yet", "#b35806"),
    "not-attempted": ("○", "Not attempted", "#555555"),
}
RIGHT = ("correct", "variant")
AFTER_AN_ERROR = "The cell run before this one failed, so this judges the answer as it was before."
HINT_TITLES = ("Hint: where to look", "What it does to the path", "The formula")


class Diagnosis(NamedTuple):
    """What a check found out about an answer."""

    verdict: str  # "correct", "variant", "mistake", "unknown" or "not-attempted"
    correct: bool  # right, also as a variant
    mistake: str | None  # slug, two joined by "+"; also the slug of a variant
    step: int | None  # of the first difference: 1, 2, ...
    quantity: str | None  # ... in m, v, m_hat, v_hat, v_max, x or t
    expected: object  # what the right code has there, one number for each coordinate
    got: object  # what the student's code has there
    message: str  # all of it in words


class Feedback(NamedTuple):
    """What a student is shown, in parts."""

    say: str
    verdict: str = "unknown"
    where: str = ""  # "step 1, m: expected …, got …"
    hints: tuple = ()  # where to look, what it does to the path, the formula
    footnote: str = ""

    def text(self):
        """The diagnosis in words: all but the hints that say how the path looks and the formula."""
        where = f"Where: {self.where}." if self.where else ""
        parts = (self.say, where, *self.hints[:1], self.footnote)
        return "\n".join(part for part in parts if part)

    def plain(self):
        """What is shown without HTML: no hints."""
        mark, word, _ = MARKS[self.verdict]
        return self._replace(say=f"{mark} {word}: {self.say}", hints=()).text()

    def html(self):
        """What is shown in a notebook: hints that open, each inside the one before."""
        mark, word, colour = MARKS[self.verdict]
        parts = [f"<p><strong>{mark} {word}.</strong> {_escaped(self.say)}</p>"]
        if self.where:
            parts.append(f"<p><strong>Where:</strong> {_escaped(self.where)}.</p>")
        if self.footnote:
            parts.append(f"<p>{_escaped(self.footnote)}</p>")
        parts.append(self._hints_html())
        style = f"border-left:4px solid {colour};padding:0.1em 0.8em;max-width:48em"
        return f'<div style="{style}">{"".join(parts)}</div>'

    def _hints_html(self):
        nested = ""
        for title, hint in reversed(list(zip(HINT_TITLES, self.hints, strict=False))):
            nested = _fold(title, f"<p>{_escaped(hint)}</p>{nested}")
        return nested


def show(plain, rich=None):
    """Display text, in a notebook as the HTML beside it; a `Feedback` brings both."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if isinstance(plain, Feedback):
        if _after_an_error(shell):
            plain = plain._replace(footnote=f"{plain.footnote} {AFTER_AN_ERROR}".strip())
        plain, rich = plain.plain(), plain.html()
    if shell is None:
        return print(plain)
    from IPython.display import display

    display({"text/plain": plain, "text/html": rich}, raw=True)


def _after_an_error(shell):
    """Whether the last cell failed, and this one does not write an answer but only checks one."""
    if getattr(shell, "last_execution_succeeded", True):
        return False
    return shell.history_manager.input_hist_raw[-1].lstrip().startswith("check")


@contextlib.contextmanager
def folded(title):
    """Fold what is printed inside away under a title, until somebody opens it.

    Examples
    --------
    >>> with folded("The numbers"):
    ...     print(3 * 7)
    The numbers: folded away
    """
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        yield
    show(f"{title}: folded away", _fold(title, f"<pre>{html.escape(printed.getvalue())}</pre>"))


def _fold(title, inside):
    return f'<details style="margin:0.3em 0"><summary>{title}</summary>{inside}</details>'


def _escaped(text):
    """HTML of plain text in which `code` stands between backticks."""
    parts = html.escape(text, quote=False).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))


def numbers(values, digits=4):
    """A few numbers as short text.

    >>> numbers([0.16, 2e-7]), numbers(2), numbers(range(30))
    ('[0.16, 2e-07]', '2', '[0, 1, 2, ...]')
    """
    values = np.asarray(values)
    texts = [f"{value:.{digits}g}" for value in values.ravel()]
    if len(texts) > 8:
        texts[3:] = ["..."]
    return texts[0] if values.ndim == 0 else f"[{', '.join(texts)}]"


def expected_and_got(expected, got):
    """Both as text, with as many digits as it takes to see the difference."""
    for digits in (4, 6, 9, 12, 17):
        a, b = numbers(expected, digits), numbers(got, digits)
        if a != b:
            break
    return f"expected {a}, got {b}"


_record = {}  # exercise -> (verdict, attempts so far), for this kernel only


def note(exercise, verdict):
    """Remember the verdict of an exercise for `summary`."""
    before, attempts = _record.get(exercise, (None, 0))
    kept = before if before in RIGHT else verdict  # solved stays solved
    _record[exercise] = (kept, attempts + (verdict != "not-attempted"))


def summary():
    """Show what was attempted in this notebook and what was right.

    It is kept in memory, in the order of the notebook, and ends with the kernel.
    """
    attempted = [verdict for verdict, _ in _record.values() if verdict != "not-attempted"]
    right = [verdict for verdict in attempted if verdict in RIGHT]
    questions = "question" if len(_record) == 1 else "questions"
    head = f"{len(_record)} {questions}: {len(attempted)} attempted, {len(right)} right."
    foot = "Kept in this kernel's memory only; a restart forgets it, and nothing is sent anywhere."
    plain, cells = [head], ""
    for name, (verdict, attempts) in _record.items():
        mark, word, _ = MARKS[verdict]
        words = word.lower() + (f", {attempts} attempts" if attempts > 1 else "")
        plain.append(f"{mark} {name}: {words}")
        cells += (
            f'<tr><th scope="row" style="text-align:left">{html.escape(name)}</th>'
            f'<td style="text-align:left">{mark} {words}</td></tr>'
        )
    show("\n".join([*plain, foot]), f"<p>{head}</p><table>{cells}</table><p>{foot}</p>")
