"""4,096 runs of Adam, 500 steps each on Rosenbrock, every x kept: the course beside optax.

    pip install jax optax .
    python benchmarks/sensitivity_map.py

64 learning rates by 64 values of beta2. Both sides return where each run was after each step, in
one array. The rounds alternate between the sides, so that a busy machine disturbs both; the table
gives the fastest and the middle one of the rounds, the least processor time that a round took (all
threads together; other programs disturb it less), and optax's compile time. optax is run
as its users would run it, ``jit(vmap(vmap(scan)))``, and once more with time as the first axis of
what it returns, which spares it a transposition. The course computes in float64 only; optax in
float64, and in float32, which is its default.
"""

import statistics
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax

from course_lib.experiments.sensitivity import sensitivity_map
from course_lib.objectives import rosenbrock
from course_lib.optimizers import AdamState, adam, iterate, run

N_STEPS, ROUNDS = 500, 15
LR = np.geomspace(1e-4, 1, 64)
BETA2 = 1 - np.geomspace(0.5, 1e-4, 64)


def all_x():
    """What `sensitivity_map` does for x, without values of f and verdicts."""
    x = np.empty((N_STEPS + 1, 2, 64, 64))
    start = AdamState(rosenbrock.x0[:, None, None])
    states = iterate(adam, start, rosenbrock.grad, N_STEPS, lr=LR[:, None], beta2=BETA2)
    for t, state in enumerate(states):
        x[t] = state.x
    return x


def whole_history():
    start = AdamState(rosenbrock.x0[:, None, None])
    return run(adam, start, rosenbrock.grad, N_STEPS, lr=LR[:, None], beta2=BETA2).x


def whole_map():
    """With f along all runs, steps to the tolerance, and who diverged."""
    made = sensitivity_map(adam, rosenbrock, ("lr", LR), ("beta2", BETA2), N_STEPS)
    return made.x[:, :, 0], made.steps


def optax_map(dtype, time_first):
    """The compiled function of no arguments, and the seconds that compiling took."""

    def f(x):
        a, b = 1 - x[0], x[1] - x[0] * x[0]
        return a * a + 100 * (b * b)

    def one(lr, beta2):
        optimizer = optax.adam(lr, b2=beta2)
        x0 = jnp.asarray(rosenbrock.x0, dtype)

        def step(carry, _):
            x, state = carry
            update, state = optimizer.update(jax.grad(f)(x), state)
            x = optax.apply_updates(x, update)
            return (x, state), x

        return jax.lax.scan(step, (x0, optimizer.init(x0)), None, length=N_STEPS)[1]

    out = 2 if time_first else 0
    many = jax.vmap(jax.vmap(one, (None, 0), out), (0, None), out)
    lr, beta2 = jnp.asarray(LR, dtype), jnp.asarray(BETA2, dtype)
    begin = time.perf_counter()
    compiled = jax.jit(many).lower(lr, beta2).compile()
    seconds = time.perf_counter() - begin
    return (lambda: np.asarray(compiled(lr, beta2).block_until_ready())), seconds


def main():
    jax.config.update("jax_enable_x64", True)
    ways = {
        "course: every x": (all_x, 0.0),
        "course: run, every x, m and v": (whole_history, 0.0),
        "course: sensitivity_map": (whole_map, 0.0),
    }
    for name, dtype in (("float64", jnp.float64), ("float32", jnp.float32)):
        ways[f"optax, {name}"] = optax_map(dtype, time_first=False)
        ways[f"optax, {name}, time first"] = optax_map(dtype, time_first=True)
    ours, theirs = all_x(), np.moveaxis(ways["optax, float64"][0](), (2, 3), (0, 1))
    early = np.abs(ours[1:51] - theirs[:50]).max()  # later the runs of large lr are chaotic
    print(f"largest difference of x to optax in the first 50 steps: {early:.1e}\n")

    seconds, cpu = ({name: [] for name in ways} for _ in range(2))
    for _ in range(ROUNDS):
        for name, (way, _) in ways.items():
            begin, begin_cpu = time.perf_counter(), time.process_time()
            way()
            seconds[name].append(time.perf_counter() - begin)
            cpu[name].append(time.process_time() - begin_cpu)
    peer = statistics.median(seconds["optax, float64"])
    titles = ("fastest", "middle", "processor", "compile")
    print(f"{'':32}{''.join(f'{title:>12}' for title in titles)}  middle / optax, float64")
    for name, (_, compiling) in ways.items():
        middle = statistics.median(seconds[name])
        row = (min(seconds[name]), middle, min(cpu[name]), compiling)
        print(f"{name:32}{''.join(f'{t * 1e3:9.0f} ms' for t in row)}{middle / peer:10.2f}")


if __name__ == "__main__":
    main()
