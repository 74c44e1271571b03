"""What `Objective` is given, and a student's function of x, as what the library works with."""

import contextlib
import functools
import inspect
import re

import numpy as np

from course_lib.utils.validation import (
    InvalidValue,
    as_floats,
    check_floats,
    check_function,
    received,
)

LARGEST = 1e100  # bound of a window: the square of a coordinate is still finite
ROUNDED = 1e-3  # excess of a rounded minimizer's value, relative to the median height
COLUMNS = (
    "minimizers has one column for each point, rows x1 and x2. For example "
    "[[3.0, -2.8], [2.0, 3.1]] for the points (3, 2) and (-2.8, 3.1)."
)


def check_bounds(bounds):
    """The window as an array of two rows."""

    def allows(rows):
        return rows.shape == (2, 2) and (abs(rows) < LARGEST).all() and (np.diff(rows) > 0).all()

    rule = "be two rows of low < high, numbers below 1e100"
    return check_floats("bounds", bounds, rule, allows, "[[-1, 1], [-1, 1]]")


def check_x0(x0, bounds, name="", example=None):
    """A start as one point of the window; ``name`` is that of the objective, if it has one yet."""
    rule = f"be two numbers inside the window {bounds.tolist()}{name and f' of {name}'}"
    example = bounds.mean(axis=1) if example is None else example
    example = f"x0={example.tolist()}"
    return check_floats(
        "x0", x0, rule, lambda x0: x0.shape == (2,) and _inside(x0, bounds), example
    )


def check_start(objective, x0=None):
    """``x0``, by default the objective's, as a point of the objective's window."""
    x0 = objective.x0 if x0 is None else x0
    return check_x0(x0, objective.bounds, objective.name, objective.x0)


def check_minimizers(minimizers, bounds):
    """Minimizers as columns, each a point of the window."""
    points, got = received([] if minimizers is None else minimizers)
    if points is not None and points.size == 0:
        return np.empty((2, 0))
    if points is None or points.ndim > 2 or len(points) != 2:
        raise ValueError(f"minimizers must have shape (2, n), got {got}. {COLUMNS}")
    points = points.reshape(2, -1)
    for point in points.T:
        if not _inside(point, bounds):
            raise ValueError(
                f"minimizers must lie in the window {bounds.tolist()}, got {_point(point)}. "
                f"{COLUMNS}"
            )
    return points


def check_minimum(objective):
    """Refuse minimizers where a coarse grid of the window finds clearly lower values."""
    lowest = objective.minimum
    if lowest is None:
        return
    x = objective.grid().reshape(2, -1)
    with np.errstate(all="ignore"):
        f = as_floats(objective.f(x))
        i = np.argmin(np.where(np.isfinite(f), f, np.inf))
        usual = np.median(f[np.isfinite(f)])
        rounding = ROUNDED * (usual - f[i]) + 1e-9 * abs(lowest)
    if f[i] < lowest - rounding:
        raise ValueError(
            f"f is lower at {_point(x[:, i])}, {f[i]:.4g}, than at the minimizers, {lowest:.4g}. "
            f"{COLUMNS}"
        )


def _inside(point, bounds):
    return bool(((bounds[:, 0] <= point) & (point <= bounds[:, 1])).all())


def _point(point):
    return f"({point[0]:.4g}, {point[1]:.4g})"


# A function of a reader's


def of_many_points(f, bounds, what, slopes=False):
    """A reader's function as one of x, of any shape (2, ...), that gives floats.

    A function of one point is enough: one that does not give each of many points the value that it
    has alone is called point by point. ``f(x1, x2)`` will do as well as ``f(x)``, and ``slopes``
    says that two values come back, not one.

    Raises
    ------
    ValueError
        If it gives no number for one point, changes the point or gives it another value each time.
    """
    (low1, high1), (low2, high2) = bounds
    x = np.stack(np.meshgrid(np.linspace(low1, high1, 3), np.linspace(low2, high2, 4)))
    of_x = _of_x(f, x[:, 0, 0], what, slopes)
    alone, again = (_at_each_point(of_x, what, slopes)(x) for _ in range(2))
    if np.isnan(alone).all():
        _called(of_x, x[:, 0, 0], what)
    if not np.array_equal(alone, again, equal_nan=True):
        raise ValueError(
            f"{what} must give a point the same value each time, but it gave another one the "
            "second time. Use x1 and x2 only, no random numbers and nothing that changes."
        )
    together = _at_once(of_x, slopes)
    if all(_agree(together, x[:, :n, k], alone[..., :n, k]) for n, k in ((4, slice(3)), (3, 0))):
        return together
    return _at_each_point(of_x, what, slopes)


