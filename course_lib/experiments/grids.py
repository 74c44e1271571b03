"""Sides of a sensitivity map: a hyperparameter and its values, spaced evenly in their effect."""

from numbers import Real
from typing import NamedTuple

import numpy as np

from course_lib.experiments.steps import label_steps
from course_lib.optimizers import hyperparameters
from course_lib.utils.validation import check_count

RANGES = {"lr": (1e-4, 1.0), "eps": (1e-10, 1.0), "beta1": (0, 0.999), "beta2": (0, 0.9999)}


class Grid(NamedTuple):
    """One hyperparameter and its values along one side of the map."""

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
        Ends; default: `RANGES`, which knows lr, eps and the betas.
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
        raise ValueError(
            f"an axis needs the name of a hyperparameter, but {name!r:.60} came. "
            "Write for example grid('lr')."
        )
    is_beta = name.startswith("beta")
    known = RANGES.get(name, RANGES["beta1"] if is_beta else (None, None))
    low, high = (k if end is None else end for k, end in zip(known, (low, high), strict=True))
    numbers = isinstance(low, Real) and isinstance(high, Real)
    if not (numbers and (0 <= low < high < 1 if is_beta else 0 < low < high < np.inf)):
        own = "" if numbers else f" Values of your own are a pair: ('{name}', [0.1, 0.2])."
        raise ValueError(
            f"the axis of {name} must run from a low to a higher value, "
            f"{'both in [0, 1)' if is_beta else 'both above 0'}, but came as {low} to {high}. "
            f"Write for example grid('{name}', {'0, 0.999' if is_beta else '0.001, 1'}).{own}"
        )
    if check_count(n, "n") < 1:
        raise ValueError("an axis needs at least n=1 value, but n came as 0.")
    if is_beta:
        return Grid(name, 1 - np.geomspace(1 - low, 1 - high, n))
    return Grid(name, np.geomspace(low, high, n))


def check_grids(step, first, second, fixed):
    """Both axes as `Grid` (the second may be None), or a ValueError that explains itself."""
    axes = [_as_axis(side) for side in (first, second) if side is not None]
    names = [a.name for a in axes]
    known = hyperparameters(step)
    if len(set(names)) < len(names):
        raise ValueError(
            f"the two axes must be different hyperparameters, but both are {names[0]}. "
            f"{name_of(step)} has {', '.join(known)}."
        )
    for a in axes:
        if a.name not in known:
            raise ValueError(
                f"{name_of(step)} has no hyperparameter {a.name}; "
                f"it has {', '.join(known) or 'none'}."
            )
        if a.name in fixed:
            raise ValueError(f"{a.name} is an axis of the map, so leave out {a.name}=... .")
        if a.values.ndim != 1 or not a.values.size:
            raise ValueError(
                f"the values of {a.name} must be a row of numbers, but came with shape "
                f"{a.values.shape}. Write for example grid('{a.name}')."
            )
    return axes[0], axes[1] if len(axes) > 1 else None


def _as_axis(side):
    """An `Grid`, or a pair of a name and values, as an `Grid`."""
    try:
        name, values = side
        values = np.array(values, float)
    except (TypeError, ValueError):
        name = None
    if isinstance(side, str) or not isinstance(name, str):
        example = f"'{side}'" if isinstance(side, str) else "'lr', 0.001, 1"
        raise ValueError(
            f"a side of the map is an axis, or a pair of a name and values, but came as "
            f"{side!r:.60}. Write for example axis({example})."
        )
    return Grid(name, values)


def name_of(step):
    """What `explore` calls a step function."""
    return next(iter(label_steps([step])))
