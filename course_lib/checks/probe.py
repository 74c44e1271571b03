"""What a step function does on two probes, scripted runs of six steps: every known mistake shows.

Each probe has two coordinates. Among the four are an ordinary one, one with gradients near 1e-6 (so
that eps shows), and one with changes of sign and tenfold jumps (so that the moments show). The
gradients depend a little on x, so that a mistake in x comes back through them.
"""

import inspect
import numbers
import sys
from dataclasses import dataclass, field

import numpy as np

from course_lib import optimizers
from course_lib.utils.hyperparameters import hyperparameters
from course_lib.utils.sandbox import Outcome, run_safely

N_STEPS = 6
N_PROBES = 2
START = np.array([[0.5, 0.9], [-0.3, 0.4]])  # (coordinate, probe)
GRADIENTS = np.array(  # (step, coordinate, probe)
    [
        [[0.8, 0.4], [1e-6, 0.7]],
        [[0.5, -4.0], [3e-6, 0.2]],
        [[-0.1, 0.3], [2e-6, 0.9]],
        [[0.2, 5.0], [-1e-6, -0.4]],
        [[0.3, -0.5], [4e-6, 0.5]],
        [[-0.4, 0.05], [1e-6, 0.1]],
    ]
)
CURVATURE = np.array([[0.05, 0.1], [1e-7, 0.03]])  # gradient added per unit of x
HYPER = {
    "lr": np.array([0.1, 0.27]),
    "beta": np.array([0.6, 0.83]),
    "beta1": np.array([0.6, 0.83]),
    "beta2": np.array([0.8, 0.55]),
    "eps": np.array([1e-6, 0.013]),
}
MID_RUN = {"m": 0.2, "v": 0.3, "v_max": 0.35, "t": 3}  # for code that divides by 0 at step 1
NOT_CALLED = Outcome(None, None, None, "", "")
FIRST_PRINTS = 200  # characters shown of a first call that raised or never ended


@dataclass
class Trace:
    """What a step function did on the probes."""

    algorithm: str
    name: str = ""  # of the function
    mid_run: bool = False  # whether the probes began in the middle of a run
    given: dict = field(default_factory=dict)  # hyperparameters it takes -> values, (probes,)
    states: dict = field(default_factory=dict)  # field -> (steps, 2, probes); none after an error
    outcome: Outcome = NOT_CALLED  # of all calls together
    problem: str | None = None  # what is wrong with a returned state: a slug
    detail: dict = field(default_factory=dict)  # what a sentence about it needs
    last: int | None = None  # the last step that was called
    changed: str | None = None  # the input that it changed in place
    hidden_state: bool = False  # whether equal inputs gave two different answers
    note: str = ""  # a remark on the type of the returned state
    printed: str = ""  # by its first call

    def is_finite(self, steps=slice(None)):
        """Whether there are states, and all numbers in them (or in some steps) are finite."""
        return bool(self.states) and all(np.isfinite(v[steps]).all() for v in self.states.values())


def gradient(t, x):
    """The scripted gradient at step ``t``, for x of shape (..., 2, probes)."""
    return GRADIENTS[t - 1] + CURVATURE * x


def start(algorithm, mid_run=False):
    """The first state of the probes: field -> value that broadcasts against (2, probes)."""
    fields = state_of(algorithm)._fields
    return {name: MID_RUN.get(name, 0.0) * mid_run for name in fields} | {"x": START}


def record(step, algorithm, mid_run=False, hyper=HYPER):
    """The `Trace` of a step function; each hyperparameter has values of shape (probes,)."""
    trace = Trace(algorithm, str(getattr(step, "__name__", "")), mid_run)
    if is_function(step):
        recorder = _Recorder(step, trace, hyper)
        trace.outcome = run_safely(recorder.run)
        trace.note = recorder.reader.note
        trace.printed = trace.outcome.printed[: recorder.printed_first or FIRST_PRINTS]
        if not trace.problem and not trace.outcome.error:
            trace.states = recorder.states()
    return trace


