"""How long a figure takes to follow its slider, near the kernel and far from it.

    pip install -r benchmarks/requirements.txt
    python benchmarks/slider_latency.py
    python benchmarks/slider_latency.py --before PATH

Some notebooks are open in Chromium at once, each with a slider for the learning rate of Adam on
the bowl, 240 stops from 1e-4 to 10:

- echo: the kernel answers with the value, in a label. Nothing can be faster with a kernel.
- interact + inline: the figure is drawn anew at every step, as tutorials do.
- ipympl, blitting: three lines are drawn over a saved background.
- ours: ``explore(bowl, adam, n_steps=100)``.
- ours, online: ``explore_online()`` of notebook 05 with 10,000 steps of six optimizers, which none
  of the others is asked to draw.

``--before`` adds the last two once more, with the library of another folder: a git worktree of the
commit that this one is to be compared with. The second and third show a filled contour, a 3-D
surface and a loss curve with 100 steps of Adam, about 1,200 x 400 CSS pixels, and so does ours.
Those of interact and ipympl are as light as tutorials draw them (a mesh of 20 x 20); inline keeps
its one pixel ratio on every screen, as it does for its users.

**The network.** A proxy stands between the page and JupyterLab and holds every byte for half a
round trip in each direction (``tests/browser/wire.py``). At 0 ms it holds nothing.

**What is measured.** From the `keydown` event of ArrowRight on the focused slider, noted in the
page before any other listener, to the final picture of that press: the label's text in the document
(echo), the new image in the document and decoded (inline), or the return of the function that draws
on the visible canvases (ipympl, ours). The final picture is the one that is there after silence;
what counts is the first time that all its pixels were there, whoever computed it. All notes are by
the page's own clock. Putting the result on the screen (compositing, the screen's refresh) comes
after that and is left out for all alike. The presses come in blocks, one way after the other, so
that a busy machine disturbs all of them. After each press the page is left alone until the kernel
is idle and 250 ms and a round trip have passed in silence.

**What is checked.** Before all, once for each way, that the first change of the page already is the
final picture and not the one before; and by a screenshot, that what is on the screen has changed.
"at once" is the share of all presses in which the first change was the final picture.

**Bytes.** "update" is the new state or picture itself, as the page receives it before the change;
"all" is everything that the kernel sends from the press until silence, message headers included.

**Storm**: 40 presses, one every 25 ms; how many pictures were drawn, each another than the one
before, how long after the last press the last of them, and how many bytes the page sent to the
kernel before the last press. **Turning**: a drag to and fro on the 3-D axes for 3 s, a move every
10 ms; how many refreshes of the screen showed a new picture. **First picture**: from running the
cell to paths and background on the page; cold in a new kernel, imports included, then warm, when
the cell runs again.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import numpy as np
from slider_bench import QUIET, Bench, Presses, Probed
from slider_tables import expectations, first_pictures, near_table, stages_table, wire_table
from slider_ways import PEERS, course_ways, write_notebook

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import harness
from wire import delayed

PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
WINDOW = {"width": 1382, "height": 900}  # the cell's output is then 1,200 pixels wide
ROUND_TRIPS = (0, 60, 120, 200)  # ms
NEAR, FAR = (4, 5), (2, 4)  # blocks, and presses in each, without and with a network


def measure(benches, far):
    """What all ways do at each round trip: ``{round trip: {name: results}}``."""
    for bench in benches:
        bench.check()
    measured = {}
    for far.round_trip_ms in ROUND_TRIPS:
        here = [bench for bench in benches if not (far.round_trip_ms and bench.way.near)]
        measured[far.round_trip_ms] = at_one_distance(here, *(FAR if far.round_trip_ms else NEAR))
    return measured


def at_one_distance(benches, blocks, presses):
    """Presses, a storm, turning and first pictures of some ways: ``{name: results}``."""
    seen = {bench.way.name: [] for bench in benches}
    for _ in range(blocks):
        for bench in benches:
            seen[bench.way.name] += bench.block(presses)
    results = {name: {"presses": Presses(presses)} for name, presses in seen.items()}
    for bench in benches:
        results[bench.way.name] |= bench.storm()
        if bench.way.surface:
            results[bench.way.name]["turning"] = bench.turn()
    for bench in [bench for bench in benches if not bench.way.ours]:
        bench.first_picture()  # or its slider comes to its end at the next distance
    for bench in [bench for bench in benches if bench.way.ours] * 3:
        results[bench.way.name].setdefault("first", []).append(bench.first_picture())
    return results


def run(ways, scale):
    """Open one notebook for each way, measure, and return it with Chromium's version."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for number, way in enumerate(ways):
            write_notebook(folder / f"{number}.ipynb", way)
        server = stack.enter_context(harness.jupyter_server(folder))
        browser = stack.enter_context(harness.chromium())
        far = stack.enter_context(delayed(server, 0))
        probed, benches = Probed(browser, PROBE), []
        for number, way in enumerate(ways):
            name = f"{number}.ipynb"
            notebook = harness.opened(probed, far, name, scale=scale, run=False, **WINDOW)
            benches.append(Bench(way, stack.enter_context(notebook), far))
        cold = {bench.way.name: bench.cold for bench in benches if bench.way.ours}
        try:
            return measure(benches, far), cold, browser.version
        finally:
            far.round_trip_ms = 0


def main():
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--before", metavar="PATH", help="a folder with another course_lib")
    options.add_argument("--scale", type=float, default=1, help="pixel ratio of the screen")
    chosen = options.parse_args()
    ways = PEERS + course_ways()
    if chosen.before:
        ways += course_ways(chosen.before, ", before")
    packages = ["ipykernel", "ipywidgets", "anywidget", "ipympl", "jupyterlab", "matplotlib"]
    versions = ", ".join(f"{name} {version(name)}" for name in packages)  # one may be missing
    start, load = time.perf_counter(), os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    measured, cold, chromium = run(ways, chosen.scale)
    print(near_table(measured[0]))
    print(wire_table(measured))
    print(stages_table(measured[0]))
    print(first_pictures(measured, cold))
    print(expectations(measured, cold))
    everything = [results for at in measured.values() for results in at.values()]
    interval = np.mean([results["interval"] for results in everything])
    unseen = sum(results["presses"].unseen for results in everything)
    print(f"A storm is 40 presses, one every {interval:.1f} ms; screen of {chosen.scale:g}×.")
    print(f"Presses that changed nothing in the page, left out: {unseen}. Silence: {QUIET} ms.")
    print(f"Python {platform.python_version()}, Chromium {chromium}, {versions}")
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"load {load:.1f} at the start; took {time.perf_counter() - start:.0f} s."
    )


if __name__ == "__main__":
    main()
