"""Step functions, landscapes and formulas as recordings: run once on stand-ins, and noted down.

A recording is plain data, about 2 kB:

- ``size``          number of registers
- ``inputs``        pairs of a name and a register; vectors have "x.0", "x.1", scalars "lr", "t"
- ``constants``     pairs of a register and a number ("inf", "-inf", "nan" as text)
- ``instructions``  ``[target, operation, source, ...]`` in their order
- ``outputs``       pairs of a name and a register
- ``names``         of a step: its variables, each with the register of every coordinate
- ``lines``         of a step: its assignments, see `course_lib.recording.lines`

What a recording cannot notice: values that the function reads from outside (a global, a file, a
clock, a random number) are those of the one run that was recorded. Whoever uses a recording has to
compare it with the function itself, and to record again when the function is defined again.
"""

import contextlib
import functools

import numpy as np

from course_lib.recording.lines import watched
from course_lib.recording.numbers import Number, as_numbers, register_of, registers_in
from course_lib.recording.tape import NotRecordable, Refusal, Tape
from course_lib.utils.hyperparameters import step_name
from course_lib.utils.run_validation import fields_of
from course_lib.utils.sandbox import without_prints


def record_step(step, kind, hyper=(), n=2):
    """A step function as a recording.

    Parameters
    ----------
    step : callable
        ``step(state, g, **hyper) -> state``, the library's or a student's.
    kind : type
        Of the state that it works on, for example AdamState.
    hyper : sequence of str
        Names of the hyperparameters that stay free; a number that `functools.partial` has fixed is
        a constant, a schedule that it has fixed is recorded with t.
    n : int
        Number of coordinates.

    Returns
    -------
    dict
        Its inputs and outputs are the fields of the state; g and ``hyper`` are inputs as well.

    Raises
    ------
    NotRecordable
        If the function branches on a value, makes a plain number of one, calls what is not known,
        or raises.

    Examples
    --------
    >>> from course_lib.optimizers import MomentumState, momentum
    >>> program = record_step(momentum, MomentumState, ("lr", "beta"), n=1)
    >>> [name for name, _ in program["inputs"]]
    ['x.0', 'm.0', 't', 'g.0', 'lr', 'beta']
    >>> [operation for _, operation, *_ in program["instructions"]]
    ['add', 'multiply', 'add', 'multiply', 'subtract']
    """
    tape = Tape()
    fields = [name for name in kind._fields if name != "t"]
    before = {name: _vector(tape, name, n) for name in fields}
    before["t"] = _scalar(tape, "t")
    before = {name: before[name] for name in kind._fields if name in before}
    g = _vector(tape, "g", n)
    given = {name: _scalar(tape, name) for name in hyper}
    given |= {name: f(before["t"] + 1) for name, f in _schedules(step).items()}
    with _refusals():
        after, variables, lines = watched(step, tape, n, lambda: step(kind(**before), g, **given))
        after = fields_of(after, tuple(before))
    if after is None:
        raise NotRecordable(f"{step_name(step)} returns something else than its state")
    outputs = {}
    for name in before:
        registers = _field_registers(tape, step, name, after[name], n)
        outputs |= dict(zip(_parts(name, len(registers)), registers, strict=True))
    names = _names(fields, variables, outputs, dict(tape.inputs), n)
    also = [r for _, registers in names for r in registers]
    also += [r for line in lines for r in line["registers"]]
    program = tape.program(outputs, also)
    lines = [{k: v for k, v in line.items() if k != "registers"} for line in lines]
    return program | {"start": _start(kind, n), "names": names, "lines": lines}


def record_objective(objective):
    """The gradient and the value of a landscape: inputs x.0, x.1, outputs g.0, g.1, f.

    >>> from course_lib.objectives import bowl
    >>> record_objective(bowl)["outputs"]
    [['g.0', 3], ['g.1', 4], ['f', 7]]
    """
    tape = Tape()
    x = _vector(tape, "x", 2)
    with _refusals(), without_prints():
        slopes, height = objective.grad(x), objective.f(x)
    registers = registers_in(tape, np.asarray(slopes, object), 2)
    if registers is None:
        raise NotRecordable(f"the gradient of {objective.name} is no pair of numbers")
    outputs = dict(zip(_parts("g", 2), registers, strict=True))
    with _refusals():
        return tape.program(outputs | {"f": register_of(tape, height)})


def record_function(f, names):
    """A formula of numbers: the inputs have its ``names``, the output is "value".

    >>> program = record_function(lambda lr, t: lr / np.sqrt(t), ("lr", "t"))
    >>> program["instructions"]
    [[2, 'sqrt', 1], [3, 'divide', 0, 2]]
    """
    tape = Tape()
    with _refusals(), without_prints():
        value = f(**{name: _scalar(tape, name) for name in names})
        if np.ndim(value) == 0:
            return tape.program({"value": register_of(tape, value)})
        registers = [register_of(tape, one) for one in value]
        return tape.program({f"value.{k}": r for k, r in enumerate(registers)})


@contextlib.contextmanager
def _refusals():
    """What a function raises inside becomes `NotRecordable`."""
    try:
        yield
    except (Refusal, Exception, SystemExit) as error:
        if isinstance(error, NotRecordable):
            raise
        raise NotRecordable(f"{error}" or type(error).__name__) from error


def _vector(tape, name, n):
    """An input with n coordinates; nobody may change it, as in `optimizers.run`."""
    numbers = as_numbers([Number(tape, tape.input(part)) for part in _parts(name, n)])
    numbers.flags.writeable = False
    return numbers


def _scalar(tape, name):
    return Number(tape, tape.input(name))


def _parts(name, n):
    return [name] if name == "t" else [f"{name}.{k}" for k in range(n)]


def _schedules(step):
    """Hyperparameters that a partial has fixed to functions of t."""
    fixed = step.keywords if isinstance(step, functools.partial) else {}
    return {name: value for name, value in fixed.items() if callable(value)}


def _start(kind, n):
    """Values of the fields before the first step, as the type of state has them."""
    defaults = getattr(kind, "_field_defaults", {}).items()
    return [[part, float(value)] for name, value in defaults for part in _parts(name, n)]


def _field_registers(tape, step, name, value, n):
    if name == "t":
        return [register_of(tape, value)]
    registers = registers_in(tape, value, n)
    if registers is None:
        raise NotRecordable(f"{step_name(step)} returns no {n} numbers as {name}")
    return registers


def _names(fields, variables, outputs, inputs, n):
    """What a state table shows: x, g, the fields, other variables, v_max last; with registers."""
    known = {name: [outputs[part] for part in _parts(name, n)] for name in fields}
    inside = {name: registers for name, registers in variables.items() if name not in known}
    if "g" in inside:
        known = {"x": known["x"], "g": inside["g"]} | known
    known |= inside
    if "v_max" in known:
        known["v_max"] = known.pop("v_max")
    return [[name, registers] for name, registers in known.items()]
