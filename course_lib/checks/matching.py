"""Which of the known updates leaves the same trace as a student's."""

import itertools
from typing import NamedTuple

import numpy as np

from course_lib import optimizers
from course_lib.checks import mistakes, probe

TOLERANCE = 1e-10  # distance that still counts as equal, in double precision
SINGLE = 1e-4  # the same in single precision
ROUNDING = 1e-12  # below this no distance means anything
ORDER = ("m", "v", "m_hat", "v_hat", "v_max", "x", "t")  # in which a difference is looked for


class Match(NamedTuple):
    """A known update with the trace of a student's function."""

    candidate: mistakes.Candidate
    trace: dict  # field -> ndarray (steps, 2, probes): what this update computes
    right: dict  # the same for the right update, written in the same form
    whole_state: bool  # whether m, v, v_max agree as well, and not only x and t
    apart: float  # distance of x
    also: tuple = ()  # names of other pairs with the same trace


class Difference(NamedTuple):
    """The first difference between two traces."""

    step: int  # from 1
    quantity: str
    expected: np.ndarray  # shape (2,)
    got: np.ndarray
    probe: int


def distance(got, expected):
    """Largest difference over steps, coordinates and probes, relative to 1 + size.

    Two infinities or two nan are equal. The last three axes are taken together.
    """
    with np.errstate(all="ignore"):
        apart = np.abs(got - expected) / (1 + np.abs(expected))
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    apart = np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))
    return apart.max(axis=(-3, -2, -1))


def scaled_distance(got, expected):
    """`distance` of moments, in which gradients of 1e-6 count as much as gradients of 1."""
    with np.errstate(all="ignore"):
        size = np.nanmax(np.where(np.isfinite(got), np.abs(got), 0.0), axis=0) + 1e-300
        return distance(got / size, expected / size)


def tolerance(trace):
    """Looser where a student computes in single precision."""
    for values in trace.states.values():
        later = values[1:][np.isfinite(values[1:])]
        with np.errstate(all="ignore"):
            single = np.array_equal(later, later.astype(np.float32))
        if single and np.any(later % 1):
            return SINGLE
    return TOLERANCE


def find_match(trace, algorithm):
    """The known update with a student's trace; None if there is none, or two fit equally well."""
    near = tolerance(trace)
    hypers = _hypers(trace, algorithm, probe.ASSUMED_EPS)
    found = []
    for wanted, guesses in (
        (mistakes.right_candidates, hypers),
        (mistakes.single_candidates, hypers[:3]),
        (mistakes.pair_candidates, hypers[:2]),
    ):
        for hyper in guesses:
            found += _within(trace, algorithm, wanted(algorithm), hyper, near)
        if any(_is_certain(match) for match in found):
            break
    return _choose(found)


def _is_certain(match):
    """Whether no mistake, or no further one, needs to be looked for."""
    if match.candidate.mistakes:
        return match.whole_state
    return match.apart <= ROUNDING


def _hypers(trace, algorithm, guesses):
    """The hyperparameters to compute with: those given, else the library's own defaults."""
    defaults = optimizers.hyperparameters(getattr(optimizers, algorithm))
    known = {name: trace.given.get(name, value) for name, value in defaults.items()}
    if "eps" in trace.given:
        return [known | {"eps": trace.given["eps"]}]
    if "eps" in known or algorithm == "amsgrad":
        return [known | {"eps": eps} for eps in guesses]
    return [known]


def _simulate(algorithm, wanted, n_steps, hyper, mid_run):
    with np.errstate(all="ignore"):
        start = probe.start(algorithm, mid_run)
        return mistakes.simulate(algorithm, wanted, probe.gradient, start, n_steps, hyper)


def right_traces(trace, algorithm):
    """What the right update computes on the probes, in each of its forms that is no variant."""
    right = [c for c in mistakes.right_candidates(algorithm) if not mistakes.is_variant(c.form)]
    hyper = _hypers(trace, algorithm, probe.ASSUMED_EPS)[0]
    traces = _simulate(algorithm, right, probe.N_STEPS, hyper, mid_run=False)
    return [{name: v[:, i] for name, v in traces.items()} for i in range(len(right))]


