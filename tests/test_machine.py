"""The browser computes recordings as Python does; here in node."""

import functools

import numpy as np
import pytest
import random_formulas
from machine_cases import (
    COMPUTE,
    LANDSCAPES,
    STEPS,
    as_data,
    assert_same_runs,
    cases,
    numbers,
    tolerance,
)
from nodes import node

from course_lib.experiments.runs import traced_run
from course_lib.objectives import bowl
from course_lib.optimizers import (
    AdamState,
    MomentumState,
    adam,
    gradient_descent,
    momentum,
    projected,
    run,
)
from course_lib.optimizers import GradientDescentState as Plain
from course_lib.recording.operations import OPERATIONS
from course_lib.recording.recorder import record_function, record_objective, record_step

WALK = 'import { Walk, registersAt, trajectory } from "./live/js/walk.js";'
MACHINE = 'import { Machine } from "./live/js/machine.js";'
WRITE = """
    const text = (value) => (Object.is(value, -0) ? "-0" : `${value}`);
    const write = (values) => Array.from(values, text);
    const say = (found) => console.log(JSON.stringify(found));
"""
ADAM = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8}


def computed(folder, chosen):
    code = f"""
        {WALK}
        const compute = {COMPUTE};
        console.log(JSON.stringify(compute(data, trajectory)));
    """
    return node(folder, code, as_data(chosen))


def as_floats(texts):
    """Numbers that JavaScript has written as text."""
    return np.array([float(text.replace("Infinity", "inf")) for text in texts])


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_runs_on_all_landscapes_are_those_of_python(step, tmp_path):
    chosen = [case for case in cases() if case.step is step]
    assert_same_runs(chosen, computed(tmp_path, chosen))


def test_most_numbers_of_most_runs_are_asked_closely():
    allowed = np.concatenate([tolerance(case) for case in cases()[::7]])
    assert (allowed < 1e-8).mean() > 0.7


def test_some_of_the_runs_diverge_to_nan():
    wild = [case for case in cases() if case.step is gradient_descent and case.setting == "wild"]
    ends = [
        run(c.step, c.start(c.x0), LANDSCAPES[c.landscape].grad, c.n_steps, **c.hyper).x[-1]
        for c in wild
    ]
    assert 2 < sum(np.isnan(end).any() for end in ends) < len(ends)


def test_random_formulas_have_the_values_of_numpy(tmp_path):
    """Each where it hardly changes with last bits: C's and the browser's exp and sin differ."""
    at = random_formulas.points(12)
    chosen = []
    for text in random_formulas.some_formulas(600):
        f = random_formulas.function(text)
        try:
            chosen.append((text, f, random_formulas.values(f, at)))
        except (TypeError, ZeroDivisionError):  # no formula for numpy either
            continue
    data = {
        "programs": [record_function(f, random_formulas.NAMES) for _, f, _ in chosen],
        "at": dict(zip(random_formulas.NAMES, at.tolist(), strict=True)),
    }
    code = f"""
        {MACHINE} {WRITE}
        say(data.programs.map((program) => {{
          const machine = new Machine(program, 12);
          for (const [name, values] of Object.entries(data.at)) machine.set(name, values);
          machine.run();
          return program.outputs.map(([name]) => write(machine.get(name)));
        }}));
    """
    for (text, f, wanted), found in zip(chosen, node(tmp_path, code, data), strict=True):
        found = np.array([as_floats(row) for row in found]).reshape(wanted.shape)
        steady = random_formulas.is_steady(f, at, wanted)
        same = np.isclose(found, wanted, 1e-8, 1e-300, equal_nan=True)
        assert (same | ~steady).all(), f"{text}: {found} is not {wanted}"


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_the_special_values_of_numpy(name, tmp_path):
    """Infinities, nan, signed zeros, ties, all pairs of them."""
    special = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.0, 2.5, -2.5, -3.0, 0.1, 7.0]
    special += [np.inf, -np.inf, np.nan, 1e300, -1e300, 5e-324, 1e16 + 2]
    a, b = map(np.ravel, np.meshgrid(special, special))
    sources = [a, b, -b][: 3 if name == "where" else getattr(OPERATIONS[name], "nin", 3)]
    instruction = [len(sources), name, *range(len(sources))]
    inputs = [[f"{k}", k] for k in range(len(sources))]
    program = {"size": 4, "inputs": inputs, "constants": [], "outputs": [["value", instruction[0]]]}
    code = f"""
        {MACHINE} {WRITE}
        const machine = new Machine(data.program, data.sources[0].length);
        data.sources.forEach((values, k) => machine.set(`${{k}}`, values));
        machine.run();
        say(write(machine.get("value")));
    """
    program["instructions"] = [instruction]
    data = {"program": program, "sources": [values.tolist() for values in sources]}
    found = as_floats(node(tmp_path, code, data))
    with np.errstate(all="ignore"):
        first = sources[0] != 0 if name == "where" else sources[0]
        wanted = np.asarray(OPERATIONS[name](first, *sources[1:]), float)
    np.testing.assert_allclose(found, wanted, 4e-15, 0)
    if name not in ("maximum", "minimum"):  # numpy itself gives either zero
        zero = wanted == 0
        np.testing.assert_array_equal(np.signbit(found[zero]), np.signbit(wanted[zero]))


