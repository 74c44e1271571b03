"""Numbers, derivatives, objectives: right, a known slip, or the difference."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.checks import (
    check_derivative,
    check_exercise,
    check_number,
    check_objective,
    diagnose_derivative,
    diagnose_exercise,
    diagnose_number,
    diagnose_objective,
    feedback,
)
from course_lib.checks.exercise_table import EXERCISES
from course_lib.experiments.online import periodic, run_online
from course_lib.objectives import bowl, catalogue, ravine, rosenbrock
from course_lib.optimizers import adam, gradient_descent


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_knows_its_answer_and_its_slips(name):
    exercise = EXERCISES[name]
    right = exercise.right()
    assert diagnose_exercise(name, right).verdict == "correct"
    for words, slip in exercise.wrong().items():
        diagnosis = diagnose_exercise(name, slip)
        assert diagnosis.mistake == words, "two slips give the same number"
        assert not words.endswith(".") and words[0].isupper()
    for stub in (..., None):
        assert diagnose_exercise(name, stub).verdict == "not-attempted"


@pytest.mark.parametrize("name", EXERCISES)
def test_the_answer_is_not_given_away(name, capsys):
    right = EXERCISES[name].right()
    if isinstance(right, str):
        pytest.skip("a word")
    far = np.asarray(right, float) * 7.7 + 13
    check_exercise(name, far.tolist())
    assert feedback.numbers(right) not in capsys.readouterr().out


@given(st.floats(0.01, 100))
def test_slips_of_numbers(right):
    assert diagnose_number(right, right).correct
    assert diagnose_number(right * 1.001, right).correct
    assert diagnose_number(-right, right).mistake == "The sign is the other way round"
    assert not diagnose_number(right * 1.02, right).correct
    own = {"You forgot the root": right**2}
    if abs(right - 1) > 0.1:
        assert diagnose_number(right**2, right, own).mistake == "You forgot the root"


def test_number_half_double_close_and_far():
    assert diagnose_number(0.4, 0.8).mistake == "A factor 2 is missing"
    assert diagnose_number(1.6, 0.8).mistake == "There is a factor 2 too many"
    assert diagnose_number(1.25, 0.8).mistake.startswith("You have the reciprocal")
    assert "give more digits" in diagnose_number(0.83, 5 / 6, rtol=0.001).message
    assert "a little too small" in diagnose_number(0.82, 5 / 6).message
    assert "digits" not in diagnose_number(30, 31).message
    assert "a little too high" in diagnose_number(-0.78, -0.8).message
    assert "too large" in diagnose_number(7, 0.8).message
    assert "too small" in diagnose_number(0.03, 0.8).message
    assert "not a number" in diagnose_number(np.nan, 0.8).message


def test_number_several_and_words():
    assert diagnose_number([1, 2], np.array([1.0, 2.0])).correct
    assert "2 numbers" in diagnose_number(1, [1.0, 2.0]).message
    assert "A number is wanted" in diagnose_number("a lot", 3).message
    assert diagnose_number(" Adam ", "adam").correct
    assert not diagnose_number("momentum", "adam").correct


def test_degrees_of_freedom_as_a_slip_of_ones_own():
    losses = np.array([1.0, 2.0, 4.0])
    slips = {"You divided by n, not by n - 1": losses.std()}
    found = diagnose_number(losses.std(), losses.std(ddof=1), slips)
    assert found.mistake == "You divided by n, not by n - 1"


def test_words_and_fractions_as_people_write_them():
    for answer in ("Gradient descent", "gradient-descent", gradient_descent):
        assert diagnose_number(answer, "gradient_descent").correct
    assert diagnose_exercise("04-whose", "amsgrad_optax").correct
    assert not diagnose_exercise("04-whose", "amsgrad_torch").correct
    assert diagnose_number("1/3", 1 / 3).correct
    assert diagnose_number([36], 36).correct
    for nonsense in ("1/0", "1/3/5", "a/b", {}, [[1], 2]):
        assert "A number is wanted" in diagnose_number(nonsense, 1 / 3).message


def test_shapes_in_words():
    found = diagnose_number(np.ones((3, 2)), np.ones((2, 3)))
    assert "2 rows of 3 numbers, but 3 rows of 2 numbers came" in found.message
    assert "30 numbers, but one number came" in diagnose_number(1.0, np.ones(30)).message
    assert "1 of 2 numbers are right" in diagnose_number([1, 7], [1.0, 2.0]).message


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("02-best-beta", 0.46, "With a larger beta the factor is smaller"),
        ("02-best-beta", 0.5, "With a smaller beta the factor is smaller"),
        ("03-fewest", 30, "no beta1 needs so few"),
        ("03-fewest", 0.74, "The number of steps is wanted"),
        ("03-fewest", 33, "fewer steps"),
        ("04-gone", 45, "the first such step is wanted"),
        ("04-crossing", 0.983, "There Adam is still lower"),
        ("04-crossing", 0.97, "There Adam is still lower"),
        ("05-turn", 0.44, "There Adam still ends above 0"),
        ("05-turn", 0.9, "There Adam ends below 0 already"),
        ("05-turn", 0.5, "There Adam ends below 0 already"),
        ("05-schedule", -0.95, "too low"),
        ("06-grid", [301, 2, 64, 64, 64, 64], "still meets one beta only"),
        ("06-grid", [301, 2, 64, 64, 1, 64], "only one lr is left"),
        ("06-turn", 0.35, "at a smaller beta"),
        ("06-turn", 0.2, "at a larger beta"),
        ("06-own", [1.0, 0.5], "x never changes"),
        ("06-own", ValueError("x is read-only"), "ValueError: x is read-only"),
        ("07-hidden", 4, "So few do not get there"),
        ("07-hidden", 16, "fewer do too"),
        ("07-steps", 216, "not only in all together"),
    ],
)
def test_what_is_said_of_answers_beside_the_right_one(name, answer, words):
    diagnosis = diagnose_exercise(name, answer)
    assert not diagnosis.correct
    assert words in diagnosis.message


def test_the_turn_is_said_as_the_walks_end():
    for beta2 in (0.44, 0.4495, 0.4805, 0.5):
        end = run_online(adam, periodic(1000, 3, -1, 3), lr=0.5, beta1=0, beta2=beta2).x[-1]
        words = f"ends {'above' if end > 0 else 'below'} 0"
        assert words in diagnose_exercise("05-turn", beta2).message
    for beta2 in (0.45, 0.451, 0.452, 0.464, 0.472, 0.48):
        assert diagnose_exercise("05-turn", beta2).correct


def test_what_is_no_number_among_several():
    assert "Number 1 of 3 is none: inf" in diagnose_number([np.inf, 1, 2], [1.0, 2, 3]).message
    assert "hands its result over with return" in diagnose_number(None, 3).message


def test_unknown_exercise(capsys):
    for name in ("x", [1], None):
        with pytest.raises(ValueError, match=f"there is no exercise {re.escape(repr(name))}"):
            diagnose_exercise(name, 1)
        check_exercise(name, 1)
        assert "no exercise" in capsys.readouterr().out


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


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers(value):
    assert diagnose_objective(lambda x1, x2: value * x1, bowl).verdict == "unknown"
    assert diagnose_derivative(lambda x1, x2: [value, x2], bowl).verdict == "unknown"


def test_a_power_that_is_not_one():
    diagnosis = diagnose_objective(lambda x1, x2: x1 ^ 2 + x2 ^ 2, bowl)
    assert diagnosis.mistake == "raises"
    assert "a power is written **, not ^" in diagnosis.message


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
    diagnosis = diagnose_derivative(lambda x1, x2: [2 * x1, x2**3], bowl)
    assert (diagnosis.verdict, diagnosis.mistake) == ("unknown", None)
    assert "The first slope is right, the second differs." in diagnosis.message
    assert "Where: at x = [" in diagnosis.message
    assert "The values differ" in diagnose_objective(lambda x: x[0] ** 3, rosenbrock).message


def no_return(x1, x2):
    x1 + x2


STUBS = [..., None, lambda x: ..., lambda x1, x2: (..., ...), lambda x1, x2: ... + 1, no_return]


@pytest.mark.parametrize("function", STUBS)
def test_stubs_are_not_attempted(function):
    assert diagnose_derivative(function, bowl).verdict == "not-attempted"
    assert diagnose_objective(function, bowl).verdict == "not-attempted"


NO_ANSWERS = [3, "x", [], np.zeros, print, lambda: 3, lambda x: "y", {}, float]
NO_ANSWERS += [10**400, lambda x: 10**400]


@pytest.mark.parametrize("answer", NO_ANSWERS)
def test_checks_never_raise(answer, capsys):
    check_derivative(answer, bowl)
    check_objective(answer, bowl)
    check_number(answer, 3.0)
    check_exercise("00-steps", answer)
    assert capsys.readouterr().out.count("\n") >= 4


def test_solutions_of_functions(capsys):
    check_derivative(rosenbrock.grad, rosenbrock, counts=False)
    check_objective(rosenbrock.f, rosenbrock, counts=False)
    assert capsys.readouterr().out.count("All values agree") == 2


def test_degenerate_numbers():
    assert not diagnose_number(1.0, 0.0).correct
    assert diagnose_number(0.0, 0.0).correct
    assert "too large for" in diagnose_number(10**400, 3).message
    for slips in (None, {"You divided by 0": np.inf}):
        found = diagnose_number(5, 0, slips)
        assert (found.mistake, found.message) == (None, "5 is not it. It is too large.")
