"""What a run is said to have become."""

import numpy as np
import pytest

from course_lib.experiments.verdicts import describe, verdict
from course_lib.objectives import Objective, bowl, catalogue


def path(*x1):
    """A trajectory along x1."""
    return np.column_stack([np.array(x1, float), np.zeros(len(x1))])


def kind(x, objective=bowl):
    return verdict(objective, x).kind


def test_verdict_no_step():
    assert kind(path(0.5)) == "no step"


def test_verdict_converged_counts_from_when_it_stays_near():
    found = verdict(bowl, path(1.0, 0.005, 0.5, 0.009, 0.001))
    assert found == ("converged", "converged in 3 steps")
    assert verdict(bowl, path(0.0, 0.0)).text == "converged in 0 steps"
    assert kind(path(1.0, 0.005, 0.5)) != "converged"


def test_verdict_diverged():
    assert verdict(bowl, path(1, -3, 9, -27, 81)).text == "diverged at step 3"
    assert verdict(bowl, path(1, 0.5, np.nan)).text == "x is no number (nan) from step 2 on"
    assert verdict(bowl, path(1, 0.5, np.inf)).text == "diverged at step 2"
    assert verdict(bowl, path(0.5, 0.6, 0.7)).text == "climbing: f is larger than at the start"
    root = Objective("root", lambda x: np.sqrt(x[0]), lambda x: x, [[-1, 1], [-1, 1]], [[0], [0]])
    assert verdict(root, path(1, 0.5, -0.5)).text == "met a value that is no number at step 2"


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


def test_describe_says_how_f_went():
    assert "f rises from 0.25 to 0.36" in describe("a", bowl, path(0.5, 0.6))
    assert "f stays at 0.25" in describe("a", bowl, path(0.5, 0.5))
    assert "f falls from 1.28 to 1.27;" in describe("a", bowl, path(1.28**0.5, 1.27**0.5))
    assert "f rises from 0.25 to 0.250001;" in describe("a", bowl, path(0.5, 0.500001))
    lost = describe("a", bowl, path(0.5, np.nan))
    assert "f goes from 0.25 to no number (nan); " in lost
    assert describe("a", bowl, path(1.0, 0.5)).startswith("a, 1 step from (1.00, 0.00): f falls")
