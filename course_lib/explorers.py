"""`explore`: one or more optimizers on a landscape, with everything about them under the hand."""

import functools

import matplotlib.style
import numpy as np
from matplotlib.lines import Line2D

from course_lib import objectives, plotting
from course_lib.controls import Control, Controls, hyperparameter_control
from course_lib.live_figure import Path
from course_lib.live_piece import LivePiece, checked_value
from course_lib.optimizers import run
from course_lib.state_tables import free_hyperparameters, start_state, state_table
from course_lib.verdicts import describe

DECADES = 10  # height of the loss panel


def explore(objective, *steps, x0=None, n_steps=60, scenes=None, **values):
    """Sliders, contour, surface, loss curve, state table and verdict for one or more optimizers.

    Parameters
    ----------
    objective : Objective
        Where to begin; a menu offers the rest of the catalogue.
    *steps : callable
        Step functions, ``step(state, g, lr=..., ...)``: the library's or your own. Their
        hyperparameters become sliders; one slider moves all optimizers that have it. A
        hyperparameter fixed with ``functools.partial`` gets none.
    x0 : array_like, shape (2,), optional
        Start; default that of the objective. A click on the contour moves it.
    n_steps : int
        Steps of each run.
    scenes : dict of str to dict, optional
        Buttons that set several values at once: ``{"too large": {"lr": 1.1}}``.
    **values : float
        Values to begin with, ``lr=0.02``; default those of the signature.

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError
        If a value is not allowed, a name is unknown, or ``x0`` lies outside the window.

    Examples
    --------
    >>> from course_lib.objectives import bowl
    >>> from course_lib.optimizers import gradient_descent
    >>> print(explore(bowl, gradient_descent, lr=0.4, n_steps=9).sentence)
    gradient_descent, 9 steps from (-0.80, 0.90): f falls from 1.45 to 3.8e-13; converged in 3 steps.
    """  # noqa: E501
    if not steps:
        raise ValueError(
            "explore needs at least one step function. Write for example explore(bowl, adam)."
        )
    return Explorer(objective, steps, x0, n_steps, scenes or {}, values)


class Explorer(LivePiece):
    """What `explore` makes; it can also be moved from code with ``set``.

    Attributes
    ----------
    histories : dict
        Label of each optimizer to the history of its run.
    x0 : ndarray, shape (2,)
        The start as it stands.
    """

    title = "explore"

    def __init__(self, objective, steps, x0, n_steps, scenes, values):
        self.steps = _labelled(steps)
        self.scenes = scenes
        self.histories = {}
        others = {other.name: other for other in objectives.catalogue()}
        self.objectives = {objective.name: objective} | others | {objective.name: objective}
        defaults = _shared_hyperparameters(steps) | {"n_steps": n_steps}
        for given in (values, *scenes.values()):
            _check_names(given, defaults)
        first = {n: checked_value(n, value) for n, value in (defaults | values).items()}
        self._place(objective, x0)
        self._first_x0 = self.x0
        figure = self._figure(objective, first["n_steps"])
        controls = Controls(_controls(self.objectives, objective.name, first), buttons=scenes)
        super().__init__(controls, figure, movable=figure.axes[:1])
        self.live.on_point(figure.axes[0], self._move_start)
        self.live.on_table(self._tables)
        self.update()

    def checked(self, values):
        numbers = {name: value for name, value in values.items() if name != "objective"}
        return super().checked(numbers) | {"objective": values["objective"]}

    def frame(self, values):
        objective = self.objectives[values["objective"]]
        redraw = values["n_steps"] != self.values.get("n_steps", values["n_steps"])
        if objective is not self.objective:
            redraw = True
            self._place(objective)
        if redraw:
            figure = self._figure(objective, values["n_steps"])
            self.live.replace_figure(figure, movable=figure.axes[:1])
        self.live.set_point(self.live.figure.axes[0], *self.x0)
        try:
            self.histories = {label: self._run(step, values) for label, step in self.steps.items()}
        except Exception:
            if redraw or not self.values:  # the old paths do not belong to this landscape
                self.live.show([], "No path: see the message under the sliders.", redraw=True)
                self.values = values
            raise
        paths = [path for label in self.steps for path in self._paths(label)]
        return paths, self._sentence(), redraw

    def pressed(self, name):
        if name == "reset":
            self._place(self.objective, self._first_x0)
            self.update()
        elif name in self.scenes:
            self.set(**self.scenes[name])

    def __repr__(self):
        at = f"start ({self.x0[0]:.2f}, {self.x0[1]:.2f})"
        return super().__repr__().replace(")\n", f", {at})\n", 1)

    def _move_start(self, x1, x2):
        self.x0 = np.array([x1, x2])
        self.update()

    def _place(self, objective, x0=None):
        self.objective = objective
        self.heights = plotting.Heights.of(objective)
        self.x0 = _checked_start(objective, objective.x0 if x0 is None else x0)

    def _hyper(self, step, values):
        return {name: values[name] for name in free_hyperparameters(step)}

    def _run(self, step, values):
        start = start_state(step, self.x0, self.objective.grad)
        grad, n_steps = self.objective.grad, values["n_steps"]
        return run(step, start, grad, n_steps, **self._hyper(step, values))

    def _sentence(self):
        return "\n".join(
            describe(label, self.objective, history.x) for label, history in self.histories.items()
        )

    def _paths(self, label):
        x = self.histories[label].x
        style = plotting.line_style(label.split(",")[0])
        contour, surface, curve = self.live.figure.axes
        height = plotting.gap(self.objective, x)
        if self.objective.minimum is not None:
            height = np.maximum(height, 1e-300)  # 0 lies far below a log axis; it is no hole
        loss = np.column_stack([np.arange(len(x)), height])
        return [
            Path(contour, x, style, label),
            Path(surface, plotting.path_on_surface(self.objective, x, self.heights), style, label),
            Path(curve, loss, style, label),
        ]

    def _tables(self):
        grad = self.objective.grad
        return {
            label: state_table(
                self.steps[label], history, grad, self._hyper(self.steps[label], self.values)
            )
            for label, history in self.histories.items()
        }

    def _figure(self, objective, n_steps):
        with matplotlib.style.context(plotting.STYLE):
            figure = plotting.new_figure(10, 3.5 if len(self.steps) == 1 else 3.75)
            contour = figure.add_subplot(1, 3, 1, title=objective.name)
            surface = figure.add_subplot(1, 3, 2, projection="3d", label=objective.name)
            curve = figure.add_subplot(1, 3, 3)
            plotting.contours(contour, objective)
            plotting.surface(surface, objective)
            _loss_panel(curve, objective, self.heights, n_steps)
            if len(self.steps) > 1:
                handles = [_legend_line(label) for label in self.steps]
                figure.legend(
                    handles=handles, loc="outside upper center", ncols=min(4, len(handles))
                )
        return figure


