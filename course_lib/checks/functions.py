"""Checks of a student's function of two coordinates: an objective or its derivative."""

import inspect

import numpy as np

from course_lib.checks import feedback, mistakes
from course_lib.checks.numbers import close, result, show
from course_lib.objectives import validate_objective
from course_lib.utils.sandbox import run_safely

POINTS = np.array([[0.31, -0.72, 0.55, -0.18, 0.9], [-0.44, 0.27, 0.83, -0.95, 0.06]])
"""Where functions are compared, in half widths of the window from its middle."""


def diagnose_derivative(function, objective):
    """Compare a student's gradient function with that of an objective.

    Parameters
    ----------
    function : callable
        ``function(x)`` with ``x1, x2 = x``, or ``function(x1, x2)``; gives both slopes.
    objective : Objective

    Returns
    -------
    Diagnosis
        ``mistake`` is "sign", "factor-2-missing", "factor-2-too-many", "swapped",
        "one-coordinate", "value-not-slope", "sum-not-slopes", "mixed-term" or None.

    Examples
    --------
    >>> from course_lib.objectives import bowl
    >>> diagnose_derivative(lambda x1, x2: [x1, x2], bowl).mistake
    'factor-2-missing'
    """
    return _compared(function, objective, derivative=True)[0]


def diagnose_objective(function, objective):
    """Compare a student's function with that of an objective.

    Parameters
    ----------
    function : callable
        ``function(x)`` with ``x1, x2 = x``, or ``function(x1, x2)``; gives one value.
    objective : Objective

    Returns
    -------
    Diagnosis
        ``mistake`` is "sign", "factor-2-missing", "factor-2-too-many", "swapped", "constant",
        "root", "not-summed", "not-squared" or None.
    """
    return _compared(function, objective)[0]


def check_derivative(function, objective, exercise=None, counts=True):
    """Show what `diagnose_derivative` finds; never raises."""
    name = exercise or f"derivative of {getattr(objective, 'name', 'what came')}"
    show(name, counts, *_compared(function, objective, derivative=True))


def check_objective(function, objective, exercise=None, counts=True):
    """Show what `diagnose_objective` finds; never raises."""
    name = exercise or f"objective {getattr(objective, 'name', 'what came')}"
    show(name, counts, *_compared(function, objective))


# Slug -> what is said, and the wrong values, from the right ones and (a derivative) those of f or
# (an objective) those of f with x1 and x2 swapped

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


def _compared(function, objective, derivative=False):
    """The `result` for a function that should be an objective's f, or its derivative."""
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
    try:
        got = np.array(outcome.value, float)
    except (TypeError, ValueError, OverflowError):
        return result("unknown", "What came back is not made of numbers.")
    if derivative:
        return _judged(got, objective.grad(x).T, x, DERIVATIVE_SLIPS, objective.f(x), _of_slopes)
    return _judged(got, objective.f(x), x, OBJECTIVE_SLIPS, objective.f(x[::-1]), _of_values)


def _values(function, x):
    """The function's value at each point; None for a stub."""
    parameters = inspect.signature(function).parameters.values()
    needed = [p for p in parameters if p.default is p.empty and p.kind < p.VAR_POSITIONAL]
    values = [function(*point) if len(needed) == 2 else function(point) for point in x.T.copy()]
    for value in values:
        parts = value if isinstance(value, (tuple, list)) else (value,)
        if value is None or any(part is Ellipsis for part in parts):
            return None
    return values


def _broken(outcome):
    """A function that raises, returns nothing or never ends."""
    error = outcome.error
    if error is None or isinstance(error, NotImplementedError) or "ellipsis" in str(error):
        return result("not-attempted", "Nothing comes back yet: write your line, with a return.")
    if isinstance(error, TimeoutError):
        return result("mistake", "Your function did not come to an end.", "never-ends")
    raises = mistakes.contents()["problem"]["raises"]["say"]
    say = raises.format(error=f"{type(error).__name__}: {error}")
    if "^" in outcome.source:
        say += " In Python a power is written **, not ^."
    return result("mistake", say, "raises", outcome.where)


def _judged(got, right, x, slips, other, what_is_wrong):
    """The `result` for the values ``got`` at the points x, of shape (2, n)."""
    if close(got, right, 1e-6):
        return result("correct", f"All values agree at {x.shape[1]} points.")
    where = _where(got, right, x) if got.shape == right.shape else ""
    for slug, (say, slip) in slips.items():
        values = slip(right, other)
        if any(close(got, v, 1e-6) for v in (values if isinstance(values, tuple) else (values,))):
            return result("mistake", say, slug, where)
    if got.shape == right.shape:
        say, slug = what_is_wrong(got, right, x)
    elif got.shape == (len(right), 2):
        say, slug = "Two values come back for one point: add the two parts up.", "not-summed"
    else:
        wanted, came = right.shape[1:], got.shape[1:]
        say, slug = f"For one point the shape {wanted} is wanted, but {came} came back.", None
    return result("mistake" if slug else "unknown", say, slug, where)


def _of_slopes(got, right, x):
    """What is wrong with the values of a derivative, and its slug or None."""
    error, mixed = got - right, x[::-1].T
    if close(error, mixed * np.vdot(mixed, error) / np.vdot(mixed, mixed), 1e-6):
        say = "Nearly: a multiple of x1·x2 in the function contributes to both slopes."
        return say, "mixed-term"
    fine = [close(got[:, i], right[:, i], 1e-6) for i in range(2)]
    if not any(fine):
        return "Both slopes differ.", None
    a, b = ("first", "second") if fine[0] else ("second", "first")
    return f"The {a} slope is right, the {b} differs.", None


def _of_values(got, right, x):
    """What is wrong with the values of an objective, and its slug or None."""
    if np.ptp(got - right) <= 1e-6 * np.abs(right).max():
        say = f"Nearly: all values are {feedback.numbers(got[0] - right[0])} too large."
        return say, "constant"
    if _is_linear(got, x) and not _is_linear(right, x):
        say = "Nearly: there is no square in your values. `**2` squares, `*2` only doubles."
        return say, "not-squared"
    return "The values differ.", None


def _where(got, right, x):
    """The point of the largest error with both values."""
    apart = np.abs(got - right).reshape(len(right), -1).max(axis=1)
    worst = int(np.argmax(np.where(np.isnan(apart), np.inf, apart)))
    both = feedback.expected_and_got(right[worst], got[worst])
    return f"at x = {feedback.numbers(x[:, worst])}: {both}"


def _is_linear(values, x):
    """Whether values at the points x, of shape (2, n), are a sum of multiples of x1 and x2."""
    if not np.isfinite(values).all():
        return False
    factors = np.linalg.lstsq(x.T, values, rcond=None)[0]
    return close(x.T @ factors, values, 1e-9)
