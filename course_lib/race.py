"""A race between optimizers that were all given the same."""

from dataclasses import replace

import numpy as np

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


def several_starts(objective, n, x0=None, seed=1):
    """Starts for a race that one lucky start cannot win: one chosen, the others at random.

    Parameters
    ----------
    objective : Objective
    n : int
        How many, at least 1.
    x0 : array_like, shape (2,), optional
        The first of them; default: the objective's.
    seed : int
        Of the others, which are spread evenly over the window.

    Returns
    -------
    ndarray, shape (2, n)
        As `sensitivity_map` takes them.

    Examples
    --------
    >>> from course_lib.objectives import bowl
    >>> several_starts(bowl, 3).round(2)
    array([[-0.8 ,  0.02, -0.71],
           [ 0.9 ,  0.9 ,  0.9 ]])
    """
    if not n >= 1:
        raise ValueError(f"a race needs at least 1 start, but n came as {n}. Write n=4.")
    low, high = objective.bounds.T
    others = np.random.default_rng(seed).uniform(low, high, (n - 1, 2))
    first = objective.x0 if x0 is None else np.asarray(x0, float)
    return np.vstack([first, others]).T
