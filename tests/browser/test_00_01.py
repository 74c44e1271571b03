"""The live pieces of notebooks 00 and 01, moved as a reader moves them.

What they must say is computed here with the same optimizers, so a sentence in the browser is right
only if the slider's value reached Python and the answer came back.
"""

import re

import harness
import pytest

from course_lib.experiments.verdicts import describe
from course_lib.explorers.predictions import questions
from course_lib.objectives import bowl, ravine, rosenbrock
from course_lib.optimizers import STATES, adam, gradient_descent, hyperparameters, run

LOW, HIGH = "Home", "End"  # keys that move a slider to its ends
COPY = "canvas => canvas.toDataURL()"
WRITE = """([old, line]) => {
    const cells = jupyterapp.shell.currentWidget.content.widgets;
    const own = cells.find(c => c.model.sharedModel.source.includes(old)).model.sharedModel;
    own.setSource(own.source.replace(old, line));
}"""
RUN = """async starts => {
    const notebook = jupyterapp.shell.currentWidget.content;
    for (const start of starts) {
        notebook.activeCellIndex = notebook.widgets.findIndex(
            c => c.model.sharedModel.source.startsWith(start));
        await jupyterapp.commands.execute("notebook:run-cell");
    }
}"""


def expected(objective, *steps, n_steps, **values):
    """The sentence that a live piece must show for these values."""
    lines = []
    for step in steps:
        hyper = {name: values[name] for name in hyperparameters(step) if name in values}
        history = run(step, STATES[step](objective.x0), objective.grad, n_steps, **hyper)
        lines.append(describe(step.__name__, objective, history.x))
    return "\n".join(lines)


class Piece:
    """One live piece of an open notebook: its controls, its canvas, its words."""

    def __init__(self, notebook, text):
        self.page = notebook.page
        cells = self.page.locator(".jp-Notebook .jp-CodeCell", has_text=text)
        self.node = cells.first.locator(".course-piece")
        self.node.scroll_into_view_if_needed()
        self.canvas = self.node.locator("canvas[role=img]")
        self.sentence = self.node.locator(".sentence")

    def says(self, words):
        """Wait until the sentence is exactly this."""
        self.page.wait_for_function(
            "([node, words]) => node.textContent === words",
            arg=[self.sentence.element_handle(), words],
            timeout=5000,
        )

    def changes(self, action, words):
        """Do something that must change the sentence to ``words``, and the canvas with it."""
        pixels = self.canvas.evaluate(COPY)
        frames = int(self.canvas.get_attribute("data-frames"))
        action()
        self.says(words)
        self.page.wait_for_function(
            "([canvas, old]) => canvas.toDataURL() !== old",
            arg=[self.canvas.element_handle(), pixels],
            timeout=5000,
        )
        assert int(self.canvas.get_attribute("data-frames")) > frames

    def start(self, wanted, seconds=5):
        """Wait until the start that the sentence names is as wanted; return it."""
        for _ in range(20 * seconds):
            numbers = re.search(r"from \((.+?), (.+?)\)", self.sentence.inner_text()).groups()
            start = [float(number) for number in numbers]
            if wanted(start):
                return start
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the start stays at {start}")

    def slide(self, name, key):
        self.node.get_by_label(name, exact=True).press(key)

    def type(self, name, text):
        field = self.node.get_by_label(f"{name}, typed")
        field.fill(text)
        field.press("Enter")

    def press(self, name):
        self.node.get_by_role("button", name=name, exact=True).click()


def commit(notebook, slug):
    """Answer a prediction as its reader would; the right answer, so that its reason is shown."""
    question = questions()[slug]
    asked = notebook.page.locator(".jp-OutputArea-output", has_text=question["question"]).last
    asked.scroll_into_view_if_needed()
    assert question["because"] not in asked.inner_text()
    if "choices" in question:
        asked.get_by_text(question["answer"], exact=True).click()
    else:
        field = asked.get_by_label("your answer, typed")
        field.fill(str(question["answer"]))
        field.press("Enter")
    asked.get_by_role("button", name="Commit").click()
    asked.get_by_text(question["because"]).wait_for(timeout=5000)
    assert "Correct." in asked.inner_text()


