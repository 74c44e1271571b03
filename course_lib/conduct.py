"""What is wrong with a function apart from mathematics: it raises, returns nothing, never ends."""

import dis
import re

from course_lib import feedback, mistakes, optimizers, walks
from course_lib.guard import TIME_LIMIT

NOT_ATTEMPTED = ("not-attempted", "unchanged")


def conduct_of(step, trace):
    """What is wrong apart from mathematics: (slug or None, what the words about it need)."""
    error = trace.outcome.error
    if isinstance(error, TimeoutError) and str(error).startswith("stopped after"):
        return "never-ends", {"seconds": TIME_LIMIT}
    if isinstance(error, NotImplementedError) or "ellipsis" in str(error):
        return "not-attempted", {}
    if error is not None:
        return "raises", {"error": " ".join(f"{type(error).__name__}: {error}".split())[:200]}
    if trace.problem == "returns-none" and not _computes(step):
        return "not-attempted", {}
    if trace.problem:
        return trace.problem, trace.detail
    moved = any(
        (values != (walks.START if name == "x" else 0)).any()
        for name, values in trace.states.items()
        if name != "t"
    )
    if moved:
        return None, {}
    return ("unchanged" if _computes(step, ("*", "/")) else "not-attempted"), {}


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
    kind = optimizers.STATES[getattr(optimizers, algorithm)]
    fields = ", ".join(kind._fields)
    advice = mistakes.words()["advice"]
    error = type(trace.outcome.error).__name__ if trace else ""
    if error in ("TypeError", "ValueError") and re.search(r"\bm(ax|in)\(", trace.outcome.source):
        error = "maximum"
    advice = advice.get(error, advice["other"]).format(fields=fields, count=len(kind._fields))
    detail = {"state": f"{kind.__name__}({fields})", "advice": advice, **detail}
    say, look = (entry[part].format(**detail) for part in ("say", "look"))
    where = ""
    if slug in NOT_ATTEMPTED or trace is None:
        pass
    elif trace.outcome.line is not None:
        where = f"line {trace.outcome.line}: `{trace.outcome.source}`"
    elif differs or "quantity" in detail:
        where = f"step {differs.step if differs else trace.last}"
    return feedback.Feedback(say, where=where, footnote=look)
