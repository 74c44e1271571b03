"""The sensitivity map as a picture: every cell of it is a run of an optimizer."""

import matplotlib.style
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, to_rgba
from matplotlib.ticker import NullLocator

from course_lib import plotting
from course_lib.utils.text import short

COLOURS = ("steps", "final f")
NOT_CONVERGED = "#d8d8d8"
LEAST = 1e-12  # above the minimum; what is lower has the same colour
CMAP = matplotlib.colormaps["viridis_r"]  # nowhere as grey as the colours of no arrival
PLACES = [  # left, bottom, width, height of the map, the landscape, the loss curve, the colours
    (0.08, 0.15, 0.275, 0.72),
    (0.51, 0.15, 0.21, 0.72),
    (0.795, 0.15, 0.195, 0.72),
    (0.365, 0.15, 0.013, 0.72),
]


def cells(ax, m, colour="steps"):
    """A `SensitivityMap` as a table of colours, its best cell marked by a star.

    The first axis of the map runs to the right, the second up. One cell is one unit long, so that
    cell (i, j) is around the point (i, j).

    Parameters
    ----------
    ax : matplotlib Axes
    m : SensitivityMap
    colour : str
        "steps" until the tolerance, or "final f": f - minimum after the last step.

    Returns
    -------
    ScalarMappable
        For a colour bar. Cells that diverge or do not arrive have colours of their own.
    """
    if colour not in COLOURS:
        raise ValueError(f"colour is {' or '.join(COLOURS)}, but came as {colour!r}.")
    values = m.steps if colour == "steps" else np.maximum(m.final - m.minimum, LEAST)
    norm = LogNorm(*_ends(values))
    shown = np.isfinite(values)
    picture = CMAP(norm(np.clip(np.where(shown, values, norm.vmax), norm.vmin, norm.vmax)))
    picture[~shown] = to_rgba(NOT_CONVERGED)
    picture[m.diverged] = to_rgba(plotting.DIVERGED)
    n1, n2 = values.shape
    extent = (-0.5, n1 - 0.5, -0.5, n2 - 0.5)
    ax.imshow(
        picture.swapaxes(0, 1), origin="lower", aspect="auto", extent=extent, interpolation="none"
    )
    _label(ax, m)
    if shown.any():
        # large enough to look out from under the dot of the cell that is shown
        star = {"color": "white", "ms": 18, "mec": "#1a1a1a", "ls": "", "clip_on": False}
        ax.plot(*m.best().index, marker="*", label="best cell", **star)
    if colour == "steps":
        ax.fill([], [], color=NOT_CONVERGED, label="does not arrive")
    ax.fill([], [], color=plotting.DIVERGED, label="diverges")
    ax.set(xlim=extent[:2], ylim=extent[2:])
    return ScalarMappable(norm, CMAP)


def _ends(values):
    """Ends of the colour scale: those of the values that are finite, at least a factor 2 apart."""
    found = values[np.isfinite(values) & (values > 0)]
    low, high = (found.min(), found.max()) if found.size else (1.0, 10.0)
    return min(low, high / 2), high


def _label(ax, m):
    """Names and round values on the sides of the map."""
    ax.set_xlabel(m.first.name)
    ax.set_ylabel(m.second.name if m.second else "", labelpad=0)
    for axis, side in ((ax.xaxis, m.first), (ax.yaxis, m.second)):
        places, words = ticks(side) if side else ([], [])
        axis.set_ticks(places, words)


def ticks(side):
    """Cells of an axis where its values are round, and these values in words.

    Parameters
    ----------
    side : Grid

    Returns
    -------
    places : list of float
    words : list of str

    Examples
    --------
    >>> from course_lib.experiments.sensitivity import grid
    >>> ticks(grid("lr", 0.01, 10, n=7))
    ([0.0, 2.0, 4.0, 6.0], ['0.01', '0.1', '1', '10'])
    """
    low, high = side.values[[0, -1]]
    round_values = 10.0 ** np.arange(-12, 13)
    if side.name.startswith("beta"):
        round_values = np.append(0, 1 - round_values[11::-1])
    elif low <= 0:
        round_values = np.linspace(low, high, 5)
    room = 1e-9 * np.abs([low, high])
    inside = [value for value in round_values if low - room[0] <= value <= high + room[1]]
    if len(inside) < 2:
        inside = [low, high]
    while len(inside) > 6:
        inside = inside[::2]
    words = [f"{v:.6g}" if abs(v) > 1e-3 or not v else short(v, 1) for v in inside]
    return [round(place_of(side, value), 6) for value in inside], words


def place_of(side, value):
    """Where a value is on an axis, in cells from 0; values outside are at the ends."""
    with np.errstate(all="ignore"):  # the logarithm of an eps of 0
        values, place = (_evenly(side, v) for v in (side.values, value))
    return float(np.interp(place, values, np.arange(len(values))))


def _evenly(side, value):
    """Values of an axis, stretched so that its cells are equally far apart."""
    if side.name.startswith("beta"):
        return -np.log(1 - value)
    return np.log(value) if side.values[0] > 0 else value


def sensitivity_figure(m, heights, colour):
    """Map, landscape, loss panel and colour bar: the part of the live piece that stands still.

    Parameters
    ----------
    m : SensitivityMap
    heights : plotting.HeightScale
        Those of the objective.
    colour : str
        One of `COLOURS`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with matplotlib.style.context(plotting.STYLE):
        figure = plotting.new_figure(10, 3.8)
        figure.set_layout_engine("none")  # it would take most of the time
        table, landscape, loss, scale = (figure.add_axes(place) for place in PLACES)
        table.set_label("map")
        colours = cells(table, m, colour)
        figure.colorbar(colours, cax=scale)
        marks = np.geomspace(*colours.get_clim(), 5)
        scale.set_yticks(marks, [short(value) for value in marks])
        words = f"steps until {m.tolerance:g} is left" if colour == "steps" else "f − minimum, end"
        scale.set_ylabel(words, fontsize="small", labelpad=4)
        above = {"loc": "lower center", "bbox_to_anchor": (0.55, 1.0), "ncols": 3}
        table.legend(**above, fontsize="small", handlelength=1.2, columnspacing=1, markerscale=0.7)
        plotting.contours(landscape, m.objective)
        landscape.set_title(m.objective.name.replace(", ", "\n", 1))
        _loss_panel(loss, m, heights)
        for axis in (loss.yaxis, scale.yaxis):
            axis.set_minor_locator(NullLocator())  # each tick costs time
    return figure


def _loss_panel(ax, m, heights):
    top = 10 * max(heights.high - m.minimum, 1e-9)
    ax.set(yscale="log", ylim=(top * 1e-10, top), title="f(x) − minimum", xlabel="step t")
    ax.set(xlim=plotting.time_limits(m.n_steps))
    ax.axhline(m.tolerance, color="#8c8c8c", lw=1, ls=(0, (2, 3)))
    ax.grid(True)
