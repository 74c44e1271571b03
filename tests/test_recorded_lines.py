"""The lines of a recorded step function, with the numbers in them."""

import functools
import sys

import numpy as np
import pytest

from course_lib.optimizers import (
    AdamState,
    GradientDescentState,
    adam,
    gradient_descent,
    hyperparameters,
)
from course_lib.recording import lines
from course_lib.recording.evaluate import evaluate
from course_lib.recording.recorder import record_step
from course_lib.recording.tape import Refusal


def lines_of(step, kind=GradientDescentState, hyper=("lr",)):
    """Each line as its variable, its source, and its right side with numbers put in."""
    program = record_step(step, kind, hyper, n=1)
    given = {"x.0": 2.0, "g.0": -0.4, "t": 3.0, "m.0": 0.12, "v.0": 0.5, "lr": 0.1}
    registers = evaluate(program, given | {"beta1": 0.9, "beta2": 0.75, "eps": 0.25})

    def shown(part):
        return part if isinstance(part, str) else f"{registers[part[0]]:.6g}"

    return [
        (line["name"], line["source"], "".join(map(shown, line["parts"])), shown(line["result"]))
        for line in program["lines"]
    ]


def test_a_line_has_its_numbers():
    assert lines_of(adam, AdamState, tuple(hyperparameters(adam))) == [
        ("t", "t = t + 1", "3 + 1", "4"),
        ("m", "m = beta1 * m + (1 - beta1) * g", "0.9 · 0.12 + 0.1 · -0.4", "0.068"),
        ("v", "v = beta2 * v + (1 - beta2) * g**2", "0.75 · 0.5 + 0.25 · -0.4²", "0.415"),
        ("m_hat", "m_hat = m / (1 - beta1**t)", "0.068 / 0.3439", "0.197732"),
        ("v_hat", "v_hat = v / (1 - beta2**t)", "0.415 / 0.683594", "0.607086"),
        (
            "x",
            "x = x - lr * m_hat / (np.sqrt(v_hat) + eps)",
            "2 − 0.1 · 0.197732 / (√(0.607086) + 0.25)",
            "1.98079",
        ),
    ]


def test_lines_that_change_a_variable_again_keep_their_order():
    def step(state, g, lr=0.1):
        x, t = state
        x = x - lr * g
        x = (
            x
            - 1
        )  # fmt: skip
        for i in range(2):
            x = x + i
        return GradientDescentState(x, t + 1)

    assert lines_of(step) == [
        ("x", "x = x - lr * g", "2 − 0.1 · -0.4", "2.04"),
        ("x", "x = ( x - 1 )", "2.04 − 1", "1.04"),
        ("x", "x = x + i", "1.04 + 0", "1.04"),
        ("x", "x = x + i", "1.04 + 1", "2.04"),
    ]


def test_a_line_that_works_in_place_has_the_numbers_before_it():
    def step(state, g, lr=0.1):
        x = state.x.copy()
        x -= lr * g
        x *= 2
        return GradientDescentState(x, state.t + 1)

    assert lines_of(step) == [
        ("x", "x -= lr * g", "2 − 0.1 · -0.4", "2.04"),
        ("x", "x *= 2", "2.04 · 2", "4.08"),
    ]


def test_other_lines_say_nothing_wrong():
    def step(state, g, lr=0.1):
        x, t = state
        x = x * 2; x = x - 1  # noqa: E702 # fmt: skip
        for _ in range(2): x = x + 1  # noqa: E701 # fmt: skip
        y = np.maximum(x, g) if True else 0
        w = x**2 - np.where(g > 0, x, -x) + abs(y - (g - y))
        return GradientDescentState(x + w, t + 1)

    right = "5² − where(-0.4 > 0, 5, −5) + abs(5 − (-0.4 − 5))"
    assert [line[0::2] for line in lines_of(step)] == [("w", right)]


def test_a_line_that_calls_a_helper_has_its_result():
    scale = 0.5

    def halved(values):
        values = values * scale  # a line of another function
        return values

    def step(state, g, lr=0.1):
        g = halved(g)
        ahead = scale * g
        m = 0.5 * ahead[0] + lr
        return GradientDescentState(state.x - m, state.t + 1)

    assert lines_of(step) == [
        ("g", "g = halved(g)", "halved(-0.4)", "-0.2"),
        ("ahead", "ahead = scale * g", "0.5 · -0.2", "-0.1"),
        ("m", "m = 0.5 * ahead[0] + lr", "0.5 · -0.1 + 0.1", "0.05"),
    ]


def test_an_array_that_is_not_filled_yet_has_no_line():
    def step(state, g, lr=0.1):
        new = np.empty_like(g)
        words = ["a"]
        for i in range(len(words)):
            new[i] = state.x[i] - lr * g[i]
        x = new * 2
        return GradientDescentState(x, state.t + 1)

    assert lines_of(step) == [("x", "x = new * 2", "2.04 · 2", "4.08")]


def test_a_wrapped_function_has_its_own_lines():
    def noticed(step):
        @functools.wraps(step)
        def other(state, g, **hyper):
            state = step(state, g, **hyper)
            return state

        return other

    assert lines_of(noticed(gradient_descent)) == lines_of(gradient_descent)
    fixed = functools.partial(gradient_descent, lr=0.2)
    assert "2 − 0.2 · -0.4" in [line[2] for line in lines_of(fixed, hyper=())]


@pytest.mark.parametrize("error", [KeyError("x"), Refusal("no")])
def test_a_line_that_cannot_be_explained_is_left_out(error, monkeypatch):
    whole = record_step(adam, AdamState, tuple(hyperparameters(adam)))

    def fail(*_):
        raise error

    monkeypatch.setattr(lines._Template, "of", fail)
    program = record_step(adam, AdamState, tuple(hyperparameters(adam)))
    assert program["lines"] == []
    assert program["instructions"] == whole["instructions"]


def test_a_function_without_a_source_has_no_lines():
    names = {"State": GradientDescentState}
    exec("def step(state, g, lr=0.1):\n    x = state.x - lr * g\n    return x, state.t", names)
    program = record_step(names["step"], GradientDescentState, ("lr",))
    assert program["lines"] == []
    assert len(program["instructions"]) == 4


def test_recording_under_a_debugger_gives_its_trace_back():
    def trace(*_):
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        record_step(gradient_descent, GradientDescentState, ("lr",))
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)
