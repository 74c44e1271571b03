"""What `Objective` is given, and a student's function of x, as what the library works with."""

import inspect

import numpy as np

from course_lib.utils.validation import InvalidValue, check_floats, shown

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
    try:
        points = np.array([] if minimizers is None else minimizers, float)
        got = f"shape {points.shape}"
    except (TypeError, ValueError):
        points, got = np.empty(1), shown(minimizers)
    if points.size == 0:
        return np.empty((2, 0))
    if points.ndim > 2 or len(points) != 2:
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
        f = np.asarray(objective.f(x), float)
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


def of_one_argument(f, what):
    """``f(x1, x2)`` as a function of x; ``f(x)`` as it is."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return f
    needed = [p for p in parameters if p.default is p.empty and p.kind < p.VAR_POSITIONAL]
    if len(needed) > 2:
        rule = "take x, or x1 and x2, and give the others a default"
        got = ", ".join(p.name for p in needed)
        raise InvalidValue(what, rule, got, "def f(x1, x2, kappa=10)")
    return (lambda x: f(x[0], x[1])) if len(needed) == 2 else f


def check_broadcasting(f, bounds, what, coordinates):
    """Refuse a function that does not give each of many points the value that it has alone."""
    (low1, high1), (low2, high2) = bounds
    x = np.stack(np.meshgrid(np.linspace(low1, high1, 3), np.linspace(low2, high2, 4)))
    given = x.copy()
    values = np.asarray(_called(f, given, what))
    check_unchanged(what, given, x)
    expected = coordinates + x.shape[1:]
    if values.shape != expected or values.dtype.kind not in "biuf":
        numbers = values.dtype.kind in "biuf"
        raise InvalidValue(
            what,
            f"return numbers of shape {expected} for x of shape {x.shape}",
            f"shape {values.shape}" if numbers else f"{values.ravel()[0]!r}",
            "return " + ("np.array([2 * x1, 2 * x2])" if coordinates else "x1**2 + x2**2"),
        )
    one_by_one = np.array([[_called(f, x[:, i, j], what) for j in range(3)] for i in range(4)])
    one_by_one = np.moveaxis(one_by_one, (0, 1), (-2, -1))
    if not np.allclose(values, one_by_one, equal_nan=True):
        raise ValueError(
            f"{what} must give each point the value that it has alone, but gives other values for "
            "many points at once. Use x1 and x2 of the point only: no sum, mean or maximum over "
            "all points, no random numbers."
        )


def check_unchanged(what, given, x):
    """Refuse a function that changed the x it was given."""
    if not np.array_equal(given, x, equal_nan=True):
        raise ValueError(
            f"{what} must not change the x that it is given, but changed it in place. "
            "Write x = 2 * x instead of x *= 2."
        )


def _called(f, x, what):
    try:
        with np.errstate(all="ignore"):
            return f(x)
    except Exception as error:
        raise ValueError(
            f"{what} must work on one point, shape (2,), and on many at once, like (2, 4, 3), but "
            f"on shape {x.shape} it raised {type(error).__name__}: {error}. "
            "Write it with numpy's functions: np.sin for math.sin, np.maximum for max, "
            "np.where(x1 > 0, ..., ...) for if."
        ) from error
