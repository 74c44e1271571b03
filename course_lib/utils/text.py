"""Numbers and names as text."""

import numpy as np


def short(value, digits=2):
    """A number in few characters: 0.62, 22, 2.5e3, 1.8e5.

    Examples
    --------
    >>> short(1.4512, 3), short(2.1e-4), short(181853.6)
    ('1.45', '2.1e-4', '1.8e5')
    """
    rounded = float(f"{value:.{digits}g}")
    if not rounded or 1e-3 <= abs(rounded) < 1e4 or not np.isfinite(rounded):
        return f"{rounded:.{max(digits, 6)}g}"
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def place(value):
    """A coordinate with two digits after the point; a huge one as `short` has it.

    >>> place(-0.8), place(1.7737e38)
    ('-0.80', '1.8e38')
    """
    return f"{value:.2f}" if abs(value) < 1e5 else short(value)


def digits(value):
    """A number as the table of states writes it, in four digits: 0.1200, −3.000e−9, ∞.

    >>> digits(0.12), digits(-4e-9), digits(123456.0), digits(float("inf"))
    ('0.1200', '−4.000e−9', '1.235e5', '∞')
    """
    if not np.isfinite(value):
        return "nan" if np.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    is_long = size and (size < 1e-3 or size >= 1e5)
    text = f"{value + 0.0:.3e}" if is_long else f"{value + 0.0:#.4g}".rstrip(".")
    mantissa, e, exponent = text.replace("-", "−").partition("e")
    sign = "−" if exponent.startswith("−") else ""
    return mantissa + (f"e{sign}{exponent.lstrip('+−0') or 0}" if e else "")


def share(count, total):
    """A part of a whole in whole percent; some are never said to be none or all.

    The last bits of powers differ between processors, and one cell of a thousand with them.

    >>> share(1058, 4096), share(3, 4096), share(0, 4096), share(4095, 4096)
    ('26 %', 'less than 1 %', '0 %', 'more than 99 %')
    """
    percent = int(100 * count / total + 0.5)
    if percent == 0 and count:
        return "less than 1 %"
    return "more than 99 %" if percent == 100 and count < total else f"{percent} %"


def kind(value):
    """What a value is, with an article: a float, an int, an ndarray, None."""
    name = type(value).__name__
    article = "an" if name[0].lower() in "aeiou" or name.startswith("nd") else "a"
    return "None" if value is None else f"{article} {name}"


def listed(names):
    """Names side by side; with semicolons where one of them holds a comma."""
    return ("; " if any("," in name for name in names) else ", ").join(names)
