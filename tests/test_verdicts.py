"""What a run is said to have become."""

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest

from course_lib.experiments.verdicts import describe, near_window, verdict
from course_lib.objectives import Objective, bowl, catalogue
from course_lib.optimizers import STATES, adagrad, adam, gradient_descent, momentum, run


def path(*x1):
    """A trajectory along x1."""
    return np.column_stack([np.array(x1, float), np.zeros(len(x1))])


def kind(x, objective=bowl):
    return verdict(objective, x).kind


def test_verdict_no_step():
    assert verdict(bowl, path(0.5)) == ("no step", "no step taken yet")


def test_verdict_converged_counts_from_when_it_stays_near():
    found = verdict(bowl, path(1.0, 0.005, 0.5, 0.009, 0.001))
    assert found == ("converged", "converged in 3 steps")
    assert verdict(bowl, path(0.0, 0.0)).text == "converged in 0 steps"
    assert kind(path(1.0, 0.005, 0.5)) != "converged"


ROOT = Objective("root", lambda x: np.sqrt(x[0]), lambda x: x, bowl.bounds, [[0], [0]])


@pytest.mark.parametrize(
    ("objective", "x1", "text"),
    [
        (bowl, (1, -3, 9, -27, 81), "diverged at step 3"),
        (bowl, (1, 0.5, np.nan), "x is no number (nan) from step 2 on"),
        (bowl, (1, 0.5, np.inf), "diverged at step 2"),
        (bowl, (0.5, 0.6, 0.7), "climbing: f is larger than at the start"),
        (ROOT, (1, 0.5, -0.5), "met a value that is no number at step 2"),
    ],
)
def test_verdict_diverged(objective, x1, text):
    assert verdict(objective, path(*x1)) == ("diverged", text)


@pytest.mark.parametrize(
    ("point", "near"),
    [
        ((4.5, 0), True),  # the middle
        ((54.4, 0), True),
        ((54.5, 0), False),  # ten widths of 5 from the middle
        ((-45.4, 0), True),
        ((-45.5, 0), False),
        ((4.5, 19.9), True),
        ((4.5, -20), False),
    ],
)
def test_near_is_less_than_ten_windows_from_the_middle(point, near):
    window = Objective("", bowl.f, bowl.grad, [[2, 7], [-1, 1]])
    assert near_window(window, np.array([point])).tolist() == [near]


# A run whose slopes and whose heights above the minimum can be chosen: x1 and x2.
WIDE = [[-99, 99], [-9, 9]]
FREE = Objective("free", lambda x: x[1], lambda x: x * [[1], [0]], WIDE, [[0], [0]])
AT_REST = "stopped where the slope is zero, but not at the minimum"
GOING_ROUND = "circling: it keeps moving but comes no nearer"
NEVER = "crawling: at this rate it needs many times as many steps"
ROUND = [0.5, 0.5, 0.9, 0.1, 0.5, 0.7, 0.5, 0.7, 0.6]  # 0.7 in the second half, to move by 0.1


def slow(more):
    """Heights of two steps after which ``more`` are missing."""
    return [1, 0.5 * 5000 ** (1 / more), 0.5]


@pytest.mark.parametrize(
    ("slopes", "heights", "text"),
    [
        # at most a millionth of the largest slope, and that counts as at least 1e-12
        ([1, 1, 1e-6], [1, 1, 1], AT_REST),
        ([100, 1, 0.9e-4], [1, 1, 1], AT_REST),
        ([100, 1, 1.1e-4], [1, 1, 1], NEVER),
        ([1e-3, 1e-3, 0.9e-6], [1, 1, 1], NEVER),
        ([1e-13, 1e-13, 5e-19], [1, 1, 1], AT_REST),
        ([1, 0, 0.5], [1, 1, 1], NEVER),
        # f more than half as large again
        ([1, 1, 1], [1, 1, 1.5], NEVER),
        ([1, 1, 1], [1, 1, 1.6], "climbing: f is larger than at the start"),
        # from 8 steps on; more than four times as long a way as it moved; more than half the gap
        (ROUND, [1] * 9, GOING_ROUND),
        (ROUND[1:], [1] * 8, NEVER),
        ([*ROUND[:5], 0.675, 0.5, 0.6, 0.6], [1] * 9, GOING_ROUND),  # 4.5 times
        ([*ROUND[:5], 0.625, 0.5, 0.6, 0.6], [1] * 9, NEVER),  # 3.5 times
        (ROUND, [1, 1, 1, 1, 1, 0.51, 1, 1, 1], GOING_ROUND),
        (ROUND, [1, 1, 1, 1, 1, 0.5, 1, 1, 1], NEVER),
        (ROUND, [1, 1, 1, 1, 1, 0.4, 1, 1, 1], NEVER),
        # at the rate of the second half
        ([1, 1, 1], [1, 0.1, 0.01], "under way: about 2 steps more at this rate"),
        ([1, 1, 1], [1, 0.01, 1.01e-4], "under way: about 1 step more at this rate"),
        ([1] * 5, [2, 1, 1, 1, 0.5], "crawling: at this rate it needs about 23 more steps"),
        ([1] * 5, [2, 1, 5.2e-4, 1, 5e-4], "crawling: at this rate it needs about 47 more steps"),
        ([1, 1, 1], slow(199), "crawling: at this rate it needs about 199 more steps"),
        ([1, 1, 1], slow(201), NEVER),
        ([1, 1, 1], [1, 0.5, 0.6], NEVER),
    ],
)
def test_the_borders_between_verdicts(slopes, heights, text):
    assert verdict(FREE, np.column_stack([slopes, heights])).text == text


