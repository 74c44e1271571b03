"""Runs with everything that happened inside them: what a state table and an explorer show."""

import sys

import numpy as np

from course_lib.experiments.steps import free_hyperparameters, is_custom, start_state, unwrap_step
from course_lib.optimizers import run
from course_lib.utils.hyperparameters import takes_any
from course_lib.utils.sandbox import run_with_timeout

RESERVED = ("n_steps", "x0", "objective", "coordinate", "arrows")
"""Names of values that are no hyperparameters."""


def traced_run(step, start, grad, /, n_steps, **hyper):
    """`run`, with every quantity that the step function computes on its way.

    A quantity has shape (n_steps + 1, 2), nan where it does not exist yet. First come "x", "g" and
    the state's fields, then the function's local variables of the shape of x, "v_max" last.

    >>> from course_lib.optimizers import AdamState, adam
    >>> start = AdamState(np.array([1.0, 0.5]))
    >>> history, quantities = traced_run(adam, start, lambda x: 2 * x, 1, lr=0.1)
    >>> list(quantities)
    ['x', 'g', 'm', 'v', 'm_hat', 'v_hat']
    """
    seen, history = _watched(step, lambda: run(step, start, grad, n_steps, **hyper))
    shape = history.x.shape[1:]
    fields = {n: value for n, value in history._asdict().items() if value.shape[1:] == shape}
    inside = [n for n in (seen[0] if seen else {}) if _like(seen[0][n], shape)]
    gradient = ["g"] if "g" in inside or not seen else []
    names = list(dict.fromkeys(["x", *gradient, *fields, *inside]))
    if "v_max" in names:  # last, as the algorithm has it
        names = [*(name for name in names if name != "v_max"), "v_max"]
    unknown = np.full(shape, np.nan)
    quantities = {}
    for name in names:
        rows = [unknown] * (n_steps + 1)
        if len(seen) == n_steps:
            rows[1:] = [row.get(name, unknown) for row in seen]
        quantities[name] = fields[name] if name in fields else _stacked(rows, shape)
    return history, quantities


def state_table(quantities):
    """The quantities of `traced_run` as a live figure's table: names, rows, and data as float64."""
    columns = list(quantities.values())
    data = np.stack(columns, axis=-1).astype("<f8")
    rows = [f"x{i + 1}" for i in range(data.shape[1])]
    return {"names": list(quantities), "rows": rows, "data": data.tobytes()}


def _stacked(rows, shape):
    """Values of all steps as one array; a variable that changes its shape on the way is unknown."""
    return np.array([row if _like(row, shape) else np.full(shape, np.nan) for row in rows], float)


def _watched(step, action):
    """Local variables of a function at each of its returns during an action, and its result."""
    code = getattr(unwrap_step(step), "__code__", None)
    names = code.co_varnames if code else ()
    seen = []

    def watch(frame, event, _):
        if event == "return" and frame.f_code is code:
            values = frame.f_locals
            seen.append({name: values[name] for name in names if name in values})

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        return seen, action()
    finally:
        sys.setprofile(before)


def _like(value, shape):
    """Whether a value holds one real number for each coordinate."""
    if not isinstance(value, (np.ndarray, list)):
        return False
    try:
        array = np.asarray(value)
    except ValueError:  # a ragged list
        return False
    return array.shape == shape and array.dtype.kind in "biuf"


def run_all(steps, objective, x0, values, how=run):
    """Run every step function (label to function) from one start; label to history.

    ``values`` holds n_steps and the hyperparameters of all of them.
    """
    return {label: _run(step, objective.grad, x0, values, how) for label, step in steps.items()}


def trace_all(steps, objective, x0, values):
    """`run_all` with all quantities of each run: label to history, and label to quantities."""
    traced = run_all(steps, objective, x0, values, traced_run)
    histories = {label: history for label, (history, _) in traced.items()}
    quantities = {label: quantities for label, (_, quantities) in traced.items()}
    return histories, quantities


def limit_custom(step, action):
    """What ``action()`` returns; it has a time limit where ``step`` is a student's."""
    return run_with_timeout(action) if is_custom(step) else action()


def hyperparameters_of(step, values):
    """The names of those values that a step takes."""
    return (
        [n for n in values if n not in RESERVED]
        if takes_any(step)
        else [*free_hyperparameters(step)]
    )


def _run(step, grad, x0, values, how):
    def all_steps():
        hyper = {name: values[name] for name in hyperparameters_of(step, values)}
        start = start_state(step, x0, grad, **hyper)
        return how(step, start, grad, values["n_steps"], **hyper)

    return limit_custom(step, all_steps)
