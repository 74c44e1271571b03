"""What `explore_sensitivity` makes of its arguments: sides of the map, first values, controls."""

import numpy as np

from course_lib.experiments.grids import RANGES
from course_lib.experiments.sensitivity import Grid, grid
from course_lib.experiments.steps import free_hyperparameters
from course_lib.explorers.inputs import shared_hyperparameters
from course_lib.explorers.sensitivity_figure import COLOURS
from course_lib.live.controls import Control, hyperparameter_control
from course_lib.live.explorer import Problem, checked_value

LR = 1e-4, 10.0  # ends of its axis
NONE = "none"  # of a map with one hyperparameter only
MOST = {"n_steps": 1000, "n_starts": 4}
MOST_BOTH = 2000  # steps times starts: 4,096 cells of that many take about 400 MB


def side(name, default, n):
    """The `Grid` of a hyperparameter; one that the library does not know is around its default."""
    if name == "lr":
        return grid(name, *LR, n=n)
    if name in RANGES or name.startswith("beta"):
        return grid(name, n=n)
    if default > 0:
        return grid(name, default / 100, default * 100, n=n)
    return Grid(name, np.linspace(default - 1, default + 1, n))


def sides_of(step, across, up):
    """Two hyperparameters of a step for the sides of its map: these, where it has them."""
    known = list(free_hyperparameters(step))
    if len(known) == 1:
        return known[0], NONE
    across = across if across in known else known[0]
    up = up if up in known and up != across else next(name for name in known if name != across)
    return across, up


def first_values(steps, known_objectives, values):
    """All values to begin with; a ValueError for a name that there is not."""
    for name, step in steps.items():
        if not free_hyperparameters(step):
            raise ValueError(
                f"{name} has no hyperparameter for a side of the map. "
                f"Write for example def {name}(state, g, lr=0.1)."
            )
    numbers = shared_hyperparameters(steps.values())
    first = next(iter(steps))
    sides = list(free_hyperparameters(steps[first]))
    across = values.get("across", sides[0] if sides else "")
    rest = [name for name in sides if name != across]
    chosen = {"across": across, "up": rest[0] if rest else NONE, "colour": COLOURS[0]}
    run = {"n_steps": 300, "n_starts": 1, "noise": 0.0, "seed": 1}
    all_values = numbers | run | chosen
    for name in values:
        if name not in all_values:
            text = f"there is no {name} to set here; there are {', '.join(all_values)}."
            raise ValueError(text)
    menus = {"optimizer": first, "objective": next(iter(known_objectives))}
    return all_values | menus | values


def choices(steps, known_objectives):
    """Menu to what can be chosen in it; a hyperparameter of several optimizers is there once."""
    names = tuple(shared_hyperparameters(steps.values()))
    menus = {"optimizer": tuple(steps), "objective": tuple(known_objectives)}
    return menus | {"across": names, "up": (*names, NONE), "colour": COLOURS}


def checked_counts(values):
    """Steps and starts as whole numbers; raises `Problem` where they are too many."""
    counts = {name: checked_value(name, values[name], 1, most) for name, most in MOST.items()}
    n_steps, n_starts = counts.values()
    if n_steps * n_starts > MOST_BOTH:
        text = f"steps times starts must be at most {MOST_BOTH}, but came as {n_steps} times "
        example = f"Write for example n_steps={MOST_BOTH // n_starts}."
        raise Problem(f"{text}{n_starts}. {example}", "n_steps")
    return counts


def sensitivity_controls(values, steps, known_objectives):
    """Menus and sliders; a hyperparameter of several optimizers has one slider."""
    known = choices(steps, known_objectives)
    menus = ("optimizer", "objective", "colour", "across", "up")
    labels = {"optimizer": "method"}
    sliders = [hyperparameter_control(name, values[name]) for name in known["across"]]
    return [
        *(
            Control(name, "menu", values[name], choices=known[name], label=labels.get(name, ""))
            for name in menus
        ),
        *sliders,
        Control("n_steps", "integer", values["n_steps"], 1, 500, label="steps"),
        Control("n_starts", "integer", values["n_starts"], 1, MOST["n_starts"], label="starts"),
        Control("noise", "linear", values["noise"], 0.0, 5.0),
        Control("seed", "integer", values["seed"], 1, 20),
    ]


def rounded(name, value):
    """A value of a cell in few digits; of a beta 1 - beta has few.

    Examples
    --------
    >>> rounded("lr", 0.0299304), rounded("beta2", 0.99985347)
    (0.0299, 0.999853)
    """
    return 1 - float(f"{1 - value:.3g}") if name.startswith("beta") else float(f"{value:.3g}")
