"""Controls of the explorers, each with the rule for its value, and checks of their arguments."""

from course_lib import objectives
from course_lib.experiments.runs import RESERVED
from course_lib.experiments.steps import free_hyperparameters
from course_lib.explorers.families import Family
from course_lib.live.controls import Control
from course_lib.live.explorer import Input
from course_lib.utils.hyperparameters import LANDSCAPES, hyperparameter, takes_any
from course_lib.utils.validation import Rule, check_choice, check_function

LARGEST = 1e6  # size of a number that is no hyperparameter: its square is finite


# Controls. Each checks its first value.


def menu(name, value, choices, label=""):
    """A menu."""
    choices = tuple(choices)

    def check(value):
        return check_choice(name, value, choices)

    return Input(Control(name, "menu", check(value), choices=choices, label=label), check)


def toggle(name, value):
    """A button that is on or off."""

    def check(value):
        return bool(check_choice(name, value, (True, False)))

    return Input(Control(name, "toggle", check(value)), check)


def count_slider(name, value, slider, low=0, high=100_000, example=60, label="", kind="integer"):
    """A slider for a whole number from ``low`` to ``high``; ``slider`` are its own ends."""

    text = f"be a whole number from {low} to {high}"
    rule = Rule(text, low, high, whole=True, example=example)
    return _number(Control(name, kind, value, *slider, label=label, rule=rule))


def number_slider(name, value, kind, slider, low, high, example):
    """A slider for a number from ``low`` to ``high``; ``slider`` are its own ends."""
    rule = Rule(f"be a number from {low:g} to {high:g}", low, high, example=example)
    return _number(Control(name, kind, value, *slider, rule=rule))


def hyperparameter_control(name, value, default=1.0, slider=None, kind=None):
    """The control that fits a hyperparameter by its name, or with ends or a scale of its own.

    One that the course does not know is of the kind of its ``default``: a truth value is a button,
    a whole number stays one while whole numbers are chosen.

    >>> [hyperparameter_control(name, 0.9).control.kind for name in ("lr", "beta1")]
    ['log', 'decay']
    >>> [hyperparameter_control("k", 3, default).control.kind for default in (3, 3.0)]
    ['integer', 'log']
    """
    rule, scale, *_ = hyperparameter(name, default)
    if scale == "toggle":
        return toggle(name, value)
    value = rule.check(name, typed(value))
    row = hyperparameter(name, int(value) if scale == "integer" and value.is_integer() else value)
    low, high = slider or row.slider
    if name == "lr" and not slider:
        low, high = min(low, value), max(high, value)
    return _number(Control(name, kind or row.scale, value, low, high, rule=rule), scale)


def parameter_control(name, value, family):
    """The control of a parameter of a `Family`; it is idle while the menu has another landscape."""
    rule, scale, ends, stops, _ = LANDSCAPES[name]
    value = rule.check(name, typed(value))
    low, high = min(*ends, value), max(*ends, value)
    where = {"objective": family.name}
    return _number(Control(name, scale, value, low, high, stops=stops, where=where, rule=rule))


def _number(control, scale=""):
    """An input of a number; on the scale "integer" a whole one stays an int."""

    def check(value):
        value = control.rule.check(control.name, typed(value))
        return int(value) if scale == "integer" and value.is_integer() else value

    return Input(control._replace(value=check(control.value)), check)


def typed(value):
    """Typed text as the number that it says, a whole number as an int; all else as it is."""
    if isinstance(value, bool):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return value
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def objective_menu(first):
    """Name to objective: the given one, or `Family`, first, then the catalogue."""
    others = {other.name: other for other in objectives.catalogue()}
    if isinstance(first, Family):  # it makes one of the catalogue, which has a like name
        others = {n: other for n, other in others.items() if not n.startswith(f"{first.title},")}
    return {first.name: first} | others | {first.name: first}


# Arguments


def shared_hyperparameters(steps, given=(), reserved=RESERVED):
    """Names and values for the sliders of several steps; the first step with a default decides.

    ``given`` are values for a step that takes any, ``**hyper``.
    """
    shared = {}
    for step in steps:
        for name, value in free_hyperparameters(step).items():
            if name in reserved:
                raise ValueError(
                    f"a hyperparameter cannot be called {name}, because the figure has a control "
                    "of that name. Write another name in your step function."
                )
            if shared.get(name) is None:
                shared[name] = value
    if any(map(takes_any, steps)):
        shared = {name: value for name, value in dict(given).items() if name != "n_steps"} | shared
    return {name: 0.1 if value is None else value for name, value in shared.items()}


def objective_or_family(objective, steps):
    """What `explore` is given first: an objective, or a function that makes some, as `Family`."""
    if isinstance(objective, objectives.Objective) or not callable(objective):
        check_objective_and_steps(objective, steps)
        return objective
    _check_order(steps)
    check_steps(steps)
    return Family(objective)


def check_objective_and_steps(objective, steps):
    """Refuse what is no objective followed by step functions.

    >>> from course_lib.optimizers import adam
    >>> check_objective_and_steps(objectives.bowl, (adam,))
    """
    _check_order(steps)
    objectives.validate_objective(objective)
    check_steps(steps)


def _check_order(steps):
    if any(isinstance(step, objectives.Objective) for step in steps):
        raise ValueError("the landscape comes first, then the step functions: explore(bowl, adam).")


def check_steps(steps, example="explore(bowl, adam, momentum)"):
    """Refuse what is no step function."""
    for step in steps:
        advice = {
            str: f"{step} without quotation marks",
            list: f"{example}, without brackets; a start is x0=[0.5, 0.5]",
            float: f"lr={step}: a value needs its name",
        }
        check_function("step", step, advice.get(type(step), example))