def test_lanes_are_runs_side_by_side(tmp_path):
    programs = [record_step(adam, AdamState, tuple(ADAM)), record_objective(bowl)]
    lr = np.geomspace(1e-3, 10, 40)
    code = f"""
        {WALK} {WRITE}
        const [step, landscape] = data.programs;
        const hyper = {{ ...data.hyper, lr: Float64Array.from(data.lr) }};
        const walk = new Walk(step, landscape, {{ x0: [-0.8, 0.9], hyper, lanes: 40 }});
        for (let t = 0; t < 30; t++) walk.advance();
        say([...walk.x, walk.f].map(write));
    """
    data = {"programs": programs, "hyper": ADAM, "lr": lr.tolist()}
    *x, f = map(as_floats, node(tmp_path, code, data))
    start = AdamState(bowl.x0[:, None])
    history = run(adam, start, bowl.grad, 30, **ADAM | {"lr": lr})
    np.testing.assert_allclose(x, history.x[-1], 1e-9, 1e-12)
    np.testing.assert_allclose(f, bowl.f(history.x[-1]), 1e-9, 1e-12)


def test_noise_is_added_to_the_gradient_of_one_step(tmp_path):
    programs = [record_step(momentum, MomentumState, ("lr", "beta")), record_objective(bowl)]
    noise = np.random.default_rng(0).normal(size=(5, 2)).tolist()
    code = f"""
        {WALK} {WRITE}
        const [step, landscape] = data.programs;
        const hyper = {{ lr: 0.1, beta: 0.5 }};
        const walk = new Walk(step, landscape, {{ x0: [-0.8, 0.9], hyper }});
        const found = data.noise.map((noise) => {{
          walk.advance([noise[0], Float64Array.of(noise[1])]);
          return write([walk.x[0][0], walk.x[1][0], walk.f[0]]);
        }});
        const noiseAt = (t) => data.noise[t];
        const all = trajectory(step, landscape, [-0.8, 0.9], hyper, 5, {{ noise: noiseAt }});
        const last = write([all.x[10], all.x[11], all.f[5]]);
        if (last.join() !== found[4].join()) throw new Error(`${{last}} is not ${{found[4]}}`);
        walk.advance();
        say([...found, write([walk.x[0][0], walk.x[1][0], walk.f[0]])]);
    """
    found = np.array(
        [*map(as_floats, node(tmp_path, code, {"programs": programs, "noise": noise}))]
    )
    given = iter([*noise, [0, 0]])
    start = MomentumState(bowl.x0)
    noisy = run(momentum, start, lambda x: bowl.grad(x) + next(given), 6, lr=0.1, beta=0.5)
    np.testing.assert_allclose(found[:, :2], noisy.x[1:], 1e-13)
    np.testing.assert_allclose(found[:, 2], bowl.f(noisy.x[1:].T), 1e-13)


def test_one_coordinate_takes_given_gradients_and_a_new_rate_each_time(tmp_path):
    step = record_step(projected(adam, -1, 1), AdamState, tuple(ADAM), n=1)
    code = f"""
        {WALK} {WRITE}
        const walk = new Walk(data.step, null, {{ x0: [0.5], hyper: data.hyper }});
        say(data.slopes.map((g, k) => {{
          walk.set("g.0", g);
          walk.set("lr", 0.5 / Math.sqrt(k + 1));
          walk.advance();
          return write(walk.x[0])[0];
        }}));
    """
    slopes = [3.0, -1.0, -1.0] * 10
    found = node(tmp_path, code, {"step": step, "hyper": ADAM, "slopes": slopes})
    given = iter(slopes)
    hyper = ADAM | {"lr": lambda t: 0.5 / np.sqrt(t)}
    start = AdamState(np.array([0.5]))
    history = run(projected(adam, -1, 1), start, lambda x: x * 0 + next(given), 30, **hyper)
    np.testing.assert_allclose(as_floats(found), history.x[1:, 0], 1e-12)


