"""Checks of an answer that is a number, a few numbers or a word."""

import re

import numpy as np

from course_lib.checks import feedback
from course_lib.checks.feedback import Diagnosis
from course_lib.utils.text import listed
from course_lib.utils.validation import as_floats, shown

COMMON_SLIPS = {
    "The sign is the other way round": lambda right: -right,
    "A factor 2 is missing": lambda right: right / 2,
    "There is a factor 2 too many": lambda right: 2 * right,
    "You have the reciprocal, one over the answer": lambda right: 1 / right,
}
NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)"
NAME, UNIT = r"(?:[^\W\d]\w*\s*[=:]|[=≈~])?", r"(?:(%|per ?cent)|steps?|units?)?"
ONE_NUMBER = re.compile(rf"{NAME}\s*{NUMBER}\s*(?:/\s*{NUMBER})?\s*{UNIT}\.?", re.IGNORECASE)
"""A text that says one number: "1/3", "0.1", "-0.5", "50 %", "lr = 0.33", "36 steps"."""


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
    """Show an answer, and count it."""
    if counts:
        feedback.note(exercise, diagnosis.verdict)
    feedback.show(shown)


def result(verdict, say, slip=None, where="", hint="", expected=None, got=None, footnote=""):
    """A diagnosis and what is shown of it."""
    shown = feedback.Feedback(say, verdict, where, (hint,) if hint else (), footnote)
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
        return result("not-attempted", "None came. A function hands its result over with return.")
    if isinstance(right, str):
        return _compared_words(answer, right, slips or {}, hint)
    try:
        got, right = as_numbers(answer), as_numbers(right)
    except ValueError as error:
        return result("unknown", f"{error}", hint=hint)
    if got.size == right.size == 1:
        got = got.reshape(right.shape)
    if got.shape != right.shape:
        say = f"The answer is {in_words(right)}, but {in_words(got)} came."
        if isinstance(answer, tuple) and not right.ndim:
            say += " Decimals stand after a point, 0.25, not after a comma."
        return result("unknown", say, hint=hint)
    if close(got, right, rtol):
        return result("correct", f"{feedback.numbers(got)} is right.", expected=right, got=got)
    with np.errstate(all="ignore"):
        common = {} if low or high else {words: slip(right) for words, slip in COMMON_SLIPS.items()}
    for words, value in {**(slips or {}), **common}.items():
        if close(got, np.asarray(value, float), rtol):
            say = f"{feedback.numbers(got)} is not it. {words}."
            return result("mistake", say, words, "", hint, right, got)
    say = f"{feedback.numbers(got)} is not it."
    if not np.isfinite(got).all():
        first = np.argmin(np.isfinite(got.ravel()))
        number = f"Value {first + 1} of {got.size} is no number: {got.flat[first]:g}."
        say = number if got.ndim else "That is not a number."
    elif got.ndim:
        same = np.count_nonzero(np.isclose(got, right, rtol, 0))
        say += f" {same} of {got.size} numbers {'is' if same == 1 else 'are'} right." * bool(same)
    else:
        say += f" {_off(got, right, rtol, low if got < right else high)}."
    return result("unknown", say, hint=hint, expected=right, got=got)


def _compared_words(answer, right, slips, hint):
    given, name = plain(answer), shown(answer)
    if given == plain(right):
        return result("correct", "That is it.", expected=right, got=answer)
    for words, value in slips.items():
        if given == plain(value):
            return result("mistake", f"{name} is not it. {words}.", words, "", hint, right, answer)
    known = sorted({right, *slips.values()})
    known = f"none of the words: {listed(known)}" if len(known) > 2 else "not it"  # not given away
    return result("unknown", f"{name} is {known}.", hint=hint)


def _off(got, right, rtol, side):
    """How a number is wrong; ``side`` is true of all numbers on this side of the right one."""
    if any(close(got, right * 10.0**power, rtol) for power in (-3, -2, -1, 1, 2, 3)):
        return "The digits are right, the place of the point is not"
    if side:
        return side
    digits = len(f"{got:.15g}".split("e")[0].replace(".", "").lstrip("-0"))
    if float(f"{right:.{max(digits, 1)}g}") == got:
        return "It is close: give more digits"
    a_little = "a little " if close(got, right, 0.1) else ""
    below, above = ("low", "high") if right < 0 else ("small", "large")
    return f"It is {a_little}too {below if got < right else above}"


def plain(answer):
    """A word, or the name of what came, without what people write differently: capitals, dashes."""
    text = answer if isinstance(answer, str) else shown(answer)
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def as_numbers(answer):
    """An answer as floats; a ValueError for what numpy would refuse or guess, and for "1,000"."""
    try:
        if isinstance(answer, str) and not re.search(r"\b[1-9]\d?\d?,\d{3}(?!\d)", answer):
            text = re.sub("[−–]", "-", answer.strip()).replace(",", ".")
            above, below, per_cent = ONE_NUMBER.fullmatch(text).groups()
            return np.array(float(above) / float(below or 1) / (100 if per_cent else 1))
        if any(isinstance(part, (bool, np.bool_)) for part in np.array(answer, object).flat):
            raise TypeError
        return as_floats(answer)
    except Exception as error:  # whatever strange objects raise
        say = f"A number is wanted, but this came: {shown(answer)}."
        if isinstance(answer, str):
            say += " Write it without quotes, with a point before the decimals: 0.25."
        elif "beyond" in f"{error}":
            say = "That number is too large for Python's floats."
        elif isinstance(error, TypeError) and np.ndim(answer) and np.asarray(answer).dtype == bool:
            say = "Numbers are wanted, but these are True and False. Their mean is a share."
    raise ValueError(say)


def in_words(array):
    """How many numbers an array holds."""
    if array.ndim == 2:
        return f"{len(array)} rows of {array.shape[1]} numbers"
    return f"{'a list of ' * array.ndim}one number" if array.size == 1 else f"{array.size} numbers"


def close(got, right, rtol):
    """Whether two arrays agree; nothing is close to an infinity."""
    return bool(
        got.shape == right.shape
        and np.isfinite(right).all()
        and np.all(np.abs(got - right) <= (rtol + 1e-12) * np.maximum(np.abs(right), 1e-12))
    )
