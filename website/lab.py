"""Build the lab: the notebooks in JupyterLite, where Python runs in the browser.

    python website/lab.py FOLDER                      the lab, as the public site has it
    python website/lab.py FOLDER --pyodide-url URL    ... with another copy of Pyodide

The folder works from any web server, and fetches nothing from elsewhere but Pyodide: Python, numpy
and matplotlib for the browser. A notebook opens at ``notebooks/index.html?path=03_adam.ipynb``.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lab_lock import LOCK, write_lock

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "binder/requirements.txt"
TOOLS = Path(__file__).with_name("lab-requirements.txt")
EXTENSIONS = Path("share/jupyter/labextensions")
KERNEL = EXTENSIONS / "@jupyterlite/pyodide-kernel-extension"  # below the folder of the tools
WIDGETS = [EXTENSIONS / "@jupyter-widgets/jupyterlab-manager", EXTENSIONS / "anywidget"]
# What course_lib and Python's kernel need and Pyodide lacks, or has in another version. numpy and
# matplotlib are Pyodide's own: no other wheels of them run in a browser.
PACKAGES = [
    "anywidget",
    "asttokens",
    "comm",
    "executing",
    "ipython",
    "ipython-pygments-lexers",
    "ipywidgets",
    "jedi",
    "matplotlib-inline",
    "parso",
    "prompt-toolkit",
    "psygnal",
    "pure-eval",
    "pygments",
    "stack-data",
    "traitlets",
    "typing-extensions",
    "wcwidth",
]
FROM_PYODIDE = ["matplotlib", "micropip", "numpy"]
SETTINGS = {  # the whole notebook stands in the page, so that the browser's search finds it
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}


class NoLab(Exception):
    """The lab cannot be built now: what it is built from is missing or cannot be had."""


def build_lab(out, pyodide_url=None):
    """Write the lab into a folder; what was in it before is replaced.

    Parameters
    ----------
    out : pathlib.Path
        The folder.
    pyodide_url : str, optional
        Address of a folder with Pyodide's files; by default the public one of the version that
        jupyterlite-pyodide-kernel is made for.

    Raises
    ------
    NoLab
        If something that the lab is built from is missing or cannot be had.
    """
    out = Path(out).resolve()
    tools = installed_tools()
    constants = kernel_constants(tools)
    url = pyodide_url or constants.PYODIDE_CDN_URL
    pyodide = url.removesuffix("pyodide.mjs").rstrip("/") + "/"
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        wheels = [course_wheel(work), *pinned_wheels(work / "wheels"), *kernel_wheels(tools)]
        try:
            names = write_lock(work / "python", wheels, pyodide)
        except OSError as error:  # no network
            raise NoLab(
                f"Pyodide's list of packages cannot be had from {pyodide}: {error}"
            ) from None
        write_settings(work / "lite", pyodide, names, constants.PYODIDE_KERNEL_PLUGIN_ID)
        build_jupyterlite(work / "lite", out, tools)
        shutil.copytree(work / "python", out / "static/python")


def installed_tools():
    """The folder with JupyterLite, in this environment but not of it; made at the first call."""
    version = hashlib.sha256(TOOLS.read_bytes()).hexdigest()[:12]
    folder = Path(sys.prefix) / f"lab-tools-{version}"
    if not folder.exists():
        new = folder.with_suffix(".new")  # an installation that is cut off leaves no tools
        shutil.rmtree(new, ignore_errors=True)
        run_pip("install", "--target", new, "-r", TOOLS, "-c", PINS)
        new.rename(folder)
    return folder


def kernel_constants(tools):
    """The addresses and names that the kernel's package knows."""
    sys.path.append(str(tools))
    from jupyterlite_pyodide_kernel import constants

    return constants


def course_wheel(work):
    """The wheel of course_lib, built from copies of its files alone."""
    source = work / "source"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "course_lib", source / "course_lib", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", source)
    run_pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", work, source)
    return next(work.glob("course_lib-*.whl"))


def pinned_wheels(folder):
    """The packages of PACKAGES in the tested versions, as wheels for any machine."""
    machine = [
        "--platform",
        "any",
        "--python-version",
        "3.14",
        "--implementation",
        "py",
        "--abi",
        "none",
    ]
    only = ["--no-deps", "--only-binary", ":all:", *machine]
    run_pip("download", *only, "--dest", folder, *[pin(name) for name in PACKAGES])
    return sorted(folder.glob("*.whl"))


def pin(name):
    """The line of a package in the list of tested versions."""
    found = re.search(rf"^{re.escape(name)}==[^\s;]+", PINS.read_text("utf-8"), re.MULTILINE)
    if not found:
        raise NoLab(f"{name} is not in {PINS}")
    return found[0]


def kernel_wheels(tools):
    """The wheels that the kernel in the browser brings along."""
    folder = tools / KERNEL / "static/pypi"
    index = json.loads((folder / "all.json").read_text("utf-8"))
    newest = [max(package["releases"].items())[1][0]["filename"] for package in index.values()]
    return [folder / name for name in newest]


def run_pip(command, *arguments):
    """Run pip; its errors are shown as they are."""
    quiet = ["--quiet", "--disable-pip-version-check"]
    done = subprocess.run([sys.executable, "-m", "pip", command, *quiet, *map(str, arguments)])
    if done.returncode:
        raise NoLab(f"pip {command} failed; the lines above say why.")


def write_settings(lite, pyodide, names, plugin):
    """Say where Pyodide is, and what it loads while it starts."""
    kernel = {
        "pyodideUrl": f"{pyodide}pyodide.mjs",
        "loadPyodideOptions": {
            "lockFileURL": f"./static/python/{LOCK}",
            "packages": [*FROM_PYODIDE, *names],
        },
    }
    page = {
        "appName": "Gradient descent, Adam and AMSGrad",
        "exposeAppInBrowser": True,
        "litePluginSettings": {plugin: kernel},
    }
    lite.mkdir()
    config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": page}
    (lite / "jupyter-lite.json").write_text(json.dumps(config), "utf-8")
    (lite / "overrides.json").write_text(json.dumps(SETTINGS), "utf-8")


def build_jupyterlite(lite, out, tools):
    """Let JupyterLite write its pages, with the notebooks of this checkout and no other files."""
    notebooks = lite / "files"
    notebooks.mkdir()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(path, notebooks)
    options = ["--apps", "lab", "--apps", "notebooks", "--apps", "tree", "--no-sourcemaps"]
    options += ["--LiteBuildConfig.ignore_sys_prefix=True", "--output-dir", str(out)]
    for extension in [tools / KERNEL, *(Path(sys.prefix) / widget for widget in WIDGETS)]:
        options += [f"--LiteBuildConfig.federated_extensions={extension}"]
    command = [sys.executable, "-m", "jupyterlite_core", "build", *options]
    found = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, cwd=lite, env=os.environ | {"PYTHONPATH": str(tools)}, **found)
    if done.returncode or not (out / "notebooks/index.html").exists():
        raise NoLab(f"{done.stdout.decode(errors='replace')}\njupyter lite build failed.")


def main(arguments=None):
    """Build, and say where."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--pyodide-url", help="address of a folder with Pyodide's files")
    options = parser.parse_args(arguments)
    try:
        build_lab(options.out, options.pyodide_url)
    except NoLab as error:
        raise SystemExit(f"The lab is not built. {error}") from None
    print(f"{options.out / 'notebooks/index.html'} written; open it through a web server.")


if __name__ == "__main__":
    sys.exit(main())
