"""Runs with everything inside them, and what is found out about a step function beforehand."""

import functools

import numpy as np

from course_lib.experiments.runs import run_all, state_table
from course_lib.experiments.steps import label_steps, start_state, step_label
from course_lib.objectives import bowl
from course_lib.optimizers import (
    AdamState,
    GradientDescentState,
    RMSPropState,
    adam,
    gradient_descent,
)


def test_what_a_step_function_prints_appears_once(capsys):
    def talking(state, g, lr=0.1):
        print("step", state.t + 1)
        x, t = state
        return GradientDescentState(x - lr * g, t + 1)

    run_all({"talking": talking}, bowl, bowl.x0, {"lr": 0.1, "n_steps": 2})
    assert capsys.readouterr().out == "step 1\nstep 2\n"


def test_a_step_of_its_own_gets_the_first_state_that_fits():
    def with_two_moments(state, g, lr=0.1):
        x, m, v, t = state
        return AdamState(x - lr * g, m, v, t + 1)

    def with_v(state, g, lr=0.1, beta2=0.9):
        x, v, t = state  # a state of momentum could be unpacked so, too
        v = beta2 * v + (1 - beta2) * g**2
        return RMSPropState(x - lr * g / v**0.5, v, t + 1)

    assert isinstance(start_state(with_two_moments, bowl.x0, bowl.grad), AdamState)
    assert isinstance(start_state(with_v, bowl.x0, bowl.grad), RMSPropState)
    assert isinstance(
        start_state(functools.partial(with_v, lr=1), bowl.x0, bowl.grad), RMSPropState
    )
    assert isinstance(start_state(gradient_descent, bowl.x0, bowl.grad), GradientDescentState)


def test_the_state_table_keeps_large_and_small_values():
    values = np.array([[7e38, -1e300], [1e-300, np.nan]])
    table = state_table({"x": values})
    assert table["names"] == ["x"] and table["rows"] == ["x1", "x2"]
    data = np.frombuffer(table["data"], "<f8").reshape(2, 2, 1)
    np.testing.assert_array_equal(data[..., 0], values)


def test_labels():
    dialled = functools.partial(adam, beta1=0.5)
    assert step_label(dialled) == "adam, beta1 = 0.5"
    assert list(label_steps([adam, adam, dialled])) == ["adam", "adam'", "adam, beta1 = 0.5"]
