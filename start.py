#!/usr/bin/env python3
"""Open the course, test it, or build its site. Nothing but Python is needed.

    python3 start.py            open the course in JupyterLab
    python3 start.py test       run every test
    python3 start.py site       build the site into the folder site; --out FOLDER: into another one

With --newest each takes the newest libraries, not the versions that are tested together.
All other options are passed on, to JupyterLab: python3 start.py --no-browser --port 8900
or to website/build.py: python3 start.py site --out ../pages
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
LISTS = {  # what a use of this file needs besides requirements.txt
    "open": [],
    "site": ["website/requirements.txt"],
    "test": ["website/requirements.txt", "tests/requirements.txt"],
}
PACKAGES = {  # by which one sees that an installation is complete
    "open": ["jupyterlab", "ipywidgets", "course_lib"],
    "site": ["jupyterlab", "course_lib", "nbconvert", "latex2mathml"],
    "test": ["jupyterlab", "course_lib", "nbconvert", "pytest", "nbval", "ruff"],
}
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
SPACE = 100e6  # bytes; where fewer are free, a failure is put down to the full disk
# What Python, pip and uv write when they fail, and what to tell the reader; the first one counts.
REASONS = {
    "No space left|Errno 28|os error 28|not enough space|os error 112|quota exceeded": (
        "The disk is full. Make room (the course takes 1 GB), or move this folder to another disk."
    ),
    "Read-only file system|Errno 30|os error 30": (
        "This folder is read-only. Copy it to a place of your own, for example your home folder,"
        " and open a terminal there."
    ),
    "WinError (5|32)|os error (5|32)|used by another process|Access is denied": (
        "A file cannot be written. Is the course open in another window? Close it there."
        "\nOr is this folder not yours? Copy it to a place of your own, and open a terminal there."
    ),
    "Permission denied|Errno 13|os error 13": (
        "This folder, or a file in it, belongs to someone else. Copy it without .venv to a place"
        " of your own, for example your home folder, and open a terminal there."
    ),
    "ProxyError|Tunnel connection failed|tunnel error|Proxy Authentication": (
        "The proxy did not answer, or let nothing through. Type its address, with your name and"
        " password if it wants them:\n    {set} HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT"
    ),
    "CERTIFICATE_VERIFY_FAILED|certificate verify failed|invalid peer certificate": (
        "The network shows a certificate that is not trusted. Is the clock of this computer right?"
        "\nIf your network has a certificate of its own, ask for its file, and type:"
        "\n    {set} PIP_CERT=FILE"
    ),
    "IncompleteRead|MATCH THE HASHES|[Hh]ash mismatch|Wheel .* is invalid|BadZip|Read timed out"
    "|end of central directory|Connection reset|unexpected end|end of file": (
        "A download was cut off, or came damaged. What came whole is kept."
    ),
    "name resolution|NameResolution|NewConnectionError|getaddrinfo|dns error|ConnectTimeout"
    "|unreachable|error sending request": "No network? Connect.",
}


class Problem(Exception):
    """What went wrong and what to type next; shown without a traceback."""


def main(arguments):
    """Install what is missing, then open the course or test it; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # without a window it is None
            stream.reconfigure(errors="replace")  # a path may have letters that it cannot write
    use = arguments[0] if arguments and arguments[0] in LISTS else "open"
    newest = "--newest" in arguments
    options = [word for word in arguments[arguments[:1] == [use] :] if word != "--newest"]
    if {"-h", "--help"} & set(arguments):
        print(__doc__.strip())
        return 0
    try:
        if use == "test" and options:
            raise Problem(
                f"start.py test takes no further options, got {' '.join(options)}."
                "\nTo run some of the tests, type (after one run of start.py test):"
                f"\n    {python_of(VENV)} -m pytest {' '.join(options)}"
            )
        check_version(sys.version_info[:2])
        install(use, newest or sys.version_info[:2] > NEWEST)
        (VENV / "settings").mkdir(parents=True, exist_ok=True)  # or IPython warns of its absence
        return {"open": open_course, "site": build_site, "test": run_tests}[use](options)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{error}\n{reason(str(error))}", file=sys.stderr)
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


def reason(said):
    """Return what to do about what a program wrote when it failed; "" if nobody knows it."""
    found = [sentence for pattern, sentence in REASONS.items() if re.search(pattern, said)]
    if not found:
        is_full = shutil.disk_usage(str(ROOT)).free < SPACE  # not every program says so
        return reason("No space left") if is_full else ""
    sentence = found[0].format(set="set" if os.name == "nt" else "export")
    return f"{sentence}\nThen type:\n    {THIS_COMMAND}\nNothing that you wrote is lost."


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


def call_and_hear(command, **options):
    """Run a command to its end; return its exit code and its errors, which are shown as well."""
    errors = []
    options.update(stderr=subprocess.PIPE, universal_newlines=True, errors="replace")
    with child(command, **options) as process, process.stderr:
        for line in process.stderr:
            print(line, end="", file=sys.stderr, flush=True)
            errors.append(line)
        return process.wait(), "".join(errors)


def end(process, number):
    """Pass a signal on to a child and wait; kill what is left of its group and its kernels."""
    if process.poll() is not None:
        return
    if os.name == "nt":  # no groups: Ctrl-C, and a window that closes, reach all its programs
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


