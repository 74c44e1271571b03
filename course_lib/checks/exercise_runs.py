"""What the exercises compute: their right answers, their slips, and what is asked of a function."""

import functools

import numpy as np

from course_lib import optimizers
from course_lib.experiments import online
from course_lib.experiments.sensitivity import grid, sensitivity_map
from course_lib.experiments.training import Network, load_digits, split
from course_lib.experiments.verdicts import CONVERGED_FRACTION
from course_lib.objectives import bowl, cliff, ravine
from course_lib.optimizers import adam, amsgrad, momentum

T = np.arange(1, 31)
V = np.array([[4.0, 1.0], [9.0, 0.5], [2.0, 3.0]])  # three v of notebook 04
DELTA = np.array([[0.5, -0.5], [-0.25, 0.25]])  # notebook 07's two images and two scores
W2 = np.array([[1.0, -1.0], [0.0, 2.0], [0.5, -1.0]])  # three hidden units
H = np.array([[0.0, 1.5, 2.0], [0.7, 0.0, 0.3]])


def descent(objective, n_steps, lr):
    start = optimizers.GradientDescentState(objective.x0)
    return optimizers.run(optimizers.gradient_descent, start, objective.grad, n_steps, lr=lr).x


def steps_to_converge(objective, n_steps, lr):
    height = objective.f(descent(objective, n_steps, lr).T)
    return int(np.argmax(height <= CONVERGED_FRACTION * height[0]))


def alpha_t(t=10, beta1=0.8, beta2=0.999):
    """Adam's learning rate with both bias corrections in it, for lr = 0.02."""
    return 0.02 * (1 - beta2**t) ** 0.5 / (1 - beta1**t)


def cliff_crossing():
    """The smallest beta2 with which AMSGrad ends lower than Adam on the cliff."""
    beta2 = np.linspace(0.9, 0.999, 991)
    f = {}
    for step in (adam, amsgrad):
        start = optimizers.STATES[step](cliff.x0[:, None])
        f[step] = cliff.f(optimizers.run(step, start, cliff.grad, 150, lr=0.05, beta2=beta2).x[-1])
    return beta2[np.argmax(f[amsgrad] < f[adam])]


def mixed():
    """30 online steps along gradients whose sum is at some times above 0, at others below."""
    g = online.periodic(30, high=3, low=-2, period=3)
    return online.run_online(adam, g, lr=0.5, beta1=0, beta2=0.1, x0=0.5)


def mean_of(costs):
    """Costs after each step of `mixed`, per step."""
    run = mixed()
    return costs(np.cumsum(run.g * run.x[:-1]), np.cumsum(run.g)) / T


def best_momentum():
    """The best cell of the map of momentum in the ravine."""
    lr, beta = grid("lr", 1e-4, 10), grid("beta")
    return sensitivity_map(momentum, ravine(10), lr, beta, n_steps=300).best()


def sign_momentum(lr=0.17, beta1=0.8, size=np.sign, late=False):
    """Where the sign of the mean gradient leads on the bowl from (1, 0.5) in 9 steps."""
    x, m = np.array([1.0, 0.5]), np.zeros(2)
    for _ in range(9):
        before, m = m, beta1 * m + (1 - beta1) * bowl.grad(x)
        x = x - lr * size(before if late else m)
    return x


def nine_steps(step):
    """Where a step function with Adam's state leads there."""
    start = optimizers.AdamState(np.array([1.0, 0.5]))
    return optimizers.run(step, start, bowl.grad, 9, lr=0.17, beta1=0.8).x[-1]


@functools.cache
def at_random():
    """Weights drawn at random for notebook 07's model, its validation images and their labels."""
    _, validation, _ = split(load_digits())
    weights = np.random.default_rng(1).normal(0, 0.3, 650)
    return weights, validation.inputs, validation.labels


def few():
    """The same with 50 images."""
    weights, inputs, labels = at_random()
    return weights, inputs[:50], labels[:50]


def backwards():
    """Notebook 07's slopes of the hidden units, for other weights and other units."""
    return (DELTA @ -W2.T) * (H < 1)


def probability_of_the_label():
    weights, inputs, labels = at_random()
    return Network((64, 10)).probabilities(weights, inputs)[range(360), labels].mean()
