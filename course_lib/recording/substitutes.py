"""What takes the place of functions that do not ask stand-ins, in a function that is recorded.

These are functions of numpy that make arrays, ``math``, and Python's max, min and float. Only the
copy of the function finds them: the modules stay, for numpy's random numbers call them too.
"""

import builtins
import functools
import math
import types

import numpy as np

from course_lib.recording.numbers import REPLACED
from course_lib.recording.operations import StandIn, noted
from course_lib.utils.hyperparameters import check_parameter
from course_lib.utils.validation import as_floats

_SAME_NAMES = """
    sqrt exp expm1 log log2 log10 log1p sin cos tan sinh cosh tanh floor ceil trunc cbrt
    fabs hypot copysign fmod isnan isinf isfinite radians degrees
"""


def substitute(value):
    """What takes the place of a value; most values keep it."""
    return _SUBSTITUTES.get(id(value), value)


def _of_math(usual, name):
    """A function of ``math``; of stand-ins numpy's, which does not raise where math does."""

    @functools.wraps(usual)
    def function(*values):
        if any(isinstance(value, StandIn) for value in values):
            return noted(name, *values)
        return usual(*values)

    return function


def _of_comparisons(usual, comparison):
    """Python's ``max`` or ``min``: of equal numbers, and beside nan, the first stays."""

    def later(first, other):
        return noted("where", noted(comparison, other, first), other, first)

    @functools.wraps(usual)
    def function(*values, **options):
        several = [*values[0]] if len(values) == 1 else values
        if options or not any(isinstance(value, StandIn) for value in several):
            return usual(several, **options)
        return functools.reduce(later, several)

    return function


class _FloatKind(type):
    def __call__(cls, value=0.0):
        return value if isinstance(value, StandIn) else float(value)

    def __instancecheck__(cls, value):
        return isinstance(value, (float, StandIn))


class _Float(metaclass=_FloatKind):
    """``float``, as a function, in ``isinstance``, and as a dtype."""

    dtype = np.dtype(float)


def _import(*args, **options):
    return substitute(builtins.__import__(*args, **options))


def _with(module, replaced):
    """A copy of a module with other functions under some of its names."""
    copied = types.ModuleType(module.__name__)
    vars(copied).update(vars(module) | replaced)
    return copied


_NAMES = {name: name for name in _SAME_NAMES.split()} | {"pow": "power", "atan2": "arctan2"}
_NAMES |= {f"a{name}": f"arc{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}
_MATH = {name: _of_math(getattr(math, name), ours) for name, ours in _NAMES.items()}
_BUILTIN = {
    "max": _of_comparisons(max, "greater"),
    "min": _of_comparisons(min, "less"),
    "float": _Float,
}
BUILTINS = vars(builtins) | _BUILTIN | {"__import__": _import}
"""Names that a function finds without anybody having defined them."""

_PAIRS = [
    (np, _with(np, REPLACED | {"float64": _Float})),
    (math, _with(math, _MATH)),
    (as_floats, REPLACED["array"]),
    (check_parameter, lambda name, value: value),  # of numbers that stand for all
    *((getattr(np, name), function) for name, function in REPLACED.items()),
    *((getattr(math, name), function) for name, function in _MATH.items()),
    *((getattr(builtins, name), function) for name, function in _BUILTIN.items()),
]
_SUBSTITUTES = {id(usual): other for usual, other in _PAIRS}
