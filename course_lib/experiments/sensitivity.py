"""How an optimizer depends on its hyperparameters: a map of batched runs, and a fair race."""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from course_lib.experiments.grids import STARTS, Grid, check_grids, grid, start_grid
from course_lib.experiments.steps import label_steps, step_label, unwrap_step
from course_lib.experiments.verdicts import DIVERGED_WIDTHS
from course_lib.objectives import validate_objective
from course_lib.optimizers import iterate, run, state_type
from course_lib.utils.objective_validation import check_start
from course_lib.utils.validation import InvalidValue, check_count, check_floats, check_real, shown

__all__ = ["Cell", "Grid", "SensitivityMap", "grid", "sensitivity_map", "start_grid"]

NO_IF = (
    "in a map {} is an array, one value per run, and so are x and g: the step function cannot "
    "decide for all of them with one if, min, max or math.sqrt. For example "
    "np.minimum(lr, 0.5), np.where(lr > 0.5, 0.5, lr), np.sqrt."
)


class Cell(NamedTuple):
    """One cell of a map: its hyperparameters, and the result of the worst start."""

    index: tuple  # (i, j)
    hyper: dict  # the two hyperparameters of the cell, or coordinates of its start
    steps: float  # until the tolerance, inf if never
    final: float  # f after the last step


@dataclass(frozen=True, eq=False)
class SensitivityMap:
    """The result of `sensitivity_map`; k starts, n1 by n2 cells.

    Where one number per cell is given, it is that of the worst start.
    """

    step: object
    objective: object
    first: Grid
    second: Grid
    n_steps: int
    x0: np.ndarray  # (2, k)
    fixed: dict
    state: type
    tolerance: float
    noise: float
    seed: int
    minimum: float  # the tolerance is counted from it
    x: np.ndarray  # (n_steps + 1, 2, k, n1, n2), every trajectory
    f: np.ndarray  # (n_steps + 1, k, n1, n2), the objective along them

    def __repr__(self):
        cell = self.best()
        reached = np.count_nonzero(np.isfinite(self.steps))
        return (
            f"SensitivityMap({step_label(self.step)} on {self.objective.name}: "
            f"{reached} of {self.steps.size} cells converge, "
            f"{np.count_nonzero(self.diverged)} diverge; best {_words(cell.hyper)})"
        )

    @functools.cached_property
    def steps(self):
        """Steps until f stays within the tolerance of the minimum, (n1, n2); inf where never."""
        away = ~(self.f <= self.minimum + self.tolerance)
        after = np.arange(1, self.n_steps + 2, dtype=np.int32)[:, None, None, None]
        steps = (away * after).max(axis=(0, 1))
        return np.where(self.diverged | (steps > self.n_steps), np.inf, steps)

    @functools.cached_property
    def final(self):
        """f after the last step, (n1, n2); inf where the trajectory diverged."""
        return np.where(self.diverged, np.inf, self.f[-1].max(axis=0))

    @functools.cached_property
    def diverged(self):
        """Whether x went ten windows away or x or f was no finite number at any time, (n1, n2)."""
        low, high = self.objective.bounds[:, :, None, None, None].swapaxes(0, 1)
        middle, reach = (low + high) / 2, DIVERGED_WIDTHS * (high - low)
        inside = (self.x.max(axis=0) < middle + reach) & (self.x.min(axis=0) > middle - reach)
        finite = np.isfinite(self.f.max(axis=0)) & np.isfinite(self.f.min(axis=0))
        return ~(inside.all(axis=0) & finite).all(axis=0)

    @functools.cached_property
    def nearest(self):
        """The number of the minimizer that x is nearest to at the end, (n1, n2), from 0.

        That of the first start; nan where it has not converged or no minimizers are known.
        """
        apart = self.x[-1, :, 0, ..., None] - self.objective.minimizers[:, None, None]
        if not apart.size:
            return np.full(self.steps.shape, np.nan)
        with np.errstate(all="ignore"):
            number = np.hypot(*np.nan_to_num(apart)).argmin(axis=-1)
        return np.where(np.isfinite(self.steps), number, np.nan)

    def at(self, i, j):
        """What the axes say of a cell: name -> value."""
        pairs = (self.first, i), (self.second, j)
        return {axis.name: float(axis.values[k]) for axis, k in pairs if axis}

    def hyper(self, i, j):
        """The hyperparameters of a cell, as keyword arguments of the step function."""
        return {name: value for name, value in self.at(i, j).items() if name not in STARTS}

    def start(self, i, j, start=0):
        """Where a cell's run begins, shape (2,)."""
        return self.x[0, :, start, i, j]

    def trajectory(self, i, j, start=0):
        """Where a cell's run went, shape (n_steps + 1, 2)."""
        return self.x[:, :, start, i, j]

    def alone(self, i, j, start=0):
        """The run of one cell computed again by itself: its full history, the same numbers."""
        noise = _noise(self)[:, :, start]
        grad = _noisy(self.objective.grad, noise) if self.noise else self.objective.grad
        state = self.state(self.start(i, j, start))
        return run(self.step, state, grad, self.n_steps, **self.fixed, **self.hyper(i, j))

    def best(self):
        """The cell with the fewest steps; among equals, or if none converges, the lowest f."""
        i, j = divmod(
            int(np.lexsort((self.final.ravel(), self.steps.ravel()))[0]), len(self.steps[0])
        )
        return Cell((i, j), self.at(i, j), float(self.steps[i, j]), float(self.final[i, j]))


