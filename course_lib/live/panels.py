"""What 2-D axes of matplotlib show, as plain data from which the browser draws them again."""

import numpy as np
from matplotlib import rcParams
from matplotlib.colors import to_hex
from matplotlib.ticker import (
    LogFormatterSciNotation,
    LogLocator,
    MaxNLocator,
    NullLocator,
    ScalarFormatter,
    StrMethodFormatter,
)

from course_lib.live.looks import label_data, legend_data, line_data, plain, stroke
from course_lib.utils.style import in_course_style


def colours(cmap, n=256):
    """The colours of a colormap from its low to its high end, as "#rrggbb"."""
    return [to_hex(colour) for colour in cmap(np.linspace(0, 1, n))]


@in_course_style
def panel_data(ax, size, ratio):
    """What 2-D axes show, as ``js/axes.js`` draws it.

    Parameters
    ----------
    ax : Axes
        Laid out at its final size, because that decides how many ticks there are.
    size : tuple of float
        Width and height of the figure in CSS pixels.
    ratio : float
        Pixels of the figure for each CSS pixel.

    Returns
    -------
    dict
        ``size``; ``box``, ``place`` (where the box may lie if its aspect is ``equal``) and
        ``outer`` (with all labels): left, top, width, height as shares of the figure; ``limits``;
        ``face`` and ``frame``; ``title``; ``x`` and ``y``, a dict for each axis; ``lines`` and
        ``legend`` with their markers. All lengths are in points.
    """
    renderer = ax.figure.canvas.get_renderer()
    outer = ax.get_tightbbox(renderer, bbox_extra_artists=[])
    shares = ax.figure.transFigure.inverted()
    spine = ax.spines["left"]
    return {
        "size": [*map(float, size)],
        "box": _from_above(ax.get_position()),
        "place": _from_above(ax.get_position(original=True)),
        "outer": _from_above(outer.padded(ratio).transformed(shares)),
        "equal": ax.get_aspect() != "auto",
        "limits": [*map(float, (*ax.get_xlim(), *ax.get_ylim()))],
        "face": to_hex(ax.get_facecolor()),
        "frame": stroke(spine.get_edgecolor(), spine.get_linewidth()) | {"sides": _sides(ax)},
        "title": label_data(ax.title) | {"pad": _title_pad(ax)},
        "x": _axis_data(ax.xaxis, "x"),
        "y": _axis_data(ax.yaxis, "y"),
        "lines": [line_data(ax, line) for line in ax.lines if line.get_visible()],
        "legend": legend_data(ax),
    }


def _sides(ax):
    """The sides of the frame that are drawn; a colour scale has an outline for all of them."""
    sides = ("left", "right", "top", "bottom")
    if "outline" in ax.spines and ax.spines["outline"].get_visible():
        return [*sides]
    return [name for name in sides if ax.spines[name].get_visible()]


def _from_above(box):
    """Left, top, width and height, from the figure's upper left corner."""
    x0, y0, x1, y1 = map(float, box.extents)
    return [x0, 1 - y1, x1 - x0, y1 - y0]


def _title_pad(ax):
    """Points between the frame and the title."""
    offset = ax.titleOffsetTrans.transform([0, 0])[1]
    return float(offset * 72 / ax.figure.dpi)


# Axes and their ticks


def _axis_data(axis, name):
    """Scale, ticks and label of an axis."""
    tick = axis.get_major_ticks(1)[0]
    return {
        "name": name,
        "scale": _scale(axis),
        "locator": locator_data(axis),
        "minor": _minor(axis, name),
        "format": format_data(axis),
        "shown": {
            "limits": [*map(float, axis.get_view_interval())],
            "ticks": ticks_data(axis),
            "factor": axis.get_major_formatter().get_offset(),
        },
        "side": axis.get_ticks_position(),
        "label_side": axis.get_label_position(),
        "label": label_data(axis.label) | {"pad": float(axis.labelpad)},
        "tick": stroke(tick.tick1line.get_color(), tick.tick1line.get_markeredgewidth())
        | {"length": float(tick._size), "pad": float(tick.get_pad())},
        "text": {"size": float(tick.label1.get_size()), "color": to_hex(tick.label1.get_color())},
        "grid": _grid(axis, tick.gridline),
    }


def _minor(axis, name):
    """Length and width of the short ticks, or None."""
    if isinstance(axis.get_minor_locator(), NullLocator):
        return None
    return {
        "length": rcParams[f"{name}tick.minor.size"],
        "width": rcParams[f"{name}tick.minor.width"],
    }


def _grid(axis, line):
    """Colour and width of the lines across the panel, or None."""
    is_shown = axis._major_tick_kw.get("gridOn", False)
    return stroke(line.get_color(), line.get_linewidth()) if is_shown else None


def _scale(axis):
    """The name of a scale, or where the linear part of a symmetric log scale ends."""
    name = axis.get_scale()
    return {"symlog": float(axis.get_transform().linthresh)} if name == "symlog" else name


def locator_data(axis):
    """How the ticks are chosen for other limits; None where they are fixed."""
    locator = axis.get_major_locator()
    if isinstance(locator, MaxNLocator):
        return {
            "bins": locator._nbins,
            "steps": [*map(float, locator._steps)],
            "integer": bool(locator._integer),
            "prune": locator._prune,
            "least": int(locator._min_n_ticks),
            "room": 23 / 24 if axis.axes.name == "3d" else 1,
        }
    if isinstance(locator, LogLocator):
        return {"bins": locator.numticks}
    return None


def format_data(axis):
    """How numbers are written for other limits."""
    formatter = axis.get_major_formatter()
    if isinstance(formatter, LogFormatterSciNotation):
        return "power"
    if isinstance(formatter, StrMethodFormatter) and formatter.fmt == "{x:g}":
        return "general"
    return "decimal" if isinstance(formatter, ScalarFormatter) else "general"


def ticks_data(axis):
    """Value, words and whether these are a formula of each major tick within the limits."""
    to_share = axis.get_transform().transform
    places = axis.get_majorticklocs()
    labels = axis.get_major_formatter().format_ticks(places)
    low, high = sorted(to_share(np.array(axis.get_view_interval())))
    room = 1e-9 * (high - low)
    inside = [low - room <= to_share(place) <= high + room for place in places]
    found = zip(places, labels, inside, strict=True)
    return [[float(place), *plain(words)] for place, words, shown in found if shown]
