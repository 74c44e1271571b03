"""Families of landscapes: functions that make an objective from numbers, such as `ravine`."""

import dataclasses
import functools
import inspect

from course_lib.explorers.grounds import recorded_ground
from course_lib.objectives import Objective, central_differences
from course_lib.recording.calling import is_ours
from course_lib.recording.recorder import record_family
from course_lib.recording.tape import NotRecordable
from course_lib.utils.hyperparameters import LANDSCAPES
from course_lib.utils.objective_validation import of_one_argument
from course_lib.utils.sandbox import run_with_timeout
from course_lib.utils.validation import InvalidValue, shown

EXAMPLE = "Objective.from_function(f, bounds=[[-2, 2], [-2, 2]])"


class Family:
    """A function that makes objectives, and the values of its parameters to begin with.

    Parameters
    ----------
    make : callable
        Its parameters have names that `LANDSCAPES` knows; a `functools.partial` fixes some.
    """

    def __init__(self, make):
        fixed = make.keywords if isinstance(make, functools.partial) else {}
        parameters = _parameters(make)
        free = {name: p.default for name, p in parameters.items() if name not in fixed}
        if not free or not free.keys() <= LANDSCAPES.keys():
            rule = (
                f"be one such as bowl, or a function of {' and '.join(LANDSCAPES)} that makes one"
            )
            got = f"{shown(make)}({', '.join(free)})"
            raise InvalidValue("objective", rule, got, f"{EXAMPLE} for a function f of your own")
        empty = inspect.Parameter.empty
        self.make = make
        self.defaults = {n: LANDSCAPES[n].default if d is empty else d for n, d in free.items()}
        self.name = getattr(getattr(make, "func", make), "__name__", "own").replace(
            "<lambda>", "own"
        )
        self._member = functools.lru_cache(64)(self._made)

    def at(self, values):
        """The objective for these values; the same one for the same values."""
        return self._member(*(values[name] for name in self.defaults))

    def _made(self, *numbers):
        given = dict(zip(self.defaults, numbers, strict=True))
        make = functools.partial(self.make, **given)
        made = make() if is_ours(self.make) else run_with_timeout(make)
        words = [f"{name} = {value:g}" for name, value in given.items()]
        if not isinstance(made, Objective):
            call = f"{self.name}({', '.join(words)})"
            raise InvalidValue(call, "return an objective", shown(made), f"return {EXAMPLE}")
        return dataclasses.replace(made, name=", ".join([self.title, *words]))

    @property
    def title(self):
        """The name in words."""
        return self.name.replace("_", " ")

    def recorded(self):
        """What the browser makes its objectives from; the program is None without a recording."""
        try:
            program = record_family(self.make, self.defaults, {Objective: _Unseen})
        except NotRecordable:
            program = None
        first = recorded_ground(self.at(self.defaults))
        return first | {"title": self.title, "parameters": [*self.defaults], "program": program}


def _parameters(make):
    try:
        return inspect.signature(make).parameters
    except (TypeError, ValueError):  # one of Python's own
        return {}


class _Unseen(Objective):
    """An objective made of stand-ins for numbers, which nobody can look at."""

    def __post_init__(self):
        if self.x0 is None:
            x0 = [0.9 * low + 0.1 * high for low, high in self.bounds]
            object.__setattr__(self, "x0", x0)

    @classmethod
    def from_function(cls, f, bounds, grad=None, minimizers=(), name=None, x0=None):
        f = of_one_argument(f, "the function")
        grad = of_one_argument(grad, "the gradient") if grad else central_differences(f)
        return cls(name, f, grad, bounds, () if minimizers is None else minimizers, x0=x0)