def test_verdict_stopped():
    saddle = next(o for o in catalogue() if o.name == "saddle")
    assert kind(path(1.0, 0.5, 1e-9, 0.0), saddle) == "stopped"


def test_verdict_circling():
    assert kind(path(*[0.9, -0.9] * 6)) == "circling"
    assert kind(path(*[0.9, -0.9] * 6, 0.7)) == "circling"  # a long way, and hardly moved
    assert kind(path(*np.linspace(0.9, -0.9, 12))) != "circling"  # a long way, and moved as far


def test_verdict_crawling():
    found = verdict(bowl, path(*np.linspace(1, 0.95, 11)))
    assert found.kind == "crawling"
    assert "more steps" in found.text
    assert verdict(bowl, path(*[0.5] * 10, 0.4999999)).text.endswith("many times as many steps")


def test_a_path_that_stands_still():
    assert verdict(bowl, path(*[0.5] * 11)) == ("stopped", "it has not moved")


def test_verdict_under_way():
    found = verdict(bowl, path(*0.7 ** np.arange(11)))
    assert found.kind == "under way"
    steps = float(found.text.split("about ")[1].split(" ")[0])
    assert 0.7 ** (2 * (10 + steps)) == pytest.approx(1e-4, rel=0.5)


def test_verdict_without_a_known_minimum_goes_by_the_slope():
    own = Objective.from_function(lambda x1, x2: (x1**2 + x2**2) / 1.0 - 7, [[-1, 1], [-1, 1]])
    assert kind(path(1.0, 0.5, 0.00001), own) == "converged"


FALLEN = "the slope has fallen to 1/10,000 of that at the start in {}"
NEEDS = "at this rate the slope needs {} steps to fall to 1/10,000"
ROUND_AND_ROUND = "circling: it keeps moving but the slope hardly shrinks"
UP = [1, 2, 3]
DOWN = [3, 2, 1]


