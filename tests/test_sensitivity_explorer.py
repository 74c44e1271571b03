"""The explorer of sensitivity: cells are single runs, a map is computed only when it must be."""

import functools
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from course_lib import plotting
from course_lib.experiments.sensitivity import grid, race, sensitivity_map
from course_lib.explorers import sensitivity
from course_lib.explorers.sensitivity import explore_sensitivity
from course_lib.explorers.sensitivity_figure import NOT_CONVERGED, cells, index_of, ticks
from course_lib.objectives import Objective, bowl, ravine, rosenbrock, several_starts
from course_lib.optimizers import (
    AdamState,
    MomentumState,
    adam,
    amsgrad,
    gradient_descent,
    momentum,
    run,
)
from course_lib.utils.hyperparameters import rounded


def small(objective=ravine(10), *steps, **values):  # noqa: B008  landscapes do not change
    """A explorer with few cells and steps, which is quick to make."""
    return explore_sensitivity(
        objective, *(steps or (momentum,)), **{"n": 12, "n_steps": 60, **values}
    )


def point(explorer, panel, x, y):
    explorer.choose(panel, x, y)


# The picture


def test_each_kind_of_cell_has_its_colour():
    m = sensitivity_map(momentum, ravine(10), grid("lr", 1e-4, 10, 9), grid("beta", n=7), 100)
    ax = Figure().add_subplot()
    mappable = cells(ax, m)
    picture = np.asarray(ax.images[0].get_array()).swapaxes(0, 1)  # columns are the first axis
    converged = np.isfinite(m.steps)
    assert converged.any() and m.diverged.any() and not (converged | m.diverged).all()
    assert (picture[m.diverged] == to_rgba(plotting.DIVERGED)).all()
    assert (picture[~converged & ~m.diverged] == to_rgba(NOT_CONVERGED)).all()
    np.testing.assert_allclose(picture[converged], mappable.to_rgba(m.steps[converged]))
    assert mappable.get_clim() == (m.steps[converged].min(), m.steps[converged].max())
    star = next(line for line in ax.lines if line.get_marker() == "*")
    assert tuple(star.get_xydata()[0]) == m.best().index


def test_colours_of_the_final_value_and_unknown_colours():
    m = sensitivity_map(momentum, ravine(10), grid("lr", 1e-4, 10, 9), grid("beta", n=7), 100)
    ax = Figure().add_subplot()
    low, high = cells(ax, m, "final f").get_clim()
    assert low == 1e-12
    assert high == m.final[~m.diverged].max()
    with pytest.raises(
        ValueError, match="colour must be one of steps, final f, minimizer, got 'red'"
    ):
        cells(ax, m, "red")


def test_ticks_and_places():
    places, words = ticks(grid("beta2"))
    assert words == ["0", "0.9", "0.99", "0.999", "0.9999"]
    assert places == pytest.approx(np.linspace(0, 63, 5))
    assert ticks(grid("beta1"))[1] == ["0", "0.9", "0.99", "0.999"]
    assert ticks(grid("eps"))[1][:2] == ["1e-10", "1e-8"]
    assert len(ticks(grid("lr", 0.2, 0.5))[1]) == 2
    values = grid("beta2", 0, 0.999, 20)
    assert [round(index_of(values, v)) for v in values.values] == list(range(20))
    assert index_of(values, 0.99999) == 19
    assert [rounded("beta2", v) for v in (0.0, 0.9, 0.98765432)] == [0, 0.9, 0.9877]


# Cells and their runs


def test_the_sentence_tells_the_run_of_the_cell():
    explorer = small(ravine(10), momentum)
    point(explorer, 0, 7.3, 2.2)
    i, j = explorer.cell
    assert (i, j) == (7, 2)
    lr, beta = grid("lr", 1e-4, 10, 12).values[7], grid("beta", n=12).values[2]
    x = run(momentum, MomentumState(ravine(10).x0), ravine(10).grad, 60, lr=lr, beta=beta).x
    np.testing.assert_array_equal(explorer.map.trajectory(i, j), x)
    away = np.flatnonzero(ravine(10).f(x.T) > 1e-3)[-1] + 1
    last = explorer.sentence.splitlines()[-1]
    assert last.startswith(f"This cell: lr = {lr:.3g}, beta = {rounded('beta', beta):.7g}: ")
    assert f"converges in {away} steps" in last


