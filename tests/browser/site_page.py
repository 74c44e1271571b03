"""A page of the site in a browser, opened from its file, with the network off."""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.with_suffix(".html").name for path in NOTEBOOKS.glob("*.ipynb"))
PAGES = ["index.html", *NAMES]


@dataclass
class ShownPage:
    """A page, and what it did since it was opened."""

    page: Page
    errors: list = field(default_factory=list)  #: what the console and the page complained of
    requests: list = field(default_factory=list)  #: addresses that are not files
    bytes: int = 0  #: of all files that it has loaded
    seconds: float = 0.0  #: until the first live picture was there

    def _note_console(self, message):
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _note_request(self, request):
        parts = urlsplit(request.url)
        if parts.scheme == "file":
            self.bytes += Path(unquote(parts.path)).stat().st_size
        elif parts.scheme not in ("blob", "data"):
            self.requests.append(request.url)


@contextmanager
def opened(browser, file, **options):
    """Open a page of the site; yield a `ShownPage` once all its pieces are live.

    ``options`` are those of Playwright's ``new_context``.
    """
    options = {"viewport": {"width": 1280, "height": 900}, "offline": True} | options
    context = browser.new_context(**options)
    try:
        shown = ShownPage(context.new_page())
        shown.page.on("console", shown._note_console)
        shown.page.on("pageerror", lambda error: shown.errors.append(str(error)))
        shown.page.on("request", shown._note_request)
        start = time.monotonic()
        shown.page.goto(file.as_uri())
        if options.get("java_script_enabled", True):
            first = shown.page.locator("canvas[data-frames], html[data-ready]").first
            first.wait_for(state="attached")  # where all figures are closed, there is no canvas
            shown.seconds = time.monotonic() - start
            shown.page.locator("html[data-ready]").wait_for()
        yield shown
    finally:
        context.close()
