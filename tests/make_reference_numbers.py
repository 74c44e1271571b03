"""Make tests/data/reference_numbers.json: the optimizers as other people's libraries compute them.

The tests read the stored file; nobody needs to run this again. Whoever wants to, in a virtual
environment of its own with Python 3.11:

    pip install numpy==2.4.6 torch==2.13.0 jax==0.10.2 optax==0.2.8 keras==3.15.1 mpmath==1.3.0
    python tests/make_reference_numbers.py

Nothing here imports course_lib. PyTorch, optax and Keras run in float64; the paper's AMSGrad and
the tutorial's exist in no library, so mpmath computes their formulas with 50 digits. Two problems:

scripted
    41 given gradients in three coordinates: one ordinary, one near 1e-6 where eps shows, one that
    starts at zero, changes its sign and jumps tenfold.
rosenbrock
    From (-1.2, 1): here a wrong step changes all later gradients.

x is stored after every step, the moments after the steps in MOMENT_STEPS.
"""

import json
import os
import pathlib
from importlib.metadata import version

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import mpmath
import numpy as np
import optax
import torch

jax.config.update("jax_enable_x64", True)
keras.backend.set_floatx("float64")
mpmath.mp.dps = 50

N_STEPS = 41
MOMENT_STEPS = [1, 2, 12, 41]
JUMPS = [0.0, 0.2, -2.0, 0.2, 0.3, -0.03, -0.3, 3.0, -0.1, 1.0, 0.1, -0.01, 0.1]
SCRIPT = [
    [
        round(float(1.3 * np.cos(0.4 * t) + 0.25), 6),
        round(float(1e-6 * (1.5 + np.sin(0.7 * t))), 12),
        JUMPS[t % len(JUMPS)] * (-1) ** (t // len(JUMPS)),
    ]
    for t in range(N_STEPS)
]


def scripted(x, t):
    return SCRIPT[t - 1]


def rosenbrock(x, t):
    x1, x2 = x
    return [-2 * (1 - x1) - 400 * x1 * (x2 - x1 * x1), 200 * (x2 - x1 * x1)]


PROBLEMS = {"scripted": (scripted, [0.3, 0.0, -0.2]), "rosenbrock": (rosenbrock, [-1.2, 1.0])}


def torch_run(make, fields, grad, x0, **hyper):
    """Yield (x, moments) after each step; ``fields`` maps our names to PyTorch's."""
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    optimizer = make([x], hyper)
    for t in range(1, N_STEPS + 1):
        x.grad = torch.tensor(grad(x.tolist(), t), dtype=torch.float64)
        optimizer.step()
        state = optimizer.state[x]
        yield x.tolist(), {ours: state[theirs].tolist() for ours, theirs in fields.items()}


def optax_run(make, fields, grad, x0, **hyper):
    x = jax.numpy.array(x0, dtype="float64")
    optimizer = make(hyper)
    state = optimizer.init(x)
    for t in range(1, N_STEPS + 1):
        g = jax.numpy.array(grad(x.tolist(), t), dtype="float64")
        updates, state = optimizer.update(g, state, x)
        x = optax.apply_updates(x, updates)
        assert x.dtype == "float64"
        yield x.tolist(), {ours: getattr(state[0], name).tolist() for ours, name in fields.items()}


def keras_run(make, fields, grad, x0, **hyper):
    x = keras.Variable(x0, dtype="float64", name="x")
    optimizer = make(hyper)
    optimizer.build([x])
    for t in range(1, N_STEPS + 1):
        g = keras.ops.array(grad(np.asarray(x).tolist(), t), dtype="float64")
        optimizer.apply([g])
        variables = {v.name.removeprefix("x_"): v for v in optimizer.variables}
        assert all(variables[name].dtype == "float64" for name in fields.values())
        moments = {ours: np.asarray(variables[name]).tolist() for ours, name in fields.items()}
        yield np.asarray(x).tolist(), moments


def mpmath_run(decay, fields, grad, x0, lr, beta1, beta2, eps=0.0):
    """Both AMSGrads without a library: ``decay(beta1, t)`` is what the momentum keeps."""
    lr, beta1, beta2, eps = (mpmath.mpf(value) for value in (lr, beta1, beta2, eps))
    x = [mpmath.mpf(value) for value in x0]
    m, v, v_max = ([mpmath.mpf(0)] * len(x) for _ in range(3))
    for t in range(1, N_STEPS + 1):
        g = [mpmath.mpf(value) for value in grad(x, t)]
        for i in range(len(x)):
            m[i] = decay(beta1, t) * m[i] + (1 - decay(beta1, t)) * g[i]
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
            v_max[i] = max(v_max[i], v[i])
            if v_max[i] > 0:  # no slope so far: stay
                x[i] = x[i] - lr * m[i] / (mpmath.sqrt(v_max[i]) + eps)
        moments = {"m": m, "v": v, "v_max": v_max}
        yield [float(u) for u in x], {k: [float(u) for u in w] for k, w in moments.items()}


def torch_adam(params, h, **more):
    betas = (h["beta1"], h["beta2"])
    return torch.optim.Adam(params, lr=h["lr"], betas=betas, eps=h["eps"], **more)


def keras_adam(h, **more):
    names = {"learning_rate": "lr", "beta_1": "beta1", "beta_2": "beta2", "epsilon": "eps"}
    return keras.optimizers.Adam(**{theirs: h[ours] for theirs, ours in names.items()}, **more)


def optax_of(make):
    return lambda h: make(h["lr"], b1=h["beta1"], b2=h["beta2"], eps=h["eps"])


def torch_sgd(nesterov):
    return lambda p, h: torch.optim.SGD(p, lr=h["lr"], momentum=h["beta"], nesterov=nesterov)


def torch_rmsprop(p, h):
    return torch.optim.RMSprop(p, lr=h["lr"], alpha=h["beta2"], eps=h["eps"])


TORCH = {"m": "exp_avg", "v": "exp_avg_sq"}
TORCH_MAX = {**TORCH, "v_max": "max_exp_avg_sq"}
OPTAX = {"m": "mu", "v": "nu"}
KERAS = {"m": "momentum", "v": "velocity"}
RUNS = [  # algorithm, source, how to run it, how to make it, names of its moments
    ("gradient_descent", "torch", torch_run, lambda p, h: torch.optim.SGD(p, lr=h["lr"]), {}),
    ("momentum", "torch", torch_run, torch_sgd(False), {"m": "momentum_buffer"}),
    ("nesterov", "torch", torch_run, torch_sgd(True), {"m": "momentum_buffer"}),
    ("adagrad", "torch", torch_run, lambda p, h: torch.optim.Adagrad(p, **h), {"v": "sum"}),
    ("rmsprop", "torch", torch_run, torch_rmsprop, {"v": "square_avg"}),
    ("adam", "torch", torch_run, torch_adam, TORCH),
    ("adam", "optax", optax_run, optax_of(optax.adam), OPTAX),
    ("adam", "keras", keras_run, keras_adam, KERAS),
    ("amsgrad", "mpmath", mpmath_run, lambda beta1, t: beta1, {}),
    (
        "amsgrad_torch",
        "torch",
        torch_run,
        lambda p, h: torch_adam(p, h, amsgrad=True),
        TORCH_MAX,
    ),
    (
        "amsgrad_keras",
        "keras",
        keras_run,
        lambda h: keras_adam(h, amsgrad=True),
        {**KERAS, "v_max": "velocity_hat"},
    ),
    (
        "amsgrad_optax",
        "optax",
        optax_run,
        optax_of(optax.amsgrad),
        {**OPTAX, "v_max": "nu_max"},
    ),
    ("amsgrad_tutorial", "mpmath", mpmath_run, lambda beta1, t: beta1**t, {}),
]


def settings(algorithm, problem):
    """Hyperparameters to try: defaults, then values that make each of them felt."""
    if algorithm == "gradient_descent":
        return [{"lr": lr} for lr in ([0.1, 0.37] if problem == "scripted" else [1e-3, 2e-4])]
    if algorithm in ("momentum", "nesterov"):
        rates = (0.1, 0.05) if problem == "scripted" else (1e-4, 3e-4)
        return [{"lr": lr, "beta": beta} for lr, beta in zip(rates, (0.9, 0.5), strict=True)]
    if algorithm == "adagrad":
        return [{"lr": 0.1, "eps": 1e-10}, {"lr": 0.25, "eps": 1e-6}]
    if algorithm == "rmsprop":
        return [
            {"lr": 0.01, "beta2": 0.99, "eps": 1e-8},
            {"lr": 0.03, "beta2": 0.7, "eps": 1e-6},
        ]
    three = [(1e-3, 0.9, 0.999, 1e-8), (0.05, 0.8, 0.6, 1e-6), (0.02, 0.0, 0.95, 1e-7)]
    hyper = [dict(zip(("lr", "beta1", "beta2", "eps"), values, strict=True)) for values in three]
    if algorithm == "amsgrad":
        hyper = [{name: h[name] for name in ("lr", "beta1", "beta2")} for h in hyper]
    return hyper


def reference(algorithm, source, run, make, fields, problem, hyper):
    grad, x0 = PROBLEMS[problem]
    steps = list(run(make, fields, grad, x0, **hyper))
    names = steps[0][1]
    return {
        "algorithm": algorithm,
        "source": source,
        "problem": problem,
        "hyper": hyper,
        "x": [x for x, _ in steps],
        "moments": {name: [steps[t - 1][1][name] for t in MOMENT_STEPS] for name in names},
    }


def main():
    libraries = ("numpy", "torch", "jax", "optax", "keras", "mpmath")
    document = {
        "made_by": "tests/make_reference_numbers.py",
        "versions": {name: version(name) for name in libraries},
        "script": SCRIPT,
        "x0": {name: x0 for name, (_, x0) in PROBLEMS.items()},
        "moment_steps": MOMENT_STEPS,
    }
    references = [
        reference(*how, problem, hyper)
        for how in RUNS
        for problem in PROBLEMS
        for hyper in settings(how[0], problem)
    ]
    head = ",\n".join(f'"{name}": {json.dumps(value)}' for name, value in document.items())
    rows = ",\n".join(json.dumps(row) for row in references)
    path = pathlib.Path(__file__).parent / "data" / "reference_numbers.json"
    path.write_text(f'{{\n{head},\n"references": [\n{rows}\n]\n}}\n')
    print(f"{len(references)} references in {path.name}")


if __name__ == "__main__":
    main()