def test_pointing_computes_and_renders_nothing_anew():
    explorer = small()
    m, layers = explorer.map, explorer.background
    for i, j in ((0, 0), (11, 11), (3, 8)):
        point(explorer, 0, i, j)
        assert explorer.cell == (i, j)
    assert explorer.map is m
    assert explorer.background is layers


def test_an_arrow_key_goes_to_the_next_cell():
    explorer = explore_sensitivity(ravine(10), momentum, n_steps=20)
    point(explorer, 0, 30, 30)
    for _ in range(3):  # a key moves by 2 % of the panel, which holds 64 cells
        x, y = explorer.points["0"]
        point(explorer, 0, x + 0.02 * 64, y)
    assert explorer.cell == (33, 30)


def test_the_drawn_path_is_the_trajectory():
    explorer = small(n_starts=2)
    point(explorer, 0, 5, 5)
    styles = explorer.styles
    assert [style["label"] for style in styles[1:]] == ["start 1", "start 1", "start 2", "start 2"]
    numbers = np.frombuffer(explorer.paths).reshape(-1, 2)
    for start in range(2):
        x = explorer.map.trajectory(5, 5, start)
        curve = np.column_stack([np.arange(61), ravine(10).f(x.T)])
        for k, points in enumerate((x, curve)):
            first = 1 + 61 * (2 * start + k)
            np.testing.assert_array_equal(numbers[first : first + 61], points)


def test_the_button_goes_to_the_best_cell():
    explorer = small()
    point(explorer, 0, 0, 0)
    explorer.press("best cell")
    assert explorer.cell == explorer.map.best().index
    best, this = (line.split(": ", 1)[1] for line in explorer.sentence.splitlines()[1:])
    assert this.startswith(best[:-1])


# What makes a new map


@pytest.mark.parametrize(
    "change",
    [
        {"n_steps": 61},
        {"n_starts": 2},
        {"noise": 0.5},
        {"optimizer": "adam"},
        {"objective": "rosenbrock"},
        {"y": "none"},
    ],
)
def test_a_new_map_where_it_must_be(change):
    explorer = small()
    m, layers = explorer.map, explorer.background
    explorer.set(**change)
    assert not explorer.problem
    assert explorer.map is not m
    assert explorer.background is not layers


def test_a_new_picture_but_no_new_map_for_another_colour():
    explorer = small()
    m, layers = explorer.map, explorer.background
    explorer.set(colour="final f")
    assert explorer.map is m
    assert explorer.background is not layers


def test_a_hyperparameter_on_no_axis_is_fixed():
    explorer = small(rosenbrock, adam, x="lr", y="beta2", beta1=0.5)
    assert explorer.map.fixed == {"beta1": 0.5, "eps": 1e-8}
    m = explorer.map
    explorer.set(beta1=0.7)
    assert explorer.map is not m
    assert explorer.map.fixed["beta1"] == 0.7
    m = explorer.map
    explorer.set(beta=0.3)  # Adam has none
    assert explorer.map is m


def test_another_optimizer_takes_the_axes_that_it_has():
    explorer = small(rosenbrock, adam, x="beta2", y="beta1")
    explorer.set(optimizer="momentum")
    assert (explorer.values["x"], explorer.values["y"]) == ("lr", "beta")
    explorer.set(optimizer="gradient_descent")
    assert (explorer.values["x"], explorer.values["y"]) == ("lr", "none")
    assert explorer.map.steps.shape == (12, 1)
    explorer.set(optimizer="amsgrad")
    assert (explorer.values["x"], explorer.values["y"]) == ("lr", "beta1")
    explorer.set(y="beta2", optimizer="rmsprop")
    assert (explorer.values["x"], explorer.values["y"]) == ("lr", "beta2")


def test_the_start_moves_and_comes_back():
    explorer = small(n_starts=2)
    point(explorer, 1, 1.0, -0.5)
    assert explorer.map.x0[:, 0].tolist() == [1.0, -0.5]
    others = explorer.map.x0[:, 1].tolist()
    explorer.press("reset")
    assert explorer.map.x0[:, 0].tolist() == ravine(10).x0.tolist()
    assert explorer.map.x0[:, 1].tolist() == others


