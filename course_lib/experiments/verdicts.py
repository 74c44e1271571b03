"""How a run went, in one word and one sentence made from its data."""

from typing import NamedTuple

import numpy as np

from course_lib.utils.text import short

CONVERGED_FRACTION = 1e-4  # fraction of the initial gap that may remain
DIVERGED_WIDTHS = 10.0  # distance from the middle of the window, in widths of it


class Verdict(NamedTuple):
    """What became of a run: one word, and a phrase."""

    kind: str  # converged, diverged, circling, crawling, stopped, under way, no step
    text: str


def verdict(objective, x):
    """Judge a trajectory.

    Parameters
    ----------
    objective : Objective
    x : ndarray, shape (n_steps + 1, 2)
        ``history.x``.

    Returns
    -------
    Verdict
        *converged*: from some step on at most 1/10,000 of the initial gap remains. *diverged*: ten
        windows away, or not a number. *circling*: a long path in the second half without
        progress. *stopped*: gradient 0, but not at the minimum. *crawling*: at the rate of the
        second half it needs more steps than it had. Otherwise it is *under way*.

    Examples
    --------
    >>> import numpy as np
    >>> from course_lib.objectives import bowl
    >>> verdict(bowl, np.array([[1.0, 0.5], [0.1, 0.05], [0.001, 0.0005]])).text
    'converged in 2 steps'
    """
    x = np.asarray(x, float)
    n = len(x) - 1
    if n == 0:
        return Verdict("no step", "no step taken yet")
    far = _first_far_away(objective, x)
    if far is not None:
        lost = f"x is no number (nan) from step {far} on"
        return Verdict("diverged", lost if np.isnan(x[far]).any() else f"diverged at step {far}")
    with np.errstate(all="ignore"):
        f = objective.f(x.T)
        steepness = np.linalg.norm(objective.grad(x.T), axis=0)
    known = objective.minimum is not None
    gap = f - objective.minimum if known else steepness
    if not np.isfinite(gap).all():
        step = int(np.argmax(~np.isfinite(gap)))
        return Verdict("diverged", f"met a value that is no number at step {step}")
    small = gap <= CONVERGED_FRACTION * gap[0]
    if small[-1]:
        steps = n + 1 - int(np.argmin(small[::-1])) if not small.all() else 0
        return Verdict("converged", f"converged in {steps} step{'s' * (steps != 1)}")
    if steepness[-1] <= 1e-6 * max(steepness.max(), 1e-12):
        return Verdict("stopped", "stopped where the slope is zero, but not at the minimum")
    return _not_converged(gap, x, n)


def near_window(objective, x):
    """Which points of a trajectory lie less than ten windows away: bool, shape (n_steps + 1,)."""
    low, high = objective.bounds.T
    with np.errstate(all="ignore"):
        away = np.abs(x - (low + high) / 2) / (high - low)
    return away.max(axis=1) < DIVERGED_WIDTHS


def _first_far_away(objective, x):
    far = ~near_window(objective, x)
    return int(np.argmax(far)) if far.any() else None


def _not_converged(gap, x, n):
    half = n // 2
    before, after = gap[: half + 1].min(), gap[half:].min()
    length = np.linalg.norm(np.diff(x[half:], axis=0), axis=1).sum()
    moved = np.linalg.norm(x[-1] - x[half])
    if gap[-1] > 1.5 * gap[0]:
        return Verdict("diverged", "climbing: f is larger than at the start")
    if n >= 8 and after > 0.5 * before and length > 4 * moved + 1e-12:
        return Verdict("circling", "circling: it keeps moving but comes no nearer")
    rate = np.log(gap[half] / gap[-1]) / (n - half)  # per step, in powers of e
    more = np.log(gap[-1] / (CONVERGED_FRACTION * gap[0])) / rate if rate > 0 else np.inf
    if more > n:
        times = "many times as many" if not more < 100 * n else f"about {more:.0f} more"
        return Verdict("crawling", f"crawling: at this rate it needs {times} steps")
    return Verdict("under way", f"under way: about {more:.0f} steps more at this rate")


def describe(name, objective, x):
    """One sentence about a run: start, fall of f, verdict.

    >>> from course_lib.objectives import bowl
    >>> describe("adam", bowl, np.array([[1.0, 0.5], [0.1, 0.05], [0.001, 0.0005]]))
    'adam, 2 steps from (1.00, 0.50): f falls from 1.25 to 1.2e-6; converged in 2 steps.'
    """
    with np.errstate(all="ignore"):
        first, last = (float(objective.f(point)) for point in (x[0], x[-1]))
    steps = len(x) - 1
    about = f"{name}, {steps} step{'s' * (steps != 1)} from ({x[0][0]:.2f}, {x[0][1]:.2f}): f "
    if not np.isfinite(first):
        return f"{about}is not defined (no number) at the start; {verdict(objective, x).text}."
    return f"{about}{_change(first, last)}; {verdict(objective, x).text}."


def _change(first, last):
    """How a value changed, with as many digits as it takes to see it."""
    if last == first:
        return f"stays at {short(first, 3)}"
    if np.isnan(last):
        return f"goes from {short(first, 3)} to no number (nan)"
    for digits in range(2, 18):
        before, after = short(first, max(digits, 3)), short(last, digits)
        if np.sign(float(after) - float(before)) == np.sign(last - first):
            break
    return f"{'falls' if last < first else 'rises'} from {before} to {after}"
