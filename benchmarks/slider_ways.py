"""The notebooks of `slider_latency.py`: one for each way to let a figure follow a slider."""

import json
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]

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
    near: bool = False  # measured only without a network in between
    ours: bool = False  # a live piece of the course
    surface: bool = False  # it can be turned


HANDLE = ".noUi-handle"
PEERS = [
    Way("echo", ECHO, HANDLE, ("text", ".echo"), ".echo"),
    Way("interact + inline", INLINE, HANDLE, ("image", ".jp-OutputArea"), ".jp-OutputArea img"),
    Way(
        "ipympl, blitting",
        IPYMPL,
        HANDLE,
        ("canvas", ".jupyter-matplotlib"),
        "canvas >> nth=0",
        near=True,
    ),
]


def course_ways(root=ROOT, suffix=""):
    """The two ways of the course, with the library that lies in the folder ``root``."""
    first = f"import sys\n\nsys.path.insert(0, {str(Path(root).resolve())!r})\n"
    where = {"handle": "input[aria-label=lr]", "change": ("canvas", ".stage"), "picture": ".stage"}
    return [
        Way(f"ours{suffix}", first + OURS, **where, ours=True, surface=True),
        Way(f"ours, online{suffix}", first + ONLINE, **where, ours=True),
    ]


def write_notebook(file, way):
    """Write a notebook of one cell."""
    cell = {"id": "figure", "cell_type": "code", "source": way.code, "outputs": []}
    cell |= {"execution_count": None, "metadata": {}}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}}
    notebook |= {"nbformat": 4, "nbformat_minor": 5}
    Path(file).write_text(json.dumps(notebook))
