"""Read a student's step function and name what is wrong with it: probe, match, explain, show.

`probe` lets the function take six scripted steps, `matching` looks for a known update that leaves
the same trace, `explain` puts what was found into words. Nothing is guessed: a mistake is named
only if its trace is the student's.
"""

from course_lib.checks import explain, feedback, matching, mistakes
from course_lib.checks.probe import probe_step
from course_lib.checks.runtime_problems import Problem, find_problem, no_function
from course_lib.utils.validation import InvalidValue

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
    >>> def climb(state, g, lr=0.1):
    ...     return GradientDescentState(state.x + lr * g, state.t + 1)
    >>> diagnosis = diagnose(climb, "gradient_descent")
    >>> diagnosis.mistake, diagnosis.step, diagnosis.quantity
    ('uphill', 1, 'x')
    """
    return _examine(step, algorithm_name(algorithm))[0].diagnosis


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
    (diagnosis, shown), trace = _examine(step, name)
    if counts:
        feedback.note(exercise or name, diagnosis.verdict)
    if trace and trace.printed:
        print(trace.printed, end="" if trace.printed.endswith("\n") else "\n")
    feedback.show(shown)


def algorithm_name(algorithm):
    """One of `ALGORITHMS`, from its name or its function."""
    name = getattr(algorithm, "__name__", algorithm)
    if name not in ALGORITHMS:
        rule = f"be one of {', '.join(ALGORITHMS)}"
        raise InvalidValue("algorithm", rule, repr(algorithm), 'check(my_step, "adam")')
    return name


def _examine(step, algorithm):
    """The explanation of a step function, and its trace (None for what is no function)."""
    problem = no_function(step)
    if problem:
        return explain.explain(problem, None, step, algorithm), None
    trace = probe_step(step, algorithm)
    found, seen = _match(step, trace, algorithm)
    explanation = explain.explain(found, seen, step, algorithm)
    return explain.with_remarks(explanation, trace, algorithm), trace


def _match(step, trace, algorithm):
    """What was found, a `Problem`, a `Match` or None, and the trace in which it shows."""
    problem = find_problem(step, trace, algorithm)
    divided = problem is not None and isinstance(trace.outcome.error, ZeroDivisionError)
    if problem and not divided:
        return problem, trace
    if not divided:
        match = matching.find_match(trace, algorithm) if trace.is_finite(0) else None
        if match and trace.forgetful and not match.candidate.mistakes and not trace.changed:
            return Problem("hidden-state", {}), trace
        if match and (trace.is_finite() or (match.whole_state and match.candidate.mistakes)):
            return match, trace
        if matching.is_mixed_up(trace, algorithm):
            return Problem("fields-mixed-up", {}), trace
        if trace.is_finite():
            return Problem("hidden-state", {}) if trace.forgetful else None, trace
    mid_run = probe_step(step, algorithm, mid_run=True)  # past a division by zero at t = 1
    if mid_run.is_finite():
        match = matching.find_match(mid_run, algorithm)
        if match and match.candidate.mistakes:
            return match, mid_run
    return problem, trace
