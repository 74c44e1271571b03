"""The live pieces of notebooks 03 and 04. What they must say is computed here in Python."""

import harness
import numpy as np
import pytest
from harness import says
from test_02 import changes

from course_lib.checks import diagnose_exercise
from course_lib.checks.exercise_table import EXERCISES
from course_lib.explorers.landscape import explore
from course_lib.explorers.predictions import questions
from course_lib.explorers.race import explore_race
from course_lib.objectives import bowl, cliff, ravine, rotated_ravine
from course_lib.optimizers import (
    AdamState,
    adam,
    amsgrad,
    amsgrad_keras,
    amsgrad_optax,
    amsgrad_torch,
    amsgrad_tutorial,
    gradient_descent,
)

LR, BETA = (1e-4, 10.0), (0.0, 0.9999)  # ends of the sliders
INK = """(canvas, from) => {
    const top = Math.round(from * canvas.height);
    const {data} = canvas.getContext('2d').getImageData(0, top, canvas.width, canvas.height - top);
    let sum = 0, ink = 0;
    for (let k = 3; k < data.length; k += 4) if (data[k]) { ink += 1; sum += k % 9973; }
    return [ink, sum];
}"""


@pytest.fixture(scope="module")
def adams(browser, lab):
    with harness.opened(browser, lab, "03_adam.ipynb") as opened:
        yield opened
        assert opened.errors == []


@pytest.fixture(scope="module")
def amsgrads(browser, lab):
    with harness.opened(browser, lab, "04_amsgrad.ipynb") as opened:
        yield opened
        assert opened.errors == []


def asked(notebook, slug):
    """The question as it stands in the notebook."""
    outputs = notebook.page.locator(".jp-OutputArea-output")
    return outputs.filter(has_text=questions()[slug]["question"]).last


def piece_of(notebook, slug):
    """The live piece that follows a question."""
    below = "xpath=following::*[contains(@class, 'course-piece')][.//*[@class='stage']][1]"
    return asked(notebook, slug).locator(below)


def unlocked(notebook, slug):
    """Commit to the right answer; the live piece below the question opens."""
    question = asked(notebook, slug)
    question.get_by_role("radio", name=questions()[slug]["answer"], exact=True).check()
    question.get_by_role("button", name="Commit").click()
    question.get_by_text(questions()[slug]["because"]).wait_for()
    piece = piece_of(notebook, slug)
    piece.scroll_into_view_if_needed()
    piece.locator("canvas[data-frames]").wait_for()
    return piece


def lower_row(piece):
    """How much is drawn in the second row of panels, and where, in two numbers."""
    return piece.locator("canvas[role=img]").evaluate(INK, 0.64)


def at_rest(notebook, piece):
    """Wait until the kernel has nothing to do and a second has brought no new picture."""
    canvas, frames = piece.locator("canvas[role=img]"), None
    while (now := canvas.get_attribute("data-frames")) != frames:
        frames = now
        notebook.page.wait_for_function(harness.READY)
        notebook.page.wait_for_timeout(1000)


def type_into(piece, name, text):
    field = piece.get_by_label(f"{name}, typed")
    field.fill(text)
    field.press("Enter")


def both_ends(piece, expected, **ends):
    """Move each slider to its ends and back; sentence and curves must follow each time."""
    for name, values in ends.items():
        slider = piece.get_by_label("steps" if name == "n_steps" else name, exact=True)
        for key, value in zip(("Home", "End"), values, strict=True):
            before = lower_row(piece)
            expected.set(**{name: value})
            changes(piece, lambda s=slider, k=key: s.press(k), expected.sentence)
            assert lower_row(piece) != before
        piece.get_by_role("button", name="reset", exact=True).click()
        expected.press("reset")
        says(piece, expected.sentence)


def test_the_race(adams):
    piece = unlocked(adams, "03-why")
    says(piece, explore_race("rosenbrock").sentence)
    for landscape in ("bowl", "ravine, kappa = 10000"):
        words = explore_race(landscape).sentence
        menu = piece.get_by_label("landscape", exact=True)
        changes(piece, lambda m=menu, v=landscape: m.select_option(v), words)


