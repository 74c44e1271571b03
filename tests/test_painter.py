"""The browser's painter: its places, ticks and fields are those of matplotlib."""

import base64
import json
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from matplotlib.ticker import AutoLocator, MaxNLocator, StrMethodFormatter
from mpl_toolkits.mplot3d import proj3d
from nodes import printed

from course_lib import plotting
from course_lib.experiments.momentum import STEPS, steps_per_digit
from course_lib.explorers.beta2 import explore_beta2
from course_lib.explorers.landscape import explore
from course_lib.explorers.momentum import BETA, LR, explore_momentum
from course_lib.explorers.online import explore_online
from course_lib.explorers.race import explore_race
from course_lib.explorers.sensitivity import explore_sensitivity
from course_lib.live.figure import LiveFigure
from course_lib.live.panels import colours, panel_data, ticks_data
from course_lib.live.solids import solid_data
from course_lib.objectives import (
    Objective,
    catalogue,
    cliff,
    himmelblau,
    ravine,
    rosenbrock,
    saddle,
)
from course_lib.optimizers import adam

# `paper()` is a context that notes what is drawn: each text with its place, each line, each field
READ = """
    import { readFileSync } from "node:fs";
    const revived = (_, x) => x?.bytes ? new DataView(Uint8Array.from(atob(x.bytes),
        (letter) => letter.charCodeAt(0)).buffer) : x === "nan" ? NaN : x;
    const given = JSON.parse(readFileSync("given.json", "utf-8"), revived);
    function paper(ratio = 1) {
        const noted = { texts: [], lines: [], fills: 0 };
        let place = [0, 0];
        let angle = 0;
        let line = [];
        const nothing = () => {};
        const to = (x, y) => line.push([x, y]);
        const own = {
            noted,
            translate: (x, y) => (place = [x, y]),
            rotate: (turn) => (angle = turn),
            getTransform: () => ({ a: ratio, d: ratio, e: 0, f: 0 }),
            measureText: (text) => ({ width: 8 * text.length }),
            fillText: (text, x, y) => noted.texts.push({ text, place, x, y, angle }),
            beginPath: () => (line = []),
            moveTo: to,
            lineTo: to,
            putImageData: (...all) => noted.put?.(...all),
            stroke() { noted.lines.push({ points: line, color: this.strokeStyle }); },
            fill: () => (noted.fills += 1),
        };
        return new Proxy(own, { get: (all, name) => name in all ? all[name] : nothing });
    }
    const say = (x) => console.log(JSON.stringify(x, (_, y) => Number.isNaN(y) ? "nan" : y));
"""


def node(folder, code, given=None):
    """What JavaScript ``say``s of ``given``, as plain data."""
    text = json.dumps(given, default=packed).replace("NaN", '"nan"')
    (folder / "given.json").write_text(text)
    return json.loads(printed(folder, READ + code))


def packed(value):
    """Bytes as JSON."""
    return {"bytes": base64.b64encode(value).decode()}


@pytest.fixture(autouse=True)
def first_screen(monkeypatch):
    """A new figure is as large as the last one became; here all begin alike."""
    monkeypatch.setattr(LiveFigure, "_last_screen", {"width": 1000.0, "ratio": 1.0})


# Surfaces

VIEWS = [(35, -60), (0, 0), (90, -60), (-90, 10), (20, 200), (-30, 135), (61.5, -359), (5, 90)]


def surface_axes(objective):
    figure = plotting.new_figure(10, 3.5)
    ax = figure.add_subplot(1, 2, 2, projection="3d")
    plotting.surface(ax, objective)
    return LiveFigure(figure), ax


