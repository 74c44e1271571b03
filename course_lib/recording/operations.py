"""Single operations on stand-ins for numbers.

What is rare is put together from few operations, so that whoever computes a recording needs to
know only `OPERATIONS`.
"""

import numpy as np

from course_lib.recording.tape import Refusal

_NAMES = """
    add subtract multiply divide negative absolute sqrt
    greater greater_equal less less_equal equal not_equal
    maximum minimum power remainder floor_divide fmod hypot arctan2 copysign sign
    rint floor ceil trunc cbrt exp expm1 log log2 log10 log1p
    sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh
"""
OPERATIONS = {name: getattr(np, name) for name in _NAMES.split()} | {"where": np.where}
"""All operations of a recording, each with the function of numpy that it is."""

_SAME = {"fabs": "absolute", "float_power": "power", "mod": "remainder", "true_divide": "divide"}
_COMPARISONS = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}


class StandIn:
    """What stands for a number: its register, and whether the number is a truth value."""

    def __init__(self, tape, register, is_truth=False):
        self.tape, self.register, self.is_truth = tape, register, is_truth


def noted(name, *values):
    """The result of an operation: a stand-in, or a number if all values are plain numbers."""
    values = [bare(value) for value in values]
    like = next((value for value in values if isinstance(value, StandIn)), None)
    if like is None:
        with np.errstate(all="ignore"):
            return bare(np.asarray(getattr(np, name)(*values)))
    name = _SAME.get(name, name)
    if name in _PUT_TOGETHER:
        return _PUT_TOGETHER[name](*values)
    name = _of_truths(name, values)
    if name == "power" and not isinstance(values[1], StandIn) and float(values[1]) in _POWERS:
        return _POWERS[float(values[1])](values[0])
    if name not in OPERATIONS:
        raise Refusal(f"it calls np.{name}")
    registers = [register_of(like.tape, value) for value in values]
    chosen = values[1:] if name == "where" else values
    is_truth = name in _COMPARISONS or (
        name in ("where", "maximum", "minimum") and all(map(_is_truth, chosen))
    )
    return type(like)(like.tape, like.tape.note(name, *registers), is_truth)


def register_of(tape, value):
    """The register of a stand-in or of a plain number."""
    value = bare(value)
    if isinstance(value, StandIn):
        if value.tape is not tape:
            raise Refusal("it remembers a number of another call")
        return value.register
    if isinstance(value, (str, bytes, complex, np.complexfloating)) or np.ndim(value):
        raise Refusal("it computes with what is no number")
    return tape.constant(float(value))


def bare(value):
    """What an array without axes holds."""
    return value[()] if isinstance(value, np.ndarray) and not value.ndim else value


def as_number(value):
    """A truth value as 1 or 0."""
    value = bare(value)
    if isinstance(value, StandIn):
        return type(value)(value.tape, value.register)
    return float(value) if isinstance(value, (bool, np.bool_)) else value


# Truth values


def _is_truth(value):
    return getattr(value, "is_truth", isinstance(value, (bool, np.bool_)))


def _of_truths(name, values):
    """What numpy makes of an operation on truth values only: + is or, * is and, - is refused."""
    if not all(map(_is_truth, values)):
        return name
    if name in ("subtract", "negative", "sign", "power", "floor_divide", "remainder"):
        raise Refusal("it subtracts or divides truth values")
    return {"add": "maximum", "multiply": "minimum"}.get(name, name)


def _truth(value):
    return value if _is_truth(value) else noted("not_equal", value, 0.0)


def _bits(operation):
    """An operation that works on bits, and is let be on truth values only."""

    def of_truths(*values):
        if not all(map(_is_truth, values)):
            raise Refusal("it works on bits")
        return operation(*values)

    return of_truths


def _both(one, other):
    return noted("minimum", _truth(one), _truth(other))


def _either(one, other):
    return noted("maximum", _truth(one), _truth(other))


def _neither(value):
    return noted("equal", value, 0.0)


def _differ(one, other):
    return noted("not_equal", _truth(one), _truth(other))


# Put together from others


def _without_nan(name):
    """fmax and fmin: a nan counts only where both are nan."""

    def of_two(one, other):
        known = noted("where", noted("equal", other, other), noted(name, one, other), one)
        return noted("where", noted("equal", one, one), known, other)

    return of_two


def _heaviside(value, at_zero):
    step = noted("where", noted("greater", value, 0.0), 1.0, noted("multiply", value, 0.0))
    step = noted("where", noted("less", value, 0.0), 0.0, step)
    return noted("where", noted("equal", value, 0.0), at_zero, step)


def _square(value):
    return noted("multiply", value, value)


def _reciprocal(value):
    return noted("divide", 1.0, value)


def _logaddexp(one, other):
    apart = noted("negative", noted("absolute", noted("subtract", one, other)))
    apart = noted("where", noted("equal", one, other), 0.0, apart)  # also of two infinities
    return noted("add", noted("maximum", one, other), noted("log1p", noted("exp", apart)))


_PUT_TOGETHER = {
    "positive": lambda a: a,
    "conjugate": lambda a: a,
    "square": _square,
    "reciprocal": _reciprocal,
    "exp2": lambda a: noted("power", 2.0, a),
    "logaddexp": _logaddexp,
    "deg2rad": lambda a: noted("multiply", a, np.pi / 180),
    "radians": lambda a: noted("multiply", a, np.pi / 180),
    "rad2deg": lambda a: noted("multiply", a, 180 / np.pi),
    "degrees": lambda a: noted("multiply", a, 180 / np.pi),
    "clip": lambda a, low, high: noted("minimum", noted("maximum", a, low), high),
    "isnan": lambda a: noted("not_equal", a, a),
    "isinf": lambda a: noted("equal", noted("absolute", a), np.inf),
    "isfinite": lambda a: noted("less", noted("absolute", a), np.inf),
    "signbit": lambda a: noted("less", noted("copysign", 1.0, a), 0.0),
    "heaviside": _heaviside,
    "fmax": _without_nan("maximum"),
    "fmin": _without_nan("minimum"),
    "logical_and": _both,
    "logical_or": _either,
    "logical_not": _neither,
    "logical_xor": _differ,
    "bitwise_and": _bits(_both),
    "bitwise_or": _bits(_either),
    "bitwise_xor": _bits(_differ),
    "invert": _bits(_neither),
}
_POWERS = {-1.0: _reciprocal, 0.5: lambda a: noted("sqrt", a), 1.0: as_number, 2.0: _square}
METHODS = frozenset(OPERATIONS) | frozenset(_PUT_TOGETHER)
"""Names of numpy's functions that a stand-in has as methods, as numpy wants it of objects."""
