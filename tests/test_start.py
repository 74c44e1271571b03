"""`start.py`: what it says, and what it mends. Nothing here needs the network."""

import ast
import importlib.util
import os
import re
import socket
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def start(tmp_path, monkeypatch):
    """A fresh `start` module that believes in a folder of its own, with the files it reads."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path / "the course"
    for name in ("requirements.txt", "pyproject.toml", module.LOCK, "tests/requirements.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(module, "ROOT", folder)
    monkeypatch.setattr(module, "VENV", folder / ".venv")
    monkeypatch.setattr(module, "PACKAGES", {"": ["json"], "test": []})
    monkeypatch.setattr(module.shutil, "which", lambda name: None)  # no uv
    return module


@pytest.fixture
def commands(start, monkeypatch):
    """The installations that would have run; they succeed."""
    seen = []

    def call(command, **options):
        if "install" in command:
            seen.append([str(word) for word in command])
            return 0
        return original(command, **options)

    original = start.subprocess.call
    monkeypatch.setattr(start.subprocess, "call", call)
    return seen


def make_venv(start, **options):
    venv.EnvBuilder(symlinks=os.name != "nt", **options).create(start.VENV)
    if not options:  # a stand-in for pip, which takes seconds to install
        next(start.VENV.glob("**/site-packages")).joinpath("pip.py").touch()


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
    start.install("", False)
    assert len(commands) == 1
    assert commands[0][-4:] == ["-r", "requirements.txt", "-c", start.LOCK]
    start.install("", False)
    assert len(commands) == 1
    with open(start.ROOT / "requirements.txt", "a") as file:
        file.write("another\n")
    start.install("", False)
    assert len(commands) == 2


def test_the_tests_installation_serves_the_course_too(start, commands):
    make_venv(start)
    start.install("test", False)
    assert "tests/requirements.txt" in commands[0]
    start.install("", False)
    start.install("test", False)
    assert len(commands) == 1


def test_newest_takes_no_pins(start, commands):
    make_venv(start)
    start.install("", False)
    start.install("", True)
    assert len(commands) == 2
    assert start.LOCK not in commands[1]


def test_uv_is_used_where_it_works(start, commands, monkeypatch):
    make_venv(start)
    monkeypatch.setattr(start.shutil, "which", lambda name: sys.executable)  # knows --version
    start.install("", False)
    assert commands[0][:3] == [sys.executable, "pip", "install"]


def break_nothing_yet(start):
    pass


def break_empty(start):
    start.VENV.mkdir()


def break_file(start):
    start.VENV.write_text("")


def break_without_pip(start):
    make_venv(start, with_pip=False)


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
            return 0
        return original(command, **options)

    original = start.subprocess.call
    monkeypatch.setattr(start.subprocess, "call", call)
    start.make_environment(None)
    assert len(made) == 1
    assert start.works("import pip")
    assert ("not whole" in capfd.readouterr().out) == (break_it is not break_nothing_yet)
    start.make_environment(None)
    assert len(made) == 1


def test_environment_that_lost_a_package_is_made_anew(start, commands, monkeypatch):
    make_venv(start)
    start.install("", False)
    found = iter([False, False, True])
    works = start.works
    monkeypatch.setattr(start, "works", lambda code: next(found) if "u.f" in code else works(code))
    monkeypatch.setattr(start, "make_environment", lambda uv: make_venv(start))
    start.install("", False)
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
    assert "Stopped. To go on, type: " in capfd.readouterr().out


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
        return original([*python, code], stdout=options["stdout"])

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


def test_lab_is_local_and_opens_the_first_notebook(start, monkeypatch):
    seen = []

    class Process:
        def __init__(self, command, cwd):
            seen.extend(command)
            self.waits = iter([KeyboardInterrupt, 0])

        def wait(self):
            result = next(self.waits)
            if result is KeyboardInterrupt:
                raise result
            return result

    monkeypatch.setattr(start.subprocess, "Popen", Process)
    assert start.open_course(["--no-browser"]) == 0
    assert "--ServerApp.ip=localhost" in seen
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in seen
    assert not any("token" in word for word in seen)  # JupyterLab's own, a new one every time
    assert seen[-1] == "--no-browser"


@pytest.mark.parametrize("words", [["--help"], ["test", "-h"]])
def test_help_says_what_there_is_and_installs_nothing(start, commands, words, capfd):
    assert start.main(words) == 0
    assert "python3 start.py test" in capfd.readouterr().out
    assert commands == []


def test_further_words_of_a_test_run_are_not_passed_over(start, commands, capfd):
    assert start.main(["test", "tests/test_online.py"]) == 1
    assert "-m pytest tests/test_online.py" in capfd.readouterr().err
    assert commands == []
