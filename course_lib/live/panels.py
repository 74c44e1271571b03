"""What 2-D axes of matplotlib show, as plain data from which the browser draws them again."""

import re

import numpy as np
from matplotlib.colors import to_hex

_SCRIPTS = {"_": "₀₁₂₃₄₅₆₇₈₉", "^": "⁰¹²³⁴⁵⁶⁷⁸⁹"}
_DIGITS = "0123456789"


def colours(cmap, n=256):
    """The colours of a colormap from its low to its high end, as "#rrggbb"."""
    return [to_hex(colour) for colour in cmap(np.linspace(0, 1, n))]


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
