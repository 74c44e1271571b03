"""Kinds of slips that public code is full of, each in several styles and in every algorithm.

`RIGHT` has four styles of right code. A row of `SLIPS` replaces some of that text. What does not
fit such a row is a function of its own, below.
"""

import math

import numpy as np
import pytest

from course_lib import optimizers
from course_lib.checks.steps import diagnose
from course_lib.objectives import bowl, ravine
from course_lib.optimizers import (
    AdaGradState,
    AdamState,
    AMSGradState,
    GradientDescentState,
    MomentumState,
    NesterovState,
    RMSPropState,
)

# ---------------------------------------------------------------- right code in four styles

RIGHT = {"vector": {}, "loop": {}, "functions": {}, "copies": {}}

# whole arrays, a name of its own for everything, plain tuples
RIGHT["vector"]["gradient_descent"] = """
def step(state, grad, lr=0.1):
    w, n = state
    n = n + 1
    change = lr * grad
    w = w - change
    return w, n
"""
RIGHT["vector"]["momentum"] = """
def step(state, grad, lr=0.1, beta=0.9):
    w, u, n = state
    n = n + 1
    u = beta * u + grad
    change = lr * u
    w = w - change
    return w, u, n
"""
RIGHT["vector"]["nesterov"] = """
def step(state, grad, lr=0.1, beta=0.9):
    w, u, n = state
    n = n + 1
    u = beta * u + grad
    change = lr * (grad + beta * u)
    w = w - change
    return w, u, n
"""
RIGHT["vector"]["adagrad"] = """
def step(state, grad, lr=0.1, eps=1e-8):
    w, s, n = state
    n = n + 1
    s = s + grad**2
    change = lr * grad / (np.sqrt(s) + eps)
    w = w - change
    return w, s, n
"""
RIGHT["vector"]["rmsprop"] = """
def step(state, grad, lr=0.1, beta2=0.9, eps=1e-8):
    w, s, n = state
    n = n + 1
    s = beta2 * s + (1 - beta2) * grad**2
    change = lr * grad / (np.sqrt(s) + eps)
    w = w - change
    return w, s, n
"""
RIGHT["vector"]["adam"] = """
def step(state, grad, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    w, u, s, n = state
    n = n + 1
    u = beta1 * u + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    mean = u / (1 - beta1**n)
    power = s / (1 - beta2**n)
    change = lr * mean / (np.sqrt(power) + eps)
    w = w - change
    return w, u, s, n
"""
RIGHT["vector"]["amsgrad"] = """
def step(state, grad, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    w, u, s, top, n = state
    n = n + 1
    u = beta1 * u + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    top = np.maximum(top, s)
    change = lr * u / (np.sqrt(top) + eps)
    w = w - change
    return w, u, s, top, n
"""
RIGHT["vector"]["amsgrad_torch"] = """
def step(state, grad, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    w, u, s, top, n = state
    n = n + 1
    u = beta1 * u + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    top = np.maximum(top, s)
    mean = u / (1 - beta1**n)
    power = top / (1 - beta2**n)
    change = lr * mean / (np.sqrt(power) + eps)
    w = w - change
    return w, u, s, top, n
"""
RIGHT["vector"]["amsgrad_keras"] = """
def step(state, grad, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    w, u, s, top, n = state
    n = n + 1
    u = beta1 * u + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    top = np.maximum(top, s)
    rate = lr * np.sqrt(1 - beta2**n) / (1 - beta1**n)
    change = rate * u / (np.sqrt(top) + eps)
    w = w - change
    return w, u, s, top, n
"""
RIGHT["vector"]["amsgrad_optax"] = """
def step(state, grad, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    w, u, s, top, n = state
    n = n + 1
    u = beta1 * u + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    mean = u / (1 - beta1**n)
    power = s / (1 - beta2**n)
    top = np.maximum(top, power)
    change = lr * mean / (np.sqrt(top) + eps)
    w = w - change
    return w, u, s, top, n
"""

# one coordinate after the other
RIGHT["loop"]["gradient_descent"] = """
def step(state, d, alpha=0.1):
    x, t = state.x.copy(), state.t
    t += 1
    for i in range(len(x)):
        x[i] = x[i] - alpha * d[i]
    return GradientDescentState(x, t)
"""
RIGHT["loop"]["momentum"] = """
def step(state, d, alpha=0.1, mu=0.9):
    x, m, t = state.x.copy(), state.m.copy(), state.t
    t += 1
    for i in range(len(x)):
        m[i] = mu * m[i] + d[i]
        x[i] = x[i] - alpha * m[i]
    return MomentumState(x, m, t)
"""
RIGHT["loop"]["nesterov"] = """
def step(state, d, alpha=0.1, mu=0.9):
    x, m, t = state.x.copy(), state.m.copy(), state.t
    t += 1
    for i in range(len(x)):
        m[i] = mu * m[i] + d[i]
        x[i] = x[i] - alpha * (d[i] + mu * m[i])
    return NesterovState(x, m, t)
"""
RIGHT["loop"]["adagrad"] = """
def step(state, d, alpha=0.1, eps=1e-8):
    x, v, t = state.x.copy(), state.v.copy(), state.t
    t += 1
    for i in range(len(x)):
        v[i] += d[i] ** 2
        x[i] = x[i] - alpha * d[i] / (v[i] ** 0.5 + eps)
    return AdaGradState(x, v, t)
"""
RIGHT["loop"]["rmsprop"] = """
def step(state, d, alpha=0.1, rho=0.9, eps=1e-8):
    x, v, t = state.x.copy(), state.v.copy(), state.t
    t += 1
    for i in range(len(x)):
        v[i] = rho * v[i] + (1 - rho) * d[i] ** 2
        x[i] = x[i] - alpha * d[i] / (v[i] ** 0.5 + eps)
    return RMSPropState(x, v, t)
"""
RIGHT["loop"]["adam"] = """
def step(state, d, alpha=0.1, b1=0.9, b2=0.999, eps=1e-8):
    x, m, v, t = state.x.copy(), state.m.copy(), state.v.copy(), state.t
    t += 1
    for i in range(len(x)):
        m[i] = b1 * m[i] + (1 - b1) * d[i]
        v[i] = b2 * v[i] + (1 - b2) * d[i] ** 2
        mh = m[i] / (1 - b1**t)
        vh = v[i] / (1 - b2**t)
        x[i] = x[i] - alpha * mh / (vh**0.5 + eps)
    return AdamState(x, m, v, t)
"""
RIGHT["loop"]["amsgrad"] = """
def step(state, d, alpha=0.1, b1=0.9, b2=0.999, eps=1e-8):
    x, m, v, top, t = state.x.copy(), state.m.copy(), state.v.copy(), state.v_max.copy(), state.t
    t += 1
    for i in range(len(x)):
        m[i] = b1 * m[i] + (1 - b1) * d[i]
        v[i] = b2 * v[i] + (1 - b2) * d[i] ** 2
        if v[i] > top[i]:
            top[i] = v[i]
        x[i] = x[i] - alpha * m[i] / (top[i] ** 0.5 + eps)
    return AMSGradState(x, m, v, top, t)
"""
RIGHT["loop"]["amsgrad_torch"] = """
def step(state, d, alpha=0.1, b1=0.9, b2=0.999, eps=1e-8):
    x, m, v, top, t = state.x.copy(), state.m.copy(), state.v.copy(), state.v_max.copy(), state.t
    t += 1
    for i in range(len(x)):
        m[i] = b1 * m[i] + (1 - b1) * d[i]
        v[i] = b2 * v[i] + (1 - b2) * d[i] ** 2
        top[i] = max(top[i], v[i])
        mh = m[i] / (1 - b1**t)
        vh = top[i] / (1 - b2**t)
        x[i] = x[i] - alpha * mh / (vh**0.5 + eps)
    return AMSGradState(x, m, v, top, t)
"""

# NumPy's functions instead of operators, fields instead of names
RIGHT["functions"]["gradient_descent"] = """
def step(s, g, learning_rate=0.1):
    t = s.t + 1
    return s._replace(x=np.subtract(s.x, learning_rate * g), t=t)
"""
RIGHT["functions"]["momentum"] = """
def step(s, g, learning_rate=0.1, momentum=0.9):
    t = s.t + 1
    m = np.add(np.multiply(momentum, s.m), g)
    return s._replace(x=np.subtract(s.x, learning_rate * m), m=m, t=t)
"""
RIGHT["functions"]["nesterov"] = """
def step(s, g, learning_rate=0.1, momentum=0.9):
    t = s.t + 1
    m = np.add(np.multiply(momentum, s.m), g)
    ahead = np.add(g, np.multiply(momentum, m))
    return s._replace(x=np.subtract(s.x, learning_rate * ahead), m=m, t=t)
"""
RIGHT["functions"]["adagrad"] = """
def step(s, g, learning_rate=0.1, epsilon=1e-8):
    t = s.t + 1
    v = np.add(s.v, np.square(g))
    ratio = np.divide(g, np.sqrt(v) + epsilon)
    return s._replace(x=np.subtract(s.x, learning_rate * ratio), v=v, t=t)
"""
RIGHT["functions"]["rmsprop"] = """
def step(s, g, learning_rate=0.1, decay_rate=0.9, epsilon=1e-8):
    t = s.t + 1
    v = np.add(decay_rate * s.v, np.multiply(1 - decay_rate, np.square(g)))
    ratio = np.divide(g, np.sqrt(v) + epsilon)
    return s._replace(x=np.subtract(s.x, learning_rate * ratio), v=v, t=t)
"""
RIGHT["functions"]["adam"] = """
def step(s, g, learning_rate=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    t = s.t + 1
    m = np.add(beta_1 * s.m, np.multiply(1 - beta_1, g))
    v = np.add(beta_2 * s.v, np.multiply(1 - beta_2, np.square(g)))
    c1, c2 = 1 - np.power(beta_1, t), 1 - np.power(beta_2, t)
    ratio = np.divide(m / c1, np.sqrt(v / c2) + epsilon)
    return s._replace(x=np.subtract(s.x, learning_rate * ratio), m=m, v=v, t=t)
"""
RIGHT["functions"]["amsgrad"] = """
def step(s, g, learning_rate=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    t = s.t + 1
    m = np.add(beta_1 * s.m, np.multiply(1 - beta_1, g))
    v = np.add(beta_2 * s.v, np.multiply(1 - beta_2, np.square(g)))
    v_max = np.where(v > s.v_max, v, s.v_max)
    ratio = np.divide(m, np.sqrt(v_max) + epsilon)
    return s._replace(x=np.subtract(s.x, learning_rate * ratio), m=m, v=v, v_max=v_max, t=t)
"""
RIGHT["functions"]["amsgrad_optax"] = """
def step(s, g, learning_rate=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    t = s.t + 1
    m = np.add(beta_1 * s.m, np.multiply(1 - beta_1, g))
    v = np.add(beta_2 * s.v, np.multiply(1 - beta_2, np.square(g)))
    c1, c2 = 1 - np.power(beta_1, t), 1 - np.power(beta_2, t)
    v_max = np.fmax(s.v_max, v / c2)
    ratio = np.divide(m / c1, np.sqrt(v_max) + epsilon)
    return s._replace(x=np.subtract(s.x, learning_rate * ratio), m=m, v=v, v_max=v_max, t=t)
"""

