"""Static pictures: each function draws one thing into an ``ax`` and returns its artists.

Trajectories have time first and coordinates second, shape (n_steps + 1, 2), as ``history.x``.
"""

from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm, PowerNorm
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator

from course_lib.utils.style import STYLE as STYLE
from course_lib.utils.style import in_course_style
from course_lib.utils.text import short
from course_lib.utils.validation import InvalidValue, as_floats, check_array

# light enough for coloured paths, and monotone in brightness, so that grey prints keep the order
LANDSCAPE = LinearSegmentedColormap.from_list(
    "landscape", ["#5b7fa6", "#8fadc9", "#c3d3e0", "#e9e6dc", "#f7efd9"]
)
DIVERGED = "#4d4d4d"  # colour of runs that diverge, in every map
LARGEST = 1e304  # size of values that can be drawn; ticks lie some decades above


class LineStyle(NamedTuple):
    """How one optimizer looks in every picture."""

    color: str
    marker: str
    dash: tuple  # lengths of ink and gap in points; empty for a solid line


# Okabe and Ito's colours; marker and dash tell apart what a printer or an eye cannot
LINE_STYLES = {
    "gradient_descent": LineStyle("#000000", "p", (3, 1.5)),
    "momentum": LineStyle("#E69F00", "s", (6, 2)),
    "nesterov": LineStyle("#CC79A7", "D", (6, 2, 1, 2)),
    "adagrad": LineStyle("#56B4E9", "^", (2, 2)),
    "rmsprop": LineStyle("#009E73", "v", (4, 2)),
    "adam": LineStyle("#D55E00", "o", ()),
    "amsgrad": LineStyle("#0072B2", "s", (8, 2)),
    "amsgrad_torch": LineStyle("#009E73", "P", (6, 2, 1, 2)),
    "amsgrad_keras": LineStyle("#E69F00", "X", (2, 2)),
    "amsgrad_optax": LineStyle("#CC79A7", "D", (4, 2)),
    "amsgrad_tutorial": LineStyle("#56B4E9", "^", (6, 2)),
}
_OTHERS = [
    LineStyle("#6A3D9A", "*", ()),
    LineStyle("#C4007A", "X", (5, 2)),
    LineStyle("#6B7F00", "h", (3, 1)),
]


def line_style(name):
    """The `LineStyle` of an optimizer by its name; a name that is not the course's gets its own."""
    return LINE_STYLES.get(name) or _OTHERS[sum(map(ord, name)) % len(_OTHERS)]


@in_course_style
def new_figure(width=10.0, height=3.6):
    """An empty figure in the course's style that no pyplot state knows of; sizes in inches."""
    return Figure(figsize=(width, height))


class HeightScale(NamedTuple):
    """How a landscape's values become heights and colours.

    Values are shown as ``((f - low) / (high - low)) ** (1 / power)``. ``power`` is 1 for a gentle
    landscape and larger where few high walls would flatten all the rest.
    """

    low: float
    high: float
    power: float

    @classmethod
    def of(cls, objective, n=61):
        """Choose them for an `Objective` from its values on an n by n grid."""
        with np.errstate(all="ignore"):
            values = as_floats(objective.f(objective.grid(n)))
        values = values[np.isfinite(values)]
        if not values.size:
            raise ValueError(
                f"{objective.name} has no finite value in its window {objective.bounds.tolist()}. "
                "Choose bounds where the function is defined."
            )
        low, high = values.min(), values.max()
        if objective.minimum is not None:
            low = min(low, objective.minimum)
        largest = max(low, high, key=abs)
        if abs(largest) > LARGEST:
            raise ValueError(
                f"{objective.name} must stay between {-LARGEST:g} and {LARGEST:g} in its window "
                f"{objective.bounds.tolist()}, got {short(largest)}. Choose smaller bounds."
            )
        high = high if high > low else low + max(1.0, 1e-3 * abs(low))
        middle = (np.median(values) - low) / (high - low)
        wanted = np.log(max(middle, 1e-6)) / np.log(0.45)  # brings the median to 0.45
        return cls(float(low), float(high), float(np.clip(np.round(wanted), 1, 8)))

    def share(self, f):
        """Where values ``f`` lie between ``low``, 0, and ``high``, 1."""
        return (as_floats(f) - self.low) / (self.high - self.low)

    def scaled(self, f):
        """Heights between 0 and 1 for values ``f``; clipped."""
        return np.clip(self.share(f), 0, 1) ** (1 / self.power)

    @property
    def is_ordinary(self):
        """Whether matplotlib can tell apart and multiply levels between ``low`` and ``high``."""
        span = self.high - self.low
        return 1e-30 < span < 1e30 and span > 1e-4 * max(abs(self.low), abs(self.high))

    def value(self, height):
        """The value at a height; the inverse of `scaled`."""
        return self.low + (self.high - self.low) * np.clip(height, 0, 1) ** self.power


