"""A function called with stand-ins: what it does meanwhile has no effect, and no error escapes."""

import contextlib
import functools
import pickle
import random

import numpy as np

from course_lib.recording.isolation import Isolated, is_ours
from course_lib.recording.tape import NotRecordable, Refusal
from course_lib.utils.sandbox import TIME_LIMIT, run_with_timeout, without_prints


@contextlib.contextmanager
def recordable(function, replaced=None):
    """The function as it may be called with stand-ins; what it raises becomes `NotRecordable`.

    ``replaced`` is of `Isolated`.
    """
    try:
        isolated = Isolated(function, replaced)
        with _without_chance(), without_prints(), np.errstate(all="ignore"):
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
def _without_chance():
    """Refuse random numbers, and let the next ones be those that they would have been."""
    get, put = np.random.get_state, np.random.set_state  # of the old generator, which may be used
    before = random.getstate(), get()
    try:
        yield
    finally:
        now = random.getstate(), get()
        is_used = pickle.dumps(now) != pickle.dumps(before)
        if is_used:
            random.setstate(before[0])
            put(before[1])
    if is_used:
        raise Refusal("it asks for random numbers")
