"""Stand-ins for numbers and for arrays of them, which note what is done with them.

numpy hands each of its functions over (``__array_ufunc__``, ``__array_function__``); what is rare
is put together from few operations, so that whoever computes a recording needs to know only these.
"""

import functools
import itertools

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from course_lib.recording.tape import Refusal

UNARY = {
    name: getattr(np, name)
    for name in [
        "negative",
        "absolute",
        "sign",
        "sqrt",
        "cbrt",
        "exp",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "sin",
        "cos",
        "tan",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "arcsinh",
        "arccosh",
        "arctanh",
        "floor",
        "ceil",
        "trunc",
        "rint",
    ]
}
BINARY = {
    name: getattr(np, name)
    for name in [
        "add",
        "subtract",
        "multiply",
        "divide",
        "power",
        "maximum",
        "minimum",
        "hypot",
        "arctan2",
        "remainder",
        "fmod",
        "floor_divide",
        "greater",
        "greater_equal",
        "less",
        "less_equal",
        "equal",
        "not_equal",
    ]
}
OPERATIONS = UNARY | BINARY | {"where": np.where}
"""All operations of a recording, each with the function of numpy that it is."""

_TRUTHS = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}


class Number(NDArrayOperatorsMixin):
    """A stand-in for one number."""

    def __init__(self, tape, register, is_truth=False):
        self.tape, self.register, self.is_truth = tape, register, is_truth

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if any(isinstance(value, np.ndarray) and value.ndim for value in inputs):
            return as_numbers(inputs[0]).__array_ufunc__(ufunc, method, *inputs, **options)
        if method != "__call__":
            return inputs[0]  # a sum of one number
        return _with_options(_noted(ufunc.__name__, *map(_bare, inputs)), **options)

    def __array_function__(self, function, types, args, options):
        return _called(function, args, options)

    def __bool__(self):
        raise Refusal("it decides by a value, for example with if, min or max")

    def __float__(self):
        raise Refusal("it makes a plain number of a value, for example with float or math.sqrt")

    __int__ = __index__ = __complex__ = __float__
    __hash__ = object.__hash__
    shape, ndim, size, dtype = (), 0, 1, np.dtype(float)

    def __getattr__(self, name):
        """``np.sqrt`` of an array of objects calls the method ``sqrt`` of each."""
        if name in UNARY or name in _PUT_TOGETHER:
            return functools.partial(_noted, name, self)
        raise AttributeError(f"a number has no attribute {name}")

    def copy(self):
        return self

    def item(self):
        return self.__float__()

    def clip(self, low=None, high=None):
        return clip(self, low, high)

    def __round__(self, digits=0):
        if digits:
            raise Refusal("it rounds to digits")
        return _noted("rint", self)


class Numbers(np.ndarray):
    """An array of stand-ins."""

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if method == "reduce":
            return _reduced(ufunc, *inputs, **options)
        if method != "__call__":
            raise Refusal(f"it uses {ufunc.__name__}.{method}")
        if ufunc is np.matmul:
            return product(*inputs)
        return _with_options(_each(ufunc.__name__, *inputs), **options)

    def __array_function__(self, function, types, args, options):
        return _called(function, args, options)

    def clip(self, min=None, max=None, **_):
        return clip(self, min, max)

    def dot(self, other):
        return product(self, other)

    def astype(self, dtype, *_, **__):
        if np.dtype(dtype).kind not in "fO":
            raise Refusal(f"it makes {dtype} of a value")
        return self.copy()

    def item(self, *place):
        return np.asarray(self, object).item(*place)


def as_numbers(values):
    """Values as an array of stand-ins."""
    array = np.empty(np.shape(values), object)
    array[...] = values
    return array.view(Numbers)


# Calls of numpy's functions


def _bare(value):
    """What an array without axes holds."""
    return value[()] if isinstance(value, np.ndarray) and not value.ndim else value


def _each(name, *inputs):
    """An operation on arrays, one element after the other."""
    arrays = [np.asarray(value, object) for value in inputs]
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    result = np.empty(shape, object)
    spread = [np.broadcast_to(array, shape) for array in arrays]
    for place in np.ndindex(shape):
        result[place] = _noted(name, *(array[place] for array in spread))
    return result.view(Numbers) if shape else result[()]


