"""What `optimizers.run` is given, and what a step function returns, as states of arrays."""

import contextlib
import inspect
import re
from collections.abc import Mapping

import numpy as np

from course_lib.utils.hyperparameters import LARGEST_WHOLE, hyperparameters, step_name, takes_any
from course_lib.utils.sandbox import run_safely
from course_lib.utils.text import kind
from course_lib.utils.validation import (
    InvalidValue,
    NotReal,
    as_floats,
    check_array,
    check_function,
    received,
)

IN_PLACE = (
    "{} and grad must not change the arrays that they are given, because the history keeps them, "
    "but one was changed in place ({}). Write x = x - lr * g instead of x -= lr * g."
)


# First parameters of functions that are written to be called in another way
_NO_STATE = frozenset(["self", "x", "w", "theta", "params", "weights", "g", "grad", "gradient"])


# The start


def initial_state(state, hyper):
    """The start with every field as an array of the shape that the run will have."""
    shape = _shape_of_run(check_array("x0", state.x, "x0=[0.5, 0.5]"), hyper)
    fields = {name: value for name, value in state._asdict().items() if name != "t"}
    return state._replace(**{name: _spread(name, value, shape) for name, value in fields.items()})


def check_step_and_start(step, state, wanted):
    """Refuse a step that cannot be called as one, and a start that it does not work on.

    ``wanted`` is the type of state that the step is known to work on, or None.
    """
    check_function("step", step, "run(adam, AdamState(x0), bowl.grad, 60)")
    fields = getattr(state, "_fields", ())
    if "x" not in fields or (wanted and fields != wanted._fields):
        name = wanted.__name__ if wanted else "AdamState"
        raise InvalidValue(
            f"the start of {step_name(step)}",
            f"be a NamedTuple with the fields {', '.join(wanted._fields) if wanted else 'x, ...'}",
            kind(state),
            f"run({step_name(step)}, {name}(x0), ...)",
        )
    takes, certain = other_signature(step, fields, hyperparameters(step))
    if certain:
        raise ValueError(in_another_way(step, state, takes))


def _shape_of_run(x0, hyper):
    """Coordinates first, then what the runs of x0 and of the hyperparameters broadcast to."""
    hyper = {name: value for name, value in hyper.items() if isinstance(value, np.ndarray)}
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


# How a function is called


def other_signature(step, fields, names):
    """What a function takes, "(x, g, lr=0.1)", if not (state, g, ...); whether that is certain.

    ``fields`` are those of the state, ``names`` the hyperparameters that it would get.
    """
    try:
        signature = inspect.signature(step)
    except Exception:  # it has none that can be read
        return "", False
    given = list(signature.parameters)
    one_by_one = len(set(given) & set(fields)) > 1
    certain = one_by_one or "state" in given[1:2]
    try:
        signature.bind(None, None, **dict.fromkeys(names))
    except TypeError:
        certain = True
    if not certain and not _NO_STATE.intersection(given[:1]):
        return "", False
    takes = [str(p.replace(annotation=p.empty)) for p in signature.parameters.values()]
    return f"({', '.join(takes)})", certain


def takes_x_alone(step):
    """Whether a function works on x in the place of the state."""
    bare_x = np.ones(7)  # 7 entries: cannot be mistaken for a state
    return run_safely(step, bare_x, bare_x).error is None


def in_another_way(step, state, takes):
    """The words for a function that cannot be called as ``step(state, g, ...)``."""
    name, fields = step_name(step), ", ".join(state._fields)
    return (
        f"{name} must be called as {name}(state, g, lr=...), but takes {takes}. The first thing is "
        f"the whole state, {type(state).__name__}({fields}): take it apart inside your function, "
        f"{fields} = state, and return all of it."
    )


