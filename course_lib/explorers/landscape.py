"""`explore`: one or more optimizers on a landscape, with sliders, pictures, table and verdict."""

import contextlib
from collections.abc import Mapping

import numpy as np

from course_lib import plotting
from course_lib.experiments.runs import (
    RESERVED,
    hyperparameters_of,
    run_all,
    state_table,
    trace_all,
)
from course_lib.experiments.steps import label_steps
from course_lib.experiments.verdicts import describe, words
from course_lib.explorers.base import StartExplorer
from course_lib.explorers.families import Family
from course_lib.explorers.figure_parts import loss_path
from course_lib.explorers.grounds import recorded_ground
from course_lib.explorers.inputs import (
    count_slider,
    hyperparameter_control,
    menu,
    objective_menu,
    objective_or_family,
    parameter_control,
    shared_hyperparameters,
    toggle,
)
from course_lib.explorers.landscape_figure import (
    COORDINATES,
    EFFECTIVE_RATE,
    effective_rate,
    fitting_scales,
    landscape_figure,
    quantity_paths,
    scale_of,
    set_times,
)
from course_lib.live.figure import Path
from course_lib.live.javascript import bundle
from course_lib.live.panels import colours
from course_lib.recording.recorder import record_step
from course_lib.recording.tape import NotRecordable
from course_lib.utils.objective_validation import check_start
from course_lib.utils.sandbox import without_prints
from course_lib.utils.text import place
from course_lib.utils.validation import InvalidValue, check_names, shown


