"""How long a figure takes to follow its slider: the course's live figure beside its peers.

    pip install -r benchmarks/requirements.txt
    python benchmarks/slider_latency.py

Five notebooks are open in Chromium at once, each with a slider for the learning rate of Adam on
the bowl, 240 stops from 1e-4 to 10:

- echo: the kernel answers with the value, in a label. Nothing can be faster with a kernel.
- interact + inline: the figure is drawn anew at every step, as tutorials do.
- ipympl, blitting: three lines are drawn over a saved background.
- ours: ``explore(bowl, adam, n_steps=100)``.
- ours, online: ``explore_online()`` of notebook 05 with 10,000 steps of six optimizers, which none
  of the others is asked to draw.

The second to the fourth show a filled contour, a 3-D surface and a loss curve with 100 steps of
Adam, about 1,200 x 400 CSS pixels. Those of interact and ipympl are as light as tutorials draw them
(a mesh of 20 x 20); inline keeps its one pixel ratio on every screen, as it does for its users.

**What is measured.** From the `keydown` event of ArrowRight on the focused slider, noted in the
page before any other listener, to the change in the page: the label's text in the document (echo),
the new image in the document and decoded (inline), or the return of the function that draws on the
visible canvas (ipympl, ours). All notes are by the page's own clock. Putting the result on the
screen (compositing, the screen's refresh) comes after that and is left out for all alike. The
presses come in blocks, one way after the other, so that a busy machine disturbs all of them. After
each press the page is left alone until the kernel is idle and 300 ms have passed in silence.

**What is checked.** Once for each way, that the first change of the page already is the final
picture and not the one before, by all pixels of image or canvas; and by a screenshot, that what is
on the screen has changed.

**Bytes.** "update" is the new state or picture itself, as the page receives it before the change;
"all" is everything that the kernel sends from the press until silence, message headers included.

**Storm**: 40 presses, one every 25 ms; how many updates were drawn, and how long after the last
press the last of them. **Turning**: a drag to and fro on the 3-D axes for 3 s, a move every 10 ms;
how often the page shows a new picture of them.
"""

import io
import json
import os
import platform
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import harness

PROBE = Path(__file__).with_suffix(".js").read_text()
WINDOW = {"width": 1382, "height": 900}  # the cell's output is then 1,200 pixels wide
QUIET = 300  # ms of silence between presses

SLIDER = """
from ipywidgets import FloatLogSlider, Label, VBox, interact

slider = FloatLogSlider(value=1e-3, base=10, min=-4, max=1, step=5 / 240, description="lr")
"""

ECHO = (
    SLIDER
    + """
label = Label()
label.add_class("echo")
slider.observe(lambda change: setattr(label, "value", f"lr = {change.new:.4g}"), "value")
VBox([slider, label])
"""
)

FIGURE = (
    SLIDER
    + """
import matplotlib.pyplot as plt
import numpy as np
from course_lib.objectives import bowl
from course_lib.optimizers import AdamState, adam, run

grid = np.meshgrid(np.arange(-1, 1.0, 0.1), np.arange(-1, 1.0, 0.1))


def still():
    figure = plt.figure(figsize=(12, 4))
    contour = figure.add_subplot(131)
    contour.contourf(*grid, bowl.f(grid), levels=50, cmap="jet")
    surface = figure.add_subplot(132, projection="3d")
    surface.plot_surface(*grid, bowl.f(grid), cmap="jet", alpha=0.7)
    loss = figure.add_subplot(133, xlim=(0, 100), ylim=(1e-10, 10), yscale="log")
    return figure, [contour, surface, loss]


def paths(lr):
    x = run(adam, AdamState(bowl.x0), bowl.grad, 100, lr=lr).x.T
    return [x, [*x, bowl.f(x)], [np.arange(101), bowl.f(x)]]
"""
)

INLINE = (
    FIGURE
    + """
def draw(lr):
    figure, axes = still()
    for ax, path in zip(axes, paths(lr)):
        ax.plot(*path, ".-", color="white" if ax is not axes[2] else "red")
    plt.show()


interact(draw, lr=slider);
"""
)

