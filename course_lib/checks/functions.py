"""Checks of a student's function of two coordinates: an objective or its derivative."""

import inspect
from itertools import combinations

import numpy as np

from course_lib.checks import feedback, mistakes
from course_lib.checks.advice import advice, is_unwritten, what_stopped
from course_lib.checks.numbers import as_numbers, close, in_words, result, show
from course_lib.objectives import validate_objective
from course_lib.utils.sandbox import run_safely
from course_lib.utils.validation import shown

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
        "one-coordinate", "value-not-slope", "sum-not-slopes", "one-number", "integral",
        "mixed-term", "factor", "terms" or None.

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
        "root", "not-summed", "not-squared", "slopes-not-value", "factor", "terms" or None.
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


TERMS = {"": (0, 0), "x1": (1, 0), "x2": (0, 1), "x1·x2": (1, 1), "x1²": (2, 0), "x2²": (0, 2)}
TERMS |= {"x1³": (3, 0), "x1²·x2": (2, 1), "x1·x2²": (1, 2), "x2³": (0, 3)}
"""What may be too much or missing: its name, and the powers of x1 and x2."""
FACTORS = {-1: "sign", 0.5: "factor-2-missing", 2: "factor-2-too-many"}


@np.errstate(all="ignore")
def _compared(function, objective, derivative=False):
    """The `result` for a function that should be an objective's f, or its derivative."""
    if function is None or function is Ellipsis:
        return result("not-attempted", "Write your function, then run the cell.")
    if not callable(function):
        return result("unknown", f"A function is wanted, but this came: {shown(function)}.")
    try:
        validate_objective(objective)
    except ValueError as error:
        return result("unknown", f"{error}")
    middle, half = objective.bounds.mean(axis=1), np.ptp(objective.bounds, axis=1) / 2
    x = middle[:, None] + half[:, None] * POINTS
    outcome = run_safely(_values, function, x)
    if outcome.error is not None or outcome.value is None:
        return broken(outcome)
    try:
        got = as_numbers(outcome.value)
    except ValueError:
        return result("unknown", f"No numbers came back, but {shown(outcome.value[0])}.")
    f, slopes = objective.f(x), objective.grad(x).T
    right = slopes if derivative else f
    if close(got, right, 1e-6):
        return result("correct", f"All values agree at {x.shape[1]} points.")
    where = _where(got, right, x) if got.shape == right.shape else ""
    if not np.isfinite(got).all():
        say, slug = "What came back is not everywhere a number.", None
    elif got.shape != right.shape:
        say, slug = _of_shapes(got, right, f if derivative else slopes)
    elif derivative:
        twice = run_safely(_second_differences, function, x, half).value
        say, slug = _of_slopes(got, right, x, twice)
    else:
        say, slug = _of_values(got, right, x, objective.f(x[::-1]))
    return result("mistake" if slug else "unknown", say, slug, where)


def _values(function, x):
    """The function's value at each point; None for a stub."""
    parameters = inspect.signature(function).parameters.values()
    needed = [p for p in parameters if p.default is p.empty and p.kind < p.VAR_POSITIONAL]
    values = [function(*point) if len(needed) == 2 else function(point) for point in x.T.copy()]
    parts = [part for v in values for part in (v if isinstance(v, (tuple, list)) else [v])]
    return None if any(part is None or part is Ellipsis for part in parts) else values


def broken(outcome, hint=""):
    """The `result` for a function that raises, returns nothing or never ends."""
    error = outcome.error
    if error is None or is_unwritten(error):
        say = "Nothing comes back yet: write your line, with a return."
        return result("not-attempted", say + " To print is not to return." * bool(outcome.printed))
    if isinstance(error, TimeoutError):
        say = "Your function did not come to an end."
        return result("mistake", say, "never-ends", outcome.where, hint)
    say = mistakes.contents()["problem"]["raises"]["say"].format(error=what_stopped(outcome))
    note = advice(outcome) if outcome.where else ""  # what is ours has no line of the student's
    return result("mistake", say, "raises", outcome.where, hint, footnote=note)


def _second_differences(function, x, half):
    """Of each slope that a function gives, along its own coordinate."""
    h = 1e-3 * half
    steps = [sign * step for step in np.diag(h)[:, :, None] for sign in (-1, 0, 1)]
    values = as_numbers(_values(function, np.hstack([x + step for step in steps])))
    low, middle, high = np.einsum("ikni->kni", values.reshape(2, 3, -1, 2))
    return (low - 2 * middle + high) / h**2


