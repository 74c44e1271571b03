#!/usr/bin/env python3
"""Start the course, or test it. Nothing but Python is needed.

    python3 start.py                 open the course in JupyterLab
    python3 start.py test            run every test
    python3 start.py [test] --newest ...with the newest libraries, not the versions tested together

Other words go on to JupyterLab: python3 start.py --no-browser
All that is installed goes into the folder .venv beside this file. To begin anew, delete it.
"""
# This file must parse on Python 3.6, so that it can say that it needs a newer one.

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 14)
FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"
LOCK = "binder/requirements.txt"
PACKAGES = {"": ["jupyterlab", "ipywidgets", "course_lib"], "test": ["pytest", "nbval", "ruff"]}
AGAIN = " ".join([Path(sys.executable or "python3").name, "start.py", *sys.argv[1:]])


class Problem(Exception):
    """What went wrong, and what to type; shown without a traceback."""


def main(arguments):
    """Install what is missing, then open the course or test it; return the exit code."""
    test = arguments[:1] == ["test"]
    newest = "--newest" in arguments
    rest = [word for word in arguments[test:] if word != "--newest"]
    if {"-h", "--help"} & set(arguments):
        print(__doc__.strip())
        return 0
    try:
        if test and rest:
            raise Problem(
                f"The whole test run takes no further words, but came with {' '.join(rest)}."
                "\nFor some of the tests type, after it has installed what it needs:"
                f"\n    {python_of(VENV)} -m pytest {' '.join(rest)}"
            )
        check_version(sys.version_info[:2])
        install("test" if test else "", newest or sys.version_info[:2] > NEWEST)
        return run_tests() if test else open_course(rest)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. To go on, type: " + AGAIN)
        return 130


def check_version(version):
    """Refuse a Python that is too old; warn of one that is newer than the libraries."""
    words = "This is Python {}.{}; the course needs {}.{} or newer."
    if version < OLDEST:
        raise Problem(
            words.format(*version, *OLDEST)
            + "\nInstall a newer one from https://www.python.org/downloads/ and start with it,"
            + " for example:\n    python{}.{} start.py".format(*NEWEST)
            + "\nOr, where uv is installed:"
            + "\n    uv run --no-project --python {}.{} start.py".format(*NEWEST)
        )
    if version > NEWEST:
        print(
            "This is Python {}.{}; the course is tested up to {}.{}.".format(*version, *NEWEST)
            + " Some libraries may not be ready for it. If the installation fails, type:"
            + "\n    python{}.{} start.py".format(*NEWEST)
        )


def python_of(venv):
    """Return the path of an environment's interpreter."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def succeeds(*command):
    """Whether a command is there and ends without an error; what it prints is not shown."""
    try:
        return not subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False


def works(code):
    """Whether the environment's interpreter is there and runs ``code`` without an error."""
    return succeeds(str(python_of(VENV)), "-I", "-c", code)


def fingerprint(what, newest):
    """Return a hash of all that decides what is installed."""
    files = ["requirements.txt", "pyproject.toml"]
    files += [] if newest else [LOCK]
    files += ["tests/requirements.txt"] if what == "test" else []
    content = b"".join((ROOT / name).read_bytes() for name in files)
    return hashlib.sha256(content + str(ROOT).encode()).hexdigest()


def install(what, newest):
    """Install what the course (``""``) or its tests (``"test"``) need, if it is not there."""
    stamp = VENV / "installed.txt"
    needed = fingerprint(what, newest)
    names = PACKAGES[""] + PACKAGES[what]
    find = f"import importlib.util as u; assert all(map(u.find_spec, {names}))"
    if stamp.exists() and needed in stamp.read_text() and works(find):
        return
    print(f"Installing into {VENV} (needs the network, takes a minute or two) ...")
    uv = shutil.which("uv")
    uv = uv if uv and succeeds(uv, "--version") else None
    for _ in range(2):
        make_environment(uv)
        fill_environment(uv, what, newest)
        if works(find):
            no_news()
            stamp.write_text("\n".join({needed, fingerprint("", newest)}))
            return
        discard_environment()
    raise Problem("The installation went through, but the course cannot be imported.")


def make_environment(uv):
    """Make .venv, or make it anew when it is half made or too old."""
    code = f"import sys; assert sys.version_info >= {OLDEST}"
    if works(code if uv else code + "; import pip"):
        return
    if VENV.exists():
        discard_environment()
    if uv:
        command = [uv, "venv", "--python", sys.executable, str(VENV)]
    else:
        check_venv_module()
        command = [sys.executable, "-m", "venv", str(VENV)]
    if subprocess.call(command):
        raise Problem("No environment could be made; the lines above say why.")


