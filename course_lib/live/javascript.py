"""The modules of ``js`` folders joined into one text, as anywidget needs it.

An anywidget module is a single text that cannot import a neighbour. Editors, node and web pages
load the modules as they are. General ones are in ``live/js``, those of the course's own pieces in
the ``js`` folders of the packages that they belong to.
"""

import functools
import posixpath
import re
from graphlib import TopologicalSorter
from importlib import resources

ROOT = resources.files("course_lib")
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "(\.{1,2}/[\w./]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:(async )?(function|class|const|let)) (\w+)", re.MULTILINE)


def bundle(entry):
    """One text of a module and all modules that it imports; ``entry`` is its path in course_lib.

    Each module but the entry becomes a function that is called once and returns its exports, so
    that modules may use the same names inside.
    """
    *others, last = parts(entry)
    return "\n".join([*map(_closed, others), _body(last)])


def script(entries, name):
    """A classic script for pages that may not import modules, such as those opened from a file.

    ``entries`` gives a key to each module; ``window[name][key]`` has the exports of one.
    """
    needed = dict.fromkeys(part for entry in entries.values() for part in parts(entry))
    keys = ", ".join(f"{key!r}: {_constant(entry)}" for key, entry in entries.items())
    lines = [*map(_closed, needed), f"window.{name} = {{ {keys} }};"]
    return "(() => {\n" + "\n".join(lines) + "\n})();\n"


def _closed(part):
    """A module as a constant that holds its exports."""
    names = [name for *_, name in _EXPORT.findall(source(part))]
    body, has_default = re.subn("^export default ", "const byDefault = ", _body(part), flags=re.M)
    exported = ", ".join(names + ["default: byDefault"] * has_default)
    return f"const {_constant(part)} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();"


def _body(part):
    """The text of a module with constants in the place of imports and exports."""

    def imported(found):
        return f"const {found[1]} = {_constant(_neighbour(part, found[2]))};\n"

    return _EXPORT.sub(r"\1\2 \3", _IMPORT.sub(imported, source(part)))


def _constant(part):
    return re.sub(r"\W", "_", part.removesuffix(".js"))


def _neighbour(part, name):
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), name))


def parts(entry):
    """Paths of a module and of all modules that it imports, dependencies first."""
    imported, waiting = {}, [entry]
    while waiting:
        part = waiting.pop()
        if part not in imported:
            found = _IMPORT.findall(source(part))
            imported[part] = [_neighbour(part, name) for _, name in found]
            waiting += imported[part]
    return list(TopologicalSorter(imported).static_order())


@functools.cache
def source(part):
    """The text of a file of course_lib."""
    return ROOT.joinpath(part).read_text("utf-8")


STYLES = source("live/js/figure.css") + source("live/js/controls.css")
"""The rules for how a live piece looks."""
