"""In a browser: the panels and surfaces that it draws look as matplotlib's pictures of them."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from course_lib import plotting
from course_lib.explorers.beta2 import explore_beta2
from course_lib.explorers.landscape import explore
from course_lib.explorers.momentum import explore_momentum
from course_lib.explorers.online import explore_online
from course_lib.live.javascript import bundle
from course_lib.live.panels import colours, panel_data
from course_lib.live.rendering import surface_layer
from course_lib.live.solids import solid_data
from course_lib.objectives import himmelblau, ravine, saddle
from course_lib.optimizers import adam

DRAW = """
    const revived = (_, x) => x?.bytes ? Uint8Array.from(atob(x.bytes),
        (letter) => letter.charCodeAt(0)).buffer : x;
    window.drawn = (text) => {
        const given = JSON.parse(text, revived);
        const { size: [width, height], ratio, scale } = given;
        const canvas = document.createElement("canvas");
        const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
        Object.assign(canvas, { width: columns, height: rows });
        const context = canvas.getContext("2d");
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        for (const panel of given.panels ?? []) paintAxes(context, panel, scale);
        if (given.solid) paintSolid(context, given.solid, given.solid.view, given.box, scale);
        return canvas.toDataURL();
    };
"""


@pytest.fixture(scope="module")
def painter(browser):
    """A function: the picture that the browser draws of plain data, on white."""
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def draw(entry, data):
        page.set_content(f'<script type="module">{bundle(entry)}{DRAW}</script>')
        page.wait_for_function("!!window.drawn")
        found = page.evaluate("window.drawn", json.dumps(data, default=packed))
        assert not errors
        return on_white(base64.b64decode(found.split(",")[1]))

    yield draw
    page.close()


def packed(value):
    return {"bytes": base64.b64encode(value).decode()}


def on_white(png):
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return np.asarray(white.convert("RGB")).astype(int)


def differ(some, others):
    """Share of the pixels that an eye could tell apart."""
    return np.mean(np.abs(some - others).max(axis=-1) > 80)


def contour_field(objective, n=151):
    heights = plotting.HeightScale.of(objective)
    return {
        "kind": "contour",
        "values": objective.f(objective.grid(n)).ravel().tolist(),
        "rows": n,
        "columns": n,
        "heights": heights._asdict(),
        "colours": colours(plotting.LANDSCAPE),
    }


PIECES = {
    "himmelblau": (lambda: explore(himmelblau, adam), {0: contour_field(himmelblau)}),
    "saddle": (lambda: explore(saddle, adam, curves="v"), {0: contour_field(saddle)}),
    "momentum": (explore_momentum, {1: contour_field(ravine(10))}),
    "beta2": (explore_beta2, {}),
    "online": (explore_online, {}),
}
MAPS = {"momentum": (0, 3)}  # their fields are compared elsewhere


@pytest.mark.parametrize("ratio", [1, 1.5])
@pytest.mark.parametrize("name", PIECES)
def test_an_eye_sees_no_jump_from_matplotlibs_panel_to_the_browsers(name, ratio, painter):
    make, fields = PIECES[name]
    live = make()
    live.screen = {"width": 1000, "ratio": ratio}
    flat = {k: ax for k, ax in enumerate(live.figure.axes) if not hasattr(ax, "get_zlim")}
    panels = {k: panel_data(ax, live.size, live._ratio) for k, ax in flat.items()}
    for k, panel in panels.items():
        panel["field"] = fields.get(k)
    shown = [panel for k, panel in panels.items() if k not in MAPS.get(name, ())]
    drawn = painter(
        "live/js/axes.js", {"panels": shown, "size": live.size, "ratio": ratio, "scale": live.scale}
    )
    picture = on_white(live.background["png"])
    assert drawn.shape == picture.shape
    for panel in shown:
        part = pixels_of(panel["outer"], drawn)
        here = differ(drawn[part], picture[part])
        assert here < 0.012
        moved = np.roll(drawn, 2, axis=(0, 1))  # an eye would see that, however little ink there is
        assert differ(moved[part], picture[part]) > max(2 * here, 0.01)


def test_words_at_the_edge_of_the_picture_are_not_cut(painter):
    live = explore_beta2()
    live.screen = {"width": 1000, "ratio": 1}
    panel = panel_data(live.figure.axes[0], live.size, live._ratio)
    _, *rest = panel["box"]
    panel["box"] = [0.04, *rest]
    panel["y"]["shown"]["ticks"] = [[0.0, "−0.0001", False], [100.0, "1e-06", False]]
    drawn = painter(
        "live/js/axes.js",
        {"panels": [panel], "size": live.size, "ratio": 1, "scale": live.scale},
    )
    margin = (drawn[:, :34] < 128).all(axis=-1)
    assert margin.any(), "no words left of the frame"
    assert not margin[:, 0].any(), "words reach the edge"


def pixels_of(box, picture):
    """The part of a picture in a box of shares."""
    height, width = picture.shape[:2]
    x, y, w, h = box
    return np.s_[int(y * height) : int((y + h) * height), int(x * width) : int((x + w) * width)]


VIEWS = [(35, -60), (60, 140), (-30, -120)]


@pytest.mark.parametrize("elev, azim", VIEWS)
def test_a_surface_looks_as_matplotlibs_from_any_side(elev, azim, painter):
    live = explore(himmelblau, adam)
    live.screen = {"width": 1000, "ratio": 1}
    ax = live.figure.axes[1]
    ax.view_init(elev=elev, azim=azim)
    live.redraw()
    layer = surface_layer(live._canvas, ax)
    data = {"solid": solid_data(ax), "size": live.size, "ratio": 1, "scale": live.scale}
    x, y, width, height = live.panels[1]["box"]
    box = [x * live.size[0], y * live.size[1], width * live.size[0], height * live.size[1]]
    drawn = painter("live/js/solid.js", data | {"box": box})
    picture = on_white(layer["png"])
    left, top = (round(share * size) for share, size in zip(layer["box"], live.size, strict=False))
    part = drawn[top : top + picture.shape[0], left : left + picture.shape[1]]
    assert differ(part, picture) < 0.006
    assert differ(np.roll(part, 2, axis=(0, 1)), picture) > 0.012
