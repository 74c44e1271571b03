"""A race between optimizers that were all given the same."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from course_lib.objective_checks import checked_start
from course_lib.optimizers import checked_n_steps
from course_lib.sensitivity import SensitivityMap
from course_lib.state_tables import labelled


def race(maps):
    """The best cell of each optimizer, the fastest first, after a check that the race is fair.

    Parameters
    ----------
    maps : list of SensitivityMap
        On the same objective, with the same number of cells, steps, starts, tolerance and noise.

    Returns
    -------
    list of (str, Cell)
        Names of the step functions, as `explore` has them, with their best cells.

    Raises
    ------
    ValueError
        If the optimizers were not given the same.
    """
    maps = _checked_maps(maps)
    names = list(labelled([m.step for m in maps]))
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
    _check_landscapes(maps)
    lowest = min(m.minimum for m in maps)
    cells = [replace(m, minimum=lowest).best() for m in maps]
    return sorted(zip(names, cells, strict=True), key=lambda entry: entry[1][2:])


def _checked_maps(maps):
    maps = list(maps) if isinstance(maps, Iterable) else [maps]
    others = [m for m in maps if not isinstance(m, SensitivityMap)]
    if others or not maps:
        came = getattr(others[0], "__name__", repr(others[0])) if others else "none"
        raise ValueError(
            f"a race needs the maps of its optimizers, but {came:.60} came. "
            "Write for example race([sensitivity_map(adam, bowl, axis('lr'))])."
        )
    return maps


def _check_landscapes(maps):
    """Two landscapes of one name are the same if they have the same window and heights."""
    with np.errstate(all="ignore"):
        heights = [m.objective.f(m.objective.grid(9)) for m in maps]
    for m, f in zip(maps, heights, strict=True):
        same_window = np.array_equal(m.objective.bounds, maps[0].objective.bounds)
        if not (same_window and np.array_equal(f, heights[0], equal_nan=True)):
            raise ValueError(
                f"a fair race needs the same objective for each optimizer, but two different ones "
                f"came that are both called {m.objective.name}. Give all maps the same."
            )


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
    if checked_n_steps(n, "n") < 1:
        raise ValueError(f"a race needs at least 1 start, but n came as {n}. Write n=4.")
    low, high = objective.bounds.T
    others = np.random.default_rng(checked_n_steps(seed, "seed")).uniform(low, high, (n - 1, 2))
    first = checked_start(objective, objective.x0 if x0 is None else x0)
    return np.vstack([first, others]).T