def _of_shapes(got, right, other):
    """What is wrong with values of another shape; ``other`` are those of f for its derivative."""
    derivative = right.ndim == 2
    if close(got, other, 1e-6) and derivative:
        return "That is the value of the function, not its slopes.", "value-not-slope"
    if close(got, other, 1e-6):
        return "Those are the two slopes. The value is wanted, one number.", "slopes-not-value"
    if derivative and got.size == len(right):
        say = "One number came back. Two are wanted, with a comma between them: the slope along x1"
        slug = "sum-not-slopes" if close(got, right.sum(axis=1), 1e-6) else "one-number"
        return f"{say}, then the slope along x2.", slug
    if got.shape == (len(right), 2):
        return "Two values come back for one point: add the two parts up.", "not-summed"
    wanted, given = in_words(right[0]), in_words(got[0])
    return f"For one point {wanted} must come back, but {given} came.", None


def _of_slopes(got, right, x, twice):
    """What is wrong with the values of a derivative, and its slug or None."""
    if close(got, right[:, ::-1], 1e-6):
        return "The two slopes have changed places.", "swapped"
    if twice is not None and np.allclose(twice, right, 1e-4, 1e-4 * np.abs(right).max()):
        return "You integrated. The derivative of the function is wanted.", "integral"
    factor = (got - right) / x[::-1].T
    if close(factor, np.full_like(factor, factor[0, 0]), 1e-6):
        return "A multiple of x1·x2 in the function contributes to both slopes.", "mixed-term"
    (one, a), (two, b) = (_difference(got[:, i], right[:, i], x) for i in range(2))
    say = f"Each slope {one}." if one == two else f"The first slope {one}, the second {two}."
    return say, a or b or None


def _of_values(got, right, x, swapped):
    """What is wrong with the values of an objective, and its slug or None."""
    if close(got, np.sqrt(np.abs(right)), 1e-6):
        return "You took a root too many.", "root"
    if close(got, swapped, 1e-6):
        return "x1 and x2 have changed places.", "swapped"
    if [_fit(values, x, ("x1", "x2"), right) is None for values in (got, right)] == [False, True]:
        return "There is no square in your values. `**2` squares, `*2` only doubles.", "not-squared"
    say, slug = _difference(got, right, x)
    return f"The value {say}.", slug


def _difference(got, right, x):
    """How one number for each point is wrong, and a slug: "" if it is right, None if unknown."""
    if close(got, right, 1e-6):
        return "is right", ""
    if not got.any():
        return "is 0", "one-coordinate"
    factor = np.vdot(right, got) / np.vdot(right, right)
    if close(got, factor * right, 1e-6):
        slug = FACTORS.get(round(factor, 4), "factor")
        times = f"is {feedback.numbers(factor)} times what is wanted"
        return "has the wrong sign" if slug == "sign" else times, slug
    for names in [(name,) for name in TERMS] + list(combinations(TERMS, 2)):
        factors = _fit(got - right, x, names, right)
        if factors is not None:
            words = (
                f"{feedback.numbers(abs(factor))}·{name}".removesuffix("·").removeprefix("1·")
                + (" is too much" if factor > 0 else " is missing")
                for name, factor in zip(names, factors, strict=True)
            )
            return f"is off ({', '.join(words)})", "terms" if any(names) else "constant"
    return "differs", None


def _where(got, right, x):
    """The point of the largest error with both values."""
    worst = np.argmax(np.abs(got - right).reshape(len(right), -1).max(axis=1))  # a nan, if any
    both = feedback.expected_and_got(right[worst], got[worst])
    return f"at x = {feedback.numbers(x[:, worst])}: {both}"


def _fit(values, x, names, right):
    """The factors of these terms in the values; None if there is more in them."""
    terms = np.stack([x[0] ** TERMS[name][0] * x[1] ** TERMS[name][1] for name in names], axis=1)
    factors = np.linalg.lstsq(terms, values, rcond=None)[0]
    exact = np.abs(terms @ factors - values).max() <= 1e-6 * np.abs(right).max()
    return factors if exact else None
