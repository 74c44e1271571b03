"""Notebooks run from top to bottom, with the state of every live piece that they show."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

CELL_TIMEOUT = 300  # seconds
WIDTH, RATIO = 960, 2  # CSS pixels of a figure on a page at 1280; its picture's pixels per one
SETUP = f"""
from course_lib.live.figure import LiveFigure
LiveFigure._last_screen = {{"width": {WIDTH:.1f}, "ratio": {RATIO:.1f}}}
"""


def executed(path):
    """Run a notebook in its own folder.

    Parameters
    ----------
    path : pathlib.Path
        The notebook; it is not written.

    Returns
    -------
    nbformat.NotebookNode
        With new outputs, and the states of its widgets in its metadata.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails, also one that is expected to raise.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SETUP))
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(Path(path).parent)}},
        store_widget_state=True,
        force_raise_errors=True,
        record_timing=False,
        coalesce_streams=True,
    )
    client.execute()
    del notebook.cells[0]
    return notebook
