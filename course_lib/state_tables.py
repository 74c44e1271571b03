"""What a step function works on and what it computes inside, also for a reader's own."""

import functools
import inspect
import sys

import numpy as np

from course_lib.optimizers import STATES, hyperparameters, run


def plain_step(step):
    """The function itself, without `functools.partial` and wrappers around it."""
    while isinstance(step, functools.partial):
        step = step.func
    return inspect.unwrap(step)


def free_hyperparameters(step):
    """Hyperparameters of a step with their defaults, without those that a partial has fixed."""
    fixed = step.keywords if isinstance(step, functools.partial) else {}
    return {name: value for name, value in hyperparameters(step).items() if name not in fixed}


def start_state(step, x0, grad):
    """The state that a step function starts from.

    The library's steps have theirs in `optimizers.STATES`. A reader's own step gets the first of
    these states that it can take a step with; one of the same name is tried first.

    Parameters
    ----------
    step : callable
    x0 : ndarray, shape (2, ...)
    grad : callable

    Returns
    -------
    NamedTuple
    """
    plain = plain_step(step)
    if plain in STATES:
        return STATES[plain](x0)
    name = getattr(plain, "__name__", "")
    same_name = [kind for known, kind in STATES.items() if known.__name__ == name]
    kinds = list(dict.fromkeys([*same_name, *STATES.values()]))
    for kind in kinds:
        try:
            run(step, kind(x0), grad, 1)
        except Exception:  # this kind does not fit; another may
            continue
        return kind(x0)
    return kinds[0](x0)


def state_table(step, history, grad, hyper):
    """Every quantity of every step: the state's fields and what the step computes inside.

    The steps are taken once more while the function's local variables are watched; those with the
    shape of ``x`` become columns, in the order in which the function names them.

    Parameters
    ----------
    step : callable
    history : NamedTuple
        Of a single run: ``history.x`` of shape (n_steps + 1, 2).
    grad : callable
    hyper : dict
        The hyperparameters of the run.

    Returns
    -------
    dict
        ``names`` of columns, ``rows``, and ``data``: bytes of float32, shape (n_steps + 1, rows,
        columns), nan where a quantity does not exist yet.
    """
    kind, n_steps = type(history), len(history.x) - 1
    start = kind(*(field[0] for field in history))
    shape = start.x.shape
    seen = _watched(step, lambda: run(step, start, grad, n_steps, **hyper))
    fields = [name for name in kind._fields if np.shape(getattr(start, name)) == shape]
    first = seen[0] if seen else {}
    names = list(dict.fromkeys(["x", "g", *fields, *(n for n in first if _like(first[n], shape))]))
    if "v_max" in names:  # last, as the algorithm has it
        names = [*(name for name in names if name != "v_max"), "v_max"]
    data = np.full((n_steps + 1, shape[0], len(names)), np.nan, "<f4")
    for column, name in enumerate(names):
        if name in fields:
            data[:, :, column] = getattr(history, name)
        elif len(seen) == n_steps and n_steps:
            data[1:, :, column] = [values.get(name, np.nan) for values in seen]
    return {"names": names, "rows": [f"x{i + 1}" for i in range(shape[0])], "data": data.tobytes()}


def _watched(step, action):
    """Local variables of a function at each of its returns during an action."""
    code = getattr(plain_step(step), "__code__", None)
    seen = []

    def watch(frame, event, _):
        if event == "return" and frame.f_code is code:
            seen.append({name: frame.f_locals.get(name) for name in code.co_varnames})

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(before)
    return seen


def _like(value, shape):
    try:
        return isinstance(value, (np.ndarray, list)) and np.shape(value) == shape
    except ValueError:  # a ragged list
        return False
