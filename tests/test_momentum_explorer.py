"""The closed form of momentum on the ravine against the library's steps, and the live map."""

import re

import numpy as np
import pytest

from course_lib.experiments.momentum import (
    convergence_rate,
    measured_rate,
    optimal_parameters,
    stability_limit,
    steps_per_digit,
)
from course_lib.explorers.momentum import KINDS, explore_momentum
from course_lib.objectives import ravine
from course_lib.optimizers import run

ALL_KINDS = pytest.mark.parametrize("kind", KINDS)


def largest_eigenvalue(lr, beta, curvature, kind):
    """Size of the largest eigenvalue of one step of the library, which is linear in (x, m)."""
    step, state = KINDS[kind]
    columns = []
    for x, m in ((1.0, 0.0), (0.0, 1.0)):
        after = step(state(x, m), g=curvature * x, lr=lr, beta=beta)
        columns.append((after.x, after.m))
    return np.abs(np.linalg.eigvals(np.transpose(columns))).max()


@ALL_KINDS
def test_factor_is_the_largest_eigenvalue_of_a_step(kind):
    rng = np.random.default_rng(1)
    for _ in range(300):
        lr, beta, kappa = 10 ** rng.uniform(-3, 0.7), rng.uniform(0, 0.99), 10 ** rng.uniform(0, 2)
        slower = max(largest_eigenvalue(lr, beta, curvature, kind) for curvature in (1, kappa))
        assert convergence_rate(lr, beta, kappa, kind) == pytest.approx(slower, rel=1e-6)


@ALL_KINDS
@pytest.mark.parametrize("lr, beta, kappa", [(0.05, 0.5, 10), (0.004, 0.9, 40), (0.1, 0.3, 2)])
def test_a_long_run_has_the_predicted_factor(kind, lr, beta, kappa):
    step, state = KINDS[kind]
    x = run(step, state(np.array([-1.8, 1.2])), ravine(kappa).grad, 400, lr=lr, beta=beta).x
    assert measured_rate(x) == pytest.approx(
        float(convergence_rate(lr, beta, kappa, kind)), rel=3e-3
    )


@ALL_KINDS
@pytest.mark.parametrize("kappa", [1, 10, 100])
def test_the_stability_limit_is_exact(kind, kappa):
    beta = np.linspace(0, 0.99, 34)
    at = stability_limit(beta, kappa, kind)
    assert (convergence_rate(at * (1 - 1e-9), beta, kappa, kind) < 1).all()
    assert (convergence_rate(at * (1 + 1e-9), beta, kappa, kind) > 1).all()
    below = at[:, None] * np.linspace(1e-3, 0.999, 50)
    assert (convergence_rate(below, beta[:, None], kappa, kind) < 1).all()


@ALL_KINDS
@pytest.mark.parametrize("kappa", [1.5, 10, 100])
def test_no_pair_is_better_than_the_best(kind, kappa):
    lr, beta = optimal_parameters(kappa, kind)
    smallest = convergence_rate(lr, beta, kappa, kind)
    tried = convergence_rate(
        np.geomspace(lr / 4, lr * 4, 401), np.linspace(0, 0.99, 401)[:, None], kappa, kind
    )
    assert smallest <= tried.min()
    assert tried.min() - smallest < 0.02


def test_factor_of_the_best_pairs():
    root = np.sqrt(10)
    assert convergence_rate(*optimal_parameters(10), 10) == pytest.approx((root - 1) / (root + 1))
    assert convergence_rate(*optimal_parameters(10, "nesterov"), 10, "nesterov") == pytest.approx(
        1 - 2 / np.sqrt(31)
    )


def test_without_momentum_both_kinds_are_gradient_descent():
    for kind in KINDS:
        assert convergence_rate(2 / 11, 0.0, 10, kind) == pytest.approx(9 / 11)
        assert stability_limit(0.0, 10, kind) == 0.2


def test_steps_per_digit():
    assert steps_per_digit(0.1, 0.81, 10) == pytest.approx(np.log(10) / -np.log(0.9))
    assert np.isnan(steps_per_digit(0.39, 0.9, 10))
    assert steps_per_digit(1.0, 0.0, 1) == 1  # one step is enough; no less is shown


