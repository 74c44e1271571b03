"""Live pieces on a page without Python: the states that Jupyter saved, and one script for all."""

import base64
import gzip
import io
import json

from PIL import Image

from course_lib.live.javascript import ROOT, bundle, script

HOST = "live/js/host.js"
QUALITY = 90  # of pictures with a loss, of 100
STATES = "application/vnd.jupyter.widget-state+json"


def modules():
    """The modules that show a widget: text as the widget has it -> path in course_lib."""
    paths = sorted(path for path in ROOT.rglob("*.js") if "\nexport default " in path.read_text())
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    return {bundle(name): name for name in names}


def pieces_script(names):
    """One classic script for all pages, since a page from a file may not import modules."""
    return script({"host": HOST} | {name: name for name in sorted(names)}, "coursePieces")


def saved_widgets(notebook):
    """Model id -> ``{"state": ..., "buffers": [...]}`` of each widget of the course."""
    saved = notebook.metadata.get("widgets", {STATES: {"state": {}}})[STATES]["state"]
    return {model: widget for model, widget in saved.items() if "_esm" in widget["state"]}


def saved_piece(saved, known):
    """What a page needs of a widget: ``{"module": ..., "state": ..., "buffers": [...]}``.

    Parameters
    ----------
    saved : dict
        Its state and buffers as Jupyter saved them.
    known : dict
        The result of `modules`.

    Returns
    -------
    dict or None
        None for a piece that only Python can compute.
    """
    state = dict(saved["state"])
    module = known[state.pop("_esm")]
    del state["_css"]
    if needs_python(state):
        return None
    buffers = saved.get("buffers", [])
    if state.get("recorded"):  # the browser computes the paths that Python had sent
        state["styles"] = []
        buffers = [one | {"data": ""} if one["path"] == ["paths"] else one for one in buffers]
    return {"module": module, "state": state, "buffers": [small(buffer) for buffer in buffers]}


def small(buffer):
    """A buffer in fewer bytes: numbers compressed, a picture as WebP.

    A surface, which has no letters, is a photograph: nobody sees what it loses.
    """
    if buffer["path"][-1] != "png":
        packed = gzip.compress(base64.b64decode(buffer["data"]), mtime=0)
        data = base64.b64encode(packed).decode()
        return buffer | {"encoding": "gzip", "data": data}
    picture = Image.open(io.BytesIO(base64.b64decode(buffer["data"])))
    smaller = io.BytesIO()
    is_surface = buffer["path"][0] == "surfaces"
    picture.save(smaller, "WEBP", quality=QUALITY, lossless=not is_surface)
    return buffer | {"data": base64.b64encode(smaller.getvalue()).decode()}


def needs_python(state):
    """Whether the controls of a piece do nothing in the browser alone."""
    return bool(state.get("specs")) and (not state.get("recorded") or state["through_kernel"])


def as_json(piece):
    """JSON that may stand inside a script element of an HTML page."""
    return json.dumps(piece, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def styles(notebooks):
    """The style sheets of all widgets, each once."""
    shown = (saved for notebook in notebooks for saved in saved_widgets(notebook).values())
    return "\n".join(dict.fromkeys(saved["state"]["_css"] for saved in shown))