def _label_coordinates(ax, objective):
    (low1, high1), (low2, high2) = objective.bounds
    ax.set(xlim=(low1, high1), ylim=(low2, high2), xlabel="$x_1$", ylabel="$x_2$")
    ax.locator_params(axis="both", nbins=5)


def contours(ax, objective, n=151, levels=18):
    """Filled contours of an objective over its window, with its minimizers marked by crosses.

    Parameters
    ----------
    ax : matplotlib Axes
    objective : Objective
    n : int
        Points of the grid per coordinate.
    levels : int
        Number of contour levels.

    Returns
    -------
    QuadContourSet
    """
    heights = HeightScale.of(objective)
    x = objective.grid(n)
    with np.errstate(all="ignore"):
        values = as_floats(objective.f(x))
        if not heights.is_ordinary:
            values = np.where(np.isfinite(values), np.clip(heights.share(values), -9, 9), np.nan)
            heights = HeightScale(0.0, 1.0, heights.power)
        values = np.ma.masked_invalid(values)
    at = heights.value(np.linspace(0, 1, levels + 1))
    norm = PowerNorm(1 / heights.power, heights.low, heights.high)
    filled = ax.contourf(*x, values, at, cmap=LANDSCAPE, norm=norm, extend="both")
    ax.contour(*x, values, at, colors="#ffffff", linewidths=0.5, alpha=0.7)
    minimizers(ax, objective)
    _label_coordinates(ax, objective)
    span1, span2 = np.diff(objective.bounds)[:, 0]
    if 0.5 <= span1 / span2 <= 2:
        ax.set_aspect("equal")
    return filled


def minimizers(ax, objective):
    """Crosses where the minimizers are; returns the line, or None where they are not known."""
    if not objective.minimizers.size:
        return None
    halo = [Stroke(linewidth=4, foreground="white"), Normal()]
    (line,) = ax.plot(
        *objective.minimizers, "x", color="#1a1a1a", ms=7, mew=1.8, zorder=3, path_effects=halo
    )
    return line


def surface(ax, objective, n=45):
    """The objective as a surface over its window, on 3-D axes.

    Where few high walls would flatten the rest, the height is a root of the value (see
    `HeightScale`); the ticks show values of the function all the same.

    Parameters
    ----------
    ax : matplotlib 3-D Axes
    objective : Objective
    n : int
        Points of the mesh per coordinate.

    Returns
    -------
    Poly3DCollection
        The mesh; its gid is "fine".
    """
    heights = HeightScale.of(objective)
    x = objective.grid(n)
    with np.errstate(all="ignore"):
        z = heights.scaled(objective.f(x))
    mesh = ax.plot_surface(
        *x, z, cmap=LANDSCAPE, vmin=0, vmax=1, rcount=n, ccount=n, lw=0.2,
        edgecolor="#ffffff60", antialiased=True, shade=False,
    )  # fmt: skip
    mesh.set_gid("fine")
    _label_coordinates(ax, objective)
    for axis in (ax.xaxis, ax.yaxis):  # no ticks at the ends: two of them meet in a corner
        axis.set_major_locator(MaxNLocator(4, prune="both"))
    ax.set(zlim=(0, 1))
    ax.set_zlabel("f", labelpad=2)
    ax.zaxis.set_major_formatter(FuncFormatter(lambda z, _: short(heights.value(z))))
    ax.tick_params(pad=0)
    ax.tick_params(axis="z", pad=4)
    ax.view_init(elev=35, azim=-60)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color("#f5f5f5")
        axis._axinfo["grid"]["color"] = "#dddddd"
    return mesh


def path_on_surface(objective, x, heights=None):
    """Points of a trajectory (n, 2) on `surface`, shape (n, 3); nan where it leaves the window."""
    heights = heights or HeightScale.of(objective)
    x = check_array("x", x, "history.x")
    with np.errstate(all="ignore"):
        z = heights.scaled(objective.f(x.T))
        inside = ((x >= objective.bounds[:, 0]) & (x <= objective.bounds[:, 1])).all(axis=1)
    return np.where(inside[:, None], np.column_stack([x, z]), np.nan)