# in place, on copies; the velocity is the step; Adam in the efficient order
RIGHT["copies"]["gradient_descent"] = """
def step(old, slope, eta=0.1):
    x = np.array(old.x)
    x -= eta * slope
    return GradientDescentState(x=x, t=old.t + 1)
"""
RIGHT["copies"]["momentum"] = """
def step(old, slope, eta=0.1, gamma=0.9):
    x, velocity = np.array(old.x), np.array(old.m)
    velocity *= gamma
    velocity -= eta * slope
    x += velocity
    return MomentumState(x=x, m=velocity, t=old.t + 1)
"""
RIGHT["copies"]["nesterov"] = """
def step(old, slope, eta=0.1, gamma=0.9):
    x, velocity = np.array(old.x), np.array(old.m)
    velocity *= gamma
    velocity -= eta * slope
    x += gamma * velocity - eta * slope
    return NesterovState(x=x, m=velocity, t=old.t + 1)
"""
RIGHT["copies"]["adagrad"] = """
def step(old, slope, eta=0.1, delta=1e-7):
    x, v = np.array(old.x), np.array(old.v)
    v += slope * slope
    x -= eta / (delta + np.sqrt(v)) * slope
    return AdaGradState(x=x, v=v, t=old.t + 1)
"""
RIGHT["copies"]["rmsprop"] = """
def step(old, slope, eta=0.1, gamma=0.9, delta=1e-7):
    x, v = np.array(old.x), np.array(old.v)
    v *= gamma
    v += (1 - gamma) * slope * slope
    x -= eta / (delta + np.sqrt(v)) * slope
    return RMSPropState(x=x, v=v, t=old.t + 1)
"""
RIGHT["copies"]["adam"] = """
def step(old, slope, eta=0.1, rho1=0.9, rho2=0.999, delta=1e-7):
    x, m, v, k = np.array(old.x), np.array(old.m), np.array(old.v), old.t + 1
    m *= rho1
    m += (1 - rho1) * slope
    v *= rho2
    v += (1 - rho2) * slope * slope
    rate = eta * math.sqrt(1 - rho2**k) / (1 - rho1**k)
    x -= rate / (delta + np.sqrt(v)) * m
    return AdamState(x=x, m=m, v=v, t=k)
"""
RIGHT["copies"]["amsgrad"] = """
def step(old, slope, eta=0.1, rho1=0.9, rho2=0.999, delta=1e-7):
    x, m, v, top = np.array(old.x), np.array(old.m), np.array(old.v), np.array(old.v_max)
    m *= rho1
    m += (1 - rho1) * slope
    v *= rho2
    v += (1 - rho2) * slope * slope
    np.maximum(top, v, out=top)
    x -= eta / (delta + np.sqrt(top)) * m
    return AMSGradState(x=x, m=m, v=v, v_max=top, t=old.t + 1)
"""
RIGHT["copies"]["amsgrad_keras"] = """
def step(old, slope, eta=0.1, rho1=0.9, rho2=0.999, delta=1e-7):
    x, m, v, top = np.array(old.x), np.array(old.m), np.array(old.v), np.array(old.v_max)
    k = old.t + 1
    m *= rho1
    m += (1 - rho1) * slope
    v *= rho2
    v += (1 - rho2) * slope * slope
    np.maximum(top, v, out=top)
    rate = eta * math.sqrt(1 - rho2**k) / (1 - rho1**k)
    x -= rate / (delta + np.sqrt(top)) * m
    return AMSGradState(x=x, m=m, v=v, v_max=top, t=k)
"""

ALL = "gradient_descent momentum nesterov adagrad rmsprop adam amsgrad"
DIVIDING = "adagrad rmsprop adam amsgrad"
VARIANTS = "amsgrad_torch amsgrad_keras amsgrad_optax"

SLIPS = []
"""(slugs, algorithms, style, ((old text, new text), ...))"""


def slip(slugs, algorithms, style, *changes):
    """Put a slip on the list; ``changes`` are texts, an old and a new one by turns."""
    SLIPS.append((slugs, algorithms, style, tuple(zip(changes[::2], changes[1::2], strict=True))))


# fmt: off

# ---------------------------------------------------------------- the step in the place of x

for sign in ("", "-"):
    slip("old-x-missing", f"{ALL} {VARIANTS}", "vector", "w - change", f"{sign}change")
    slip("old-x-missing", f"{ALL} amsgrad_torch", "loop", "x[i] - alpha", f"{sign}alpha")
    slip("old-x-missing", ALL, "functions", "np.subtract(s.x, ", f"({sign}")
slip("old-x-missing", "gradient_descent", "copies", "x -= ", "x[:] = ")
slip("old-x-missing", f"{DIVIDING} amsgrad_keras", "copies", "x -= ", "x = -")
slip("old-x-missing", "momentum nesterov", "copies", "x += ", "x = ")

# ---------------------------------------------------------------- moments that are not returned

slip("moments-not-stored", "adagrad rmsprop", "vector", "return w, s,", "return w, state.v,")
slip("moments-not-stored", "adagrad rmsprop", "vector", "n + 1\n", "n + 1\n    s = 0\n")
slip("moments-not-stored", "adagrad rmsprop", "loop", "State(x, v", "State(x, state.v")
slip("moments-not-stored", "adagrad rmsprop", "loop", "state.v.copy()", "np.zeros(2)")
slip("moments-not-stored", "adagrad rmsprop", "functions", " v=v,", "")
slip("moments-not-stored", "adagrad rmsprop", "functions", "s.v", "np.zeros_like(g)", " v=v,", "")
slip("moments-not-stored", "adagrad rmsprop", "copies", "v=v", "v=old.v")
slip("moments-not-stored", "adagrad rmsprop", "copies", "np.array(old.v)", "np.zeros(len(slope))")

FULL = "adam amsgrad"
for kept in ("state.m, s", "u, state.v", "state.m, state.v"):
    slip("moments-not-stored", f"{FULL} {VARIANTS}", "vector", "return w, u, s",
         f"return w, {kept}")
for fresh in ("u = np.zeros(2)", "s = 0", "u = s = 0 * grad"):
    slip("moments-not-stored", f"{FULL} {VARIANTS}", "vector", "n + 1\n", f"n + 1\n    {fresh}\n")
for kept in ("state.m, v", "m, state.v", "state[1], state[2]"):
    slip("moments-not-stored", f"{FULL} amsgrad_torch", "loop", "State(x, m, v", f"State(x, {kept}")
slip("moments-not-stored", FULL, "loop", "state.m.copy()", "[0.0, 0.0]", "State(x, m",
     "State(x, np.array(m)")
slip("moments-not-stored", FULL, "loop", "state.v.copy()", "np.zeros(2)")
for dropped in (" m=m,", " v=v,", " m=m, v=v,"):
    slip("moments-not-stored", f"{FULL} amsgrad_optax", "functions", dropped, "")
slip("moments-not-stored", FULL, "functions", "beta_1 * s.m", "beta_1 * np.zeros(2)")
slip("moments-not-stored", FULL, "functions", "beta_2 * s.v, ", "0, ")
for kept in ("m=old.m, v=v", "m=m, v=old.v", "m=old.m, v=old.v"):
    slip("moments-not-stored", f"{FULL} amsgrad_keras", "copies", "m=m, v=v", kept)
slip("moments-not-stored", FULL, "copies", "np.array(old.m), np.array(old.v)", "*np.zeros((2, 2))")

# ---------------------------------------------------------------- t

CORRECTED = f"adam {VARIANTS}"
slip("t-one-ahead", CORRECTED, "vector", "beta1**n", "beta1 ** (n + 1)", "beta2**n",
     "beta2 ** (n + 1)")
slip("t-one-ahead", "adam amsgrad_torch", "loop", "b1**t", "b1 ** (t + 1)", "b2**t",
     "b2 ** (t + 1)")
slip("t-one-ahead", "adam amsgrad_optax", "functions", "beta_1, t", "beta_1, t + 1", "beta_2, t",
     "beta_2, t + 1")
slip("t-one-ahead", "adam amsgrad_keras", "copies", "rho1**k", "rho1 ** (k + 1)", "rho2**k",
     "rho2 ** (1 + k)")
slip("t-one-ahead", f"{ALL} {VARIANTS}", "vector", ", n\n", ", n + 1\n")
slip("t-one-ahead", f"{ALL} {VARIANTS}", "vector", "n = n + 1", "n = n + 2")
slip("t-one-ahead", f"{ALL} amsgrad_torch", "loop", "t += 1\n", "t += 1\n    t += 1\n")
slip("t-one-ahead", ALL, "functions", "t=t)", "t=t + 1)")
slip("t-one-ahead", "gradient_descent momentum nesterov adagrad rmsprop amsgrad", "copies",
     "t=old.t + 1", "t=old.t + 2")
slip("t-one-ahead", "adam amsgrad_keras", "copies", "t=k", "t=k + 1")

INSIDE = ("t += 1\n    for i in range(len(x)):\n", "for i in range(len(x)):\n        t += 1\n")
slip("t-per-coordinate", "adam amsgrad_torch", "loop", *INSIDE)
slip("t-per-coordinate", "adam amsgrad_torch", "loop", *INSIDE, ", t)\n", ", state.t + 1)\n")

# ---------------------------------------------------------------- bias correction

slip("correction-power-fixed", "adam amsgrad_torch", "loop", "b1**t", "b1 ** (i + 1)", "b2**t",
     "b2 ** (i + 1)")
slip("correction-power-fixed", "adam amsgrad_torch", "loop", "i in range(len(x))",
     "i, k in enumerate((1, 2))", "b1**t", "b1**k", "b2**t", "b2**k")
slip("correction-power-fixed", CORRECTED, "vector", "beta1**n", "beta1 ** np.array([1, 2])",
     "beta2**n", "beta2 ** np.array([1, 2])")
slip("correction-power-fixed", CORRECTED, "vector", "beta1**n", "beta1", "beta2**n", "beta2")
slip("correction-power-fixed", "adam amsgrad_optax", "functions", "beta_1, t", "beta_1, 2",
     "beta_2, t", "beta_2, 2")
slip("correction-power-fixed", "adam amsgrad_keras", "copies", "rho1**k", "rho1", "rho2**k", "rho2")

slip("correction-after-root", "adam", "vector", "np.sqrt(power)", "np.sqrt(s) / (1 - beta2**n)")
slip("correction-after-root", "adam amsgrad_torch", "vector", "power = s /", "power = s ** 0.5 /",
     "power = top /", "power = top ** 0.5 /", "np.sqrt(power)", "power")
slip("correction-after-root", "amsgrad_keras", "vector", "np.sqrt(1 - beta2**n)", "(1 - beta2**n)")
slip("correction-after-root", "adam amsgrad_torch", "loop", "vh = v[i] /", "vh = v[i] ** 0.5 /",
     "vh = top[i] /", "vh = math.sqrt(top[i]) /", "vh**0.5", "vh")
