"""Answers that are numbers or words: right however it is written, a known slip, or how far off."""

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_lib.checks import (
    check_derivative,
    check_exercise,
    check_number,
    check_objective,
    diagnose_exercise,
    diagnose_number,
    feedback,
)
from course_lib.checks.exercise_table import EXERCISES
from course_lib.checks.exercises import compared_value
from course_lib.experiments.online import periodic, run_online
from course_lib.objectives import bowl
from course_lib.optimizers import adam, amsgrad_optax, gradient_descent
from course_lib.utils.text import kind


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_knows_its_answer_and_its_slips(name):
    exercise = EXERCISES[name]
    assert compared_value(exercise, exercise.right())[0].verdict == "correct"
    for words, slip in exercise.wrong().items():
        diagnosis = compared_value(exercise, slip)[0]
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
    words = ("Gradient descent", "gradient-descent", "'gradient_descent'.", ["gradient descent"])
    for answer in (*words, gradient_descent):
        assert diagnose_number(answer, "gradient_descent").correct
    for answer in ("amsgrad_optax", amsgrad_optax, "AMSGrad (optax)"):
        assert diagnose_exercise("04-whose", answer).correct
    assert not diagnose_exercise("04-whose", "amsgrad_torch").correct
    assert diagnose_number("1/3", 1 / 3).correct
    assert diagnose_number([36], 36).correct
    for nonsense in ("1/0", "1/3/5", "a/b", {}, [[1], 2]):
        assert "A number is wanted" in diagnose_number(nonsense, 1 / 3).message


class OneThird:
    """As the numbers of computer algebra are: no float, but it can become one."""

    def __float__(self):
        return 1 / 3


def comma(value):
    """With a decimal comma; one that may stand between thousands is not accepted."""
    text = repr(value).replace(".", ",")
    assume(not re.search(r"\b[1-9]\d{0,2},\d{3}\b", text))
    return text


WAYS = {
    "number": float,
    "scalar of numpy": np.float64,
    "array": np.array,
    "array of one": lambda value: np.array([value]),
    "list of one": lambda value: [value],
    "lists of one": lambda value: [[value]],
    "tuple of one": lambda value: (value,),
    "fraction": Fraction,
    "decimal": Decimal,
    "text": repr,
    "blanks": lambda value: f" {value!r} ",
    "full stop": lambda value: f"{value!r}.",
    "exponent": lambda value: f"{value:.15e}",
    "capital exponent": lambda value: f"{value:.15E}",
    "decimal comma": comma,
    "minus sign": lambda value: repr(value).replace("-", "\N{MINUS SIGN}"),
    "dash": lambda value: repr(value).replace("-", "\N{EN DASH}"),
    "ratio": lambda value: f"{7 * value!r}/7",
    "spaced ratio": lambda value: f"{7 * value!r} / 7",
    "per cent": lambda value: f"{100 * value!r}%",
    "spaced per cent": lambda value: f"{100 * value!r} %",
    "with its name": lambda value: f"lr = {value!r}",
    "with its unit": lambda value: f"{value!r} steps",
    "about": lambda value: f"≈{value!r}",
}


@settings(max_examples=40)
@pytest.mark.parametrize("written", WAYS.values(), ids=WAYS)
@given(
    right=st.floats(0.01, 5000),
    sign=st.sampled_from([1, -1]),
    rtol=st.sampled_from([0, 0.0009, 0.005, 0.0333]),
    share=st.floats(-0.99, 0.99),
    beyond=st.floats(1.01, 30),
)
def test_right_is_right_however_it_is_written_and_nothing_else_is(
    written, right, sign, rtol, share, beyond
):
    right *= sign
    answer = right * (1 + share * rtol)
    assert diagnose_number(written(answer), right, rtol=rtol + 1e-11).correct
    for side in (1, -1):
        wrong = right * (1 + side * (beyond * rtol + 1e-10))
        diagnosis = diagnose_number(written(wrong), right, rtol=rtol)
        assert not diagnosis.correct
        assert "wanted" not in diagnosis.message, "it was read"


ONE_THIRD = [OneThird(), "1/3", ".3333", "0,3333", "33.33 percent", "x: 1/3", "~0.333", "+1/3"]
ONE_THIRD += [
    "−1/−3",
    "3.333E-1",
    [OneThird()],
    np.float32(1 / 3),
    "lr=0,3333",
    "0,333",
    " 1/3 unit ",
    " lr = 1/3. ",
    "٠.٣٣٣٣",
    "1/3 unit",
]


@pytest.mark.parametrize("answer", ONE_THIRD)
def test_one_third(answer):
    assert diagnose_number(answer, 1 / 3).correct


