"""`explore`: one or more optimizers on a landscape, with everything about them under the hand."""

import numpy as np

from course_lib import objectives, plotting
from course_lib.experiments.runs import observe_all, run_all, state_table
from course_lib.experiments.steps import label_steps
from course_lib.experiments.verdicts import describe
from course_lib.explorers.curves import (
    COORDINATES,
    EFFECTIVE_STEP,
    curve_paths,
    effective_step,
    fitting_scales,
    scale_of,
)
from course_lib.explorers.inputs import (
    check_curves,
    check_names,
    check_objective_and_steps,
    check_scenes,
    distinct_styles,
    explorer_controls,
    shared_hyperparameters,
)
from course_lib.explorers.landscape_figure import explorer_figure, set_times
from course_lib.live.controls import Controls
from course_lib.live.explorer import Explorer, check_choice, checked_value
from course_lib.live.figure import Path
from course_lib.utils.objective_validation import check_start


def explore(objective, *steps, x0=None, n_steps=60, scenes=None, curves=(), **values):
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
        Buttons that set several values at once: ``{"too large": {"lr": 1.1}}``. A scene may also
        have a start, ``x0``, on its landscape (without one: on ``objective``).
    curves : sequence of str, optional
        Quantities to draw over time in a second row of panels, up to four: names as the state
        table has them, ``("m_hat", "v_hat")``, or "effective step" (see `curves.effective_step`).
    **values : float
        Values to begin with, ``lr=0.02``; default those of the signature.

    Returns
    -------
    LandscapeExplorer

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
    check_objective_and_steps(objective, steps)
    if not steps:
        raise ValueError(
            "explore needs at least one step function. Write for example explore(bowl, adam)."
        )
    curves = (curves,) if isinstance(curves, str) else tuple(curves or ())
    scenes = scenes or {}
    check_scenes(scenes)
    return LandscapeExplorer(objective, steps, x0, n_steps, scenes, curves, values)