@pytest.mark.parametrize("objective", [rosenbrock, cliff], ids=lambda o: o.name)
def test_a_point_of_a_surface_has_the_pixel_of_matplotlib(objective, tmp_path):
    live, ax = surface_axes(objective)
    x, y, width, height = np.array(live.panels[0]["box"]) * np.tile(live.size, 2)
    random = np.random.default_rng(0)
    shares = np.concatenate([random.random((40, 3)), np.indices((2, 2, 2)).reshape(3, -1).T])
    limits = np.array(solid_data(ax)["limits"]).reshape(3, 2)
    points = limits[:, 0] + shares * np.diff(limits)[:, 0]
    given = {
        "solid": solid_data(ax),
        "box": [x, y, width, height],
        "views": [{"elev": elev, "azim": azim} for elev, azim in VIEWS],
        "points": points.tolist(),
    }
    code = """
        import { project3 } from "./live/js/projection.js";
        const { solid, box, views, points } = given;
        say(views.map((view) => points.map((point) => project3(solid, view, box)(...point))));
    """
    found = np.array(node(tmp_path, code, given))
    for (elev, azim), pixels in zip(VIEWS, found, strict=True):
        ax.view_init(elev=elev, azim=azim)
        *wanted, depth = proj3d.proj_transform(*points.T, ax.get_proj())
        wanted = ax.transData.transform(np.column_stack(wanted)) / live._ratio
        wanted[:, 1] = live.size[1] - wanted[:, 1]
        np.testing.assert_allclose(pixels[:, :2], wanted, atol=0.01)
        np.testing.assert_allclose(pixels[:, 2], depth, rtol=1e-9)


@pytest.mark.parametrize("elev, azim", [(35, -60), (20, 40), (-20, 130), (70, 250), (0, 300)])
def test_ticks_and_labels_of_a_surface_stand_where_matplotlib_puts_them(elev, azim, tmp_path):
    live, ax = surface_axes(himmelblau)
    ax.view_init(elev=elev, azim=azim)
    live.redraw()
    x, y, width, height = np.array(live.panels[0]["box"]) * np.tile(live.size, 2)
    given = {"solid": solid_data(ax), "box": [x, y, width, height], "scale": live.scale}
    code = """
        import { paintSolid } from "./live/js/solid.js";
        const { solid, box, scale } = given;
        const context = paper(1e6);
        paintSolid(context, solid, solid.view, box, scale);
        say(context.noted);
    """
    drawn = node(tmp_path, code, given)
    assert drawn["fills"] == 3 + 44 * 44
    pieces = iter(drawn["texts"])
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        ticks = [tick.label1 for tick in axis.majorTicks if tick.label1.get_text()]
        for label in (*ticks, axis.label):
            text = next(pieces)
            assert text["text"] == label.get_text().replace("$", "").split("_")[0]
            x, y = label.get_transform().transform(label.get_position()) / live._ratio
            place = np.array(text["place"])
            if "_" in label.get_text():
                assert next(pieces)["text"] in "12"
                turned = (label.get_rotation() + 90) % 180 - 90
                assert np.degrees(text["angle"]) == pytest.approx(-turned, abs=1e-3)
            else:  # the paper's letters are 8 pixels wide
                drop = 0.26 if label is axis.label else 0.76
                size = label.get_size() / 0.72 * live.scale
                place = text["x"] + 4 * len(text["text"]), text["y"] - drop * size
            np.testing.assert_allclose(place, [x, live.size[1] - y], atol=0.01)
    assert not [*pieces]


def test_a_surface_has_a_hole_where_the_function_is_not_defined(tmp_path):
    _, ax = surface_axes(himmelblau)
    solid = solid_data(ax)
    heights = np.frombuffer(solid["mesh"]["heights"], "<f4").copy().reshape(45, 45)
    heights[10, 20] = np.nan
    solid["mesh"]["heights"] = heights.tobytes()
    code = """
        import { paintSolid } from "./live/js/solid.js";
        const fills = (every) => {
            const context = paper();
            paintSolid(context, given, given.view, [0, 0, 200, 200], 1, every);
            return context.noted.fills;
        };
        say([fills(1), fills(2), fills(3)]);
    """
    assert node(tmp_path, code, solid) == [3 + 44 * 44 - 4, 3 + 22 * 22 - 4, 3 + 15 * 15]


