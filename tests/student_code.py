"""Code as students write it: right functions in several styles, and one slip at a time.

`wrong(algorithm, style, slug)` takes a right source and replaces some of its text.
"""

import ast
import inspect
import math

import numpy as np

from course_lib import optimizers

RIGHT = {}

RIGHT["gradient_descent", "vector"] = """
def step(state, g, lr=0.1):
    x, t = state
    t = t + 1
    x = x - lr * g
    return GradientDescentState(x, t)
"""

RIGHT["gradient_descent", "loop"] = """
def step(position, slope, alpha=0.5):
    new = position.x.copy()
    for i in range(len(new)):
        new[i] -= alpha * slope[i]
    return new, position.t + 1
"""

RIGHT["momentum", "vector"] = """
def step(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    t = t + 1
    m = beta * m + g
    x = x - lr * m
    return MomentumState(x, m, t)
"""

RIGHT["momentum", "loop"] = """
def step(state, gradient, lr=0.02, momentum=0.5):
    x, velocity = list(state.x), list(state.m)
    for i, slope in enumerate(gradient):
        velocity[i] = slope + momentum * velocity[i]
        x[i] = x[i] - velocity[i] * lr
    return (np.array(x), np.array(velocity), state.t + 1)
"""

RIGHT["adam", "vector"] = """
def step(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return AdamState(x, m, v, t)
"""

RIGHT["adam", "loop"] = """
def step(state, grads, alpha=0.01, b1=0.8, b2=0.99, epsilon=1e-6):
    xs, ms, vs, count = [float(a) for a in state[0]], list(state[1]), list(state[2]), state[3]
    count += 1
    for i in range(len(xs)):
        slope = float(grads[i])
        ms[i] += (1 - b1) * (slope - ms[i])
        vs[i] += (1 - b2) * (slope * slope - vs[i])
        mean = ms[i] / (1 - b1 ** count)
        spread = math.sqrt(vs[i] / (1 - b2 ** count))
        xs[i] -= alpha * mean / (spread + epsilon)
    return np.array(xs), np.array(ms), np.array(vs), count
"""

RIGHT["adam", "efficient"] = """
def step(s, g, lr, beta1, beta2, eps):
    n = s.t + 1
    first = np.add(beta1 * s.m, (1 - beta1) * g)
    second = np.add(beta2 * s.v, (1 - beta2) * np.square(g))
    rate = lr * np.sqrt(1 - beta2**n) / (1 - beta1**n)
    return s._replace(x=s.x - rate * first / (np.sqrt(second) + eps), m=first, v=second, t=n)
"""

RIGHT["amsgrad", "vector"] = """
def step(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
    x, m, v, v_max, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    x = x - lr * m / np.sqrt(v_max)
    return AMSGradState(x, m, v, v_max, t)
"""

RIGHT["amsgrad", "loop"] = """
def step(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, top = (np.array(a, dtype=float) for a in state[:4])
    for i in range(x.size):
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        top[i] = max(top[i], v[i])
        x[i] = x[i] - lr * m[i] / (math.sqrt(top[i]) + eps)
    return x, m, v, top, state.t + 1
"""

RIGHT["amsgrad", "fields"] = """
def step(s, grad, alpha, b1, b2):
    m = b1 * s.m + (1 - b1) * grad
    v = b2 * s.v + (1 - b2) * grad * grad
    top = np.maximum(s.v_max, v)
    return s._replace(x=s.x - alpha * m / np.sqrt(top), m=m, v=v, v_max=top, t=s.t + 1)
"""

RIGHT["nesterov", "vector"] = """
def step(state, g, lr=0.01, beta=0.9):
    x, m, t = state
    m = beta * m + g
    x = x - lr * (g + beta * m)
    return NesterovState(x, m, t + 1)
"""

RIGHT["nesterov", "loop"] = """
def step(state, g, eta=0.05, mu=0.8):
    speed = [mu * old + slope for old, slope in zip(state.m, g)]
    place = [old - eta * (slope + mu * s) for old, slope, s in zip(state.x, g, speed)]
    return np.array(place), np.array(speed), 1 + state.t
"""

