"""The bank in unusual styles of code, written from the table of mistakes alone.

None of these shares its text with the bank or with another test: loops, folds, closures, matrices,
generators, logarithms, fractions, hidden classes, one-liners.
"""

import cmath
import dataclasses
import decimal
import fractions
import functools
import itertools
import math
import operator
from collections import namedtuple

import numpy as np
import pytest

from course_lib.checks.steps import diagnose
from course_lib.optimizers import AdamState, AMSGradState, GradientDescentState, MomentumState

RIGHT, WRONG = [], []


def right(algorithm):
    return lambda step: RIGHT.append((algorithm, step)) or step


def wrong(algorithm, slug):
    return lambda step: WRONG.append((algorithm, slug, step)) or step


# ------------------------------------------------------------------ right


@right("adam")
def adam_by_matrices(s, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    memory = np.stack([s.m, s.v])
    news = np.stack([g, g * g])
    keep = np.diag([beta1, beta2])
    memory = keep @ memory + (np.eye(2) - keep) @ news
    hats = np.linalg.solve(np.eye(2) - np.diag([beta1 ** (s.t + 1), beta2 ** (s.t + 1)]), memory)
    return AdamState(s.x - lr * hats[0] / (hats[1] ** 0.5 + eps), *memory, s.t + 1)


@right("adam")
def adam_by_logarithms(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t += 1
    m = g + beta1 * (m - g)
    v = np.exp(np.log1p(beta2 * (v / g**2 - 1)) + 2 * np.log(np.abs(g)))
    c1, c2 = -math.expm1(t * math.log(beta1)), -math.expm1(t * math.log(beta2))
    return AdamState(x - lr * (m / c1) / (np.sqrt(v / c2) + eps), m, v, t)


@right("adam")
def adam_by_products(state, g, alpha=0.1, b1=0.9, b2=0.999, epsilon=1e-8):
    power1 = power2 = 1.0
    for _ in range(state.t + 1):
        power1, power2 = power1 * b1, power2 * b2
    new = [[], [], []]
    for x, m, v, slope in zip(state.x, state.m, state.v, g, strict=True):
        m = b1 * m + slope - b1 * slope
        v = b2 * v + slope * slope - b2 * slope * slope
        new[0].append(x - alpha * m / (1 - power1) / (epsilon + math.sqrt(v / (1 - power2))))
        new[1].append(m)
        new[2].append(v)
    return AdamState(*map(np.array, new), state.t + 1)


@right("adam")
def adam_by_fractions(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    F = fractions.Fraction
    b1, b2, t = F(beta1), F(beta2), state[3] + 1
    m = [b1 * F(float(a)) + (1 - b1) * F(float(b)) for a, b in zip(state[1], g, strict=True)]
    v = [b2 * F(float(a)) + (1 - b2) * F(float(b)) ** 2 for a, b in zip(state[2], g, strict=True)]
    x = [
        float(a) - lr * float(p / (1 - b1**t)) / (float(q / (1 - b2**t)) ** 0.5 + eps)
        for a, p, q in zip(state[0], m, v, strict=True)
    ]
    return np.array(x), np.array(m, float), np.array(v, float), t


class _Moment:
    def __init__(self, value, rate):
        self.value, self.rate = value, rate

    def __lshift__(self, news):
        return _Moment(self.value * self.rate + news * (1 - self.rate), self.rate)

    def hat(self, t):
        return self.value / (1 - self.rate**t)


@right("adam")
def adam_by_objects(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    first, second = _Moment(state.m, beta1) << g, _Moment(state.v, beta2) << np.square(g)
    move = operator.truediv(first.hat(t), np.sqrt(second.hat(t)) + eps)
    return AdamState(state.x - lr * move, first.value, second.value, t)


adam_one_liner = lambda s, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8: (  # noqa: E731
    lambda m, v, t: AdamState(
        s.x - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v, t
    )
)(beta1 * s.m + (1 - beta1) * g, beta2 * s.v + (1 - beta2) * g**2, s.t + 1)
right("adam")(adam_one_liner)


@right("adam")
def adam_with_inner_loop(state, g, lr, beta1, beta2, eps):
    def one(i):
        m = beta1 * state.m[i] + (1 - beta1) * g[i]
        v = beta2 * state.v[i] + (1 - beta2) * pow(g[i], 2)
        bias = math.sqrt(1 - pow(beta2, state.t + 1)) / (1 - pow(beta1, state.t + 1))
        return state.x[i] - lr * bias * m / (math.sqrt(v) + eps), m, v

    x, m, v = np.array([one(i) for i in range(len(g))]).T
    return AdamState(x, m, v, state.t + 1)


@right("adam")
def adam_in_long_double(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v = (np.asarray(a, np.longdouble) for a in state[:3])
    t = np.int64(state.t) + 1
    m = m * beta1 + g * (1 - np.longdouble(beta1))
    v = v * beta2 + g * g * (1 - np.longdouble(beta2))
    c1, c2 = 1 - np.longdouble(beta1) ** t, 1 - np.longdouble(beta2) ** t
    return AdamState(x - lr * m / c1 / (np.sqrt(v / c2) + eps), m, v, t)


@right("adam")
def adam_without_learning(state, g):
    return adam_with_inner_loop(state, g, 1e-3, 0.9, 0.999, 1e-8)


Walker = namedtuple("Walker", "t v m x")


@right("adam")
def adam_with_own_tuple(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    after = adam_by_objects(state, g, lr, beta1, beta2, eps)
    return Walker(after.t, after.v, after.m, after.x)


@right("amsgrad")
def amsgrad_by_where(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    x, m, v, top, t = state
    m, v = m - (1 - beta1) * (m - g), v - (1 - beta2) * (v - g * g)
    top = np.where(v > top, v, top)
    return AMSGradState(x - lr * m * top**-0.5, m, v, top, t + 1)


@right("amsgrad")
def amsgrad_by_reduce(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-10):
    m = np.average([state.m, g], axis=0, weights=[beta1, 1 - beta1])
    v = np.average([state.v, g**2], axis=0, weights=[beta2, 1 - beta2])
    top = functools.reduce(np.fmax, [state.v_max, v])
    return AMSGradState(state.x - lr * m / (np.sqrt(top) + eps), m, v, top, state.t + 1)


@right("amsgrad")
def amsgrad_of_roots(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    rows = []
    for x, m, v, root, slope in zip(*state[:4], g, strict=True):
        m, v = beta1 * m + (1 - beta1) * slope, beta2 * v + (1 - beta2) * slope**2
        root = max(root, math.sqrt(v))
        rows.append((x - lr * m / (root + eps), m, v, root))
    return (*np.array(rows).T, state.t + 1)


@right("gradient_descent")
def descent_by_map(state, g, lr=0.1):
    return np.fromiter(map(lambda a, b: a - lr * b, state.x, g), float), state.t + 1


@right("gradient_descent")
def descent_by_complex_numbers(state, g, lr=0.1):
    z = complex(*state.x) - lr * complex(*g)
    return GradientDescentState(np.array([z.real, z.imag]), state.t + 1)


@right("gradient_descent")
def descent_by_decimals(state, g, lr=0.1):
    D = decimal.Decimal
    x = [D(float(a)) - D(lr) * D(float(b)) for a, b in zip(state.x, g, strict=True)]
    return GradientDescentState(np.array(x, dtype=float), state.t + 1)


@right("gradient_descent")
def descent_for_two_coordinates(state, g, lr=0.1):
    (x1, x2), t = state
    g1, g2 = g
    return GradientDescentState(np.array([x1 - lr * g1, x2 - lr * g2]), t + 1)


@right("momentum")
def momentum_with_lr_in_it(state, g, lr=0.1, beta=0.9):
    speed = state.m * beta + lr * g
    return MomentumState(state.x - speed, speed, state.t + 1)


@right("momentum")
def momentum_by_accumulate(state, g, lr=0.1, beta=0.9):
    *_, m = itertools.accumulate([state.m, g], lambda a, b: beta * a + b)
    *_, x = itertools.accumulate([state.x, m], lambda a, b: a - lr * b)
    return x, m, state.t + 1


@right("momentum")
def momentum_by_einsum(state, g, lr=0.1, beta=0.9):
    m = np.einsum("k,ki->i", [beta, 1.0], np.vstack([state.m, g]))
    return MomentumState(np.einsum("k,ki->i", [1.0, -lr], np.vstack([state.x, m])), m, state.t + 1)


@right("nesterov")
def nesterov_by_two_velocities(state, g, lr=0.1, beta=0.9):
    before, now = state.m, beta * state.m - lr * g
    return state.x - beta * before + (1 + beta) * now, now, state.t + 1


# ------------------------------------------------------------------ wrong: Adam


def adam_of(**parts):
    """An Adam put together from small functions, some of them wrong."""

    def step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        n = dict(g=g, lr=lr, b1=beta1, b2=beta2, eps=eps, **state._asdict())
        n["t0"], n["m0"], n["v0"], n["t"] = n["t"], n["m"], n["v"], n["t"] + 1
        for name, default in PARTS.items():
            n[name] = parts.get(name, default)(n)
        return AdamState(n["x"], n["keep_m"], n["keep_v"], n["keep_t"])

    return step


PARTS = {
    "m": lambda n: n["b1"] * n["m0"] + (1 - n["b1"]) * n["g"],
    "v": lambda n: n["b2"] * n["v0"] + (1 - n["b2"]) * n["g"] ** 2,
    "mh": lambda n: n["m"] / (1 - n["b1"] ** n["t"]),
    "vh": lambda n: n["v"] / (1 - n["b2"] ** n["t"]),
    "move": lambda n: n["lr"] * n["mh"] / (np.sqrt(n["vh"]) + n["eps"]),
    "x": lambda n: n["x"] - n["move"],
    "keep_m": lambda n: n["m"],
    "keep_v": lambda n: n["v"],
    "keep_t": lambda n: n["t"],
}
wrong("adam", "only-v-corrected")(adam_of(mh=lambda n: n["m"]))
wrong("adam", "no-square-root")(adam_of(move=lambda n: n["lr"] * n["mh"] / (n["eps"] + n["vh"])))
wrong("adam", "t-frozen")(adam_of(keep_t=lambda n: n["t0"]))
wrong("adam", "correction-stored")(adam_of(keep_m=lambda n: n["mh"], keep_v=lambda n: n["vh"]))
wrong("adam", "second-moment-of-m")(
    adam_of(v=lambda n: n["v0"] + (1 - n["b2"]) * (n["m"] ** 2 - n["v0"]))
)
wrong("adam", "gradient-not-moment")(adam_of(mh=lambda n: n["g"]))


@wrong("adam", "first-moment-unscaled")
def sums_up_slopes(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t, new = state.t + 1, {}
    new["m"] = functools.reduce(lambda old, slope: old * beta1 + slope, [g], state.m)
    new["v"] = np.polyval([1 - beta2, 0, 0], g) + beta2 * state.v
    ratio = new["m"] / (1 - beta1**t) / (np.sqrt(new["v"] / (1 - beta2**t)) + eps)
    return state._replace(x=state.x - lr * ratio, t=t, **new)


@wrong("adam", "absolute-gradient")
def forgets_to_square(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    out = []
    for x, m, v, d in zip(state.x, state.m, state.v, g, strict=True):
        m = m * beta1 + d * (1 - beta1)
        v = v * beta2 + (d if d > 0 else -d) * (1 - beta2)
        q = math.sqrt(v / (1 - beta2 ** (state.t + 1)))
        out.append([x - lr * m / (1 - beta1 ** (state.t + 1)) / (q + eps), m, v])
    return (*np.transpose(out), state.t + 1)


@wrong("adam", "one-norm-for-all")
def one_length(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * (g @ g) * np.ones(len(g))
    t = state.t + 1
    return AdamState(
        state.x - lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v, t
    )


@wrong("adam", "second-moment-sums")
def never_forgets(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = beta1 * state.m + (1 - beta1) * g, state.v + g * g, state.t + 1
    return state.x - lr * (m / (1 - beta1**t)) / (eps + v**0.5), m, v, t


@wrong("adam", "second-moment-sums")
def never_forgets_but_corrects(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = beta1 * state.m + (1 - beta1) * g, np.add(state.v, np.power(g, 2)), state.t + 1
    root = np.sqrt(v / (1 - beta2**t))
    return state.x - lr * (m / (1 - beta1**t)) / (eps + root), m, v, t


@wrong("adam", "beta1-in-v")
def one_beta_for_both(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    memory = beta1 * np.vstack([state.m, state.v]) + (1 - beta1) * np.vstack([g, g**2])
    hats = memory / np.array([[1 - beta1**t], [1 - beta2**t]])
    return AdamState(state.x - lr * hats[0] / (np.sqrt(hats[1]) + eps), *memory, t)


@wrong("adam", "beta1-in-v")
def one_beta_everywhere(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    memory = beta1 * np.vstack([state.m, state.v]) + (1 - beta1) * np.vstack([g, g**2])
    hats = memory / (1 - beta1**t)
    return AdamState(state.x - lr * hats[0] / (np.sqrt(hats[1]) + eps), *memory, t)


@wrong("adam", "betas-swapped")
def arguments_in_the_wrong_order(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_with_inner_loop(state, g, lr, beta2, beta1, eps)


@wrong("adam", "betas-swapped")
def swapped_in_the_means_only(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m, v = g + beta2 * (state.m - g), g**2 + beta1 * (state.v - g**2)
    return state.x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t


@wrong("adam", "t-frozen")
def counts_from_one_each_time(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    counter = itertools.count(1)
    after = adam_by_products(state._replace(t=next(counter) - 1), g, lr, beta1, beta2, eps)
    return after._replace(t=next(counter) - 1)


@wrong("adam", "t-frozen")
def never_counts(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    return x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t


@wrong("adam", "t-from-zero")
def starts_at_zero(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    out = []
    for x, m, v, d in zip(state.x.tolist(), state.m.tolist(), state.v.tolist(), g, strict=True):
        m, v = beta1 * m + (1 - beta1) * float(d), beta2 * v + (1 - beta2) * float(d) ** 2
        mean, power = m / (1 - beta1**state.t), v / (1 - beta2**state.t)
        out.append((x - lr * mean / (math.sqrt(power) + eps), m, v))
    return (*np.array(out).T, state.t + 1)


@wrong("adam", "t-from-zero")
def starts_at_zero_with_arrays(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m = np.multiply(beta1, state.m) + np.multiply(1 - beta1, g)
    v = np.multiply(beta2, state.v) + np.multiply(1 - beta2, np.square(g))
    scale = np.sqrt(1 - np.power(beta2, state.t)) / (1 - np.power(beta1, state.t))
    return AdamState(state.x - lr * scale * m / (np.sqrt(v) + eps), m, v, state.t + 1)


@wrong("adam", "no-bias-correction")
def straight_from_the_moments(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * state.m + (1 - beta1) * g
    v = beta2 * state.v + (1 - beta2) * g**2
    return AdamState(state.x - lr * m / (np.hypot(np.sqrt(v), 0) + eps), m, v, state.t + 1)


@wrong("adam", "only-m-corrected")
def half_corrected(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = state.m, state.v
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g**2 - v)
    rate = lr / (1 - beta1 ** (state.t + 1))
    return AdamState(state.x - rate * m / (eps + v**0.5), m, v, state.t + 1)


@wrong("adam", "correction-multiplied")
def makes_small_smaller(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    shrink = [1 - b**t for b in (beta1, beta2)]
    mean, power = (a * s for a, s in zip((m, v), shrink, strict=True))
    return AdamState(state.x - lr * mean / (power**0.5 + eps), m, v, t)


@wrong("adam", "correction-power-fixed")
def squares_the_betas(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    mean, power = m / (1 - beta1 * beta1), v / (1 - beta2 * beta2)
    return state._replace(x=state.x - lr * mean / (power**0.5 + eps), m=m, v=v, t=state.t + 1)


@wrong("adam", "correction-stored")
def overwrites_its_moments(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = (np.copy(a) for a in state)
    t = t + 1
    m[:] = beta1 * m + (1 - beta1) * g
    v[:] = beta2 * v + (1 - beta2) * g * g
    m /= 1 - beta1**t
    v /= 1 - beta2**t
    x -= lr * m / (np.sqrt(v) + eps)
    return AdamState(x, m, v, int(t))


@wrong("adam", "eps-inside-root")
def eps_under_the_root(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    root = np.array([cmath.sqrt(a / (1 - beta2**t) + eps).real for a in v])
    return AdamState(state.x - lr * m / (1 - beta1**t) / root, m, v, t)


@wrong("adam", "eps-outside-bracket")
def published_bracket(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    rate = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    return AdamState(state.x - rate * m / np.sqrt(v) + eps, m, v, t)


@wrong("adam", "eps-outside-bracket")
def bracket_around_the_step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    move = lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t)) + eps
    return AdamState(state.x - move, m, v, t)


@wrong("adam", "eps-outside-bracket")
def bracket_with_eps_written_in(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    t = state.t + 1
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    return AdamState(
        state.x - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t)) + 1e-8, m, v, t
    )


@wrong("adam", "uphill")
def adds_the_step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    after = adam_by_matrices(state, g, lr, beta1, beta2, eps)
    return after._replace(x=state.x + (state.x - after.x))


class Delayed:
    """Holds the last gradient back for one step."""

    def __init__(self, step):
        self.step, self.late = step, None

    def __call__(self, state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        late, self.late = self.late, g.copy()
        return self.step(state, g if late is None else late, lr, beta1, beta2, eps)


wrong("adam", "stale-gradient")(Delayed(adam_by_objects))


def _old_gradient():
    kept = {}

    def step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        used = kept.get(int(state.t), np.zeros_like(g))
        kept[int(state.t) + 1] = np.array(g)
        return (
            adam_by_matrices(state, used, lr, beta1, beta2, eps) if used.any() else nothing(state)
        )

    def nothing(state):
        return state._replace(t=state.t + 1)

    return step


wrong("adam", "stale-gradient")(_old_gradient())


# ------------------------------------------------------------------ wrong: AMSGrad


@dataclasses.dataclass
class Parts:
    x: object
    m: object
    v: object
    top: object
    t: int


def amsgrad_parts(state, g, beta1, beta2):
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    return Parts(state.x, m, v, np.where(v >= state.v_max, v, state.v_max), state.t + 1)


@wrong("amsgrad", "max-not-stored")
def forgets_the_top(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    p = amsgrad_parts(state, g, beta1, beta2)
    return AMSGradState(p.x - lr * p.m / np.sqrt(p.top), p.m, p.v, 0 * p.top, p.t)


@wrong("amsgrad", "max-not-stored")
def keeps_the_last_v_as_top(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    p = amsgrad_parts(state, g, beta1, beta2)
    return AMSGradState(p.x - lr * p.m / (eps + np.sqrt(p.top)), p.m, p.v, p.v, p.t)


@wrong("amsgrad", "max-of-gradient")
def top_of_squares(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    p = amsgrad_parts(state, g, beta1, beta2)
    top = np.max([state.v_max, g * g], axis=0)
    return p.x - lr * p.m / np.sqrt(top), p.m, p.v, top, p.t


@wrong("amsgrad", "max-of-m")
def top_of_means(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    p = amsgrad_parts(state, g, beta1, beta2)
    top = np.max([state.v_max, p.m], axis=0)
    return p.x - lr * p.m / np.sqrt(top), p.m, p.v, top, p.t


@wrong("amsgrad", "max-fed-back")
def v_becomes_the_top(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    p = amsgrad_parts(state, g, beta1, beta2)
    p.v = p.top
    return p.x - lr * p.m / np.sqrt(p.v), p.m, p.v, p.top, p.t


@wrong("amsgrad", "max-unused")
def divides_by_v(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    p = amsgrad_parts(state, g, beta1, beta2)
    return AMSGradState(p.x - lr * p.m / (np.sqrt(p.v) + eps), p.m, p.v, p.top, p.t)


@wrong("amsgrad", "max-replaced-by-min")
def bottom_for_top(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    p = amsgrad_parts(state, g, beta1, beta2)
    low = [a if a < b else b for a, b in zip(state.v_max.tolist(), p.v.tolist(), strict=True)]
    x = [a - lr * b / (c**0.5 + eps) for a, b, c in zip(p.x, p.m, low, strict=True)]
    return AMSGradState(np.array(x), p.m, p.v, np.array(low), p.t)


@wrong("amsgrad", "max-replaced-by-min")
def bottom_without_eps(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    p = amsgrad_parts(state, g, beta1, beta2)
    low = [min(a, b) for a, b in zip(state.v_max.tolist(), p.v.tolist(), strict=True)]
    x = [a - lr * b / math.sqrt(c) for a, b, c in zip(p.x.tolist(), p.m.tolist(), low, strict=True)]
    return AMSGradState(np.array(x), p.m, p.v, np.array(low), p.t)


# ------------------------------------------------------------------ wrong: descent, momentum


@wrong("gradient_descent", "uphill")
def climbs(state, g, lr=0.1):
    return GradientDescentState(np.dot([1, lr], [state.x, g]), state.t + 1)


@wrong("gradient_descent", "sign-only")
def only_the_direction(state, g, lr=0.1):
    return GradientDescentState(state.x - lr * np.where(g > 0, 1, -1), state.t + 1)


@wrong("gradient_descent", "fixed-length")
def unit_steps(state, g, lr=0.1):
    angle = math.atan2(g[1], g[0])
    return state.x - lr * np.array([math.cos(angle), math.sin(angle)]), state.t + 1


@wrong("gradient_descent", "lr-missing")
def full_slope(state, g, lr=0.1):
    return GradientDescentState(np.subtract(state.x, g), state.t + 1)


@wrong("gradient_descent", "lr-squared")
def lr_twice(state, g, lr=0.1):
    scaled = g * lr
    return GradientDescentState(state.x - lr * scaled, state.t + 1)


@wrong("gradient_descent", "one-coordinate")
def first_slope_for_both(state, g, lr=0.1):
    return GradientDescentState(state.x - lr * g[0], state.t + 1)


@wrong("gradient_descent", "one-coordinate")
def returns_from_inside_the_loop(state, g, lr=0.1):
    x = list(state.x)
    for i in range(2):
        x[i] -= lr * g[i]
        return np.array(x), state.t + 1


@wrong("gradient_descent", "t-frozen")
def without_counting(state, g, lr=0.1):
    return state._replace(x=state.x - lr * g)


@wrong("momentum", "velocity-forgotten")
def returns_the_old_velocity(state, g, lr=0.1, beta=0.9):
    m = beta * state.m + g
    return MomentumState(state.x - lr * m, state.m, state.t + 1)


@wrong("momentum", "velocity-forgotten")
def steps_by_the_slope(state, g, lr=0.1, beta=0.9):
    return MomentumState(state.x - lr * g, np.add(g, beta * state.m), 1 + state.t)


@wrong("momentum", "velocity-sign")
def pulls_back(state, g, lr=0.1, beta=0.9):
    m = g - beta * state.m
    return state.x - lr * m, m, state.t + 1


@wrong("momentum", "velocity-sign")
def textbook_signs_mixed(state, g, lr=0.1, beta=0.9):
    speed = beta * state.m - lr * g
    return state.x - speed, speed, state.t + 1


@wrong("momentum", "lr-squared")
def lr_in_velocity_and_step(state, g, lr=0.1, beta=0.9):
    speed = beta * state.m + lr * g
    return state.x - lr * speed, speed, state.t + 1


@wrong("momentum", "one-coordinate")
def momentum_of_the_first(state, g, lr=0.1, beta=0.9):
    x, m = state.x.copy(), state.m.copy()
    m[0] = beta * m[0] + g[0]
    x[0] = x[0] - lr * m[0]
    return MomentumState(x, m, state.t + 1)


@wrong("momentum", "sign-only")
def signs_of_slopes(state, g, lr=0.1, beta=0.9):
    m = beta * state.m + g / np.abs(g)
    return MomentumState(state.x - lr * m, m, state.t + 1)


@pytest.mark.parametrize(("algorithm", "step"), RIGHT)
def test_right_is_right(algorithm, step):
    assert diagnose(step, algorithm).verdict == "correct"


@pytest.mark.parametrize(("algorithm", "slug", "step"), WRONG)
def test_wrong_is_named(algorithm, slug, step):
    diagnosis = diagnose(step, algorithm)
    assert (diagnosis.verdict, diagnosis.mistake) == ("mistake", slug)
