"""A live piece on a page by itself: one HTML file, without Jupyter, kernel or network.

The page holds the saved state of anywidgets, one under the other. Its Content-Security-Policy
refuses every request and every ``eval``, so that a piece that wants one fails here::

    with opened_page(browser, widget) as shown:
        shown.page.keyboard.press("ArrowRight")
        assert shown.errors == []
"""

import html
import json
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ipywidgets.embed import dependency_state
from playwright.sync_api import Page

from course_lib.live.javascript import bundle

POLICY = {
    "default-src": "'none'",
    "script-src": "'unsafe-inline' blob:",
    "style-src": "'unsafe-inline'",
    "img-src": "blob: data:",
    "worker-src": "blob:",
}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
</head>
<body>
<main></main>
<script type="application/json" id="saved">{saved}</script>
<script type="module">
{host}
{start}
</script>
</body>
</html>
"""

# The module and the style of a widget are a part of its state, as anywidget sends them.
START = """
async function shown(saved) {
  const model = hostModel(saved);
  const el = document.createElement("div");
  const style = document.createElement("style");
  style.textContent = model.get("_css") ?? "";
  document.head.append(style);
  document.querySelector("main").append(el);
  const module = new Blob([model.get("_esm")], { type: "text/javascript" });
  const { default: widget } = await import(URL.createObjectURL(module));
  const { initialize, render } = typeof widget === "function" ? await widget() : widget;
  await initialize?.({ model });
  await render({ model, el });
  return model;
}
const models = [];
for (const saved of JSON.parse(document.querySelector("#saved").textContent))
  models.push(await shown(saved));
Object.assign(window, { model: models[0], models });
"""


def page_of(*widgets):
    """Return the text of an HTML page that shows anywidgets in order, and asks for nothing.

    Parameters
    ----------
    *widgets : anywidget.AnyWidget
        A piece that shows other widgets, such as a box, is none.

    Returns
    -------
    str
        The page. Its ``window.models`` are the widgets' models, for tests, once all are shown;
        ``window.model`` is the first.
    """
    policy = "; ".join(f"{name} {sources}" for name, sources in POLICY.items())
    data = json.dumps([_saved(widget) for widget in widgets], allow_nan=False)
    return PAGE.format(
        policy=policy,
        title=html.escape(type(widgets[0]).__name__),
        saved=data.replace("<", "\\u003c"),  # or "</script>" in a string would end the element
        host=bundle("live/js/host.js"),
        start=START,
    )


def _saved(widget):
    """The state of a widget and its buffers, as a notebook stores them."""
    saved = dependency_state([widget], drop_defaults=False)[widget.model_id]
    if "_esm" not in saved["state"]:
        raise ValueError(f"{type(widget).__name__} is not an anywidget: it has no _esm")
    return {name: saved.get(name, []) for name in ("state", "buffers")}


@dataclass
class OpenPage:
    """A page in the browser, opened from a file."""

    page: Page
    errors: list = field(default_factory=list)  #: what the console and the page complained of
    requests: list = field(default_factory=list)  #: addresses beyond the page and its own blobs

    def _note_console(self, message):
        if message.type == "error":
            self.errors.append(message.text)

    def _note_error(self, error):
        self.errors.append(str(getattr(error, "stack", None) or error))

    def wait_until(self, expression, seconds=10):
        """Wait until an expression of JavaScript is true.

        Raises the page's words as soon as it has complained, or after so many seconds. (The page
        refuses Playwright's ``wait_for_function``, which uses ``eval``.)
        """
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            if self.errors or time.monotonic() > deadline:
                raise AssertionError(f"never true: {expression}\n" + "\n".join(self.errors))
            self.page.wait_for_timeout(20)

    def _note_request(self, request):
        if not request.url.startswith(("file:", "blob:", "data:")):
            self.requests.append(request.url)


@contextmanager
def opened_page(browser, *widgets, width=1280, height=900, scale=1):
    """Open `page_of` widgets from a file, offline; yield an `OpenPage` once it is shown.

    ``width`` and ``height`` are the window's in CSS pixels, ``scale`` the screen's pixel ratio.
    """
    options = {"viewport": {"width": width, "height": height}, "device_scale_factor": scale}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page_of(*widgets), "utf-8")
        context = browser.new_context(**options, offline=True)
        try:
            shown = OpenPage(context.new_page())
            shown.page.on("console", shown._note_console)
            shown.page.on("pageerror", shown._note_error)
            shown.page.on("request", shown._note_request)
            shown.page.goto(file.as_uri())
            shown.wait_until("Boolean(window.model)", seconds=30)
            yield shown
        finally:
            context.close()
