"""Questions to a step function beside the probes: what does it ignore, what does it hold back?"""

import itertools
from dataclasses import replace

import numpy as np

from course_lib.checks.matching import ASSUMED_EPS
from course_lib.checks.probe import HYPER, START, is_same, one_step, record_again

TINY = 1e-60  # a slope at which only eps is left below the fraction bar
FAR = np.array([1e5, 1e9])  # two distances, or two slopes, beyond any sensible bound
SMALL = 1e-3  # factor that brings the probes' gradients under a bound


def unused_hyperparameters(step, trace):
    """The student's names of those hyperparameters that change nothing in the trace."""

    def changed(name):
        return record_again(step, trace, HYPER | {name: HYPER[name] * 0.9}).states

    return tuple(t for name, t in trace.names.items() if is_same(trace.states, changed(name)))


def ignores_gradient(step, trace):
    """Whether other gradients change nothing in the trace."""
    return is_same(trace.states, record_again(step, trace, scale=-0.7).states)


def clips_gradient(step, trace):
    """Whether a slope a thousand times as steep makes the very same step."""
    near, far = (one_step(step, trace, [0, 0], size * np.array([0.8, -0.6])) for size in FAR)
    return bool(near and far) and all(np.allclose(near[n], far[n], 1e-9, 0) for n in near)


def bounds_of_x(step, trace):
    """The bounds that x is kept between, (low, high), -inf or inf where there is none; or None."""
    near, far = (one_step(step, trace, [-size, size], [SMALL, SMALL]) for size in FAR)
    if not near or not far:
        return None
    low, high = np.where(near["x"] == far["x"], near["x"], [-np.inf, np.inf])
    return (low, high) if low < high and np.isfinite([low, high]).any() else None


def between(bounds):
    """Points well between two bounds to begin at, in the place of the probes' own."""
    low, high = np.clip(bounds, -10, 10)
    middle, half = (low + high) / 2, (high - low) / 2
    return tuple(tuple(middle + 0.5 * half * np.array(row)) for row in START)


@np.errstate(all="ignore")
def decay_moves(step, trace, names):
    """Where parameters called a decay move x on a plain: -1 towards 0, 1 away from it, else 0."""
    x, without = np.array([0.5, -0.5]), replace(trace, others=dict.fromkeys(names, 0.0))
    after, plain = (one_step(step, t, x, [TINY, TINY]) for t in (trace, without))
    towards = np.sign((after["x"] - plain["x"]) * x) if after and plain else np.zeros(2)
    return towards[0] if towards[0] == towards[1] else 0


def written_eps(step, trace):
    """What eps can be, where it is a number in the code, from a step with tiny slopes.

    There x moves by c·g/eps, with c = lr for the right update, or by c·g/sqrt(eps). Mistakes make
    another c; the right one leaves a round number. An eps that is added to the step shows alone
    in the sum of a step to the left and one to the right.
    """
    after = one_step(step, trace, [0, 0], [TINY, -TINY]) or {"x": np.zeros(2)}
    slope = abs(after["x"][0]) / TINY
    if not (slope > 0 and np.isfinite(after["x"]).all()):
        return ()
    added = abs(after["x"].sum()) / 2
    hyper = HYPER | trace.known
    lr, b1, b2 = (float(np.broadcast_to(hyper[name], 2)[1]) for name in ("lr", "beta1", "beta2"))
    powers = [lr**i for i in (1, 0, 2)]
    weights = [1, 1 - b1, b1, 1 / (1 - b1), b1 / (1 - b1), 1 / (1 + b1)]
    weights += [weight * (1 - b2) ** power for weight in weights[:4] for power in (0.5, 1)]
    right, *others = [a * b / slope for a, b in itertools.product(powers, weights)]
    rest = [right**2, added, added / lr, *others, *(r**2 for r in others)]
    rest = [*map(_round, rest)]
    usual = [eps for eps in ASSUMED_EPS if eps in rest]
    return tuple(dict.fromkeys(filter(None, [_round(right), *usual, *rest, _round(right, 2)])))


def _round(number, n_digits=1):
    """A positive number that can be an eps written in code, without its rounding error, else 0."""
    written = (float(f"{number:.{n_digits - 1}e}"), float(np.finfo(np.float32).eps))
    is_eps = 1e-25 < number < 0.2  # 1 is no eps
    return next((eps for eps in written if is_eps and abs(number / eps - 1) < 1e-6), 0)
