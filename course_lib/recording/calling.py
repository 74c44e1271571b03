"""A function called with stand-ins: what it does meanwhile has no effect, and no error escapes."""

import contextlib
import functools
import threading

import numpy as np

from course_lib.recording.isolation import Isolated, is_ours
from course_lib.recording.numbers import DURING_A_RECORDING, MAKERS
from course_lib.recording.tape import NotRecordable, Refusal
from course_lib.utils import objective_validation
from course_lib.utils.sandbox import TIME_LIMIT, run_with_timeout, without_prints

_ONE_AT_A_TIME = threading.RLock()


@contextlib.contextmanager
def recordable(function):
    """The function as it may be called with stand-ins; what it raises becomes `NotRecordable`."""
    try:
        isolated = Isolated(function)
        with _ONE_AT_A_TIME, _room_for_stand_ins(), without_prints(), np.errstate(all="ignore"):
            yield isolated.function if is_ours(function) else _limited(isolated.function)
        isolated.check()
    except NotRecordable:
        raise
    except (Refusal, Exception, SystemExit) as error:
        raise NotRecordable(f"{error}" or type(error).__name__) from error


def _limited(function):
    """A function with a time limit."""
    return lambda *args, **options: run_with_timeout(
        functools.partial(function, *args, **options), seconds=TIME_LIMIT
    )


@contextlib.contextmanager
def _room_for_stand_ins():
    """Replace functions that do not ask stand-ins, in this thread only."""
    places = [(np, name, function) for name, function in DURING_A_RECORDING.items()]
    places.append((objective_validation, "as_floats", MAKERS["array"]))
    usual = [getattr(module, name) for module, name, _ in places]
    own = threading.get_ident()

    def in_this_thread(function, otherwise):
        def chosen(*args, **options):
            here = function if threading.get_ident() == own else otherwise
            return here(*args, **options)

        return chosen

    try:
        for (module, name, function), otherwise in zip(places, usual, strict=True):
            setattr(module, name, in_this_thread(function, otherwise))
        yield
    finally:
        for (module, name, _), function in zip(places, usual, strict=True):
            setattr(module, name, function)
