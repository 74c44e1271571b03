"""Exercises that ask for a function: the check calls it, and whatever happens has its words."""

import numpy as np
import pytest

from course_lib.checks import check_exercise, diagnose_exercise
from course_lib.checks.exercise_table import EXERCISES
from course_lib.optimizers import AdamState, amsgrad_optax

OF_FUNCTIONS = [name for name, exercise in EXERCISES.items() if exercise.of]


def python_s_max(v_max, v):
    return max(v_max, v)


def max_of_a_list(v_max, v):
    return np.max([v_max, v])


def misspelt(v_max, v):
    return np.maximum(v_max, w)  # noqa: F821


def endless(v_max, v):
    while True:
        pass


def printing(v_max, v):
    print("v is", v)


def in_place(v_max, v):
    v[:] = np.maximum(v_max, v)
    return v


def unsigned(state, g, lr=0.01, beta1=0.9):
    x, m, v, t = state
    m = beta1 * m + (1 - beta1) * g
    return AdamState(x - lr * m, m, v, t + 1)


def half_written(state, g, lr=0.01, beta1=0.9):
    return AdamState(..., state.m, state.v, state.t + 1)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("04-maximum", python_s_max, "line 14: `return max(v_max, v)`"),
        ("04-maximum", python_s_max, "Of two arrays np.maximum takes the larger number"),
        ("04-maximum", max_of_a_list, "Of two arrays np.maximum takes the larger number"),
        ("04-maximum", misspelt, "Python does not know a name in that line"),
        ("04-maximum", endless, "did not come to an end"),
        ("04-maximum", lambda v: v, "1 positional argument but 2 were given"),
        ("04-maximum", np.minimum, "That is the smaller of the two, or the old v_max"),
        ("04-maximum", lambda v_max, v: np.array([9, 3]), "wrong for others"),
        ("03-alpha-t", lambda t, lr, beta1, beta2: 0.0022355, "wrong for others"),
        (
            "07-backwards",
            lambda delta, W2, h: [[0, -1, 0.75], [-0.5, 0, -0.375]],
            "wrong for others",
        ),
        ("04-maximum", [9, 3], "A function is wanted, but [9, 3] came"),
        ("05-regret", lambda g, x: np.cumsum(g * x) + np.abs(np.cumsum(g)), "not yet divided by t"),
        ("05-regret", lambda g, x: 1 / 0, "ZeroDivisionError"),
        ("05-regret", lambda g, x: g[:5] * x, "cannot be broadcast"),
        ("06-own", unsigned, "without the sign"),
        ("06-own", lambda state, g, lr=1, beta1=0: state.x, "must return the next state"),
        ("07-accuracy", lambda x, inputs, labels: 360, "is not it"),
        ("07-backwards", lambda delta, W2, h: delta @ W2.T, "Where h is 0 the slope is 0 too"),
        ("01-another-limit", lambda x: x, "A value is wanted, but a function came"),
    ],
)
def test_what_is_said_of_a_function(name, answer, words):
    diagnosis = diagnose_exercise(name, answer)
    assert not diagnosis.correct
    assert words in diagnosis.message


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("03-alpha-t", lambda t, lr, b1, b2: lr * (1 - b2**t) ** 0.5 / (1 - b1**t)),
        ("04-maximum", np.maximum),
        ("04-maximum", in_place),
        ("07-backwards", lambda delta, W2, h: np.where(h > 0, delta @ W2.T, 0)),
        ("04-whose", amsgrad_optax),
    ],
)
def test_right_in_another_form(name, answer):
    for _ in range(2):  # what it changes in place is its own
        assert diagnose_exercise(name, answer).correct


@pytest.mark.parametrize("name", OF_FUNCTIONS)
def test_what_is_not_written_is_not_attempted(name):
    for value in (..., None, (1, ...)):
        assert diagnose_exercise(name, lambda *_, **__: value).verdict == "not-attempted"  # noqa: B023
    assert diagnose_exercise("06-own", half_written).verdict == "not-attempted"


def test_what_a_function_prints_is_seen(capsys):
    check_exercise("04-maximum", printing)
    assert capsys.readouterr().out.startswith("v is [4. 1.]\n○ Not attempted")


def test_words_of_an_exercise_to_the_letter(capsys):
    right = diagnose_exercise("04-maximum", np.maximum)
    assert right.message == "Your function gives the right numbers."
    fixed = diagnose_exercise("04-maximum", lambda v_max, v: [9, 3])
    assert (fixed.verdict, fixed.mistake) == ("mistake", "fixed-number")
    with pytest.raises(ValueError, match=r"^there is no exercise 'x'; there are .*07-hidden\.$"):
        diagnose_exercise("x", 3)
    check_exercise("x", 3)
    check_exercise("01-another-limit", 1 / 3)
    check_exercise("04-maximum", 3)
    check_exercise("01-another-limit", ...)
    check_exercise("06-tolerance", lambda: 3)
    assert capsys.readouterr().out.splitlines() == [
        "? Not yet: There is no exercise 'x'.",
        "✓ Right: 0.3333 is right.",
        "? Not yet: A function is wanted, but 3 came. Give the check its name alone.",
        "○ Not attempted: Put your answer in the place of the three dots.",
        "? Not yet: <lambda> is not it.",
    ]
