"""Checks of a student's function of two coordinates: an objective or its derivative."""

import inspect

import numpy as np

from course_lib.checks import feedback, mistakes
from course_lib.checks.numbers import close, result, show
from course_lib.objectives import validate_objective
from course_lib.utils.sandbox import run_safely

POINTS = np.array([[0.31, -0.72, 0.55, -0.18, 0.9], [-0.44, 0.27, 0.83, -0.95, 0.06]])
"""Where functions are compared, as parts of the half width of the window."""


def diagnose_derivative(function, objective):
    """Compare a student's gradient function, of x or of x1 and x2, with that of an objective.

    >>> from course_lib.objectives import bowl
    >>> diagnose_derivative(lambda x1, x2: [x1, x2], bowl).mistake
    'factor-2-missing'
    """
    return _function(function, objective, "derivative")[0]


def diagnose_objective(function, objective):
    """Compare a student's function, of x or of x1 and x2, with that of an objective."""
    return _function(function, objective, "objective")[0]


def check_derivative(function, objective, exercise=None, counts=True):
    """Show what `diagnose_derivative` finds; never raises."""
    name = exercise or f"derivative of {getattr(objective, 'name', 'what came')}"
    show(name, counts, *_function(function, objective, "derivative"))


def check_objective(function, objective, exercise=None, counts=True):
    """Show what `diagnose_objective` finds; never raises."""
    name = exercise or f"objective {getattr(objective, 'name', 'what came')}"
    show(name, counts, *_function(function, objective, "objective"))


FUNCTION_SLIPS = {
    "sign": ("Nearly: the sign is the other way round, everywhere.", lambda right, _: -right),
    "factor-2-missing": ("Nearly: a factor 2 is missing.", lambda right, _: right / 2),
    "factor-2-too-many": ("Nearly: there is a factor 2 too many.", lambda right, _: 2 * right),
}
DERIVATIVE_SLIPS = FUNCTION_SLIPS | {
    "swapped": ("Nearly: the two slopes have changed places.", lambda right, _: right[:, ::-1]),
    "value-not-slope": ("That is the value of the function, not its slopes.", lambda _, f: f),
    "sum-not-slopes": (
        "That is one number, the sum of both slopes: return the two side by side.",
        lambda right, _: right.sum(axis=1),
    ),
    "one-coordinate": (
        "Only one of the two slopes is there; the other is 0.",
        lambda right, _: (right * [1, 0], right * [0, 1]),
    ),
}
OBJECTIVE_SLIPS = FUNCTION_SLIPS | {
    "root": ("Nearly: you took a root too many.", lambda right, _: np.sqrt(np.abs(right))),
    "swapped": ("Nearly: x1 and x2 have changed places.", lambda _, swapped: swapped),
}


def _function(function, objective, what):
    if function is None or function is Ellipsis:
        return result("not-attempted", "Write your function, then run this cell again.")
    if not callable(function):
        return result("unknown", f"A function is wanted, but this came: {function!r:.60}.")
    try:
        validate_objective(objective)
    except ValueError as error:
        return result("unknown", f"{error}")
    middle, half = objective.bounds.mean(axis=1), np.ptp(objective.bounds, axis=1) / 2
    x = middle[:, None] + half[:, None] * POINTS
    outcome = run_safely(_values, function, x)
    if outcome.error is not None or outcome.value is None:
        return _broken(outcome)
    derivative = what == "derivative"
    right = objective.grad(x).T if derivative else objective.f(x)
    other = objective.f(x) if derivative else objective.f(x[::-1])
    try:
        got = np.array(outcome.value, float)
    except (TypeError, ValueError):
        return result("unknown", "What came back is not made of numbers.")
    if close(got, right, 1e-6):
        return result("correct", f"All values agree at {x.shape[1]} points.")
    return _compared(got, right, other, x, derivative)


def _values(function, x):
    """The function's value at each point; None for a stub."""
    parameters = inspect.signature(function).parameters.values()
    needed = [p for p in parameters if p.default is p.empty and p.kind < p.VAR_POSITIONAL]
    values = [function(*point) if len(needed) == 2 else function(point) for point in x.T.copy()]
    return None if any(_is_open(value) for value in values) else values


def _is_open(value):
    parts = value if isinstance(value, (tuple, list)) else (value,)
    return value is None or any(part is Ellipsis for part in parts)


def _broken(outcome):
    error = outcome.error
    stub = error is None or isinstance(error, NotImplementedError) or "ellipsis" in str(error)
    if stub:
        return result("not-attempted", "Nothing comes back yet: write your line, with a return.")
    words = mistakes.words()
    if isinstance(error, TimeoutError):
        return result("mistake", "Your function did not come to an end.", "never-ends")
    say = words["problem"]["raises"]["say"].format(error=f"{type(error).__name__}: {error}")
    if "^" in outcome.source:
        say += " In Python a power is written **, not ^."
    return result("mistake", say, "raises", outcome.where)


def _compared(got, right, other, x, derivative):
    worst = _worst(got, right)
    where = ""
    if worst is not None:
        both = feedback.expected_and_got(right[worst], got[worst])
        where = f"at x = {feedback.numbers(x[:, worst])}: {both}"
    for slug, (say, slip) in (DERIVATIVE_SLIPS if derivative else OBJECTIVE_SLIPS).items():
        values = slip(right, other)
        if any(close(got, v, 1e-6) for v in (values if isinstance(values, tuple) else (values,))):
            return result("mistake", say, slug, where)
    if worst is None:
        if not derivative and got.shape == (len(right), 2):
            say = "Two values come back for one point: add the two parts up."
            return result("mistake", say, "not-summed")
        say = f"For one point the shape {right.shape[1:]} is wanted, but {got.shape[1:]} came back."
        return result("unknown", say)
    if not derivative and np.ptp(got - right) <= 1e-6 * np.abs(right).max():
        say = f"Nearly: all values are {feedback.numbers(got[0] - right[0])} too large."
        return result("mistake", say, "constant", where)
    if not derivative and _is_linear(got, x) and not _is_linear(right, x):
        say = "Nearly: there is no square in your values. `**2` squares, `*2` only doubles."
        return result("mistake", say, "not-squared", where)
    if derivative and _is_multiple(got - right, x[::-1].T):
        say = "Nearly: a multiple of x1·x2 in the function contributes to both slopes."
        return result("mistake", say, "mixed-term", where)
    return result("unknown", _coordinates(got, right, derivative), where=where)


def _is_linear(values, x):
    """Whether values at the points x, of shape (2, n), are a sum of multiples of x1 and x2."""
    if not np.isfinite(values).all():
        return False
    factors = np.linalg.lstsq(x.T, values, rcond=None)[0]
    return close(x.T @ factors, values, 1e-9)


def _is_multiple(values, of):
    """Whether two arrays differ by one factor."""
    return close(values, of * np.vdot(of, values) / np.vdot(of, of), 1e-6)


def _worst(got, right):
    if got.shape != right.shape:
        return None
    apart = np.abs(got - right).reshape(len(right), -1).max(axis=1)
    return int(np.argmax(np.where(np.isnan(apart), np.inf, apart)))


def _coordinates(got, right, derivative):
    if not derivative:
        return "The values differ."
    fine = [close(got[:, i], right[:, i], 1e-6) for i in range(2)]
    if not any(fine):
        return "Both slopes differ."
    a, b = ("first", "second") if fine[0] else ("second", "first")
    return f"The {a} slope is right, the {b} differs."
