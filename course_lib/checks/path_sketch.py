"""A small picture for a hint: the path of the right code against the student's.

It is drawn as SVG by hand, because the HTML of a saved notebook is compared character by
character, and a rendered picture differs from one matplotlib to the next.
"""

import base64
import html

import numpy as np

from course_lib import objectives, optimizers
from course_lib.checks import probe
from course_lib.utils.sandbox import run_safely

SIZE = 240  # pixels
N_STEPS = 40
HYPER = {"gradient_descent": {"lr": 0.15}, "momentum": {"lr": 0.02}, "nesterov": {"lr": 0.02}}
ADAPTIVE = {"lr": 0.1}


def path_sketch(step, algorithm):
    """HTML of the picture with a sentence that says what it shows; "" if there is no path."""
    valley = objectives.ravine(10)
    right = _path(getattr(optimizers, algorithm), algorithm, valley)
    yours = _path(step, algorithm, valley)
    if yours is None:
        return ""
    sentence = _sentence(right, yours, valley)
    svg = _svg(right, yours, valley)
    source = base64.b64encode(svg.encode()).decode()
    return (
        f'<p><img alt="{html.escape(sentence)}" width="{SIZE}" height="{SIZE}" '
        f'src="data:image/svg+xml;base64,{source}"></p><p>{html.escape(sentence)}</p>'
    )


def _path(step, algorithm, valley):
    """Points of a run, shape (2, n), as far as it got; None where the code raises at once."""
    wanted = HYPER.get(algorithm, ADAPTIVE)
    hyper = {t: wanted[o] for o, t in probe.parameter_names(step, algorithm).items() if o in wanted}
    reader = probe.StateReader(algorithm)
    points = [valley.x0]

    def go():
        state = reader.start(valley.x0)
        for _ in range(N_STEPS):
            row, state = reader.read(step(state, valley.grad(points[-1]), **hyper))
            points.append(row["x"])

    run_safely(go)
    return np.array(points).T if len(points) > 1 else None


def _sentence(right, yours, valley):
    places = [f"({x1:.2f}, {x2:.2f})" for x1, x2 in (right[:, -1], yours[:, -1])]
    heights = [f"{float(valley.f(path[:, -1])):.2g}" for path in (right, yours)]
    words = (
        f"A valley ten times as steep across as along, {N_STEPS} steps. "
        f"The right code (line, dots) ends at {places[0]}, where f = {heights[0]}; "
        f"yours (dashes, squares) at {places[1]}, where f = {heights[1]}."
    )
    apart = np.abs(right[:, : yours.shape[1]] - yours).max()
    if apart < 0.02:
        words += " On this valley the two look alike: the mistake shows in the numbers only."
    return words


def _svg(right, yours, valley):
    (low1, high1), (low2, high2) = valley.bounds

    def pixels(path):
        x1, x2 = np.clip(np.nan_to_num(path, nan=9.0, posinf=9.0, neginf=-9.0), -9, 9)
        return (x1 - low1) / (high1 - low1) * SIZE, (high2 - x2) / (high2 - low2) * SIZE

    rings = "".join(
        f'<ellipse cx="{SIZE / 2:g}" cy="{SIZE / 2:g}" rx="{r:.0f}" ry="{r / 10**0.5:.1f}"/>'
        for r in (20, 50, 80, 110, 140)
    )
    body = f'<rect width="{SIZE}" height="{SIZE}" fill="#fff" stroke="#999"/>'
    body += f'<g fill="none" stroke="#bbb">{rings}</g>'
    for path, colour, dash, square in ((right, "#08519c", "", 0), (yours, "#b35806", "5 3", 1)):
        points = list(zip(*pixels(path), strict=True))
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        mark = "".join(_mark(a, b, square) for a, b in points)
        body += (
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5" '
            f'stroke-dasharray="{dash}"/><g fill="{colour}">{mark}</g>'
        )
    c = SIZE / 2
    body += f'<path d="M{c - 5:g} {c:g}h10M{c:g} {c - 5:g}v10" stroke="#000" stroke-width="2"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">{body}</svg>'


def _mark(a, b, square):
    if square:
        return f'<rect x="{a - 2:.1f}" y="{b - 2:.1f}" width="4" height="4"/>'
    return f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2"/>'
