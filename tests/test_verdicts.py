"""What a run is said to have become."""

import numpy as np
import pytest

from course_lib.experiments.verdicts import describe, near_window, verdict
from course_lib.objectives import Objective, bowl, catalogue


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
    assert verdict(bowl, path(*[0.5] * 11)).text.endswith("needs many times as many steps")


def test_verdict_under_way():
    found = verdict(bowl, path(*0.7 ** np.arange(11)))
    assert found.kind == "under way"
    steps = float(found.text.split("about ")[1].split(" ")[0])
    assert 0.7 ** (2 * (10 + steps)) == pytest.approx(1e-4, rel=0.5)


def test_verdict_without_a_known_minimum_goes_by_the_slope():
    own = Objective.from_function(lambda x1, x2: (x1**2 + x2**2) / 1.0 - 7, [[-1, 1], [-1, 1]])
    assert kind(path(1.0, 0.5, 0.00001), own) == "converged"


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
