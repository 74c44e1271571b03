"""The live pieces of the notebooks: sliders, a live figure and a table of the state."""

import base64
import functools
import inspect
import linecache
import sys
import traceback

import ipywidgets
import matplotlib.style
import numpy as np
from matplotlib.lines import Line2D

from course_lib import objectives, plotting
from course_lib.controls import Control, Controls, hyperparameter_control
from course_lib.live_figure import LiveFigure, Path
from course_lib.optimizers import STATES, check_hyperparameter, hyperparameters, run
from course_lib.verdicts import describe

DECADES = 10  # of the loss panel


def explore(objective, *steps, x0=None, n_steps=60, scenes=None, **values):
    """Sliders, contour, surface, loss curve, state table and verdict for one or more optimizers.

    Parameters
    ----------
    objective : Objective
        Where to start; a menu offers the rest of the catalogue.
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
        Values to start from, ``lr=0.02``; default those of the signature.

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
    >>> explore(bowl, gradient_descent, lr=0.4, n_steps=10).sentence
    'gradient_descent, 10 steps from (-0.80, 0.90): f falls from 1.45 to 1.5e-14; converged in 3 steps.'
    """  # noqa: E501
    if not steps:
        raise ValueError(
            "explore needs at least one step function. Write for example explore(bowl, adam)."
        )
    return Explorer(objective, steps, x0, n_steps, scenes or {}, values)