NO_NUMBERS = ["0.1.2", "1/0", "1/3/5", "nan", "inf", "-inf", "", " ", "-", "%", "one third", "1/"]
NO_NUMBERS += [
    "0.33 0.34",
    "1 3",
    "0.3 or 0.4",
    "1,000",
    "−2,500",
    "25,125 steps",
    "1,000steps",
    "1.234,5",
    "1 000",
    "1_000",
]
NO_NUMBERS += ["2 million", "3 dozen", "5k", "0.33!", "2 * 3", "2**3", "3 pi", "log = x", ">0.3"]
NO_NUMBERS += [True, np.True_, [True], np.array([True]), 1j, 1 / 3 + 0j, np.complex128(1), [1j]]
NO_NUMBERS += [["1/3"], np.array(["0.33"]), [None], np.array([None]), b"1", [b"1"], {1}, {1: 1}]
NO_NUMBERS += ["1 1/3", "10 mA", "72 cards", "±0.3", "[9, 3]", "9; 3", "0.3, 0.4", "9 3 steps"]
NO_NUMBERS += [[True, 2.5], [1, "2"], [1, None], [np.complex128(1)], [1.5, np.datetime64(1, "s")]]
NO_NUMBERS += [np.datetime64(1, "ns"), np.array([1], "M8[ns]"), [np.timedelta64(1, "s")], object()]
NO_NUMBERS += [[[1], 2], [np.array([1]), 2], iter([1]), float, np.array([(1, 2)], "i,i"), [[], 1]]


@pytest.mark.parametrize("answer", NO_NUMBERS, ids=kind)
@pytest.mark.parametrize("right", [1.0, [1.0, 2.0]])
def test_what_is_no_number_is_refused_in_words(answer, right):
    diagnosis = diagnose_number(answer, right)
    assert diagnosis.verdict == "unknown"
    assert re.match("A number is wanted, but this came: |Numbers are wanted", diagnosis.message)


@pytest.mark.parametrize(
    ("answer", "right", "words"),
    [
        ((0, 33), 1 / 3, "Decimals stand after a point"),
        ([0, 33], 1 / 3, "one number, but 2 numbers came."),
        ("0.33", 1 / 3, "give more digits"),
        (np.float64(0.33), 1 / 3, "give more digits"),
        (Fraction(33, 100), 1 / 3, "give more digits"),
        (33.33, 1 / 3, "the place of the point is not"),
        ("0,0333", 1 / 3, "the place of the point is not"),
        (0.02, 20.0, "the place of the point is not"),
        ("one third", 1 / 3, "without quotes, with a point"),
        ([1], [1.0, 2.0], "2 numbers, but a list of one number came"),
        (1.7737e38, 3.0, "1.774e+38 is not it."),
        ("1e400", 3.0, "That is not a number."),
        (10**5000, 3.0, "too large for Python's floats"),
        ([10**400, 1], [1.0, 2.0], "too large for Python's floats"),
        ("220 steps", [1.0, 2.0], "2 numbers, but one number came"),
    ],
    ids=kind,
)
def test_what_is_said_of_numbers(answer, right, words):
    diagnosis = diagnose_number(answer, right)
    assert diagnosis.verdict == "unknown"
    assert words in diagnosis.message
    assert ("Decimals" in diagnosis.message) == isinstance(answer, tuple)


@pytest.mark.parametrize("name", EXERCISES)
def test_rounded_answers_are_right_and_other_powers_of_ten_are_not(name):
    exercise = EXERCISES[name]
    right = exercise.right()
    if isinstance(right, str) or np.ndim(right):
        pytest.skip("not one number")
    if exercise.rtol:
        assert compared_value(exercise, f"{right:.3g}")[0].correct
    for factor in (0.1, 10, 100):
        assert not compared_value(exercise, right * factor)[0].correct


def test_what_rounding_does_is_within_any_tolerance():
    assert diagnose_number(3 * 0.1, 0.3, rtol=0).correct
    assert diagnose_number(46.0, 45.8, rtol=0.2 / 45.8).correct
    assert diagnose_number([0.1 + 0.2, 3], [0.3, 3.0], rtol=0).correct


@pytest.mark.parametrize("name", ["04-maximum", "04-crossing", "04-whose", "06-own"])
def test_a_mistake_is_called_near_only_where_it_is(name):
    for slip in EXERCISES[name].wrong().values():
        assert "Nearly" not in diagnose_exercise(name, slip).message


class Strange:
    """Nothing about it can be read."""

    def __repr__(self):
        raise RuntimeError("no words")

    __float__ = __repr__


