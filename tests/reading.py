"""How much a notebook asks of its reader: cells, words and minutes of its main path.

python tests/reading.py [FOLDER OR FILE ...]     prints a line for each notebook

The main path ends where "## Further" begins. Words are those that stand in sight: no folded
solutions. The minutes are counted by the rates below; nobody was timed.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
WORDS_A_MINUTE = 120  # of a text to learn from; a novel goes twice as fast
LINES_A_MINUTE = 10  # of code that is only read
STUB = re.compile(r"^ +\.\.\.", re.MULTILINE)  # whole lines are to be written, not a value
# The digits play by themselves, for ten seconds
LIVE = re.compile(r"^[^#\n]*\bexplore(?!_digits)\w*\(", re.MULTILINE)
MINUTES = {"live figure": 3, "short exercise": 2, "function to write": 5}


class Reading(NamedTuple):
    cells: int
    words: int
    minutes: float


def main_path(cells):
    """The cells before "## Further"."""
    ends = [i for i, cell in enumerate(cells) if cell.source.startswith("## Further")]
    return cells[: ends[0]] if ends else cells


def reading(cells):
    """What these cells ask of a reader."""
    text = [cell.source for cell in cells if cell.cell_type == "markdown"]
    code = [cell for cell in cells if cell.cell_type == "code"]
    words = sum(map(words_in, text))
    count = dict.fromkeys(MINUTES, 0)
    lines = 0
    for cell in code:
        if "exercise" in cell.metadata.get("tags", []):
            kind = "function to write" if STUB.search(cell.source) else "short exercise"
            count[kind] += 1
        else:
            lines += len(cell.source.splitlines())
            count["live figure"] += bool(LIVE.search(cell.source))
    count["short exercise"] += sum(len(re.findall(r"### Exercise.*\(explain\)", t)) for t in text)
    minutes = sum(count[kind] * MINUTES[kind] for kind in MINUTES)
    return Reading(len(cells), words, minutes + words / WORDS_A_MINUTE + lines / LINES_A_MINUTE)


def words_in(markdown):
    """How many words stand in sight."""
    seen = re.sub(r"<details.*?</details>", "", markdown, flags=re.DOTALL)
    return len([word for word in re.sub(r"<[^>]+>", " ", seen).split() if re.search(r"\w", word)])


def main(names):
    paths = [Path(name) for name in names or [NOTEBOOKS]]
    files = [file for path in paths for file in (path.glob("*.ipynb") if path.is_dir() else [path])]
    print(f"{'':36}main path                whole")
    for file in sorted(files):
        cells = nbformat.read(file, as_version=4).cells
        found = [reading(main_path(cells)), reading(cells)]
        print(f"{file.stem:32}", *(f"{c:5} {w:6} {m:4.0f} min   " for c, w, m in found))


if __name__ == "__main__":
    main(sys.argv[1:])
