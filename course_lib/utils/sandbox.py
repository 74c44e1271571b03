"""Foreign code with a time limit: its value, its prints, its error with line and source."""

import contextlib
import ctypes
import io
import linecache
import os
import sys
import threading
import time
import traceback
import warnings
from typing import NamedTuple

import numpy as np

TIME_LIMIT = 2.0  # seconds
PATIENCE = 5  # time limits that pass at most while other programs keep the processor busy
PRINT_LIMIT = 2000  # characters
_worked = getattr(time, "thread_time", time.monotonic)  # Python in the browser has no thread_time
_NOT_TIMED = (
    os.path.dirname(os.path.dirname(__file__)) + os.sep,
    os.path.dirname(np.__file__) + os.sep,
)
_EVERY_OPCODE = sys.version_info < (3, 12)  # Python 3.11 reports no line for `while True: pass`


class Outcome(NamedTuple):
    """What came of a `run_safely` call."""

    value: object  # what the function returned; None after an error
    error: BaseException | None  # what it raised; a TimeoutError if it was stopped
    line: int | None  # line number of the error, in the file or cell of the function
    source: str  # that line; "" where the file is not there to be read
    printed: str  # what it printed, up to PRINT_LIMIT characters

    @property
    def where(self):
        """The line of the error in words, as far as it is known."""
        if self.line is None:
            return ""
        return f"line {self.line}: `{self.source}`" if self.source else f"line {self.line}"


def run_safely(function, *args, seconds=TIME_LIMIT):
    """Call ``function(*args)``; what it raises and prints is handed back.

    Parameters
    ----------
    function : callable
        Anything. It runs in this thread; no other thread, signal or process is needed.
    seconds : float
        The time limit. The call is stopped between two of its lines, also inside a bare
        ``except``. One long call into compiled code cannot be stopped. On a busy computer the
        limit counts the time in which this thread works, up to five times as long by the clock.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> run_safely(lambda: 1 / 0).error
    ZeroDivisionError('division by zero')
    """
    printed = _Limited()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        value, error = _called(function, args, seconds)
    line, source = _place(error)
    return Outcome(None if error else value, error, line, source, printed.getvalue())


def _called(function, args, seconds):
    """Value and error of a call; what takes too long is stopped between two of its lines."""
    value, error, deadline = None, None, _Deadline(seconds)
    try:
        with deadline:
            value = function(*args)
    except KeyboardInterrupt:
        raise
    except BaseException as raised:  # whatever a student's function raises, SystemExit too
        error = raised
    if deadline.passed:
        message = f"stopped after {seconds:g} seconds"
        error = TimeoutError(message).with_traceback(error.__traceback__ if error else None)
    return value, error


def run_with_timeout(function, *args, seconds=10.0):
    """What ``function(*args)`` returns or raises, or a TimeoutError after ``seconds``.

    A second thread watches the clock, which costs a millisecond; `run_safely` slows the function
    down. In exchange a bare ``except`` in an endless loop delays the end. Without threads (Python
    in the browser) the clock is that of `run_safely`.
    """
    caller, finished = threading.get_ident(), threading.Event()

    def watch():
        while not finished.wait(seconds):  # again, should the function swallow the first one
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(caller), ctypes.py_object(_TooLong)
            )

    try:
        threading.Thread(target=watch, daemon=True).start()
    except RuntimeError:
        value, error = _called(function, args, seconds)
        if error is not None:
            raise error from None
        return value
    try:
        return function(*args)
    except _TooLong as stopped:
        message = f"stopped after {seconds:g} seconds"
        raise TimeoutError(message).with_traceback(stopped.__traceback__) from None
    finally:
        finished.set()


def without_prints():
    """A context in which what is printed is dropped."""
    return contextlib.redirect_stdout(io.StringIO())


class _TooLong(BaseException):
    """Raised by `run_with_timeout` in the function that takes too long."""


class _Limited(io.StringIO):
    def write(self, text):
        room = PRINT_LIMIT - self.tell()
        super().write(text[: max(room, 0)])
        return len(text)


class _Stop(BaseException):
    """Raised inside the function that takes too long."""

    def __init__(self, deadline):
        self.deadline = deadline

    def __del__(self):
        self.deadline.arm()  # Python stops tracing when a trace raises; the code may have caught it


class _Deadline:
    """A context in which every line that Python runs looks at the clock."""

    def __init__(self, seconds):
        self.end, self.end_of_work = time.monotonic() + seconds, _worked() + seconds
        self.last_end = self.end + (PATIENCE - 1) * seconds
        self.passed = False
        self.active = False

    def __enter__(self):
        self.outside, self.caller, self.active = sys.gettrace(), sys._getframe(1), True
        sys.settrace(self.trace)

    def __exit__(self, *exception):
        self.active = False
        sys.settrace(self.outside)

    def arm(self):
        if not self.active:
            return
        frame = sys._getframe(1)
        while frame is not None and frame is not self.caller:
            if frame.f_code.co_filename != __file__:
                frame.f_trace, frame.f_trace_opcodes = self.trace, _EVERY_OPCODE
            frame = frame.f_back
        sys.settrace(self.trace)

    def is_over(self):
        """Whether the call has worked for long enough, or stood still for very long."""
        return _worked() > self.end_of_work or time.monotonic() > self.last_end

    def trace(self, frame, event, argument):
        if frame.f_code.co_filename.startswith(_NOT_TIMED):
            return None
        if self.active and time.monotonic() > self.end and self.is_over():
            self.passed = True
            raise _Stop(self)
        frame.f_trace_opcodes = _EVERY_OPCODE
        return self.trace


def _place(error):
    """Line number and text of the deepest line that is not the library's or Python's own."""
    if error is None:
        return None, ""
    if isinstance(error, SyntaxError):
        return error.lineno, (error.text or "").strip()
    ours = (*_NOT_TIMED, os.path.dirname(os.__file__) + os.sep, "<frozen ")
    own = [
        (f.f_code.co_filename, number)
        for f, number in traceback.walk_tb(error.__traceback__)
        if not f.f_code.co_filename.startswith(ours)
    ]
    if not own:
        return None, ""
    filename, number = own[-1]
    return number, linecache.getline(filename, number).strip()
