"""Is this step function right? In four steps: probe -> find -> explain -> show.

`probe` records what it does on six scripted steps, `findings` finds the known update that leaves
the same trace (`matching`), or what it ignores or holds back (`behaviour`), `explain` puts that
into words, and `feedback` shows them. A mistake is named only if its trace is the student's.
"""

from course_lib.checks import explain, feedback, mistakes, probe
from course_lib.checks.feedback import Diagnosis
from course_lib.checks.findings import RIGHT, find
from course_lib.utils.validation import InvalidValue, shown

ALGORITHMS = tuple(mistakes.contents()["lines"])


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
    finding = find(step, trace)
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
    finding = find(step, trace)
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
