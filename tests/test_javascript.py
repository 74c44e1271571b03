"""The JavaScript of live figures: modules that load alone, and join into one text for anywidget."""

import base64
import json
import re

import numpy as np
import pytest
from nodes import PARTS, node

from course_lib.experiments.runs import state_table
from course_lib.live.figure import LiveFigure
from course_lib.live.javascript import bundle, parts, source

PIECES = [
    *("landscape", "momentum", "online", "beta2", "digits", "race", "sensitivity", "prediction")
]
ENTRIES = ["live/js/plain.js", *(f"explorers/js/{name}.js" for name in PIECES)]
TOP_LEVEL = re.compile(r"^(?:export )?(?:function|class|const|let|var) (\w+)", re.MULTILINE)
IMPORTED = re.compile(r'from "\.\.?/[\w./]*?(\w+\.js)"')


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_bundle_is_one_text_without_imports(entry):
    text = bundle(entry)
    assert not re.search(r"^\s*import\b|\bimport\(", text, re.MULTILINE)
    assert re.findall(r"^export .{12}", text, re.MULTILINE) == ["export default { re"]
    for name in parts(entry):
        for top_level in TOP_LEVEL.findall(source(name)):
            found = re.search(rf"^(async )?(function|class|const|let) {top_level}\b", text, re.M)
            assert found, top_level


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_bundle_has_each_part_once_after_all_that_it_imports(entry):
    names = parts(entry)
    assert len(set(names)) == len(names)
    assert names[-1] == entry
    for k, name in enumerate(names):
        before = {name.rpartition("/")[2] for name in names[:k]}
        assert set(IMPORTED.findall(source(name))) <= before


def test_the_bundles_reach_every_part_and_the_widgets_send_them():
    alone = {"live/js/host.js"}  # of a page without Python
    assert {name for entry in ENTRIES for name in parts(entry)} | alone == set(PARTS)
    assert LiveFigure._esm == bundle("live/js/plain.js")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_loads_alone_as_a_module(part, tmp_path):
    code = f'import * as part from "./{part}"; console.log(JSON.stringify(Object.keys(part)));'
    assert node(tmp_path, code)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_bundle_loads_as_a_module(entry, tmp_path):
    (tmp_path / "bundle.js").write_text(bundle(entry), "utf-8")
    code = 'import bundle from "./bundle.js"; console.log(JSON.stringify(typeof bundle.render));'
    assert node(tmp_path, code) == "function"


def test_the_browser_reads_the_state_table_as_python_wrote_it(tmp_path):
    x = np.array([[0.5, -2.0], [7e38, -1e-9], [-3e300, np.inf], [np.nan, 0.0]])
    table = state_table({"x": x, "g": 2 * x[:, ::-1]})
    data = base64.b64encode(table.pop("data")).decode()
    code = f"""
        import {{ digits }} from "./live/js/text.js";
        import {{ statesAt }} from "./live/js/states.js";
        const bytes = Uint8Array.from(atob("{data}"), (letter) => letter.charCodeAt(0));
        const table = {{ ...{json.dumps(table)}, data: new Float64Array(bytes.buffer) }};
        const steps = [0, 1, 2, 3, 9].map((step) => statesAt(table, step));
        const written = steps.map(({{ step, numbers }}) => [step, numbers.map(digits)]);
        console.log(JSON.stringify(written));
    """
    assert node(tmp_path, code) == [
        [0, ["0.5000", "−4.000", "−2.000", "1.000"]],
        [1, ["7.000e38", "−2.000e−9", "−1.000e−9", "1.400e39"]],
        [2, ["−3.000e300", "∞", "∞", "−6.000e300"]],
        [3, ["nan", "0.000", "0.000", "nan"]],
        [3, ["nan", "0.000", "0.000", "nan"]],
    ]


SCALES = {
    "linear": {"low": -1, "high": 1},
    "integer": {"low": 0, "high": 200},
    "log": {"low": 1e-4, "high": 10},
    "decay": {"low": 0, "high": 0.9999},
}


