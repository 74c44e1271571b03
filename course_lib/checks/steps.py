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


def check(step, algorithm, exercise=None, counts=True, bounds=None):
    """Show what `diagnose` finds: a sentence, where it shows, and hints that open one by one.

    Parameters
    ----------
    step, algorithm
        As in `diagnose`. Whatever comes, nothing is raised.
    exercise : str, optional
        Name of the exercise in `feedback.summary`; default: the algorithm.
    counts : bool
        False for a solution that the notebook gives: it is shown and not counted.
    bounds : pair of float, optional
        Where the problem keeps x, such as (-1, 1): a function that keeps it elsewhere is wrong.
    """
    try:
        name = algorithm_name(algorithm)
    except ValueError as error:
        return feedback.show(feedback.Feedback(str(error)))
    trace = probe.record(step, name)
    finding = within(bounds, find(step, trace))
    answer = explain.in_words(finding, trace)
    if counts:
        feedback.note(exercise or name, finding.verdict)
    if trace.printed:
        print(trace.printed, end="" if trace.printed.endswith("\n") else "\n")
    feedback.show(answer)


def within(bounds, finding):
    """The finding, a mistake where x is kept between other bounds than those of the problem."""
    if bounds is None or finding.slug != "x-clipped":
        return finding
    kept = finding.detail["low"], finding.detail["high"]
    is_right = kept == tuple(map(feedback.numbers, bounds))
    return finding if is_right else finding._replace(verdict="mistake")


def algorithm_name(algorithm):
    """One of `ALGORITHMS`, from its name or its function."""
    name = getattr(algorithm, "__name__", algorithm)
    if name not in ALGORITHMS:
        rule, example = f"be one of {', '.join(ALGORITHMS)}", 'check(my_step, "adam")'
        raise InvalidValue("algorithm", rule, shown(algorithm), example)
    return name
