"""Online problems with linear costs, on which Adam moves the wrong way and AMSGrad does not.

At every time t the cost g_t * x with x in [-1, 1] is paid, and its gradient g_t is seen. It does
not depend on x, so the moments of all times are known before the first step is taken: `run_online`
computes them first, then calls the library's own step function once, with all times as its runs.
Only the clipping to [-1, 1] goes step by step. Long runs are computed in blocks of times that fit
the processor's cache.
"""

from typing import NamedTuple

import numpy as np

from course_lib.optimizers import (
    AdamState,
    AMSGradState,
    adam,
    adam_uncorrected,
    amsgrad,
    amsgrad_keras,
    amsgrad_optax,
    amsgrad_torch,
    amsgrad_tutorial,
)
from course_lib.utils.hyperparameters import check_hyperparameter
from course_lib.utils.validation import (
    InvalidValue,
    check_array,
    check_choice,
    check_count,
    check_floats,
    check_real,
    shown,
)

OPTIMIZERS = {
    "Adam": adam,
    "Adam, uncorrected": adam_uncorrected,
    "AMSGrad (paper)": amsgrad,
    "AMSGrad (PyTorch)": amsgrad_torch,
    "AMSGrad (Keras)": amsgrad_keras,
    "AMSGrad (optax)": amsgrad_optax,
    "AMSGrad (tutorial)": amsgrad_tutorial,
}
"""What can be compared here: the name in menus, and the step function."""

SCHEDULES = {
    "lr / sqrt(t)": lambda lr, t: lr / np.sqrt(t),
    "lr": lambda lr, t: lr + 0.0 * t,
    "lr / t": lambda lr, t: lr / t,
}
"""Learning rate at the times ``t`` = 1, 2, ...; the first is the one of the paper's theorem."""


BLOCK = 10_000
"""Times that `run_online` takes at once: their arrays, 80 kB each, stay in the cache."""


def state_of(step):
    """The type of state that one of the `OPTIMIZERS` works on."""
    return AdamState if step in (adam, adam_uncorrected) else AMSGradState


class OnlineRun(NamedTuple):
    """All quantities, time first; entry i of the (n,) arrays belongs to time i + 1."""

    g: np.ndarray  # (n,) gradient of the cost
    lr: np.ndarray  # (n,) learning rate
    m: np.ndarray  # (n,) running mean of g
    v: np.ndarray  # (n,) running mean of g**2
    v_max: np.ndarray  # (n,) largest v so far; for Adam v itself
    step: np.ndarray  # (n,) subtracted from x before clipping
    x: np.ndarray  # (n + 1,) x[0] is the start
    average_regret: np.ndarray  # (n,) R_t / t


def periodic(n_steps, high=1010.0, low=-10.0, period=101):
    """Gradients ``high`` if t mod period = 1, else ``low``, for t = 1, ..., n_steps.

    The defaults are the online example of the AMSGrad paper's Figure 1. Its Section 3 is
    ``periodic(n_steps, high=C, low=-1, period=3)`` with C > 2.

    Returns
    -------
    ndarray, shape (n_steps,)

    Examples
    --------
    >>> periodic(7, high=3, low=-1, period=3)
    array([ 3., -1., -1.,  3., -1., -1.,  3.])
    """
    n_steps = check_count(n_steps)
    example = "101, the times until the high slope comes back"
    rule, allows = "be a whole number >= 2", lambda p: p >= 2 and p == int(p)
    period = check_real("period", period, rule, allows, example)
    g = np.full(n_steps, check_real("low", low, example=-10))
    g[:: int(period)] = check_real("high", high, example=1010)
    return g


def stochastic(n_steps, high=1010.0, low=-10.0, probability=0.01, seed=1):
    """Gradients ``high`` with the given probability, else ``low``, independently at each time.

    The defaults are the stochastic example of the AMSGrad paper's Figure 1, on average 0.2 uphill.
    ``stochastic(2000, high=10, low=-1, probability=0.15)`` shows the same much sooner.

    Returns
    -------
    ndarray, shape (n_steps,)
    """
    rule = "be a number in [0, 1]"
    check_real("probability", probability, rule, lambda p: 0 <= p <= 1, example=0.01)
    high, low = check_real("high", high, example=1010), check_real("low", low, example=-10)
    rng = np.random.default_rng(check_count(seed, "seed", example=1))
    return np.where(rng.random(check_count(n_steps)) < probability, high, low)


