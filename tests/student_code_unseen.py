"""Step functions in the styles that students write, most of them without a look at the bank.

Each is labelled with the algorithm that was asked for, the verdict that it deserves, and the slug
of its mistake or variant. ``unknown`` marks what no list names: there is no guessing.
"""

import functools
import math
import operator
from collections import namedtuple
from copy import copy, deepcopy

import numpy as np

from course_lib.optimizers import (
    AdaGradState,
    AdamState,
    AMSGradState,
    GradientDescentState,
    MomentumState,
    NesterovState,
    RMSPropState,
)

SAMPLES = []
"""(step function, algorithm, verdict, slug or None)"""


def sample(algorithm, verdict, slug=None):
    """Put a step function on the list."""

    def listed(step):
        SAMPLES.append((step, algorithm, verdict, slug))
        return step

    return listed


# ---------------------------------------------------------------------------- Adam, mistakes


@sample("adam", "mistake", "first-moment-unscaled")
def adam_long_names(state, gradient, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    position, first_moment, second_moment, step_number = state
    step_number = step_number + 1
    # update the moments
    first_moment = beta1 * first_moment + gradient
    second_moment = beta2 * second_moment + (1 - beta2) * gradient**2
    corrected_first = first_moment / (1 - beta1**step_number)
    corrected_second = second_moment / (1 - beta2**step_number)
    new_position = position - lr * corrected_first / (np.sqrt(corrected_second) + eps)
    return AdamState(new_position, first_moment, second_moment, step_number)


@sample("adam", "mistake", "first-moment-unscaled")
def adam_polyak_sum(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    s = state._asdict()
    s["t"] += 1
    s["m"] = np.add(np.multiply(beta1, s["m"]), g)
    s["v"] = np.add(np.multiply(beta2, s["v"]), np.multiply(1 - beta2, np.square(g)))
    mh = np.divide(s["m"], 1 - np.power(beta1, s["t"]))
    vh = np.divide(s["v"], 1 - np.power(beta2, s["t"]))
    s["x"] = np.subtract(s["x"], np.divide(lr * mh, np.sqrt(vh) + eps))
    return AdamState(**s)


@sample("adam", "mistake", "absolute-gradient")
def adam_abs(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.abs(g)
    mhat, vhat = m / (1 - beta1**t), v / (1 - beta2**t)
    return AdamState(x - lr * mhat / (vhat**0.5 + eps), m, v, t)


@sample("adam", "mistake", "absolute-gradient")
def adam_abs_in_a_loop(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    new_x, new_m, new_v = [], [], []
    for i in range(len(g)):
        mi = beta1 * state.m[i] + (1.0 - beta1) * g[i]
        vi = beta2 * state.v[i] + (1.0 - beta2) * math.fabs(g[i])
        m_hat = mi / (1.0 - beta1**t)
        v_hat = vi / (1.0 - beta2**t)
        new_x.append(state.x[i] - lr * m_hat / (math.sqrt(v_hat) + eps))
        new_m.append(mi)
        new_v.append(vi)
    return AdamState(np.array(new_x), np.array(new_m), np.array(new_v), t)


@sample("adam", "mistake", "second-moment-of-m")
def adam_zip_lists(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m = [beta1 * a + (1 - beta1) * b for a, b in zip(state.m, g, strict=True)]
    v = [beta2 * a + (1 - beta2) * b**2 for a, b in zip(state.v, m, strict=True)]
    mc = [a / (1 - beta1**t) for a in m]
    vc = [a / (1 - beta2**t) for a in v]
    x = [p - lr * a / (b**0.5 + eps) for p, a, b in zip(state.x, mc, vc, strict=True)]
    return x, m, v, t


@sample("adam", "mistake", "one-norm-for-all")
def adam_dot(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = m * beta1 + g * (1 - beta1)
    v = v * beta2 + np.dot(g, g) * (1 - beta2)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return AdamState(x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, t)


@sample("adam", "mistake", "one-norm-for-all")
def adam_sum_of_squares(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m = state.m + (1 - beta1) * (g - state.m)
    size = np.linalg.norm(g) ** 2
    v = state.v + (1 - beta2) * (size - state.v)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return state._replace(x=state.x - lr * m_hat / (np.sqrt(v_hat) + eps), m=m, v=v, t=t)


@sample("adam", "mistake", "second-moment-sums")
def adam_adagrad_v(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = v + g * g
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return AdamState(x, m, v, t)


def running_mean(old, new, keep):
    return keep * old + (1 - keep) * new


def unbias(value, keep, n):
    return value / (1 - keep**n)


@sample("adam", "mistake", "beta1-in-v")
def adam_with_helpers(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    n = state.t + 1
    m = running_mean(state.m, g, beta1)
    v = running_mean(state.v, g**2, beta1)
    step = unbias(m, beta1, n) / (np.sqrt(unbias(v, beta1, n)) + eps)
    return AdamState(state.x - lr * step, m, v, n)


@sample("adam", "mistake", "beta1-in-v")
def adam_beta1_in_the_mean_only(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    n = state.t + 1
    m = running_mean(state.m, g, beta1)
    v = running_mean(state.v, g**2, beta1)
    step = unbias(m, beta1, n) / (np.sqrt(unbias(v, beta2, n)) + eps)
    return AdamState(state.x - lr * step, m, v, n)


@sample("adam", "mistake", "betas-swapped")
def adam_swapped(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t += 1
    m = beta2 * m + (1 - beta2) * g
    v = beta1 * v + (1 - beta1) * g**2
    mh = m / (1 - beta2**t)
    vh = v / (1 - beta1**t)
    return AdamState(x - lr * mh / (np.sqrt(vh) + eps), m, v, t)


@sample("adam", "mistake", "betas-swapped")
def adam_swapped_by_a_call(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    def core(x, m, v, t, b2, b1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        mh, vh = m / (1 - b1**t), v / (1 - b2**t)
        return x - lr * mh / (np.sqrt(vh) + eps), m, v, t

    return AdamState(*core(state.x, state.m, state.v, state.t + 1, beta1, beta2))


@sample("adam", "mistake", "t-frozen")
def adam_time_one(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return AdamState(x, m, v, t)


@sample("adam", "mistake", "t-frozen")
def adam_forgets_to_return_t(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * g**2
    x = state.x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return state._replace(x=x, m=m, v=v)


@sample("adam", "mistake", "t-from-zero")
def adam_counts_last(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    t = t + 1
    return AdamState(x, m, v, t)


@sample("adam", "mistake", "t-from-zero")
def adam_counts_last_in_floats(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    xs, ms, vs = [], [], []
    for x, m, v, slope in zip(
        state.x.tolist(), state.m.tolist(), state.v.tolist(), g.tolist(), strict=True
    ):
        m = beta1 * m + (1 - beta1) * slope
        v = beta2 * v + (1 - beta2) * slope * slope
        mh = m / (1 - float(beta1) ** state.t)
        vh = v / (1 - float(beta2) ** state.t)
        xs.append(x - lr * mh / (math.sqrt(vh) + eps))
        ms.append(m)
        vs.append(v)
    return AdamState(np.array(xs), np.array(ms), np.array(vs), state.t + 1)


@sample("adam", "mistake", "no-bias-correction")
def adam_no_hats(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * g**2
    return AdamState(state.x - lr * m / (np.sqrt(v) + eps), m, v, state.t + 1)


@sample("adam", "mistake", "no-bias-correction")
def adam_hats_unused(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    print(f"step {t}: m_hat = {m_hat}, v_hat = {v_hat}")
    x = x - lr * m / (np.sqrt(v) + eps)
    return AdamState(x, m, v, t)


@sample("adam", "mistake", "only-m-corrected")
def adam_only_m(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = m - (1 - beta1) * (m - g)
    v = v - (1 - beta2) * (v - g**2)
    return AdamState(x - lr / (1 - beta1**t) * m / (np.sqrt(v) + eps), m, v, t)


@sample("adam", "mistake", "only-v-corrected")
def adam_only_v(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    denominator = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    return AdamState(x - lr * m / denominator, m, v, t)


@sample("adam", "mistake", "correction-multiplied")
def adam_times(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m * (1 - beta1**t), v * (1 - beta2**t)
    return AdamState(x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, t)


@sample("adam", "mistake", "correction-power-fixed")
def adam_squared_betas(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**2)
    v_hat = v / (1 - beta2**2)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return AdamState(x, m, v, t)


@sample("adam", "mistake", "correction-stored")
def adam_overwrites_m_and_v(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    m = m / (1 - beta1**t)
    v = beta2 * v + (1 - beta2) * g**2
    v = v / (1 - beta2**t)
    x = x - lr * m / (np.sqrt(v) + eps)
    return AdamState(x, m, v, t)


@sample("adam", "mistake", "correction-stored")
def adam_returns_the_hats(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m_hat = (beta1 * state.m + (1 - beta1) * g) / (1 - beta1**t)
    v_hat = (beta2 * state.v + (1 - beta2) * g**2) / (1 - beta2**t)
    return (state.x - lr * m_hat / (np.sqrt(v_hat) + eps), m_hat, v_hat, t)


@sample("adam", "mistake", "no-square-root")
def adam_no_root(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return AdamState(x - lr * m_hat / (v_hat + eps), m, v, t)


@sample("adam", "mistake", "eps-inside-root")
def adam_eps_under_the_root(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = np.array(
        [
            xi - lr * mi / math.sqrt(vi + eps)
            for xi, mi, vi in zip(state.x, m_hat, v_hat, strict=True)
        ]
    )
    return AdamState(x=x, m=m, v=v, t=t)


@sample("adam", "mistake", "eps-outside-bracket")
def adam_missing_bracket(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * m_hat / np.sqrt(v_hat) + eps
    return AdamState(x, m, v, t)


@sample("adam", "mistake", "gradient-not-moment")
def adam_uses_g(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_hat = v / (1 - beta2**t)
    x = x - lr * g / (np.sqrt(v_hat) + eps)
    return AdamState(x, m, v, t)


@sample("adam", "mistake", "gradient-not-moment+moments-not-stored")
def adam_never_makes_m(state, g, lr=0.001, beta2=0.999, eps=1e-8):
    """RMSProp with a correction: m is carried along untouched."""
    v = beta2 * state.v + (1 - beta2) * g**2
    root = np.sqrt(v / (1 - beta2 ** (state.t + 1)))
    return AdamState(state.x - lr * g / (root + eps), state.m, v, state.t + 1)


@sample("adam", "mistake", "uphill")
def adam_climbs(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * g**2
    update = lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return state._replace(x=update + state.x, m=m, v=v, t=t)


@sample("adam", "mistake", "uphill")
def adam_climbs_through_m(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m - (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t)


@sample("adam", "mistake", "beta2-in-m")
def adam_one_wrong_digit_in_m(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta2) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t)


@sample("adam", "mistake", "correction-power-fixed")
def adam_no_power(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + eps), m, v, t + 1)


@sample("adam", "mistake", "fields-mixed-up")
def adam_returns_v_before_m(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return x, v, m, t


@sample("adam", "mistake", "second-moment-unscaled")
def adam_forgets_one_weight(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + g**2
    return AdamState(x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t)


@sample("adam", "mistake", "eps-missing")
def adam_eps_never_used(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t)), m, v, t)


@sample("momentum", "mistake", "step-before-moments")
def ball_moves_first(state, g, lr=0.01, beta=0.9):
    x = state.x - lr * state.m
    m = beta * state.m + g
    return MomentumState(x, m, state.t + 1)


def remembers_gradient():
    """A step that uses the gradient of the step before, and its own in the first step."""
    seen = []

    @sample("adam", "mistake", "stale-gradient")
    def adam_old_slope(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        if state.t == 0:
            seen.clear()
        seen.append(g)
        old = seen[-2] if len(seen) > 1 else g
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * old
        v = beta2 * state.v + (1 - beta2) * old**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return AdamState(state.x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, t)


remembers_gradient()


class AdamWithMemory:
    """The gradient is stored after it was needed."""

    def __init__(self):
        self.slope = 0.0

    def __call__(self, state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        if state.t == 0:
            self.slope = 0.0 * g
        x, m, v, t = state
        t += 1
        m = beta1 * m + (1 - beta1) * self.slope
        v = beta2 * v + (1 - beta2) * self.slope**2
        x = x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        self.slope = g
        return AdamState(x, m, v, t)


sample("adam", "mistake", "stale-gradient")(AdamWithMemory())


# ---------------------------------------------------------------------------- AMSGrad, mistakes


@sample("amsgrad", "mistake", "max-not-stored")
def amsgrad_old_max_returned(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    biggest = np.maximum(v_max, v)
    x = x - lr * m / np.sqrt(biggest)
    return AMSGradState(x, m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "max-not-stored")
def amsgrad_replace_without_max(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * g**2
    v_hat = [max(a, b) for a, b in zip(state.v_max, v, strict=True)]
    x = [p - lr * a / math.sqrt(b) for p, a, b in zip(state.x, m, v_hat, strict=True)]
    return state._replace(x=np.array(x), m=m, v=v, t=state.t + 1)


@sample("amsgrad", "mistake", "max-of-gradient")
def amsgrad_max_g(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, g**2)
    return AMSGradState(x - lr * m / np.sqrt(v_max), m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "max-of-m")
def amsgrad_max_m(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, m)
    return AMSGradState(x - lr * m / np.sqrt(v_max), m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "max-of-m")
def amsgrad_max_m_squared(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, m**2)
    return AMSGradState(x - lr * m / np.sqrt(v_max), m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "max-fed-back")
def amsgrad_one_v(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, _, t = state
    m = beta1 * m + (1 - beta1) * g
    v = np.maximum(v, beta2 * v + (1 - beta2) * g**2)
    x = x - lr * m / np.sqrt(v)
    return AMSGradState(x, m, v, v, t + 1)


@sample("amsgrad", "mistake", "max-fed-back")
def amsgrad_v_from_max(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v_max + (1 - beta2) * g**2
    v_max = np.where(v > state.v_max, v, state.v_max)
    return AMSGradState(state.x - lr * m / np.sqrt(v_max), m, v, v_max, state.t + 1)


@sample("amsgrad", "mistake", "max-unused")
def amsgrad_max_for_show(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.fmax(v_max, v)
    x = x - lr * m / np.sqrt(v)
    return AMSGradState(x, m, v, v_max, t)


@sample("amsgrad", "mistake", "max-replaced-by-min")
def amsgrad_min(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, v_max, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.minimum(v_max, v)
    x = x - lr * m / (np.sqrt(v_max) + eps)
    return AMSGradState(x, m, v, v_max, t)


@sample("amsgrad", "mistake", "max-replaced-by-min")
def amsgrad_min_after_first(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = v if t == 1 else np.minimum(v_max, v)
    return AMSGradState(x - lr * m / np.sqrt(v_max), m, v, v_max, t)


@sample("amsgrad", "mistake", "uphill")
def amsgrad_climbs(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    return AMSGradState(x + lr * m / np.sqrt(v_max), m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "max-not-stored")
def amsgrad_last_two_only(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v, v_new)
    return AMSGradState(x - lr * m / np.sqrt(v_max), m, v_new, v_max, t + 1)


@sample("amsgrad", "mistake", "one-maximum-for-all")
def amsgrad_largest_of_all_coordinates(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, np.max(v))
    return AMSGradState(x - lr * m / np.sqrt(v_max), m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "max-not-stored")
def amsgrad_without_any_maximum(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AMSGradState(x - lr * m / np.sqrt(v), m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "max-fed-back")
def amsgrad_v_and_maximum_change_places(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    return AMSGradState(x - lr * m / np.sqrt(v_max), m, v_max, v, t + 1)


@sample("amsgrad", "mistake", "fields-mixed-up")
def amsgrad_returns_v_before_m(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    return AMSGradState(x - lr * m / np.sqrt(v_max), v, m, v_max, t + 1)


# ------------------------------------------------- gradient descent and momentum, mistakes


@sample("gradient_descent", "mistake", "uphill")
def descent_lambda_style(state, g, lr=0.1):
    return GradientDescentState(*(lambda x, t: (x + lr * g, t + 1))(*state))


@sample("gradient_descent", "mistake", "sign-only")
def descent_sign(state, g, lr=0.1):
    x, t = state
    new = np.empty_like(x)
    for i in range(x.shape[0]):
        if g[i] > 0:
            new[i] = x[i] - lr
        elif g[i] < 0:
            new[i] = x[i] + lr
        else:
            new[i] = x[i]
    return GradientDescentState(new, t + 1)


@sample("gradient_descent", "mistake", "fixed-length")
def descent_unit_vector(state, g, lr=0.1):
    direction = g / np.sqrt(np.sum(g**2))
    return GradientDescentState(x=state.x - lr * direction, t=state.t + 1)


@sample("gradient_descent", "mistake", "lr-missing")
def descent_no_rate(state, g, lr=0.1):
    return state._replace(x=state.x - g, t=state.t + 1)


@sample("gradient_descent", "mistake", "lr-missing")
def descent_no_rate_parameter(state, slope):
    position, steps = state
    return (position - slope, steps + 1)


@sample("gradient_descent", "mistake", "lr-squared")
def descent_rate_twice(state, g, lr=0.1):
    step = lr * g
    return GradientDescentState(state.x - lr * step, state.t + 1)


@sample("gradient_descent", "mistake", "one-coordinate")
def descent_first_only(state, g, lr=0.1):
    x = state.x.copy()
    x[0] -= lr * g[0]
    return GradientDescentState(x, state.t + 1)


@sample("gradient_descent", "mistake", "one-coordinate")
def descent_return_in_the_loop(state, g, lr=0.1):
    x = np.array(state.x)
    for i in range(len(x)):
        x[i] = x[i] - lr * g[i]
        return GradientDescentState(x, state.t + 1)  # one indent too deep


@sample("gradient_descent", "mistake", "one-coordinate")
def descent_same_slope_for_all(state, g, lr=0.1):
    return GradientDescentState(state.x - lr * g[0], state.t + 1)


@sample("momentum", "mistake", "uphill")
def ball_uphill(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x + lr * m
    return MomentumState(x, m, t + 1)


@sample("momentum", "mistake", "velocity-forgotten")
def ball_forgets(state, g, lr=0.01, beta=0.9):
    velocity = beta * state.m + g
    return MomentumState(state.x - lr * velocity, state.m, state.t + 1)


@sample("momentum", "mistake", "velocity-forgotten")
def ball_starts_from_zero(state, g, lr=0.01, beta=0.9):
    x, _, t = state
    m = 0
    m = beta * m + g
    return MomentumState(x - lr * m, m, t + 1)


@sample("momentum", "mistake", "velocity-sign")
def ball_brakes(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = g - beta * m
    return MomentumState(x - lr * m, m, t + 1)


@sample("momentum", "mistake", "velocity-sign")
def ball_signs_twice(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m - g
    return MomentumState(x - lr * m, m, t + 1)


@sample("momentum", "mistake", "lr-squared")
def ball_two_rates(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + lr * g
    x = x - lr * m
    return MomentumState(x, m, t + 1)


@sample("momentum", "mistake", "lr-missing")
def ball_no_rate(state, g, lr=0.01, beta=0.9):
    m = beta * state.m + g
    return MomentumState(state.x - m, m, state.t + 1)


@sample("momentum", "mistake", "one-coordinate")
def ball_first_coordinate(state, g, lr=0.01, beta=0.9):
    x, m = np.copy(state.x), np.copy(state.m)
    m[0] = beta * m[0] + g[0]
    x[0] = x[0] - lr * m[0]
    return MomentumState(x, m, state.t + 1)


@sample("momentum", "mistake", "sign-only")
def ball_sign(state, g, lr=0.01, beta=0.9):
    m = beta * state.m + g
    return MomentumState(state.x - lr * np.sign(m), m, state.t + 1)


@sample("momentum", "mistake", "fixed-length")
def ball_unit(state, g, lr=0.01, beta=0.9):
    m = beta * state.m + g
    return MomentumState(state.x - lr * m / np.linalg.norm(m), m, state.t + 1)


# ---------------------------------------------------------------------------- what is not maths


@sample("adam", "mistake", "returns-none")
def adam_prints(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    print(AdamState(x, m, v, t))


@sample("gradient_descent", "mistake", "returns-only-x")
def descent_x(state, g, lr=0.1):
    return state.x - lr * g


@sample("adam", "mistake", "returns-only-x")
def adam_list_of_x(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return list(x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps))


@sample("gradient_descent", "mistake", "changes-its-input")
def descent_in_place(state, g, lr=0.1):
    x, t = state
    x -= lr * g
    return GradientDescentState(x, t + 1)


@sample("momentum", "mistake", "changes-its-input")
def ball_in_place_loop(state, g, lr=0.01, beta=0.9):
    for i in range(len(g)):
        state.m[i] = beta * state.m[i] + g[i]
        state.x[i] -= lr * state.m[i]
    return state._replace(t=state.t + 1)


@sample("adam", "mistake", "changes-its-input")
def adam_out_argument(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    np.square(g, out=g)
    v = beta2 * v + (1 - beta2) * g
    x = x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return AdamState(x, m, v, t)


@sample("gradient_descent", "mistake", "wrong-shape")
def descent_sums(state, g, lr=0.1):
    return GradientDescentState(np.sum(state.x - lr * g), state.t + 1)


@sample("adam", "mistake", "wrong-shape")
def adam_column(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    g = g.reshape(-1, 1)
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return AdamState(x, m, v, t)


@sample("adam", "mistake", "raises")
def adam_typo(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)  # noqa: F841
    x = x - lr * m_hat / (np.sqrt(vhat) + eps)  # noqa: F821
    return AdamState(x, m, v, t)


@sample("momentum", "mistake", "raises")
def ball_unpacks_wrongly(state, g, lr=0.01, beta=0.9):
    x, m = state
    m = beta * m + g
    return MomentumState(x - lr * m, m, 0)


@sample("adam", "mistake", "raises")
def adam_math_sqrt_of_an_array(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * g**2
    x = state.x - lr * m / (1 - beta1**t) / (math.sqrt(v / (1 - beta2**t)) + eps)
    return AdamState(x, m, v, t)


@sample("gradient_descent", "mistake", "not-finite")
def descent_divides_by_zero(state, g, lr=0.1):
    return GradientDescentState(state.x - lr * g / state.t, state.t + 1)


@sample("adam", "mistake", "not-finite")
def adam_root_of_m(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * (m / (1 - beta1**t)) / (np.sqrt(m / (1 - beta2**t)) + eps)
    return AdamState(x, m, v, t)


@sample("adam", "not-attempted")
def adam_stub(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Write Adam here."""
    ...


@sample("adam", "not-attempted")
def adam_stub_raises(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    # TODO
    raise NotImplementedError


@sample("momentum", "not-attempted")
def ball_stub_pass(state, g, lr=0.01, beta=0.9):
    pass


@sample("gradient_descent", "not-attempted")
def descent_stub_same_state(state, g, lr=0.1):
    x, t = state
    return GradientDescentState(x, t)


# ------------------------------------------------------------- wrong, and on no list: no guessing


@sample("adam", "unknown")
def adam_two_mistakes(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x + lr * m / np.sqrt(v + eps), m, v, t + 1)


@sample("adam", "mistake", "beta1-in-v")
def adam_half_swapped(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta1) * g**2
    return AdamState(x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t)


@sample("adam", "mistake", "betas-swapped")
def adam_swapped_corrections(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (1 - beta2**t) / (np.sqrt(v / (1 - beta1**t)) + eps), m, v, t)


@sample("adam", "mistake", "times-for-power")
def adam_product_not_power(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps), m, v, t)


@sample("adam", "variant", "variant-weight-decay")
def adam_weight_decay(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    x, m, v, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * decay * x
    return AdamState(x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t)


@sample("adam", "unknown")
def adam_returns_old_x(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * g**2
    x = state.x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)  # noqa: F841
    return state._replace(m=m, v=v, t=t)


@sample("adam", "mistake", "fields-mixed-up")
def adam_fields_in_another_order(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * g**2
    x = state.x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return AdamState(m, v, x, t)


@sample("adam", "variant", "gradient-clipped")
def adam_clips(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    g = np.clip(g, -1, 1)
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t)


@sample("gradient_descent", "unknown")
def descent_with_its_own_rate(state, g):
    return GradientDescentState(state.x - 0.01 * g, state.t + 1)


@sample("rmsprop", "mistake", "moments-not-stored")
def rmsprop_of_one_square(state, g, lr=0.01):
    square = 0.99 * g**2 + 0.01 * g**2
    return RMSPropState(state.x - lr * g / (np.sqrt(square) + 1e-8), state.v, state.t + 1)


@sample("rmsprop", "mistake", "correction-of-adam")
def rmsprop_corrected(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    v = beta2 * state.v + (1 - beta2) * g**2
    v_hat = v / (1 - beta2 ** (state.t + 1))
    return RMSPropState(state.x - lr * g / (np.sqrt(v_hat) + eps), v, state.t + 1)


@sample("rmsprop", "mistake", "correction-of-adam")
def rmsprop_corrected_rate(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    x, v, t = state
    t += 1
    v = v + (1 - beta2) * (g * g - v)
    root = (v / (1 - beta2**t)) ** 0.5
    return x - lr * g / (eps + root), v, t


@sample("rmsprop", "mistake", "second-moment-sums")
def rmsprop_sums(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    v = state.v + g**2
    return RMSPropState(state.x - lr * g / (np.sqrt(v) + eps), v, state.t + 1)


@sample("rmsprop", "mistake", "no-square-root")
def rmsprop_no_root(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    v = beta2 * state.v + (1 - beta2) * g**2
    return RMSPropState(state.x - lr * g / (v + eps), v, state.t + 1)


@sample("adagrad", "mistake", "moments-not-stored")
def adagrad_forgets(state, g, lr=0.1, eps=1e-10):
    v = g**2
    return AdaGradState(state.x - lr * g / (np.sqrt(v) + eps), v, state.t + 1)


@sample("nesterov", "mistake", "look-ahead-missing")
def nesterov_is_momentum(state, g, lr=0.01, beta=0.9):
    m = beta * state.m + g
    return NesterovState(state.x - lr * m, m, state.t + 1)


# ---------------------------------------------------------------------------- right


@sample("gradient_descent", "correct")
def right_descent_one_line(state, g, lr=0.1):
    return state._replace(x=state.x - lr * g, t=state.t + 1)


@sample("gradient_descent", "correct")
def right_descent_lists(state, gradient, lr=0.05):
    """Plain Python: a list of floats, and a tuple back."""
    where = [float(c) for c in state[0]]
    slopes = [float(s) for s in gradient]
    moved = []
    for c, s in zip(where, slopes, strict=True):
        moved.append(c - s * lr)
    return (moved, state[1] + 1)


@sample("gradient_descent", "correct")
def right_descent_two_coordinates(state, g, lr=0.1):
    x, y = state.x
    gx, gy = g
    return GradientDescentState(np.array([x - lr * gx, y - lr * gy]), state.t + 1)


@sample("gradient_descent", "correct")
def right_descent_in_place_on_a_copy(state, g, lr=0.1):
    x = state.x.copy()
    step = g.copy()
    step *= lr
    x -= step
    print("x is now", x)
    return GradientDescentState(x=x, t=state.t + 1)


@sample("momentum", "correct")
def right_ball_minus_g(state, g, lr=0.01, beta=0.9):
    """The velocity points downhill here; the state keeps its negative."""
    v = -state.m
    v = beta * v - g
    return MomentumState(state.x + lr * v, -v, state.t + 1)


@sample("momentum", "correct")
def right_ball_indices(state, g, lr=0.01, beta=0.9):
    new_m = np.zeros(len(g))
    new_x = np.zeros(len(g))
    for i in range(len(g)):
        new_m[i] = beta * state.m[i] + g[i]
        new_x[i] = state.x[i] - lr * new_m[i]
    return MomentumState(new_x, new_m, state.t + 1)


@sample("momentum", "correct")
def right_ball_rate_in_velocity(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + lr * g
    return MomentumState(x - m, m, t + 1)


@sample("momentum", "correct")
def right_ball_keras_velocity(state, g, lr=0.01, beta=0.9):
    x, velocity, t = state
    velocity = beta * velocity - lr * g
    return MomentumState(x + velocity, velocity, t + 1)


@sample("momentum", "variant", "variant-damped")
def right_ball_damped(state, g, beta=0.9, lr=0.01):
    m = state.m + (1 - beta) * (g - state.m)
    return MomentumState(state.x - lr * m, m, state.t + 1)


@sample("momentum", "variant", "variant-nesterov")
def right_ball_nesterov(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m_next = beta * m + g
    x = x - lr * (beta * m_next + g)
    return MomentumState(x, m_next, t + 1)


@sample("nesterov", "correct")
def right_nesterov_sutskever(state, g, lr=0.01, beta=0.9):
    m_old, m_new = state.m, beta * state.m + g
    x = state.x + lr * beta * m_old - lr * (1 + beta) * m_new
    return NesterovState(x, m_new, state.t + 1)


@sample("adagrad", "correct")
def right_adagrad(state, g, lr=0.1, eps=1e-10):
    total = state.v + np.square(g)
    rates = lr / (eps + np.sqrt(total))
    return AdaGradState(state.x - rates * g, total, state.t + 1)


@sample("adagrad", "correct")
def right_adagrad_without_eps(state, g, lr=0.5):
    x, v, t = state
    v = v + g * g
    with np.errstate(invalid="ignore"):
        step = np.where(g == 0, 0.0, lr * g / np.sqrt(v))
    return AdaGradState(x - step, v, t + 1)


@sample("rmsprop", "correct")
def right_rmsprop_math(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    v = [beta2 * a + (1 - beta2) * b * b for a, b in zip(state.v, g, strict=True)]
    x = [p - lr * b / (math.sqrt(a) + eps) for p, a, b in zip(state.x, v, g, strict=True)]
    return RMSPropState(np.asarray(x), np.asarray(v), state.t + 1)


@sample("rmsprop", "correct")
def right_rmsprop_reduce(state, g, beta2=0.9, lr=0.001):
    parts = [beta2 * state.v, g**2, -beta2 * g**2]
    v = functools.reduce(operator.add, parts)
    return RMSPropState(state.x - lr * g / (np.sqrt(v) + 1e-8), v, state.t + 1)


@sample("adam", "correct")
def right_adam_lerp(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t += 1
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return AdamState(x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, t)


@sample("adam", "correct")
def right_adam_efficient(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The order of Section 2 of the paper, with eps scaled along: the same numbers."""
    x, m, v, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    scale = np.sqrt(1 - beta2**t)
    return AdamState(x - lr * scale / (1 - beta1**t) * m / (np.sqrt(v) + eps * scale), m, v, t)


@sample("adam", "correct")
def right_adam_eps_hat(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The order of Section 2 of the paper, eps left as it is: what TensorFlow and Keras do."""
    x, m, v, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    lr_t = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return AdamState(x - lr_t * m / (np.sqrt(v) + eps), m, v, t)


@sample("adam", "correct")
def right_adam_fixed_eps(state, g, lr=0.01, beta1=0.8, beta2=0.99):
    x, m, v, t = state
    eps = 1e-8
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t)


@sample("adam", "correct")
def right_adam_other_order(state, g, eps=1e-7, beta2=0.99, beta1=0.95, lr=0.02):
    x, m, v, t = state
    b1, b2 = beta1, beta2
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    m_hat, v_hat = m / (1 - b1 ** (t + 1)), v / (1 - b2 ** (t + 1))
    return AdamState(x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, t + 1)


@sample("adam", "correct")
def right_adam_walrus(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return AdamState(
        t=(t := state.t + 1),
        m=(m := beta1 * state.m + (1 - beta1) * g),
        v=(v := beta2 * state.v + (1 - beta2) * g**2),
        x=state.x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps),
    )


@sample("adam", "correct")
def right_adam_single_precision(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v = (np.asarray(a, dtype=np.float32) for a in state[:3])
    g = g.astype(np.float32)
    t = state.t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return AdamState(x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, t)


@sample("adam", "correct")
def right_adam_loop_over_copies(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v = deepcopy(state.x), copy(state.m), state.v.copy()
    t = state.t + 1
    for i, slope in enumerate(g):
        m[i] *= beta1
        m[i] += (1 - beta1) * slope
        v[i] *= beta2
        v[i] += (1 - beta2) * slope**2
        x[i] -= lr * (m[i] / (1 - beta1**t)) / ((v[i] / (1 - beta2**t)) ** 0.5 + eps)
    return AdamState(x, m, v, t)


Own = namedtuple("Own", "x m v t")


@sample("adam", "correct")
def right_adam_own_namedtuple(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    s = Own(**state._asdict())
    t = s.t + 1.0
    m = np.add(beta1 * s.m, (1 - beta1) * g)
    v = np.add(beta2 * s.v, np.multiply(1 - beta2, g * g))
    x = s.x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return Own(x, m, v, t)


@sample("adam", "correct")
def right_adam_list_back(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return [x, m, v, t]


class RightAdam:
    """A step with settings of its own."""

    def __init__(self, smoothing):
        self.smoothing = smoothing

    def step(self, state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        t = state.t + 1
        m = self.smoothing(state.m, g, beta1)
        v = self.smoothing(state.v, g**2, beta2)
        root = np.sqrt(unbias(v, beta2, t))
        return AdamState(state.x - lr * unbias(m, beta1, t) / (root + eps), m, v, t)


sample("adam", "correct")(RightAdam(running_mean).step)


@sample("adam", "correct")
def right_adam_any_keywords(state, g, **settings):
    lr, beta1, beta2, eps = (
        {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8} | settings
    ).values()
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t)


@sample("adam", "correct")
def right_adam_greek(state, g, α=0.001, β1=0.9, β2=0.999, ε=1e-8):
    x, m, v, t = state
    t = t + 1
    m = β1 * m + (1 - β1) * g
    v = β2 * v + (1 - β2) * g**2
    return AdamState(x - α * m / (1 - β1**t) / (np.sqrt(v / (1 - β2**t)) + ε), m, v, t)


@sample("amsgrad", "correct")
def right_amsgrad_paper(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.where(v_max >= v, v_max, v)
    return AMSGradState(x - lr * m / np.sqrt(v_max), m, v, v_max, t)


@sample("amsgrad", "correct")
def right_amsgrad_with_eps(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.array([max(pair) for pair in zip(v_max, v, strict=True)])
    return AMSGradState(x - lr * m / (np.sqrt(v_max) + eps), m, v, v_max, t + 1)


@sample("amsgrad", "correct")
def right_amsgrad_max_of_roots(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, root_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    root_max = np.maximum(root_max, np.sqrt(v))
    return AMSGradState(x - lr * m / root_max, m, v, root_max, t + 1)


@sample("amsgrad", "variant", "variant-torch")
def right_amsgrad_torch(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    exp_avg = state.m + (g - state.m) * (1 - beta1)
    exp_avg_sq = state.v * beta2 + (1 - beta2) * g * g
    step = state.t + 1
    max_sq = np.maximum(state.v_max, exp_avg_sq)
    denom = np.sqrt(max_sq / (1 - beta2**step)) + eps
    x = state.x - lr / (1 - beta1**step) * exp_avg / denom
    return AMSGradState(x, exp_avg, exp_avg_sq, max_sq, step)


@sample("amsgrad", "variant", "variant-keras")
def right_amsgrad_keras(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    x, m, v, v_max, t = state
    t += 1
    alpha = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    m = m + (g - m) * (1 - beta1)
    v = v + (g**2 - v) * (1 - beta2)
    v_max = np.maximum(v_max, v)
    return AMSGradState(x - m * alpha / (np.sqrt(v_max) + eps), m, v, v_max, t)


@sample("amsgrad", "variant", "variant-optax")
def right_amsgrad_optax(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, v_max, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v / (1 - beta2**t))
    return AMSGradState(x - lr * m / (1 - beta1**t) / (np.sqrt(v_max) + eps), m, v, v_max, t)


@sample("amsgrad", "variant", "variant-tutorial")
def right_amsgrad_tutorial(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    x, m, v, v_max = [list(a) for a in state[:4]]
    t = state.t + 1
    for i in range(len(x)):
        m[i] = beta1**t * m[i] + (1.0 - beta1**t) * g[i]
        v[i] = (beta2 * v[i]) + (1.0 - beta2) * g[i] ** 2
        v_max[i] = max(v_max[i], v[i])
        x[i] = x[i] - lr * m[i] / (math.sqrt(v_max[i]) + 1e-8)
    return AMSGradState(np.array(x), np.array(m), np.array(v), np.array(v_max), t)


# ---------------------------------------------------------------------------- by the readers


@sample("gradient_descent", "mistake", "old-x-missing")
def reader_step_alone(state, g, lr=0.1):
    x, t = state
    x = -lr * g
    return GradientDescentState(x, t + 1)


@sample("gradient_descent", "mistake", "old-x-missing")
def reader_slope_times_lr(state, g, lr=0.1):
    x, t = state
    x = lr * g
    return GradientDescentState(x, t + 1)


@sample("nesterov", "mistake", "look-ahead-sign")
def reader_back_by_the_velocity(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x - lr * g + lr * beta * m
    return NesterovState(x, m, t + 1)


@sample("nesterov", "mistake", "look-ahead-sign")
def reader_slope_turned(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x - lr * (beta * m - g)
    return NesterovState(x, m, t + 1)


@sample("nesterov", "mistake", "look-ahead-twice")
def reader_forgot_minus_g(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x - lr * (m + beta * m)
    return NesterovState(x, m, t + 1)


@sample("nesterov", "mistake", "look-ahead-unscaled")
def reader_whole_velocity(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x - lr * g - lr * m
    return NesterovState(x, m, t + 1)


@sample("nesterov", "mistake", "look-ahead-beta-moved")
def reader_beta_twice(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x + lr * beta * (m - g) - lr * m - lr * beta * m
    return NesterovState(x, m, t + 1)


@sample("nesterov", "unknown")
def reader_damped_in_the_line_of_x(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x - (1 - beta) * lr * (g + beta * m)
    return NesterovState(x, m, t + 1)


@sample("nesterov", "unknown")
def reader_ball_and_back(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x + lr * beta * m - lr * m
    return NesterovState(x, m, t + 1)


@sample("nesterov", "mistake", "lr-on-one-part")
def reader_lr_on_the_slope_only(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x - lr * g + beta * m
    return NesterovState(x, m, t + 1)


@sample("rmsprop", "mistake", "step-before-v")
def reader_x_first(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    x, v, t = state
    x = x - lr * g / (np.sqrt(v) + eps)
    v = beta2 * v + (1 - beta2) * g**2
    return RMSPropState(x, v, t + 1)


@sample("rmsprop", "mistake", "weights-swapped")
def reader_weights(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    x, v, t = state
    v = (1 - beta2) * v + beta2 * g**2
    x = x - lr * g / (np.sqrt(v) + eps)
    return RMSPropState(x, v, t + 1)


@sample("rmsprop", "mistake", "square-missing")
def reader_no_square(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    x, v, t = state
    v = beta2 * v + (1 - beta2) * g
    x = x - lr * g / (np.sqrt(v) + eps)
    return RMSPropState(x, v, t + 1)


@sample("adam", "mistake", "beta1-in-v")
def reader_one_beta_in_both_corrections(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta1**t)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return AdamState(x, m, v, t)


@sample("adam", "mistake", "eps-added-to-fraction")
def reader_wide_brackets(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * (m_hat / np.sqrt(v_hat) + eps)
    return AdamState(x, m, v, t)


@sample("amsgrad", "mistake", "max-before-v")
def reader_maximum_too_early(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v_max = np.maximum(v_max, v)
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * m / np.sqrt(v_max)
    return AMSGradState(x, m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "max-not-stored")
def reader_no_maximum(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = v
    x = x - lr * m / np.sqrt(v_max)
    return AMSGradState(x, m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "step-before-max")
def reader_maximum_too_late(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * m / (np.sqrt(v_max) + 1e-8)
    v_max = np.maximum(v_max, v)
    return AMSGradState(x, m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "one-maximum-for-all")
def reader_one_maximum(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.ones(2) * max(np.max(v_max), np.max(v))
    x = x - lr * m / np.sqrt(v_max)
    return AMSGradState(x, m, v, v_max, t + 1)


@sample("amsgrad", "mistake", "one-maximum-for-all")
def reader_one_maximum_in_a_loop(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    m = [beta1 * a + (1 - beta1) * b for a, b in zip(m, g, strict=True)]
    v = [beta2 * a + (1 - beta2) * b * b for a, b in zip(v, g, strict=True)]
    top = max(max(v), v_max[0])
    x = [a - lr * b / math.sqrt(top) for a, b in zip(x, m, strict=True)]
    return np.array(x), np.array(m), np.array(v), np.array([top, top]), t + 1
