"""Functions are recorded, or refused with a reason; a recording computes what they compute."""

import functools
import math
from collections import Counter

import numpy as np
import pytest
import random_formulas
from hypothesis import HealthCheck, Phase, given, seed, settings
from right_functions import function, right_functions
from right_updates import HYPER, PUSHES

from course_lib import optimizers
from course_lib.checks.steps import ALGORITHMS
from course_lib.experiments.runs import traced_run
from course_lib.objectives import Objective, bowl, catalogue, cliff
from course_lib.optimizers import (
    AdamState,
    GradientDescentState,
    MomentumState,
    adam,
    gradient_descent,
    momentum,
    projected,
    run,
)
from course_lib.recording.evaluate import evaluate, outputs
from course_lib.recording.recorder import record_function, record_objective, record_step
from course_lib.recording.tape import NotRecordable

ADAM = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8}


def recorded_path(program, hyper, gradients):
    """The states of a recorded step, one dict for each, and the registers of each step."""
    state = {"x.0": 0.9, "x.1": -0.7} | dict(program["start"])
    for t, gradient in enumerate(gradients):
        g = gradient(np.array([state["x.0"], state["x.1"]]))
        given = state | hyper | {"g.0": g[0], "g.1": g[1], "run.t": t + 1}
        registers = evaluate(program, given)
        state = {name: float(registers[register]) for name, register in program["outputs"]}
        yield state, registers


def assert_same_run(step, kind, n=6, /, **hyper):
    """A recording takes the path of `run` on the bowl and has the quantities of `traced_run`."""
    program = record_step(step, kind, tuple(hyper))
    history, quantities = traced_run(step, kind(np.array([0.9, -0.7])), bowl.grad, n, **hyper)
    assert [name for name, _ in program["names"]] == list(quantities)
    path = recorded_path(program, hyper, [bowl.grad] * n)
    for t, (state, registers) in enumerate(path, 1):
        x = [state["x.0"], state["x.1"]]
        np.testing.assert_allclose(x, history.x[t], 1e-12, 1e-14)
        for name, indices in program["names"]:
            found = [registers[index] for index in indices]
            np.testing.assert_allclose(found, quantities[name][t], 1e-12, 1e-14, err_msg=name)
    return program