RIGHT["adagrad", "vector"] = """
def step(state, g, lr=0.1, eps=1e-10):
    x, v, t = state
    v = v + g**2
    x = x - lr * g / (np.sqrt(v) + eps)
    return AdaGradState(x, v, t + 1)
"""

RIGHT["rmsprop", "vector"] = """
def step(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    x, v, t = state
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * g / (np.sqrt(v) + eps)
    return RMSPropState(x, v, t + 1)
"""

BEFORE = "last = [None]\n\n\n"  # for code that remembers something between two calls

# (algorithm, style) -> slug -> [(old text, new text), ...]
SLIPS = {
    ("gradient_descent", "vector"): {
        "old-x-missing": [("x - lr * g", "-lr * g")],
        "uphill": [("x - lr", "x + lr")],
        "sign-only": [("lr * g", "lr * np.sign(g)")],
        "fixed-length": [("lr * g", "lr * g / np.linalg.norm(g)")],
        "lr-missing": [("lr * g", "g")],
        "lr-squared": [("lr * g", "lr**2 * g")],
        "one-coordinate": [("x - lr * g", "np.array([x[0] - lr * g[0], x[1]])")],
        "t-frozen": [("t = t + 1", "")],
        "stale-gradient": [
            ("\ndef", f"\n{BEFORE}def"),
            ("x = x -", "g, last[0] = g if last[0] is None else last[0], g.copy()\n    x = x -"),
        ],
    },
    ("gradient_descent", "loop"): {
        "uphill": [("-=", "+=")],
        "sign-only": [("slope[i]", "(1 if slope[i] > 0 else -1)")],
        "fixed-length": [("slope[i]", "slope[i] / math.hypot(*slope)")],
        "lr-missing": [("alpha * ", "")],
        "lr-squared": [("alpha * ", "alpha * alpha * ")],
        "one-coordinate": [("len(new)", "len(new) - 1")],
        "t-frozen": [("position.t + 1", "position.t")],
        "stale-gradient": [
            ("\ndef", f"\n{BEFORE}def"),
            (
                "    new =",
                "    slope, last[0] = slope * 0 if last[0] is None else last[0], +slope\n    new =",
            ),
        ],
    },
    ("momentum", "vector"): {
        "old-x-missing": [("x - lr * m", "-lr * m")],
        "uphill": [("x - lr", "x + lr")],
        "sign-only": [("lr * m", "lr * np.sign(m)")],
        "fixed-length": [("+ g", "+ g / np.linalg.norm(g)")],
        "lr-missing": [("lr * m", "m")],
        "lr-squared": [("lr * m", "lr * lr * m")],
        "velocity-forgotten": [("lr * m", "lr * g")],
        "velocity-sign": [("beta * m + g", "beta * m - g")],
        "one-coordinate": [("x - lr * m", "x - lr * m * np.array([0, 1])")],
        "t-frozen": [("m, t)", "m, state.t)")],
        "step-before-moments": [
            (
                "    m = beta * m + g\n    x = x - lr * m\n",
                "    x = x - lr * m\n    m = beta * m + g\n",
            )
        ],
        "stale-gradient": [
            ("\ndef", f"\n{BEFORE}def"),
            ("x, m", "g, last[0] = g if last[0] is None else last[0], g.copy()\n    x, m", 1),
        ],
    },
    ("momentum", "loop"): {
        "uphill": [("x[i] - velocity", "x[i] + velocity")],
        "sign-only": [("= slope +", "= (1 if slope > 0 else -1) +")],
        "fixed-length": [("= slope +", "= slope / math.hypot(*gradient) +")],
        "lr-missing": [("velocity[i] * lr", "velocity[i]")],
        "lr-squared": [("velocity[i] * lr", "velocity[i] * lr * lr")],
        "velocity-forgotten": [("momentum * velocity[i]", "momentum * 0")],
        "velocity-sign": [("slope + momentum", "slope - momentum")],
        "one-coordinate": [("x[i] = x[i] -", "x[0] = x[0] - (i == 0) *")],
        "t-frozen": [("state.t + 1", "1")],
        "step-before-moments": [
            ("x[i] - velocity[i] * lr", "x[i] - state.m[i] * lr"),
        ],
    },
    ("adam", "vector"): {
        "weights-swapped": [("beta1 * m + (1 - beta1) * g", "(1 - beta1) * m + beta1 * g")],
        "square-missing": [("g**2", "g")],
        "doubled-not-squared": [("g**2", "g * 2")],
        "eps-added-to-fraction": [
            ("m_hat / (np.sqrt(v_hat) + eps)", "(m_hat / np.sqrt(v_hat) + eps)")
        ],
        "first-moment-unscaled": [("(1 - beta1) * g", "g")],
        "absolute-gradient": [("g**2", "abs(g)")],
        "second-moment-of-m": [("g**2", "m**2")],
        "one-norm-for-all": [("g**2", "np.linalg.norm(g) ** 2")],
        "second-moment-sums": [("beta2 * v + (1 - beta2) * g**2", "v + g**2")],
        "second-moment-unscaled": [("(1 - beta2) * g**2", "g**2")],
        "beta1-in-v": [("beta2 * v + (1 - beta2)", "beta1 * v + (1 - beta1)")],
        "beta2-in-m": [("beta1 * m + (1 - beta1)", "beta2 * m + (1 - beta2)")],
        "betas-swapped": [("x, m, v, t", "beta1, beta2 = beta2, beta1\n    x, m, v, t", 1)],
        "t-frozen": [("return AdamState(x, m, v, t)", "return AdamState(x, m, v, state.t)")],
        "t-from-zero": [("    t = t + 1\n", ""), ("v, t)\n", "v, t + 1)\n")],
        "no-bias-correction": [(" / (1 - beta1**t)", ""), (" / (1 - beta2**t)", "")],
        "only-m-corrected": [(" / (1 - beta2**t)", "")],
        "only-v-corrected": [(" / (1 - beta1**t)", "")],
        "correction-multiplied": [("m / (1", "m * (1"), ("v / (1", "v * (1")],
        "correction-power-fixed": [("beta1**t", "beta1**2"), ("beta2**t", "beta2**2")],
        "correction-stored": [("AdamState(x, m, v, t)", "AdamState(x, m_hat, v_hat, t)")],
        "no-square-root": [("np.sqrt(v_hat)", "v_hat")],
        "eps-inside-root": [("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat + eps)")],
        "eps-outside-bracket": [("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat) + eps")],
        "eps-missing": [("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat)")],
        "gradient-not-moment": [("lr * m_hat", "lr * g")],
        "uphill": [("x - lr", "x + lr")],
        "lr-missing": [("lr * ", "")],
        "lr-squared": [("lr * ", "lr**2 * ")],
        "one-coordinate": [("x - lr", "x - np.array([1, 0]) * lr")],
        "stale-gradient": [
            ("\ndef", f"\n{BEFORE}def"),
            (
                "x, m, v, t",
                "g, last[0] = g if last[0] is None else last[0], g.copy()\n    x, m, v, t",
                1,
            ),
        ],
        "step-before-moments": [("m_hat = m /", "m_hat = state.m /")],
    },
    ("adam", "loop"): {
        "weights-swapped": [("(1 - b2) * (slope", "b2 * (slope")],
        "first-moment-unscaled": [("(1 - b1) * (slope - ms[i])", "slope - (1 - b1) * ms[i]")],
        "absolute-gradient": [("slope * slope", "abs(slope)")],
        "second-moment-of-m": [("slope * slope", "ms[i] ** 2")],
        "one-norm-for-all": [("slope * slope", "sum(float(a) ** 2 for a in grads)")],
        "second-moment-sums": [("(1 - b2) * (slope * slope - vs[i])", "slope * slope")],
        "second-moment-unscaled": [
            ("(1 - b2) * (slope * slope - vs[i])", "slope**2 + b2 * vs[i] - vs[i]")
        ],
        "beta1-in-v": [("(1 - b2) *", "(1 - b1) *"), ("1 - b2 **", "1 - b1 **")],
        "beta2-in-m": [("(1 - b1) *", "(1 - b2) *"), ("1 - b1 **", "1 - b2 **")],
        "betas-swapped": [
            ("(1 - b1) * (", "(1 - B) * ("),
            ("(1 - b2) * (", "(1 - b1) * ("),
            ("B", "b2"),
        ],
        "t-frozen": [("count += 1", "count = 1")],
        "t-from-zero": [("** count", "** (count - 1)")],
        "no-bias-correction": [(" / (1 - b1 ** count)", ""), (" / (1 - b2 ** count)", "")],
        "only-m-corrected": [(" / (1 - b2 ** count)", "")],
        "only-v-corrected": [(" / (1 - b1 ** count)", "")],
        "correction-multiplied": [("/ (1 - b1", "* (1 - b1"), ("/ (1 - b2", "* (1 - b2")],
        "correction-power-fixed": [("b1 ** count", "b1 * b1"), ("b2 ** count", "b2 * b2")],
        "correction-stored": [
            ("mean = ms[i]", "mean = ms[i] = ms[i]"),
            (
                "spread = math.sqrt(vs[i] / (1 - b2 ** count))",
                "vs[i] /= 1 - b2 ** count\n        spread = math.sqrt(vs[i])",
            ),
        ],
        "no-square-root": [("math.sqrt(vs[i] / (1 - b2 ** count))", "vs[i] / (1 - b2 ** count)")],
        "eps-inside-root": [("count))", "count) + epsilon)"), ("(spread + epsilon)", "spread")],
        "eps-outside-bracket": [
            (
                "xs[i] -= alpha * mean / (spread + epsilon)",
                "xs[i] = xs[i] - alpha * mean / spread + epsilon",
            )
        ],
        "eps-missing": [("(spread + epsilon)", "spread")],
        "gradient-not-moment": [("alpha * mean", "alpha * slope")],
        "uphill": [("-= alpha", "+= alpha")],
        "lr-missing": [("alpha * mean", "mean")],
        "lr-squared": [("alpha * mean", "alpha * alpha * mean")],
        "one-coordinate": [("range(len(xs))", "range(1)")],
    },
    ("adam", "efficient"): {
        "no-bias-correction": [(" * np.sqrt(1 - beta2**n) / (1 - beta1**n)", "")],
        "only-m-corrected": [(" * np.sqrt(1 - beta2**n)", "")],
        "only-v-corrected": [(" / (1 - beta1**n)", "")],
        "correction-multiplied": [
            ("np.sqrt(1 - beta2**n) / (1 - beta1**n)", "(1 - beta1**n) / np.sqrt(1 - beta2**n)")
        ],
        "no-square-root": [("np.sqrt(second)", "second")],
        "eps-inside-root": [("np.sqrt(second) + eps", "np.sqrt(second + eps)")],
        "eps-outside-bracket": [("(np.sqrt(second) + eps)", "np.sqrt(second) + eps")],
        "uphill": [("s.x -", "s.x +")],
        "beta1-in-v": [("beta2 * s.v, (1 - beta2)", "beta1 * s.v, (1 - beta1)")],
        "gradient-not-moment": [("rate * first", "rate * g")],
        "t-frozen": [("t=n", "t=s.t")],
        "t-from-zero": [("n = s.t + 1", "n = s.t"), ("t=n", "t=n + 1")],
        "second-moment-sums": [("beta2 * s.v, (1 - beta2) * np.square(g)", "s.v, np.square(g)")],
        "absolute-gradient": [("np.square", "np.abs")],
    },
    ("amsgrad", "vector"): {
        "max-before-v": [("np.maximum(v_max, v)", "np.maximum(v_max, state.v)")],
        "step-before-max": [("np.sqrt(v_max)", "np.sqrt(state.v_max)")],
        "one-maximum-for-all": [("np.maximum(v_max, v)", "np.full(2, max(v_max.max(), v.max()))")],
        "max-not-stored": [("x, m, v, v_max, t)", "x, m, v, state.v_max, t)")],
        "max-of-gradient": [("np.maximum(v_max, v)", "np.maximum(v_max, g**2)")],
        "max-of-m": [("np.maximum(v_max, v)", "np.maximum(v_max, abs(m))")],
        "max-fed-back": [
            ("return AMSGradState(x, m, v, v_max", "return AMSGradState(x, m, v_max, v_max")
        ],
        "max-unused": [("np.sqrt(v_max)", "np.sqrt(v)")],
        "max-replaced-by-min": [("np.maximum", "np.minimum")],
        "first-moment-unscaled": [("(1 - beta1) * g", "g")],
        "uphill": [("x - lr", "x + lr")],
        "no-square-root": [("np.sqrt(v_max)", "v_max")],
        "beta1-in-v": [("beta2 * v + (1 - beta2)", "beta1 * v + (1 - beta1)")],
        "t-frozen": [("    t = t + 1\n", "")],
        "gradient-not-moment": [("lr * m", "lr * g")],
    },
    ("amsgrad", "loop"): {
        "max-before-v": [("max(top[i], v[i])", "max(top[i], state.v[i])")],
        "step-before-max": [("math.sqrt(top[i])", "math.sqrt(state.v_max[i])")],
        "max-not-stored": [("v, top, state", "v, state.v_max, state")],
        "max-of-gradient": [("max(top[i], v[i])", "max(top[i], g[i] ** 2)")],
        "max-of-m": [("max(top[i], v[i])", "max(top[i], m[i])")],
        "max-fed-back": [("        x[i] = x", "        v[i] = top[i]\n        x[i] = x")],
        "max-unused": [("math.sqrt(top[i])", "math.sqrt(v[i])")],
        "max-replaced-by-min": [("max(", "min(")],
        "second-moment-sums": [("beta2 * v[i] + (1 - beta2) *", "v[i] +")],
        "absolute-gradient": [("g[i] ** 2", "abs(g[i])")],
        "eps-outside-bracket": [("(math.sqrt(top[i]) + eps)", "math.sqrt(top[i]) + eps")],
        "eps-inside-root": [("math.sqrt(top[i]) + eps", "math.sqrt(top[i] + eps)")],
        "t-frozen": [("state.t + 1", "state.t")],
    },
    ("amsgrad", "fields"): {
        "one-maximum-for-all": [("np.maximum(s.v_max, v)", "np.ones(2) * np.max([s.v_max, v])")],
    },
    ("nesterov", "vector"): {
        "look-ahead-sign": [("(g + beta * m)", "(beta * m - g)")],
        "look-ahead-twice": [("(g + beta * m)", "(m + beta * m)")],
        "look-ahead-unscaled": [("(g + beta * m)", "(g + m)")],
        "look-ahead-beta-moved": [("(g + beta * m)", "(m + beta * g)")],
        "lr-on-one-part": [("lr * (g + beta * m)", "(lr * g + beta * m)")],
        "look-ahead-missing": [("(g + beta * m)", "m")],
        "velocity-forgotten": [("beta * m + g", "g")],
        "velocity-sign": [("beta * m + g", "g - beta * m")],
    },
    ("nesterov", "loop"): {
        "look-ahead-sign": [("eta * (slope + mu * s)", "eta * slope + eta * mu * s")],
        "look-ahead-twice": [("(slope + mu * s)", "(s + mu * s)")],
        "look-ahead-unscaled": [("(slope + mu * s)", "(slope + s)")],
        "look-ahead-beta-moved": [("(slope + mu * s)", "(s + mu * slope)")],
        "lr-on-one-part": [("eta * (slope + mu * s)", "eta * slope + mu * s")],
        "look-ahead-missing": [("(slope + mu * s)", "s")],
        "uphill": [("old - eta", "old + eta")],
    },
    ("adagrad", "vector"): {
        "step-before-v": [("np.sqrt(v)", "np.sqrt(state.v)")],
        "no-square-root": [("np.sqrt(v)", "v")],
        "eps-missing": [(" + eps", "")],
    },
    ("rmsprop", "vector"): {
        "step-before-v": [("np.sqrt(v)", "np.sqrt(state.v)")],
        "square-missing": [("g**2", "g")],
        "doubled-not-squared": [("g**2", "g * 2")],
        "weights-swapped": [("beta2 * v + (1 - beta2) * g", "(1 - beta2) * v + beta2 * g")],
        "eps-added-to-fraction": [("g / (np.sqrt(v) + eps)", "(g / np.sqrt(v) + eps)")],
        "second-moment-sums": [("beta2 * v + (1 - beta2) * ", "v + ")],
        "second-moment-unscaled": [("(1 - beta2) * ", "")],
        "absolute-gradient": [("g**2", "np.abs(g)")],
        "one-norm-for-all": [("g**2", "np.sum(g**2)")],
    },
}