slip("correction-after-root", "adam", "functions", "np.sqrt(v / c2)", "np.divide(np.sqrt(v), c2)")
slip("correction-after-root", "adam amsgrad_keras", "copies", "math.sqrt(1 - rho2**k)",
     "(1 - rho2**k)")

for name, right, wrong in (
    ("power-of-difference", "(1 - {}**{})", "(1 - {}) ** {}"),
    ("times-for-power", "(1 - {}**{})", "(1 - {} * {})"),
    ("correction-plus", "(1 - {}**{})", "(1 + {}**{})"),
):
    for style, algorithms, beta1, beta2, t in (
        ("vector", CORRECTED, "beta1", "beta2", "n"),
        ("loop", "adam amsgrad_torch", "b1", "b2", "t"),
        ("copies", "adam amsgrad_keras", "rho1", "rho2", "k"),
    ):
        one, two = ((right.format(b, t), wrong.format(b, t)) for b in (beta1, beta2))
        if (style, name) == ("copies", "power-of-difference"):
            two = two[0], f"({two[1]})"
        if (style, name) != ("copies", "times-for-power"):  # no root of a negative number in math
            slip(name, algorithms, style, *one, *two)
            slip(name, algorithms, style, *two)
        slip(name, algorithms, style, *one)
C1, C2 = "1 - np.power(beta_1, t)", "1 - np.power(beta_2, t)"
for name, one, two in (
    ("power-of-difference", "np.power(1 - beta_1, t)", "np.power(1 - beta_2, t)"),
    ("times-for-power", "1 - np.multiply(beta_1, t)", "1 - np.multiply(beta_2, t)"),
    ("correction-plus", "1 + np.power(beta_1, t)", "1 + np.power(beta_2, t)"),
):
    slip(name, "adam amsgrad_optax", "functions", C1, one, C2, two)
    slip(name, "adam amsgrad_optax", "functions", C1, one)

# ---------------------------------------------------------------- the division

slip("eps-added-to-rate", "adam amsgrad_torch", "vector", "lr * mean / (np.sqrt(power) + eps)",
     "(lr / np.sqrt(power) + eps) * mean")
slip("eps-added-to-rate", "amsgrad", "vector", "lr * u / (np.sqrt(top) + eps)",
     "(lr / np.sqrt(top) + eps) * u")
slip("eps-added-to-rate", "adagrad rmsprop", "vector", "lr * grad / (np.sqrt(s) + eps)",
     "(lr / np.sqrt(s) + eps) * grad")
slip("eps-added-to-rate", "adam amsgrad_torch", "loop", "alpha * mh / (vh**0.5 + eps)",
     "mh * (alpha / vh**0.5 + eps)")
slip("eps-added-to-rate", "amsgrad", "loop", "alpha * m[i] / (top[i] ** 0.5 + eps)",
     "m[i] * (alpha / top[i] ** 0.5 + eps)")
slip("eps-added-to-rate", "adagrad rmsprop", "loop", "alpha * d[i] / (v[i] ** 0.5 + eps)",
     "d[i] * (eps + alpha / math.sqrt(v[i]))")
slip("eps-added-to-rate", "adam amsgrad amsgrad_keras adagrad rmsprop", "copies",
     "eta / (delta + np.sqrt(v))", "(eta / np.sqrt(v) + delta)", "eta / (delta + np.sqrt(top))",
     "(delta + eta / np.sqrt(top))", "rate / (delta + np.sqrt(v))", "(delta + rate / np.sqrt(v))",
     "rate / (delta + np.sqrt(top))", "(rate / np.sqrt(top) + delta)")

slip("square-for-root", f"{DIVIDING} {VARIANTS}", "vector", "np.sqrt(s)", "s**2", "np.sqrt(power)",
     "power**2", "np.sqrt(top)", "top**2")
slip("square-for-root", f"{DIVIDING} amsgrad_torch", "loop", "vh**0.5", "vh**2", "v[i] ** 0.5",
     "v[i] ** 2", "top[i] ** 0.5", "top[i] * top[i]")
slip("square-for-root", DIVIDING, "functions", "np.sqrt(", "np.square(")
slip("square-for-root", "adagrad rmsprop adam amsgrad", "copies", "np.sqrt(v)", "np.power(v, 2)",
     "np.sqrt(top)", "np.power(top, 2)")

# ---------------------------------------------------------------- names in each other's place

slip("beta-times-lr", "momentum", "vector", "lr * u", "lr * beta * u")
slip("beta-times-lr", "momentum", "vector", "beta * u + grad", "lr * (beta * u + grad)", "lr * u\n",
     "u\n")
slip("beta-times-lr", "momentum", "loop", "alpha * m[i]", "alpha * mu * m[i]")
slip("beta-times-lr", "momentum", "loop", "mu * m[i] + d[i]", "alpha * (mu * m[i] + d[i])",
     "alpha * m[i]\n", "m[i]\n")
slip("beta-times-lr", "momentum", "functions", "learning_rate * m", "momentum * learning_rate * m")
slip("beta-times-lr", "momentum nesterov", "copies", "*= gamma", "*= gamma * eta")
DESCENT = "gradient_descent momentum nesterov"
for slug, new in (("slope-squared", "{}**2"), ("size-for-slope", "abs({})")):
    slip(slug, "gradient_descent", "vector", "* grad", f"* {new.format('grad')}")
    slip(slug, "momentum", "vector", "+ grad", f"+ {new.format('grad')}")
    slip(slug, "nesterov", "vector", "+ grad", f"+ {new.format('grad')}", "(grad +",
         f"({new.format('grad')} +")
    slip(slug, DESCENT, "loop", "d[i]", new.format("d[i]"))
    slip(slug, DESCENT, "copies", "slope\n", f"{new.format('slope')}\n")
slip("bracket-around-x", "gradient_descent", "loop", "x[i] - alpha", "(x[i] - alpha)")
slip("bracket-around-x", "momentum", "loop", "x[i] - alpha", "(x[i] - alpha)")
slip("bracket-around-x", "gradient_descent", "vector", "lr * grad", "grad", "w - change",
     "(w - lr) * change")
slip("bracket-around-x", "momentum", "vector", "lr * u\n", "u\n", "w - change", "(w - lr) * change")
slip("bracket-around-weight", FULL, "vector", "(1 - beta1) *", "1 - beta1 *")
slip("bracket-around-weight", f"rmsprop {FULL}", "vector", "(1 - beta2) *", "1 - beta2 *")
slip("bracket-around-weight", FULL, "loop", "(1 - b1) *", "1 - b1 *")
slip("bracket-around-weight", FULL, "loop", "(1 - b2) *", "1 - b2 *")
slip("bracket-around-weight", "adam", "vector", "u / (1 - beta1**n)", "u / 1 - beta1**n")
slip("square-missing", "amsgrad", "vector", "grad**2", "grad")
slip("square-missing", "amsgrad", "loop", "d[i] ** 2", "d[i]")
slip("doubled-not-squared", "amsgrad", "vector", "grad**2", "grad * 2")
slip("doubled-not-squared", "amsgrad", "loop", "d[i] ** 2", "d[i] * 2")
slip("numerator-missing", "adagrad rmsprop", "vector", "lr * grad", "lr")
slip("numerator-missing", "adagrad rmsprop", "loop", "alpha * d[i]", "alpha")
slip("numerator-missing", "adam", "vector", "lr * mean", "lr")
slip("look-ahead-alone", "nesterov", "vector", "(grad + beta * u)", "beta * u")
slip("look-ahead-alone", "nesterov", "loop", "(d[i] + mu * m[i])", "(mu * m[i])")
slip("look-ahead-alone", "nesterov", "functions", "np.add(g, np.multiply(momentum, m))",
     "momentum * m")
slip("look-ahead-alone", "nesterov", "copies", "gamma * velocity - eta * slope",
     "gamma * velocity")
slip("beta-times-lr", "nesterov", "vector", "lr * (", "lr * beta * (")
slip("beta-times-lr", "nesterov", "vector", "beta * u + grad", "lr * (beta * u + grad)",
     "lr * (grad + beta * u)", "lr * grad + beta * u")
slip("beta-times-lr", "nesterov", "loop", "alpha * (", "mu * alpha * (")
slip("beta-times-lr", "nesterov", "functions", "learning_rate * ahead",
     "np.multiply(learning_rate * momentum, ahead)")
slip("beta-times-lr", "rmsprop", "vector", "lr * grad", "lr * beta2 * grad")
slip("beta-times-lr", "rmsprop", "loop", "alpha * d[i]", "rho * alpha * d[i]")
slip("beta-times-lr", "rmsprop", "functions", "learning_rate * ratio",
     "learning_rate * ratio * decay_rate")
slip("beta-times-lr", "rmsprop", "copies", "eta / (", "eta * gamma / (")
slip("beta-times-lr", "adam amsgrad amsgrad_torch", "vector", "lr * mean", "lr * beta1 * mean",
     "lr * u", "lr * beta1 * u")
slip("beta-times-lr", FULL, "loop", "alpha * m", "alpha * b1 * m")
slip("beta-times-lr", FULL, "functions", "learning_rate * ratio", "beta_1 * learning_rate * ratio")
slip("beta-times-lr", FULL, "copies", "x -= ", "x -= rho1 * ")

for rate, safe in (("eps", "eps"), ("lr", "lr"), ("eps", "lr")):
    slip("lr-is-eps", f"{DIVIDING} amsgrad_torch", "vector", "change = lr *", f"change = {rate} *",
         "+ eps", f"+ {safe}")
for rate, safe in (("eps", "eps"), ("alpha", "alpha"), ("eps", "alpha")):
    slip("lr-is-eps", DIVIDING, "loop", "- alpha *", f"- {rate} *", "+ eps", f"+ {safe}")
for rate, safe in (("delta", "delta"), ("eta", "eta"), ("delta", "eta")):
    slip("lr-is-eps", "adagrad rmsprop amsgrad", "copies", "eta / (delta", f"{rate} / ({safe}")
for rate, safe in (
    ("epsilon", "epsilon"),
    ("learning_rate", "learning_rate"),
    ("epsilon", "learning_rate"),
):
    slip("lr-is-eps", DIVIDING, "functions", "learning_rate * ratio", f"{rate} * ratio",
         "+ epsilon", f"+ {safe}")

# ---------------------------------------------------------------- g replaced