# Right functions of all styles


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_right_functions_take_their_path_or_are_refused(algorithm):
    """99 of 100 are recorded; the others ask with if."""
    count = Counter()
    kind = optimizers.STATES[getattr(optimizers, algorithm)]
    gradients = [lambda x, p=p: np.array([1.0, 1e-3]) * (x + p) for p in PUSHES]

    def look(made):
        hyper = {theirs: HYPER[ours] for ours, theirs in made.names.items()} | made.off
        step = function(made.source)
        try:
            program = record_step(step, kind, tuple(hyper))
        except NotRecordable as reason:
            assert "decides" in str(reason), f"{reason}\n{made.source}"
            assert " if " in made.source
            count["refused"] += 1
            return
        count["recorded"] += 1
        path, _ = made.paths()
        for (state, _), wanted in zip(recorded_path(program, hyper, gradients), path, strict=True):
            found = [state["x.0"], state["x.1"], state["t"]]
            np.testing.assert_allclose(found, wanted, 1e-11, 1e-13, err_msg=made.source)
        if count["recorded"] % 4 == 0:
            assert_same_run(step, kind, 3, **hyper)

    options = settings(
        max_examples=60,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(0)(options(given(right_functions(algorithm))(look)))()
    assert count["recorded"] > 0.9 * count.total()


@pytest.mark.parametrize("step", optimizers.STATES, ids=lambda step: step.__name__)
def test_the_library_is_recorded_with_its_quantities(step):
    hyper = optimizers.hyperparameters(step) | {"lr": 0.05}
    assert_same_run(step, optimizers.STATES[step], **hyper)


def test_a_partial_a_projection_and_a_schedule():
    program = assert_same_run(functools.partial(adam, beta2=0.9), AdamState, lr=0.1)
    assert "beta2" not in dict(program["inputs"])
    assert 0.9 in dict(program["constants"]).values()
    assert_same_run(projected(adam, -0.8, 0.8), AdamState, lr=0.1)
    assert_same_run(functools.partial(momentum, lr=lambda t: 0.1 / np.sqrt(t)), MomentumState)


@pytest.mark.parametrize("step", optimizers.STATES, ids=lambda step: step.__name__)
def test_the_library_is_recorded_to_the_last_bit(step):
    """numpy computes both: the recording has the operations of the function, in its order."""
    hyper = optimizers.hyperparameters(step) | {"lr": 0.01}
    kind = optimizers.STATES[step]
    program = record_step(step, kind, tuple(hyper))
    for objective in [*catalogue(), cliff]:
        slope = _gradient_of(record_objective(objective))
        path = recorded_path(program, hyper, [slope] * 12)
        found = [[state["x.0"], state["x.1"]] for state, _ in path]
        history = run(step, kind(np.array([0.9, -0.7])), objective.grad, 12, **hyper)
        np.testing.assert_array_equal(found, history.x[1:], objective.name)


def _gradient_of(landscape):
    def gradient(x):
        found = outputs(landscape, {"x.0": x[0], "x.1": x[1]})
        return np.array([found["g.0"], found["g.1"]])

    return gradient


STYLES = {
    "loop": "x = x.copy()\nfor i in range(len(x)):\n    x[i] -= lr * g[i]",
    "enumerate": "x = np.array([a - lr * g[i] for i, a in enumerate(x)])",
    "lists": "x = [a - lr * b for a, b in zip(x.tolist(), list(g))]",
    "unpacked": "(a, b), (c, d) = x, g\nx = np.array([a - lr * c, b - lr * d])",
    "own copies": "x = x + 0\ng = np.array(g)\ng *= lr\nx -= g",
    "empty": "new = np.empty_like(x)\nfor i in (0, 1):\n    new[i] = x[i] - lr * g[i]\nx = new",
    "zeros": "new = np.zeros(2, dtype=float)\nnew += x\nnew[1] -= lr * g[1]\nx = new",
    "norm": "x = x - lr * g / (np.linalg.norm(g) + 1e-8)",
    "clipped norm": "x = x - lr * g * min(1.0, 0.5 / math.sqrt(g @ g))",
    "clipped": "x = np.clip(x - lr * np.clip(g, -0.3, 0.5), -1, 1)",
    "where": "x = x - lr * np.where(abs(g) > 0.5, np.sign(g), g)",
    "select": "x = x - lr * np.select([g > 1, g < -1], [1.0, -1.0], g / 2)",
    "mask": "x = x - lr * (g > 0) * g",
    "mask in place": "g = g.copy()\ng[g < -1] = -1\nx = x - lr * g",
    "matrix": "A = np.array([[2.0, 0.5], [0.5, 1.0]])\nx = x - lr * A @ g",
    "of Python": "x = x - lr * np.array([max(-1, min(a, 0.5)) for a in g])",
    "floats": "x = np.array([float(a) - float(lr) * float(b) for a, b in zip(x, g)])",
    "math": "x = x - math.pow(lr, 1.5) * np.array([math.tanh(a) for a in g]) / math.exp(0.01 * t)",
    "math of numbers": "x = x - lr * g * math.cos(0.5) / math.floor(2.5)",
    "types": "assert isinstance(x[0], float)\nx = np.asarray(x, float) - np.float64(lr) * g",
    "import": "from math import hypot\nimport numpy\nx = x - lr * g / numpy.array(hypot(*g))",
    "prints": "print(f'{g[0]:.3f} {lr}', x)\nx = x - lr * g",
    "unused": "words, nothing = ['a', 'b'], [None, None]\nx = x - lr * g",
}


@pytest.mark.parametrize("style", STYLES)
def test_a_step_of_any_style_takes_its_path(style):
    assert_same_run(_step(STYLES[style]), GradientDescentState, lr=0.2)


def test_helpers_objects_and_wrappers_are_followed():
    weights = [0.5, 2.0]

    class Step:
        scale = 0.5

        def __call__(self, state, g, lr=0.1):
            return self.method(state, g, lr)

        def method(self, state, g, lr=0.1):
            slope = self.scale * np.array(weights) * g
            return GradientDescentState(state.x - lr * slope, state.t + 1)

    @functools.wraps(gradient_descent)
    def wrapped(*args, **options):
        return gradient_descent(*args, **options)

    for step in (Step().method, wrapped):
        assert_same_run(step, GradientDescentState, lr=0.2)
    program = record_step(Step(), GradientDescentState, ("lr",))
    state, _ = next(recorded_path(program, {"lr": 0.2}, [bowl.grad]))
    assert (state["x.0"], state["x.1"]) == pytest.approx((0.81, -0.42))


def test_a_state_is_read_as_run_reads_it():
    class Own:
        def __init__(self, x, m, t):
            self.x, self.m, self.t = x, m, t

    def fields(state, g, lr):
        m = 0.5 * state.m + g
        return state.x - lr * m, m, state.t + 1

    forms = {
        "tuple": tuple,
        "list": list,
        "dict": lambda after: dict(zip(("x", "m", "t"), after, strict=True)),
        "object": lambda after: Own(*after),
        "lists inside": lambda after: ([*after[0]], [*after[1]], after[2]),
    }
    for form in forms.values():

        def step(state, g, lr=0.1, form=form):
            return form(fields(state, g, lr))

        assert_same_run(step, MomentumState, lr=0.2)


# What cannot be recorded


def _step(body):
    """A step function from the lines that make x of x, g, lr and t."""
    text = "\n    ".join(["def step(state, g, lr=0.1):", "x, t = state", *body.split("\n")])
    space = {"np": np, "math": math, "State": GradientDescentState}
    exec(compile(text + "\n    return State(x, t + 1)", "<student>", "exec"), space)
    return space["step"]


NOT_RECORDABLE = {
    "x = x - lr * g if g[0] > 0 else x": "decides by a value",
    "x = x - lr * max(g, key=abs)": "decides by a value",
    "x = x - lr * max(g, x)": "ambiguous",
    "x = x - lr * sorted(g)": "decides by a value",
    "assert np.isfinite(x).all()": "decides by a value",
    "lr = lr or 0.1\nx = x - lr * g": "decides by a value",
    "while g @ g > 1:\n    g = g / 2": "decides by a value",
    "try:\n    lr = lr if lr > 1 else 1\nexcept:\n    lr = 1": "decides by a value",
    "x = x - g / math.gamma(1 + t)": "plain number",
    "x = x - lr * int(g[0])": "plain number",
    "x = x - lr * float(g)": "0-dimensional",
    "x = x - lr * float(f'{g[0]:.3f}')": "could not convert",
    "x = x - lr * g[0].item() + 0 * g": "plain number",
    "x = x - lr * g.astype(int)": "makes int",
    "x = (x - lr * g).astype(np.float32)": "makes float32",
    "x = round(x[0], 3) - lr * g": "rounds to digits",
    "x = np.sort(x - lr * g)": "decides by a value",
    "x = x - lr * g[g > 0]": "arrays used as indices",
    "x = x - lr * np.interp(g, [0, 1], [0, 1])": "Cannot cast",
    "x = x - lr * np.fft.fft(g)": "not supported",
    "x = x - lr * np.argmax(g)": "decides by a value",
    "for _ in range(t):\n    g = g / 2": "plain number",
    "x = x.tolist().index(0.5)": "decides by a value",
    "x -= lr * g": "read-only",
    "x = x[:1]": "no 2 numbers as x",
    "x = 'x'": "no 2 numbers as x",
    "x = x - lr * 1j * g": "no number",
    "raise SystemExit": "SystemExit",
    "x = undefined": "undefined",
    "while True:\n    pass": "stopped",
    "while True:\n    g = g / 2": "operations",
}


@pytest.mark.parametrize("body", NOT_RECORDABLE)
def test_what_cannot_be_recorded_is_refused_with_its_reason(body, monkeypatch):
    monkeypatch.setattr("course_lib.recording.calling.TIME_LIMIT", 1.5)
    with pytest.raises(NotRecordable, match=NOT_RECORDABLE[body]):
        record_step(_step(body), GradientDescentState, ("lr",))


def test_the_wrong_number_of_fields_is_refused():
    with pytest.raises(NotRecordable, match="return the next state"):
        record_step(lambda state, g, lr: state.x - lr * g, GradientDescentState, ("lr",))


def test_a_hyperparameter_without_a_default_has_to_be_free():
    with pytest.raises(NotRecordable, match="lr"):
        record_step(lambda state, g, lr: (state.x - lr * g, state.t), GradientDescentState)


# Formulas and landscapes


def test_random_formulas_have_the_values_of_numpy():
    at = random_formulas.points(8)
    for text in random_formulas.some_formulas(200):
        f = random_formulas.function(text)
        try:
            wanted = random_formulas.values(f, at)
        except (TypeError, ZeroDivisionError):  # no formula for numpy either
            continue
        program = record_function(f, random_formulas.NAMES)
        found = [*outputs(program, dict(zip(random_formulas.NAMES, at, strict=True))).values()]
        found = np.reshape([np.broadcast_to(row, 8) for row in found], wanted.shape)
        same = np.isclose(found, wanted, 1e-9, 1e-300, equal_nan=True)
        assert (same | ~random_formulas.is_steady(f, at, wanted)).all(), text


def test_truth_values_are_those_of_numpy():
    def f(a, b):
        one, other = np.array([a, b]) > 0, np.array([b, a]) > 1
        return np.concatenate([0.5 * (one + other), 0.5 * (one * other), [np.sum(one)]])

    for a, b in [(2.0, 3.0), (2.0, -1.0), (0.5, 0.5)]:
        found = outputs(record_function(f, "ab"), {"a": a, "b": b})
        np.testing.assert_array_equal([*found.values()], f(a, b))
    with pytest.raises(NotRecordable, match="subtracts"):
        record_function(lambda a: (a > 0) - (a < 0), "a")


def test_what_is_computed_twice_is_noted_once_and_what_is_not_needed_is_left_out():
    program = record_function(lambda a, b: (np.exp(a) * b, np.exp(a) + b, np.sin(b))[:2], "ab")
    assert [name for _, name, *_ in program["instructions"]] == ["exp", "multiply", "add"]


def test_numbers_that_json_does_not_have_are_text():
    program = record_function(lambda a: np.where(a > 0, np.inf, np.nan) - np.inf, "a")
    assert sorted(value for _, value in program["constants"] if value) == ["inf", "nan"]
    assert np.isnan(outputs(program, {"a": 1.0})["value"])


@pytest.mark.parametrize("objective", catalogue(), ids=lambda objective: objective.name)
def test_a_landscape_has_its_heights_and_slopes(objective):
    x = objective.grid(7).reshape(2, -1)
    found = outputs(record_objective(objective), {"x.0": x[0], "x.1": x[1]})
    np.testing.assert_allclose([found["g.0"], found["g.1"]], objective.grad(x), 1e-12, 1e-12)
    np.testing.assert_allclose(found["f"], objective.f(x), 1e-12, 1e-12)


@pytest.mark.parametrize(
    "f",
    [
        lambda x1, x2: x1**2 + np.sin(3 * x2),
        lambda x: (x**2).sum(axis=0) + np.abs(x[0] - 1),
        lambda x: np.where(x[0] > 0, x[0] * x[1], np.exp(x[1])),
    ],
)
def test_an_own_landscape_is_recorded_with_its_differences(f):
    own = Objective.from_function(f, [[-1, 1], [-1, 1]])
    x = own.grid(5).reshape(2, -1)
    found = outputs(record_objective(own), {"x.0": x[0], "x.1": x[1]})
    np.testing.assert_allclose([found["g.0"], found["g.1"]], own.grad(x), 1e-7, 1e-9)
    np.testing.assert_allclose(found["f"], own.f(x), 1e-12, 1e-12)


def test_a_landscape_that_decides_is_refused():
    own = Objective.from_function(lambda x1, x2: x1 if x1 > 0 else x2, [[-1, 1], [-1, 1]])
    with pytest.raises(NotRecordable):
        record_objective(own)
