"""The online example on which Adam walks the wrong way, live: average regret and x over time."""

import matplotlib.style
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from course_lib import plotting
from course_lib.experiments.online import OPTIMIZERS, SCHEDULES, periodic, run_online
from course_lib.live.controls import Control, Controls
from course_lib.live.explorer import Explorer, Problem, check_choice, checked_value
from course_lib.live.figure import Path
from course_lib.utils.text import short

SCENES = {
    "Figure 1": {"high": 1010.0, "low": -10.0, "period": 101, "beta1": 0.9, "beta2": 0.99}
    | {"lr": 0.5, "schedule": "lr / sqrt(t)", "n_steps": 10_000},
    "Section 3": {"high": 3.0, "low": -1.0, "period": 3, "beta1": 0.0, "beta2": 0.1}
    | {"lr": 0.5, "schedule": "lr / sqrt(t)", "n_steps": 1000},
}
MOST_STEPS = 100_000
POINTS = 200  # at which times a curve is drawn; a screen has not many more pixels for it
REGRET = 1e-3, 2e3  # ends of the axis
PLACES = [(0.065, 0.14, 0.41, 0.65), (0.565, 0.14, 0.41, 0.65)]  # left, bottom, width, height
WORST = plotting.LineStyle("#8c8c8c", "", (2, 3))


def explore_online(show=("Adam", "AMSGrad (paper)"), **values):
    """Average regret and x over time on the online example of the AMSGrad paper's Figure 1.

    Parameters
    ----------
    show : str or sequence of str
        Which of `online.OPTIMIZERS` to begin with.
    **values
        Where to begin: high, low, period, lr, beta1, beta2, n_steps, schedule. Default: the
        paper's numbers; those that it does not give (lr, schedule, n_steps) are our choice.

    Returns
    -------
    OnlineExplorer

    Raises
    ------
    ValueError
        If a name or a value is not allowed.

    Examples
    --------
    >>> print(explore_online().sentence)
    Slope 1010 once in 101 times, else -10. A period sums to 10, so the best point is -1.
    Adam is at x = 0.948 after 10000 steps, average regret 0.681.
    AMSGrad (paper) is at x = -0.801 after 10000 steps, average regret 0.438.
    """
    first = SCENES["Figure 1"]
    for name in values:
        if name not in first:
            raise ValueError(f"there is no {name} to set here; there are {', '.join(first)}.")
    show = (show,) if isinstance(show, str) or callable(show) else tuple(show)
    for name in show:
        if name not in OPTIMIZERS:
            name, known = getattr(name, "__name__", name), ", ".join(map(repr, OPTIMIZERS))
            raise ValueError(f"there is no {name!r} to show; there are {known}.")
    shown = {name: name in show for name in OPTIMIZERS}
    return OnlineExplorer(first | values | shown)


class OnlineExplorer(Explorer):
    """What `explore_online` makes.

    Attributes
    ----------
    walks : dict
        Name of each optimizer that is shown to its `online.OnlineRun`.
    """

    title = "explore_online"

    def __init__(self, values):
        first = self.checked(values)
        self.walks = {}
        super().__init__(Controls(_controls(first), buttons=SCENES), _figure(first))
        self.update()

    def checked(self, values):
        numbers = {name: v for name, v in values.items() if name != "schedule"}
        checked = {name: checked_value(name, v, 1, MOST_STEPS) for name, v in numbers.items()}
        try:
            periodic(1, checked["high"], checked["low"], checked["period"])
        except ValueError as error:
            raise Problem(str(error), "period") from None
        check_choice("schedule", values["schedule"], SCHEDULES)
        return {**checked, "schedule": values["schedule"]}

    def frame(self, values):
        g = periodic(values["n_steps"], values["high"], values["low"], values["period"])
        hyper = {name: values[name] for name in ("lr", "beta1", "beta2", "schedule")}
        shown = [name for name in OPTIMIZERS if values[name]]
        self.walks = {name: run_online(OPTIMIZERS[name], g, **hyper) for name in shown}
        redraw = any(
            values[name] != self.values.get(name, values[name]) for name in ("n_steps", *OPTIMIZERS)
        )
        if redraw:
            _fit(self.live.figure, values)
        return self._paths(values), describe(values, self.walks), redraw and "flat"

    def _paths(self, values):
        regret, place = self.live.figure.axes
        cost = max(2 * abs(mean_slope(values)), 1e-300)
        paths = [Path(regret, np.array([[1, cost], [values["n_steps"], cost]]), WORST, every=0)]
        for name, found in self.walks.items():
            style = _style(name)
            height = np.maximum(found.average_regret, 1e-300)  # below 0 is below a log axis
            paths += [
                Path(regret, sampled(height), style, name, every=0),
                Path(place, outlined(found.x), style, name, every=0),
            ]
        return paths

    def settings(self):
        values = super().settings()
        chosen = {name: value for name, value in values.items() if name not in OPTIMIZERS}
        return {"show": [name for name in OPTIMIZERS if values[name]], **chosen}

    def pressed(self, name):
        if name in SCENES:
            self.set(**SCENES[name])


