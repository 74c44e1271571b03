"""The sensitivity map: its cells are the single runs, its numbers mean what they say."""

import functools
import math
from dataclasses import replace

import numpy as np
import pytest

from course_lib.experiments.grids import Grid, index_of
from course_lib.experiments.sensitivity import grid, race, sensitivity_map
from course_lib.objectives import Objective, bowl, himmelblau, ravine, rosenbrock
from course_lib.optimizers import (
    STATES,
    AdamState,
    GradientDescentState,
    adam,
    amsgrad,
    gradient_descent,
    hyperparameters,
    momentum,
    projected,
    run,
)

LR = grid("lr", 0.001, 3, n=7)


@pytest.mark.parametrize("step", STATES)
def test_a_cell_alone_is_the_same_to_the_last_bit(step):
    names = [name for name in hyperparameters(step) if name != "lr"]
    second = grid(names[0], 0.3, 0.99, n=5) if names else None
    result = sensitivity_map(step, rosenbrock, LR, second, n_steps=40)
    for i in range(7):
        for j in (0, 3) if second else (0,):
            alone = result.alone(i, j)
            np.testing.assert_array_equal(alone.x, result.trajectory(i, j))


def test_both_betas_noise_and_several_starts_alone():
    x0 = np.array([[-1.2, 0.5, 2.0], [1.0, -1.0, 3.0]])
    beta1, beta2 = grid("beta1", n=6), grid("beta2", n=5)
    result = sensitivity_map(
        adam, rosenbrock, beta1, beta2, n_steps=30, x0=x0, noise=2.0, seed=4, lr=0.05
    )
    assert result.x.shape == (31, 2, 3, 6, 5)
    np.testing.assert_array_equal(result.x[0, :, :, 2, 2], x0)
    for start in range(3):
        alone = result.alone(4, 1, start)
        np.testing.assert_array_equal(alone.x, result.trajectory(4, 1, start))
    clean = sensitivity_map(adam, rosenbrock, beta1, beta2, n_steps=30, x0=x0, lr=0.05)
    assert (clean.x[-1] != result.x[-1]).all()


def test_noise_has_its_size_and_seed():
    def noises(seed):
        m = sensitivity_map(
            gradient_descent, bowl, grid("lr", 1e-9, 2e-9, n=2), n_steps=4000, noise=3.0, seed=seed
        )
        return np.diff(m.x[:, :, 0, 0, 0], axis=0) / 1e-9 + 2 * bowl.x0

    assert noises(1).std() == pytest.approx(3, rel=0.05)
    assert (noises(1) == noises(1)).all() and (noises(1) != noises(2)).any()


def test_steps_final_and_divergence_against_a_loop():
    x0 = np.array([[-1.8, 1.0], [1.2, 0.5]])
    result = sensitivity_map(
        momentum, ravine(20), grid("lr", 0.001, 1, n=9), grid("beta", 0, 0.95, n=6), 80, x0
    )
    for i, j in np.ndindex(9, 6):
        steps, final, gone = [], [], []
        for start in x0.T:
            hyper = result.hyper(i, j)
            path = run(momentum, STATES[momentum](start), ravine(20).grad, 80, **hyper).x
            with np.errstate(all="ignore"):
                f = ravine(20).f(path.T)
            away = np.flatnonzero(~(f <= 1e-3))
            steps.append(away[-1] + 1 if away.size else 0)
            final.append(f[-1])
            gone.append(not np.isfinite(f).all() or (np.abs(path) >= 40).any())
        assert result.diverged[i, j] == any(gone)
        assert result.final[i, j] == (np.inf if any(gone) else max(final))
        worst = np.inf if any(gone) or max(steps) > 80 else max(steps)
        assert result.steps[i, j] == worst
    assert 0 < result.diverged.sum() < 54
    assert 0 < np.isfinite(result.steps).sum() < 54


def test_best_cell():
    result = sensitivity_map(momentum, bowl, LR, grid("beta", n=5), n_steps=200)
    best = result.best()
    assert best.steps == result.steps.min() == result.steps[best.index]
    assert best.hyper == {
        "lr": LR.values[best.index[0]],
        "beta": grid("beta", n=5).values[best.index[1]],
    }
    # the cell that arrives first need not end lowest
    f = np.ones_like(result.f)
    f[5:, 0, 2, 3] = 1e-4
    f[6:, 0, 4, 1] = f[6:, 0, 4, 2] = 1e-6
    assert replace(result, f=f).best()[0::2] == ((2, 3), 5)
    f[5, 0, 4, 2] = 1e-5
    assert replace(result, f=f).best()[0::2] == ((4, 2), 5)
    nobody = sensitivity_map(momentum, bowl, LR, n_steps=1, beta=0.0, tolerance=1e-9).best()
    assert np.isinf(nobody.steps) and np.isfinite(nobody.final)


