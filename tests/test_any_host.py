"""Hosts of anywidget that can do less than JupyterLab (`any_host.js`), in node."""

import pytest
from nodes import PARTS, node, printed

from course_lib.live.javascript import source

# A model of a host that takes one event a call, and hands buffers over as `kind` says.
HOST = """
class StrictModel {
  constructor(values) {
    Object.assign(this, { values, heard: new Map() });
  }
  get(name) {
    return this.values[name];
  }
  on(event, listener) {
    if (typeof event !== "string" || /\\s/.test(event)) throw new Error(`one event, got ${event}`);
    this.heard.set(event, listener);
  }
  off(event, listener) {
    if (this.heard.get(event) === listener) this.heard.delete(event);
  }
}
const bytes = (numbers) => new Uint8Array(numbers.buffer);
const KINDS = {
  ArrayBuffer: (numbers) => numbers.buffer,
  DataView: (numbers) => new DataView(numbers.buffer),
  Uint8Array: bytes,
  "Uint8Array inside": (numbers) => {
    const larger = new Uint8Array(numbers.byteLength + 13);
    larger.set(bytes(numbers), 5);
    return larger.subarray(5, 5 + numbers.byteLength);
  },
};
"""
KINDS = ["ArrayBuffer", "DataView", "Uint8Array", "Uint8Array inside"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_and_a_surface_are_read_from_buffers_of_any_kind(tmp_path, kind):
    code = f"""
        import {{ KernelFrames }} from "./live/js/kernel_frames.js";
        import {{ floats }} from "./live/js/solid.js";
        {HOST}
        const buffer = KINDS["{kind}"];
        const table = {{ adam: {{ names: ["x1"], rows: 2, data: buffer(Float64Array.of(5, 6)) }} }};
        const styles = [{{ dimensions: 2, n: 2 }}];
        const paths = buffer(Float64Array.of(1, 2, 3, -4.5));
        const {{ frame }} = new KernelFrames(new StrictModel({{ paths, styles, table }}));
        const heights = [...floats(buffer(Float32Array.of(7, 0.5)))];
        const numbers = [...frame.tables().adam.data];
        console.log(JSON.stringify([[...frame.paths[0].points], numbers, heights]));
    """
    assert node(tmp_path, code) == [[1, 2, 3, -4.5], [5, 6], [7, 0.5]]


def test_events_are_listened_to_one_at_a_time_until_the_end(tmp_path):
    code = f"""
        import {{ listen }} from "./live/js/any_host.js";
        {HOST}
        const model = new StrictModel({{}});
        const stop = listen(model, ["change:a", "change:b"], () => console.log("heard"));
        for (const listener of model.heard.values()) listener();
        stop();
        console.log(model.heard.size);
    """
    assert printed(tmp_path, code).split() == ["heard", "heard", "0"]


def test_a_host_without_off_is_listened_to(tmp_path):
    code = """
        import { listen } from "./live/js/any_host.js";
        listen({ on: (event) => console.log(event) }, ["change:a"], () => {})();
    """
    assert printed(tmp_path, code).split() == ["change:a"]


@pytest.mark.parametrize("part", PARTS)
def test_no_other_part_listens_by_itself_or_counts_on_one_kind_of_buffer(part):
    if part == "live/js/any_host.js":
        return
    text = source(part)
    assert "model.on(" not in text
    assert "=== null" not in text  # Python in the browser sends None as undefined
    assert part == "live/js/host.js" or "DataView" not in text
    assert "byteOffset" not in text


def test_a_rule_without_limits_is_known_as_undefined_too(tmp_path):
    code = """
    import { checked } from "./live/js/rules.js";
    const rule = { text: "be a finite number", without_low: false, without_high: false };
    const none = { low: null, high: null };
    const values = (one) => checked({ name: "a", rule: one }, -7.5);
    console.log(JSON.stringify([rule, { ...rule, ...none }].map(values)));
    """
    assert node(tmp_path, code) == [-7.5, -7.5]
