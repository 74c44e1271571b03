"""The algorithms, each as one state and one step, in the letters of their papers.

A step function takes a state and the gradient ``g`` at ``state.x`` and returns the next state.
Its keyword arguments are its hyperparameters; whoever wants to know them reads the signature.
`run` repeats a step and keeps every state. Coordinates come first: ``x.shape == (2, ...)``, and
the later axes are independent runs.
"""

import functools
import inspect
from typing import NamedTuple

import numpy as np

from course_lib.utils.hyperparameters import check_hyperparameters, step_name
from course_lib.utils.hyperparameters import hyperparameters as hyperparameters
from course_lib.utils.run_validation import (
    check_step_and_start,
    explained,
    initial_state,
    to_state,
    validate_gradient,
    validate_state,
)
from course_lib.utils.validation import InvalidValue, check_count, check_function


class GradientDescentState(NamedTuple):
    x: np.ndarray  # iterate
    t: int = 0  # steps taken


class MomentumState(NamedTuple):
    x: np.ndarray  # iterate
    m: np.ndarray = 0.0  # velocity: decaying sum of g
    t: int = 0  # steps taken


class NesterovState(NamedTuple):
    x: np.ndarray  # iterate
    m: np.ndarray = 0.0  # velocity: decaying sum of g
    t: int = 0  # steps taken


class AdaGradState(NamedTuple):
    x: np.ndarray  # iterate
    v: np.ndarray = 0.0  # sum of g**2
    t: int = 0  # steps taken


class RMSPropState(NamedTuple):
    x: np.ndarray  # iterate
    v: np.ndarray = 0.0  # running mean of g**2
    t: int = 0  # steps taken


class AdamState(NamedTuple):
    x: np.ndarray  # iterate
    m: np.ndarray = 0.0  # running mean of g
    v: np.ndarray = 0.0  # running mean of g**2
    t: int = 0  # steps taken


class AMSGradState(NamedTuple):
    x: np.ndarray  # iterate
    m: np.ndarray = 0.0  # running mean of g
    v: np.ndarray = 0.0  # running mean of g**2
    v_max: np.ndarray = 0.0  # largest v so far
    t: int = 0  # steps taken


def gradient_descent(state, g, lr=0.1):
    """Step against the gradient: x = x - lr * g.

    Parameters
    ----------
    state : GradientDescentState
        ``x`` of shape (2, ...).
    g : ndarray, shape of x
        Gradient at ``state.x``.
    lr : float
        Learning rate α > 0: length of the step per unit of gradient.

    Returns
    -------
    GradientDescentState

    Examples
    --------
    >>> import numpy as np
    >>> start = GradientDescentState(np.array([1.0, -2.0]))
    >>> gradient_descent(start, g=np.array([2.0, -4.0]), lr=0.25).x
    array([ 0.5, -1. ])
    """
    x, t = state
    t = t + 1
    x = x - lr * g
    return GradientDescentState(x, t)


def momentum(state, g, lr=0.01, beta=0.9):
    """Polyak's heavy ball: the velocity is a decaying sum of the gradients.

    Parameters
    ----------
    state : MomentumState
    g : ndarray, shape of x
        Gradient at ``state.x``.
    lr : float
        Learning rate α > 0.
    beta : float
        Share of the velocity that remains after a step, in [0, 1).

    Returns
    -------
    MomentumState

    Notes
    -----
    As PyTorch's ``SGD(momentum=beta)`` writes it: gradients are summed, not averaged, so under a
    constant gradient the steps grow to 1 / (1 - beta) times the first.

    References
    ----------
    B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964.
    """
    x, m, t = state
    t = t + 1
    m = beta * m + g
    x = x - lr * m
    return MomentumState(x, m, t)


