"""What `explore` makes of its arguments: labels, styles, sliders, and words for what is wrong."""

from collections.abc import Mapping

from course_lib import objectives, plotting
from course_lib.experiments.steps import free_hyperparameters
from course_lib.explorers.curves import EFFECTIVE_STEP
from course_lib.live.controls import Control, hyperparameter_control
from course_lib.utils.text import listed


def check_objective_and_steps(objective, steps):
    """Raise a ValueError in words unless these are a landscape and step functions, in this order.

    Examples
    --------
    >>> from course_lib.optimizers import adam
    >>> check_objective_and_steps(objectives.bowl, (adam,))
    >>> check_objective_and_steps(objectives.ravine, (adam,))
    Traceback (most recent call last):
    ...
    ValueError: ravine is a function that makes a landscape. Write for example ravine(10).
    """
    if any(isinstance(step, objectives.Objective) for step in steps):
        raise ValueError("the landscape comes first, then the step functions: explore(bowl, adam).")
    objectives.validate_objective(objective)
    check_steps(steps)


def check_steps(steps):
    """Raise a ValueError in words for what is no step function."""
    for step in steps:
        if not callable(step):
            advice = {
                str: f"Write {step} without quotation marks.",
                list: "Write the step functions one after the other, without brackets; a start is "
                "written x0=[0.5, 0.5].",
                float: f"A value needs its name, for example lr={step}.",
            }.get(type(step), "Write for example adam, with commas between several.")
            raise ValueError(f"a step function is needed, but {step!r:.60} came. {advice}")


def distinct_styles(labels):
    """Label to `LineStyle`; no two of one colour while there are colours left."""
    styles = {}
    for label in labels:
        taken = [style.color for style in styles.values()]
        own = plotting.line_style(label.split(",")[0])
        choices = [own, *plotting.LINE_STYLES.values()]
        styles[label] = next((style for style in choices if style.color not in taken), own)
    return styles


def shared_hyperparameters(steps):
    """Names and values for the sliders; the first step that has a default decides it."""
    shared = {}
    for step in steps:
        for name, value in free_hyperparameters(step).items():
            if name in ("n_steps", "x0", "objective", "coordinate"):
                raise ValueError(
                    f"a hyperparameter cannot be called {name}, because the figure has a control "
                    "of that name. Write another name in your step function."
                )
            if shared.get(name) is None:
                shared[name] = value
    return {name: 0.1 if value is None else value for name, value in shared.items()}


def check_names(values, known, menus=()):
    """Raise a ValueError for a name that is not ``known``, or a choice that no menu has."""
    for name, value in values.items():
        if name not in known:
            raise ValueError(
                f"there is no {name} to set here; there are {', '.join(known)}. "
                "The names are those in the step functions' signatures."
            )
        if name in menus and value not in menus[name]:
            raise ValueError(
                f"there is no {name} called {value!r}; there are {listed(menus[name])}."
            )


def check_scenes(scenes):
    """Raise a ValueError for scenes that are no buttons with values."""
    if not isinstance(scenes, Mapping) or not all(isinstance(s, Mapping) for s in scenes.values()):
        raise ValueError(
            f"scenes are names with values, but came as {scenes!r:.60}. "
            'Write for example scenes={"too large": {"lr": 1.1}}.'
        )
    if "reset" in scenes:
        raise ValueError("a scene cannot be called reset: that button is there already.")


def check_curves(names, quantities):
    """Raise a ValueError for a name that none of the optimizers has a quantity of."""
    known = dict.fromkeys(name for found in quantities.values() for name in found)
    known = [name for name in known if name != EFFECTIVE_STEP]
    for name in names:
        if known and name not in (*known, EFFECTIVE_STEP):
            raise ValueError(
                f"there is no {name} to draw over time; there are {', '.join(known)} and "
                f'{EFFECTIVE_STEP}. Write for example curves=("{known[-1]}",).'
            )


def explorer_controls(numbers, menus, chosen):
    """Sliders for numbers, lists for menus."""
    sliders = [hyperparameter_control(n, v) for n, v in numbers.items() if n != "n_steps"]
    most = max(200, 2 * numbers["n_steps"])
    count = Control("n_steps", "integer", numbers["n_steps"], 0, most, label="steps")
    labels = {"coordinate": "curves of"}
    lists = [
        Control(name, "menu", chosen[name], choices=choices, label=labels.get(name, ""))
        for name, choices in menus.items()
    ]
    return [*sliders, count, *lists]