@pytest.mark.parametrize("other", [himmelblau, cliff], ids=lambda o: o.name)
def test_a_surface_changed_in_the_browser_is_as_python_sends_it(other, tmp_path):
    first, second = (solid_data(surface_axes(objective)[1]) for objective in (rosenbrock, other))
    words = {tick[0]: tick[1] for tick in second["axes"][2]["ticks"]}
    code = """
        import { changedSolid, floats } from "./live/js/solid.js";
        const { first, window, heights, words } = given;
        const all = { window, heights: floats(heights), words: (z) => words[z] ?? words[`${z}.0`] };
        const { limits, axes, mesh } = changedSolid(first, all);
        say({ limits, axes, rows: mesh.rows, x: mesh.x });
    """
    heights, window = second["mesh"]["heights"], second["limits"][:4]
    given = {"first": first, "window": window, "heights": heights, "words": words}
    found = node(tmp_path, code, given)
    assert found["limits"] == second["limits"]
    assert found["axes"] == json.loads(json.dumps(second["axes"]))
    assert (found["rows"], found["x"]) == (45, second["mesh"]["x"])


# Panels


def flat_axes(**look):
    """Axes of a figure of 1000 by 360 pixels, and that figure."""
    figure = plotting.new_figure(10, 3.6)
    figure.set_layout_engine("none")
    ax = figure.add_axes((0.1, 0.15, 0.4, 0.7), **look)
    return LiveFigure(figure), ax


def data_of(live, ax):
    return panel_data(ax, live.size, live._ratio)


SCALES = {
    "linear": ({}, (-3.0, 7.0), (0.1, -2.0)),
    "log": ({"xscale": "log", "yscale": "log"}, (1e-3, 50.0), (1e-8, 1e4)),
    "equal": ({"aspect": "equal"}, (-2.0, 3.0), (-1.0, 0.0)),
}


@pytest.mark.parametrize("name", [*SCALES, "symlog"])
def test_data_have_the_pixels_of_matplotlib_and_pixels_their_data(name, tmp_path):
    look, xlim, ylim = SCALES.get(name, ({}, (0.0, 5.0), (-10.0, 200.0)))
    live, ax = flat_axes(**look)
    if name == "symlog":
        ax.set_yscale("symlog", linthresh=0.1)
    ax.set(xlim=xlim, ylim=ylim)
    live.redraw()
    share = np.linspace(0, 1, 12)[:, None]
    points = ax.transData.inverted().transform(ax.bbox.min + share * ax.bbox.size)
    code = """
        import { project } from "./live/js/places.js";
        const { x, y, xAt, yAt } = project(given.panel);
        const pixels = given.points.map(([a, b]) => [x(a), y(b)]);
        say([pixels, pixels.map(([a, b]) => [xAt(a), yAt(b)])]);
    """
    given = {"panel": data_of(live, ax), "points": points.tolist()}
    pixels, back = np.array(node(tmp_path, code, given))
    wanted = ax.transData.transform(points) / live._ratio
    wanted[:, 1] = live.size[1] - wanted[:, 1]
    np.testing.assert_allclose(pixels, wanted, atol=0.01)
    np.testing.assert_allclose(back, points, rtol=1e-6, atol=1e-9)


R = np.random.default_rng(3)
LINEAR = [
    *(
        (-0.02 * n, 1.03 * n)
        for n in (1, 2, 5, 10, 25, 60, 99, 100, 150, 200, 300, 400, 1000, 9999)
    ),
    *((-a, a) for a in (1.0, 2.0, 3.0, 4.5, 5.0, 5.12, 10.0, 0.001, 2e-7, 1e6, 3e8)),
    *((0.0, b) for b in (0.99, 1.0, 1.04, 7.0)),
    *((-2.0, 3.0), (0.7, 0.72), (-4.0, -1.0), (1e6, 1e6 + 1e6), (16.0, 18.5)),
    *(tuple(np.sort(10.0 ** R.uniform(-4, 5) * R.standard_normal(2))) for _ in range(150)),
]
LOG = [
    *((4e-6, 4e4), (1e-10, 1e4), (0.85, 1.2e4), (1e-3, 2e3), (0.005, 5.0), (5e-4, 20.0)),
    *((1e-300, 1e-290), (3.0, 8.0), (1.0, 1000.0), (1e-14, 1e-2), (2e-3, 300.0)),
    *((low, low * 10 ** R.uniform(0.5, 20)) for low in 10.0 ** R.uniform(-20, 5, 150)),
]
LOCATORS = {
    "auto": (AutoLocator, LINEAR),
    "few": (lambda: MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]), LINEAR),
    "whole": (lambda: MaxNLocator(integer=True, steps=[1, 2, 5, 10]), LINEAR[:30]),
    "pruned": (lambda: MaxNLocator(4, prune="both"), LINEAR),
    "decades": (None, LOG),
    "numbers": (None, LOG),
}


