"""What is given is checked, and refused in words: the rule, what came, what to write instead."""

import math
from numbers import Real
from typing import NamedTuple

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
    """Whether a value is one finite real number, and not beyond all floats."""
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


class NotReal(ValueError):
    """Refused by `as_floats`; its text is what came instead of real numbers."""


def as_floats(value):
    """Real numbers as a new array of floats: the one cast for all that a reader gives.

    numpy's own would drop imaginary parts and masks in silence, and make numbers of dates, of text
    and of None.

    Raises
    ------
    NotReal
        If something else came, also inside a list.

    Examples
    --------
    >>> as_floats([1, True])
    array([1., 1.])
    >>> as_floats([1, 2 + 5j])
    Traceback (most recent call last):
    course_lib.utils.validation.NotReal: complex numbers
    """
    if type(value) is np.ndarray and value.dtype.char == "d":
        return value.copy()
    if np.ma.is_masked(value):
        raise NotReal("numbers of which some are masked")
    try:
        array = np.array(value)
        if array.dtype.kind == "O":
            return np.array([_as_float(part) for part in array.flat]).reshape(array.shape)
    except NotReal:
        raise
    except OverflowError:
        raise NotReal("a number beyond all floats") from None
    except Exception:  # lists of different lengths, or whatever a strange object raises
        raise NotReal(shown(value)) from None
    if array.dtype.kind not in "biuf":
        raise NotReal({"c": "complex numbers"}.get(array.dtype.kind) or shown(value))
    return array.astype(float)


def received(value):
    """What came as floats, or None, and in words: its shape, or what is there instead."""
    try:
        floats = as_floats(value)
    except NotReal as error:
        return None, f"{error}"
    return floats, f"shape {floats.shape}"


def _as_float(part):
    """One entry of an array of objects as a float."""
    kind = np.asarray(part).dtype.kind
    if kind == "c":
        raise NotReal("complex numbers")
    if kind not in "biufO" or not hasattr(part, "__float__"):
        raise NotReal(shown(part))
    return float(part)


def check_real(name, value, rule="be a finite number", allows=lambda value: True, example=1):
    """A finite number that ``allows`` accepts, as a float."""
    if not (is_number(value) and allows(value)):
        raise InvalidValue(name, rule, shown(value), f"{name}={example}")
    return float(value)


class Rule(NamedTuple):
    """Which numbers are allowed, as data that the browser can have as well.

    >>> Rule("be a number > 0", low=0, without_low=True).allows(np.array([0.0, 0.1]))
    array([False,  True])
    """

    text: str = "be a finite number"
    low: float = -math.inf
    high: float = math.inf
    without_low: bool = False  # the end itself is not allowed
    without_high: bool = False
    whole: bool = False
    example: object = 1

    def allows(self, value):
        """Whether a number is within the ends, or which of several are."""
        above = value > self.low if self.without_low else value >= self.low
        return above & (value < self.high if self.without_high else value <= self.high)

    def check(self, name, value):
        """A number that is allowed: a whole one as an int, any other as a float."""
        if self.whole:
            return check_count(value, name, self.low, self.high, self.example)
        return check_real(name, value, self.text, self.allows, self.example)

    def data(self):
        """The rule for a browser: an end at infinity is None."""
        ends = {end: getattr(self, end) for end in ("low", "high")}
        finite = {end: value if math.isfinite(value) else None for end, value in ends.items()}
        return self._asdict() | finite | {"example": str(self.example)}


def check_array(name, value, example):
    """Numbers of any shape as an array of floats.

    A single number becomes a 0-d array: numpy rounds powers of it and of a float differently, and
    one run must equal the same run in a batch to the last bit.
    """
    try:
        return as_floats(value)
    except NotReal:
        rule = "be a number or an array of numbers"
        raise InvalidValue(name, rule, shown(value), example) from None


def check_floats(name, value, rule, allows, example):
    """A new array of floats that ``allows`` accepts."""
    try:
        array = as_floats(value)
        fits = bool(allows(array))
    except ValueError:
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
    if not callable(f) or isinstance(f, type):
        if hasattr(f, name):
            example = f"bowl.{name}, the function that belongs to the landscape bowl"
        raise InvalidValue(name, "be a function", shown(f), example)
