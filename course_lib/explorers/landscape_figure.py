"""The figure of `explore`: contour, surface, loss, and panels for quantities over time."""

import math
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from course_lib import plotting
from course_lib.experiments.verdicts import near_window
from course_lib.explorers.figure_parts import (
    SMALLEST,
    loss_panel,
    over_steps,
    round_above,
    time_axis,
)
from course_lib.live.figure import Path
from course_lib.utils.style import in_course_style
from course_lib.utils.text import short

TOP, BOTTOM = 3.4, 2.0  # inches, heights of the two rows
BOTH = 4.9  # of both, where the contour is as high as both
BESIDE = 2  # panels for quantities that have room beside such a contour
CONTOUR = 0.42  # its share of the width there
LOSS_DECADES = 10  # height of the loss panel
EFFECTIVE_RATE = "effective learning rate"
COORDINATES = ("both", "x1", "x2")
_NEVER_NEGATIVE = ("v", "v_hat", "v_max", EFFECTIVE_RATE)
_MOST_DECADES = 8  # of the log axis of a quantity; smaller values are cut off


@in_course_style
def landscape_figure(objective, heights, n_steps, scales, coordinate):
    """A figure whose axes are contour, surface, loss, and one panel for each of ``scales``.

    ``heights`` is the `HeightScale` of the objective; ``scales`` (quantity -> Scale) makes the
    second row and may be empty.
    """
    figure, (contour, surface, loss, *panels) = _places(len(scales))
    plotting.contours(contour, objective)
    contour.set_title(objective.name)
    plotting.surface(surface, objective)
    surface.set_label(objective.name)
    _height_panel(loss, objective, heights, n_steps)
    for ax, (name, scale) in zip(panels, scales.items(), strict=True):
        _quantity_panel(ax, name, scale, coordinate, n_steps)
    return figure


def set_times(figure, n_steps):
    """Make the time axes of a `landscape_figure` as long as a run of ``n_steps``."""
    for ax in figure.axes[2:]:
        ax.set_xlim(plotting.time_limits(n_steps))


def _places(n):
    """A figure and its axes, ``n`` of them for quantities.

    A few stand under surface and loss, and the contour beside both rows; more in a row of their
    own.
    """
    if not n:
        figure = plotting.new_figure(10, TOP)
        return figure, _columns(figure, figure.add_gridspec(1, 1)[0], 3, solid=1)
    if n > BESIDE:
        figure = plotting.new_figure(10, TOP + BOTTOM)
        grid = figure.add_gridspec(2, 1, height_ratios=[TOP, BOTTOM])
        return figure, _columns(figure, grid[0], 3, solid=1) + _columns(figure, grid[1], n)
    figure = plotting.new_figure(10, BOTH)
    grid = figure.add_gridspec(2, 2, width_ratios=[CONTOUR, 1 - CONTOUR])
    contour = figure.add_subplot(grid[:, 0])
    above, below = _columns(figure, grid[0, 1], 2, solid=0), _columns(figure, grid[1, 1], n)
    return figure, [contour, *above, *below]


def _columns(figure, row, n, solid=None):
    """Axes side by side in one row of a grid; number ``solid`` is 3-D."""
    places = row.subgridspec(1, n, wspace=0.1)  # the labels of 3-D axes reach out of their box
    kinds = [{"projection": "3d"} if k == solid else {} for k in range(n)]
    return [figure.add_subplot(places[k], **kind) for k, kind in enumerate(kinds)]


def _height_panel(ax, objective, heights, n_steps):
    span = heights.high - heights.low
    if objective.minimum is None:
        margin = 0.05 * span
        ax.set(ylim=(heights.low - margin, heights.high + margin), title="f(x)")
        time_axis(ax, n_steps)
    else:
        top = max(span * 4, SMALLEST * 10.0**LOSS_DECADES)
        loss_panel(ax, n_steps, ylim=(top / 4 * 10.0**-LOSS_DECADES, top))


# Quantities over time


class Scale(NamedTuple):
    """The value axis of a panel."""

    kind: str  # log or linear
    low: float
    high: float

    def holds(self, wanted):
        """Whether this axis can stay where ``wanted`` would fit best."""
        fits = self.low <= wanted.low and wanted.high <= self.high
        if self.kind == "log":
            return fits and self.high / self.low <= 1e3 * wanted.high / wanted.low
        return fits and self.high <= 5 * wanted.high