def test_a_schedule_goes_by_the_time_of_the_run(tmp_path):
    def frozen(state, g, lr=0.1):
        return Plain(state.x - lr * g, state.t)  # t stays 0

    step = functools.partial(frozen, lr=lambda t: 0.1 / t)
    found = trajectory_of(tmp_path, record_step(step, Plain), {}, 9)
    history = run(step, Plain(bowl.x0), bowl.grad, 9)
    np.testing.assert_allclose(numbers(found["x"]).reshape(-1, 2), history.x, 1e-13)


def trajectory_of(folder, step, hyper, n):
    code = f"""
        {WALK}
        const compute = {COMPUTE};
        console.log(JSON.stringify(compute(data, trajectory)));
    """
    runs = [{"step": "s", "landscape": "l", "x0": bowl.x0.tolist(), "hyper": hyper, "n": n}]
    data = {"steps": {"s": step}, "landscapes": {"l": record_objective(bowl)}, "runs": runs}
    return node(folder, code, data)[0]


@pytest.mark.parametrize("n", [0, 1, 3])
def test_quantities_begin_as_python_shows_them(n, tmp_path):
    def own(state, grad, lr=0.1):
        x, m, t = state
        lr = lr / (1 + abs(m))  # a variable with the name of a hyperparameter
        ahead = x + m
        return MomentumState(ahead - lr * grad, 0.5 * m - grad, t + 1)

    found = trajectory_of(tmp_path, record_step(own, MomentumState, ("lr",)), {"lr": 0.2}, n)
    _, quantities = traced_run(own, MomentumState(bowl.x0), bowl.grad, n, lr=0.2)
    assert [name for name, _ in found["quantities"]] == list(quantities)
    for name, values in found["quantities"]:
        np.testing.assert_allclose(numbers(values).reshape(-1, 2), quantities[name], 1e-13)


def test_the_state_begins_as_its_type_says(tmp_path):
    class Warm(MomentumState):
        pass

    Warm._field_defaults = {"m": 2.0, "t": 3}
    Warm.__new__ = lambda cls, x, m=2.0, t=3: MomentumState.__new__(cls, x, m, t)

    def step(state, g, lr=0.1):
        return type(state)(state.x - lr * state.m * g, state.m / 2, state.t + 1)

    found = trajectory_of(tmp_path, record_step(step, Warm, ("lr",)), {"lr": 0.2}, 2)
    history = run(step, Warm(bowl.x0), bowl.grad, 2, lr=0.2)
    np.testing.assert_allclose(numbers(found["x"]).reshape(-1, 2), history.x, 1e-13)


def test_fields_may_change_places(tmp_path):
    def step(state, g, lr=0.1):
        return MomentumState(state.m - lr * g, state.x, state.t + 1)

    found = trajectory_of(tmp_path, record_step(step, MomentumState, ("lr",)), {"lr": 0.2}, 5)
    history = run(step, MomentumState(bowl.x0), bowl.grad, 5, lr=0.2)
    np.testing.assert_allclose(numbers(found["x"]).reshape(-1, 2), history.x, 1e-13)


def test_the_registers_of_one_step_are_those_inside_it(tmp_path):
    program = record_step(adam, AdamState, tuple(ADAM))
    code = f"""
        {WALK} {WRITE}
        const [step, landscape] = data.programs;
        const valueOf = registersAt(step, landscape, [-0.8, 0.9], data.hyper, 4);
        say(step.names.map(([, registers]) => write(registers.map(valueOf))));
    """
    data = {"programs": [program, record_objective(bowl)], "hyper": ADAM}
    found = node(tmp_path, code, data)
    _, quantities = traced_run(adam, AdamState(bowl.x0), bowl.grad, 4, **ADAM)
    for row, wanted in zip(found, quantities.values(), strict=True):
        np.testing.assert_allclose(as_floats(row), wanted[4], 1e-12)


def test_an_unknown_operation_is_refused_at_once(tmp_path):
    program = record_step(gradient_descent, Plain, ("lr",))
    program["instructions"][0][1] = "eval"
    code = f"""
        {MACHINE}
        try {{ new Machine(data); }} catch (error) {{ console.log(JSON.stringify(error.message)); }}
    """
    assert node(tmp_path, code, program) == "the machine has no operation eval"
