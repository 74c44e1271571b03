"""Fixtures for tests in a real browser.

``notebook(name)`` is what most tests need: the notebook opened in JupyterLab and run. A module
that asks many questions of one notebook opens it once, in a fixture of its own::

    @pytest.fixture(scope="module")
    def start_here(browser, lab):
        with harness.opened(browser, lab, "00_start_here.ipynb") as notebook:
            yield notebook
"""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import harness
import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def lab():
    """A JupyterLab on a temporary copy of the notebooks; ``lab.root`` is that folder."""
    with harness.jupyter_server() as server:
        yield server


@pytest.fixture(scope="session")
def browser():
    """Chromium. Where there is none the test is skipped, but on a CI machine it fails."""
    with ExitStack() as stack:
        try:
            chromium = stack.enter_context(harness.chromium())
        except harness.NoBrowser as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(error))
        yield chromium


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The folder of the site, built from this checkout, without the lab; all workers share it."""
    own = tmp_path_factory.getbasetemp()
    out = (own if worker_id == "master" else own.parent) / "site"
    with FileLock(f"{out}.lock"):
        if not out.exists():
            command = [sys.executable, ROOT / "website/build.py", "--no-lab", "--out", out]
            subprocess.run(command, check=True)
    return out


@pytest.fixture
def notebook(browser, lab):
    """A function: ``notebook(name, width=1280, scale=1, app="lab")`` opens it and runs it."""
    with ExitStack() as stack:

        def opened(name, **window):
            return stack.enter_context(harness.opened(browser, lab, name, **window))

        yield opened