def _loss_panel(ax, objective, heights, n_steps):
    n_steps = max(n_steps, 1)
    span = heights.high - heights.low
    ax.set(xlim=(-0.02 * n_steps, 1.03 * n_steps), xlabel="step t")
    ax.grid(True)
    if objective.minimum is None:
        margin = 0.05 * span
        ax.set(ylim=(heights.low - margin, heights.high + margin), title="f(x)")
    else:
        ax.set_yscale("log")
        ax.set(ylim=(span * 10.0**-DECADES, span * 4), title="f(x) − minimum")


def _legend_line(label):
    style = plotting.line_style(label.split(",")[0])
    line = Line2D([], [], color=style.color, marker=style.marker, label=label)
    if style.dash:
        line.set_dashes(style.dash)
    return line


def _labelled(steps):
    """Label to step; a partial's fixed values are part of its label."""
    labels = {}
    for step in steps:
        fixed = step.keywords if isinstance(step, functools.partial) else {}
        name = getattr(getattr(step, "func", step), "__name__", "your step")
        label = ", ".join([name, *(f"{key} = {value:g}" for key, value in fixed.items())])
        while label in labels:
            label += "'"
        labels[label] = step
    return labels


def _shared_hyperparameters(steps):
    """Names and values for the sliders; the first step that has a default decides it."""
    shared = {}
    for step in steps:
        for name, value in free_hyperparameters(step).items():
            if shared.get(name) is None:
                shared[name] = value
    return {name: 0.1 if value is None else value for name, value in shared.items()}


def _check_names(values, known):
    for name in values:
        if name not in known:
            raise ValueError(
                f"there is no {name} to set here; there are {', '.join(known)}. "
                "The names are those in the step functions' signatures."
            )


def _checked_start(objective, x0):
    x0 = np.asarray(x0, float)
    low, high = objective.bounds.T
    if x0.shape != (2,) or not ((x0 >= low) & (x0 <= high)).all():
        raise ValueError(
            f"x0 must be two numbers inside the window {objective.bounds.tolist()} of "
            f"{objective.name}, but came as {x0.tolist()}. "
            f"Write for example x0={objective.x0.tolist()}."
        )
    return x0


def _controls(names, name, values):
    sliders = [hyperparameter_control(n, v) for n, v in values.items() if n != "n_steps"]
    most = max(200, 2 * values["n_steps"])
    count = Control("n_steps", "integer", values["n_steps"], 0, most, label="steps")
    return [*sliders, count, Control("objective", "menu", name, choices=tuple(names))]