@pytest.mark.parametrize(
    ("slopes", "heights", "found"),
    [
        ([1, 1e-3, 1e-4], DOWN, ("converged", FALLEN.format("2 steps"))),
        ([1, 1e-4, 1e-5], DOWN, ("converged", FALLEN.format("1 step"))),
        ([1, 1e-3, 1e-4], UP, ("stopped", FALLEN.format("2 steps"))),  # up to a maximum
        (
            [1e-4, 1, 1e-6],
            DOWN,
            ("converged", "the slope has fallen to a millionth of its largest"),
        ),
        ([1e-4, 1, 1e-6], UP, ("stopped", "the slope has fallen to a millionth of its largest")),
        ([1, 0, 0], DOWN, ("converged", "the slope is zero from step 1 on")),
        ([1, 0, 0], UP, ("stopped", "the slope is zero from step 1 on")),
        ([0, 1, 0], DOWN, ("converged", "the slope is zero from step 2 on")),
        ([0, 0, 0], [1, 1, 1], ("stopped", "the slope is zero at every step")),
        ([0, 1, 1], DOWN, ("under way", "under way: the slope is larger than at the start")),
        ([1, 1, 1], DOWN, ("under way", "under way: the slope is as large as at the start")),
        ([1, 1, 1], [1, 1, 1], ("crawling", "crawling: the slope is as large as at the start")),
        (
            [1, 0.5, 0.6],
            DOWN,
            ("under way", "under way: the slope is larger than half-way through"),
        ),
        ([1, 2, 3], UP, ("diverged", "climbing: f is larger than at the start")),
        ([3, 2, 1], UP, ("diverged", "climbing: f is larger than at the start")),
        (ROUND, [*ROUND[:8], 0.5], ("circling", ROUND_AND_ROUND)),
        (
            [*ROUND[:8], 0.8],
            [*ROUND[:8], 0.6],
            ("diverged", "climbing: f is larger than at the start"),
        ),
        ([1, 0.1, 0.01], DOWN, ("under way", f"under way: {NEEDS.format('about 2 more')}")),
        (
            [5, 5, 1.5, 1, 0.99],
            [3, 3, 2, 2, 1],
            ("crawling", f"crawling: {NEEDS.format('about 37 more')}"),
        ),
        ([1e-200, 1e-203, 1e-204], DOWN, ("converged", FALLEN.format("2 steps"))),
        ([1e200, 1e199, 1e195], DOWN, ("converged", FALLEN.format("2 steps"))),
        ([1, np.nan, 1], DOWN, ("diverged", "the slope is no finite number at step 1")),
        ([1, 1, 1], [3, np.nan, 1], ("diverged", "f is no finite number at step 1")),
        ([1, 1, 1], [3, 2, -np.inf], ("diverged", "f is no finite number at step 2")),
        ([1, 1, 1], [np.nan, 2, 1], ("diverged", "f is no finite number at step 0")),
    ],
)
def test_without_a_known_minimum_the_words_are_of_the_slope(slopes, heights, found):
    values = np.array([slopes, heights])
    chosen = Objective("", lambda x: values[1], lambda x: values[:1] * [[1], [0]], WIDE)
    x = np.column_stack([slopes, np.zeros(len(slopes))])
    assert verdict(chosen, np.nan_to_num(x) / np.nanmax(np.abs(x), initial=1)) == found


def test_a_run_that_leaves_while_f_falls_is_said_to_be_far_away():
    saddle = Objective.from_function(lambda x1, x2: x1**2 - x2**2, [[-1, 1], [-1, 1]])
    away = np.array([[0.0, 1.0], [0.0, 50.0]])
    assert describe("a", saddle, away) == (
        "a, 1 step from (0.00, 1.00): f falls from -1 to -2500; "
        "diverged at step 1: x is ten windows away."
    )


def test_x_that_is_no_number_has_no_height():
    steps = Objective("", lambda x: np.where(x[0] > 0, 2.0, 1.0), lambda x: 0 * x, bowl.bounds)
    assert describe("a", steps, path(-0.5, -0.5, np.nan)).endswith(
        "f goes from 1 to no number (nan); x is no number (nan) from step 2 on."
    )
    assert describe("a", steps, path(0.5, np.nan, -0.5)).endswith(
        "f falls from 2 to 1; x is no number (nan) at step 1."
    )


def test_f_stays_only_if_it_is_the_same_at_every_step():
    assert ": f stays at 1; " in describe("a", bowl, path(1, -1, 1))
    assert ": f is 1 at both ends; " in describe("a", bowl, path(1, 0.5, 1))


@pytest.mark.parametrize(
    ("heights", "change"),
    [
        ((0.25, 0.36), "rises from 0.25 to 0.36"),
        ((0.33333, 0.33333), "stays at 0.333"),
        ((1.28, 1.27), "falls from 1.28 to 1.27"),
        ((1.23456, 0.5), "falls from 1.23 to 0.5"),
        ((0.25, 0.250001), "rises from 0.25 to 0.250001"),
        ((1, np.nextafter(1, 2)), "rises from 1 to 1.0000000000000002"),
    ],
)
def test_describe_says_how_f_went(heights, change):
    assert f": f {change}; " in describe("a", FREE, np.column_stack([[1, 1], heights]))


def test_describe_says_where_f_is_no_number():
    assert describe("a", ROOT, path(0.123456, -1)) == (
        "a, 1 step from (0.12, 0.00): f goes from 0.351 to no number (nan); "
        "met a value that is no number at step 1."
    )
    assert describe("a", ROOT, path(-1)) == (
        "a, 0 steps from (-1.00, 0.00): f is not defined (no number) at the start; "
        "no step taken yet."
    )
    for known in ((), [[1], [0]]):
        own = Objective.from_function(
            lambda x1, x2: np.sqrt(x1) + x2 * x2 + np.where(x1 == 1, -9, 0), [[-1, 2], [-1, 2]],
            grad=lambda x1, x2: (x1, 2 * x2), minimizers=known,
        )  # fmt: skip
        assert describe("a", own, path(-0.5, 0.5)) == (
            "a, 1 step from (-0.50, 0.00): f is not defined (no number) at the start."
        )