def test_several_starts_and_noise_are_in_the_map():
    explorer = small(n_starts=3, noise=0.5, seed=7)
    assert explorer.map.x0.shape == (2, 3)
    assert "3 starts, noise 0.5, seed 7" in explorer.sentence
    again = sensitivity_map(
        momentum,
        ravine(10),
        grid("lr", 1e-4, 10, 12),
        grid("beta", n=12),
        60,
        x0=several_starts(ravine(10), 3),
        noise=0.5,
        seed=7,
    )
    np.testing.assert_array_equal(again.f, explorer.map.f)


# A student's own


def sign_descent(state, g, lr=0.1, fade=0.5):
    x, m, v, t = state
    m = fade * m + np.sign(g)
    return AdamState(x - lr * m / (t + 1), m, v, t + 1)


def fixed_step(state, g):
    return state._replace(x=state.x - 0.1 * g)


def test_a_step_and_an_objective_of_ones_own():
    own = Objective.from_function(lambda x1, x2: x1**2 + x2**4, [[-1, 1], [-1, 1]], name="mine")
    explorer = small(own, sign_descent)
    assert "sign_descent on mine" in explorer.sentence
    assert explorer.map.second.values[[0, -1]] == pytest.approx([0.005, 50])  # around its default
    assert explorer.map.minimum == explorer.map.f[np.isfinite(explorer.map.f)].min()
    explorer.set(optimizer="amsgrad", objective="bowl")
    assert "amsgrad on bowl" in explorer.sentence


def shifted(state, g, lr=0.1, k=0):
    return state._replace(x=state.x - lr * (g + k))


def test_a_hyperparameter_of_0_has_an_axis_around_it():
    explorer = small(bowl, shifted, n=11)
    assert explorer.map.second.values == pytest.approx(np.linspace(-1, 1, 11))
    point(explorer, 0, 5, 7)
    assert (explorer.cell, explorer.values["k"]) == ((5, 7), 0.4)
    places, words = ticks(explorer.map.second)
    assert (places, words) == ([0, 2.5, 5, 7.5, 10], ["-1", "-0.5", "0", "0.5", "1"])


def test_an_eps_of_0_is_at_the_end_of_its_axis():
    explorer = small(bowl, adam, x="eps", eps=0, lr=0.1)
    assert not explorer.problem
    explorer.set(eps=0.0)
    assert explorer.cell[0] == 0


def test_a_variant_has_the_name_that_explore_gives_it():
    assert small(bowl, functools.partial(adam, beta1=0.5)).sentence.startswith(
        "adam, beta1 = 0.5 on bowl"
    )


def at_most_a_half(state, g, lr=0.1):
    return state._replace(x=state.x - (0.5 if lr > 0.5 else lr) * g)


def divides_by_0(state, g, lr=0.1):
    return 1 / 0


@pytest.mark.parametrize(
    "step, words",
    [
        (at_most_a_half, "in a map lr is an array"),
        (divides_by_0, "ZeroDivisionError: division by zero"),
    ],
)
def test_a_step_that_fails_is_said_and_the_picture_stays(step, words):
    with pytest.raises(ValueError, match=words):
        small(bowl, step)
    explorer = small(bowl, momentum, step)
    before = explorer.sentence, explorer.paths, explorer.map
    explorer.set(optimizer=step.__name__)
    assert words in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths, explorer.map) == before


@pytest.mark.parametrize("step", [adam, momentum])
def test_numpys_error_settings_do_not_matter(step):
    with np.errstate(all="raise"):
        explorer = small(rosenbrock, step, n_steps=300, n_starts=2, noise=1)
        explorer.set(colour="final f")
    assert not explorer.problem


def test_an_objective_with_nan_somewhere_is_drawn_and_counted():
    def f(x1, x2):
        return np.sqrt(x1) + x2 * x2

    own = Objective.from_function(f, [[-1, 2], [-1, 2]], x0=[1.5, 1.0], name="half")
    explorer = small(own, gradient_descent)
    assert explorer.map.diverged.any()
    assert "50 % diverge" in explorer.sentence


