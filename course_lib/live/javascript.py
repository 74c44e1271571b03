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
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.{1,2}/[\w./]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def bundle(entry):
    """One text of a module and all modules that it imports; ``entry`` is its path in course_lib."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", source(part))) for part in parts(entry))


def parts(entry):
    """Paths of a module and of all modules that it imports, dependencies first."""
    imported, waiting = {}, [entry]
    while waiting:
        part = waiting.pop()
        if part not in imported:
            folder = posixpath.dirname(part)
            names = _IMPORT.findall(source(part))
            imported[part] = [posixpath.normpath(posixpath.join(folder, name)) for name in names]
            waiting += imported[part]
    return list(TopologicalSorter(imported).static_order())


@functools.cache
def source(part):
    """The text of a file of course_lib."""
    return ROOT.joinpath(part).read_text("utf-8")


STYLES = source("live/js/figure.css") + source("live/js/controls.css")
"""The rules for how a live piece looks."""
