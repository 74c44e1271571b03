"""What a step function does on two probes, scripted runs of six steps: every known mistake shows.

Each probe has two coordinates. Among the four are an ordinary one, one with gradients near 1e-6 (so
that eps shows), and one with changes of sign and tenfold jumps (so that the moments show). The
gradients depend a little on x, so that a mistake in x comes back through them.
"""

import copy
import numbers
import sys
from dataclasses import dataclass, field

import numpy as np

from course_lib import optimizers
from course_lib.checks.parameters import assignments, defaults_of
from course_lib.utils import text
from course_lib.utils.run_validation import as_field, fields_of
from course_lib.utils.sandbox import Outcome, run_safely
from course_lib.utils.validation import NotReal, as_floats, shown

N_STEPS = 6
N_PROBES = 2
START = (0.5, 0.9), (-0.3, 0.4)  # (coordinate, probe)
GRADIENTS = np.array(  # (step, coordinate, probe)
    [
        [[0.8, 0.4], [1e-6, 0.7]],
        [[0.5, -4.0], [3e-6, 0.01]],
        [[-0.1, 0.3], [2e-6, 0.9]],
        [[0.2, 5.0], [-1e-6, -0.4]],
        [[0.3, -0.15], [4e-6, 0.5]],
        [[-0.4, 0.05], [1e-6, 0.1]],
    ]
)
CURVATURE = np.array([[0.05, 0.1], [1e-7, 0.03]])  # gradient added per unit of x
HYPER = {
    "lr": np.array([0.1, 0.27]),
    "beta": np.array([0.6, 0.83]),
    "beta1": np.array([0.6, 0.83]),
    "beta2": np.array([0.8, 0.55]),
    "eps": np.array([1e-6, 0.05]),
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
    scale: float = 1.0  # of the gradients
    begin: tuple = START
    names: dict = field(default_factory=dict)  # hyperparameters it takes -> its names for them
    others: dict = field(default_factory=dict)  # values of its other parameters, by its names
    given: dict = field(default_factory=dict)  # hyperparameters -> values, (probes,)
    states: dict = field(default_factory=dict)  # field -> (steps, 2, probes); none after an error
    written: dict = field(default_factory=dict)  # hyperparameters that are numbers in the code
    outcome: Outcome = NOT_CALLED  # of all calls together
    problem: str | None = None  # what is wrong with a returned state: a slug
    detail: dict = field(default_factory=dict)  # what a sentence about it needs
    last: int | None = None  # the last step that was called
    changed: str | None = None  # the input that it changed in place
    hidden_state: bool = False  # whether equal inputs gave two different answers
    printed: str = ""  # by its first call

    @property
    def known(self):
        """The hyperparameters: those given, else those in the code, else the defaults."""
        return defaults_of(self.algorithm) | self.written | self.given

    def is_finite(self, steps=slice(None)):
        """Whether there are states, and all numbers in them (or in some steps) are finite."""
        return bool(self.states) and all(np.isfinite(v[steps]).all() for v in self.states.values())


def gradient(t, x, scale=1.0):
    """The scripted gradient at step ``t``, for x of shape (..., 2, probes)."""
    return scale * (GRADIENTS[t - 1] + CURVATURE * x)


def start(algorithm, mid_run=False, begin=START):
    """The first state of the probes: field -> value that broadcasts against (2, probes)."""
    fields = state_of(algorithm)._fields
    return {name: MID_RUN.get(name, 0.0) * mid_run for name in fields} | {"x": np.array(begin)}


def record(step, algorithm, hyper=HYPER, **conditions):
    """The `Trace` of a step function; each hyperparameter has values of shape (probes,).

    ``conditions`` are fields of the trace: mid_run, scale, begin, names, others.
    """
    trace = Trace(algorithm, shown(step), **conditions)
    if is_function(step):
        trace.names = trace.names or assignments(step, algorithm)[0]
        trace.given = {name: hyper[name] for name in trace.names}
        recorder = _Recorder(step, trace)
        trace.outcome = run_safely(recorder.run)
        trace.printed = trace.outcome.printed[: recorder.printed_first or FIRST_PRINTS]
        if not trace.problem and not trace.outcome.error:
            trace.states = recorder.states()
            trace.written = _written(trace)
    return trace


@np.errstate(all="ignore")
def _written(trace):
    """The decay rates that it has no parameters for, as its first steps show them."""
    old, new = start(trace.algorithm, trace.mid_run, trace.begin), trace.states
    g, later = gradient(1, old["x"], trace.scale), gradient(2, new["x"][0], trace.scale)
    shown_by, found = {}, {}
    if "v" in new:
        shown_by["beta2"] = (new["v"][0] - g**2) / (old["v"] - g**2)
    if "v" in new and "m" in new:
        shown_by["beta1"] = (new["m"][0] - g) / (old["m"] - g)
    elif "m" in new:
        shown_by["beta"] = (new["m"][1] - later) / new["m"][0]
    for name, values in shown_by.items():
        value = float(f"{np.median(values):.3g}")
        if name not in trace.given and 0.5 <= value < 1 and np.allclose(values, value, 1e-6, 0):
            found[name] = value
    if found.get("beta1") == found.get("beta2"):  # rather one of them in the place of the other
        found.pop("beta2", None)
    return found


def record_again(step, trace, hyper=HYPER, **conditions):
    """The `Trace` under conditions of which only those that are named differ."""
    same = {name: getattr(trace, name) for name in ("mid_run", "scale", "begin", "names", "others")}
    return record(step, trace.algorithm, hyper, **same | conditions)


def one_step(step, trace, x, g):
    """What a step function makes of the fresh state at ``x``, on the second probe's values."""
    reader = StateReader(trace.algorithm)
    hyper = {theirs: float(trace.given[ours][1]) for ours, theirs in trace.names.items()}
    state, g = reader.start(np.array(x, float)), np.array(g, float)
    return run_safely(lambda: reader.read(step(state, g, **hyper, **trace.others))[0]).value


class _Recorder:
    """Calls a step function and fills in its trace, as far as it gets."""

    def __init__(self, step, trace):
        self.step, self.trace = step, trace
        self.reader = StateReader(trace.algorithm)
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
        x, rows = np.array(self.trace.begin)[:, probe], self.rows[probe]
        states = [self.reader.start(x, **mid_run)]
        first = self.call(1, states[0], probe)[0]
        for t in range(1, N_STEPS + 1):
            row, state = self.call(t, states[-1], probe)
            rows.append(row)
            states.append(state)
        again = self.call(2, states[1], probe)[0]  # hidden state has moved on by now
        self.trace.hidden_state |= not (is_same(first, rows[0]) and is_same(again, rows[1]))

    def call(self, t, state, probe):
        """The next state as numbers and as it came; the function gets copies of ``state``."""
        trace = self.trace
        trace.last = t
        hyper = {theirs: float(trace.given[ours][probe]) for ours, theirs in trace.names.items()}
        g = gradient(t, state.x[:, None], trace.scale)[:, probe].copy()
        given = [copy.copy(value) for value in (g, *state)]
        returned = self.step(self.reader.kind(*given[1:]), given[0], **hyper, **trace.others)
        self.printed_first = self.printed_first or sys.stdout.tell()
        for name, old, new in zip(("g", *self.reader.fields), (g, *state), given, strict=True):
            if not np.array_equal(old, new, equal_nan=True):
                trace.changed = trace.changed or name
        return self.reader.read(returned)

    def states(self):
        values = {n: [[row[n] for row in rows] for rows in self.rows] for n in self.reader.fields}
        return {name: np.moveaxis(np.array(value), 0, -1) for name, value in values.items()}


def is_same(one, other):
    """Whether two states or traces agree to the last bit; no trace agrees with none."""
    return all(n in other and np.array_equal(v, other[n], equal_nan=True) for n, v in one.items())


def is_function(step):
    """Whether it can be called as a step function; a class cannot."""
    return callable(step) and not isinstance(step, type)


def state_of(algorithm):
    """The NamedTuple of an algorithm."""
    return optimizers.STATES[getattr(optimizers, algorithm)]


# How a returned state is read


class StateProblem(Exception):
    """What a step function returned is no state: (slug, what a sentence about it needs)."""


class StateReader:
    """Makes the first state of an algorithm, and reads what a student's function returns."""

    def __init__(self, algorithm):
        self.kind = state_of(algorithm)
        self.fields = self.kind._fields

    def start(self, x, **fields):
        """A fresh state at ``x``; its other fields are 0 or those given."""
        state = {name: np.full(2, float(fields.get(name, 0))) for name in self.fields}
        return self.kind(**state | {"x": np.array(x, float), "t": fields.get("t", 0)})

    def read(self, returned):
        """A returned state as numbers of shape (2,), and as the NamedTuple for the next step."""
        try:
            fields = {name: _as_field(name, v) for name, v in self._fields_of(returned).items()}
            numbers = {name: _for_each(name, value) for name, value in fields.items()}
        except StateProblem as problem:
            problem.args[1]["returned"] = returned
            raise
        return numbers, self.kind(**fields)

    def _fields_of(self, returned):
        if returned is None:
            raise StateProblem("returns-none", {})
        if returned is Ellipsis or returned is NotImplemented:
            raise StateProblem("not-attempted", {})
        fields = fields_of(returned, self.fields)
        if fields is None and _is_x(returned):
            raise StateProblem("returns-only-x", {})
        if fields is None:
            count = f" of {len(returned)}" if isinstance(returned, (tuple, list, dict)) else ""
            got = f"{text.kind(returned)}{count}"
            raise StateProblem("wrong-shape", {"quantity": "the state", "got": got})
        return fields


def _as_field(name, value):
    if value is Ellipsis:
        raise StateProblem("not-attempted", {})
    try:
        return as_field(name, value)
    except NotReal as error:
        slug, got = "wrong-shape", f"{error}"
        if got.startswith(("complex", "numbers of which")):
            slug = "not-real"
        else:
            got = f"of {got}, not one number" if got.startswith("shape") else text.kind(value)
        raise StateProblem(slug, {"quantity": name, "got": got}) from None


def _for_each(name, value):
    """A field as one number for each coordinate."""
    shape = np.shape(value)
    if shape != (2,) and (shape != () or name == "x"):
        detail = {"quantity": name, "got": f"of shape {shape} instead of (2,)"}
        raise StateProblem("wrong-shape", detail)
    return np.broadcast_to(np.array(value, float), 2).copy()


def _is_x(returned):
    return isinstance(returned, numbers.Number) or shape_of(returned) == (2,)


def shape_of(value):
    """The shape of numbers; None for anything else."""
    try:
        return as_floats(value).shape
    except NotReal:
        return None
