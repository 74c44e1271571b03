"""Momentum on the ravine: a map of lr and beta with its border of stability, live."""

import matplotlib.style
import numpy as np
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import NullLocator

from course_lib import plotting
from course_lib.experiments.momentum import (
    STEPS,
    convergence_rate,
    measured_rate,
    optimal_parameters,
    stability_limit,
    steps_per_digit,
)
from course_lib.experiments.verdicts import verdict
from course_lib.live.controls import Control, Controls
from course_lib.live.explorer import Explorer, Problem, check_choice
from course_lib.live.figure import Path
from course_lib.objectives import ravine
from course_lib.optimizers import MomentumState, NesterovState, momentum, nesterov, run
from course_lib.utils.objective_validation import check_start
from course_lib.utils.text import short

KINDS = {"momentum": (momentum, MomentumState), "nesterov": (nesterov, NesterovState)}
LR = 0.005, 5.0  # ends of the map
BETA = 0.0, 0.99
KAPPA = 1.0, 100.0
DECADES = -10, 4  # of the loss panel, from the highest value in the window
PLACES = [  # left, bottom, width, height of the map, the ravine, the loss curve, the colours
    (0.075, 0.17, 0.275, 0.72),
    (0.51, 0.17, 0.21, 0.72),
    (0.8, 0.17, 0.195, 0.72),
    (0.36, 0.17, 0.013, 0.72),
]
CHOSEN = plotting.LineStyle("#1a1a1a", "o", ())


def explore_momentum(kappa=10, lr=0.05, beta=0.5, n_steps=60, kind="momentum"):
    """The map of lr and beta beside the ravine: a click chooses the pair, the path follows.

    Parameters
    ----------
    kappa : float
        Condition number of the ravine, from 1 to 100.
    lr, beta : float
        Where to begin.
    n_steps : int
    kind : str
        "momentum" or "nesterov".

    Returns
    -------
    MomentumExplorer

    Raises
    ------
    ValueError
        If a value is not allowed.

    Examples
    --------
    >>> print(explore_momentum(lr=0.05, beta=0.5).sentence)
    momentum, kappa = 10, lr = 0.05, beta = 0.5, 60 steps: converged in 33 steps.
    Factor per step: 0.885 predicted, 0.885 measured. The border of stability is at lr = 0.3.
    """
    values = {"lr": lr, "beta": beta, "kappa": kappa, "n_steps": n_steps, "kind": kind}
    return MomentumExplorer(values)


class MomentumExplorer(Explorer):
    """What `explore_momentum` makes.

    Attributes
    ----------
    history : NamedTuple
        Of the run that is shown.
    x0 : ndarray, shape (2,)
        Its start; a click on the ravine moves it.
    """

    title = "explore_momentum"

    def __init__(self, values):
        first = self.checked(values)
        self.x0 = ravine().x0
        controls = Controls(_controls(first), buttons=["best pair"])
        figure = _figure(first)
        super().__init__(controls, figure, movable=figure.axes[:2])
        self.on_point(figure.axes[0], lambda lr, beta: self.set(lr=lr, beta=beta))
        self.on_point(figure.axes[1], self._move_start)
        self.update()

    def checked(self, values):
        numbers = super().checked({k: v for k, v in values.items() if k != "kind"})
        low, high = KAPPA
        if not low <= numbers["kappa"] <= high:
            text = f"kappa must be from {low:g} to {high:g}, but came as {numbers['kappa']:g}."
            raise Problem(f"{text} Write for example 10.", "kappa")
        check_choice("kind", values["kind"], KINDS)
        return numbers | {"kind": values["kind"]}

    def frame(self, values):
        still = ("kappa", "kind", "n_steps")  # what the part that stands still depends on
        redraw = any(values[n] != self.values.get(n, values[n]) for n in still)
        if redraw:
            figure = _figure(values)
            self.live.replace_figure(figure, movable=figure.axes[:2])
        step, state = KINDS[values["kind"]]
        hyper = {name: values[name] for name in ("lr", "beta")}
        objective = ravine(values["kappa"])
        self.history = run(step, state(self.x0), objective.grad, values["n_steps"], **hyper)
        chosen, contour = self.live.figure.axes[:2]
        self.live.set_point(chosen, *hyper.values())
        self.live.set_point(contour, *self.x0)
        x = self.history.x
        return self._paths(values, objective, x), describe(values, objective, x), redraw

    def _paths(self, values, objective, x):
        chosen, contour, curve = self.live.figure.axes[:3]
        style = plotting.line_style(values["kind"])
        height = np.maximum(plotting.optimality_gap(objective, x), 1e-300)
        return [
            Path(chosen, np.array([[values["lr"], values["beta"]]]), CHOSEN),
            Path(contour, x, style, values["kind"]),
            Path(curve, np.column_stack([np.arange(len(x)), height]), style, values["kind"]),
        ]

    def pressed(self, name):
        if name == "best pair":
            lr, beta = optimal_parameters(self.values["kappa"], self.values["kind"])
            self.set(lr=lr, beta=beta)
        else:
            self._move_start(*ravine().x0)

    def _move_start(self, x1, x2):
        self.x0 = check_start(ravine(), [x1, x2])
        self.update()