def _with_options(result, out=None, where=True, **options):
    """The ``out`` and ``where`` of a numpy function; ``dtype`` and the like are refused."""
    if {name for name, value in options.items() if value is not None} - {"casting", "subok"}:
        raise Refusal(f"it gives numpy the options {', '.join(options)}")
    target = out[0] if isinstance(out, tuple) else out
    if where is not True:
        kept = 0.0 if target is None else target
        result = choice(where, result, kept)
    if target is None:
        return result
    target[...] = result
    return target


def _reduced(ufunc, values, axis=0, keepdims=False, initial=None, dtype=None, out=None, where=True):
    """A sum, product, maximum, ... along axes."""
    array = np.asarray(values, object)
    if keepdims or where is not True or out not in (None, (None,)):
        raise Refusal(f"it uses {ufunc.__name__}.reduce with options")
    axes = range(array.ndim) if axis is None else np.atleast_1d(axis) % array.ndim
    rest = [k for k in range(array.ndim) if k not in axes]
    array = array.transpose(*axes, *rest).reshape(-1, *(array.shape[k] for k in rest))
    start = [] if initial in (None, np._NoValue) else [initial]
    return functools.reduce(functools.partial(_each, ufunc.__name__), [*start, *array])


def _called(function, args, options):
    """One of numpy's functions that are no ufuncs."""
    if function in _FUNCTIONS:
        return _FUNCTIONS[function](*args, **options)
    implementation = getattr(function, "_implementation", None)
    if function not in _UNCHANGED or implementation is None:
        raise Refusal(f"it calls np.{function.__name__}")
    return implementation(*args, **options)


def choice(condition, one, other):
    return _each("where", condition, one, other)


def clip(values, low=None, high=None, **_):
    values = values if low is None else _each("maximum", values, low)
    return values if high is None else _each("minimum", values, high)


def product(one, other):
    """The matrix product, or the sum of products of two vectors."""
    one, other = as_numbers(one), as_numbers(other)
    if not one.ndim or not other.ndim:
        return one * other
    rows = one if one.ndim > 1 else one[None]
    columns = other.T if other.ndim > 1 else other[None]
    result = as_numbers([[np.add.reduce(row * column) for column in columns] for row in rows])
    result = result if other.ndim > 1 else result[:, 0]
    return result if one.ndim > 1 else result[0]


def norm(values, ord=None, axis=None, keepdims=False):
    if keepdims or ord not in (None, 1, 2, np.inf):
        raise Refusal("it uses a norm of another kind")
    values = as_numbers(values)
    if ord in (1, np.inf):
        return (np.add if ord == 1 else np.maximum).reduce(abs(values), axis=axis)
    return _noted_each("sqrt", np.add.reduce(values * values, axis=axis))


def _noted_each(name, values):
    return _each(name, values)


def _full_like(value):
    def filled(values, *_, **__):
        array = as_numbers(np.full(np.shape(values), value, object))
        return array if array.ndim else value

    return filled


def _stacked(function):
    return lambda arrays, *args, **options: function(
        [np.asarray(array, object) for array in arrays], *args, **options
    ).view(Numbers)


_FUNCTIONS = {
    np.where: choice,
    np.clip: clip,
    np.dot: product,
    np.vdot: product,
    np.inner: product,
    np.linalg.norm: norm,
    np.zeros_like: _full_like(0.0),
    np.ones_like: _full_like(1.0),
    np.empty_like: _full_like(0.0),
    np.full_like: lambda values, value, *_, **__: as_numbers(np.full(np.shape(values), value, object)),
    np.stack: _stacked(np.stack),
    np.concatenate: _stacked(np.concatenate),
    np.vstack: _stacked(np.vstack),
    np.hstack: _stacked(np.hstack),
    np.column_stack: _stacked(np.column_stack),
    np.copy: lambda values, *_, **__: as_numbers(values),
    np.nan_to_num: lambda values, *_, nan=0.0, **__: choice(
        _each("equal", values, values), values, nan
    ),
    np.shape: np.shape._implementation,
    np.ndim: np.ndim._implementation,
    np.size: np.size._implementation,
}  # fmt: skip
_UNCHANGED = {
    np.sum, np.prod, np.mean, np.var, np.std, np.max, np.min, np.amax, np.amin, np.any, np.all,
    np.reshape, np.ravel, np.transpose, np.squeeze, np.expand_dims, np.broadcast_to, np.flip,
    np.roll, np.atleast_1d, np.split, np.take, np.moveaxis, np.swapaxes, np.diff, np.array_split,
    np.round, np.around, np.outer, np.average,
}  # fmt: skip