def test_my_own_function_walks_when_it_is_written(adams):
    """The stub stays where it is; the solution, put in its place, converges."""
    page = adams.page
    source = page.evaluate(
        """() => {
            const notebook = jupyterapp.shell.currentWidget.content;
            const cells = notebook.widgets.map(cell => cell.model.sharedModel);
            const at = cells.findIndex(cell => cell.source.startsWith('def my_adam'));
            const solution = cells[at + 1].source.match(/```python\\n([^]*?)```/)[1];
            cells[at].setSource(solution + 'check(my_adam, "adam", exercise="03-adam")');
            notebook.activeCellIndex = at;
            notebook.deselectAll();
            return solution;
        }"""
    )
    cell = page.locator(".jp-CodeCell", has_text="explore(bowl, my_adam")
    says(cell.locator(".course-piece"), explore(bowl, unwritten, lr=0.1).sentence)
    for _ in range(3):  # the function, its folded solution, its walk
        page.evaluate("jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    space = {"AdamState": AdamState, "np": np}
    exec(source, space)
    says(cell.locator(".course-piece"), explore(bowl, space["my_adam"], lr=0.1).sentence)


def unwritten(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return state


unwritten.__name__ = "my_adam"


def no_correction(state, g, lr=0.02, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return AdamState(x - lr * m / (np.sqrt(v) + eps), m, v, t + 1)


def test_without_and_with_correction(adams):
    piece = unlocked(adams, "03-no-correction")
    expected = explore(bowl, no_correction, adam, n_steps=100)
    says(piece, expected.sentence)
    both_ends(piece, expected, lr=LR, beta1=BETA, n_steps=(0, 200))


def test_curves_of_one_coordinate_or_both(adams):
    piece = piece_of(adams, "03-no-correction")
    picture = piece.locator(".stage img").first
    at_rest(adams, piece)  # a picture that is still on its way would be taken for the first
    drawn = {}
    for coordinate in ("x2", "both", "x1"):
        before = picture.get_attribute("src")  # the panels' titles name the coordinate
        piece.get_by_label("curves of").select_option(coordinate)
        new_source = "([stage, old]) => stage.querySelector('img').getAttribute('src') !== old"
        stage = piece.locator(".stage").element_handle()
        piece.page.wait_for_function(new_source, arg=[stage, before], timeout=15_000)
        drawn[coordinate] = lower_row(piece)
    assert drawn["x1"] != drawn["x2"]
    assert drawn["both"][0] > 1.3 * max(drawn["x1"][0], drawn["x2"][0])  # twice as many lines


def test_four_numbers_of_adam(adams):
    piece = unlocked(adams, "03-beta1")
    expected = explore(bowl, adam, lr=0.05, beta1=0.8, n_steps=100)
    says(piece, expected.sentence)
    assert "converged in 42 steps" in expected.sentence
    scenes = {
        "no mean slope": {"beta1": 0, "beta2": 0.999, "eps": 1e-8},
        "heavy": {"beta1": 0.97, "beta2": 0.999, "eps": 1e-8},
        "small beta2": {"beta1": 0.8, "beta2": 0.5, "eps": 1e-8},
        "large eps": {"beta1": 0.8, "beta2": 0.999, "eps": 1},
    }
    for name, values in scenes.items():
        expected.set(**values)
        button = piece.get_by_role("button", name=name, exact=True)
        changes(piece, button.click, expected.sentence)
    piece.get_by_role("button", name="reset", exact=True).click()
    expected = explore(bowl, adam, lr=0.05, beta1=0.8, n_steps=100)
    says(piece, expected.sentence)
    both_ends(piece, expected, lr=LR, beta2=BETA)
    expected.set(eps=1.0)  # its lower end, 1e-12, draws the same picture as 1e-8
    changes(piece, lambda: piece.get_by_label("eps", exact=True).press("End"), expected.sentence)
    piece.get_by_role("button", name="reset", exact=True).click()


def test_fewest_steps_can_be_reached_with_the_slider(adams):
    piece = piece_of(adams, "03-beta1")
    expected = explore(bowl, adam, lr=0.05, beta1=0.8, n_steps=100)
    piece.get_by_role("button", name="reset", exact=True).click()
    says(piece, expected.sentence)
    counts = []
    for _ in range(16):
        piece.get_by_label("beta1", exact=True).press("ArrowLeft")
        expected.set(beta1=float(piece.get_by_label("beta1, typed").input_value()))
        says(piece, expected.sentence)
        counts.append(int(expected.sentence.split("converged in ")[1].split()[0]))
    assert min(counts) == EXERCISES["03-fewest"].right()


def test_a_wrong_beta_is_words_and_the_picture_stays(adams):
    piece = piece_of(adams, "03-beta1")
    before, words = lower_row(piece), piece.locator(".sentence").inner_text()
    type_into(piece, "beta1", "1")
    piece.get_by_text("beta1 must be a number in [0, 1)").wait_for(timeout=5000)
    assert piece.locator(".sentence").inner_text() == words
    assert lower_row(piece) == before
    piece.get_by_role("button", name="reset", exact=True).click()
    piece.locator(".problem").wait_for(state="hidden")


def test_a_turned_ravine_slows_adam_alone(adams):
    piece = unlocked(adams, "03-turned")
    options = {"kappa": 10, "angle": 0, "lr": 0.02, "n_steps": 400}
    expected = explore(rotated_ravine, gradient_descent, adam, **options)
    says(piece, expected.sentence)
    straight = expected.sentence.splitlines()
    for angle in (45, 0):
        expected.set(angle=angle)
        changes(piece, lambda v=angle: type_into(piece, "angle", str(v)), expected.sentence)
        turned = expected.sentence.splitlines()
        assert turned[0].split(":")[1] == straight[0].split(":")[1]  # gradient descent's
        assert (turned[1] == straight[1]) == (angle == 0)


def test_cliff(amsgrads):
    piece = unlocked(amsgrads, "04-cliff")
    expected = explore(cliff, adam, amsgrad, lr=0.05, beta2=0.9, n_steps=150)
    says(piece, expected.sentence)
    both_ends(piece, expected, beta2=BETA, n_steps=(0, 300))


def test_the_beta2_from_which_on_amsgrad_is_lower_can_be_found_with_the_slider(amsgrads):
    piece = piece_of(amsgrads, "04-cliff")
    expected = explore(cliff, adam, amsgrad, lr=0.05, beta2=0.9, n_steps=150)
    says(piece, expected.sentence)
    type_into(piece, "beta2", "0.98")
    lower = []
    for _ in range(10):
        beta2 = float(piece.get_by_label("beta2, typed").input_value())
        expected.set(beta2=beta2)
        says(piece, expected.sentence)
        f = [float(s.split(" to ")[1].split(";")[0]) for s in expected.sentence.splitlines()]
        lower.append((f[1] < f[0], beta2))
        piece.get_by_label("beta2", exact=True).press("ArrowRight")
    assert [is_lower for is_lower, _ in lower] == sorted(is_lower for is_lower, _ in lower)
    first = next(beta2 for is_lower, beta2 in lower if is_lower)
    assert diagnose_exercise("04-crossing", first).correct
    piece.get_by_role("button", name="reset", exact=True).click()


def test_five_side_by_side(amsgrads):
    piece = unlocked(amsgrads, "04-five")
    five = amsgrad, amsgrad_torch, amsgrad_keras, amsgrad_optax, amsgrad_tutorial
    expected = explore(ravine(10), *five, lr=0.02, beta2=0.99, eps=1e-8, n_steps=200)
    says(piece, expected.sentence)
    lines = [line.split(": ", 1)[1] for line in expected.sentence.splitlines()]
    assert lines[1] == lines[2]  # PyTorch's and Keras's
    assert len(set(lines)) == 4
    for lr in (0.05, 0.2, 0.02):
        expected.set(lr=lr)
        button = piece.get_by_role("button", name=f"lr = {lr}", exact=True)
        changes(piece, button.click, expected.sentence)
    both_ends(piece, expected, beta1=BETA)


def test_the_table_shows_each_of_the_five(amsgrads):
    piece = piece_of(amsgrads, "04-five")
    menu, table = piece.get_by_label("states of"), harness.unfold(piece).locator("table")
    for name, last in {"amsgrad_optax": "v_max", "amsgrad_torch": "v_max"}.items():
        menu.select_option(name)
        table.get_by_role("columnheader", name="v_hat", exact=True).wait_for(
            state="attached" if name == "amsgrad_optax" else "detached"
        )
        heads = table.locator("thead th").all_inner_texts()
        assert heads[-2:] == [last, "effective learning rate"]
        assert ("v_hat" in heads) == (name == "amsgrad_optax")
