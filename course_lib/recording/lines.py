"""The lines of a step function while it is recorded: which registers each variable has.

An entry of ``lines`` belongs to one assignment that was executed:

- ``name``    the variable
- ``source``  the line as it is written: ``m = beta1 * m + (1 - beta1) * g``
- ``parts``   its right side with numbers to be put in: text, and registers of all coordinates.
  What is made of hyperparameters and numbers alone is one number.
- ``result``  the registers of the variable after it
"""

import ast
import functools
import inspect
import sys
import textwrap
from collections import Counter

import numpy as np

from course_lib.recording.numbers import Number, registers_in
from course_lib.recording.operations import register_of
from course_lib.recording.tape import Refusal
from course_lib.utils.sandbox import without_prints

_SIGNS = {
    ast.Add: (" + ", 1),
    ast.Sub: (" − ", 1),
    ast.Mult: (" · ", 2),
    ast.Div: (" / ", 2),
    ast.MatMult: (" @ ", 2),
    ast.Pow: ("^", 4),
}  # each with how strongly it binds
_COMPARED = {
    ast.Gt: " > ",
    ast.GtE: " ≥ ",
    ast.Lt: " < ",
    ast.LtE: " ≤ ",
    ast.Eq: " = ",
    ast.NotEq: " ≠ ",
}
_NEGATIVE = 3  # how strongly a minus sign binds


def watched(step, tape, n, action):
    """What ``action()`` returns, the variables of ``step`` at its return, and its lines."""
    function = inspect.unwrap(step.func if isinstance(step, functools.partial) else step)
    watch = _Watch(getattr(function, "__code__", None), _assignments(function), tape, n)
    before = sys.gettrace()
    sys.settrace(watch.trace)
    try:
        with without_prints():
            result = action()
    finally:
        sys.settrace(before)
    return result, watch.variables, watch.lines


class _Watch:
    """Follows one function, line by line."""

    def __init__(self, code, assignments, tape, n):
        self.code, self.assignments, self.tape, self.n = code, assignments, tape, n
        self.variables, self.lines = {}, []
        self.waiting = None  # the assignment that runs, and the variables before it

    def trace(self, frame, event, _):
        if frame.f_code is not self.code:
            return None
        if event in ("line", "return"):
            self._after_a_line(frame, event)
        if event == "line":
            self._before_a_line(frame)
        if event == "return":
            names = self.code.co_varnames
            found = {name: self._registers(frame.f_locals.get(name)) for name in names}
            self.variables = {name: registers for name, registers in found.items() if registers}
        return self.trace

    def _before_a_line(self, frame):
        statement = self.assignments.get(frame.f_lineno)
        if statement is not None and self.waiting is None:
            before = {name: _as_it_is(value) for name, value in frame.f_locals.items()}
            self.waiting = statement, before, frame.f_globals

    def _after_a_line(self, frame, event):
        if self.waiting is None:
            return
        statement, variables, outside = self.waiting
        is_long = statement.lineno < statement.end_lineno  # its parts are lines as well
        is_inside = statement.lineno <= frame.f_lineno <= statement.end_lineno
        if event == "line" and is_long and is_inside:
            return
        self.waiting = None
        name = _target(statement)
        result = self._registers(frame.f_locals.get(name), scalars=True)
        if result is None:
            return
        try:
            parts = _Template(variables, outside, self).of(_right_side(statement))
        except (Exception, Refusal):  # an explanation less; the recording itself is whole
            return
        if all(isinstance(part, str) for part in parts):  # it would say the source again
            return
        registers = [r for part in [*parts, result] if not isinstance(part, str) for r in part]
        entry = {"name": name, "source": statement.text, "parts": parts, "result": result}
        self.lines.append(entry | {"registers": registers})

    def _registers(self, value, scalars=False):
        """The registers of a variable, one for each coordinate; a scalar has the same in all."""
        if scalars and isinstance(value, Number):
            return [value.register] * self.n
        return registers_in(self.tape, value, self.n) if _is_row(value) else None


def _as_it_is(value):
    """A value that later work in place does not reach."""
    return value.copy() if isinstance(value, (np.ndarray, list)) else value


def _is_row(value):
    """Whether a variable holds real numbers, as the state table asks it."""
    kinds = (Number, int, float, np.bool_, np.integer, np.floating)
    if isinstance(value, np.ndarray):
        return value.ndim == 1 and value.dtype.kind in "biufO" and _is_row(value.tolist())
    return isinstance(value, list) and all(isinstance(one, kinds) for one in value)


