"""What a student's step function does on two scripted probes, and how it is called.

Each probe is six steps in two coordinates along scripted gradients. Together they hold an ordinary
coordinate, one with gradients near 1e-6 (so that eps shows), and one with changes of sign and
tenfold jumps (so that the moments show). The gradients depend a little on x, so that a mistake in x
comes back through them.
"""

import inspect
import numbers
import sys
from typing import NamedTuple

import numpy as np

from course_lib import optimizers
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
CURVATURE = np.array([[0.05, 0.1], [1e-7, 0.03]])  # d g / d x
HYPER = {
    "lr": np.array([0.1, 0.27]),
    "beta": np.array([0.6, 0.83]),
    "beta1": np.array([0.6, 0.83]),
    "beta2": np.array([0.8, 0.55]),
    "eps": np.array([1e-6, 0.013]),
}
FIRST_PRINTS = 200  # characters of what an unfinished call printed
ASSUMED_EPS = (1e-8, 0.0, 1e-7, 1e-10, 1e-6, 1e-12, 1e-16)
"""What a function without a parameter for eps may have written inside."""

MID_RUN = {"m": 0.2, "v": 0.3, "v_max": 0.35, "t": 3}
"""A state in the middle of a run, for functions that divide by zero at the first step."""


class Trace(NamedTuple):
    """What a function did on the probes."""

    states: dict  # field -> ndarray of shape (steps, 2, probes); empty if a problem came up
    outcome: Outcome  # of the whole recording: error, line, printed
    given: dict  # hyperparameters that the function took: our name -> values, shape (probes,)
    problem: str | None = None  # what is wrong with what it returned: a slug
    detail: dict | None = None  # what a sentence about it needs
    last: int | None = None  # the step that came last
    changed: str | None = None  # which of its inputs it changed
    forgetful: bool = False  # whether the same question got two answers
    note: str = ""  # a remark on what it returned
    printed: str = ""  # what its first call printed
    mid_run: bool = False  # whether it began in the middle of a run

    def is_finite(self, steps=slice(None)):
        """Whether there are states, and all their values of these steps are finite."""
        return bool(self.states) and all(
            np.isfinite(values[steps]).all() for values in self.states.values()
        )


def gradient(t, x):
    """The scripted gradient of both probes at step ``t``, for x of shape (..., 2, probes)."""
    return GRADIENTS[t - 1] + CURVATURE * x


def start(algorithm, mid_run=False):
    """The fields of the first state of both probes."""
    fields = optimizers.STATES[getattr(optimizers, algorithm)]._fields
    return {name: MID_RUN.get(name, 0.0) * mid_run for name in fields} | {"x": START}


def probe_step(step, algorithm, mid_run=False, hyper=HYPER):
    """The trace of a student's step function on both probes.

    ``mid_run`` starts in the middle of a run; ``hyper`` holds a value for each probe.
    """
    recorder = _Recorder(step, algorithm, mid_run, hyper)
    outcome = run_safely(recorder.run)
    states = {}
    if not recorder.problem and not outcome.error:
        for name in recorder.reader.fields:
            values = [[row[name] for row in rows] for rows in recorder.rows]
            states[name] = np.moveaxis(np.array(values), 0, -1)
    seen = ("problem", "detail", "last", "changed", "forgetful")
    return Trace(
        states,
        outcome,
        given={name: hyper[name] for name in recorder.names},
        note=recorder.reader.note,
        printed=outcome.printed[: recorder.printed_first or FIRST_PRINTS],
        mid_run=mid_run,
        **{name: getattr(recorder, name) for name in seen},
    )


class _Recorder:
    def __init__(self, step, algorithm, mid_run, hyper):
        self.step, self.hyper, self.mid_run = step, hyper, MID_RUN if mid_run else {}
        self.reader = StateReader(algorithm)
        self.names = parameter_names(step, algorithm)
        self.rows = [[] for _ in range(N_PROBES)]
        self.problem, self.detail, self.last = None, {}, None
        self.changed, self.forgetful, self.printed_first = None, False, 0

    def run(self):
        try:
            for w in range(N_PROBES):
                self.run_probe(w)
        except StateProblem as problem:
            self.problem, self.detail = problem.args

    def run_probe(self, w):
        hyper = {theirs: float(self.hyper[ours][w]) for ours, theirs in self.names.items()}
        rehearsal, _ = self.ask(1, self.reader.start(START[:, w], **self.mid_run), w, hyper)
        states = [self.reader.start(START[:, w], **self.mid_run)]
        for t in range(1, N_STEPS + 1):
            row, state = self.ask(t, states[-1], w, hyper)
            self.rows[w].append(row)
            states.append(state)
        again, _ = self.ask(2, states[1], w, hyper)  # what is remembered outside is later by now
        for asked, row in ((rehearsal, self.rows[w][0]), (again, self.rows[w][1])):
            same = [np.array_equal(asked[n], row[n], equal_nan=True) for n in row]
            self.forgetful |= not all(same)

    def ask(self, t, state, w, hyper):
        self.last = t
        g = gradient(t, np.array(state.x, float)[:, None])[:, w].copy()
        before = [np.array(value, float) for value in (g, *state)]
        returned = self.step(state, g, **hyper)
        self.printed_first = self.printed_first or sys.stdout.tell()
        names = ("g", *self.reader.fields)
        for name, old, new in zip(names, before, (g, *state), strict=True):
            if not np.array_equal(old, np.array(new, float), equal_nan=True):
                self.changed = self.changed or name
        return self.reader.read(returned)


# How a student's function is called, and how its state is read

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
    """Our names of the hyperparameters that a student's function takes -> their names."""
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
    """How the check calls a function: "(state, g, lr=..., beta=...)"."""
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