@pytest.mark.parametrize("side", "xy")
@pytest.mark.parametrize("name", LOCATORS)
def test_ticks_stand_where_matplotlib_sets_them_with_its_words(name, side, tmp_path):
    locator, all_limits = LOCATORS[name]
    live, ax = flat_axes()
    axis = getattr(ax, f"{side}axis")
    if locator:
        axis.set_major_locator(locator())
    else:
        getattr(ax, f"set_{side}scale")("log")
    if name == "numbers":
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    data = data_of(live, ax)[side]
    data["shown"] = {"limits": [0, 0], "ticks": [], "factor": ""}
    wanted = []
    for limits in all_limits:
        getattr(ax, f"set_{side}lim")(limits)
        low, high = axis.get_view_interval()
        minor = [value for value in axis.get_minorticklocs() if low <= value <= high]
        wanted.append([ticks_data(axis), axis.get_major_formatter().get_offset(), minor])
    length = ax.bbox.size["xy".index(side)] / live._ratio * 0.72
    code = """
        import { axisMinorTicks, axisTicks } from "./live/js/ticks.js";
        const { axis, limits, length } = given;
        say(limits.map((ends) => {
            const { ticks, factor } = axisTicks(axis, ends, length);
            const all = ticks.map(({ value, text, math }) => [value, text, math]);
            return [all, factor, axisMinorTicks(axis, ends, length)];
        }));
    """
    found = node(tmp_path, code, {"axis": data, "limits": all_limits, "length": length})
    for one, two, limits in zip(found, wanted, all_limits, strict=True):
        assert agree(one, two, 1e-9 * np.ptp(limits)), (limits, one, two)


def agree(some, others, room):
    """Whether ticks, the factor of all and short ticks are the same."""
    (ticks, factor, minor), (ticks_2, factor_2, minor_2) = some, others
    return (
        factor == factor_2
        and [words for _, *words in ticks] == [words for _, *words in ticks_2]
        and [value for value, *_ in ticks] == pytest.approx([v for v, *_ in ticks_2], abs=room)
        and minor == pytest.approx(minor_2, rel=1e-9)
    )


PIECES = {
    "landscape": lambda: explore(rosenbrock, adam, curves=("m", "v_hat")),
    "momentum": explore_momentum,
    "beta2": explore_beta2,
    "online": explore_online,
    "race": explore_race,
    "sensitivity": lambda: explore_sensitivity(rosenbrock, adam, n=4, n_steps=20),
}


@pytest.mark.parametrize("name", PIECES)
def test_the_panels_of_a_piece_can_be_drawn_from_plain_data(name, tmp_path):
    live = PIECES[name]()
    panels = [data_of(live, ax) for ax in live.figure.axes if not hasattr(ax, "get_zlim")]
    code = """
        import { paintAxes } from "./live/js/axes.js";
        const drawn = (panel) => {
            const context = paper();
            paintAxes(context, panel, 1);
            return context.noted;
        };
        const unknown = { limits: [0, 0], ticks: [] };
        const anew = (axis) => axis.locator ? { ...axis, shown: unknown } : axis;
        say(given.map((panel) =>
            [panel, { ...panel, x: anew(panel.x), y: anew(panel.y) }].map(drawn)));
    """
    for panel, (shown, anew) in zip(panels, node(tmp_path, code, panels), strict=True):
        assert shown == anew
        words = [panel["title"]["text"], panel["x"]["label"]["text"], panel["y"]["label"]["text"]]
        words += [text for axis in "xy" for _, text, _ in panel[axis]["shown"]["ticks"]]
        words += [entry["text"] for entry in (panel["legend"] or {"entries": []})["entries"]]
        letters = "".join(text["text"] for text in shown["texts"])
        assert len(letters) == len("".join(words))
        assert len(shown["lines"]) >= len(panel["frame"]["sides"])


