"""Landscapes: functions of two variables with their gradients.

Coordinates come first: ``x.shape == (2, ...)``, so ``x1, x2 = x`` reads like a textbook and the
later axes are free for runs or for the points of a grid.

Squares are written ``x1 * x1``, not ``x1**2``: numpy rounds the power of a single number and of an
array differently, and one run must equal the same run inside a batch to the last bit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from course_lib.utils.hyperparameters import check_parameter
from course_lib.utils.objective_validation import (
    check_bounds,
    check_minimizers,
    check_minimum,
    check_start,
    check_x0,
    of_many_points,
)
from course_lib.utils.validation import InvalidValue, check_count, shown


@dataclass(frozen=True, eq=False)
class Objective:
    """A function to minimize, with everything that a picture of it needs.

    Attributes
    ----------
    name : str
        What menus and sentences call it.
    f : callable
        ``f(x)`` with ``x`` of shape (2, ...) gives the values, of shape (...).
    grad : callable
        ``grad(x)`` with ``x`` of shape (2, ...) gives the gradient, of shape (2, ...).
    bounds : ndarray, shape (2, 2)
        The window: one row per coordinate, its low and its high end.
    minimizers : ndarray, shape (2, n)
        The points of lowest value, one column each; n is 0 where they are not known.
    formula : str
        The function in LaTeX, without dollar signs.
    lesson : str
        One sentence: what this landscape teaches.
    x0 : ndarray, shape (2,)
        A start worth trying.
    """

    name: str
    f: Callable
    grad: Callable
    bounds: np.ndarray
    minimizers: np.ndarray = field(default_factory=lambda: np.empty((2, 0)))
    formula: str = ""
    lesson: str = ""
    x0: np.ndarray | None = None

    def __post_init__(self):
        bounds = check_bounds(self.bounds)
        x0 = bounds @ [0.9, 0.1] if self.x0 is None else check_x0(self.x0, bounds)
        object.__setattr__(self, "bounds", bounds)
        object.__setattr__(self, "x0", x0)
        object.__setattr__(self, "minimizers", check_minimizers(self.minimizers, bounds))

    def __repr__(self):
        return f"Objective({self.name})"

    @property
    def minimum(self):
        """The lowest value, or None where the minimizers are not known or f has none there."""
        if not self.minimizers.size:
            return None
        with np.errstate(all="ignore"):
            lowest = float(np.min(self.f(self.minimizers)))
        return lowest if np.isfinite(lowest) else None

    def grid(self, n=101):
        """Points of an n by n grid over the window, shape (2, n, n), for surfaces and contours."""
        x1, x2 = (np.linspace(low, high, n) for low, high in self.bounds)
        return np.stack(np.meshgrid(x1, x2))

    @classmethod
    def from_function(cls, f, bounds, grad=None, minimizers=(), name=None, x0=None):
        """Make an objective of your own function; without ``grad`` it is differentiated for you.

        Parameters
        ----------
        f : callable
            ``f(x)`` with ``x1, x2 = x``, or ``f(x1, x2)``; it gives one number for one point. One
            that takes many points at once, as numpy's functions do, draws its pictures faster.
        bounds : array_like, shape (2, 2)
            ``[[low1, high1], [low2, high2]]``.
        grad : callable, optional
            The gradient, called like ``f``. Default: central differences of ``f``.
        minimizers : array_like, shape (2, n), optional
            Where the lowest values are, if you know; None if not.
        name : str, optional
            Default: the name of the function.
        x0 : array_like, shape (2,), optional
            A start; default: near the lower left corner of the window.

        Raises
        ------
        ValueError
            If ``f`` or ``grad`` does not give numbers for one point or changes it (the message says
            what to write), if ``bounds`` is not two rows of low < high, if ``x0`` or a minimizer
            lies outside this window, or if ``f`` is lower elsewhere in it than at the minimizers.

        Examples
        --------
        >>> import numpy as np
        >>> valley = Objective.from_function(lambda x1, x2: x1**2 + 9 * x2**2, [[-1, 1], [-1, 1]])
        >>> np.round(valley.grad(np.array([1.0, 1.0])), 6)
        array([ 2., 18.])
        >>> A = np.array([[2.0, 0.5], [0.5, 1.0]])
        >>> form = Objective.from_function(lambda x: x @ A @ x, [[-1, 1], [-1, 1]])
        >>> form.f(np.array([[1.0, 0.0], [0.0, 2.0]])).tolist()
        [2.0, 4.0]
        """
        bounds = check_bounds(bounds)
        name = name or getattr(f, "__name__", "your function").replace("<lambda>", "your function")
        f = of_many_points(f, bounds, "the function")
        if grad is None:
            grad = central_differences(f)
        else:
            grad = of_many_points(grad, bounds, "the gradient", slopes=True)
        lesson = "Your own function: nobody has measured it before you."
        own = cls(name, f, grad, bounds, minimizers, r"\text{your own function}", lesson, x0)
        check_minimum(own)
        return own


def central_differences(f):
    """A gradient of ``f`` from its values."""

    def grad(x):
        x = np.asarray(x, float)
        h = np.finfo(float).eps ** (1 / 3) * np.maximum(1.0, np.abs(x))
        parts = []
        for i in range(2):
            dx = np.zeros_like(x)
            dx[i] = h[i]
            parts.append((f(x + dx) - f(x - dx)) / (2 * h[i]))
        return np.stack(parts)

    if hasattr(f, "of_one_point"):
        grad.of_one_point = central_differences(f.of_one_point)
    return grad


def validate_objective(objective):
    """Refuse what is no objective."""
    if isinstance(objective, Objective):
        return
    for maker, example in ((ravine, "ravine(10)"), (rotated_ravine, "rotated_ravine(10, 45)")):
        if objective is maker:
            raise ValueError(
                f"{maker.__name__} is a function that makes an objective. For example {example}."
            )
    raise InvalidValue(
        "objective",
        "be one such as bowl or ravine(10)",
        shown(objective),
        "Objective.from_function(f, bounds=[[-2, 2], [-2, 2]]) for a function of your own",
    )


# The catalogue. Each entry: the formula, its gradient, and what it teaches.


def _bowl():
    def f(x):
        x1, x2 = x
        return x1 * x1 + x2 * x2

    def grad(x):
        x1, x2 = x
        return np.array([x1 * 2.0, x2 * 2.0])

    return Objective(
        "bowl",
        f,
        grad,
        bounds=[[-1, 1], [-1, 1]],
        minimizers=[[0], [0]],
        formula=r"x_1^2 + x_2^2",
        lesson="The same slope in every direction: the easiest landscape there is.",
        x0=[-0.8, 0.9],
    )


def ravine(kappa=10.0):
    """A straight valley along x1; across it the curvature is ``kappa`` times as large.

    Parameters
    ----------
    kappa : float
        Condition number, the largest curvature over the smallest; at least 1.
    """
    kappa = check_parameter("kappa", kappa)

    def f(x):
        x1, x2 = x
        return (x1 * x1 + kappa * (x2 * x2)) / 2

    def grad(x):
        x1, x2 = x
        return np.array([x1, kappa * x2])

    return Objective(
        f"ravine, kappa = {kappa:g}",
        f,
        grad,
        bounds=[[-2, 2], [-2, 2]],
        minimizers=[[0], [0]],
        formula=rf"\frac{{1}}{{2}}(x_1^2 + {kappa:g}\,x_2^2)",
        lesson="The steep direction limits the learning rate, the flat one then crawls.",
        x0=[-1.8, 1.2],
    )


def rotated_ravine(kappa=10.0, angle=45.0):
    """The same valley, turned: now the steep direction is a mixture of both coordinates.

    Parameters
    ----------
    kappa : float
        Condition number; at least 1.
    angle : float
        Degrees, counter-clockwise.
    """
    kappa, angle = check_parameter("kappa", kappa), check_parameter("angle", angle)
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    more = np.radians(angle - 45)  # the start turns with the valley

    def f(x):
        x1, x2 = x
        along, across = c * x1 + s * x2, c * x2 - s * x1
        return (along * along + kappa * (across * across)) / 2

    def grad(x):
        x1, x2 = x
        along, across = c * x1 + s * x2, c * x2 - s * x1
        return np.array([c * along - s * kappa * across, s * along + c * kappa * across])

    return Objective(
        f"rotated ravine, kappa = {kappa:g}, {angle:g} degrees",
        f,
        grad,
        bounds=[[-2, 2], [-2, 2]],
        minimizers=[[0], [0]],
        formula=rf"\text{{the ravine with }}\kappa = {kappa:g}\text{{, turned by }}{angle:g}°",
        lesson="A step size per coordinate helps only if the valley runs along a coordinate.",
        x0=[
            -1.8 * np.cos(more) - 0.2 * np.sin(more),
            0.2 * np.cos(more) - 1.8 * np.sin(more),
        ],
    )


def _rosenbrock():
    def f(x):
        x1, x2 = x
        a, b = 1 - x1, x2 - x1 * x1
        return a * a + 100 * (b * b)

    def grad(x):
        x1, x2 = x
        a, b = 1 - x1, x2 - x1 * x1
        return np.array([-2 * a - 400 * (x1 * b), 200 * b])

    return Objective(
        "rosenbrock",
        f,
        grad,
        bounds=[[-2, 2], [-1, 3]],
        minimizers=[[1], [1]],
        formula=r"(1 - x_1)^2 + 100\,(x_2 - x_1^2)^2",
        lesson="A bent valley: falling into it is quick, following it is slow.",
        x0=[-1.2, 1.0],
    )


def _beale():
    def terms(x):
        x1, x2 = x
        square = x2 * x2
        cube = square * x2
        return (
            (1.5 - x1 + x1 * x2, x2 - 1, x1),
            (2.25 - x1 + x1 * square, square - 1, 2 * (x1 * x2)),
            (2.625 - x1 + x1 * cube, cube - 1, 3 * (x1 * square)),
        )

    def f(x):
        (a, _, _), (b, _, _), (c, _, _) = terms(x)
        return a * a + b * b + c * c

    def grad(x):
        (a, a1, a2), (b, b1, b2), (c, c1, c2) = terms(x)
        return np.array([2 * (a * a1 + b * b1 + c * c1), 2 * (a * a2 + b * b2 + c * c2)])

    return Objective(
        "beale",
        f,
        grad,
        bounds=[[-4.5, 4.5], [-4.5, 4.5]],
        minimizers=[[3], [0.5]],
        formula=r"(1.5 - x_1 + x_1 x_2)^2 + (2.25 - x_1 + x_1 x_2^2)^2"
        r" + (2.625 - x_1 + x_1 x_2^3)^2",
        lesson="Flat in the middle and very steep at the corners: no single step size fits both.",
        x0=[-1.5, -1.5],
    )


def _himmelblau():
    def f(x):
        x1, x2 = x
        a, b = x1 * x1 + x2 - 11, x1 + x2 * x2 - 7
        return a * a + b * b

    def grad(x):
        x1, x2 = x
        a, b = x1 * x1 + x2 - 11, x1 + x2 * x2 - 7
        return np.array([4 * (x1 * a) + 2 * b, 2 * a + 4 * (x2 * b)])

    return Objective(
        "himmelblau",
        f,
        grad,
        bounds=[[-5, 5], [-5, 5]],
        minimizers=[
            [3.0, -2.805118086952745, -3.779310253377747, 3.584428340330492],
            [2.0, 3.131312518250573, -3.283185991286170, -1.848126526964404],
        ],
        formula=r"(x_1^2 + x_2 - 11)^2 + (x_1 + x_2^2 - 7)^2",
        lesson="Four minimizers of the same value: the start decides which one is found.",
        x0=[-0.5, -1.0],
    )


def _booth():
    def f(x):
        x1, x2 = x
        a, b = x1 + 2 * x2 - 7, 2 * x1 + x2 - 5
        return a * a + b * b

    def grad(x):
        x1, x2 = x
        a, b = x1 + 2 * x2 - 7, 2 * x1 + x2 - 5
        return np.array([2 * a + 4 * b, 4 * a + 2 * b])

    return Objective(
        "booth",
        f,
        grad,
        bounds=[[-10, 10], [-10, 10]],
        minimizers=[[1], [3]],
        formula=r"(x_1 + 2 x_2 - 7)^2 + (2 x_1 + x_2 - 5)^2",
        lesson="A slanted bowl whose minimizer is not at the origin.",
        x0=[-8.0, -6.0],
    )


def _saddle():
    def f(x):
        x1, x2 = x
        square = x2 * x2
        return x1 * x1 - 2 * square + square * square

    def grad(x):
        x1, x2 = x
        return np.array([2 * x1, 4 * (x2 * (x2 * x2 - 1))])

    return Objective(
        "saddle",
        f,
        grad,
        bounds=[[-1.5, 1.5], [-1.5, 1.5]],
        minimizers=[[0, 0], [-1, 1]],
        formula=r"x_1^2 - 2 x_2^2 + x_2^4",
        lesson="In the middle the slope is zero and yet it is no minimum.",
        x0=[-1.3, 0.001],
    )


def _plateau():
    def f(x):
        x1, x2 = x
        return -np.expm1(-(x1 * x1 + x2 * x2) / 2)

    def grad(x):
        x1, x2 = x
        return np.exp(-(x1 * x1 + x2 * x2) / 2) * np.array([x1, x2])

    return Objective(
        "plateau",
        f,
        grad,
        bounds=[[-4, 4], [-4, 4]],
        minimizers=[[0], [0]],
        formula=r"1 - e^{-(x_1^2 + x_2^2)/2}",
        lesson="Far out there is hardly any slope, so steps in proportion to it hardly move.",
        x0=[-2.5, 2.0],
    )


def _rastrigin():
    def f(x):
        x1, x2 = x
        waves = np.cos(2 * np.pi * x1) + np.cos(2 * np.pi * x2)
        return 20 + x1 * x1 + x2 * x2 - 10 * waves

    def grad(x):
        x1, x2 = x

        def derivative(u):
            return 2 * u + 20 * np.pi * np.sin(2 * np.pi * u)

        return np.array([derivative(x1), derivative(x2)])

    return Objective(
        "rastrigin",
        f,
        grad,
        bounds=[[-5.12, 5.12], [-5.12, 5.12]],
        minimizers=[[0], [0]],
        formula=r"20 + x_1^2 + x_2^2 - 10\cos 2\pi x_1 - 10\cos 2\pi x_2",
        lesson="A local minimum in every dimple: downhill ends in the nearest one.",
        x0=[-3.3, 2.3],
    )


def _ackley():
    def parts(x):
        x1, x2 = x
        r = np.sqrt((x1 * x1 + x2 * x2) / 2)
        near = np.exp(-0.2 * r)
        waves = np.exp((np.cos(2 * np.pi * x1) + np.cos(2 * np.pi * x2)) / 2)
        return r, near, waves

    def f(x):
        _, near, waves = parts(x)
        return 20 + np.e - 20 * near - waves

    def grad(x):
        x1, x2 = x
        r, near, waves = parts(x)
        # the tip at the minimizer is sharp, without a gradient; 0 is the usual choice
        towards = np.where(r > 0, 2 * near / np.where(r > 0, r, 1.0), 0.0)

        def derivative(u):
            return towards * u + np.pi * np.sin(2 * np.pi * u) * waves

        return np.array([derivative(x1), derivative(x2)])

    return Objective(
        "ackley",
        f,
        grad,
        bounds=[[-5, 5], [-5, 5]],
        minimizers=[[0], [0]],
        formula=r"20 + e - 20\,e^{-0.2\sqrt{(x_1^2 + x_2^2)/2}}"
        r" - e^{(\cos 2\pi x_1 + \cos 2\pi x_2)/2}",
        lesson="Ripples around a funnel with a sharp tip: near the tip the slope does not fade.",
        x0=[-3.2, 2.6],
    )


def _styblinski_tang():
    def f(x):
        x1, x2 = x

        def one(u):
            square = u * u
            return square * square - 16 * square + 5 * u

        return (one(x1) + one(x2)) / 2

    def grad(x):
        x1, x2 = x

        def derivative(u):
            return 2 * (u * u * u) - 16 * u + 2.5

        return np.array([derivative(x1), derivative(x2)])

    return Objective(
        "styblinski_tang",
        f,
        grad,
        bounds=[[-5, 5], [-5, 5]],
        minimizers=[[-2.903534027771177], [-2.903534027771177]],
        formula=r"\frac{1}{2}\sum_i (x_i^4 - 16 x_i^2 + 5 x_i)",
        lesson="Four hollows of different depth: the nearest need not be the deepest.",
        x0=[0.5, 4.0],
    )


def _cliff():
    def f(x):
        x1, x2 = x
        a, wall = x1 - 1.5, 1 / (1 + np.exp(10 * (x1 + 0.5)))
        return 0.2 * (a * a) + 0.2 * (x2 * x2) + 2 * wall

    def grad(x):
        x1, x2 = x
        wall = 1 / (1 + np.exp(10 * (x1 + 0.5)))
        return np.array([0.4 * (x1 - 1.5) - 20 * (wall * (1 - wall)), 0.4 * x2])

    return Objective(
        "cliff",
        f,
        grad,
        bounds=[[-2, 2], [-1.5, 1.5]],
        minimizers=[[1.5000001], [0]],
        formula=r"\frac{1}{5}(x_1 - 1.5)^2 + \frac{1}{5} x_2^2 + \frac{2}{1 + e^{10(x_1 + 0.5)}}",
        lesson="One large gradient, and then a gentle slope: a long memory keeps the steps short.",
        x0=[-1.8, 1.0],
    )


bowl = _bowl()
rosenbrock = _rosenbrock()
beale = _beale()
himmelblau = _himmelblau()
booth = _booth()
saddle = _saddle()
plateau = _plateau()
rastrigin = _rastrigin()
ackley = _ackley()
styblinski_tang = _styblinski_tang()
cliff = _cliff()  # of notebook 04; no menu offers it


def catalogue():
    """All landscapes of the course, in the order of its menus: a list of `Objective`."""
    bowls = [bowl, ravine(), rotated_ravine()]
    valleys = [rosenbrock, beale, himmelblau, booth, saddle]
    others = [plateau, rastrigin, ackley, styblinski_tang]
    return bowls + valleys + others


def several_starts(objective, n, x0=None, seed=1):
    """Starts of shape (2, n), so that luck with one cannot win a race: one chosen, others random.

    Parameters
    ----------
    objective : Objective
    n : int
        How many, at least 1.
    x0 : array_like, shape (2,), optional
        The first of them; default: the objective's.
    seed : int
        Of the others, which are spread evenly over the window.

    Examples
    --------
    >>> several_starts(bowl, 3).round(2)
    array([[-0.8 ,  0.02, -0.71],
           [ 0.9 ,  0.9 ,  0.9 ]])
    """
    n = check_count(n, "n", low=1, example=4)
    seed = check_count(seed, "seed", example=1)
    low, high = objective.bounds.T
    others = np.random.default_rng(seed).uniform(low, high, (n - 1, 2))
    first = check_start(objective, x0)
    return np.vstack([first, others]).T
