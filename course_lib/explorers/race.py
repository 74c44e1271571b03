"""`explore_race`: four optimizers, each at its best learning rate, without noise and with it."""

import numpy as np
from matplotlib.ticker import NullLocator

from course_lib import plotting
from course_lib.experiments import race
from course_lib.experiments.verdicts import describe, words
from course_lib.explorers.figure_parts import loss_panel, loss_path
from course_lib.explorers.grounds import recorded_ground
from course_lib.explorers.inputs import count_slider, menu, toggle
from course_lib.live.explorer import Explorer
from course_lib.live.figure import Path
from course_lib.live.javascript import bundle
from course_lib.live.panels import colours
from course_lib.optimizers import STATES
from course_lib.recording.recorder import record_step
from course_lib.utils.style import in_course_style
from course_lib.utils.text import short

LOSS_DECADES = -10  # lower end of the loss panel, relative to the heights in the window
SHARES = 1e-8, 100.0  # all others are shown at these; runs that diverged, too
LEVEL = plotting.LineStyle("#8c8c8c", "", (2, 3))
PLACES = [  # left, bottom, width, height of the landscape, the loss curve, all rates
    (0.045, 0.155, 0.27, 0.755),
    (0.385, 0.155, 0.26, 0.755),
    (0.715, 0.155, 0.275, 0.755),
]


def explore_race(landscape="rosenbrock", noise=False, n_steps=race.N_STEPS):
    """Gradient descent, momentum, RMSProp and Adam, each at the best of the same learning rates.

    The right panel shows all learning rates: how much of the height at the start is left after 500
    steps. Below the grey line a run has converged. Their other hyperparameters are those of their
    signatures.

    Parameters
    ----------
    landscape : str
        One of `race.LANDSCAPES`: "rosenbrock", "ravine, kappa = 10000" or "bowl".
    noise : bool
        Whether noise of standard deviation 1 is added to each gradient, the same for all four. The
        best learning rate is then that of the median of 20 runs, and the first of them is shown.
    n_steps : int
        Steps to show, at most 500. The learning rates are best for 500.

    Raises
    ------
    ValueError
        If a value is not allowed.

    Examples
    --------
    >>> print(explore_race("bowl").sentence.splitlines()[0])
    gradient_descent, lr = 0.5, 500 steps from (-0.80, 0.90): f falls from 1.45 to 0; converged in 1 step.
    """  # noqa: E501
    return RaceExplorer(landscape, noise, n_steps)


class RaceExplorer(Explorer):
    """The explorer of `explore_race`; ``tuned``: label of each optimizer -> `race.Tuned`."""

    _esm = bundle("explorers/js/race.js")
    title = "explore_race"

    def __init__(self, landscape, noise, n_steps):
        most = race.N_STEPS
        inputs = [
            menu("landscape", landscape, race.LANDSCAPES),
            count_slider("n_steps", n_steps, (0, most), high=most, label="steps"),
            toggle("noise", noise),
        ]
        super().__init__(inputs)
        self.has_legend = True

    def new_figure(self, values):
        return race_figure(race.LANDSCAPES[values["landscape"]], values["n_steps"])

    def depends_on(self, values):
        return values["landscape"], values["n_steps"]

    def frame(self, values):
        self.tuned = {label: _tuned(label, values) for label in race.OPTIMIZERS}
        redraw = self.redrawn(values)
        paths = [path for label in self.tuned for path in self._paths(label, values)]
        return paths, describe_race(values), redraw

    def recording(self):
        return {
            "words": words(),
            "grounds": {name: recorded_ground(o) for name, o in race.LANDSCAPES.items()},
            "colours": colours(plotting.LANDSCAPE),
            "runs": [_recorded_run(label, step) for label, step in race.OPTIMIZERS.items()],
            "noise": race.noise_of_runs()[:, :, 1].ravel().tolist(),
            "last_line": [last_line(noise) for noise in (False, True)],
        }

    def _paths(self, label, values):
        contour, loss, rates = self.figure.axes
        objective, style = race.LANDSCAPES[values["landscape"]], plotting.line_style(label)
        x = self.tuned[label].x[: values["n_steps"] + 1]
        curve, dot = rates_curve(self.tuned[label])
        return [
            Path(contour, x, style, label),
            loss_path(loss, plotting.optimality_gap(objective, x), style, label),
            Path(rates, without_ends(curve), style, label, every=0),
            Path(rates, dot, style, label, every=0),
        ]