def source(algorithm, style, slug=None):
    """The text of a student's function, with one slip or none."""
    text = RIGHT[algorithm, style]
    for old, new, *count in SLIPS[algorithm, style][slug] if slug else ():
        assert old in text, (slug, old)
        text = text.replace(old, new, *count)
    return text


def function(text):
    """The function ``step`` that a piece of source defines."""
    names = {"np": np, "math": math, **vars(optimizers)}
    exec(compile(text, "<student>", "exec"), names)
    return names["step"]


def student(algorithm, style, slug=None):
    """A student's function, with one slip or none."""
    return function(source(algorithm, style, slug))


OTHER_OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.Sub),
    ast.Pow: (ast.Mult, ast.Div),
}


def mutants(step):
    """Every function that differs from ``step`` in one operator, number, name or statement.

    Yields
    ------
    str, function
        What was changed, and the changed function.
    """
    tree = ast.parse(inspect.getsource(step))
    body = tree.body[0].body[1:]  # without the docstring
    names = sorted({n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name)})
    values = [n for n in names if n not in ("np", "_ratio") and not n.endswith("State")]
    places = [n for s in body for n in ast.walk(s)]
    for number in range(len(places)):
        for change in _changes(places[number], values):
            copy = ast.parse(inspect.getsource(step))
            place = [n for s in copy.body[0].body[1:] for n in ast.walk(s)][number]
            for field, value in change.items():
                setattr(place, field, value)
            text = ast.unparse(ast.fix_missing_locations(copy))
            yield text.splitlines()[-9:], _defined(text, step.__name__)
    for number in range(1, len(body)):  # a missing line
        copy = ast.parse(inspect.getsource(step))
        gone = copy.body[0].body.pop(number)
        if not isinstance(gone, ast.Return):
            text = ast.unparse(copy)
            yield f"without {ast.unparse(gone)}", _defined(text, step.__name__)


def _changes(node, values):
    if isinstance(node, ast.BinOp):
        yield from ({"op": other()} for other in OTHER_OPERATORS[type(node.op)])
        if isinstance(node.op, (ast.Sub, ast.Div, ast.Pow)):
            yield {"left": node.right, "right": node.left}
    elif isinstance(node, ast.Constant):
        yield from ({"value": node.value + by} for by in (1, -0.5))
    elif isinstance(node, ast.Name) and node.id in values and isinstance(node.ctx, ast.Load):
        yield from ({"id": other} for other in values if other != node.id)
    elif isinstance(node, ast.Attribute):
        others = {"sqrt": ("square", "abs"), "maximum": ("minimum", "add")}
        yield from ({"attr": other} for other in others[node.attr])


def _defined(text, name):
    names = dict(vars(optimizers))
    exec(compile(text, "<mutant>", "exec"), names)
    return names[name]
