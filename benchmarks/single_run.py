"""One run of Adam, 500 steps on Rosenbrock, every x kept: `run` beside a torch.optim.Adam loop.

    pip install torch .
    python benchmarks/single_run.py

The loop is the one that PyTorch's own pages teach: zero_grad, backward, step. A second loop is
given the gradient by the same formula that `run` gets, so that nothing is differentiated.
"""

import statistics
import time

import numpy as np
import torch

from course_lib.objectives import rosenbrock
from course_lib.optimizers import AdamState, adam, run

N_STEPS, ROUNDS, LR = 500, 15, 0.01


def f(x):
    a, b = 1 - x[0], x[1] - x[0] * x[0]
    return a * a + 100 * (b * b)


def grad(x):
    a, b = 1 - x[0], x[1] - x[0] * x[0]
    return torch.stack([-2 * a - 400 * (x[0] * b), 200 * b])


def course():
    return run(adam, AdamState(rosenbrock.x0), rosenbrock.grad, N_STEPS, lr=LR).x


def torch_backward():
    x = torch.tensor(rosenbrock.x0, requires_grad=True)
    optimizer = torch.optim.Adam([x], lr=LR)
    history = [x.detach().clone()]
    for _ in range(N_STEPS):
        optimizer.zero_grad()
        f(x).backward()
        optimizer.step()
        history.append(x.detach().clone())
    return torch.stack(history).numpy()


def torch_formula():
    x = torch.tensor(rosenbrock.x0)
    optimizer = torch.optim.Adam([x], lr=LR)
    history = [x.clone()]
    for _ in range(N_STEPS):
        x.grad = grad(x)
        optimizer.step()
        history.append(x.clone())
    return torch.stack(history).numpy()


def main():
    torch.set_num_threads(1)  # two coordinates have nothing to share
    ways = {
        "course: run": course,
        "torch: zero_grad, backward, step": torch_backward,
        "torch: gradient by formula, step": torch_formula,
    }
    results = [way() for way in ways.values()]
    print(f"largest difference of x: {max(np.abs(x - results[0]).max() for x in results):.1e}\n")
    seconds = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begin = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - begin)
    ours = statistics.median(seconds["course: run"])
    print(f"{'':36}{'fastest':>10}{'middle':>10}{'middle / course':>18}")
    for name, taken in seconds.items():
        middle = statistics.median(taken)
        print(f"{name:36}{min(taken) * 1e3:7.1f} ms{middle * 1e3:7.1f} ms{middle / ours:18.1f}")


if __name__ == "__main__":
    main()
