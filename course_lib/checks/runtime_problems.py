"""What is wrong with a function apart from mathematics: it raises, returns nothing, never ends."""

import dis
from typing import NamedTuple

import numpy as np

from course_lib.checks.advice import is_unwritten, what_stopped
from course_lib.checks.matching import right_traces
from course_lib.checks.parameters import assignments
from course_lib.checks.probe import START, is_function, shape_of, state_of
from course_lib.utils.run_validation import other_signature, takes_x_alone
from course_lib.utils.sandbox import TIME_LIMIT
from course_lib.utils.validation import as_floats


class Problem(NamedTuple):
    """A runtime problem: its slug in ``mistakes.toml``, and what the words there need."""

    slug: str
    detail: dict


def find_problem(step, trace):
    """The runtime `Problem` of a step function with this trace, or None."""
    if not is_function(step):
        return _no_function(step)
    error = trace.outcome.error
    if isinstance(error, TimeoutError) and str(error).startswith("stopped after"):
        return Problem("never-ends", {"seconds": TIME_LIMIT})
    if is_unwritten(error):
        return Problem("not-attempted", {})
    if error is not None:
        return _raised(step, trace)
    if trace.problem == "returns-none" and not _computes(step):
        return Problem("not-attempted", {})
    if trace.problem:
        takes, _ = _other_signature(step, trace.algorithm)
        whole = (
            f" {state_of(trace.algorithm).__name__}"  # where x belongs: it is handed on as it came
        )
        if takes and trace.detail.get("got", "").endswith(whole):
            return Problem("other-signature", {"takes": takes})
        return _of_fields(trace)
    first = {"x": np.array(START)}
    moves = [(v != first.get(name, 0)).any() for name, v in trace.states.items() if name != "t"]
    if not any(moves):
        return Problem("unchanged" if _computes(step, ("*", "/")) else "not-attempted", {})
    return None


def _of_fields(trace):
    """The problem with a returned state: its fields are in another order, or one is missing."""
    returned, fields = trace.detail.get("returned"), state_of(trace.algorithm)._fields
    if trace.problem != "wrong-shape" or not isinstance(returned, (tuple, list)):
        return Problem(trace.problem, trace.detail)
    shapes = [shape_of(value) for value in returned]
    if sorted(shapes, key=str) == [(), *[(2,)] * (len(fields) - 1)]:
        return Problem("fields-mixed-up", {})
    got = trace.detail["got"]
    if len(returned) == len(fields) - 1 and None not in shapes:
        right = {name: values[0, :, 0] for name, values in right_traces(trace)[0].items()}
        fits = (
            missing
            for missing in fields
            if _are(returned, [right[name] for name in fields if name != missing])
        )
        missing = next(fits, "t" if () not in shapes else "")
        got += f", and {missing} is missing" if missing else ""
    return Problem(trace.problem, trace.detail | {"got": got})


def _are(returned, values):
    return all(np.allclose(as_floats(a), b) for a, b in zip(returned, values, strict=True))


def changes_its_input(trace):
    """The problem of a function that writes into the arrays it was given."""
    what = "gradient" if trace.changed == "g" else f"{trace.changed} of the state"
    return Problem("changes-its-input", {"changed": what})


def _no_function(came):
    if came is None or came is Ellipsis:
        return Problem("not-attempted", {})
    kind = came if isinstance(came, type) else type(came)
    if kind.__module__ in ("builtins", "numpy") or issubclass(kind, tuple):
        return Problem("not-a-function", {"got": f"{came!r:.60}"})
    what = "the class" if kind is came else "an object of the class"
    return Problem("an-object", {"got": f"{what} {kind.__name__}"})


def _raised(step, trace):
    error, algorithm = trace.outcome.error, trace.algorithm
    detail = {"error": what_stopped(trace.outcome)}
    takes, certain = _other_signature(step, algorithm)
    if takes and isinstance(error, (TypeError, ValueError, AttributeError)):
        if certain or takes_x_alone(step):
            return Problem("other-signature", {"takes": takes})
        detail["takes"] = takes
    return Problem("raises", detail)


def _other_signature(step, algorithm):
    """`other_signature` with the parameters that the check knows as hyperparameters."""
    names = assignments(step, algorithm)[0].values()
    return other_signature(step, state_of(algorithm)._fields, names)


def _computes(step, operators=()):
    """Whether the body of a function calculates (with one of these operators) or calls anything."""
    code = getattr(step, "__code__", None)
    for i in dis.get_instructions(code) if code else ():
        if i.opname == "BINARY_OP" and (not operators or i.argrepr in operators):
            return True
        if not operators and i.opname.startswith(("CALL", "PRECALL")):
            return True
    return code is None and not operators
