"""The browser's painter: its places, ticks and fields are those of matplotlib."""

import base64
import json
import shutil
import subprocess

import numpy as np
import pytest
from mpl_toolkits.mplot3d import proj3d

from course_lib import plotting
from course_lib.live.figure import LiveFigure
from course_lib.live.javascript import FOLDER
from course_lib.live.solids import solid_data
from course_lib.objectives import cliff, himmelblau, rosenbrock

# `paper()` is a context that notes what is drawn: each text with its place, each line, each field
READ = """
    import { readFileSync } from "node:fs";
    const revived = (_, x) => x?.bytes ? new DataView(Uint8Array.from(atob(x.bytes),
        (letter) => letter.charCodeAt(0)).buffer) : x;
    const given = JSON.parse(readFileSync("given.json", "utf-8"), revived);
    function paper() {
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
            measureText: (text) => ({ width: 8 * text.length }),
            fillText: (text, x, y) => noted.texts.push({ text, place, x, y, angle }),
            beginPath: () => (line = []),
            moveTo: to,
            lineTo: to,
            stroke() { noted.lines.push({ points: line, color: this.strokeStyle }); },
            fill: () => (noted.fills += 1),
        };
        return new Proxy(own, { get: (all, name) => name in all ? all[name] : nothing });
    }
    const say = (x) => console.log(JSON.stringify(x, (_, y) => Number.isNaN(y) ? "nan" : y));
"""


def node(folder, code, given=None):
    """What JavaScript ``say``s of ``given``, as plain data; the parts of live lie beside it."""
    if not shutil.which("node"):
        pytest.skip("no node on this machine")
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "given.json").write_text(json.dumps(given, default=packed))
    (folder / "main.js").write_text(READ + code, "utf-8")
    command = ["node", "main.js"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def packed(value):
    """Bytes as JSON."""
    return {"bytes": base64.b64encode(value).decode()}


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
        import { project3 } from "./projection.js";
        const { solid, box, views, points } = given;
        say(views.map((view) => points.map(project3(solid, view, box))));
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
        import { paintSolid } from "./solid.js";
        const { solid, box, scale } = given;
        const context = paper();
        paintSolid(context, solid, solid.view, box, scale);
        say(context.noted);
    """
    drawn = node(tmp_path, code, given)
    assert drawn["fills"] == 3 + 44 * 44
    wanted = []
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        ticks = [tick for tick in axis.majorTicks if tick.label1.get_text()]
        wanted += [(tick.label1, 0) for tick in ticks] + [(axis.label, axis.label.get_rotation())]
    texts = [text for text in drawn["texts"] if text["text"] not in "12"]
    assert len(texts) == len(wanted)
    for text, (label, angle) in zip(texts, wanted, strict=True):
        assert text["text"] == label.get_text().replace("$", "").split("_")[0]
        place = label.get_transform().transform(label.get_position()) / live._ratio
        np.testing.assert_allclose(text["place"], [place[0], live.size[1] - place[1]], atol=0.01)
        if label.get_rotation():
            assert np.degrees(text["angle"]) == pytest.approx(-((angle + 90) % 180 - 90), abs=1e-3)


def test_a_surface_has_a_hole_where_the_function_is_not_defined(tmp_path):
    _, ax = surface_axes(himmelblau)
    solid = solid_data(ax)
    heights = np.frombuffer(solid["mesh"]["heights"], "<f4").copy().reshape(45, 45)
    heights[10, 20] = np.nan
    solid["mesh"]["heights"] = heights.tobytes()
    code = """
        import { paintSolid } from "./solid.js";
        const fills = (every) => {
            const context = paper();
            paintSolid(context, given, given.view, [0, 0, 200, 200], 1, every);
            return context.noted.fills;
        };
        say([fills(1), fills(2), fills(3)]);
    """
    assert node(tmp_path, code, solid) == [3 + 44 * 44 - 4, 3 + 22 * 22 - 4, 3 + 15 * 15]