# No sentence contradicts itself, whatever the landscape


def contradictions(sentence):
    """What does not fit together in a sentence of `describe`: pairs of words, none if all is well.

    "f falls" never meets a word that f rose; "f rises" never meets "converged"; f that stays where
    it was, or that is not defined at the start, never meets a word about other values.
    """
    never = {
        "f falls": ("f is larger", "f is not defined"),
        "f rises": ("converged", "under way: about", "f is not larger"),
        "f stays": ("no number", "f is larger", "no finite number", "climbing"),
        "no number (nan);": ("converged", "under way", "crawling", "circling", "slope has"),
        "f is not defined": ("converged", "under way", "crawling", "circling", "slope", "climbing"),
    }
    return [
        (first, second)
        for first, others in never.items()
        for second in others
        if second in sentence.partition(first)[2]
    ] + [("f falls", end) for end in re.findall(r"f falls.*; (diverged at step \d+\.)$", sentence)]


def random_landscapes(n, seed=1):
    """Landscapes whose minimum nobody gave: waves on a quadratic, logs, roots, powers."""
    r = np.random.default_rng(seed)
    kinds = (
        lambda a, b, c, d, e: lambda x1, x2: a * x1**2 + b * x2**2 + c * x1 * x2,
        lambda a, b, c, d, e: (
            lambda x1, x2: (
                a * x1**2 + b * x2**2 + c * x1 * x2 + d * np.sin(3 * x1) + e * np.cos(2 * x2)
            )
        ),
        lambda a, b, c, d, e: lambda x1, x2: a * np.log(x1**2 + b**2 * x2**2) + c * x1,
        lambda a, b, c, d, e: lambda x1, x2: np.sqrt(x1 + a) + b * x2**2,
        lambda a, b, c, d, e: lambda x1, x2: a * np.sqrt(x1**2 + c**2 * x2**2 - 0.5 * abs(d)),
        lambda a, b, c, d, e: lambda x1, x2: np.exp(a * x1 + b * x2) + c * np.exp(-(x1**2) - x2**2),
        lambda a, b, c, d, e: lambda x1, x2: a * x1**4 + b * x2**4 + c * x1**2 + d * x1 * x2,
        lambda a, b, c, d, e: lambda x1, x2: np.floor(a * x1) + np.floor(b * x2),
        lambda a, b, c, d, e: lambda x1, x2: a + 0 * x1,
        lambda a, b, c, d, e: lambda x1, x2: np.where(x1 > b, a / (x1 - c), x2**2),
        lambda a, b, c, d, e: lambda x1, x2: 10.0 ** (150 * a) * (x1**2 + b * x2**2),
    )
    for k in range(n):
        f = kinds[k % len(kinds)](*r.uniform(-2, 2, 5))
        x0 = r.choice([-2.0, -1.0, 0.0, 1.0, 2.0], 2) if r.random() < 0.3 else r.uniform(-2, 2, 2)
        yield Objective.from_function(f, [[-2, 2], [-2, 2]], x0=x0), r


def random_sentences(landscapes):
    """Sentences about runs of several optimizers with random learning rates."""
    for objective, r in landscapes:
        for step in (gradient_descent, momentum, adam, adagrad):
            lr, n_steps = 10 ** r.uniform(-3, 0.5), int(r.integers(1, 60))
            with np.errstate(all="ignore"):
                x = run(step, STATES[step](objective.x0), objective.grad, n_steps, lr=lr).x
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                yield describe(step.__name__, objective, x)


def test_no_sentence_contradicts_itself_where_the_minimum_is_not_known():
    found = [(s, contradictions(s)) for s in random_sentences(random_landscapes(1100))]
    assert len(found) == 4400
    assert [each for each in found if each[1]] == []


def test_no_sentence_contradicts_itself_where_the_minimum_is_known():
    r = np.random.default_rng(2)
    landscapes = (
        (replace(o, x0=r.choice([*o.minimizers.T, r.uniform(*o.bounds.T)])), r)
        for o in catalogue() * 20
    )
    found = [(s, contradictions(s)) for s in random_sentences(landscapes)]
    assert [each for each in found if each[1]] == []
