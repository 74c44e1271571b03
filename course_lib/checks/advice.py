"""What stopped a student's function, in short, and what to look for."""

import difflib
import re
from types import ModuleType

import numpy as np

from course_lib.checks import mistakes

# what an error says -> the key of its advice in the bank; the first that fits
_SAYS = (
    (r"can't set attribute|not support item assignment|cannot be assigned", "set-state"),
    (r"indices must be integers or slices, not str", "index-by-name"),
    (r"object is not callable", "not-callable"),
    (r"length-1 arrays|0-dimensional arrays|size-1 arrays", "math"),
    (r"truth value of an array", "maximum"),
    (r"missing \d+ required positional|takes from \d+ to|takes \d+ positional", "arguments"),
)


def what_stopped(outcome):
    """The error of an `Outcome`: its type, and its words where they help."""
    name, said = type(outcome.error).__name__, words_of(outcome.error)
    if not said or _is_power(outcome) or "truth value" in said:  # numpy would propose any()
        return name
    said = said.split(", and the inputs")[0]  # numpy says more
    return " ".join(f"{name}: {said}".split())[:200].rstrip(".: ")


def is_unwritten(error):
    """Whether the error is that of a stub: its dots were used, or it says so itself."""
    dots = "ellipsis" in words_of(error) and not isinstance(error, IndexError)  # numpy says it too
    return dots or isinstance(error, NotImplementedError)


def words_of(error):
    """The message of an error; "" where it cannot be written out."""
    try:
        return str(error)
    except Exception:
        return ""


def advice(outcome, key=None, **words):
    """What to look for; "" where the advice speaks of a state and ``words`` do not tell it."""
    found, name = _key(outcome)
    entries = mistakes.contents()["advice"]
    try:
        return entries.get(key or found, entries["other"]).format(name=name, **words)
    except KeyError:
        return ""


def _is_power(outcome):
    """Whether ^ was written for a power."""
    said = words_of(outcome.error)
    return "bitwise_xor" in said or "for ^" in said


def _key(outcome):
    """The key of the advice, and a name that it speaks of."""
    error, source = outcome.error, outcome.source
    name, thing = getattr(error, "name", None) or "", getattr(error, "obj", None)
    by_name = re.search(r"\[['\"](\w+)['\"]\]", source)
    if _is_power(outcome):
        return "power", name
    if isinstance(error, NameError) and (name == "math" or hasattr(np, name)):
        return ("math" if name == "math" else "numpy-name"), name
    if isinstance(error, AttributeError) and isinstance(thing, ModuleType):
        names = [n for n in dir(thing) if isinstance(getattr(thing, n), np.ufunc)]
        near = difflib.get_close_matches(name, names, 1, cutoff=0.6)
        return ("module-near", near[0]) if near else ("module", name)
    if isinstance(error, AttributeError) and hasattr(np, name) and not hasattr(thing, "_fields"):
        return "numpy-name", name
    if isinstance(error, (TypeError, ValueError)) and re.search(r"\ba?m(ax|in)\(", source):
        return "maximum", name
    keys = (key for pattern, key in _SAYS if re.search(pattern, words_of(error)))
    return next(keys, type(error).__name__), by_name[1] if by_name else name or "x"