# Single operations


def _noted(name, *values):
    """One operation on single values; on plain numbers alone it is computed."""
    tape = next((value.tape for value in values if isinstance(value, Number)), None)
    if tape is None:
        with np.errstate(all="ignore"):
            return getattr(np, name)(*values)
    if name in _PUT_TOGETHER:
        return _PUT_TOGETHER[name](*values)
    name = {"fabs": "absolute", "float_power": "power", "mod": "remainder"}.get(name, name)
    name = {"true_divide": "divide"}.get(name, name)
    if name == "power" and not isinstance(values[1], Number) and float(values[1]) in _POWERS:
        return _POWERS[float(values[1])](values[0])
    if name not in OPERATIONS:
        raise Refusal(f"it calls np.{name}")
    registers = [register_of(tape, value) for value in values]
    return Number(tape, tape.note(name, *registers), name in _TRUTHS)


def register_of(tape, value):
    """The register of a stand-in or of a plain number."""
    value = _bare(value)
    if isinstance(value, Number):
        return value.register
    if isinstance(value, (str, bytes, complex, np.complexfloating)) or np.ndim(value):
        raise Refusal("it computes with what is no number")
    return tape.constant(float(value))


def _truth(value):
    return value if getattr(value, "is_truth", False) else _noted("not_equal", value, 0.0)


def _inverted(value):
    if not getattr(value, "is_truth", False):
        raise Refusal("it works on bits")
    return _noted("equal", value, 0.0)


def _both(one, other):
    return _as_truth(_noted("where", one, _truth(other), 0.0))


def _either(one, other):
    return _as_truth(_noted("where", one, 1.0, _truth(other)))


def _as_truth(value):
    if isinstance(value, Number):
        value.is_truth = True
    return value


def _bits(operation):
    def of_truths(one, other):
        if not all(getattr(v, "is_truth", isinstance(v, (bool, np.bool_))) for v in (one, other)):
            raise Refusal("it works on bits")
        return operation(one, other)

    return of_truths


def _without_nan(name):
    def larger(one, other):
        known = _noted("where", _noted("equal", other, other), _noted(name, one, other), one)
        return _noted("where", _noted("equal", one, one), known, other)

    return larger


_PUT_TOGETHER = {
    "positive": lambda a: a,
    "conjugate": lambda a: a,
    "square": lambda a: a * a,
    "reciprocal": lambda a: 1.0 / a,
    "exp2": lambda a: 2.0**a,
    "deg2rad": lambda a: a * (np.pi / 180),
    "radians": lambda a: a * (np.pi / 180),
    "clip": clip,
    "isnan": lambda a: _noted("not_equal", a, a),
    "isinf": lambda a: abs(a) == np.inf,
    "isfinite": lambda a: abs(a) < np.inf,
    "signbit": lambda a: a < 0,
    "heaviside": lambda a, at0: choice(a == 0, at0, choice(a > 0, 1.0, choice(a < 0, 0.0, a))),
    "fmax": _without_nan("maximum"),
    "fmin": _without_nan("minimum"),
    "logical_and": _both,
    "logical_or": _either,
    "logical_not": lambda a: _noted("equal", a, 0.0),
    "logical_xor": lambda a, b: _noted("not_equal", _truth(a), _truth(b)),
    "bitwise_and": _bits(_both),
    "bitwise_or": _bits(_either),
    "bitwise_xor": _bits(lambda a, b: _noted("not_equal", a, b)),
    "invert": _inverted,
}
_POWERS = {
    -1.0: lambda a: 1.0 / a,
    0.5: lambda a: _noted("sqrt", a),
    1.0: lambda a: a,
    2.0: lambda a: a * a,
}


def registers_in(tape, value, n):
    """The registers of a value that has one number for each of n coordinates; None otherwise."""
    if not isinstance(value, (np.ndarray, list, tuple)) or len(np.shape(value) or [0] * 9) != 1:
        return None
    numbers = list(itertools.chain(value))
    if len(numbers) != n:
        return None
    try:
        return [register_of(tape, number) for number in numbers]
    except (Refusal, TypeError, ValueError):
        return None
