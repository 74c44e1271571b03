#!/usr/bin/env python3
"""Open the course, or test it. Nothing but Python is needed.

    python3 start.py                 open the course in JupyterLab
    python3 start.py test            run every test
    python3 start.py [test] --newest ...with the newest libraries, not the versions tested together

All other options are passed on to JupyterLab: python3 start.py --no-browser --port 8900
Everything is installed into the folder .venv beside this file. Delete it to start afresh.
Of your own Jupyter settings only those made in JupyterLab's Settings menu (theme, font) are read.
"""
# This file must parse on Python 3.6, to be able to say that it needs a newer version.

import ast
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
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
PINNED = "binder/requirements.txt"  # the versions that are tested together
COURSE_PACKAGES = ["jupyterlab", "ipywidgets", "course_lib"]
TEST_PACKAGES = ["pytest", "nbval", "ruff"]
THIS_COMMAND = " ".join([Path(sys.executable or "python3").name, "start.py", *sys.argv[1:]])
STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK"]  # not every system has all
GRACE = 10  # seconds a child has to end by itself before it is killed
# An account's variables for Python, Jupyter and the installers can lead the course astray, except
# those that say where packages come from, what this computer needs, and how JupyterLab looks.
ASTRAY = re.compile("PYTHON|IPYTHON|JUPYTER_|JUPYTERLAB_|MPLBACKEND|PIP_|UV_")
HARMLESS = re.compile(
    "INDEX|LINK|PROXY|CERT|TLS|HOST|TIMEOUT|RETRIES|CACHE|KEYRING|CREDENTIALS|FEATURE|OFFLINE"
    "|CONFIG_FILE|UTF8|UNBUFFERED|BYTECODE|INSECURE_WRITES|RUNTIME_DIR|SETTINGS_DIR"
)


class Problem(Exception):
    """What went wrong and what to type next; shown without a traceback."""


def main(arguments):
    """Install what is missing, then open the course or test it; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # without a window it is None
            stream.reconfigure(errors="replace")  # a path may have letters that it cannot write
    for_tests = arguments[:1] == ["test"]
    newest = "--newest" in arguments
    options = [word for word in arguments[for_tests:] if word != "--newest"]
    if {"-h", "--help"} & set(arguments):
        print(__doc__.strip())
        return 0
    try:
        if for_tests and options:
            raise Problem(
                f"start.py test takes no further options, got {' '.join(options)}."
                "\nTo run some of the tests, type (after one run of start.py test):"
                f"\n    {python_of(VENV)} -m pytest {' '.join(options)}"
            )
        check_version(sys.version_info[:2])
        install(for_tests, newest or sys.version_info[:2] > NEWEST)
        (VENV / "settings").mkdir(parents=True, exist_ok=True)  # or IPython warns of its absence
        return run_tests() if for_tests else open_course(options)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. To continue, type: " + THIS_COMMAND)
        return 130


def check_version(version):
    """Refuse a Python that is too old; warn of one newer than the tested ones."""
    message = "This is Python {}.{}; the course needs {}.{} or newer."
    if version < OLDEST:
        raise Problem(
            message.format(*version, *OLDEST)
            + "\nInstall a newer one from https://www.python.org/downloads/ and use it,"
            + " for example:\n    python{}.{} start.py".format(*NEWEST)
            + "\nOr, if uv is installed:"
            + "\n    uv run --no-project --python {}.{} start.py".format(*NEWEST)
        )
    if version > NEWEST:
        print(
            "This is Python {}.{}; the course is tested up to {}.{}.".format(*version, *NEWEST)
            + " Some libraries may not support it yet. If the installation fails, type:"
            + "\n    python{}.{} start.py".format(*NEWEST)
        )


def python_of(venv):
    """Return the path of an environment's interpreter."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def environment(account=os.environ):
    """Return the variables for a child: the account's without those that lead astray, and ours."""
    lab = Path(account.get("JUPYTER_CONFIG_DIR") or Path.home() / ".jupyter") / "lab"
    own = VENV / "settings"  # what JupyterLab and the kernel read instead of the account's folders
    return {
        "JUPYTERLAB_SETTINGS_DIR": str(lab / "user-settings"),  # the reader's theme, font size
        "JUPYTER_RUNTIME_DIR": str(Path.home() / ".jupyter/runtime"),  # keys; .venv may be shared
        **{k: v for k, v in account.items() if not ASTRAY.match(k) or HARMLESS.search(k)},
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "IPYTHONDIR": str(own / "ipython"),
        "PYTHONNOUSERSITE": "1",
        "PYTHONIOENCODING": account.get("PYTHONIOENCODING", "").split(":")[0] + ":replace",
    }


