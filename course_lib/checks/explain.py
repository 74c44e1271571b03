"""What was found, in words: the sentence, where it shows, the hints, and what else is certain."""

import numpy as np

from course_lib.checks import mistakes
from course_lib.checks.advice import advice
from course_lib.checks.feedback import Feedback, expected_and_got, numbers
from course_lib.checks.matching import ORDER, first_difference, first_wrong
from course_lib.checks.parameters import defaults_of
from course_lib.checks.probe import MID_RUN, START, gradient, start, state_of
from course_lib.checks.runtime_problems import changes_its_input


def in_words(finding, trace):
    """The `Feedback` of a finding about a trace."""
    changed, trace = trace.changed, finding.trace or trace
    if finding.problem:
        answer = _runtime_problem(finding.problem, finding.differs, trace)
    elif finding.verdict == "mistake":
        answer = _mistake(finding, trace)
    elif finding.verdict == "unknown":
        answer = _unknown(finding, trace)
    else:
        answer = Feedback(_praise(finding, trace))
    footnotes = [answer.footnote]
    told = finding.problem and finding.problem.slug == "changes-its-input"
    if changed and finding.verdict != "not-attempted" and not told:
        changes = _runtime_problem(changes_its_input(trace), None, trace)
        footnotes += [changes.say, changes.footnote]
    footnote = " ".join(note for note in footnotes if note)
    return answer._replace(verdict=finding.verdict, footnote=footnote)


# Each kind of finding


def _praise(finding, trace):
    if finding.detail:
        slugs = (finding.slug,) if finding.match else ("inside", finding.slug)
        return " ".join(_entry(slug, finding.detail)["say"] for slug in slugs)
    form = finding.match.candidate.form
    if form.variant:
        return form.praise
    if form.slug:
        return f"x is right after each of six steps. {form.praise}"
    say = "All numbers of six steps agree."
    if first_difference(trace.states, finding.match.trace, 1e-4):
        say += " You keep the moments in another form; the path is the same."
    return say


def _mistake(finding, trace):
    """One or two known mistakes, and the other pairs that give the very same numbers."""
    bank, slugs = mistakes.bank(), finding.slug.split("+")
    entries = [_entry(slug, finding.detail) for slug in slugs if slug != "changes-its-input"]
    say = entries[0]["say"]
    if "g" in finding.unused:
        say += " " + _entry("gradient-unused", {})["say"]
    if len(entries) > 1:
        say = f"Two things at once. First: {say} Second: {entries[1]['say']}"
    why = " ".join([*(entry["why"] for entry in entries), _both_paths(trace)])
    formula = "; ".join(dict.fromkeys(entry["formula"] for entry in entries))
    look = " ".join([*(entry["look"] for entry in entries), _situation(trace, finding.differs)])
    also = finding.match.also[:2] if finding.match else ()
    pairs = [" ".join(bank[slug].say for slug in name.split("+")) for name in also]
    also = f"These two would give the same numbers: {' Or: '.join(pairs)}" if pairs else ""
    where = _where(trace, finding.differs)
    return Feedback(say, where=where, hints=(look, why, formula), footnote=also)


def _entry(slug, detail):
    """The words about a mistake, filled in."""
    if slug in mistakes.bank():
        return mistakes.bank()[slug]._asdict()
    entry = mistakes.contents()["behaviour"][slug]
    return {part: words.format(**detail) for part, words in entry.items()}


def _unknown(finding, trace):
    """No known update leaves this trace: the first difference, and what else is certain."""
    differs, facts = finding.differs, _odd_x(trace.states["x"])
    unused = () if facts else finding.unused
    facts = facts or [*_agreeing(trace, differs), *_stretched(trace, differs), *_missing(trace)]
    say = [f"The numbers differ from step {differs.step} on, first in {differs.quantity}."]
    say += [f"Changing {n} changes nothing: is a number written in its place?" for n in unused]
    return Feedback(
        " ".join(say),
        where=_where(trace, differs),
        hints=(" ".join([*facts, _situation(trace, differs)]), _both_paths(trace)),
    )


