"""Slopes from values alone: difference quotients, and a check of a gradient by them."""

from typing import NamedTuple

import numpy as np

from course_lib.utils.objective_validation import check_unchanged, of_one_argument
from course_lib.utils.run_validation import validate_gradient
from course_lib.utils.validation import (
    InvalidValue,
    check_floats,
    check_function,
    received,
    shown,
)


def forward_difference(f, x, h=1e-8):
    """Slope of ``f`` from ``x`` to ``x + h``; its error is of order ``h``.

    >>> round(forward_difference(lambda x: x**2, 3.0, h=0.5), 6)
    6.5
    """
    x, h = _check_point(f, x), _check_h(h)
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=6e-6):
    """Slope of ``f`` from ``x - h`` to ``x + h``; its error is of order ``h**2``.

    The default ``h`` is near the cube root of the rounding error, where both errors are smallest.

    >>> round(central_difference(lambda x: x**2, 3.0, h=0.5), 6)
    6.0
    """
    x, h = _check_point(f, x), _check_h(h)
    return (f(x + h) - f(x - h)) / (2 * h)


def _check_point(f, x):
    """A number as it came, or a list or an array as an array that ``f`` may change."""
    check_function("f", f, "np.sin, and x after it")
    place = np.array(x)
    if place.dtype.kind not in "biufc":
        raise InvalidValue("x", "be a number or an array of numbers", shown(x), "0.5")
    return place if place.ndim else x


def _check_h(h):
    try:
        fits = np.all(np.isfinite(h)) and np.all(np.not_equal(h, 0))
    except TypeError:
        fits = False
    if not fits:
        raise InvalidValue("h", "be a number other than 0", shown(h), "h=1e-6")
    return h


def numerical_gradient(f, x, h=6e-6):
    """Gradient of ``f`` by central differences, with the shape (n, ...) of ``x``.

    ``f(x)`` gives values of shape (...), or it is ``f(x1, x2)``. Above 1, ``h`` grows with x.
    """
    x = _check_points(x)
    f = _of_x("f", f, x)
    h = _check_h(h) * np.maximum(1.0, np.abs(x))
    gradient = np.empty_like(x)
    for i in range(len(x)):
        dx = np.zeros_like(x)
        dx[i] = h[i]
        gradient[i] = (_values(f, x + dx) - _values(f, x - dx)) / (2 * h[i])
    return gradient


def _check_points(x):
    """One point or several as a new array, with the coordinates first."""
    rule = "be one point or several, with the coordinates along its first axis"
    example = "x=[1.0, 2.0]; central_difference(f, x) takes one number"
    return check_floats("x", x, rule, lambda x: x.ndim and x.size, example)


def _of_x(name, f, x):
    """A function of ``x``, also where it was written for ``x1, x2``."""
    check_function(name, f, f"a function {name}(x) with x1, x2 = x in its first line")
    of_x = of_one_argument(f, name)
    if of_x is not f and len(x) != 2:
        raise ValueError(
            f"{name} takes two numbers, but x has {len(x)} coordinates. Write it with one "
            f"argument: def {name}(x)."
        )
    return of_x


def _values(f, x):
    """f at points, one value for each."""
    given = x.copy()
    values = f(given)
    check_unchanged("f", given, x)
    values, got = received(values)
    if values is None or values.shape != x.shape[1:]:
        raise InvalidValue(
            "f",
            f"give one value for each point, shape {x.shape[1:]} for x of shape {x.shape}",
            got,
            "return x1**2 + x2**2",
        )
    return values


class GradientCheck(NamedTuple):
    """What `check_gradient` found."""

    correct: bool
    worst_error: float  # largest |analytic - numerical| / max(1, |numerical|)
    x: np.ndarray  # where it is worst
    analytic: np.ndarray  # the gradient's value there
    numerical: np.ndarray  # the difference quotients there


def check_gradient(f, grad, x, tolerance=1e-6):
    """Compare a gradient with difference quotients of its function.

    Parameters
    ----------
    f, grad : callable
        The function and its supposed gradient: each ``f(x)``, or ``f(x1, x2)``.
    x : array_like, shape (n, ...)
        Points to compare at.
    tolerance : float
        Largest relative error (absolute below 1) that still counts as equal.

    Returns
    -------
    GradientCheck

    Raises
    ------
    ValueError
        If ``grad(x)`` does not have the shape of ``x``, or ``f(x)`` that of one value a point, or
        if ``f`` changes its input.

    Examples
    --------
    >>> import numpy as np
    >>> f = lambda x: (x**2).sum(axis=0)
    >>> bool(check_gradient(f, lambda x: 2 * x, np.array([0.3, -0.7])).correct)
    True
    >>> bool(check_gradient(f, lambda x: x, np.array([0.3, -0.7])).correct)
    False
    """
    x = _check_points(x)
    f, grad = _of_x("f", f, x), _of_x("grad", grad, x)
    analytic = validate_gradient(grad(x.copy()), x)
    with np.errstate(all="ignore"):
        numerical = numerical_gradient(f, x)
        error = np.abs(analytic - numerical) / np.maximum(1.0, np.abs(numerical))
    error = np.where(np.isnan(error), np.inf, error).max(axis=0)
    worst = np.unravel_index(np.argmax(error), error.shape)
    at = (slice(None), *worst)
    return GradientCheck(
        bool(error.max() <= tolerance), float(error.max()), x[at], analytic[at], numerical[at]
    )
