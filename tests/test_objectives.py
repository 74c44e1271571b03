"""The landscapes: values, gradients, minimizers, shapes, and a student's own function."""

import functools
import math
import re
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import objectives
from course_lib.derivatives import check_gradient
from course_lib.objectives import Objective, catalogue, ravine, rotated_ravine, several_starts
from course_lib.optimizers import AdamState, adam, run

LANDSCAPES = [
    *catalogue(),
    ravine(1),
    ravine(1000),
    rotated_ravine(100, 30),
    rotated_ravine(25, -110),
    objectives.cliff,
]
SQUARE = [[-1, 1], [-1, 1]]

# Written once more, for one point and with math only.
WRITTEN_AGAIN = {
    "bowl": lambda x, y: x**2 + y**2,
    "ravine, kappa = 10": lambda x, y: 0.5 * x**2 + 5 * y**2,
    "rotated ravine, kappa = 10, 45 degrees": lambda x, y: (x + y) ** 2 / 4 + 10 * (y - x) ** 2 / 4,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "beale": lambda x, y: sum(
        (c - x + x * y**n) ** 2 for n, c in ((1, 1.5), (2, 2.25), (3, 2.625))
    ),
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    "saddle": lambda x, y: x**2 + (y**2 - 1) ** 2 - 1,
    "plateau": lambda x, y: 1 - math.exp(-(math.hypot(x, y) ** 2) / 2),
    "rastrigin": lambda x, y: sum(10 + u**2 - 10 * math.cos(math.tau * u) for u in (x, y)),
    "ackley": lambda x, y: (
        -20 * math.exp(-0.2 * math.hypot(x, y) / math.sqrt(2))
        - math.exp((math.cos(math.tau * x) + math.cos(math.tau * y)) / 2)
        + math.e
        + 20
    ),
    "styblinski_tang": lambda x, y: sum(u**4 - 16 * u**2 + 5 * u for u in (x, y)) / 2,
}
# What a picture of them starts with: the window's rows, and a start.
WINDOWS = {
    "bowl": ([-1, 1], [-1, 1], [-0.8, 0.9]),
    "ravine, kappa = 10": ([-2, 2], [-2, 2], [-1.8, 1.2]),
    "rotated ravine, kappa = 10, 45 degrees": ([-2, 2], [-2, 2], [-1.8, 0.2]),
    "rosenbrock": ([-2, 2], [-1, 3], [-1.2, 1]),
    "beale": ([-4.5, 4.5], [-4.5, 4.5], [-1.5, -1.5]),
    "himmelblau": ([-5, 5], [-5, 5], [-0.5, -1]),
    "booth": ([-10, 10], [-10, 10], [-8, -6]),
    "saddle": ([-1.5, 1.5], [-1.5, 1.5], [-1.3, 0.001]),
    "plateau": ([-4, 4], [-4, 4], [-2.5, 2]),
    "rastrigin": ([-5.12, 5.12], [-5.12, 5.12], [-3.3, 2.3]),
    "ackley": ([-5, 5], [-5, 5], [-3.2, 2.6]),
    "styblinski_tang": ([-5, 5], [-5, 5], [0.5, 4]),
    "cliff": ([-2, 2], [-1.5, 1.5], [-1.8, 1]),
}
MINIMA = {
    "saddle": -1,
    "styblinski_tang": -78.33233140754282,  # 2 * (-39.16616570377142), published to ten digits
}

everywhere = pytest.mark.parametrize("objective", LANDSCAPES, ids=lambda o: o.name)


def random_points(objective, n=200):
    low, high = objective.bounds.T[:, :, None]
    return low + np.random.default_rng(0).random((2, n)) * (high - low)


def test_the_catalogue_is_complete_and_names_are_unique():
    names = [objective.name for objective in catalogue()]
    assert set(names) == set(WRITTEN_AGAIN)
    assert len(set(names)) == len(names) == 12
    for name in set(names) - {n for n in names if "ravine" in n}:
        assert getattr(objectives, name).name == name


@pytest.mark.parametrize("objective", catalogue(), ids=lambda o: o.name)
def test_values_agree_with_the_formula_written_again(objective):
    x = random_points(objective)
    again = [WRITTEN_AGAIN[objective.name](*point) for point in x.T.tolist()]
    np.testing.assert_allclose(objective.f(x), again, rtol=1e-10, atol=1e-10)


