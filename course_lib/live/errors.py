"""An exception as a sentence for the student who wrote the code."""

import linecache
import traceback


def explained(error):
    """An exception in words; if a student's own code raised it, with the line."""
    own = [f for f in traceback.extract_tb(error.__traceback__) if _is_students(f.filename)]
    if not own:
        return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    frame = own[-1]
    line = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
    message = f"{type(error).__name__}: {error}"
    return f"{message}\nin {frame.name}, line {frame.lineno} of its cell: {line}"


def _is_students(filename):
    """Whether a file is a notebook's cell, not a module of the course or of a library."""
    return ("ipykernel" in filename and "site-packages" not in filename) or filename[:1] == "<"
