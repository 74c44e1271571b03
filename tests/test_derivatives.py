"""Difference quotients: their values, their errors, and what check_gradient says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.derivatives import (
    central_difference,
    check_gradient,
    forward_difference,
    numerical_gradient,
)
from course_lib.objectives import bowl

moderate = st.floats(-3, 3)
PAIR = bowl.f, bowl.grad


def doubled_in_place(x):
    x *= 2
    return x


def quadratic(x):
    x1, x2 = x
    return x1**2 + 3 * x1 * x2 - x2**2


def quadratic_slopes(x):
    x1, x2 = x
    return np.array([2 * x1 + 3 * x2, 3 * x1 - 2 * x2])


@settings(deadline=None)
@given(x=moderate, h=st.floats(0.01, 2))
def test_forward_difference_of_a_square_is_off_by_h(x, h):
    assert forward_difference(lambda u: u**2, x, h) == pytest.approx(2 * x + h, abs=1e-11)


@settings(deadline=None)
@given(x=moderate, h=st.floats(0.01, 2))
def test_central_difference_of_a_cube_is_off_by_h_squared(x, h):
    assert central_difference(lambda u: u**3, x, h) == pytest.approx(3 * x**2 + h**2, abs=1e-10)


def test_halving_h_halves_the_forward_error_and_quarters_the_central_one():
    error = {
        quotient: [abs(quotient(np.exp, 1.0, h) - np.e) for h in (0.02, 0.01)]
        for quotient in (forward_difference, central_difference)
    }
    assert np.divide(*error[forward_difference]) == pytest.approx(2, rel=0.01)
    assert np.divide(*error[central_difference]) == pytest.approx(4, rel=0.01)


def test_default_steps_are_accurate():
    assert forward_difference(np.sin, 0.7) == pytest.approx(np.cos(0.7), abs=1e-7)
    assert central_difference(np.sin, 0.7) == pytest.approx(np.cos(0.7), abs=1e-10)


def test_quotients_work_on_arrays():
    x = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(central_difference(np.sin, x), np.cos(x), atol=1e-9)
    h = np.array([0.1, 0.2])
    np.testing.assert_allclose(forward_difference(np.square, 3.0, h), 6 + h)


@pytest.mark.parametrize("quotient", [forward_difference, central_difference])
@pytest.mark.parametrize("h", [0, 0.0, np.nan, np.inf, "0.1", None, np.array([0.1, 0.0])])
def test_h_must_be_a_number_other_than_zero(quotient, h):
    with pytest.raises(ValueError, match=r"h must be a number other than 0.*For example h="):
        quotient(np.sin, 1.0, h)


@pytest.mark.parametrize("quotient", [forward_difference, central_difference])
@pytest.mark.parametrize(
    "f, x, words",
    [
        (3.0, np.sin, "f must be a function, got 3.0. For example np.sin, and x"),
        (bowl, 3.0, r"got Objective\(bowl\). For example bowl.f"),
        (np.sin, "a", "x must be a number or an array of numbers, got 'a'. For example 0.5"),
        (np.sin, None, "got None"),
    ],
)
def test_a_quotient_refuses_what_is_no_function_and_no_number(quotient, f, x, words):
    with pytest.raises(ValueError, match=words):
        quotient(f, x)


@pytest.mark.parametrize("quotient", [forward_difference, central_difference])
def test_a_quotient_takes_lists_and_leaves_arrays_alone(quotient):
    np.testing.assert_allclose(quotient(np.sin, [1, 2]), np.cos([1, 2]), atol=1e-7)
    x = np.array([1.0, 2.0])
    quotient(doubled_in_place, x)
    assert (x == [1, 2]).all()


@pytest.mark.parametrize("shape", [(2,), (2, 5), (2, 3, 4)])
def test_numerical_gradient_has_the_shape_of_x(shape):
    x = np.random.default_rng(0).uniform(-2, 2, shape)
    slopes = numerical_gradient(quadratic, x)
    assert slopes.shape == shape
    np.testing.assert_allclose(slopes, quadratic_slopes(x), atol=1e-8)


def test_numerical_gradient_of_five_coordinates_of_lists_and_of_whole_numbers():
    weights = np.arange(1.0, 6.0)
    slopes = numerical_gradient(lambda x: (weights * x**2).sum(), [1, 2, 3, 4, 5])
    np.testing.assert_allclose(slopes, 2 * weights * np.arange(1, 6), rtol=1e-8)


def test_step_grows_with_the_coordinate():
    for far in (1e9, -1e9):
        slopes = numerical_gradient(lambda x: x[0] ** 2, [far, 1e-3])
        np.testing.assert_allclose(slopes, [2 * far, 0], rtol=1e-8)


@pytest.mark.parametrize(("x", "h"), [(0.5, 0.1), (1.0, 0.1), (2.0, 0.2), (-2.0, 0.2)])
def test_above_one_the_step_is_in_proportion_to_x(x, h):
    slopes = numerical_gradient(lambda x: x[0] ** 3, [x], h=0.1)
    assert slopes == pytest.approx([3 * x**2 + h**2])  # a cube is off by the square of the step


def test_numerical_gradient_of_a_curved_function_is_accurate():
    x1, x2 = x = np.random.default_rng(0).uniform(-3, 3, (2, 50))
    slopes = numerical_gradient(lambda x: np.sin(2 * x[0]) * np.exp(x[1]), x)
    exact = np.exp(x2) * [2 * np.cos(2 * x1), np.sin(2 * x1)]
    np.testing.assert_allclose(slopes, exact, atol=1e-7)


def test_numerical_gradient_leaves_x_alone():
    x = np.array([1.0, 2.0])
    numerical_gradient(lambda u: (u * u).sum(axis=0), x)
    assert (x == [1, 2]).all()


def test_numerical_gradient_refuses_a_single_number():
    with pytest.raises(ValueError, match=r"got 2\.0.*central_difference"):
        numerical_gradient(np.square, 2.0)


@pytest.mark.parametrize("x", ["a", [], np.empty((2, 0)), 3.0, np.sin])
def test_points_that_are_none_are_refused(x):
    for checked in (lambda: numerical_gradient(bowl.f, x), lambda: check_gradient(*PAIR, x)):
        with pytest.raises(ValueError, match=r"x must be one point or several.*For example.*x=\[1"):
            checked()


@pytest.mark.parametrize(
    "f, grad, words",
    [
        (bowl, bowl.grad, r"f must be a function.*Objective\(bowl\).*bowl\.f,"),
        (bowl.f, bowl, r"grad must be a function.*Objective\(bowl\).*bowl\.grad,"),
        (1.0, bowl.grad, r"f must be a function, got 1.0.*a function f\(x\) with x1, x2 = x"),
        (lambda x: None, bowl.grad, r"f must give one value for each point.*got None"),
        (lambda x: "a", bowl.grad, "got 'a'"),
        (
            lambda x1, x2, x3: x1,
            bowl.grad,
            "f must take x, or x1 and x2, and give the others a default, got x1, x2, x3",
        ),
        (lambda x: bowl.f(doubled_in_place(x)), bowl.grad, "f must not change the x"),
    ],
)
def test_functions_that_are_none_are_refused(f, grad, words):
    with pytest.raises(ValueError, match=words):
        check_gradient(f, grad, [1.0, 2.0])


def test_functions_of_two_numbers():
    def f(x1, x2):
        return x1**2 + 3 * x2

    def grad(x1, x2):
        return 2 * x1, 3 * np.ones_like(x2)

    x = np.random.default_rng(0).uniform(-2, 2, (2, 5))
    assert check_gradient(f, grad, x).correct and check_gradient(f, grad, [1, 2]).correct
    assert not check_gradient(f, lambda x1, x2: (x1, 3 + 0 * x2), x).correct
    np.testing.assert_allclose(numerical_gradient(f, x), grad(*x), atol=1e-8)
    for x in ([1.0], [1.0, 2.0, 3.0]):
        words = rf"f takes two numbers, but x has {len(x)} coord.*Write.*def f\(x\)"
        with pytest.raises(ValueError, match=words):
            numerical_gradient(f, x)


@pytest.mark.parametrize(
    "f", [lambda x: (x**2).sum(), lambda x: x**2, lambda x: x.sum(axis=0)[:, None]]
)
def test_numerical_gradient_refuses_values_that_are_not_one_per_point(f):
    words = r"one value for each point, shape \(3,\) for x of shape \(2, 3\), got shape \(.*x1\*\*2"
    with pytest.raises(ValueError, match=words):
        numerical_gradient(f, np.ones((2, 3)))


@settings(deadline=None)
@given(x1=moderate, x2=moderate)
def test_a_right_gradient_is_called_right(x1, x2):
    result = check_gradient(quadratic, quadratic_slopes, [x1, x2])
    assert result.correct is True
    assert result.worst_error < 1e-6


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: -quadratic_slopes(x),
        lambda x: quadratic_slopes(x) / 2,
        lambda x: quadratic_slopes(x)[::-1],
        lambda x: quadratic_slopes(x) + np.array([[0], [1e-5]]),
        lambda x: quadratic_slopes(x) * np.nan,
    ],
)
def test_a_wrong_gradient_is_called_wrong(wrong):
    x = np.random.default_rng(0).uniform(-2, 2, (2, 7))
    assert check_gradient(quadratic, wrong, x).correct is False


def test_the_worst_point_is_reported_with_both_values():
    def wrong_at_one_point(x):
        slopes = quadratic_slopes(x)
        slopes[1, 3] += 2
        return slopes

    x = np.random.default_rng(0).uniform(-0.1, 0.1, (2, 7))
    result = check_gradient(quadratic, wrong_at_one_point, x)
    assert (result.x == x[:, 3]).all()
    assert result.worst_error == pytest.approx(2, rel=1e-6)
    np.testing.assert_allclose(result.analytic - result.numerical, [0, 2], atol=1e-8)


def test_the_error_of_steep_slopes_is_relative():
    def steep(x):
        return 1e6 * (x[0] ** 2 + x[1] ** 2)

    for x in ([1.0, 2.0], [-1.0, -2.0]):
        assert check_gradient(steep, lambda x: 2e6 * x, x).correct
        for factor in (1.001, 0.999):
            result = check_gradient(steep, lambda x, factor=factor: 2e6 * x * factor, x)
            assert result.worst_error == pytest.approx(0.001, rel=1e-3)
            assert type(result.worst_error) is float


def test_tolerance_is_the_largest_error_allowed():
    def slightly_wrong(x):
        return quadratic_slopes(x) + 1e-3

    x = np.array([0.1, 0.1])
    assert not check_gradient(quadratic, slightly_wrong, x).correct
    assert check_gradient(quadratic, slightly_wrong, x, tolerance=1.1e-3).correct
    assert check_gradient(lambda x: 0, lambda x: 0 * x + 0.25, x, tolerance=0.25).correct


def test_an_infinite_function_is_wrong_without_a_warning():
    result = check_gradient(lambda x: x[0] * np.inf, quadratic_slopes, [1.0, 1.0])
    assert not result.correct
    assert result.worst_error == np.inf


def test_a_gradient_that_changes_its_input_is_compared_at_the_right_point():
    x = np.array([1.0, 2.0])
    assert check_gradient(lambda x: x[0] ** 2 + x[1] ** 2, doubled_in_place, x).correct
    assert (x == [1, 2]).all()


@pytest.mark.parametrize(
    "wrong", [lambda x: 1.0, lambda x: x[0], lambda x: [1, 2, 3], lambda x: None]
)
def test_a_gradient_of_a_wrong_shape_is_refused(wrong):
    with pytest.raises(ValueError, match=r"shape of x, \(2,\), got.*np.array\(\[2 \* x1"):
        check_gradient(quadratic, wrong, [1.0, 2.0])