def _within(trace, algorithm, wanted, hyper, near):
    """Those of ``wanted`` whose x and t agree, in their order."""
    first = _simulate(algorithm, wanted, 1, hyper, trace.mid_run)
    x = trace.states["x"]
    close = distance(x[:1, None].swapaxes(0, 1), first["x"].swapaxes(0, 1)) <= near
    rows = np.flatnonzero(close)
    if not rows.size:
        return []
    some = [wanted[row] for row in rows]
    right = [mistakes.Candidate(c.form, (), mistakes.form_edit(c.form)) for c in some]
    whole = _simulate(algorithm, some + right, probe.N_STEPS, hyper, trace.mid_run)
    found = []
    moments = [name for name in trace.states if name not in ("x", "t")]
    for i, candidate in enumerate(some):
        one = {name: values[:, i] for name, values in whole.items()}
        apart = float(distance(x, one["x"]))
        if apart <= near and np.array_equal(trace.states["t"], one["t"], equal_nan=True):
            states = [float(scaled_distance(trace.states[n], one[n])) for n in moments]
            pure = {name: values[:, len(some) + i] for name, values in whole.items()}
            agrees = max(states, default=0.0) <= max(near, 1e-9)
            found.append(Match(candidate, one, pure, agrees, apart))
    return found


def _choose(found):
    """The nearest; where several are equally near, the right one, then the simplest.

    A variant is one only if it keeps the variant's state: the same path can come about otherwise.
    """
    found = [m for m in found if m.whole_state or not mistakes.is_variant(m.candidate.form)]
    if not found:
        return None
    best = max(10 * min(match.apart for match in found), ROUNDING)
    found = [match for match in found if match.apart <= best]
    right = [match for match in found if not match.candidate.mistakes]
    if right:
        return max(right, key=lambda match: match.whole_state)
    whole = [match for match in found if match.whole_state] or found
    match, size = whole[0], len(whole[0].candidate.mistakes)
    others = [m.candidate for m in whole if len(m.candidate.mistakes) == size]
    others = dict.fromkeys(c.name for c in others if c.name != match.candidate.name)
    if size == 1 and others:
        return None
    return match._replace(also=tuple(others))


def first_difference(got, expected, near, quantities=ORDER):
    """The first `Difference` of two traces, by step, then in the order of computing; or None.

    ``t`` counts only if nothing else differs.
    """
    names = [name for name in quantities if name in got and name in expected]
    with np.errstate(all="ignore"):
        for wanted in ([name for name in names if name != "t"], ["t"] if "t" in names else []):
            for t in range(len(got["x"])):
                for p in range(got["x"].shape[-1]):
                    for name in wanted:
                        a, b = got[name][..., p], expected[name][..., p]
                        size = np.nanmax(np.abs(b), axis=0)
                        same = (np.abs(a[t] - b[t]) <= near * size) | (a[t] == b[t])
                        same |= np.isnan(a[t]) & np.isnan(b[t])
                        if not same.all():
                            return Difference(t + 1, name, b[t], a[t], p)
    return None


def first_wrong(trace, algorithm):
    """The first `Difference` from the right update, in the form that agrees longest."""
    near = 10 * tolerance(trace)
    found = [
        first_difference(trace.states, right, near) for right in right_traces(trace, algorithm)
    ]
    return max(found, key=lambda f: (f.step, ORDER.index(f.quantity)))


def is_mixed_up(trace, algorithm):
    """Whether the first step returns the right values, each of them, in the wrong order."""
    near = 10 * tolerance(trace)
    first = {name: values[0] for name, values in trace.states.items()}
    for right in right_traces(trace, algorithm):
        for order in itertools.permutations(first):
            pairs = zip(first.values(), order, strict=True)
            if all(np.allclose(got, right[name][0], rtol=near, atol=0) for got, name in pairs):
                return order != tuple(first)
    return False