def test_the_lines_of_a_panel_are_sent_with_their_look():
    live = explore_momentum()
    pair, contour, *_ = (data_of(live, ax) for ax in live.figure.axes)
    limit, star = pair["lines"]
    (cross,) = contour["lines"]
    assert limit["line"] == {"color": "#ffffff", "width": 1.6}
    assert limit["halo"] == {"color": "#1a1a1a", "width": 4.0}
    assert star["label"] == "best pair"
    assert star["marker"]["shape"] == "*"
    assert (star["line"], star["clipped"]) == (None, False)
    assert (cross["points"], cross["marker"]["shape"]) == ([0.0, 0.0], "x")
    live = explore_sensitivity(rosenbrock, adam, n=4, n_steps=20)
    (tolerance,) = data_of(live, live.figure.axes[2])["lines"]
    assert tolerance["across"]
    assert tolerance["points"] == [0.0, 0.001, 1.0, 0.001]
    assert tolerance["dash"] == [2.0, 3.0]


def test_a_legend_is_sent_with_the_places_of_its_entries():
    live = explore_momentum()
    pair = live.figure.axes[0]
    entries = data_of(live, pair)["legend"]["entries"]
    assert [entry["text"] for entry in entries] == ["stability limit", "best pair", "diverges"]
    assert [*entries[2]["handle"]] == ["patch", "ends"]
    assert entries[1]["handle"]["marker"]["shape"] == "*"
    x, y = np.array(entries[0]["at"]) / 0.72
    box = pair.get_legend().get_texts()[0].get_window_extent()
    assert (pair.bbox.x0 + x, pair.bbox.y1 - y) == pytest.approx((box.x0, (box.y0 + box.y1) / 2))


def test_crosses_look_as_those_of_a_contour_plot(tmp_path):
    live = explore_momentum()
    (cross,) = data_of(live, live.figure.axes[1])["lines"]
    code = 'import { crossesAt } from "./live/js/marks.js";\nsay(crossesAt(given));'
    assert node(tmp_path, code, cross["points"]) | {"label": cross["label"]} == cross


def test_a_panel_takes_what_it_shall_show_now(tmp_path):
    live = explore_momentum()
    panel = data_of(live, live.figure.axes[1])
    code = """
        import { changedPanel } from "./live/js/axes.js";
        const changed = { title: "new", scales: ["linear", "log"], yticks: [0.1, [1, "one"]],
            limits: [0, 1, 0.1, 1], crosses: [[0.5, 0.2], [1, 1]], field: "none" };
        say([changedPanel(given, {}), changedPanel(given, changed)]);
    """
    same, changed = node(tmp_path, code, panel)
    assert same == panel
    assert changed["title"]["text"] == "new"
    assert (changed["x"], changed["y"]["scale"]) == (panel["x"], "log")
    assert changed["y"]["shown"]["ticks"] == [[0.1, "0.1"], [1, "one"]]
    assert (changed["limits"], changed["field"]) == ([0, 1, 0.1, 1], "none")
    assert [line["points"] for line in changed["lines"]] == [[0.5, 0.2, 1, 1]]


def test_an_axis_takes_another_scale_or_given_ticks(tmp_path):
    live, ax = flat_axes()
    code = """
        import { onScale, axisTicks, withTicks } from "./live/js/ticks.js";
        const texts = (axis, limits) => axisTicks(axis, limits, 250).ticks.map(({ text }) => text);
        const log = onScale(given, "log");
        say([texts(log, [0.5, 200]), texts(onScale(log, "linear"), [0, 200]),
            texts(withTicks(given, [[0, "none"], [9, "far"]]), [-1, 1]),
            onScale(given, "linear") === given]);
    """
    assert node(tmp_path, code, data_of(live, ax)["y"]) == [
        ["10⁰", "10¹", "10²"],
        ["0", "25", "50", "75", "100", "125", "150", "175", "200"],
        ["none"],
        True,
    ]