@everywhere
def test_gradient_agrees_with_central_differences(objective):
    result = check_gradient(objective.f, objective.grad, random_points(objective))
    assert result.correct, result


@pytest.mark.parametrize("objective", catalogue(), ids=lambda o: o.name)
def test_minimizers_are_the_lowest_points_of_the_window(objective):
    low, high = objective.bounds.T[:, :, None]
    assert ((low < objective.minimizers) & (objective.minimizers < high)).all()
    np.testing.assert_allclose(objective.grad(objective.minimizers), 0, atol=1e-11)
    values = objective.f(objective.minimizers)
    np.testing.assert_allclose(values, MINIMA.get(objective.name, 0), rtol=1e-12, atol=1e-14)
    assert objective.f(objective.grid(301)).min() >= objective.minimum - 1e-14
    assert objective.minimum == values.min()
    assert type(objective.minimum) is float


@everywhere
def test_minimizers_are_lower_than_their_surroundings(objective):
    angle = np.linspace(0, 2 * np.pi, 24)
    for radius in (1e-3, 1e-2, 0.1):
        around = objective.minimizers[:, :, None] + radius * np.array(
            [np.cos(angle), np.sin(angle)]
        ).reshape(2, 1, -1)
        assert (objective.f(around) > objective.minimum).all()


def test_the_number_of_minimizers():
    found = {o.name: o.minimizers.shape[1] for o in catalogue()}
    for objective in catalogue():
        assert len(np.unique(objective.minimizers, axis=1).T) == found[objective.name]
    assert {name: n for name, n in found.items() if n != 1} == {"himmelblau": 4, "saddle": 2}


@everywhere
@pytest.mark.parametrize("shape", [(), (5,), (3, 4)])
def test_shapes_and_that_many_points_equal_one_by_one_to_the_last_bit(objective, shape):
    x = random_points(objective, n=math.prod(shape)).reshape(2, *shape)
    values, slopes = objective.f(x), objective.grad(x)
    assert np.shape(values) == shape
    assert slopes.shape == x.shape
    for index in np.ndindex(shape):
        at = (slice(None), *index)
        assert objective.f(x[at]) == np.asarray(values)[index]
        assert (objective.grad(x[at]) == slopes[at]).all()


@everywhere
def test_x_stays_as_it_is(objective):
    x = random_points(objective, 5)
    x.flags.writeable = False
    objective.f(x), objective.grad(x)


@everywhere
def test_the_start_lies_inside_the_window_and_is_no_stationary_point(objective):
    low, high = objective.bounds.T
    assert ((low < objective.x0) & (objective.x0 < high)).all()
    assert np.abs(objective.grad(objective.x0)).max() > 1e-3


def test_an_objective_cannot_be_changed_and_equals_itself_alone():
    one, other = ravine(10), ravine(10)
    with pytest.raises(AttributeError):
        one.x0 = np.zeros(2)
    assert one != other and len({one, other}) == 2


@everywhere
def test_texts(objective):
    assert objective.formula
    assert objective.formula.count("{") == objective.formula.count("}")
    assert "$" not in objective.formula
    assert objective.lesson.endswith(".")
    assert repr(objective) == f"Objective({objective.name})"


# From LaTeX to Python, in this order.
FORMULA_RULES = [
    (r"\\sum_i (.*)", lambda found: f"({re.sub('_i', '_1', found[1])} + {found[1]})"),
    (r"x_i", "x_2"),
    (r"x_(\d)", r"x\1"),
    (r"\\cos (2\\pi x\d)", r"cos(\1)"),
    (r"\\(sqrt|pi)", r"\1"),
    (r"\\,", " "),
    (r"\^", "**"),
    (r"{", "("),
    (r"}", ")"),
    (r"\\frac\((\d)\)", r"\1/"),
    (r"(?<=[\d)i]) ?(?=[a-z(])", "*"),
]


