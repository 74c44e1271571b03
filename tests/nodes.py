"""JavaScript of the course in node: the modules in their folders, and what a script prints."""

import json
import math
import shutil
import subprocess

import pytest

from course_lib.live.javascript import ROOT, source

PARTS = sorted(f"{path.parent.parent.name}/js/{path.name}" for path in ROOT.glob("*/js/*.js"))


def node(folder, code, data=None):
    """What a JavaScript module in ``folder`` prints, as JSON; the parts lie beside it.

    ``data`` is there as ``data``; numbers that JSON does not have come as they are.
    """
    if data is not None:
        (folder / "data.json").write_text(json.dumps(_sendable(data)), "utf-8")
        code = _READ + code
    return json.loads(printed(folder, code))


def printed(folder, code):
    """The text that a JavaScript module in ``folder`` prints; the parts lie beside it."""
    if not shutil.which("node"):
        pytest.skip("no node on this machine")
    for part in PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        (folder / part).write_text(source(part), "utf-8")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "main.js").write_text(code, "utf-8")
    command = ["node", str(folder / "main.js")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


_READ = """
import { readFileSync } from "fs";
const NUMBERS = { "!nan": NaN, "!inf": Infinity, "!-inf": -Infinity, "!-0": -0 };
const data = JSON.parse(readFileSync("data.json", "utf-8"), (_, value) =>
  typeof value === "string" && value[0] === "!" ? NUMBERS[value] : value,
);
"""


def _sendable(data):
    if isinstance(data, dict):
        return {name: _sendable(value) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_sendable(value) for value in data]
    if isinstance(data, float) and not (math.isfinite(data) and (data or str(data) == "0.0")):
        return "!-0" if data == 0 else f"!{data}"
    return data
