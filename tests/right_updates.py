"""The right updates, each line in one of its equivalent ways, in the library's letters.

`Update` writes the lines; `path` and `expected_path` say whether what comes of them is right.
"""

import functools
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from course_lib import optimizers

# What may be written for an algorithm: "" is the algorithm itself.
FORMS = {
    "gradient_descent": ("", "weight-decay"),
    "momentum": ("", "damped", "nesterov", "weight-decay"),
    "nesterov": ("", "damped", "weight-decay"),
    "adagrad": ("", "inside-root", "fading", "weight-decay"),
    "rmsprop": ("", "inside-root", "weight-decay"),
    "adam": ("", "efficient", "nadam", "weight-decay"),
    "amsgrad": ("", "with-eps", "torch", "keras", "optax", "tutorial", "weight-decay"),
}
NO_VARIANT = ("", "efficient", "with-eps")
ELEMENTWISE = ("index loop", "zip loop", "comprehension", "two coordinates", "inner function")
STYLES = ("vector", "in place", "one expression", "lambda", *ELEMENTWISE)
WRITTEN_EPS = (1e-8, 1e-10, 1e-7, 1e-6, 1e-5, 1e-3, 1e-12)


_below = functools.cache(lambda n: st.integers(0, n - 1))  # a new strategy each time is slow


def _ways(text):
    return text.strip().splitlines()


MEANS = _ways("""
{beta} * {old} + (1 - {beta}) * {new}
{new} * (1 - {beta}) + {old} * {beta}
{old} + (1 - {beta}) * ({new} - {old})
{old} - (1 - {beta}) * ({old} - {new})
{new} + {beta} * ({old} - {new})
{beta} * {old} + {new} - {beta} * {new}
""")
SQUARES = _ways("""
{g}**2
({g} * {g})
np.square({g})
np.power({g}, 2)
pow({g}, 2)
abs({g})**2
""")
ROOTS = _ways("""
np.sqrt({0})
({0})**0.5
np.power({0}, 0.5)
({0})**(1 / 2)
pow({0}, 0.5)
""")
CORRECTIONS = _ways("""
1 - {0}**t
1 - np.power({0}, t)
1 - pow({0}, t)
-np.expm1(t * np.log({0}))
1 - math.exp(t * math.log({0}))
""")
LARGEST = _ways("""
np.maximum({old}, {new})
np.maximum({new}, {old})
np.fmax({old}, {new})
np.where({new} > {old}, {new}, {old})
np.where({old} >= {new}, {old}, {new})
""")
LARGEST_NUMBER = _ways("""
max({old}, {new})
max({new}, {old})
{new} if {new} > {old} else {old}
""")
MOVES = _ways("""
{lr} * {push} / ({bottom})
{lr} * ({push} / ({bottom}))
{push} * {lr} / ({bottom})
{lr} / ({bottom}) * {push}
{push} / ({bottom}) * {lr}
""")


class Line(NamedTuple):
    """An assignment."""

    name: str
    text: str
    in_place: tuple = ()  # the same in augmented assignments
    plain: bool = False  # a number, the same for all coordinates