def test_own_step_and_own_objective():
    def mine(state, g, lr=0.1):
        return GradientDescentState(state.x - lr * np.sign(g), state.t + 1)

    def log(x1, x2):
        return x1 - np.log(x1) + x2 * x2  # no number where x1 < 0

    own = Objective.from_function(log, [[0.01, 4], [-2, 2]])
    result = sensitivity_map(
        mine, own, grid("lr", 1e-3, 300, n=8), None, 60, [2, 1], 0.1, state=GradientDescentState
    )
    assert result.diverged[-1, 0] and not result.diverged[0, 0]
    assert np.isinf(result.final[-1, 0])
    assert result.minimum == np.nanmin(result.f)
    assert result.steps.min() < np.inf


def test_an_objective_that_is_nowhere_a_number_does_not_throw():
    never = Objective("never", lambda x: x[0] * np.nan, lambda x: x * np.nan, [[-1, 1], [-1, 1]])
    result = sensitivity_map(adam, never, LR, n_steps=5)
    assert result.diverged.all() and np.isinf(result.steps).all()
    assert "7 diverge" in repr(result)


def test_projection_and_schedule():
    result = sensitivity_map(
        projected(adam, -1, 1), bowl, grid("beta1", n=3), n_steps=20, lr=lambda t: 5 / t
    )
    assert np.abs(result.x).max() <= 1
    np.testing.assert_array_equal(result.alone(1, 0).x, result.trajectory(1, 0))


def test_axis_spacing():
    np.testing.assert_allclose(grid("lr", 0.01, 100, n=5).values, [0.01, 0.1, 1, 10, 100])
    np.testing.assert_allclose(grid("beta", 0, 0.99, n=3).values, [0, 0.9, 0.99])
    assert grid("lr").values.shape == grid("beta1").values.shape == (64,)


def test_race_wants_the_same_for_all():
    maps = [
        sensitivity_map(step, himmelblau, grid("lr", n=12), n_steps=50)
        for step in (gradient_descent, adam, amsgrad)
    ]
    entries = race(maps)
    assert {name for name, _ in entries} == {"gradient_descent", "adam", "amsgrad"}
    keys = [(cell.steps, cell.final) for _, cell in entries]
    assert keys == sorted(keys)
    for other, words in [
        (sensitivity_map(adam, himmelblau, grid("lr", n=13), n_steps=50), "number of cells"),
        (sensitivity_map(adam, himmelblau, grid("lr", n=12), n_steps=51), "number of steps"),
        (sensitivity_map(adam, himmelblau, grid("lr", n=12), n_steps=50, x0=[1, 1]), "starts"),
        (sensitivity_map(adam, himmelblau, grid("lr", n=12), n_steps=50, tolerance=1), "tolerance"),
        (sensitivity_map(adam, himmelblau, grid("lr", n=12), n_steps=50, noise=1), "noise"),
        (sensitivity_map(adam, bowl, grid("lr", n=12), n_steps=50), "objective"),
    ]:
        with pytest.raises(ValueError, match=words):
            race([*maps, other])


def test_race_knows_landscapes_by_their_heights_not_by_their_names():
    def on(objective):
        return sensitivity_map(adam, objective, grid("lr", n=2), n_steps=5)

    def own(f, high=1):
        return on(Objective.from_function(f, [[-1, high], [-1, 1]], x0=[0.5, 0.5]))

    with pytest.raises(ValueError, match=r"two different ones .* both called your function"):
        race([own(lambda x1, x2: x1**2 + x2**2), own(lambda x1, x2: x1**2 + 9 * x2**2)])
    with pytest.raises(ValueError, match="two different ones"):
        race([own(lambda x1, x2: x1 + np.nan), own(lambda x1, x2: x1 + np.nan, high=2)])
    assert len(race(on(landscape) for landscape in (ravine(10), ravine(10)))) == 2


def test_variants_have_the_names_that_explore_gives_them():
    variants = [functools.partial(adam, beta1=beta1) for beta1 in (0.5, 0.9)]
    maps = [sensitivity_map(step, bowl, grid("lr", n=2), n_steps=5) for step in variants]
    assert {name for name, _ in race(maps)} == {"adam, beta1 = 0.5", "adam, beta1 = 0.9"}
    assert "adam, beta1 = 0.5 on bowl" in repr(maps[0])


@pytest.mark.parametrize(
    ("maps", "came"), [([adam, momentum], "got adam"), ([], "got none"), (adam, "adam")]
)
def test_race_without_maps(maps, came):
    with pytest.raises(ValueError, match=f"must be a list of .*{came}.* For example race"):
        race(maps)


def _at_most_a_half(state, g, lr):
    if lr > 0.5:
        lr = 0.5
    return GradientDescentState(state.x - lr * g, state.t + 1)