# Fields

LANDSCAPES = [*catalogue(), cliff, ravine(1.0), ravine(100.0)]


def values_of(objective, n):
    """Values of a landscape over its window as JSON has them, row by row."""
    with np.errstate(all="ignore"):
        return np.nan_to_num(objective.f(objective.grid(n)), posinf=np.nan).ravel().tolist()


def test_heights_are_those_of_python(tmp_path):
    code = """
        import { heightOf, heightsOf, valueOf } from "./live/js/fields.js";
        say(given.map(([values, minimum]) => {
            const heights = heightsOf(values, minimum);
            return [heights, values.map((value) => heightOf(heights, value)),
                valueOf(heights, 0.3)];
        }));
    """
    given = [[values_of(objective, 61), objective.minimum] for objective in LANDSCAPES]
    for objective, (heights, shares, value), (values, _) in zip(
        LANDSCAPES, node(tmp_path, code, given), given, strict=True
    ):
        wanted = plotting.HeightScale.of(objective)
        assert [heights["low"], heights["high"]] == pytest.approx(wanted[:2], rel=1e-14)
        assert heights["power"] == wanted.power
        np.testing.assert_allclose(shares, wanted.scaled(values), atol=1e-12)
        assert value == pytest.approx(wanted.value(0.3))


def test_heights_suit_values_of_any_spread(tmp_path):
    all_values = [R.uniform(0, 1, 90 + k) ** R.uniform(0.3, 9) - k % 3 for k in range(200)]
    found = node(
        tmp_path,
        'import { heightsOf } from "./live/js/fields.js"; say(given.map((all) => heightsOf(all)));',
        [values.tolist() for values in all_values],
    )
    for values, heights in zip(all_values, found, strict=True):
        given = SimpleNamespace(grid=lambda n: n, f=lambda _, v=values: v, minimum=None)
        wanted = plotting.HeightScale.of(given)._asdict()
        assert heights == pytest.approx(wanted, rel=1e-12)


def contour_field(objective, n=151):
    return {
        "kind": "contour",
        "values": values_of(objective, n),
        "rows": n,
        "columns": n,
        "heights": plotting.HeightScale.of(objective)._asdict(),
        "colours": colours(plotting.LANDSCAPE),
    }


def speed_field(n=160):
    lr, beta = np.geomspace(*LR, n), np.linspace(*BETA, n)
    values = steps_per_digit(lr, beta[:, None], 10.0, "momentum")
    return {
        "kind": "map",
        "values": np.where(np.isfinite(values), values, np.nan).ravel().tolist(),
        "x": lr.tolist(),
        "y": beta.tolist(),
        "ends": [*map(float, STEPS)],
        "log": True,
        "colours": colours(matplotlib.colormaps["cividis_r"]),
        "bad": plotting.DIVERGED,
    }


FIELDS = {
    **{
        o.name: (lambda ax, o=o: plotting.contours(ax, o), contour_field(o))
        for o in (rosenbrock, himmelblau, saddle, cliff, ravine(100.0))
    },
    "map": (lambda ax: momentum_map(ax), speed_field()),
}


