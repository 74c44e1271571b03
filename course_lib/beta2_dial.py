"""Where Adam turns round: its exact drift on the periodic online problem, as beta2 varies."""

import numpy as np

from course_lib.optimizers import check_hyperparameter


def drift(beta2, beta1=0.9, high=1010.0, low=-10.0, period=101):
    """How far uncorrected Adam moves in one period, once the moments repeat themselves.

    In units of lr (held constant), away from the ends of [-1, 1]; above 0 is towards +1, the
    wrong way if the slopes of a period sum to more than 0.

    Parameters
    ----------
    beta2 : float or ndarray, shape (...)
    beta1 : float
    high, low, period
        The slopes, see `periodic`.

    Returns
    -------
    float or ndarray, shape (...)

    Notes
    -----
    Write the slopes as ``low``, plus ``high - low`` at the times k = 0 of each period P. The
    running mean of a constant is that constant; a pulse of 1 every P steps has, k steps after a
    pulse, the running mean p(β) = (1 - β)(β^k + β^(k+P) + ...) = (1 - β) β^k / (1 - β^P). So

        m_k = low  (1 - p(β1)) + high  p(β1)
        v_k = low² (1 - p(β2)) + high² p(β2)

    and the drift is -Σ m_k / √v_k over k = 0, ..., P - 1. As β2 goes to 1 all v_k become the same,
    the mean of g², and the drift gets the sign of -Σ g: the right way.

    Examples
    --------
    >>> drift(np.array([0.99, 0.999, 0.9999])).round(3)
    array([ 1.901,  0.105, -0.079])
    """
    return period_steps(beta2, beta1, high, low, period).sum(axis=-1)


def period_steps(beta2, beta1=0.9, high=1010.0, low=-10.0, period=101):
    """The moves of uncorrected Adam at the times of one period, whose sum is its `drift`.

    Returns
    -------
    ndarray, shape (..., period)
        -m_k / √v_k; the first is the move after the slope ``high``.
    """
    for name, value in {"beta1": beta1, "beta2": beta2}.items():
        check_hyperparameter(name, value)
    k = np.arange(period)
    with np.errstate(all="ignore"):  # β^k may be too small for a number
        of_m = _pulse(beta1, k, period)
        of_v = _pulse(np.asarray(beta2, float)[..., None], k, period)
        m = low * (1 - of_m) + high * of_m
        v = low**2 * (1 - of_v) + high**2 * of_v
        return -m / np.sqrt(v)


def _pulse(beta, k, period):
    return (1 - beta) * beta**k / (1 - beta**period)


def turning_point(beta1=0.9, high=1010.0, low=-10.0, period=101, inside=(0.99, 0.9999)):
    """The beta2 at which `drift` changes its sign, by bisection to the last bit.

    Parameters
    ----------
    beta1, high, low, period
        See `drift`.
    inside : tuple of two floats
        Where to look: a beta2 with drift above 0, and one with drift below 0.

    Examples
    --------
    >>> round(turning_point(), 6)
    0.999516
    """
    wrong, right = inside
    ends = drift(np.array(inside), beta1, high, low, period)
    if not ends[0] > 0 > ends[1]:
        raise ValueError(
            f"the drift must be above 0 at inside[0] and below 0 at inside[1], but it is "
            f"{ends[0]:.3g} at {wrong} and {ends[1]:.3g} at {right}. "
            "Write for example inside=(0.99, 0.9999)."
        )
    while wrong < (middle := (wrong + right) / 2) < right:
        if drift(middle, beta1, high, low, period) > 0:
            wrong = middle
        else:
            right = middle
    return right
