"""Every line that the programs of two public tutorials print comes out of the library.

Where the stored lines come from, and which of them the tutorials show, is in data/README.md.
"""

import pathlib
import re

import numpy as np
import pytest

from course_lib.experiments.published import ADAM_LINES, AMSGRAD_LINES, agreeing
from course_lib.objectives import bowl
from course_lib.optimizers import AdamState, AMSGradState, adam, amsgrad_tutorial, run

DATA = pathlib.Path(__file__).parent / "data"
RUNS = {
    "adam_printed.txt": (adam, AdamState, 60, {"lr": 0.02, "beta1": 0.8, "beta2": 0.999}),
    "amsgrad_printed.txt": (
        amsgrad_tutorial,
        AMSGradState,
        100,
        {"lr": 0.007, "beta1": 0.9, "beta2": 0.99, "eps": 0},
    ),
    "amsgrad_printed_eps.txt": (
        amsgrad_tutorial,
        AMSGradState,
        100,
        {"lr": 0.007, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8},
    ),
}


def spaced_once(line):
    """The line with one space between numbers and none inside the brackets."""
    return re.sub(r"\s+", " ", line).replace("[ ", "[").replace(" ]", "]")


def printed(name):
    return [spaced_once(line) for line in (DATA / name).read_text().splitlines()]


def start():
    low, high = bowl.bounds.T
    return low + np.random.RandomState(1).rand(2) * (high - low)


def lines_of(name):
    step, state, n_steps, hyper = RUNS[name]
    x = run(step, state(start()), bowl.grad, n_steps, **hyper).x
    lines = [f">{t:d} f({point}) = {bowl.f(point):.5f}" for t, point in enumerate(x[1:])]
    return [*map(spaced_once, lines), "Done!", spaced_once(f"f({x[-1]}) = {bowl.f(x[-1]):f}")]


@pytest.mark.parametrize("name", RUNS)
def test_every_printed_line_is_reproduced(name):
    assert lines_of(name) == printed(name)


def test_there_are_160_lines_and_the_two_at_the_end():
    assert [len(printed(name)) for name in RUNS] == [60 + 2, 100 + 2, 100 + 2]


@pytest.mark.parametrize("algorithm", ["adam", "amsgrad"])
def test_the_tutorials_show_the_last_ten_steps_and_the_two_lines_after(algorithm):
    shown = printed(f"{algorithm}_shown.txt")
    assert len(shown) == 12
    assert shown == printed(f"{algorithm}_printed.txt")[-12:]


def test_the_tutorial_of_amsgrad_prints_the_version_without_eps():
    with_eps, shown = printed("amsgrad_printed_eps.txt"), printed("amsgrad_shown.txt")
    assert with_eps[99] == ">99 f([-6.78226299e-12 1.27905163e-03]) = 0.00000"
    assert shown[9] == ">99 f([-6.78222208e-12 1.27905115e-03]) = 0.00000"


def test_the_global_seed_gives_the_same_start():
    before = np.random.get_state()  # noqa: NPY002
    try:
        np.random.seed(1)  # noqa: NPY002
        low, high = bowl.bounds.T
        x0 = low + np.random.rand(2) * (high - low)  # noqa: NPY002
    finally:
        np.random.set_state(before)  # noqa: NPY002
    assert (x0 == start()).all()


@pytest.mark.parametrize(("lines", "algorithm"), [(ADAM_LINES, "adam"), (AMSGRAD_LINES, "amsgrad")])
def test_the_notebooks_compare_with_the_lines_of_the_texts(lines, algorithm):
    assert [spaced_once(line) for line in lines] == printed(f"{algorithm}_shown.txt")
    assert agreeing(lines_of(f"{algorithm}_printed.txt"), lines) == 12


def test_one_other_digit_is_a_line_less():
    other = lines_of("amsgrad_printed_eps.txt")
    assert agreeing(other, AMSGRAD_LINES) == 1  # "Done!"
    with pytest.raises(ValueError, match="longer"):
        agreeing(other[:5], AMSGRAD_LINES)


@pytest.mark.parametrize("notebook", ["03_adam", "04_amsgrad"])
def test_the_notebook_says_so(notebook):
    path = pathlib.Path(__file__).parents[1] / "notebooks" / f"{notebook}.ipynb"
    assert "12 of 12 lines agree" in path.read_text("utf-8")
