"""What is wrong with a function apart from mathematics: it raises, returns nothing, never ends."""

import dis
from typing import NamedTuple

import numpy as np

from course_lib.checks import probe
from course_lib.utils.sandbox import TIME_LIMIT, run_safely

NOT_ATTEMPTED = ("not-attempted", "unchanged")
NO_FUNCTION = ("not-a-function", "an-object")


class Problem(NamedTuple):
    """A runtime problem."""

    slug: str  # a heading [problem.slug] of mistakes.toml
    detail: dict  # what its words need


def no_function(came):
    """The problem with what came in the place of a function; None for a function."""
    if came is None or came is Ellipsis:
        return Problem("not-attempted", {})
    if callable(came) and not isinstance(came, type):
        return None
    kind = came if isinstance(came, type) else type(came)
    if kind.__module__ in ("builtins", "numpy") or issubclass(kind, tuple):
        return Problem("not-a-function", {"got": f"{came!r:.60}"})
    what = "the class" if kind is came else "an object of the class"
    return Problem("an-object", {"got": f"{what} {kind.__name__}"})


def find_problem(step, trace, algorithm):
    """The problem that a function had on the probes, or None."""
    error = trace.outcome.error
    if isinstance(error, TimeoutError) and str(error).startswith("stopped after"):
        return Problem("never-ends", {"seconds": TIME_LIMIT})
    if isinstance(error, NotImplementedError) or "ellipsis" in str(error):
        return Problem("not-attempted", {})
    if error is not None:
        return _raised(step, error, algorithm)
    if trace.problem == "returns-none" and not _computes(step):
        return Problem("not-attempted", {})
    if trace.problem:
        return _returned(step, trace, algorithm)
    moved = any(
        (values != (probe.START if name == "x" else 0)).any()
        for name, values in trace.states.items()
        if name != "t"
    )
    if moved:
        return None
    return Problem("unchanged" if _computes(step, ("*", "/")) else "not-attempted", {})


def _raised(step, error, algorithm):
    detail = {"error": " ".join(f"{type(error).__name__}: {error}".split())[:200]}
    call = probe.call_of(step, algorithm)
    if call is None or not isinstance(error, (TypeError, ValueError, AttributeError)):
        return Problem("raises", detail)
    bare_x = np.ones(7)  # 7 entries: cannot be mistaken for a state
    if call.differs or (call.may_differ and run_safely(step, bare_x, bare_x).error is None):
        return Problem("other-signature", {"takes": call.takes})
    return Problem("raises", detail | ({"takes": call.takes} if call.may_differ else {}))


def _returned(step, trace, algorithm):
    call = probe.call_of(step, algorithm)
    a_state = f"a {probe.state_of(algorithm).__name__}"
    if trace.detail.get("got") == a_state and call is not None and call.may_differ:
        return Problem("other-signature", {"takes": call.takes})
    return Problem(trace.problem, trace.detail)


def _computes(step, operators=()):
    """Whether the body of a function calculates (with one of these operators) or calls anything."""
    code = getattr(step, "__code__", None)
    for i in dis.get_instructions(code) if code else ():
        if i.opname == "BINARY_OP" and (not operators or i.argrepr in operators):
            return True
        if not operators and i.opname.startswith(("CALL", "PRECALL")):
            return True
    return code is None and not operators
