"""What a hyperparameter's name says of it: the rule, the scale, the range. One table for all."""

import inspect
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_lib.utils.validation import InvalidValue, check_array


class Hyperparameter(NamedTuple):
    """One row of the table."""

    rule: str
    allows: Callable  # array of values -> array of bool
    scale: str  # on which equal distances have equal effect: log, decay, linear
    slider: tuple  # its ends; a typed value may lie outside
    grid: tuple  # ends of its axis in a sensitivity map
    example: str


_DECAY = Hyperparameter(
    "be a number in [0, 1)", lambda beta: (beta >= 0) & (beta < 1), "decay", (0.0, 0.9999),
    (0.0, 0.999), "0.9",
)  # fmt: skip
TABLE = {
    "lr": Hyperparameter(
        "be a number > 0", lambda lr: lr > 0, "log", (1e-4, 10.0), (1e-4, 10.0), "0.1"
    ),
    "eps": Hyperparameter(
        "be a number >= 0", lambda eps: eps >= 0, "log", (1e-12, 1.0), (1e-10, 1.0), "1e-8"
    ),
    "beta": _DECAY,
    "beta1": _DECAY,
    "beta2": _DECAY._replace(grid=(0.0, 0.9999)),
}


def hyperparameter(name, default=1.0):
    """The row of a name; an unknown one is a number around its default value.

    >>> hyperparameter("beta3").scale, hyperparameter("decay", 0.1).slider
    ('decay', (0.001, 10.0))
    """
    if name in TABLE or name.startswith("beta"):
        return TABLE.get(name, _DECAY)
    scale, ends = "linear", (default - 1, default + 1)
    if default > 0:
        scale, ends = "log", (default / 100, default * 100)
    return Hyperparameter("be a finite number", np.isfinite, scale, ends, ends, "0.9")


def check_hyperparameter(name, value):
    """One or several values of a hyperparameter as an array of floats, if all are allowed."""
    rule, allows, *_, example = hyperparameter(name)
    example = f"{name}={example}"
    values = check_array(name, value, example)
    allowed = allows(values) & np.isfinite(values)
    if not np.all(allowed):
        among = f" (one of {values.size} values)" if values.size > 1 else ""
        raise InvalidValue(name, rule, f"{values[~allowed].flat[0]}{among}", example)
    return values


def even_scale(name, low):
    """The function onto the scale of a hyperparameter; ``low`` is the smallest of its values.

    The memory of a decay rate is about 1 / (1 - beta) steps, so its scale is -log(1 - beta).
    """
    if hyperparameter(name).scale == "decay":
        return lambda beta: -np.log(1 - np.asarray(beta))
    return np.log if low > 0 else np.asarray


def spaced(name, low, high, n):
    """``n`` values from ``low`` to ``high``, evenly spaced on the scale of a hyperparameter."""
    scale = hyperparameter(name, low).scale
    if scale == "decay":
        return 1 - np.geomspace(1 - low, 1 - high, n)
    return np.geomspace(low, high, n) if scale == "log" else np.linspace(low, high, n)


def rounded(name, value):
    """A value in three digits; of a decay rate 1 - beta has three.

    >>> rounded("lr", 0.0299304), rounded("beta2", 0.99985347)
    (0.0299, 0.999853)
    """
    if hyperparameter(name).scale == "decay":
        return 1 - float(f"{1 - value:.3g}")
    return float(f"{value:.3g}")


# Hyperparameters of a step function: its signature says which


def hyperparameters(step):
    """Names and defaults of a step function's hyperparameters; None where there is no default.

    They are read from its signature, ``step(state, g, name=default, ...)``.

    >>> from course_lib.optimizers import momentum
    >>> hyperparameters(momentum)
    {'lr': 0.01, 'beta': 0.9}
    """
    after_state_and_g = list(inspect.signature(step).parameters.values())[2:]
    named = [p for p in after_state_and_g if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return {p.name: None if p.default is p.empty else p.default for p in named}


def check_hyperparameters(step, hyper, n_steps):
    """All hyperparameters as arrays, and those of them that change with t, time first."""
    _check_given(step, hyper)
    defaults = {name: v for name, v in hyperparameters(step).items() if v is not None}
    values, schedules = {**defaults, **hyper}, {}
    for name, value in values.items():
        if callable(value):
            value = [value(t) for t in range(1, max(n_steps, 1) + 1)]
            schedules[name] = array = check_hyperparameter(name, value)
            values[name] = array[0, ...]  # the dots keep it an array
        else:
            values[name] = check_hyperparameter(name, value)
    return values, schedules


def _check_given(step, hyper):
    known = hyperparameters(step)
    takes_any = any(p.kind is p.VAR_KEYWORD for p in inspect.signature(step).parameters.values())
    for name in hyper:
        if name not in known and not takes_any:
            raise ValueError(
                f"{step_name(step)} has no hyperparameter {name}; "
                f"it has {', '.join(known) or 'none'}."
            )
    for name, default in known.items():
        if default is None and name not in hyper:
            raise ValueError(
                f"{step_name(step)} needs {name}, which has no default and was not given. "
                f"For example run(..., {name}=0.1)."
            )


def step_name(step):
    """What messages call a step function."""
    return getattr(step, "__name__", "the step function")
