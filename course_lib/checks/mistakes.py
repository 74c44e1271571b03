"""The known mistakes, read from ``mistakes.toml``, and the traces that they leave.

A right update is a list of lines there, a form is another right way to write it, and a mistake
replaces some of the lines. So every mistake can be simulated, alone or together with another one,
in every form. `simulate` computes many updates at once, a line that several share only once.
"""

import functools
import itertools
import tomllib
from importlib import resources
from typing import NamedTuple

import numpy as np

from course_lib.checks.parameters import hyper_names
from course_lib.checks.probe import HYPER, N_STEPS, START, gradient, start, state_of


class Mistake(NamedTuple):
    """One entry of the bank."""

    slug: str
    algorithms: list
    edits: list  # of dict: line -> what stands there instead
    say: str
    look: str
    why: str
    formula: str
    not_with: list = ()  # forms, or lines of forms, in which it has no meaning of its own

    def fits(self, algorithm, form):
        """Whether it can be made in this algorithm, written in this form."""
        names = {form.slug, f"{algorithm} {form.slug}".strip(), *form.edit}
        return algorithm in self.algorithms and not form.alone and not names & {*self.not_with}


class Form(NamedTuple):
    """A way of writing the right update, or ("variant") another right algorithm."""

    slug: str
    algorithms: list
    edit: dict
    praise: str
    variant: bool = False
    alone: bool = False  # no mistake is looked for in it
    single: bool = False  # no two mistakes at once are


@functools.cache
def contents():
    """Everything that ``mistakes.toml`` holds."""
    path = resources.files("course_lib.checks").joinpath("mistakes.toml")
    return tomllib.loads(path.read_text("utf-8"))


@functools.cache
def bank():
    """All mistakes, slug -> `Mistake`, in the order of the file."""
    return {entry["slug"]: Mistake(**entry) for entry in contents()["mistake"]}


@functools.cache
def forms():
    """All right ways of writing, each edit a `Form`; the first, "", is the library's own."""
    found = [Form("", list(contents()["lines"]), {}, "")]
    for entry in contents()["form"]:
        rest = {name: value for name, value in entry.items() if name != "edits"}
        found += [Form(edit=edit, **rest) for edit in entry["edits"]]
    return found


@functools.cache
def lines(algorithm):
    """The right update of an algorithm, line name -> expression, in order."""
    written = contents()["lines"][algorithm].strip().splitlines()
    return dict(line.split(" = ", 1) for line in written)


def forms_of(algorithm):
    """The forms in which an algorithm can be written."""
    return [form for form in forms() if algorithm in form.algorithms]


# Updates to compare with


class Candidate(NamedTuple):
    """An update to compare a student's with: a form, and the mistakes made in it."""

    form: Form
    mistakes: tuple  # of slugs: none, one or two
    edit: dict  # line -> expression, where it differs from the library's lines
    own: dict | None = None  # the part of it that a single mistake brings

    @property
    def name(self):
        return "+".join(self.mistakes)


_code = functools.cache(functools.partial(compile, filename="mistakes.toml", mode="eval"))


class Candidates(list):
    """Candidates of one algorithm that are simulated together."""

    def __init__(self, algorithm, candidates):
        super().__init__(candidates)
        self.algorithm = algorithm

    @functools.cached_property
    def plan(self):
        """For each line: its right expression, and others, each with the rows that have it."""
        edited = {name: {} for name in lines(self.algorithm)}
        for row, candidate in enumerate(self):
            for name, new in candidate.edit.items():
                edited[name].setdefault(new, []).append(row)
        return [
            (name, _code(right), [(_code(new), np.array(r)) for new, r in edited[name].items()])
            for name, right in lines(self.algorithm).items()
        ]


@functools.cache
def right_candidates(algorithm):
    """An algorithm in all its forms, without a mistake."""
    return Candidates(algorithm, [Candidate(form, (), form.edit) for form in forms_of(algorithm)])


@functools.cache
def single_candidates(algorithm):
    """Every mistake in every form, where it changes anything in the middle of a run."""
    single, known = Candidates(algorithm, []), {*lines(algorithm)}
    known |= {"g", "g_old", *_FUNCTIONS, *hyper_names(algorithm)}
    known |= {f"{name}_old" for name in state_of(algorithm)._fields}
    for mistake, form in itertools.product(bank().values(), forms_of(algorithm)):
        for edit in mistake.edits if mistake.fits(algorithm, form) else ():
            edit = {line: new for line, new in edit.items() if line in known}
            if edit and known.issuperset(n for new in edit.values() for n in _code(new).co_names):
                single.append(Candidate(form, (mistake.slug,), form.edit | edit, edit))
    right, wrong = (simulate(c, mid_run=True) for c in (right_candidates(algorithm), single))
    right_rows = [forms_of(algorithm).index(candidate.form) for candidate in single]
    fields = state_of(algorithm)._fields
    changed = np.any([right[f][:, right_rows] != wrong[f] for f in fields], axis=(0, 1, 3, 4))
    return Candidates(algorithm, itertools.compress(single, changed))


@functools.cache
def pair_candidates(algorithm):
    """Every two mistakes that change different lines, in all forms."""
    single = single_candidates(algorithm)
    by_form = (
        [c for c in single if c.form == form] for form in forms_of(algorithm) if not form.single
    )
    pairs = (pair for some in by_form for pair in itertools.combinations(some, 2))
    found = [
        Candidate(a.form, a.mistakes + b.mistakes, a.edit | b.edit)
        for a, b in pairs
        if a.mistakes != b.mistakes and a.own.keys().isdisjoint(b.own)
    ]
    return Candidates(algorithm, found)


# Their traces

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
    "place": np.array([[1.0], [2.0]]),  # number of the coordinate
}


@np.errstate(all="ignore")
def simulate(
    candidates, n_steps=N_STEPS, hyper=HYPER, mid_run=False, scale=1.0, begin=START, path=None
):
    """Traces of candidates on the probes: field -> ndarray (n_steps, candidates, 2, probes).

    For Adam they hold also ``m_hat`` and ``v_hat``, which a step computes and does not keep. With
    ``path``, (n_steps, 2, probes), the walk goes along these points, whatever the steps are.
    """
    first = start(candidates.algorithm, mid_run, begin)
    shape = (len(candidates), *first["x"].shape)
    state = {name: np.array(np.broadcast_to(value, shape), float) for name, value in first.items()}
    hyper = {name: np.broadcast_to(value, shape) for name, value in hyper.items()}
    hats = ("m_hat", "v_hat") if candidates.algorithm == "adam" else ()
    states = []
    g = gradient(1, state["x"], scale)
    for t in range(1, n_steps + 1):
        g_old, g = g, gradient(t, state["x"], scale)
        old = {f"{name}_old": value for name, value in state.items()}
        now = _step(candidates.plan, old | hyper | {"g": g, "g_old": g_old}, shape)
        state = {name: now[name if name == "x" else f"{name}_kept"] for name in state}
        states.append(state | {name: now[name] for name in hats})
        if path is not None:
            state["x"] = np.broadcast_to(path[t - 1], shape)
    return {name: np.stack([state[name] for state in states]) for name in states[0]}


def _step(plan, now, shape):
    """All lines of one step, computed after each other; ``now`` gets their values."""
    for name, right, others in plan:
        value = np.broadcast_to(eval(right, _FUNCTIONS, now), shape)
        if others:
            value = np.array(value, float)
        for code, rows in others:
            inputs = {n: now[n][rows] for n in code.co_names if n in now}
            value[rows] = eval(code, _FUNCTIONS, inputs)
        now[name] = value
    return now
