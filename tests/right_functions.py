"""The sources of right step functions, composed freely: forms, styles, names, defaults.

`right_functions` is the hypothesis strategy, `function` defines what a source says. A source is
written in the library's letters; a last pass over its tree gives the student's names.
`python tests/right_functions.py 2000` counts how many are called wrong, and shows ten of them.
"""

import ast
import math
import sys
from collections import Counter
from typing import NamedTuple

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from right_updates import HYPER, MEANS, NO_VARIANT, Update, expected_path, path

from course_lib import optimizers
from course_lib.checks.steps import ALGORITHMS, diagnose


class RightFunction(NamedTuple):
    """A right step function, and how it was made."""

    algorithm: str
    source: str
    names: dict  # hyperparameter -> its name in the signature
    written: dict  # hyperparameters that stand in the body as numbers
    off: dict  # what has to be given so that it is the algorithm: weight_decay=0
    choices: dict  # what was chosen -> which

    def verdicts(self):
        """What may be said of it."""
        if self.choices.get("weight_decay") == 0:
            return ("correct", "variant")
        return ("correct",) if self.choices["form"] in NO_VARIANT else ("variant",)

    def paths(self):
        """The path that it takes, and the one that it should take."""
        hyper = {theirs: HYPER[ours] for ours, theirs in self.names.items()} | self.off
        got = path(function(self.source), self.algorithm, hyper)
        return got, expected_path(self.algorithm, self.choices["form"], self.names, self.written)


def function(source):
    """The function ``step`` that a source defines."""
    names = {"np": np, "math": math, **vars(optimizers)}
    exec(compile(source, "<student>", "exec"), names)
    return names["step"]


# The names and defaults

DEFAULTS = {
    "lr": (1e-4, 1e-3, 0.002, 0.01, 0.05, 0.1, 0.3, 0.5),
    "beta": (0.5, 0.6, 0.8, 0.9, 0.95, 0.99),
    "beta1": (0.5, 0.7, 0.8, 0.9, 0.95),
    "beta2": (0.9, 0.95, 0.99, 0.999, 0.9999),
    "eps": (1e-16, 1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3),
}
# Names that say what they are, and names that say it together with a default that is telling.
CLEAR = {
    "lr": "lr alpha eta learning_rate step_size stepsize rate a LR",
    "beta": "beta momentum mu rho gamma decay b beta1 b1",
    "beta2": "beta2 beta rho decay gamma decay_rate b2",
    "eps": "eps epsilon e delta eps0 small EPS",
    "pair": "beta1,beta2 b1,b2 beta_1,beta_2 rho1,rho2 mu,nu",
}
WITH_DEFAULT = {
    "lr": "gamma epsilon h step mu speed l",
    "beta": "alpha w keep nu friction",
    "beta2": "alpha w keep mu forget",
    "eps": "tiny fuzz fudge d c safe",
    "pair": "w1,w2 p1,p2 decay1,decay2 gamma1,gamma2 momentum,decay momentum,decay_rate mu,rho",
}
LOCAL_NAMES = {
    "state": "state state s old_state here",
    "g": "g g grad gradient slopes dx",
    "x": "x x theta params position point",
    "m": "m m velocity mom first",
    "v": "v v second cache squares",
    "top": "v_max top vmax peak",
    "t": "t t count step_number",
    "m_hat": "m_hat mhat m_corrected",
    "v_hat": "v_hat vhat v_corrected",
}


class Parameter(NamedTuple):
    """A hyperparameter in a signature."""

    ours: str
    name: str
    default: float
    needs_default: bool


def _parameters(u, *kinds):
    """The hyperparameters in the library's order, under names that a reader can resolve."""
    kinds = kinds or ("library", "clear", "clear", "with default", "with default")
    kind, found = u.choose("names", *kinds), []
    pools = {True: WITH_DEFAULT, False: CLEAR}
    unusual_pair = kind == "with default" and u.pick(False, True)
    pair = u.pick(*pools[unusual_pair]["pair"].split()).split(",")
    for role in [*u.hyper, *["eps"] * (u.eps == "parameter")]:
        unusual = kind == "with default" and u.pick(False, True)
        if kind == "library":
            name = role
        elif "beta1" in u.hyper and role in ("beta1", "beta2"):
            name, unusual = pair[role == "beta2"], unusual_pair
        else:
            taken = [p.name for p in found] + pair * ("beta1" in u.hyper)
            name = u.pick(*[n for n in pools[unusual][role].split() if n not in taken])
        unusual |= role == "eps" and found[0].needs_default  # where lr may be called epsilon
        unusual |= u.form == "fading" and role == "beta2"
        telling = [d for d in DEFAULTS[role] if not unusual or _is_telling(role, name, d, found)]
        found.append(Parameter(role, name, u.pick(*telling), unusual))
    return found