@pytest.fixture(scope="module")
def start_here(browser, lab):
    with harness.opened(browser, lab, "00_start_here.ipynb") as notebook:
        yield notebook


@pytest.fixture(scope="module")
def descent(browser, lab):
    with harness.opened(browser, lab, "01_gradient_descent.ipynb") as notebook:
        yield notebook


def test_first_figure_is_within_the_first_screen(start_here):
    start_here.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, 0)")
    sentence = start_here.page.locator(".course-live .sentence").first.bounding_box()
    assert sentence["y"] > 0
    assert sentence["y"] + sentence["height"] < 900


def test_first_figure_follows_its_controls(start_here):
    piece = Piece(start_here, "explore(ravine(10), gradient_descent, lr=0.02")

    def words(lr=0.02, n_steps=40):
        return expected(ravine(10), gradient_descent, lr=lr, n_steps=n_steps)

    piece.says(words())
    piece.changes(lambda: piece.slide("lr", LOW), words(1e-4))
    piece.changes(lambda: piece.slide("lr", HIGH), words(10.0))
    piece.changes(lambda: piece.type("lr", "0.1"), words(0.1))
    assert "converged in 36 steps" in piece.sentence.inner_text()
    piece.changes(lambda: piece.slide("steps", LOW), words(0.1, 0))
    piece.changes(lambda: piece.slide("steps", HIGH), words(0.1, 200))
    piece.changes(lambda: piece.press("reset"), words())

    piece.type("lr", "-1")
    piece.node.get_by_text("lr must be a number > 0").wait_for(timeout=5000)
    assert piece.sentence.inner_text() == words()  # the last good one stays
    piece.changes(lambda: piece.type("lr", "0.21"), words(0.21))
    piece.press("reset")
    piece.says(words())


def test_start_moves_by_click_and_by_keys(start_here):
    piece = Piece(start_here, "explore(ravine(10), gradient_descent, lr=0.02")
    panel = piece.node.get_by_label("arrow keys or a click choose a point")
    box = panel.bounding_box()
    panel.click(position={"x": box["width"] / 2, "y": box["height"] / 4})
    clicked = piece.start(lambda start: start != [-1.8, 1.2])
    assert clicked == pytest.approx([0, 1], abs=0.03)
    panel.press("ArrowRight")
    moved = piece.start(lambda start: start != clicked)
    assert moved == pytest.approx([clicked[0] + 0.08, clicked[1]], abs=0.011)  # 2 % of the window
    piece.press("reset")
    piece.start(lambda start: start == [-1.8, 1.2])


def test_state_table_shows_the_step_of_the_cursor(start_here):
    piece = Piece(start_here, "explore(ravine(10), gradient_descent, lr=0.02")
    canvas = piece.node.locator(".panel").first
    table = harness.unfold(piece.node).locator("table")
    canvas.focus()
    canvas.press("Home")
    for _ in range(3):
        canvas.press(".")
    piece.node.get_by_text("step 3 of 40").wait_for(timeout=5000)
    start = STATES[gradient_descent](ravine(10).x0)
    x = run(gradient_descent, start, ravine(10).grad, n_steps=3, lr=0.02).x
    rows = zip(["x1", "x2"], x[3], ravine(10).grad(x[2]), strict=True)  # g led from step 2 to 3
    written = [f"{a} {b:#.4g} {c:#.4g}".replace("-", "−") for a, b, c in rows]
    piece.page.wait_for_function(
        "([table, words]) => table.innerText.split(/\\s+/).join(' ') === words",
        arg=[table.element_handle(), " ".join(["t = 3 x g", *written])],
        timeout=5000,
    )


