"""A cell that runs again and again: neither kernel nor page fills up, and the look stays."""

import harness
import pytest

from course_lib.explorers import explore
from course_lib.objectives import bowl
from course_lib.optimizers import adam, amsgrad

RUNS = 15
HOSTILE = {"text.usetex": True, "axes.labelsize": 30, "xtick.labelsize": 30, "axes.grid": True}
CELLS = [
    "from course_lib.explorers import explore\n"
    "from course_lib.objectives import bowl\n"
    "from course_lib.optimizers import adam, amsgrad",
    "explore(bowl, adam, amsgrad, lr=0.02)",
    "from ipywidgets.widgets.widget import _instances\nprint(len(_instances), 'widgets')",
    f"import matplotlib\nmatplotlib.rcParams.update({HOSTILE})",
    "explore(bowl, adam, amsgrad, lr=0.02)",
]
COUNT_PICTURES = """() => {
    window.pictures = new Set();
    const create = URL.createObjectURL, revoke = URL.revokeObjectURL;
    URL.createObjectURL = (blob) => {
        const url = create.call(URL, blob);
        if (blob.type === "image/png") pictures.add(url);
        return url;
    };
    URL.revokeObjectURL = (url) => { pictures.delete(url); revoke.call(URL, url); };
}"""
IMAGES = """piece => Promise.all([...piece.querySelectorAll(".stage img")].map(async (image) => {
    const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
    return bytes.join();
}))"""


@pytest.fixture(scope="module")
def notebook(browser, lab):
    lab.write("again.ipynb", CELLS)
    with harness.opened(browser, lab, "again.ipynb") as notebook:
        yield notebook
        assert notebook.errors == []


def run_cell(notebook, number):
    notebook.page.evaluate(
        """async (number) => {
            jupyterapp.shell.currentWidget.content.activeCellIndex = number;
            await jupyterapp.commands.execute("notebook:run-cell");
        }""",
        number,
    )
    notebook.page.wait_for_function(harness.ALL_DONE, timeout=60_000)


def widgets(notebook):
    run_cell(notebook, 2)
    words = notebook.cell(2).locator(".jp-OutputArea-output").last.text_content()
    return int(words.split()[0])


def test_settings_of_matplotlib_do_not_reach_the_picture(notebook):
    pieces = [notebook.cell(number).locator(".course-piece") for number in (1, 4)]
    for piece in pieces:
        piece.locator(".stage img").nth(1).wait_for(state="attached")
        piece.scroll_into_view_if_needed()
    notebook.page.wait_for_timeout(1000)  # until both are drawn for the width of the page
    first, second = (piece.evaluate(IMAGES) for piece in pieces)
    assert len(first) == 2
    assert first == second


def test_many_runs_of_a_cell_keep_one_piece(notebook):
    notebook.page.evaluate(COUNT_PICTURES)
    run_cell(notebook, 1)
    before = widgets(notebook)
    for _ in range(RUNS):
        run_cell(notebook, 1)
    assert widgets(notebook) == before
    piece = notebook.cell(1).locator(".course-piece")
    piece.locator(".sentence").wait_for()
    assert piece.count() == 1
    assert notebook.page.evaluate("pictures.size") <= 8  # of the last run, a layer or two at work
    piece.get_by_label("lr, typed").fill("0.3")
    piece.get_by_label("lr, typed").press("Enter")
    notebook.page.wait_for_function(
        "([node, words]) => node.textContent === words",
        arg=[
            piece.locator(".sentence").element_handle(),
            explore(bowl, adam, amsgrad, lr=0.3).sentence,
        ],
    )