class Update:
    """Chooses a form and a style, and writes the lines of the update."""

    def __init__(self, draw, algorithm):
        self.draw, self.algorithm, self.choices = draw, algorithm, {}
        self.form = self.choose("form", "", *FORMS[algorithm])
        self.style = self.choose("style", *STYLES)
        self.numbers = self.style in ELEMENTWISE  # so that max and math.sqrt will do
        self.average = self.choose("average", "", "", "", "in step", "outside")
        self.kind = optimizers.STATES[getattr(optimizers, algorithm)]
        paper = algorithm == "amsgrad" and self.form in ("", "weight-decay")
        self.has_eps = "v" in self.kind._fields and not paper
        self.eps = self._eps()
        self.hyper = ["lr"]  # and what the lines bring
        self.g = "g"

    def pick(self, *options):
        return options[self.draw(_below(len(options)))]

    def choose(self, key, *options):
        """Pick one, and remember which."""
        self.choices[key] = self.pick(*options)
        return self.choices[key]

    def write(self, ways, *names, **more):
        """One of several ways."""
        return self.pick(*ways).format(*names, **more)

    def _eps(self):
        """ "parameter", a number that stands in the body, or None."""
        if not self.has_eps:
            return None
        absent = () if self.form in ("inside-root", "with-eps") else (None,)
        return self.choose("eps", *["parameter"] * len(WRITTEN_EPS), *WRITTEN_EPS, *absent)

    def lines(self):
        """All lines but that of t, which counts from 1 in them; then the hyperparameters."""
        first = []
        if self.form == "weight-decay" and self.choose("decay", "L2", "AdamW") == "L2":
            self.g = "slope"
            first = [Line("slope", self.pick("g + weight_decay * x", "weight_decay * x + g"))]
        return first + getattr(self, self.algorithm)()

    # The algorithms

    def gradient_descent(self):
        return self.step(self.g)

    def momentum(self):
        return self.with_velocity(ahead=self.form == "nesterov")

    def nesterov(self):
        return self.with_velocity(ahead=True)

    def with_velocity(self, ahead):
        """Momentum; the velocity is a sum of slopes, or holds lr, or points downhill, or both."""
        self.hyper.append("beta")
        velocity = self.choose("velocity", "sum", "with lr", "downhill", "step")
        gain, lr = self.g, "lr"
        if velocity in ("with lr", "step"):
            gain, lr = self.pick(f"lr * {self.g}", f"{self.g} * lr"), ""
        if self.form == "damped":
            gain = self.pick(f"(1 - beta) * {gain}", f"{gain} * (1 - beta)")
        sign, side = ("+", "-") if velocity in ("sum", "with lr") else ("-", "+")
        first = sign.replace("+", "")
        m = self.pick(f"beta * m {sign} {gain}", f"{first}{gain} + m * beta")
        lines = [Line("m", m, ("m *= beta", f"m {sign}= {gain}"))]
        push = "m"
        if ahead:
            push = self.pick(f"({first}{gain} + beta * m)", f"(m * beta {sign} {gain})", "carried")
        if push == "carried":
            lines.insert(0, Line("carried", self.pick("beta * m", "m * beta")))
            push = self.pick("((1 + beta) * m - carried)", "(m + beta * m - carried)")
        return lines + self.step(push, lr=lr, side=side)

    def adagrad(self):
        if self.form == "fading":
            return self.rmsprop()
        square = self.write(SQUARES, g=self.g)
        v = Line("v", self.pick(f"v + {square}", f"{square} + v"), (f"v += {square}",))
        return [v, *self.step(self.g, self.bottom("v"))]

    def rmsprop(self):
        self.hyper.append("beta2")
        v = self.mean("v", "beta2", self.write(SQUARES, g=self.g))
        return [v, *self.step(self.g, self.bottom("v"))]

    def adam(self):
        lines = self.moments()
        c1, c2 = self.corrections(lines)
        if self.form == "efficient":
            return lines + self.efficient(c1, c2, "v")
        hats = self.form == "nadam" or self.choose("hats", True, False, "apart")
        if hats == "apart":
            return lines + self.corrected_apart(c1, c2, "v")
        m_hat, v_hat = f"(m / ({c1}))", f"v / ({c2})"
        if hats:
            lines += [Line("m_hat", m_hat), Line("v_hat", v_hat)]
            m_hat, v_hat = "m_hat", "v_hat"
        if self.form == "nadam":
            m_hat = self.pick(
                f"(beta1 * m_hat + (1 - beta1) * {self.g} / ({c1}))",
                f"((beta1 * m + (1 - beta1) * {self.g}) / ({c1}))",
            )
        return lines + self.step(m_hat, self.bottom(v_hat))

    def amsgrad(self):
        lines = self.moments("(beta1**t)" if self.form == "tutorial" else "beta1")
        c1 = c2 = "1"
        if self.form in ("torch", "keras", "optax"):
            c1, c2 = self.corrections(lines)
        peak = "v"
        if self.form == "optax":
            peak = "v_hat"
            lines.append(Line("v_hat", f"v / ({c2})"))
        if self.choose("v_max", "square", "square", "root") == "root":
            peak = self.root(peak)
        ways = LARGEST + (LARGEST_NUMBER if self.numbers else ["np.max([{old}, {new}], axis=0)"])
        in_place = (f"np.maximum(top, {peak}, out=top)",) if self.style == "in place" else ()
        lines.append(Line("top", self.write(ways, old="top", new=peak), in_place))
        if self.form == "keras":
            return lines + self.efficient(c1, c2, "top")
        if self.form == "torch":
            return lines + self.corrected_apart(c1, c2, "top")
        push = f"(m / ({c1}))" if self.form == "optax" else "m"
        return lines + self.step(push, self.bottom("top"))

    # Their parts

    def moments(self, beta1="beta1"):
        self.hyper += ["beta1", "beta2"]
        square = self.write(SQUARES, g=self.g)
        return [self.mean("m", beta1, self.g), self.mean("v", "beta2", square)]

    def mean(self, name, beta, new):
        """A running mean, perhaps by a function that takes it."""
        if self.average:
            return Line(name, f"average({name}, {beta}, {new})")
        text = self.write(MEANS, old=name, beta=beta, new=new)
        return Line(name, text, (f"{name} *= {beta}", f"{name} += (1 - {beta}) * {new}"))

    def corrections(self, lines):
        """Both bias corrections, in lines of their own or written out."""
        c1, c2 = (self.write(CORRECTIONS, beta) for beta in ("beta1", "beta2"))
        if self.pick(False, True):
            lines += [Line("c1", c1, plain=True), Line("c2", c2, plain=True)]
            return "c1", "c2"
        return c1, c2

    def root(self, inside):
        """The root; a maximum may be one already."""
        if inside == "top" and self.choices["v_max"] == "root":
            return "top"
        return self.write(ROOTS + ["math.sqrt({0})"] * self.numbers, inside)

    def bottom(self, v):
        """What is divided by: the root of v, with eps if there is any."""
        if self.form == "inside-root":
            return self.root(self.pick(f"{v} + eps", f"eps + {v}"))
        return self.with_eps(self.root(v))

    def with_eps(self, root):
        return root if self.eps is None else self.pick(f"{root} + eps", f"eps + {root}")

    def efficient(self, c1, c2, v):
        """The step with both corrections in the learning rate."""
        rate = Line("scaled_lr", f"lr * {self.write(ROOTS, c2)} / ({c1})", plain=True)
        return [rate, *self.step("m", self.bottom(v), lr="scaled_lr")]

    def corrected_apart(self, c1, c2, v):
        """The step with the correction of m in the learning rate, that of v beside its root."""
        rate = Line("scaled_lr", f"lr / ({c1})", plain=True)
        bottom = self.with_eps(f"{self.root(v)} / {self.write(ROOTS, c2)}")
        return [rate, *self.step("m", bottom, lr="scaled_lr")]

    def step(self, push, bottom=None, lr="lr", side="-"):
        """The line of x, perhaps with the step in a line of its own."""
        lines, move = [], push
        if bottom:
            move = self.write(MOVES, lr=lr, push=push, bottom=bottom)
        elif lr:
            move = self.pick(f"{lr} * {push}", f"{push} * {lr}")
        if self.pick(False, False, True):
            lines, move = [Line("move", move)], "move"
        if self.choices.get("decay") == "AdamW":
            shrunk = self.pick("x * (1 - lr * weight_decay)", "x - lr * weight_decay * x")
            in_place = ("x *= 1 - lr * weight_decay", f"x {side}= {move}")
            return [*lines, Line("x", f"{shrunk} {side} {move}", in_place)]
        other = f"-({move}) + x" if side == "-" else f"{move} + x"
        return [*lines, Line("x", self.pick(f"x {side} {move}", other), (f"x {side}= {move}",))]