def _tuned(label, values):
    return race.tuned(label, values["landscape"], values["noise"])


def _recorded_run(label, step):
    """The step function, and for each landscape, without and with noise, what `race` found."""
    tuned = {
        name: [_recorded_tuned(race.tuned(label, name, noise)) for noise in (False, True)]
        for name in race.LANDSCAPES
    }
    program = record_step(step, STATES[step], ("lr",))
    style = plotting.line_style(label)._asdict()
    return {"label": label, "program": program, "style": style, "tuned": tuned}


def _recorded_tuned(tuned):
    curve, dot = rates_curve(tuned)
    return {"lr": tuned.lr, "curve": curve.ravel().tolist(), "dot": dot.ravel().tolist()}


def rates_curve(tuned):
    """The share that is left at each rate, points (lr, share), and the point of the best."""
    share = np.clip(tuned.share, *SHARES)
    points = np.column_stack([race.RATES, share])
    return points, points[[tuned.best]]


def without_ends(curve):
    """A curve that the live figure gives no ring and no marker: it begins and ends nowhere."""
    nowhere = np.full((1, 2), np.nan)
    return np.vstack([nowhere, curve, nowhere])


def describe_race(values):
    """The sentences under the figure: each run with its verdict, one lr for all."""
    objective, end = race.LANDSCAPES[values["landscape"]], values["n_steps"] + 1
    found = {label: _tuned(label, values) for label in race.OPTIMIZERS}
    lines = [describe(f"{n}, lr = {one.lr:g}", objective, one.x[:end]) for n, one in found.items()]
    return "\n".join([*lines, last_line(values["noise"])])


def last_line(noise):
    """What one rate for all landscapes leaves where it works worst."""
    best = {label: race.best_for_all(label, noise) for label in race.OPTIMIZERS}
    parts = [f"{label} {short(share)} (lr = {lr:g})" for label, (lr, share) in best.items()]
    about = f"The noise, seed {race.SEED}, is the same for all four. " if noise else ""
    share = (
        "With one lr for all three landscapes, the share of the height that is left on the worst"
    )
    return f"{about}{share} of them is at best {', '.join(parts)}."


@in_course_style
def race_figure(objective, n_steps):
    """A figure whose axes are the landscape, the loss, and what all rates leave."""
    figure = plotting.new_figure(10, 3.5)
    figure.set_layout_engine("none")  # it would take most of the time
    contour, loss, rates = (figure.add_axes(place) for place in PLACES)
    plotting.contours(contour, objective)
    contour.set_title(objective.name)
    heights = plotting.HeightScale.of(objective)
    span = heights.high - heights.low
    loss_panel(loss, n_steps, ylim=(span * 10.0**LOSS_DECADES, span * 4))
    rates.set(xscale="log", yscale="log", xlim=race.RATES[[0, -1]], xlabel="lr")
    rates.set_ylim(SHARES[0] / 2, SHARES[1] / 10)
    rates.set_title(f"share of height left after {race.N_STEPS} steps")
    rates.axhline(1e-4, color=LEVEL.color, dashes=LEVEL.dash)
    words = {"va": "top", "size": "small", "color": "#555555"}
    rates.text(race.RATES[0] * 1.2, 0.7e-4, "converged below", **words)
    rates.grid(True)
    for axis in (loss.yaxis, rates.xaxis, rates.yaxis):
        axis.set_minor_locator(NullLocator())
    return figure