@pytest.mark.parametrize(
    "objective", [o for o in LANDSCAPES if "rotated" not in o.name], ids=lambda o: o.name
)
def test_the_formula_that_is_shown_is_the_function(objective):
    formula = objective.formula
    for pattern, python in FORMULA_RULES:
        formula = re.sub(pattern, python, formula)
    x1, x2 = x = random_points(objective)
    names = {"x1": x1, "x2": x2, "e": np.e, "pi": np.pi, "sqrt": np.sqrt, "cos": np.cos}
    np.testing.assert_allclose(eval(formula, names), objective.f(x), rtol=1e-9, atol=1e-9)


def test_the_formula_of_a_turned_valley_says_how_it_is_turned():
    formula = r"\text{the ravine with }\kappa = 25\text{, turned by }-110°"
    assert rotated_ravine(25, -110).formula == formula


@pytest.mark.parametrize("objective", [*catalogue(), objectives.cliff], ids=lambda o: o.name)
def test_windows_and_starts(objective):
    *bounds, x0 = WINDOWS[objective.name]
    assert (objective.bounds.tolist(), objective.x0.tolist()) == (bounds, x0)


NO_OBJECTIVE = (
    "objective must be one such as bowl or ravine(10), got {}. For example "
    "Objective.from_function(f, bounds=[[-2, 2], [-2, 2]]) for a function of your own."
)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (ravine, "ravine is a function that makes an objective. For example ravine(10)."),
        (
            rotated_ravine,
            "rotated_ravine is a function that makes an objective. "
            "For example rotated_ravine(10, 45).",
        ),
        (3.0, NO_OBJECTIVE.format("3.0")),
        (np.zeros(2), NO_OBJECTIVE.format("[0.0, 0.0]")),
    ],
)
def test_what_is_no_objective_is_refused(given, words):
    with pytest.raises(ValueError) as error:
        objectives.validate_objective(given)
    assert str(error.value) == words
    objectives.validate_objective(objectives.bowl)


def test_the_tip_of_ackley_has_slope_zero_without_a_warning():
    assert (objectives.ackley.grad(np.zeros(2)) == 0).all()


def test_the_saddle_in_the_middle_is_stationary_and_no_minimum():
    middle, beside = np.zeros(2), np.array([0, 0.1])
    assert (objectives.saddle.grad(middle) == 0).all()
    assert objectives.saddle.f(beside) < objectives.saddle.f(middle)


def curvatures(objective):
    """Eigenvalues of the Hessian of a quadratic: its gradient is linear."""
    return np.linalg.eigvalsh(objective.grad(np.eye(2)))


@settings(deadline=None)
@given(kappa=st.floats(1, 1e4), angle=st.floats(-360, 360))
def test_kappa_is_the_ratio_of_the_curvatures_at_every_angle(kappa, angle):
    for objective in (ravine(kappa), rotated_ravine(kappa, angle)):
        np.testing.assert_allclose(curvatures(objective), [1, kappa], rtol=1e-9)


def test_the_angle_turns_counter_clockwise():
    along = np.array([np.cos(np.radians(30)), np.sin(np.radians(30))])
    np.testing.assert_allclose(rotated_ravine(100, 30).grad(along), along, rtol=1e-12)
    np.testing.assert_allclose(rotated_ravine(10, 0).grad(np.eye(2)), ravine(10).grad(np.eye(2)))


@pytest.mark.parametrize("kappa", [0.99, 0, -3, np.nan, np.inf, "10", None, [1, 2]])
@pytest.mark.parametrize("make", [ravine, rotated_ravine])
def test_kappa_below_one_or_no_number_is_refused(make, kappa):
    with pytest.raises(ValueError, match=r"a number >= 1, got .*For example kappa=10\."):
        make(kappa)


@pytest.mark.parametrize("angle", [np.nan, np.inf, "45", None, 361, -1e99])
def test_an_angle_that_is_no_number_is_refused(angle):
    with pytest.raises(ValueError, match=r"number of degrees from -360 to 360, got .*angle=45"):
        rotated_ravine(10, angle)


