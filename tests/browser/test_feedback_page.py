"""A check, a prediction and the summary as a student meets them, with the keyboard only."""

import harness
import pytest

CELLS = [
    """from course_lib import optimizers
from course_lib.checks.steps import check
from course_lib.checks.feedback import summary
from course_lib.objectives import bowl
from course_lib.explorers.predictions import predict""",
    """def uphill(state, g, lr=0.1):
    return state._replace(x=state.x + lr * g, t=state.t + 1)


check(uphill, "gradient_descent")""",
    """def for_ever(state, g, lr=0.1):
    while True:
        try:
            lr += 1
        except:
            pass


check(for_ever, "gradient_descent", exercise="loop")""",
    """prediction = predict("01-too-large")
prediction""",
    """from course_lib.explorers.landscape import explore

prediction.unlock(explore(bowl, optimizers.gradient_descent))""",
    "summary()",
    """slider = predict("01-ravine-limit")
slider""",
    "slider.unlock(explore(bowl, optimizers.gradient_descent))",
    "live = predict('02-limit').unlock(explore(bowl, optimizers.gradient_descent)); live",
    "from course_lib.explorers import open_all",
]


@pytest.fixture(scope="module")
def page(browser, lab):
    lab.write("feedback.ipynb", CELLS)
    with harness.opened(browser, lab, "feedback.ipynb") as notebook:
        yield notebook


def output(page, i):
    return page.cell(i).locator(".jp-OutputArea-output")


def test_hints_open_with_the_keyboard(page):
    shown = output(page, 1)
    assert "Not yet. Each step goes uphill" in shown.inner_text()
    hints = shown.locator("summary")
    assert [hint.is_visible() for hint in hints.all()] == [True, False, False]
    for i in range(3):
        hints.nth(i).focus()
        page.page.keyboard.press("Enter")
        assert [hint.is_visible() for hint in hints.all()] == [j <= i + 1 for j in range(3)]
    assert "To see both paths, run explore(ravine(10), " in shown.inner_text()
    assert "x ← x − (step)" in shown.inner_text()


def test_a_loop_without_end_is_stopped(page):
    assert "was stopped after 2 seconds" in output(page, 2).inner_text()


FOCUSED = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
ACTIVE_CELL = "jupyterapp.shell.currentWidget.content.activeCellIndex"


def press(page, *keys):
    for key in keys:
        page.page.keyboard.press(key)


def test_prediction_opens_the_figure_with_the_keyboard(page):
    asked, live = output(page, 3), output(page, 4)
    assert "commit to your answer above" in live.inner_text()
    assert live.locator("canvas, input").count() == 0
    asked.get_by_role("button", name="Commit").focus()
    press(page, "Enter")
    asked.get_by_text("Choose an answer first.").wait_for()
    radios = asked.get_by_role("radio")
    radios.first.focus()
    cell = page.page.evaluate(ACTIVE_CELL)
    press(page, "Space", "ArrowDown", "ArrowDown", "ArrowUp", "j", "k", "ArrowUp")
    assert [radio.is_checked() for radio in radios.all()] == [True, False, False]
    assert page.page.evaluate(ACTIVE_CELL) == cell
    press(page, "Tab", "Enter")
    asked.get_by_text("You said: The run gets faster and faster.").wait_for()
    live.locator("canvas[data-frames]").first.wait_for()
    assert radios.first.is_disabled()
    assert page.page.evaluate(FOCUSED) == "lr"
    assert page.page.evaluate(ACTIVE_CELL) == cell + 1
    assert "You said: The run gets" in run(page, "print(prediction)")


def run(page, code):
    """What a code prints in the notebook's kernel; it runs in the last cell."""
    command = """async (code) => {
        const { content, sessionContext } = jupyterapp.shell.currentWidget;
        const request = { code, silent: false, store_history: false };
        const future = sessionContext.session.kernel.requestExecute(request);
        let printed = "";
        future.onIOPub = ({ content }) => (printed += content.text ?? content.evalue ?? "");
        await future.done;
        return printed;
    }"""
    return page.page.evaluate(command, code)


def test_the_arrow_keys_move_the_slider_of_a_prediction(page):
    asked, live = output(page, 6), output(page, 7)
    slider = asked.get_by_label("your answer", exact=True)
    asked.get_by_role("button", name="Commit").click()
    asked.get_by_text("Move the slider first.").wait_for()
    slider.focus()
    cell = page.page.evaluate(ACTIVE_CELL)
    press(page, "ArrowDown", "ArrowLeft", "ArrowLeft")
    assert asked.get_by_label("your answer, typed").input_value() == "0.975"
    assert page.page.evaluate(ACTIVE_CELL) == cell
    press(page, "Tab", "Tab", "Enter")
    asked.get_by_text("You said: 0.975. The answer: 0.2.").wait_for()
    live.locator("canvas[data-frames]").first.wait_for()
    width, there = live.evaluate(
        "node => [node.querySelector('.stage canvas[role=img]').width, node.clientWidth]"
    )
    assert 0.9 * there < width <= there
    assert run(page, "print(slider.choice)") == "0.975\n"


def test_an_instructor_opens_what_is_closed(page):
    live = output(page, 8)
    assert live.get_by_text("Closed: commit").is_visible()
    run(page, "open_all()")
    live.locator("canvas[data-frames]").first.wait_for()
    assert live.get_by_text("Closed: commit").count() == 0


def test_summary_and_console(page):
    text = output(page, 5).inner_text()
    assert "2 questions: 2 attempted, 0 right." in text
    assert page.errors == []
