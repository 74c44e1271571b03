"""What 3-D axes of matplotlib show, as plain data from which the browser draws any view of them."""

import numpy as np
from matplotlib.colors import to_hex
from mpl_toolkits.mplot3d.art3d import Poly3DCollection
from mpl_toolkits.mplot3d.axes3d import Axes3D

from course_lib.live.looks import label_data
from course_lib.live.panels import colours, format_data, locator_data, ticks_data
from course_lib.utils.style import in_course_style


@in_course_style
def solid_data(ax):
    """Surface, camera, box and axes of 3-D axes, as ``js/solid.js`` draws them.

    Parameters
    ----------
    ax : Axes3D
        Laid out at its final size, because that decides how many ticks there are. The first
        visible Poly3DCollection is its surface: one over a grid, coloured by height.

    Returns
    -------
    dict
        ``limits`` and ``aspect`` of the box; the camera's ``distance``, ``focal`` length and
        ``window``; ``view`` (elev, azim); ``mesh`` (x, y: ends, columns, rows, heights: float32
        bytes row by row, nan where there is none); ``colours`` and the ``ends`` of their scale;
        ``axes``, a dict for each with ticks, label and look.

    Raises
    ------
    ValueError
        If there is no surface.
    """
    if not has_surface(ax):
        raise ValueError("solid_data needs axes with a surface, for example of plot_surface.")
    surface = next(artist for artist in ax.collections if _is_surface(artist))
    return {
        "limits": [*map(float, (*ax.get_xlim3d(), *ax.get_ylim3d(), *ax.get_zlim3d()))],
        "aspect": [*map(float, ax._box_aspect)],
        "distance": float(ax._dist),
        "focal": float(ax._focal_length),
        "window": [*map(float, (*ax.viewLim.intervalx, *ax.viewLim.intervaly))],
        "view": {"elev": float(ax.elev), "azim": float(ax.azim)},
        "mesh": _mesh(_corners(surface)),
        "colours": colours(surface.cmap, surface.cmap.N),
        "ends": [*map(float, surface.get_clim())],
        "edge": {
            "color": to_hex(surface.get_edgecolor()[0], keep_alpha=True),
            "width": float(surface.get_linewidth()[0]),
        },
        "axes": [_axis(axis) for axis in (ax.xaxis, ax.yaxis, ax.zaxis)],
    }


def has_surface(ax):
    """Whether axes show a surface that the browser can draw."""
    return isinstance(ax, Axes3D) and any(map(_is_surface, ax.collections))


def _is_surface(artist):
    return isinstance(artist, Poly3DCollection) and artist.get_visible()


def _corners(surface):
    """Corners of all cells of a surface, (n, 3); a cell beside a hole may have fewer than four."""
    if not hasattr(surface, "_faces"):  # matplotlib 3.10, which Python in the browser has
        return surface._vec[:3].T
    faces = np.asarray(surface._faces, float)
    return faces[~np.broadcast_to(surface._invalid_vertices, faces.shape[:2])]


def _mesh(points):
    """The grid whose corners are the ``points``, shape (n, 3)."""
    x, column = np.unique(points[:, 0], return_inverse=True)
    y, row = np.unique(points[:, 1], return_inverse=True)
    heights = np.full((len(y), len(x)), np.nan, "<f4")
    heights[row, column] = points[:, 2]
    return {
        "x": [float(x[0]), float(x[-1])],
        "y": [float(y[0]), float(y[-1])],
        "columns": len(x),
        "rows": len(y),
        "heights": heights.tobytes(),
    }


def _axis(axis):
    """Ticks, label and look of one of the three axes; lengths in points."""
    tick = axis.get_major_ticks(1)[0]
    grid = axis._axinfo["grid"]
    return {
        "name": axis.axis_name,
        "scale": "linear",
        "locator": locator_data(axis),
        "format": format_data(axis),
        "ticks": ticks_data(axis),
        "tick_pad": float(tick.get_pad()),
        "tick_size": float(tick.label1.get_size()),
        "tick_color": to_hex(tick.label1.get_color()),
        "tick_width": float(axis._axinfo["tick"]["linewidth"][True]),
        "label": label_data(axis.label) | {"turned": axis.get_rotate_label(axis.label.get_text())},
        "label_pad": float(axis.labelpad),
        "pane": to_hex(axis._axinfo["color"]),
        "grid": {"color": to_hex(grid["color"]), "width": float(grid["linewidth"])},
        "line": {"color": to_hex(axis.line.get_color()), "width": float(axis.line.get_linewidth())},
    }
