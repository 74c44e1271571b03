"""The explorers of the online example and of beta2: curves are the runs, words are the numbers."""

import re

import numpy as np
import pytest

from course_lib.experiments.online import (
    OPTIMIZERS,
    adam_uncorrected,
    drift,
    period_steps,
    periodic,
    run_online,
)
from course_lib.explorers.beta2 import explore_beta2
from course_lib.explorers.online import POINTS, SCENES, explore_online, outlined, sampled
from course_lib.optimizers import adam
from course_lib.utils.text import short


def path_points(explorer, number):
    """The points of one path as the browser gets them, shape (n, 2)."""
    counts = [style["n"] for style in explorer.styles]
    points = np.frombuffer(explorer.paths).reshape(-1, 2)
    return points[sum(counts[:number]) : sum(counts[: number + 1])]


def test_steps_of_a_period_are_those_of_a_long_run():
    for beta1, beta2 in ((0.9, 0.99), (0.0, 0.9), (0.9, 0.999)):
        g = periodic(101 * 400)
        w = run_online(adam_uncorrected, g, lr=1.0, beta1=beta1, beta2=beta2, schedule="lr")
        expected = period_steps(beta2, beta1)
        np.testing.assert_allclose(-w.step[-101:], expected, rtol=1e-9)
        assert drift(beta2, beta1) == pytest.approx(expected.sum())


def test_thinning_keeps_ends_and_extremes():
    t = np.arange(1, 10_001)
    values = np.sin(t) + np.where(t == 7777, 5.0, 0.0) - np.where(t == 4444, 7.0, 0.0)
    points = outlined(values)
    assert len(points) <= 2 * POINTS
    assert points[0].tolist() == [1, values[0]]
    assert (points[:, 1].max(), points[:, 1].min()) == (values.max(), values.min())
    assert (np.diff(points[:, 0]) >= 0).all()
    few = sampled(values)
    assert len(few) <= POINTS
    assert few[-1].tolist() == [10_000, values[-1]]
    assert (values[few[:, 0].astype(int) - 1] == few[:, 1]).all()


def test_a_short_curve_is_not_thinned():
    values = np.array([3.0, 1.0, 2.0])
    assert sampled(values).tolist() == outlined(values).tolist() == [[1, 3], [2, 1], [3, 2]]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_sentence_gives_the_run(name):
    explorer = explore_online(show=[name], n_steps=500, lr=0.3, beta2=0.9)
    w = run_online(OPTIMIZERS[name], periodic(500), lr=0.3, beta1=0.9, beta2=0.9)
    regret = short(w.average_regret[-1], 3)
    words = f"{name} is at x = {w.x[-1]:.3f} after 500 steps, average regret {regret}."
    assert words in explorer.sentence
    assert list(explorer.runs) == [name]
    np.testing.assert_array_equal(explorer.runs[name].x, w.x)


def test_values_of_the_paper_are_drawn():
    explorer = explore_online(show=["Adam"])
    _, drawn_regret, drawn_x = (path_points(explorer, k) for k in range(3))
    ends = [[10_000, 0.6813], [10_000, 0.948]]  # the last time of the axis
    for end, drawn in zip(ends, (drawn_regret, drawn_x), strict=True):
        np.testing.assert_allclose(drawn[-1], end, rtol=1e-3)


def test_all_curves_are_shown_whole_and_six_fit_in_a_small_frame():
    explorer = explore_online(show=list(OPTIMIZERS)[:6])
    assert {style["every"] for style in explorer.styles} == {0}
    assert len(explorer.paths) < 50_000  # bytes


def test_rendered_again_only_when_the_axes_change():
    explorer = explore_online()
    before = explorer.background
    explorer.set(lr=0.1, beta1=0.5, beta2=0.999, high=500.0, low=-3.0, period=50, schedule="lr")
    assert explorer.background is before
    explorer.set(**{"AMSGrad (optax)": True})
    assert explorer.background is before
    for n_steps in (2000, 3000):
        explorer.set(n_steps=n_steps)
        assert explorer.background is not before
        before = explorer.background


def test_a_figure_that_is_used_again_looks_like_a_new_one():
    explorer = explore_online()
    figure = explorer.figure
    for n_steps in (100_000, 500):
        explorer.set(n_steps=n_steps, **{"Adam": False, "AMSGrad (optax)": True})
    assert explorer.figure is figure  # a new one takes twice as long
    new = explore_online(show=["AMSGrad (paper)", "AMSGrad (optax)"], n_steps=500)
    assert (explorer.background, explorer.paths) == (new.background, new.paths)


def test_buttons_set_the_papers_examples():
    explorer = explore_online(show=["Adam"], lr=0.1)
    explorer.press("slopes 3, −1")
    assert {n: explorer.values[n] for n in SCENES["slopes 3, −1"]} == SCENES["slopes 3, −1"]
    x = run_online(adam, periodic(1000, 3, -1, 3), beta1=0, beta2=0.1).x[-1]
    assert f"Adam is at x = {x:.3f} after 1000 steps" in explorer.sentence
    explorer.press("slopes 1010, −10")
    assert "x = 0.948 after 10000 steps" in explorer.sentence


def test_words_about_the_best_point():
    assert "sums to 10, so the best point is -1" in explore_online().sentence
    assert "sums to -90, so the best point is 1" in explore_online(high=910).sentence
    assert "so all points are equally good" in explore_online(high=1000).sentence
    assert "No optimizer is chosen" in explore_online(show=[]).sentence