def _root(state, g, lr):
    return GradientDescentState(state.x - math.sqrt(lr) * g, state.t + 1)


@pytest.mark.parametrize("step", [_at_most_a_half, _root])
def test_a_step_that_works_on_single_numbers_only(step):
    with pytest.raises(ValueError, match=r"a map lr is an array.* np.minimum\(lr, 0.5\)"):
        sensitivity_map(step, bowl, LR, n_steps=3, state=GradientDescentState)


def test_numpys_error_settings_do_not_matter():
    with np.errstate(all="raise"):
        grid("lr")
        sensitivity_map(momentum, rosenbrock, LR, grid("beta", n=3), n_steps=300).best()


def test_race_counts_from_one_minimum_where_none_is_known():
    own = Objective.from_function(lambda x1, x2: (x1**2 + x2**2) - 3, [[-1, 1], [-1, 1]])
    slow = sensitivity_map(gradient_descent, own, grid("lr", 1e-4, 2e-4, n=2), n_steps=50)
    fast = sensitivity_map(gradient_descent, own, grid("lr", 0.1, 0.2, n=2), n_steps=50)
    assert np.isfinite(slow.best().steps)  # near the lowest that itself has met
    entries = race([slow, fast])
    assert [np.isfinite(cell.steps) for _, cell in entries] == [True, False]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"second": grid("lr", n=3)}, "must be different"),
        ({"second": grid("beta", 0, 0.9, n=3)}, "no hyperparameter beta; it has lr, beta1"),
        ({"second": ("beta1", [0.5, 1.0])}, "beta1 must be"),
        ({"second": ("beta1", [[0.5]])}, "row of numbers"),
        ({"n_steps": 0}, "n_steps must be a whole number >= 1"),
        ({"n_steps": 2.5}, "n_steps"),
        ({"x0": [3, 0]}, "inside the window"),
        ({"x0": [np.nan, 0]}, "inside the window"),
        ({"x0": [0, 0, 0]}, "shape"),
        ({"tolerance": 0}, "tolerance"),
        ({"tolerance": None}, "tolerance must be a number > 0, got None"),
        ({"noise": -1}, "noise"),
        ({"noise": "a"}, "noise must be a number >= 0, got 'a'"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"first": "lr"}, r"got 'lr'. For example grid\('lr'\)"),
        ({"second": ("beta1", ["a"])}, "a pair of a name and values"),
        ({"state": AdamState(bowl.x0)}, "state=AdamState, the type; the start itself is x0"),
        ({"step": bowl, "objective": adam}, r"For example sensitivity_map\(adam, bowl"),
        ({"objective": ravine}, r"For example ravine\(10\)"),
        ({"lr": 0.1}, "is an axis of the map"),
        ({"gamma": 0.1}, "gamma"),
        ({"step": lambda state, g, lr=1: state}, "state=AdamState"),
    ],
)
def test_wrong_input(wrong, words):
    with pytest.raises(ValueError, match=words):
        sensitivity_map(**{"step": adam, "objective": bowl, "first": LR, "n_steps": 3, **wrong})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "lr", "low": 0}, "both > 0"),
        ({"name": "lr", "low": 2, "high": 1}, "higher value"),
        ({"name": "beta2", "high": 1}, r"\[0, 1\)"),
        ({"name": "gamma"}, "grid of gamma"),
        ({"name": "lr", "n": 0}, "whole number >= 1"),
        ({"name": "lr", "n": 2.5}, "^n must be a whole number"),
        ({"name": "lr", "low": [0.1, 0.2]}, r"are a pair: \('lr', \[0.1, 0.2\]\)"),
        ({"name": None}, "that of a hyperparameter, got None"),
    ],
)
def test_wrong_axis(wrong, words):
    with pytest.raises(ValueError, match=words):
        grid(**wrong)


def test_a_hyperparameter_of_its_own_name_and_a_state():
    def mine(state, g, speed=0.1):
        return AdamState(state.x - speed * g, state.m, state.v, state.t + 1)

    result = sensitivity_map(mine, bowl, ("speed", [-0.1, 0.1, 0.5]), n_steps=9, state=AdamState)
    assert result.best().hyper == {"speed": 0.5}


@pytest.mark.parametrize(
    ("values", "value", "index"),
    [
        (grid("lr", 0.01, 1, n=3), 10**-1.5, 0.5),  # half-way in the logarithm
        (grid("beta", 0, 0.99, n=3), 1 - 10**-1.5, 1.5),  # ... in that of 1 - beta
        (Grid("shift", np.array([-1.0, 0.0, 1.0])), 0.25, 1.25),
        (grid("eps", n=5), 0, 0),
        (grid("lr", 0.01, 1, n=3), 50, 2),
    ],
)
def test_the_index_of_a_value_between_two_cells(values, value, index):
    assert index_of(values, value) == pytest.approx(index)
