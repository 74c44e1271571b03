"""Two short walks on which every known mistake shows, and the trace that a function leaves there.

Each walk is six steps in two coordinates along scripted gradients. Together they hold an ordinary
coordinate, one with slopes near 1e-6 (so that eps shows), and one with changes of sign and tenfold
jumps (so that the memories show). The gradients depend a little on x, so that a mistake in x comes
back through them.
"""

import sys
from typing import NamedTuple

import numpy as np

from course_lib import optimizers
from course_lib.checks.student_step import StateProblem, StateReader, parameter_names
from course_lib.utils.sandbox import Outcome, run_safely

N_STEPS = 6
N_WALKS = 2
START = np.array([[0.5, 0.9], [-0.3, 0.4]])  # (coordinate, walk)
SLOPES = np.array(  # (step, coordinate, walk)
    [
        [[0.8, 0.4], [1e-6, 0.7]],
        [[0.5, -4.0], [3e-6, 0.2]],
        [[-0.1, 0.3], [2e-6, 0.9]],
        [[0.2, 5.0], [-1e-6, -0.4]],
        [[0.3, -0.5], [4e-6, 0.5]],
        [[-0.4, 0.05], [1e-6, 0.1]],
    ]
)
CURVATURE = np.array([[0.05, 0.1], [1e-7, 0.03]])  # what x adds to the slope
HYPER = {
    "lr": np.array([0.1, 0.27]),
    "beta": np.array([0.6, 0.83]),
    "beta1": np.array([0.6, 0.83]),
    "beta2": np.array([0.8, 0.55]),
    "eps": np.array([1e-6, 0.013]),
}
FIRST_PRINTS = 200  # characters shown of a call that did not come to an end
ASSUMED_EPS = (1e-8, 0.0, 1e-7, 1e-10, 1e-6, 1e-12, 1e-16)
"""What a function without a parameter for eps may have written inside."""

WARM = {"m": 0.2, "v": 0.3, "v_max": 0.35, "t": 3}
"""A state in the middle of a run, for functions that divide by zero at the first step."""


class Trace(NamedTuple):
    """What a function did on the walks."""

    states: dict  # field -> ndarray of shape (steps, 2, walks); empty if a problem came up
    outcome: Outcome  # of the whole recording: error, line, printed
    given: dict  # hyperparameters that the function took: our name -> values, shape (walks,)
    problem: str | None = None  # what is wrong with what it returned: a slug
    detail: dict | None = None  # what a sentence about it needs
    last: int | None = None  # the step that came last
    changed: str | None = None  # which of its inputs it changed
    forgetful: bool = False  # whether the same question got two answers
    note: str = ""  # a remark on what it returned
    printed: str = ""  # what its first call printed


def gradient(t, x):
    """The scripted gradient of both walks at step ``t``, for x of shape (..., 2, walks)."""
    return SLOPES[t - 1] + CURVATURE * x


def start(algorithm, warm=False):
    """The fields of the first state of both walks."""
    fields = optimizers.STATES[getattr(optimizers, algorithm)]._fields
    return {name: WARM.get(name, 0.0) * warm for name in fields} | {"x": START}


def record(step, algorithm, warm=False, hyper=HYPER):
    """Walk with a student's step function and write down every state.

    Parameters
    ----------
    step : callable
        ``step(state, g, **hyper)``.
    algorithm : str
        Whose state it gets.
    warm : bool
        Start in the middle of a run, not at its beginning.
    hyper : dict of str to ndarray, shape (walks,)
        Values for the hyperparameters that it takes.

    Returns
    -------
    Trace
    """
    recorder = _Recorder(step, algorithm, warm, hyper)
    outcome = run_safely(recorder.walk)
    states = {}
    if not recorder.problem and not outcome.error:
        for name in recorder.reader.fields:
            walked = [[row[name] for row in rows] for rows in recorder.rows]
            states[name] = np.moveaxis(np.array(walked), 0, -1)
    return Trace(
        states,
        outcome,
        {name: hyper[name] for name in recorder.names},
        recorder.problem,
        recorder.detail,
        recorder.last,
        recorder.changed,
        recorder.forgetful,
        recorder.reader.note,
        outcome.printed[: recorder.printed_first or FIRST_PRINTS],
    )


class _Recorder:
    def __init__(self, step, algorithm, warm, hyper):
        self.step, self.hyper, self.warm = step, hyper, WARM if warm else {}
        self.reader = StateReader(algorithm)
        self.names = parameter_names(step, algorithm)
        self.rows = [[] for _ in range(N_WALKS)]
        self.problem, self.detail, self.last = None, {}, None
        self.changed, self.forgetful, self.printed_first = None, False, 0

    def walk(self):
        try:
            for w in range(N_WALKS):
                self.walk_one(w)
        except StateProblem as problem:
            self.problem, self.detail = problem.args

    def walk_one(self, w):
        hyper = {theirs: float(self.hyper[ours][w]) for ours, theirs in self.names.items()}
        rehearsal, _ = self.ask(1, self.reader.start(START[:, w], **self.warm), w, hyper)
        states = [self.reader.start(START[:, w], **self.warm)]
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
