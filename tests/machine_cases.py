"""Runs that the browser has to compute as Python does: the cases, and how to run them there.

`cases` are runs of every step function of the library on every landscape. `COMPUTE` is the
JavaScript that computes them, the same for node and for a page. `assert_same_runs` compares.
"""

import base64
from typing import NamedTuple

import numpy as np

from course_lib import optimizers
from course_lib.experiments.runs import traced_run
from course_lib.objectives import catalogue, cliff
from course_lib.optimizers import adam_uncorrected, hyperparameters, run
from course_lib.recording.recorder import record_objective, record_step

STEPS = optimizers.STATES | {adam_uncorrected: optimizers.AdamState}
LANDSCAPES = {objective.name: objective for objective in [*catalogue(), cliff]}
SETTINGS = {
    "calm": ({"lr": 0.005}, 60),
    "wild": ({"lr": 1.5, "beta": 0.95, "beta1": 0.5, "beta2": 0.7, "eps": 0.1}, 40),
    "without memory": ({"lr": 1e-3, "beta": 0.0, "beta1": 0.0, "beta2": 0.0, "eps": 0.0}, 20),
    "long": ({"lr": 0.02, "beta1": 0.95, "beta2": 0.9999}, 300),
}
COMPUTE = """
    (cases, trajectory) => {
      const letters = (values) => Array.from(new Uint8Array(values.buffer), (byte) =>
        String.fromCharCode(byte));
      const numbers = (values) => btoa(letters(values).join(""));
      const { steps, landscapes, runs } = cases;
      return runs.map(({ step, landscape, x0, hyper, n }) => {
        const options = { names: true };
        const found = trajectory(steps[step], landscapes[landscape], x0, hyper, n, options);
        const quantities = found.quantities.map(([name, values]) => [name, numbers(values)]);
        return { x: numbers(found.x), f: numbers(found.f), quantities };
      });
    }
"""


class Case(NamedTuple):
    """A run, and what it is called in messages."""

    step: object
    landscape: str
    setting: str

    @property
    def hyper(self):
        values = hyperparameters(self.step) | SETTINGS[self.setting][0]
        return {name: values[name] for name in hyperparameters(self.step)}

    @property
    def n_steps(self):
        return SETTINGS[self.setting][1]

    @property
    def x0(self):
        """The landscape's start; without memory on an axis, where a slope may be 0."""
        x0 = LANDSCAPES[self.landscape].x0
        return x0 * [1.0, 0.0] if self.setting == "without memory" else x0

    def start(self, x0):
        return STEPS[self.step](x0)


def cases():
    """All of them."""
    return [
        Case(step, landscape, setting)
        for step in STEPS
        for landscape in LANDSCAPES
        for setting in SETTINGS
    ]


def as_data(chosen):
    """Cases as plain data, for `COMPUTE`."""
    steps = {
        step.__name__: record_step(step, kind, tuple(hyperparameters(step)))
        for step, kind in STEPS.items()
    }
    runs = [
        {
            "step": case.step.__name__,
            "landscape": case.landscape,
            "x0": case.x0.tolist(),
            "hyper": case.hyper,
            "n": case.n_steps,
        }
        for case in chosen
    ]
    landscapes = {name: record_objective(objective) for name, objective in LANDSCAPES.items()}
    return {"steps": steps, "landscapes": landscapes, "runs": runs}


def numbers(text):
    """What `COMPUTE` has written, as an array."""
    return np.frombuffer(base64.b64decode(text), "<f8")


def assert_same_runs(chosen, found):
    """The runs of the browser are Python's, with all quantities of all steps."""
    assert len(found) == len(chosen)
    for case, ours in zip(chosen, found, strict=True):
        objective = LANDSCAPES[case.landscape]
        grad, start = objective.grad, case.start(case.x0)
        history, quantities = traced_run(case.step, start, grad, case.n_steps, **case.hyper)
        assert [name for name, _ in ours["quantities"]] == list(quantities), case
        allowed = tolerance(case)
        with np.errstate(all="ignore"):
            heights = objective.f(history.x.T)
        assert_near(numbers(ours["x"]).reshape(-1, 2), history.x, allowed, case)
        for name, values in ours["quantities"]:
            values = numbers(values).reshape(-1, 2)
            assert_near(values, quantities[name], allowed, (*case, name))
        assert_near(numbers(ours["f"]), heights, allowed, (*case, "f"))


def tolerance(case):
    """How far apart two runs may be that are the same but for last bits, for each step.

    C's and the browser's exp, sin and power may differ in the last bit. In most runs that stays a
    last bit; but the iterates of some wander about, and there it grows to anything. How much
    it grows is measured: eight runs begin a few last bits beside the start. A thousand times
    their relative distance from the run, at this step or before, is allowed, and 1e-11 always.
    """
    rng = np.random.default_rng(0)
    nudges = 1 + 4 * np.finfo(float).eps * rng.uniform(-1, 1, (2, 9))
    nudges[:, 0] = 1
    start = case.start(case.x0[:, None] * nudges)
    grad = LANDSCAPES[case.landscape].grad
    states = run(case.step, start, grad, case.n_steps, **case.hyper)
    apart = np.zeros(case.n_steps + 1)
    for name, values in states._asdict().items():
        if name != "t":
            with np.errstate(all="ignore"):
                found = abs(values - values[..., :1]) / np.maximum(abs(values[..., :1]), 1e-3)
            apart = np.fmax(apart, np.nan_to_num(found, nan=1.0, posinf=1.0).max(axis=(1, 2)))
    return 1e-11 + 1e3 * np.maximum.accumulate(apart)


def assert_near(found, wanted, allowed, what):
    """Equal but for what is allowed at each step; where all may differ nothing is asked."""
    asked = allowed < 1e-3
    found, wanted, allowed = found[asked], wanted[asked], allowed[asked]
    is_known = np.isfinite(wanted)
    np.testing.assert_array_equal(found[~is_known], wanted[~is_known], str(what))
    allowed = np.broadcast_to(allowed.reshape(-1, *[1] * (wanted.ndim - 1)), wanted.shape)
    scale = np.maximum(abs(wanted), 1e-3)
    with np.errstate(all="ignore"):
        off = is_known & ~(abs(found - wanted) <= allowed * scale)
    assert not off.any(), f"{what}: {found[off][:3]} is not {wanted[off][:3]}"
