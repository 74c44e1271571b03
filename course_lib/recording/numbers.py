"""Stand-ins for numbers and for arrays of them, which note what is done with them.

numpy hands each of its functions over (``__array_ufunc__``, ``__array_function__``).
"""

import functools
import itertools

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from course_lib.recording.operations import METHODS, StandIn, as_number, noted, register_of
from course_lib.recording.tape import Refusal


class Number(StandIn, NDArrayOperatorsMixin):
    """A stand-in for one number."""

    shape, ndim, size = (), 0, 1
    __hash__ = object.__hash__

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        return _called_ufunc(ufunc, method, inputs, **options)

    def __array_function__(self, function, types, args, options):
        return _called(function, args, options)

    def __repr__(self):
        return f"<number {self.register}>"

    def __format__(self, _):
        return repr(self)

    def __bool__(self):
        raise self.tape.refusal("it decides by a value, for example with if, min or max")

    def __float__(self):
        raise self.tape.refusal(
            "it makes a plain number of a value, for example with float or math.sqrt"
        )

    __int__ = __index__ = __complex__ = __trunc__ = __float__

    def __getattr__(self, name):
        """``np.sqrt`` of an array of objects calls the method ``sqrt`` of each."""
        if name in METHODS:
            return functools.partial(noted, name, self)
        raise AttributeError(f"a number has no attribute {name}")

    def __round__(self, digits=None):
        if digits:
            raise self.tape.refusal("it rounds to digits")
        return noted("rint", self)

    @property
    def real(self):
        return self

    T = real

    def copy(self):
        return self

    def item(self):
        return float(self)

    def astype(self, dtype, **_):
        return as_numbers(self).astype(dtype)[()]

    def clip(self, low=None, high=None, **options):
        return np.clip(as_numbers(self), low, high, **options)[()]

    def sum(self, **_):
        return as_number(self)

    mean = max = min = sum


class Numbers(np.ndarray):
    """An array of stand-ins and plain numbers."""

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        return _called_ufunc(ufunc, method, inputs, **options)

    def __array_function__(self, function, types, args, options):
        return _called(function, args, options)

    def astype(self, dtype, *_, **__):
        if np.dtype(dtype) not in (np.dtype(float), np.dtype(object)):
            raise Refusal(f"it makes {np.dtype(dtype)} of a value")
        return self.copy()

    def __setitem__(self, place, value):
        """A mask chooses where a number is another one."""
        if isinstance(place, Numbers) and place.shape == self.shape and not np.ndim(value):
            place, value = ..., each("where", place, value, self)
        super().__setitem__(place, value)

    def __repr__(self):
        return f"<numbers {self.view(np.ndarray).tolist()}>"


def as_numbers(values):
    """Values as a new array of stand-ins."""
    array = np.empty(np.shape(values), object)
    array[...] = values
    return array.view(Numbers)


def registers_in(tape, value, n):
    """The registers of a value that has one number for each of n coordinates; None otherwise."""
    if not isinstance(value, (np.ndarray, list, tuple)) or len(value) != n:
        return None
    if any(np.ndim(one) for one in value):
        return None
    return [register_of(tape, number) for number in value]


# Functions of one element after the other


def _called_ufunc(ufunc, method, inputs, out=None, **options):
    """What a ufunc gives for arrays of stand-ins, or for single ones."""
    name = ufunc.__name__
    if method == "reduce":
        result = _reduced(name, *inputs, **options)
    elif method == "accumulate":
        result = _accumulated(name, *inputs, **options)
    elif method == "outer":
        one, other = map(_objects, inputs)
        result = each(name, one.reshape(*one.shape, *[1] * other.ndim), other)
    elif method != "__call__":
        raise Refusal(f"it uses np.{name}.{method}")
    elif name == "matmul":
        result = _wrapped(np.matmul(*map(_objects, inputs)))
    else:
        return _with_options(each(name, *inputs), out, **options)
    return _with_options(result, out)


def each(name, *inputs):
    """An operation on arrays, one element after the other."""
    if not any(np.ndim(value) for value in inputs):
        return noted(name, *inputs)
    arrays = np.broadcast_arrays(*map(_objects, inputs))
    result = np.empty(arrays[0].shape, object)
    for place in np.ndindex(result.shape):
        result[place] = noted(name, *(array[place] for array in arrays))
    return result.view(Numbers)


def _objects(values):
    """Values as a plain array of objects."""
    if isinstance(values, StandIn):
        values = as_numbers(values)
    return np.asarray(values, object)


def _with_options(result, out, where=True, dtype=None, casting=None, subok=None):
    """The ``out`` and ``where`` of a numpy function."""
    if dtype is not None and np.dtype(dtype) not in (np.dtype(float), np.dtype(object)):
        raise Refusal(f"it makes {np.dtype(dtype)} of a value")
    target = out[0] if isinstance(out, tuple) else out
    if where is not True:
        if target is None:
            raise Refusal("it uses where= without out=, so some of its numbers are chance")
        result = each("where", where, result, target)
    if target is None or isinstance(target, Number):  # a number in place is another number
        return result
    target[...] = result
    return target


