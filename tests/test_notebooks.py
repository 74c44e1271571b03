"""What must be true of every committed notebook, and of the script that refreshes them."""

import base64
import io
import re
import subprocess
import sys

import matplotlib
import nbformat
import numpy as np
import pytest
import refresh_notebooks
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from reading import main_path, reading
from refresh_notebooks import PNG, WIDGET_VIEW, canonical, differences, look_alike

PATHS = sorted(refresh_notebooks.NOTEBOOKS.glob("*.ipynb"))
FORBIDDEN = {
    "a %matplotlib line": r"^\s*%matplotlib",
    "an installation": r"^\s*[!%]\s*(pip|conda|uv)\b",
    "a star import": r"^\s*from\s+\S+\s+import\s+\*",
    "sys.path": r"\bsys\.path\b",
}
MACHINE = {
    "an address in memory": r"\b0x[0-9a-f]{6,}",
    "a path of one machine": r"(?<![\w.])/(home|Users|root|tmp|var|usr|opt|mnt|work)/\w|\b[A-Z]:\\",
}


@pytest.fixture(params=PATHS, ids=lambda path: path.name)
def committed(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(notebook):
    """Everything that a reader can read in the outputs."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            for kind, content in refresh_notebooks.contents(output):
                if not kind.startswith("image/"):
                    yield str(content)


def test_format_is_valid_and_metadata_small(committed):
    nbformat.validate(committed)
    assert committed.metadata == refresh_notebooks.METADATA  # so no metadata.widgets either


def test_the_language_is_named(committed):
    """JupyterLite takes its kernel, which is not called python3, by the language."""
    assert committed.metadata.language_info.name == "python"


def test_every_code_cell_has_run(committed):
    counts = [cell.execution_count for cell in code_cells(committed)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_errors_and_no_widget_ids_in_outputs(committed):
    outputs = [output for cell in code_cells(committed) for output in cell.outputs]
    assert [o.evalue for o in outputs if o.output_type == "error"] == []
    assert not any(WIDGET_VIEW in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("pattern", FORBIDDEN.values(), ids=FORBIDDEN)
def test_cells_leave_out(committed, pattern):
    found = [c.source for c in code_cells(committed) if re.search(pattern, c.source, re.MULTILINE)]
    assert found == []


def test_code_cells_have_at_most_20_lines(committed):
    assert [c.source for c in code_cells(committed) if len(c.source.splitlines()) > 20] == []


def test_the_main_path_is_one_sitting(committed):
    cells, words, minutes = reading(main_path(committed.cells))
    assert cells <= 35
    assert words <= 1500
    assert minutes <= 47.5  # 45, as it is rounded


def test_the_title_says_how_long_it_takes(committed):
    """To the nearest five minutes, as `reading` counts them."""
    said = int(re.search(r"takes about (\d+) minutes", committed.cells[0].source)[1])
    assert abs(said - reading(main_path(committed.cells)).minutes) <= 2.5


def test_what_is_optional_comes_last_and_says_so(committed):
    heads = [cell.source for cell in committed.cells if re.match("## (?!#)", cell.source)]
    further = [head for head in heads if head.startswith("## Further")]
    assert further == heads[len(heads) - len(further) :] and len(further) <= 1
    assert all("optional" in head.lower() for head in further)


def test_columns_are_printed_by_the_library(committed):
    """No widths in a cell's format strings: `print_table` aligns."""
    widths = re.compile(r"\{[^{}]*:[<>^]?\d+[^{}]*\}")
    assert [c.source for c in code_cells(committed) if widths.search(c.source)] == []


def test_what_a_prediction_closes_is_folded_until_it_runs(committed):
    """JupyterLab folds such an output away, and opens it when the cell runs."""
    closed = [cell for cell in code_cells(committed) if ".unlock(" in cell.source]
    hidden = [cell for cell in code_cells(committed) if "jupyter" in cell.metadata]
    assert hidden == closed
    assert all(cell.metadata.jupyter == {"outputs_hidden": True} for cell in closed)


@pytest.mark.parametrize("pattern", MACHINE.values(), ids=MACHINE)
def test_outputs_are_free_of(committed, pattern):
    assert [text for text in texts(committed) if re.search(pattern, text)] == []


@pytest.fixture(autouse=True)
def the_pinned_matplotlib(monkeypatch):
    monkeypatch.setattr(refresh_notebooks, "pinned_matplotlib", lambda: matplotlib.__version__)


def png(pixels):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return base64.b64encode(buffer.getvalue()).decode()


WHITE = np.full((40, 60, 3), 255, np.uint8)
ALMOST_WHITE = WHITE.copy()
ALMOST_WHITE[3, 4] = 250
LINE = WHITE.copy()
LINE[20, 10:50] = 0


def test_pictures_of_one_matplotlib_are_compared_by_pixel():
    assert look_alike(png(WHITE), png(ALMOST_WHITE))
    assert not look_alike(png(WHITE), png(LINE))
    assert not look_alike(png(WHITE), png(WHITE[:, :59]))


def test_pictures_of_two_matplotlibs_are_compared_by_size(monkeypatch):
    monkeypatch.setattr(refresh_notebooks, "pinned_matplotlib", lambda: "3.0.0")
    assert look_alike(png(WHITE), png(LINE))
    assert look_alike(png(WHITE[:, :59]), png(LINE))
    assert not look_alike(png(WHITE[:, :50]), png(LINE))


def live_piece(picture):
    """A notebook as a kernel leaves it, with a live piece in its second cell."""
    data = {WIDGET_VIEW: {"model_id": "ab12"}, PNG: picture, "text/plain": "LiveFigure: lr 0.1"}
    output = new_output("execute_result", data, metadata={PNG: {"width": 30}}, execution_count=7)
    cell = new_code_cell("live", id="b", outputs=[output], execution_count=7)
    cell.metadata.execution = {"iopub.status.busy": "2026-01-01"}
    notebook = new_notebook(cells=[new_markdown_cell("# Title", id="a"), cell])
    notebook.metadata.widgets = {"state": {}}
    return notebook


def test_live_piece_becomes_a_picture_then_its_sentence():
    notebook = live_piece(png(WHITE))
    result = canonical(notebook, notebook)
    assert result.metadata == refresh_notebooks.METADATA
    assert result.cells[1].metadata == {}
    assert result.cells[1].execution_count == 1
    assert result.cells[1].outputs == [
        new_output("display_data", {PNG: png(WHITE)}, metadata={PNG: {"width": 30}}),
        new_output("display_data", {"text/plain": "LiveFigure: lr 0.1"}),
    ]
    assert canonical(result, result) == result


def test_a_picture_that_looks_the_same_keeps_its_bytes():
    before = canonical(live_piece(png(WHITE)), live_piece(png(WHITE)))
    same = canonical(live_piece(png(ALMOST_WHITE)), before)
    other = canonical(live_piece(png(LINE)), before)
    assert same == before
    assert differences(before, same) == []
    assert other.cells[1].outputs[0].data[PNG] == png(LINE)
    assert differences(before, other) == ["cell 1 ('live'): another picture"]


def refresh(*arguments):
    """Run the script in a process of its own (its event loops would outlive the test).

    What it says is its stdout. Its stderr belongs to the kernels too, and ipykernel 6 now and
    then logs an error of its own sockets there while it shuts down.
    """
    command = [sys.executable, refresh_notebooks.__file__, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    print(done.stderr, file=sys.stderr)  # pytest shows it beside a failure
    return done.returncode, done.stdout


SOURCES = ["print(6 * 7)", "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')"]
LAST_WORDS = "import atexit\n_ = atexit.register(print, 'a late error', file=sys.__stderr__)"


def test_refresh_runs_in_the_notebook_s_folder_and_changes_nothing_twice(tmp_path):
    path = tmp_path / "small.ipynb"
    (tmp_path / "beside.txt").write_text("beside")
    sources = [*SOURCES, "open('beside.txt').read()", LAST_WORDS]
    cells = [new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
    nbformat.write(new_notebook(cells=cells), path)

    failed, words = refresh(path)
    assert not failed
    assert "cell 0 ('print(6 * 7)'): outputs [] -> ['stdout']" in words
    first = path.read_bytes()
    assert refresh(path) == (0, "small.ipynb: unchanged\n")
    assert path.read_bytes() == first
    assert list(texts(nbformat.read(path, as_version=4))) == ["42\n", "a\nc\n", "b\n", "'beside'"]

    path.write_text(path.read_text().replace("42\\n", "41\\n"))
    failed, words = refresh("--check", path)
    assert failed
    assert "stdout\n      was '41\\n'\n      is  '42\\n'" in words
    assert b"41" in path.read_bytes()


@pytest.mark.parametrize("tags", [[], ["exercise", "raises-exception"]], ids=["plain", "exercise"])
def test_refresh_names_the_cell_that_does_not_run(tags, tmp_path):
    path = tmp_path / "broken.ipynb"
    cell = new_code_cell("1 / 0", id="c", metadata={"tags": tags})
    nbformat.write(new_notebook(cells=[cell]), path)
    before = path.read_bytes()
    failed, words = refresh(path)
    assert failed
    assert "broken.ipynb: does not run" in words
    assert "ZeroDivisionError" in words
    assert path.read_bytes() == before
