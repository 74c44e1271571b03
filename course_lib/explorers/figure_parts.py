"""What the figures of several explorers share: a loss panel, points over steps, round ends."""

import math

import numpy as np

from course_lib import plotting
from course_lib.live.figure import Path

CHOSEN = plotting.LineStyle("#1a1a1a", "o", ())  # the dot where a point is chosen
SMALLEST = 1e-300  # instead of 0, which has no place on a log axis


def loss_panel(ax, n_steps, ylim):
    """An empty log panel for f(x) - minimum after each step."""
    ax.set(yscale="log", ylim=ylim, title="f(x) − minimum")
    time_axis(ax, n_steps)


def time_axis(ax, n_steps):
    """The steps of a run along x, and a grid."""
    ax.set(xlim=plotting.time_limits(n_steps), xlabel="step t")
    ax.grid(True)


def loss_path(ax, gap, style, label):
    """The values of f(x) - minimum after each step, as a path."""
    if ax.get_yscale() == "log":
        gap = np.maximum(gap, SMALLEST)
    return Path(ax, over_steps(gap), style, label)


def over_steps(values):
    """Points (t, value) for t = 0, 1, ..., shape (n_steps + 1, 2)."""
    return np.column_stack([np.arange(len(values)), values])


def round_above(size):
    """The next of 1, 2, 5, 10, 20, 50, ... from ``size`` on."""
    decade = 10.0 ** math.floor(math.log10(size))
    return next(decade * k for k in (1, 2, 5, 10, 20) if decade * k >= size)
