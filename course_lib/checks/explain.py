"""What was found about a step function, in words.

`explain` takes a `Problem`, a `Match` or None (no known update leaves this trace) and gives the
diagnosis with what is shown of it. All words that do not depend on numbers are in mistakes.toml.
"""

import re
from typing import NamedTuple

import numpy as np

from course_lib import optimizers
from course_lib.checks import matching, mistakes, probe
from course_lib.checks.feedback import Diagnosis, Feedback, expected_and_got, numbers
from course_lib.checks.runtime_problems import NO_FUNCTION, NOT_ATTEMPTED, Problem


class Explanation(NamedTuple):
    """A diagnosis, and what is shown of it."""

    diagnosis: Diagnosis
    feedback: Feedback

    def with_parts(self, **parts):
        """The same with other parts of the feedback."""
        shown = self.feedback._replace(**parts)
        return Explanation(self.diagnosis._replace(message=shown.text()), shown)


def explain(found, trace, step, algorithm):
    """The explanation of a `Problem`, a `Match`, or of None."""
    if isinstance(found, Problem):
        return _explain_problem(found, trace, algorithm)
    if found is None:
        if trace.is_finite():
            return _explain_unknown(step, trace, algorithm)
        return _explain_infinite(step, trace, algorithm)
    if found.candidate.mistakes:
        return _explain_mistake(found, step, trace, algorithm)
    return _explain_right(found)


def with_remarks(explanation, trace, algorithm):
    """The explanation with what is to be said besides: an input changed, no tuple returned."""
    if trace.changed is not None and explanation.diagnosis.verdict != "not-attempted":
        explanation = _with_changed_input(explanation, trace, algorithm)
    if trace.note:
        footnote = f"{explanation.feedback.footnote} {trace.note}".strip()
        explanation = explanation.with_parts(footnote=footnote)
    return explanation


def _with_changed_input(explanation, trace, algorithm):
    what = "gradient" if trace.changed == "g" else f"{trace.changed} of the state"
    changes = _explain_problem(Problem("changes-its-input", {"changed": what}), trace, algorithm)
    if explanation.diagnosis.correct:
        return changes
    footnote = f"{changes.feedback.say} {changes.feedback.footnote}"
    footnote = f"{explanation.feedback.footnote} {footnote}".strip()
    slug = explanation.diagnosis.mistake
    diagnosis, shown = explanation.with_parts(footnote=footnote)
    return Explanation(
        diagnosis._replace(mistake=f"{slug}+changes-its-input" if slug else None), shown
    )


def _explanation(verdict, slug, shown, differs=None):
    shown = shown._replace(verdict=verdict)
    at = tuple(differs)[:4] if differs else (None,) * 4
    right = verdict in ("correct", "variant")
    return Explanation(Diagnosis(verdict, right, slug, *at, shown.text()), shown)


# A problem at runtime


def _explain_problem(problem, trace, algorithm, differs=None):
    slug, detail = problem
    shown = _problem_words(slug, algorithm, trace, differs, detail)
    if slug in NOT_ATTEMPTED:
        return _explanation("not-attempted", None, shown)
    if slug in NO_FUNCTION:
        return _explanation("unknown", None, shown)
    if differs is None and "quantity" in detail:
        differs = (trace.last, detail["quantity"], None, detail["got"])
    return _explanation("mistake", slug, shown, differs)


def _problem_words(slug, algorithm, trace, differs, detail):
    """The words of mistakes.toml about a problem, filled in."""
    entry = mistakes.words()["problem"][slug]
    kind = probe.state_of(algorithm)
    fields = ", ".join(kind._fields)
    detail = {"state": f"{kind.__name__}({fields})", "call": probe.call(algorithm), **detail}
    advice = mistakes.words()["advice"]
    advice = advice.get(_kind_of_advice(trace, detail), advice["other"])
    detail["advice"] = advice.format(fields=fields, count=len(kind._fields), **detail)
    say, look = (entry[part].format(**detail) for part in ("say", "look"))
    return Feedback(say, where=_where_of_problem(slug, trace, differs, detail), footnote=look)


def _kind_of_advice(trace, detail):
    error = type(trace.outcome.error).__name__ if trace else ""
    if "takes" in detail:
        return "signature"
    if error in ("TypeError", "ValueError") and re.search(r"\bm(ax|in)\(", trace.outcome.source):
        return "maximum"
    return error


def _where_of_problem(slug, trace, differs, detail):
    if slug in (*NOT_ATTEMPTED, "other-signature") or trace is None:
        return ""
    if trace.outcome.line is not None:
        return trace.outcome.where
    if differs or "quantity" in detail:
        return f"step {differs.step if differs else trace.last}"
    return ""


# Values that are not finite


def _explain_infinite(step, trace, algorithm):
    infinite = _first_infinite(trace)
    detail = {"quantity": infinite.quantity, "value": numbers(infinite.got)}
    found = _explain_problem(Problem("not-finite", detail), trace, algorithm, infinite)
    differs = matching.first_wrong(trace, algorithm)
    facts = _agreeing(trace, differs)
    if differs[:2] != infinite[:2]:
        facts = [f"The first number that differs comes before that: {_where(differs, trace)}."]
    facts = [*facts, _situation(trace, differs, algorithm)]
    return found.with_parts(hints=(" ".join(facts), _both_paths(step, algorithm)))


def _first_infinite(trace):
    """The first infinity or nan of a trace, as a `matching.Difference` from nothing."""
    finite = {name: np.where(np.isfinite(v), v, 0.0) for name, v in trace.states.items()}
    return matching.first_difference(trace.states, finite, 0.0)._replace(expected=None)