IPYMPL = (
    "%matplotlib widget\n"
    + FIGURE
    + """
plt.ioff()
figure, axes = still()
canvas = figure.canvas
canvas.header_visible = canvas.toolbar_visible = canvas.footer_visible = False
lines = [
    ax.plot(*path, ".-", color="white" if ax is not axes[2] else "red", animated=True)[0]
    for ax, path in zip(axes, paths(1e-3))
]


def draw_lines():
    for line, ax in zip(lines, axes):
        ax.draw_artist(line)


def save_background(_):
    global background
    background = canvas.copy_from_bbox(figure.bbox)
    draw_lines()


def move(change):
    canvas.restore_region(background)
    for line, path in zip(lines, paths(change.new)):
        line.set_data_3d(*path) if len(path) == 3 else line.set_data(*path)
    draw_lines()
    canvas.blit(figure.bbox)


canvas.mpl_connect("draw_event", save_background)
slider.observe(move, "value")
VBox([slider, canvas])
"""
)

OURS = """
from course_lib.explorers.landscape import explore
from course_lib.objectives import bowl
from course_lib.optimizers import adam

explore(bowl, adam, n_steps=100)
"""


ONLINE = """
from course_lib.experiments.online import OPTIMIZERS
from course_lib.explorers.online import explore_online

explore_online([name for name in OPTIMIZERS if "tutorial" not in name], n_steps=10_000)
"""


class Way(NamedTuple):
    """One way to let a figure follow a slider."""

    name: str
    code: str
    handle: str  # CSS selector of what takes the key
    change: tuple  # what is watched: its kind and where
    picture: str  # CSS selector of what a screenshot is taken of


HANDLE = ".noUi-handle"
WAYS = [
    Way("echo", ECHO, HANDLE, ("text", ".echo"), ".echo"),
    Way("interact + inline", INLINE, HANDLE, ("image", ".jp-OutputArea"), ".jp-OutputArea img"),
    Way("ipympl, blitting", IPYMPL, HANDLE, ("canvas", ".jupyter-matplotlib"), "canvas >> nth=0"),
    Way("ours", OURS, "input[aria-label=lr]", ("canvas", ".stage"), ".stage"),
    Way("ours, online", ONLINE, "input[aria-label=lr]", ("canvas", ".stage"), ".stage"),
]


class Probed:
    """A browser whose pages carry the probe from their first line on."""

    def __init__(self, browser):
        self.browser = browser

    def new_context(self, **options):
        context = self.browser.new_context(**options)
        context.add_init_script(PROBE)
        return context


def is_update(frame):
    """Whether a message brings a new state or picture; an echo of what the page sent does not."""
    return frame["received"] and frame["kind"] in ("update", "custom", "display_data")


def change_of(press):
    """When the press became visible: the first change after the first update came in, or None."""
    update = next((f["time"] for f in press["frames"] if is_update(f)), np.inf)
    return next((time for time in press["changes"] if time > update), None)