def trajectory(ax, x, objective=None, color="#ffffff", marker="o", dash=(), label=None):
    """A path with a dot for every step, on contours or (with ``objective``) on a surface.

    Parameters
    ----------
    ax : matplotlib Axes, 2-D or 3-D
    x : ndarray, shape (n_steps + 1, 2)
        ``history.x``.
    objective : Objective
        Needed on 3-D axes, for the height.
    color, marker, dash
        As in `LineStyle`; the default is the white path of the classic picture.
    label : str, optional
        For the legend.

    Returns
    -------
    Line2D or Line3D
    """
    x = check_array("x", x, "history.x")
    if x.ndim != 2 or x.shape[1] != 2:
        rule = "have one row of two coordinates for each step, shape (n, 2)"
        raise InvalidValue("x", rule, f"shape {x.shape}", "trajectory(ax, history.x)")
    rim = "#333333" if color == "#ffffff" else "white"
    halo = [Stroke(linewidth=3.2, foreground=rim), Normal()]
    three_d = hasattr(ax, "get_zlim")
    if three_d and objective is None:
        raise ValueError("3-D axes need the objective. For example trajectory(ax, x, objective).")
    points = path_on_surface(objective, x) if three_d else np.where(np.isfinite(x), x, np.nan)
    style = {"color": color, "marker": marker, "ms": 3.5 if len(x) <= 70 else 2, "lw": 1.6}
    style |= {"path_effects": halo, "label": label, "zorder": 10 if three_d else 4}
    (line,) = ax.plot(*points.T, **style)
    if dash:
        line.set_dashes(dash)
    return line


def optimality_gap(objective, x):
    """Height above the minimum along a trajectory: f(x) - minimum, or f where it is not known.

    Parameters
    ----------
    objective : Objective
    x : ndarray, shape (n_steps + 1, 2, ...)
        ``history.x``.

    Returns
    -------
    ndarray, shape (n_steps + 1, ...)
    """
    with np.errstate(all="ignore"):
        return objective.f(np.moveaxis(x, 1, 0)) - (objective.minimum or 0.0)


def time_limits(n_steps):
    """Ends of an axis for the steps of a run, with room for the markers at both."""
    return -0.02 * max(n_steps, 1), 1.03 * max(n_steps, 1)


class _Decades(LogLocator):
    """Ticks and ends of a log axis, without warnings where values are huge or nearly equal."""

    def tick_values(self, vmin, vmax):
        with np.errstate(over="ignore"):
            return super().tick_values(vmin, vmax)

    def nonsingular(self, vmin, vmax):
        return super().nonsingular(vmin, vmin if abs(vmax - vmin) <= 1e-9 * abs(vmin) else vmax)


def loss_curve(ax, values, color="#0072B2", dash=(), label=None, log=True):
    """Values after each step, by default on a log scale (values of 0 or less are left out there).

    Values of more than 1e304 are left out everywhere.

    Parameters
    ----------
    ax : matplotlib Axes
    values : ndarray, shape (n_steps + 1,)
        For example ``optimality_gap(objective, history.x)``.

    Returns
    -------
    Line2D
    """
    values = check_array("values", values, "optimality_gap(objective, history.x)")
    with np.errstate(invalid="ignore"):
        shown = (np.abs(values) <= LARGEST) & ((values > 0) | (not log))
    shown = np.where(shown, values, np.nan)
    if log:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(_Decades())
        ax.yaxis.set_minor_locator(_Decades(subs="auto"))
    (line,) = ax.plot(np.arange(len(shown)), shown, color=color, label=label)
    if dash:
        line.set_dashes(dash)
    ax.set(xlabel="step t", ylabel="f(x) − minimum" if log else "f(x)")
    ax.grid(True)
    return line


def heat_map(ax, x, y, values, xlabel="", ylabel="", log=True, cmap="cividis_r"):
    """A table of values as colours; values that are not finite get the colour of divergence.

    Parameters
    ----------
    ax : matplotlib Axes
    x, y : ndarray, shape (nx,) and (ny,)
        Values of the columns and of the rows, increasing; cell borders lie half-way (on a log axis
        if all are positive and span more than a factor of 20).
    values : ndarray, shape (ny, nx)
    log : bool
        Colour by the logarithm.

    Returns
    -------
    QuadMesh
    """
    values = check_array("values", values, "a map's steps")
    if values.shape != (len(y), len(x)):
        rule = f"have shape (len(y), len(x)) = {(len(y), len(x))}"
        raise InvalidValue("values", rule, f"shape {values.shape}")
    cmap = matplotlib.colormaps[cmap].with_extremes(bad=DIVERGED)
    norm = LogNorm() if log else None
    shown = np.ma.masked_invalid(values)
    mesh = ax.pcolormesh(x, y, shown, cmap=cmap, norm=norm, shading="nearest", rasterized=True)
    for name, ticks in (("x", x), ("y", y)):
        if np.min(ticks) > 0 and np.max(ticks) > 20 * np.min(ticks):
            getattr(ax, f"set_{name}scale")("log")
    ax.set(xlabel=xlabel, ylabel=ylabel, facecolor=DIVERGED)
    return mesh
