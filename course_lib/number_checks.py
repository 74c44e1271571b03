"""Checks of an answer that is a number, a few numbers or a word."""

import numpy as np

from course_lib import feedback
from course_lib.checks import Diagnosis

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
    if counts:
        feedback.note(exercise, diagnosis.verdict)
    elif diagnosis.correct and diagnosis.expected is not None:
        right = diagnosis.expected  # of a solution, which must not give it away unasked
        answer = right if isinstance(right, str) else feedback.numbers(right)
        shown = shown._replace(say="This solution is right.", answer=answer)
    feedback.show(shown)


def result(verdict, say, slip=None, where="", hint="", expected=None, got=None):
    shown = feedback.Feedback(say, verdict, where, (hint,) if hint else ())
    right = verdict == "correct"
    diagnosis = Diagnosis(verdict, right, slip, None, None, expected, got, shown.text())
    return diagnosis, shown


def nearly(written, words, hint, expected, got):
    say = f"Nearly: {written} is not it yet. {words}."
    return result("mistake", say, words, hint=hint, expected=expected, got=got)


def compared(answer, right, slips=None, rtol=0.005, hint=""):
    if answer is None or answer is Ellipsis:
        return result("not-attempted", "Put your answer in the place of the three dots.")
    if isinstance(right, str):
        given = str(answer).strip().casefold()
        if given == right.casefold():
            return result("correct", "That is it.", expected=right, got=answer)
        for words, value in (slips or {}).items():
            if given == value.casefold():
                return nearly(answer, words, hint, right, answer)
        return result("unknown", f"It is not {answer!s:.60}.", hint=hint)
    try:
        got, right = np.array(answer, float), np.array(right, float)
    except (TypeError, ValueError):
        return result("unknown", f"A number is wanted, but this came: {answer!r:.60}.", hint=hint)
    if got.shape != right.shape:
        wanted = f"{right.size} numbers" if right.ndim else "one number"
        return result("unknown", f"The answer is {wanted}, but {got.size} came.", hint=hint)
    if close(got, right, rtol):
        return result("correct", f"{feedback.numbers(got)} is right.", expected=right, got=got)
    with np.errstate(all="ignore"):
        known = (slips or {}) | {words: slip(right) for words, slip in COMMON_SLIPS.items()}
    for words, value in known.items():
        if close(got, np.asarray(value, float), rtol):
            return nearly(feedback.numbers(got), words, hint, right, got)
    say = f"{feedback.numbers(got)} is not it."
    if close(got, right, 0.1):
        say += " It is close: keep more digits on the way."
    elif not np.isfinite(got).all():
        say = "That is not a number."
    elif got.ndim == 0 and np.sign(got) == np.sign(right):
        say += f" It is too {'large' if abs(got) > abs(right) else 'small'}."
    return result("unknown", say, hint=hint, expected=right, got=got)


def close(got, right, rtol):
    return bool(
        got.shape == right.shape
        and np.all(np.abs(got - right) <= rtol * np.maximum(np.abs(right), 1e-12))
    )