# Whether a function is right: the forms that take another path than the library's function


def damped(state, g, lr, beta, ahead=False):
    m = beta * state.m + (1 - beta) * g
    return state.x - lr * ((1 - beta) * g + beta * m if ahead else m), m, state.t + 1


def adagrad_inside_root(state, g, lr, eps):
    v = state.v + g**2
    return state.x - lr * g / np.sqrt(v + eps), v, state.t + 1


def rmsprop_inside_root(state, g, lr, beta2, eps):
    v = beta2 * state.v + (1 - beta2) * g**2
    return state.x - lr * g / np.sqrt(v + eps), v, state.t + 1


def efficient_adam(state, g, lr, beta1, beta2, eps):
    _, m, v, t = optimizers.adam(state, g, lr, beta1, beta2)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return state.x - rate * m / (np.sqrt(v) + eps), m, v, t


def nadam(state, g, lr, beta1, beta2, eps):
    _, m, v, t = optimizers.adam(state, g, lr, beta1, beta2)
    m_ahead = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    return state.x - lr * m_ahead / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t


def amsgrad_with_eps(state, g, lr, beta1, beta2, eps):
    _, m, v, v_max, t = optimizers.amsgrad(state, g, lr, beta1, beta2)
    return state.x - lr * m / (np.sqrt(v_max) + eps), m, v, v_max, t


