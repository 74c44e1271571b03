"""Which parameter of a student's function is which hyperparameter: its name, default and place.

The default says more than the name: a rate is small, a decay at least a half. Where that leaves a
doubt, `assignments` gives the other ways as well.
"""

import inspect
import itertools
import re

from course_lib import optimizers
from course_lib.utils.hyperparameters import hyperparameters
from course_lib.utils.hyperparameters import parameters as named

_ALIASES = {
    "lr": "lr alpha α learning_rate step_size stepsize eta η a rate gamma γ",
    "beta": "beta beta1 b b1 mu gamma momentum mom beta_1 rho decay alpha",
    "beta1": "beta1 β1 b1 beta_1 mu rho1 betam",
    "beta2": "beta2 β2 b2 beta_2 nu rho2 betav rho beta decay decay_rate gamma alpha",
    "eps": "eps ε epsilon e eps0 delta small",
}
_FITS = {
    "rate": lambda default: 1e-6 <= default <= 0.5,
    "decay": lambda default: 0.5 <= default < 1,
    "eps": lambda default: 0 <= default <= 1e-3,
}
_WEIGHT_DECAY = re.compile(r"w(eight)?_?d(ecay)?|l2.*|lam.*|lmbda|reg.*|.*weight_?decay.*", re.I)


def defaults_of(algorithm):
    """The hyperparameters of an algorithm with the library's defaults."""
    return hyperparameters(getattr(optimizers, algorithm))


def hyper_names(algorithm):
    """The hyperparameters of an algorithm, also those that only some of its forms have."""
    more = {"amsgrad": ["eps"], "adagrad": ["beta2"]}
    return [*defaults_of(algorithm), *more.get(algorithm, ())]


def assignments(step, algorithm):
    """Hyperparameters of the library -> their names in a student's signature, the likeliest first.

    Those after the first exchange two names of which neither tells what it is, or find a rate.
    """
    defaults, parameters = _signature(step)
    ours = hyper_names(algorithm)
    defaults = {n: d for n, d in defaults.items() if _is_number(d) and not _is_weight_decay(n)}
    first = _likeliest(ours, defaults)
    if algorithm == "adagrad" and "beta2" in first and not _fits("beta2", defaults[first["beta2"]]):
        del first["beta2"]  # a factor of 1 lets no sum fade
    found = [first]
    for a, b in itertools.combinations(first, 2):
        certain = any(_tells(name, first[name], ours) for name in (a, b))
        if not certain and _fits(a, defaults[first[b]]) and _fits(b, defaults[first[a]]):
            found.append(first | {a: first[b], b: first[a]})
    for name in first if "lr" not in first else ():
        if first[name].lower() != name and _fits("lr", defaults[first[name]]):
            rest = {n: t for n, t in first.items() if n != name}
            found.append({"lr": first[name]} | rest)
    if any(p.kind == p.VAR_KEYWORD for p in parameters):
        every = [dict(zip(names, names, strict=True)) for names in (defaults_of(algorithm), ours)]
        found = [*(found if first else ()), *(names | first for names in every)]
    return found


def _signature(step):
    """The defaults of a function's hyperparameters, and all its parameters, if they can be read."""
    try:
        defaults = {n: None if d is inspect.Parameter.empty else d for n, d in named(step).items()}
        return defaults, inspect.signature(step).parameters.values()
    except Exception:  # of a strange object
        return {}, ()


def _likeliest(ours, defaults):
    """An assignment, from what is certain to what only its place tells."""

    def by_place(name, theirs):
        small = name != "eps" or (defaults[theirs] != 0 and theirs.lower() != "decay")
        return _fits(name, defaults[theirs]) and small

    ways = (
        lambda name, theirs: theirs.lower() == name,
        lambda name, theirs: _is_alias(name, theirs) and _fits(name, defaults[theirs]),
        lambda name, theirs: name == "lr" and _tells(name, theirs, ours),
        by_place,
        _is_alias,
        lambda name, theirs: name == "lr" and defaults[theirs] == 1,
        lambda name, theirs: name != "eps" and 1e-6 <= (defaults[theirs] or 0) < 1,
    )
    found = {}
    for way, name in itertools.product(ways, ours):
        rest = [t for t in defaults if t not in found.values() and way(name, t)]
        if name == "eps":
            rest.sort(key=lambda theirs: defaults[theirs] or 0)  # epsilon=0.001, delta=1e-8
        if name not in found and rest:
            found[name] = rest[0]
    found = {name: found[name] for name in ours if name in found}
    one, two = found.get("beta1"), found.get("beta2")
    certain = one and two and _tells("beta1", one, ours) and _tells("beta2", two, ours)
    if one and two and not certain and (defaults[one] or 0) > (defaults[two] or 1):
        found |= {"beta1": two, "beta2": one}  # beta0=0.9, beta1=0.999
    return found


def _is_alias(name, theirs):
    return theirs.lower() in _ALIASES[name].split()


def _tells(name, theirs, ours):
    """Whether a name can mean this hyperparameter only."""
    return theirs.lower() == name or [o for o in ours if _is_alias(o, theirs)] == [name]


def _fits(name, default):
    """Whether a hyperparameter can have this default."""
    kind = {"lr": "rate", "eps": "eps"}.get(name, "decay")
    return default is None or _FITS[kind](default)


def _is_number(default):
    return default is None or (isinstance(default, (int, float)) and not isinstance(default, bool))


def weight_decay(step, names):
    """Parameters beside ``names`` that are called a decay and have a default other than 0."""
    defaults, _ = _signature(step)
    called = [n for n in defaults if n not in names and (_is_weight_decay(n) or n == "decay")]
    return [name for name in called if _is_number(defaults[name]) and defaults[name]]


def _is_weight_decay(name):
    return _WEIGHT_DECAY.fullmatch(name) is not None
