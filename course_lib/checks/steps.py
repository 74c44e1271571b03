"""Read a student's step function and name what is wrong with it.

`diagnose` lets the function walk six scripted steps (`walks`), looks for a known update that
leaves the same trace (`matching`, `mistakes`), and puts what it finds into words. `check` shows
them. Nothing is guessed: a mistake is named only if its trace is the student's.
"""

from typing import NamedTuple

import numpy as np

from course_lib.checks import conduct, feedback, matching, mistakes
from course_lib.checks import explain as unknowns
from course_lib.checks import probe as walks
from course_lib.checks.feedback import Diagnosis
from course_lib.checks.path_sketch import path_sketch

ALGORITHMS = tuple(mistakes.words()["lines"])


def diagnose(step, algorithm):
    """Say whether a step function is right, and if not, which mistake it makes.

    Parameters
    ----------
    step : callable
        ``step(state, g, lr=..., ...)``, which returns the next state: the library's NamedTuple or
        a tuple in its order. Its own signature decides which hyperparameters it takes.
    algorithm : str or callable
        One of `ALGORITHMS`, or the library's function of that name.

    Returns
    -------
    Diagnosis

    Raises
    ------
    ValueError
        If ``algorithm`` is none of `ALGORITHMS`. Nothing that ``step`` does raises.

    Examples
    --------
    >>> from course_lib.optimizers import GradientDescentState, adam
    >>> diagnose(adam, "adam").verdict
    'correct'
    >>> def walk(state, g, lr=0.1):
    ...     return GradientDescentState(state.x + lr * g, state.t + 1)
    >>> diagnosis = diagnose(walk, "gradient_descent")
    >>> diagnosis.mistake, diagnosis.step, diagnosis.quantity
    ('uphill', 1, 'x')
    """
    return _examine(step, algorithm_name(algorithm)).diagnosis


def check(step, algorithm, exercise=None, counts=True):
    """Show what `diagnose` finds: a sentence, where it shows, and hints that open one by one.

    Parameters
    ----------
    step, algorithm
        As in `diagnose`. Whatever comes, nothing is raised.
    exercise : str, optional
        Name of the exercise in `feedback.summary`; default: the algorithm.
    counts : bool
        False for a solution that the notebook gives: it is shown and not counted.
    """
    try:
        name = algorithm_name(algorithm)
    except ValueError as error:
        return feedback.show(feedback.Feedback(str(error)))
    found = _examine(step, name)
    if counts:
        feedback.note(exercise or name, found.diagnosis.verdict)
    if found.printed:
        print(found.printed, end="" if found.printed.endswith("\n") else "\n")
    shown = found.feedback
    if found.sketch:
        shown = shown._replace(figure=path_sketch(step, name))
    feedback.show(shown)


def algorithm_name(algorithm):
    """One of `ALGORITHMS`, from its name or its function."""
    name = getattr(algorithm, "__name__", algorithm)
    if name not in ALGORITHMS:
        raise ValueError(
            f"algorithm must be one of {', '.join(ALGORITHMS)}, but came as {algorithm!r}. "
            'Write for example check(my_step, "adam").'
        )
    return name


class _Finding(NamedTuple):
    diagnosis: Diagnosis
    feedback: feedback.Feedback
    printed: str = ""
    sketch: bool = False  # whether a picture of the path helps


def _finding(verdict, slug, shown, differs=None):
    shown = shown._replace(verdict=verdict)
    at = tuple(differs)[:4] if differs else (None,) * 4
    right = verdict in ("correct", "variant")
    return _Finding(Diagnosis(verdict, right, slug, *at, shown.text()), shown)


def _examine(step, algorithm):
    if step is None or step is Ellipsis:
        return _conduct("not-attempted", algorithm)
    if isinstance(step, type) or not callable(step):
        slug, detail = conduct.no_function(step)
        return _conduct(slug, algorithm, **detail)
    trace = walks.record(step, algorithm)
    found = _judge(step, algorithm, trace)
    found = _with_changed_input(found, trace, algorithm)
    if trace.note:
        footnote = f"{found.feedback.footnote} {trace.note}".strip()
        shown = found.feedback._replace(footnote=footnote)
        message = shown.text()
        found = _Finding(found.diagnosis._replace(message=message), shown)
    sketch = bool(trace.states) and found.diagnosis.verdict in ("mistake", "unknown")
    return found._replace(printed=trace.printed, sketch=sketch)


