"""Facts about a trace in words: where it differs, after what, and what is certain besides."""

import itertools

import numpy as np

from course_lib import optimizers
from course_lib.checks import matching, mistakes
from course_lib.checks import probe as walks
from course_lib.checks.feedback import expected_and_got, numbers
from course_lib.checks.student_step import parameter_names


def where(differs, warm=False):
    """The place of a `matching.Difference` with both values.

    ``warm`` is true if the walk began in the middle of a run.
    """
    if differs is None:
        return ""
    both = expected_and_got(differs.expected, differs.got)
    run = f" of a run that began at t = {walks.WARM['t']}" if warm else ""
    return f"step {differs.step}{run}, {differs.quantity}: {both}"


def situation(trace, differs, algorithm, warm=False):
    """The numbers that went into the step that differs, so that it can be done by hand."""
    if differs is None:
        return ""
    t, walk = differs.step, differs.walk
    kind = optimizers.STATES[getattr(optimizers, algorithm)]
    before = {name: np.full(2, walks.WARM.get(name, 0.0) * warm) for name in kind._fields}
    before["x"] = walks.START[:, walk]
    if t > 1:
        before = {name: values[t - 2, :, walk] for name, values in trace.states.items()}
    before["t"] = before["t"][0]
    g = walks.gradient(t, before["x"][:, None])[:, walk]
    state = ", ".join(f"{name} = {numbers(value)}" for name, value in before.items())
    hyper = ", ".join(f"{name} = {values[walk]:g}" for name, values in trace.given.items())
    came = f"then came g = {numbers(g)}{', with ' if hyper else ''}{hyper}"
    return f"Do step {t} by hand: it began with {state}; {came}."


def also(match):
    """The other pairs of mistakes that would give the very same numbers."""
    if not match.also:
        return ""
    bank = mistakes.bank()
    pairs = (" ".join(bank[slug].say for slug in name.split("+")) for name in match.also[:2])
    return f"These two would give the same numbers: {' Or: '.join(pairs)}"


def first_infinite(trace):
    """The first infinity or nan of a trace, as a `matching.Difference` from nothing."""
    finite = {name: np.where(np.isfinite(v), v, 0.0) for name, v in trace.states.items()}
    return matching.first_difference(trace.states, finite, 0.0)._replace(expected=None)


def before_infinite(trace, infinite, algorithm):
    """Sentences about the numbers before the first infinity or nan, and what led to it."""
    differs = first_wrong(trace, algorithm)
    facts = _agreeing(trace, differs)
    if differs[:2] != infinite[:2]:
        facts = [f"The first number that differs comes before that: {where(differs)}."]
    return [*facts, situation(trace, differs, algorithm)]


def is_mixed_up(trace, algorithm):
    """Whether the first step returns the right values, each of them, in the wrong order."""
    near = 10 * matching.tolerance(trace)
    first = {name: values[0] for name, values in trace.states.items()}
    for right in matching.right_traces(trace, algorithm):
        for order in itertools.permutations(first):
            pairs = zip(first.values(), order, strict=True)
            if all(np.allclose(got, right[name][0], rtol=near, atol=0) for got, name in pairs):
                return order != tuple(first)
    return False


def first_wrong(trace, algorithm):
    """The first `matching.Difference` from the right update, in the form that agrees longest."""
    near = 10 * matching.tolerance(trace)
    found = [
        matching.first_difference(trace.states, right, near)
        for right in matching.right_traces(trace, algorithm)
    ]
    return max(found, key=lambda f: (f.step, matching.ORDER.index(f.quantity)))


def describe(step, trace, algorithm):
    """The first difference from the right update, and sentences that are certain.

    Returns
    -------
    differs : matching.Difference
    unused : list of str
        About hyperparameters that the function takes and does not use.
    facts : list of str
        What else is certain.
    """
    differs = first_wrong(trace, algorithm)
    x = trace.states["x"]
    if len(x) > 1 and np.all(x == x[0]):
        return differs, [], ["x is the same after every step, whatever the slopes are."]
    if not np.any(x % 1):
        return (
            differs,
            [],
            ["x comes back in whole numbers: is what stands behind the point cut off?"],
        )
    facts = [*_agreeing(trace, differs), *_stretched(trace, differs)]
    unused = [
        f"Changing {theirs} changes nothing: is a number written in its place?"
        for name, theirs in parameter_names(step, algorithm).items()
        if _is_unused(step, algorithm, trace, name)
    ]
    known = optimizers.hyperparameters(getattr(optimizers, algorithm))
    for name, value in known.items():
        if name not in trace.given and name != "eps":
            facts.append(f"Your function has no parameter {name}; the check took {value:g}.")
    return differs, unused, facts


def _agreeing(trace, differs):
    """What comes before the first difference in the same step, and is right."""
    before = matching.ORDER[: matching.ORDER.index(differs.quantity)]
    agree = [name for name in before if name in trace.states]
    if not agree or differs.quantity == "t":
        return []
    last, rest = agree[-1], ", ".join(agree[:-1])
    subject = f"{rest} and {last} are" if rest else f"{last} is"
    return [f"Up to there all is right, and {subject} right at this step too: look further down."]


def _stretched(trace, differs):
    """Whether both coordinates moved by the same multiple of the right step."""
    if differs.quantity != "x":
        return []
    t, walk = differs.step, differs.walk
    before = trace.states["x"][t - 2, :, walk] if t > 1 else walks.START[:, walk]
    if np.array_equal(before, differs.got):
        return ["x has not moved."]
    with np.errstate(all="ignore"):
        ratio = (differs.got - before) / (differs.expected - before)
    if not np.isfinite(ratio).all() or np.ptp(ratio) > 1e-6 * np.abs(ratio).max():
        return []
    return [f"Both coordinates moved {ratio[0]:.4g} times as far as they should."]


def _is_unused(step, algorithm, trace, name):
    other = walks.HYPER | {name: walks.HYPER[name] * 0.9}
    again = walks.record(step, algorithm, hyper=other)
    return bool(again.states) and all(
        np.array_equal(again.states[n], trace.states[n]) for n in trace.states
    )