@pytest.mark.parametrize(
    "answer", ["pytorch", "Amsgrad", 3, 10**5000, Strange(), adam, ["a", "b"]], ids=kind
)
def test_the_words_are_listed_and_the_right_one_is_not_given_away(answer):
    said = diagnose_exercise("04-whose", answer)
    assert (said.verdict, said.mistake) == ("unknown", None)
    assert "is none of the words: keras, optax, paper, torch, tutorial." in said.message


def test_of_two_words_the_other_one_is_not_given_away():
    said = diagnose_exercise("06-tolerance", "newton").message
    assert said.startswith("'newton' is not it.")
    assert EXERCISES["06-tolerance"].right() not in said


def test_shapes_in_words():
    found = diagnose_number(np.ones((3, 2)), np.ones((2, 3)))
    assert "2 rows of 3 numbers, but 3 rows of 2 numbers came" in found.message
    assert "30 numbers, but one number came" in diagnose_number(1.0, np.ones(30)).message
    assert "1 of 2 numbers is right" in diagnose_number([1, 7], [1.0, 2.0]).message


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
        ("06-turn", 0.35, "at a smaller beta"),
        ("06-turn", 0.2, "at a larger beta"),
        ("07-hidden", 4, "So few do not get there"),
        ("07-hidden", 16, "fewer do too"),
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
    assert "Value 1 of 3 is no number: inf" in diagnose_number([np.inf, 1, 2], [1.0, 2, 3]).message
    assert "hands its result over with return" in diagnose_number(None, 3).message


def test_unknown_exercise(capsys):
    for name in ("x", [1], None):
        with pytest.raises(ValueError, match=f"there is no exercise {re.escape(repr(name))}"):
            diagnose_exercise(name, 1)
        check_exercise(name, 1)
        assert "no exercise" in capsys.readouterr().out


NO_ANSWERS = [3, "x", [], np.zeros, print, lambda: 3, lambda x: "y", {}, float]
NO_ANSWERS += [10**400, 10**5000, lambda x: 10**400, lambda x: 10**5000, Strange()]
NO_ANSWERS += [lambda x: Strange(), lambda x: 1e308 * x, lambda x: [1e308, -1e308]]


@pytest.mark.parametrize("answer", NO_ANSWERS, ids=kind)
def test_checks_never_raise(answer, capsys):
    check_derivative(answer, bowl)
    check_objective(answer, bowl)
    check_number(answer, 3.0)
    check_exercise("00-steps", answer)
    assert capsys.readouterr().out.count("\n") >= 4


def test_degenerate_numbers():
    assert not diagnose_number(1.0, 0.0).correct
    assert diagnose_number(0.0, 0.0).correct
    assert "too large for" in diagnose_number(10**400, 3).message
    for slips in (None, {"You divided by 0": np.inf}):
        found = diagnose_number(5, 0, slips)
        assert (found.mistake, found.message) == (None, "5 is not it. It is too large.")


@pytest.mark.parametrize(
    ("answer", "right", "slips", "message"),
    [
        (0.8, 0.8, {}, "0.8 is right."),
        ([np.inf, 1, 2], [1, 2, 3], {}, "Value 1 of 3 is no number: inf."),
        ([1, 0], [1, 2], {}, "[1, 0] is not it. 1 of 2 numbers is right."),
        (300.0, 0.3, {}, "300 is not it. The digits are right, the place of the point is not."),
        (3000.0, 0.3, {}, "3000 is not it. It is too large."),
        (0.33, 1 / 3, {}, "0.33 is not it. It is close: give more digits."),
        (3.3e-7, 1e-6 / 3, {}, "3.3e-07 is not it. It is close: give more digits."),
        ("x", "a", {"one": "b", "two": "c"}, "'x' is none of the words: a, b, c."),
        ("x", "a", {"one": "b"}, "'x' is not it."),
    ],
)
def test_words_of_a_number_to_the_letter(answer, right, slips, message):
    assert diagnose_number(answer, right, slips).message == message


def test_truth_values_are_no_numbers():
    diagnosis = diagnose_exercise("07-backwards", lambda delta, W2, h: h > 0)
    assert "these are True and False" in diagnosis.message


@pytest.mark.parametrize("is_off", [lambda h: h == 0, lambda h: h <= 0], ids=["is 0", "at most 0"])
def test_a_unit_that_is_never_below_0_is_off_at_0(is_off):
    def one_layer_back(delta, W2, h):
        back = delta @ W2.T
        back[is_off(h)] = 0
        return back

    assert diagnose_exercise("07-backwards", one_layer_back).correct
