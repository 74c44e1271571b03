"""Momentum on the ravine in theory: its convergence rate and its stability limit."""

import functools

import numpy as np

STEPS = 1.0, 1000.0  # range of `steps_per_digit`


def convergence_rate(lr, beta, kappa, kind="momentum"):
    """Asymptotic factor per step of the distance to the minimizer of the ravine.

    Parameters
    ----------
    lr, beta, kappa : float or ndarray
        They broadcast against each other.
    kind : str
        "momentum" or "nesterov".

    Returns
    -------
    float or ndarray
        Below 1 it converges, above 1 it diverges.

    Notes
    -----
    Where the curvature is L, momentum takes x to (1 + β - αL) x - β x_before. What is multiplied
    by z at each step solves z² - (1 + β - αL) z + β = 0, for Nesterov's kind
    z² - (1 + β)(1 - αL) z + β(1 - αL) = 0. The larger root counts, and of the curvatures 1 and
    kappa the slower one.

    Examples
    --------
    >>> round(float(convergence_rate(lr=0.1, beta=0.81, kappa=10)), 6)
    0.9
    """
    return np.maximum(_larger_root(lr, beta, kind), _larger_root(lr * kappa, beta, kind))


def _larger_root(step, beta, kind):
    """Size of the larger solution of z² - b z + c = 0; ``step`` is lr times curvature."""
    if kind == "momentum":
        b, c = 1 + beta - step, beta
    else:
        b, c = (1 + beta) * (1 - step), beta * (1 - step)
    inside = b * b - 4 * c
    real = (np.abs(b) + np.sqrt(np.maximum(inside, 0))) / 2
    return np.where(inside < 0, np.sqrt(np.maximum(c, 0)), real)


def steps_per_digit(lr, beta, kappa, kind="momentum"):
    """Steps for one more digit, within `STEPS`; nan where the distance does not shrink."""
    size = convergence_rate(lr, beta, kappa, kind)
    with np.errstate(divide="ignore"):
        steps = -np.log(10) / np.log(size)
    return np.where(size < 1, np.clip(steps, *STEPS), np.nan)


def stability_limit(beta, kappa, kind="momentum"):
    """Largest stable learning rate: below it both roots are smaller than 1.

    Examples
    --------
    >>> stability_limit(0.0, 10), stability_limit(0.5, 10), stability_limit(0.5, 10, "nesterov")
    (0.2, 0.3, 0.15)
    """
    return 2 * (1 + beta) / (kappa * (1 if kind == "momentum" else 1 + 2 * beta))


def optimal_parameters(kappa, kind="momentum"):
    """The lr and beta of the smallest `convergence_rate`.

    References
    ----------
    L. Lessard, B. Recht, A. Packard, Analysis and design of optimization algorithms via integral
    quadratic constraints, SIAM Journal on Optimization 26, 2016, table of tuned rates.

    Examples
    --------
    >>> lr, beta = optimal_parameters(9)
    >>> lr, beta, float(convergence_rate(lr, beta, 9))
    (0.25, 0.25, 0.5)
    """
    return tuple(map(float, _optimal_parameters(kappa, kind)))


def _optimal_parameters(kappa, kind):
    if kind == "momentum":
        root = np.sqrt(kappa)
        return 4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2
    root = np.sqrt(3 * kappa + 1)
    return 4 / (3 * kappa + 1), (root - 2) / (root + 2)


def formulas(kind):
    """The formulas of one kind as functions: name -> (function, names of its arguments)."""
    return {
        "rate": (functools.partial(convergence_rate, kind=kind), ("lr", "beta", "kappa")),
        "steps": (functools.partial(steps_per_digit, kind=kind), ("lr", "beta", "kappa")),
        "limit": (functools.partial(stability_limit, kind=kind), ("beta", "kappa")),
        "best": (functools.partial(_optimal_parameters, kind=kind), ("kappa",)),
    }


def measured_rate(x):
    """Convergence rate of a run from its trajectory ``x``; nan where it cannot be measured.

    The geometric mean distances of the first and the last third are compared: the geometric mean
    averages the swings of an oscillating distance.
    """
    with np.errstate(all="ignore"):
        distance = np.hypot(*np.transpose(x))
    outside = ~((distance > 1e-150) & (distance < 1e150))
    if outside.any():
        distance = distance[: int(np.argmax(outside))]
    third = len(distance) // 3
    if not third:
        return np.nan
    first, last = (np.log(d).mean() for d in (distance[:third], distance[-third:]))
    return float(np.exp((last - first) / (len(distance) - third)))