def test_grid_has_x1_along_columns_and_x2_along_rows():
    x = objectives.rosenbrock.grid(5)
    assert x.shape == (2, 5, 5)
    assert (x[0, 0] == [-2, -1, 0, 1, 2]).all()
    assert (x[1, :, 0] == [-1, 0, 1, 2, 3]).all()
    assert (x[:, 4, 0] == [-2, 3]).all()
    assert objectives.bowl.grid().shape == (2, 101, 101)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"n": 0}, "n must be a whole number >= 1, got 0. For example n=4."),
        ({"n": 2, "seed": -1}, "seed must be a whole number >= 0, got -1. For example seed=1."),
    ],
)
def test_several_starts_are_at_least_one(wrong, words):
    with pytest.raises(ValueError) as error:
        several_starts(objectives.bowl, **wrong)
    assert str(error.value) == words
    assert several_starts(objectives.bowl, 1).tolist() == [[-0.8], [0.9]]


# A function of one's own


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x[0] ** 2 + 3 * x[0] * x[1],
        lambda x1, x2: x1**2 + 3 * x1 * x2,
        lambda x1, x2, three=3: x1**2 + three * x1 * x2,
        lambda x: (x[0] ** 2 + 3 * x[0] * x[1]).tolist(),
    ],
)
def test_from_function_takes_x_or_its_two_coordinates(f):
    own = Objective.from_function(f, [[-2, 2], [-1, 3]])
    for shape in [(2,), (2, 5), (2, 3, 4)]:
        x = np.random.default_rng(0).uniform(-1, 1, shape)
        x1, x2 = x
        values, slopes = own.f(x), own.grad(x)
        assert np.shape(values) == shape[1:]
        assert isinstance(values, (np.ndarray, np.floating))
        np.testing.assert_allclose(values, x1**2 + 3 * x1 * x2)
        np.testing.assert_allclose(slopes, [2 * x1 + 3 * x2, 3 * x1], atol=1e-8)
    assert (own.bounds == [[-2, 2], [-1, 3]]).all()


def test_the_differences_of_from_function_are_accurate_near_and_far():
    near = Objective.from_function(lambda x1, x2: np.sin(2 * x1) * np.exp(x2), SQUARE)
    x1, x2 = x = random_points(near)
    exact = np.exp(x2) * [2 * np.cos(2 * x1), np.sin(2 * x1)]
    np.testing.assert_allclose(near.grad(x), exact, rtol=0, atol=1e-9)
    far = Objective.from_function(lambda x1, x2: x1 * x1, SQUARE)
    for x1 in (1e9, -1e9):
        np.testing.assert_allclose(far.grad(np.array([x1, 0.5])), [2 * x1, 0], rtol=1e-8)
    cube = Objective.from_function(lambda x1, x2: x1**3, SQUARE)
    np.testing.assert_allclose(cube.grad(np.array([3.0, 0.5])), [27, 0], rtol=1e-8)


def test_a_point_may_be_a_list():
    own = Objective.from_function(lambda x1, x2: x1**2 + x2**2, SQUARE)
    assert own.f([3, 4]) == 25
    np.testing.assert_allclose(own.grad([3, 4]), [6, 8], rtol=1e-9)
    assert own.grad([0, 0]).tolist() == [0, 0]
    assert objectives.bowl.grad([3, 4]).tolist() == [6, 8]


def test_from_function_is_bit_for_bit_the_same_in_a_batch():
    own = Objective.from_function(lambda x1, x2: np.sin(3 * x1) * x2**2, SQUARE)
    x = np.random.default_rng(0).uniform(-1, 1, (2, 9))
    alone = np.stack([own.grad(x[:, i]) for i in range(9)], axis=1)
    assert (own.grad(x) == alone).all()


def test_from_function_takes_a_numpy_function_an_object_and_one_that_is_nan_somewhere():
    class Bowl:
        def __call__(self, x):
            return (x * x).sum(axis=0)

    assert Objective.from_function(np.hypot, SQUARE).f(np.array([3.0, 4.0])) == 5
    assert Objective.from_function(Bowl(), SQUARE).f(np.array([3.0, 4.0])) == 25
    half = Objective.from_function(lambda x1, x2: np.log(x1) + x2, SQUARE)
    assert half.f(np.array([1.0, 2.0])) == 2


def test_from_function_names():
    def my_hill(x1, x2):
        return -x1 * x1 - x2 * x2

    assert Objective.from_function(my_hill, SQUARE).name == "my_hill"
    assert Objective.from_function(my_hill, SQUARE, name="hill").name == "hill"
    for f in (lambda x1, x2: x1 + x2, functools.partial(my_hill)):
        own = Objective.from_function(f, SQUARE)
        assert own.name == "your function"
        assert own.formula == r"\text{your own function}"
        assert own.lesson == "Your own function: nobody has measured it before you."