OTHER_PATHS = {
    ("momentum", "damped"): damped,
    ("momentum", "nesterov"): optimizers.nesterov,
    ("nesterov", "damped"): functools.partial(damped, ahead=True),
    ("adagrad", "inside-root"): adagrad_inside_root,
    ("adagrad", "fading"): optimizers.rmsprop,
    ("rmsprop", "inside-root"): rmsprop_inside_root,
    ("adam", "efficient"): efficient_adam,
    ("adam", "nadam"): nadam,
    ("amsgrad", "with-eps"): amsgrad_with_eps,
    ("amsgrad", "torch"): optimizers.amsgrad_torch,
    ("amsgrad", "keras"): optimizers.amsgrad_keras,
    ("amsgrad", "optax"): optimizers.amsgrad_optax,
    ("amsgrad", "tutorial"): optimizers.amsgrad_tutorial,
}
HYPER = {"lr": 0.07, "beta": 0.7, "beta1": 0.6, "beta2": 0.9, "eps": 2e-3}
PUSHES = (0.5, -1.0, 2.0, -0.3, 0.1, 0.7)  # so that the slopes change their signs


def path(step, algorithm, hyper):
    """x and t of six steps; the second coordinate is flat, so that eps shows."""
    kind = optimizers.STATES[getattr(optimizers, algorithm)]
    zero = {name: np.zeros(2) for name in kind._fields[1:-1]}
    state, rows = kind(x=np.array([0.9, -0.7]), t=0, **zero), []
    for pushed in PUSHES:
        g = np.array([1.0, 1e-3]) * (np.array(state.x) + pushed)
        after = step(state, g, **hyper)
        named = after._asdict() if hasattr(after, "_fields") else kind(*after)._asdict()
        state = kind(**named)
        rows.append([*state.x, state.t])
    return np.array(rows)


def expected_path(algorithm, form, names, written):
    """The path of the library's function, or of the form that was written."""
    right = OTHER_PATHS.get((algorithm, form), getattr(optimizers, algorithm))
    hyper = {name: HYPER[name] for name in names} | written
    if "eps" in optimizers.hyperparameters(right):
        hyper.setdefault("eps", 0.0)
    return path(right, algorithm, hyper)
