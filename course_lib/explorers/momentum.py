"""`explore_momentum`: a map of lr and beta on the ravine, with the stability limit."""

import numpy as np
from matplotlib import colormaps
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import NullLocator

from course_lib import plotting
from course_lib.experiments import momentum as theory
from course_lib.experiments.verdicts import verdict, words
from course_lib.explorers.base import StartExplorer
from course_lib.explorers.families import Family
from course_lib.explorers.figure_parts import CHOSEN, loss_panel, loss_path
from course_lib.explorers.inputs import count_slider, hyperparameter_control, menu, number_slider
from course_lib.live.figure import Path
from course_lib.live.javascript import bundle
from course_lib.live.panels import colours
from course_lib.objectives import ravine
from course_lib.optimizers import MomentumState, NesterovState, momentum, nesterov, run
from course_lib.recording.recorder import record_function, record_step
from course_lib.utils.style import in_course_style
from course_lib.utils.text import short

KINDS = {"momentum": (momentum, MomentumState), "nesterov": (nesterov, NesterovState)}
LR = 0.005, 5.0  # ends of the map
BETA = 0.0, 0.99
KAPPA = 1.0, 100.0
CELLS = 160  # of the map in each direction
LOSS_DECADES = -10, 4  # ends of the loss panel, relative to the highest value in the window
PLACES = [  # left, bottom, width, height of the map, the ravine, the loss curve, the colours
    (0.075, 0.17, 0.275, 0.72),
    (0.51, 0.17, 0.21, 0.72),
    (0.8, 0.17, 0.195, 0.72),
    (0.36, 0.17, 0.013, 0.72),
]


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

    Raises
    ------
    ValueError
        If a value is not allowed.

    Examples
    --------
    >>> print(explore_momentum(lr=0.05, beta=0.5).sentence)
    momentum, kappa = 10, lr = 0.05, beta = 0.5, 60 steps: converged in 33 steps.
    Factor per step: 0.885 predicted, 0.885 measured. The stability limit is at lr = 0.3.
    """
    return MomentumExplorer(kappa, lr, beta, n_steps, kind)


class MomentumExplorer(StartExplorer):
    """The explorer of `explore_momentum`; ``history`` is the run that is shown."""

    _esm = bundle("explorers/js/momentum.js")
    title = "explore_momentum"
    n_movable = 2
    start_panel = 1

    def __init__(self, kappa, lr, beta, n_steps, kind):
        inputs = [
            hyperparameter_control("lr", lr, slider=LR),
            hyperparameter_control("beta", beta, slider=BETA, kind="linear"),
            number_slider("kappa", kappa, "log", KAPPA, *KAPPA, example=10),
            count_slider("n_steps", n_steps, (0, 400), label="steps"),
            menu("kind", kind, KINDS),
        ]
        super().__init__(ravine(), None, inputs, buttons=["best pair"])
        self.on_point(self.figure.axes[0], lambda lr, beta: self.set(lr=lr, beta=beta))

    def new_figure(self, values):
        return momentum_figure(values["kappa"], values["kind"], values["n_steps"])

    def depends_on(self, values):
        return values["kappa"], values["kind"], values["n_steps"]

    def frame(self, values):
        step, state = KINDS[values["kind"]]
        self.objective = ravine(values["kappa"])
        lr, beta = values["lr"], values["beta"]
        grad, n_steps = self.objective.grad, values["n_steps"]
        self.history = run(step, state(self.x0), grad, n_steps, lr=lr, beta=beta)
        redraw = self.redrawn(values)
        self.set_point(self.figure.axes[0], lr, beta)
        self.mark_start()
        return self._paths(values), describe(values, self.objective, self.history.x), redraw

    def recording(self):
        return {
            "kinds": {kind: _recorded_kind(kind) for kind in KINDS},
            "ground": Family(ravine).recorded(),
            "x0": self._first_x0.tolist(),
            "words": words(),
            "chosen": CHOSEN._asdict(),
            "colours": {
                "ravine": colours(plotting.LANDSCAPE),
                "map": colours(colormaps["cividis_r"]),
            },
            "diverged": plotting.DIVERGED,
            "map": {"lr": LR, "beta": BETA, "n": CELLS, "steps": theory.STEPS},
        }

    def on_button(self, name):
        super().on_button(name)
        if name == "best pair":
            lr, beta = theory.optimal_parameters(self.values["kappa"], self.values["kind"])
            self.set(lr=lr, beta=beta)

    def _paths(self, values):
        pair, contour, loss = self.figure.axes[:3]
        x, kind = self.history.x, values["kind"]
        style, gap = plotting.line_style(kind), plotting.optimality_gap(self.objective, x)
        return [
            Path(pair, np.array([[values["lr"], values["beta"]]]), CHOSEN),
            Path(contour, x, style, kind),
            loss_path(loss, gap, style, kind),
        ]


def _recorded_kind(kind):
    """The step function of a kind, and its formulas."""
    step, state = KINDS[kind]
    formulas = theory.formulas(kind).items()
    return {
        "program": record_step(step, state, ("lr", "beta")),
        "style": plotting.line_style(kind)._asdict(),
        "formulas": {name: record_function(f, names) for name, (f, names) in formulas},
    }


def describe(values, objective, x):
    """The sentence under the figure: the run, its verdict, both rates, the stability limit."""
    lr, beta, kappa, n_steps, kind = (values[n] for n in ("lr", "beta", "kappa", "n_steps", "kind"))
    measured = theory.measured_rate(x)
    predicted = float(theory.convergence_rate(lr, beta, kappa, kind))
    found = f"{measured:.3f} measured" if np.isfinite(measured) else "too few steps to measure"
    return (
        f"{kind}, kappa = {kappa:g}, lr = {lr:.3g}, beta = {beta:.4g}, {n_steps} steps: "
        f"{verdict(objective, x).text}.\n"
        f"Factor per step: {predicted:.3f} predicted, {found}. "
        f"The stability limit is at lr = {short(theory.stability_limit(beta, kappa, kind), 3)}."
    )


@in_course_style
def momentum_figure(kappa, kind, n_steps):
    """A figure whose axes are the map, the ravine, the loss and the colours of the map."""
    objective = ravine(kappa)
    figure = plotting.new_figure(10, 3.6)
    figure.set_layout_engine("none")  # it would take most of the time when kappa moves
    pair, contour, loss, scale = (figure.add_axes(place) for place in PLACES)
    pair.set_label("map of lr and beta")
    pair.set_gid(f"{kind}, kappa = {kappa:.6g}")
    mesh = speed_map(pair, kappa, kind)
    figure.colorbar(mesh, cax=scale, format="{x:g}")
    scale.set_ylabel("steps for one more digit", fontsize="small", labelpad=0)
    plotting.contours(contour, objective)
    contour.set_title(f"ravine, kappa = {kappa:.3g}")
    high = plotting.HeightScale.of(objective).high
    loss_panel(loss, n_steps, ylim=[high * 10.0**decade for decade in LOSS_DECADES])
    for axis in (loss.yaxis, pair.xaxis, scale.yaxis):
        axis.set_minor_locator(NullLocator())  # each tick costs time when kappa moves
    return figure


def speed_map(ax, kappa, kind="momentum", n=CELLS):
    """Steps for one more digit as a heat map of n by n lr and beta; returns the QuadMesh.

    It also marks the stability limit and the best pair.
    """
    lr, beta = np.geomspace(*LR, n), np.linspace(*BETA, n)
    mesh = plotting.heat_map(ax, lr, beta, theory.steps_per_digit(lr, beta[:, None], kappa, kind))
    mesh.set_clim(*theory.STEPS)
    halo = [Stroke(linewidth=4, foreground="#1a1a1a"), Normal()]
    line = {"color": "white", "lw": 1.6, "path_effects": halo}
    ax.plot(theory.stability_limit(beta, kappa, kind), beta, label="stability limit", **line)
    star = {"color": "white", "ms": 13, "mec": "#1a1a1a", "clip_on": False, "ls": ""}
    ax.plot(*theory.optimal_parameters(kappa, kind), marker="*", label="best pair", **star)
    ax.fill([], [], color=plotting.DIVERGED, label="diverges")
    ax.set(xlim=LR, ylim=BETA, xlabel="lr", ylabel="beta")
    ax.xaxis.set_major_formatter("{x:g}")
    above = {"loc": "lower center", "bbox_to_anchor": (0.54, 1.0), "ncols": 3}
    ax.legend(**above, fontsize="small", handlelength=1.4, columnspacing=1, borderaxespad=0.2)
    return mesh