def sensitivity_map(
    step,
    objective,
    first,
    second=None,
    n_steps=500,
    x0=None,
    tolerance=1e-3,
    minimum=None,
    noise=0.0,
    seed=1,
    state=None,
    **fixed,
):
    """Run an optimizer with every pair of two hyperparameters, all at once.

    Parameters
    ----------
    step : callable
        A step function of the library, or your own.
    objective : Objective
    first, second : Grid
        From `grid`, or a pair of a name and values; ``second=None`` for a step with only one. With
        `start_grid` for both, each cell is a start: a map of what attracts which.
    n_steps : int
        At least 1.
    x0 : array_like, shape (2,) or (2, k), optional
        One start or several, inside the window; default: the objective's.
    tolerance : float
        A trajectory has converged when f stays at most this much above the minimum.
    minimum : float, optional
        Default: the objective's; where that is not known, the lowest f that the map has met.
    noise : float
        Standard deviation of the noise added to each gradient. All cells get the same noise.
    seed : int
        Of the noise.
    state : type, optional
        The state that your own step function works on, for example AdamState.
    **fixed : float
        The other hyperparameters of ``step``.

    Returns
    -------
    SensitivityMap

    Raises
    ------
    ValueError
        If an axis, a start, a number or a hyperparameter is not allowed. Trajectories that leave
        the window or meet a nan raise nothing: they are in ``diverged``.

    Examples
    --------
    >>> from course_lib.objectives import bowl
    >>> from course_lib.optimizers import momentum
    >>> lr, beta = grid("lr", 0.01, 10, n=4), grid("beta", 0, 0.9, n=3)
    >>> sensitivity_map(momentum, bowl, lr, beta, n_steps=60)
    SensitivityMap(momentum on bowl: 5 of 12 cells converge, 3 diverge; best lr=0.1, beta=0)
    """
    _check_step(step, state)
    validate_objective(objective)
    first, second = check_grids(step, first, second, fixed)
    n_steps = check_count(n_steps, low=1, example=500)
    check_real("tolerance", tolerance, "be a number > 0", lambda t: t > 0, example=0.001)
    check_real("noise", noise, "be a number >= 0", lambda noise: noise >= 0, example=0.1)
    check_count(seed, "seed", example=1)
    x0 = _check_starts(objective, x0)
    state = state_type(unwrap_step(step), state)
    n1, n2 = len(first.values), len(second.values) if second else 1
    x = np.empty((n_steps + 1, *x0.shape, n1, n2))
    f = np.empty((n_steps + 1, x0.shape[1], n1, n2))
    settings = step, objective, first, second, n_steps, x0, fixed, state, tolerance, noise, seed
    result = SensitivityMap(*settings, minimum, x, f)
    try:
        _fill(result)
    except (TypeError, ValueError) as error:
        if re.search("truth value of an array|Python scalars|integer scalar", str(error)):
            raise ValueError(NO_IF.format(" and ".join(result.at(0, 0)))) from error
        raise
    if minimum is None:
        minimum = objective.minimum
    if minimum is None:
        largest = np.finfo(float).max  # where there is no value at all; of inf no difference is
        minimum = float(np.min(f, where=np.isfinite(f), initial=largest))
    return replace(result, minimum=minimum)


