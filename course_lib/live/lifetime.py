"""When a cell runs again, what it showed before is closed, so that a kernel does not fill up.

ipywidgets keeps every widget until it is closed, with its figure and pictures. A piece that a
variable, or a list or dict in a variable, still holds stays open.
"""

import gc
import sys

import ipywidgets

_by_cell = {}  # id of a cell -> the number of its last run, and the pieces made in it
_watched = []  # the shell whose cells are counted


def born(piece):
    """Remember which run of which cell made a piece; without a notebook nothing is remembered."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    cell = _request(shell).get("cellId")
    if cell is None:
        return
    if shell not in _watched:
        shell.events.register("post_run_cell", lambda _: _close_what_is_gone(shell))
        _watched.append(shell)
    runs = _by_cell.setdefault(cell, {})
    runs.setdefault(shell.execution_count, []).append(piece)


def close(piece):
    """Close a widget with all its parts."""
    for child in getattr(piece, "children", ()):
        close(child)
    for part in (getattr(piece, "layout", None), getattr(piece, "style", None), piece):
        if isinstance(part, ipywidgets.Widget):
            part.close()


def _request(shell):
    """What a notebook says of the cell that it runs: its id, and which cells are deleted."""
    header = getattr(shell, "parent_header", None) or {}
    return header.get("metadata") or {}


def _close_what_is_gone(shell):
    """Close the pieces of earlier runs, and of deleted cells, that nobody holds."""
    deleted = _request(shell).get("deletedCells") or ()
    gone = []
    for cell, runs in _by_cell.items():
        for number in [n for n in runs if cell in deleted or n < max(runs)]:
            free = [piece for piece in runs[number] if not _is_held(shell, piece)]
            held = [piece for piece in runs.pop(number) if piece not in free]
            if held:
                runs[number] = held
            gone += free
    for piece in gone:
        _forget(shell, piece)
        close(piece)
    if gone:
        gone.clear()
        gc.collect()


def _is_held(shell, piece):
    for name, value in shell.user_ns.items():
        if name.startswith("_") or name == "Out":  # what IPython itself keeps of outputs
            continue
        inside = value.values() if isinstance(value, dict) else value
        inside = inside if isinstance(value, (list, tuple, set, dict)) else ()
        if value is piece or any(part is piece for part in inside):
            return True
    return False


def _forget(shell, piece):
    """Take a piece out of IPython's memory of outputs."""
    for kept in (shell.user_ns, shell.user_ns_hidden, shell.user_ns.get("_oh", {})):
        for name in [name for name, value in kept.items() if value is piece]:
            del kept[name]