def of_one_argument(f, what):
    """``f(x1, x2)`` as a function of x; ``f(x)`` as it is."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return f
    any_number = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
    needed = [p for p in parameters if p.default is p.empty and p.kind not in any_number]
    if len(needed) > 2 or any(p.kind is p.KEYWORD_ONLY for p in needed):
        rule = "take x, or x1 and x2, and give the others a default"
        got = ", ".join(p.name for p in needed)
        raise InvalidValue(what, rule, got, "def f(x1, x2, kappa=10)")
    return _of_two(f) if len(needed) == 2 else f


def _of_two(f):
    return lambda x: f(x[0], x[1])


def _of_x(f, point, what, slopes):
    """`of_one_argument`; where the signature does not say, a trial does."""
    check_function(what, f, "lambda x1, x2: x1**2 + x2**2")
    of_x = of_one_argument(f, what)
    try:
        _at(of_x, point, what, slopes)
    except ValueError:
        if of_x is not f:
            raise
        with contextlib.suppress(ValueError):
            _at(_of_two(f), point, what, slopes)
            return _of_two(f)
        raise
    return of_x


def _at(f, point, what, slopes):
    """One value, or two slopes, at one point; nan where the function is not defined."""
    given = point.copy()
    try:
        value = _called(f, given, what)
    except ValueError as error:
        if _is_undefined(error.__cause__):
            return np.full(2, np.nan) if slopes else np.nan
        raise
    check_unchanged(what, given, point)
    values, got = received(value)
    if values is not None and values.size == 1 + slopes:
        return values.reshape(2) if slopes else values.item()
    rule = f"return {'two slopes' if slopes else 'one number'} for one point, x of shape (2,)"
    example = "np.array([2 * x1, 2 * x2])" if slopes else "x1**2 + x2**2"
    if isinstance(value, tuple) and not slopes:
        example += ", and its gradient as grad=..."
    raise InvalidValue(what, rule, got, f"return {example}")


def _called(f, point, what):
    """What a function returns for a point; words, with advice that fits the cause, if it raises."""
    try:
        with np.errstate(all="ignore"):
            return f(point)
    except (Exception, SystemExit) as error:
        said, advice = f"{type(error).__name__}: {error}".rstrip(".: "), ""
        if isinstance(error, LookupError):
            advice = " x has two coordinates, x[0] and x[1]; x1, x2 = x takes it apart."
        elif isinstance(error, TypeError) and "argument" in said:
            advice = " Write it as f(x), with x1, x2 = x inside, or as f(x1, x2)."
        elif isinstance(error, ValueError) and ("matmul" in said or "shapes" in said):
            advice = " x has shape (2,), and a matrix that it is multiplied by has 2 by 2 entries."
        message = f"{what} must work on one point, but at x = {_point(point)} it raised {said}."
        raise ValueError(message + advice) from error


def _is_undefined(error):
    """Whether Python's own arithmetic says that there is no value, where numpy would give nan."""
    no_value = isinstance(error, ValueError) and re.match("math domain|expected a", str(error))
    return isinstance(error, ArithmeticError) or bool(no_value)


def _at_each_point(f, what, slopes):
    """``f`` called point by point; figures ask for one grid again and again, so some are kept."""

    @functools.lru_cache(16)
    def values(shape, content):
        points = np.frombuffer(content).reshape(2, -1).T
        found = np.array([_at(f, point, what, slopes) for point in points], float)
        return found.T.reshape((2,) * slopes + shape[1:])

    def at_each_point(x):
        x = np.ascontiguousarray(x, float)
        return values(x.shape, x.tobytes()).copy()[()]

    at_each_point.is_slow = True
    at_each_point.of_one_point = f  # for a recording
    return at_each_point


def is_called_point_by_point(objective):
    """Whether a function of an objective does not take many points, so that a map takes long."""
    return any(hasattr(f, "is_slow") for f in (objective.f, objective.grad))


def _at_once(f, slopes):
    """``f`` called with all points at once; of two slopes one may be a constant."""

    def at_once(x):
        values = f(x)
        if slopes and values is not None:
            values = np.stack(np.broadcast_arrays(*values))
        return as_floats(values)[()]

    return at_once


def _agree(together, x, alone):
    """Whether a function gives many points the values that they have alone, and keeps its x."""
    given = x.copy()
    try:
        with np.errstate(all="ignore"):
            values = together(given)
    except (Exception, SystemExit):  # it does not take many points
        return False
    same = values.shape == alone.shape and np.allclose(values, alone, equal_nan=True)
    return same and np.array_equal(given, x)


def check_unchanged(what, given, x):
    """Refuse a function that changed the x it was given."""
    if not np.array_equal(given, x, equal_nan=True):
        raise ValueError(
            f"{what} must not change the x that it is given, but changed it in place. "
            "Write x = 2 * x instead of x *= 2."
        )
