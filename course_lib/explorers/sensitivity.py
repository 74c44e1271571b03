"""How an optimizer depends on its hyperparameters, live: the map beside the landscape."""

import numpy as np

from course_lib import objectives, optimizers, plotting
from course_lib.experiments.runs import in_time
from course_lib.experiments.sensitivity import sensitivity_map
from course_lib.experiments.steps import free_hyperparameters, label_steps, start_state
from course_lib.explorers.inputs import (
    check_objective_and_steps,
    shared_hyperparameters,
)
from course_lib.explorers.sensitivity_figure import COLOURS, place_of, sensitivity_figure
from course_lib.explorers.sensitivity_inputs import (
    NONE,
    checked_counts,
    choices,
    first_values,
    rounded,
    sensitivity_controls,
    side,
    sides_of,
)
from course_lib.live.controls import Controls
from course_lib.live.explorer import Explorer, check_choice, explained
from course_lib.live.figure import Path
from course_lib.objectives import several_starts
from course_lib.utils.objective_validation import check_start
from course_lib.utils.text import short

CHOSEN = plotting.LineStyle("#1a1a1a", "o", ())


def explore_sensitivity(objective, *steps, x0=None, tolerance=1e-3, n=64, **values):
    """A map of an optimizer's runs for n by n hyperparameters; pointing at a cell shows its run.

    Parameters
    ----------
    objective : Objective
        One of the catalogue, or your own.
    *steps : callable
        Your own step functions, or some of the library's; the first is shown first. The menu has
        the library's as well.
    x0 : array_like, shape (2,), optional
        The first start, inside the window.
    tolerance : float
        A run has arrived when f stays at most this much above the minimum.
    n : int
        Cells per side.
    **values
        Where to begin: across, up (hyperparameters on the sides, up may be "none"), colour
        ("steps" or "final f"), n_steps, n_starts, noise, seed, and any hyperparameter.

    Returns
    -------
    SensitivityExplorer

    Raises
    ------
    ValueError
        If a name or a value is not allowed, or the first map cannot be computed.

    Examples
    --------
    >>> from course_lib.objectives import ravine
    >>> from course_lib.optimizers import momentum
    >>> print(explore_sensitivity(ravine(10), momentum, n=16, n_steps=100).sentence)
    momentum on ravine, kappa = 10: 16 x 16 cells, 100 steps, 1 start. 25 cells arrive, 81 diverge.
    Best cell: lr = 0.215, beta = 0.369: arrives after 10 steps.
    This cell: lr = 0.215, beta = 0.369: arrives after 10 steps; f - minimum is 6.3e-43 at the end.
    """
    check_objective_and_steps(objective, steps)
    return SensitivityExplorer(objective, steps, x0, tolerance, n, values)


