"""The figure of `explore_sensitivity`: a map whose cells are runs of an optimizer."""

import matplotlib
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm, Normalize, to_rgba
from matplotlib.ticker import NullLocator

from course_lib import plotting
from course_lib.experiments.grids import index_of
from course_lib.explorers.figure_parts import loss_panel
from course_lib.utils.hyperparameters import hyperparameter
from course_lib.utils.style import in_course_style
from course_lib.utils.text import short
from course_lib.utils.validation import InvalidValue, check_choice

COLOURS = ("steps", "final f", "minimizer")
NOT_CONVERGED = "#d8d8d8"
LEAST = 1e-12  # f - minimum; smaller values have the same colour
MINIMIZERS = matplotlib.colormaps["Set2"]  # a colour for each minimizer
CMAP = matplotlib.colormaps["viridis_r"]  # nowhere as grey as NOT_CONVERGED and DIVERGED
PLACES = [  # left, bottom, width, height of the map, the landscape, the loss curve, the colours
    (0.08, 0.15, 0.275, 0.72),
    (0.51, 0.15, 0.21, 0.72),
    (0.795, 0.15, 0.195, 0.72),
    (0.365, 0.15, 0.013, 0.72),
]


def cells(ax, m, colour="steps"):
    """Draw a `SensitivityMap` as coloured cells and mark its best cell; returns the colour scale.

    The first axis of the map runs to the right, the second up; cell (i, j) is the unit square
    around the point (i, j). ``colour`` shows the steps to convergence, "final f", or which
    "minimizer" the run ends at.
    """
    check_choice("colour", colour, COLOURS)
    values, norm, cmap = _colouring(m, colour)
    shown = np.isfinite(values)
    picture = cmap(norm(np.clip(np.where(shown, values, norm.vmax), norm.vmin, norm.vmax)))
    picture[~shown] = to_rgba(NOT_CONVERGED)
    picture[m.diverged] = to_rgba(plotting.DIVERGED)
    n1, n2 = m.steps.shape
    extent = (-0.5, n1 - 0.5, -0.5, n2 - 0.5)
    ax.imshow(
        picture.swapaxes(0, 1), origin="lower", aspect="auto", extent=extent, interpolation="none"
    )
    _label(ax, m)
    # large enough to be seen under the dot of the cell that is shown
    star = {"color": "white", "ms": 18, "mec": "#1a1a1a", "ls": "", "clip_on": False}
    ax.plot(*m.best().index, marker="*", label="best cell", **star)
    if colour != "final f":
        ax.fill([], [], color=NOT_CONVERGED, label="does not converge")
    ax.fill([], [], color=plotting.DIVERGED, label="diverges")
    ax.set(xlim=extent[:2], ylim=extent[2:])
    return ScalarMappable(norm, cmap)


def _colouring(m, colour):
    """The number of each cell that its colour shows, the norm and the colormap."""
    check_minimizers(colour, m.objective)
    if colour == "minimizer":
        count = m.objective.minimizers.shape[1]
        colours = ListedColormap(MINIMIZERS(np.arange(count)))
        return m.nearest, Normalize(-0.5, count - 0.5), colours
    with np.errstate(over="ignore"):
        values = m.steps if colour == "steps" else np.maximum(m.final - m.minimum, LEAST)
    return values, LogNorm(*_ends(values)), CMAP


def check_minimizers(colour, objective):
    """Refuse the colours of minimizers where none is known."""
    if colour == "minimizer" and not objective.minimizers.size:
        raise InvalidValue("colour", "be steps or final f", "minimizer, but none is known")


def _ends(values):
    """Ends of the colour scale: smallest and largest finite value, at least a factor 2 apart."""
    found = values[np.isfinite(values) & (values > 0)]
    found = np.minimum(found, plotting.LARGEST)
    low, high = (found.min(), found.max()) if found.size else (1.0, 10.0)
    return min(low, high / 2), high


def _label(ax, m):
    """Names and round values along the axes of the map."""
    ax.set_xlabel(m.first.name)
    ax.set_ylabel(m.second.name if m.second else "", labelpad=0)
    for axis, grid in ((ax.xaxis, m.first), (ax.yaxis, m.second)):
        places, words = ticks(grid) if grid else ([], [])
        axis.set_ticks(places, words)


def ticks(grid):
    """Where a `Grid` has round values, as indices of cells, and these values in words.

    >>> from course_lib.experiments.sensitivity import grid
    >>> ticks(grid("lr", 0.01, 10, n=7))
    ([0.0, 2.0, 4.0, 6.0], ['0.01', '0.1', '1', '10'])
    """
    low, high = grid.values[[0, -1]]
    round_values = 10.0 ** np.arange(-12, 13)
    if hyperparameter(grid.name).scale == "decay":
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
    return [round(index_of(grid, value), 6) for value in inside], words


def words_of(colour, tolerance):
    """What the colours of a map say."""
    steps = f"steps until {tolerance:g} is left"
    return {"steps": steps, "final f": "f − minimum, end"}.get(colour, "minimizer at the end")


@in_course_style
def sensitivity_figure(m, heights, colour):
    """A figure whose axes are the map, its landscape, the loss and the colours of the map.

    ``heights`` is the `HeightScale` of the objective, ``colour`` one of `COLOURS`.
    """
    figure = plotting.new_figure(10, 3.8)
    figure.set_layout_engine("none")  # it would take most of the time
    table, landscape, loss, scale = (figure.add_axes(place) for place in PLACES)
    table.set_label("map")
    colours = cells(table, m, colour)
    figure.colorbar(colours, cax=scale)
    scale.set_gid(f"{colour} {m.objective.name}" if colour == "minimizer" else colour)
    if colour == "minimizer":
        names = [f"{short(x1)}, {short(x2)}" for x1, x2 in m.objective.minimizers.T]
        scale.set_yticks(range(len(names)), names, rotation=90, va="center")
    else:
        marks = np.geomspace(*colours.get_clim(), 5)
        scale.set_yticks(marks, [short(value) for value in marks])
    scale.set_ylabel(words_of(colour, m.tolerance), fontsize="small", labelpad=4)
    above = {"loc": "lower center", "bbox_to_anchor": (0.55, 1.0), "ncols": 3}
    table.legend(**above, fontsize="small", handlelength=1.2, columnspacing=1, markerscale=0.7)
    plotting.contours(landscape, m.objective)
    landscape.set_title(m.objective.name.replace(", ", "\n", 1))
    top = 10 * min(max(heights.high - m.minimum, 1e-9), plotting.LARGEST)
    loss_panel(loss, m.n_steps, ylim=(top * 1e-10, top))
    loss.axhline(m.tolerance, color="#8c8c8c", lw=1, ls=(0, (2, 3)))
    for axis in (loss.yaxis, scale.yaxis):
        axis.set_minor_locator(NullLocator())  # each tick costs time
    return figure