def test_from_function_without_minimizers_has_no_minimum():
    own = Objective.from_function(lambda x1, x2: x1 + x2, SQUARE)
    for objective in (own, Objective("own", own.f, own.grad, SQUARE)):
        assert objective.minimizers.shape == (2, 0)
        assert objective.minimum is None
    assert (objective.formula, objective.lesson) == ("", "")
    np.testing.assert_allclose(own.x0, [-0.8, -0.8])  # a tenth of the window from its corner


def test_no_minimizers_and_a_minimizer_without_a_value_are_no_minimum():
    def f(x1, x2):
        return np.where((x1 == 0) & (x2 == 0), np.nan, x1**2 + x2**2)

    window = [[-1, 1], [-1, 1]]
    assert Objective.from_function(f, window, minimizers=None).minimum is None
    for minimizers in ([[0], [0]], [[0, 1], [0, 1]]):
        assert Objective.from_function(f, window, minimizers=minimizers).minimum is None


def test_from_function_with_minimizers():
    one = Objective.from_function(lambda x1, x2: x1**2 + x2**2 + 3, SQUARE, minimizers=[0, 0])
    two = Objective.from_function(
        lambda x1, x2: (x1 * x1 - 1) ** 2 + x2**2, SQUARE, minimizers=[[-1, 1], [0, 0]]
    )
    assert (one.minimizers.shape, one.minimum) == ((2, 1), 3)
    assert (two.minimizers.shape, two.minimum) == ((2, 2), 0)


@pytest.mark.parametrize(
    "grad",
    [
        lambda x: np.array([2 * x[0], 5 * np.ones_like(x[1])]),
        lambda x1, x2: (2 * x1, 5),
        lambda x1, x2: [2 * x1, 5.0],
    ],
)
def test_a_gradient_of_ones_own_may_be_a_list_with_a_constant(grad):
    own = Objective.from_function(lambda x1, x2: x1**2 + 5 * x2, SQUARE, grad=grad)
    assert own.grad(np.ones((2, 3))).tolist() == [[2, 2, 2], [5, 5, 5]]
    assert own.grad(np.array([1.0, 1.0])).tolist() == [2, 5]


def with_if(x1, x2):
    if x1 > 0:
        return x1
    return x2


def in_place(x):
    x *= 2
    return x[0] + x[1]


def in_place_of_two(x1, x2):
    x2 -= 1
    return x1 + x2 * x2


def of_lists(x):
    return sum(number**2 for number in x.tolist())


def in_math(x1, x2):
    return math.log(x1) + math.sqrt(x2)


