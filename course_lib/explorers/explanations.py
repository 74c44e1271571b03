"""`explain` and `formula`: what a step function computes, in its own lines and as mathematics."""

import numpy as np

from course_lib.experiments.steps import free_hyperparameters, start_state, step_label
from course_lib.explorers.landscape import LandscapeExplorer
from course_lib.recording.evaluate import evaluate
from course_lib.recording.explanations import explained
from course_lib.recording.formulas import formula_of
from course_lib.recording.recorder import record_step
from course_lib.recording.tape import NotRecordable
from course_lib.utils.text import digits
from course_lib.utils.validation import (
    InvalidValue,
    check_choice,
    check_count,
    check_function,
    shown,
)


def explain(live, name, step, label=None):
    """Print the line that made a number of the state table, with the numbers of that step in it.

    Parameters
    ----------
    live : LandscapeExplorer
        What `explore` gave.
    name : str
        A column of the state table: "m", "v_hat", a variable of your own function.
    step : int
        From 1 to the number of steps.
    label : str, optional
        Of the optimizer, where there are several; default: the first.

    Raises
    ------
    ValueError
        If there is no such number, or the step function could not be recorded.

    Examples
    --------
    >>> from course_lib.explorers import explore
    >>> from course_lib.objectives import bowl
    >>> from course_lib.optimizers import momentum
    >>> explain(explore(bowl, momentum, lr=0.1, beta=0.5, n_steps=9), "m", step=2)
    x1: m = beta * m + g = 0.5 · (−1.600) + (−1.280) = −2.080
    x2: m = beta * m + g = 0.5 · 1.800 + 1.440 = 2.340
    """
    if not isinstance(live, LandscapeExplorer):
        example = 'live = explore(bowl, adam), then explain(live, "m", step=3)'
        raise InvalidValue("live", "be what explore gave", shown(live), example)
    labels = list(live.histories)
    label = check_choice("label", labels[0] if label is None else label, labels)
    step = check_count(step, "step", low=1, high=live.values["n_steps"], example=1)
    program = next(
        (run["program"] for run in live.recorded.get("runs", []) if run["label"] == label), None
    )
    if program is None:
        raise NotRecordable(f"the lines of {label} could not be recorded: {live.not_recorded}")
    check_choice("name", name, [known for known, _ in program["names"]])
    registers = evaluate(program, _before(live, label, step))
    for k in range(2):
        line = explained(program, name, registers, k)
        value = registers[dict(program["names"])[name][k]]
        print(f"x{k + 1}: {line or _without_line(live, name, value)}")


def _without_line(live, name, value):
    if name == "g":
        return f"g = {digits(value)}, the slope of {live.objective.name} at x"
    return f"{name} = {digits(value)}; no line of the function sets it"


def _before(live, label, step):
    """What the step function got at a step: the state before it, the gradient, its settings."""
    history = live.histories[label]
    x = history.x[step - 1]
    given = dict(live.values)
    with np.errstate(all="ignore"):
        rows = {"g": np.asarray(live.objective.grad(x), float)}
    for field, values in history._asdict().items():
        if field == "t":
            given["t"] = values[step - 1]
        else:
            rows[field] = values[step - 1]
    return given | {f"{row}.{k}": values[k] for row, values in rows.items() for k in range(2)}


def formula(step):
    """What a step function computes, as mathematics, line by line: `Formula`.

    It is made from the computation, not from the text, so a missing bracket is seen.

    Parameters
    ----------
    step : callable
        The library's or your own.

    Raises
    ------
    ValueError
        If the function cannot be recorded, for example because it decides by a value.

    Examples
    --------
    >>> from course_lib.optimizers import momentum
    >>> formula(momentum)
    mₜ = β mₜ₋₁ + gₜ
    xₜ = xₜ₋₁ − α mₜ
    """
    check_function("step", step, "formula(my_adam), the function itself")
    hyper = free_hyperparameters(step)
    values = {name: 0.1 if value is None else value for name, value in hyper.items()}
    kind = type(start_state(step, np.array([1.0, -0.5]), lambda x: 2 * x, **values))
    return formula_of(record_step(step, kind, tuple(hyper), n=1), step_label(step))