def _reduced(name, values, axis=0, keepdims=False, initial=None, dtype=None, where=True):
    """A sum, product, maximum, ... along axes."""
    if where is not True:
        raise Refusal(f"it uses np.{name}.reduce with where=")
    array = _objects(values)
    axes = range(array.ndim) if axis is None else {k % array.ndim for k in np.atleast_1d(axis)}
    rest = [k for k in range(array.ndim) if k not in axes]
    rows = array.transpose(*axes, *rest).reshape(-1, *(array.shape[k] for k in rest))
    if name in ("add", "multiply"):
        rows = _numeric(rows)
    start = [] if initial in (None, np._NoValue) else [initial]
    result = functools.reduce(functools.partial(each, name), [*start, *rows])
    if not keepdims:
        return result
    kept = [1 if k in axes else array.shape[k] for k in range(array.ndim)]
    return as_numbers(result).reshape(kept)


def _accumulated(name, values, axis=0, dtype=None):
    rows = np.moveaxis(_numeric(_objects(values)), axis or 0, 0)
    found = itertools.accumulate(rows, functools.partial(each, name))
    return np.moveaxis(as_numbers(list(found)), 0, axis or 0)


def _numeric(values):
    """Truth values as numbers; numpy counts them in sums."""
    result = np.empty(values.shape, object)
    for place in np.ndindex(values.shape):
        result[place] = as_number(values[place])
    return result


# Functions of whole arrays


def _called(function, args, options):
    """One of numpy's functions that are no ufuncs.

    They work on objects by Python's operators. Those that look at values call ``bool`` or
    ``float``, which is refused.
    """
    if function in _FUNCTIONS:
        return _FUNCTIONS[function](*args, **options)
    implementation = getattr(function, "_implementation", None)
    if implementation is None:
        raise Refusal(f"it calls np.{function.__name__}")
    args = [as_numbers(value) if isinstance(value, Number) else value for value in args]
    if options.get("dtype") is not None and np.dtype(options["dtype"]) == np.dtype(float):
        options = options | {"dtype": None}
    return _wrapped(implementation(*args, **options))


def _wrapped(result):
    """A result that holds objects as an array of stand-ins."""
    if isinstance(result, (tuple, list)):
        return type(result)(map(_wrapped, result))
    if isinstance(result, np.ndarray) and result.dtype == object:
        return result.view(Numbers) if result.ndim else result[()]
    return result


def _choice(condition, *values):
    if len(values) != 2:
        raise Refusal("it asks np.where for places")
    return each("where", condition, *values)


def _select(conditions, choices, default=0):
    result = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        result = each("where", condition, choice, result)
    return result


def _norm(values, ord=None, axis=None, keepdims=False):
    """A length; of matrices as numpy's ``None``."""
    values = as_numbers(values)
    kinds = (None, 1, 2, np.inf) if values.ndim == 1 or isinstance(axis, int) else (None,)
    if ord not in kinds:
        raise Refusal("it uses a norm of another kind")
    options = {"axis": axis, "keepdims": keepdims}
    if ord in (1, np.inf):
        return (np.add if ord == 1 else np.maximum).reduce(abs(values), **options)
    return np.sqrt(np.add.reduce(values * values, **options))


def _nan_to_num(values, copy=True, nan=0.0, posinf=None, neginf=None):
    largest = np.finfo(float).max
    high = each("where", each("equal", values, np.inf), posinf or largest, values)
    low = each("where", each("equal", values, -np.inf), neginf or -largest, high)
    return each("where", each("equal", values, values), low, nan)


_FUNCTIONS = {
    np.where: _choice,
    np.select: _select,
    np.linalg.norm: _norm,
    np.nan_to_num: _nan_to_num,
    np.shape: lambda values: values.shape,
    np.ndim: lambda values: values.ndim,
}


# New arrays


def _making(name):
    """A function of numpy that makes an array, now with room for stand-ins."""
    function, place_of_dtype = getattr(np, name), 2 if name == "full" else 1

    @functools.wraps(function)
    def make(*args, **options):
        if len(args) == place_of_dtype + 1:
            *args, options["dtype"] = args
        dtype = options.pop("dtype", None)
        if dtype is not None and np.dtype(dtype) != np.dtype(float):
            return function(*args, dtype=dtype, **options)
        result = function(*args, **options)
        if name not in ("array", "asarray"):
            result = result.astype(object)
        elif dtype is not None and result.dtype != object:
            result = result.astype(float)
        return _wrapped(result) if result.ndim else result

    return make


def _reducing(name):
    """A function of numpy that compares, now also for lists of stand-ins."""
    function = getattr(np, name)

    @functools.wraps(function)
    def reduce(values, *args, **options):
        if isinstance(values, (list, tuple)):
            values = REPLACED["array"](values)
        return function(values, *args, **options)

    return reduce


REPLACED = {name: _making(name) for name in ("array", "asarray", "zeros", "ones", "empty", "full")}
REPLACED |= {name: _reducing(name) for name in ("max", "min", "amax", "amin")}
"""Functions of numpy that do not ask stand-ins: by name, what takes their place."""