def test_two_optimizers_open_after_the_prediction(start_here):
    code = "explore(rosenbrock, gradient_descent, adam"
    cell = start_here.page.locator(".jp-Notebook .jp-CodeCell", has_text=code).first
    assert cell.locator(".stage").count() == 0
    commit(start_here, "00-bent-valley")
    piece = Piece(start_here, code)

    def words(**values):
        values = {"lr": 0.001, "n_steps": 200, **values}
        return expected(rosenbrock, gradient_descent, adam, **values)

    piece.says(words())
    descent_f, adam_f = (float(f) for f in re.findall(r"falls from .+? to (.+?);", words()))
    assert descent_f < adam_f  # what the prediction's answer says
    for name in ("beta1", "beta2"):
        piece.changes(lambda n=name: piece.slide(n, LOW), words(**{name: 0.0}))
        piece.changes(lambda n=name: piece.slide(n, HIGH), words(**{name: 0.9999}))
        piece.press("reset")
        piece.says(words())
    piece.changes(lambda: piece.slide("eps", HIGH), words(eps=1.0))
    piece.slide("eps", LOW)
    piece.says(words(eps=1e-12))
    piece.press("reset")
    piece.says(words())
    piece.changes(lambda: piece.slide("lr", HIGH), words(lr=10.0))
    piece.press("reset")


def test_a_function_of_ones_own_walks_after_its_exercise(descent):
    code = "explore(bowl, my_gradient_descent"
    piece = Piece(descent, code)
    piece.node.get_by_text("still has its three dots in the place of x").wait_for(timeout=5000)
    descent.page.evaluate(WRITE, ["    x = ...  # your line", "    x = x - lr * g"])
    descent.page.evaluate(RUN, ["def my_gradient_descent", code])
    descent.page.get_by_text("Right. All numbers of").wait_for(timeout=20_000)
    wanted = expected(bowl, gradient_descent, lr=0.1, n_steps=60)
    piece = Piece(descent, code)
    piece.says(wanted.replace("gradient_descent", "my_gradient_descent"))
    assert "converged" in wanted


@pytest.mark.parametrize(
    ("slug", "code", "landscape", "n_steps", "scenes", "typed"),
    [
        (
            "01-too-large",
            "explore(bowl, gradient_descent",
            bowl,
            30,
            {0.01: "crawling", 0.3: "converged", 1.0: "circling", 1.05: "f rises"},
            {},
        ),
        (
            "01-ravine-limit",
            "explore(ravine, gradient_descent",
            ravine(10),
            60,
            {0.01: "crawling", 0.1: "converged", 0.18: "converged", 0.25: "f rises"},
            {0.2: "circling"},  # the limit has no button: the reader finds it
        ),
    ],
)
def test_scenes_show_the_stability_limit(descent, slug, code, landscape, n_steps, scenes, typed):
    commit(descent, slug)
    piece = Piece(descent, code)

    def words(lr, n_steps=n_steps):
        return expected(landscape, gradient_descent, lr=lr, n_steps=n_steps)

    buttons = piece.node.get_by_role("button", name=re.compile("^lr = "))
    assert buttons.all_inner_texts() == [f"lr = {lr}" for lr in scenes]
    for lr, verdict in scenes.items():
        piece.changes(lambda name=f"lr = {lr}": piece.press(name), words(lr))
        assert verdict in piece.sentence.inner_text()
    for lr, verdict in typed.items():
        piece.changes(lambda text=str(lr): piece.type("lr", text), words(lr))
        assert verdict in piece.sentence.inner_text()
    piece.changes(lambda: piece.slide("lr", LOW), words(1e-4))
    piece.changes(lambda: piece.slide("lr", HIGH), words(10.0))
    piece.changes(lambda: piece.press("reset"), words(0.1))
    piece.changes(lambda: piece.slide("steps", LOW), words(0.1, 0))
    piece.changes(lambda: piece.slide("steps", HIGH), words(0.1, 200))


def test_another_landscape_from_the_menu(descent):
    piece = Piece(descent, "explore(ravine, gradient_descent")
    piece.press("reset")
    piece.says(expected(ravine(10), gradient_descent, lr=0.1, n_steps=60))
    menu = piece.node.get_by_label("objective")
    wanted = expected(bowl, gradient_descent, lr=0.1, n_steps=60)
    piece.changes(lambda: menu.select_option("bowl"), wanted)


def test_no_errors_in_the_console(start_here, descent):
    assert start_here.errors == []
    assert descent.errors == []
