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


def test_prediction_opens_the_figure_with_the_keyboard(page):
    asked, live = output(page, 3), output(page, 4)
    assert "commit to your answer above" in live.inner_text()
    asked.get_by_role("button", name="Commit").focus()
    page.page.keyboard.press("Enter")
    asked.get_by_text("Choose an answer first.").wait_for()
    asked.get_by_role("radio").first.focus()
    page.page.keyboard.press("Space")
    for _ in range(3):  # past the other two choices
        page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    asked.get_by_text("You said: The run gets faster and faster.").wait_for()
    live.locator("canvas[role=img]").first.wait_for()
    assert asked.get_by_role("radio").first.is_disabled()


def test_summary_and_console(page):
    text = output(page, 5).inner_text()
    assert "3 questions: 2 attempted, 0 right." in text
    assert page.errors == []
