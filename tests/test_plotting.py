"""Static pictures: heights that can be read back, paths where they belong, words for bad shapes."""

import warnings

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_lib import plotting
from course_lib.experiments.verdicts import verdict
from course_lib.explorers import explore, explore_sensitivity
from course_lib.objectives import Objective, bowl, catalogue, rosenbrock
from course_lib.optimizers import STATES, adam, gradient_descent


@pytest.mark.parametrize("objective", catalogue(), ids=lambda o: o.name)
def test_heights_keep_the_order_and_can_be_read_back(objective):
    heights = plotting.HeightScale.of(objective)
    values = np.linspace(heights.low, heights.high, 50)
    scaled = heights.scaled(values)
    assert scaled[0] == 0 and scaled[-1] == 1
    assert (np.diff(scaled) > 0).all()
    np.testing.assert_allclose(heights.value(scaled), values, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("objective", catalogue(), ids=lambda o: o.name)
def test_every_landscape_can_be_drawn(objective):
    figure = plotting.new_figure()
    flat, solid = figure.add_subplot(121), figure.add_subplot(122, projection="3d")
    filled = plotting.contours(flat, objective)
    assert len(filled.levels) == 19
    assert plotting.surface(solid, objective).get_gid() == "fine"
    figure.draw_without_rendering()


def test_steep_landscapes_are_flattened_and_gentle_ones_are_not():
    assert plotting.HeightScale.of(bowl).power == 1
    assert plotting.HeightScale.of(rosenbrock).power > 1


def test_a_path_on_the_surface_has_the_heights_of_the_landscape():
    x = np.array([[0.5, 0.5], [0.0, 0.0], [3.0, 0.0]])
    points = plotting.path_on_surface(bowl, x)
    np.testing.assert_allclose(points[:2, 2], [0.25, 0.0])
    assert np.isnan(points[2]).all()  # outside the window


def test_an_objective_without_a_finite_value_is_refused_in_words():
    hole = Objective("hole", lambda x: x[0] * np.nan, lambda x: x, [[0, 1], [0, 1]])
    with pytest.raises(ValueError, match="no finite value in its window"):
        plotting.HeightScale.of(hole)


def test_a_hole_in_the_landscape_is_drawn_as_a_hole():
    f = lambda x: np.where(x[0] > 0.5, np.nan, x[0] ** 2)  # noqa: E731
    holed = Objective("holed", f, lambda x: x, [[0, 1], [0, 1]])
    figure = plotting.new_figure()
    plotting.contours(figure.add_subplot(121), holed)
    plotting.surface(figure.add_subplot(122, projection="3d"), holed)
    figure.draw_without_rendering()


def test_wrong_shapes_are_refused_in_words():
    ax = plotting.new_figure().add_subplot()
    with pytest.raises(ValueError, match=r"shape \(n, 2\).*history\.x"):
        plotting.trajectory(ax, np.zeros(5))
    with pytest.raises(ValueError, match=r"\(len\(y\), len\(x\)\) = \(2, 3\)"):
        plotting.heat_map(ax, [1, 2, 3], [1, 2], np.zeros((3, 2)))
    solid = plotting.new_figure().add_subplot(projection="3d")
    with pytest.raises(ValueError, match="need the objective"):
        plotting.trajectory(solid, np.zeros((3, 2)))


def test_no_two_optimizers_of_one_picture_look_alike():
    looks = [plotting.line_style(step.__name__) for step in STATES]
    assert len(set(looks)) == len(looks)
    assert plotting.line_style("mine") == plotting.line_style("mine")


def test_gap_is_zero_at_the_minimizer():
    x = np.array([[1.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(plotting.optimality_gap(bowl, x), [1.0, 0.0])


# Values as large or as small as floats can be

WINDOW = [[-2, 2], [-2, 2]]
LANDSCAPES = {
    "bowl": lambda s: lambda x1, x2: s * (x1**2 + x2**2),
    "saddle": lambda s: lambda x1, x2: s * x1**2 - s * x2**2,
    "steep": lambda s: lambda x1, x2: s / 1e4 * (x1**4 * x2**4 + x1**12),
    "constant": lambda s: lambda x1, x2: s + 0 * x1,
    "nearly constant": lambda s: lambda x1, x2: s * (1 + 1e-15 * x1),
}
SCALES = (5e-324, 1e-308, 1e-100, 1e17, 1e38, 1e200, 1e300)
SPANS = {
    "a little on much": lambda x1, x2: 1e16 + 10 * x1**2,
    "a steep little on much": lambda x1, x2: 1e12 + 1e-3 * x1**8,
    "infinite in one half": lambda x1, x2: np.where(x1 > 0, np.inf, x2),
    "infinite beside the finest grid": lambda x1, x2: 1e-300 / np.abs(x1 - 1 / 75) ** 9,
}
TOO_LARGE = {
    "1e307": lambda x1, x2: 1e307 * (x1**2 + x2**2),
    "-1e307": lambda x1, x2: -1e307 * (x1**2 + x2**2),
    "constant": lambda x1, x2: 1.7e308 + 0 * x1,
    "difference": lambda x1, x2: 1.5e308 * np.sin(x1),
    "exp": lambda x1, x2: np.exp(200 * (x1**2 + x2**2)),
}


@pytest.fixture
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def drawn(objective):
    """The pixels of every static picture of an objective."""
    figure = plotting.new_figure(12, 3)
    flat, solid, curve, table = (
        figure.add_subplot(1, 4, k + 1, projection="3d" if k == 1 else None) for k in range(4)
    )
    plotting.contours(flat, objective)
    plotting.surface(solid, objective)
    x = np.linspace([1, 1], [0, 0.5], 20)
    plotting.trajectory(solid, x, objective)
    plotting.loss_curve(curve, plotting.optimality_gap(objective, x))
    with np.errstate(all="ignore"):
        plotting.heat_map(table, np.arange(8.0), np.arange(8.0), objective.f(objective.grid(8)))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


@pytest.mark.usefixtures("no_warning")
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", LANDSCAPES)
def test_landscapes_of_every_scale_are_drawn_without_a_warning(name, scale):
    drawn(Objective.from_function(LANDSCAPES[name](scale), WINDOW))


@pytest.mark.usefixtures("no_warning")
@pytest.mark.parametrize("f", SPANS.values(), ids=SPANS)
def test_landscapes_of_every_span_are_drawn_without_a_warning(f):
    drawn(Objective.from_function(f, WINDOW))


@pytest.mark.parametrize("name", ["bowl", "steep"])
@pytest.mark.parametrize("scale", [2.0**-900, 2.0**900])
def test_contours_of_any_scale_are_those_of_scale_1(name, scale):
    pictures = []
    for s in (1.0, scale):
        figure = plotting.new_figure()
        plotting.contours(
            figure.add_subplot(), Objective.from_function(LANDSCAPES[name](s), WINDOW)
        )
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        pictures.append(np.asarray(canvas.buffer_rgba()).astype(int))
    assert np.ptp(pictures[0]) > 50
    assert (np.abs(pictures[0] - pictures[1]).max(axis=-1) > 8).mean() < 1e-4


@pytest.mark.usefixtures("no_warning")
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("scale", [5e-324, 1e38, 1e300])
def test_live_figures_of_every_scale_come_without_a_warning(scale, known):
    minimizers = [[0], [0]] if known else ()
    own = Objective.from_function(LANDSCAPES["bowl"](scale), WINDOW, minimizers=minimizers)
    explore(own, adam, gradient_descent, n_steps=20).png()
    explore(own, gradient_descent, lr=0.1 / max(scale, 1e-290), n_steps=20).png()
    for colour in ("steps", "final f"):
        explore_sensitivity(own, adam, n_steps=20, n=8, colour=colour).png()


@pytest.mark.usefixtures("no_warning")
@pytest.mark.parametrize("f", TOO_LARGE.values(), ids=TOO_LARGE)
def test_values_too_large_to_be_drawn_are_refused_in_words(f):
    own = Objective.from_function(f, WINDOW, name="tower")
    said = r"tower must stay between -1e\+304 and 1e\+304 in its window.*got.*smaller bounds\."
    for draw in (drawn, lambda o: explore(o, adam), lambda o: explore_sensitivity(o, adam, n=8)):
        with pytest.raises(ValueError, match=said):
            draw(own)


@pytest.mark.usefixtures("no_warning")
@pytest.mark.parametrize(
    "values", [[1e-320, 1.0, 1e308], [1e308, 1e308], [1.45, 1.45 + 2e-16], [0]]
)
def test_loss_curves_of_every_range_are_drawn_without_a_warning(values):
    figure = plotting.new_figure()
    plotting.loss_curve(figure.add_subplot(), np.array(values))
    FigureCanvasAgg(figure).draw()


@pytest.mark.parametrize("values", [np.array([1.0, 2j]), ["1", "2"], [1.0, None]])
def test_what_numpy_would_cast_in_silence_is_not_drawn(values):
    ax = plotting.new_figure().subplots()
    for refused in (
        lambda: plotting.loss_curve(ax, values),
        lambda: plotting.trajectory(ax, [values]),
        lambda: plotting.heat_map(ax, [0, 1], [0], [values]),
        lambda: verdict(bowl, [values]),
    ):
        with pytest.raises(ValueError, match="must be a number or an array of numbers, got"):
            refused()
