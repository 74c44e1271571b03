"""Derivatives and objectives of one's own: right, a known mistake, or where it differs."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.checks import (
    check_derivative,
    check_objective,
    diagnose_derivative,
    diagnose_objective,
    feedback,
)
from course_lib.checks.functions import TERMS
from course_lib.objectives import Objective, beale, bowl, catalogue, ravine, rosenbrock, saddle

tilted = Objective.from_function(lambda x1, x2: x1**2 + x1 * x2 + 3 * x2**2, bounds=bowl.bounds)


@pytest.mark.parametrize("objective", catalogue())
def test_the_catalogue_is_right(objective):
    assert diagnose_objective(objective.f, objective).correct
    assert diagnose_derivative(objective.grad, objective).correct
    assert diagnose_derivative(lambda x1, x2: tuple(objective.grad([x1, x2])), objective).correct
    assert diagnose_objective(lambda x1, x2: float(objective.f([x1, x2])), objective).correct


@pytest.mark.parametrize(
    ("function", "slug"),
    [
        (lambda x: -2 * x, "sign"),
        (lambda x1, x2: (x1, x2), "factor-2-missing"),
        (lambda x: 4 * x, "factor-2-too-many"),
        (lambda x1, x2: [2 * x2, 2 * x1], "swapped"),
        (lambda x1, x2: x1**2 + x2**2, "value-not-slope"),
        (lambda x1, x2: 2 * x1 + 2 * x2, "sum-not-slopes"),
        (lambda x1, x2: [2 * x1, 0], "one-coordinate"),
        (lambda x1, x2: [0, 2 * x2], "one-coordinate"),
        (lambda x1, x2: [2 * x1 + 3 * x2, 2 * x2 + 3 * x1], "mixed-term"),
        (lambda x: 1 / 0, "raises"),
    ],
)
def test_slips_of_a_derivative(function, slug):
    diagnosis = diagnose_derivative(function, bowl)
    assert (diagnosis.verdict, diagnosis.mistake) == ("mistake", slug)


@pytest.mark.parametrize(
    ("function", "slug"),
    [
        (lambda x: -(x[0] ** 2) - x[1] ** 2, "sign"),
        (lambda x1, x2: (x1**2 + x2**2) / 2, "factor-2-missing"),
        (lambda x1, x2: 2 * (x1**2 + x2**2), "factor-2-too-many"),
        (lambda x: np.sqrt(x[0] ** 2 + x[1] ** 2), "root"),
        (lambda x: x**2, "not-summed"),
        (lambda x1, x2: x1**2 + x2**2 + 3, "constant"),
        (lambda x1, x2: x1 * 2 + x2 * 2, "not-squared"),
    ],
)
def test_slips_of_an_objective(function, slug):
    diagnosis = diagnose_objective(function, bowl)
    assert (diagnosis.verdict, diagnosis.mistake) == ("mistake", slug)


@pytest.mark.parametrize(
    ("function", "objective", "slug", "words"),
    [
        (lambda x1, x2: 2 * x1 + 6 * x2, tilted, "one-number", "Two are wanted, with a comma"),
        (lambda x1, x2: [2 * x1 + x2], tilted, "one-number", "Two are wanted, with a comma"),
        (lambda x1, x2: beale.grad([x1, x2])[0], beale, "one-number", "then the slope along x2"),
        (lambda x1, x2: -2 * (1 - x1), rosenbrock, "one-number", "One number came back"),
        (lambda x: beale.grad(x).sum(), beale, "sum-not-slopes", "Two are wanted"),
        (
            lambda x1, x2: (x1**3 / 3 + x1**2 * x2 / 2 + 3 * x1 * x2**2, x1 * x2**2 / 2 + x2**3),
            tilted,
            "integral",
            "You integrated",
        ),
        (lambda x1, x2: (x1**3 / 3, x2**3 / 3), bowl, "integral", "You integrated"),
        (
            lambda x1, x2: (x1**3 / 3 + 4, x1**2 * x2 - 2 / 3 * x2**3 + x2**5 / 5),
            saddle,
            "integral",
            "You integrated",
        ),
        (
            lambda x1, x2: (2 * x1 + 1, 1 + 6 * x2),
            tilted,
            "terms",
            "The first slope is off (1 is too much, x2 is missing), the second is off (1 is",
        ),
        (
            lambda x1, x2: (2 * x1 + x1 * x2, x1 * x2 + 6 * x2),
            tilted,
            "terms",
            "The first slope is off (x2 is missing, x1·x2 is too much), the second",
        ),
        (lambda x1, x2: (2 * x1 + x2, 3 * x2), tilted, "terms", "x1 is missing, 3·x2 is missing"),
        (
            lambda x1, x2: (2 * (1 - x1) - 400 * x1 * (x2 - x1**2), 200 * (x2 - x1**2)),
            rosenbrock,
            "terms",
            "The first slope is off (4 is too much, 4·x1 is missing), the second is right.",
        ),
        (lambda x: beale.grad(x) + 1, beale, "constant", "Each slope is off (1 is too much)."),
        (lambda x: bowl.grad(x) - [0, 3], bowl, "constant", "the second is off (3 is missing)"),
        (
            lambda x: saddle.grad(x) + np.array([2, 1]),
            saddle,
            "constant",
            "off (2 is too much), the second",
        ),
        (lambda x: 3 * beale.grad(x), beale, "factor", "Each slope is 3 times what is wanted."),
        (lambda x: rosenbrock.grad(x) / 200, rosenbrock, "factor", "is 0.005 times"),
        (lambda x: tilted.grad(x) * [1, 5], tilted, "factor", "right, the second is 5 times"),
        (lambda x: beale.grad(x) * [1, -1], beale, "sign", "the second has the wrong sign"),
        (lambda x: [2 * x[0] + x[1], 0], tilted, "one-coordinate", "right, the second is 0."),
    ],
)
def test_kinds_of_a_derivative(function, objective, slug, words):
    diagnosis = diagnose_derivative(function, objective)
    assert (diagnosis.verdict, diagnosis.mistake) == ("mistake", slug)
    assert words in diagnosis.message
    assert ("Where: at x = [" in diagnosis.message) == ("One number" not in diagnosis.message)


@pytest.mark.parametrize(
    ("function", "objective", "slug", "words"),
    [
        (lambda x1, x2: (x1 + x2) ** 2, bowl, "terms", "The value is off (2·x1·x2 is too much)."),
        (lambda x1, x2: x1**2 + x1**2, bowl, "terms", "(x1² is too much, x2² is missing)"),
        (lambda x1, x2: x1**2, bowl, "terms", "(x2² is missing)"),
        (lambda x1, x2: x1**2 + x2**3, bowl, "terms", "(x2² is missing, x2³ is too much)"),
        (lambda x: beale.f(x) - x[0] * x[1], beale, "terms", "(x1·x2 is missing)"),
        (lambda x: 3 * beale.f(x), beale, "factor", "The value is 3 times what is wanted."),
        (lambda x: bowl.f(x) / 10, bowl, "factor", "0.1 times"),
        (lambda x: -0.5 * rosenbrock.f(x), rosenbrock, "factor", "-0.5 times"),
        (lambda x: rosenbrock.f(x) - 2, rosenbrock, "constant", "(2 is missing)"),
        (bowl.grad, bowl, "slopes-not-value", "Those are the two slopes."),
        (beale.grad, beale, "slopes-not-value", "one number"),
        (lambda x1, x2: (2 * x1, 4 * x2**3 - 4 * x2), saddle, "slopes-not-value", "one number"),
    ],
)
def test_kinds_of_an_objective(function, objective, slug, words):
    diagnosis = diagnose_objective(function, objective)
    assert (diagnosis.verdict, diagnosis.mistake) == ("mistake", slug)
    assert words in diagnosis.message


@given(
    factor=st.floats(0.1, 50) | st.floats(-50, -0.1),
    term=st.sampled_from(list(TERMS)),
    i=st.sampled_from([0, 1]),
    objective=st.sampled_from([tilted, beale, rosenbrock, ravine(10)]),
)
def test_any_term_that_is_added_is_found(factor, term, i, objective):
    def function(x):
        slopes = objective.grad(x)
        slopes[i] += factor * x[0] ** TERMS[term][0] * x[1] ** TERMS[term][1]
        return slopes

    diagnosis = diagnose_derivative(function, objective)
    assert diagnosis.verdict == "mistake"
    if diagnosis.mistake in ("terms", "constant"):  # else 2 x1 became 3 x1: a factor
        assert f"is {'too much' if factor > 0 else 'missing'})" in diagnosis.message
        assert f"{term} is" in diagnosis.message


@pytest.mark.parametrize(
    ("function", "objective"),
    [  # published test functions with one slip, in words of our own
        (lambda x1, x2: (1 - x1) ** 2 + (x2 - x1**2) ** 2, rosenbrock),
        (lambda x1, x2: 100 * (x2 - x1**2) ** 2 + (x1 - x1) ** 2, rosenbrock),
        (lambda x1, x2: 100 * (x2 - x1) ** 2 + (1 - x1) ** 2, rosenbrock),
        (lambda x1, x2: (1.5 - x1 + x1 * x2) ** 2 + (2.25 - x1 + x1 * x2**2) ** 2, beale),
        (lambda x1, x2: abs(x1) + abs(x2), bowl),
    ],
)
def test_other_values_are_shown_at_a_point(function, objective):
    diagnosis = diagnose_objective(function, objective)
    assert (diagnosis.verdict, diagnosis.mistake) == ("unknown", None)
    assert re.fullmatch(
        r"The value differs\.\nWhere: at x = \[.*\]: expected .*, got .*\.", diagnosis.message
    )


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers(value):
    assert diagnose_objective(lambda x1, x2: value * x1, bowl).verdict == "unknown"
    assert diagnose_derivative(lambda x1, x2: [value, x2], bowl).verdict == "unknown"


@pytest.mark.parametrize("check", [diagnose_objective, diagnose_derivative])
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x1 ^ 2 + x2 ^ 2", "A power is written **, not ^."),
        ("float(x1) ^ 2", "A power is written **, not ^."),
        ("((x1 - 1)^2, x2^2)", "A power is written **, not ^."),
        ("sqrt(x1**2)", "write np.sqrt, which"),
        ("sin(x1) + cos(x2)", "write np.sin, which"),
        ("log(x1) * pi", "write np.log, which"),
        ("x1 * pi", "write np.pi, which"),
        ("math.sqrt(x1)", "write np.sqrt for math.sqrt"),
        ("(math.sin(x1), math.cos(x2))", "write np.sqrt for math.sqrt"),
        ("x1.sqrt()", "write np.sqrt, which"),
        ("x1 + y", "Your function stopped with an error, NameError: name 'y'"),
        ("x1.length", "Your function stopped with an error, AttributeError: "),
        ("x1[:, 0]", "Your function stopped with an error, IndexError: "),
        ("np.array([x1, x2])['x1']", "Your function stopped with an error, IndexError: only"),
    ],
)
def test_the_useful_sentence_is_there(check, line, words):
    diagnosis = check(eval(f"lambda x1, x2: {line}", {"np": np}), bowl)
    assert (diagnosis.verdict, diagnosis.mistake) == ("mistake", "raises")
    assert words in diagnosis.message
    assert "ufunc" not in diagnosis.message
    assert len(diagnosis.message.splitlines()[0]) < 260


NO_VALUES = {
    "text": lambda x1, x2: f"{x1}",
    "texts": lambda x1, x2: [f"{x1}", f"{x2}"],
    "truth": lambda x1, x2: x1 > 0,
    "truths": lambda x: x > 0,
    "complex": lambda x1, x2: 1j * x1,
    "complex without an imaginary part": lambda x: bowl.grad(x) + 0j,
    "a set": lambda x1, x2: {2 * x1, 2 * x2},
    "a dict": lambda x1, x2: {"x1": 2 * x1},
    "a function": lambda x1, x2: np.sin,
    "too large": lambda x1, x2: 10**5000,
    "lists of different lengths": lambda x1, x2: [[x1], [x1, x2]],
}


@pytest.mark.parametrize("check", [diagnose_objective, diagnose_derivative])
@pytest.mark.parametrize("function", NO_VALUES.values(), ids=NO_VALUES)
def test_values_of_another_kind(check, function):
    diagnosis = check(function, bowl)
    assert diagnosis.verdict == "unknown"
    assert diagnosis.message.startswith("No numbers came back, but ")


@pytest.mark.parametrize(
    ("value", "slopes", "values"),
    [
        ([1, 2, 3], "2 numbers must come back, but 3 numbers came", "one number must come back"),
        ([[1], [2]], "2 numbers must come back, but 2 rows of 1", "but 2 rows of 1 numbers came"),
        ([1], "One number came back", "one number must come back, but a list of one number came"),
        (1e308, "One number came back", "The value is off (1e+308 is too much)"),
        ([1e308, -1e308], "the second is off (1e+308 is missing)", "add the two parts up"),
    ],
)
def test_shapes_in_plain_words(value, slopes, values):
    assert slopes in diagnose_derivative(lambda x: value, tilted).message
    assert values in diagnose_objective(lambda x: value, tilted).message


def test_functions_of_one_point_only_and_with_loops():
    def slopes(x1, x2):
        return [2 * float(x1) if x1 > 0 else -2 * abs(x1), math.fsum([x2, x2])]

    assert diagnose_derivative(slopes, bowl).correct
    assert diagnose_objective(lambda x: sum(part**2 for part in x), bowl).correct


def endless(x1, x2):
    while True:
        x1 = -x1


def test_no_end():
    diagnosis = diagnose_derivative(endless, bowl)
    assert (diagnosis.mistake, "not come to an end" in diagnosis.message) == ("never-ends", True)


@pytest.mark.parametrize("function", [print, lambda x: (print(x[0]), print(x[1]))])
def test_to_print_is_not_to_return(function):
    for check in (diagnose_derivative, diagnose_objective):
        diagnosis = check(function, bowl)
        assert diagnosis.verdict == "not-attempted"
        assert diagnosis.message.endswith("with a return. To print is not to return.")


@pytest.mark.parametrize("objective", [ravine, "bowl", None, bowl.f])
def test_a_landscape_that_is_none(objective, capsys):
    check_derivative(lambda x: 2 * x, objective)
    check_objective(lambda x1, x2: x1, objective)
    words = "makes an objective" if objective is ravine else "objective must be one such as bowl"
    assert capsys.readouterr().out.count(words) == 2


def test_swapped_coordinates():
    def swapped(x1, x2):
        return ravine(10).f(np.array([x2, x1]))

    assert diagnose_objective(swapped, ravine(10)).mistake == "swapped"


def test_unknown_functions_say_where_and_which():
    diagnosis = diagnose_derivative(lambda x1, x2: [2 * x1, np.sin(x2)], bowl)
    assert (diagnosis.verdict, diagnosis.mistake) == ("unknown", None)
    assert "The first slope is right, the second differs." in diagnosis.message
    assert "Where: at x = [" in diagnosis.message
    assert "Each slope differs." in diagnose_derivative(lambda x: np.cos(x), bowl).message
    assert "The value differs" in diagnose_objective(lambda x: x[0] ** 3, rosenbrock).message


def test_one_slope_is_known_and_the_other_is_not():
    for i, words in enumerate(["The first slope differs, the second", "the second differs"]):
        diagnosis = diagnose_derivative(lambda x, i=i: np.where([i, 1 - i], 2 * x, np.sin(x)), bowl)
        assert (diagnosis.verdict, diagnosis.mistake) == ("unknown", None)
        assert words in diagnosis.message
    diagnosis = diagnose_derivative(lambda x1, x2: [np.sin(x1), 2 * x2 + 1], bowl)
    assert (diagnosis.verdict, diagnosis.mistake) == ("mistake", "constant")
    assert "The first slope differs, the second is off (1 is too much)." in diagnosis.message


def test_a_landscape_that_is_flat_in_one_direction():
    gutter = Objective.from_function(lambda x1, x2: x1**2 + 0 * x2, bounds=bowl.bounds)
    assert diagnose_derivative(lambda x1, x2: (2 * x1, 0), gutter).correct
    diagnosis = diagnose_derivative(lambda x1, x2: (x1, 0), gutter)
    assert diagnosis.mistake == "factor-2-missing"
    assert diagnose_derivative(lambda x1, x2: (2 * x1, np.sin(x2)), gutter).verdict == "unknown"


def test_a_function_that_raises_only_later():
    calls = []

    def slopes(x1, x2):
        calls.append(x1)
        return [2 * x1 + 1 / (len(calls) < 6), 2 * x2]

    assert diagnose_derivative(slopes, bowl).mistake == "constant"
    assert len(calls) == 6, "it has raised"


def no_return(x1, x2):
    x1 + x2


STUBS = [..., None, lambda x: ..., lambda x1, x2: (..., ...), lambda x1, x2: ... + 1, no_return]


@pytest.mark.parametrize("function", STUBS)
def test_stubs_are_not_attempted(function):
    for check in (diagnose_derivative, diagnose_objective):
        diagnosis = check(function, bowl)
        assert diagnosis.verdict == "not-attempted"
        assert "print" not in diagnosis.message


def test_solutions_of_functions(capsys):
    check_derivative(rosenbrock.grad, rosenbrock, counts=False)
    check_objective(rosenbrock.f, rosenbrock, counts=False)
    assert capsys.readouterr().out.count("All values agree") == 2


def test_words_of_a_function_to_the_letter(capsys):
    cubic = Objective.from_function(lambda x1, x2: x1**2 + x2**2 + 1, bowl.bounds)
    wrong = diagnose_objective(lambda x1, x2: x1**2 + x2**2 + 1 + x1**3, cubic)
    assert wrong.message.startswith("The value is off (x1³ is too much).")
    root = diagnose_objective(lambda x1, x2: math.hypot(x1, x2), bowl)
    assert root.message.startswith("You took a root too many.")
    check_objective(lambda x1, x2: ..., bowl)
    check_derivative(lambda x1, x2: ..., bowl)
    feedback.summary()
    printed = capsys.readouterr().out
    assert "not attempted" in printed
    assert "objective bowl" in printed and "derivative of bowl" in printed