def nesterov(state, g, lr=0.01, beta=0.9):
    """Momentum that looks ahead: the gradient is taken where the velocity leads.

    Parameters and returns are those of `momentum`, with `NesterovState`.

    Notes
    -----
    Nesterov takes the gradient at the point ahead, ``x - lr * beta * m``. Here ``x`` *is* that
    point, which gives the same path, shifted, and needs the gradient at ``x`` only
    (PyTorch's ``SGD(nesterov=True)``).

    References
    ----------
    I. Sutskever, J. Martens, G. Dahl, G. Hinton, On the importance of initialization and momentum
    in deep learning, ICML 2013.
    """
    x, m, t = state
    t = t + 1
    m = beta * m + g
    x = x - lr * (g + beta * m)
    return NesterovState(x, m, t)


def adagrad(state, g, lr=0.1, eps=1e-10):
    """A learning rate per coordinate, divided by the root of the sum of g**2.

    Parameters
    ----------
    state : AdaGradState
    g : ndarray, shape of x
        Gradient at ``state.x``.
    lr : float
        Learning rate α > 0.
    eps : float
        Safeguard against division by zero, at least 0.

    Returns
    -------
    AdaGradState

    References
    ----------
    J. Duchi, E. Hazan, Y. Singer, Adaptive subgradient methods, JMLR 12, 2011.
    """
    x, v, t = state
    t = t + 1
    v = v + g**2
    x = x - lr * g / (np.sqrt(v) + eps)
    return AdaGradState(x, v, t)


def rmsprop(state, g, lr=0.01, beta2=0.99, eps=1e-8):
    """AdaGrad with a decaying memory: a running mean of g**2 in place of the sum.

    Parameters
    ----------
    state : RMSPropState
    g : ndarray, shape of x
        Gradient at ``state.x``.
    lr : float
        Learning rate α > 0.
    beta2 : float
        Decay rate of the mean of g**2, in [0, 1).
    eps : float
        Safeguard against division by zero, at least 0.

    Returns
    -------
    RMSPropState

    References
    ----------
    T. Tieleman, G. Hinton, Lecture 6.5, Neural networks for machine learning, 2012.
    """
    x, v, t = state
    t = t + 1
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * g / (np.sqrt(v) + eps)
    return RMSPropState(x, v, t)


