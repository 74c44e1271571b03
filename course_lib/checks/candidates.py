"""All updates that a student's is compared with, and the traces that they leave.

`simulate` computes many updates at once: a line that several of them share is computed for all of
those together.
"""

import functools
import itertools
from typing import NamedTuple

import numpy as np

from course_lib import optimizers
from course_lib.checks import probe as walks
from course_lib.checks.mistakes import bank, form_edit, is_variant, known_forms, lines

_FUNCTIONS = {
    "__builtins__": {},
    "sqrt": np.sqrt,
    "sign": np.sign,
    "abs": np.abs,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "total": lambda a: a.sum(axis=-2, keepdims=True) + np.zeros_like(a),
    "largest": lambda a: a.max(axis=-2, keepdims=True) + np.zeros_like(a),
    "norm": lambda a: np.sqrt((a**2).sum(axis=-2, keepdims=True)),
    "first_of": lambda a: a[..., :1, :] + np.zeros_like(a),
    "second_of": lambda a: a[..., 1:, :] + np.zeros_like(a),
    "first": np.array([[1.0], [0.0]]),
    "second": np.array([[0.0], [1.0]]),
}


class Candidate(NamedTuple):
    """An update to compare a student's with: a form, and the mistakes made in it."""

    form: str  # slug, "" for the library's own form
    mistakes: tuple  # of slugs: none, one or two
    edit: dict  # line -> expression: what differs from the library's lines
    own: dict | None = None  # the part of it that the mistakes bring

    @property
    def name(self):
        return "+".join(self.mistakes)


@functools.cache
def right_candidates(algorithm):
    """An algorithm in all its forms, without a mistake."""
    return Candidates(Candidate(f, (), form_edit(f)) for f in known_forms(algorithm))


@functools.cache
def single_candidates(algorithm):
    """Every mistake in every form, where it changes anything."""
    single = []
    for mistake in bank().values():
        for edit in mistake.edits if algorithm in mistake.algorithms else ():
            edit = {line: new for line, new in edit.items() if line in lines(algorithm)}
            for form in known_forms(algorithm) if edit else ():
                if form not in mistake.not_with:
                    single.append(Candidate(form, (mistake.slug,), form_edit(form) | edit, edit))
    right = right_candidates(algorithm)
    rows = {candidate.form: i for i, candidate in enumerate(right)}
    traces = [_warm_traces(algorithm, some) for some in (right, single)]
    changed = [
        any(
            not np.array_equal(a[:, rows[c.form]], b[:, i], equal_nan=True)
            for a, b in zip(*traces, strict=True)
        )
        for i, c in enumerate(single)
    ]
    return Candidates(itertools.compress(single, changed))


@functools.cache
def pair_candidates(algorithm):
    """Every two mistakes that change different lines, in all forms that are not variants."""
    forms = [form for form in known_forms(algorithm) if not is_variant(form)]
    return Candidates(
        Candidate(form, a.mistakes + b.mistakes, a.edit | b.edit, a.own | b.own)
        for form in forms
        for a, b in itertools.combinations(
            [c for c in single_candidates(algorithm) if c.form == form], 2
        )
        if a.mistakes != b.mistakes and not a.own.keys() & b.own.keys()
    )


def _warm_traces(algorithm, wanted):
    """All that is kept of the states, from a start in the middle of a run."""
    with np.errstate(all="ignore"):
        start = walks.start(algorithm, warm=True)
        traces = simulate(algorithm, wanted, walks.gradient, start, walks.N_STEPS, walks.HYPER)
    return [values for name, values in traces.items() if not name.endswith("_hat")]


class Candidates(tuple):
    """A tuple of `Candidate` that is its own key in a cache."""

    __slots__ = ()

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        return self is other


@functools.cache
def _code(expression):
    return compile(expression, "mistakes.toml", "eval")


@functools.cache
def _plan(algorithm, wanted):
    """For each line: the expressions that stand there, each with the candidates that have it."""
    plan = []
    for name, right in lines(algorithm).items():
        groups = {}
        for row, candidate in enumerate(wanted):
            groups.setdefault(candidate.edit.get(name, right), []).append(row)
        plan.append((name, [(_code(e), np.array(rows)) for e, rows in groups.items()]))
    return plan


def simulate(algorithm, wanted, grad, start, n_steps, hyper):
    """Traces of many updates at once.

    Parameters
    ----------
    algorithm : str
        A key of `LINES`.
    wanted : sequence of Candidate
        c updates.
    grad : callable
        ``grad(t, x)``: the gradient at the point x, of shape (c, 2, w), for step t = 1, 2, ...
    start : dict of str to ndarray
        The fields of the state, each broadcasting against (2, w) for w walks.
    n_steps : int
    hyper : dict of str to ndarray
        Each broadcasting against (w,).

    Returns
    -------
    dict of str to ndarray, shape (n_steps, c, 2, w)
        The fields of the state after each step, and for Adam what the step computed on its way:
        ``m_hat``, ``v_hat``.
    """
    plan = (_plan if isinstance(wanted, Candidates) else _plan.__wrapped__)(algorithm, wanted)
    fields = optimizers.STATES[getattr(optimizers, algorithm)]._fields
    shape = (len(wanted), *np.broadcast_shapes(*(np.shape(a) for a in start.values())))
    state = {name: np.array(np.broadcast_to(start[name], shape), float) for name in fields}
    fixed = {name: np.broadcast_to(value, shape) for name, value in hyper.items()}
    steps = []
    g = grad(1, state["x"])
    for t in range(1, n_steps + 1):
        g_old, g = g, grad(t, state["x"])
        now = {f"{name}_old": value for name, value in state.items()} | fixed
        now |= {"g": g, "g_old": g_old}
        _step(plan, now, shape)
        state = {name: now[name if name == "x" else f"{name}_kept"] for name in fields}
        hats = ("m_hat", "v_hat") if algorithm == "adam" else ()
        steps.append(state | {name: now[name] for name in hats})
    return {name: np.stack([step[name] for step in steps]) for name in steps[0]}


def _step(plan, now, shape):
    for name, groups in plan:
        if len(groups) == 1:
            value = eval(groups[0][0], _FUNCTIONS, now)
            now[name] = value if np.shape(value) == shape else np.broadcast_to(value, shape)
            continue
        value = np.empty(shape)
        for code, rows in groups:
            inputs = {n: now[n][rows] for n in code.co_names if n in now}
            value[rows] = eval(code, _FUNCTIONS, inputs)
        now[name] = value