A = np.array([[2.0, 0.5], [0.5, 1.0]])
INPUTS = np.linspace(0, 1, 10)
# Functions of one point that do not take many, each with the same function in numpy's words
ONE_POINT = {
    "quadratic form": (lambda x: x @ A @ x, lambda a, b: 2 * a * a + a * b + b * b),
    "quadratic form, column": (
        lambda x: x.reshape(1, 2) @ A @ x.reshape(2, 1),
        lambda a, b: 2 * a * a + a * b + b * b,
    ),
    "norm": (np.linalg.norm, np.hypot),
    "own data": (
        lambda w, b: np.mean((w * INPUTS + b - 3 * INPUTS - 1) ** 2),
        lambda w, b: np.mean([(w * z + b - 3 * z - 1) ** 2 for z in INPUTS], axis=0),
    ),
    "own data, all at once": (
        lambda x: ((np.column_stack([INPUTS, INPUTS + 1]) @ x - 1) ** 2).sum(),
        lambda a, b: sum((a * z + b * (z + 1) - 1) ** 2 for z in INPUTS),
    ),
    "np.vectorize": (
        np.vectorize(lambda a, b: a**2 if a > 0 else b**2),
        lambda a, b: np.where(a > 0, a**2, b**2),
    ),
    "np.vectorize that begins with a whole number": (
        np.vectorize(lambda a, b: 0 if a < 0 else a / 2),
        lambda a, b: np.where(a < 0, 0, a / 2),
    ),
    "*args": (lambda *x: x[0] + x[1] ** 2, lambda a, b: a + b**2),
    "a ufunc": (np.hypot, np.hypot),
    "if": (with_if, lambda a, b: np.where(a > 0, a, b)),
    "max": (max, np.maximum),
    "max of two": (lambda a, b: max(a, b), np.maximum),
    "math.sin": (lambda a, b: math.sin(a) + b, lambda a, b: np.sin(a) + b),
    "math.log, nan where it has none": (in_math, lambda a, b: np.log(a) + np.sqrt(b)),
    "a list": (of_lists, lambda a, b: a**2 + b**2),
    "constant": (lambda x: 5.0, lambda a, b: np.full_like(a, 5)),
    "sum": (lambda x: (x**2).sum(), lambda a, b: a**2 + b**2),
    "list around it": (lambda x: [x[0] + x[1]], np.add),
    "in place, one coordinate": (in_place_of_two, lambda a, b: a + (b - 1) ** 2),
    "truth values": (lambda a, b: a**2 + b**2 < 1, lambda a, b: (a**2 + b**2 < 1) * 1.0),
    "whole numbers": (lambda a, b: np.int8(3 * a), lambda a, b: np.trunc(3 * a)),
    "matrix": (lambda a, b: np.asmatrix(a**2 + b**2), lambda a, b: a**2 + b**2),
    "masked, nothing hidden": (lambda a, b: np.ma.array(a + b), np.add),
}


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize(("f", "same"), ONE_POINT.values(), ids=ONE_POINT)
def test_a_function_of_one_point_is_enough(f, same):
    own = Objective.from_function(f, SQUARE)
    x = 0.9 * own.grid(7)[:, 1:-1] + 0.03  # away from jumps
    with np.errstate(all="ignore"):
        wanted, slope = same(*x), central_differences(same, x)
    np.testing.assert_allclose(own.f(x), wanted, rtol=1e-12, atol=1e-12)
    assert [type(own.f(x)), own.f(x).dtype] == [np.ndarray, float]
    assert float(own.f(x[:, 2, 3])) == pytest.approx(float(wanted[2, 3]), nan_ok=True)
    np.testing.assert_allclose(own.grad(x), slope, rtol=1e-5, atol=1e-5)


def central_differences(f, x, h=6e-6):
    def along(i):
        dx = np.zeros_like(x)
        dx[i] = h * np.maximum(1, abs(x[i]))
        return (f(*(x + dx)) - f(*(x - dx))) / (2 * dx[i])

    return np.stack([along(0), along(1)])


def test_a_function_of_one_point_takes_whole_numbers_and_lists():
    own = Objective.from_function(lambda x: x @ A @ x, SQUARE)
    assert own.f(np.array([1, 2])) == own.f([1, 2]) == own.f(np.array([1.0, 2.0])) == 8
    assert own.f(np.array([[1, 0], [2, 1]], np.float32)).tolist() == [8, 1]
    assert own.f(np.empty((2, 0))).shape == (0,)


def test_a_gradient_of_one_point_is_enough():
    own = Objective.from_function(lambda x: x @ A @ x, SQUARE, grad=lambda x: 2 * A @ x)
    x = own.grid(5)
    np.testing.assert_allclose(own.grad(x), np.einsum("ij,j...->i...", 2 * A, x))
    with_branch = Objective.from_function(with_if, SQUARE, lambda a, b: (1, 0) if a > 0 else (0, 1))
    assert with_branch.grad(np.array([[-1.0, 1.0], [1.0, 1.0]])).tolist() == [[0, 1], [1, 0]]


def test_a_run_on_a_function_of_one_point_is_the_same_alone_and_in_a_batch():
    own = Objective.from_function(lambda x: x @ A @ x, SQUARE)
    x0 = np.array([[1.0, -0.5], [0.25, 0.7]])
    batch = run(adam, AdamState(x0), own.grad, 20, lr=0.1).x
    for k in range(2):
        np.testing.assert_array_equal(
            run(adam, AdamState(x0[:, k]), own.grad, 20, lr=0.1).x, batch[:, :, k]
        )


