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


class GradientDescentState(NamedTuple):
    x: np.ndarray  # where we are
    t: int = 0  # steps taken


class MomentumState(NamedTuple):
    x: np.ndarray  # where we are
    m: np.ndarray = 0.0  # velocity: decaying sum of g
    t: int = 0  # steps taken


class NesterovState(NamedTuple):
    x: np.ndarray  # where we are
    m: np.ndarray = 0.0  # velocity: decaying sum of g
    t: int = 0  # steps taken


class AdaGradState(NamedTuple):
    x: np.ndarray  # where we are
    v: np.ndarray = 0.0  # sum of g**2
    t: int = 0  # steps taken


class RMSPropState(NamedTuple):
    x: np.ndarray  # where we are
    v: np.ndarray = 0.0  # running mean of g**2
    t: int = 0  # steps taken


class AdamState(NamedTuple):
    x: np.ndarray  # where we are
    m: np.ndarray = 0.0  # running mean of g
    v: np.ndarray = 0.0  # running mean of g**2
    t: int = 0  # steps taken


class AMSGradState(NamedTuple):
    x: np.ndarray  # where we are
    m: np.ndarray = 0.0  # running mean of g
    v: np.ndarray = 0.0  # running mean of g**2
    v_max: np.ndarray = 0.0  # largest v so far
    t: int = 0  # steps taken


def gradient_descent(state, g, lr=0.1):
    """Walk against the slope: x = x - lr * g.

    Parameters
    ----------
    state : GradientDescentState
        ``x`` of shape (2, ...).
    g : ndarray, shape of x
        Gradient at ``state.x``.
    lr : float
        Learning rate α > 0: length of the step per unit of slope.

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
    """A heavy ball: the velocity remembers the slopes that it has met.

    Parameters
    ----------
    state : MomentumState
    g : ndarray, shape of x
        Gradient at ``state.x``.
    lr : float
        Learning rate α > 0.
    beta : float
        What remains of the velocity after a step, in [0, 1).

    Returns
    -------
    MomentumState

    Notes
    -----
    Polyak's heavy ball, as PyTorch's ``SGD(momentum=beta)`` writes it: the slopes are summed, not
    averaged, so a constant slope ends in steps 1 / (1 - beta) times as long.

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
    """Momentum that looks ahead: the slope counts once more, where the velocity leads.

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
    """A learning rate per coordinate that shrinks with every slope met.

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
    """AdaGrad with a memory that fades: a running mean of g**2 in place of the sum.

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
    """Adaptive moment estimation: the mean slope over its root mean square.

    Parameters
    ----------
    state : AdamState
    g : ndarray, shape of x
        Gradient at ``state.x``.
    lr : float
        Learning rate α > 0, in the unit of x: about the longest step.
    beta1, beta2 : float
        Decay rates of the means of g and of g**2, in [0, 1).
    eps : float
        Safeguard, added to the root, at least 0.

    Returns
    -------
    AdamState

    Examples
    --------
    The first step has length lr, whatever the slope:

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
    The paper has neither bias correction nor eps. A coordinate that has never had a slope would
    be 0 / 0; it stays where it is. The paper's projection is `projected`. Libraries differ:
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


def _ratio(m, root):
    """m / root, where 0 / 0 is 0."""
    return np.divide(m, root, out=np.zeros_like(m), where=root != 0)


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
"""Every step function of the course with the state that it works on."""


def hyperparameters(step):
    """Names and defaults of a step function's hyperparameters, read from its signature.

    Parameters
    ----------
    step : callable
        ``step(state, g, name=default, ...)``

    Returns
    -------
    dict of str to float
        None where there is no default.

    Examples
    --------
    >>> hyperparameters(momentum)
    {'lr': 0.01, 'beta': 0.9}
    """
    parameters = list(inspect.signature(step).parameters.values())[2:]
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return {p.name: None if p.default is p.empty else p.default for p in named}


def state_type(step, given=None):
    """The type of state that a step function works on.

    Parameters
    ----------
    step : callable
        One of the library's steps, also projected; or your own together with ``given``.
    given : type, optional
        For your own step, for example AdamState.

    Raises
    ------
    ValueError
        If the step is not of the library and nothing is given.

    Examples
    --------
    >>> state_type(projected(adam, -1, 1)).__name__
    'AdamState'
    """
    kind = given or STATES.get(inspect.unwrap(step))
    if kind is None:
        raise ValueError(
            f"{_name(step)} is not of the library, so say what state it works on. "
            "Write for example state=AdamState."
        )
    return kind


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
        raise ValueError(
            f"low must not be above high, but low = {low} and high = {high}. "
            "Write for example projected(adam, -1, 1)."
        )

    @functools.wraps(step)
    def projected_step(state, g, *args, **hyper):
        after = _as_state(step, state, step(state, g, *args, **hyper))
        return after._replace(x=np.clip(after.x, low, high))

    return projected_step