def _judge(step, algorithm, trace):
    slug, detail = conduct.conduct_of(step, trace, algorithm)
    division = slug == "raises" and isinstance(trace.outcome.error, ZeroDivisionError)
    if slug and not division:
        return _conduct(slug, algorithm, trace, **detail)
    if not division:
        match = matching.find_match(trace, algorithm) if _finite(trace, steps=0) else None
        if match and trace.forgetful and not match.candidate.mistakes and not trace.changed:
            return _conduct("hidden-state", algorithm, trace)
        if match and (_finite(trace) or (match.whole_state and match.candidate.mistakes)):
            return _named(match, trace, algorithm)
        if unknowns.is_mixed_up(trace, algorithm):
            return _conduct("fields-mixed-up", algorithm, trace)
        if _finite(trace):
            return _unknown(step, trace, algorithm)
    warm = walks.record(step, algorithm, warm=True)
    if _finite(warm):
        match = matching.find_match(warm, algorithm, warm=True)
        if match and match.candidate.mistakes:
            return _named(match, warm, algorithm, warm=True)
    if division:
        return _conduct(slug, algorithm, trace, **detail)
    return _not_finite(trace, algorithm)


def _not_finite(trace, algorithm):
    differs = unknowns.first_infinite(trace)
    detail = {"quantity": differs.quantity, "value": feedback.numbers(differs.got)}
    facts = unknowns.before_infinite(trace, differs, algorithm)
    found = _conduct("not-finite", algorithm, trace, differs=differs, **detail)
    shown = found.feedback._replace(hints=(" ".join(facts),))
    return _Finding(found.diagnosis._replace(message=shown.text()), shown)


def _finite(trace, steps=slice(None)):
    return bool(trace.states) and all(np.isfinite(v[steps]).all() for v in trace.states.values())


def _conduct(slug, algorithm, trace=None, differs=None, **detail):
    """A finding about how the function behaves, not about what it computes."""
    shown = conduct.in_words(slug, algorithm, trace, differs, detail)
    if slug in conduct.NOT_ATTEMPTED:
        return _finding("not-attempted", None, shown)
    if slug in conduct.NO_FUNCTION:
        return _finding("unknown", None, shown)
    if differs is None and "quantity" in detail:
        differs = (trace.last, detail["quantity"], None, detail["got"])
    return _finding("mistake", slug, shown, differs)


def _with_changed_input(found, trace, algorithm):
    if trace.changed is None or found.diagnosis.verdict == "not-attempted":
        return found
    what = "gradient" if trace.changed == "g" else f"{trace.changed} of the state"
    changes = _conduct("changes-its-input", algorithm, trace, changed=what)
    if found.diagnosis.correct:
        return changes
    footnote = f"{changes.feedback.say} {changes.feedback.footnote}"
    shown = found.feedback._replace(footnote=f"{found.feedback.footnote} {footnote}".strip())
    slug = found.diagnosis.mistake
    slug = f"{slug}+changes-its-input" if slug else None
    return found._replace(
        diagnosis=found.diagnosis._replace(mistake=slug, message=shown.text()), feedback=shown
    )


def _named(match, trace, algorithm, warm=False):
    """A finding with a name: right, right in another form, or a known mistake."""
    if not match.candidate.mistakes:
        return _right(match)
    entries = [mistakes.bank()[slug] for slug in match.candidate.mistakes]
    got = match.trace | (trace.states if match.whole_state else {})
    order = matching.ORDER if match.whole_state else ("x", "t")
    near = 10 * matching.tolerance(trace)
    differs = matching.first_difference(got, match.right, near, order)
    say = entries[0].say
    if len(entries) == 2:
        say = f"Two things at once. First: {entries[0].say} Second: {entries[1].say}"
    look = " ".join(entry.look for entry in entries)
    situation = unknowns.situation(trace, differs, algorithm, warm)
    shown = feedback.Feedback(
        say,
        where=unknowns.where(differs, warm),
        hints=(
            f"{look} {situation}",
            " ".join(entry.why for entry in entries),
            "; ".join(dict.fromkeys(entry.formula for entry in entries)),
        ),
        footnote=unknowns.also(match),
    )
    return _finding("mistake", match.candidate.name, shown, differs)


def _right(match):
    form = mistakes.forms().get(match.candidate.form)
    if form and form.variant:
        return _finding("variant", form.slug, feedback.Feedback(form.praise))
    say = "All numbers of six steps agree."
    if form:
        say = f"x is right after each of six steps. {form.praise}"
    elif not match.whole_state:
        say = f"{say} You keep the moments in another form; the path is the same."
    return _finding("correct", None, feedback.Feedback(say))


def _unknown(step, trace, algorithm):
    """No known update leaves this trace: the first difference, and what is certain besides."""
    if trace.forgetful:
        return _conduct("hidden-state", algorithm, trace)
    differs, unused, facts = unknowns.describe(step, trace, algorithm)
    known = "It is none of the mistakes that this check knows by name."
    shown = feedback.Feedback(
        f"The numbers differ from step {differs.step} on, first in {differs.quantity}. "
        f"{' '.join(unused) or known}",
        where=unknowns.where(differs),
        hints=(" ".join([*facts, unknowns.situation(trace, differs, algorithm)]),),
    )
    return _finding("unknown", None, shown, differs)
