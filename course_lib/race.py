"""A race between optimizers that were all given the same."""

from dataclasses import replace

from course_lib.hyperparameter_axes import name_of


def race(maps):
    """The best cell of each optimizer, the fastest first, after a check that the race is fair.

    Parameters
    ----------
    maps : list of SensitivityMap
        On the same objective, with the same number of cells, steps, starts, tolerance and noise.

    Returns
    -------
    list of (str, Cell)
        Names of the step functions with their best cells.

    Raises
    ------
    ValueError
        If the optimizers were not given the same.
    """
    names = [name_of(m.step) for m in maps]
    for what, of in {
        "objective": lambda m: m.objective.name,
        "number of cells": lambda m: m.steps.size,
        "number of steps": lambda m: m.n_steps,
        "starts": lambda m: m.x0.tolist(),
        "tolerance": lambda m: m.tolerance,
        "noise": lambda m: (m.noise, m.seed if m.noise else None),
    }.items():
        came = [of(m) for m in maps]
        if any(value != came[0] for value in came):
            raise ValueError(
                f"a fair race needs the same {what} for each optimizer, but these came: "
                f"{', '.join(f'{name} {value}' for name, value in zip(names, came, strict=True))}."
            )
    lowest = min(m.minimum for m in maps)
    cells = [replace(m, minimum=lowest).best() for m in maps]
    return sorted(zip(names, cells, strict=True), key=lambda entry: entry[1][2:])