@pytest.mark.parametrize(
    "distances, expected",
    [
        (0.5 ** np.arange(41), 0.5),
        (3.0 ** np.arange(41), 3),
        (1e-20 ** np.arange(41), 1e-20),  # too small for floats after 16 steps
        (1e40 ** np.minimum(np.arange(41), 7), 1e40),
        (0.9 ** np.arange(81) * np.cos(np.arange(81)), 0.9),
    ],
)
def test_measured_factor(distances, expected):
    x = np.column_stack([distances, np.zeros(len(distances))])
    assert measured_rate(x) == pytest.approx(expected, rel=0.01)


def test_too_few_steps_to_measure():
    assert np.isnan(measured_rate(np.ones((2, 2))))
    assert "too few steps" in explore_momentum(n_steps=1).sentence


def test_a_point_of_the_map_chooses_lr_and_beta():
    explorer = explore_momentum()
    explorer.choose(0, 0.1, 0.81)
    assert (explorer.values["lr"], explorer.values["beta"]) == (0.1, 0.81)
    assert explorer.sentence == (
        "momentum, kappa = 10, lr = 0.1, beta = 0.81, 60 steps: converged in 43 steps.\n"
        "Factor per step: 0.900 predicted, 0.899 measured. "
        "The stability limit is at lr = 0.362."
    )


def test_a_point_of_the_ravine_chooses_the_start():
    explorer = explore_momentum()
    explorer.choose(1, 1.0, -0.5)
    assert explorer.history.x[0].tolist() == [1.0, -0.5]
    explorer.press("reset")
    assert explorer.history.x[0].tolist() == ravine().x0.tolist()


def test_the_picture_is_rendered_again_only_when_it_must_be():
    explorer = explore_momentum()
    before = explorer.background
    explorer.set(lr=0.2, beta=0.3)
    assert explorer.background is before
    for change in ({"kappa": 20.0}, {"kind": "nesterov"}, {"n_steps": 90}):
        explorer.set(**change)
        assert explorer.background is not before
        before = explorer.background


@ALL_KINDS
def test_the_button_goes_to_the_best_pair(kind):
    explorer = explore_momentum(kind=kind)
    explorer.press("best pair")
    assert (explorer.values["lr"], explorer.values["beta"]) == optimal_parameters(10, kind)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"kappa": 0.5}, "kappa must be a number from 1 to 100, got 0.5. For example kappa=10."),
        ({"kappa": "wide"}, "kappa must be a number"),
        ({"lr": -1}, "lr must be a number > 0"),
        ({"beta": 1.0}, "beta must be a number in [0, 1)"),
        ({"n_steps": 2.5}, "n_steps must be a whole number"),
        ({"kappa": np.nan}, "got nan. For example kappa=10."),
        ({"kind": "adam"}, "kind must be one of momentum, nesterov, got 'adam'"),
    ],
)
def test_bad_values_become_words_and_the_picture_stays(change, words):
    explorer = explore_momentum()
    before = explorer.sentence, explorer.paths
    explorer.set(**change)
    assert words in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths) == before
    with pytest.raises(ValueError, match=re.escape(words)):
        explore_momentum(**change)


@pytest.mark.parametrize(
    "panel, place, words",
    [
        (1, (99.0, 99.0), "x0 must be two numbers inside the window [[-2.0, 2.0], [-2.0, 2.0]]"),
        (1, (np.nan, 0.0), "a point must be finite, got (nan, 0)"),
        (0, (0.1, np.inf), "a point must be finite, got (0.1, inf)"),
    ],
)
def test_a_point_that_is_no_place_is_said_and_the_picture_stays(panel, place, words):
    explorer = explore_momentum()
    before = (
        explorer.sentence,
        explorer.paths,
        explorer.x0.tolist(),
        dict(explorer.chosen),
    )
    explorer.choose(panel, *place)
    assert words in explorer.problem["text"]
    after = explorer.sentence, explorer.paths, explorer.x0.tolist(), explorer.chosen
    assert after == before
    explorer.set(lr=0.06)
    assert not explorer.problem


def test_a_run_that_diverges_is_drawn_and_named():
    explorer = explore_momentum(lr=5.0, beta=0.99, kappa=100)
    assert "diverged at step 1" in explorer.sentence
    assert np.isfinite(np.frombuffer(explorer.paths)).any()
