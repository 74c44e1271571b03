"""A widget's state without a kernel (`host.js`), in node."""

import base64
import json

import pytest
from nodes import printed

SAVED = {
    "state": {"lr": 0.1, "table": {"adam": {"names": ["x"]}}, "layers": [{}, None]},
    "buffers": [
        {"path": ["table", "adam", "data"], "data": base64.b64encode(b"\x00\xff\x07").decode()},
        {"path": ["layers", 1], "data": ""},
    ],
}


@pytest.fixture
def said(tmp_path):
    """What a code logs, one JSON value a line; ``model`` is hosted, ``log`` logs."""
    start = f"""
        import {{ hostModel }} from "./live/js/host.js";
        const saved = {json.dumps(SAVED)};
        const model = hostModel(saved);
        const log = (...values) => console.log(JSON.stringify(values));
    """
    return lambda code: [json.loads(line) for line in printed(tmp_path, start + code).splitlines()]


def test_buffers_are_data_views_in_their_places(said):
    code = """
        const data = model.get("table").adam.data;
        log(data instanceof DataView, [0, 1, 2].map((k) => data.getUint8(k)));
        log(model.get("layers")[1].byteLength, model.get("table").adam.names, saved.state.layers);
    """
    assert said(code) == [[True, [0, 255, 7]], [0, ["x"], [{}, None]]]


def test_a_listener_hears_a_change_and_only_a_change(said):
    code = """
        model.on("change:lr change:layers", (one, value) => log(one === model, value));
        model.on("change", () => log("any"));
        model.set("lr", 0.1);
        model.set("table", { adam: { ...model.get("table").adam } });
        model.set("lr", 0.2);
        model.set("layers", [{}, model.get("layers")[1]]);
        model.set("layers", [{}]);
        model.set("table", { adam: { names: ["x"], data: new DataView(new ArrayBuffer(3)) } });
        log(model.get("lr"), model.save_changes() ?? null, model.send("table") ?? null);
    """
    assert said(code) == [[True, 0.2], ["any"], [True, [{}]], ["any"], ["any"], [0.2, None, None]]


@pytest.mark.parametrize(
    ("off", "heard"),
    [
        ('"change:lr", one', ["two", "two"]),
        ('"change:lr"', ["two"]),
        ('"change:lr change:n"', []),
        ("null, two", ["one"]),
        ("", []),
    ],
)
def test_a_listener_that_is_off_hears_nothing(said, off, heard):
    code = f"""
        const [one, two] = [() => log("one"), () => log("two")];
        model.on("change:lr", one);
        model.on("change:lr", two);
        model.on("change:n", two);
        model.off({off});
        model.set("lr", 7);
        model.set("n", 1);
    """
    assert said(code) == [[name] for name in heard]
