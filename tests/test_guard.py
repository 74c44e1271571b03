"""Somebody's function can neither run for ever, nor print, nor raise."""

import sys
import time

import numpy as np
import pytest

from course_lib.optimizers import GradientDescentState, run
from course_lib.utils.sandbox import PRINT_LIMIT, run_safely, run_with_timeout


def one_line():
    while True:
        pass


def swallows():
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722
            pass


def swallows_and_returns():
    try:
        while True:
            pass
    except BaseException:
        return 3


def continues_in_finally():
    while True:
        try:
            pass
        finally:
            continue  # noqa: B012


def generator():
    return sum(1 for _ in iter(int, 1))


def helper_loops():
    swallows()


def prints():
    while True:
        print("again")


LOOPS = [one_line, swallows, swallows_and_returns, generator, helper_loops, prints]
if sys.version_info < (3, 14):  # from 3.14 on `continue` in `finally` is a SyntaxWarning
    LOOPS.append(continues_in_finally)


@pytest.mark.parametrize("function", LOOPS)
def test_loops_are_stopped(function):
    before, start = sys.gettrace(), time.monotonic()
    outcome = run_safely(function, seconds=0.2)
    assert isinstance(outcome.error, TimeoutError)
    assert "stopped after 0.2 seconds" in str(outcome.error)
    assert time.monotonic() - start < 5
    assert sys.gettrace() is before


@pytest.mark.parametrize("function", [one_line, generator, prints])
def test_bounded_stops_loops(function):
    start = time.monotonic()
    with pytest.raises(TimeoutError, match=r"stopped after 0.2 seconds"):
        run_with_timeout(function, seconds=0.2)
    assert time.monotonic() - start < 5


@pytest.fixture
def no_threads(monkeypatch):
    """Python as it is in the browser."""

    def refuses(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuses)


@pytest.mark.parametrize("function", LOOPS)
def test_loops_are_stopped_without_threads(no_threads, function):
    before, start = sys.gettrace(), time.monotonic()
    with pytest.raises(TimeoutError, match=r"stopped after 0.2 seconds"):
        run_with_timeout(function, seconds=0.2)
    assert time.monotonic() - start < 5
    assert sys.gettrace() is before


def test_without_threads_values_and_errors_are_handed_on(no_threads):
    assert run_with_timeout(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        run_with_timeout(divmod, 7, 0)


def test_an_endless_step_is_stopped_without_threads(no_threads):
    """Also below the library's own functions, which are not timed themselves."""

    def endless_step(state, g, lr):
        while True:
            pass

    def explored():
        return run(endless_step, GradientDescentState(np.zeros(2)), lambda x: x, 3, lr=0.1)

    with pytest.raises(TimeoutError):
        run_with_timeout(explored, seconds=0.2)


def test_bounded_returns_and_raises_as_the_function_does():
    assert run_with_timeout(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        run_with_timeout(divmod, 7, 0)


def test_bounded_leaves_alone_what_comes_after():
    run_with_timeout(divmod, 7, 2, seconds=0.05)
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        pass


def test_prints_are_kept_and_limited(capsys):
    outcome = run_safely(lambda: print("hello"))
    assert (outcome.printed, outcome.error) == ("hello\n", None)
    assert len(run_safely(prints, seconds=0.2).printed) == PRINT_LIMIT
    assert capsys.readouterr().out == ""


def test_value_and_arguments():
    assert run_safely(divmod, 7, 2).value == (3, 1)


def test_error_with_the_line_of_the_function():
    def divides():
        return 1 / 0

    outcome = run_safely(divides)
    assert isinstance(outcome.error, ZeroDivisionError)
    assert outcome.line == divides.__code__.co_firstlineno + 1
    assert outcome.source == "return 1 / 0"
    assert outcome.where == f"line {outcome.line}: `return 1 / 0`"


@pytest.mark.parametrize(
    ("source", "where"),
    [("\n1 / 0", "line 2"), ("exit()", "line 1"), ("import no_such_module_", "line 1"), ("2", "")],
)
def test_of_a_line_that_cannot_be_read_only_the_number_is_said(source, where):
    assert run_safely(exec, compile(source, "<nowhere>", "exec"), {"exit": exit}).where == where


def test_leaving_is_an_error_too():
    assert isinstance(run_safely(sys.exit).error, SystemExit)


def test_a_person_may_interrupt():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_safely(interrupted)


def test_warnings_are_silent():
    import warnings

    assert run_safely(warnings.warn, "careful").error is None


def test_where_others_keep_the_computer_busy_the_limit_counts_the_work():
    def waits():
        for _ in range(10):
            time.sleep(0.02)
        return "done"

    def waits_for_ever():
        while True:
            time.sleep(0.02)

    assert run_safely(waits, seconds=0.1).value == "done"
    start = time.monotonic()
    assert isinstance(run_safely(waits_for_ever, seconds=0.1).error, TimeoutError)
    assert 0.5 <= time.monotonic() - start < 5
