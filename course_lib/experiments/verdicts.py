"""How a run went, in one word and one sentence made from its data.

The words are in ``verdicts.toml``, which the browser reads as well (``js/verdicts.js``).
"""

import functools
import tomllib
from importlib import resources
from typing import NamedTuple

import numpy as np

from course_lib.utils.text import place, short
from course_lib.utils.validation import check_array

CONVERGED_FRACTION = 1e-4  # fraction of the initial gap that may remain
DIVERGED_WIDTHS = 10.0  # distance from the middle of the window, in widths of it


@functools.cache
def words():
    """All that a verdict may say: name -> sentence with {places}."""
    file = resources.files("course_lib.experiments").joinpath("verdicts.toml")
    return tomllib.loads(file.read_text("utf-8"))


def _say(which, /, **parts):
    return words()[which].format(**parts)


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
        windows away, not a number, or climbing. *circling*: a long path in the second half
        without progress. *stopped*: gradient 0, but not at the minimum. *crawling*: at the rate of
        the second half it needs more steps than it had. Otherwise it is *under way*.

        Where the minimum is not known, the slope is judged in place of the gap, and the words say
        so: it also shrinks towards a saddle. A run that climbs to slope 0 has *stopped*.

    Examples
    --------
    >>> import numpy as np
    >>> from course_lib.objectives import bowl
    >>> verdict(bowl, np.array([[1.0, 0.5], [0.1, 0.05], [0.001, 0.0005]])).text
    'converged in 2 steps'
    """
    x = check_array("x", x, "history.x")
    n = len(x) - 1
    if n == 0:
        return Verdict("no step", _say("no_step"))
    with np.errstate(all="ignore"):
        f = objective.f(x.T)
        slope = np.hypot(*objective.grad(x.T))
        far = _first_far_away(objective, x)
        if far is not None:
            return Verdict("diverged", _far_away(x, f, far))
        if objective.minimum is None:
            return _judged_by_slope(f, slope, x, n)
        return _judged_by_gap(f - objective.minimum, slope, x, n)


def near_window(objective, x):
    """Which points of trajectories lie less than ten windows away.

    ``x`` has shape (n_steps + 1, 2, ...); the result is bool, of shape (n_steps + 1, ...).
    """
    low, high = objective.bounds.T.reshape(2, 2, *[1] * (x.ndim - 2))
    with np.errstate(all="ignore"):
        away = np.abs(x - (low + high) / 2) / (high - low)
    return away.max(axis=1) < DIVERGED_WIDTHS


def _first_far_away(objective, x):
    far = ~near_window(objective, x)
    return int(np.argmax(far)) if far.any() else None


def _far_away(x, f, far):
    lost = np.isnan(x[far:]).any(axis=1)
    if lost[0]:
        return _say("nan_from" if lost.all() else "nan_at", step=far)
    return _say("far_but_lower" if f[-1] <= f[0] else "far", step=far)


def _judged_by_gap(gap, slope, x, n):
    if not np.isfinite(gap).all():
        step = int(np.argmax(~np.isfinite(gap)))
        return Verdict("diverged", _say("no_value", step=step))
    small = gap <= CONVERGED_FRACTION * gap[0]
    if small[-1]:
        return Verdict("converged", _say("converged", steps=_steps(_since(small))))
    if slope[-1] <= 1e-6 * max(slope.max(), 1e-12):
        return Verdict("stopped", _say("stopped"))
    if (x == x[0]).all():
        return Verdict("stopped", _say("still"))
    if gap[-1] > 1.5 * gap[0]:
        return Verdict("diverged", _say("climbing"))
    if _is_circling(gap, x, n):
        return Verdict("circling", _say("circling"))
    more = _steps_left(gap, n)
    if more > n:
        return Verdict("crawling", _say("crawling", times=_times(more, n)))
    return Verdict("under way", _say("under_way", steps=_steps(max(1, round(more)))))


def _judged_by_slope(f, slope, x, n):
    """The verdict where the minimum is not known; what it says of f agrees with both its ends."""
    for name, values in {"f": f, "slope": slope}.items():
        if not np.isfinite(values).all():
            step = int(np.argmax(~np.isfinite(values)))
            return Verdict("diverged", _say(f"{name}_not_finite", step=step))
    rises, zero, small = f[-1] > f[0], slope == 0, slope <= CONVERGED_FRACTION * slope[0]
    end = "stopped" if rises or zero.all() else "converged"
    if zero[-1]:
        always = zero.all()
        return Verdict(end, _say("slope_zero" if always else "slope_zero_from", step=_since(zero)))
    if small[-1]:
        return Verdict(end, _say("slope_fallen", steps=_steps(_since(small))))
    if slope[-1] <= 1e-6 * slope.max():
        return Verdict(end, _say("slope_fallen_far"))
    larger = slope[-1] > 1.5 * slope[0]
    if _is_circling(slope, x, n) and not (rises and larger):
        return Verdict("circling", _say("slope_circling"))
    if rises:
        return Verdict("diverged", _say("climbing"))
    for when, before in {"start": slope[0], "half": slope[n // 2]}.items():
        if slope[-1] >= before:
            kind = "under way" if f[-1] < f[0] else "crawling"
            size = "larger_than" if slope[-1] > before else "as_large_as"
            return Verdict(kind, _say(f"slope_{size}_{when}", kind=kind))
    more = _steps_left(slope, n)
    kind = "crawling" if more > n else "under way"
    return Verdict(kind, _say("slope_needs", kind=kind, times=_times(more, n)))


def _since(small):
    """The step from which on all are true; the last is."""
    return 0 if small.all() else len(small) - int(np.argmin(small[::-1]))


def _steps(n):
    return _say("step" if n == 1 else "steps", n=n)


def _is_circling(gap, x, n):
    half = n // 2
    before, after = gap[: half + 1].min(), gap[half:].min()
    length = np.linalg.norm(np.diff(x[half:], axis=0), axis=1).sum()
    moved = np.linalg.norm(x[-1] - x[half])
    return n >= 8 and after > 0.5 * before and length > 4 * moved + 1e-12


def _steps_left(gap, n):
    """How many more it takes to converge at the rate of the second half; inf if there is none."""
    half = n // 2
    rate = np.log(gap[half] / gap[-1]) / (n - half)  # per step, in powers of e
    return np.log(gap[-1] / (CONVERGED_FRACTION * gap[0])) / rate if rate > 0 else np.inf


def _times(more, n):
    return _say("more", more=f"{more:.0f}") if more < 100 * n else _say("many")


def describe(name, objective, x):
    """One sentence about a run: start, fall of f, verdict.

    >>> from course_lib.objectives import bowl
    >>> describe("adam", bowl, np.array([[1.0, 0.5], [0.1, 0.05], [0.001, 0.0005]]))
    'adam, 2 steps from (1.00, 0.50): f falls from 1.25 to 1.2e-6; converged in 2 steps.'
    """
    with np.errstate(all="ignore"):
        f = np.where(np.isnan(x).any(axis=1), np.nan, objective.f(x.T))
    steps = len(x) - 1
    change = _change(f) if np.isfinite(f[0]) else _say("undefined")
    judged = verdict(objective, x).text
    said_already = not np.isfinite(f[0]) and judged.endswith("at step 0")
    x1, x2 = map(place, x[0])
    about = {"name": name, "steps": _steps(steps), "x1": x1, "x2": x2, "change": change}
    return _say("run_without_verdict" if said_already else "run", **about, verdict=judged)


def _change(f):
    """How values changed from first to last, with as many digits as it takes to see it."""
    first, last = map(float, f[[0, -1]])
    if last == first:
        always = (f == first).all()
        return _say("stays" if always else "same_ends", value=short(first, 3))
    if np.isnan(last):
        return _say("to_nan", before=short(first, 3))
    for digits in range(2, 18):
        before, after = short(first, max(digits, 3)), short(last, digits)
        if np.sign(float(after) - float(before)) == np.sign(last - first):
            break
    return _say("falls" if last < first else "rises", before=before, after=after)
