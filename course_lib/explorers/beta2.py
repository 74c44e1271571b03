"""The dial of beta2, live: Adam's drift on the online example, and the walk that makes it."""

import math

import matplotlib.style
import numpy as np
from matplotlib.ticker import NullLocator

from course_lib import plotting
from course_lib.experiments.online import critical_beta2, drift, period_steps
from course_lib.live.controls import Control, Controls
from course_lib.live.explorer import Explorer, Problem, checked_value
from course_lib.live.figure import Path
from course_lib.utils.text import short

FIRST = {"beta2": 0.99, "beta1": 0.9, "high": 1010.0, "low": -10.0, "period": 101}
LEAST = 1e-6  # size of high and low: their squares are not 0
NINES = 5.0  # the dial ends at beta2 = 0.99999
DRIFT = (-10.0, 200.0), 0.1  # ends of the axis; the part around 0 that is linear
PERIODS = 3  # of the walk that is shown
PLACES = [(0.06, 0.15, 0.42, 0.74), (0.56, 0.15, 0.42, 0.74)]  # left, bottom, width, height
CURVE = plotting.LineStyle(plotting.line_style("adam").color, "", ())
CHOSEN = plotting.LineStyle("#1a1a1a", "o", ())
LEVEL = plotting.LineStyle("#8c8c8c", "", (2, 3))


def explore_beta2(**values):
    """Drift per period against beta2; beside it x over three periods. A click chooses beta2.

    Parameters
    ----------
    **values : float
        Where to begin: beta2, beta1, high, low, period (see `beta2_dial.drift`).

    Returns
    -------
    Beta2Explorer

    Raises
    ------
    ValueError
        If a name or a value is not allowed.

    Examples
    --------
    >>> print(explore_beta2(beta2=0.999).sentence)
    beta2 = 0.999: +0.105 lr per period, towards +1, the wrong way.
    The drift changes its sign at beta2 = 0.999516.
    """
    for name in values:
        if name not in FIRST:
            raise ValueError(f"there is no {name} to set here; there are {', '.join(FIRST)}.")
    return Beta2Explorer(FIRST | values)


class Beta2Explorer(Explorer):
    """What `explore_beta2` makes."""

    title = "explore_beta2"

    def __init__(self, values):
        first = self.checked(values)
        self.reach = reach(first)
        figure = _figure(self.reach)
        controls = Controls(_controls(first), buttons=["turning point"])
        super().__init__(controls, figure, movable=figure.axes[:1])
        self.on_point(figure.axes[0], lambda nines, _: self.set(beta2=beta_of(max(nines, 0))))
        self.update()

    def checked(self, values):
        numbers = {name: checked_value(name, value) for name, value in values.items()}
        if not numbers["low"] <= -LEAST < LEAST <= numbers["high"]:
            text = f"low must be below 0 and high above 0, both by {LEAST:g}, but they came as "
            text += f"{numbers['low']:g} and "
            raise Problem(f"{text}{numbers['high']:g}. Write for example -10 and 1010.", "low")
        period = numbers["period"]
        if not (period == int(period) and 2 <= period <= 1000):
            text = f"period is a whole number from 2 to 1000, but came as {period:g}."
            raise Problem(f"{text} Write for example 101.", "period")
        return {**numbers, "period": int(period)}

    def frame(self, values):
        redraw = reach(values) != self.reach
        if redraw:
            self.reach = reach(values)
            figure = _figure(self.reach)
            self.live.replace_figure(figure, movable=figure.axes[:1])
        dial, walk = self.live.figure.axes
        nines, moved = nines_of(values["beta2"]), drift(**values)
        self.live.set_point(dial, nines, moved)
        x = positions(values)
        times, ends = np.linspace(0, PERIODS, len(x)), [0, PERIODS]
        grid = np.linspace(0, NINES, 201)
        curve = drift(**{**values, "beta2": beta_of(grid)})
        paths = [
            Path(dial, np.array([[0, 0], [NINES, 0]]), LEVEL, every=0),
            Path(dial, np.column_stack([grid, curve]), CURVE, every=0),
            Path(dial, np.array([[nines, moved]]), CHOSEN, every=0),
            Path(walk, np.column_stack([ends, [0, PERIODS * moved]]), LEVEL, every=0),
            Path(walk, np.column_stack([times, x]), CURVE, every=0),
        ]
        return paths, describe(values), redraw

    def pressed(self, name):
        if name == "turning point":
            turn = last_critical_beta2(self.values)
            if turn is None:
                self.say("With these slopes there is no turning point: press reset.")
            else:
                self.set(beta2=turn)