def _runtime_problem(problem, differs, trace):
    """The words of ``mistakes.toml`` for a runtime problem, filled in."""
    kind = state_of(trace.algorithm)
    fields = ", ".join(kind._fields)
    hyper = ", ".join(f"{name}=..." for name in defaults_of(trace.algorithm))
    words = {"state": f"{kind.__name__}({fields})", "call": f"(state, g, {hyper})"}
    words |= {"fields": fields, "count": len(kind._fields), **problem.detail}
    if trace.outcome.error:
        key = "signature" if "takes" in problem.detail else None
        words["advice"] = advice(trace.outcome, key, **words)
    entry = mistakes.contents()["problem"][problem.slug]
    say, look = (entry[part].format(**words) for part in ("say", "look"))
    where = trace.outcome.where or (f"step {differs.step}" if differs else "")
    if problem.slug in ("not-attempted", "unchanged", "other-signature"):
        where = ""
    hints = ()
    if problem.slug == "not-finite":
        hints = (_before_infinite(trace, differs), _both_paths(trace))
    return Feedback(say, where=where, hints=hints, footnote=look)


# Where a trace differs, after what, and where to look on


def _where(trace, differs):
    if differs is None:
        return ""
    expected, got = differs.expected, differs.got
    if differs.quantity == "t" and np.ptp(got) == 0:
        expected, got = expected[0], got[0]
    both = expected_and_got(expected, got)
    run = f" of a run that began at t = {MID_RUN['t']}" if trace.mid_run else ""
    return f"step {differs.step}{run}, {differs.quantity}: {both}"


def _situation(trace, differs):
    """The numbers that went into the step that differs, so that it can be done by hand."""
    if differs is None:
        return ""
    t, probe = differs.step, differs.probe
    before = {name: value[..., probe] for name, value in _state_before(trace, t).items()}
    before["t"] = before["t"][0]
    g = gradient(t, before["x"][:, None])[:, probe]
    state = ", ".join(f"{name} = {numbers(value)}" for name, value in before.items())
    theirs = {n: t if t.lower() == n else f"{t} (as {n})" for n, t in trace.names.items()}
    hyper = ", ".join(f"{theirs[n]} = {values[probe]:g}" for n, values in trace.given.items())
    came = f"then came g = {numbers(g)}{', with ' if hyper else ''}{hyper}"
    return f"Do step {t} by hand: it began with {state}; {came}."


def _state_before(trace, t):
    """The state before step ``t``: field -> ndarray of shape (2, probes)."""
    if t > 1:
        return {name: values[t - 2] for name, values in trace.states.items()}
    first = start(trace.algorithm, trace.mid_run, trace.begin)
    return {name: np.broadcast_to(value, np.shape(START)) for name, value in first.items()}


def _before_infinite(trace, infinite):
    """Sentences about the numbers before the first infinity or nan, and what led to it."""
    differs = first_wrong(trace)
    facts = _agreeing(trace, differs)
    if differs[:2] != infinite[:2]:
        facts = [f"The first number that differs comes before that: {_where(trace, differs)}."]
    return " ".join([*facts, _situation(trace, differs)])


def _both_paths(trace):
    """How to see the right path and the student's move side by side."""
    name = trace.name if trace.name.isidentifier() else "your_function"
    return f"To see both paths, run `explore(ravine(10), {trace.algorithm}, {name})`."


# Facts about a trace: lists of none or more sentences


def _odd_x(x):
    if np.all(x == x[0]):
        return ["x is the same after every step, whatever the slopes are."]
    still = np.all(x == x[0], axis=(0, 2))
    if still.any():
        return [f"Only {'x2' if still[0] else 'x1'} moves."]
    if not np.any(x % 1):
        return ["x comes back in whole numbers: is what stands behind the point cut off?"]
    return []


def _agreeing(trace, differs):
    """What is right in the same step, before the first difference."""
    before = ORDER[: ORDER.index(differs.quantity)]
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
    before = _state_before(trace, differs.step)["x"][:, differs.probe]
    if np.array_equal(before, differs.got):
        return ["x has not moved."]
    with np.errstate(all="ignore"):
        ratio = (differs.got - before) / (differs.expected - before)
    unequal = not np.isfinite(ratio).all() or np.ptp(ratio) > 1e-6 * np.abs(ratio).max()
    if unequal or abs(ratio[0] - 1) < 1e-4:
        return []
    return [f"Both coordinates moved {ratio[0]:.4g} times as far as they should."]


def _missing(trace):
    """Hyperparameters that the function has no parameter for."""
    return [
        f"Your function has no parameter {name}; the check took {trace.known[name]:g}."
        for name in defaults_of(trace.algorithm)
        if name not in trace.given and name != "eps"
    ]
