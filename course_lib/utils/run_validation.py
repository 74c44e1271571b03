"""What `optimizers.run` is given, and what a step function returns, as states of arrays."""

import contextlib

import numpy as np

from course_lib.utils.hyperparameters import step_name
from course_lib.utils.text import kind
from course_lib.utils.validation import InvalidValue, check_array, shown

IN_PLACE = (
    "{} and grad must not change the arrays that they are given, because the history keeps them, "
    "but one was changed in place ({}). Write x = x - lr * g instead of x -= lr * g."
)


def initial_state(step, state, wanted, hyper):
    """The start with every field as an array of the shape that the run will have.

    ``wanted`` is the type of state that the step is known to work on, or None.
    """
    _check_fields(step, state, wanted)
    shape = _shape_of_run(check_array("x0", state.x, "x0=[0.5, 0.5]"), hyper)
    fields = {name: value for name, value in state._asdict().items() if name != "t"}
    return state._replace(**{name: _spread(name, value, shape) for name, value in fields.items()})


def _check_fields(step, state, wanted):
    fields = getattr(state, "_fields", ())
    if "x" not in fields or (wanted and fields != wanted._fields):
        name = wanted.__name__ if wanted else "AdamState"
        raise InvalidValue(
            f"the start of {step_name(step)}",
            f"be a NamedTuple with the fields {', '.join(wanted._fields) if wanted else 'x, ...'}",
            kind(state),
            f"run({step_name(step)}, {name}(x0), ...)",
        )


def _shape_of_run(x0, hyper):
    """Coordinates first, then what the runs of x0 and of the hyperparameters broadcast to."""
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
    return x0.shape[:1] + runs


def _spread(name, value, shape):
    """A copy of a start value for every coordinate and run, which nobody may change."""
    value = check_array(name, value, f"{name}=0.1")
    try:
        value = np.array(np.broadcast_to(value, shape))
    except ValueError:
        raise ValueError(
            f"{name} of the start must fit the shape of x, {shape}, got shape {value.shape}. "
            "Leave it out to start it at 0."
        ) from None
    value.flags.writeable = False
    return value


@contextlib.contextmanager
def explain_in_place(step):
    """Say what to write instead where code inside changes an array of the history."""
    try:
        yield
    except ValueError as error:
        if "read-only" in str(error):
            raise ValueError(IN_PLACE.format(step_name(step), error)) from error
        raise


def validate_gradient(returned, x):
    """What ``grad`` returned as an array of the shape of x."""
    try:
        g = np.asarray(returned, float)
    except (TypeError, ValueError):
        g = None
    if returned is None or g is None or g.shape != x.shape:
        raise InvalidValue(
            "grad",
            f"return numbers of the shape of x, {x.shape}",
            shown(returned) if returned is None or g is None else f"shape {g.shape}",
            "np.array([2 * x1, 2 * x2]), one slope for each coordinate",
        )
    return g


def to_state(step, before, after):
    """What a step returned as a state; a plain tuple in the state's order will do."""
    if not isinstance(after, tuple) or len(after) != len(before):
        wanted = f"{type(before).__name__}({', '.join(before._fields)})"
        got = "an array only" if isinstance(after, np.ndarray) else kind(after)
        raise InvalidValue(
            step_name(step), f"return the next state, {wanted}", got, f"return {wanted}"
        )
    return type(before)(*after) if type(after) is tuple else after


def validate_state(step, before, after):
    """The state after a step, as the history keeps it: same shapes, and nobody may change it."""
    after = to_state(step, before, after)
    values = []
    for name, old, new in zip(before._fields, before, after, strict=True):
        if name == "t":
            if not isinstance(new, (int, float, np.number)):
                rule = "return the number of steps as t"
                raise InvalidValue(step_name(step), rule, shown(new), "t = t + 1")
        else:
            new = np.asarray(new)
            if new.dtype.char != "d":
                new = _as_floats(step, name, new)
            if new.shape != old.shape:
                raise ValueError(
                    f"{step_name(step)} must keep the shape of {name}, {old.shape}, got shape "
                    f"{new.shape}. Compute each coordinate from its own g."
                )
            new.flags.writeable = False
        values.append(new)
    return type(after)(*values)


def _as_floats(step, name, new):
    if new.dtype.kind == "c":
        raise ValueError(
            f"{step_name(step)} must return real numbers, but {name} is complex. Look for the root "
            "of a negative number."
        )
    return new.astype(float)
