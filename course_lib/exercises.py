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
from course_lib.optimizers import GradientDescentState, gradient_descent

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


def _largest_curvature(objective):
    """Largest second derivative of a sum of squares, from its gradient."""
    return max(abs(objective.grad(e)[i]) for i, e in enumerate(np.eye(2)))


def _descent(objective, n_steps, lr):
    start = GradientDescentState(objective.x0)
    return optimizers.run(gradient_descent, start, objective.grad, n_steps, lr=lr).x[-1]


EXERCISES = {
    "00-state-table": Exercise(
        lambda: _descent(ravine(10), 3, lr=0.02)[1],
        {
            "That is x1 of this step; the row below it is wanted": lambda right: _descent(
                ravine(10), 3, lr=0.02
            )[0],
            "That is one step too early": lambda right: right / 0.8,
            "That is one step too late": lambda right: right * 0.8,
        },
        "Reset, go to step 3, and read the row x2 of the table.",
    ),
    "00-steps": Exercise(
        lambda: 36,
        {"That is the number of steps in the run; read the sentence": lambda right: 40},
        "Type 0.1 into the field of lr and press Enter; the sentence below the figure counts.",
        rtol=0,
    ),
    "01-border": Exercise(
        lambda: 2 / 6,
        {
            "That is 1/L, half of the border": lambda right: right / 2,
            "That is the border of the flat direction x2": lambda right: 3 * right,
            "The 3 is not yet the curvature: take the slope of the slope": lambda right: 2 * right,
        },
        "The steep direction sets the border 2/L: L is the larger of the two curvatures.",
    ),
    "02-border": Exercise(
        lambda: 2 * (1 + 0.9) / _largest_curvature(ravine(100)),
        {
            "That is the border without momentum": lambda right: right / 1.9,
            "That is for kappa = 10": lambda right: 10 * right,
        },
        "Momentum moves the border from 2/L to 2(1 + beta)/L.",
    ),
    "02-first-step": Exercise(
        lambda: 1 / np.sqrt(1 - 0.96),
        {"That is 1/(1 - beta2): a root is missing": lambda right: right**2},
        "At the first step v is (1 - beta2) times the square of g. What is its root?",
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
    >>> diagnose_exercise("01-border", 1 / 3).correct
    True
    >>> diagnose_exercise("01-border", 1 / 6).mistake
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
