"""The table of `classroom.py`."""

from typing import NamedTuple

import numpy as np


class Result(NamedTuple):
    """What became of one class."""

    students: int
    failed: int  # students who could not do all
    failed_cells: int
    problems: list  # both in words
    up: list  # seconds until the server was ready, of each student who came so far
    notebook: list  # seconds until the last cell was done
    replies: list  # seconds, of all rests
    drag: float  # seconds of a kernel's processor, mean
    rest: float
    cell_seconds: float  # of a kernel's processor for the whole notebook, mean
    memory: float  # bytes of a student, mean


HEAD = """\
| students | failed | failed cells | up, s | notebook, s | reply, ms | drag, ms | rest, ms | \
notebook, processor s | memory, MB |
|---|---|---|---|---|---|---|---|---|---|"""


def row(result):
    """Return a class as a row of the table."""
    cells = [
        *(result.students, result.failed, result.failed_cells),
        *(pair(result.up, 1, ".1f"), pair(result.notebook, 1, ".1f")),
        *(pair(result.replies, 1000, ".0f"), f"{result.drag * 1e3:.1f}"),
        *(f"{result.rest * 1e3:.0f}", f"{result.cell_seconds:.1f}", f"{result.memory / 1e6:.0f}"),
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def pair(values, factor, style):
    """Return median and 95th percentile in words."""
    if not values:
        return "–"
    return " / ".join(f"{np.percentile(values, q) * factor:{style}}" for q in (50, 95))