def adam(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adaptive moment estimation: mean gradient over its root mean square.

    Parameters
    ----------
    state : AdamState
    g : ndarray, shape of x
        Gradient at ``state.x``.
    lr : float
        Learning rate α > 0, in the unit of x: length of the first step.
    beta1, beta2 : float
        Decay rates of the means of g and of g**2, in [0, 1).
    eps : float
        Safeguard, added to the root, at least 0.

    Returns
    -------
    AdamState

    Examples
    --------
    The first step has length lr, whatever the gradient:

    >>> import numpy as np
    >>> adam(AdamState(np.array([1.0, 1.0])), g=np.array([500.0, -0.02]), lr=0.1).x.round(6)
    array([0.9, 1.1])

    References
    ----------
    D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, Algorithm 1, arXiv 1412.6980.
    """
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return AdamState(x, m, v, t)


def _ratio(m, root):
    """m / root, where 0 / 0 is 0."""
    return np.divide(m, root, out=np.zeros_like(m), where=root != 0)


def adam_uncorrected(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
    """Adam as the AMSGrad paper writes it: no bias correction, no eps.

    Parameters are those of `adam`.

    References
    ----------
    S. J. Reddi, S. Kale, S. Kumar, On the convergence of Adam and beyond, ICLR 2018, Algorithm 1.
    """
    x, m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    x = x - lr * _ratio(m, np.sqrt(v))
    return AdamState(x, m, v, t)


def amsgrad(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
    """Adam with a long memory: divide by the root of the largest v so far (the paper's form).

    Parameters
    ----------
    state : AMSGradState
    g : ndarray, shape of x
        Gradient at ``state.x``.
    lr : float
        Learning rate α > 0.
    beta1, beta2 : float
        Decay rates of the means of g and of g**2, in [0, 1).

    Returns
    -------
    AMSGradState

    Notes
    -----
    The paper has neither bias correction nor eps. A coordinate whose gradient has always been 0
    would be 0 / 0; it stays where it is. The paper's projection is `projected`. Libraries differ:
    see `amsgrad_torch`, `amsgrad_keras`, `amsgrad_optax`, `amsgrad_tutorial`.

    References
    ----------
    S. J. Reddi, S. Kale, S. Kumar, On the convergence of Adam and beyond, Algorithm 2, ICLR 2018,
    arXiv 1904.09237.
    """
    x, m, v, v_max, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    x = x - lr * _ratio(m, np.sqrt(v_max))
    return AMSGradState(x, m, v, v_max, t)


def amsgrad_torch(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """AMSGrad as PyTorch has it: maximum of the raw v, both bias corrections after it.

    Parameters and returns are those of `adam`, with `AMSGradState`.

    References
    ----------
    PyTorch, ``torch.optim.Adam(amsgrad=True)``.
    """
    x, m, v, v_max, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    step_size = lr / (1 - beta1**t)
    root = np.sqrt(v_max) / np.sqrt(1 - beta2**t)
    x = x - step_size * m / (root + eps)
    return AMSGradState(x, m, v, v_max, t)


def amsgrad_keras(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    """AMSGrad as Keras has it: `amsgrad_torch` in Adam's efficient order, where eps weighs more.

    Parameters and returns are those of `adam`, with `AMSGradState`.

    References
    ----------
    Keras, ``keras.optimizers.Adam(amsgrad=True)``.
    """
    x, m, v, v_max, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    step_size = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    x = x - step_size * m / (np.sqrt(v_max) + eps)
    return AMSGradState(x, m, v, v_max, t)


def amsgrad_optax(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """AMSGrad as optax has it: v is corrected first, and the maximum is of the corrected v.

    Parameters and returns are those of `adam`, with `AMSGradState`.

    References
    ----------
    optax, ``optax.amsgrad``.
    """
    x, m, v, v_max, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    v_max = np.maximum(v_max, v_hat)
    x = x - lr * m_hat / (np.sqrt(v_max) + eps)
    return AMSGradState(x, m, v, v_max, t)


def amsgrad_tutorial(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """AMSGrad as a public tutorial has it: beta1**t decays the momentum, nothing is corrected.

    Parameters and returns are those of `adam`, with `AMSGradState`. ``eps=0`` gives the numbers
    that the tutorial prints, ``eps=1e-8`` those of the program that it lists.

    References
    ----------
    J. Brownlee, Gradient Descent Optimization With AMSGrad From Scratch, 2021.
    """
    x, m, v, v_max, t = state
    t = t + 1
    m = beta1**t * m + (1 - beta1**t) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    x = x - lr * m / (np.sqrt(v_max) + eps)
    return AMSGradState(x, m, v, v_max, t)


STATES = {
    gradient_descent: GradientDescentState,
    momentum: MomentumState,
    nesterov: NesterovState,
    adagrad: AdaGradState,
    rmsprop: RMSPropState,
    adam: AdamState,
    amsgrad: AMSGradState,
    amsgrad_torch: AMSGradState,
    amsgrad_keras: AMSGradState,
    amsgrad_optax: AMSGradState,
    amsgrad_tutorial: AMSGradState,
}
"""The step functions that menus offer, with the states that they work on."""


def state_type(step, given=None):
    """The type of state of a step: the library's, ``given``, or what its first parameter declares.

    >>> state_type(projected(adam, -1, 1)).__name__
    'AdamState'
    """
    kind = given or STATES.get(inspect.unwrap(step)) or declared_state(step)
    if kind is None:
        raise ValueError(
            f"{step_name(step)} is not of the library, so say what state it works on. "
            "For example state=AdamState."
        )
    return kind


def declared_state(step):
    """The annotation of a step function's first parameter if that is a state, else None."""
    parameters = inspect.signature(step).parameters.values()
    kind = next((p.annotation for p in parameters), None)
    return kind if isinstance(kind, type) and "x" in getattr(kind, "_fields", ()) else None


def projected(step, low, high):
    """A step function that clips ``x`` to [low, high] after each step.

    Parameters
    ----------
    step : callable
        Any step function.
    low, high : float or ndarray
        Ends of the feasible set; anything that broadcasts against ``x``.

    Returns
    -------
    callable
        With the signature of ``step``.
    """
    if not np.all(np.asarray(low) <= np.asarray(high)):
        raise InvalidValue("low", f"be at most high, {high}", low, "projected(adam, -1, 1)")

    @functools.wraps(step)
    def projected_step(state, g, *args, **hyper):
        after = to_state(step, state, step(state, g, *args, **hyper))
        return after._replace(x=np.clip(after.x, low, high))

    return projected_step


def run(step, state, grad, /, n_steps, **hyper):
    """Repeat a step and keep every state.

    Parameters
    ----------
    step : callable
        ``step(state, g, **hyper) -> state``: one of this module's, or your own.
    state : NamedTuple
        The start, for example ``AdamState(x0)``, with ``x0`` of shape (2, ...): coordinates first.
    grad : callable
        Gradient of the objective, ``grad(x)`` with the shape of ``x``.
    n_steps : int
        How many steps, at least 0.
    **hyper : float, ndarray or callable
        Hyperparameters of ``step``. An array is one value per run: it broadcasts against
        ``x0.shape[1:]``. A callable is a schedule: it gets ``t`` = 1, 2, ... and gives the value;
        all values are computed before the first step.

    Returns
    -------
    NamedTuple
        Same type as ``state``; each field has time as its first axis, of length ``n_steps + 1``.
        ``history.x[0]`` is the start.

    Raises
    ------
    ValueError
        If a hyperparameter, ``n_steps`` or a shape is not allowed, or if ``step`` or ``grad``
        returns something else than promised. A run that diverges raises nothing: infinities and
        nan are in the history.

    Examples
    --------
    >>> import numpy as np
    >>> x0 = np.array([1.0, 0.5])
    >>> history = run(adam, AdamState(x0), lambda x: 2 * x, n_steps=3, lr=0.25)
    >>> history.x.shape, history.t
    ((4, 2), array([0, 1, 2, 3]))

    Nine learning rates in one run:

    >>> lr = np.linspace(0.1, 0.9, 9)
    >>> run(adam, AdamState(x0[:, None]), lambda x: 2 * x, n_steps=3, lr=lr).x.shape
    (4, 2, 9)
    """
    state, hyper = _validate_run(step, state, grad, n_steps, hyper)
    states = [state]
    with np.errstate(all="ignore"), explained(step, state):
        for t in range(n_steps):
            g = validate_gradient(grad(state.x), state.x)
            state = validate_state(step, state, step(state, g, **hyper(t)))
            states.append(state)
    return type(state)(*(np.array(values) for values in zip(*states, strict=True)))


def iterate(step, state, grad, /, n_steps, **hyper):
    """The states of `run` one after the other, for those who need not keep them all.

    >>> import numpy as np
    >>> start = MomentumState(np.array([1.0]))
    >>> [round(s.x[0], 6) for s in iterate(momentum, start, lambda x: x, n_steps=2, lr=0.5)]
    [np.float64(1.0), np.float64(0.5), np.float64(-0.2)]
    """
    state, hyper = _validate_run(step, state, grad, n_steps, hyper)
    return _iterate(step, state, grad, n_steps, hyper)


def _iterate(step, state, grad, n_steps, hyper):
    """The loop of `run` once more, one state at a time: entering numpy's settings takes longer."""
    yield state
    for t in range(n_steps):
        with np.errstate(all="ignore"), explained(step, state):  # not around the caller's code
            g = validate_gradient(grad(state.x), state.x)
            state = validate_state(step, state, step(state, g, **hyper(t)))
        yield state


def _validate_run(step, state, grad, n_steps, hyper):
    """The start as arrays, and a function that gives the hyperparameters of step ``t`` + 1."""
    n_steps = check_count(n_steps)
    check_function("grad", grad, "bowl.grad")
    check_step_and_start(step, state, STATES.get(inspect.unwrap(step)))
    values, schedules = check_hyperparameters(step, hyper, n_steps)
    start = initial_state(state, values)

    def hyper_at(t):
        return values | {name: schedule[t, ...] for name, schedule in schedules.items()}

    return start, hyper_at if schedules else lambda t: values
