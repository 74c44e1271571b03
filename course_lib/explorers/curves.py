"""What an optimizer keeps in mind, over time: panels for m_hat, v_hat or the effective step."""

import math
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from course_lib import plotting
from course_lib.experiments.verdicts import near_window
from course_lib.live.figure import Path
from course_lib.plotting import LineStyle
from course_lib.utils.text import short

EFFECTIVE_STEP = "effective step"
COORDINATES = ("both", "x1", "x2")
_NEVER_NEGATIVE = ("v", "v_hat", "v_max", EFFECTIVE_STEP)
_MOST_DECADES = 8  # of a log axis; what lies below is cut off


def effective_step(quantities):
    """What the mean slope is multiplied by to give the step: lr / sqrt(v_hat) for Adam.

    It is measured, not computed from a formula: the step that was taken, divided by m_hat, or by
    m where the algorithm has no m_hat, or by g where it has neither. So it holds for every
    optimizer and for a reader's own.

    Parameters
    ----------
    quantities : dict of str to ndarray, shape (n_steps + 1, 2)
        From `state_tables.traced_run`.

    Returns
    -------
    ndarray, shape (n_steps + 1, 2)
        nan at the start, and where a step is too short beside x to be measured.

    Examples
    --------
    >>> x = np.array([[1.0, 1.0], [0.9, 0.5]])
    >>> effective_step({"x": x, "m": np.array([[0.0, 0.0], [2.0, 2.0]])})
    array([[ nan,  nan],
           [0.05, 0.25]])
    """
    x = quantities["x"]
    slope = next((quantities[name] for name in ("m_hat", "m", "g") if name in quantities), None)
    result = np.full(x.shape, np.nan)
    if slope is not None:
        with np.errstate(all="ignore"):
            step = x[:-1] - x[1:]
            known = (np.abs(step) > 1e-12 * np.abs(x[1:])) & (slope[1:] != 0)
            result[1:] = np.where(known, step / slope[1:], np.nan)
    return result


class Scale(NamedTuple):
    """The value axis of a panel."""

    kind: str  # log or linear
    low: float
    high: float

    def holds(self, wanted):
        """Whether an axis that is there already will do for what is wanted now."""
        fits = self.low <= wanted.low and wanted.high <= self.high
        if self.kind == "log":
            return fits and self.high / self.low <= 1e3 * wanted.high / wanted.low
        return fits and self.high <= 5 * wanted.high


def scale_of(name, values):
    """The `Scale` that shows values well: whole decades, or 0 in the middle of round numbers.

    Parameters
    ----------
    name : str
        v, v_hat, v_max and the effective step get a log axis.
    values : ndarray
        Any shape; what is not finite does not count.

    Examples
    --------
    >>> scale_of("v_hat", np.array([0.003, 0.2])), scale_of("m", np.array([0.3, -1.4]))
    (Scale(kind='log', low=0.001, high=1.0), Scale(kind='linear', low=-2.0, high=2.0))
    """
    sizes = np.abs(values[np.isfinite(values)])
    sizes = sizes[(sizes > 1e-300) & (sizes < 1e300)]
    if name in _NEVER_NEGATIVE:
        top = math.ceil(np.log10(sizes.max())) if sizes.size else 0
        bottom = math.floor(np.log10(sizes.min())) if sizes.size else -3
        return Scale("log", 10.0 ** max(min(bottom, top - 1), top - _MOST_DECADES), 10.0**top)
    if not sizes.size:
        return Scale("linear", -1.0, 1.0)
    decade = 10.0 ** math.floor(np.log10(sizes.max()))
    high = next(decade * k for k in (1, 2, 5, 10, 20) if decade * k >= sizes.max())
    return Scale("linear", float(-high), float(high))


def fitting_scales(scales, quantities, objective):
    """Scales of panels, with a new one wherever the old one does not show the curves well.

    Parameters
    ----------
    scales : dict of str to Scale
        Name of a quantity to the value axis of its panel.
    quantities : dict of str to dict
        Label of an optimizer to its quantities, from `state_tables.traced_run`. Only what lies
        near the window of ``objective`` counts.
    objective : Objective

    Returns
    -------
    dict of str to Scale
    """
    near = {label: near_window(objective, found["x"]) for label, found in quantities.items()}
    fitting = {}
    for name, scale in scales.items():
        curves = [q[name][near[label]].ravel() for label, q in quantities.items() if name in q]
        wanted = scale_of(name, np.concatenate(curves or [[]]))
        fitting[name] = scale if scale.holds(wanted) else wanted
    return fitting


def curve_panel(ax, name, scale, coordinate, n_steps):
    """An empty panel for one quantity over time.

    Parameters
    ----------
    ax : matplotlib Axes
    name : str
    scale : Scale
    coordinate : str
        One of `COORDINATES`.
    n_steps : int
    """
    which = {"both": "(x₁ —, x₂ ···)", "x1": "of x₁", "x2": "of x₂"}[coordinate]
    ax.set_title(f"{name} {which}")
    ax.set(xlim=plotting.time_limits(n_steps), xlabel="step t")
    ax.set_yscale(scale.kind)
    room = (scale.high / scale.low) ** 0.03 if scale.kind == "log" else 1.08
    ax.set_ylim(scale.low / room if scale.kind == "log" else scale.low * room, scale.high * room)
    ax.yaxis.set_major_locator(FixedLocator(_ticks(scale)))
    ax.yaxis.set_minor_locator(NullLocator())
    digits = 2 if scale.kind == "linear" else 1
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value, digits)))
    ax.grid(True)


def _ticks(scale):
    if scale.kind == "linear":
        return np.linspace(scale.low, scale.high, 5)
    low, high = round(np.log10(scale.low)), round(np.log10(scale.high))
    return 10.0 ** np.arange(high, low - 1, -max(1, round((high - low) / 4)))


def curve_paths(ax, values, style, label, coordinate):
    """The moving lines of one optimizer in one panel: both coordinates, or one.

    Parameters
    ----------
    ax : matplotlib Axes
    values : ndarray, shape (n_steps + 1, 2)
    style : LineStyle
        Of the optimizer.
    label : str
    coordinate : str
        One of `COORDINATES`.

    Returns
    -------
    list of Path
    """
    t = np.arange(len(values))
    dashes = {"both": {0: (), 1: (1.5, 2.5)}, "x1": {0: style.dash}, "x2": {1: style.dash}}
    return [
        Path(ax, np.column_stack([t, values[:, row]]), LineStyle(style.color, "", dash), label)
        for row, dash in dashes[coordinate].items()
    ]