def run(step, state, grad, n_steps, **hyper):
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
    states = list(iterate(step, state, grad, n_steps, **hyper))
    return type(states[0])(*(np.array(values) for values in zip(*states, strict=True)))


def iterate(step, state, grad, n_steps, **hyper):
    """The states of `run` one after the other, for those who need not keep them all.

    Parameters and errors are those of `run`.

    Returns
    -------
    iterator of NamedTuple
        ``n_steps + 1`` states of the type of ``state``, the start first.

    Examples
    --------
    >>> import numpy as np
    >>> start = MomentumState(np.array([1.0]))
    >>> for state in iterate(momentum, start, lambda x: x, n_steps=2, lr=0.5):
    ...     print(state.t, state.x)
    0 [1.]
    1 [0.5]
    2 [-0.2]
    """
    n_steps = checked_n_steps(n_steps)
    hyper, schedules = _checked_hyperparameters(step, hyper, n_steps)
    return _iterate(step, _started(step, state, hyper), grad, n_steps, hyper, schedules)


def _iterate(step, state, grad, n_steps, hyper, schedules):
    yield state
    for t in range(n_steps):
        for name, values in schedules.items():
            hyper[name] = values[t, ...]  # the dots keep it an array
        try:
            with np.errstate(all="ignore"):
                g = _checked_gradient(grad(state.x), state.x)
                state = _kept(step, state, step(state, g, **hyper))
        except ValueError as error:
            if "read-only" in str(error):
                raise ValueError(_IN_PLACE.format(_name(step), error)) from error
            raise
        yield state


_IN_PLACE = (
    "{} and grad must leave the arrays that they are given as they are, because the history keeps "
    "them, but one was changed in place ({}). Write x = x - lr * g instead of x -= lr * g."
)


def checked_n_steps(n_steps):
    """``n_steps`` as an int, or a ValueError that explains itself."""
    whole = isinstance(n_steps, (int, np.integer)) and not isinstance(n_steps, bool)
    if not whole or n_steps < 0:
        raise ValueError(
            f"n_steps counts steps, so it is 0, 1, 2, ..., but came as {n_steps!r}. "
            "Write for example n_steps=60."
        )
    return int(n_steps)


def check_hyperparameter(name, value):
    """Raise a ValueError that explains itself if ``value`` is not allowed for ``name``.

    ``lr`` must be above 0, a ``beta`` in [0, 1), ``eps`` at least 0, and all must be numbers.
    """
    value = _as_numbers(name, value)
    example = {"lr": "lr=0.1", "eps": "eps=1e-8"}.get(name, f"{name}=0.9")
    if name == "lr":
        allowed, rule = value > 0, "a number above 0"
    elif name.startswith("beta"):
        allowed, rule = (value >= 0) & (value < 1), "at least 0 and below 1"
    elif name == "eps":
        allowed, rule = value >= 0, "at least 0"
    else:
        allowed, rule = True, "a finite number"
    allowed = allowed & np.isfinite(value)
    if not np.all(allowed):
        among = f" (one of {value.size} values)" if value.size > 1 else ""
        raise ValueError(
            f"{name} must be {rule}, but came as {value[~allowed].flat[0]}{among}. "
            f"Write for example {example}."
        )


def _as_numbers(name, value):
    """A float array of any shape. 0-d arrays stay arrays: numpy rounds powers of them and of
    floats differently, and a single run must equal the same run in a batch to the last bit."""
    try:
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            return array.astype(float)
    except ValueError:  # a list of lists of different lengths
        pass
    raise ValueError(
        f"{name} must be a number or an array of numbers, but came as {value!r}. "
        f"Write for example {name}=0.1."
    )