def test_an_objective_that_raises_is_named_and_the_picture_stays():
    fails = []

    def f(x1, x2):
        if fails:
            raise ValueError("no such height")
        return x1**2 + x2**2

    explorer = small(Objective.from_function(f, bowl.bounds, name="mine"), momentum)
    before = explorer.sentence, explorer.paths, explorer.map
    fails.append(True)
    explorer.set(n_steps=61)
    assert "no such height" in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths, explorer.map) == before


def test_an_objective_without_a_finite_value_is_refused():
    nowhere = Objective.from_function(lambda x1, x2: x1 + x2 + np.nan, bowl.bounds, name="nowhere")
    with pytest.raises(ValueError, match="nowhere has no finite value in its window"):
        small(nowhere)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"y": "lr"}, "the two axes of a map must be different hyperparameters, got lr twice"),
        ({"y": "beta2"}, "momentum has no hyperparameter beta2; it has lr, beta"),
        (
            {"n_steps": 0},
            "n_steps must be a whole number from 1 to 1000, got 0. For example n_steps=60.",
        ),
        ({"n_steps": 1.5}, "n_steps must be a whole number"),
        ({"n_starts": 0}, "n_starts must be a whole number from 1 to 4, got 0. For example"),
        ({"n_starts": 5}, "got 5. For example n_starts=4."),
        (
            {"n_starts": 4, "n_steps": 501},
            "n_steps must be at most 500 with 4 starts, got 501. For example n_steps=500.",
        ),
        ({"noise": -1}, "noise must be a number from 0 to 1e+06, got -1"),
        ({"noise": np.nan}, "got nan. For example noise=1."),
        ({"seed": 0.5}, "seed must be a whole number from 0 to 100000, got 0.5. For example"),
        ({"seed": np.inf}, "seed must be a whole number"),
        ({"x": "none"}, "x must be one of lr, beta, eps, beta2, beta1, start x1, got 'none'"),
        (
            {"y": "beta9"},
            "y must be one of lr, beta, eps, beta2, beta1, none, start x2, got 'beta9'",
        ),
        ({"lr": -1}, "lr must be a number > 0"),
        ({"beta": 1.0}, "beta must be a number in [0, 1)"),
        ({"colour": "red"}, "colour must be one of steps, final f, minimizer, got 'red'"),
    ],
)
def test_bad_values_become_words_and_the_picture_stays(change, words):
    explorer = small()
    before = explorer.sentence, explorer.paths, explorer.map
    explorer.set(**change)
    assert words in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths, explorer.map) == before
    with pytest.raises(ValueError, match=re.escape(words)):
        small(**change)


@pytest.mark.parametrize("name", ["optimizer", "objective"])
def test_a_choice_that_no_menu_has_is_said(name):
    explorer = small()
    explorer.set(**{name: "nope"})
    assert f"{name} must be one of " in explorer.problem["text"]
    assert "got 'nope'" in explorer.problem["text"]


@pytest.mark.parametrize(
    "sent, words",
    [
        ({}, "optimizer must have a value, got none"),
        ({"optimizer": ["a"]}, "got ['a']"),
    ],
)
def test_what_a_browser_should_not_send_is_said(sent, words):
    explorer = small()
    whole = explorer.chosen
    explorer.chosen = {**whole, **sent} if sent else {}
    assert words in explorer.problem["text"]
    explorer.chosen = whole
    assert not explorer.problem


@pytest.mark.parametrize(
    "panel, place, words",
    [
        (0, (np.nan, 3.0), "a point must be finite, got (nan, 3)"),
        (1, (9.0, 9.0), "x0 must be two numbers inside the window [[-2.0, 2.0], [-2.0, 2.0]]"),
        (1, (0.0, np.nan), "a point must be finite, got (0, nan)"),
    ],
)
def test_a_point_that_is_no_place_is_said_and_forgotten(panel, place, words):
    explorer = small()
    before = explorer.sentence, explorer.paths, explorer.map, explorer.x0.tolist()
    point(explorer, panel, *place)
    assert words in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths, explorer.map, explorer.x0.tolist()) == before
    explorer.set(n_steps=61)
    assert not explorer.problem
    assert explorer.map is not before[2]