class Explorer(ipywidgets.VBox):
    """What `explore` makes; it can also be moved from code.

    Attributes
    ----------
    values : dict
        Objective, n_steps and hyperparameters as they stand.
    histories : dict
        Label of each optimizer to the history of its run.
    sentence : str
        What the picture shows, in words.
    controls, live : Controls, LiveFigure
    """

    def __init__(self, objective, steps, x0, n_steps, scenes, values):
        self.steps = _labelled(steps)
        self.scenes = scenes
        self.histories = {}
        self.objectives = {o.name: o for o in [objective, *objectives.catalogue()]}
        self.objectives[objective.name] = objective
        defaults = _shared_hyperparameters(steps) | {"n_steps": n_steps}
        _check_names(values, defaults)
        for scene in scenes.values():
            _check_names(scene, defaults)
        self._checked = _checked_values(defaults | values | {"objective": objective.name})
        self.controls = Controls(_controls(self.objectives, self._checked), buttons=scenes)
        self._set_objective(objective, x0)
        self.live = LiveFigure(self._new_figure(), movable=self._axes[:1], sentence="computing")
        self.live.on_point(self._axes[0], self._move_start)
        self.live.on_table(self._table)
        self._update()
        super().__init__([self.controls, self.live])
        self.add_class("course-explorer")
        self.controls.observe(self._on_values, "values")
        self.controls.observe(self._on_pressed, "pressed")

    def __repr__(self):
        settings = {**self._checked, "x0": f"({self.x0[0]:.2f}, {self.x0[1]:.2f})"}
        settings = ", ".join(f"{name}={_written(value)}" for name, value in settings.items())
        problem = self.controls.problem.get("text")
        return f"explore({settings})\n{problem or self.sentence}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = repr(self)
        data["image/png"] = base64.b64encode(self.live.png()).decode()
        return bundle

    @property
    def values(self):
        return dict(self._checked)

    @property
    def sentence(self):
        return self.live.sentence

    def set(self, **values):
        """Move sliders from code: ``explorer.set(lr=0.1)``."""
        _check_names(values, {**self._checked})
        self.controls.values = {**self.controls.values, **values}

    # Events

    def _on_values(self, _):
        self._say("")
        try:
            checked = _checked_values(self.controls.values)
        except _Problem as problem:
            self._say(str(problem), problem.name)
            return
        new = self.objectives[checked["objective"]]
        other_picture = new is not self.objective or checked["n_steps"] != self._checked["n_steps"]
        self._checked = checked
        if new is not self.objective:
            self._set_objective(new)
        if other_picture:
            self.live.replace_figure(self._new_figure(), movable=self._axes[:1])
        self._update(redraw=other_picture)

    def _on_pressed(self, change):
        name = change["new"].get("name")
        if name == "reset":
            self._set_objective(self.objective, self._first_x0)
            self._update()
        elif name in self.scenes:
            self.set(**self.scenes[name])

    def _move_start(self, x1, x2):
        self.x0 = np.array([x1, x2])
        self._update()

    def _say(self, text, name=""):
        self.controls.problem = {"text": text, "name": name} if text else {}

    # Computing

    def _set_objective(self, objective, x0=None):
        self.objective = objective
        self.heights = plotting.Heights.of(objective)
        self.x0 = _checked_start(objective, objective.x0 if x0 is None else x0)
        if not hasattr(self, "_first_x0"):
            self._first_x0 = self.x0

    def _hyper(self, step):
        return {name: self._checked[name] for name in _free(step)}

    def _update(self, redraw=False):
        """Run every optimizer and show its paths; on a failure say so and keep the picture."""
        self.live.set_point(self._axes[0], *self.x0)
        try:
            histories = {label: self._run(step) for label, step in self.steps.items()}
        except Exception as error:  # a student's function may raise anything
            self._say(_explained(error, self.steps.values()))
            if redraw or not self.histories:
                self.live.show([], "No path yet: see the message above.", redraw)
            return
        self.histories = histories
        paths = [path for label in self.steps for path in self._paths(label)]
        self.live.show(paths, self._sentence(), redraw)

    def _run(self, step):
        start = start_state(step, self.x0, self.objective.grad)
        return run(step, start, self.objective.grad, self._checked["n_steps"], **self._hyper(step))

    def _sentence(self):
        return " ".join(
            describe(label, self.objective, history.x) for label, history in self.histories.items()
        )

    def _paths(self, label):
        x = self.histories[label].x
        style = plotting.line_style(label.split(",")[0])
        loss = plotting.gap(self.objective, x)
        if self.objective.minimum is not None:
            loss = np.maximum(loss, 1e-300)  # 0 is far below a log axis, and not a hole in the line
        t = np.arange(len(x))
        contour, surface, curve = self._axes
        return [
            Path(contour, x, style, label),
            Path(surface, plotting.path_on_surface(self.objective, x, self.heights), style, label),
            Path(curve, np.column_stack([t, loss]), style, label),
        ]

    def _table(self):
        tables = {}
        for label, step in self.steps.items():
            if label in self.histories:
                tables[label] = state_table(
                    step, self.histories[label], self.objective.grad, self._hyper(step)
                )
        return tables

    # The part of the picture that stands still

    def _new_figure(self):
        with matplotlib.style.context(plotting.STYLE):
            figure = plotting.new_figure(10, 3.55 if len(self.steps) == 1 else 3.8)
            grid = figure.add_gridspec(1, 3, width_ratios=[1, 1, 1])
            contour = figure.add_subplot(grid[0], title=self.objective.name)
            surface = figure.add_subplot(grid[1], projection="3d", label=self.objective.name)
            curve = figure.add_subplot(grid[2], title="height above the minimum")
            plotting.contours(contour, self.objective)
            plotting.surface(surface, self.objective)
            self._loss_axes(curve)
            if len(self.steps) > 1:
                handles = [_legend_line(label) for label in self.steps]
                figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
        self._axes = [contour, surface, curve]
        return figure

    def _loss_axes(self, ax):
        n_steps = max(self._checked["n_steps"], 1)
        span = self.heights.high - self.heights.low
        ax.set(xlim=(0, n_steps), xlabel="step t")
        ax.grid(True)
        if self.objective.minimum is None:
            ax.set(ylim=(self.heights.low - 0.05 * span, self.heights.high), title="value of f")
            return
        ax.set_yscale("log")
        ax.set_ylim(span * 10.0**-DECADES, span * 3)


def _legend_line(label):
    style = plotting.line_style(label.split(",")[0])
    line = Line2D([], [], color=style.color, marker=style.marker, label=label)
    if style.dash:
        line.set_dashes(style.dash)
    return line


# Reading step functions


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


def _free(step):
    """Hyperparameters that are not fixed by a partial."""
    fixed = step.keywords if isinstance(step, functools.partial) else {}
    return {name: value for name, value in hyperparameters(step).items() if name not in fixed}


def _shared_hyperparameters(steps):
    shared = {}
    for step in steps:
        for name, value in _free(step).items():
            if shared.get(name) is None:
                shared[name] = 0.1 if value is None else value
    return shared


def start_state(step, x0, grad):
    """The state that a step function starts from, found by trying.

    The library's steps have theirs in `optimizers.STATES`. A student's step takes the first of
    these states that it can work on.

    Parameters
    ----------
    step : callable
    x0 : ndarray, shape (2, ...)
    grad : callable

    Returns
    -------
    NamedTuple
    """
    plain = inspect.unwrap(getattr(step, "func", step))
    if plain in STATES:
        return STATES[plain](x0)
    of_same_name = [kind for known, kind in STATES.items() if known.__name__ == plain.__name__]
    candidates = list(dict.fromkeys([*of_same_name, *STATES.values()]))
    for kind in candidates:
        try:
            state = run(step, kind(x0), grad, 1)
        except Exception:  # this kind does not fit; another may
            continue
        if isinstance(state, tuple):
            return kind(x0)
    return candidates[0](x0)


