"""What a step function works on and what it computes inside, also for a reader's own."""

import functools
import inspect
import sys

import numpy as np

from course_lib.optimizers import STATES, declared_state, hyperparameters, run
from course_lib.run_checks import step_name


def plain_step(step):
    """The function itself, without `functools.partial` and wrappers around it."""
    while isinstance(step, functools.partial):
        step = step.func
    return inspect.unwrap(step)


def is_readers(step):
    """Whether a step function is not one of the library's."""
    return plain_step(step) not in STATES


def labelled(steps):
    """Label to step; a partial's fixed values are part of its label."""
    labels = {}
    for step in steps:
        fixed = step.keywords if isinstance(step, functools.partial) else {}
        name = getattr(getattr(step, "func", step), "__name__", "your step")
        label = ", ".join([name, *(f"{key} = {_short(value)}" for key, value in fixed.items())])
        while label in labels:
            label += "'"
        labels[label] = step
    return labels


def _short(value):
    if callable(value):
        return "a schedule"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def free_hyperparameters(step):
    """Hyperparameters of a step with their defaults, without those that a partial has fixed."""
    fixed = step.keywords if isinstance(step, functools.partial) else {}
    return {name: value for name, value in hyperparameters(step).items() if name not in fixed}


def start_state(step, x0, grad, **hyper):
    """The state that a step function starts from.

    The library's steps have theirs in `optimizers.STATES`. A reader's own step may say which it
    works on (`optimizers.declared_state`). Else it gets the first of the library's states that it
    can take a step with; one of the same name is tried first.

    Parameters
    ----------
    step : callable
    x0 : ndarray, shape (2, ...)
    grad : callable
    **hyper : float
        Hyperparameters for that trial.

    Returns
    -------
    NamedTuple

    Raises
    ------
    ValueError
        If the step unpacks a state into more or fewer parts than any of the library's has.
    """
    plain = plain_step(step)
    declared = STATES.get(plain) or declared_state(plain)
    if declared:
        return declared(x0)
    name = getattr(plain, "__name__", "")
    same_name = [kind for known, kind in STATES.items() if known.__name__ == name]
    kinds = list(dict.fromkeys([*same_name, *STATES.values()]))
    other = 0
    for kind in kinds:
        try:
            run(step, kind(x0), grad, 1, **hyper)
        except Exception as error:  # this kind does not fit; another may
            other += "to unpack" in str(error)
            continue
        return kind(x0)
    if other == len(kinds):
        name = step_name(plain)
        raise ValueError(
            f"{name} works on a state of its own, and the figure does not know which. Say it in "
            f"its first line, for example: def {name}(state: MyState, g, ...), where MyState is a "
            "NamedTuple with x first and a default for all else."
        )
    return kinds[0](x0)


def observed_run(step, start, grad, n_steps, **hyper):
    """`run`, with every quantity that the step function computes on its way.

    The function's local variables are watched; those with the shape of ``x`` are kept, in the
    order in which the function names them.

    Parameters
    ----------
    step, start, grad, n_steps, **hyper
        As `run` takes them, for a single run: ``start.x`` of shape (2,).

    Returns
    -------
    history : NamedTuple
    quantities : dict of str to ndarray, shape (n_steps + 1, 2)
        "x", "g", the state's fields, then what is inside (m_hat, v_hat), and "v_max" last; nan
        where a quantity does not exist yet.

    Examples
    --------
    >>> from course_lib.optimizers import AdamState, adam
    >>> start = AdamState(np.array([1.0, 0.5]))
    >>> history, quantities = observed_run(adam, start, lambda x: 2 * x, 1, lr=0.1)
    >>> list(quantities)
    ['x', 'g', 'm', 'v', 'm_hat', 'v_hat']
    >>> quantities["m_hat"].round(6)
    array([[nan, nan],
           [ 2.,  1.]])
    """
    seen, history = _watched(step, lambda: run(step, start, grad, n_steps, **hyper))
    shape = history.x.shape[1:]
    fields = {n: value for n, value in history._asdict().items() if value.shape[1:] == shape}
    inside = [n for n in (seen[0] if seen else {}) if _like(seen[0][n], shape)]
    slope = ["g"] if "g" in inside or not seen else []
    names = list(dict.fromkeys(["x", *slope, *fields, *inside]))
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
    """The quantities of `observed_run` as `LiveFigure` shows them.

    Returns
    -------
    dict
        ``names`` of columns, ``rows``, and ``data``: bytes of float32, shape (n_steps + 1, rows,
        columns), nan where a quantity does not exist yet.
    """
    columns = list(quantities.values())
    data = np.stack(columns, axis=-1).astype("<f4")
    rows = [f"x{i + 1}" for i in range(data.shape[1])]
    return {"names": list(quantities), "rows": rows, "data": data.tobytes()}


def _stacked(rows, shape):
    """Values of all steps as one array; a variable that changes its shape on the way is unknown."""
    return np.array([row if _like(row, shape) else np.full(shape, np.nan) for row in rows], float)


def _watched(step, action):
    """Local variables of a function at each of its returns during an action, and its result."""
    code = getattr(plain_step(step), "__code__", None)
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
