"""Which known update leaves the same trace as a student's, and where two traces differ first."""

import functools
import itertools
from typing import NamedTuple

import numpy as np

from course_lib.checks import mistakes
from course_lib.checks.mistakes import Candidate, Candidates, simulate
from course_lib.checks.parameters import hyper_names
from course_lib.checks.probe import N_PROBES, N_STEPS

TOLERANCE = 1e-10  # distance that still counts as equal, in double precision
SINGLE = 1e-4  # the same in single precision
ROUNDING = 1e-12  # distances below are rounding errors
ORDER = ("m", "v", "m_hat", "v_hat", "v_max", "x", "t")  # in which a step computes
ASSUMED_EPS = (1e-8, 0.0, 1e-7, 1e-10, 1e-6, 1e-12, 1e-16, 1e-5, 1e-3)  # without a parameter eps


class Match(NamedTuple):
    """A known update whose trace is that of a student's function."""

    candidate: Candidate
    trace: dict  # field -> ndarray (steps, 2, probes): what this update computes
    right: dict  # the same for the right update, written in the same form
    whole_state: bool  # whether m, v, v_max agree as well, and not only x and t
    apart: float  # distance of x
    also: tuple = ()  # names of other pairs with the same trace

    def is_certain(self):
        """Whether no mistake, or no further one, needs to be looked for."""
        return self.whole_state if self.candidate.mistakes else self.apart <= ROUNDING


class Difference(NamedTuple):
    """The first difference between two traces."""

    step: int  # from 1
    quantity: str
    expected: object  # numbers of shape (2,)
    got: object
    probe: int = 0


# The nearest known update


def find_match(trace, eps=()):
    """The `Match` of a trace with states; None also where two different mistakes fit equally well.

    Right updates come first, then single mistakes, then pairs, with fewer and fewer guesses of eps;
    ``eps`` are better guesses than `ASSUMED_EPS`.
    """
    near, hypers, found = tolerance(trace), _hypers(trace, eps), []
    kinds = (mistakes.right_candidates, mistakes.single_candidates, mistakes.pair_candidates)
    for candidates, n_guesses in zip(kinds, (len(hypers), 3, 2), strict=True):
        for hyper in hypers[:n_guesses]:
            found += _matches(trace, candidates, hyper, near)
        if "lr" not in trace.given:  # a number in its place is no square
            found = [match for match in found if "lr-squared" not in match.candidate.mistakes]
        if any(match.is_certain() for match in found):
            break
    return _nearest(found)


def _hypers(trace, eps=()):
    """The hyperparameters to simulate with: those given, else what shows, the default, a guess."""
    known = {"beta2": 0.9} | trace.known  # of an AdaGrad whose sum fades
    known = {name: known[name] for name in hyper_names(trace.algorithm) if name in known}
    if "eps" in trace.given or "eps" not in hyper_names(trace.algorithm):
        return [known]
    guesses = dict.fromkeys((*eps, known.get("eps", 1e-8), *ASSUMED_EPS))
    return [known | {"eps": guess} for guess in guesses]


def _matches(trace, candidates, hyper, near):
    """Those candidates whose x and t agree with a trace, in their order."""
    x, how = trace.states["x"], {n: getattr(trace, n) for n in ("mid_run", "scale", "begin")}
    values = tuple((name, *np.broadcast_to(value, N_PROBES)) for name, value in hyper.items())
    first = _first_x(candidates, trace.algorithm, values, **how)
    close = distance(x[:1, None].swapaxes(0, 1), first.swapaxes(0, 1)) <= near
    some = [candidates(trace.algorithm)[i] for i in np.flatnonzero(close)]
    if not some:
        return []
    both = Candidates(trace.algorithm, some + [Candidate(c.form, (), c.form.edit) for c in some])
    traces = simulate(both, hyper=hyper, **how)
    gone = np.cumsum(~np.isfinite(x), axis=0) > ~np.isfinite(x)  # what an infinity made of the rest
    states = {name: np.where(gone, np.nan, values) for name, values in trace.states.items()}
    traces = {name: np.where(gone[:, None], np.nan, values) for name, values in traces.items()}
    moments, found = states.keys() - {"x", "t"}, []
    for i, candidate in enumerate(some):
        one, pure = ({n: v[:, row] for n, v in traces.items()} for row in (i, len(some) + i))
        apart = float(distance(states["x"], one["x"]))
        if apart > near or not np.array_equal(states["t"], one["t"], equal_nan=True):
            continue
        whole = all(_agree(states, one, name, near) for name in moments)
        if not whole and len(candidate.mistakes) > 1:  # other mistakes can take the same path
            continue
        if not whole:
            form = Candidates(trace.algorithm, [Candidate(candidate.form, (), candidate.form.edit)])
            same_way = simulate(form, hyper=hyper, path=x, **how)
            right = {n: np.where(gone, np.nan, v[:, 0]) for n, v in same_way.items()}
        if whole or not _is_refuted(states, one, right, moments, near):
            found.append(Match(candidate, one, pure, whole, apart))
    return found


@functools.lru_cache(maxsize=32)
def _first_x(candidates, algorithm, hyper, **how):
    """x after the first step of all candidates; the probes begin at one state, so it is kept."""
    hyper = {name: np.array(values) for name, *values in hyper}
    return simulate(candidates(algorithm), 1, hyper, **how)["x"]