def momentum_map(ax):
    field = speed_field()
    values = np.array(field["values"]).reshape(160, 160)
    plotting.heat_map(ax, np.array(field["x"]), np.array(field["y"]), values).set_clim(*STEPS)
    ax.set(xlim=LR, ylim=BETA)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_has_the_colours_of_matplotlib(name, tmp_path):
    draw, field = FIELDS[name]
    live, ax = flat_axes()
    draw(ax)
    for artist in (*ax.collections[1:], *ax.lines, *ax.spines.values()):
        artist.set_visible(False)
    live.redraw()
    picture = np.asarray(live._canvas.buffer_rgba())
    code = """
        import { paintField } from "./live/js/fields.js";
        globalThis.ImageData = class { constructor(data, width, height) {
            Object.assign(this, { data, width, height }); } };
        const context = paper();
        let found;
        context.noted.put = ({ data, width, height }, x, y) =>
            (found = { data: [...data], width, height, x, y });
        paintField(context, given.panel, given.field);
        say(found);
    """
    found = node(tmp_path, code, {"panel": data_of(live, ax), "field": field})
    shape = (found["height"], found["width"], 4)
    drawn = np.array(found["data"]).reshape(shape)[2:-2, 2:-2, :3]
    rows, columns = found["y"] + np.arange(2, shape[0] - 2), found["x"] + np.arange(2, shape[1] - 2)
    wanted = picture[rows][:, columns, :3].astype(int)
    other = np.abs(drawn - wanted).max(axis=-1)
    assert np.mean((other > 2) & ~borders(drawn)) < 0.003


def borders(picture):
    """Where a pixel or one beside it has another colour than its neighbour."""
    found = np.zeros(picture.shape[:2], bool)
    for axis in (0, 1):
        for way in (1, -1):
            found |= (picture != np.roll(picture, way, axis)).any(axis=-1)
    return found


def test_contour_lines_lie_at_their_level_and_close(tmp_path):
    y, x = np.mgrid[-2:2:41j, -2:2:41j]
    values = np.hypot(x, y)
    values[30:, 35:] = np.nan
    code = """
        import { contourLines } from "./live/js/contours.js";
        say(contourLines({ ...given, values: given.values.map((x) => x ?? NaN) }, given.levels));
    """
    known = np.where(np.isnan(values), None, values).ravel().tolist()
    given = {"values": known, "rows": 41, "columns": 41, "levels": [-1, 0.5, 1.0, 1.9, 9]}
    none, *circles, beyond = node(tmp_path, code, given)
    assert none == beyond == []
    for level, lines in zip(given["levels"][1:-1], circles, strict=True):
        (line,) = lines
        place = np.array(line) / 10 - 2
        np.testing.assert_allclose(np.hypot(*place.T), level, atol=0.01)
        assert (line[0] == line[-1]) == (level < 1.9)


SADDLES = {  # corners row by row: the low ones are cut off where the middle is high
    (1.0, 0.2, 0.2, 1.0): "low",
    (1.0, 0.0, 0.0, 0.8): "high",
    (0.2, 1.0, 1.0, 0.2): "low",
    (0.0, 1.0, 0.8, 0.0): "high",
}


def test_the_lines_in_a_saddle_do_not_meet(tmp_path):
    code = """
        import { contourLines } from "./live/js/contours.js";
        say(given.map((values) => contourLines({ values, rows: 2, columns: 2 }, [0.5])[0]));
    """
    all_lines = node(tmp_path, code, [[*corners] for corners in SADDLES])
    for lines, (corners, cut) in zip(all_lines, SADDLES.items(), strict=True):
        assert len(lines) == 2
        for line in lines:  # its middle lies on the side of the corner that it cuts off
            column, row = np.mean(line, axis=0) > 0.5
            assert (corners[2 * row + column] < 0.5) == (cut == "low")


def test_a_surface_with_a_hole_has_the_heights_of_its_own_points_only():
    def f(x):
        return np.where(x[0] ** 2 + x[1] ** 2 < 0.3, np.nan, x[0] ** 2 + x[1] ** 2)

    hole = Objective("hole", f, lambda x: 2 * x, [[-1, 1], [-1, 1]], x0=[0.9, 0.9])
    rubbish = [np.full((44 * 44, 4, 3), 1e300) for _ in range(3)]  # what new arrays may hold
    del rubbish
    _, ax = surface_axes(hole)
    mesh = solid_data(ax)["mesh"]
    assert (mesh["columns"], mesh["rows"], mesh["x"], mesh["y"]) == (45, 45, [-1, 1], [-1, 1])
    heights = np.frombuffer(mesh["heights"], "<f4")
    assert np.isnan(heights).any() and np.nanmax(heights) == 1 and np.nanmin(heights) >= 0