def _fill(result):
    """Run all cells and write x and f into the map."""
    start = np.array(np.broadcast_to(result.x0[..., None, None], result.x.shape[1:]))
    varied = {result.first.name: result.first.values[:, None]}
    if result.second:
        varied[result.second.name] = result.second.values
    for name in varied.keys() & STARTS:
        start[STARTS.index(name)] = varied.pop(name)
    grad, f = result.objective.grad, result.objective.f
    if result.noise:
        grad = _noisy(grad, _noise(result)[..., None, None])
    states = iterate(
        result.step, result.state(start), grad, result.n_steps, **result.fixed, **varied
    )
    for t, state in enumerate(states):
        result.x[t] = state.x
        with np.errstate(all="ignore"):
            result.f[t] = f(state.x)


def _noise(result):
    shape = (result.n_steps, *result.x0.shape)
    return result.noise * np.random.default_rng(result.seed).standard_normal(shape)


def _noisy(grad, noise):
    """The gradient plus the next row of noise at each call."""
    rows = iter(noise)
    return lambda x: grad(x) + next(rows)


def _words(hyper):
    return ", ".join(f"{name}={value:.4g}" for name, value in hyper.items())


def _check_step(step, state):
    if not callable(step):
        raise InvalidValue(
            "step",
            "be a step function",
            shown(step),
            "sensitivity_map(adam, bowl, grid('lr')), the step function first",
        )
    if state is not None and not callable(state):
        example = type(state).__name__ if hasattr(state, "_fields") else "AdamState"
        example = f"state={example}, the type; the start itself is x0"
        raise InvalidValue("state", "be a type of state", shown(state), example)


def _check_starts(objective, x0):
    """One start or several as columns inside the window."""
    x0 = check_floats(
        "x0",
        objective.x0 if x0 is None else x0,
        "be one start of shape (2,) or k starts of shape (2, k)",
        lambda x0: x0.ndim in (1, 2) and len(x0) == 2 and x0.size,
        "x0=[-1, 1]",
    )
    x0 = x0.reshape(2, -1)
    for start in x0.T:
        check_start(objective, start)
    return x0


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
    maps = _check_maps(maps)
    names = list(label_steps([m.step for m in maps]))
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
                f"a fair race needs the same {what} for each optimizer, got "
                f"{', '.join(f'{name} {value}' for name, value in zip(names, came, strict=True))}."
            )
    _check_same_objective(maps)
    lowest = min(m.minimum for m in maps)
    cells = [replace(m, minimum=lowest).best() for m in maps]
    return sorted(zip(names, cells, strict=True), key=lambda entry: entry[1][2:])


def _check_maps(maps):
    maps = list(maps) if isinstance(maps, Iterable) else [maps]
    others = [m for m in maps if not isinstance(m, SensitivityMap)]
    if others or not maps:
        got = shown(others[0]) if others else "none"
        example = "race([sensitivity_map(adam, bowl, grid('lr'))])"
        raise InvalidValue("maps", "be a list of sensitivity maps", got, example)
    return maps


def _check_same_objective(maps):
    """Two objectives of one name are the same if they have the same window and values."""
    with np.errstate(all="ignore"):
        values = [m.objective.f(m.objective.grid(9)) for m in maps]
    for m, f in zip(maps, values, strict=True):
        same_window = np.array_equal(m.objective.bounds, maps[0].objective.bounds)
        if not (same_window and np.array_equal(f, values[0], equal_nan=True)):
            raise ValueError(
                f"a fair race needs the same objective for each optimizer, but two different ones "
                f"came that are both called {m.objective.name}. Give all maps the same."
            )