def explore(objective, *steps, x0=None, n_steps=60, scenes=None, curves=(), arrows=False, **values):
    """Sliders, contour, surface, loss curve, state table and verdict for one or more optimizers.

    Parameters
    ----------
    objective : Objective or callable
        Where to begin; a menu offers the rest of the catalogue. A function that makes an objective
        from numbers, ``ravine`` or ``rotated_ravine`` or your own of ``kappa`` and ``angle``, has a
        slider for each of them. Its own start moves with them, one that you choose stays.
    *steps : callable
        Step functions, ``step(state, g, lr=..., ...)``: the library's or your own. Their
        hyperparameters become sliders; one slider moves all optimizers that have it. A
        hyperparameter fixed with ``functools.partial`` gets none.
    x0 : array_like, shape (2,), optional
        Start; default that of the objective. A click on the contour moves it.
    n_steps : int
        Steps of each run.
    scenes : dict of str to dict, optional
        Buttons that set several values at once: ``{"too large": {"lr": 1.1}}``. A scene may also
        have a start, ``x0``, on its landscape (without one: on ``objective``).
    curves : sequence of str, optional
        Quantities to draw over time in a second row of panels, up to four: names as the state
        table has them, ``("m_hat", "v_hat")``, or "effective learning rate", which is
        lr / sqrt(v_hat) for Adam and is measured for every other optimizer.
    arrows : bool
        Whether the contour shows arrows of the next step at first: -g, -m_hat or -m where the
        optimizer has it, and the way that x goes. A box switches them.
    **values : float
        Values to begin with, ``lr=0.02`` or ``kappa=100``; default those of the signature.

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
    objective = objective_or_family(objective, steps)
    if not steps:
        raise ValueError(
            "explore needs at least one step function. For example explore(bowl, adam)."
        )
    curves = (curves,) if isinstance(curves, str) else tuple(curves or ())
    scenes = scenes or {}
    check_scenes(scenes)
    options = {"n_steps": n_steps, "arrows": arrows}
    return LandscapeExplorer(objective, steps, x0, options, scenes, curves, values)


class LandscapeExplorer(StartExplorer):
    """The explorer of `explore`; ``set`` moves it from code.

    ``histories``: label of each optimizer -> history of its run; ``quantities``: label -> all
    quantities of its run (see `traced_run`), empty without curves.
    """

    _esm = bundle("explorers/js/landscape.js")
    title = "explore"
    n_movable = 1

    def __init__(self, objective, steps, x0, options, scenes, curves, values):
        self.steps = label_steps(steps)
        self.line_styles = distinct_styles(self.steps)
        self.histories, self.quantities = {}, {}
        self.scales = unfitted(curves)
        self.objectives = objective_menu(objective)
        self._scene_x0 = None
        self._landscape = objective.name  # in the menu
        self.parameters = objective.defaults if isinstance(objective, Family) else {}
        given = {name: value for name, value in values.items() if name not in self.parameters}
        defaults = shared_hyperparameters(steps, given, (*RESERVED, *self.parameters))
        values = self.parameters | defaults | options | values
        check_names(values, [*self.parameters, *defaults, *options])
        inputs = self._inputs(defaults, values, objective)
        first = self._objective({entry.control.name: entry.control.value for entry in inputs})
        self.heights = plotting.HeightScale.of(first)
        self.scenes = {
            name: self._checked_scene(scene, objective, inputs) for name, scene in scenes.items()
        }
        super().__init__(first, x0, inputs, buttons=scenes)
        self.on_table(self._tables)
        self.arrow_panel = 0
        self.has_legend = len(self.steps) > 1
        if self.values["n_steps"]:
            check_curves(curves, self.quantities)

    # What it shows

    def _inputs(self, defaults, values, objective):
        steps = count_slider("n_steps", values["n_steps"], (0, 200), label="steps")
        longer = steps.control._replace(high=max(200, 2 * steps.control.value))
        inputs = [parameter_control(n, values[n], objective) for n in self.parameters]
        inputs += [hyperparameter_control(n, values[n], default) for n, default in defaults.items()]
        inputs += [steps._replace(control=longer), toggle("arrows", values["arrows"])]
        if self.curves:
            coordinate = "both" if len(self.steps) == 1 else "x1"  # not too many lines in a panel
            inputs.append(menu("coordinate", coordinate, COORDINATES, label="curves of"))
        return [*inputs, menu("objective", objective.name, self.objectives)]

    def new_figure(self, values):
        coordinate = values.get("coordinate")
        return landscape_figure(
            self.objective, self.heights, values["n_steps"], self.scales, coordinate
        )

    def depends_on(self, values):
        return self._objective(values), values.get("coordinate"), self.scales

    def frame(self, values):
        self._take_objective(values)
        try:
            self._run_all(values)
        except (Exception, SystemExit):
            changed = {name for name in values if values[name] != self.values.get(name)}
            old_do_not_fit = {"objective", "coordinate", "n_steps", *self.parameters}
            if changed & old_do_not_fit:
                self._show_no_path(values)
            raise
        self.scales = fitting_scales(self.scales, self.quantities, self.objective)
        redraw = self.redrawn(values) or self._redrawn_times(values)
        self.mark_start()
        paths = [path for label in self.steps for path in self._paths(label, values)]
        return paths, self._sentence(), redraw

    def on_button(self, name):
        if name == "reset":  # the axes of the curves, too
            self.scales = unfitted(self.curves)
        super().on_button(name)
        if name in self.scenes:
            scene = dict(self.scenes[name])
            self._scene_x0 = scene.pop("x0", None)
            self.set(**scene)
            if self._scene_x0 is not None:  # the controls had these values already
                self.update()

    def settings(self):
        settings = super().settings()
        return {name: v for name, v in settings.items() if name != "arrows" or v}

    def __repr__(self):
        at = f"start ({place(self.x0[0])}, {place(self.x0[1])})"
        return super().__repr__().replace(")\n", f", {at})\n", 1)

    def recording(self):
        return {
            "words": words(),
            "objectives": {
                name: o.recorded() if isinstance(o, Family) else recorded_ground(o)
                for name, o in self.objectives.items()
            },
            "runs": [self._recorded_run(label, step) for label, step in self.steps.items()],
            "curves": self.curves,
            "colours": colours(plotting.LANDSCAPE),
            "scenes": self.scenes,
            "x0": self._first_x0.tolist(),
        }

    def _recorded_run(self, label, step):
        if label not in self.histories:
            raise NotRecordable("there is no run to begin with")
        names = hyperparameters_of(step, self._of_steps(self.values))
        program = record_step(step, type(self.histories[label]), names)
        style = self.line_styles[label]._asdict()
        return {"label": label, "program": program, "hyper": names, "style": style}

    # Running

    def _objective(self, values):
        found = self.objectives[values["objective"]]
        return found.at(values) if isinstance(found, Family) else found

    def _of_steps(self, values):
        """The values without those that only the landscape knows."""
        return {name: value for name, value in values.items() if name not in self.parameters}

    def _take_objective(self, values):
        objective, x0 = self._objective(values), self._scene_x0
        self._scene_x0 = None
        if objective is self.objective and x0 is None:
            return
        heights = plotting.HeightScale.of(objective)
        is_own = self._landscape != values["objective"] or is_at(self.x0, self.objective.x0)
        if x0 is not None or is_own:  # otherwise a hand has put it where it is
            self.x0 = check_start(objective, x0)
        self._landscape, self.objective, self.heights = values["objective"], objective, heights

    def _run_all(self, values):
        """Run all optimizers; the old runs stay unless all new ones succeed."""
        values = self._of_steps(values)
        if not self.curves:
            self.histories = run_all(self.steps, self.objective, self.x0, values)
            return
        self.histories, self.quantities = self._traced(self.steps, values)

    def _traced(self, steps, values):
        histories, traced = trace_all(steps, self.objective, self.x0, values)
        if EFFECTIVE_RATE in self.curves:
            for quantities in traced.values():
                quantities[EFFECTIVE_RATE] = effective_rate(quantities)
        return histories, traced

    def _tables(self):
        found = self._with_next_step() if self.values.get("arrows") else self.quantities
        if not found:
            found = self._traced_again(self.values)
        return {label: state_table(quantities) for label, quantities in found.items()}

    def _with_next_step(self):
        """The quantities with those of one more step, or nothing where it raises."""
        with contextlib.suppress(Exception, SystemExit):
            return self._traced_again(self.values | {"n_steps": self.values["n_steps"] + 1})
        return self.quantities

    def _traced_again(self, values):
        run = {label: self.steps[label] for label in self.histories}
        with without_prints():  # the run that is shown has printed already
            return self._traced(run, self._of_steps(values))[1]

    @property
    def curves(self):
        return tuple(self.scales)

    # Showing

    def _sentence(self):
        return "\n".join(
            describe(label, self.objective, history.x) for label, history in self.histories.items()
        )

    def _paths(self, label, values):
        contour, surface, loss, *panels = self.figure.axes
        x, style = self.histories[label].x, self.line_styles[label]
        gap = plotting.optimality_gap(self.objective, x)
        on_surface = plotting.path_on_surface(self.objective, x, self.heights)
        paths = [
            Path(contour, x, style, label),
            Path(surface, on_surface, style, label),
            loss_path(loss, gap, style, label),
        ]
        for ax, name in zip(panels, self.curves, strict=True):
            if name in self.quantities[label]:
                found = self.quantities[label][name]
                paths += quantity_paths(ax, found, style, label, values["coordinate"])
        return paths

    def _show_no_path(self, values):
        self.histories, self.quantities, self.values = {}, {}, values
        self.renew(values)
        self._drawn_for = self.depends_on(values)
        self.show([], "No path: see the message under the sliders.", redraw=True)

    def _redrawn_times(self, values):
        """Another length of the time axes, as ``redraw`` of `LiveFigure.show`."""
        before, n_steps = (some.get("n_steps") for some in (self.values, values))
        if before in (None, n_steps):
            return False
        set_times(self.figure, n_steps)
        # longer tick labels need more room
        return "flat" if len(str(before)) == len(str(n_steps)) else True

    def _checked_scene(self, scene, objective, inputs):
        """A scene whose names and values exist; one with a start also has its landscape."""
        checks = {entry.control.name: entry.check for entry in inputs}
        check_names(scene, [*checks, "x0"])
        for name in scene.keys() - {"x0"}:
            checks[name](scene[name])
        if "x0" in scene:
            scene = {"objective": objective.name} | scene
            values = {entry.control.name: entry.control.value for entry in inputs} | scene
            start = check_start(self._objective(values), scene["x0"])
            scene |= {"x0": start.tolist()}
        return scene


def is_at(x0, start):
    """Whether a start is another one, but for rounding."""
    return np.allclose(x0, start, rtol=0, atol=1e-9)


def unfitted(curves):
    """Quantity -> `Scale` before there is a curve."""
    return {name: scale_of(name, np.empty(0)) for name in curves}


def distinct_styles(labels):
    """Label to `LineStyle`; no two of one colour while there are colours left."""
    styles = {}
    for label in labels:
        taken = [style.color for style in styles.values()]
        own = plotting.line_style(label.split(",")[0])
        choices = [own, *plotting.LINE_STYLES.values()]
        styles[label] = next((style for style in choices if style.color not in taken), own)
    return styles


def check_scenes(scenes):
    """Refuse scenes that are no buttons with values."""
    if not isinstance(scenes, Mapping) or not all(isinstance(s, Mapping) for s in scenes.values()):
        example = 'scenes={"too large": {"lr": 1.1}}'
        raise InvalidValue("scenes", "be names with values", shown(scenes), example)
    if "reset" in scenes:
        raise ValueError("a scene cannot be called reset: that button is there already.")


def check_curves(names, quantities):
    """Refuse a name that is no quantity of any of the optimizers."""
    known = dict.fromkeys(name for found in quantities.values() for name in found)
    known = [name for name in known if name != EFFECTIVE_RATE]
    for name in names:
        if known and name not in (*known, EFFECTIVE_RATE):
            raise ValueError(
                f"there is no {name} to draw over time; there are {', '.join(known)} and "
                f'{EFFECTIVE_RATE}. For example curves=("{known[-1]}",).'
            )