@pytest.mark.parametrize(
    "change, words",
    [
        (
            {"period": 1},
            "period must be a whole number from 2 to 1000000, got 1. For example period=101",
        ),
        ({"period": 2.5}, "period must be a whole number"),
        (
            {"n_steps": 0},
            "n_steps must be a whole number from 1 to 100000, got 0. For example n_steps=60",
        ),
        ({"n_steps": 200_000}, "n_steps must be a whole number from 1 to 100000"),
        ({"lr": 0}, "lr must be a number > 0"),
        ({"beta2": 1}, "beta2 must be a number in [0, 1)"),
        ({"high": "much"}, "high must be a number from -1e+06 to 1e+06, got 'much'"),
        (
            {"high": 1e300},
            "high must be a number from -1e+06 to 1e+06, got 1e+300. For example high=1010.",
        ),
        ({"schedule": "fast"}, "schedule must be one of lr / sqrt(t), lr, lr / t, got 'fast'"),
    ],
)
def test_bad_values_become_words_and_the_picture_stays(change, words):
    explorer = explore_online()
    before = explorer.sentence, explorer.paths
    explorer.set(**change)
    assert words in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths) == before
    with pytest.raises(ValueError, match=re.escape(words)):
        explore_online(**change)


def test_unknown_names():
    with pytest.raises(ValueError, match="there is no C to set here"):
        explore_online(C=3)
    with pytest.raises(ValueError, match=r"show must be one of Adam; Adam, unc.* got 'adam'"):
        explore_online(show=["adam"])
    with pytest.raises(ValueError, match=r"show must be one of Adam; .* got adam"):
        explore_online(show=adam)
    with pytest.raises(ValueError, match="there is no lr to set here"):
        explore_beta2(lr=3)


def test_one_name_to_show_needs_no_brackets():
    assert list(explore_online(show="Adam, uncorrected").runs) == ["Adam, uncorrected"]


def test_numpys_error_settings_do_not_matter():
    with np.errstate(all="raise"):
        explorers = explore_online(), explore_beta2(), explore_beta2(period=1000, beta1=1e-3)
        assert not any(explorer.problem for explorer in explorers)


def test_slopes_of_very_different_size():
    assert "the right way" in explore_beta2(high=1e-6, low=-1e6).sentence


def test_a_point_of_the_drift_chooses_beta2():
    explorer = explore_beta2()
    explorer.choose(0, 4.0, 50.0)
    assert explorer.values["beta2"] == pytest.approx(0.9999)
    assert "-0.0785 lr per period, towards -1, the right way" in explorer.sentence


def test_the_button_goes_to_the_turning_point():
    explorer = explore_beta2()
    explorer.press("turning point")
    assert explorer.values["beta2"] == pytest.approx(0.9995158880901388)
    explorer.set(high=500.0)  # now the slopes sum to less than 0, and +1 is the best point
    assert "the right way" in explorer.sentence
    assert "At no beta2 does it turn" in explorer.sentence
    explorer.press("turning point")
    assert "no turning point" in explorer.problem["text"]


def test_of_several_turning_points_the_last_is_named():
    explorer = explore_beta2(beta1=0.99)  # the drift is below 0 at beta2 = 0 too
    low, turn, high = drift(np.array([0.0, 0.5, 0.99999]), beta1=0.99)
    assert (low < 0 < turn) and high < 0
    explorer.press("turning point")
    around = explorer.values["beta2"] + np.array([-1e-9, 1e-9])
    assert drift(around, beta1=0.99)[0] > 0 > drift(around, beta1=0.99)[1]


def test_the_figure_is_rendered_again_only_when_x_needs_more_room():
    explorer = explore_beta2()
    before = explorer.background
    explorer.set(beta2=0.9999)
    assert explorer.background is before
    explorer.set(beta2=0.5)
    assert explorer.background is not before
    low, high = explorer.figure.axes[1].get_ylim()
    assert low == -high
    assert high >= 3 * drift(0.5)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"low": 0.0}, "low must be a number from -1e+06 to -1e-06, got 0. For example low=-10."),
        ({"high": -1.0}, "high must be a number from 1e-06 to 1e+06, got -1"),
        ({"period": 1}, "period must be a whole number from 2 to 1000, got 1"),
        ({"beta2": 1.0}, "beta2 must be a number in [0, 1)"),
        ({"low": -1e-300}, "low must be a number from -1e+06 to -1e-06, got -1e-300"),
        ({"high": 1e300}, "got 1e+300. For example high=1010."),
        ({"high": np.nan}, "got nan. For example high=1010."),
        ({"period": np.nan}, "got nan. For example period=101."),
        ({"low": "x"}, "got 'x'. For example low=-10."),
    ],
)
def test_bad_values_of_beta2s_explorer(change, words):
    explorer = explore_beta2()
    before = explorer.sentence, explorer.paths
    explorer.set(**change)
    assert words in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths) == before
    with pytest.raises(ValueError, match=re.escape(words)):
        explore_beta2(**change)


def test_a_point_of_the_drift_that_is_no_number_is_said():
    explorer = explore_beta2()
    before = dict(explorer.chosen), explorer.paths
    explorer.choose(0, np.nan, 50.0)
    assert "a point must be finite" in explorer.problem["text"]
    assert (explorer.chosen, explorer.paths) == before
