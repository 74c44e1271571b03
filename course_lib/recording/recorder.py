"""Step functions, landscapes and formulas as recordings: run once on stand-ins, and noted down.

A recording is plain data, about 2 kB:

- ``size``          number of registers
- ``inputs``        pairs of a name and a register; vectors have "x.0", "x.1", scalars "lr", "t"
- ``constants``     pairs of a register and a number ("inf", "-inf", "nan" as text)
- ``instructions``  ``[target, operation, source, ...]`` in their order
- ``outputs``       pairs of a name and a register
- ``names``         of a step: its variables, each with the register of every coordinate
- ``lines``         of a step: its assignments, see `course_lib.recording.lines`

What a recording cannot notice: values from outside (a global, a file, a clock, new dice) are those
of the one run that was recorded; and where Python raises, as math.sqrt(-1) does, it has nan or inf.
Whoever uses a recording compares it with the function itself, and records a new definition again.
"""

import functools

import numpy as np

from course_lib.recording.calling import recordable
from course_lib.recording.lines import watched
from course_lib.recording.numbers import Number, as_numbers, registers_in
from course_lib.recording.operations import register_of
from course_lib.recording.tape import NotRecordable, Tape
from course_lib.utils.hyperparameters import step_name
from course_lib.utils.run_validation import to_state


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
    before = {
        name: _scalar(tape, "t") if name == "t" else _vector(tape, name, n) for name in kind._fields
    }
    g = _vector(tape, "g", n)
    given = {name: _scalar(tape, name) for name in hyper} | _schedules(tape, step)
    with recordable(step) as function:
        call = functools.partial(function, kind(**before), g, **given)
        after, variables, lines = watched(step, tape, n, call)
        after = to_state(step, kind(**before), after)._asdict()
        outputs = {}
        for name in before:
            registers = _field_registers(tape, step, name, after[name], n)
            outputs |= dict(zip(_parts(name, n), registers, strict=True))
        names = _names(fields, variables, outputs, n)
        also = [register for _, registers in names for register in registers]
        also += [register for line in lines for register in line.pop("registers")]
        program = tape.program(outputs, also)
    return program | {"start": _start(kind, n), "names": names, "lines": lines}


def record_objective(objective):
    """The gradient and the value of a landscape: inputs x.0, x.1, outputs g.0, g.1, f.

    >>> from course_lib.objectives import bowl
    >>> record_objective(bowl)["outputs"]
    [['g.0', 3], ['g.1', 4], ['f', 7]]
    """
    tape = Tape()
    return tape.program(_heights(tape, objective))


def record_family(family, names, replaced):
    """A function that makes landscapes from numbers: as `record_objective`, for all such numbers.

    The inputs have its ``names`` as well. More outputs are x0.0, x0.1, bounds.0 to bounds.3, and
    minimizers.0 and so on, first all x1, then all x2.

    ``replaced`` is the class of landscapes -> one that does not look at what it is made from.
    """
    tape = Tape()
    given = {name: _scalar(tape, name) for name in names}
    with recordable(family, replaced) as make:
        objective = make(**given)
        outputs = _heights(tape, objective)
        for name in ("x0", "bounds", "minimizers"):
            for k, value in enumerate(np.array(getattr(objective, name), object).flat):
                outputs[f"{name}.{k}"] = register_of(tape, value)
        return tape.program(outputs)


def _heights(tape, objective):
    """Registers of the gradient and the value of a landscape, by name."""
    x = _vector(tape, "x", 2)
    # a reader's function may be one that is called point by point; here is one point
    gradient, height = (getattr(f, "of_one_point", f) for f in (objective.grad, objective.f))
    with recordable(gradient) as grad, recordable(height) as f:
        registers = registers_in(tape, grad(x), 2)
        if registers is None:
            raise NotRecordable(f"the gradient of {objective.name} is no pair of numbers")
        outputs = dict(zip(_parts("g", 2), registers, strict=True))
        return outputs | {"f": register_of(tape, np.squeeze(f(x)))}


def record_function(f, names):
    """A formula of numbers: the inputs have its ``names``, the output is "value".

    >>> program = record_function(lambda lr, t: lr / np.sqrt(t), ("lr", "t"))
    >>> program["instructions"]
    [[2, 'sqrt', 1], [3, 'divide', 0, 2]]
    """
    tape = Tape()
    with recordable(f) as function:
        value = function(**{name: _scalar(tape, name) for name in names})
        if np.ndim(value) == 0:
            return tape.program({"value": register_of(tape, value)})
        registers = [register_of(tape, one) for one in value]
        return tape.program({f"value.{k}": r for k, r in enumerate(registers)})


def _vector(tape, name, n):
    """An input with n coordinates; nobody may change it, as in `optimizers.run`."""
    numbers = as_numbers([Number(tape, tape.input(part)) for part in _parts(name, n)])
    numbers.flags.writeable = False
    return numbers


def _scalar(tape, name):
    return Number(tape, tape.input(name))


def _parts(name, n):
    return [name] if name == "t" else [f"{name}.{k}" for k in range(n)]


def _schedules(tape, step):
    """Hyperparameters that a partial has fixed to functions of t, by the time of the run."""
    fixed = step.keywords if isinstance(step, functools.partial) else {}
    functions = {name: value for name, value in fixed.items() if callable(value)}
    if not functions:
        return {}
    now = _scalar(tape, "run.t")
    return {name: function(now) for name, function in functions.items()}


def _start(kind, n):
    """Values of the fields before the first step, as the type of state has them."""
    defaults = getattr(kind, "_field_defaults", {}).items()
    return [[part, float(value)] for name, value in defaults for part in _parts(name, n)]


def _field_registers(tape, step, name, value, n):
    if name == "t":
        return [register_of(tape, np.squeeze(value))]
    registers = registers_in(tape, value, n)
    if registers is None:
        raise NotRecordable(f"{step_name(step)} returns no {n} numbers as {name}")
    return registers


def _names(fields, variables, outputs, n):
    """What a state table shows: x, g, the fields, other variables, v_max last; with registers."""
    known = {name: [outputs[part] for part in _parts(name, n)] for name in fields}
    inside = {name: registers for name, registers in variables.items() if name not in known}
    if "g" in inside:
        known = {"x": known["x"], "g": inside["g"]} | known
    known |= inside
    if "v_max" in known:
        known["v_max"] = known.pop("v_max")
    return [[name, registers] for name, registers in known.items()]
