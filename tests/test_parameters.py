"""Which of a student's parameters is which hyperparameter."""

import pytest

from course_lib.checks.parameters import assignments, weight_decay


def function(parameters):
    """A step function with these parameters."""
    return eval(f"lambda state, g, {parameters}: state")


@pytest.mark.parametrize(
    ("parameters", "algorithm", "names"),
    [
        ("lr=0.1", "gradient_descent", "lr=lr"),
        ("q=1", "gradient_descent", "lr=q"),  # too large for a rate, and nothing else
        ("gamma=1e-3, w1=.9, w2=.999, e=1e-8", "adam", "lr=gamma beta1=w1 beta2=w2 eps=e"),
        ("epsilon=.01, alpha=.9", "momentum", "lr=epsilon beta=alpha"),
        ("rho1=.9, rho2=.99, epsilon=.001, delta=1e-8", "adam",
         "lr=epsilon beta1=rho1 beta2=rho2 eps=delta"),
        ("eps=1e-8, beta2=.9, beta1=.8, lr=.1", "adam", "lr=lr beta1=beta1 beta2=beta2 eps=eps"),
        ("lr=.1, b1=.9, b2=.99, decay=1e-4", "adam", "lr=lr beta1=b1 beta2=b2"),
        ("lr=.1, b1=.9, b2=.99, q=1e-4", "adam", "lr=lr beta1=b1 beta2=b2 eps=q"),
        ("lr=.1, weight_decay=.9", "momentum", "lr=lr"),
        ("lr=.1, verbose=True, name='x'", "momentum", "lr=lr"),
        ("lr=.1, eps=1e-8, rho=.9", "adagrad", "lr=lr beta2=rho eps=eps"),
    ],
)  # fmt: skip
def test_the_likeliest(parameters, algorithm, names):
    found = assignments(function(parameters), algorithm)[0]
    assert found == dict(pair.split("=") for pair in names.split())


@pytest.mark.parametrize(
    ("parameters", "algorithm", "count"),
    [
        ("lr, beta1, beta2, eps", "adam", 1),
        ("lr, b1, b2, eps", "adam", 1),  # each name tells what it is
        ("lr=.1, p=.9, q=.99", "adam", 2),  # p and q do not
        ("epsilon=1e-3, w=.9", "rmsprop", 2),  # a rate that is called like eps
        ("eps=1e-3, w=.9", "rmsprop", 1),
    ],
)
def test_how_many_there_are(parameters, algorithm, count):
    assert len(assignments(function(parameters), algorithm)) == count


def test_a_weight_decay_has_a_name_and_is_not_0():
    step = function("lr=.1, wd=.01, l2=0.0, decay=.1, lam=.5, momentum=.9")
    assert weight_decay(step, ["lr"]) == ["wd", "decay", "lam"]
    assert weight_decay(step, ["lr", "decay"]) == ["wd", "lam"]
