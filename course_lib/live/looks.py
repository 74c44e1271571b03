"""How words, lines, markers and legends of matplotlib look, as plain data. Lengths are points."""

import re

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

_SCRIPTS = {"_": "₀₁₂₃₄₅₆₇₈₉", "^": "⁰¹²³⁴⁵⁶⁷⁸⁹"}
_DIGITS = "0123456789"


def plain(text):
    """Text without TeX, and whether it was a formula.

    >>> plain("$x_1$"), plain(r"$\\mathdefault{10^{-3}}$"), plain("step t")
    (('x₁', True), ('10⁻³', True), ('step t', False))
    """
    is_formula = text.count("$") >= 2
    if is_formula:
        text = re.sub(r"\\math\w+|\$|\s", "", text)
        text = re.sub(r"([_^])(?:\{([^{}]*)\}|(.))", _script, text)
        text = re.sub(r"[{}]", "", text).replace("\\times", "×")
    return text, is_formula


def _script(found):
    """An index or exponent of TeX in small letters."""
    sign, digits = found[1], found[2] or found[3]
    small = str.maketrans(_DIGITS + "-−", _SCRIPTS[sign] + "⁻⁻")
    return digits.translate(small)


def label_data(text):
    """Words, size and colour of a matplotlib Text."""
    words, is_formula = plain(text.get_text())
    return {
        "text": words,
        "math": is_formula,
        "size": float(text.get_size()),
        "color": to_hex(text.get_color()),
    }


def stroke(color, width):
    return {"color": to_hex(color), "width": float(width)}


def line_data(ax, line):
    """Points and look of a Line2D; ``across``: its x are shares of the width."""
    x, y = np.array(line.get_data(), float)
    across = line.get_transform() != ax.transData
    return {
        "points": np.column_stack([x, y]).ravel().tolist(),
        "across": bool(across),
        "clipped": bool(line.get_clip_on()),
        "label": line.get_label(),
    } | _line_look(line)


def _line_look(line):
    """Stroke, dashes, halo and marker of a Line2D."""
    dashes = line._unscaled_dash_pattern[1]
    return {
        "line": stroke(line.get_color(), line.get_linewidth()) if _has_line(line) else None,
        "dash": [float(length * line.get_linewidth()) for length in dashes or ()],
        "halo": _halo(line),
        "marker": _marker(line),
    }


def _has_line(line):
    return line.get_linestyle() not in ("None", "", " ")


def _halo(line):
    """The wider stroke below a line or its markers, or None."""
    for effect in line.get_path_effects():
        look = getattr(effect, "_gc", {})
        if "foreground" in look:
            return stroke(look["foreground"], look["linewidth"])
    return None


def _marker(line):
    """The shape at each point, or None."""
    if line.get_marker() in ("None", "", " ", None):
        return None
    edge = stroke(line.get_markeredgecolor(), line.get_markeredgewidth())
    look = {"shape": line.get_marker(), "size": float(line.get_markersize())}
    return look | {"fill": to_hex(line.get_markerfacecolor()), "edge": edge}


# Legends


def legend_data(ax):
    """The legend of axes, or None: its outline and its entries.

    Places are points to the right of the axes' upper left corner and below it.
    """
    legend = ax.get_legend()
    if legend is None:
        return None
    handles = zip(legend.legend_handles, legend.get_texts(), strict=True)
    return {
        "outer": _places(ax, legend.get_window_extent().get_points()),
        "entries": [_entry(ax, handle, text) for handle, text in handles],
    }


def _places(ax, pixels):
    """Pixels, shape (n, 2), as a flat list of points from the axes' upper left corner."""
    corner = [ax.bbox.x0, ax.bbox.y1]
    return ((pixels - corner) * [1, -1] * 72 / ax.figure.dpi).ravel().tolist()


def _entry(ax, handle, text):
    """Words and handle of a legend: a line with a marker in its middle, or a patch of colour."""
    (x0, y0), (_, y1) = text.get_window_extent().get_points()
    entry = label_data(text) | {"at": _places(ax, np.array([[x0, (y0 + y1) / 2]]))}
    if isinstance(handle, Line2D):
        ends = handle.get_transform().transform(handle.get_xydata()[[0, -1]])
        return entry | {"handle": _line_look(handle) | {"ends": _places(ax, ends)}}
    corners = handle.get_window_extent().get_points()
    patch = {"patch": to_hex(handle.get_facecolor()), "ends": _places(ax, corners)}
    return entry | {"handle": patch}