def discard_environment():
    """Delete .venv, which is not whole."""
    print(f"The folder {VENV} is not whole; making it anew.")
    try:
        shutil.rmtree(str(VENV)) if VENV.is_dir() else VENV.unlink()
    except OSError as error:
        raise Problem(
            f"{error}\nClose what uses that folder, delete it, then type:\n    {AGAIN}"
        ) from None


def fill_environment(uv, what, newest):
    """Install into .venv; the stamp goes first, so that a stop half-way is noticed."""
    if (VENV / "installed.txt").exists():
        (VENV / "installed.txt").unlink()
    command = [str(python_of(VENV)), "-m", "pip", "install", "--disable-pip-version-check"]
    if uv:
        command = [uv, "pip", "install", "--python", str(python_of(VENV))]
    command += ["-r", "requirements.txt"]
    command += ["-r", "tests/requirements.txt"] if what == "test" else []
    command += [] if newest else ["-c", LOCK]
    if subprocess.call(command, cwd=str(ROOT)):
        raise Problem(
            "The installation did not finish; the lines above say why."
            f"\nNo network? Connect, then type:\n    {AGAIN}"
            "\nThe course is open in another window? Close it there (Ctrl-C), then type the same."
            + ("" if newest else f"\nA version is not to be had here? Type:\n    {AGAIN} --newest")
        )


def check_venv_module():
    """Say what to install where Python comes without ``venv`` (Debian, Ubuntu)."""
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return
    raise Problem(
        "This Python comes without the module venv. On Debian and Ubuntu type:"
        "\n    sudo apt install python{}.{}-venv\nThen type:\n    {}".format(
            *sys.version_info[:2], AGAIN
        )
    )


def no_news():
    """Keep JupyterLab from asking, at its first start, whether to fetch news."""
    file = VENV / "share/jupyter/lab/settings/overrides.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    settings = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
    file.write_text(json.dumps(settings))


def free_port(first=8888):
    """Return the first port from ``first`` on that nobody uses; say so when it is another."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            if os.name != "nt":  # a port just closed is free; on Windows the option means more
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != first:
            print(f"Port {first} is in use (another JupyterLab?); taking {port}.")
        return port
    raise Problem(f"The ports {first} to {first + 99} are all in use.")


def open_course(words):
    """Open the first notebook in JupyterLab and wait until it is closed."""
    command = [str(python_of(VENV)), "-m", "jupyterlab", "--ServerApp.ip=localhost"]
    command += [f"--ServerApp.port={free_port()}", "--ServerApp.answer_yes=True"]
    command += ["--LabApp.default_url=/lab/tree/" + FIRST_NOTEBOOK, "--ServerApp.log_level=WARN"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command += ["--allow-root"]
    print("The course opens in the browser. To end it, press Ctrl-C here.", flush=True)
    process = subprocess.Popen(command + words, cwd=str(ROOT))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # JupyterLab has it too and closes by itself
            pass


def run_tests():
    """Run every test; return 0 when all pass."""
    pytest = ["-m", "pytest", "-q"]
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
    groups = [  # the steps of one group run at once, each keeps about one processor busy
        {"Style: ruff check": ["-m", "ruff", "check", "."]},
        {"Style: ruff format": ["-m", "ruff", "format", "--check", "."]},
        {
            "Unit tests and doctests": [*pytest, "tests", "course_lib", "--ignore=tests/browser"],
            "Notebooks give their committed outputs": [*pytest, *nbval, "notebooks"],
        },
        {"A refresh changes no notebook": ["tests/refresh_notebooks.py", "--check"]},
        {"A browser for the next step": ["tests/browser/harness.py"]},
        {"Browser tests": [*pytest, "-rs", "tests/browser"]},
    ]
    results = {}
    for steps in groups:
        results.update(run_together(steps))
    print("\n=== Summary")
    for title, (passed, seconds) in results.items():
        print("{:6} {:5.0f} s  {}".format("passed" if passed else "FAILED", seconds, title))
    failed = [title for title, (passed, _) in results.items() if not passed]
    print(f"{len(failed)} of {len(results)} steps failed." if failed else "All tests pass.")
    return 1 if failed else 0


def run_together(steps):
    """Run commands at once, show their output one after the other; yield how each ended."""
    start = time.time()
    with contextlib.ExitStack() as files:
        processes = []
        for i, (title, command) in enumerate(steps.items()):
            # The first shows its lines as they come, the others when they have ended.
            output = files.enter_context(tempfile.TemporaryFile()) if i else None
            command = [str(python_of(VENV)), *command]
            process = subprocess.Popen(command, cwd=str(ROOT), stdout=output, stderr=output)
            processes.append((title, process, output))
        for title, process, output in processes:
            print(f"\n=== {title}", flush=True)
            passed = process.wait() == 0
            if output:
                output.seek(0)
                print(output.read().decode("utf-8", "replace"))
            yield title, (passed, time.time() - start)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
