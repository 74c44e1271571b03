"""The modules of ``live/js`` joined into one text, as anywidget needs it.

An anywidget module is a single text that cannot import a neighbour. Editors, node and web pages
load the modules as they are.
"""

import re
from graphlib import TopologicalSorter
from pathlib import Path

FOLDER = Path(__file__).with_name("js")
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def bundle(entry):
    """One text of a module and all modules that it imports."""
    sources = [(FOLDER / name).read_text("utf-8") for name in parts(entry)]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", source)) for source in sources)


def parts(entry):
    """File names of a module and all modules that it imports, dependencies first."""
    imported, waiting = {}, [entry]
    while waiting:
        name = waiting.pop()
        if name not in imported:
            imported[name] = _IMPORT.findall((FOLDER / name).read_text("utf-8"))
            waiting += imported[name]
    return list(TopologicalSorter(imported).static_order())
