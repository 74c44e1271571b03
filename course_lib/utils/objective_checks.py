"""What `Objective` is given, as arrays of the right shapes, or a ValueError in words."""

import inspect

import numpy as np

LARGEST = 1e100  # of a window: the square of a coordinate still is a number
ROUNDED = 1e-3  # of the usual height: how much higher a minimizer may lie that was rounded
COLUMNS = (
    "minimizers has one column for each point, rows x1 and x2. Write for example "
    "[[3.0, -2.8], [2.0, 3.1]] for the points (3, 2) and (-2.8, 3.1)."
)


def checked_bounds(bounds):
    """The window as an array of two rows."""
    try:
        rows = np.array(bounds, float)
        fit = rows.shape == (2, 2) and (np.abs(rows) < LARGEST).all() and (np.diff(rows) > 0).all()
    except (TypeError, ValueError):
        fit = False
    if not fit:
        came = bounds.tolist() if isinstance(bounds, np.ndarray) else bounds
        raise ValueError(
            f"bounds must be two rows of low < high, numbers below 1e100, but came as {came!r}. "
            "Write for example [[-1, 1], [-1, 1]]."
        )
    return rows


def checked_x0(x0, bounds, name="", example=None):
    """A start as one point of the window; ``name`` is that of the landscape, if it has one yet."""
    came = x0.tolist() if isinstance(x0, np.ndarray) else x0
    try:
        point = np.array(x0, float)
    except (TypeError, ValueError):
        point = np.empty(0)
    if point.shape != (2,) or not _inside(point, bounds):
        example = bounds.mean(axis=1) if example is None else example
        raise ValueError(
            f"x0 must be two numbers inside the window {bounds.tolist()}{name and f' of {name}'}, "
            f"but came as {came!r}. Write for example x0={example.tolist()}."
        )
    return point


def checked_start(objective, x0):
    """``x0`` as an array, or a ValueError where it does not lie in the objective's window."""
    return checked_x0(x0, objective.bounds, objective.name, objective.x0)


def checked_minimizers(minimizers, bounds):
    """Minimizers as columns, each a point of the window."""
    try:
        points = np.array([] if minimizers is None else minimizers, float)
        came = f"with shape {points.shape}"
    except (TypeError, ValueError):
        points, came = np.empty(1), f"as {minimizers!r}"
    if points.size == 0:
        return np.empty((2, 0))
    if points.ndim > 2 or len(points) != 2:
        raise ValueError(f"minimizers must have shape (2, n), but came {came}. {COLUMNS}")
    points = points.reshape(2, -1)
    for point in points.T:
        if not _inside(point, bounds):
            raise ValueError(
                f"minimizers must lie in the window {bounds.tolist()}, but {_point(point)} does "
                f"not. {COLUMNS}"
            )
    return points


def refuse_if_f_is_lower(objective):
    """Raise a ValueError if a coarse grid of the window finds clearly lower values."""
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
    """Let ``f(x1, x2)`` be called as ``f(x)``."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return f
    needed = [p for p in parameters if p.default is p.empty and p.kind < p.VAR_POSITIONAL]
    if len(needed) > 2:
        raise ValueError(
            f"{what} must take x, or x1 and x2, but takes {', '.join(p.name for p in needed)}. "
            "Give the others a default, for example def f(x1, x2, kappa=10)."
        )
    return (lambda x: f(x[0], x[1])) if len(needed) == 2 else f


def refuse_if_it_does_not_broadcast(f, bounds, what, coordinates):
    """Raise a ValueError if many points at once do not give what each gives alone."""
    (low1, high1), (low2, high2) = bounds
    x = np.stack(np.meshgrid(np.linspace(low1, high1, 3), np.linspace(low2, high2, 4)))
    given = x.copy()
    values = np.asarray(_called(f, given, what))
    if not np.array_equal(given, x):
        raise ValueError(
            f"{what} must leave the x that it is given as it is, but changed it in place. "
            "Write x = 2 * x instead of x *= 2."
        )
    expected = coordinates + x.shape[1:]
    if values.shape != expected or values.dtype.kind not in "biuf":
        came = f"shape {values.shape}" if values.dtype.kind in "biuf" else f"{values.ravel()[0]!r}"
        example = "np.array([2 * x1, 2 * x2])" if coordinates else "x1**2 + x2**2"
        raise ValueError(
            f"{what} got an array of shape {x.shape} and must return numbers of shape {expected}, "
            f"but returned {came}. Write for example return {example}."
        )
    one_by_one = np.array([[_called(f, x[:, i, j], what) for j in range(3)] for i in range(4)])
    one_by_one = np.moveaxis(one_by_one, (0, 1), (-2, -1))
    if not np.allclose(values, one_by_one, equal_nan=True):
        raise ValueError(
            f"{what} must give each point the value that it has alone, but gives other values for "
            "many points at once. Use x1 and x2 of the point only: no sum, mean or maximum over "
            "all points, no random numbers."
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
