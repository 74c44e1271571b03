"""`explore_sensitivity`: an optimizer's runs over a grid of hyperparameters, beside one of them."""

import numpy as np
import traitlets

from course_lib import optimizers, plotting
from course_lib.experiments.grids import STARTS, default_grid, index_of, start_grid
from course_lib.experiments.sensitivity import sensitivity_map
from course_lib.experiments.steps import free_hyperparameters, is_custom, label_steps, start_state
from course_lib.explorers.base import StartExplorer
from course_lib.explorers.figure_parts import CHOSEN, loss_path
from course_lib.explorers.grounds import recorded_ground
from course_lib.explorers.inputs import check_objective_and_steps, objective_menu
from course_lib.explorers.sensitivity_figure import (
    CMAP,
    COLOURS,
    MINIMIZERS,
    NOT_CONVERGED,
    check_minimizers,
    sensitivity_figure,
    ticks,
    words_of,
)
from course_lib.explorers.sensitivity_inputs import (
    NONE,
    RUN,
    axes_of,
    continuous,
    default_values,
    sensitivity_inputs,
)
from course_lib.live.errors import explained
from course_lib.live.figure import Path
from course_lib.live.javascript import bundle
from course_lib.live.panels import colours
from course_lib.objectives import several_starts
from course_lib.recording.recorder import record_step
from course_lib.utils.hyperparameters import hyperparameter, rounded
from course_lib.utils.objective_validation import is_called_point_by_point
from course_lib.utils.sandbox import run_with_timeout
from course_lib.utils.text import share, short
from course_lib.utils.validation import InvalidValue, check_count

