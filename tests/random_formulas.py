"""Formulas of x, g, v, lr and t, composed at random of everything that can be recorded."""

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st


def _words(text):
    return text.split()


NAMES = ("x0", "x1", "g0", "g1", "v0", "v1", "lr", "t")
LEAVES = [
    "x",
    "g",
    "v",
    "lr",
    "t",
    "x[0]",
    "g[1]",
    "0.5",
    "2.0",
    "1.5",
    "1e-8",
    "np.array([g[0],x[1]])",
    "np.full_like(x,0.25)",
]
OF_ONE = [
    "-({a})",
    "abs({a})",
    "({a})**2",
    "abs({a})**0.5",
    "({a})**-1",
    "np.sqrt({a})",
    "np.square({a})",
    "np.exp({a})",
    "np.expm1({a})",
    "np.log({a})",
    "np.log1p({a})",
    "np.log2({a})",
    "np.log10({a})",
    "np.sin({a})",
    "np.cos({a})",
    "np.tan({a})",
    "np.tanh({a})",
    "np.sinh({a})",
    "np.cosh({a})",
    "np.arctan({a})",
    "np.arcsin({a})",
    "np.cbrt({a})",
    "np.sign({a})",
    "np.floor({a})",
    "np.ceil({a})",
    "np.rint({a})",
    "np.trunc({a})",
    "np.sum({a})",
    "np.mean({a})",
    "np.max({a})",
    "np.min({a})",
    "np.prod({a})",
    "np.linalg.norm({a})",
    "1.0*np.isfinite({a})",
    "1.0*np.isnan({a})",
    "(x*{a}).sum()",
    "(x*{a}).mean()",
    "(x+{a}).max()",
    "(x+{a}).min()",
    "(g*{a}).copy()",
    "np.std(x*{a})",
    "np.cumsum(x*{a})",
    "np.where(np.isnan({a}),0.0,{a})",
    "np.nan_to_num({a})",
    "np.deg2rad({a})",
    "sum(x*{a})",
    "np.array([one*one+1.0for(one)in(x*{a})])",
    "np.concatenate([x,g*{a}])[1:3]",
    "np.stack([x,g*{a}])[1]",
    "np.stack([x,g*{a}]).T[0]",
    "1.0*np.logical_not({a})",
    "np.diff(x*{a})",
    "1.0*np.any(x*{a}>0.3)",
    "1.0*np.all(x*{a}<2.0)",
    "np.full_like(x,0.3)+{a}",
    "np.ones_like(x)*{a}",
    "np.abs({a})",
    "np.reciprocal(1.5+abs({a}))",
    "np.linalg.norm(x*{a},ord=1)",
    "np.linalg.norm(g*{a},ord=np.inf)",
    "((x*{a})>0.0).sum()",
    "np.flip(x*{a})",
    "np.outer(x,g*{a})[0]",
    "np.exp2({a})",
    "np.copysign({a},np.nan_to_num(x))",
]
OF_TWO = [
    "({a})+({b})",
    "({a})-({b})",
    "({a})*({b})",
    "({a})/({b})",
    "({a})**({b})",
    "({a})//({b})",
    "({a})%({b})",
    "np.add({a},{b})",
    "np.subtract({a},{b})",
    "np.multiply({a},{b})",
    "np.power(abs({a}),{b})",
    "np.maximum({a},{b})",
    "np.minimum({a},{b})",
    "np.fmax({a},{b})",
    "np.fmin({a},{b})",
    "np.hypot({a},{b})",
    "np.arctan2({a},{b})",
    "np.fmod({a},{b})",
    "np.clip({a},-0.7,{b})",
    "np.where({a}>{b},{a},{b})",
    "np.where({a}<={b},x,{b})",
    "np.where(({a}>0.1)&({b}<0.4),{a},2.0)",
    "((x*{a})@(g+{b}))",
    "np.where(({a}==0.0)|({b}!=0.0),{a},{b})",
    "np.dot(x*{a},g*{b})",
    "(({a}>{b})*({a}))",
    "np.heaviside({a},{b})",
    "np.divide(x*{a},{b}+x*0.0,out=np.full_like(x,0.25),where={b}+x*0.0!=0.0)",
    "(x+{a}).clip(-0.2,0.6)",
    "np.max([x*{a},g+{b}],axis=0)",
    "np.stack([x*{a},g+{b}]).mean(axis=0)",
    "1.0*np.logical_and({a},{b})",
    "np.where(np.logical_or({a}>1.0,{b}>0.5),{a},{b})",
    "np.logaddexp({a},{b})",
]


@st.composite
def formulas(draw, depth=3):
    """The text of one formula."""
    kind = draw(st.integers(0, 9)) if depth else 0
    if kind < 2:
        return draw(st.sampled_from(LEAVES))
    inside = {name: draw(formulas(depth - 1)) for name in "ab"[: 1 + (kind > 5)]}
    return draw(st.sampled_from(OF_TWO if kind > 5 else OF_ONE)).format(**inside)


def some_formulas(n):
    """``n`` of them, the same in each run, after one of every operation."""
    shallow = {"a": "x", "b": "g"}
    found = [text.format(**shallow) for text in [*OF_ONE, *OF_TWO]]
    options = settings(
        max_examples=n,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(0)(options(given(formulas())(lambda text: found.append(text))))()
    return found


def function(text):
    """A formula as a function of eight numbers."""
    code = "lambda x, g, v, lr, t: " + text.replace("1.0for(one)in", "1.0 for one in ")
    of_arrays = eval(code, {"np": np})

    def of_numbers(x0, x1, g0, g1, v0, v1, lr, t):
        return of_arrays(np.array([x0, x1]), np.array([g0, g1]), np.array([v0, v1]), lr, t)

    return of_numbers


SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, np.inf, -np.inf, np.nan, 1e300, 5e-324)


def points(n):
    """Values for the eight names, shape (8, n): usual ones, and others with special values."""
    rng = np.random.default_rng(0)
    found = rng.normal(size=(8, n))
    found[4:6] = abs(found[4:6])
    found[6:] = np.array([[0.1], [3.0]]) * np.ones((2, n))
    found[:6, n // 2 :] = rng.choice(SPECIAL, (6, n - n // 2))
    return found


def values(f, at):
    """The values of a formula at points, shape (..., n)."""
    with np.errstate(all="ignore"):
        found = [np.asarray(f(*map(np.float64, point)), float) for point in at.T]
    return np.stack(found, axis=-1)


def is_steady(f, at, wanted):
    """Where the value hardly changes with the last bits of what it is computed from."""
    steady = np.ones(wanted.shape, bool)
    rng = np.random.default_rng(1)
    for _ in range(6):
        beside = values(f, at * (1 + 1e-14 * rng.uniform(-1, 1, at.shape)))
        steady &= np.isclose(beside, wanted, 1e-10, 1e-300, equal_nan=True)
    return steady
