"""Which packages Python in the browser has: Pyodide's own list, with the course's wheels added."""

import hashlib
import json
import shutil
import urllib.request
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

LOCK = "pyodide-lock.json"


def write_lock(folder, wheels, pyodide):
    """Put wheels and a list of all packages into a folder.

    Parameters
    ----------
    folder : pathlib.Path
        It is made; afterwards it holds the wheels and ``pyodide-lock.json``.
    wheels : list of pathlib.Path
        Pure Python wheels. One of a name that Pyodide has, too, takes its place.
    pyodide : str
        Address of the folder that holds ``pyodide.mjs``, with a slash at its end.

    Returns
    -------
    list of str
        The names of the wheels' packages, as Pyodide is asked for them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(pyodide + LOCK, timeout=60) as answer:
        lock = json.load(answer)
    for package in lock["packages"].values():
        package["file_name"] = pyodide + package["file_name"]
    ours = {}
    for wheel in wheels:
        shutil.copy(wheel, folder)
        package = entry(wheel)
        ours[package["name"]] = package
    lock["packages"] |= ours
    (folder / LOCK).write_text(json.dumps(lock), "utf-8")
    return sorted(ours)


def entry(wheel):
    """A wheel as Pyodide's list has it; what it depends on is loaded with it, see `build_lab`."""
    name, version = wheel.name.split("-")[:2]
    return {
        "name": name.lower().replace("_", "-").replace(".", "-"),
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": importable(wheel),
        "depends": [],
        "unvendored_tests": False,
    }


def importable(wheel):
    """The names that may be imported from a wheel."""
    with ZipFile(wheel) as archive:
        paths = [PurePosixPath(name) for name in archive.namelist()]
    tops = {Path(path.parts[0]).stem for path in paths if path.suffix == ".py"}
    return sorted(name for name in tops if name.isidentifier())