@pytest.mark.parametrize("kind", SCALES)
def test_a_slider_reaches_both_ends_and_finds_its_values_again(kind, tmp_path):
    spec = SCALES[kind]
    code = f"""
        import {{ SCALES }} from "./live/js/scales.js";
        const {{ value, share }} = SCALES.{kind};
        const spec = {json.dumps(spec)};
        const shares = Array.from({{ length: 241 }}, (_, k) => k / 240);
        const values = shares.map((share) => value(share, spec));
        console.log(JSON.stringify([shares, values, values.map((x) => share(x, spec))]));
    """
    shares, values, found = map(np.array, node(tmp_path, code))
    assert (values[0], values[-1]) == pytest.approx((spec["low"], spec["high"]))
    assert (np.diff(values) >= 0).all()
    np.testing.assert_allclose(found, shares, atol=1 / 240)


def needed(folder, points, now=0):
    """What ``thinning.js`` keeps of a line, and its two parts around a step."""
    code = f"""
        import {{ neededPoints, splitAt }} from "./live/js/thinning.js";
        const points = Float32Array.from({json.dumps(np.ravel(points).tolist())}, (x) => x ?? NaN);
        const kept = neededPoints(points, points.length / 2);
        console.log(JSON.stringify([kept, ...splitAt(kept, {now})]));
    """.replace("NaN,", "null,").replace("NaN]", "null]")
    return node(folder, code)


def along(points, number):
    """So many points of the line through some points, all equally far apart along it."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    way = np.concatenate([[0], np.cumsum(lengths)])
    wanted = np.linspace(0, way[-1], number)
    return np.stack([np.interp(wanted, way, line) for line in points.T], 1)


def farthest(some, line):
    """The largest distance of some points from a line through others."""
    start, way = line[:-1], np.diff(line, axis=0)
    squares = np.maximum((way**2).sum(1), 1e-30)

    def distance(point):
        shares = np.clip(((point - start) * way).sum(1) / squares, 0, 1)
        return np.hypot(*(start + shares[:, None] * way - point).T).min()

    return max(map(distance, some))


T = np.arange(4000)
R = np.random.default_rng(1)
LONG_LINES = {
    "a noisy curve over time": (np.stack([T / 16, 100 + 40 * R.standard_normal(4000)], 1), 2000),
    "a spike in one column": (np.stack([T / 40, np.where(T == 2024, 5.0, 90.0)], 1), 410),
    "to and fro": (np.stack([50 + 30 * (-1.0) ** T, 50 + 10 * (-1.0) ** T], 1), 4),
    "an orbit": (50 + 40 * np.stack([np.cos(T / 7), np.sin(T / 7)], 1), 3000),
    "at rest": (np.full((4000, 2), 7.25), 4),
    "a walk": (np.cumsum(R.standard_normal((4000, 2)), axis=0), 4001),
}


@pytest.mark.parametrize(("points", "most"), LONG_LINES.values(), ids=LONG_LINES)
def test_a_long_line_looks_the_same_with_fewer_points(points, most, tmp_path):
    kept, *_ = needed(tmp_path, points)
    assert len(kept) <= most
    points = points.astype("f4").astype(float)
    assert farthest(along(points, 3000), points[kept]) < 0.8


def test_a_line_of_a_usual_run_keeps_all_its_points(tmp_path):
    points = R.standard_normal((61, 2)) / 100
    assert needed(tmp_path, points, 20) == [[*range(61)], [*range(21)], [*range(20, 61)]]


def test_a_line_breaks_off_where_it_leaves_the_numbers(tmp_path):
    points = np.arange(20.0).reshape(10, 2)
    points[[0, 4, 5, 9], 0] = np.nan
    kept, past, future = needed(tmp_path, points, 4)
    assert kept == [1, 2, 3, -1, 6, 7, 8, -1]
    assert (past, future) == ([1, 2, 3, -1], [6, 7, 8, -1])
    long = np.stack([T / 4.0, T % 7.0], 1)
    long[3000] = np.nan
    kept, past, future = needed(tmp_path, long, 1234)
    assert -1 in kept
    assert 3000 not in kept
    assert (past[-1], future[0]) == (1234, 1234)