RAISES = r"must work on one point, but at x = \(-1, -1\) it raised {}"
RETURNS = r"must return one number for one point, x of shape \(2,\), got {}\. For example return x1"
REFUSED = {
    "many points only": (
        lambda x: [a**2 + b**2 for a, b in zip(*x, strict=True)],
        RAISES.format("TypeError: 'numpy.float64' object is not iterable"),
    ),
    "raises": (lambda x: 1 / 0, RAISES.format("ZeroDivisionError: division by zero")),
    "third coordinate": (
        lambda x: x[0] + x[2],
        RAISES.format("IndexError: .*x has two coordinates, x\\[0\\] and x\\[1\\]"),
    ),
    "a key": (lambda x: {"a": 1}["b"], RAISES.format("KeyError: 'b'.*x has two coordinates")),
    "no argument": (lambda: 1, RAISES.format(r"TypeError: .*Write it as f\(x\), with x1, x2 = x")),
    "a matrix of three rows": (
        lambda x: x @ np.eye(3) @ x,
        RAISES.format("ValueError: matmul.*a matrix that it is multiplied by has 2 by 2 entries"),
    ),
    "leaves Python": (lambda x1, x2: sys.exit("bye"), RAISES.format("SystemExit: bye")),
    "no function": ("x**2", r"must be a function, got 'x\*\*2'\. For example lambda x1, x2"),
    "a number": (3, r"must be a function, got 3\. For example lambda x1, x2"),
    "no return": (lambda x: None, RETURNS.format("None")),
    "sum forgotten": (lambda x: x**2, RETURNS.format(r"shape \(2,\)")),
    "complex": (lambda x: x[0] + 1j * x[1], RETURNS.format("complex numbers")),
    "text": (lambda x: np.full(x.shape[1:], "1"), RETURNS.format("'1'")),
    "a date": (lambda x: np.datetime64("2026-01-01"), RETURNS.format(r"datetime\.date.*")),
    "with its gradient": (
        lambda x: (x @ x, 2 * x),
        r"must return one number .*return x1\*\*2 \+ x2\*\*2, and its gradient as grad=\.\.\.",
    ),
    "three arguments": (
        lambda x, y, z: x + y + z,
        r"must take x, or x1 and x2, and give the others a default, got x, y, z",
    ),
    "named only": (lambda *, x1, x2: x1 + x2, "must take x, or x1 and x2, .*got x1, x2"),
    "in place": (in_place, r"changed it in place\. Write x = 2 \* x"),
    "random": (
        lambda x1, x2: x1 + np.random.default_rng().random(np.shape(x2)),
        "no random numbers",
    ),
}


@pytest.mark.parametrize(("f", "message"), REFUSED.values(), ids=REFUSED)
def test_from_function_refuses_and_says_why(f, message):
    with pytest.raises(ValueError, match="(?s)the function .*" + message):
        Objective.from_function(f, SQUARE)


SLOPES = r"must return two slopes for one point, x of shape \(2,\), got {}"
BAD_GRADIENTS = {
    "one slope": (lambda x: 2 * x[0], SLOPES.format(r"shape \(\)")),
    "three slopes": (lambda x: (x[0], x[1], x[0]), SLOPES.format(r"shape \(3,\)")),
    "three arguments": (lambda x, y, z: x, "must take x, or x1 and x2, .*got x, y, z"),
    "no return": (lambda x: None, r"got None.*np\.array\(\[2 \* x1, 2 \* x2\]\)"),
    "complex": (lambda x: 2 * x + 0j, SLOPES.format("complex numbers")),
    "None inside": (lambda x: [x[0], None], SLOPES.format("None")),
    "in place": (lambda x: np.multiply(x, 2, out=x), "changed it in place"),
    "random": (lambda x: x + np.random.default_rng().random(), "no random numbers"),
}


@pytest.mark.parametrize(("grad", "message"), BAD_GRADIENTS.values(), ids=BAD_GRADIENTS)
def test_from_function_refuses_a_wrong_gradient_and_says_why(grad, message):
    with pytest.raises(ValueError, match="(?s)the gradient .*" + message):
        Objective.from_function(lambda x: x[0] ** 2 + x[1] ** 2, SQUARE, grad=grad)


