"""Slopes from values alone: difference quotients, and a check of a gradient by them."""

from typing import NamedTuple

import numpy as np


def forward_difference(f, x, h=1e-8):
    """Slope of ``f`` from ``x`` to ``x + h``: (f(x + h) - f(x)) / h.

    Parameters
    ----------
    f : callable
        A function of one number (or, elementwise, of an array).
    x : float or ndarray
        Where.
    h : float
        Length of the step, in the unit of ``x``, not 0. The error of the quotient is of order
        ``h``.

    Examples
    --------
    >>> round(forward_difference(lambda x: x**2, 3.0, h=0.5), 6)
    6.5
    """
    h = _checked_step(h)
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=6e-6):
    """Slope of ``f`` from ``x - h`` to ``x + h``; its error is of order ``h**2``.

    Parameters are those of `forward_difference`. The default ``h`` is near the cube root of the
    rounding error, where the sum of both errors is smallest.

    Examples
    --------
    >>> round(central_difference(lambda x: x**2, 3.0, h=0.5), 6)
    6.0
    """
    h = _checked_step(h)
    return (f(x + h) - f(x - h)) / (2 * h)


def _checked_step(h):
    try:
        fits = np.all(np.isfinite(h)) and np.all(np.not_equal(h, 0))
    except TypeError:
        fits = False
    if not fits:
        raise ValueError(
            f"h must be a number other than 0, but came as {h!r}. Write for example h=1e-6."
        )
    return h


def numerical_gradient(f, x, h=6e-6):
    """Gradient of ``f`` by central differences, one coordinate at a time.

    Parameters
    ----------
    f : callable
        ``f(x)`` with ``x`` of shape (n, ...) gives values of shape (...).
    x : array_like, shape (n, ...)
        Where; any number of coordinates n.
    h : float
        Step for a coordinate of size up to 1; larger coordinates get a proportionally larger one.

    Returns
    -------
    ndarray, shape (n, ...)

    Raises
    ------
    ValueError
        If ``x`` is a single number or ``f`` does not give one value for each point.
    """
    x = np.array(x, float)
    if x.ndim == 0:
        raise ValueError(
            f"x must have its coordinates along the first axis, but came as the number {x}. "
            "Write for example numerical_gradient(f, [1.0, 2.0]), or central_difference(f, x)."
        )
    h = _checked_step(h) * np.maximum(1.0, np.abs(x))
    slopes = np.empty_like(x)
    for i in range(len(x)):
        dx = np.zeros_like(x)
        dx[i] = h[i]
        right, left = f(x + dx), f(x - dx)
        if np.shape(right) != x.shape[1:]:
            raise ValueError(
                f"f must give one value for each point: shape {x.shape[1:]} for x of shape "
                f"{x.shape}, but gave shape {np.shape(right)}. "
                "Write for example return x1**2 + x2**2."
            )
        slopes[i] = np.subtract(right, left) / (2 * h[i])
    return slopes


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
        The function and its supposed gradient.
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
        If ``grad(x)`` does not have the shape of ``x``, or ``f(x)`` that of one value a point.

    Examples
    --------
    >>> import numpy as np
    >>> f = lambda x: (x**2).sum(axis=0)
    >>> bool(check_gradient(f, lambda x: 2 * x, np.array([0.3, -0.7])).correct)
    True
    >>> bool(check_gradient(f, lambda x: x, np.array([0.3, -0.7])).correct)
    False
    """
    x = np.array(x, float)
    analytic = np.asarray(grad(x.copy()), float)
    if analytic.shape != x.shape:
        raise ValueError(
            f"a gradient has the shape of x, here {x.shape}, but came with shape {analytic.shape}. "
            "Return one slope for each coordinate, for example np.array([2 * x1, 2 * x2])."
        )
    with np.errstate(all="ignore"):
        numerical = numerical_gradient(f, x)
        error = np.abs(analytic - numerical) / np.maximum(1.0, np.abs(numerical))
    error = np.where(np.isnan(error), np.inf, error).max(axis=0)
    worst = np.unravel_index(np.argmax(error), error.shape)
    at = (slice(None), *worst)
    return GradientCheck(
        bool(error.max() <= tolerance), float(error.max()), x[at], analytic[at], numerical[at]
    )
