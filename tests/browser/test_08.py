"""The bug museum: exhibits run beside the right update, and can be repaired in their own cell."""

import harness
import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def notebook(browser, lab):
    with harness.opened(browser, lab, "08_bug_museum.ipynb") as opened:
        yield opened
        assert opened.errors == []


def test_a_large_eps_shows_the_missing_bracket(notebook):
    piece = notebook.page.locator(".course-piece").first
    sentence = piece.locator(".sentence")
    exhibit, right = sentence.inner_text().split("\n")
    assert exhibit.split(":")[1] == right.split(":")[1]  # with 1e-8 nobody sees it
    piece.get_by_label("eps", exact=True).press("End")
    expect(sentence).to_contain_text("diverged", timeout=30_000)
    exhibit, right = sentence.inner_text().split("\n")
    assert "diverged" in exhibit
    assert "diverged" not in right


def test_a_repaired_exhibit_is_right(notebook):
    page = notebook.page
    page.evaluate(
        """() => {
            const notebook = jupyterapp.shell.currentWidget.content;
            const cells = notebook.widgets;
            const at = cells.findIndex(c => c.model.sharedModel.source.startsWith('def exhibit_1'));
            const model = cells[at].model.sharedModel;
            const [wrong, right] = ['np.sqrt(v_hat) + eps', '(np.sqrt(v_hat) + eps)'];
            model.setSource(model.source.replace(wrong, right));
            notebook.activeCellIndex = at;
            notebook.deselectAll();
        }"""
    )
    for _ in range(2):  # the exhibit, then its check
        page.evaluate("jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    cell = page.locator(".jp-CodeCell", has_text='check(exhibit_1, "adam"')
    expect(cell.locator(".jp-OutputArea")).to_contain_text("Right", timeout=30_000)