slip("x-for-g", "gradient_descent", "vector", "* grad", "* w")
slip("x-for-g", "momentum nesterov", "vector", "+ grad", "+ w")
slip("x-for-g", "nesterov", "vector", "(grad +", "(w +")
slip("x-for-g", "nesterov", "vector", "u + grad", "u + w", "(grad +", "(w +")
slip("x-for-g", "adagrad rmsprop", "vector", "grad**2", "w**2")
slip("x-for-g", "adagrad rmsprop", "vector", "lr * grad", "lr * w")
slip("x-for-g", "adagrad rmsprop", "vector", "grad**2", "w**2", "lr * grad", "lr * w")
slip("x-for-g", f"{FULL} {VARIANTS}", "vector", "beta1) * grad", "beta1) * w")
slip("x-for-g", f"{FULL} {VARIANTS}", "vector", "grad**2", "w**2")
slip("x-for-g", f"{FULL} {VARIANTS}", "vector", "beta1) * grad", "beta1) * w", "grad**2", "w**2")
slip("x-for-g", "gradient_descent momentum", "loop", "d[i]", "x[i]")
slip("x-for-g", "adagrad rmsprop adam amsgrad amsgrad_torch", "loop", "d[i] ** 2", "x[i] ** 2")
slip("x-for-g", "nesterov", "loop", "d[i] +", "x[i] +")
slip("x-for-g", "adagrad rmsprop", "loop", "alpha * d[i]", "alpha * x[i]")
slip("x-for-g", FULL, "loop", "b1) * d[i]", "b1) * x[i]")
slip("x-for-g", "gradient_descent", "functions", "learning_rate * g", "learning_rate * s.x")
slip("x-for-g", "momentum nesterov", "functions", "s.m), g)", "s.m), s.x)")
slip("x-for-g", DIVIDING, "functions", "np.square(g)", "np.square(s.x)")
slip("x-for-g", "adam amsgrad", "functions", "beta_1, g)", "beta_1, s.x)")
slip("x-for-g", "gradient_descent momentum nesterov", "copies", "slope\n", "old.x\n")
slip("x-for-g", DIVIDING, "copies", "slope * slope", "old.x**2")

OWN = ("2 * {}", "bowl.grad({})", "ravine(10).grad({})")
for own in OWN:
    slip("gradient-unused", f"{ALL} amsgrad_torch", "vector", "n + 1\n",
         f"n + 1\n    grad = {own.format('w')}\n")
    slip("gradient-unused", ALL, "loop", "t += 1\n", f"t += 1\n    d = {own.format('x')}\n")
    slip("gradient-unused", ALL, "functions", "s.t + 1\n",
         f"s.t + 1\n    g = {own.format('s.x')}\n")
    slip("gradient-unused", "gradient_descent momentum nesterov", "copies", "eta * slope",
         f"eta * {own.format('old.x')}")
slip("gradient-unused", "gradient_descent", "vector", "lr * grad", "lr")
slip("gradient-unused", "gradient_descent", "loop", "alpha * d[i]", "alpha")
slip("gradient-unused", "gradient_descent", "functions", "np.subtract(s.x, learning_rate * g)",
     "s.x * (1 - 2 * learning_rate)")
slip("gradient-unused", "gradient_descent", "copies", "x -= eta * slope", "x *= 1 - 2 * eta")
TWENTY = "for _ in range(20):\n        {}\n        "
slip("gradient-unused", "gradient_descent", "vector", "change = lr * grad\n    w =",
     TWENTY.format("change = lr * bowl.grad(w)") + "w =")
slip("gradient-unused", "gradient_descent", "copies", "x -= eta * slope",
     TWENTY.format("slope = ravine(10).grad(x)") + "x -= eta * slope")
slip("gradient-unused", "adagrad", "vector", "s = s + grad**2\n    change",
     TWENTY.format("grad = ravine(5).grad(w)\n        s = s + grad**2") + "change",
     "\n    w = w - change", "\n        w = w - change")
slip("gradient-unused", "momentum", "vector", "u = beta * u + grad\n    change",
     TWENTY.format("u = beta * u + bowl.grad(w)") + "change", "\n    w = w - change",
     "\n        w = w - change")

# ---------------------------------------------------------------- right but different

slip("variant-nadam", "adam", "vector", "lr * mean",
     "lr * (beta1 * mean + (1 - beta1) * grad / (1 - beta1**n))")
slip("variant-nadam", "adam", "loop", "mh = m[i] / (1 - b1**t)",
     "mh = (b1 * m[i] + (1 - b1) * d[i]) / (1 - b1**t)")
slip("variant-nadam", "adam", "functions", "np.divide(m / c1",
     "np.divide(beta_1 * m / c1 + (1 - beta_1) * g / c1")
slip("variant-nadam", "adam", "copies", "np.sqrt(v)) * m",
     "np.sqrt(v)) * (rho1 * m + (1 - rho1) * slope)")

slip("variant-rmsprop", "adagrad", "vector", "lr=0.1", "lr=0.1, decay=0.9", "s + grad**2",
     "decay * s + (1 - decay) * grad**2")
slip("variant-rmsprop", "adagrad", "loop", "alpha=0.1", "alpha=0.1, rho=0.9", "v[i] += d[i] ** 2",
     "v[i] = rho * v[i] + (1 - rho) * d[i] ** 2")
slip("variant-rmsprop", "adagrad", "functions", "epsilon=1e-8", "epsilon=1e-8, beta2=0.99",
     "np.add(s.v, np.square(g))", "np.average([s.v, g**2], axis=0, weights=[beta2, 1 - beta2])")
slip("variant-rmsprop", "adagrad", "copies", "delta=1e-7", "gamma=0.9, delta=1e-7",
     "v += slope * slope", "v += (1 - gamma) * (slope * slope - v)")

for name, sign, other in (("variant-weight-decay", "+", "-"), ("weight-decay-away", "-", "+")):
    slip(name, ALL, "vector", "):\n    w,", ", weight_decay=0.01):\n    w,", "n + 1\n",
         f"n + 1\n    grad = grad {sign} weight_decay * w\n")
    slip(name, ALL, "vector", "):\n    w,", ", wd=0.1):\n    w,", "w = w - change",
         f"w = w - change {other} lr * wd * w")
    slip(name, ALL, "loop", "):\n    x,", ", l2=1e-4):\n    x,", "t += 1\n",
         f"t += 1\n    d = d {sign} l2 * x\n")
    slip(name, ALL, "loop", "):\n    x,", ", lam=0.02):\n    x,", "        x[i] = x[i] - ",
         f"        x[i] *= 1 {other} alpha * lam\n        x[i] = x[i] - ")
    slip(name, ALL, "functions", "):\n    t =", ", weight_decay=0.004):\n    t =", "s.t + 1\n",
         f"s.t + 1\n    g = g {sign} weight_decay * s.x\n")
    slip(name, ALL, "functions", "):\n    t =", ", lam=0.3):\n    t =", "subtract(s.x,",
         f"subtract(s.x {other} learning_rate * lam * s.x,")

slip("variant-more-parameters", ALL, "vector", "):\n    w,", ", decay=1e-4):\n    w,",
     "n + 1\n", "n + 1\n    lr = lr / (1 + decay * n)\n")
slip("variant-more-parameters", ALL, "loop", "):\n    x,", ", decay=0.01):\n    x,",
     "t += 1\n", "t += 1\n    alpha *= math.exp(-decay * t)\n")
slip("variant-more-parameters", ALL, "functions", "):\n    t =", ", decay=0.1):\n    t =",
     "s.t + 1\n", "s.t + 1\n    learning_rate = learning_rate * (1 - decay) ** t\n")

slip("variant-eps-inside", "adagrad rmsprop", "vector", "np.sqrt(s) + eps", "np.sqrt(s + eps)")
slip("variant-eps-inside", "adagrad rmsprop", "loop", "v[i] ** 0.5 + eps", "(v[i] + eps) ** 0.5")
slip("variant-eps-inside", "adagrad rmsprop", "functions", "np.sqrt(v) + epsilon",
     "np.sqrt(np.add(v, epsilon))")
slip("variant-eps-inside", "adagrad rmsprop", "copies", "delta + np.sqrt(v)", "np.sqrt(delta + v)")
slip("eps-inside-root", FULL, "vector", "np.sqrt(power) + eps", "np.sqrt(power + eps)",
     "np.sqrt(top) + eps", "np.sqrt(top + eps)")
slip("uphill+eps-inside-root", "adagrad rmsprop", "vector", "np.sqrt(s) + eps", "np.sqrt(s + eps)",
     "w - change", "w + change")
slip("lr-missing+eps-inside-root", "adagrad rmsprop", "loop", "v[i] ** 0.5 + eps",
     "(v[i] + eps) ** 0.5", "alpha * d[i]", "d[i]")
slip("absolute-gradient+eps-inside-root", "adagrad rmsprop", "functions", "np.sqrt(v) + epsilon",
     "np.sqrt(v + epsilon)", "np.square(g)", "np.abs(g)")
slip("moments-not-stored+eps-inside-root", "adagrad rmsprop", "copies", "delta + np.sqrt(v)",
     "np.sqrt(delta + v)", "v=v", "v=old.v")

slip("variant-damped", "momentum nesterov", "vector", "+ grad\n", "+ (1 - beta) * grad\n",
     "(grad +", "((1 - beta) * grad +")
slip("variant-damped", "momentum", "vector", "+ grad\n", "+ (1 - beta) * lr * grad\n", "lr * u\n",
     "u\n")
slip("variant-damped", "momentum", "loop", "+ d[i]", "+ (1 - mu) * alpha * d[i]", "- alpha * m[i]",
     "- m[i]")
slip("variant-damped", "momentum", "functions", "m), g)", "m), learning_rate * (1 - momentum) * g)",
     "learning_rate * m)", "m)")
slip("variant-damped", "momentum", "copies", "eta * slope", "(1 - gamma) * eta * slope")
slip("look-ahead-missing", "nesterov", "vector", "+ grad\n", "+ (1 - beta) * lr * grad\n",
     "lr * (grad + beta * u)", "u")
slip("look-ahead-missing", "nesterov", "loop", "+ d[i]\n", "+ alpha * (1 - mu) * d[i]\n",
     "- alpha * (d[i] + mu * m[i])", "- m[i]")
slip("look-ahead-missing", "nesterov", "functions", "m), g)",
     "m), learning_rate * (1 - momentum) * g)", "learning_rate * ahead", "m")
slip("variant-damped", "nesterov", "vector", "+ grad\n", "+ (1 - beta) * lr * grad\n",
     "lr * (grad + beta * u)", "(1 - beta) * lr * grad + beta * u")
slip("variant-damped", "nesterov", "loop", "+ d[i]\n", "+ alpha * (1 - mu) * d[i]\n",
     "alpha * (d[i] + mu * m[i])", "(alpha * (1 - mu) * d[i] + mu * m[i])")
slip("variant-damped", "nesterov", "copies", "eta * slope", "(1 - gamma) * eta * slope")

# ---------------------------------------------------------------- limits

CLIPS = (
    "np.clip({}, -1, 1)",
    "{0} * min(1, 0.3 / np.linalg.norm({0}))",
    "np.clip({}, -100.0, 100.0)",
    "np.maximum(np.minimum({}, 50), -50)",
    "{0} / max(1, np.linalg.norm({0}) / 1e3)",
)
for clip in CLIPS:
    slip("gradient-clipped", f"{ALL} amsgrad_torch", "vector", "n + 1\n",
         f"n + 1\n    grad = {clip.format('grad')}\n")
    slip("gradient-clipped", ALL, "functions", "s.t + 1\n",
         f"s.t + 1\n    g = {clip.format('g')}\n")
for limit in (0.5, 10):
    slip("gradient-clipped", ALL, "loop", "t += 1\n",
         f"t += 1\n    d = [max(-{limit}, min({limit}, a)) for a in d]\n")
    slip("x-clipped", ALL, "loop", "    return",
         f"        x[i] = min(max(x[i], -{limit}), {limit})\n    return")
