"""A recording computed with numpy."""

import numpy as np

from course_lib.recording.operations import OPERATIONS


def evaluate(program, inputs):
    """All registers of a recording for given inputs, by name.

    Parameters
    ----------
    program : dict
        From `course_lib.recording.recorder`.
    inputs : dict of str to float or ndarray
        A value for each input; arrays are several runs side by side.

    Returns
    -------
    list
        The value of each register, None for one that is not used.

    Examples
    --------
    >>> from course_lib.recording.recorder import record_function
    >>> program = record_function(lambda lr, t: lr / np.sqrt(t), ("lr", "t"))
    >>> float(evaluate(program, {"lr": 1.0, "t": 4.0})[dict(program["outputs"])["value"]])
    0.5
    """
    registers = [None] * program["size"]
    for name, register in program["inputs"]:
        if name in inputs:
            registers[register] = np.asarray(inputs[name], float)
    for register, value in program["constants"]:
        registers[register] = np.float64(value)
    with np.errstate(all="ignore"):
        for target, operation, *sources in program["instructions"]:
            values = [registers[source] for source in sources]
            if operation == "where":
                values[0] = values[0] != 0
            registers[target] = np.asarray(OPERATIONS[operation](*values), float)
    return registers


def outputs(program, inputs):
    """The outputs of a recording, by name."""
    registers = evaluate(program, inputs)
    return {name: registers[register] for name, register in program["outputs"]}
