"""The live pieces of notebook 02. What they must say is computed here with the same functions."""

import re

import harness
import pytest
from harness import says

from course_lib.checks.exercises import diagnose_exercise
from course_lib.experiments.momentum import optimal_parameters
from course_lib.explorers.landscape import explore
from course_lib.explorers.momentum import explore_momentum
from course_lib.explorers.predictions import questions
from course_lib.objectives import ravine
from course_lib.optimizers import adagrad, rmsprop

PIXELS = "canvas => canvas.toDataURL()"


@pytest.fixture(scope="module")
def notebook(browser, lab):
    with harness.opened(browser, lab, "02_one_step_size_is_not_enough.ipynb") as opened:
        yield opened
        assert opened.errors == []


def unlocked(notebook, slug, code):
    """Commit to the right answer; the live piece of the cell with this code opens."""
    page, question = notebook.page, questions()[slug]
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text=code).first
    assert cell.locator(".stage").count() == 0
    asked = page.locator(".jp-OutputArea-output", has_text=question["question"]).last
    asked.get_by_role("radio", name=question["answer"], exact=True).check()
    asked.get_by_role("button", name="Commit").click()
    asked.get_by_text(question["because"]).wait_for()
    return harness.shown(cell.locator(".course-piece"))


def changes(piece, action, words):
    """Do something that must change the sentence to ``words``, and the canvas with it."""
    canvas = piece.locator("canvas[role=img]")
    before, frames = canvas.evaluate(PIXELS), int(canvas.get_attribute("data-frames"))
    action()
    says(piece, words)
    changed = "([canvas, old]) => canvas.toDataURL() !== old"
    piece.page.wait_for_function(changed, arg=[canvas.element_handle(), before], timeout=10_000)
    assert int(canvas.get_attribute("data-frames")) > frames


def click(panel, right, up):
    """Click on a panel at a share of its width and height."""
    box = panel.bounding_box()
    panel.click(position={"x": right * box["width"], "y": (1 - up) * box["height"]})


def test_map_of_momentum(notebook):
    piece = unlocked(notebook, "02-limit", "explore_momentum(kappa=10")
    expected = explore_momentum(kappa=10, lr=0.05, beta=0.5)
    reset = piece.get_by_role("button", name="reset")
    says(piece, expected.sentence)
    ends = {
        "lr": (0.005, 5.0),
        "beta": (0.0, 0.99),
        "kappa": (1.0, 100.0),
        "n_steps": (0, 400),
    }
    for name, values in ends.items():
        slider = piece.get_by_label({"n_steps": "steps"}.get(name, name), exact=True)
        for key, value in zip(("Home", "End"), values, strict=True):
            expected.set(**{name: value})
            changes(piece, lambda s=slider, k=key: s.press(k), expected.sentence)
        expected = explore_momentum(kappa=10, lr=0.05, beta=0.5)
        reset.click()
        says(piece, expected.sentence)

    expected.set(kind="nesterov")
    menu = piece.get_by_label("kind")
    changes(piece, lambda: menu.select_option("nesterov"), expected.sentence)
    lr, beta = optimal_parameters(10, "nesterov")
    expected.set(lr=lr, beta=beta)
    changes(piece, piece.get_by_role("button", name="best pair").click, expected.sentence)


def pair(piece, lr, beta, rel):
    """Wait until the sentence names this pair, up to the width of a pixel; return it."""
    for _ in range(100):
        said = re.search(r"lr = (\S+), beta = (\S+),", piece.locator(".sentence").inner_text())
        came = [float(number) for number in said.groups()]
        if came == pytest.approx([lr, beta], rel=rel):
            return came
        piece.page.wait_for_timeout(100)
    raise AssertionError(f"lr and beta stay at {came}, but {[lr, beta]} was chosen")


def test_points_of_the_map_and_of_the_ravine(notebook):
    piece = notebook.page.locator(".course-piece").first
    chosen, ravine_panel = piece.locator(".panel").all()
    click(chosen, 0.5, 0.5)
    pair(piece, lr=0.158, beta=0.495, rel=0.03)
    click(chosen, 0.1, 0.9)
    lr, beta = pair(piece, lr=0.00998, beta=0.891, rel=0.03)
    chosen.press("Shift+ArrowRight")  # a tenth of the three decades of the map
    pair(piece, lr * 1000**0.1, beta, rel=0.01)

    canvas = piece.locator("canvas[role=img]")
    before, said = canvas.evaluate(PIXELS), piece.locator(".sentence").inner_text()
    click(ravine_panel, 0.9, 0.1)
    changed = "([canvas, old]) => canvas.toDataURL() !== old"
    notebook.page.wait_for_function(changed, arg=[canvas.element_handle(), before], timeout=10_000)
    assert piece.locator(".sentence").inner_text().split(":")[0] == said.split(":")[0]


def test_the_best_beta_for_one_lr_can_be_found_with_the_slider(notebook):
    piece = notebook.page.locator(".course-piece").first
    expected = explore_momentum(kappa=10, lr=0.05, beta=0.5)
    piece.get_by_role("button", name="reset").click()
    says(piece, expected.sentence)
    field = piece.get_by_label("lr, typed")
    field.fill("0.1")
    field.press("Enter")
    expected.set(lr=0.1)
    says(piece, expected.sentence)
    factors = {}
    for _ in range(16):
        piece.get_by_label("beta", exact=True).press("ArrowLeft")
        beta = float(piece.get_by_label("beta, typed").input_value())
        expected.set(beta=beta)
        says(piece, expected.sentence)
        factors[beta] = float(re.search(r"step: (\S+) predicted", expected.sentence).group(1))
    assert diagnose_exercise("02-best-beta", min(factors, key=factors.get)).correct
    piece.get_by_role("button", name="reset").click()
    says(piece, explore_momentum(kappa=10, lr=0.05, beta=0.5).sentence)


def test_words_for_a_value_that_is_not_allowed(notebook):
    piece = notebook.page.locator(".course-piece").first
    sentence = piece.locator(".sentence").inner_text()
    field = piece.get_by_label("kappa, typed")
    field.fill("0.5")
    field.press("Enter")
    piece.get_by_text("kappa must be a number from 1 to 100, got 0.5.").wait_for(timeout=5000)
    assert piece.locator(".sentence").inner_text() == sentence
    piece.get_by_role("button", name="reset").click()
    says(piece, explore_momentum(kappa=10, lr=0.05, beta=0.5).sentence)
    assert not piece.locator(".problem").is_visible()


def test_first_step_of_rmsprop(notebook):
    piece = unlocked(notebook, "02-first-step", "explore(valley, adagrad, rmsprop")
    expected = explore(ravine(10), adagrad, rmsprop, lr=0.1, beta2=0.99, n_steps=200)
    says(piece, expected.sentence)
    slider = piece.get_by_label("beta2", exact=True)
    for key, value in (("Home", 0.0), ("End", 0.9999)):
        expected.set(beta2=value)
        changes(piece, lambda k=key: slider.press(k), expected.sentence)