def _checked_hyperparameters(step, hyper, n_steps):
    """All hyperparameters as arrays, and those of them that change with t, time first."""
    parameters = inspect.signature(step).parameters.values()
    known = hyperparameters(step)
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    for name in hyper:
        if name not in known and not takes_any:
            raise ValueError(
                f"{_name(step)} has no hyperparameter {name}; it has {', '.join(known) or 'none'}."
            )
    for p in parameters:
        if p.name in known and p.default is p.empty and p.name not in hyper:
            raise ValueError(
                f"{_name(step)} needs {p.name}, which has no default and was not given. "
                f"Write for example run(..., {p.name}=0.1)."
            )
    values = {**{name: value for name, value in known.items() if value is not None}, **hyper}
    schedules = {}
    for name, value in values.items():
        if callable(value):
            times = range(1, max(n_steps, 1) + 1)
            schedules[name] = _as_numbers(name, [value(t) for t in times])
            check_hyperparameter(name, schedules[name])
            values[name] = schedules[name][0, ...]
        else:
            values[name] = _as_numbers(name, value)
            check_hyperparameter(name, value)
    return values, schedules


def _started(step, state, hyper):
    """The start with every field as an array of the shape that the run will have."""
    _check_start(step, state)
    x0 = _as_numbers("x0", state.x)
    for name, value in hyper.items():
        if value.ndim >= max(x0.ndim, 1):
            extra = ", None" * value.ndim
            raise ValueError(
                f"{name} has shape {value.shape}, one value per run, but x0 of shape {x0.shape} "
                f"has no axis left for runs: coordinates come first. Write x0[:{extra}] to start "
                "all runs there."
            )
    try:
        runs = np.broadcast_shapes(x0.shape[1:], *(value.shape for value in hyper.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {value.shape}" for name, value in hyper.items() if value.ndim)
        raise ValueError(
            f"the runs of x0, {x0.shape[1:]} (its shape without the coordinates), do not fit the "
            f"hyperparameters: {shapes}. Give them shapes that broadcast, for example (64, 1) and "
            "(64,)."
        ) from None
    shape = x0.shape[:1] + runs
    return state._replace(
        **{
            name: _spread(name, value, shape)
            for name, value in state._asdict().items()
            if name != "t"
        }
    )


def _check_start(step, state):
    wanted = STATES.get(inspect.unwrap(step))
    fields = getattr(state, "_fields", ())
    if "x" not in fields or (wanted and fields != wanted._fields):
        name = wanted.__name__ if wanted else "AdamState"
        raise ValueError(
            f"the start of {_name(step)} must be a NamedTuple with the fields "
            f"{', '.join(wanted._fields) if wanted else 'x, ...'}, but came as "
            f"{type(state).__name__}. Write for example run({_name(step)}, {name}(x0), ...)."
        )


def _spread(name, value, shape):
    """A copy of a start value for every coordinate and run, which nobody may change."""
    value = _as_numbers(name, value)
    try:
        value = np.array(np.broadcast_to(value, shape))
    except ValueError:
        raise ValueError(
            f"{name} of the start must fit the shape of x, {shape}, but came with shape "
            f"{value.shape}. Leave it out to start it at 0."
        ) from None
    value.flags.writeable = False
    return value


def _checked_gradient(came, x):
    try:
        g = np.asarray(came, float)
    except (TypeError, ValueError):
        g = None
    if came is None or g is None or g.shape != x.shape:
        what = came if came is None or g is None else f"shape {g.shape}"
        raise ValueError(
            f"grad must return numbers of the shape of x, {x.shape}, but returned {what}. "
            "Return one slope for each coordinate, for example np.array([2 * x1, 2 * x2])."
        )
    return g


def _as_state(step, before, after):
    """What a step returned as a state; a plain tuple in the state's order will do."""
    if not isinstance(after, tuple) or len(after) != len(before):
        wanted = f"{type(before).__name__}({', '.join(before._fields)})"
        kind = type(after).__name__
        came = {"NoneType": "None", "ndarray": "an array only"}.get(kind, f"a {kind}")
        raise ValueError(
            f"{_name(step)} must return the next state, {wanted}, but returned {came}. "
            f"End it with: return {wanted}"
        )
    return type(before)(*after) if type(after) is tuple else after


def _kept(step, before, after):
    """The state after a step, as the history keeps it: same shapes, and nobody may change it."""
    after = _as_state(step, before, after)
    values = []
    for name, old, new in zip(before._fields, before, after, strict=True):
        if name != "t":
            new = np.asarray(new, float)
            if new.shape != old.shape:
                raise ValueError(
                    f"{_name(step)} must keep the shape of {name}, {old.shape}, but returned "
                    f"shape {new.shape}. Compute each coordinate from its own g."
                )
            new.flags.writeable = False
        values.append(new)
    return type(after)(*values)


def _name(step):
    return getattr(step, "__name__", "the step function")
