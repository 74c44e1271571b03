"""How a student's step function is called, and how the state that it returns is read."""

import inspect
import numbers
from typing import NamedTuple

import numpy as np

from course_lib import optimizers

_ALIASES = {
    "lr": "lr alpha learning_rate step_size stepsize eta a rate",
    "beta": "beta beta1 b b1 mu gamma momentum beta_1 rho decay",
    "beta1": "beta1 b1 beta_1 mu rho1 betam",
    "beta2": "beta2 b2 beta_2 nu rho2 betav rho beta decay gamma",
    "eps": "eps epsilon e eps0 delta small",
}
_NO_STATE = frozenset(["self", "x", "w", "theta", "params", "weights", "g", "grad", "gradient"])
"""First parameters of functions that are written to be called in another way."""


def parameter_names(step, algorithm):
    """Which of our hyperparameters go under which name of a student's signature.

    Returns
    -------
    dict of str to str
        Our name -> theirs. One that they do not have is left out.
    """
    ours = list(optimizers.hyperparameters(getattr(optimizers, algorithm)))
    if algorithm == "amsgrad":
        ours.append("eps")
    try:
        theirs = optimizers.hyperparameters(step)
        kinds = [p.kind for p in inspect.signature(step).parameters.values()]
    except (TypeError, ValueError):
        return {}
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return dict(zip(ours, ours, strict=True))
    found = {}
    for name in ours:
        known = [t for t in theirs if t.lower() in _ALIASES[name].split()]
        known.sort(key=lambda theirs: theirs.lower() != name)
        known = [t for t in known if t not in found.values()]
        if known:
            found[name] = known[0]
    for name in ours:  # what is left goes by position
        rest = [t for t in theirs if t not in found.values() and _may_be(name, theirs[t])]
        if name not in found and rest:
            found[name] = rest[0]
    return found


def _may_be(name, default):
    """Whether a parameter of an unknown name can be this hyperparameter, by its default."""
    if default is None:
        return True
    number = isinstance(default, (int, float)) and not isinstance(default, bool)
    return number and (0 < default <= 1e-3 if name == "eps" else default > 0)


class Call(NamedTuple):
    """How a function wants to be called."""

    takes: str  # "(x, g, m, v, t, lr=0.1)"
    differs: bool  # from how the check calls it
    may_differ: bool  # by the names alone


def call_of(step, algorithm):
    """The `Call` of a student's function, or None where Python does not know its signature."""
    try:
        signature = inspect.signature(step)
    except (TypeError, ValueError):
        return None
    names = list(signature.parameters)
    differs = len(set(names) & set(state_of(algorithm)._fields)) > 1  # x, m, ... one by one
    try:
        signature.bind(None, None, **dict.fromkeys(parameter_names(step, algorithm).values()))
    except TypeError:
        differs = True
    takes = [str(p.replace(annotation=p.empty)) for p in signature.parameters.values()]
    no_state = bool(_NO_STATE.intersection(names[:1]))
    return Call(f"({', '.join(takes)})", differs, differs or no_state)


def call(algorithm):
    """How the check calls a function.

    Examples
    --------
    >>> call("momentum")
    '(state, g, lr=..., beta=...)'
    """
    ours = optimizers.hyperparameters(getattr(optimizers, algorithm))
    return f"({', '.join(['state', 'g', *(f'{name}=...' for name in ours)])})"


def state_of(algorithm):
    """The NamedTuple of an algorithm."""
    return optimizers.STATES[getattr(optimizers, algorithm)]


class StateProblem(Exception):
    """What a step function returned is no state: (slug, what a sentence about it needs)."""


class StateReader:
    """Makes the first state of an algorithm, and reads what a student's function returns."""

    def __init__(self, algorithm):
        self.kind = state_of(algorithm)
        self.fields = self.kind._fields
        self.note = ""

    def start(self, x, **fields):
        """A fresh state at ``x``; its other fields are 0 or those given."""
        state = {name: np.full(2, float(fields.get(name, 0))) for name in self.fields}
        return self.kind(**state | {"x": np.array(x, float), "t": fields.get("t", 0)})

    def read(self, returned):
        """The returned state as numbers of shape (2,), and as our NamedTuple for the next step."""
        values = self._values(returned)
        row = {}
        for name, value in values.items():
            if value is Ellipsis:
                raise StateProblem("not-attempted", {})
            try:
                number = np.array(value, float)
            except (TypeError, ValueError):
                detail = {"quantity": name, "got": f"a {type(value).__name__}"}
                raise StateProblem("wrong-shape", detail) from None
            if name == "t" and number.size == 1:
                number = number.reshape(())
            if number.shape != (2,) and (number.shape != () or name == "x"):
                detail = {"quantity": name, "got": f"of shape {number.shape} instead of (2,)"}
                raise StateProblem("wrong-shape", detail)
            row[name] = np.broadcast_to(number, 2).copy()
        return row, self.kind(**values)

    def _values(self, returned):
        if returned is None:
            raise StateProblem("returns-none", {})
        if returned is Ellipsis or returned is NotImplemented:
            raise StateProblem("not-attempted", {})
        if all(hasattr(returned, name) for name in self.fields):
            if not isinstance(returned, tuple):
                self.note = f"`run` wants a tuple, and you return a {type(returned).__name__}."
            return {name: getattr(returned, name) for name in self.fields}
        whole = isinstance(returned, (tuple, list)) and len(returned) == len(self.fields)
        if whole and (isinstance(returned, tuple) or np.ndim(returned[0])):
            if isinstance(returned, list):
                self.note = "`run` wants a tuple, and you return a list."
            return dict(zip(self.fields, returned, strict=True))
        if _is_x(returned):
            raise StateProblem("returns-only-x", {})
        kind = type(returned).__name__
        count = f" of {len(returned)}" if isinstance(returned, (tuple, list, dict)) else ""
        raise StateProblem("wrong-shape", {"quantity": "the state", "got": f"a {kind}{count}"})


def _is_x(returned):
    if isinstance(returned, numbers.Number):
        return True
    try:
        return np.array(returned, float).shape == (2,)
    except (TypeError, ValueError):
        return False