class Bench:
    """One way, open in a page of its own."""

    def __init__(self, way, page):
        self.way, self.page = way, page
        self.presses, self.storm, self.unseen = [], {}, 0
        page.wait_for_selector(way.picture)
        page.evaluate("way => probe.watch(...way)", way.change)
        page.wait_for_timeout(1500)  # a figure that fits itself to the cell draws again

    def press(self):
        """Press the key once; return what the probe saw until silence."""
        self.page.evaluate("probe.clear()")
        self.page.keyboard.press("ArrowRight")
        self.page.evaluate("quiet => probe.settled(quiet)", QUIET)
        return self.page.evaluate("probe.result()")

    def block(self, presses):
        """A number of measured presses, after one that wakes the page up."""
        self.page.bring_to_front()
        self.page.locator(self.way.handle).focus()
        self.press()
        seen = [press for press in (self.press() for _ in range(presses)) if change_of(press)]
        self.presses += seen
        self.unseen += presses - len(seen)

    def check(self):
        """Raise unless the change that is timed is the new picture, and is seen on the screen."""
        now = "probe.digestNow()"
        before, screen = self.page.evaluate(now), self._screen()
        self.page.evaluate("probe.digestsOn(true)")
        press = self.press()
        first = press["digests"][press["changes"].index(change_of(press))]
        self.page.evaluate("probe.digestsOn(false)")
        after, changed = self.page.evaluate(now), (self._screen() != screen).any(axis=2).sum()
        if not (first != before and first == after and changed > 50):
            raise AssertionError(
                f"{self.way.name}: the first change is not the new picture "
                f"(digests {before}, {first}, {after}; {changed} pixels of the screen changed)"
            )
        return int(changed)

    def _screen(self):
        png = self.page.locator(self.way.picture).first.screenshot()
        return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)

    def run_storm(self, presses=40, interval=25):
        """Press faster than a figure can follow."""
        self.page.evaluate("probe.clear()")
        start = time.perf_counter()
        for k in range(presses):
            time.sleep(max(0, start + k * interval / 1000 - time.perf_counter()))
            self.page.keyboard.press("ArrowRight")
        self.page.evaluate("quiet => probe.settled(quiet)", 2 * QUIET)
        seen = self.page.evaluate("probe.result()")
        updates = [f["time"] for f in seen["frames"] if is_update(f)]
        self.storm = {
            "frames": len(set(np.searchsorted(updates, seen["changes"]))),
            "settle": seen["changes"][-1] - seen["keys"][-1],
            "interval": np.ptp(seen["keys"]) / (presses - 1),
        }

    # What the presses say

    def times(self):
        """Milliseconds from the key to the change, one for each press."""
        return np.array([change_of(press) - press["keys"][0] for press in self.presses])

    def sizes(self):
        """Bytes of the update, and of everything received until silence: medians."""
        update, everything = [], []
        for press in self.presses:
            change = change_of(press)
            received = [f for f in press["frames"] if f["received"]]
            update.append(sum(f["body"] for f in received if is_update(f) and f["time"] < change))
            everything.append(sum(f["bytes"] for f in received))
        return int(np.median(update)), int(np.median(everything))

    def stages(self):
        """Medians in ms: in the page, to the kernel, in the kernel, to the page, in the page."""
        rows = []
        for press in self.presses:
            key, change = press["keys"][0], change_of(press)
            sent = next(f for f in press["frames"] if not f["received"])
            busy = next(f for f in press["frames"] if f["kind"] == "busy")
            update = [f for f in press["frames"] if is_update(f) and f["time"] < change][-1]
            rows.append([key, sent["time"], busy["made"], update["made"], update["time"], change])
        return np.median(np.diff(rows), axis=0)


def turn(bench, seconds=3.0):
    """Drag the surface to and fro; return pictures per second."""
    page = bench.page
    page.bring_to_front()
    panel = page.locator(".panel.surface")
    panel.scroll_into_view_if_needed()
    box = panel.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.wait_for_timeout(200)
    page.evaluate("probe.clear()")
    start = time.perf_counter()
    while (now := time.perf_counter() - start) < seconds:
        page.mouse.move(x + 80 * np.sin(2.5 * now), y + 25 * np.sin(1.3 * now))
        time.sleep(0.01 - (time.perf_counter() - start) % 0.01)
    swaps = page.evaluate("probe.result().swaps")
    page.mouse.up()
    page.evaluate("quiet => probe.settled(quiet, false)", QUIET)
    return len(swaps) / seconds


def write_notebooks(folder):
    """One notebook with one cell for each way."""
    for number, way in enumerate(WAYS):
        cell = {"id": "figure", "cell_type": "code", "source": way.code, "outputs": []}
        cell |= {"execution_count": None, "metadata": {}}
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}}
        notebook |= {"nbformat": 4, "nbformat_minor": 5}
        (Path(folder) / f"{number}.ipynb").write_text(json.dumps(notebook))


