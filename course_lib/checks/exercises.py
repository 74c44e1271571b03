"""Checks of the numbered exercises."""

import functools

import numpy as np

from course_lib.checks import feedback
from course_lib.checks.exercise_table import EXERCISES
from course_lib.checks.functions import broken
from course_lib.checks.numbers import compared, plain, result, show
from course_lib.utils.sandbox import run_safely
from course_lib.utils.validation import shown


def diagnose_exercise(name, answer):
    """Compare an answer with that of a numbered exercise.

    Parameters
    ----------
    name : str
        A key of `EXERCISES`.
    answer : float, sequence of float, str or callable
        The function itself where one is asked for. ``...`` or None is not attempted.

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
    >>> diagnose_exercise("01-another-limit", 1 / 3).correct
    True
    >>> diagnose_exercise("01-another-limit", 1 / 6).mistake
    'That is 1/L, half of the stability limit'
    >>> diagnose_exercise("04-maximum", lambda v_max, v: v_max + v).mistake
    'That is the sum'
    """
    if not _is_there(name):
        raise ValueError(f"there is no exercise {name!r}; there are {', '.join(EXERCISES)}.")
    return judged(EXERCISES[name], answer)[0]


def check_exercise(name, answer, counts=True):
    """Show what `diagnose_exercise` finds, after what a function prints; never raises."""
    if not _is_there(name):
        return feedback.show(feedback.Feedback(f"There is no exercise {name!r}."))
    *found, printed = judged(EXERCISES[name], answer)
    if printed:
        print(printed, end="" if printed.endswith("\n") else "\n")
    show(name, counts, *found)


def _is_there(name):
    return isinstance(name, str) and name in EXERCISES


def judged(exercise, answer):
    """The `result` for an answer, and what the student's function printed."""
    if answer is None or answer is Ellipsis:
        return *compared_value(exercise, answer), ""
    if exercise.of is None:
        if callable(answer) and not isinstance(exercise.right(), str):
            say = "A value is wanted, but a function came: is a pair of brackets behind it missing?"
            return *result("unknown", say, hint=exercise.hint), ""
        return *compared_value(exercise, answer), ""
    if not callable(answer):
        say = f"A function is wanted, but {shown(answer)} came. Give the check its name alone."
        return *result("unknown", say, hint=exercise.hint), ""
    outcome = run_safely(exercise.of, _asked(answer))
    if isinstance(outcome.error, _Unwritten):
        found = compared_value(exercise, outcome.error.args[0])
    elif outcome.error is not None:
        found = broken(outcome, exercise.hint)
    else:
        found = compared_value(exercise, outcome.value)
        if found[0].correct:
            found = _of_other_numbers(exercise, answer)
    return *found, outcome.printed


def _of_other_numbers(exercise, function):
    """The `result` for a function that is right for the numbers of its exercise."""
    elsewhere = exercise.elsewhere or (lambda _: True)
    if run_safely(elsewhere, _asked(function)).value:
        return result("correct", "Your function gives the right numbers.")
    say = "Right for these numbers, and wrong for others. Does it use all that is handed in?"
    return result("mistake", say, "fixed-number", hint=exercise.hint)


def compared_value(exercise, value):
    """The `result` for a value: the answer itself, or what ``of`` made of a function."""
    right, slips = exercise.right(), exercise.wrong()
    if any(plain(value) == plain(other) for other in exercise.also):
        value = right
    return compared(value, right, slips, exercise.rtol, exercise.hint, exercise.low, exercise.high)


class _Unwritten(Exception):
    """Raised with what a student's function returned in the place of an answer: None or dots."""


def _asked(function):
    """The function, called with arrays that it may change; what is no answer is raised."""

    @functools.wraps(function)
    def called(*args, **hyper):
        copies = (a.copy() if isinstance(a, np.ndarray) else a for a in args)
        value = function(*copies, **hyper)
        for part in value if isinstance(value, tuple) else (value,):
            if part is None or part is Ellipsis:
                raise _Unwritten(part)
        return value

    return called
