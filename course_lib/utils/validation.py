"""What is given is checked, and refused in words: the rule, what came, what to write instead."""

from numbers import Real

import numpy as np

from course_lib.utils.text import kind, listed


class InvalidValue(ValueError):
    """A value that is not allowed; ``name`` says which.

    >>> print(InvalidValue("n_steps", "be a whole number >= 0", 2.5, "n_steps=60"))
    n_steps must be a whole number >= 0, got 2.5. For example n_steps=60.
    """

    def __init__(self, name, rule, got, example=""):
        hint = f" For example {example}." if example else ""
        super().__init__(f"{name} must {rule}, got {got}.{hint}")
        self.name = name


def shown(value):
    """What came, in short: a function by its name, an array as a list or by its shape."""
    if isinstance(value, np.ndarray) and value.size > 4:
        return f"shape {value.shape}"
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    try:
        name = None if isinstance(value, type) else getattr(value, "__name__", None)
        text = name or repr(value)
    except Exception:  # whatever a strange object raises
        text = kind(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def check_count(value, name="n_steps", low=0, high=None, example=60):
    """A whole number from ``low`` to ``high`` as an int."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < low or (high is not None and value > high):
        span = f">= {low}" if high is None else f"from {low} to {high}"
        raise InvalidValue(name, f"be a whole number {span}", shown(value), f"{name}={example}")
    return int(value)


def is_number(value):
    """Whether a value is one finite real number."""
    return isinstance(value, Real) and not isinstance(value, bool) and bool(np.isfinite(value))


def check_real(name, value, rule="be a finite number", allows=lambda value: True, example=1):
    """A finite number that ``allows`` accepts, as a float."""
    if not (is_number(value) and allows(value)):
        raise InvalidValue(name, rule, shown(value), f"{name}={example}")
    return float(value)


def check_array(name, value, example):
    """Numbers of any shape as an array of floats.

    A single number becomes a 0-d array: numpy rounds powers of it and of a float differently, and
    one run must equal the same run in a batch to the last bit.
    """
    try:
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            return array.astype(float)
    except ValueError:  # a list of lists of different lengths
        pass
    raise InvalidValue(name, "be a number or an array of numbers", shown(value), example)


def check_floats(name, value, rule, allows, example):
    """A new array of floats that ``allows`` accepts."""
    try:
        array = np.array(value, float)
        fits = bool(allows(array))
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise InvalidValue(name, rule, shown(value), example)
    return array


def check_choice(name, value, choices):
    """``value`` if it is one of the choices."""
    if value not in tuple(choices):
        known = listed([choice if isinstance(choice, str) else shown(choice) for choice in choices])
        raise InvalidValue(name, f"be one of {known}", shown(value))
    return value


def check_names(names, known):
    """Refuse the first name that is none of the ``known``."""
    for name in names:
        if name not in known:
            raise ValueError(f"there is no {name} to set here; there are {listed(known)}.")


def check_function(name, f, example):
    """Refuse what is no function; of an objective the message names the function inside it."""
    if not callable(f):
        if hasattr(f, name):
            example = f"bowl.{name}, the function that belongs to the landscape bowl"
        raise InvalidValue(name, "be a function", shown(f), example)
