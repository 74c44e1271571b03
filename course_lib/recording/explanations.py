"""The line that made a number, with its numbers in it."""

from course_lib.utils.text import digits


def explained(program, name, registers, coordinate):
    """What made a variable of a recorded step: the line as it is written, and in numbers.

    Parameters
    ----------
    program : dict
        From `record_step`.
    name : str
        One of the step's variables.
    registers : list
        The value of each register at one step, from `evaluate`.
    coordinate : int

    Returns
    -------
    str or None
        None where no line of the function sets the variable.
    """
    final = dict(program["names"]).get(name)
    lines = [line for line in program["lines"] if line["name"] == name]
    line = next((line for line in reversed(lines) if line["result"] == final), None)
    if line is None:
        return None
    parts = [
        part if isinstance(part, str) else written(part, registers, coordinate)
        for part in line["parts"]
    ]
    numbers = "".join(_bracketed(part, k, line["parts"]) for k, part in enumerate(parts))
    result = written(final, registers, coordinate)
    equal = "" if numbers == result else f" = {result}"
    return f"{line['source']} = {numbers}{equal}"


def written(part, registers, coordinate):
    """The value of a register: of a coordinate as the table has it, of a scalar in six digits."""
    value = float(registers[part[coordinate]])
    is_scalar = len(part) > 1 and len(set(part)) == 1
    return plain(value) if is_scalar else digits(value)


def plain(value):
    """A hyperparameter in six digits: 0.9, 1e−8."""
    mantissa, e, exponent = f"{value:.6g}".replace("-", "−").partition("e")
    return mantissa + (e and f"e{'−' * exponent.startswith('−')}{exponent.lstrip('+−0')}")


def _bracketed(part, k, parts):
    """A negative number after a sign, or before a power, is in brackets."""
    if isinstance(parts[k], str) or not part.startswith("−"):
        return part
    follows = k > 0 and not parts[k - 1].endswith("(")
    is_power = k + 1 < len(parts) and parts[k + 1].startswith(("²", "^"))
    return f"({part})" if follows or is_power else part
