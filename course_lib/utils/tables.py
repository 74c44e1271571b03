"""Columns of numbers and words, printed."""

from numbers import Real

import numpy as np

from course_lib.utils.text import short
from course_lib.utils.validation import InvalidValue, shown


def print_table(rows, *columns):
    """Print rows of numbers and words under the names of their columns.

    Parameters
    ----------
    rows : iterable of sequences
        One sequence of values for each row; ``zip(rates, factors)`` makes them of columns.
    *columns : str
        Name of each column and, after a colon, the format of its numbers: ``"factor:.2f"``.
        Without a format, fractions have four significant digits.

    Raises
    ------
    ValueError
        If a row has not one value for each column, or if a format does not exist.

    Examples
    --------
    >>> print_table([(0.5, "steep", 1.3e-9), (10, "flat", 3.0)], "lr", "where", "factor:.1e")
     lr  where   factor
    0.5  steep  1.3e-09
     10  flat   3.0e+00
    """
    names, formats = zip(*(column.partition(":")[::2] for column in columns), strict=True)
    rows = [checked_row(row, names) for row in rows]
    texts = [names, *([as_text(*cell) for cell in zip(row, formats, strict=True)] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for text in texts:
        cells = [
            cell.rjust(width) if is_number(value) else cell.ljust(width)
            for cell, width, value in zip(text, widths, rows[0] if rows else names, strict=True)
        ]
        print("  ".join(cells).rstrip())


def checked_row(row, names):
    """The values of a row, one for each column."""
    values = list(row) if np.iterable(row) and not isinstance(row, str) else [row]
    if len(values) != len(names):
        rule = f"have {len(names)} values, one for each of {', '.join(names)}"
        raise InvalidValue("a row", rule, shown(values))
    return values


def as_text(value, form):
    """One value as its column writes it."""
    if not is_number(value):
        return str(value)
    if not form:
        return str(value) if isinstance(value, (int, np.integer)) else short(value, 4)
    try:
        return format(value, form)
    except ValueError:
        raise InvalidValue("the format of a column", "be one of Python's", form, "lr:.2f") from None


def is_number(value):
    """Whether a value is written with digits, right under right; True and False are words."""
    return isinstance(value, Real) and not isinstance(value, (bool, np.bool_))