def scale_of(name, values):
    """The `Scale` that fits values: whole decades for v and the like, or round numbers around 0.

    >>> scale_of("v_hat", np.array([0.003, 0.2])), scale_of("m", np.array([0.3, -1.4]))
    (Scale(kind='log', low=0.001, high=1.0), Scale(kind='linear', low=-2.0, high=2.0))
    """
    sizes = np.abs(values[np.isfinite(values)])
    sizes = sizes[(sizes > 1e-300) & (sizes < 1e300)]
    if name in _NEVER_NEGATIVE:
        top = math.ceil(np.log10(sizes.max())) if sizes.size else 0
        bottom = math.floor(np.log10(sizes.min())) if sizes.size else -3
        return Scale("log", 10.0 ** max(min(bottom, top - 1), top - _MOST_DECADES), 10.0**top)
    if not sizes.size:
        return Scale("linear", -1.0, 1.0)
    high = round_above(sizes.max())
    return Scale("linear", float(-high), float(high))


def fitting_scales(scales, quantities, objective):
    """``scales`` (quantity -> Scale), with a new one where the old does not fit the curves.

    ``quantities`` has one dict of quantities per optimizer, from `traced_run`; only steps near
    the window of ``objective`` count.
    """
    near = {label: near_window(objective, found["x"]) for label, found in quantities.items()}
    fitting = {}
    for name, scale in scales.items():
        curves = [q[name][near[label]].ravel() for label, q in quantities.items() if name in q]
        wanted = scale_of(name, np.concatenate(curves or [[]]))
        fitting[name] = scale if scale.holds(wanted) else wanted
    return fitting


def effective_rate(quantities):
    """The step divided by the mean gradient, (n_steps + 1, 2): lr / sqrt(v_hat) for Adam.

    It is measured on the ``quantities`` of `traced_run`, so it holds for a student's step too: the
    step over m_hat, or over m, or over g. It is nan at the start and where a step is too short.

    >>> x = np.array([[1.0, 1.0], [0.9, 0.5]])
    >>> effective_rate({"x": x, "m": np.array([[0.0, 0.0], [2.0, 2.0]])})
    array([[ nan,  nan],
           [0.05, 0.25]])
    """
    x = quantities["x"]
    mean = next((quantities[name] for name in ("m_hat", "m", "g") if name in quantities), None)
    result = np.full(x.shape, np.nan)
    if mean is not None:
        with np.errstate(all="ignore"):
            step = x[:-1] - x[1:]
            known = (np.abs(step) > 1e-12 * np.abs(x[1:])) & (mean[1:] != 0)
            result[1:] = np.where(known, step / mean[1:], np.nan)
    return result


def _quantity_panel(ax, name, scale, coordinate, n_steps):
    """An empty panel for one quantity over time; ``coordinate`` is one of `COORDINATES`."""
    which = {"both": "(x₁ —, x₂ ···)", "x1": "of x₁", "x2": "of x₂"}[coordinate]
    ax.set_title(f"{name} {which}")
    time_axis(ax, n_steps)
    ax.set_yscale(scale.kind)
    room = (scale.high / scale.low) ** 0.03 if scale.kind == "log" else 1.08
    ax.set_ylim(scale.low / room if scale.kind == "log" else scale.low * room, scale.high * room)
    ax.yaxis.set_major_locator(FixedLocator(_ticks(scale)))
    ax.yaxis.set_minor_locator(NullLocator())
    digits = 2 if scale.kind == "linear" else 1
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value, digits)))


def _ticks(scale):
    if scale.kind == "linear":
        return np.linspace(scale.low, scale.high, 5)
    low, high = round(np.log10(scale.low)), round(np.log10(scale.high))
    return 10.0 ** np.arange(high, low - 1, -max(1, round((high - low) / 4)))


def quantity_paths(ax, values, style, label, coordinate):
    """The paths of one optimizer's quantity, (n_steps + 1, 2): both coordinates, or one."""
    dashes = {"both": {0: (), 1: (1.5, 2.5)}, "x1": {0: style.dash}, "x2": {1: style.dash}}
    return [
        Path(ax, over_steps(values[:, row]), style._replace(dash=dash), label, dots=False)
        for row, dash in dashes[coordinate].items()
    ]
