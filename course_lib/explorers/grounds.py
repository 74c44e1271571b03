"""A landscape as plain data, for the browser's half of an explorer."""

import functools

from course_lib.recording.recorder import record_objective
from course_lib.recording.tape import NotRecordable


@functools.lru_cache(maxsize=64)
def recorded_ground(objective):
    """All that a picture of an `Objective` needs; the program is None without a recording."""
    try:
        program = record_objective(objective)
    except NotRecordable:
        program = None
    return {
        "name": objective.name,
        "program": program,
        "bounds": objective.bounds.tolist(),
        "minimizers": objective.minimizers.T.tolist(),
        "minimum": objective.minimum,
        "x0": objective.x0.tolist(),
    }