class _Template:
    """The right side of an assignment, with registers in the place of what has a value."""

    def __init__(self, variables, outside, watch):
        self.variables, self.outside, self.watch = variables, outside, watch

    def of(self, node):
        """Parts of a right side; neighbouring texts are joined."""
        joined = []
        for part in self._parts(node, is_whole=True):
            if isinstance(part, str) and joined and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
        return joined

    def _parts(self, node, binds=0, is_whole=False):
        if self._is_scalar(node) and not is_whole:
            return [self._value(node)]
        if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            sign, own = _SIGNS[type(node.op)]
            is_square = isinstance(node.op, ast.Pow) and _constant(node.right) == 2
            left = self._parts(node.left, own + isinstance(node.op, ast.Pow))
            strict = own + isinstance(node.op, (ast.Sub, ast.Div))
            right = ["²"] if is_square else [sign, *self._parts(node.right, strict)]
            return _bracketed([*left, *right], own < binds)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return _bracketed(["−", *self._parts(node.operand, _NEGATIVE)], binds > 1)
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARED:
            left, right = self._parts(node.left, 1), self._parts(node.comparators[0], 1)
            return _bracketed([*left, _COMPARED[type(node.ops[0])], *right], binds > 0)
        if isinstance(node, ast.Call):
            return self._call(node)
        return [self._value(node)]

    def _call(self, node):
        name = ast.unparse(node.func).rpartition(".")[2]
        inside = []
        for k, argument in enumerate(node.args):
            inside += [", "] * (k > 0) + self._parts(argument)
        for keyword in node.keywords:
            inside += [f", {keyword.arg} = {ast.unparse(keyword.value)}"]
        if isinstance(node.func, ast.Attribute) and _is_variable(node.func.value, self.variables):
            inside = [*self._parts(node.func.value), *([", ", *inside] if inside else [])]
        return ["√(" if name == "sqrt" else f"{name}(", *inside, ")"]

    def _value(self, node):
        """What an expression without calls is worth: registers, or its text where it has none."""
        if isinstance(node, ast.Constant):
            return ast.unparse(node)
        if any(isinstance(part, ast.Call) for part in ast.walk(node)):
            return ast.unparse(node)
        code = compile(ast.Expression(node), "<line>", "eval")
        value = eval(code, self.outside, self.variables)
        registers = self.watch._registers(value, scalars=True)
        if registers is None and isinstance(value, (int, float)):
            registers = [register_of(self.watch.tape, value)] * self.watch.n
        return registers or ast.unparse(node)

    def _is_scalar(self, node):
        """Whether an expression of more than one part has hyperparameters and numbers only."""
        if not isinstance(node, (ast.BinOp, ast.UnaryOp)):
            return False
        allowed = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Constant, ast.operator, ast.unaryop)
        for part in ast.walk(node):
            if not isinstance(part, (*allowed, ast.Load)):
                return False
            if isinstance(part, ast.Name):
                value = self.variables.get(part.id, self.outside.get(part.id))
                if not isinstance(value, (Number, int, float)):
                    return False
        return True


def _bracketed(parts, is_needed):
    return ["(", *parts, ")"] if is_needed else parts


def _constant(node):
    return node.value if isinstance(node, ast.Constant) else None


def _is_variable(node, variables):
    return isinstance(node, ast.Name) and node.id in variables


# The source


def _assignments(function):
    """Line number to the assignment of one variable that has this line for itself."""
    try:
        lines, first = inspect.getsourcelines(function)
        text = textwrap.dedent("".join(lines))
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError, ValueError):  # there is no source to be read
        return {}
    kinds = (ast.Assign, ast.AugAssign, ast.AnnAssign)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    begins = Counter(node.lineno for node in statements)
    found = [node for node in statements if isinstance(node, kinds) and _target(node)]
    found = [n for n in found if sum(begins[k] for k in range(n.lineno, n.end_lineno + 1)) == 1]
    for node in found:
        node.text = " ".join(ast.get_source_segment(text, node).split())
    ast.increment_lineno(tree, max(first, 1) - 1)
    return {node.lineno: node for node in found}


def _target(statement):
    """The one variable that an assignment sets; None for others."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    is_one = len(targets) == 1 and isinstance(targets[0], ast.Name) and statement.value
    return targets[0].id if is_one else None


def _right_side(statement):
    """The right side of an assignment; ``m *= beta`` is ``m = m * beta``."""
    if not isinstance(statement, ast.AugAssign):
        return statement.value
    name = ast.Name(statement.target.id, ast.Load())
    return ast.fix_missing_locations(
        ast.copy_location(ast.BinOp(name, statement.op, statement.value), statement)
    )