for clip in (
    "np.clip({}, -0.4, 0.4)",
    "np.clip({}, -100, 100)",
    "np.minimum(np.maximum({}, -5), 5)",
    "np.maximum({}, 0)",
):
    slip("x-clipped", f"{ALL} amsgrad_torch", "vector", "w - change", clip.format("w - change"))
    slip("x-clipped", ALL, "copies", "(x=x", f"(x={clip.format('x')}")

# ---------------------------------------------------------------- eps as a number

for number in ("1e-6", "1e-10", "1e-5", "1e-3"):
    bare = (", eps=1e-8", "", "+ eps", f"+ {number}")
    slip("", DIVIDING, "vector", *bare)
    slip("", DIVIDING, "copies", ", delta=1e-7", "", "(delta +", f"({number} +")
    slip("uphill", DIVIDING, "vector", *bare, "w - change", "w + change")
    slip("uphill", DIVIDING, "functions", ", epsilon=1e-8", "", "+ epsilon", f"+ {number}",
         "np.subtract", "np.add")
    slip("no-bias-correction", "adam", "vector", *bare, "lr * mean", "lr * u", "np.sqrt(power)",
         "np.sqrt(s)")
    slip("absolute-gradient", "adagrad rmsprop", "vector", *bare, "grad**2", "abs(grad)")
    slip("absolute-gradient", DIVIDING, "loop", ", eps=1e-8", "", "+ eps", f"+ {number}",
         "d[i] ** 2", "abs(d[i])")
    slip("uphill+no-bias-correction", "adam", "vector", *bare, "lr * mean", "lr * u",
         "np.sqrt(power)", "np.sqrt(s)", "w - change", "w + change")
    slip("uphill+second-moment-unscaled", "rmsprop adam amsgrad", "vector", *bare, "(1 - beta2) * ",
         "", "w - change", "w + change")
    slip("first-moment-unscaled+second-moment-unscaled", FULL, "loop", ", eps=1e-8", "", "+ eps",
         f"+ {number}", "(1 - b1) * ", "", "(1 - b2) * ", "")
    slip("moments-not-stored+uphill", "adagrad rmsprop", "functions", ", epsilon=1e-8", "",
         "+ epsilon", f"+ {number}", " v=v,", "", "np.subtract", "np.add")

# ---------------------------------------------------------------- pairs

slip("step-before-v+eps-inside-root", "adagrad rmsprop", "vector", "np.sqrt(s) + eps",
     "np.sqrt(state.v + eps)")
slip("step-before-v+eps-inside-root", "adagrad rmsprop", "loop", "v[i] ** 0.5 + eps",
     "math.sqrt(state.v[i] + eps)")
slip("step-before-v+eps-inside-root", "adagrad rmsprop", "functions", "np.sqrt(v) + epsilon",
     "np.sqrt(epsilon + s.v)")
slip("step-before-v+eps-inside-root", "adagrad rmsprop", "copies", "delta + np.sqrt(v)",
     "np.sqrt(old.v + delta)")
BOTH = f"amsgrad {VARIANTS}"
slip("uphill+first-moment-unscaled", BOTH, "vector", "(1 - beta1) * grad", "grad", "w - change",
     "w + change")
slip("uphill+beta1-in-v", BOTH, "vector", "beta2 * s + (1 - beta2)", "beta1 * s + (1 - beta1)",
     "w - change", "w + change")
slip("first-moment-unscaled+second-moment-unscaled", BOTH, "vector", "(1 - beta1) * ", "",
     "(1 - beta2) * ", "")
slip("uphill+max-not-stored", BOTH, "vector", "s, top, n\n", "s, state.v_max, n\n", "w - change",
     "w + change")
slip("lr-missing+weights-swapped", BOTH, "vector", "beta1 * u + (1 - beta1)",
     "(1 - beta1) * u + beta1", "= lr * mean", "= mean", "= lr * u", "= u", "rate = lr * ",
     "rate = ")
slip("uphill+moments-not-stored", BOTH, "vector", "return w, u, s", "return w, state.m, state.v",
     "w - change", "w + change")
BOTH = "amsgrad amsgrad_torch"
slip("absolute-gradient+first-moment-unscaled", BOTH, "loop", "(1 - b1) * ", "", "d[i] ** 2",
     "abs(d[i])")
slip("uphill+second-moment-unscaled", BOTH, "loop", "(1 - b2) * ", "", "x[i] - ", "x[i] + ")
slip("eps-inside-root+uphill", BOTH, "loop", "top[i] ** 0.5 + eps", "(top[i] + eps) ** 0.5",
     "vh**0.5 + eps", "(vh + eps) ** 0.5", "x[i] - ", "x[i] + ")
slip("no-square-root+first-moment-unscaled", BOTH, "loop", "top[i] ** 0.5", "top[i]", "vh**0.5",
     "vh", "(1 - b1) * ", "")
BOTH = "amsgrad amsgrad_keras"
slip("uphill+betas-swapped", BOTH, "copies", "m *= rho1", "m *= rho2", "(1 - rho1) * slope\n",
     "(1 - rho2) * slope\n", "v *= rho2", "v *= rho1", "(1 - rho2) * slope * slope",
     "(1 - rho1) * slope * slope", "x -=", "x +=")
slip("t-frozen+uphill", "amsgrad", "copies", "t=old.t + 1", "t=old.t", "x -=", "x +=")
slip("old-x-missing+second-moment-unscaled", BOTH, "copies", "(1 - rho2) * ", "", "x -= ", "x = -")
BOTH = "amsgrad amsgrad_optax"
slip("uphill+absolute-gradient", BOTH, "functions", "np.square(g)", "np.fabs(g)", "np.subtract",
     "np.add")
slip("old-x-missing+first-moment-unscaled", BOTH, "functions", "np.multiply(1 - beta_1, g)", "g",
     "np.subtract(s.x, ", "(-")

# ---------------------------------------------------------------- pairs that public code has

slip("lr-missing+old-x-missing", f"{ALL} {VARIANTS}", "vector", "w - change", "change",
     "change = lr * ", "change = ", "rate = lr * ", "rate = ")
slip("lr-missing+old-x-missing", f"{ALL} amsgrad_torch", "loop", "x[i] - alpha * ", "")
slip("lr-missing+old-x-missing", f"{DIVIDING} amsgrad_optax", "functions",
     "np.subtract(s.x, learning_rate * ratio)", "ratio")
slip("moments-not-stored+t-frozen", "adam", "vector", "n = n + 1", "u, s, n = 0, 0, 1")
slip("moments-not-stored+t-frozen", "adam", "loop", "state.m.copy(), state.v.copy(), state.t",
     "np.zeros(2), np.zeros(2), 0")
slip("moments-not-stored+t-frozen", "adam", "functions", "s.t + 1", "1", " m=m, v=v,", "")
slip("moments-not-stored+no-bias-correction", "adam", "vector", "* mean", "* u", "np.sqrt(power)",
     "np.sqrt(s)", "return w, u, s", "return w, state.m, state.v")
slip("moments-not-stored+no-bias-correction", "adam", "loop", "* mh", "* m[i]", "vh**0.5",
     "v[i] ** 0.5", "State(x, m, v", "State(x, state.m, state.v")
slip("moments-not-stored+no-bias-correction", "adam", "functions", "m / c1", "m", "v / c2", "v",
     " m=m, v=v,", "")
slip("moments-not-stored+eps-added-to-rate", "adam", "vector", "lr * mean / (np.sqrt(power) + eps)",
     "(lr / np.sqrt(power) + eps) * mean", "return w, u, s", "return w, u, state.v")

# ---------------------------------------------------------------- betas and eps as numbers

NUMBERS = (", beta1=0.9, beta2=0.999, eps=1e-8", "", "beta1", "0.9", "beta2", "0.999",
           "eps", "1e-8")
BOTH = f"{FULL} {VARIANTS}"
slip("", BOTH, "vector", *NUMBERS)
slip("uphill", BOTH, "vector", *NUMBERS, "w - change", "w + change")
slip("first-moment-unscaled", BOTH, "vector", *NUMBERS, "(1 - 0.9) * ", "")
slip("old-x-missing", BOTH, "vector", *NUMBERS, "w - change", "change")
slip("moments-not-stored", BOTH, "vector", *NUMBERS, "return w, u, s", "return w, state.m, s")
slip("max-unused", "amsgrad", "vector", *NUMBERS, "np.sqrt(top)", "np.sqrt(s)")
BOTH = "amsgrad amsgrad_torch amsgrad_keras"
slip("max-fed-back", BOTH, "vector", *NUMBERS, "return w, u, s, top", "return w, u, top, top")
slip("max-not-stored", BOTH, "vector", *NUMBERS, "return w, u, s, top", "return w, u, s, s")

# ---------------------------------------------------------------- a slip without a name, in place

slip("?changes-its-input", f"{ALL} amsgrad_torch", "vector", "change = ", "change = 0.37 * ",
     "w = w - change", "w -= change")
slip("?changes-its-input", ALL, "loop", "state.x.copy()", "state.x", "- alpha", "- 2.2 * alpha")
slip("?changes-its-input", ALL, "copies", "np.array(old.x)", "old.x", "x -= ", "x -= 1.7 * ",
     "x += ", "x += 1.7 * ")

# fmt: on
# ---------------------------------------------------------------- functions of their own

WRITTEN = []
"""(slugs, algorithm, function)"""


def written(slugs, algorithm):
    """Put a function on the list."""
    return lambda step: WRITTEN.append((slugs, algorithm, step)) or step


