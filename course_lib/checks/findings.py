"""What is wrong with a step function: a problem of its code, a known mistake, a behaviour."""

import itertools
from typing import NamedTuple

import numpy as np

from course_lib.checks import (
    behaviour,
    feedback,
    matching,
    mistakes,
    parameters,
    probe,
    runtime_problems,
)
from course_lib.checks.feedback import RIGHT
from course_lib.checks.runtime_problems import Problem

DECAYS = {  # which way a weight decay moves x -> what it is
    -1: ("variant", "variant-weight-decay"),
    0: ("variant", "variant-more-parameters"),
    1: ("mistake", "weight-decay-away"),
}


class Finding(NamedTuple):
    """What was found about a step function, not yet in words."""

    verdict: str  # as in `Diagnosis`
    slug: str | None = None  # of the mistake or the variant
    differs: matching.Difference | None = None
    problem: Problem | None = None  # a runtime problem
    match: matching.Match | None = None  # the known update that leaves the same trace
    trace: probe.Trace | None = None  # the trace it shows on, if not the recorded one
    unused: tuple = ()  # the student's names of hyperparameters that change nothing, or g
    detail: dict | None = None  # what the words about a behaviour need


def find(step, trace):
    """The `Finding` about a step function and its trace."""
    if isinstance(trace.outcome.error, KeyError):  # perhaps of **hyper
        for names in parameters.assignments(step, trace.algorithm)[1:]:
            other = probe.record_again(step, trace, names=names)
            if other.states:
                found = find(step, other)
                return found._replace(trace=found.trace or other)
    problem = runtime_problems.find_problem(step, trace)
    if not problem:
        found = _of_trace(step, trace)
        found = found if found.verdict in RIGHT else _by_other_values(step, trace, found)
        found = _by_behaviour(step, found.trace or trace, found)
    elif isinstance(trace.outcome.error, ZeroDivisionError):
        found = _from_elsewhere(step, trace) or _of_problem(problem, trace)
    else:
        found = _of_problem(problem, trace)
    return _with_changed_input(found, trace)


def _of_trace(step, trace):
    ways = _from_the_start, _from_elsewhere
    return next(filter(None, (way(step, trace) for way in ways)), None) or _not_finite(trace)


def _from_the_start(step, trace):
    """What the recorded trace shows; None if it breaks off in infinities or nan."""
    eps = () if "eps" in trace.given else behaviour.written_eps(step, trace)
    some = bool(trace.states) and np.isfinite(trace.states["x"][0]).any()
    found = matching.find_match(trace, eps) if some else None
    mistaken = found is not None and bool(found.candidate.mistakes)
    if found and trace.hidden_state and not mistaken:
        return _of_problem(Problem("hidden-state", {}), trace)
    if found and trace.is_finite():
        return _of_match(found, trace)
    if found and found.whole_state and matching.first_mistaken(trace, found).step == 1:
        return _of_match(found, trace)
    if matching.is_mixed_up(trace):
        return _of_problem(Problem("fields-mixed-up", {}), trace)
    if not trace.is_finite():
        return None
    if trace.hidden_state:
        return _of_problem(Problem("hidden-state", {}), trace)
    unused = behaviour.unused_hyperparameters(step, trace)
    return Finding("unknown", differs=matching.first_wrong(trace, eps), unused=unused)


def _from_elsewhere(step, trace):
    """A mistake that breaks off in infinities, where other numbers keep them away: in the middle of
    a run, where nothing is 0, or with betas far from 1."""
    small = {n: 0.1 * v if n.startswith("beta") else v for n, v in probe.HYPER.items()}
    for hyper, mid_run in ((probe.HYPER, True), (small, False)):
        other = probe.record_again(step, trace, hyper, mid_run=mid_run)
        found = matching.find_match(other) if other.is_finite() else None
        if found and found.candidate.mistakes:
            return _of_match(found, other)._replace(trace=other)
    return None


def _of_match(found, trace):
    """Right, right in another form, or a known mistake."""
    if found.candidate.mistakes:
        differs = matching.first_mistaken(trace, found)
        return Finding("mistake", found.candidate.name, differs, match=found)
    if found.candidate.form.variant:
        return Finding("variant", found.candidate.form.slug, match=found)
    return Finding("correct", match=found)


