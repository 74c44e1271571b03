"""The part of an explorer that stands still: contour, surface, loss panel, panels for curves."""

import matplotlib.style
from matplotlib.lines import Line2D

from course_lib import plotting
from course_lib.explorers.curves import curve_panel

TOP, BOTTOM = 3.5, 2.4  # inches, heights of the two rows
DECADES = 10  # height of the loss panel


def explorer_figure(objective, heights, n_steps, styles, scales, coordinate):
    """A figure whose axes are contour, surface, loss, and one for each of ``scales``.

    Parameters
    ----------
    objective : Objective
    heights : plotting.HeightScale
        Those of the objective.
    n_steps : int
    styles : dict of str to LineStyle
        For the legend; none where it is empty.
    scales : dict of str to curves.Scale
        Quantities over time, for a second row of panels; no such row where it is empty.
    coordinate : str
        One of `curves.COORDINATES`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = [TOP, BOTTOM] if scales else [TOP]
    with matplotlib.style.context(plotting.STYLE):
        figure = plotting.new_figure(10, sum(rows) + (0.25 if styles else 0))
        grid = figure.add_gridspec(len(rows), 1, height_ratios=rows)
        contour, surface, loss = _columns(figure, grid[0], 3, solid=1)
        plotting.contours(contour, objective)
        contour.set_title(objective.name)
        plotting.surface(surface, objective)
        surface.set_label(objective.name)
        _loss_panel(loss, objective, heights, n_steps)
        if scales:
            panels = _columns(figure, grid[1], len(scales))
            for ax, (name, scale) in zip(panels, scales.items(), strict=True):
                curve_panel(ax, name, scale, coordinate, n_steps)
        if styles:
            handles = [_legend_line(label, style) for label, style in styles.items()]
            n = len(handles)
            columns = n if n <= 4 else -(-n // 2)
            figure.legend(handles=handles, loc="outside upper center", ncols=columns)
    return figure


def set_times(figure, n_steps):
    """Make the time axes of an `explorer_figure` as long as a run of so many steps."""
    for ax in figure.axes[2:]:
        ax.set_xlim(plotting.time_limits(n_steps))


def _columns(figure, row, n, solid=None):
    """Side by side axes in one row of a grid; the one of number ``solid`` is 3-D."""
    places = row.subgridspec(1, n, wspace=0.1)  # the labels of 3-D axes reach out of their box
    kinds = [{"projection": "3d"} if k == solid else {} for k in range(n)]
    return [figure.add_subplot(places[k], **kind) for k, kind in enumerate(kinds)]


def _loss_panel(ax, objective, heights, n_steps):
    span = heights.high - heights.low
    ax.set(xlim=plotting.time_limits(n_steps), xlabel="step t")
    ax.grid(True)
    if objective.minimum is None:
        margin = 0.05 * span
        ax.set(ylim=(heights.low - margin, heights.high + margin), title="f(x)")
    else:
        ax.set_yscale("log")
        ax.set(ylim=(span * 10.0**-DECADES, span * 4), title="f(x) − minimum")


def _legend_line(label, style):
    line = Line2D([], [], color=style.color, marker=style.marker, label=label)
    if style.dash:
        line.set_dashes(style.dash)
    return line
