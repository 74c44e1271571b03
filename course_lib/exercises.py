"""The smaller exercises of the notebooks, with their answers.

The answers are computed here, so that a notebook's cell does not give them away. A known slip (a
sign, a factor 2, ...) is named.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from course_lib import feedback, optimizers
from course_lib.function_checks import (
    check_derivative,
    check_objective,
    diagnose_derivative,
    diagnose_objective,
)
from course_lib.number_checks import check_number, compared, diagnose_number, show
from course_lib.objectives import ravine
from course_lib.verdicts import CLOSE

__all__ = [
    "EXERCISES",
    "Exercise",
    "check_derivative",
    "check_exercise",
    "check_number",
    "check_objective",
    "diagnose_derivative",
    "diagnose_exercise",
    "diagnose_number",
    "diagnose_objective",
]


class Exercise(NamedTuple):
    """A question whose answer is a number, a few numbers or a word."""

    answer: Callable  # computes it
    slips: Mapping = MappingProxyType({})  # "what was forgotten" -> function of the right answer
    hint: str = ""
    rtol: float = 0.005  # largest relative error that counts as right


def _descent(objective, n_steps, lr):
    start = optimizers.GradientDescentState(objective.x0)
    return optimizers.run(optimizers.gradient_descent, start, objective.grad, n_steps, lr=lr).x


def _steps_to_converge(objective, n_steps, lr):
    height = objective.f(_descent(objective, n_steps, lr).T)
    return int(np.argmax(height <= CLOSE * height[0]))


EXERCISES = {
    "00-state-table": Exercise(
        lambda: _descent(ravine(10), 3, lr=0.02)[-1, 1],
        {
            "That is x1, the other row": lambda right: _descent(ravine(10), 3, lr=0.02)[-1, 0],
            "That is the slope, column g": lambda right: 10 * right,
            "That is one step too early": lambda right: right / 0.8,
            "That is one step too late": lambda right: right * 0.8,
        },
        "lr must be 0.02 and the table must say t = 3; then row x2, column x.",
    ),
    "00-steps": Exercise(
        lambda: _steps_to_converge(ravine(10), 40, lr=0.1),
        hint="The sentence stands right under the picture and ends with the verdict.",
    ),
    "01-another-border": Exercise(
        lambda: 2 / 6,
        {
            "That is the border of the flat direction, x2": lambda right: 3 * right,
            "That is 1/L, half of the border": lambda right: right / 2,
            "L is the curvature, the 6 in the slope 6 x1, not the 3": lambda right: 2 * right,
        },
        "The border is 2/L. L is the largest curvature: how fast the slope grows along x1 or x2.",
    ),
    "02-border": Exercise(
        lambda: 2 * (1 + 0.9) / 100,
        {
            "That is the border without momentum": lambda right: right / 1.9,
            "That is for kappa = 10": lambda right: 10 * right,
        },
        "Momentum moves the border from 2/L to 2(1 + beta)/L.",
    ),
}
"""Exercise name -> `Exercise`. An entry of yours goes here."""


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
    if name not in EXERCISES:
        raise ValueError(f"there is no exercise {name!r}; there are {', '.join(EXERCISES)}.")
    exercise = EXERCISES[name]
    right = exercise.answer()
    slips = {words: slip(right) for words, slip in exercise.slips.items()}
    return compared(answer, right, slips, exercise.rtol, exercise.hint)[0]


def check_exercise(name, answer, counts=True):
    """Show what `diagnose_exercise` finds; never raises."""
    exercise = EXERCISES.get(name)
    if exercise is None:
        return feedback.show(feedback.Feedback(f"There is no exercise {name!r}."))
    right = exercise.answer()
    slips = {words: slip(right) for words, slip in exercise.slips.items()}
    show(name, counts, *compared(answer, right, slips, exercise.rtol, exercise.hint))
