"""The browser says the same of momentum, of the online example and of beta2 as Python."""

import functools

import numpy as np
import pytest
from nodes import node

from course_lib.experiments.momentum import optimal_parameters
from course_lib.experiments.online import OPTIMIZERS, SCHEDULES, periodic, run_online
from course_lib.explorers import beta2, momentum, online
from course_lib.objectives import ravine
from course_lib.optimizers import run
from course_lib.utils.hyperparameters import rounded

N = 200


def log_uniform(rng, low, high):
    return float(10 ** rng.uniform(np.log10(low), np.log10(high)))


def momentum_cases(rng):
    """Values, points of the panels, and a function of the values that gives the sentence."""
    for _ in range(N):
        values = {
            "lr": log_uniform(rng, 0.005, 5),
            "beta": round(float(rng.uniform(0, 0.99)), rng.integers(2, 8)),
            "kappa": round(log_uniform(rng, 1, 100), rng.integers(0, 6)),
            "n_steps": int(rng.choice([0, 1, 2, 9, 400])),
            "kind": str(rng.choice(list(momentum.KINDS))),
        }
        if rng.random() < 0.2:  # so fast that the distance leaves the floats
            values["lr"], values["beta"] = optimal_parameters(values["kappa"], values["kind"])
        start = np.round(rng.uniform(-1, 1, 2), rng.integers(0, 4)).tolist()
        yield values, {"1": start}, functools.partial(momentum_sentence, start)


def momentum_sentence(start, values):
    lr, beta, n_steps = (values[name] for name in ("lr", "beta", "n_steps"))
    objective, (step, state) = ravine(values["kappa"]), momentum.KINDS[values["kind"]]
    x = run(step, state(np.array(start)), objective.grad, n_steps, lr=lr, beta=beta).x
    return momentum.describe(values, objective, x)


def online_cases(rng):
    for _ in range(N):
        values = {
            "high": round(log_uniform(rng, 1, 5000), rng.integers(0, 5)),
            "low": float(rng.choice([0.0, -1e-3, -10.0, -rng.uniform(0, 20), 12345.678])),
            "period": int(rng.choice([2, 3, 101, 300])),
            "lr": log_uniform(rng, 0.001, 10),
            "beta1": float(rng.choice([0, 0.9, rng.uniform(0, 0.99)])),
            "beta2": float(rng.choice([0, 0.99, 1 - log_uniform(rng, 1e-5, 1)])),
            "n_steps": int(rng.choice([1, 2, 10, 400])),
            "schedule": str(rng.choice(list(SCHEDULES))),
        }
        values["high"] = -values["low"] if rng.random() < 0.1 else values["high"]
        share = rng.choice([0, 0.5])
        shown = {name: bool(rng.random() < share) for name in OPTIMIZERS}
        yield values | shown, {}, online_sentence


def online_sentence(values):
    g = periodic(values["n_steps"], values["high"], values["low"], values["period"])
    hyper = {name: values[name] for name in ("lr", "beta1", "beta2", "schedule")}
    runs = {name: run_online(OPTIMIZERS[name], g, **hyper) for name in OPTIMIZERS if values[name]}
    return online.describe(values, runs)


def beta2_cases(rng):
    for _ in range(N):
        values = {
            "beta2": rounded("beta2", 1 - log_uniform(rng, 1e-5, 1)),
            "beta1": float(rng.choice([0, 0.9, round(rng.uniform(0, 0.99), 3)])),
            "high": round(log_uniform(rng, 1, 5000), 2),
            "low": -round(float(rng.uniform(0.1, 20)), 2),
            "period": int(rng.choice([2, 3, 7, 40, 101])),
        }
        if rng.random() < 0.6:  # a mean near 0, where Adam goes wrong
            mean = rng.uniform(-0.1, 0.1) * values["high"] / values["period"]
            values["high"] = max(float(mean - values["low"] * (values["period"] - 1)), 1.0)
        yield values, {}, beta2.describe


PIECES = {
    "momentum": ("MomentumExplorer", momentum.explore_momentum, momentum_cases),
    "online": ("OnlineExplorer", online.explore_online, online_cases),
    "beta2": ("Beta2Explorer", beta2.explore_beta2, beta2_cases),
}
EXPECTED = {  # words of each branch of a sentence
    "momentum": ["too few steps", "measured.", "nesterov,", "no step taken yet", "diverged"],
    "online": ["No optimizer is chosen.", "all points are equally good", "best point is 1.", "e4"],
    "beta2": ["At no beta2", "changes its sign", "the right way", "the wrong way"],
}


@pytest.mark.parametrize("piece", PIECES)
def test_the_sentence_is_that_of_python(piece, tmp_path):
    name, explore, cases_of = PIECES[piece]
    cases = list(cases_of(np.random.default_rng(11)))
    explorer = explore()
    traits = {trait: getattr(explorer, trait) for trait in ("specs", "panels", "recorded")}
    code = f"""
        import {{ {name} }} from "./explorers/js/{piece}.js";
        const half = new {name}(data.traits.recorded, {{ get: (trait) => data.traits[trait] }});
        const said = data.cases.map(([chosen, points]) => half.frame(half.read(chosen), points));
        console.log(JSON.stringify(said.map(({{ sentence }}) => sentence)));
    """
    data = {"traits": traits, "cases": [case[:2] for case in cases]}
    said = node(tmp_path, code, data)
    wanted = [sentence_of(explorer.read(chosen)) for chosen, _, sentence_of in cases]
    for (chosen, *_), sentence, got in zip(cases, wanted, said, strict=True):
        assert got == sentence, chosen
    assert all(any(words in sentence for sentence in wanted) for words in EXPECTED[piece])