def last_critical_beta2(values):
    """The largest beta2 at which the drift goes from above 0 to below 0; None where none does."""
    others = {name: value for name, value in values.items() if name != "beta2"}
    grid = beta_of(np.linspace(0, NINES + 2, 141))
    moved = drift(grid, **others)
    turns = np.flatnonzero((moved[:-1] > 0) & (moved[1:] < 0))
    if not turns.size:
        return None
    return critical_beta2(**others, inside=tuple(grid[turns[-1] + [0, 1]]))


def positions(values):
    """x over `PERIODS` periods from 0, in units of lr, once the moments repeat themselves."""
    steps = period_steps(**values)
    return np.append(0.0, np.cumsum(np.tile(steps, PERIODS)))


def describe(values):
    """The sentence under the figure: the drift, which way that is, and where it turns."""
    moved = float(drift(**values))
    right = (values["high"] + (values["period"] - 1) * values["low"]) * moved < 0
    way = f"towards {'+1' if moved > 0 else '-1'}, the {'right' if right else 'wrong'} way"
    turn = last_critical_beta2(values)
    turns = "At no beta2 does it turn from right to left."
    if turn is not None:
        turns = f"The drift changes its sign at beta2 = {turn:.6g}."
    sign = "+" if moved > 0 else ""
    return f"beta2 = {values['beta2']:g}: {sign}{short(moved, 3)} lr per period, {way}.\n{turns}"


def nines_of(beta2):
    """Where a beta2 is on the dial: 0, 0.9, 0.99 are 0, 1, 2."""
    return -math.log10(1 - beta2)


def beta_of(nines):
    """The beta2 at a place of the dial; the inverse of `nines_of`."""
    return 1 - 10.0**-nines


def reach(values):
    """A round number that the walk stays below."""
    size = max(np.abs(positions(values)).max(), 1e-3)
    decade = 10.0 ** math.floor(math.log10(size))
    return next(decade * k for k in (1, 2, 5, 10, 20) if decade * k >= size)


def _controls(values):
    return [
        Control("beta2", "decay", values["beta2"], 0.0, beta_of(NINES)),
        Control("beta1", "decay", values["beta1"], 0.0, 0.99),
        Control("high", "log", values["high"], 1.0, 5000.0),
        Control("low", "linear", values["low"], -20.0, -0.1),
        Control("period", "integer", values["period"], 2, 300),
    ]


def _figure(reach):
    with matplotlib.style.context(plotting.STYLE):
        figure = plotting.new_figure(10, 3.4)
        figure.set_layout_engine("none")  # it would take most of the time
        dial, walk = (figure.add_axes(box) for box in PLACES)
        (low, high), linear = DRIFT
        dial.set_yscale("symlog", linthresh=linear)
        dial.set(
            xlim=(-0.1, NINES + 0.1),
            ylim=(low, high),
            xlabel="beta2",
            title="drift per period / lr",
        )
        dial.set_xticks(range(6), [f"{beta_of(k):g}" for k in range(6)])
        dial.set_yticks([-10, -1, -0.1, 0, 0.1, 1, 10, 100])
        dial.yaxis.set_major_formatter("{x:g}")
        dial.yaxis.set_minor_locator(NullLocator())
        walk.set(
            ylim=(-reach, reach), xlim=(-0.06, PERIODS + 0.06), xlabel="periods", title="x / lr"
        )
        for ax in (dial, walk):
            ax.grid(True)
    return figure
