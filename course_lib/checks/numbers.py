"""Checks of an answer that is a number, a few numbers or a word."""

import numpy as np

from course_lib.checks import feedback
from course_lib.checks.feedback import Diagnosis

COMMON_SLIPS = {
    "The sign is the other way round": lambda right: -right,
    "A factor 2 is missing": lambda right: right / 2,
    "There is a factor 2 too many": lambda right: 2 * right,
    "You have the reciprocal, one over the answer": lambda right: 1 / right,
}


def diagnose_number(answer, expected, slips=None, rtol=0.005):
    """Compare a number, or several, with the right one.

    Parameters
    ----------
    answer, expected : float or sequence of float
    slips : dict of str to float, optional
        What was forgotten, in words -> the number that comes out then. `COMMON_SLIPS` are tried
        as well.
    rtol : float
        Largest relative error that counts as right.

    Returns
    -------
    Diagnosis

    Examples
    --------
    >>> diagnose_number(0.4, 0.8).mistake
    'A factor 2 is missing'
    """
    return compared(answer, expected, slips, rtol)[0]


def check_number(answer, expected, slips=None, rtol=0.005, exercise="a number", counts=True):
    """Show what `diagnose_number` finds; never raises."""
    show(exercise, counts, *compared(answer, expected, slips, rtol))


def show(exercise, counts, diagnosis, shown):
    """Count an answer and show it; a solution, which does not count, keeps its answer folded."""
    if counts:
        feedback.note(exercise, diagnosis.verdict)
    elif diagnosis.correct and diagnosis.expected is not None:
        right = diagnosis.expected
        answer = right if isinstance(right, str) else feedback.numbers(right)
        shown = shown._replace(say="This solution is right.", answer=answer)
    feedback.show(shown)


def result(verdict, say, slip=None, where="", hint="", expected=None, got=None):
    """A diagnosis and what is shown of it."""
    shown = feedback.Feedback(say, verdict, where, (hint,) if hint else ())
    right = verdict == "correct"
    diagnosis = Diagnosis(verdict, right, slip, None, None, expected, got, shown.text())
    return diagnosis, shown


def compared(answer, right, slips=None, rtol=0.005, hint="", low="", high=""):
    """The `result`; ``low`` and ``high`` say what is true of any answer below or above ``right``.

    With them `COMMON_SLIPS` are not tried: such an answer is read off or counted, not computed.
    """
    if answer is Ellipsis:
        return result("not-attempted", "Put your answer in the place of the three dots.")
    if answer is None:
        say = "Nothing came (None). A function hands its result over with return."
        return result("not-attempted", say)
    if isinstance(answer, BaseException):  # of a `run_safely` call
        return result("unknown", f"{type(answer).__name__}: {answer!s:.300}", hint=hint)
    if isinstance(right, str):
        return _compared_words(answer, right, slips or {}, hint)
    try:
        got, right = _as_numbers(answer), _as_numbers(right)
    except OverflowError:
        return result("unknown", "That number is too large for Python's floats.", hint=hint)
    except (TypeError, ValueError, ZeroDivisionError):
        return result("unknown", f"A number is wanted, but this came: {answer!r:.60}.", hint=hint)
    if got.shape != right.shape:
        say = f"The answer is {_shape(right)}, but {_shape(got)} came."
        return result("unknown", say, hint=hint)
    if close(got, right, rtol):
        return result("correct", f"{feedback.numbers(got)} is right.", expected=right, got=got)
    with np.errstate(all="ignore"):
        common = {} if low or high else {words: slip(right) for words, slip in COMMON_SLIPS.items()}
    for words, value in {**(slips or {}), **common}.items():
        if close(got, np.asarray(value, float), rtol):
            say = f"Nearly: {feedback.numbers(got)} is not it yet. {words}."
            return result("mistake", say, words, "", hint, right, got)
    say = f"{feedback.numbers(got)} is not it."
    if not np.isfinite(got).all():
        first = np.argmin(np.isfinite(got.ravel()))
        number = f"Number {first + 1} of {got.size} is none: {got.flat[first]:g}."
        say = number if got.ndim else "That is not a number."
    elif got.ndim:
        same = np.count_nonzero(np.isclose(got, right, rtol, 0))
        say += f" {same} of {got.size} numbers are right." if same else ""
    else:
        say += f" {_off(answer, got, right, low if got < right else high)}."
    return result("unknown", say, hint=hint, expected=right, got=got)


def _compared_words(answer, right, slips, hint):
    given = plain(getattr(answer, "__name__", answer))
    if given == plain(right):
        return result("correct", "That is it.", expected=right, got=answer)
    for words, value in slips.items():
        if given == plain(value):
            say = f"Nearly: {answer} is not it yet. {words}."
            return result("mistake", say, words, "", hint, right, answer)
    return result("unknown", f"It is not {answer!s:.60}.", hint=hint)


def _off(answer, got, right, side):
    """How a number is wrong; ``side`` is true of all numbers on this side of the right one."""
    if side:
        return side
    if isinstance(answer, (int, float)) and right != answer:
        digits = len(repr(answer).split("e")[0].replace(".", "").lstrip("-0"))
        if float(f"{right:.{max(digits, 1)}g}") == answer:
            return "It is close: give more digits"
    a_little = "a little " if close(got, right, 0.1) else ""
    below, above = ("low", "high") if right < 0 else ("small", "large")
    return f"It is {a_little}too {below if got < right else above}"


def plain(text):
    """Text in small letters, without what people write differently: blanks, dashes, underscores."""
    return "".join(letter for letter in str(text).casefold() if letter.isalnum())


def _as_numbers(answer):
    """An answer as an array; a text may be a fraction, "1/3"."""
    if isinstance(answer, str) and answer.count("/") == 1:
        above, below = answer.split("/")
        return np.array(float(above) / float(below))
    answer = np.array(answer, float)
    return answer.reshape(()) if answer.shape == (1,) else answer


def _shape(array):
    if array.ndim == 2:
        return f"{len(array)} rows of {array.shape[1]} numbers"
    return f"{array.size} numbers" if array.ndim else "one number"


def close(got, right, rtol):
    """Whether two arrays agree; nothing is close to an infinity."""
    return bool(
        got.shape == right.shape
        and np.isfinite(right).all()
        and np.all(np.abs(got - right) <= rtol * np.maximum(np.abs(right), 1e-12))
    )