def pip_environment():
    """Return the variables for pip, with the harmless ones of its settings and no others."""
    command = [str(python_of(VENV)), "-m", "pip", "config", "list"]
    variables = dict(environment(), PYTHONIOENCODING="utf-8", PIP_QUIET="0")
    with child(command, env=variables, stdout=subprocess.PIPE) as process:
        listed = process.communicate()[0].decode("utf-8", "replace")
    settings = {}
    for section in ("global", "install"):  # install wins over global, a variable over both
        for name, value in re.findall(section + r"\.([\w-]+)=(['\"].*['\"])", listed):
            settings["PIP_" + name.upper().replace("-", "_")] = ast.literal_eval(value)
    return dict(environment({**settings, **os.environ}), PIP_CONFIG_FILE=os.devnull)


def stop_on_signals():
    """Turn the first signal that asks us to stop into an exception, so that `child` cleans up."""
    numbers = [getattr(signal, name) for name in STOP_SIGNALS if hasattr(signal, name)]

    def stop(number, frame):
        for other in numbers:
            signal.signal(other, signal.SIG_IGN)  # a second signal must not cut `end` short
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    for number in numbers:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup ignores SIGHUP: keep that
            signal.signal(number, stop)


@contextlib.contextmanager
def child(command, **options):
    """Run a command in the course's folder; an exception inside the block ends it."""
    options.setdefault("env", environment())
    # In a session of its own, it gets no signal from the terminal, only those that we pass on.
    process = subprocess.Popen(command, cwd=str(ROOT), start_new_session=True, **options)
    try:
        yield process
    except KeyboardInterrupt:
        end(process, signal.SIGINT)
        raise
    except BaseException:
        end(process, signal.SIGTERM)
        raise


def call(command, **options):
    """Run a command to its end; return its exit code."""
    with child(command, **options) as process:
        return process.wait()


def end(process, number):
    """Pass a signal on to a child and wait; kill what is left of its group and its kernels."""
    if process.poll() is not None:
        return
    if os.name == "nt":  # has no groups: Ctrl-C reaches all processes of the window by itself
        groups = []
    else:
        groups = [process.pid, *kernels_of(process.pid)]
        send(number, groups[:1])
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    send(getattr(signal, "SIGKILL", None), groups)
    process.kill()
    process.wait()


def send(number, groups):
    """Send a signal to process groups, as far as they still exist."""
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, number)


def kernels_of(pid):
    """Return the Jupyter kernels among a process's descendants; each leads its own group."""
    try:
        table = subprocess.check_output(["ps", "-A", "-ww", "-o", "pid=,ppid=,args="])
    except (OSError, subprocess.SubprocessError):
        return []  # no ps: a kernel whose server is gone ends by itself in most cases
    rows = [line.split(None, 2) for line in table.decode("utf-8", "replace").splitlines()]
    kernels, parents = [], {str(pid)}
    while parents:
        children = [row for row in rows if row[1] in parents]
        kernels += [int(row[0]) for row in children if "ipykernel" in row[-1]]
        parents = {row[0] for row in children}
    return kernels


def succeeds(*command):
    """Whether a command exists and ends without an error; its output is not shown."""
    try:
        return not call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False


def works(code):
    """Whether the interpreter in .venv exists and runs ``code`` without an error."""
    return succeeds(str(python_of(VENV)), "-I", "-c", code)