def _is_telling(role, name, default, found):
    """Whether a default can be no other hyperparameter's."""
    if role == "eps":
        return default <= found[0].default / 10
    if role == "lr":
        return (1e-3 if name == "epsilon" else 0) < default <= 0.1
    return default >= 0.8


def _signature(u):
    """The parameters after state and g; lines that unpack them; ours -> theirs."""
    ways = ["positional"] * 3 + ["keyword-only", "other order", "with **others"]
    if u.form not in ("fading", "weight-decay") and (u.eps == "parameter" or not u.has_eps):
        ways.append("**hyper")
    way = u.choose("signature", *ways)
    if way == "**hyper":
        found = _parameters(u, "library")
        taken = u.pick('{0} = hyper["{0}"]', '{0} = hyper.get("{0}", {1!r})')
        return "**hyper", [taken.format(p.ours, p.default) for p in found], found
    found = _parameters(u)
    if way in ("other order", "keyword-only"):
        found = list(u.draw(st.permutations(found)))
    if u.form == "weight-decay":
        value = u.choose("weight_decay", 0, 0.0, 0.01, 1e-4, 0.1)
        found.append(Parameter("weight_decay", u.pick("weight_decay", "wd"), value, True))
    most = next((i for i, p in enumerate(found) if p.needs_default), len(found))
    bare = u.choose("without default", *[0, 0, *range(most + 1)])
    typed = u.pick("", "", "", ": float")
    texts = [p.name + typed + f"={p.default!r}" * (i >= bare) for i, p in enumerate(found)]
    star, rest = ["*"] * (way == "keyword-only"), ["**others"] * (way == "with **others")
    return ", ".join(star + texts + rest), [], found


# The body


class _Names(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, env):
        self.env = env

    def visit_Name(self, node):
        if node.id not in self.env:
            return node
        new = ast.parse(self.env[node.id], mode="eval").body
        new.ctx = node.ctx
        return new

    def visit_arg(self, node):
        node.arg = self.env.get(node.arg, node.arg)
        return node


