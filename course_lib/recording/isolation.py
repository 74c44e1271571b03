"""A copy of a function that changes nothing outside, and that tells if it wanted to.

A function may keep something between two calls, in a list of the notebook or in a variable around
it. A recording would leave its stand-ins there, and cannot show what the function remembers.
"""

import contextlib
import copy
import functools
import types

import numpy as np

from course_lib.recording.operations import StandIn
from course_lib.recording.substitutes import BUILTINS, substitute
from course_lib.recording.tape import NotRecordable

_DICE = (np.random.Generator, np.random.RandomState)
_CONTAINERS = (list, dict, set, bytearray, np.ndarray)
_COMPARED = (*_CONTAINERS, int, float, str, tuple, StandIn)


class Isolated:
    """A function with copies of all that it could change outside.

    ``replaced`` is a class that it may use -> the class that takes its place.
    """

    def __init__(self, function, replaced=None):
        self._replaced = {id(usual): other for usual, other in (replaced or {}).items()}
        self._copies = {}  # id -> the copy, and the original, so that the id stays its own
        self._watched = []  # functions that give what must stay as it is
        self.function = self._copy_to_call(function)
        self._before = self._contents()

    def check(self):
        """Refuse a function that has changed something outside."""
        if self._contents() != self._before:
            raise NotRecordable("it remembers something between two calls")

    def _contents(self):
        return [_text(look()) for look in self._watched]

    def _copy_to_call(self, value):
        """A copy of a function, of a method, or of an object that is called like one."""
        if isinstance(value, functools.partial):
            keywords = {name: self._copy(given) for name, given in value.keywords.items()}
            return functools.partial(self._copy_to_call(value.func), *value.args, **keywords)
        method = value
        if not isinstance(value, (type, types.FunctionType, types.MethodType)):
            method = getattr(value, "__call__", None)  # noqa: B004 - the method itself is wanted
        if isinstance(method, types.MethodType):
            owner = self._copied_content(method.__self__)
            return types.MethodType(self._copy(method.__func__), owner)
        return self._copy(value)

    def _copy(self, value):
        if id(value) not in self._copies:
            self._copies[id(value)] = value, value  # until it is known; functions call each other
            self._copies[id(value)] = self._copied(value), value
        return self._copies[id(value)][0]

    def _copied(self, value):
        known = self._substitute(value)
        if known is not value or _package(value) == "numpy":
            return known
        if isinstance(value, (functools.partial, types.MethodType)):
            return self._copy_to_call(value)
        if isinstance(value, types.FunctionType):
            return self._copied_function(value)
        is_own = type(value).__module__ in ("__main__", "types") or callable(value)
        is_object = is_own and hasattr(value, "__dict__") and not isinstance(value, (type, StandIn))
        if is_object or isinstance(value, (*_CONTAINERS, *_DICE)):
            return self._copied_content(value)
        return value

    def _copied_content(self, value):
        """A copy of an object that is compared with what it was."""
        with contextlib.suppress(Exception):  # what cannot be copied stays
            copied = copy.deepcopy(value)
            self._watched.append(lambda: getattr(copied, "__dict__", copied))
            return copied
        return value

    def _copied_function(self, function):
        names, space = _global_names(function.__code__), dict(function.__globals__)
        space["__builtins__"] = BUILTINS
        cells = tuple(types.CellType() for _ in function.__closure__ or ())
        copied = types.FunctionType(
            function.__code__, space, function.__name__, function.__defaults__, cells
        )
        copied.__kwdefaults__ = function.__kwdefaults__
        copied.__dict__.update(vars(function))
        self._copies[id(function)] = copied, function
        copy_of = self._copied_of_ours if is_ours(function) else self._copy
        space |= {name: copy_of(space[name]) for name in names if name in space}
        for cell, old in zip(cells, function.__closure__ or (), strict=True):
            with contextlib.suppress(ValueError):  # it may be empty
                cell.cell_contents = self._copy(old.cell_contents)
                self._watched.append(lambda cell=cell: cell.cell_contents)
        if not is_ours(function):
            self._watched.append(lambda: {name: _text(space.get(name)) for name in names})
        return copied

    def _copied_of_ours(self, value):
        """The library's functions call others, and change none of its variables."""
        is_function = isinstance(value, types.FunctionType)
        return self._copy(value) if is_function else self._substitute(value)

    def _substitute(self, value):
        return self._replaced.get(id(value)) or substitute(value)


def is_ours(function):
    """Whether a function is of the library, or of numpy."""
    return _package(function) in ("course_lib", "numpy")


def _package(value):
    return (getattr(value, "__module__", None) or "").split(".")[0]


def _global_names(code):
    """Names that a function reads or sets outside, also in the functions inside it."""
    inside = [value for value in code.co_consts if isinstance(value, types.CodeType)]
    return dict.fromkeys([*code.co_names, *(name for c in inside for name in _global_names(c))])


def _text(value):
    """What tells whether a value has changed."""
    if isinstance(value, np.random.Generator):
        value = value.bit_generator.state
    if isinstance(value, np.random.RandomState):
        value = value.get_state()
    return repr(value) if isinstance(value, _COMPARED) else id(value)