def test_an_objective_that_is_nan_at_its_minimizer_has_none_that_is_known():
    def f(x1, x2):
        return np.where((x1 == 0) & (x2 == 0), np.nan, x1**2 + x2**2)

    own = Objective.from_function(f, bowl.bounds, minimizers=[[0], [0]], name="pierced")
    explorer = small(own)
    assert not explorer.problem
    assert explorer.map.minimum == explorer.map.f[np.isfinite(explorer.map.f)].min()


def test_a_start_where_the_objective_is_nan_is_a_map_of_divergence():
    own = Objective.from_function(
        lambda x1, x2: np.sqrt(x1) + x2 * x2, [[-1, 2], [-1, 2]], x0=[-0.5, 1.0], name="half"
    )
    explorer = small(own)
    assert explorer.map.diverged.all()
    explorer.set(colour="final f")
    assert not explorer.problem
    assert explorer.png()[:4] == b"\x89PNG"


def test_bad_arguments():
    with pytest.raises(ValueError, match=r"fixed_step has no hyperparameter .* def fixed_step\("):
        small(bowl, fixed_step)
    with pytest.raises(ValueError, match="x0 must be two numbers inside the window"):
        small(x0=[5, 5])
    with pytest.raises(ValueError, match="tolerance must be a number > 0"):
        small(tolerance=0)
    with pytest.raises(ValueError, match="there is no speed to set here"):
        small(speed=3)
    with pytest.raises(ValueError, match=r"^n must be a whole number >= 1, got 4.5"):
        small(n=4.5)
    with pytest.raises(ValueError, match="the landscape comes first"):
        small(adam, bowl)
    with pytest.raises(ValueError, match=r"For example ravine\(10\)"):
        small(ravine, adam)


def test_starts_of_a_race():
    x0 = several_starts(rosenbrock, 50, x0=[0, 1])
    assert x0[:, 0].tolist() == [0, 1]
    low, high = rosenbrock.bounds.T
    assert ((low[:, None] <= x0) & (x0 <= high[:, None])).all()
    assert x0[:, 1:].min(axis=1) == pytest.approx(low, abs=0.3)
    assert (
        several_starts(rosenbrock, 5, seed=2)[:, 1:] != several_starts(rosenbrock, 5)[:, 1:]
    ).all()
    assert several_starts(rosenbrock, 1).T.tolist() == [rosenbrock.x0.tolist()]
    with pytest.raises(ValueError, match="n must be a whole number >= 1"):
        several_starts(bowl, 0)
    for n in ("a", 2.5):
        with pytest.raises(ValueError, match=r"^n must be a whole number"):
            several_starts(bowl, n)
    with pytest.raises(ValueError, match=r"^seed must be a whole number"):
        several_starts(bowl, 3, seed=-1)
    with pytest.raises(ValueError, match="x0 must be two numbers inside the window"):
        several_starts(bowl, 3, x0=3)


def test_amsgrads_lucky_jump():
    """The numbers that notebook 06 tells: 9 steps from one start, none from its neighbours."""
    first, second = grid("lr", 1e-4, 10, n=32), grid("beta1", n=32)
    m = sensitivity_map(amsgrad, rosenbrock, first, second, n_steps=300)
    ((name, cell),) = race([m])
    assert (name, cell.steps) == ("amsgrad", 9)
    near = rosenbrock.x0[:, None] + np.array([[-0.05, 0, 0.05], [0, 0, 0]])
    lr, beta1 = (([value]) for value in cell.hyper.values())
    moved = sensitivity_map(amsgrad, rosenbrock, ("lr", lr), ("beta1", beta1), 300, x0=near)
    assert np.isinf(moved.steps).all()


def test_a_map_of_a_slow_function_ends_in_words(monkeypatch):
    own = Objective.from_function(lambda x: x @ np.eye(2) @ x, [[-2, 2], [-2, 2]])
    explorer = small(own, momentum, n=3)
    before = explorer.sentence
    limit = functools.partial(sensitivity.run_with_timeout, seconds=0.05)
    monkeypatch.setattr(sensitivity, "run_with_timeout", limit)
    explorer.set(n_steps=1000)
    words = "the map of 3 x 3 cells was stopped after 0.05 seconds. Choose fewer cells"
    assert explorer.problem["text"].startswith(words)
    assert explorer.sentence == before
    explorer.set(objective="bowl")
    assert explorer.problem == {}
