"""The lab: notebooks run from top to bottom where Python runs in the browser.

One notebook stands for all; ``COURSE_LAB=all`` runs each one. ``pytest -s`` shows the times.
"""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import harness
import pytest
from build import LAB
from rehearse_pyodide import NoPyodide, distribution, served

WEBSITE = Path(__file__).parents[2] / "website"

ONE = "03_adam.ipynb"
ALL = sorted(path.name for path in harness.NOTEBOOKS.glob("*.ipynb"))
NAMES = ALL if os.environ.get("COURSE_LAB") == "all" else [ONE]
HAS_PIECE = "() => document.querySelector('.course-piece .stage canvas, .course-prediction')"
OUTPUTS = """() => jupyterapp.shell.currentWidget.content.widgets
    .filter((cell) => cell.model.type === "code")
    .map((cell) => cell.model.outputs.toJSON())"""
DRAWN = "canvas => canvas.toDataURL()"
ENDLESS = """from course_lib.explorers import explore
from course_lib.objectives import bowl
def endless(state, g, lr=0.1):
    while True:
        pass
explore(bowl, endless)"""


@pytest.fixture(scope="module")
def lab_site(tmp_path_factory):
    """Address of the lab, with Pyodide from this machine."""
    try:
        files = distribution()
    except NoPyodide as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("site") / "lab"
    with served(files) as pyodide:
        command = [sys.executable, WEBSITE / "lab.py", folder, "--pyodide-url", pyodide]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        with served(folder) as address:
            yield address, pyodide


@contextmanager
def opened(browser, lab_site, name):
    """A notebook opened in the lab, its kernel ready; it may ask this machine only."""
    address, pyodide = lab_site
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    notebook = harness.OpenNotebook(context.new_page())
    requests = []
    notebook.page.on("request", lambda request: requests.append(request.url))
    try:
        notebook.page.goto(address + LAB.removeprefix("lab/") + name)
        notebook.page.wait_for_function(harness.READY, timeout=240_000)
        yield notebook
        ours = (address, pyodide, "blob:", "data:")
        assert [url for url in requests if not url.startswith(ours)] == []
    finally:
        context.close()


def errors(page):
    """What cells have raised."""
    found = [output for cell in page.evaluate(OUTPUTS) for output in cell]
    return [o["ename"] + ": " + o["evalue"] for o in found if o["output_type"] == "error"]


def moved(page):
    """Move the first slider of a live figure; milliseconds until the picture is another."""
    pieces = page.locator(".course-piece", has=page.locator(".stage canvas[role=img]"))
    piece = pieces.filter(has=page.locator("input[type=range]")).filter(visible=True).first
    slider = piece.locator("input[type=range]").first
    slider.scroll_into_view_if_needed(timeout=60_000)
    canvas = piece.locator(".stage canvas[role=img]").first
    before = canvas.evaluate(DRAWN)
    start = time.monotonic()
    slider.press("ArrowLeft")
    deadline = start + 60
    while canvas.evaluate(DRAWN) == before:
        assert time.monotonic() < deadline, "the slider moved, and the picture did not change"
        page.wait_for_timeout(5)
    return 1000 * (time.monotonic() - start)


@pytest.mark.parametrize("name", NAMES)
def test_notebook_runs_in_the_browser_alone(browser, lab_site, name):
    start = time.monotonic()
    with opened(browser, lab_site, name) as notebook:
        page = notebook.page
        page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(HAS_PIECE, timeout=240_000)
        first = time.monotonic() - start
        page.wait_for_function(harness.ALL_DONE, timeout=480_000)
        seconds = time.monotonic() - start
        assert errors(page) == []
        harness.answer_predictions(page)
        words = f"first live piece {first:.0f} s, all cells {seconds:.0f} s"
        print(f"\n{name}: {words}, slider {moved(page):.0f} ms")
        if name == ONE:
            ends_an_endless_step(page)


def ends_an_endless_step(page):
    """A step that never returns ends with words, and the kernel answers afterwards."""
    assert "stopped after" in str(run_last(page, ENDLESS))
    assert "'42'" in str(run_last(page, "6 * 7"))


def run_last(page, source):
    """The outputs of one more cell at the end of the notebook."""
    page.evaluate(
        """(source) => {
            const panel = jupyterapp.shell.currentWidget;
            const cells = panel.content;
            cells.activeCellIndex = cells.widgets.length - 1;
            return jupyterapp.commands.execute("notebook:insert-cell-below").then(() => {
                cells.activeCell.model.sharedModel.setSource(source);
                return jupyterapp.commands.execute("notebook:run-cell");
            });
        }""",
        source,
    )
    page.wait_for_function(harness.ALL_DONE, timeout=240_000)
    return page.evaluate(OUTPUTS)[-1]