class LandscapeExplorer(Explorer):
    """What `explore` makes; it can also be moved from code with ``set``.

    Attributes
    ----------
    histories : dict
        Label of each optimizer to the history of its run.
    quantities : dict
        Label of each optimizer to all quantities of its run (see `state_tables.traced_run`);
        empty in an explorer without curves.
    x0 : ndarray, shape (2,)
        The start as it stands.
    """

    title = "explore"

    def __init__(self, objective, steps, x0, n_steps, scenes, curves, values):
        self.steps = label_steps(steps)
        self.styles = distinct_styles(self.steps)
        self.scenes = dict(scenes)
        self.histories, self.quantities = {}, {}
        self.scales = {name: scale_of(name, np.empty(0)) for name in curves}
        others = {other.name: other for other in objectives.catalogue()}
        self.objectives = {objective.name: objective} | others | {objective.name: objective}
        self.menus = menus = {"coordinate": COORDINATES} if curves else {}
        menus["objective"] = tuple(self.objectives)
        defaults = shared_hyperparameters(steps) | {"n_steps": n_steps}
        check_names(values, defaults)
        for name, scene in scenes.items():
            check_names(scene, defaults | menus | {"x0": x0}, menus)
            for key in scene.keys() & defaults:
                checked_value(key, scene[key])
            if "x0" in scene:
                self.scenes[name] = scene = {"objective": objective.name} | scene
                check_start(self.objectives[scene["objective"]], scene["x0"])
        first = {name: checked_value(name, v) for name, v in (defaults | values).items()}
        coordinate = "both" if len(steps) == 1 else "x1"  # not too many lines in one panel
        chosen = {"coordinate": coordinate, "objective": objective.name}
        self._place(objective, x0)
        self._first_x0, self._scene_x0 = self.x0, None
        figure = self._figure(first | chosen)
        controls = Controls(explorer_controls(first, menus, chosen), buttons=scenes)
        super().__init__(controls, figure, movable=figure.axes[:1])
        self.on_point(figure.axes[0], self._move_start)
        self.live.on_table(self._tables)
        self.update()
        if first["n_steps"]:
            check_curves(curves, self.quantities)

    def checked(self, values):
        chosen = {name: values[name] for name in self.menus}
        for name, known in self.menus.items():
            check_choice(name, chosen[name], known)
        numbers = {name: value for name, value in values.items() if name not in chosen}
        return super().checked(numbers) | chosen

    def frame(self, values):
        objective = self.objectives[values["objective"]]
        changed = {n for n in values if self.values and values[n] != self.values.get(n)}
        redraw = bool(changed & {"objective", "coordinate", "n_steps"})
        start, self._scene_x0 = self._scene_x0, None
        if objective is not self.objective or start is not None:
            self._place(objective, start)
        try:
            self._run_all(values)
        except Exception:
            if redraw or not self.values:  # the old paths do not belong to this landscape
                self.histories, self.quantities, self.values = {}, {}, values
                self._renew(values)
                self.live.show([], "No path: see the message under the sliders.", redraw=True)
            raise
        before = self.scales
        self.scales = fitting_scales(before, self.quantities, self.objective)
        if self.scales != before or changed & {"objective", "coordinate"}:
            self._renew(values)
            redraw = True
        elif redraw:
            set_times(self.live.figure, values["n_steps"])
            digits = {len(str(some["n_steps"])) for some in (values, self.values)}
            redraw = "flat" if len(digits) == 1 else True  # longer tick labels need more room
        self.live.set_point(self.live.figure.axes[0], *self.x0)
        paths = [path for label in self.steps for path in self._paths(label, values)]
        return paths, self._sentence(), redraw

    def pressed(self, name):
        if name == "reset":
            self._place(self.objective, self._first_x0)
            self.update()
        elif name in self.scenes:
            scene = dict(self.scenes[name])
            self._scene_x0 = scene.pop("x0", None)
            self.set(**scene)
            if self._scene_x0 is not None:  # the controls stood there already
                self.update()

    def __repr__(self):
        at = f"start ({self.x0[0]:.2f}, {self.x0[1]:.2f})"
        return super().__repr__().replace(")\n", f", {at})\n", 1)

    def _move_start(self, x1, x2):
        self.x0 = check_start(self.objective, [x1, x2])
        self.update()

    def _place(self, objective, x0=None):
        x0 = check_start(objective, objective.x0 if x0 is None else x0)
        self.heights = plotting.HeightScale.of(objective)
        self.objective, self.x0 = objective, x0

    # Running

    def _run_all(self, values):
        """Run all optimizers; the old runs stay unless all new ones succeed."""
        if not self.curves:
            self.histories = run_all(self.steps, self.objective, self.x0, values)
            return
        self.histories, self.quantities = observe_all(self.steps, self.objective, self.x0, values)
        if EFFECTIVE_STEP in self.curves:
            for quantities in self.quantities.values():
                quantities[EFFECTIVE_STEP] = effective_step(quantities)

    def _tables(self):
        found = self.quantities
        if not self.curves:
            shown = {label: self.steps[label] for label in self.histories}
            found = observe_all(shown, self.objective, self.x0, self.values)[1]
        return {label: state_table(quantities) for label, quantities in found.items()}

    @property
    def curves(self):
        return tuple(self.scales)

    # Showing

    def _sentence(self):
        return "\n".join(
            describe(label, self.objective, history.x) for label, history in self.histories.items()
        )

    def _paths(self, label, values):
        contour, surface, loss, *panels = self.live.figure.axes
        x, style = self.histories[label].x, self.styles[label]
        height = plotting.optimality_gap(self.objective, x)
        if self.objective.minimum is not None:
            height = np.maximum(height, 1e-300)  # 0 lies far below a log axis; it is no hole
        paths = [
            Path(contour, x, style, label),
            Path(surface, plotting.path_on_surface(self.objective, x, self.heights), style, label),
            Path(loss, np.column_stack([np.arange(len(x)), height]), style, label),
        ]
        for ax, name in zip(panels, self.curves, strict=True):
            if name in self.quantities[label]:
                found = self.quantities[label][name]
                paths += curve_paths(ax, found, style, label, values["coordinate"])
        return paths

    def _renew(self, values):
        figure = self._figure(values)
        self.live.replace_figure(figure, movable=figure.axes[:1])

    def _figure(self, values):
        styles = self.styles if len(self.steps) > 1 else {}
        coordinate = values.get("coordinate")
        return explorer_figure(
            self.objective, self.heights, values["n_steps"], styles, self.scales, coordinate
        )
