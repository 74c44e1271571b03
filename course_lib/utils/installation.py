"""Check that the libraries of the course are installed and new enough."""

import sys
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

KERNEL = "ipykernel>=6.31,<7"  # Pyodide, in the browser, has a kernel of its own


def check_installation():
    """Print one line per library, and what to type if one is missing or has the wrong version.

    Version numbers are printed only if something is wrong. Nothing is raised.
    """
    needed = ["course_lib", *(text for text in _required() if "extra" not in text)]
    needed += [] if sys.platform == "emscripten" else [KERNEL]
    problems = {Requirement(text).name: problem(text) for text in needed}
    for name, words in problems.items():
        print(f"{name:12}{words or 'OK'}")
    if any(problems.values()):
        print("\nIn the folder of the course, type: python3 start.py (on Windows: py start.py)")
        print("It installs what is missing and opens the course with it.")
    else:
        print("\nEverything that the course needs is here.")


def problem(requirement):
    """Return what is wrong with an installed library; empty if nothing is.

    >>> problem("numpy>=2.2"), problem("no_such_library>=1")
    ('', 'is not installed')
    """
    wanted = Requirement(requirement)
    try:
        found = version(wanted.name)
    except PackageNotFoundError:
        return "is not installed"
    if wanted.specifier.contains(found, prereleases=True):
        return ""
    return f"is version {found}, but the course needs {wanted.specifier}"


def _required():
    """Return the requirements of course_lib as in pyproject.toml."""
    try:
        return requires("course_lib") or []
    except PackageNotFoundError:
        return []
