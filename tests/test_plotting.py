"""Static pictures: heights that can be read back, paths where they belong, words for bad shapes."""

import numpy as np
import pytest

from course_lib import plotting
from course_lib.objectives import Objective, bowl, catalogue, rosenbrock
from course_lib.optimizers import STATES


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