RUN_STARTS = 4  # most starts of a map
MOST_STEPS = 2000  # of all starts together: 4,096 cells of that many take about 400 MB


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
        A run has converged when f stays at most this much above the minimum.
    n : int
        Cells per side.
    **values
        Where to begin: x, y (hyperparameters, "start x1", "start x2"; y may be "none"), colour
        ("steps", "final f", "minimizer"), n_steps, n_starts, noise, seed, any hyperparameter.

    Raises
    ------
    ValueError
        If a name or a value is not allowed, or the first map cannot be computed.

    Examples
    --------
    >>> from course_lib.objectives import ravine
    >>> from course_lib.optimizers import momentum
    >>> print(explore_sensitivity(ravine(10), momentum, n=16, n_steps=100).sentence)
    momentum on ravine, kappa = 10: 16 x 16 cells, 100 steps, 1 start. Of the cells 10 % converge, 32 % diverge.
    Best cell: lr = 0.215, beta = 0.369: converges in 10 steps.
    This cell: lr = 0.215, beta = 0.369: converges in 10 steps; f - minimum is 6.3e-43 at the end.
    """  # noqa: E501
    check_objective_and_steps(objective, steps)
    check_count(n, "n", low=1, example=64)
    return SensitivityExplorer(objective, steps, x0, tolerance, n, values)


class SensitivityExplorer(StartExplorer):
    """The explorer of `explore_sensitivity`; it shows ``map`` and the run of ``cell``, (i, j)."""

    _esm = bundle("explorers/js/sensitivity.js")
    title = "explore_sensitivity"
    map_numbers = traitlets.Dict().tag(sync=True)  # what the map's sentence and picture count
    normal = traitlets.Dict().tag(sync=True)  # the normal numbers of a seed, for the noise
    n_movable, n_hover = 2, 1
    start_panel = 1

    def __init__(self, objective, steps, x0, tolerance, n, values):
        others = [step for step in optimizers.STATES if step not in steps]
        self.steps = label_steps([*steps, *others])
        self.defaults = default_values(self.steps)
        self.objectives = objective_menu(objective)
        self.tolerance, self.n = tolerance, n
        self.map = self._map_depends_on = None
        self._given = values
        inputs = sensitivity_inputs(self.defaults, values, self.steps, self.objectives)
        super().__init__(objective, x0, inputs, buttons=["best cell"])
        self.on_point(self.figure.axes[0], self._point_at)

    def first_values(self):
        """The values that were given and, where they were not, those of the best cell."""
        first = super().first_values()
        self._set_first_map(first)
        best = self.map.best().hyper
        return first | {
            n: rounded(n, v) for n, v in best.items() if n in first and n not in self._given
        }

    def read(self, values):
        values = super().read(values)
        n_steps, n_starts = values["n_steps"], values["n_starts"]
        if n_steps * n_starts > MOST_STEPS:
            most = MOST_STEPS // n_starts
            rule = f"be at most {most} with {n_starts} starts"
            raise InvalidValue("n_steps", rule, n_steps, f"n_steps={most}")
        check_minimizers(values["colour"], self.objectives[values["objective"]])
        return values

    def update(self):
        """Show the values; x and y that another optimizer does not have become two that it has."""
        with self.in_words():
            values = self.read(self.chosen)
            optimizer, axes = values["optimizer"], (values["x"], values["y"])
            same = optimizer == self.values.get("optimizer", optimizer)
            x, y = axes if same else axes_of(self.steps[optimizer], *axes)
            if (x, y) == axes:
                super().update()
            else:
                self.set(x=x, y=y)

    def new_figure(self, values):
        return sensitivity_figure(self.map, self.heights, values["colour"])

    def depends_on(self, values):
        return self._map_depends_on, values["colour"]

    def frame(self, values):
        self._set_map(values)
        redraw = self.redrawn(values)
        if self.map_numbers.get("of") != self._map_of:
            self.map_numbers = numbers_of(self.map) | {"of": self._map_of}
            self.normal = normal_numbers(values["seed"])
        self.cell = self._cell(values)
        self.set_point(self.figure.axes[0], *self.cell)
        self.mark_start()
        return self._paths(values), describe(values["optimizer"], self.map, self.cell), redraw

    def on_button(self, name):
        super().on_button(name)
        if name == "best cell":
            self._go_to(self.map.best().index)

    def recording(self):
        return {
            "steps": {label: self._recorded_step(label) for label in self.steps},
            "objectives": {name: self._recorded_ground(o) for name, o in self.objectives.items()},
            "grids": {
                name: _axis(default_grid(name, default, self.n))
                for name, default in self.defaults.items()
                if name in continuous(self.defaults)
            },
            "decays": [
                n for n, d in self.defaults.items() if hyperparameter(n, d).scale == "decay"
            ],
            "n": self.n,
            "tolerance": self.tolerance,
            "x0": self._first_x0.tolist(),
            "chosen": CHOSEN._asdict(),
            "colours": {
                "landscape": colours(plotting.LANDSCAPE),
                "map": colours(CMAP),
                "minimizers": colours(MINIMIZERS, MINIMIZERS.N),
                "not converged": NOT_CONVERGED,
                "diverged": plotting.DIVERGED,
            },
            "words": {colour: words_of(colour, self.tolerance) for colour in COLOURS},
        }

    def _recorded_step(self, label):
        """A step function; one that cannot be recorded has no program."""
        step = self.steps[label]
        hyper = free_hyperparameters(step)
        try:
            values = {name: self.values.get(name, value) for name, value in hyper.items()}
            start = start_state(step, self.x0, self.objective.grad, **values)
            program = record_step(step, type(start), tuple(hyper))
        except Exception:  # a student's function may raise anything; Python says it when it is run
            program = None
        style = plotting.line_style(label.split(",")[0])._asdict()
        return {"program": program, "hyper": [*hyper], "axes": continuous(hyper), "style": style}

    def _recorded_ground(self, objective):
        starts = several_starts(objective, RUN_STARTS)[:, 1:].T.tolist()
        axes = [_axis(start_grid(name, objective, self.n)) for name in STARTS]
        return recorded_ground(objective) | {"starts": starts, "axes": axes}

    # The map

    def _set_map(self, values):
        """Compute the map if anything that it depends on has changed."""
        step, objective = self.steps[values["optimizer"]], self.objectives[values["objective"]]
        x0 = self.x0 if objective is self.objective else objective.x0
        axes = [name for name in (values["x"], values["y"]) if name != NONE]
        fixed = {name: values[name] for name in free_hyperparameters(step) if name not in axes}
        run = {name: values[name] for name in RUN}
        start = [float(x) for x, name in zip(x0, STARTS, strict=True) if name not in axes]
        depends_on = step, objective, start, axes, fixed, run
        if depends_on != self._map_depends_on:
            heights = plotting.HeightScale.of(objective)
            settings = step, objective, x0, axes, fixed, run
            self.map = self._limited(step, objective, lambda: self._new_map(values, *settings))
            self.objective, self.x0, self.heights = objective, x0, heights
            self._map_depends_on = depends_on
            of = [values["optimizer"], values["objective"], axes, [*fixed.items()], [*run.values()]]
            self._map_of = [*of, start]

    def _limited(self, step, objective, action):
        """What ``action()`` returns; a step of one's own or a slow objective has a time limit."""
        if not (is_custom(step) or is_called_point_by_point(objective)):
            return action()
        try:
            return run_with_timeout(action)
        except TimeoutError as error:
            raise ValueError(
                f"the map of {self.n} x {self.n} cells was {error}. Choose fewer cells, for "
                "example n=16, or fewer steps, or write your function so that it takes many "
                "points at once, with numpy's functions."
            ) from error

    def _new_map(self, values, step, objective, x0, axes, fixed, run):
        n_steps, n_starts, noise, seed = run.values()
        hyper = {name: values[name] for name in free_hyperparameters(step)}
        state = type(start_state(step, np.array(x0), objective.grad, **hyper))
        run = {"n_steps": n_steps, "noise": noise, "seed": seed, "tolerance": self.tolerance}
        run["x0"] = several_starts(objective, n_starts, x0=x0)
        grids = [self._grid(name, objective) for name in axes]
        return sensitivity_map(step, objective, *grids, state=state, **run, **fixed)

    def _grid(self, name, objective):
        if name in STARTS:
            return start_grid(name, objective, self.n)
        return default_grid(name, self.defaults[name], self.n)

    def _set_first_map(self, values):
        """`_set_map`; no figure is there yet that an error could be reported under."""
        try:
            self._set_map(values)
        except ValueError:
            raise
        except (Exception, SystemExit) as error:  # a student's function may raise anything
            raise ValueError(f"there is no map to begin with. {explained(error)}") from error

    # Its cells

    def _cell(self, values):
        at = values | dict(zip(STARTS, self.x0, strict=True))
        grids = self.map.first, self.map.second
        return tuple(round(index_of(g, at[g.name])) if g else 0 for g in grids)

    def _point_at(self, i, j):
        n1, n2 = self.map.steps.shape
        self._go_to((min(max(round(i), 0), n1 - 1), min(max(round(j), 0), n2 - 1)))

    def _go_to(self, cell):
        if self.map.at(*cell).keys() & STARTS:
            self.move_start(*self.map.start(*cell))
        self.set(**{name: rounded(name, v) for name, v in self.map.hyper(*cell).items()})

    def _paths(self, values):
        table, landscape, loss = self.figure.axes[:3]
        style = plotting.line_style(values["optimizer"].split(",")[0])
        paths = [Path(table, np.array([self.cell], float), CHOSEN, every=0)]
        for start in range(self.map.x0.shape[1]):
            label = f"start {start + 1}"
            with np.errstate(over="ignore"):
                gap = self.map.f[:, start, *self.cell] - self.map.minimum
            x = self.map.trajectory(*self.cell, start)
            paths += [Path(landscape, x, style, label), loss_path(loss, gap, style, label)]
        return paths


