"""`explain` and `formula`: the lines of a step function in numbers, and what it computes."""

import re

import numpy as np
import pytest

from course_lib.explorers import explain, explore, formula
from course_lib.objectives import bowl
from course_lib.optimizers import STATES, adam, gradient_descent, momentum

OWN_FUNCTION = r"\b_\w+\("  # of the library, not known here


def written_in_lines(state, g, lr=0.1, beta=0.5):
    x, m, t = state
    m = beta * m
    m += g
    m_hat = (
        m
        / (1 - beta ** (t + 1))
    )  # fmt: skip
    x = x - lr * m_hat
    return x, m, t + 1


def with_brackets(state, g, lr=0.1, eps=1e-8):
    x, m, t = state
    m = m + g**2
    x = x - lr * g / (np.sqrt(m) + eps)
    return x, m, t + 1


def without_brackets(state, g, lr=0.1, eps=1e-8):
    x, m, t = state
    m = m + g**2
    x = x - lr * g / np.sqrt(m) + eps
    return x, m, t + 1


def decides(state, g, lr=0.1):
    x, t = state
    if np.abs(g).max() > 1:
        g = g / 2
    return x - lr * g, t + 1


def lines(capsys, *of):
    explain(*of)
    return capsys.readouterr().out.splitlines()


def worth(text):
    """What the numbers of a line are worth, computed again."""
    text = re.sub(r"√\(", "np.sqrt(", text).replace("·", "*").replace("−", "-")
    text = text.replace("²", "**2").replace("^", "**")
    return eval(text, {"np": np, "maximum": np.maximum})


@pytest.mark.parametrize("step", STATES)
def test_the_numbers_of_each_line_make_its_result(step, capsys):
    live, tried = explore(bowl, step, n_steps=30), 0
    for name, _ in live.recorded["runs"][0]["program"]["names"]:
        for line in [line for t in (1, 2, 30) for line in lines(capsys, live, name, t)]:
            _, *sides = line.split(": ", 1)[1].split(" = ")
            if len(sides) > 2 and not re.search(OWN_FUNCTION, sides[-2]):
                near = pytest.approx(worth(sides[-1]), rel=0.02, abs=2e-3)
                assert worth(sides[-2]) == near, line
                tried += 1
    assert tried >= 6


@pytest.mark.parametrize("t", [1, 2, 9])
def test_the_last_number_is_that_of_the_run(t, capsys):
    live = explore(bowl, adam, lr=0.1, n_steps=9)
    for name in ("x", "m", "v"):
        for k, line in enumerate(lines(capsys, live, name, t)):
            wanted = getattr(live.histories["adam"], name)[t, k]
            assert worth(line.split(" = ")[-1]) == pytest.approx(wanted, rel=1e-3)


def test_lines_of_a_student(capsys):
    live = explore(bowl, written_in_lines, n_steps=9)
    assert lines(capsys, live, "m", 2) == [
        "x1: m += g = −0.8000 + (−0.9600) = −1.760",
        "x2: m += g = 0.9000 + 1.080 = 1.980",
    ]
    first = lines(capsys, live, "m_hat", 1)[0]
    assert first.startswith("x1: m_hat = ( m / (1 - beta ** (t + 1)) ) = ")


def test_several_optimizers_have_a_label_each(capsys):
    live = explore(bowl, gradient_descent, momentum, lr=0.1, n_steps=9)
    with pytest.raises(ValueError, match="name must be one of"):
        explain(live, "m", 2)
    explain(live, "m", 2, "momentum")
    assert capsys.readouterr().out.startswith("x1: m = beta * m + g")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((3, "x", 1), "live must be what explore gave"),
        (("live", "m", 1), "name must be one of"),
        (("live", "x", 0), "step must be a whole number"),
        (("live", "x", 10), "step must be a whole number"),
        (("live", "x", 2.5), "step must be a whole number"),
        (("live", "x", 1, "adam"), "label must be one of"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_words(asked, words):
    live = explore(bowl, gradient_descent, n_steps=9)
    live, *others = (live if part == "live" else part for part in asked)
    with pytest.raises(ValueError, match=words):
        explain(live, *others)


def test_a_function_that_decides_has_no_lines():
    with pytest.raises(ValueError, match="it decides by a value"):
        explain(explore(bowl, decides), "x", 1)
    with pytest.raises(ValueError, match="it decides by a value"):
        formula(decides)


# The formula


@pytest.mark.parametrize("step", STATES)
def test_every_step_of_the_library_has_a_formula(step):
    found = formula(step)
    assert any(line.startswith("xₜ = ") for line in repr(found).splitlines())
    latex = found._repr_latex_()
    assert latex.count("{") == latex.count("}")


def test_a_missing_bracket_is_seen():
    right, wrong = (repr(formula(step)).splitlines() for step in (with_brackets, without_brackets))
    assert "xₜ = xₜ₋₁ − α gₜ / (√(mₜ) + ε)" in right
    assert "xₜ = xₜ₋₁ − α gₜ / √(mₜ) + ε" in wrong


def test_the_formula_of_lines_is_that_of_one_line():
    def in_one_line(state, g, lr=0.1, beta=0.5):
        x, m, t = state
        m = beta * m + g
        m_hat = m / (1 - beta ** (t + 1))
        return x - lr * m_hat, m, t + 1

    assert repr(formula(written_in_lines)) == repr(formula(in_one_line))


def test_what_is_no_function_is_refused():
    with pytest.raises(ValueError, match="step"):
        formula("adam")