@contextlib.contextmanager
def explained(step, state):
    """Say what to write instead where an error inside is that of a known slip."""
    try:
        yield
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        if "read-only" in str(error):
            raise ValueError(IN_PLACE.format(step_name(step), error)) from error
        takes, _ = other_signature(step, state._fields, hyperparameters(step))
        if takes and takes_x_alone(step):
            raise ValueError(in_another_way(step, state, takes)) from error
        if re.search("interpreted as an integer|only integer", str(error)):
            raise ValueError(
                f"{step_name(step)} needs a whole number where another one came ({error}). Write "
                "the default of such a hyperparameter without a point, k=3, and give whole numbers."
            ) from error
        if isinstance(error, KeyError) and takes_any(step):
            name = error.args[0] if error.args else "lr"
            raise ValueError(
                f"{step_name(step)} needs {name}, which was not given. For example {name}=0.1."
            ) from error
        raise


# What grad and a step return


def validate_gradient(returned, x):
    """What ``grad`` returned as an array of the shape of x."""
    if type(returned) is np.ndarray and returned.dtype.char == "d" and returned.shape == x.shape:
        return returned  # as nearly always; spares a copy at each step
    g, got = received(returned)
    if g is None or g.shape != x.shape:
        raise InvalidValue(
            "grad",
            f"return numbers of the shape of x, {x.shape}",
            got,
            "np.array([2 * x1, 2 * x2]), one slope for each coordinate",
        )
    return g


def fields_of(returned, names):
    """The fields of a returned state, read by name or in their order; None if it has others."""
    if isinstance(returned, Mapping):
        return {n: returned[n] for n in names} if set(names) <= {*returned} else None
    if all(hasattr(returned, name) for name in names):
        return {name: getattr(returned, name) for name in names}
    if not isinstance(returned, (tuple, list)) or len(returned) != len(names):
        return None
    if isinstance(returned, list) and not isinstance(returned[0], (np.ndarray, list, tuple)):
        return None  # numbers: x alone
    return dict(zip(names, returned, strict=True))


def as_field(name, value):
    """A field of a returned state as floats, t as the number that it is; `NotReal` for all else."""
    if name == "t" and type(value) is int and abs(value) < LARGEST_WHOLE:  # as nearly always
        return value
    array = as_floats(value)
    if name != "t":
        return array
    if array.size != 1:
        raise NotReal(f"shape {array.shape}")
    return np.asarray(value).item()


def to_state(step, before, after):
    """What a step returned as a state; whatever has its fields, or as many in order, will do."""
    if type(after) is type(before):
        return after
    fields = fields_of(after, before._fields)
    if fields is None:
        wanted = f"{type(before).__name__}({', '.join(before._fields)})"
        got = "an array only" if isinstance(after, np.ndarray) else kind(after)
        raise InvalidValue(
            step_name(step), f"return the next state, {wanted}", got, f"return {wanted}"
        )
    return type(before)(**fields)


def validate_state(step, before, after):
    """The state after a step, as the history keeps it: same shapes, and nobody may change it."""
    after = to_state(step, before, after)
    values = []
    for name, old, new in zip(before._fields, before, after, strict=True):
        if type(new) is not np.ndarray or new.dtype.char != "d" or name == "t":
            new = _checked_field(step, name, new)
        if name != "t":
            if new.shape != old.shape:
                raise ValueError(
                    f"{step_name(step)} must keep the shape of {name}, {old.shape}, got shape "
                    f"{new.shape}. Compute each coordinate from its own g."
                )
            new.flags.writeable = False
        values.append(new)
    return type(after)(*values)


def _checked_field(step, name, value):
    try:
        return as_field(name, value)
    except NotReal as error:
        if name == "t":
            rule = "return the number of steps as t"
            raise InvalidValue(step_name(step), rule, f"{error}", "t = t + 1") from None
        if value is ...:
            raise ValueError(
                f"{step_name(step)} still has its three dots in the place of {name}. Write your "
                "line there, run that cell, then run this one."
            ) from None
        hint = " Look for the root of a negative number." * ("complex" in f"{error}")
        raise ValueError(
            f"{step_name(step)} must return real numbers as {name}, got {error}.{hint}"
        ) from None
