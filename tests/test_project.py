"""The project as a whole: who imports whom, and what no file may hold."""

import ast
import doctest
import json
import re
import shutil
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
MODULES = sorted(path.stem for path in (ROOT / "course_lib").glob("[a-z]*.py"))
# The reading order of course_lib/__init__.py: nobody imports from a later one.
ORDER = ["objectives", "derivatives", "optimizers", "plotting", "live_figure", "explorers"]
DRAWING = {"matplotlib", "ipywidgets", "anywidget", "IPython"}

# Words that belong to one machine, in pieces, so that this file passes its own test.
FOREIGN = {
    "a package registry": r"pypi\.or" r"g|pythonhoste" r"d\.org|registry\.npm" r"js",
    "a folder of one machine": r"/wor" r"k/|/roo" r"t/|/hom" r"e/\w|/tmp" r"/w/|/Use" r"rs/\w",
    "a folder beside the project": r"\.\./shar" r"ed|\bshar" r"ed/",
}


def loaded(module):
    """The names of all modules that importing ``module`` loads, in a fresh interpreter."""
    code = f"import sys, json, course_lib.{module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def imports(module):
    """The modules of course_lib that the file of ``module`` names in an import."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "course_lib" / f"{module}.py").read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "course_lib":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.removeprefix("course_lib."))
        elif isinstance(node, ast.Import):
            names |= {alias.name.removeprefix("course_lib.") for alias in node.names}
    return names & set(MODULES)


GRAPH = {module: imports(module) for module in MODULES}


def reached(module):
    """All modules of course_lib that ``module`` imports, also through others."""
    return set().union(*({name} | reached(name) for name in GRAPH[module]))


@pytest.mark.parametrize("module", ["objectives", "derivatives", "optimizers"])
def test_the_numeric_core_loads_numpy_and_nothing_else(module):
    names = loaded(module)
    assert "numpy" in names
    assert not names & DRAWING
    own = {name for name in names if name.startswith("course_lib.")}
    helpers = {"objectives": {"objective_checks"}, "optimizers": {"run_checks"}}
    helpers["derivatives"] = {"objective_checks", "run_checks"}
    assert own == {f"course_lib.{name}" for name in {module} | helpers[module]}


def test_imports_make_no_circle():
    TopologicalSorter(GRAPH).prepare()


@pytest.mark.parametrize("i", range(len(ORDER)), ids=ORDER)
def test_imports_go_down_only(i):
    assert not reached(ORDER[i]) & set(ORDER[i + 1 :])


def test_checks_do_not_draw():
    assert not loaded("checks") & (DRAWING - {"IPython"})


@pytest.mark.parametrize("module", MODULES)
def test_live_pieces_are_safe_under_any_kernel(module):
    source = (ROOT / "course_lib" / f"{module}.py").read_text("utf-8")
    code = "\n".join(line for line in source.splitlines() if "import" in line or "Output(" in line)
    assert not re.search(r"pyplot|\bOutput\b|\binteract", code)


def committed_files():
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout, so nobody knows which files are committed")
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("pattern", FOREIGN.values(), ids=FOREIGN)
def test_no_committed_file_names(pattern):
    found = []
    for path in committed_files():
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{path.name}:{i}" for i, line in enumerate(lines, 1) if re.search(pattern, line)]
    assert found == []


def test_the_package_takes_its_data_along():
    """Every file of course_lib that is not Python matches a pattern of pyproject.toml."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    patterns = tables["package-data"]["course_lib"]
    data = [p.name for p in (ROOT / "course_lib").iterdir() if p.is_file() and p.name[0].isalnum()]
    assert [n for n in data if not any(Path(n).match(p) for p in [*patterns, "*.py"])] == []


def test_pins_meet_the_ranges():
    """What binder/requirements.txt pins is what requirements.txt and pyproject.toml allow."""

    def lines(name):
        text = (ROOT / name).read_text("utf-8")
        return [line for line in text.splitlines() if line and line[0] not in "#-"]

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = [Requirement(line) for line in lines("binder/requirements.txt")]
    for needed in map(Requirement, [*lines("requirements.txt"), *project["dependencies"]]):
        found = [next(iter(pin.specifier)).version for pin in pins if pin.name == needed.name]
        assert found and all(needed.specifier.contains(version) for version in found), needed


def test_the_examples_for_instructors_print_what_they_say(monkeypatch):
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(
        str(ROOT / "INSTRUCTORS.md"), module_relative=False, encoding="utf-8"
    )
    assert (failed, tried > 0) == (0, True)
