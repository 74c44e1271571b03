"""`start.py`: its messages, what it repairs, and that it ends what it started. No network."""

import ast
import importlib.util
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def start(tmp_path, monkeypatch):
    """A fresh `start` module that works in a temporary folder with the files it reads."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path / "the course"
    for name in ("requirements.txt", "pyproject.toml", module.PINNED, *module.LISTS["test"]):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(module, "ROOT", folder)
    monkeypatch.setattr(module, "VENV", folder / ".venv")
    monkeypatch.setattr(module, "PACKAGES", {use: ["json"] for use in module.LISTS})
    monkeypatch.setattr(module.shutil, "which", lambda name: None)  # no uv
    return module


@pytest.fixture
def commands(start, monkeypatch):
    """The installation commands that would have run; each succeeds."""
    seen = []

    def call(command, **options):
        if "install" in command:
            seen.append([str(word) for word in command])
            return 0, ""
        return original(command, **options)

    original = start.call_and_hear
    monkeypatch.setattr(start, "call_and_hear", call)
    return seen


def make_venv(start, **options):
    venv.EnvBuilder(symlinks=os.name != "nt", **options).create(start.VENV)
    if not options:  # a stand-in for pip, which takes seconds to install
        packages = next(start.VENV.glob("**/site-packages"))
        (packages / "pip.py").touch()
        (packages / "pip-1.dist-info").mkdir(exist_ok=True)
        (packages / "pip-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: pip\n")
        (packages / "pip-1.dist-info/RECORD").write_text("pip.py,,\n")


def test_parses_on_python_3_6():
    ast.parse((ROOT / "start.py").read_text(), feature_version=(3, 6))


def test_uses_only_the_standard_library():
    tree = ast.parse((ROOT / "start.py").read_text())
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    names += [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [(3, 6), (3, 10)])
def test_old_python_is_told_what_to_do(start, version):
    with pytest.raises(start.Problem, match=r"(?s)Python 3\.\d+; .* 3\.11 or newer.*start\.py"):
        start.check_version(version)


def test_tested_python_passes_without_a_word(start, capsys):
    start.check_version((3, 11))
    start.check_version((3, 14))
    assert capsys.readouterr().out == ""


def test_python_of_tomorrow_is_warned_of(start, capsys):
    start.check_version((3, 15))
    assert "This is Python 3.15; the course is tested up to 3.14." in capsys.readouterr().out


def test_bounds_of_python_agree_with_pyproject(start):
    text = (ROOT / "pyproject.toml").read_text()
    assert 'requires-python = ">={}.{}"'.format(*start.OLDEST) in text


def test_missing_venv_module_is_named(start, monkeypatch):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(start.Problem, match=r"sudo apt install python3\.\d+-venv"):
        start.make_environment(None)


def test_no_reinstall_until_something_changes(start, commands):
    make_venv(start)
    start.install("open", False)
    assert len(commands) == 1
    assert commands[0][-4:] == ["-r", "requirements.txt", "-c", start.PINNED]
    start.install("open", False)
    assert len(commands) == 1
    with open(start.ROOT / "requirements.txt", "a") as file:
        file.write("another\n")
    start.install("open", False)
    assert len(commands) == 2


def test_the_tests_installation_serves_the_course_too(start, commands):
    make_venv(start)
    start.install("test", False)
    assert "tests/requirements.txt" in commands[0]
    start.install("open", False)
    start.install("test", False)
    assert len(commands) == 1


def test_newest_takes_no_pins(start, commands):
    make_venv(start)
    start.install("open", False)
    start.install("open", True)
    assert len(commands) == 2
    assert start.PINNED not in commands[1]


def test_uv_is_used_where_it_works(start, commands, monkeypatch):
    make_venv(start)
    monkeypatch.setattr(start.shutil, "which", lambda name: sys.executable)  # knows --version
    start.install("open", False)
    assert commands[0][:3] == [sys.executable, "pip", "install"]


def test_pip_mends_what_uv_was_told_to_install_elsewhere(start, commands, monkeypatch):
    make_venv(start)
    uv = sys.executable  # knows --version
    monkeypatch.setattr(start.shutil, "which", lambda name: uv)
    works = start.works
    monkeypatch.setattr(
        start, "works", lambda code: len(commands) > 1 if "u.f" in code else works(code)
    )
    monkeypatch.setattr(start, "delete_environment", lambda: None)
    start.install("open", False)
    assert [command[1:3] for command in commands] == [["pip", "install"], ["-m", "pip"]]


def break_nothing_yet(start):
    pass


def break_empty(start):
    start.VENV.mkdir()


def break_file(start):
    start.VENV.write_text("")


def break_without_pip(start):
    make_venv(start, with_pip=False)


def break_with_half_of_pip(start):
    make_venv(start)
    next(start.VENV.glob("**/RECORD")).unlink()


def break_with_a_link_to_nowhere(start):
    if os.name == "nt":
        pytest.skip("Windows lets not everyone make links")
    start.VENV.symlink_to("nowhere")


def break_interpreter(start):
    make_venv(start)
    python = start.python_of(start.VENV)
    python.unlink()
    python.write_text("not a program")
    python.chmod(0o755)


BROKEN = [
    break_nothing_yet,
    break_empty,
    break_file,
    break_without_pip,
    break_with_half_of_pip,
    break_with_a_link_to_nowhere,
    break_interpreter,
]


@pytest.mark.parametrize("break_it", BROKEN)
def test_half_made_environment_is_mended(start, break_it, monkeypatch, capfd):
    break_it(start)
    made = []

    def call(command, **options):
        if "venv" in command:
            made.append(command)
            make_venv(start)
            return 0, ""
        return original(command, **options)

    original = start.call_and_hear
    monkeypatch.setattr(start, "call_and_hear", call)
    start.make_environment(None)
    assert len(made) == 1
    assert start.works("import pip")
    assert ("incomplete" in capfd.readouterr().out) == (break_it is not break_nothing_yet)
    start.make_environment(None)
    assert len(made) == 1


def test_environment_that_lost_a_package_is_made_anew(start, commands, monkeypatch):
    make_venv(start)
    start.install("open", False)
    found = iter([False, False, True])
    works = start.works
    monkeypatch.setattr(start, "works", lambda code: next(found) if "u.f" in code else works(code))
    monkeypatch.setattr(start, "make_environment", lambda uv: make_venv(start))
    start.install("open", False)
    assert len(commands) == 3  # the first, one that changes nothing, one from the beginning


def test_no_network_gives_words_not_a_traceback(start, monkeypatch, capfd):
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    make_venv(start, with_pip=True)
    assert start.main([]) == 1
    words = capfd.readouterr().err
    assert "No network? Connect, then type:" in words
    assert "Traceback" not in words


def test_stop_during_the_installation(start, monkeypatch, capfd):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "install", interrupted)
    assert start.main([]) == 130
    assert "Stopped. To continue, type: " in capfd.readouterr().out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_letters_that_the_output_cannot_write(start, monkeypatch, encoding):
    output = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", output)
    monkeypatch.setattr(start, "install", lambda *_: print("курс"))
    monkeypatch.setattr(start, "open_course", lambda _: 0)
    assert start.main([]) == 0
    output.flush()
    assert output.buffer.getvalue().startswith(b"????")


@pytest.mark.parametrize("stream", [None, io.StringIO()])
def test_streams_that_are_no_files(start, monkeypatch, stream):
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    assert start.main(["--help"]) == 0


def test_taken_port_is_left_alone(start, capfd):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        port = start.free_port(taken)
    assert port > taken
    assert f"Port {taken} is in use" in capfd.readouterr().out


def test_one_failing_step_fails_the_tests(start, monkeypatch, capfd):
    python = [sys.executable, "-c"]
    codes = {}
    original = start.subprocess.Popen

    def popen(command, **options):
        code = f"print({command[-1]!r}); raise SystemExit({codes.get(command[-1], 0)})"
        return original([*python, code], **options)

    start.ROOT.mkdir(exist_ok=True)
    monkeypatch.setattr(start.subprocess, "Popen", popen)
    assert start.run_tests() == 0
    words = capfd.readouterr().out
    assert words.endswith("All tests pass.\n")
    assert "=== Notebooks give their committed outputs\nnotebooks\n" in words
    codes["notebooks"] = 1
    assert start.run_tests() == 1
    words = capfd.readouterr().out
    assert re.search("FAILED +[0-9]+ s  Notebooks give their committed outputs", words)
    assert words.endswith("1 of 7 steps failed.\n")


class Lab:
    """A stand-in for the process of JupyterLab that keeps its command."""

    def __init__(self, command, **options):
        Lab.options = command[3:]

    def wait(self):
        return 0


def test_lab_is_local_and_opens_the_first_notebook(start, monkeypatch):
    monkeypatch.setattr(start.subprocess, "Popen", Lab)
    assert start.open_course(["--no-browser"]) == 0
    assert "--ServerApp.ip=localhost" in Lab.options
    assert f"--ServerApp.root_dir={start.ROOT}" in Lab.options
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in Lab.options
    assert not any("token" in word for word in Lab.options)  # JupyterLab makes a new one each time
    assert Lab.options[-1] == "--no-browser"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (
            "--port 8917 --ip=127.0.0.1 --log-level=ERROR --notebook-dir=tests --port-retries=3",
            {
                "ServerApp.port": 8917,
                "ServerApp.ip": "127.0.0.1",
                "ServerApp.log_level": "ERROR",
                "ServerApp.root_dir": "tests",
                "ServerApp.port_retries": 3,
            },
        ),
        (
            "--ServerApp.port=8917 --ServerApp.ip 127.0.0.1 --ServerApp.answer_yes=False"
            " --ServerApp.root_dir tests --ServerApp.allow_root=False",
            {
                "ServerApp.port": 8917,
                "ServerApp.ip": "127.0.0.1",
                "ServerApp.answer_yes": False,
                "ServerApp.root_dir": "tests",
                "ServerApp.allow_root": False,
            },
        ),
        ("--ServerApp.log_level=ERROR", {"ServerApp.log_level": "ERROR"}),
        (
            "--debug --LabApp.default_url=/lab",
            {"ServerApp.log_level": "DEBUG", "LabApp.default_url": "/lab"},
        ),
    ],
)
def test_options_of_the_user_win(start, monkeypatch, words, wanted):
    monkeypatch.setattr(start.subprocess, "Popen", Lab)
    monkeypatch.setattr(start.os, "geteuid", lambda: 0, raising=False)
    start.open_course(words.split())
    monkeypatch.undo()
    command = [sys.executable, "-m", "jupyterlab", "--show-config-json", *Lab.options]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    settings = json.loads(shown.stdout[shown.stdout.index("{") :])
    for name, value in wanted.items():
        app, option = name.split(".")
        given = settings[app].get(option, settings.get("Application", {}).get(option))
        assert str(given) == str(value), name


def test_port_of_the_user_is_used_or_refused(start, monkeypatch, capfd):
    monkeypatch.setattr(start.subprocess, "Popen", Lab)
    start.open_course(["--port", "8917"])
    assert "--ServerApp.port_retries=0" in Lab.options
    assert "Port 8888" not in capfd.readouterr().out


def test_no_port_beside_a_socket(start, monkeypatch):
    monkeypatch.setattr(start.subprocess, "Popen", Lab)
    start.open_course(["--sock", "a.sock"])
    assert not any("port=" in word for word in Lab.options)


posix = pytest.mark.skipif(os.name == "nt", reason="Windows ends a program without telling it")

# A stand-in for JupyterLab, or another child, with a kernel in a session of its own. Both hold the
# pipe of their output open: the pipe is at its end only when both have ended.
CHILD = """
import signal, subprocess, sys, time
if __name__ == "__main__" and "config" not in sys.argv:  # pip is asked for its settings first
    kernel = [sys.executable, "-c", "import time; time.sleep(40)", "ipykernel"]
    subprocess.Popen(kernel, start_new_session=True)
    if "--stubborn" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("child runs", flush=True)
    time.sleep(40)