def run_online(step, g, lr=0.5, beta1=0.9, beta2=0.99, schedule="lr / sqrt(t)", x0=0.0):
    """Run an optimizer on the costs g_t * x, clipping x to [-1, 1] after each step.

    Parameters
    ----------
    step : callable
        One of `OPTIMIZERS`.
    g : array_like, shape (n,)
        Gradients, for example from `periodic` or `stochastic`.
    lr : float
        Learning rate α before the schedule.
    beta1, beta2 : float
        Decay rates, in [0, 1).
    schedule : str
        One of `SCHEDULES`.
    x0 : float
        Start, in [-1, 1].

    Returns
    -------
    OnlineRun

    Raises
    ------
    ValueError
        If a number, the step or the schedule is not allowed.

    Notes
    -----
    The AMSGrad paper names neither α, nor a start, nor a number of steps: these are our choice.
    The same numbers, a hundred times slower, come from `course_lib.optimizers.run` with
    ``projected(step, -1, 1)``.

    Examples
    --------
    >>> g = periodic(30, high=3, low=-1, period=3)
    >>> float(run_online(adam, g, beta1=0, beta2=0.1).x[-1].round(3))
    0.757
    >>> float(run_online(amsgrad, g, beta1=0, beta2=0.1).x[-1].round(3))
    -0.81
    """
    g = _check_run(step, g, lr, beta1, beta2, schedule, x0)
    lr = _rates(schedule, lr, len(g))
    m, v, v_max, steps, x = (np.empty(len(g)) for _ in range(5))
    last = AMSGradState(x=float(x0))
    for first in range(0, len(g), BLOCK):
        block = slice(first, first + BLOCK)
        with np.errstate(all="ignore"):  # as `run` does
            before = _before_each_step(step, g[block], beta1, beta2, last)
            after = step(before, g[block], lr=lr[block], beta1=beta1, beta2=beta2)
        m[block], v[block] = after.m, after.v
        v_max[block] = getattr(after, "v_max", after.v)
        steps[block] = -after.x
        x[block] = _clipped_sum(-after.x, last.x)
        last = AMSGradState(*(values[block][-1] for values in (x, m, v, v_max)), t=first + BLOCK)
    x = np.append(float(x0), x)
    return OnlineRun(g, lr, m, v, v_max, steps, x, average_regret(g, x))


def effective_rate(step, g, lr=0.5, beta1=0.9, beta2=0.99, schedule="lr / sqrt(t)"):
    """The factor of the (corrected) mean gradient at each time: the learning rate over the root.

    Parameters are those of `run_online`. AMSGrad's proof needs this never to grow.

    Returns
    -------
    ndarray, shape (n,)
        nan at times where the gradient is 0.

    Examples
    --------
    One gradient of 100, then only 1s; constant lr:

    >>> g = np.append(100.0, np.ones(999))
    >>> for step in (amsgrad, amsgrad_torch, amsgrad_optax):
    ...     print(effective_rate(step, g, lr=1.0, beta2=0.999, schedule="lr")[[0, -1]].round(4))
    [0.3162 0.3162]
    [0.01   0.2515]
    [0.01 0.01]
    """
    g = _check_run(step, g, lr, beta1, beta2, schedule)
    lr = _rates(schedule, lr, len(g))
    with np.errstate(all="ignore"):
        before = _before_each_step(step, g, beta1, beta2, AMSGradState(x=0.0))
        # with beta1 = 0 the mean gradient is g itself, so the step shows the factor
        after = step(before, g, lr=lr, beta1=0.0, beta2=beta2)
        return np.divide(-after.x, g, out=np.full(len(g), np.nan), where=g != 0)


def average_regret(g, x):
    """R_t / t, shape (n,): the cost so far minus that of the best single x in hindsight, per time.

    The best x in [-1, 1] for the sum G of the gradients so far is -1 or +1 and costs -|G|.
    """
    example = "average_regret(result.g, result.x)"
    g, x = check_array("g", g, example), check_array("x", x, example)
    if g.ndim != 1 or x.shape not in ((len(g),), (len(g) + 1,)):
        rule = "have one entry for each gradient g, or one more at the end"
        raise InvalidValue("x", rule, f"{x.shape} for g {g.shape}", example)
    with np.errstate(all="ignore"):
        paid = np.cumsum(g * x[: len(g)])
        return (paid + np.abs(np.cumsum(g))) / np.arange(1, len(g) + 1)


def _rates(schedule, lr, n_steps):
    return SCHEDULES[schedule](lr, np.arange(1, n_steps + 1))


def _before_each_step(step, g, beta1, beta2, last):
    """The optimizer's states before all steps as one state; x is 0, so that x after is -step.

    ``last`` is the state after the times before these.
    """
    t = np.arange(last.t + 1, last.t + 1 + len(g))
    if beta1 ** (last.t + 1) == beta2 ** (last.t + 1) == 0:
        t = t[:1]  # the powers stay 0, so one t stands for all and spares computing them
    m = _running_mean(g, beta1**t if step is amsgrad_tutorial else beta1, last.m)
    v = _running_mean(g**2, beta2, last.v)
    shifted = {"x": np.zeros(len(g)), "m": m[:-1], "v": v[:-1], "t": t - 1}
    if state_of(step) is AdamState:
        return AdamState(**shifted)
    largest = v[1:] / (1 - beta2**t) if step is amsgrad_optax else v[1:]
    v_max = np.maximum.accumulate(np.append(last.v_max, largest))
    return AMSGradState(**shifted, v_max=v_max[:-1])


def _running_mean(values, decay, last):
    """m = decay * m + (1 - decay) * value from m = ``last``, for all times, shape (n + 1,).

    By doubling: the mean over 2 d values is that over the last d plus the faded one before.
    """
    m, fading, d = (1 - decay) * values, np.full(len(values), decay, float), 1
    while d < len(m) and fading[d:].any():
        m[d:] += fading[d:] * m[:-d]
        fading[d:] = fading[d:] * fading[:-d]
        d = 2 * d
    return np.append(last, m + fading * last)