def _of_problem(problem, trace, differs=None):
    entry = mistakes.contents()["problem"][problem.slug]
    if "verdict" in entry:
        return Finding(entry["verdict"], problem=problem)
    if "got" in problem.detail:
        quantity, got = problem.detail["quantity"], problem.detail["got"]
        differs = matching.Difference(trace.last, quantity, None, got)
    return Finding("mistake", problem.slug, differs, problem)


def _not_finite(trace):
    differs = matching.first_infinite(trace)
    value = feedback.numbers(differs.got)
    problem = Problem("not-finite", {"quantity": differs.quantity, "value": value})
    return _of_problem(problem, trace, differs)


def _by_other_values(step, trace, found):
    """The same finding, or what shows with other values for the student's parameters."""
    decay = parameters.weight_decay(step, trace.names.values())
    without = [{}, dict.fromkeys(decay, 0.0)] if decay else [{}]
    ways = itertools.product(without, parameters.assignments(step, trace.algorithm))
    for others, names in list(ways)[1:]:
        other = probe.record_again(step, trace, names=names, others=others)
        again = _of_trace(step, other) if other.states else found
        if again.verdict in RIGHT and others:
            verdict, slug = DECAYS[behaviour.decay_moves(step, trace, decay)]
            detail = {"name": decay[0], "algorithm": trace.algorithm}
            return again._replace(verdict=verdict, slug=slug, detail=detail)
        if again.verdict in RIGHT:
            return again._replace(trace=other)
        if (found.verdict, again.verdict) == ("unknown", "mistake"):
            found = again._replace(trace=again.trace or other)
    return found


def _by_behaviour(step, trace, found):
    """The same finding, or what the function ignores or holds back."""
    right, unknown = found.verdict in RIGHT, found.verdict == "unknown"
    if not right and trace.is_finite() and behaviour.ignores_gradient(step, trace):
        if "x-for-g" in str(found.slug):
            return found._replace(unused=("g",))
        return _of_behaviour("gradient-unused", None, trace, {})
    if not (right or unknown):
        return found
    if bounds := behaviour.bounds_of_x(step, trace):
        slower = probe.HYPER | {"lr": behaviour.SMALL * probe.HYPER["lr"]}
        begin = behaviour.between(bounds)
        inside = _inside(probe.record_again(step, trace, slower, begin=begin))
        at_bound = unknown and found.differs.quantity == "x" and {*bounds} & {*found.differs.got}
        if at_bound or inside is not None:
            low, high = map(feedback.numbers, bounds)
            detail = {"low": low, "high": high, "algorithm": trace.algorithm}
            return _of_behaviour("x-clipped", inside, trace, detail)
    if behaviour.clips_gradient(step, trace):
        inside = _inside(probe.record_again(step, trace, scale=behaviour.SMALL))
        if inside is not None:
            detail = {"algorithm": trace.algorithm}
            return _of_behaviour("gradient-clipped", inside, trace, detail)
    return found


def _inside(trace):
    """The mistakes in a trace that stays inside all bounds; None if it matches no update."""
    found = matching.find_match(trace) if trace.is_finite() else None
    return found.candidate.mistakes if found else None


def _of_behaviour(slug, inside, trace, detail):
    """Right inside its bounds, or wrong there as well; ``inside`` are the mistakes there."""
    if inside == ():
        return Finding("variant", slug, detail=detail, trace=trace)
    slugs, differs = "+".join((slug, *(inside or ()))), matching.first_wrong(trace)
    return Finding("mistake", slugs, differs, detail=detail, trace=trace)


def _with_changed_input(found, trace):
    """The same finding; a change of the input in place is a problem of its own, or joins it."""
    if trace.changed is None or found.verdict == "not-attempted":
        return found
    if found.verdict in RIGHT:
        return _of_problem(runtime_problems.changes_its_input(trace), trace)
    return found._replace(slug="+".join(filter(None, (found.slug, "changes-its-input"))))