def fingerprint(for_tests, newest):
    """Return a hash of everything that decides what is installed."""
    files = ["requirements.txt", "pyproject.toml"]
    files += [] if newest else [PINNED]
    files += ["tests/requirements.txt"] if for_tests else []
    content = b"".join((ROOT / name).read_bytes() for name in files)
    return hashlib.sha256(content + str(ROOT).encode()).hexdigest()


def install(for_tests, newest):
    """Install what the course needs, and what its tests need, unless it is there already."""
    stamp = VENV / "installed.txt"  # the fingerprints of what is installed
    needed = fingerprint(for_tests, newest)
    packages = COURSE_PACKAGES + (TEST_PACKAGES if for_tests else [])
    find_all = f"import importlib.util as u; assert all(map(u.find_spec, {packages}))"
    if stamp.exists() and needed in stamp.read_text() and works(find_all):
        return
    print(f"Installing into {VENV} (needs the network, takes a minute or two) ...")
    uv = shutil.which("uv")
    uv = uv if uv and succeeds(uv, "--version") else None
    for installer in (uv, None):  # pip mends what a setting of uv has led elsewhere
        make_environment(installer)
        fill_environment(installer, for_tests, newest)
        if works(find_all):
            disable_news_prompt()
            stamp.write_text("\n".join({needed, fingerprint(False, newest)}))
            return
        delete_environment()
    raise Problem("The installation finished, but the course cannot be imported.")


def make_environment(uv):
    """Create .venv; recreate it if it is incomplete or its Python is too old."""
    code = f"import sys; assert sys.version_info >= {OLDEST}"
    if works(code if uv else code + "; import pip"):
        return
    if VENV.exists():
        delete_environment()
    if uv:
        command = [uv, "venv", "--python", sys.executable, str(VENV)]
    else:
        check_venv_module()
        command = [sys.executable, "-m", "venv", str(VENV)]
    if call(command):
        raise Problem("The environment could not be created; the lines above say why.")


def delete_environment():
    """Delete .venv, which is incomplete."""
    print(f"The folder {VENV} is incomplete; recreating it.")
    try:
        shutil.rmtree(str(VENV)) if VENV.is_dir() else VENV.unlink()
    except OSError as error:
        raise Problem(
            f"{error}\nClose the programs that use this folder, delete it,"
            f" then type:\n    {THIS_COMMAND}"
        ) from None


def fill_environment(uv, for_tests, newest):
    """Install into .venv; without the stamp an interrupted installation is repeated."""
    if (VENV / "installed.txt").exists():
        (VENV / "installed.txt").unlink()
    command = [str(python_of(VENV)), "-m", "pip", "install", "--disable-pip-version-check"]
    if uv:
        command = [uv, "pip", "install", "--python", str(python_of(VENV))]
    command += ["-r", "requirements.txt"]
    command += ["-r", "tests/requirements.txt"] if for_tests else []
    command += [] if newest else ["-c", PINNED]
    variables = environment() if uv else pip_environment()
    if call(command, env=variables):
        settings = {name for name in variables if name.startswith("UV_" if uv else "PIP_")}
        settings = sorted(settings - {"PIP_CONFIG_FILE"}) + (["uv.toml"] if uv else [])
        raise Problem(
            "The installation did not finish; the lines above say why."
            f"\nNo network? Connect, then type:\n    {THIS_COMMAND}"
            "\nIs the course open in another window? Close it there (Ctrl-C), then type the same."
            + (f"\nIs one of your settings in the way? {', '.join(settings)}" if settings else "")
            + ("" if newest else "\nIs a version not available for this system? Type:")
            + ("" if newest else f"\n    {THIS_COMMAND} --newest")
        )


def check_venv_module():
    """Say what to install if Python comes without ``venv`` (Debian, Ubuntu)."""
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return
    raise Problem(
        "This Python comes without the module venv. On Debian and Ubuntu type:"
        "\n    sudo apt install python{}.{}-venv\nThen type:\n    {}".format(
            *sys.version_info[:2], THIS_COMMAND
        )
    )


