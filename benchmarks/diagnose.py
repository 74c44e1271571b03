"""How long `diagnose` takes: right code, each mistake of the bank, pairs, unknown code.

Run it from the repository: ``python benchmarks/diagnose.py``. The goal is below 50 ms in the
median and 200 ms at the worst, the first one of a kernel included; beside it stands the time of
the six steps themselves, made by the same function without any check.
"""

import subprocess
import sys
import time

import numpy as np

from course_lib import optimizers
from course_lib.checks import mistakes
from course_lib.checks.probe import N_STEPS, START, gradient, state_of
from course_lib.checks.steps import diagnose
from course_lib.optimizers import adam, amsgrad


def swapped_and_uphill(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    after = adam(state, g, lr, beta2, beta1, eps)
    return after._replace(x=2 * state.x - after.x)


def no_eps_and_unscaled(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    return amsgrad(state, g / (1 - beta1), lr, beta1, beta2)


def two_in_a_variant(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    after = optimizers.amsgrad_torch(state, g, lr, beta1, beta2, eps)
    return after._replace(x=2 * state.x - after.x, v=after.v_max)


def unknown_amsgrad(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    return amsgrad(state, 0.3 * g, lr, 0.8, beta2)


def held_in_bounds(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    after = amsgrad(state, g, lr, beta1, beta2)
    return after._replace(x=np.clip(after.x, -1, 1))


def unknown(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam(state, 0.3 * g, lr, 0.9, beta2, eps)


CASES = {
    "right Adam": (adam, "adam"),
    "right AMSGrad": (amsgrad, "amsgrad"),
    "a variant": (optimizers.amsgrad_torch, "amsgrad"),
    "two mistakes": (swapped_and_uphill, "adam"),
    "unknown, AMSGrad without eps": (no_eps_and_unscaled, "amsgrad"),
    "unknown, a number written in": (unknown, "adam"),
    "two mistakes in a variant": (two_in_a_variant, "amsgrad"),
    "unknown, AMSGrad": (unknown_amsgrad, "amsgrad"),
    "x held in bounds": (held_in_bounds, "amsgrad"),
}
FIRST = """
import time
from course_lib.optimizers import adam, amsgrad
from course_lib.checks.steps import diagnose
import sys; sys.path.insert(0, "benchmarks")
from diagnose import CASES
step, algorithm = CASES[sys.argv[1]]
start = time.perf_counter(); diagnose(step, algorithm)
print(1e3 * (time.perf_counter() - start))
"""


def milliseconds(function, *args, repeats=20):
    """Median time of a call."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function(*args)
        times.append(1e3 * (time.perf_counter() - start))
    return np.median(times)


def six_steps(step, algorithm):
    """The same calls without a check."""
    kind = state_of(algorithm)
    state = kind(np.array(START)[:, 0], *[np.zeros(2)] * (len(kind._fields) - 2), 0)
    for t in range(1, N_STEPS + 1):
        state = step(state, gradient(t, state.x[:, None])[:, 0])


def first(case):
    """Time of the first diagnosis in a fresh kernel, in milliseconds."""
    command = [sys.executable, "-c", FIRST, case]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return float(done.stdout)


if __name__ == "__main__":
    print(f"{'diagnosis of':32}{'first, ms':>10}{'later, ms':>10}{'six steps, ms':>15}")
    for name, (step, algorithm) in CASES.items():
        later = milliseconds(diagnose, step, algorithm)
        bare = milliseconds(six_steps, step, algorithm)
        print(f"{name:32}{first(name):10.1f}{later:10.1f}{bare:15.2f}")
    for algorithm in ("adam", "amsgrad"):
        pairs = len(mistakes.pair_candidates(algorithm))
        single = len(mistakes.single_candidates(algorithm))
        known = sum(algorithm in m.algorithms for m in mistakes.bank().values())
        print(f"{algorithm}: {known} mistakes in {single} ways, {pairs} ways of two at once")