@pytest.mark.parametrize(
    "bounds",
    [
        None,
        "window",
        [-1, 1],
        [[-1, 1]],
        [[1, -1], [-1, 1]],
        [[-1, 1], [2, 2]],
        [[-1, 1], [0, np.nan]],
        [[-np.inf, 1], [0, 1]],
        [[-1, 1], [0]],
        [[-1e308, 1e308], [-1, 1]],
        np.zeros((2, 2)),
        np.zeros((2, 3)),
    ],
)
def test_bounds_that_are_not_two_rows_of_low_and_high_are_refused(bounds):
    message = r"two rows of low < high.*got .*For example \[\[-1, 1\], \[-1, 1\]\]"
    with pytest.raises(ValueError, match=message):
        Objective.from_function(lambda x: x[0] + x[1], bounds)


def test_bounds_are_copied():
    bounds = np.array(SQUARE, float)
    own = Objective.from_function(lambda x: x[0] + x[1], bounds)
    bounds[:] = 7
    assert (own.bounds == SQUARE).all()


@pytest.mark.parametrize("minimizers", [[1, 2, 3], [[1, 2], [3, 4], [5, 6]], np.zeros((2, 1, 1))])
def test_minimizers_that_are_not_columns_are_refused(minimizers):
    with pytest.raises(ValueError, match=r"got shape .*one column for each point.*For example"):
        Objective.from_function(lambda x: x[0] + x[1], SQUARE, minimizers=minimizers)


def cliff(x1, x2):
    return 0.2 * (x1 - 1.5) ** 2 + 0.2 * x2**2 + 2 / (1 + np.exp(10 * (x1 + 0.5)))


X1 = np.linspace(-2, 2, 4001)
CLIFF = Objective.from_function(cliff, [[-2, 2], [-1.5, 1.5]])
ROUNDED_MINIMIZERS = [
    *((o, o.minimizers) for o in LANDSCAPES),
    *((o, o.minimizers.round(2)) for o in LANDSCAPES),
    (objectives.himmelblau, [[-2.8], [3.1]]),
    (CLIFF, [[1.5], [0]]),
    (CLIFF, [[X1[np.argmin(cliff(X1, 0))]], [0]]),
]


@pytest.mark.parametrize(("objective", "minimizers"), ROUNDED_MINIMIZERS)
def test_minimizers_may_be_rounded(objective, minimizers):
    own = Objective.from_function(objective.f, objective.bounds, minimizers=minimizers)
    assert own.minimum == objective.f(np.asarray(minimizers)).min()


@pytest.mark.parametrize(
    ("objective", "minimizers", "lower"),
    [
        (
            objectives.himmelblau,
            [[3, 2], [-2.8, 3.1]],
            r"\(3, 2\), 0, than at the minimizers, 36.46",
        ),
        (objectives.bowl, [[0.5], [0]], r"\(0, 0\), 0, than at the minimizers, 0.25"),
        (CLIFF, [[-1.5], [0]], r"\(1.52, 0\), 8e-05, than at the minimizers, 3.8"),
    ],
)
def test_minimizers_are_refused_where_f_is_lower_elsewhere(objective, minimizers, lower):
    with pytest.raises(ValueError, match=f"f is lower at {lower}.*one column for each point"):
        Objective.from_function(objective.f, objective.bounds, minimizers=minimizers)


@pytest.mark.parametrize("minimizers", [[[3], [0]], [[0, 0], [0, -1.1]], [[np.inf], [0]]])
def test_minimizers_outside_the_window_are_refused(minimizers):
    with pytest.raises(ValueError, match=r"lie in the window \[\[-1.0.*, got .*one column"):
        Objective.from_function(objectives.bowl.f, SQUARE, minimizers=minimizers)


@pytest.mark.parametrize(
    ("x0", "came"),
    [
        (1.0, "1.0"),
        ([1, 2, 3], r"\[1, 2, 3\]"),
        ([[0], [0]], r"\[\[0\], \[0\]\]"),
        ([5, 5], r"\[5, 5\]"),
        (np.array([0, np.nan]), r"\[0.0, nan\]"),
        ("a", "'a'"),
    ],
)
def test_a_start_that_is_not_one_point_of_the_window_is_refused(x0, came):
    message = rf"two numbers inside the window .*, got {came}.*x0=\[0.0, 0.0\]"
    with pytest.raises(ValueError, match=message):
        Objective.from_function(lambda x: x[0] + x[1], SQUARE, x0=x0)
