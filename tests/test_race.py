"""The race: the best learning rates are the best, its claims hold, both halves show the same."""

import base64
import itertools
import json
import re

import numpy as np
import pytest
from nodes import node

from course_lib.experiments import race
from course_lib.experiments.race import LANDSCAPES, N_STEPS, OPTIMIZERS, RATES, tuned
from course_lib.experiments.verdicts import verdict
from course_lib.explorers.race import explore_race
from course_lib.optimizers import STATES, run

SETTINGS = list(itertools.product(LANDSCAPES, (False, True)))
EACH = [(optimizer, *setting) for optimizer in OPTIMIZERS for setting in SETTINGS]


def alone(optimizer, landscape, lr, noise=None):
    """One run by itself; ``noise`` has a row for each step."""
    step, objective = OPTIMIZERS[optimizer], LANDSCAPES[landscape]
    rows = iter(np.zeros((N_STEPS, 2)) if noise is None else noise)
    return run(
        step, STATES[step](objective.x0), lambda x: objective.grad(x) + next(rows), N_STEPS, lr=lr
    ).x


@pytest.mark.parametrize("optimizer, landscape, noise", EACH)
def test_the_run_that_is_shown_is_that_of_the_best_rate(optimizer, landscape, noise):
    found = tuned(optimizer, landscape, noise)
    given = race.noise_of_runs()[:, :, 1] if noise else None
    assert np.array_equal(found.x, alone(optimizer, landscape, found.lr, given))


@pytest.mark.parametrize("optimizer, landscape, noise", EACH)
def test_no_other_rate_is_better(optimizer, landscape, noise):
    found = tuned(optimizer, landscape, noise)
    assert found.steps[found.best] == found.steps.min()
    if np.isinf(found.steps.min()):
        assert found.share[found.best] == found.share.min()
    assert 0 < found.best < len(RATES) - 1, "the best is no end of the grid"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_every_rate_is_judged_as_by_the_verdict(optimizer, landscape):
    found, objective, step = (
        tuned(optimizer, landscape),
        LANDSCAPES[landscape],
        OPTIMIZERS[optimizer],
    )
    start = np.tile(objective.x0[:, None], len(RATES))
    x = run(step, STATES[step](start), objective.grad, N_STEPS, lr=RATES).x
    for k, (steps, share) in enumerate(zip(found.steps, found.share, strict=True)):
        said = verdict(objective, x[:, :, k])
        assert np.isfinite(steps) == (said.kind == "converged")
        if np.isfinite(steps):
            assert re.fullmatch(rf"converged in {steps:.0f} steps?", said.text)
        if said.text.startswith("diverged"):
            assert np.isinf(share)


def test_with_noise_the_median_of_all_runs_counts():
    noise = race.noise_of_runs()
    assert noise.shape == (N_STEPS, 2, 1 + race.RUNS)
    assert not noise[:, :, 0].any()
    assert noise[:, :, 1:].std() == pytest.approx(race.NOISE, rel=0.02)
    found, objective = tuned("adam", "bowl", True), LANDSCAPES["bowl"]
    ends = [alone("adam", "bowl", found.lr, noise[:, :, k])[-1] for k in range(1, race.RUNS + 1)]
    share = np.median(objective.f(np.transpose(ends))) / objective.f(objective.x0)
    assert found.share[found.best] == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_the_noisy_run_that_is_shown_is_a_typical_one(optimizer, landscape):
    found, objective = tuned(optimizer, landscape, True), LANDSCAPES[landscape]
    f = objective.f(found.x[[0, -1]].T) - objective.minimum
    assert 1 / 3 < f[1] / f[0] / found.share[found.best] < 3


# What the figure claims


def converging(landscape, noise=False):
    return {name for name in OPTIMIZERS if np.isfinite(tuned(name, landscape, noise).steps).any()}


def test_only_adam_converges_everywhere_and_is_the_fastest_nowhere():
    assert converging("rosenbrock") == {"momentum", "adam"}
    assert converging("ravine, kappa = 10000") == {"rmsprop", "adam"}
    assert converging("bowl") == set(OPTIMIZERS)
    for landscape in LANDSCAPES:
        steps = {name: tuned(name, landscape).steps.min() for name in OPTIMIZERS}
        assert min(steps.values()) < steps["adam"]


def test_one_rate_serves_adam_everywhere_and_nobody_else():
    left = {name: race.best_for_all(name)[1] for name in OPTIMIZERS}
    assert left.pop("adam") < 1e-7
    assert min(left.values()) > 1e-3
    for name in OPTIMIZERS:
        lr, share = race.best_for_all(name)
        at = [tuned(name, landscape).share[list(RATES).index(lr)] for landscape in LANDSCAPES]
        assert max(at) == share