def state_table(step, history, grad, hyper):
    """Every quantity of every step: the state's fields and what the step function computes inside.

    The step is run once more while its local variables are watched; those with the shape of ``x``
    become columns, in the order in which the function names them.

    Returns
    -------
    dict
        names, rows and data as in ``LiveFigure.table``.
    """
    code = inspect.unwrap(getattr(step, "func", step)).__code__
    seen = []

    def watch(frame, event, _):
        if event == "return" and frame.f_code is code:
            seen.append(dict(frame.f_locals))

    kind, n_steps = type(history), len(history.x) - 1
    start = kind(*(field[0] for field in history))
    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        run(step, start, grad, n_steps, **hyper)
    finally:
        sys.setprofile(before)
    shape = history.x[0].shape
    fields = [name for name in kind._fields if np.shape(getattr(start, name)) == shape]
    inner = [n for n in code.co_varnames if seen and _has_shape(seen[0].get(n), shape)]
    names = list(dict.fromkeys(["x", "g", *fields, *inner]))
    if "v_max" in names:
        names = [*(n for n in names if n != "v_max"), "v_max"]
    data = np.full((n_steps + 1, shape[0], len(names)), np.nan, "<f4")
    for column, name in enumerate(names):
        if name in kind._fields:
            data[:, :, column] = getattr(history, name)
        else:
            data[1:, :, column] = [values.get(name, np.nan) for values in seen]
    rows = [f"x{i + 1}" for i in range(shape[0])]
    return {"names": names, "rows": rows, "data": data.tobytes()}


def _has_shape(value, shape):
    try:
        return isinstance(value, (np.ndarray, list)) and np.shape(value) == shape
    except ValueError:  # a ragged list
        return False


# Values and messages


class _Problem(ValueError):
    def __init__(self, text, name=""):
        super().__init__(text)
        self.name = name


def _check_names(values, known):
    for name in values:
        if name not in known:
            raise ValueError(
                f"there is no {name} to set here; there are {', '.join(known)}. "
                "The names are those of the step function's signature."
            )


def _checked_values(values):
    """Values as numbers; a _Problem names the first that is not allowed."""
    checked = {"objective": values["objective"]}
    for name, value in values.items():
        if name == "objective":
            continue
        try:
            number = float(value)
        except (TypeError, ValueError):
            text = f"{name} must be a number, but came as {value!r}. Write for example 0.1."
            raise _Problem(text, name) from None
        if name == "n_steps":
            if not (number >= 0 and number == int(number) and number <= 100_000):
                text = (
                    "n_steps counts steps: a whole number from 0 to 100000, "
                    f"but came as {value}. Write for example 60."
                )
                raise _Problem(text, name)
            number = int(number)
        else:
            try:
                check_hyperparameter(name, number)
            except ValueError as error:
                raise _Problem(str(error), name) from None
        checked[name] = number
    return checked


def _checked_start(objective, x0):
    x0 = np.asarray(x0, float)
    inside = (
        x0.shape == (2,) and ((x0 >= objective.bounds[:, 0]) & (x0 <= objective.bounds[:, 1])).all()
    )
    if not inside:
        raise ValueError(
            f"x0 must be two numbers inside the window {objective.bounds.tolist()} of "
            f"{objective.name}, but came as {x0.tolist()}. "
            f"Write for example x0={objective.x0.tolist()}."
        )
    return x0


def _controls(names, values):
    controls = [
        hyperparameter_control(name, value)
        for name, value in values.items()
        if name not in ("objective", "n_steps")
    ]
    high = max(200, 2 * values["n_steps"])
    return [
        *controls,
        Control("n_steps", "integer", values["n_steps"], 0, high),
        Control("objective", "menu", values["objective"], choices=tuple(names)),
    ]


def _written(value):
    return value if isinstance(value, str) else f"{value:.6g}"


def _explained(error, steps):
    """What a student's function raised, with the line of theirs where it happened."""
    codes = {inspect.unwrap(getattr(s, "func", s)).__code__.co_filename for s in steps}
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in codes]
    message = f"{type(error).__name__}: {error}"
    if isinstance(error, ValueError) and not frames:
        return str(error)
    if not frames:
        return message
    line = frames[-1].line or linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
    return f"{message}\nin {frames[-1].name}, line {frames[-1].lineno} of its cell: {line}"
