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
LIBRARY = ROOT / "course_lib"
HEART = ("objectives", "derivatives", "optimizers", "plotting")
PACKAGES = ("live", "recording", "experiments", "explorers", "checks", "utils")
# What each part may import of the others; within itself anything that makes no circle.
MAY_IMPORT = {
    "utils": set(),
    "live": {"utils"},
    "heart": {"utils"},
    "experiments": {"heart", "utils"},
    "checks": {"experiments", "heart", "utils"},
    "recording": {"utils"},
    "explorers": {"checks", "experiments", "heart", "live", "recording", "utils"},
}
DRAWING = {"matplotlib", "ipywidgets", "anywidget", "IPython"}
# A notebook's author needs to know these modules, and no others.
FACES = {
    "course_lib",
    *(f"course_lib.{name}" for name in (*HEART, "checks", "explorers")),
    *(
        f"course_lib.experiments.{name}"
        for name in ("momentum", "online", "sensitivity", "training", "verdicts")
    ),
    "course_lib.utils.installation",
}


def module_of(path):
    """The dotted name of a file of course_lib, without "course_lib."."""
    return ".".join(path.relative_to(LIBRARY).with_suffix("").parts).removesuffix(".__init__")


FILES = {module_of(path): path for path in sorted(LIBRARY.rglob("*.py"))}
MODULES = [name for name in FILES if name != "__init__"]

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


def imports(source):
    """The modules of course_lib that a source names in an import, wherever it stands."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            parts = [f"{node.module}.{alias.name}" for alias in node.names]
            names |= {
                part if part.removeprefix("course_lib.") in FILES else node.module for part in parts
            }
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.split(".")[0] == "course_lib"}


def part_of(module):
    """The package that a module lies in, or the heart."""
    first = module.split(".")[0]
    return "heart" if first in HEART else first


GRAPH = {
    name: {found.removeprefix("course_lib.") for found in imports(FILES[name].read_text("utf-8"))}
    for name in MODULES
}


def test_the_library_is_a_heart_and_five_packages():
    shown = {path.stem for path in LIBRARY.glob("[a-z]*.py")}
    folders = {path.name for path in LIBRARY.iterdir() if path.is_dir() and path.name[0] != "_"}
    assert (shown, folders) == (set(HEART), set(PACKAGES))


@pytest.mark.parametrize("module", MODULES)
def test_a_part_imports_only_what_it_may(module):
    own = part_of(module)
    reached = {part_of(name) for name in GRAPH[module]} - {own}
    assert reached <= MAY_IMPORT[own], f"{module} reaches {reached - MAY_IMPORT[own]}"


def test_imports_make_no_circle():
    TopologicalSorter(GRAPH).prepare()


@pytest.mark.parametrize("module", ["objectives", "derivatives", "optimizers"])
def test_the_numeric_core_loads_numpy_and_nothing_else(module):
    names = loaded(module)
    assert "numpy" in names
    assert not names & DRAWING
    parts = {part_of(name.removeprefix("course_lib.")) for name in names if "course_lib." in name}
    assert parts == {"heart", "utils"}


def test_experiments_and_checks_need_no_widget_and_no_pyplot():
    for module in [name for name in MODULES if part_of(name) in ("experiments", "checks")]:
        assert not loaded(module) & (DRAWING - {"IPython"}), module


def lines(path):
    """How many lines a file has."""
    return len(path.read_text("utf-8").splitlines())


@pytest.mark.parametrize("package", PACKAGES)
def test_a_file_holds_one_concept_and_a_package_can_be_read(package):
    files = sorted((LIBRARY / package).rglob("*.py"))
    # what people write has more kinds than anything else here; an explorer has two halves
    most = {"checks": 2850, "explorers": 3100}
    assert sum(map(lines, files)) <= most.get(package, 2400)
    code = [*files, *(LIBRARY / package).rglob("*.js"), *(LIBRARY / package).rglob("*.css")]
    assert [path.name for path in code if lines(path) > 400] == []


def test_the_heart_can_be_read_and_the_whole_is_small():
    assert sum(lines(LIBRARY / f"{name}.py") for name in HEART) <= 2000
    # a tenth of it is utils: what readers give is read and refused there, in words, for all parts;
    # another tenth records functions of all styles for the browser
    assert sum(map(lines, FILES.values())) <= 13_700


@pytest.mark.parametrize("module", MODULES)
def test_live_pieces_are_safe_under_any_kernel(module):
    source = FILES[module].read_text("utf-8")
    code = "\n".join(line for line in source.splitlines() if "import" in line or "Output(" in line)
    assert not re.search(r"pyplot|\bOutput\b|\binteract", code)


def test_a_notebook_needs_few_modules():
    found = set()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        for cell in cells:
            if cell["cell_type"] == "code":
                found |= imports("".join(cell["source"]))
    assert found <= FACES
    assert len(FACES - {"course_lib"}) <= 12


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
    """Every package is listed, and every file that is not Python matches a pattern."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    assert set(tables["packages"]) == {"course_lib", *(f"course_lib.{name}" for name in PACKAGES)}
    patterns = [*tables["package-data"]["*"], "*.py", "*.pyc"]
    data = [path for path in LIBRARY.rglob("[a-zA-Z]*") if path.is_file()]
    assert [path for path in data if not any(path.match(pattern) for pattern in patterns)] == []


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
