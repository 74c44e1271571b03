"""Run the notebooks and write them back in one canonical form.

    python tests/refresh_notebooks.py                 all notebooks
    python tests/refresh_notebooks.py FILE ...        only these
    python tests/refresh_notebooks.py --check         write nothing, say what would change

Outputs are kept, because the notebooks are read on GitHub and compared by nbval. What changes
from run to run, or from machine to machine, is not: widget ids, timestamps, the Python version,
and a picture's bytes when it still looks the same. Use the versions of binder/requirements.txt:
pictures of different matplotlibs cannot be compared, and then the committed one stays. To have
a picture drawn anew all the same, clear its cell's output, then refresh.
"""

import argparse
import base64
import io
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from PIL import Image

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CELL_TIMEOUT = 60  # seconds
PNG = "image/png"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
PASSING_CELL_METADATA = ("execution", "ExecuteTime", "scrolled", "trusted", "vscode")


def client_of(notebook, folder):
    """Return what runs a notebook, in place, with ``folder`` as its working folder."""
    return NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        force_raise_errors=True,  # in cells tagged raises-exception too: only answers may raise
        record_timing=False,
        coalesce_streams=True,
    )


def canonical(notebook, committed):
    """Return ``notebook`` with nothing that changes by itself; ``committed`` lends its pictures."""
    result = nbformat.from_dict(notebook)
    result.metadata = nbformat.from_dict(METADATA)
    result.nbformat, result.nbformat_minor = 4, 5
    count = 0
    for cell, before in zip(result.cells, committed.cells, strict=True):
        for name in PASSING_CELL_METADATA:
            cell.metadata.pop(name, None)
        if cell.cell_type != "code":
            continue
        if cell.source.strip():
            count += 1
        cell.execution_count = count if cell.source.strip() else None
        cell.outputs = [part for output in cell.outputs for part in parts(output, count)]
        keep_pictures(cell.outputs, before.outputs)
    nbformat.validate(result)
    return result


def parts(output, count):
    """Split a live piece's output: its picture, then its sentence, so that GitHub shows both."""
    if output.output_type == "execute_result":
        output.execution_count = count
    if WIDGET_VIEW not in output.get("data", {}):
        return [output]
    del output.data[WIDGET_VIEW]
    output.metadata.pop(WIDGET_VIEW, None)
    if PNG not in output.data:
        return [output]
    picture, words = {PNG: output.data.pop(PNG)}, output.data
    return [
        nbformat.v4.new_output(
            "display_data",
            data,
            metadata={kind: output.metadata[kind] for kind in data if kind in output.metadata},
        )
        for data in (picture, words)
        if data
    ]


def keep_pictures(outputs, committed):
    """Put the committed bytes back wherever the new picture looks the same."""
    new, old = ([o.data for o in each if PNG in o.get("data", {})] for each in (outputs, committed))
    for data, before in zip(new, old, strict=False):
        if look_alike(data[PNG], before[PNG]):
            data[PNG] = before[PNG]


def look_alike(png, other):
    """Whether two base64 PNGs show the same.

    One matplotlib draws the same pixels everywhere, but for rounding: 0.05 of 255 on average is
    less than what a learning rate changed by 2 % does to a path. Two versions of matplotlib
    differ more than two paths do (1.4 to 5.3 of 255). Committed pictures are drawn by the pinned
    version, so under another one only the size can be compared.
    """
    a, b = (Image.open(io.BytesIO(base64.b64decode(p))) for p in (png, other))
    if matplotlib.__version__ != pinned_matplotlib():
        return all(abs(m - n) <= 0.05 * n for m, n in zip(a.size, b.size, strict=True))
    a, b = (np.asarray(image.convert("RGBA"), float) for image in (a, b))
    return a.shape == b.shape and np.abs(a - b).mean() < 0.05


def pinned_matplotlib():
    """Return the version of matplotlib that binder/requirements.txt names."""
    pins = (NOTEBOOKS.parent / "binder/requirements.txt").read_text(encoding="utf-8")
    return re.search(r"^matplotlib==(\S+)", pins, re.MULTILINE)[1]


def refreshed(path):
    """Run one notebook; return its text as committed, its canonical text, what differs in words."""
    text = path.read_text(encoding="utf-8")
    return text, *compared(
        text, client_of(nbformat.reads(text, as_version=4), path.parent).execute()
    )


def compared(text, ran):
    """Return the canonical text of a notebook that ran, and what differs from ``text`` in words."""
    committed = nbformat.reads(text, as_version=4)
    result = canonical(ran, committed)
    return nbformat.writes(result) + "\n", differences(committed, result)


def differences(before, after):
    """Say in a list of lines which cells differ, and in what."""
    lines = []
    if before.metadata != after.metadata:
        lines.append("the notebook's metadata")
    for i, (old, new) in enumerate(zip(before.cells, after.cells, strict=True)):
        start = (old.source.strip().splitlines() or [""])[0][:50]
        where = f"cell {i} ({start!r})"
        if old.metadata != new.metadata:
            lines.append(f"{where}: metadata {dict(old.metadata)} -> {dict(new.metadata)}")
        if old.get("execution_count") != new.get("execution_count"):
            lines.append(f"{where}: count {old.execution_count} -> {new.execution_count}")
        lines += [f"{where}: {line}" for line in output_differences(old, new)]
    return lines


def output_differences(old, new):
    """Say in which outputs two cells differ, the first words of each beside each other."""
    old, new = ([pair for o in c.get("outputs", []) for pair in contents(o)] for c in (old, new))
    if [kind for kind, _ in old] != [kind for kind, _ in new]:
        yield f"outputs {[kind for kind, _ in old]} -> {[kind for kind, _ in new]}"
        return
    for (kind, before), (_, after) in zip(old, new, strict=True):
        if before == after:
            continue
        if kind == PNG:
            yield "another picture"
        else:
            yield f"{kind}\n      was {excerpt(before, after)}\n      is  {excerpt(after, before)}"


def contents(output):
    """List an output's pairs of kind and content."""
    if output.output_type == "stream":
        return [(output.name, output.text)]
    if output.output_type == "error":
        return [("error", f"{output.ename}: {output.evalue}")]
    return sorted(output.data.items())


def excerpt(text, other, size=70):
    """Quote ``text`` from a little before the place where it leaves ``other``."""
    text, other = str(text), str(other)
    pairs = zip(text, other, strict=False)
    split = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(text), len(other)))
    return repr(text[max(0, split - 20) : split + size])


def report(path, check):
    """Refresh one notebook, or only look; return whether all is well, and say so in words."""
    try:
        text, result, lines = refreshed(path)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return False, f"{path.name}: does not run\n{error}"
    if text == result:
        return True, f"{path.name}: unchanged"
    lines = lines or ["the order or the indentation of the file, nothing that a reader sees"]
    words = "\n".join(f"    {line}" for line in lines)
    if check:
        return False, f"{path.name}: a refresh would change\n{words}"
    path.write_text(result, encoding="utf-8", newline="\n")
    return True, f"{path.name}: written; changed\n{words}"


def main(arguments=None):
    """Refresh or check; return 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", type=Path, nargs="*", help="notebooks; all when none is given")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a change")
    options = parser.parse_args(arguments)
    paths = options.paths or sorted(NOTEBOOKS.glob("*.ipynb"))
    good = True
    with ThreadPoolExecutor(max_workers=2) as pool:
        for well, words in pool.map(lambda path: report(path, options.check), paths):
            good &= well
            print(words, flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
