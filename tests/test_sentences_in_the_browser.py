"""The browser says the same of momentum, the online example, beta2 and sensitivity as Python."""

import functools

import numpy as np
import pytest
from nodes import node

from course_lib.experiments.momentum import optimal_parameters
from course_lib.experiments.online import OPTIMIZERS, SCHEDULES, periodic, run_online
from course_lib.explorers import beta2, momentum, online, sensitivity
from course_lib.objectives import ravine
from course_lib.optimizers import adam, run
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


# The sensitivity map: the numbers of its cells are Python's


def sensitivity_cases(rng, explorer):
    """Values, points and the map's numbers, each with the sentence about a cell."""
    known = explorer.objectives
    for _ in range(N):
        objective = known[str(rng.choice(list(known)))]
        low, high = objective.bounds.T
        explorer.objective, explorer.x0 = objective, rng.uniform(low, high)
        values = explorer.read(sensitivity_values(rng, explorer) | {"objective": objective.name})
        explorer._set_map(values)
        start = {"0": [0.0, 0.0], "1": explorer.x0.tolist()}
        cell = explorer._cell(values)
        yield (
            {"values": values, "points": start, "map_numbers": map_numbers(explorer)},
            sensitivity.describe(values["optimizer"], explorer.map, cell),
        )


def sensitivity_values(rng, explorer):
    optimizer = str(rng.choice(list(explorer.steps)))
    axes = sensitivity.axes_of(explorer.steps[optimizer])
    starts = "start x1", "start x2"
    x, y = [axes, (axes[0], "none"), (axes[0], starts[1]), starts][rng.integers(4)]
    hyper = {"lr": log_uniform(rng, 1e-4, 10), "eps": log_uniform(rng, 1e-10, 1)}
    hyper |= {name: 1 - log_uniform(rng, 1e-4, 1) for name in ("beta", "beta1", "beta2")}
    return (
        explorer.chosen
        | hyper
        | {
            "optimizer": optimizer,
            **{"x": x, "y": y},
            "n_steps": int(rng.choice([1, 2, 30, 300])),
            "n_starts": int(rng.integers(1, 5)),
            "noise": float(rng.choice([0, 0, 0.5, 1e-7, round(rng.uniform(0, 5), 8)])),
            "seed": int(rng.integers(1, 4)),
        }
    )


def map_numbers(explorer):
    names = "steps", "final", "nearest", "diverged"
    cells = {name: np.ravel(getattr(explorer.map, name)).astype(float) for name in names}
    sent = {name: values.tolist() for name, values in cells.items()}
    return sent | {"minimum": float(explorer.map.minimum), "of": explorer._map_of}


def test_the_sentence_of_a_map_is_that_of_python(tmp_path):
    explorer = sensitivity.explore_sensitivity(ravine(10), adam, n=6, n_steps=30)
    traits = {trait: getattr(explorer, trait) for trait in ("specs", "panels", "recorded")}
    cases, wanted = zip(*sensitivity_cases(np.random.default_rng(4), explorer), strict=True)
    normal = {seed: sensitivity.normal_numbers(seed)["numbers"] for seed in (1, 2, 3)}
    normal = {seed: np.frombuffer(numbers).tolist() for seed, numbers in normal.items()}
    code = """
        import { SensitivityExplorer } from "./explorers/js/sensitivity.js";
        const floats = ([name, part]) =>
          name !== "of" && Array.isArray(part) ? [name, Float64Array.from(part)] : [name, part];
        const asSent = (parts) => Object.fromEntries(Object.entries(parts).map(floats));
        const said = data.cases.map(({ map_numbers, ...others }) => {
          const { seed } = others.values;
          const normal = asSent({ seed, numbers: data.normal[seed] });
          const traits = { ...data.traits, ...others, map_numbers: asSent(map_numbers), normal };
          const half = new SensitivityExplorer(traits.recorded, { get: (name) => traits[name] });
          return half.frame(half.read(others.values), others.points).sentence;
        });
        console.log(JSON.stringify(said));
    """
    said = node(tmp_path, code, {"traits": traits, "cases": cases, "normal": normal})
    for case, sentence, got in zip(cases, wanted, said, strict=True):
        assert got == sentence, case["values"]
    for words in ("diverges", "does not", "noise", "(worst start)", "x 1 cells", "start x2 ="):
        assert any(words in sentence for sentence in wanted), words
