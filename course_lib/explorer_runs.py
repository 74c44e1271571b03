"""The runs behind an explorer: every optimizer from the same start, a reader's own in good time."""

from course_lib.guard import bounded
from course_lib.optimizers import run
from course_lib.state_tables import free_hyperparameters, is_readers, observed_run, start_state


def run_all(steps, objective, x0, values, how=run):
    """Run every optimizer from one start.

    Parameters
    ----------
    steps : dict of str to callable
        Label to step function.
    objective : Objective
    x0 : ndarray, shape (2, ...)
    values : dict
        ``n_steps`` and the hyperparameters of all steps.
    how : callable
        `optimizers.run`, or what takes the same arguments.

    Returns
    -------
    dict of str to NamedTuple
        Label to what ``how`` returned.
    """
    return {label: _run(step, objective.grad, x0, values, how) for label, step in steps.items()}


def observe_all(steps, objective, x0, values):
    """`run_all`, with all quantities of each run (see `state_tables.observed_run`).

    Returns
    -------
    histories, quantities : dict
    """
    observed = run_all(steps, objective, x0, values, observed_run)
    histories = {label: history for label, (history, _) in observed.items()}
    quantities = {label: quantities for label, (_, quantities) in observed.items()}
    return histories, quantities


def in_time(step, action):
    """Return what ``action()`` does; if ``step`` is a reader's, raise a TimeoutError in the end."""
    return bounded(action) if is_readers(step) else action()


def _run(step, grad, x0, values, how):
    def all_steps():
        hyper = {name: values[name] for name in free_hyperparameters(step)}
        start = start_state(step, x0, grad, **hyper)
        return how(step, start, grad, values["n_steps"], **hyper)

    return in_time(step, all_steps)
