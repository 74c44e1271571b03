"""Checks of the numbered exercises."""

from course_lib.checks import feedback
from course_lib.checks.exercise_table import EXERCISES
from course_lib.checks.numbers import compared, plain, show


def diagnose_exercise(name, answer):
    """Compare an answer with that of a numbered exercise.

    Parameters
    ----------
    name : str
        A key of `EXERCISES`.
    answer : float, sequence of float or str
        ``...`` or None is not attempted.

    Returns
    -------
    Diagnosis
        ``mistake`` is the known slip, in words.

    Raises
    ------
    ValueError
        If there is no exercise of that name.

    Examples
    --------
    >>> diagnose_exercise("01-another-border", 1 / 3).correct
    True
    >>> diagnose_exercise("01-another-border", 1 / 6).mistake
    'That is 1/L, half of the border'
    """
    if not _is_there(name):
        raise ValueError(f"there is no exercise {name!r}; there are {', '.join(EXERCISES)}.")
    return _compared(EXERCISES[name], answer)[0]


def check_exercise(name, answer, counts=True):
    """Show what `diagnose_exercise` finds; never raises."""
    if not _is_there(name):
        return feedback.show(feedback.Feedback(f"There is no exercise {name!r}."))
    show(name, counts, *_compared(EXERCISES[name], answer))


def _is_there(name):
    return isinstance(name, str) and name in EXERCISES


def _compared(exercise, answer):
    right, slips = exercise.right(), exercise.wrong()
    if any(plain(answer) == plain(other) for other in exercise.also):
        answer = right
    return compared(answer, right, slips, exercise.rtol, exercise.hint, exercise.low, exercise.high)