def _is_refuted(states, one, right, moments, near):
    """Whether a moment came back right that the mistake would have made wrong."""
    return any(
        _agree(states, right, name, near) and not _agree(states, one, name, near)
        for name in moments
    )


@np.errstate(all="ignore")
def _agree(states, other, name, near):
    """Whether a moment agrees, where gradients of 1e-6 count as much as gradients of 1.

    The largest v may be kept as its root: that is the same maximum. And Adam's m may be that of -g.
    """
    kept, expected = states[name], other[name]
    ways = {"v_max": (kept, kept**2), "m": (kept, -kept if "v" in states else kept)}
    for got in ways.get(name, (kept,)):
        size = np.nanmax(np.where(np.isfinite(got), np.abs(got), 0.0), axis=0) + 1e-300
        if distance(got / size, expected / size) <= max(near, 1e-9):
            return True
    return False


def _nearest(found):
    """The nearest match; where several are equally near, the right one, then the simplest.

    A variant must agree in its whole state: other code can take the same path.
    """
    found = [m for m in found if m.whole_state or not m.candidate.form.variant]
    if not found:
        return None
    best = max(10 * min(match.apart for match in found), ROUNDING)
    found = [match for match in found if match.apart <= best]
    right = [match for match in found if not match.candidate.mistakes]
    if right:
        return max(right, key=lambda match: match.whole_state)
    whole = [match for match in found if match.whole_state] or found
    match, size = whole[0], len(whole[0].candidate.mistakes)
    names = [m.candidate.name for m in whole if len(m.candidate.mistakes) == size]
    _, *others = dict.fromkeys(names)
    return None if size == 1 and others else match._replace(also=tuple(others))


# Distances


def distance(got, expected):
    """Largest difference relative to 1 + size, over the last axes: steps, coordinates, probes."""
    with np.errstate(all="ignore"):
        apart = np.abs(got - expected) / (1 + np.abs(expected))
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))  # also infinities
    apart = np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))
    return apart.max(axis=(-3, -2, -1))


@np.errstate(all="ignore")
def tolerance(trace):
    """Looser where a student computes in single precision."""
    for values in trace.states.values():
        later = values[1:][np.isfinite(values[1:])]
        if np.any(later % 1) and np.array_equal(later, later.astype(np.float32)):
            return SINGLE
    return TOLERANCE


# The first difference


def right_traces(trace, eps=()):
    """The right update's traces, in each of its forms that is no variant, for each guess of eps."""
    candidates = mistakes.right_candidates(trace.algorithm)
    how = trace.mid_run, trace.scale, trace.begin
    hypers = _hypers(trace, eps)[: 1 + len(eps)]
    every = [simulate(candidates, N_STEPS, hyper, *how) for hyper in hypers]
    return [
        {name: values[:, i] for name, values in traces.items()}
        for traces, (i, candidate) in itertools.product(every, enumerate(candidates))
        if not candidate.form.variant
    ]


def first_wrong(trace, eps=()):
    """The first `Difference` from the right update, in the form that agrees longest."""
    near = 10 * tolerance(trace)
    found = [
        first_difference(trace.states, right, near) or first_difference(trace.states, right, 0.0)
        for right in right_traces(trace, eps)
    ]
    return max(filter(None, found), key=_how_far, default=None)


def _how_far(differs):
    return differs.step, ORDER.index(differs.quantity), differs.probe


def first_infinite(trace):
    """The first infinity or nan of a trace, as a `Difference` from nothing."""
    finite = {name: np.where(np.isfinite(v), v, 0.0) for name, v in trace.states.items()}
    return first_difference(trace.states, finite, 0.0)._replace(expected=None)


def first_mistaken(trace, match):
    """The first `Difference` that the mistakes of a match make; None if they make none."""
    order = ORDER if match.whole_state else ("x", "t")
    return first_difference(match.trace, match.right, 10 * tolerance(trace), order)


@np.errstate(all="ignore")
def first_difference(got, expected, near, quantities=ORDER):
    """The first `Difference` above ``near``, relative to the largest expected number.

    First is the step, then the order of ``quantities``; t only counts where nothing else differs.
    """
    names = [name for name in quantities if name in got and name in expected]
    steps, probes = range(len(got["x"])), range(got["x"].shape[-1])
    for wanted in ([name for name in names if name != "t"], ["t"] if "t" in names else []):
        for t, probe, name in itertools.product(steps, probes, wanted):
            a, b = got[name][..., probe], expected[name][..., probe]
            size = np.nanmax(np.abs(b), axis=0)
            same = (np.abs(a[t] - b[t]) <= near * size) | (a[t] == b[t])
            if not (same | (np.isnan(a[t]) & np.isnan(b[t]))).all():
                return Difference(t + 1, name, b[t], a[t], probe)
    return None


def is_mixed_up(trace):
    """Whether the first step returns the right values, each of them, in the wrong order."""
    near = 10 * tolerance(trace)
    first = {name: values[0] for name, values in trace.states.items()}
    for right in right_traces(trace):
        for order in itertools.permutations(first):
            pairs = zip(first.values(), order, strict=True)
            if all(np.allclose(got, right[name][0], rtol=near, atol=0) for got, name in pairs):
                return order != tuple(first)
    return False