def _clipped_sum(steps, x):
    """x - steps[0] - steps[1] ..., clipped to [-1, 1] each time, shape (n,)."""
    return [
        x := (1.0 if (free := x - step) > 1.0 else -1.0 if free < -1.0 else free)
        for step in steps.tolist()
    ]


def _check_run(step, g, lr, beta1, beta2, schedule, x0=0.0):
    """The gradients as an array, after everything has been checked."""
    if callable(g):
        raise ValueError(
            "the step function comes first, then the gradients. For example "
            "run_online(adam, periodic(1000))."
        )
    if not any(step is known for known in OPTIMIZERS.values()):
        raise InvalidValue(
            "step",
            f"be one of {', '.join(known.__name__ for known in OPTIMIZERS.values())}",
            shown(step),
            "run(projected(step, -1, 1), ...) for any other step function",
        )
    check_choice("schedule", schedule, SCHEDULES)
    for name, value in {"lr": lr, "beta1": beta1, "beta2": beta2}.items():
        check_real(name, value, "be one number", example="0.5; for several write a loop")
        check_hyperparameter(name, value)
    check_real("x0", x0, "be a number in [-1, 1]", lambda x0: -1 <= x0 <= 1, example=0)
    rule = "be a row of finite gradients"
    return check_floats(
        "g", g, rule, lambda g: g.ndim == 1 and np.isfinite(g).all(), "g=periodic(1000)"
    )


# Where Adam turns round: its exact drift on the periodic problem, as beta2 varies


def drift(beta2, beta1=0.9, high=1010.0, low=-10.0, period=101):
    """Movement of uncorrected Adam in one period, once its moments are periodic too.

    In units of a constant lr, away from the ends of [-1, 1]; positive is towards +1, the wrong way
    if the gradients of a period sum to more than 0.

    Parameters
    ----------
    beta2 : float or ndarray, shape (...)
    beta1 : float
    high, low, period
        The gradients, see `periodic`.

    Returns
    -------
    float or ndarray, shape (...)

    Notes
    -----
    Write the gradients as ``low``, plus ``high - low`` at the times k = 0 of each period P. The
    running mean of a constant is that constant; a pulse of 1 every P steps has, k steps after a
    pulse, the running mean p(β) = (1 - β)(β^k + β^(k+P) + ...) = (1 - β) β^k / (1 - β^P). So

        m_k = low  (1 - p(β1)) + high  p(β1)
        v_k = low² (1 - p(β2)) + high² p(β2)

    and the drift is -Σ m_k / √v_k over k = 0, ..., P - 1. As β2 goes to 1 all v_k become the same,
    the mean of g², and the drift gets the sign of -Σ g: the right way.

    Examples
    --------
    >>> drift(np.array([0.99, 0.999, 0.9999])).round(3)
    array([ 1.901,  0.105, -0.079])
    """
    return period_steps(beta2, beta1, high, low, period).sum(axis=-1)


def period_steps(beta2, beta1=0.9, high=1010.0, low=-10.0, period=101):
    """The moves -m_k / √v_k of one period, shape (..., period); the first follows ``high``."""
    beta1, beta2 = (check_hyperparameter(n, v) for n, v in [("beta1", beta1), ("beta2", beta2)])
    check_count(period, "period", low=1, example=101)
    with np.errstate(all="ignore"):  # β^k may be too small for a number
        return move(np.arange(period), beta2[..., None], beta1, high, low, period)


def move(k, beta2, beta1, high, low, period):
    """The move -m_k / √v_k at time k of a period."""
    of_m, of_v = _pulse(beta1, k, period), _pulse(beta2, k, period)
    m = low * (1 - of_m) + high * of_m
    v = low**2 * (1 - of_v) + high**2 * of_v
    return -m / np.sqrt(v)


def _pulse(beta, k, period):
    return (1 - beta) * beta**k / (1 - beta**period)


def critical_beta2(beta1=0.9, high=1010.0, low=-10.0, period=101, inside=(0.99, 0.9999)):
    """The beta2 at which `drift` changes its sign, by bisection to the last bit.

    Parameters
    ----------
    beta1, high, low, period
        See `drift`.
    inside : tuple of two floats
        Where to look: a beta2 with drift above 0, and one with drift below 0.

    Examples
    --------
    >>> round(critical_beta2(), 6)
    0.999516
    """
    wrong, right = inside
    ends = drift(np.array(inside), beta1, high, low, period)
    if not ends[0] > 0 > ends[1]:
        got = f"{ends[0]:.3g} at {wrong} and {ends[1]:.3g} at {right}"
        rule = "be > 0 at inside[0] and < 0 at inside[1]"
        raise InvalidValue("the drift", rule, got, "inside=(0.99, 0.9999)")
    while wrong < (middle := (wrong + right) / 2) < right:
        if drift(middle, beta1, high, low, period) > 0:
            wrong = middle
        else:
            right = middle
    return right