"""


EVERYTHING = ("nbconvert", "latex2mathml", "pytest", "nbval", "ruff", "pip")


def run_start(start, module, words, *, before=()):
    """Run a copy of start.py whose child is the stand-in ``module``; return it once that runs."""
    make_venv(start)
    packages = next(start.VENV.glob("**/site-packages"))
    for name in ("jupyterlab", "ipywidgets", "course_lib", *EVERYTHING):
        (packages / f"{name}.py").write_text(CHILD if name == module else "")
    if module != "pip":
        (start.VENV / "installed.txt").write_text(start.fingerprint((words or ["open"])[0], False))
    (start.ROOT / "start.py").write_bytes((ROOT / "start.py").read_bytes())
    process = subprocess.Popen(
        [*before, sys.executable, str(start.ROOT / "start.py"), *words],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PATH": os.pathsep.join(["/usr/bin", "/bin"])},  # no uv
    )
    while "child runs" not in (line := process.stdout.readline()):
        assert line, "start.py ended too early"
    return process


@posix
@pytest.mark.parametrize(
    ("module", "words", "name", "code"),
    [
        ("jupyterlab", [], "SIGTERM", 143),
        ("jupyterlab", [], "SIGHUP", 129),
        ("jupyterlab", [], "SIGINT", 0),
        ("pip", [], "SIGTERM", 143),
        ("pip", [], "SIGINT", 130),
        ("ruff", ["test"], "SIGTERM", 143),
        ("ruff", ["test"], "SIGHUP", 129),
    ],
)
def test_signal_ends_the_children_and_their_kernels(start, module, words, name, code):
    process = run_start(start, module, words)
    process.send_signal(getattr(signal, name))
    process.communicate(timeout=30)
    assert process.returncode == code


@posix
def test_nohup_outlives_the_terminal(start):
    process = run_start(start, "jupyterlab", [], before=["sh", "-c", 'trap "" HUP; exec "$0" "$@"'])
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 143


@posix
def test_exception_ends_even_a_child_that_does_not_listen(start, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")  # ps must not cut the name of the kernel off
    monkeypatch.setattr(start, "GRACE", 0.5)
    command = [sys.executable, "-c", CHILD, "--stubborn"]
    with (
        pytest.raises(ZeroDivisionError),
        start.child(command, stdout=subprocess.PIPE, text=True) as process,
    ):
        process.stdout.readline()
        raise ZeroDivisionError
    assert process.returncode == -signal.SIGKILL
    assert process.communicate(timeout=20)[0] == ""  # at its end: the kernel is gone too


@posix
def test_stop_of_the_tests_ends_all_that_run_at_once(start, monkeypatch):
    processes = []
    original = start.subprocess.Popen

    def popen(*arguments, **options):
        processes.append(original(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(start, "python_of", lambda venv: sys.executable)
    monkeypatch.setattr(start.subprocess, "Popen", popen)
    sleep = ["-c", "import time; time.sleep(40)"]
    results = start.run_together({"first": ["-c", ""], "second": sleep, "third": sleep})
    assert next(results)[0] == "first"
    results.close()  # raises inside, as a signal does
    assert [process.poll() for process in processes[:3]] == [0, -15, -15]


@pytest.mark.parametrize("words", [["--help"], ["test", "-h"]])
def test_help_says_what_there_is_and_installs_nothing(start, commands, words, capfd):
    assert start.main(words) == 0
    assert "python3 start.py test" in capfd.readouterr().out
    assert commands == []


def test_further_words_of_a_test_run_are_not_passed_over(start, commands, capfd):
    assert start.main(["test", "tests/test_online.py"]) == 1
    assert "-m pytest tests/test_online.py" in capfd.readouterr().err
    assert commands == []


def test_folder_of_the_settings_is_made_before_the_course_opens(start, monkeypatch):
    monkeypatch.setattr(start, "install", lambda use, newest: None)
    monkeypatch.setattr(start, "open_course", lambda options: Path(start.VENV, "settings").is_dir())
    assert start.main([]) is True


REASONS = {
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device": (
        "The disk is full"
    ),
    "failed to copy file: No space left on device (os error 28)": "The disk is full",
    "Error: [Errno 30] Read-only file system: '.venv'": "This folder is read-only. Copy it",
    "PermissionError: [Errno 13] Permission denied: '.venv'": "belongs to someone else. Copy it",
    "[WinError 32] The process cannot access the file": "Is the course open in another window",
    "after connection broken by 'ProxyError('Cannot connect to proxy.', NewConnectionError(": (
        "The proxy did not"
    ),
    "  cause: tunnel error: failed to create underlying connection": "The proxy did not",
    "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate": (
        "certificate that is not trusted"
    ),
    "ProtocolError: ('Connection broken: IncompleteRead(50000 bytes read)": "was cut off",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": "was cut off",
    "ERROR: Wheel 'tiny' located at tiny-1-py3-none-any.whl is invalid.": "was cut off",
    "NewConnectionError: [Errno -3] Temporary failure in name resolution": "No network? Connect.",
    "  cause: dns error": "No network? Connect.",
}


@pytest.mark.parametrize("said", REASONS)
def test_what_installers_write_is_told_in_a_sentence(start, said):
    words = start.reason(f"a line before\n{said}\na line after")
    assert REASONS[said] in words
    assert start.THIS_COMMAND in words and "Nothing that you wrote is lost." in words
    assert words.count("Then type:") == 1 and "{" not in words


def test_a_full_disk_is_seen_though_nobody_says_so(start, monkeypatch):
    said = "Command 'ensurepip' returned non-zero exit status 1."
    assert start.reason(said) == ""
    usage = type(start.shutil.disk_usage(start.ROOT))
    monkeypatch.setattr(start.shutil, "disk_usage", lambda path: usage(10**9, 10**9, 0))
    assert "The disk is full" in start.reason(said)
    assert "read-only" in start.reason("Read-only file system")


@pytest.mark.parametrize("step", ["-m venv", "-m pip install"])
def test_a_failed_step_says_why_and_shows_its_errors(start, monkeypatch, capfd, step):
    original = start.call_and_hear

    def call(command, **options):
        if step in " ".join(map(str, command)):
            code = "import sys; print('[Errno 28] No space left', file=sys.stderr); sys.exit(1)"
            return original([sys.executable, "-c", code])
        make_venv(start)
        return 0, ""

    monkeypatch.setattr(start, "call_and_hear", call)
    assert start.main([]) == 1
    words = capfd.readouterr().err
    assert words.startswith("[Errno 28] No space left\n")
    assert "The disk is full. Make room" in words


def test_a_folder_that_cannot_be_written_is_said_before_all_work(
    start, commands, monkeypatch, capfd
):
    def write(path, data):
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(start.Path, "write_bytes", write)
    assert start.main([]) == 1
    words = capfd.readouterr()
    assert "This folder is read-only. Copy it" in words.err
    assert "Installing" not in words.out and commands == []


def test_half_of_the_course_is_told_to_be_unpacked(start, capfd):
    (start.ROOT / "requirements.txt").unlink()
    assert start.main([]) == 1
    assert "If it came as a ZIP file, unpack all of it" in capfd.readouterr().err


def test_an_environment_of_another_course_or_folder_is_renewed(start, commands, monkeypatch):
    make_venv(start)
    start.install("open", False)
    moved = start.ROOT.with_name("курс von früher [1]")
    start.ROOT.rename(moved)
    monkeypatch.setattr(start, "ROOT", moved)
    monkeypatch.setattr(start, "VENV", moved / ".venv")
    start.install("open", False)
    start.install("open", False)
    assert len(commands) == 2
    (moved / start.PINNED).write_text("numpy==1\n")  # an update changes the pins
    start.install("open", False)
    assert len(commands) == 3


def test_no_free_port_is_said(start, monkeypatch):
    def bind(self, address):
        raise PermissionError(13, "blocked")

    monkeypatch.setattr(start.socket.socket, "bind", bind)
    with pytest.raises(start.Problem, match="8888 to 8987 are all in use or blocked"):
        start.free_port()


def test_site_installs_what_it_needs_and_hands_its_options_on(start, commands, capfd):
    make_venv(start)
    builder = start.ROOT / "website/build.py"
    builder.write_text("import sys; print('built', *sys.argv[1:]); sys.exit(7)")
    assert start.main(["site", "--out", "a folder", "--newest", "--no-lab"]) == 7
    assert "built --out a folder --no-lab\n" in capfd.readouterr().out
    assert "website/requirements.txt" in commands[0]
    assert not {"tests/requirements.txt", start.PINNED} & set(commands[0])
    start.main(["site", "--newest"])
    assert len(commands) == 1
    start.install("open", True)  # the site's installation serves the course, too
    assert len(commands) == 1
    start.install("test", True)
    assert len(commands) == 2
    start.main(["site", "--newest"])
    assert len(commands) == 2


def test_jupyterlab_asks_the_network_for_nothing_at_its_start(start, commands):
    make_venv(start)
    start.install("open", False)
    (file,) = start.VENV.glob("share/jupyter/lab/settings/overrides.json")
    (settings,) = json.loads(file.read_text()).values()
    assert settings == {"fetchNews": "false", "checkForUpdates": False}


# A terminal: it runs a command, and is closed when it is killed itself. What the command prints
# goes past it.
TERMINAL = """
import os, pty, sys
output = os.dup(1)
command, terminal = pty.fork()
if not command:
    os.dup2(output, 1)
    os.execv(sys.argv[1], sys.argv[1:])
os.waitpid(command, 0)
"""


@posix
def test_a_closed_terminal_ends_everything(start):
    process = run_start(start, "jupyterlab", [], before=[sys.executable, "-c", TERMINAL])
    process.kill()
    process.communicate(timeout=30)  # at its end: JupyterLab and its kernel are gone
