"""Is this step function right? In four steps: probe -> match -> explain -> show.

`probe` records what it does on six scripted steps, `matching` finds the known update that leaves
the same trace, `explain` puts that into words, and `feedback` shows them. A mistake is named only
if its trace is the student's.
"""

from typing import NamedTuple

from course_lib.checks import explain, feedback, matching, mistakes, probe, runtime_problems
from course_lib.checks.feedback import Diagnosis
from course_lib.checks.runtime_problems import Problem
from course_lib.utils.validation import InvalidValue, shown

ALGORITHMS = tuple(mistakes.contents()["lines"])
RIGHT = ("correct", "variant")  # verdicts


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
    >>> def uphill(state, g, lr=0.1):
    ...     return GradientDescentState(state.x + lr * g, state.t + 1)
    >>> diagnosis = diagnose(uphill, "gradient_descent")
    >>> diagnosis.mistake, diagnosis.step, diagnosis.quantity
    ('uphill', 1, 'x')
    """
    trace = probe.record(step, algorithm_name(algorithm))
    finding = match(step, trace)
    message = explain.in_words(finding, trace).text()
    right, where = finding.verdict in RIGHT, (finding.differs or (None,) * 4)[:4]
    return Diagnosis(finding.verdict, right, finding.slug, *where, message)


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
    trace = probe.record(step, name)
    finding = match(step, trace)
    answer = explain.in_words(finding, trace)
    if counts:
        feedback.note(exercise or name, finding.verdict)
    if trace.printed:
        print(trace.printed, end="" if trace.printed.endswith("\n") else "\n")
    feedback.show(answer)


def algorithm_name(algorithm):
    """One of `ALGORITHMS`, from its name or its function."""
    name = getattr(algorithm, "__name__", algorithm)
    if name not in ALGORITHMS:
        rule, example = f"be one of {', '.join(ALGORITHMS)}", 'check(my_step, "adam")'
        raise InvalidValue("algorithm", rule, shown(algorithm), example)
    return name


class Finding(NamedTuple):
    """What `match` finds, not yet in words."""

    verdict: str  # as in `Diagnosis`
    slug: str | None = None  # of the mistake or the variant
    differs: matching.Difference | None = None
    problem: Problem | None = None  # a runtime problem
    match: matching.Match | None = None  # the known update that leaves the same trace
    mid_run: probe.Trace | None = None  # the trace it shows on, if not the recorded one
    unused: tuple = ()  # the student's names of hyperparameters that change nothing


def match(step, trace):
    """The `Finding` about a step function and its trace."""
    problem = runtime_problems.find_problem(step, trace)
    if not problem:
        found = _from_the_start(step, trace) or _from_mid_run(step, trace) or _not_finite(trace)
    elif isinstance(trace.outcome.error, ZeroDivisionError):
        found = _from_mid_run(step, trace) or _of_problem(problem, trace)
    else:
        found = _of_problem(problem, trace)
    return _with_changed_input(found, trace)


def _from_the_start(step, trace):
    """What the recorded trace shows; None if it breaks off in infinities or nan."""
    found = matching.find_match(trace) if trace.is_finite(steps=0) else None
    mistaken = found is not None and bool(found.candidate.mistakes)
    if found and trace.hidden_state and not mistaken and not trace.changed:
        return _of_problem(Problem("hidden-state", {}), trace)
    if found and (trace.is_finite() or (found.whole_state and mistaken)):
        return _of_match(found, trace)
    if matching.is_mixed_up(trace):
        return _of_problem(Problem("fields-mixed-up", {}), trace)
    if not trace.is_finite():
        return None
    if trace.hidden_state:
        return _of_problem(Problem("hidden-state", {}), trace)
    unused = probe.unused_hyperparameters(step, trace)
    return Finding("unknown", differs=matching.first_wrong(trace), unused=unused)


def _from_mid_run(step, trace):
    """A mistake that shows when the probes begin in the middle of a run, where nothing is 0."""
    later = probe.record(step, trace.algorithm, mid_run=True)
    found = matching.find_match(later) if later.is_finite() else None
    if found and found.candidate.mistakes:
        return _of_match(found, later)._replace(mid_run=later)
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


def _with_changed_input(found, trace):
    """The same finding; a change of the input in place is a problem of its own, or joins it."""
    if trace.changed is None or found.verdict == "not-attempted":
        return found
    if found.verdict in RIGHT:
        return _of_problem(runtime_problems.changes_its_input(trace), trace)
    return found._replace(slug=f"{found.slug}+changes-its-input" if found.slug else None)