@pytest.fixture
def seeds(monkeypatch):
    """A function that takes another seed."""

    def take(seed):
        monkeypatch.setattr(race, "SEED", seed)
        forget()

    def forget():
        tuned.cache_clear()
        race._all_tuned.cache_clear()

    yield take
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_said_of_noise_does_not_hang_on_the_seed(seed, seeds):
    seeds(seed)
    left = {name: tuned(name, "rosenbrock", True).share.min() for name in OPTIMIZERS}
    others = min(left["gradient_descent"], left["rmsprop"])
    assert 5 * max(left["momentum"], left["adam"]) < others
    assert converging("ravine, kappa = 10000", True) == {"rmsprop", "adam"}
    assert not converging("bowl", True)
    left = [tuned(name, "bowl", True).share.min() for name in OPTIMIZERS]
    assert max(left) < 2 * min(left)


# The explorer


def test_the_sentence_names_rates_and_verdicts():
    lines = explore_race("bowl").sentence.splitlines()
    assert [line.split(",")[0] for line in lines[:4]] == list(OPTIMIZERS)
    assert "lr = 0.5" in lines[0] and "converged in 1 step." in lines[0]
    assert "lr = 0.07" in lines[3] and "converged in 74 steps." in lines[3]
    assert lines[4].startswith("With one lr") and lines[4].endswith("adam 1.3e-8 (lr = 1.5).")
    assert "noise, seed 11, is the same" in explore_race(noise=True).sentence.splitlines()[4]


def test_the_steps_cut_the_runs_and_the_repr_says_the_settings():
    explorer = explore_race("ravine, kappa = 10000", noise=True, n_steps=7)
    assert repr(explorer).startswith(
        "explore_race(landscape=ravine, kappa = 10000, n_steps=7, noise=True)\ngradient_descent, "
    )
    assert explorer.styles[0]["n"] == 8
    explorer.set(n_steps=0)
    assert "no step taken yet" in explorer.sentence


@pytest.mark.parametrize(
    "change, words",
    [
        ({"landscape": "cliff"}, "landscape must be one of"),
        ({"noise": 0.5}, "noise must be one of"),
        ({"n_steps": 501}, "n_steps must be a whole number from 0 to 500, got 501."),
        ({"n_steps": 2.5}, "n_steps must be a whole number"),
    ],
)
def test_bad_values_become_words_and_the_picture_stays(change, words):
    explorer = explore_race()
    before = explorer.sentence, explorer.paths
    explorer.set(**change)
    assert words in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths) == before
    with pytest.raises(ValueError, match=re.escape(words)):
        explore_race(**change)


FRAMES = """
    import { RaceExplorer } from "./explorers/js/race.js";
    const half = new RaceExplorer(data.recorded, { get: (name) => data[name] });
    const numbers = ({ buffer }) => Buffer.from(buffer).toString("base64");
    const plain = (path) => ({ ...path, points: numbers(path.points) });
    const frames = data.all.map((chosen) => half.frame(half.read(chosen), {}));
    const limits = (panel) => panel.limits;
    console.log(JSON.stringify(frames.map(({ paths, sentence, panels }) =>
      ({ sentence, paths: paths.map(plain), limits: panels.map(limits) }))));
"""


def test_the_browser_shows_what_python_shows(tmp_path):
    explorer = explore_race()
    names = ("landscape", "noise", "n_steps")
    chosen = [
        dict(zip(names, (*setting, n), strict=True))
        for setting in SETTINGS
        for n in ((0, 500) if setting == SETTINGS[0] else (500,))
    ]
    traits = {name: getattr(explorer, name) for name in ("recorded", "specs", "panels")}
    assert not explorer.through_kernel
    found = node(tmp_path, FRAMES, json.loads(json.dumps(traits)) | {"all": chosen})
    for values, frame in zip(chosen, found, strict=True):
        explorer.set(**values)
        assert frame["sentence"] == explorer.sentence, values
        for got, wanted in zip(frame["limits"], explorer.panels, strict=False):
            assert got == pytest.approx(wanted["limits"], rel=1e-9)
        points = np.frombuffer(explorer.paths)
        for path, style in zip(frame["paths"], explorer.styles, strict=True):
            assert {name: path.get(name, said) for name, said in style.items()} == style
            size = style["n"] * style["dimensions"]
            wanted, points = points[:size], points[size:]
            got = np.frombuffer(base64.b64decode(path["points"]))
            near_zero = 1e-9 if path["panel"] == 0 else 1e-12
            np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=near_zero, err_msg=str(values))