class SensitivityExplorer(Explorer):
    """What `explore_sensitivity` makes.

    Attributes
    ----------
    map : SensitivityMap
        The one that is shown.
    cell : (int, int)
        The cell that is shown.
    x0 : ndarray, shape (2,)
        The first start; a click on the landscape moves it.
    """

    title = "explore_sensitivity"

    def __init__(self, objective, steps, x0, tolerance, n, values):
        self.steps = label_steps(
            [*steps, *(step for step in optimizers.STATES if step not in steps)]
        )
        others = {other.name: other for other in objectives.catalogue()}
        self.objectives = {objective.name: objective} | others | {objective.name: objective}
        self.tolerance, self.n = tolerance, n
        self.objective, self.map, self.key, self.cell = objective, None, None, None
        self.x0 = self._first_x0 = check_start(objective, objective.x0 if x0 is None else x0)
        first = self.checked(first_values(self.steps, self.objectives, values))
        self._set_first_map(first)
        best = self.map.best().hyper
        first |= {name: rounded(name, v) for name, v in best.items() if name not in values}
        self.cell = self._cell(first)
        controls = sensitivity_controls(first, self.steps, self.objectives)
        figure = self._figure(first)
        super().__init__(
            Controls(controls, buttons=["best cell"]),
            figure,
            movable=figure.axes[:2],
            hover=figure.axes[:1],
        )
        self.on_point(self.live.figure.axes[0], self._point_at)
        self.on_point(self.live.figure.axes[1], self._move_start)
        self.update()

    def checked(self, values):
        menus = choices(self.steps, self.objectives)
        for name, known in menus.items():
            check_choice(name, values[name], known)
        numbers = {name: value for name, value in values.items() if name not in menus}
        numbers = super().checked(numbers | checked_counts(values))
        return numbers | {name: values[name] for name in menus}

    def frame(self, values):
        redraw = self._set_map(values) | (values["colour"] != self.values.get("colour", COLOURS[0]))
        if redraw and self.values:
            figure = self._figure(values)
            self.live.replace_figure(figure, movable=figure.axes[:2], hover=figure.axes[:1])
        self.cell = self._cell(values)
        table, landscape = self.live.figure.axes[:2]
        self.live.set_point(table, *self.cell)
        self.live.set_point(landscape, *self.x0)
        return self._paths(values), self._sentence(values), redraw and bool(self.values)

    # The map

    def _set_map(self, values):
        """Compute the map if anything that it depends on has changed; whether that was so."""
        step, objective = self.steps[values["optimizer"]], self.objectives[values["objective"]]
        x0 = self.x0 if objective is self.objective else objective.x0
        sides = [values["across"], *([values["up"]] if values["up"] != NONE else [])]
        fixed = {n: values[n] for n in free_hyperparameters(step) if n not in sides}
        run = {name: values[name] for name in ("n_steps", "noise", "seed")}
        key = (step, objective, tuple(x0), tuple(sides), values["n_starts"], str(fixed), str(run))
        if key == self.key:
            return False
        hyper = {name: values[name] for name in free_hyperparameters(step)}
        axes = [side(name, self._default(name), self.n) for name in sides]
        run |= {"x0": several_starts(objective, values["n_starts"], x0=x0), **fixed}

        def computed():
            kind = type(start_state(step, x0, objective.grad, **hyper))
            return sensitivity_map(
                step, objective, *axes, tolerance=self.tolerance, state=kind, **run
            )

        heights = plotting.HeightScale.of(objective)
        self.map = in_time(step, computed)
        self.key, self.objective, self.x0, self.heights = key, objective, x0, heights
        return True

    def _set_first_map(self, values):
        """What goes wrong here has no picture that a sentence could stand under."""
        try:
            self._set_map(values)
        except ValueError:
            raise
        except (Exception, SystemExit) as error:  # a student's function may raise anything
            raise ValueError(f"there is no map to begin with. {explained(error)}") from error

    def _default(self, name):
        return shared_hyperparameters(self.steps.values())[name]

    def _cell(self, values):
        sides = self.map.first, self.map.second
        return tuple(round(place_of(s, values[s.name])) if s else 0 for s in sides)

    # What the reader does

    def pressed(self, name):
        if name == "best cell":
            self._go_to(self.map.best().index)
        elif name == "reset":
            self._move_start(*self._first_x0)

    def _on_values(self, change):
        """Another optimizer may not have the hyperparameters on the sides: take two that it has."""
        with self.in_words():
            values = self.controls.values
            check_choice("optimizer", values["optimizer"], self.steps)
            if change["old"].get("optimizer") != values["optimizer"]:
                step, sides = self.steps[values["optimizer"]], (values["across"], values["up"])
                across, up = sides_of(step, *sides)
                if (across, up) != sides:
                    self.set(across=across, up=up)
                    return
            self.update()

    def _point_at(self, i, j):
        n1, n2 = self.map.steps.shape
        self._go_to((min(max(round(i), 0), n1 - 1), min(max(round(j), 0), n2 - 1)))

    def _go_to(self, cell):
        self.set(**{name: rounded(name, v) for name, v in self.map.hyper(*cell).items()})

    def _move_start(self, x1, x2):
        self.x0 = check_start(self.objective, [x1, x2])
        self.update()

    # Showing

    def _figure(self, values):
        return sensitivity_figure(self.map, self.heights, values["colour"])

    def _sentence(self, values):
        return describe(values["optimizer"], self.map, self.cell)

    def _paths(self, values):
        table, landscape, loss = self.live.figure.axes[:3]
        style = plotting.line_style(values["optimizer"].split(",")[0])
        paths = [Path(table, np.array([self.cell], float), CHOSEN, every=0)]
        for start in range(self.map.x0.shape[1]):
            label = f"start {start + 1}"
            height = self.map.f[:, start, *self.cell] - self.map.minimum
            curve = np.column_stack([np.arange(len(height)), np.maximum(height, 1e-300)])
            x = self.map.trajectory(*self.cell, start)
            paths += [Path(landscape, x, style, label), Path(loss, curve, style, label)]
        return paths


def describe(label, m, cell):
    """The sentence under the figure: the map in numbers, its best cell, and the cell shown."""
    n1, n2 = m.steps.shape
    starts = m.x0.shape[1]
    noise = f", noise {m.noise:g}, seed {m.seed}" if m.noise else ""
    best = m.best()
    return (
        f"{label} on {m.objective.name}: "
        f"{n1} x {n2} cells, {m.n_steps} steps, {starts} start{'s' * (starts > 1)}{noise}. "
        f"{np.isfinite(m.steps).sum()} cells arrive, {m.diverged.sum()} diverge.\n"
        f"Best cell: {_words(m, best.index)}: {_came(m, best.index)}.\n"
        f"This cell: {_words(m, cell)}: {_came(m, cell)}{_end(m, cell)}."
    )


def _words(m, cell):
    hyper = {name: rounded(name, value) for name, value in m.hyper(*cell).items()}
    written = {n: f"{v:.7g}" if n.startswith("beta") else short(v, 3) for n, v in hyper.items()}
    return ", ".join(f"{name} = {value}" for name, value in written.items())


def _came(m, cell):
    if m.diverged[cell]:
        return "diverges"
    steps = m.steps[cell]
    return f"arrives after {steps:.0f} steps" if np.isfinite(steps) else "does not arrive"


def _end(m, cell):
    if m.diverged[cell]:
        return ""
    final = m.final[cell] - m.minimum
    which = " (worst start)" if m.x0.shape[1] > 1 else ""
    return f"; f - minimum is {short(final)} at the end{which}"
