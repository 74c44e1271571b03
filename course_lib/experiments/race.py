"""Four optimizers on a few landscapes, each at its best learning rate, with or without noise."""

import functools
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from course_lib.experiments.verdicts import CONVERGED_FRACTION, near_window
from course_lib.objectives import bowl, ravine, rosenbrock
from course_lib.optimizers import STATES, adam, gradient_descent, iterate, momentum, rmsprop

OPTIMIZERS = {step.__name__: step for step in (gradient_descent, momentum, rmsprop, adam)}
# it starts near the floor, so that x1 has a share in the height, too: x2 is 10,000 times as steep
_STEEP = replace(ravine(10_000), x0=[-1.8, 0.3])
LANDSCAPES = {objective.name: objective for objective in (rosenbrock, _STEEP, bowl)}
RATES = np.array([float(f"{k}e{n}") for n in range(-5, 1) for k in (1, 1.5, 2, 3, 5, 7)])
N_STEPS = 500
NOISE = 1.0  # standard deviation of the noise in each coordinate of each gradient
SEED = 11  # of the noise; its first run is a typical one
RUNS = 20  # with noise of their own, for each rate; the first of them is shown


class Tuned(NamedTuple):
    """What `tuned` found for each of `RATES`; with noise, medians over `RUNS` runs."""

    steps: np.ndarray  # to converge, (n_rates,); inf where it does not
    share: np.ndarray  # of the height at the start that is left, (n_rates,); inf where it diverged
    best: int  # number of the best rate
    x: np.ndarray  # the run at the best rate, the first one with noise, (N_STEPS + 1, 2)

    @property
    def lr(self):
        """The best rate."""
        return float(RATES[self.best])


@functools.cache
def tuned(optimizer, landscape, noise=False):
    """Run an optimizer with all `RATES`, and choose the best.

    The best takes the fewest steps to converge, by the verdict's rule. Where none converges, and
    among equals, it is the one that ends lowest. All optimizers meet the same noise.

    Parameters
    ----------
    optimizer : str
        One of `OPTIMIZERS`, with its other hyperparameters as its signature has them.
    landscape : str
        One of `LANDSCAPES`.
    noise : bool
        Whether noise of size `NOISE` is added to each gradient.

    Returns
    -------
    Tuned

    Examples
    --------
    >>> [tuned(name, "bowl").lr for name in OPTIMIZERS]
    [0.5, 0.01, 0.05, 0.07]
    """
    return _all_tuned(optimizer, landscape)[bool(noise)]


@functools.cache
def _all_tuned(optimizer, landscape):
    """`Tuned` without noise and with it; all runs are one batch."""
    step, objective = OPTIMIZERS[optimizer], LANDSCAPES[landscape]
    noise = noise_of_runs()
    start = np.broadcast_to(objective.x0[:, None, None], (*noise.shape[1:], len(RATES)))
    rows = iter(noise[..., None])
    states = iterate(
        step, STATES[step](start), lambda x: objective.grad(x) + next(rows), N_STEPS, lr=RATES
    )
    x = np.array([state.x for state in states])  # (N_STEPS + 1, 2, 1 + RUNS, n_rates)
    steps, share = judged(objective, x)
    return _best(x[:, :, :1], steps[:1], share[:1]), _best(x[:, :, 1:], steps[1:], share[1:])


def _best(x, steps, share):
    """`Tuned` of several runs for each rate; the first of them is kept."""
    steps, share = np.median(steps, axis=0), np.median(share, axis=0)
    best = int(np.lexsort((share, steps))[0])
    return Tuned(steps, share, best, x[:, :, 0, best])


def judged(objective, x):
    """Steps to converge, and the share of the height that is left; inf where there is none.

    Parameters
    ----------
    objective : Objective
    x : ndarray, shape (n_steps + 1, 2, ...)
        Many runs, judged by the rules of `verdicts.verdict`.

    Returns
    -------
    tuple of ndarray
        Both of shape (...).
    """
    near = near_window(objective, x).all(axis=0)
    with np.errstate(all="ignore"):
        gap = objective.f(np.moveaxis(x, 1, 0)) - objective.minimum
        away = ~(gap <= CONVERGED_FRACTION * gap[0])
        share = np.where(near, gap[-1] / gap[0], np.inf)
    after = np.arange(1, len(x) + 1).reshape(-1, *[1] * (x.ndim - 2))
    steps = (away * after).max(axis=0)
    return np.where(near & ~away[-1], steps, np.inf), share


def noise_of_runs():
    """The noise that is added to the gradients, (N_STEPS, 2, 1 + RUNS); the first run has none."""
    noise = NOISE * np.random.default_rng(SEED).standard_normal((N_STEPS, 2, 1 + RUNS))
    noise[:, :, 0] = 0
    return noise


def best_for_all(optimizer, noise=False):
    """The one rate that leaves the smallest share on the worst of the `LANDSCAPES`, and this share.

    >>> best_for_all("adam")[0]
    1.5
    """
    shares = [tuned(optimizer, landscape, noise).share for landscape in LANDSCAPES]
    worst = np.max(shares, axis=0)
    best = int(np.argmin(worst))
    return float(RATES[best]), float(worst[best])
