"""The online example where Adam fails: 10,000 steps of six optimizers, and 5,000,000 once.

    pip install .
    python benchmarks/online_example.py

`run_online` is put beside `run` with a projection, which takes the same steps one by one.
The long runs show where the average regret tends to: 20/101 = 0.198 for Adam.
"""

import statistics
import time

import numpy as np

from course_lib.experiments.online import OPTIMIZERS, periodic, run_online
from course_lib.optimizers import AdamState, AMSGradState, projected, run

SIX = {name: step for name, step in OPTIMIZERS.items() if "tutorial" not in name}


def walks(g):
    return [run_online(step, g).x[-1] for step in SIX.values()]


def runs(g):
    ends = []
    for name, step in SIX.items():
        slopes = iter(g)
        state = (AMSGradState if "AMSGrad" in name else AdamState)(np.zeros(1))
        history = run(
            projected(step, -1, 1),
            state,
            lambda x, slopes=slopes: np.array([next(slopes)]),
            len(g),
            lr=lambda t: 0.5 / np.sqrt(t),
            beta2=0.99,
        )
        ends.append(history.x[-1, 0])
    return ends


def middle_ms(way, rounds):
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        way()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1e3


def main():
    g = periodic(10_000)
    difference = np.abs(np.subtract(walks(g), runs(g))).max()
    fast, slow = middle_ms(lambda: walks(g), 21), middle_ms(lambda: runs(g), 3)
    print(
        f"10,000 steps x 6 optimizers: walk {fast:.1f} ms, run {slow:.0f} ms ({slow / fast:.0f} x)"
    )
    print(f"largest difference of x at the end: {difference:.1e}\n")
    print("5,000,000 steps            R_t / t")
    g = periodic(5_000_000)
    for name, step in OPTIMIZERS.items():
        begin = time.perf_counter()
        regret = run_online(step, g).average_regret[-1]
        print(f"{name:24}{regret:10.4f}   {time.perf_counter() - begin:.1f} s")


if __name__ == "__main__":
    main()
