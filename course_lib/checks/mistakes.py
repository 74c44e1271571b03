"""The known mistakes, and what an update that makes them computes.

The bank is ``mistakes.toml``: a right update is a list of lines there, and a mistake replaces some
of them. So a mistake can be simulated, alone or together with another one, in every way of writing
the update. `simulate` computes many updates at once: a line that several of them have in common is
computed once for all of those.
"""

import functools
import itertools
import tomllib
from importlib import resources
from typing import NamedTuple

import numpy as np

from course_lib import optimizers
from course_lib.checks import probe


class Mistake(NamedTuple):
    """One entry of the bank."""

    slug: str
    algorithms: tuple
    edits: tuple  # of dict: line -> what stands there instead
    say: str
    look: str
    why: str
    formula: str
    not_with: tuple = ()  # forms in which it has no meaning of its own


class Form(NamedTuple):
    """Another way of writing the right update, or ("variant") another right algorithm."""

    slug: str
    algorithms: tuple
    edit: dict
    variant: bool
    praise: str


@functools.cache
def words():
    """Everything that ``mistakes.toml`` holds."""
    return tomllib.loads(
        resources.files("course_lib.checks").joinpath("mistakes.toml").read_text("utf-8")
    )


@functools.cache
def bank():
    """All mistakes of the bank, slug -> `Mistake`, in the order of the file."""
    entries = [dict(entry) for entry in words()["mistake"]]
    return {
        e["slug"]: Mistake(
            algorithms=tuple(e.pop("for")),
            edits=tuple(e.pop("edits")),
            not_with=tuple(e.pop("not-with", ())),
            **e,
        )
        for e in entries
    }


@functools.cache
def forms():
    """Other right ways of writing, slug -> `Form`."""
    return {
        e["slug"]: Form(e["slug"], tuple(e["for"]), e["edit"], e.get("variant", False), e["praise"])
        for e in words()["form"]
    }


@functools.cache
def lines(algorithm):
    """The right update of an algorithm as a dict: line name -> expression, in order."""
    written = words()["lines"][algorithm].strip().splitlines()
    return dict(line.split(" = ", 1) for line in written)


@functools.cache
def known_forms(algorithm):
    """Slugs of the ways of writing an algorithm; the first, "", is the library's own."""
    return ("", *(f.slug for f in forms().values() if algorithm in f.algorithms))


def form_edit(slug):
    """The edit of a form; none for the library's own form, ""."""
    return forms()[slug].edit if slug else {}


def is_variant(slug):
    """Whether a form is another algorithm than the one that was asked for."""
    return bool(slug) and forms()[slug].variant


# Updates to compare a student's with

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
    traces = [_traces_mid_run(algorithm, some) for some in (right, single)]
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


def _traces_mid_run(algorithm, wanted):
    """All that is kept of the states, from a start in the middle of a run."""
    with np.errstate(all="ignore"):
        start = probe.start(algorithm, mid_run=True)
        traces = simulate(algorithm, wanted, probe.gradient, start, probe.N_STEPS, probe.HYPER)
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
    """Traces of many updates at once: field -> (n_steps, c, 2, p) for c updates and p probes.

    ``grad(t, x)`` gives the gradient for step t = 1, 2, ... at x of shape (c, 2, p); the fields of
    ``start`` broadcast against (2, p), the values of ``hyper`` against (p,). For Adam the traces
    hold m_hat and v_hat too.
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