def fingerprint(use, newest):
    """Return a hash of everything that decides what is installed."""
    files = ["requirements.txt", "pyproject.toml", *LISTS[use]] + ([] if newest else [PINNED])
    try:
        content = b"".join((ROOT / name).read_bytes() for name in files)
    except FileNotFoundError as error:
        raise Problem(
            f"{error}\nThis folder is not the whole course. If it came as a ZIP file, unpack all of"
            " it, open a terminal in the folder that this makes, and start there."
        ) from None
    return hashlib.sha256(content + str(ROOT).encode("utf-8", "surrogateescape")).hexdigest()


def install(use, newest):
    """Install what a use needs, unless it is there already."""
    stamp = VENV / "installed.txt"  # the fingerprints of what is installed
    needed = fingerprint(use, newest)
    find_all = f"import importlib.util as u; assert all(map(u.find_spec, {PACKAGES[use]}))"
    if stamp.exists() and needed in stamp.read_text() and works(find_all):
        return
    check_folder()
    print(f"Installing into {VENV} (needs the network, takes a minute or two) ...", flush=True)
    uv = shutil.which("uv")
    uv = uv if uv and succeeds(uv, "--version") else None
    for installer in (uv, None):  # pip mends what a setting of uv has led elsewhere
        make_environment(installer)
        fill_environment(installer, use, newest)
        if works(find_all):
            disable_network_prompts()
            served = [other for other in LISTS if set(LISTS[other]) <= set(LISTS[use])]
            stamp.write_text("\n".join(fingerprint(other, newest) for other in served))
            return
        delete_environment()
    raise Problem("The installation finished, but the course cannot be imported.")


def check_folder():
    """Find out before all work whether this folder can be written to."""
    probe = ROOT / ".written-by-start"
    probe.write_bytes(b"")
    probe.unlink()


def make_environment(uv):
    """Create .venv; recreate it if it is incomplete or its Python is too old."""
    code = f"import sys; assert sys.version_info >= {OLDEST}"
    if not uv:  # what lists the files of pip is written last
        code += "; from importlib.metadata import files; import pip; assert files('pip')"
    if works(code):
        return
    if VENV.exists() or VENV.is_symlink():
        delete_environment()
    if uv:
        command = [uv, "venv", "--python", sys.executable, str(VENV)]
    else:
        check_venv_module()
        command = [sys.executable, "-m", "venv", str(VENV)]
    code, errors = call_and_hear(command)
    if code:
        why = reason(errors)
        raise Problem(why or "The environment could not be created; the lines above say why.")


def delete_environment():
    """Delete .venv, which is incomplete."""
    print(f"The folder {VENV} is incomplete or of another Python; recreating it.", flush=True)
    try:
        is_folder = VENV.is_dir() and not VENV.is_symlink()
        shutil.rmtree(str(VENV)) if is_folder else VENV.unlink()
    except OSError as error:
        raise Problem(
            f"{error}\nClose the programs that use this folder, delete it,"
            f" then type:\n    {THIS_COMMAND}"
        ) from None


def fill_environment(uv, use, newest):
    """Install into .venv; without the stamp an interrupted installation is repeated."""
    if (VENV / "installed.txt").exists():
        (VENV / "installed.txt").unlink()
    command = [str(python_of(VENV)), "-m", "pip", "install", "--disable-pip-version-check"]
    if uv:
        command = [uv, "pip", "install", "--python", str(python_of(VENV))]
    for name in ["requirements.txt", *LISTS[use]]:
        command += ["-r", name]
    command += [] if newest else ["-c", PINNED]
    variables = environment() if uv else pip_environment()
    code, errors = call_and_hear(command, env=variables)
    if code:
        settings = {name for name in variables if name.startswith("UV_" if uv else "PIP_")}
        settings = sorted(settings - {"PIP_CONFIG_FILE"}) + (["uv.toml"] if uv else [])
        raise Problem(
            "The installation did not finish; the lines above say why.\n"
            + (reason(errors) or guesses(settings, newest))
        )


def guesses(settings, newest):
    """Return what may help where an installation failed and no reason is known."""
    return (
        f"No network? Connect, then type:\n    {THIS_COMMAND}"
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


def disable_network_prompts():
    """Keep JupyterLab from asking whether to fetch news, and from looking for a newer version."""
    file = VENV / "share/jupyter/lab/settings/overrides.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    file.write_text(json.dumps({"@jupyterlab/apputils-extension:notification": quiet}))


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
    raise Problem(f"The ports {first} to {first + 99} are all in use or blocked.")


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


def build_site(options):
    """Build the site and its lab with website/build.py; paths are meant from this file's folder."""
    return call([str(python_of(VENV)), "website/build.py", *options])


def run_tests(options=()):
    """Run every test; return 0 when all pass."""
    pytest = ["-m", "pytest", "-q"]
    by_test = ["-n", "2", "--dist", "worksteal"]  # two tests at a time
    by_file = ["-n", "2", "--dist", "loadfile"]  # two files at a time
    unit = [*pytest, *by_test, "tests", "course_lib", "--ignore=tests/browser"]
    browser = [*pytest, "-rs"]
    alone = [f"tests/browser/test_{name}.py" for name in ("no_wire", "long_runs")]
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
    groups = [  # the steps of a group run at the same time; two processors are kept busy
        {"Style: ruff check": ["-m", "ruff", "check", "."]},
        {"Style: ruff format": ["-m", "ruff", "format", "--check", "."]},
        {"Unit tests, doctests": unit},
        {"Notebooks give their committed outputs": [*pytest, *by_file, *nbval, "notebooks"]},
        {"A browser for the next step": ["tests/browser/harness.py"]},
        {"Browser tests": [*browser, *by_file, "tests/browser", *(f"--ignore={f}" for f in alone)]},
        {"Browser tests that watch the clock": [*browser, *alone]},
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
