"""Whether the libraries that the course needs are here and new enough, in words."""

import sys
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

KERNEL = "ipykernel>=6.31,<7"  # the browser's kernel is another one


def check_installation():
    """Print one line for each library, and what to type where one is missing or does not fit.

    Version numbers are printed only where something is wrong. Nothing is raised.
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
    """What is wrong with an installed library, in words; empty when all is well.

    >>> problem("a_library_of_nobody>=1")
    'is not installed'
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
    try:
        return requires("course_lib") or []
    except PackageNotFoundError:
        return []
