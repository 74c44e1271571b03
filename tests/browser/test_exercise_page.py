"""An exercise in JupyterLab: errors in answers stop nothing, and the solution is a folded box."""

import harness
import pytest

NAME = "00_start_here.ipynb"
WRITE = """([start, source]) => {
    const cells = jupyterapp.shell.currentWidget.content.widgets;
    const at = cells.findIndex(c => c.model.sharedModel.source.startsWith(start));
    cells[at].model.sharedModel.setSource(source);
    jupyterapp.shell.currentWidget.content.activeCellIndex = at;
    return at;
}"""
CHECK = '\n\ncheck_exercise("00-state-table", x2_after_3_steps)'
WRONG = {  # how a cell begins -> what it becomes
    "x2_after_3_steps": f"x2_after_3_steps = 1 / 0{CHECK}",
    "steps_at_0_1": 'steps_at_0_1 = 3 6\n\ncheck_exercise("00-steps", steps_at_0_1)',
    "def my_bowl": "def my_bowl(x1, x2):\n    return x1^2\n\n\ncheck_objective(my_bowl, bowl)",
}


@pytest.fixture(scope="module")
def page(browser, lab):
    """Notebook 00, whose three exercises are answered wrongly before all cells run."""
    with harness.opened(browser, lab, NAME, run=False) as notebook:
        for start, source in WRONG.items():
            notebook.page.evaluate(WRITE, [start, source])
        notebook.run_all()
        yield notebook


def output(page, text):
    cell = page.page.locator(".jp-CodeCell", has=page.page.locator(".jp-Editor", has_text=text))
    return cell.first.locator(".jp-OutputArea")


def test_run_all_reaches_the_end(page):
    assert "ZeroDivisionError" in output(page, "x2_after_3_steps").inner_text()
    assert "SyntaxError" in output(page, "steps_at_0_1").inner_text()
    assert "A power is written **" in output(page, "def my_bowl").inner_text()
    assert "0 attempted, 0 right" in output(page, "summary()").last.inner_text()


def test_an_answer_that_is_repaired_is_judged_at_once(page):
    page.page.evaluate(WRITE, ["x2_after_3_steps", f"x2_after_3_steps = 0.6144{CHECK}"])
    page.page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    page.page.get_by_text("0.6144 is right.").wait_for()
    assert "✓ Right." in output(page, "x2_after_3_steps").inner_text()


def test_a_solution_opens_with_the_keyboard_and_shows_code(page):
    box = page.page.locator(".jp-MarkdownCell details", has_text="x2_after_3_steps = 0.6144").first
    assert not box.locator("pre").is_visible()
    box.locator("summary").focus()
    page.page.keyboard.press("Enter")
    assert box.locator("pre").is_visible()
    assert box.inner_text().split() == ["Solution", "x2_after_3_steps", "=", "0.6144"]