def numbers_of(m):
    """The numbers of a map's cells, for the browser."""
    found = {"steps": m.steps, "final": m.final, "nearest": m.nearest, "diverged": m.diverged}
    sent = {name: np.ascontiguousarray(v, "<f8").tobytes() for name, v in found.items()}
    return sent | {"minimum": float(m.minimum)}


def normal_numbers(seed):
    """As many normal numbers of a seed as a map may need."""
    numbers = np.random.default_rng(seed).standard_normal(2 * MOST_STEPS)
    return {"seed": seed, "numbers": numbers.astype("<f8").tobytes()}


def _axis(grid):
    """The values along an axis, and its ticks with their words."""
    places, words = ticks(grid)
    return {
        "values": grid.values.tolist(),
        "ticks": list(map(list, zip(places, words, strict=True))),
    }


# The sentence


def describe(label, m, cell):
    """The sentence under the figure: the map in numbers, its best cell, and the cell shown."""
    n1, n2 = m.steps.shape
    converge = share(np.isfinite(m.steps).sum(), m.steps.size)
    diverge = share(m.diverged.sum(), m.steps.size)
    starts = m.x0.shape[1]
    noise = f", noise {m.noise:g}, seed {m.seed}" if m.noise else ""
    best = m.best()
    return (
        f"{label} on {m.objective.name}: "
        f"{n1} x {n2} cells, {m.n_steps} steps, {starts} start{'s' * (starts > 1)}{noise}. "
        f"Of the cells {converge} converge, {diverge} diverge.\n"
        f"Best cell: {_hyper(m, best.index)}: {_outcome(m, best.index)}.\n"
        f"This cell: {_hyper(m, cell)}: {_outcome(m, cell)}{_final(m, cell)}."
    )


def _hyper(m, cell):
    hyper = {name: rounded(name, value) for name, value in m.at(*cell).items()}
    written = {n: f"{v:.7g}" if n.startswith("beta") else short(v, 3) for n, v in hyper.items()}
    return ", ".join(f"{name} = {value}" for name, value in written.items())


def _outcome(m, cell):
    if m.diverged[cell]:
        return "diverges"
    steps = m.steps[cell]
    return f"converges in {steps:.0f} steps" if np.isfinite(steps) else "does not converge"


def _final(m, cell):
    if m.diverged[cell]:
        return ""
    final = float(m.final[cell]) - m.minimum
    which = " (worst start)" if m.x0.shape[1] > 1 else ""
    return f"; f - minimum is {short(final)} at the end{which}"
