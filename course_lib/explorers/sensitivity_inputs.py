"""What can be chosen of a sensitivity map: its axes, its runs, its colours."""

from course_lib.experiments.grids import STARTS
from course_lib.experiments.steps import free_hyperparameters
from course_lib.explorers.inputs import (
    LARGEST,
    count_slider,
    hyperparameter_control,
    menu,
    number_slider,
    shared_hyperparameters,
)
from course_lib.explorers.sensitivity_figure import COLOURS
from course_lib.utils.hyperparameters import hyperparameter
from course_lib.utils.validation import check_names

NONE = "none"  # y of a map with one hyperparameter only
RUN = {"n_steps": 300, "n_starts": 1, "noise": 0.0, "seed": 1}
TAKEN = ("optimizer", "objective", "colour", "x", "y", "x0", "tolerance", "step", "state", *RUN)
"""Names that a hyperparameter cannot have here."""


def default_values(steps):
    """Hyperparameters of all steps with their defaults; refuses a step that has none."""
    for name, step in steps.items():
        if not continuous(free_hyperparameters(step)):
            raise ValueError(
                f"{name} has no hyperparameter for an axis of the map. "
                f"For example def {name}(state, g, lr=0.1)."
            )
    return shared_hyperparameters(steps.values(), reserved=TAKEN)


def continuous(defaults):
    """The names of those hyperparameters that are neither whole numbers nor truth values."""
    kinds = {n: hyperparameter(n, 1.0 if d is None else d).scale for n, d in defaults.items()}
    return [name for name, kind in kinds.items() if kind not in ("integer", "toggle")]


def axes_of(step, x=None, y=None):
    """Two hyperparameters of a step for the axes of its map: ``x`` and ``y`` where it has them."""
    known = continuous(free_hyperparameters(step))
    if (x, y) == STARTS:
        return x, y
    if len(known) == 1:
        return known[0], NONE
    x = x if x in known or x == STARTS[0] else known[0]
    y = y if y in (*known, STARTS[1]) and y != x else next(name for name in known if name != x)
    return x, y


def sensitivity_inputs(defaults, given, steps, known_objectives):
    """Menus and sliders; a hyperparameter of several optimizers has one slider."""
    first = next(iter(steps))
    x, y = axes_of(steps[first], given.get("x"))
    values = defaults | RUN | {"x": x, "y": y, "colour": COLOURS[0]}
    check_names(given, values)
    values |= given
    return [
        menu("optimizer", first, steps, label="method"),
        menu("objective", next(iter(known_objectives)), known_objectives),
        menu("colour", values["colour"], COLOURS),
        menu("x", values["x"], (*continuous(defaults), STARTS[0])),
        menu("y", values["y"], (*continuous(defaults), NONE, STARTS[1])),
        *(hyperparameter_control(n, values[n], default) for n, default in defaults.items()),
        count_slider("n_steps", values["n_steps"], (1, 500), low=1, high=1000, label="steps"),
        count_slider(
            "n_starts", values["n_starts"], (1, 4), low=1, high=4, example=4, label="starts"
        ),
        number_slider("noise", values["noise"], "linear", (0.0, 5.0), 0, LARGEST, example=1),
        count_slider("seed", values["seed"], (1, 20), example=1),
    ]