def describe(values, objective, x):
    """The sentence under the figure: what was run, its verdict, both factors, the border."""
    lr, beta, kappa, n_steps, kind = (values[n] for n in ("lr", "beta", "kappa", "n_steps", "kind"))
    measured = measured_rate(x)
    predicted = float(convergence_rate(lr, beta, kappa, kind))
    found = f"{measured:.3f} measured" if np.isfinite(measured) else "too few steps to measure"
    return (
        f"{kind}, kappa = {kappa:g}, lr = {lr:.3g}, beta = {beta:.4g}, {n_steps} steps: "
        f"{verdict(objective, x).text}.\n"
        f"Factor per step: {predicted:.3f} predicted, {found}. "
        f"The border of stability is at lr = {short(stability_limit(beta, kappa, kind), 3)}."
    )


def _controls(values):
    return [
        Control("lr", "log", values["lr"], *LR),
        Control("beta", "linear", values["beta"], *BETA),
        Control("kappa", "log", values["kappa"], *KAPPA),
        Control("n_steps", "integer", values["n_steps"], 0, 400, label="steps"),
        Control("kind", "menu", values["kind"], choices=tuple(KINDS)),
    ]


def _figure(values):
    kappa, n_steps = values["kappa"], max(values["n_steps"], 1)
    objective = ravine(kappa)
    with matplotlib.style.context(plotting.STYLE):
        figure = plotting.new_figure(10, 3.6)
        figure.set_layout_engine("none")  # it would take most of the time when kappa moves
        chosen, contour, curve, scale = (figure.add_axes(place) for place in PLACES)
        chosen.set_label("map of lr and beta")
        mesh = speed_map(chosen, kappa, values["kind"])
        figure.colorbar(mesh, cax=scale, format="{x:g}")
        scale.set_ylabel("steps for one more digit", fontsize="small", labelpad=0)
        plotting.contours(contour, objective)
        contour.set_title(f"ravine, kappa = {kappa:.3g}")
        high = plotting.HeightScale.of(objective).high
        limits = [high * 10.0**decade for decade in DECADES]
        curve.set(yscale="log", ylim=limits, title="f(x) − minimum")
        curve.set(xlim=plotting.time_limits(n_steps), xlabel="step t")
        curve.grid(True)
        for axis in (curve.yaxis, chosen.xaxis, scale.yaxis):
            axis.set_minor_locator(NullLocator())  # each tick costs time when kappa moves
    return figure


def speed_map(ax, kappa, kind="momentum", n=160):
    """Speed of convergence for every lr and beta, the border of stability and the best pair.

    Parameters
    ----------
    ax : matplotlib Axes
    kappa : float
    kind : str
    n : int
        Cells per side.

    Returns
    -------
    QuadMesh
        Colour is the number of steps for one more digit; what diverges has a colour of its own.
    """
    lr, beta = np.geomspace(*LR, n), np.linspace(*BETA, n)
    mesh = plotting.heat_map(ax, lr, beta, steps_per_digit(lr, beta[:, None], kappa, kind))
    mesh.set_clim(*STEPS)
    halo = [Stroke(linewidth=4, foreground="#1a1a1a"), Normal()]
    line = {"color": "white", "lw": 1.6, "path_effects": halo}
    ax.plot(stability_limit(beta, kappa, kind), beta, label="border of stability", **line)
    star = {"color": "white", "ms": 13, "mec": "#1a1a1a", "clip_on": False, "ls": ""}
    ax.plot(*optimal_parameters(kappa, kind), marker="*", label="best pair", **star)
    ax.fill([], [], color=plotting.DIVERGED, label="diverges")
    ax.set(xlim=LR, ylim=BETA, xlabel="lr", ylabel="beta")
    ax.xaxis.set_major_formatter("{x:g}")
    above = {"loc": "lower center", "bbox_to_anchor": (0.54, 1.0), "ncols": 3}
    ax.legend(**above, fontsize="small", handlelength=1.4, columnspacing=1, borderaxespad=0.2)
    return mesh