def mean_slope(values):
    """Mean of the slopes of one period."""
    return values["low"] + (values["high"] - values["low"]) / values["period"]


def describe(values, walks):
    """The sentence under the figure: the costs, the best point, where each optimizer is."""
    mean = mean_slope(values)
    best = f"so the best point is {-np.sign(mean):g}" if mean else "so all points are equally good"
    lines = [
        f"Slope {values['high']:g} once in {values['period']:g} times, else {values['low']:g}. "
        f"A period sums to {short(mean * values['period'], 3)}, {best}."
    ]
    lines += [
        f"{name} is at x = {found.x[-1]:.3f} after {values['n_steps']} steps, "
        f"average regret {short(found.average_regret[-1], 3)}."
        for name, found in walks.items()
    ]
    return "\n".join(lines if walks else [*lines, "No optimizer is chosen."])


def times(n):
    """At most `POINTS` of the times 1, ..., n, evenly spaced on a log axis, the last among them."""
    return np.unique(np.geomspace(1, n, min(n, POINTS)).round().astype(int))


def sampled(values):
    """A curve at some of its times: points (t, value), shape (k, 2).

    Parameters
    ----------
    values : ndarray, shape (n,)
        At the times 1, ..., n.
    """
    t = times(len(values))
    return np.column_stack([t, values[t - 1]])


def outlined(values):
    """A curve that swings, with the lowest and the highest value from each time to the next.

    Parameters
    ----------
    values : ndarray, shape (n,)
        At the times 1, ..., n.

    Returns
    -------
    ndarray, shape (k, 2)
        Points (t, value); where the curve swings between two of its times, both ends of the swing.

    Examples
    --------
    >>> outlined(np.array([0.5, 0.25]))
    array([[1.  , 0.5 ],
           [2.  , 0.25]])
    """
    t = times(len(values))
    low, high = (of.reduceat(values, t - 1) for of in (np.minimum, np.maximum))
    swings = low < high
    points = np.column_stack([np.repeat(t, 2), np.column_stack([low, high]).ravel()])
    return points[np.column_stack([np.full(len(t), True), swings]).ravel()]


def _style(name):
    return plotting.line_style(OPTIMIZERS[name].__name__)._replace(marker="")


def _controls(values):
    return [
        Control("high", "log", values["high"], 1.0, 5000.0),
        Control("low", "linear", values["low"], -20.0, 0.0),
        Control("period", "integer", values["period"], 2, 300),
        Control("lr", "log", values["lr"], 0.001, 10.0),
        Control("beta1", "decay", values["beta1"], 0.0, 0.99),
        Control("beta2", "decay", values["beta2"], 0.0, 0.99999),
        Control("n_steps", "log", values["n_steps"], 100, MOST_STEPS, label="steps"),
        Control("schedule", "menu", values["schedule"], choices=tuple(SCHEDULES)),
        *(Control(name, "toggle", values[name]) for name in OPTIMIZERS),
    ]


def _figure(values):
    with matplotlib.style.context(plotting.STYLE):
        figure = plotting.new_figure(10, 3.9)
        figure.set_layout_engine("none")  # it would take most of the time
        regret, place = (figure.add_axes(box) for box in PLACES)
        regret.set(yscale="log", ylim=REGRET, title="average regret")
        place.set(ylim=(-1.08, 1.08), title="x")
        for ax in (regret, place):
            ax.set(xscale="log", xlabel="time t")
            ax.grid(True)
            ax.yaxis.set_label_coords(0, 0.5)  # empty; it need not be placed beside the ticks
        for axis in (regret.xaxis, regret.yaxis, place.xaxis):
            axis.set_minor_locator(NullLocator())  # each tick costs time
            axis.set_major_formatter("{x:g}")
    _fit(figure, values)
    return figure


def _fit(figure, values):
    """Set what depends on the values: the length of the time axes, and the legend."""
    for ax in figure.axes:
        ax.set_xlim(0.85, 1.2 * max(values["n_steps"], 2))
    while figure.legends:
        figure.legends[0].remove()
    with matplotlib.style.context(plotting.STYLE):
        lines = [_line(_style(name), name) for name in OPTIMIZERS if values[name]]
        lines.append(_line(WORST, "always at the worse end"))
        figure.legend(handles=lines, loc="lower center", bbox_to_anchor=(0.5, 0.86), ncols=4)


def _line(style, label):
    line = Line2D([], [], color=style.color, label=label)
    if style.dash:
        line.set_dashes(style.dash)
    return line
