"""Values of a hyperparameter for one axis of a sensitivity map, evenly spaced in their effect."""

from typing import NamedTuple

import numpy as np

from course_lib.experiments.steps import step_label
from course_lib.utils.hyperparameters import (
    even_scale,
    hyperparameter,
    hyperparameters,
    is_known,
    spaced,
)
from course_lib.utils.validation import InvalidValue, as_floats, check_count, is_number, shown

STARTS = ("start x1", "start x2")
"""Names of axes along which the start moves in place of a hyperparameter."""


class Grid(NamedTuple):
    """One hyperparameter, or one coordinate of the start, and its values along an axis of a map."""

    name: str
    values: np.ndarray  # (n,)


def grid(name, low=None, high=None, n=64):
    """Values of a hyperparameter, evenly spaced where its effect is even.

    A beta is spaced in the logarithm of 1 - beta (its memory is about 1 / (1 - beta) steps), all
    others in their own logarithm.

    Parameters
    ----------
    name : str
        As in the step function's signature.
    low, high : float, optional
        Ends; lr, eps and the betas have defaults.
    n : int
        How many values.

    Returns
    -------
    Grid

    Examples
    --------
    >>> grid("lr", 0.001, 1, n=4).values
    array([0.001, 0.01 , 0.1  , 1.   ])
    >>> grid("beta2", 0, 0.999, n=4).values.round(6)
    array([0.   , 0.9  , 0.99 , 0.999])
    """
    if not isinstance(name, str):
        raise InvalidValue("name", "be that of a hyperparameter", shown(name), "grid('lr')")
    ends = hyperparameter(name).grid if is_known(name) else (None, None)
    low, high = (end if own is None else own for end, own in zip(ends, (low, high), strict=True))
    _check_ends(name, low, high)
    return Grid(name, spaced(name, low, high, check_count(n, "n", low=1, example=64)))


def start_grid(name, objective, n=64):
    """One coordinate of the start, from end to end of the window; ``name`` is one of `STARTS`.

    >>> from course_lib.objectives import bowl
    >>> start_grid("start x1", bowl, n=3).values
    array([-1.,  0.,  1.])
    """
    low, high = objective.bounds[STARTS.index(name)]
    return Grid(name, np.linspace(low, high, check_count(n, "n", low=1, example=64)))


def default_grid(name, default, n):
    """The grid of a hyperparameter that may be unknown: then it lies around its default."""
    return Grid(name, spaced(name, *hyperparameter(name, default).grid, n))


def _check_ends(name, low, high):
    is_decay = hyperparameter(name).scale == "decay"
    numbers = is_number(low) and is_number(high)
    if not (numbers and (0 <= low < high < 1 if is_decay else 0 < low < high)):
        own = "" if numbers else f"; values of your own are a pair: ('{name}', [0.1, 0.2])"
        raise InvalidValue(
            f"the grid of {name}",
            f"run from a low to a higher value, {'both in [0, 1)' if is_decay else 'both > 0'}",
            f"{shown(low)} to {shown(high)}",
            f"grid('{name}', {'0, 0.999' if is_decay else '0.001, 1'}){own}",
        )


def index_of(grid, value):
    """The place of a value on a grid, in cells from 0; values outside are at the ends."""
    name, values = grid
    onto_scale = even_scale(name, values[0])
    inside = np.clip(value, values[0], values[-1])
    return float(np.interp(onto_scale(inside), onto_scale(values), np.arange(len(values))))


def check_grids(step, first, second, fixed):
    """Both axes of a map as grids; the second may be None."""
    grids = [_as_grid(axis) for axis in (first, second) if axis is not None]
    names = [grid.name for grid in grids]
    known, label = hyperparameters(step), step_label(step)
    if len(set(names)) < len(names):
        raise ValueError(
            f"the two axes of a map must be different hyperparameters, got {names[0]} twice. "
            f"{label} has {', '.join(known)}."
        )
    for name, values in grids:
        if name not in known and name not in STARTS:
            raise ValueError(
                f"{label} has no hyperparameter {name}; it has {', '.join(known) or 'none'}."
            )
        if name in fixed:
            raise ValueError(f"{name} is an axis of the map, so leave out {name}=... .")
        if values.ndim != 1 or not values.size:
            rule, got = "be a row of numbers", f"shape {values.shape}"
            raise InvalidValue(f"the values of {name}", rule, got, f"grid('{name}')")
    return grids[0], grids[1] if len(grids) > 1 else None


def _as_grid(axis):
    """A `Grid`, or a pair of a name and values, as a `Grid`."""
    try:
        name, values = axis
        values = as_floats(values)
    except (TypeError, ValueError):
        name = None
    if isinstance(axis, str) or not isinstance(name, str):
        example = f"'{axis}'" if isinstance(axis, str) else "'lr', 0.001, 1"
        rule = "be a grid, or a pair of a name and values"
        raise InvalidValue("an axis of the map", rule, shown(axis), f"grid({example})")
    return Grid(name, values)