class _NumpyFunctions(ast.NodeTransformer):
    """np.add(a, b) for a + b, and so on; the signature stays."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        word = {"Add": "add", "Sub": "subtract", "Mult": "multiply", "Div": "divide"}
        name = word.get(type(node.op).__name__, "power")
        return ast.Call(ast.parse(f"np.{name}", mode="eval").body, [node.left, node.right], [])

    def visit_arguments(self, node):
        return node


def _with(text, env):
    """A piece of code with expressions in the place of names."""
    return ast.unparse(_Names(env).visit(ast.parse(text)))


def _statements(lines, env, in_place=False):
    """Lines as assignments, where names in ``env`` stand for something else."""
    for line in lines:
        texts = (in_place and line.in_place) or (f"{line.name} = {line.text}",)
        yield from (_with(text, env) for text in texts)


class _Body:
    """The statements of a function in one style, and the expression that it returns."""

    def __init__(self, u, lines):
        self.u, self.kind = u, u.kind
        self.local = {f: {"v_max": "top"}.get(f, f) for f in self.kind._fields}
        self.arrays = list(self.local.values())[:-1]
        self.code, self.before, self.lists = [], [], False
        inline = u.style in ("vector", "one expression") and u.pick(False, False, True)
        inline |= u.style in ("lambda", "zip loop")
        self.env = self.inline() if inline else self.take()
        self.count()
        if u.numbers:  # what is the same for all coordinates comes first
            self.code += _statements([line for line in lines if line.plain], self.env)
            lines = [line for line in lines if not line.plain]
        style = "one expression" if u.style == "lambda" else u.style
        getattr(self, style.replace(" ", "_"))(lines)

    def inline(self):
        """Every old value is read where it is wanted."""
        way = self.u.choose("state", "state.{1}", "state.{1}", "state[{0}]")
        return {self.local[f]: way.format(i, f) for i, f in enumerate(self.kind._fields)}

    def take(self):
        """The state is taken apart into local names first."""
        way = self.u.choose("state", "tuple", "tuple", "fields", "index", "rest", "asdict")
        names = ", ".join([*self.arrays, "t"])
        if way == "tuple":
            self.code.append(f"{names} = state")
        elif way == "rest":
            self.code += ["x, *rest = state", f"{names.removeprefix('x, ')}, = rest"]
        else:
            text = {"fields": "state.{1}", "index": "state[{0}]", "asdict": 'old["{1}"]'}[way]
            values = [text.format(i, f) for i, f in enumerate(self.kind._fields)]
            self.code += ["old = state._asdict()"] * (way == "asdict")
            if self.u.pick(False, True):
                self.code.append(f"{names} = {', '.join(values)}")
            else:
                self.code += map("{} = {}".format, self.local.values(), values)
        return {}

    def count(self):
        """t is raised before, under a new name, or where it is used."""
        t = self.env.pop("t", "t")
        ways = ["before", "new name"] * (self.u.style != "lambda") + ["in the return"]
        way = self.u.choose("t", *ways)
        if way == "in the return":
            self.env["t"] = f"({t} + 1)"
        elif way == "new name":
            self.code.append(f"n = {t} + 1")
            self.env["t"] = "n"
        else:
            self.code.append("t += 1" if t == "t" and self.u.pick(False, True) else f"t = {t} + 1")

    def vector(self, lines):
        for line in lines:
            self.code.append(f"{line.name} = {_with(line.text, self.env)}")
            self.env.pop(line.name, None)

    def in_place(self, lines):
        self.copies("{}.copy()", "np.array({})", "np.copy({})", "{} + 0")
        self.code += _statements(lines, self.env, in_place=True)

    def one_expression(self, lines):
        for line in lines:
            self.env[line.name] = f"({_with(line.text, self.env)})"

    def copies(self, *ways):
        way = self.u.pick(*ways)
        self.code += [f"{a} = {way.format(a)}" for a in self.arrays]

    def inside(self, lines, env, head):
        """Lines as the block below ``head``."""
        block = _statements(lines, env, in_place=self.u.pick(False, True))
        self.code += [head, *(f"    {line}" for line in block)]

    def index_loop(self, lines):
        self.copies("{}.copy()", "np.array({})", "list({})", "[float(a) for a in {}]")
        self.lists = True
        env = self.env | {name: f"{name}[i]" for name in [*self.arrays, "g"]}
        size = self.u.pick("len(x)", "2", "len(g)", "g.size")
        self.inside(lines, env, f"for i in range({size}):")

    def zip_loop(self, lines):
        old = [self.env[a] for a in self.arrays]
        self.code += [f"{a}s = []" for a in self.arrays]
        head = f"for {', '.join(self.arrays)}, gi in zip({', '.join(old)}, g):"
        self.inside(lines, {"t": self.env.get("t", "t"), "g": "gi"}, head)
        self.code += [f"    {a}s.append({a})" for a in self.arrays]
        self.env |= {a: f"{a}s" for a in self.arrays}
        self.lists = True

    def comprehension(self, lines):
        arrays = [*self.arrays, "g", *(line.name for line in lines)]
        for name, text, *_ in lines:
            names = [n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)]
            used = [a for a in dict.fromkeys(names) if a in arrays]
            each, over = ", ".join(f"{a}i" for a in used), ", ".join(used)
            over = f"zip({over})" if len(used) > 1 else over
            listed = f"[{_with(text, self.env | {a: f'{a}i' for a in used})} for {each} in {over}]"
            self.code.append(f"{name} = {self.u.pick(listed, f'np.array({listed})')}")
        self.lists = True

    def two_coordinates(self, lines):
        arrays = [*self.arrays, "g"]
        self.code += [f"{a}1, {a}2 = {a}" for a in arrays]
        for i in "12":
            own = {a: f"{a}{i}" for a in [*arrays, *(line.name for line in lines)]}
            self.code += _statements(lines, self.env | own, in_place=self.u.pick(False, True))
        self.env |= {a: f"[{a}1, {a}2]" for a in self.arrays}
        self.lists = True

    def inner_function(self, lines):
        names = ", ".join(self.arrays)
        self.inside(lines, self.env, f"def one({names}, g):")
        self.code.append(f"    return {names}")
        rows = self.u.pick(f"[one(*row) for row in zip({names}, g)]", f"list(map(one, {names}, g))")
        turned = ".T" if len(self.arrays) > 1 else ""
        self.code.append(f"{names} = np.array({rows}){turned}")

    def returned(self):
        """What stands behind the return."""
        values = {f: self.env.get(name, name) for f, name in self.local.items()}
        if self.lists and self.u.choose("fields", "arrays", "arrays", "lists") == "arrays":
            values = {f: v if f == "t" else f"np.array({v})" for f, v in values.items()}
        ways = {
            "position": f"{self.kind.__name__}(POSITION)",
            "keywords": f"{self.kind.__name__}(KEYWORDS)",
            "_replace": "state._replace(KEYWORDS)",
            "tuple": "(POSITION)",
            "list": "[POSITION]",
            "type": "type(state)(POSITION)",
            "dict": f"{self.kind.__name__}(**dict(KEYWORDS))",
            "own tuple": "Result(KEYWORDS)",
        }
        way = self.u.choose("returns", "position", *ways)
        order = self.u.draw(st.permutations(list(values)))
        if way == "own tuple":
            self.before.append("from collections import namedtuple")
            self.before.append(f"Result = namedtuple('Result', {' '.join(order)!r})")
        keywords = ", ".join(f"{f}={values[f]}" for f in order)
        position = ", ".join(values.values())
        return ways[way].replace("POSITION", position).replace("KEYWORDS", keywords)


@st.composite
def right_functions(draw, algorithm):
    """A `RightFunction` for an algorithm."""
    u = Update(draw, algorithm)
    lines = u.lines()
    parameters, code, found = _signature(u)
    rename = {p.ours: p.name for p in found}
    body = _Body(u, lines)
    value = body.returned()
    if u.eps not in ("parameter", None):
        where = u.pick("there", "in step", "outside")
        rename |= {"eps": repr(u.eps)} if where == "there" else {}
        code += [f"eps = {u.eps!r}"] * (where == "in step")
        body.before += [f"eps = {u.eps!r}"] * (where == "outside")
    if any("average(" in text for text in [*body.code, value]):
        mean = u.write(MEANS, old="mean", beta="beta", new="new")
        average = ["def average(mean, beta, new):", f"    return {mean}"]
        (code if u.average == "in step" else body.before).extend(average)
    if u.style == "lambda" and not code:
        text = [f"step = lambda state, g, {parameters.replace(': float', '')}: {value}"]
    else:
        text = [f"    {line}" for line in [*code, *body.code, f"return {value}"]]
        text = [f"def step(state, g, {parameters}):", *text]
    tree = ast.parse("\n".join([*body.before, *text]))
    rename |= {ours: u.pick(*theirs.split()) for ours, theirs in LOCAL_NAMES.items()}
    tree = _Names(rename).visit(tree)
    if u.choose("operators", "signs", "signs", "functions") == "functions":
        tree = _NumpyFunctions().visit(tree)
    source = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    names = {p.ours: p.name for p in found if p.ours != "weight_decay"}
    off = {p.name: 0.0 for p in found if p.ours == "weight_decay"}
    written = {} if u.eps in ("parameter", None) else {"eps": u.eps}
    return RightFunction(algorithm, source, names, written, off, u.choices)


# The count


def main(n):
    """Generate n right functions, and say which of them are called wrong."""
    wrong, other, of, failed = [], [], Counter(), Counter()

    def look(made):
        np.testing.assert_allclose(*made.paths(), 1e-9, 1e-12, err_msg=made.source)
        found = diagnose(function(made.source), made.algorithm)
        kinds = [f"{key}: {value}" for key, value in made.choices.items()]
        kinds = [f"algorithm: {made.algorithm}", *kinds]
        of.update(kinds)
        if not found.correct:
            wrong.append((made, found))
            failed.update(kinds)
        elif found.verdict not in made.verdicts():
            other.append((made, found))

    options = settings(
        max_examples=-(-n // len(ALGORITHMS)),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for algorithm in ALGORITHMS:
        seed(0)(options(given(right_functions(algorithm))(look)))()
    step = max(len(wrong) // 10, 1)
    for made, found in (wrong[::step] + other)[:10]:
        print(f"# {made.algorithm} {made.choices['form']}: {found.verdict} {found.mistake}")
        print(made.source)
    for kind in sorted(failed, key=lambda kind: failed[kind] / of[kind]):
        print(f"{failed[kind]:5} of {of[kind]:5}  {kind}")
    print(f"{len(wrong)} called wrong, {len(other)} given another verdict")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
