"""The online problems where Adam fails: golden values, and the library's own steps one by one."""

import numpy as np
import pytest

from course_lib.experiments import online
from course_lib.experiments.online import (
    OPTIMIZERS,
    SCHEDULES,
    adam_uncorrected,
    average_regret,
    critical_beta2,
    drift,
    effective_rate,
    periodic,
    run_online,
    stochastic,
)
from course_lib.optimizers import (
    AdamState,
    AMSGradState,
    adam,
    amsgrad,
    amsgrad_keras,
    amsgrad_optax,
    amsgrad_torch,
    amsgrad_tutorial,
    projected,
    run,
)


def one_by_one(step, g, schedule, **hyper):
    """The same walk with `run`, whose gradient is the next slope."""
    state = AdamState if step in (adam, adam_uncorrected) else AMSGradState
    slopes = iter(g)
    hyper["lr"] = lambda t, lr=hyper["lr"]: SCHEDULES[schedule](lr, np.array([t]))[0]
    return run(
        projected(step, -1, 1),
        state(np.zeros(1)),
        lambda x: np.array([next(slopes)]),
        len(g),
        **hyper,
    )


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("step", OPTIMIZERS.values())
def test_walk_equals_the_library_step_by_step(step, schedule):
    g = np.where(np.random.default_rng(3).random(700) < 0.1, 30.0, -2.0)
    hyper = {"lr": 0.3, "beta1": 0.8, "beta2": 0.95}
    history = one_by_one(step, g, schedule, **hyper)
    fast = run_online(step, g, schedule=schedule, **hyper)
    np.testing.assert_allclose(fast.x, history.x[:, 0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(fast.m, history.m[1:, 0], rtol=0, atol=1e-13)
    np.testing.assert_allclose(fast.v, history.v[1:, 0], rtol=1e-13)
    if hasattr(history, "v_max"):
        np.testing.assert_allclose(fast.v_max, history.v_max[1:, 0], rtol=1e-13)


GOLDEN = {  # steps: x at the end for the steps in this order
    10**4: (0.948, 0.996, -0.801, -0.901, -0.901, -0.921),
    10**5: (0.993, 0.993, -0.984, -0.998, -0.998, -0.944),
}
IN_ORDER = (adam, adam_uncorrected, amsgrad, amsgrad_torch, amsgrad_keras, amsgrad_optax)


@pytest.mark.parametrize("n_steps", GOLDEN)
def test_figure_1_online(n_steps):
    g = periodic(n_steps)
    x = [run_online(step, g).x[-1] for step in IN_ORDER]
    np.testing.assert_allclose(x, GOLDEN[n_steps], rtol=0, atol=6e-4)


def test_average_regret_after_five_million_steps():
    g = periodic(5_000_000)
    regret = [run_online(step, g).average_regret[-1] for step in IN_ORDER]
    golden = (0.2114, 0.2115, 0.0151, 0.0149, 0.0149, 0.0025)
    np.testing.assert_allclose(regret, golden, rtol=0, atol=6e-5)


@pytest.mark.parametrize("beta1", [0, 0.3])  # 0.3**t is 0 from t = 619 on
@pytest.mark.parametrize("step", OPTIMIZERS.values())
def test_blocks_do_not_matter(monkeypatch, step, beta1):
    g = np.where(np.random.default_rng(4).random(2000) < 0.1, 30.0, -2.0)
    whole = run_online(step, g, beta1=beta1, beta2=0.3)
    monkeypatch.setattr(online, "BLOCK", 300)
    for name, blocks in run_online(step, g, beta1=beta1, beta2=0.3)._asdict().items():
        np.testing.assert_allclose(blocks, getattr(whole, name), rtol=1e-12, atol=1e-12)


def test_section_3_after_30_steps():
    g = periodic(30, high=3, low=-1, period=3)
    x = [run_online(step, g, beta1=0, beta2=0.1).x[-1] for step in (adam, amsgrad)]
    np.testing.assert_allclose(x, (0.757, -0.810), rtol=0, atol=6e-4)


ADAM_X = """-0.500 -0.231 0.048 -0.214 -0.044 0.154 -0.044 0.091 0.251 0.086 0.201 0.340 0.195 0.297
0.422 0.291 0.383 0.497 0.377 0.462 0.567"""  # rows 1 to 21 of the table in notebook 05


def test_section_3_rows_of_adam():
    rows = run_online(adam, periodic(21, high=3, low=-1, period=3), beta1=0, beta2=0.1)
    np.testing.assert_allclose(rows.x[1:], np.fromstring(ADAM_X, sep=" "), rtol=0, atol=6e-4)


def test_section_3_first_rows_with_a_calculator():
    g = periodic(4, high=3, low=-1, period=3)
    rows = run_online(amsgrad, g, beta1=0, beta2=0.1)
    np.testing.assert_allclose(rows.v, [8.1, 1.71, 1.071, 8.2071])
    np.testing.assert_allclose(rows.v_max, [8.1, 8.1, 8.1, 8.2071])
    steps = [0.5 * 3 / 8.1**0.5, -0.5 / (2 * 8.1) ** 0.5, -0.5 / (3 * 8.1) ** 0.5]
    np.testing.assert_allclose(rows.step[:3], steps)
    np.testing.assert_allclose(rows.x[:4], [0, *-np.cumsum(steps)])


def test_average_regret_of_adam_tends_to_20_over_101():
    regret = [run_online(adam, periodic(n)).average_regret[-1] for n in (10**4, 10**5)]
    assert regret[0] > regret[1] > 20 / 101
    at_plus_one = average_regret(periodic(10_100), np.ones(10_101))
    assert at_plus_one[-1] == pytest.approx(20 / 101)


def test_average_regret_by_hand():
    # paid 3·0, -1·0.5, -4·1; for the sums 3, 2, -2 the best points -1, -1, +1 cost -3, -2, -2
    x = np.array([0, 0.5, 1, 1])
    regret = [0 + 3, -0.5 + 2, -4.5 + 2]
    np.testing.assert_allclose(average_regret(np.array([3.0, -1, -4]), x), regret / np.arange(1, 4))
    assert average_regret([1, 2], [0, 0, 0]).tolist() == [1, 1.5]
    with pytest.raises(ValueError, match="one entry for each gradient g"):
        average_regret([1, 2], [0])


def test_numpys_error_settings_do_not_matter():
    with np.errstate(all="raise"):
        run_online(adam, periodic(10_000))
        effective_rate(adam, periodic(10_000), beta2=0.1)
        drift(1e-5)
    assert run_online(adam, [1e200, -1e200]).v.tolist() == [np.inf, np.inf]


def test_drift_where_one_slope_is_much_smaller():
    tiny, huge = 1e-6, -1e6
    wanted = -1 - (-1) * 100  # without memory each step is one lr long
    assert drift(np.array([0.0]), 0.0, tiny, huge)[0] == pytest.approx(wanted)


def test_schedules():
    def rates(schedule):
        return run_online(adam, periodic(4), lr=0.5, schedule=schedule).lr.tolist()

    assert rates("lr") == [0.5] * 4
    assert rates("lr / t") == [0.5, 0.25, 0.5 / 3, 0.125]
    assert rates("lr / sqrt(t)") == pytest.approx([0.5, 0.5 / 2**0.5, 0.5 / 3**0.5, 0.25])


def test_regret_does_not_vanish_with_a_constant_lr():
    g = periodic(10**6)
    constant = run_online(amsgrad, g, lr=0.01, schedule="lr").average_regret[-1]
    assert constant == pytest.approx(0.336, abs=6e-4)
    assert run_online(amsgrad, g).average_regret[-1] == pytest.approx(0.0347, abs=6e-5)


def test_each_period_costs_a_third_per_time_with_a_constant_lr():
    w = run_online(amsgrad, periodic(101 * 6000), lr=0.01, schedule="lr")
    assert w.g[-101:] @ (w.x[-102:-1] + 1) / 101 == pytest.approx(0.329, abs=6e-4)


def test_quick_stochastic_setting_for_20_seeds():
    for seed in range(1, 21):
        g = stochastic(2000, high=10, low=-1, probability=0.15, seed=seed)
        assert run_online(adam, g, beta1=0, beta2=0.1).x[-1] > 0.9
        assert run_online(amsgrad, g, beta1=0, beta2=0.1).x[-1] < -0.9


def test_paper_stochastic_setting_for_six_seeds():
    """Adam is at the wrong end for all; AMSGrad is on the right side, not yet at its end."""
    for seed in range(1, 7):
        g = stochastic(10**5, seed=seed)
        assert run_online(adam, g, lr=1).x[-1] > 0.9
        assert run_online(amsgrad, g, lr=1).x[-1] < 0


def test_slopes():
    g = periodic(203)
    assert np.flatnonzero(g == 1010).tolist() == [0, 101, 202]
    assert set(g) == {1010, -10}
    g = stochastic(10**5, seed=5)
    assert np.mean(g == 1010) == pytest.approx(0.01, abs=0.001)
    assert (g == stochastic(10**5, seed=5)).all()
    assert (g != stochastic(10**5, seed=6)).any()


def test_effective_rate_grows_with_torch_and_keras_only():
    g = np.append(100.0, np.ones(999))
    grows = {
        step: (np.diff(effective_rate(step, g, 1, 0.9, 0.999, "lr")) > 1e-9).any()
        for step in (amsgrad, amsgrad_torch, amsgrad_keras, amsgrad_optax, amsgrad_tutorial)
    }
    assert [step for step in grows if grows[step]] == [amsgrad_torch, amsgrad_keras]


def test_effective_rate_without_any_memory_follows_the_schedule():
    factor = effective_rate(adam, np.ones(4), lr=1.0, beta1=0, beta2=0)
    np.testing.assert_allclose(factor, 1 / np.sqrt([1, 2, 3, 4]), rtol=1e-7)


def test_one_large_first_gradient_pins_optax():
    g = np.append(100.0, np.ones(999))
    w = run_online(amsgrad_optax, g, beta2=0.999)
    np.testing.assert_allclose(w.v_max, 100.0**2)
    np.testing.assert_allclose(run_online(amsgrad, g, beta2=0.999).v_max, 10)


def test_first_step_of_the_paper():
    first = run_online(amsgrad, periodic(5), lr=0.02, beta1=0.9, beta2=0.999).step[0]
    assert first == pytest.approx(0.02 * (1 - 0.9) / np.sqrt(1 - 0.999))


@pytest.mark.parametrize("beta2", [0.9, 0.99, 0.999])
def test_drift_is_that_of_a_walk(beta2):
    """Steps so short that x is never clipped; the moments have long forgotten their start."""
    w = run_online(adam_uncorrected, periodic(101 * 400), lr=1e-6, beta2=beta2, schedule="lr")
    per_period = (w.x[-1] - w.x[-1 - 101]) / 1e-6
    assert per_period == pytest.approx(float(drift(beta2)), rel=1e-8)


def test_drift_changes_its_sign():
    beta2 = critical_beta2()
    assert round(beta2, 6) == 0.999516
    assert drift(np.nextafter(beta2, 0) - 1e-12) > 0 > drift(beta2 + 1e-12)
    assert drift(0.999) > 0
    with pytest.raises(ValueError, match="inside"):
        critical_beta2(inside=(0.9, 0.99))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"step": run}, "adam_uncorrected"),
        ({"lr": 0}, "lr must be"),
        ({"beta1": 1}, "beta1 must be"),
        ({"beta2": np.nan}, "beta2 must be"),
        ({"schedule": "1/t"}, "lr / sqrt"),
        ({"x0": 2}, r"\[-1, 1\]"),
        ({"x0": [0]}, r"\[-1, 1\], got \[0\]"),
        ({"beta1": np.array([0.1, 0.2])}, "beta1 must be one number"),
        ({"step": periodic(5), "g": adam}, "step function comes first, then the gradients"),
        ({"step": periodic(5)}, "step must be one of adam"),
        ({"schedule": ["lr"]}, "schedule must be one of"),
        ({"g": "abc"}, "row of finite gradients"),
        ({"g": [1.0, np.nan]}, "finite"),
        ({"g": np.ones((2, 2))}, "row of finite gradients"),
    ],
)
def test_wrong_input_of_walk(wrong, words):
    with pytest.raises(ValueError, match=words):
        run_online(**{"step": adam, "g": periodic(5), **wrong})


@pytest.mark.parametrize(
    ("make", "wrong", "words"),
    [
        (periodic, {"period": 1}, "period"),
        (periodic, {"period": 2.5}, "period"),
        (periodic, {"high": np.inf}, "high"),
        (periodic, {"n_steps": -1}, "n_steps"),
        (periodic, {"period": "3"}, "period .* got '3'"),
        (periodic, {"high": [1, 2]}, "high must be a finite number"),
        (stochastic, {"probability": 2}, "probability"),
        (stochastic, {"probability": None}, "probability must be a number"),
        (stochastic, {"seed": -1}, "^seed must be a whole number"),
    ],
)
def test_wrong_slopes(make, wrong, words):
    with pytest.raises(ValueError, match=words):
        make(**{"n_steps": 5, **wrong})


def test_no_steps():
    assert run_online(adam, periodic(0)).x.tolist() == [0]
