"""What a hyperparameter's name says of it: the rule, the scale, the range. One table for all."""

import functools
import inspect
from typing import NamedTuple

import numpy as np

from course_lib.utils.validation import InvalidValue, Rule, check_array, shown

LARGEST_WHOLE = 2**53  # up to here floats hold every whole number


class Hyperparameter(NamedTuple):
    """One row of the table."""

    rule: Rule
    scale: str  # equal distances have equal effect: log, decay, linear; or integer, toggle
    slider: tuple  # its ends; a typed value may lie outside
    grid: tuple  # ends of its axis in a sensitivity map


_DECAY = Hyperparameter(
    Rule("be a number in [0, 1)", low=0, high=1, without_high=True, example="0.9"),
    *("decay", (0.0, 0.9999), (0.0, 0.999)),
)
TABLE = {
    "lr": Hyperparameter(
        Rule("be a number > 0", low=0, without_low=True, example="0.1"),
        *("log", (1e-4, 10.0), (1e-4, 10.0)),
    ),
    "eps": Hyperparameter(
        Rule("be a number >= 0", low=0, example="1e-8"), "log", (1e-12, 1.0), (1e-10, 1.0)
    ),
    "beta": _DECAY,
    "beta1": _DECAY,
    "beta2": _DECAY._replace(grid=(0.0, 0.9999)),
}


class LandscapeParameter(NamedTuple):
    """One row of the table for the numbers that landscapes are made from."""

    rule: Rule
    scale: str
    slider: tuple
    stops: int  # positions of the slider; 0 for as many as usual
    default: float  # where a function that makes landscapes has none


LANDSCAPES = {
    "kappa": LandscapeParameter(
        Rule("be the largest curvature over the smallest, a number >= 1", low=1, example=10),
        *("log", (1.0, 100.0), 0, 10.0),
    ),
    "angle": LandscapeParameter(
        Rule("be a number of degrees from -360 to 360", -360, 360, example=45),
        *("linear", (0.0, 90.0), 18, 45.0),
    ),
}


def check_parameter(name, value):
    """A number that a landscape is made from, by its rule, as a float."""
    return LANDSCAPES[name].rule.check(name, value)


_TRUTH = Hyperparameter(Rule("be True or False", 0, 1, example="True"), "toggle", (0, 1), (0, 1))


def hyperparameter(name, default=1.0):
    """The row of a name; an unknown one is of the kind of its default value, and around it.

    >>> hyperparameter("beta3").scale, hyperparameter("decay", 0.1).slider
    ('decay', (0.001, 10.0))
    >>> hyperparameter("k", 3).slider, hyperparameter("nesterov", True).scale
    ((1, 12), 'toggle')
    """
    if is_known(name):
        return TABLE.get(name, _DECAY)
    if isinstance(default, (bool, np.bool_)):
        return _TRUTH
    scale, ends, example = "linear", (default - 1, default + 1), "0.9"
    if isinstance(default, (int, np.integer)) and default:  # 0 is written for 0.0 as well
        scale, ends = "integer", (min(default, 1), max(10, 4 * default))
        example = f"{default}"
    elif default > 0:
        scale, ends = "log", (default / 100, default * 100)
    return Hyperparameter(Rule(example=example), scale, ends, ends)


def is_known(name):
    """Whether the course knows what a hyperparameter of this name is."""
    return name in TABLE or name.startswith("beta")


def check_hyperparameter(name, value, default=1.0):
    """One or several values, if all are allowed: an array of floats, or of the default's kind.

    A single whole number or truth value comes as Python's own, because ``range(k)`` wants it. A
    value with decimals is a float even where the default is a whole number.
    """
    rule, scale, *_ = hyperparameter(name, default)
    example = f"{name}={rule.example}"
    values = check_array(name, value, example)
    allowed = rule.allows(values) & np.isfinite(values)
    if scale == "toggle":
        allowed &= values % 1 == 0
    if not np.all(allowed):
        among = f" (one of {values.size} values)" if values.size > 1 else ""
        got = values[~allowed].flat[0] if values.ndim else shown(value)
        raise InvalidValue(name, rule.text, f"{got}{among}", example)
    whole = np.all((values % 1 == 0) & (abs(values) < LARGEST_WHOLE))
    if scale == "toggle":
        values = values.astype(bool)
    elif isinstance(default, (int, np.integer)) and whole and not is_known(name):
        values = values.astype(int)
    return values if values.ndim or values.dtype == float else values.item()


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

_NONE = inspect.Parameter.empty


def hyperparameters(step):
    """Names and defaults of a step function's hyperparameters; None where there is no default.

    They are read from its signature, ``step(state, g, name=default, ...)``. A parameter whose
    default is no number, such as ``mode="classic"``, is none of them.

    >>> from course_lib.optimizers import momentum
    >>> hyperparameters(momentum)
    {'lr': 0.01, 'beta': 0.9}
    """
    kinds = int, float, np.number, np.bool_
    found = {n: None if d is _NONE else d for n, d in parameters(step).items() if d is not None}
    return {n: d for n, d in found.items() if d is None or isinstance(d, kinds)}


def parameters(step):
    """All parameters after state and g with their defaults, `inspect.Parameter.empty` for none."""
    after_state_and_g = list(inspect.signature(step).parameters.values())[2:]
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {p.name: p.default for p in after_state_and_g if p.kind in kinds}


def takes_any(step):
    """Whether a step takes hyperparameters of any name, ``**hyper``."""
    return any(p.kind is p.VAR_KEYWORD for p in inspect.signature(step).parameters.values())


def check_hyperparameters(step, hyper, n_steps):
    """All hyperparameters, checked, and those of them that change with t, time first."""
    known = hyperparameters(step)
    fixed = step.keywords if isinstance(step, functools.partial) else {}
    fixed = {n: v for n, v in fixed.items() if callable(v) or isinstance(v, (list, np.ndarray))}
    others = parameters(step).keys() - known.keys() - fixed.keys()  # handed on as they are
    _check_given(step, known, hyper, others)
    defaults = {name: default for name, default in known.items() if default is not None}
    values, schedules = {**defaults, **fixed, **hyper}, {}
    for name, value in values.items():
        default = 1.0 if known.get(name) is None else known[name]
        if callable(value) and name not in others:
            value = [value(t) for t in range(1, max(n_steps, 1) + 1)]
            schedules[name] = array = check_hyperparameter(name, value, default)
            values[name] = array[0, ...]  # the dots keep it an array
        elif name not in others:
            values[name] = check_hyperparameter(name, value, default)
    return values, schedules


def _check_given(step, known, hyper, others):
    for name in hyper:
        if name not in known and name not in others and not takes_any(step):
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
