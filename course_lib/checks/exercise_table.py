"""The table of the smaller exercises: how the answer is computed, known slips, a hint.

The answers are computed here, so that a notebook's cell does not give them away.
"""

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from course_lib.checks import exercise_runs as runs
from course_lib.experiments.momentum import optimal_parameters
from course_lib.experiments.training import Network
from course_lib.objectives import ravine


class Exercise(NamedTuple):
    """A question whose answer is a number, a few numbers, a word, or a function (see ``of``)."""

    answer: object  # or a function that computes it
    slips: Mapping = MappingProxyType({})  # what was forgotten -> value, or function of right()
    hint: str = ""
    rtol: float = 0.005  # largest relative error that counts as right
    low: str = ""  # what is true of an answer below the right one
    high: str = ""  # ... above
    also: tuple = ()  # other words for the right one
    of: Callable | None = None  # student's function -> what is compared with the answer
    elsewhere: Callable | None = None  # ... -> whether it is right for other numbers as well

    def right(self):
        return self.answer() if callable(self.answer) else self.answer

    def wrong(self):
        """What was forgotten, in words -> the answer that comes out then."""
        right = self.right()
        return {w: slip(right) if callable(slip) else slip for w, slip in self.slips.items()}


EXERCISES = {
    "00-state-table": Exercise(
        lambda: runs.descent(ravine(10), 3, lr=0.02)[-1, 1],
        {
            "That is x1, the other row": lambda _: runs.descent(ravine(10), 3, lr=0.02)[-1, 0],
            "That is the slope, column g": lambda right: 10 * right / 0.8,
            "That is one step too early": lambda right: right / 0.8,
            "That is one step too late": lambda right: right * 0.8,
        },
        "lr must be 0.02 and the table must say t = 3; then row x2, column x.",
    ),
    "00-steps": Exercise(
        lambda: runs.steps_to_converge(ravine(10), 40, lr=0.1),
        hint="The sentence stands right under the picture and ends with the verdict.",
        rtol=0,
    ),
    "01-another-limit": Exercise(
        2 / 6,
        {
            "That is the stability limit of the flat direction, x2": 2 / 2,
            "That is 1/L, half of the stability limit": 1 / 6,
            "L is the curvature, the 6 in the slope 6 x1, not the 3": 2 / 3,
        },
        "The stability limit is 2/L; L is the largest curvature, of the slopes along x1 and x2.",
    ),
    "02-limit-100": Exercise(
        2 * (1 + 0.9) / 100,
        {
            "That is the stability limit without momentum": 2 / 100,
            "That is for kappa = 10": 2 * (1 + 0.9) / 10,
            "That is the stability limit of Nesterov's momentum": lambda right: right / 2.8,
        },
        "Momentum moves the stability limit from 2/L to 2(1 + beta)/L.",
    ),
    "02-best-beta": Exercise(
        (1 - 0.1**0.5) ** 2,
        {
            "That is the factor; beta is wanted": 1 - 0.1**0.5,
            "That is the best beta when lr is chosen too": lambda _: optimal_parameters(10)[1],
            "That is for lr = 0.05": (1 - 0.05**0.5) ** 2,
        },
        "lr must be 0.1 and kappa 10; then move beta in single steps, with the arrow keys.",
        rtol=0.015,
        low="With a larger beta the factor is smaller",
        high="With a smaller beta the factor is smaller",
    ),
    "03-alpha-t": Exercise(
        runs.alpha_t,
        {
            "The root is missing: v is divided inside it": 0.02 * (1 - 0.999**10) / (1 - 0.8**10),
            "The fraction is upside down": lambda right: 0.02**2 / right,
            "The two betas have changed places": runs.alpha_t(beta1=0.999, beta2=0.8),
            "The correction of v is missing": 0.02 / (1 - 0.8**10),
            "The correction of m is missing": 0.02 * (1 - 0.999**10) ** 0.5,
            "The lr is missing": lambda right: right / 0.02,
            "Both corrections are below the bar; that of v belongs above": (
                0.02 / (1 - 0.999**10) ** 0.5 / (1 - 0.8**10)
            ),
            "The power t is missing": runs.alpha_t(t=1),
            "The power is one too small: this is the step t = 10": runs.alpha_t(t=9),
        },
        "sqrt(v_hat) is sqrt(v) / sqrt(1 - beta2**t), and m_hat is m / (1 - beta1**t).",
        of=lambda step_size: step_size(10, 0.02, 0.8, 0.999),
        elsewhere=lambda f: np.isclose(f(3, 0.5, 0.6, 0.9), 25 * runs.alpha_t(3, 0.6, 0.9)),
    ),
    "03-weight": Exercise(
        1 - 0.8**5,
        {
            "That is the share that is still missing": 0.8**5,
            "That is for beta1 = 0.9": 1 - 0.9**5,
            "That is what comes in with one step": 0.2,
        },
        "With a slope of 1 in every step m is 1 - beta1**t.",
    ),
    "03-fewest": Exercise(
        31,
        {
            "That is where the figure begins": 42,
            "Very near: move on in single steps, with the arrow keys": 32,
        },
        "Go down from 0.8 in single steps of the slider, with the arrow keys.",
        rtol=0,
        low="The number of steps is wanted, and no beta1 needs so few",
        high="It can be done in fewer steps",
    ),
    "04-maximum": Exercise(
        [9, 3],
        {
            "That is the last v; a larger one came before": [2, 3],
            "That is the sum": [15, 4.5],
            "That is the smaller of the two, or the old v_max": [0, 0],
            "That is one number for both; each coordinate has its own": [9, 9],
        },
        "np.maximum gets two things: the largest so far, and the new v.",
        rtol=0,
        of=lambda keep_largest: functools.reduce(keep_largest, runs.V, np.zeros(2)),
        elsewhere=lambda f: np.array_equal(f(np.array([1.0, 5.0]), np.array([2.0, 3.0])), [2, 5]),
    ),
    "04-crossing": Exercise(
        runs.cliff_crossing,
        {"There the figure begins": 0.9},
        "Move beta2 in single steps, with the arrow keys, and compare the last f of both lines.",
        rtol=0.0009,
        low="There Adam is still lower",
        high="There AMSGrad is lower already; go back a little",
    ),
    "04-gone": Exercise(
        44,
        {"There it is below 1/10; 1/100 is wanted": 22},
        "The weight of the old slopes is 0.9**t.",
        rtol=0,
        low="At that step it is still above 1/100",
        high="At that step it is below 1/100; the first such step is wanted",
    ),
    "04-whose": Exercise(
        "optax",
        {
            "It corrects v too, but takes the maximum of the raw v": "torch",
            "Its maximum is that of the raw v": "keras",
            "It corrects nothing": "paper",
            "It does not correct v; what fades there is beta1": "tutorial",
        },
        "Is v divided by 1 - beta2**t before the maximum is taken, or after, or never?",
        also=("amsgrad_optax",),
    ),
    "05-regret": Exercise(
        lambda: runs.mixed().average_regret,
        {
            "That is the regret, not yet divided by t": lambda right: right * runs.T,
            "Divide by t, the steps so far, not by all 30": lambda right: right * runs.T / 30,
            "That is what was paid; the best point's cost is not subtracted": lambda _: (
                runs.mean_of(lambda paid, _: paid)
            ),
            "That is what was paid: subtract the best point's cost, and divide by t": lambda _: (
                runs.T * runs.mean_of(lambda paid, _: paid)
            ),
            "The best point's cost must be subtracted, and it is below 0": lambda _: runs.mean_of(
                lambda paid, total: paid - np.abs(total)
            ),
            "Where the sum of the slopes is below 0, the best point is +1": lambda _: runs.mean_of(
                lambda paid, total: paid + total
            ),
            "The size belongs around the sum of the slopes, not inside it": lambda _: runs.mean_of(
                lambda paid, _: paid + np.cumsum(np.abs(runs.mixed().g))
            ),
        },
        "What was paid is np.cumsum(g * x); the best point would have paid -np.abs(np.cumsum(g)).",
        of=lambda regret: regret(runs.mixed().g, runs.mixed().x[:-1]),
    ),
    "05-turn": Exercise(
        0.465,  # the run turns at 0.451, the drift at 0.472; the slider stops at 0.464
        hint="Press reset, then turn beta2 up slowly until Adam ends below 0.",
        rtol=0.0333,
        low="There Adam still ends above 0",
        high="There Adam ends below 0 already; go back a little",
    ),
    "06-turn": Exercise(
        lambda: runs.best_momentum().hyper["beta"],
        {
            "That is the lr of that cell": lambda _: runs.best_momentum().hyper["lr"],
            "That is the formula's value; the map has 64 values of beta, and wants one of them": (
                lambda _: optimal_parameters(10)[1]
            ),
        },
        "Choose all four menus, then press best cell and read beta in the sentence.",
        rtol=0.03,
        low="The star of that map stands higher, at a larger beta",
        high="The star of that map stands lower, at a smaller beta",
    ),
    "06-tolerance": Exercise(
        "momentum",
        {"That is the first one with a tolerance of 0.001": "nesterov"},
        "Each of the seven maps gets it: tuned(step, rotated_ravine(10, 45), tolerance=1e-6).",
    ),
    "06-own": Exercise(
        runs.sign_momentum,
        {
            "In 9 steps x never changes: bring m up to date, and assign the result to x": [1, 0.5],
            "That is the sign of g: look at the weights of m, and hand the new m on as m": (
                lambda _: runs.sign_momentum(beta1=0.0)
            ),
            "That is a step before m has been brought up to date": (
                lambda _: runs.sign_momentum(late=True)
            ),
            "That is without the sign": lambda _: runs.sign_momentum(size=lambda m: m),
            "It goes uphill": lambda _: runs.sign_momentum(lr=-0.17),
            "The step is 1 long, not lr": lambda _: runs.sign_momentum(lr=1.0),
        },
        "First m as in Adam, then x - lr * np.sign(m).",
        of=runs.nine_steps,
    ),
    "07-accuracy": Exercise(
        lambda: Network((64, 10)).accuracy(*runs.at_random()),
        {
            "That is the share of wrong answers": lambda right: 1 - right,
            "That is how many, not the share": lambda right: 360 * right,
            "That is in per cent": lambda right: 100 * right,
            "That is the mean probability of the label": lambda _: runs.probability_of_the_label(),
        },
        "The model's answers are probabilities(x, inputs).argmax(axis=1).",
        of=lambda accuracy: accuracy(*runs.at_random()),
        elsewhere=lambda f: np.isclose(f(*runs.few()), Network((64, 10)).accuracy(*runs.few())),
    ),
    "07-backwards": Exercise(
        [[0, -1, 0.75], [-0.5, 0, -0.375]],
        {
            "The mask asks where h is above 0, not where the slope is": [[1, 0, 0.75], [0, 0.5, 0]],
            "Where h is 0 the slope is 0 too": [[1, -1, 0.75], [-0.5, 0.5, -0.375]],
            "Only whether h is above 0 counts, not how large it is": [
                [0, -1.5, 1.5],
                [-0.35, 0, -0.1125],
            ],
        },
        "delta @ W2.T collects the slopes of all scores; (h > 0) is 1 where h is above 0, else 0.",
        of=lambda one_layer_back: one_layer_back(runs.DELTA, runs.W2, runs.H),
        elsewhere=lambda f: np.allclose(
            f(runs.DELTA, -runs.W2, 1.0 * (runs.H < 1)), runs.backwards()
        ),
    ),
    "07-hidden": Exercise(
        8,
        {"The number of hidden units is wanted, not the share": 0.93},
        "The sentence under the figure ends with the right answers in validation.",
        rtol=0,
        low="So few do not get there",
        high="So many get there, but fewer do too",
    ),
}
"""Exercise name -> `Exercise`. An entry of yours goes here."""
