"""Binder: the pins fit, repo2docker makes of them the image that is meant, and the notebooks run.

The rehearsal installs some 130 packages, so it wants the network and the better part of a minute.
It runs where CI is set, and where it is asked for:

    COURSE_REHEARSAL=1 python -m pytest tests/test_binder.py      with notebook 00
    COURSE_REHEARSAL=all python -m pytest tests/test_binder.py    with all notebooks
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import warnings
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FIRST = "notebooks/00_start_here.ipynb"
REHEARSAL = os.environ.get("COURSE_REHEARSAL") or os.environ.get("CI")
SYSTEMS = {
    "linux": {"os_name": "posix", "platform_system": "Linux"},
    "darwin": {"os_name": "posix", "platform_system": "Darwin"},
    "win32": {"os_name": "nt", "platform_system": "Windows"},
}
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="Binder's image is a Linux")


# The pins


@pytest.fixture(params=["3.11", "3.12", "3.13", "3.14"])
def python(request):
    return request.param


@pytest.fixture(params=SYSTEMS)
def machine(request, python):
    """What a marker such as ``os_name == 'nt'`` is decided by, on one Python and system."""
    names = {"python_version": python, "python_full_version": f"{python}.9"}
    return default_environment() | names | {"sys_platform": request.param} | SYSTEMS[request.param]


def lines_of(name):
    """The requirements of a file, without comments and options."""
    lines = [
        line.partition("#")[0].strip() for line in (ROOT / name).read_text("utf-8").split("\n")
    ]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def holds(requirement, machine, extra=""):
    return not requirement.marker or requirement.marker.evaluate({**machine, "extra": extra})


def pins(machine):
    """Name of each package that is pinned on a machine -> its version."""
    found = {}
    for line in lines_of("binder/requirements.txt"):
        (specifier,) = line.specifier
        assert specifier.operator == "==", f"not an exact pin: {line}"
        if holds(line, machine):
            name = canonicalize_name(line.name)
            assert name not in found, f"two pins for {name}"
            found[name] = specifier.version
    return found


def wanted():
    """What the course asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return lines_of("requirements.txt") + [Requirement(line) for line in project["dependencies"]]


def needs(name, version, extras, machine):
    """What a package with some extras needs; nothing if another version is installed here."""
    try:
        package = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:  # one for another system
        return []
    if package.version != version:
        return []
    lines = [Requirement(line) for line in package.requires or []]
    return [line for line in lines if any(holds(line, machine, extra) for extra in extras)]


def test_whatever_the_course_needs_is_pinned_at_a_version_that_fits(machine):
    pinned, waiting, seen = pins(machine), wanted(), {}
    while waiting:
        line = waiting.pop()
        name = canonicalize_name(line.name)
        assert name in pinned, f"no pin for {name}"
        assert line.specifier.contains(pinned[name]), f"{line}, but {pinned[name]} is pinned"
        extras = {"", *line.extras} - seen.setdefault(name, set())
        if extras:
            waiting += needs(name, pinned[name], extras, machine)
            seen[name] |= extras
    assert len(seen) > 50  # the walk went through the installed packages


# The image


@pytest.fixture
def image(monkeypatch):
    """What repo2docker would build of the project."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports a module that has moved
        from repo2docker.app import Repo2Docker
    monkeypatch.chdir(ROOT)
    builder = Repo2Docker(user_id=1000, user_name="jovyan")
    makers = [maker(base_image=builder.base_image) for maker in builder.buildpacks]
    chosen = next(maker for maker in makers if maker.detect())
    chosen.platform = "linux/amd64"
    return chosen


@only_linux
def test_repo2docker_builds_the_image_that_is_meant(image):
    lines = image.render({"NB_UID": "1000", "NB_USER": "jovyan"}).splitlines()
    assert image.python_version == "3.13"
    base = [Path(file).name for file in image.get_build_script_files()]
    assert "environment.py-3.13-linux-64.lock" in base
    assert next(line for line in lines if line.startswith("FROM ")).startswith(
        "FROM docker.io/library/buildpack-deps:"
    )
    steps = [
        'RUN ${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"',
        "COPY --chown=1000:1000 src/ ${REPO_DIR}/",
        "RUN ./binder/postBuild",
    ]
    assert [line for line in lines if line in steps] == steps


@pytest.mark.parametrize("page", ["README.md", "hub/README.md"])
def test_links_open_the_first_notebook(page):
    text = (ROOT / page).read_text("utf-8")
    links = re.findall(r"https?://\S+?[?&]urlpath=lab/tree/([^\s)`]+)", text)
    assert {link.removeprefix("course/") for link in links} <= {FIRST}
    assert links or page == "README.md"  # which has none until the project has an address
    assert (ROOT / FIRST).exists()


# The rehearsal


def run(*command, **options):
    """Run a program; when it fails, so does the test, with what it said."""
    done = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def base_packages():
    """What Binder's image has before the pins: packages by name, and versions of all pure ones."""
    import repo2docker.buildpacks.conda as conda

    folder = Path(conda.__file__).parent
    names = {"jupyterhub-base": "jupyterhub", "nbconvert-core": "nbconvert"}
    file = r"/noarch/(.+)-([^-]+)-py[^-]*\.(?:conda|tar\.bz2)"
    lock = (folder / "environment.py-3.13-linux-64.lock").read_text()
    versions = {names.get(name, name): version for name, version in re.findall(file, lock)}
    chosen = re.findall(r"^- ([\w-]+)==", (folder / "environment.py-3.13.yml").read_text(), re.M)
    return [name.removesuffix("-singleuser") for name in chosen], versions


@pytest.fixture
def binder(tmp_path):
    """Binder's image without Docker: the folder of the project, and the variables to run in.

    uv stands in for pip: of exact pins both install the same, uv in a tenth of the time.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names, versions = base_packages()
    home, env = tmp_path / "home", tmp_path / "env"
    astray = shutil.ignore_patterns(".git", ".venv", "site", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, home, ignore=astray)
    venv.create(env, with_pip=True)
    (tmp_path / "base.txt").write_text("\n".join(f"{n}=={v}" for n, v in versions.items()))
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
    variables["PATH"] = os.pathsep.join([str(env / "bin"), os.environ["PATH"]])
    options = {"cwd": home, "env": variables}
    install = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", env / "bin/python"]
    run(*install, *names, "-c", tmp_path / "base.txt", **options)
    run(*install, "-r", "binder/requirements.txt", **options)
    run("bash", "binder/postBuild", **options)
    run("pip", "check", **options)
    run(*install, "nbval", "pytest", "-c", "binder/requirements.txt", **options)
    return options


@only_linux
@pytest.mark.skipif(not REHEARSAL, reason="neither CI nor COURSE_REHEARSAL is set")
def test_pins_over_the_base_image_are_sound_and_notebooks_pass(binder):
    chosen = sorted((ROOT / "notebooks").glob("*.ipynb")) if REHEARSAL == "all" else [ROOT / FIRST]
    notebooks = [path.relative_to(ROOT) for path in chosen]
    strict = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
    run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *strict, *notebooks, **binder)
