"""`explore_online`: the online example on which Adam fails, as average regret and x over time."""

import numpy as np
from matplotlib.ticker import NullLocator

from course_lib import plotting
from course_lib.experiments.online import OPTIMIZERS, SCHEDULES, periodic, run_online, state_of
from course_lib.explorers.figure_parts import SMALLEST
from course_lib.explorers.inputs import (
    LARGEST,
    count_slider,
    hyperparameter_control,
    menu,
    number_slider,
    toggle,
)
from course_lib.live.explorer import Explorer
from course_lib.live.figure import Path
from course_lib.live.javascript import bundle
from course_lib.live.rendering import legend_line
from course_lib.recording.recorder import record_function, record_step
from course_lib.utils.style import in_course_style
from course_lib.utils.text import short
from course_lib.utils.validation import check_choice, check_names

SCENES = {
    "slopes 1010, −10": {"high": 1010.0, "low": -10.0, "period": 101, "beta1": 0.9, "beta2": 0.99}
    | {"lr": 0.5, "schedule": "lr / sqrt(t)", "n_steps": 10_000},
    "slopes 3, −1": {"high": 3.0, "low": -1.0, "period": 3, "beta1": 0.0, "beta2": 0.1}
    | {"lr": 0.5, "schedule": "lr / sqrt(t)", "n_steps": 1000},
}
MOST_STEPS = 100_000
POINTS = 200  # of a curve; a screen has not many more pixels for it
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
    first = SCENES["slopes 1010, −10"]
    check_names(values, first)
    show = (show,) if isinstance(show, str) or callable(show) else tuple(show)
    for name in show:
        check_choice("show", name, OPTIMIZERS)
    return OnlineExplorer(show, first | values)


class OnlineExplorer(Explorer):
    """The explorer of `explore_online`; ``runs``: name of each optimizer shown -> `OnlineRun`."""

    _esm = bundle("explorers/js/online.js")
    title = "explore_online"

    def __init__(self, show, values):
        period, n_steps = values["period"], values["n_steps"]
        steps = {"low": 1, "high": MOST_STEPS, "label": "steps", "kind": "log"}
        inputs = [
            number_slider("high", values["high"], "log", (1.0, 5000.0), -LARGEST, LARGEST, 1010),
            number_slider("low", values["low"], "linear", (-20.0, 0.0), -LARGEST, LARGEST, -10),
            count_slider("period", period, (2, 300), low=2, high=10**6, example=101),
            hyperparameter_control("lr", values["lr"], slider=(0.001, 10.0)),
            hyperparameter_control("beta1", values["beta1"], slider=(0.0, 0.99)),
            hyperparameter_control("beta2", values["beta2"], slider=(0.0, 0.99999)),
            count_slider("n_steps", n_steps, (100, MOST_STEPS), **steps),
            menu("schedule", values["schedule"], SCHEDULES),
            *(toggle(name, name in show) for name in OPTIMIZERS),
        ]
        self.runs = {}
        super().__init__(inputs, buttons=SCENES)

    def new_figure(self, values):
        return online_figure(values["n_steps"])

    def depends_on(self, values):
        return values["n_steps"]

    def renew(self, values):
        fit(self.figure, values["n_steps"])

    def recording(self):
        hyper = ("lr", "beta1", "beta2")
        return {
            "runs": [
                {
                    "name": name,
                    "program": record_step(step, state_of(step), hyper, n=1),
                    "style": _style(name)._asdict(),
                }
                for name, step in OPTIMIZERS.items()
            ],
            "schedules": {
                name: record_function(schedule, ("lr", "t")) for name, schedule in SCHEDULES.items()
            },
            "scenes": SCENES,
            "worst": WORST._asdict(),
        }

    def frame(self, values):
        g = periodic(values["n_steps"], values["high"], values["low"], values["period"])
        hyper = {name: values[name] for name in ("lr", "beta1", "beta2", "schedule")}
        chosen = self._chosen(values)
        self.runs = {name: run_online(OPTIMIZERS[name], g, **hyper) for name in chosen}
        redraw = self.redrawn(values) and "flat"
        return self._paths(values), describe(values, self.runs), redraw

    def on_button(self, name):
        if name in SCENES:
            self.set(**SCENES[name])

    def settings(self):
        values = super().settings()
        others = {name: value for name, value in values.items() if name not in OPTIMIZERS}
        return {"show": self._chosen(values)} | others

    @staticmethod
    def _chosen(values):
        return [name for name in OPTIMIZERS if values[name]]

    def _paths(self, values):
        regret, place = self.figure.axes
        cost = max(2 * abs(mean_slope(values)), SMALLEST)
        paths = [Path(regret, np.array([[1, cost], [values["n_steps"], cost]]), WORST, every=0)]
        for name, found in self.runs.items():
            style = _style(name)
            height = np.maximum(found.average_regret, SMALLEST)  # may be negative
            paths += [
                Path(regret, sampled(height), style, name, every=0),
                Path(place, outlined(found.x), style, name, every=0),
            ]
        return paths


def describe(values, runs):
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
        for name, found in runs.items()
    ]
    return "\n".join(lines if runs else [*lines, "No optimizer is chosen."])


def mean_slope(values):
    """Mean of the slopes of one period."""
    return values["low"] + (values["high"] - values["low"]) / values["period"]


def times(n):
    """At most `POINTS` of the times 1, ..., n, evenly spaced on a log axis, the last among them."""
    return np.unique(np.geomspace(1, n, min(n, POINTS)).round().astype(int))


def sampled(values):
    """A curve at some of the times 1, ..., n: points (t, value), shape (k, 2)."""
    t = times(len(values))
    return np.column_stack([t, values[t - 1]])


def outlined(values):
    """A curve that oscillates: its lowest and highest value between `times`, shape (k, 2).

    >>> outlined(np.array([0.5, 0.25]))
    array([[1.  , 0.5 ],
           [2.  , 0.25]])
    """
    t = times(len(values))
    low, high = (of.reduceat(values, t - 1) for of in (np.minimum, np.maximum))
    both = low < high
    points = np.column_stack([np.repeat(t, 2), np.column_stack([low, high]).ravel()])
    return points[np.column_stack([np.full(len(t), True), both]).ravel()]


def _style(name):
    return plotting.line_style(OPTIMIZERS[name].__name__)._replace(marker="")


@in_course_style
def online_figure(n_steps):
    """A figure whose axes are average regret and x, with a legend of all optimizers."""
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
    fit(figure, n_steps)
    lines = [legend_line(name, _style(name)) for name in OPTIMIZERS]
    lines.append(legend_line("always at the worse end", WORST))
    figure.legend(handles=lines, loc="lower center", bbox_to_anchor=(0.5, 0.86), ncols=4)
    return figure


def fit(figure, n_steps):
    """Set the length of the time axes."""
    for ax in figure.axes:
        ax.set_xlim(0.85, 1.2 * max(n_steps, 2))
