"""What is wrong with a function apart from mathematics: it raises, returns nothing, never ends."""

import dis
import re

import numpy as np

from course_lib.checks import feedback, mistakes, student_step
from course_lib.checks import probe as walks
from course_lib.utils.sandbox import TIME_LIMIT, run_safely

NOT_ATTEMPTED = ("not-attempted", "unchanged")
NO_FUNCTION = ("not-a-function", "an-object")


def no_function(came):
    """What came in the place of a function: (slug, what the words about it need)."""
    kind = came if isinstance(came, type) else type(came)
    if kind.__module__ in ("builtins", "numpy") or issubclass(kind, tuple):
        return "not-a-function", {"got": f"{came!r:.60}"}
    what = "the class" if kind is came else "an object of the class"
    return "an-object", {"got": f"{what} {kind.__name__}"}


def conduct_of(step, trace, algorithm):
    """What is wrong apart from mathematics: (slug or None, what the words about it need)."""
    error = trace.outcome.error
    if isinstance(error, TimeoutError) and str(error).startswith("stopped after"):
        return "never-ends", {"seconds": TIME_LIMIT}
    if isinstance(error, NotImplementedError) or "ellipsis" in str(error):
        return "not-attempted", {}
    if error is not None:
        return _raised(step, error, algorithm)
    if trace.problem == "returns-none" and not _computes(step):
        return "not-attempted", {}
    if trace.problem:
        return _problem(step, trace, algorithm)
    moved = any(
        (values != (walks.START if name == "x" else 0)).any()
        for name, values in trace.states.items()
        if name != "t"
    )
    if moved:
        return None, {}
    return ("unchanged" if _computes(step, ("*", "/")) else "not-attempted"), {}


def _raised(step, error, algorithm):
    detail = {"error": " ".join(f"{type(error).__name__}: {error}".split())[:200]}
    call = student_step.call_of(step, algorithm)
    if call is None or not isinstance(error, (TypeError, ValueError, AttributeError)):
        return "raises", detail
    bare_x = np.ones(7)  # nobody takes it for a state: none has seven fields
    if call.differs or (call.may_differ and run_safely(step, bare_x, bare_x).error is None):
        return "other-signature", {"takes": call.takes}
    return "raises", detail | ({"takes": call.takes} if call.may_differ else {})


def _problem(step, trace, algorithm):
    call = student_step.call_of(step, algorithm)
    a_state = f"a {student_step.state_of(algorithm).__name__}"
    if trace.detail.get("got") == a_state and call is not None and call.may_differ:
        return "other-signature", {"takes": call.takes}
    return trace.problem, trace.detail


def _computes(step, operators=()):
    """Whether the body of a function calculates (with one of these operators) or calls anything."""
    code = getattr(step, "__code__", None)
    for i in dis.get_instructions(code) if code else ():
        if i.opname == "BINARY_OP" and (not operators or i.argrepr in operators):
            return True
        if not operators and i.opname.startswith(("CALL", "PRECALL")):
            return True
    return code is None and not operators


def in_words(slug, algorithm, trace, differs, detail):
    """A `feedback.Feedback` with the words of ``mistakes.toml``, filled in."""
    entry = mistakes.words()["conduct"][slug]
    kind = student_step.state_of(algorithm)
    fields = ", ".join(kind._fields)
    advice = mistakes.words()["advice"]
    error = type(trace.outcome.error).__name__ if trace else ""
    if error in ("TypeError", "ValueError") and re.search(r"\bm(ax|in)\(", trace.outcome.source):
        error = "maximum"
    if "takes" in detail:
        error = "signature"
    detail = {"state": f"{kind.__name__}({fields})", "call": student_step.call(algorithm), **detail}
    advice = advice.get(error, advice["other"])
    detail["advice"] = advice.format(fields=fields, count=len(kind._fields), **detail)
    say, look = (entry[part].format(**detail) for part in ("say", "look"))
    where = ""
    if slug in (*NOT_ATTEMPTED, "other-signature") or trace is None:
        pass
    elif trace.outcome.line is not None:
        where = trace.outcome.where
    elif differs or "quantity" in detail:
        where = f"step {differs.step if differs else trace.last}"
    return feedback.Feedback(say, where=where, footnote=look)