# A known update


def _explain_mistake(match, step, trace, algorithm):
    entries = [mistakes.bank()[slug] for slug in match.candidate.mistakes]
    got = match.trace | (trace.states if match.whole_state else {})
    order = matching.ORDER if match.whole_state else ("x", "t")
    near = 10 * matching.tolerance(trace)
    differs = matching.first_difference(got, match.right, near, order)
    say = entries[0].say
    if len(entries) == 2:
        say = f"Two things at once. First: {entries[0].say} Second: {entries[1].say}"
    look = " ".join(entry.look for entry in entries)
    shown = Feedback(
        say,
        where=_where(differs, trace),
        hints=(
            f"{look} {_situation(trace, differs, algorithm)}",
            " ".join([*(entry.why for entry in entries), _both_paths(step, algorithm)]),
            "; ".join(dict.fromkeys(entry.formula for entry in entries)),
        ),
        footnote=_also(match),
    )
    return _explanation("mistake", match.candidate.name, shown, differs)


def _explain_right(match):
    form = mistakes.forms().get(match.candidate.form)
    if form and form.variant:
        return _explanation("variant", form.slug, Feedback(form.praise))
    say = "All numbers of six steps agree."
    if form:
        say = f"x is right after each of six steps. {form.praise}"
    elif not match.whole_state:
        say = f"{say} You keep the moments in another form; the path is the same."
    return _explanation("correct", None, Feedback(say))


def _also(match):
    """The other pairs of mistakes that would give the very same numbers."""
    if not match.also:
        return ""
    bank = mistakes.bank()
    pairs = (" ".join(bank[slug].say for slug in name.split("+")) for name in match.also[:2])
    return f"These two would give the same numbers: {' Or: '.join(pairs)}"


# No known update


def _explain_unknown(step, trace, algorithm):
    """The first difference from the right update, and what is certain besides."""
    differs, unused, facts = _describe(step, trace, algorithm)
    known = "It is none of the mistakes that this check knows by name."
    shown = Feedback(
        f"The numbers differ from step {differs.step} on, first in {differs.quantity}. "
        f"{' '.join(unused) or known}",
        where=_where(differs, trace),
        hints=(
            " ".join([*facts, _situation(trace, differs, algorithm)]),
            _both_paths(step, algorithm),
        ),
    )
    return _explanation("unknown", None, shown, differs)


def _describe(step, trace, algorithm):
    """The first difference, sentences on unused hyperparameters, and what else is certain."""
    differs = matching.first_wrong(trace, algorithm)
    x = trace.states["x"]
    if len(x) > 1 and np.all(x == x[0]):
        return differs, [], ["x is the same after every step, whatever the slopes are."]
    if not np.any(x % 1):
        fact = "x comes back in whole numbers: is what stands behind the point cut off?"
        return differs, [], [fact]
    facts = [*_agreeing(trace, differs), *_stretched(trace, differs)]
    unused = [
        f"Changing {theirs} changes nothing: is a number written in its place?"
        for name, theirs in probe.parameter_names(step, algorithm).items()
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
    t, p = differs.step, differs.probe
    before = trace.states["x"][t - 2, :, p] if t > 1 else probe.START[:, p]
    if np.array_equal(before, differs.got):
        return ["x has not moved."]
    with np.errstate(all="ignore"):
        ratio = (differs.got - before) / (differs.expected - before)
    if not np.isfinite(ratio).all() or np.ptp(ratio) > 1e-6 * np.abs(ratio).max():
        return []
    return [f"Both coordinates moved {ratio[0]:.4g} times as far as they should."]


def _is_unused(step, algorithm, trace, name):
    other = probe.HYPER | {name: probe.HYPER[name] * 0.9}
    again = probe.probe_step(step, algorithm, hyper=other)
    return bool(again.states) and all(
        np.array_equal(again.states[n], trace.states[n]) for n in trace.states
    )


# Where, after what, and where to look on


def _both_paths(step, algorithm):
    """How to see the right path and the student's move side by side."""
    name = getattr(step, "__name__", "")
    name = name if name.isidentifier() else "your_function"
    return f"To see both paths, run `explore(ravine(10), {algorithm}, {name})`."


def _where(differs, trace):
    """The place of a `matching.Difference` with both values."""
    if differs is None:
        return ""
    both = expected_and_got(differs.expected, differs.got)
    run = f" of a run that began at t = {probe.MID_RUN['t']}" if trace.mid_run else ""
    return f"step {differs.step}{run}, {differs.quantity}: {both}"


def _situation(trace, differs, algorithm):
    """The numbers that went into the step that differs, so that it can be done by hand."""
    if differs is None:
        return ""
    t, p = differs.step, differs.probe
    kind = probe.state_of(algorithm)
    before = {
        name: np.full(2, probe.MID_RUN.get(name, 0.0) * trace.mid_run) for name in kind._fields
    }
    before["x"] = probe.START[:, p]
    if t > 1:
        before = {name: values[t - 2, :, p] for name, values in trace.states.items()}
    before["t"] = before["t"][0]
    g = probe.gradient(t, before["x"][:, None])[:, p]
    state = ", ".join(f"{name} = {numbers(value)}" for name, value in before.items())
    hyper = ", ".join(f"{name} = {values[p]:g}" for name, values in trace.given.items())
    came = f"then came g = {numbers(g)}{', with ' if hyper else ''}{hyper}"
    return f"Do step {t} by hand: it began with {state}; {came}."
