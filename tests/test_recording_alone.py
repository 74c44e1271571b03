"""A recording leaves no trace; a function that remembers something or rolls dice is refused."""

import random
import threading
import types

import numpy as np
import pytest

from course_lib.optimizers import GradientDescentState, projected
from course_lib.recording.recorder import record_function, record_step
from course_lib.recording.tape import NotRecordable


def refused(step, reason):
    with pytest.raises(NotRecordable, match=reason):
        record_step(step, GradientDescentState, ("lr",))


def _step(body, **outside):
    """A step function from the lines that make x of x, g, lr and t."""
    text = "\n    ".join(["def step(state, g, lr=0.1):", "x, t = state", *body.split("\n")])
    space = {"np": np, "random": random, "State": GradientDescentState} | outside
    exec(compile(text + "\n    return State(x, t + 1)", "<student>", "exec"), space)
    return space["step"]


def test_what_a_function_prints_is_dropped(capsys):
    record_step(_step("print(x)\nx = x - lr * g"), GradientDescentState, ("lr",))
    assert capsys.readouterr().out == ""


def _with_a_list(last):
    def step(state, g, lr=0.1):
        g, last[0] = g if last[0] is None else last[0], g.copy()
        return GradientDescentState(state.x - lr * g, state.t + 1)

    return step


def _with_a_global():
    step = _step("global last\nlast, g = g, last if 'last' in globals() else g\nx = x - lr * g")
    return step, step.__globals__


def test_a_function_that_remembers_is_refused_and_stays_as_it_was():
    last = [None]
    with pytest.raises(NotRecordable, match="remembers"):
        record_step(_with_a_list(last), GradientDescentState, ("lr",))
    with pytest.raises(NotRecordable, match="remembers"):
        record_step(projected(_with_a_list(last), -1, 1), GradientDescentState, ("lr",))
    assert last == [None]
    step, around = _with_a_global()
    with pytest.raises(NotRecordable, match="remembers"):
        record_step(step, GradientDescentState, ("lr",))
    assert "last" not in around


def test_an_object_that_remembers_is_refused_and_stays_as_it_was():
    class Step:
        def __init__(self):
            self.last = 0.0

        def __call__(self, state, g, lr=0.1):
            self.last = 0.5 * self.last + g
            return GradientDescentState(state.x - lr * self.last, state.t + 1)

    step = Step()
    with pytest.raises(NotRecordable, match="remembers"):
        record_step(step, GradientDescentState, ("lr",))
    assert step.last == 0.0


@pytest.mark.parametrize(
    "line",
    [
        "seen.append(g)",
        "x = x + [seen.append(a) or 0 for a in g]",
        "(lambda: seen.append(g))()",
    ],
)
def test_a_list_of_the_notebook_stays_as_it_was(line):
    seen = []
    refused(_step(line, seen=seen), "remembers")
    assert seen == []


def test_what_belongs_to_a_method_stays_as_it_was():
    class Own:
        last, seen = 0.0, []

        def step(self, state, g, lr=0.1):
            self.last = 0.5 * self.last + g
            return GradientDescentState(state.x - lr * self.last, state.t + 1)

    own = Own()
    refused(own.step, "remembers")
    assert own.last == 0.0
    memory = types.SimpleNamespace(last=0.0)
    refused(
        _step("memory.last = memory.last + g\nx = x - lr * memory.last", memory=memory), "rememb"
    )
    assert memory.last == 0.0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x = x - lr * g + rng.normal(size=2)", "remembers"),
        ("x = x - lr * g + old.normal(size=2)", "remembers"),
        ("x = x - lr * g + np.random.normal(size=2)", "random numbers"),
        ("x = x - lr * g + random.random()", "random numbers"),
        ("np.random.seed(0)\nx = 1 / 0", "division"),
    ],
)
def test_random_numbers_are_refused_and_the_next_ones_are_the_same(line, reason):
    """numpy's random numbers make arrays by themselves: they must get arrays of floats."""
    get = np.random.get_state
    rng, old = np.random.default_rng(0), np.random.RandomState(0)

    def all_states():
        return [
            repr(s) for s in (rng.bit_generator.state, old.get_state(), get(), random.getstate())
        ]

    before = all_states()
    refused(_step(line, rng=rng, old=old), reason)
    assert all_states() == before


def test_dice_that_are_new_in_each_call_are_recorded_as_constants():
    """A recording cannot know it; whoever compares it with the function finds out."""
    step = _step("x = x - lr * g + np.random.default_rng().normal(size=2)")
    programs = [record_step(step, GradientDescentState, ("lr",)) for _ in range(2)]
    assert programs[0]["constants"] != programs[1]["constants"]
    assert programs[0]["instructions"] == programs[1]["instructions"]


def test_numpy_is_never_changed():
    names = ("array", "asarray", "zeros", "max")
    before = [getattr(np, name) for name in names]
    seen = []

    def look():
        seen.append([getattr(np, name) for name in names] == before)

    def formula(x, look=look):  # the defaults are no part of the copy
        other = threading.Thread(target=look)
        other.start()
        other.join()
        look()
        return x

    record_function(formula, ("x",))
    assert seen == [True, True]
