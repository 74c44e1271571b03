"""What `optimizers.run` is given, as arrays of the right shapes, or a ValueError in words."""

import inspect

import numpy as np

IN_PLACE = (
    "{} and grad must leave the arrays that they are given as they are, because the history keeps "
    "them, but one was changed in place ({}). Write x = x - lr * g instead of x -= lr * g."
)


def hyperparameters(step):
    """Names and defaults of a step function's hyperparameters, read from its signature.

    Parameters
    ----------
    step : callable
        ``step(state, g, name=default, ...)``

    Returns
    -------
    dict of str to float
        None where there is no default.

    Examples
    --------
    >>> from course_lib.optimizers import momentum
    >>> hyperparameters(momentum)
    {'lr': 0.01, 'beta': 0.9}
    """
    return _named(inspect.signature(step).parameters.values())


def _named(parameters):
    after_state_and_g = list(parameters)[2:]
    named = [p for p in after_state_and_g if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return {p.name: None if p.default is p.empty else p.default for p in named}


def check_count(n_steps, name="n_steps"):
    """``n_steps``, or another count of that ``name``, as an int; or a ValueError in words."""
    whole = isinstance(n_steps, (int, np.integer)) and not isinstance(n_steps, bool)
    if not whole or n_steps < 0:
        raise ValueError(
            f"{name} is a whole number, 0, 1, 2, ..., but came as {n_steps!r}. "
            f"Write for example {name}=60."
        )
    return int(n_steps)


def check_hyperparameter(name, value):
    """Raise a ValueError that explains itself if ``value`` is not allowed for ``name``.

    ``lr`` must be above 0, a ``beta`` in [0, 1), ``eps`` at least 0, and all must be numbers.
    """
    value = _as_numbers(name, value)
    example = {"lr": "lr=0.1", "eps": "eps=1e-8"}.get(name, f"{name}=0.9")
    if name == "lr":
        allowed, rule = value > 0, "a number above 0"
    elif name.startswith("beta"):
        allowed, rule = (value >= 0) & (value < 1), "at least 0 and below 1"
    elif name == "eps":
        allowed, rule = value >= 0, "at least 0"
    else:
        allowed, rule = True, "a finite number"
    allowed = allowed & np.isfinite(value)
    if not np.all(allowed):
        among = f" (one of {value.size} values)" if value.size > 1 else ""
        raise ValueError(
            f"{name} must be {rule}, but came as {value[~allowed].flat[0]}{among}. "
            f"Write for example {example}."
        )


def _as_numbers(name, value):
    """A float array of any shape. 0-d arrays stay arrays: numpy rounds powers of them and of
    floats differently, and a single run must equal the same run in a batch to the last bit."""
    try:
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            return array.astype(float)
    except ValueError:  # a list of lists of different lengths
        pass
    raise ValueError(
        f"{name} must be a number or an array of numbers, but came as {value!r}. "
        f"Write for example {name}=0.1."
    )


def checked_hyperparameters(step, hyper, n_steps):
    """All hyperparameters as arrays, and those of them that change with t, time first."""
    parameters = inspect.signature(step).parameters.values()
    known = _named(parameters)
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    for name in hyper:
        if name not in known and not takes_any:
            raise ValueError(
                f"{step_name(step)} has no hyperparameter {name}; "
                f"it has {', '.join(known) or 'none'}."
            )
    for p in parameters:
        if p.name in known and p.default is p.empty and p.name not in hyper:
            raise ValueError(
                f"{step_name(step)} needs {p.name}, which has no default and was not given. "
                f"Write for example run(..., {p.name}=0.1)."
            )
    values = {**{name: value for name, value in known.items() if value is not None}, **hyper}
    schedules = {}
    for name, value in values.items():
        if callable(value):
            times = range(1, max(n_steps, 1) + 1)
            schedules[name] = _as_numbers(name, [value(t) for t in times])
            check_hyperparameter(name, schedules[name])
            values[name] = schedules[name][0, ...]
        else:
            values[name] = _as_numbers(name, value)
            check_hyperparameter(name, value)
    return values, schedules


def initial_state(step, state, wanted, hyper):
    """The start with every field as an array of the shape that the run will have.

    ``wanted`` is the type of state that the step is known to work on, or None.
    """
    _check_start(step, state, wanted)
    x0 = _as_numbers("x0", state.x)
    for name, value in hyper.items():
        if value.ndim >= max(x0.ndim, 1):
            extra = ", None" * value.ndim
            fewer = f", or give {name} no more axes than x0 has after its first" * (x0.ndim > 1)
            raise ValueError(
                f"{name} has shape {value.shape}, one value per run, but x0 of shape {x0.shape} "
                f"has too few axes for runs: its first is for the coordinates. "
                f"Write x0[:{extra}] to start all runs there{fewer}."
            )
    try:
        runs = np.broadcast_shapes(x0.shape[1:], *(value.shape for value in hyper.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {value.shape}" for name, value in hyper.items() if value.ndim)
        raise ValueError(
            f"the runs of x0, {x0.shape[1:]} (its shape without the coordinates), do not fit the "
            f"hyperparameters: {shapes}. Give them shapes that broadcast, for example (64, 1) and "
            "(64,)."
        ) from None
    shape = x0.shape[:1] + runs
    return state._replace(
        **{
            name: _spread(name, value, shape)
            for name, value in state._asdict().items()
            if name != "t"
        }
    )


def _check_start(step, state, wanted):
    fields = getattr(state, "_fields", ())
    if "x" not in fields or (wanted and fields != wanted._fields):
        name = wanted.__name__ if wanted else "AdamState"
        raise ValueError(
            f"the start of {step_name(step)} must be a NamedTuple with the fields "
            f"{', '.join(wanted._fields) if wanted else 'x, ...'}, but came as "
            f"{type(state).__name__}. Write for example run({step_name(step)}, {name}(x0), ...)."
        )


def _spread(name, value, shape):
    """A copy of a start value for every coordinate and run, which nobody may change."""
    value = _as_numbers(name, value)
    try:
        value = np.array(np.broadcast_to(value, shape))
    except ValueError:
        raise ValueError(
            f"{name} of the start must fit the shape of x, {shape}, but came with shape "
            f"{value.shape}. Leave it out to start it at 0."
        ) from None
    value.flags.writeable = False
    return value


def check_function(name, f, example):
    """Raise a ValueError in words if ``f``, which is called ``name``, is no function."""
    if not callable(f):
        if hasattr(f, name):  # an objective
            example = f"bowl.{name}, the function that belongs to the landscape bowl"
        raise ValueError(
            f"{name} must be a function, but came as {f!r:.60}. Write for example {example}."
        )


def checked_gradient(came, x):
    try:
        g = np.asarray(came, float)
    except (TypeError, ValueError):
        g = None
    if came is None or g is None or g.shape != x.shape:
        what = came if came is None or g is None else f"shape {g.shape}"
        raise ValueError(
            f"grad must return numbers of the shape of x, {x.shape}, but returned {what}. "
            "Return one slope for each coordinate, for example np.array([2 * x1, 2 * x2])."
        )
    return g


def to_state(step, before, after):
    """What a step returned as a state; a plain tuple in the state's order will do."""
    if not isinstance(after, tuple) or len(after) != len(before):
        wanted = f"{type(before).__name__}({', '.join(before._fields)})"
        kind = type(after).__name__
        came = {"NoneType": "None", "ndarray": "an array only"}.get(kind, f"a {kind}")
        raise ValueError(
            f"{step_name(step)} must return the next state, {wanted}, but returned {came}. "
            f"End it with: return {wanted}"
        )
    return type(before)(*after) if type(after) is tuple else after


def validate_state(step, before, after):
    """The state after a step, as the history keeps it: same shapes, and nobody may change it."""
    after = to_state(step, before, after)
    values = []
    for name, old, new in zip(before._fields, before, after, strict=True):
        if name != "t":
            new = np.asarray(new)
            if new.dtype.char != "d":
                new = _as_floats(step, name, new)
            if new.shape != old.shape:
                raise ValueError(
                    f"{step_name(step)} must keep the shape of {name}, {old.shape}, but returned "
                    f"shape {new.shape}. Compute each coordinate from its own g."
                )
            new.flags.writeable = False
        elif not isinstance(new, (int, float, np.number)):
            raise ValueError(
                f"{step_name(step)} must return the number of steps as t, but returned "
                f"{new!r:.60}. Write t = t + 1."
            )
        values.append(new)
    return type(after)(*values)


def _as_floats(step, name, new):
    if new.dtype.kind == "c":
        raise ValueError(
            f"{step_name(step)} must return real numbers, but {name} is complex. Look for the root "
            "of a negative number."
        )
    return new.astype(float)


def step_name(step):
    return getattr(step, "__name__", "the step function")
