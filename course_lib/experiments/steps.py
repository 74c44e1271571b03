"""What a step function is called, takes and works on, also for a student's own."""

import functools
import inspect
import re

from course_lib.optimizers import STATES, declared_state, hyperparameters, run
from course_lib.utils.hyperparameters import step_name
from course_lib.utils.sandbox import without_prints


def unwrap_step(step):
    """The function itself, without `functools.partial` and wrappers around it."""
    while isinstance(step, functools.partial):
        step = step.func
    return inspect.unwrap(step)


def is_custom(step):
    """Whether a step function is a student's, not one of the library's."""
    return unwrap_step(step) not in STATES


def label_steps(steps):
    """Label to step; a partial's fixed values are part of its label."""
    labels = {}
    for step in steps:
        label = step_label(step)
        while label in labels:
            label += "'"
        labels[label] = step
    return labels


def step_label(step):
    """The name of a step function, with the values that a partial has fixed."""
    fixed = step.keywords if isinstance(step, functools.partial) else {}
    name = getattr(getattr(step, "func", step), "__name__", "your step")
    return ", ".join([name, *(f"{key} = {_value(value)}" for key, value in fixed.items())])


def _value(value):
    if callable(value):
        return "a schedule"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def free_hyperparameters(step):
    """Hyperparameters of a step with their defaults, without those that a partial has fixed."""
    fixed = step.keywords if isinstance(step, functools.partial) else {}
    return {name: value for name, value in hyperparameters(step).items() if name not in fixed}


def start_state(step, x0, grad, /, **hyper):
    """The state at ``x0`` that a step function works on.

    A library step has it in `optimizers.STATES`; a student's may declare it. Else it is the first
    of the library's states that the function can take a step with, one of the same name first; or
    the one that it returns, if that has as many fields.
    What the function prints during these trials is dropped.
    """
    plain = unwrap_step(step)
    declared = STATES.get(plain) or declared_state(plain)
    if declared:
        return declared(x0)
    name = getattr(plain, "__name__", "")
    same_name = [kind for known, kind in STATES.items() if known.__name__ == name]
    kinds = list(dict.fromkeys([*same_name, *STATES.values()]))
    likeliest, other = None, 0
    for kind in kinds:
        try:
            with without_prints():
                history = run(step, kind(x0), grad, 1, **hyper)
        except Exception as error:  # this kind does not fit; another may
            other += "to unpack" in str(error)
            if not likeliest and not re.search("to unpack|object has no attribute", str(error)):
                likeliest = kind  # its fields fit: the error is one of the code
            continue
        returned = returned_kind(step, kind(*(values[0] for values in history)), grad, hyper)
        alike = returned in kinds and len(returned._fields) == len(kind._fields)
        return (returned if alike else kind)(x0)
    if other == len(kinds):
        name = step_name(plain)
        raise ValueError(
            f"{name} works on a state of its own, and the figure does not know which. Say it in "
            f"its first line, for example: def {name}(state: MyState, g, ...), where MyState is a "
            "NamedTuple with x first and a default for all else."
        )
    return (likeliest or kinds[0])(x0)


def returned_kind(step, state, grad, hyper):
    """The type of what a step returns, which names its fields; None if it cannot be told."""
    try:
        with without_prints():
            return type(step(state, grad(state.x), **hyper))
    except Exception:
        return None