@written("t-per-coordinate", "adam")
def counts_in_a_zip(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t, xs, ms, vs = state.t, [], [], []
    for x, m, v, slope in zip(state.x, state.m, state.v, g, strict=True):
        t = t + 1
        ms.append(beta1 * m + (1 - beta1) * slope)
        vs.append(beta2 * v + (1 - beta2) * slope**2)
        root = np.sqrt(vs[-1] / (1 - beta2**t))
        xs.append(x - lr * ms[-1] / (1 - beta1**t) / (root + eps))
    return AdamState(np.array(xs), np.array(ms), np.array(vs), t)


@written("t-per-coordinate", "adam")
def counts_in_a_helper(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    count = int(state.t)
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g * g

    def change(i):
        nonlocal count
        count += 1
        return lr * m[i] / (1 - beta1**count) / (math.sqrt(v[i] / (1 - beta2**count)) + eps)

    return np.array([state.x[0] - change(0), state.x[1] - change(1)]), m, v, count


@written("t-per-coordinate", "amsgrad")
def counts_in_a_while(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, v_max, t = [np.copy(a) for a in state[:4]] + [state.t]
    i = 0
    while i < 2:
        t += 1
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        v_max[i] = np.maximum(v_max[i], v[i] / (1 - beta2**t))
        x[i] -= lr * m[i] / (1 - beta1**t) / (np.sqrt(v_max[i]) + eps)
        i += 1
    return x, m, v, v_max, t


@written("t-per-coordinate", "amsgrad")
def counts_in_the_efficient_order(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    top, t, x = np.maximum(state.v_max, v), state.t, []
    for old, mean, peak in zip(state.x, m, top, strict=True):
        t += 1
        rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        x.append(old - rate * mean / (np.sqrt(peak) + eps))
    return AMSGradState(np.array(x), m, v, top, t)


@written("correction-power-fixed", "adam")
def index_from_zero(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    x = state.x.copy()
    for i in range(2):
        m_hat, v_hat = m[i] / (1 - beta1**i), v[i] / (1 - beta2**i)
        x[i] -= lr * m_hat / (np.sqrt(v_hat) + eps)
    return AdamState(x, m, v, state.t + 1)


@written("correction-power-fixed", "adam")
def index_of_a_zip(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    rows = enumerate(zip(state.x, m, v, strict=True), 1)
    x = [a - lr * b / (1 - beta1**k) / ((c / (1 - beta2**k)) ** 0.5 + eps) for k, (a, b, c) in rows]
    return AdamState(np.array(x), m, v, state.t + 1)


@written("variant-nadam", "adam")
def nadam_of_two_steps(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    return AdamState(x - lr * ahead / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t)


# A slip that has no name, in code that writes into what it was given


@written("?changes-its-input", "gradient_descent")
def cubes(state, g, lr=0.1):
    x, t = state
    x -= lr * g**3
    return GradientDescentState(x, t + 1)


@written("?changes-its-input", "gradient_descent")
def halves_one(state, g, lr=0.1):
    for i in range(len(state.x)):
        state.x[i] = state.x[i] - lr * g[i] / (i + 2)
    return state._replace(t=state.t + 1)


@written("?changes-its-input", "gradient_descent")
def shrinks_the_slope(state, g, lr=0.1):
    np.multiply(g, np.cos(g), out=g)
    return state.x - lr * g, state.t + 1


@written("?changes-its-input", "momentum")
def velocity_of_cubes(state, g, lr=0.1, beta=0.9):
    x, m, t = state
    m *= beta
    m += g**3
    return MomentumState(x - lr * m, m, t + 1)


@written("?changes-its-input", "momentum")
def third_of_the_slope(state, g, lr=0.1, beta=0.9):
    for i in range(2):
        state.m[i] = beta * state.m[i] + g[i] / 3
        state.x[i] -= lr * state.m[i]
    return state.x, state.m, state.t + 1


@written("?changes-its-input", "nesterov")
def looks_far_ahead(state, g, lr=0.1, beta=0.9):
    x, m, t = state
    m[:] = beta * m + g
    x[:] = x - lr * (g + beta**3 * m)
    return NesterovState(x, m, t + 1)


@written("?changes-its-input", "adagrad")
def cube_root(state, g, lr=0.1, eps=1e-8):
    x, v, t = state
    v += g**2
    x -= lr * g / (np.cbrt(v) + eps)
    return AdaGradState(x, v, t + 1)


@written("?changes-its-input", "rmsprop")
def fourth_power(state, g, lr=0.1, beta2=0.9, eps=1e-8):
    x, v, t = state
    v *= beta2
    v += (1 - beta2) * g**4
    return RMSPropState(x - lr * g / (np.sqrt(v) + eps), v, t + 1)


@written("?changes-its-input", "adam")
def halved_step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t += 1
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g * g
    x -= 0.37 * lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return AdamState(x, m, v, t)


@written("?changes-its-input", "adam")
def cubes_into_m(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.t + 1
    for i in range(len(g)):
        state.m[i] = beta1 * state.m[i] + (1 - beta1) * g[i] ** 3
        state.v[i] = beta2 * state.v[i] + (1 - beta2) * g[i] ** 2
    root = np.sqrt(state.v / (1 - beta2**t))
    return state._replace(x=state.x - lr * state.m / (1 - beta1**t) / (root + eps), t=t)


@written("?changes-its-input", "amsgrad")
def mean_of_two_peaks(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, v_max, t = state
    m[:] = beta1 * m + (1 - beta1) * g
    v[:] = beta2 * v + (1 - beta2) * g**2
    v_max[:] = (np.maximum(v_max, v) + v) / 2
    x -= lr * m / (np.sqrt(v_max) + eps)
    return AMSGradState(x, m, v, v_max, t + 1)


# Names of parameters that mean something else elsewhere


@written("", "adam")
def weights_w1_w2(state, g, gamma=1e-3, w1=0.9, w2=0.999, eps=1e-8):
    return optimizers.adam(state, g, gamma, w1, w2, eps)


@written("", "adam")
def rates_first(state, g, rho1=0.9, rho2=0.999, epsilon=0.001, delta=1e-8):
    return optimizers.adam(state, g, epsilon, rho1, rho2, delta)


@written("", "adam")
def small_step_first(state, g, delta=1e-8, epsilon=0.01, mu=0.9, nu=0.999):
    return optimizers.adam(state, g, epsilon, mu, nu, delta)


@written("", "adam")
def greek_everything(state, g, beta=0.01, gamma1=0.9, gamma2=0.99, alpha=1e-7):
    return optimizers.adam(state, g, beta, gamma1, gamma2, alpha)


@written("no-bias-correction", "adam")
def rho_without_correction(state, g, epsilon=0.001, rho1=0.9, rho2=0.999, delta=1e-8):
    s, r = rho1 * state.m + (1 - rho1) * g, rho2 * state.v + (1 - rho2) * g * g
    return AdamState(state.x - epsilon * s / (np.sqrt(r) + delta), s, r, state.t + 1)


@written("uphill", "adam")
def gamma_uphill(state, g, gamma=1e-3, w1=0.9, w2=0.999, eps=1e-8):
    after = optimizers.adam(state, g, gamma, w1, w2, eps)
    return after._replace(x=2 * state.x - after.x)


@written("", "amsgrad")
def amsgrad_of_rhos(state, g, epsilon=0.01, rho1=0.9, rho2=0.999):
    return optimizers.amsgrad(state, g, epsilon, rho1, rho2)


@written("max-unused", "amsgrad")
def amsgrad_of_weights(state, g, gamma=1e-3, w1=0.9, w2=0.999, delta=1e-8):
    after = optimizers.amsgrad(state, g, gamma, w1, w2)
    x = state.x - gamma * after.m / (np.sqrt(after.v) + delta)
    return after._replace(x=x)


@written("", "rmsprop")
def epsilon_is_the_rate(state, g, epsilon=0.01, alpha=0.9):
    r = alpha * state.v + (1 - alpha) * g * g
    return RMSPropState(state.x - epsilon * g / (np.sqrt(r) + 1e-8), r, state.t + 1)


@written("", "rmsprop")
def rho_and_delta(state, g, epsilon=0.001, rho=0.9, delta=1e-6):
    r = rho * state.v + (1 - rho) * g * g
    return state.x - epsilon / (delta + np.sqrt(r)) * g, r, state.t + 1


@written("variant-eps-inside", "rmsprop")
def rho_and_delta_in_the_root(state, g, epsilon=0.001, rho=0.9, delta=1e-6):
    r = rho * state.v + (1 - rho) * g * g
    return state.x - epsilon / np.sqrt(delta + r) * g, r, state.t + 1


@written("second-moment-unscaled", "rmsprop")
def decay_called_alpha(state, g, eta=0.01, alpha=0.99, epsilon=1e-8):
    r = alpha * state.v + g * g
    return RMSPropState(state.x - eta * g / (np.sqrt(r) + epsilon), r, state.t + 1)


@written("", "adagrad")
def small_rate_called_epsilon(state, g, epsilon=0.01, delta=1e-7):
    r = state.v + g * g
    return AdaGradState(state.x - epsilon / (delta + np.sqrt(r)) * g, r, state.t + 1)


@written("uphill", "adagrad")
def gamma_is_the_rate(state, g, gamma=0.1, epsilon=1e-10):
    r = state.v + g * g
    return AdaGradState(state.x + gamma * g / (epsilon + np.sqrt(r)), r, state.t + 1)


@written("", "momentum")
def epsilon_and_alpha(state, g, epsilon=0.01, alpha=0.9):
    v = alpha * state.m - epsilon * g
    return MomentumState(state.x + v, v, state.t + 1)


@written("", "momentum")
def share_before_rate(state, g, gamma=0.9, eta=0.01):
    v = gamma * state.m + eta * g
    return MomentumState(state.x - v, v, state.t + 1)


@written("", "momentum")
def alpha_is_the_share(state, g, alpha=0.9, rate=0.1):
    v = alpha * state.m + g
    return MomentumState(state.x - rate * v, v, state.t + 1)


@written("velocity-forgotten", "momentum")
def epsilon_and_alpha_forget(state, g, epsilon=0.01, alpha=0.9):
    v = alpha * state.m + g
    return MomentumState(state.x - epsilon * v, state.m, state.t + 1)


@written("", "nesterov")
def mu_and_epsilon(state, g, mu=0.9, epsilon=0.01):
    v = mu * state.m - epsilon * g
    return NesterovState(state.x + mu * v - epsilon * g, v, state.t + 1)


@written("", "gradient_descent")
def rate_called_gamma(state, g, gamma=0.01):
    return state.x - gamma * g, state.t + 1


@written("uphill", "gradient_descent")
def rate_called_epsilon(state, g, epsilon=0.01):
    return state.x + epsilon * g, state.t + 1


@written("", "adam")
def omegas_without_defaults(state, g, gamma, omega1, omega2, epsilon1):
    return optimizers.adam(state, g, gamma, omega1, omega2, epsilon1)


@written("", "adam")
def camels(state, gradient, learnRate=0.001, betaOne=0.9, betaTwo=0.999, smallNumber=1e-8):
    return optimizers.adam(state, gradient, learnRate, betaOne, betaTwo, smallNumber)


@written("", "adam")
def capitals(state, grad, LR=0.01, BETA1=0.9, BETA2=0.999, EPS=1e-8):
    return optimizers.adam(state, grad, LR, BETA1, BETA2, EPS)


@written("", "adam")
def a_limit_that_is_no_limit(state, g, rate=0.01, clip=math.inf):
    return optimizers.adam(state, np.clip(g, -clip, clip), rate)


@written("", "momentum")
def extras_that_are_zero(state, g, lr=0.01, momentum=0.9, decay=0.0, reg=0):
    v = momentum * state.m - lr * (g + reg * state.x) / (1 + decay * state.t)
    return MomentumState(state.x + v, v, state.t + 1)


@written("variant-weight-decay", "adam")
def decay_of_a_longer_name(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, l2_lambda=1e-4):
    return optimizers.adam(state, g + l2_lambda * state.x, lr, beta1, beta2, eps)


@written("variant-weight-decay", "adam")
def decay_of_a_camel(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weightDecay=0.01):
    after = optimizers.adam(state, g, lr, beta1, beta2, eps)
    return after._replace(x=after.x - lr * weightDecay * state.x)


@written("variant-rmsprop", "adagrad")
def fades_by_a_tenth(state, g, lr=0.1, eps=1e-8):
    v = 0.9 * state.v + 0.1 * g**2
    return AdaGradState(state.x - lr * g / (np.sqrt(v) + eps), v, state.t + 1)


@written("variant-rmsprop", "adagrad")
def fades_by_a_twentieth(state, g, lr=0.1, eps=1e-8):
    v = state.v + (g**2 - state.v) / 20
    return AdaGradState(state.x - lr * g / (np.sqrt(v) + eps), v, state.t + 1)


@written("one-coordinate", "gradient_descent")
def last_slope_for_both(state, g, lr=0.1):
    return GradientDescentState(state.x - lr * g[-1], state.t + 1)


@written("one-coordinate", "momentum")
def second_slope_for_both(state, g, lr=0.1, beta=0.9):
    m = beta * state.m + g[1]
    return MomentumState(state.x - lr * m, m, state.t + 1)


@written("one-coordinate", "adam")
def slope_of_x2_for_both(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return optimizers.adam(state, np.full(2, g[1]), lr, beta1, beta2, eps)


@written("", "adam")
def betas_in_the_body(state, g, lr=0.001):
    b1, b2 = 0.7, 0.995
    m, v, t = b1 * state.m + (1 - b1) * g, b2 * state.v + (1 - b2) * g**2, state.t + 1
    ratio = m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + 1e-8)
    return AdamState(state.x - lr * ratio, m, v, t)


@written("eps-inside-root", "adam")
def all_but_eta_in_the_body_and_eps_inside(state, g, eta=0.01):
    eps, beta1, beta2 = 1e-8, 0.9, 0.99
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1 ** (state.t + 1)), v / (1 - beta2 ** (state.t + 1))
    return AdamState(state.x - (eta / np.sqrt(v_hat + eps)) * m_hat, m, v, state.t + 1)


@written("eps-inside-root", "adam")
def betas_in_the_body_and_eps_inside(state, g, lr=0.001):
    m, v, t = 0.9 * state.m + 0.1 * g, 0.999 * state.v + 0.001 * g**2, state.t + 1
    root = np.sqrt(v / (1 - 0.999**t) + 1e-8)
    return AdamState(state.x - lr * m / (1 - 0.9**t) / root, m, v, t)


@written("beta1-in-v+eps-inside-root", "adam")
def one_beta_for_all(state, g, lr=0.001):
    beta, t = 0.9, state.t + 1
    m, v = beta * state.m + (1 - beta) * g, beta * state.v + (1 - beta) * g**2
    root = np.sqrt(v / (1 - 0.999**t) + 1e-8)
    return AdamState(state.x - lr * m / (1 - beta**t) / root, m, v, t)


@written("", "adam")
def eps_of_single_precision(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    return optimizers.adam(state, g, lr, beta1, beta2, 1.1920929e-07)


@written("t-one-ahead", "adam")
def eps_of_single_precision_and_t_ahead(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1 ** (state.t + 2)), v / (1 - beta2 ** (state.t + 2))
    x = state.x - lr * m_hat / (np.sqrt(v_hat) + 1.1920929e-07)
    return AdamState(x, m, v, state.t + 1)


@written("", "adam")
def eps_of_two_digits(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    return optimizers.adam(state, g, lr, beta1, beta2, 1.5e-8)


@written("", "rmsprop")
def decay_in_the_body(state, g, lr=0.01):
    v = 0.95 * state.v + 0.05 * g**2
    return RMSPropState(state.x - lr * g / (np.sqrt(v) + 1e-6), v, state.t + 1)


@written("uphill", "rmsprop")
def decay_in_the_body_uphill(state, g, lr=0.01):
    v = 0.95 * state.v + 0.05 * g**2
    return RMSPropState(state.x + lr * g / (np.sqrt(v) + 1e-6), v, state.t + 1)


@written("", "momentum")
def factor_in_the_body(state, g, lr=0.01):
    m = 0.85 * state.m + g
    return MomentumState(state.x - lr * m, m, state.t + 1)


@written("", "amsgrad")
def decays_in_the_body(state, g, lr=0.01):
    m, v = 0.8 * state.m + 0.2 * g, 0.99 * state.v + 0.01 * g**2
    v_max = np.maximum(state.v_max, v)
    return AMSGradState(state.x - lr * m / np.sqrt(v_max), m, v, v_max, state.t + 1)


@written("", "adam")
def betas_counted_from_zero(state, g, lr=0.001, beta0=0.9, beta1=0.999, eps=1e-8):
    return optimizers.adam(state, g, lr, beta0, beta1, eps)


@written("correction-power-fixed", "adam")
def betas_counted_from_zero_and_no_power(state, g, lr=0.001, beta0=0.9, beta1=0.999, eps=1e-8):
    m, v = beta0 * state.m + (1 - beta0) * g, beta1 * state.v + (1 - beta1) * g**2
    m_hat, v_hat = m / (1 - beta0), v / (1 - beta1)
    return AdamState(state.x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, state.t + 1)


@written("", "amsgrad")
def beta_and_beta_2(state, g, lr=0.001, beta=0.9, beta_2=0.999):
    return optimizers.amsgrad(state, g, lr, beta, beta_2)


@written("betas-swapped", "adam")
def betas_swapped_by_name(state, g, lr=0.001, beta1=0.999, beta2=0.9, eps=1e-8):
    return optimizers.adam(state, g, lr, beta2, beta1, eps)


@written("", "momentum")
def a_factor_that_is_zero_unless_given(state, g, lr=0.1, momentum=0):
    m = momentum * state.m + g
    return MomentumState(state.x - lr * m, m, state.t + 1)


@written("variant-keras", "amsgrad")
def mean_of_the_way_down(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    after = optimizers.amsgrad_keras(state, -g, lr, beta1, beta2, eps)
    return after._replace(x=2 * state.x - after.x)


@written("correction-power-fixed", "adam")
def mean_of_the_way_down_and_no_power(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    down = -g
    m, v = beta1 * state.m + (1 - beta1) * down, beta2 * state.v + (1 - beta2) * down**2
    m_hat, v_hat = m / (1 - beta1), v / (1 - beta2)
    return AdamState(state.x + lr * m_hat / (np.sqrt(v_hat) + eps), m, v, state.t + 1)


@written("correction-multiplied", "adam")
def usual_eps_in_the_body(state, g, lr=0.001):
    m, v, t = 0.9 * state.m + 0.1 * g, 0.999 * state.v + 0.001 * g**2, state.t + 1
    m_hat, v_hat = m * (1 - 0.9**t), v * (1 - 0.999**t)
    return AdamState(state.x - lr * m_hat / (np.sqrt(v_hat) + 1e-8), m, v, t)


@written("uphill", "gradient_descent")
def uphill_with_a_decay(state, g, lr=0.1, weight_decay=0.01):
    return GradientDescentState(state.x + lr * (g + weight_decay * state.x), state.t + 1)


@written("", "momentum")
def names_that_say_more_than_defaults(state, g, learning_rate=1.0, mom=0.5):
    m = mom * state.m + g
    return MomentumState(state.x - learning_rate * m, m, state.t + 1)


@written("", "gradient_descent")
def rate_of_one(state, g, learning_rate=1.0, mom=0.5):
    return GradientDescentState(state.x - learning_rate * g, state.t + 1)


@written("variant-eps-inside", "adagrad")
def factor_of_one(state, g, lr=0.1, keep=1, epsilon=1e-6):
    v = keep * state.v + g**2
    return AdaGradState(state.x - lr / np.sqrt(v + epsilon) * g, v, state.t + 1)


@written("", "adagrad")
def factor_called_decay(state, g, lr=0.1, decay=1.0, epsilon=1e-6):
    v = decay * state.v + g**2
    return AdaGradState(state.x - lr / (np.sqrt(v) + epsilon) * g, v, state.t + 1)


@written("eps-added-to-fraction", "adagrad")
def eps_in_the_wrong_bracket(state, g, lr=0.1):
    v = state.v + g**2
    return AdaGradState(state.x - lr * (g / np.sqrt(v) + 1e-7), v, state.t + 1)


@written("moments-not-stored+eps-added-to-fraction", "adagrad")
def eps_in_the_wrong_bracket_and_no_sum(state, g, lr=0.1):
    h = 0
    h += g**2
    return AdaGradState(state.x - lr * (g / np.sqrt(h) + 1e-7), state.v, state.t + 1)


@written("eps-added-to-fraction", "rmsprop")
def eps_behind_the_fraction(state, g, lr=0.1, rho=0.9):
    v = rho * state.v + (1 - rho) * g * g
    return RMSPropState(state.x - lr * (g / v**0.5 + 1e-6), v, state.t + 1)


@written("eps-added-to-fraction", "adam")
def eps_behind_the_corrected_fraction(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    m, v, t = (
        beta1 * state.m + (1 - beta1) * g,
        beta2 * state.v + (1 - beta2) * g**2,
        state.t + 1,
    )
    ratio = m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t))
    return AdamState(state.x - lr * (ratio + 1e-5), m, v, t)


@written("beta-times-lr", "nesterov")
def share_of_the_rate(state, g, lr, u):
    rho = lr * u
    v = rho * state.m - lr * g
    return NesterovState(state.x + (1 + rho) * v - rho * state.m, v, state.t + 1)


@written("max-not-stored", "amsgrad")
def larger_of_two_v(state, g, rate=0.01):
    m, v = 0.9 * state.m + 0.1 * g, 0.999 * state.v + 0.001 * g**2
    peak = np.maximum(state.v, v)
    return AMSGradState(state.x - rate * m / (np.sqrt(peak) + 1e-8), m, v, peak, state.t + 1)


@written("max-not-stored", "amsgrad")
def larger_of_two_v_with_parameters(state, g, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    peak = np.maximum(state.v, v)
    return AMSGradState(state.x - lr * m / (np.sqrt(peak) + eps), m, v, peak, state.t + 1)


# ---------------------------------------------------------------- what is said


MESSAGES = []
"""(algorithm, texts that the message must hold, texts that it may not hold, function)"""


def message(algorithm, has, hasnot=()):
    """Put a function on the list."""
    return lambda step: MESSAGES.append((algorithm, has, hasnot, step)) or step


@message("rmsprop", ["np.square"], ["The state has the fields"])
def sqaure(state, g, lr=0.1, beta2=0.9, eps=1e-8):
    v = beta2 * state.v + (1 - beta2) * np.sqaure(g)
    return RMSPropState(state.x - lr * g / (np.sqrt(v) + eps), v, state.t + 1)


@message("rmsprop", ["step 2, v"], ["step 1", "Up to there"])
def a_plus_too_many(state, g, lr=0.01, decay_rate=0.9):
    v = state.v.copy()
    v += decay_rate * v + (1 - decay_rate) * g * g
    return RMSPropState(state.x - lr * g / (np.sqrt(v) + 1e-17), v, state.t + 1)


@message("adam", ["differ from step 1"], [" 1 times"])
def eps_in_the_correction(state, g, lr=0.001, beta1=0.9, beta2=0.999):
    m, v = beta1 * state.m + (1 - beta1) * g, beta2 * state.v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1 ** (state.t + 1) + 1e-10)
    v_hat = v / (1 - beta2 ** (state.t + 1) + 1e-10)
    return AdamState(state.x - lr * m_hat / (np.sqrt(v_hat) + 1e-8), m, v, state.t + 1)


@message("adam", ["first in m"], ["power", "Two things at once"])
def three_slips_on_the_path_of_two_others(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * state.m + g, beta2 * state.v + g**2
    m_hat, v_hat = m / (1 - beta1), v / (1 - beta2)
    return AdamState(state.x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, state.t + 1)


@message("adam", ["first in m"], ["point before", "Two things at once"])
def means_that_begin_with_the_first_slope(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    if t == 0:
        m, v = (1 - beta1) * g, (1 - beta2) * g**2
    x = x - lr * m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + eps)
    return AdamState(x, beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2, t + 1)


@message("adam", ["count what you put into the brackets"], ["np."])
def one_field_too_many(state, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return AdamState(state.x - lr * g, state.m, state.v, g, state.t + 1)


@message("gradient_descent", ["Is it spelt as where you made it"], ["numpy"])
def a_name_of_nobody(state, g, lr=0.1):
    return GradientDescentState(state.x - lr * gradiant, state.t + 1)  # noqa: F821


@message("gradient_descent", ["one yes or no", "ValueError"], ["any()"])
def one_question_to_two_slopes(state, g, lr=0.1):
    down = g if g > 0 else -g
    return GradientDescentState(state.x - lr * down, state.t + 1)


@message("gradient_descent", ["Is np.square what you mean"], [])
def squar(state, g, lr=0.1):
    return GradientDescentState(state.x - lr * np.squar(g), state.t + 1)


@message("gradient_descent", ["t: expected 1, got 3."], ["[1"])
def a_count_by_threes(state, g, lr=0.1):
    return GradientDescentState(state.x - lr * g, state.t + 3)


@message("gradient_descent", ["x: expected [0.4175, -0.3], got [0.7, 0.7]"], [])
def one_place_for_all(state, g, lr=0.1):
    return GradientDescentState(np.full(2, 0.7), state.t + 1 + 0 * g.sum() * lr)


@message("rmsprop", ["no parameter beta2; the check took 0.95"])
def decay_in_the_body_and_a_slip(state, g, lr=0.001, eps=1e-8):
    v = 0.95 * state.v + 0.05 * g**2
    return RMSPropState(state.x - lr * g**3 / (np.sqrt(v) + eps), v, state.t + 1)


@message("momentum", ["from step 2 on, first in m"], ["first in t"])
def counts_by_two_and_forgets_too_fast(state, g, lr=0.1, beta=0.9):
    m = beta**3 * state.m + g
    return MomentumState(state.x - lr * m, m, state.t + 2)


@message("gradient_descent", ["weight_decay pushes x away"], ["Well done"])
def decay_without_brackets(state, g, lr=0.1, weight_decay=0.0005):
    return GradientDescentState(state.x - (lr * g - (weight_decay * lr * state.x)), state.t + 1)


@message("amsgrad", ["np.maximum"], ["The state has the fields"])
def maximun(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    v_max = np.maximun(state.v_max, g**2)
    return state._replace(v_max=v_max)


@message("adam", ["np.sqrt"], ["The state has the fields"])
def sqr(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    return state._replace(x=state.x - lr * g / np.sqtr(g**2))


@message("adam", ["return a new"])
def sets_a_field(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    state.m = beta1 * state.m + (1 - beta1) * g
    return state


@message("adam", ["return a new"])
def raises_t(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    state.t += 1
    return state


@message("gradient_descent", ["return a new"])
def sets_x_by_index(state, g, lr=0.1):
    state[0] = state.x - lr * g
    return state


@message("momentum", ["return a new"])
def adds_in_place(state, g, lr=0.1, beta=0.9):
    state.x -= lr * (beta * state.m + g)
    return state


@message("adam", ["state.m"])
def brackets(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * state["m"] + (1 - beta1) * g
    return state._replace(m=m)


@message("gradient_descent", ["state.x"])
def brackets_in_descent(state, g, lr=0.1):
    return GradientDescentState(state["x"] - lr * g, state["t"] + 1)


@message("gradient_descent", ["not a function"])
def calls_g(state, g, lr=0.1):
    return GradientDescentState(state.x - lr * g(state.x), state.t + 1)


@message("momentum", ["not a function"])
def calls_the_gradient(state, gradient, lr=0.1, beta=0.9):
    x, m, t = state
    m = beta * m + gradient(x - lr * beta * m)
    return x - lr * m, m, t + 1


@message("nesterov", ["not a function"])
def calls_df(state, df, lr=0.1, beta=0.9):
    ahead = state.x - lr * beta * state.m
    m = beta * state.m + df(ahead)
    return NesterovState(state.x - lr * m, m, state.t + 1)


@message("adam", ["missing", " t"])
def without_t(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    after = optimizers.adam(state, g, lr, beta1, beta2, eps)
    return after.x, after.m, after.v


@message("amsgrad", ["missing", "v_max"])
def without_v_max(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    after = optimizers.amsgrad(state, g, lr, beta1, beta2)
    return after.x, after.m, after.v, after.t


@message("momentum", ["missing", " m"])
def without_m(state, g, lr=0.1, beta=0.9):
    after = optimizers.momentum(state, g, lr, beta)
    return after.x, after.t


@message("rmsprop", ["np.sqrt"])
def bare_sqrt(state, g, lr=0.1, beta2=0.9, eps=1e-8):
    v = beta2 * state.v + (1 - beta2) * g**2
    return RMSPropState(state.x - lr * g / (sqrt(v) + eps), v, state.t + 1)  # noqa: F821


@message("adam", ["np.sqrt"])
def sqrt_of_math(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * g / (math.sqrt(v) + eps), m, v, t + 1)


@message("adagrad", ["np.sqrt"])
def imported_sqrt(state, g, lr=0.1, eps=1e-8):
    from math import sqrt

    v = state.v + g**2
    return AdaGradState(state.x - lr * g / (sqrt(v) + eps), v, state.t + 1)


@message("amsgrad", ["np.maximum"])
def max_of_arrays(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    v = beta2 * state.v + (1 - beta2) * g**2
    return state._replace(v=v, v_max=max(v, state.v_max))


@message("amsgrad", ["np.maximum"])
def numpy_max_of_two(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    v = beta2 * state.v + (1 - beta2) * g**2
    return state._replace(v=v, v_max=np.amax(state.v_max, v))


@message("amsgrad", ["np.maximum"])
def asks_with_if(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    v = beta2 * state.v + (1 - beta2) * g**2
    v_max = v if v > state.v_max else state.v_max
    return state._replace(v=v, v_max=v_max)


@message("rmsprop", ["**"], ["could not be safely coerced"])
def hat_for_a_power(state, g, lr=0.1, beta2=0.9, eps=1e-8):
    v = beta2 * state.v + (1 - beta2) * (g ^ 2)
    return RMSPropState(state.x - lr * g / (np.sqrt(v) + eps), v, state.t + 1)


@message("adam", ["**"], ["could not be safely coerced"])
def hat_for_the_power_of_beta(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * state.m + (1 - beta1) * g
    return state._replace(x=state.x - lr * m / (1 - beta1 ^ (state.t + 1)), m=m)


# ---------------------------------------------------------------- tests


def sources():
    """All slips and all right sources as (slugs, algorithm, style, source)."""
    for style, of_style in RIGHT.items():
        for algorithm, source in of_style.items():
            yield "", algorithm, style, source
    for slugs, algorithms, style, changes in SLIPS:
        for algorithm in algorithms.split():
            source = RIGHT[style][algorithm]
            for old, new in changes:
                source = source.replace(old, new)
            yield slugs, algorithm, style, source


def function(source):
    """The function ``step`` of a source."""
    names = {"np": np, "math": math, "bowl": bowl, "ravine": ravine, **vars(optimizers)}
    exec(compile(source, "<student>", "exec"), names)
    return names["step"]


def cases():
    """All of them as (slugs, algorithm, function), each with its name."""
    for slugs, algorithm, style, source in sources():
        yield pytest.param(slugs, algorithm, function(source), id=f"{slugs}-{algorithm}-{style}")
    for slugs, algorithm, step in WRITTEN:
        yield pytest.param(slugs, algorithm, step, id=f"{slugs}-{algorithm}-{step.__name__}")


def expected(slugs, algorithm):
    """The verdict and the set of slugs."""
    if not slugs and algorithm.startswith("amsgrad_"):
        slugs = algorithm.replace("amsgrad_", "variant-")
    if not slugs:
        return "correct", set()
    if slugs.startswith("?"):
        return "unknown", {slugs[1:]}
    right = slugs.startswith("variant-") or slugs in ("gradient-clipped", "x-clipped")
    return "variant" if right else "mistake", set(slugs.split("+"))


@pytest.mark.parametrize(("slugs", "algorithm", "step"), list(cases()))
def test_named(slugs, algorithm, step):
    asked = algorithm.split("_")[0] if algorithm.startswith("amsgrad") else algorithm
    found = diagnose(step, asked)
    assert (found.verdict, set((found.mistake or "").split("+")) - {""}) == expected(
        slugs, algorithm
    )


def test_every_change_is_made():
    for _, algorithms, style, changes in SLIPS:
        right = texts = [RIGHT[style][algorithm] for algorithm in algorithms.split()]
        for old, new in changes:
            before, texts = texts, [text.replace(old, new) for text in texts]
            assert old == new or texts != before, old
        assert all(one != other for one, other in zip(texts, right, strict=True)), changes


@pytest.mark.parametrize(("algorithm", "has", "hasnot", "step"), MESSAGES)
def test_message(algorithm, has, hasnot, step):
    text = diagnose(step, algorithm).message
    assert [part for part in has if part not in text] == []
    assert [part for part in hasnot if part in text] == []


def test_a_moment_that_came_back_right_is_not_blamed():
    def step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        x, m, v, v_max, t = state
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        v_max = np.maximum(v_max, v)
        x = x - lr * (m / (1 - beta1)) / (np.sqrt(v_max) + eps)
        return AMSGradState(x, m, v, v_max, t + 1)

    assert diagnose(step, "amsgrad").mistake in (None, "only-m-corrected+correction-power-fixed")


@pytest.mark.parametrize("algorithm", ALL.split())
def test_fields_in_any_order_are_mixed_up(algorithm):
    right = getattr(optimizers, algorithm)

    def rolled(state, g, *hyper):
        x, *rest = right(state, g, *hyper)
        return (*rest, x)

    def backwards(state, g, *hyper):
        return tuple(reversed(right(state, g, *hyper)))

    def t_first(state, g, *hyper):
        *rest, t = right(state, g, *hyper)
        return (t, *rest)

    for step in (rolled, backwards, t_first):
        assert diagnose(step, algorithm).mistake == "fields-mixed-up"


@pytest.mark.parametrize("algorithm", ALL.split())
def test_a_dict_with_the_right_names_is_read(algorithm):
    right = getattr(optimizers, algorithm)

    def in_order(state, g):
        return right(state, g)._asdict()

    def in_another_order(state, g):
        return dict(reversed(right(state, g)._asdict().items()))

    def uphill(state, g):
        after = right(state, g)._asdict()
        return {**after, "x": 2 * state.x - after["x"]}

    assert diagnose(in_order, algorithm).verdict == "correct"
    assert diagnose(in_another_order, algorithm).verdict == "correct"
    assert diagnose(uphill, algorithm).mistake == "uphill"