def measure(browser, server, scale, blocks=6, presses=5):
    """Measure all ways on a screen of one pixel ratio; return the benches and the turning rate."""
    with ExitStack() as stack:
        benches = []
        for number, way in enumerate(WAYS):
            notebook = harness.opened(browser, server, f"{number}.ipynb", scale=scale, **WINDOW)
            benches.append(Bench(way, stack.enter_context(notebook).page))
        for _ in range(blocks):
            for bench in benches:
                bench.block(presses)
        for bench in benches:
            bench.page.bring_to_front()
            bench.check()
            bench.run_storm()
        return benches, turn(benches[3])


# What is printed


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def summary(results):
    """The main table: one row for each way and pixel ratio."""
    rows = []
    for scale, (benches, _) in results.items():
        medians = [np.median(bench.times()) for bench in benches]
        for bench, median in zip(benches, medians, strict=True):
            rows.append(
                [
                    f"{bench.way.name}, {scale}×",
                    f"{median:.1f}",
                    f"{np.percentile(bench.times(), 95):.1f}",
                    f"{median / medians[0]:.2f}",
                    f"{medians[1] / median:.1f}",
                    *(f"{size:,}" for size in bench.sizes()),
                    bench.storm["frames"],
                    f"{bench.storm['settle']:.0f}",
                ]
            )
    head = "way and screen|median ms|95 % ms|× echo|faster than inline|bytes: update|bytes: all"
    return table([*head.split("|"), "storm: frames", "storm: settled ms"], rows)


def where_time_goes(results):
    """Where the milliseconds go, by the clock of the page and the dates of the messages."""
    rows = [
        [f"{bench.way.name}, {scale}×", *(f"{ms:.1f}" for ms in bench.stages())]
        for scale, (benches, _) in results.items()
        for bench in benches
    ]
    head = (
        "way and screen|page, until sent|to the kernel|in the kernel|to the page|page, until drawn"
    )
    return table(head.split("|"), rows)


def targets(results):
    """What is expected of ours, and what came out."""
    rows = []
    for scale, (benches, turning) in results.items():
        echo, inline, _, ours, online = (np.median(bench.times()) for bench in benches)
        size = benches[3].sizes()[0]
        for what, came, met in [
            ("median at most 1.5 × echo", f"{ours / echo:.2f} ×", ours <= 1.5 * echo),
            ("15 × faster than inline", f"{inline / ours:.1f} ×", inline >= 15 * ours),
            ("an update of at most 4 KB", f"{size:,} bytes", size <= 4096),
            ("turning, 12 pictures a second", f"{turning:.1f}", turning >= 12),
            ("online, within 100 ms", f"{online:.0f} ms", online <= 100),
        ]:
            rows.append([f"{what}, {scale}×", came, "met" if met else "missed"])
    return table(["ours", "measured", ""], rows)


def main():
    start, load = time.perf_counter(), os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        write_notebooks(folder)
        server = stack.enter_context(harness.jupyter_server(Path(folder)))
        browser = stack.enter_context(harness.chromium())
        chromium = browser.version
        results = {scale: measure(Probed(browser), server, scale) for scale in (1, 2)}
    for part in (summary, where_time_goes, targets):
        print(part(results))
    unseen = sum(b.unseen for benches, _ in results.values() for b in benches)
    interval = np.mean([b.storm["interval"] for benches, _ in results.values() for b in benches])
    print(f"30 presses each; a storm is 40 presses, one every {interval:.1f} ms.")
    print(f"Presses that changed nothing in the page within {QUIET} ms, left out: {unseen}.")
    packages = ["ipykernel", "ipywidgets", "anywidget", "ipympl", "jupyterlab", "matplotlib"]
    print(f"Python {platform.python_version()}, Chromium {chromium}, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in packages))
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"load {load:.1f} at the start; took {time.perf_counter() - start:.0f} s."
    )


if __name__ == "__main__":
    main()
