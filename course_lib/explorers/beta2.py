"""`explore_beta2`: Adam's drift on the online example against beta2, and x over three periods."""

import math

import numpy as np
from matplotlib.ticker import NullLocator

from course_lib import plotting
from course_lib.experiments.online import critical_beta2, drift, move, period_steps
from course_lib.explorers.figure_parts import CHOSEN, round_above
from course_lib.explorers.inputs import LARGEST, count_slider, hyperparameter_control, number_slider
from course_lib.live.explorer import Explorer
from course_lib.live.figure import Path
from course_lib.live.javascript import bundle
from course_lib.recording.recorder import record_function
from course_lib.utils.style import in_course_style
from course_lib.utils.text import short
from course_lib.utils.validation import check_names

FIRST = {"beta2": 0.99, "beta1": 0.9, "high": 1010.0, "low": -10.0, "period": 101}
SMALLEST = 1e-6  # size of high and low: their squares are not 0
NO_DRIFT = 1e-10  # lr per period; a smaller one is a rounding error
NINES = 5.0  # the curve of the drift ends at beta2 = 0.99999
DRIFT = (-10.0, 200.0), 0.1  # ends of the axis; the part around 0 that is linear
PERIODS = 3  # over which x is shown
PLACES = [(0.06, 0.15, 0.42, 0.74), (0.56, 0.15, 0.42, 0.74)]  # left, bottom, width, height
CURVE = plotting.LineStyle(plotting.line_style("adam").color, "", ())
LEVEL = plotting.LineStyle("#8c8c8c", "", (2, 3))


def explore_beta2(**values):
    """Drift per period against beta2; beside it x over three periods. A click chooses beta2.

    Parameters
    ----------
    **values : float
        Where to begin: beta2, beta1, high, low, period (see `online.drift`).

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
    check_names(values, FIRST)
    return Beta2Explorer(**FIRST | values)


class Beta2Explorer(Explorer):
    """The explorer of `explore_beta2`."""

    _esm = bundle("explorers/js/beta2.js")
    title = "explore_beta2"
    n_movable = 1

    def __init__(self, beta2, beta1, high, low, period):
        inputs = [
            hyperparameter_control("beta2", beta2, slider=(0.0, beta_of(NINES))),
            hyperparameter_control("beta1", beta1, slider=(0.0, 0.99)),
            number_slider("high", high, "log", (1.0, 5000.0), SMALLEST, LARGEST, example=1010),
            number_slider("low", low, "linear", (-20.0, -0.1), -LARGEST, -SMALLEST, example=-10),
            count_slider("period", period, (2, 300), low=2, high=1000, example=101),
        ]
        super().__init__(inputs, buttons=["turning point"])
        self.on_point(self.figure.axes[0], lambda nines, _: self.set(beta2=beta_of(max(nines, 0))))

    def new_figure(self, values):
        return beta2_figure(reach(values))

    def depends_on(self, values):
        return reach(values)

    def frame(self, values):
        redraw = self.redrawn(values)
        self.set_point(self.figure.axes[0], nines_of(values["beta2"]), drift(**values))
        return self._paths(values), describe(values), redraw

    def recording(self):
        styles = {"level": LEVEL, "curve": CURVE, "chosen": CHOSEN}
        return {
            "move": record_function(move, ("k", "beta2", "beta1", "high", "low", "period")),
            "styles": {name: style._asdict() for name, style in styles.items()},
        }

    def on_button(self, name):
        if name == "turning point":
            turn = last_critical_beta2(self.values)
            if turn is None:
                self.report("With these slopes there is no turning point: press reset.")
            else:
                self.set(beta2=turn)

    def _paths(self, values):
        against_beta2, over_time = self.figure.axes
        nines, moved = nines_of(values["beta2"]), drift(**values)
        grid = np.linspace(0, NINES, 201)
        curve = drift(**values | {"beta2": beta_of(grid)})
        x = positions(values)
        times, ends = np.linspace(0, PERIODS, len(x)), [0, PERIODS]
        return [
            Path(against_beta2, np.array([[0, 0], [NINES, 0]]), LEVEL, every=0),
            Path(against_beta2, np.column_stack([grid, curve]), CURVE, every=0),
            Path(against_beta2, np.array([[nines, moved]]), CHOSEN, every=0),
            Path(over_time, np.column_stack([ends, [0, PERIODS * moved]]), LEVEL, every=0),
            Path(over_time, np.column_stack([times, x]), CURVE, every=0),
        ]


def describe(values):
    """The sentence under the figure: the drift, which way that is, and where it turns."""
    moved = float(drift(**values))
    moved = moved if abs(moved) > NO_DRIFT else 0.0
    right = (values["high"] + (values["period"] - 1) * values["low"]) * moved < 0
    way = f"towards {'+1' if moved > 0 else '-1'}, the {'right' if right else 'wrong'} way"
    way = way if moved else "so x stays where it is"
    turn = last_critical_beta2(values)
    turns = "At no beta2 does it turn from right to left."
    if turn is not None:
        turns = f"The drift changes its sign at beta2 = {turn:.6g}."
    sign = "+" if moved > 0 else ""
    return f"beta2 = {values['beta2']:g}: {sign}{short(moved, 3)} lr per period, {way}.\n{turns}"


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


def reach(values):
    """A round number that `positions` stay below."""
    return round_above(max(np.abs(positions(values)).max(), 1e-3))


def nines_of(beta2):
    """The place of a beta2 on the axis: 0, 0.9, 0.99 are at 0, 1, 2."""
    return -math.log10(1 - beta2)


def beta_of(nines):
    """The beta2 at a place of the axis, the inverse of `nines_of`."""
    return 1 - 10.0**-nines


@in_course_style
def beta2_figure(reach):
    """A figure whose axes are the drift against beta2, and x over time up to ``reach``."""
    figure = plotting.new_figure(10, 3.4)
    figure.set_layout_engine("none")  # it would take most of the time
    against_beta2, over_time = (figure.add_axes(box) for box in PLACES)
    ylim, linear = DRIFT
    xlim = (-0.1, NINES + 0.1)
    against_beta2.set_yscale("symlog", linthresh=linear)
    against_beta2.set(xlim=xlim, ylim=ylim, xlabel="beta2", title="drift per period / lr")
    against_beta2.set_xticks(range(6), [f"{beta_of(k):g}" for k in range(6)])
    against_beta2.set_yticks([-10, -1, -0.1, 0, 0.1, 1, 10, 100])
    against_beta2.yaxis.set_major_formatter("{x:g}")
    against_beta2.yaxis.set_minor_locator(NullLocator())
    xlim = (-0.06, PERIODS + 0.06)
    over_time.set(ylim=(-reach, reach), xlim=xlim, xlabel="periods", title="x / lr")
    for ax in (against_beta2, over_time):
        ax.grid(True)
    return figure
