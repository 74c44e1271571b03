"""A copy of a function that changes nothing outside, and that tells if it wanted to.

A function may keep something between two calls, in a list of the notebook or in a variable around
it. A recording would leave its stand-ins there, and cannot show what the function remembers.
"""

import contextlib
import copy
import functools
import types

import numpy as np

from course_lib.recording.numbers import Number
from course_lib.recording.tape import NotRecordable

_CONTAINERS = (list, dict, set, bytearray, np.ndarray)
_TRUSTED = ("course_lib", "numpy")  # their functions change nothing of their modules
_COMPARED = (*_CONTAINERS, int, float, str, tuple, Number)


class Isolated:
    """A function with copies of all that it could change outside."""

    def __init__(self, function):
        self._copies = {}  # id -> the copy, and the original, so that the id stays its own
        self._watched = []  # functions that give what must stay as it is
        self.function = self._copy(function)
        self._before = self._contents()

    def check(self):
        """Refuse a function that has changed something outside."""
        if self._contents() != self._before:
            raise NotRecordable("it remembers something between two calls")

    def _contents(self):
        return [_text(look()) for look in self._watched]

    def _copy(self, value):
        if id(value) not in self._copies:
            self._copies[id(value)] = value, value  # until it is known; functions call each other
            self._copies[id(value)] = self._copied(value), value
        return self._copies[id(value)][0]

    def _copied(self, value):
        if isinstance(value, functools.partial):
            keywords = {name: self._copy(given) for name, given in value.keywords.items()}
            return functools.partial(self._copy(value.func), *value.args, **keywords)
        if isinstance(value, types.FunctionType):
            return self._copied_function(value)
        is_object = callable(value) and hasattr(value, "__dict__") and not isinstance(value, type)
        if isinstance(value, _CONTAINERS) or is_object:
            with contextlib.suppress(Exception):  # what cannot be copied stays
                copied = copy.deepcopy(value)
                self._watched.append(lambda: vars(copied) if is_object else copied)
                return copied
        return value

    def _copied_function(self, function):
        names, space = (), function.__globals__
        if not is_ours(function):
            names, space = function.__code__.co_names, dict(function.__globals__)
        old_cells = function.__closure__ or ()
        cells = tuple(types.CellType() for _ in old_cells)
        copied = types.FunctionType(
            function.__code__, space, function.__name__, function.__defaults__, cells
        )
        copied.__kwdefaults__ = function.__kwdefaults__
        copied.__dict__.update(vars(function))
        self._copies[id(function)] = copied, function
        space |= {name: self._copy(space[name]) for name in names if name in space}
        for cell, old in zip(cells, old_cells, strict=True):
            with contextlib.suppress(ValueError):  # it may be empty
                cell.cell_contents = self._copy(old.cell_contents)
                self._watched.append(lambda cell=cell: cell.cell_contents)
        self._watched.append(lambda: {name: _text(space.get(name)) for name in names})
        return copied


def is_ours(function):
    """Whether a function is of the library, or of numpy."""
    module = getattr(function, "__module__", None) or ""
    return module.split(".")[0] in _TRUSTED


def _text(value):
    """What tells whether a value has changed."""
    return repr(value) if isinstance(value, _COMPARED) else id(value)
