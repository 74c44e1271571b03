"""JupyterLab in a browser: start a server, open a notebook, run it, look at it.

The fixtures of ``conftest.py`` and the tool ``look.py`` are built from these pieces.
"""

import functools
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from playwright.sync_api import Page, sync_playwright

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Every cell in the DOM, no news, no extension manager, no saving behind the test's back.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    "@jupyterlab/extensionmanager-extension/plugin": {"enabled": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}

# Console errors that say nothing about the course: (words of the message, reason).
HARMLESS = [
    ("reading 'schema'", "Notebook 7.6: its keyboard shortcuts are asked for before they are read"),
    (
        "'filebrowser:open-path' not registered",
        "Notebook 7.6: a notebook's page has no file browser",
    ),
]


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


@dataclass
class Server:
    """A running JupyterLab: its address, its token, and the folder that it serves."""

    url: str
    token: str
    root: Path

    def request(self, method, path):
        """Ask the server's REST API; return the decoded answer, ``None`` when it is empty."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def write(self, name, cells):
        """Write a notebook of code cells into the server's folder."""
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(nb, self.root / name)

    def end_kernels(self):
        """End every kernel, so that the next notebook starts from nothing."""
        for session in self.request("GET", "api/sessions"):
            self.request("DELETE", f"api/sessions/{session['id']}")


@contextmanager
def jupyter_server(folder=NOTEBOOKS):
    """Serve a temporary copy of ``folder`` with settings of its own; yield a `Server`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        home = Path(temporary)
        root = home / "notebooks"
        shutil.copytree(folder, root, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        for name, settings in SETTINGS.items():
            file = home / "settings" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(settings))
        token = secrets.token_hex(16)
        with open(home / "log", "w+") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *_server_options(root, token)],
                env=os.environ | _isolated(home),
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=root,
            )
            try:
                yield Server(_address(process, home), token, root)
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _server_options(root, token):
    return [
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.log_level=WARN",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
        f"--ServerApp.root_dir={root}",
        f"--IdentityProvider.token={token}",
    ]


def _isolated(home):
    return {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def _address(process, home, seconds=60):
    """Wait for the server; it writes its address down, whichever port was free."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.1)
        for file in (home / "runtime").glob("jpserver-*.json"):
            with suppress(OSError, ValueError):  # half written, or not listening yet
                url = json.loads(file.read_text())["url"]
                with urllib.request.urlopen(url + "api", timeout=30):
                    return url
    raise RuntimeError("JupyterLab did not start:\n" + (home / "log").read_text())


def chromium_path(playwright):
    """Return the path of the system's Chromium, else of Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    own = playwright.chromium.executable_path
    for path in (*map(shutil.which, names), own if Path(own).exists() else None):
        if path:
            return path
    raise NoBrowser(
        "no Chromium here: install chromium, or run `python -m playwright install chromium`"
    )


def answer_predictions(page):
    """Answer every prediction, so that all figures are open."""
    asked = page.locator(".course-prediction:has(fieldset:enabled)").first
    while asked.count():
        slider = asked.locator("input[type=range]")
        if slider.count():
            slider.press("ArrowRight")
        else:
            asked.get_by_role("radio").first.check()
        asked.get_by_role("button", name="Commit").click()


def says(piece, words, seconds=10):
    """Wait until the sentence of a piece is exactly this."""
    sentence = piece.locator(".sentence").element_handle()
    wanted = "([node, words]) => node.textContent === words"
    piece.page.wait_for_function(wanted, arg=[sentence, words], timeout=1000 * seconds)


def shown(piece):
    """Bring a piece into sight, and wait until it is drawn; returns it."""
    piece.scroll_into_view_if_needed()
    piece.locator("canvas[data-frames]").wait_for()
    return piece


def unfold(piece):
    """Unfold the table of states of a piece, so that it can be read; returns it."""
    states = piece.locator(".states")
    states.evaluate("node => { node.open = true; }")
    states.locator("td").first.wait_for()
    return states


@contextmanager
def chromium():
    """Yield a headless Chromium."""
    with sync_playwright() as playwright:
        path = chromium_path(playwright)
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@dataclass
class OpenNotebook:
    """A notebook in the browser, run from top to bottom."""

    page: Page
    errors: list = field(default_factory=list)  #: what the console and the page complained of

    def cell(self, i):
        """The ``i``-th cell of the notebook, text cells counted too."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(i)

    def screenshot(self, path):
        """Write what is visible now to a PNG file."""
        self.page.screenshot(path=path)

    def run_all(self):
        """Run all cells and wait until the kernel has answered for each."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(ALL_DONE, timeout=300_000)

    def _note_console(self, message):
        if message.type == "error":
            self._note(f"{message.text} ({message.location.get('url', '')})")

    def _note(self, words):
        if not any(part in str(words) for part, _ in HARMLESS):
            self.errors.append(str(words))


READY = """() => {
    const panel = window.jupyterapp?.shell?.currentWidget;
    return panel?.content?.widgets?.length && panel.sessionContext?.isReady
        && panel.sessionContext.session?.kernel?.status === 'idle';
}"""

ALL_DONE = """() => {
    const panel = jupyterapp.shell.currentWidget;
    const waiting = panel.content.widgets.some(
        cell => cell.model.type === 'code' && cell.node
            .querySelector('.jp-InputPrompt')?.textContent.includes('*'));
    return !waiting && panel.sessionContext.session?.kernel?.status === 'idle';
}"""

FULL_WIDTH = """() => {
    const shell = jupyterapp.shell;
    shell.mode = 'single-document';
    shell.collapseLeft();
    shell.collapseRight();
}"""


@contextmanager
def opened(browser, server, name, width=1280, scale=1, height=900, app="lab", run=True):
    """Open a notebook of the server's folder, run it, yield an `OpenNotebook`.

    ``width`` and ``height`` are the window's in CSS pixels, ``scale`` the screen's pixel ratio,
    ``app`` is ``"lab"`` (JupyterLab) or ``"notebook"`` (Notebook 7). The kernels end with it.
    """
    if not (server.root / name).exists():
        raise FileNotFoundError(f"no notebook {name} in {server.root}")
    notebook = OpenNotebook(context_of(browser, scale).new_page())
    page = notebook.page
    page.set_viewport_size({"width": width, "height": height})
    page.on("console", notebook._note_console)
    page.on("pageerror", notebook._note)
    folder = {"lab": "lab/tree/", "notebook": "notebooks/"}[app]
    try:
        page.goto(f"{server.url}{folder}{name}?reset&token={server.token}")
        page.wait_for_function(READY, timeout=90_000)
        if app == "lab":
            page.evaluate(FULL_WIDTH)
        if run:
            notebook.run_all()
        yield notebook
    finally:
        page.close()
        server.end_kernels()


@functools.cache
def context_of(browser, scale):
    """One for all notebooks of a pixel ratio: they share a cache, so JupyterLab is loaded once."""
    return browser.new_context(device_scale_factor=scale)


def main():
    """Say which Chromium the tests use; fetch Playwright's own where there is none."""
    with sync_playwright() as playwright:
        try:
            print(chromium_path(playwright))
            return 0
        except NoBrowser:
            command = [sys.executable, "-m", "playwright", "install", "chromium"]
            return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main())
