"""What to look for after an error in a student's function: keys of ``[advice]`` in the bank."""

import difflib
import re
from types import ModuleType

import numpy as np

# what an error says -> key; the first that fits
_SAYS = (
    (r"can't set attribute|not support item assignment|cannot be assigned", "set-state"),
    (r"indices must be integers or slices, not str", "index-by-name"),
    (r"object is not callable", "not-callable"),
    (r"length-1 arrays|0-dimensional arrays|size-1 arrays", "math"),
    (r"truth value of an array", "maximum"),
    (r"missing \d+ required positional|takes from \d+ to|takes \d+ positional", "arguments"),
    (r"bitwise_xor|for \^", "power"),
)


def advice_key(error, source):
    """The key for an error, and for the line in which it came; with a name to suggest, or ""."""
    kind, said, name = type(error).__name__, str(error), getattr(error, "name", None) or ""
    thing = getattr(error, "obj", None)
    if isinstance(error, NameError) and hasattr(np, name):
        return "numpy-name", name
    if isinstance(error, AttributeError) and isinstance(thing, ModuleType):
        names = [n for n in dir(thing) if isinstance(getattr(thing, n), np.ufunc)]
        near = difflib.get_close_matches(name, names, 1, cutoff=0.6)
        return ("module-near", near[0]) if near else ("module", name)
    if kind in ("TypeError", "ValueError") and re.search(r"\bm(ax|in)\(|\bam(ax|in)\(", source):
        return "maximum", ""
    by_name = re.search(r"\[['\"](\w+)['\"]\]", source)
    name = by_name[1] if by_name else name or "x"
    keys = (key for pattern, key in _SAYS if re.search(pattern, said))
    return next(keys, kind), name
