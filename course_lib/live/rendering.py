"""What matplotlib renders for a live figure: PNG layers, and paths that stand still."""

import io

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke
from PIL import Image

from course_lib.utils.style import in_course_style

_MARGIN = 0.5  # inches around 3-D axes, because their labels reach beyond them


def png(pixels, level=1):
    """Pixels of shape (rows, columns, 4) as PNG bytes."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, format="PNG", compress_level=level)
    return file.getvalue()


@in_course_style
def background_layer(canvas, surfaces):
    """Layer of the whole figure without its 3-D axes."""
    figure = canvas.figure
    visible = [ax.get_visible() for ax in surfaces]
    for ax in surfaces:
        ax.set_visible(False)
    engine = figure.get_layout_engine()
    if engine is not None:
        figure.set_layout_engine("none")  # hidden axes must not move the others
    try:
        canvas.draw()
    finally:
        if engine is not None:
            figure.set_layout_engine(engine)
        for ax, was in zip(surfaces, visible, strict=True):
            ax.set_visible(was)
    return {"png": png(canvas.buffer_rgba()), "box": [0, 0, 1, 1]}


@in_course_style
def surface_layer(canvas, ax):
    """Layer of one 3-D axes on a transparent background."""
    renderer = canvas.get_renderer()
    renderer.clear()
    has_patch = ax.patch.get_visible()
    ax.patch.set_visible(False)
    ax.draw(renderer)
    ax.patch.set_visible(has_patch)
    pixels = np.asarray(renderer.buffer_rgba())
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = ax.bbox.padded(_MARGIN * canvas.figure.dpi).extents
    left, right = int(max(x0, 0)), int(min(x1, width))
    top, bottom = int(max(height - y1, 0)), int(min(height - y0, height))
    return {
        "png": png(pixels[top:bottom, left:right]),
        "box": [left / width, top / height, (right - left) / width, (bottom - top) / height],
    }


@in_course_style
def draw_static(path):
    """Draw a path into its axes with matplotlib; returns the lines."""
    points = np.asarray(path.points, float)
    points = np.where(np.isfinite(points).all(axis=1, keepdims=True), points, np.nan)
    limits = path.ax.get_xlim(), path.ax.get_ylim()
    color, marker, dashes = path.style.color, path.style.marker, path.style.dash or (1, 0)
    style = {"color": color, "dashes": dashes, "lw": 1.6, "ms": 3, "zorder": 10}
    style |= {"path_effects": [Stroke(linewidth=3.2, foreground="white"), Normal()]}
    marker = marker if path.dots and len(points) <= 150 else ""
    lines = path.ax.plot(*points.T, marker=marker, **style)
    if len(points) > 1 and path.every:
        lines += _draw_ends(path.ax, points, path.style)
    path.ax.set(xlim=limits[0], ylim=limits[1])
    return lines


def _draw_ends(ax, points, style):
    """An open ring at the start of a run, a large marker at its end."""
    ring = {"mfc": "white", "mec": style.color, "mew": 1.5, "ms": 6, "zorder": 11}
    end = {"color": style.color, "mec": "white", "ms": 7.5, "zorder": 12}
    return [
        *ax.plot(*points[:1].T, "o", **ring),
        *ax.plot(*points[-1:].T, style.marker, **end),
    ]


def legend_line(label, style):
    """A line for a legend, long enough for its dashes."""
    line = Line2D([], [], color=style.color, marker=style.marker, label=label)
    if style.dash:
        line.set_dashes(style.dash)
    return line


@in_course_style
def draw_legend(figure, styles):
    """A legend above a figure; ``styles``: label -> style."""
    lines = [legend_line(label, style) for label, style in styles.items()]
    columns = len(lines) if len(lines) <= 4 else -(-len(lines) // 2)
    where = {"loc": "outside upper center"}
    if figure.get_layout_engine() is None:
        where = {"loc": "upper center"}
    return figure.legend(handles=lines, ncols=columns, handlelength=3, **where)