def disable_news_prompt():
    """Keep JupyterLab from asking at its first start whether to fetch news."""
    file = VENV / "share/jupyter/lab/settings/overrides.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    settings = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
    file.write_text(json.dumps(settings))


def free_port(first=8888):
    """Return the first free port from ``first`` on; print a line if ``first`` is in use."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            if os.name != "nt":  # on Windows this option lets two programs share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != first:
            print(f"Port {first} is in use (another JupyterLab?); using {port}.")
        return port
    raise Problem(f"The ports {first} to {first + 99} are all in use.")


def lab_options(options):
    """Return the options for JupyterLab: those given, and our own where they leave a choice."""
    # "--port 8900", "--ServerApp.port=8900" -> "port"; JupyterLab refuses an option given twice.
    names = [word.split("=")[0] for word in options if word.startswith("--")]
    given = {name.lstrip("-").split(".")[-1].replace("-", "_") for name in names}
    given |= {"log_level"} if "debug" in given else set()
    given |= {"port"} if "sock" in given else set()
    given |= {"root_dir"} if "notebook_dir" in given else set()
    own = {
        "ServerApp.ip": "localhost",
        "ServerApp.root_dir": ROOT,
        "ServerApp.answer_yes": True,
        "ServerApp.log_level": "WARN",
        "LabApp.default_url": "/lab/tree/" + FIRST_NOTEBOOK,
    }
    if "port" in given:
        own["ServerApp.port_retries"] = 0  # this port or none: JupyterLab says that it is in use
    else:
        own["ServerApp.port"] = free_port()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        own["ServerApp.allow_root"] = True
    kept = [name for name in own if name.split(".")[-1] not in given]
    return [f"--{name}={own[name]}" for name in kept] + options


def open_course(options):
    """Open the first notebook in JupyterLab and wait until JupyterLab is closed."""
    command = [str(python_of(VENV)), "-m", "jupyterlab", *lab_options(options)]
    print("The course opens in the browser. To close it, press Ctrl-C here.", flush=True)
    try:
        return call(command)
    except KeyboardInterrupt:  # the usual way to close the course
        return 0


def run_tests():
    """Run every test; return 0 when all pass."""
    pytest = ["-m", "pytest", "-q"]
    unit = [*pytest, "--ignore=tests/browser"]
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
    groups = [  # the steps of a group run at the same time; each keeps one processor busy
        {"Style: ruff check": ["-m", "ruff", "check", "."]},
        {"Style: ruff format": ["-m", "ruff", "format", "--check", "."]},
        {  # by the first letter of their files, half of the time each
            "Unit tests a to p": [*unit, "tests", "--ignore-glob=*/test_[q-z]*"],
            "Unit tests q to z, doctests": [
                *unit,
                "tests",
                "course_lib",
                "--ignore-glob=*/test_[a-p]*",
            ],
        },
        {
            "Notebooks give their committed outputs": [*pytest, *nbval, "notebooks"],
            "A refresh changes no notebook": ["tests/refresh_notebooks.py", "--check"],
        },
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
    """Run commands at the same time; yield for each its title, whether it passed, its seconds."""
    start = time.time()
    with contextlib.ExitStack() as stack:
        processes = []
        for i, (title, command) in enumerate(steps.items()):
            # The first prints its lines at once, the others after they have ended.
            output = stack.enter_context(tempfile.TemporaryFile()) if i else None
            command = [str(python_of(VENV)), *command]
            process = stack.enter_context(child(command, stdout=output, stderr=output))
            processes.append((title, process, output))
        for title, process, output in processes:
            print(f"\n=== {title}", flush=True)
            passed = process.wait() == 0
            if output:
                output.seek(0)
                print(output.read().decode("utf-8", "replace"))
            yield title, (passed, time.time() - start)


if __name__ == "__main__":
    stop_on_signals()
    sys.exit(main(sys.argv[1:]))