class _Recorder:
    """Calls a step function and fills in its trace, as far as it gets."""

    def __init__(self, step, trace, hyper):
        self.step, self.trace, self.reader = step, trace, StateReader(trace.algorithm)
        self.names = parameter_names(step, trace.algorithm)
        trace.given = {name: hyper[name] for name in self.names}
        self.rows = [[] for _ in range(N_PROBES)]
        self.printed_first = 0

    def run(self):
        try:
            for probe in range(N_PROBES):
                self.run_probe(probe)
        except StateProblem as problem:
            self.trace.problem, self.trace.detail = problem.args

    def run_probe(self, probe):
        mid_run = MID_RUN if self.trace.mid_run else {}
        fresh, *states = (self.reader.start(START[:, probe], **mid_run) for _ in range(2))
        first, rows = self.call(1, fresh, probe)[0], self.rows[probe]
        for t in range(1, N_STEPS + 1):
            row, state = self.call(t, states[-1], probe)
            rows.append(row)
            states.append(state)
        again = self.call(2, states[1], probe)[0]  # hidden state has moved on by now
        self.trace.hidden_state |= not (_is_same(first, rows[0]) and _is_same(again, rows[1]))

    def call(self, t, state, probe):
        self.trace.last = t
        hyper = {name: float(self.trace.given[ours][probe]) for ours, name in self.names.items()}
        g = gradient(t, np.array(state.x, float)[:, None])[:, probe].copy()
        before = [np.array(value, float) for value in (g, *state)]
        returned = self.step(state, g, **hyper)
        self.printed_first = self.printed_first or sys.stdout.tell()
        names = ("g", *self.reader.fields)
        for name, old, new in zip(names, before, (g, *state), strict=True):
            if not np.array_equal(old, np.array(new, float), equal_nan=True):
                self.trace.changed = self.trace.changed or name
        return self.reader.read(returned)

    def states(self):
        values = {n: [[row[n] for row in rows] for rows in self.rows] for n in self.reader.fields}
        return {name: np.moveaxis(np.array(value), 0, -1) for name, value in values.items()}


def _is_same(one, other):
    """Whether two states or traces agree to the last bit; no trace agrees with none."""
    return all(n in other and np.array_equal(v, other[n], equal_nan=True) for n, v in one.items())


def unused_hyperparameters(step, trace):
    """The student's names of those hyperparameters that change nothing in the trace."""

    def changed(name):
        return record(step, trace.algorithm, hyper=HYPER | {name: HYPER[name] * 0.9}).states

    names = parameter_names(step, trace.algorithm).items()
    return tuple(theirs for name, theirs in names if _is_same(trace.states, changed(name)))


# How a step function is called

_ALIASES = {
    "lr": "lr alpha learning_rate step_size stepsize eta a rate",
    "beta": "beta beta1 b b1 mu gamma momentum beta_1 rho decay",
    "beta1": "beta1 b1 beta_1 mu rho1 betam",
    "beta2": "beta2 b2 beta_2 nu rho2 betav rho beta decay gamma",
    "eps": "eps epsilon e eps0 delta small",
}


def is_function(step):
    """Whether it can be called as a step function; a class cannot."""
    return callable(step) and not isinstance(step, type)


def state_of(algorithm):
    """The NamedTuple of an algorithm."""
    return optimizers.STATES[getattr(optimizers, algorithm)]


def defaults_of(algorithm):
    """The hyperparameters of an algorithm with the library's defaults."""
    return hyperparameters(getattr(optimizers, algorithm))


def parameter_names(step, algorithm):
    """Hyperparameters of the library -> their names in a student's signature, if it has them."""
    ours = list(defaults_of(algorithm)) + ["eps"] * (algorithm == "amsgrad")
    try:
        theirs = hyperparameters(step)
        kinds = [p.kind for p in inspect.signature(step).parameters.values()]
    except (TypeError, ValueError):
        return {}
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return dict(zip(ours, ours, strict=True))
    found = {}
    for name in ours:
        rest = [t for t in theirs if t not in found.values()]
        known = [t for t in rest if t.lower() in _ALIASES[name].split()]
        if known:
            found[name] = min(known, key=lambda theirs: theirs.lower() != name)
    for name in ours:  # unknown names go by position
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


# How a returned state is read


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
        """A returned state as numbers of shape (2,), and as the NamedTuple for the next step."""
        values = self._values(returned)
        return {name: _as_numbers(name, v) for name, v in values.items()}, self.kind(**values)

    def _values(self, returned):
        """The fields of a returned state, read by name or by position."""
        kind = type(returned).__name__
        if returned is None:
            raise StateProblem("returns-none", {})
        if returned is Ellipsis or returned is NotImplemented:
            raise StateProblem("not-attempted", {})
        if all(hasattr(returned, name) for name in self.fields):
            if not isinstance(returned, tuple):
                self.note = f"`run` wants a tuple, and you return a {kind}."
            return {name: getattr(returned, name) for name in self.fields}
        whole = isinstance(returned, (tuple, list)) and len(returned) == len(self.fields)
        if whole and (isinstance(returned, tuple) or np.ndim(returned[0])):
            if isinstance(returned, list):
                self.note = "`run` wants a tuple, and you return a list."
            return dict(zip(self.fields, returned, strict=True))
        if _is_x(returned):
            raise StateProblem("returns-only-x", {})
        count = f" of {len(returned)}" if isinstance(returned, (tuple, list, dict)) else ""
        raise StateProblem("wrong-shape", {"quantity": "the state", "got": f"a {kind}{count}"})


def _as_numbers(name, value):
    """One field as numbers of shape (2,)."""
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
    return np.broadcast_to(number, 2).copy()


def _is_x(returned):
    try:
        return isinstance(returned, numbers.Number) or np.array(returned, float).shape == (2,)
    except (TypeError, ValueError):
        return False
