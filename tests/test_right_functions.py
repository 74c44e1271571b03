"""Nothing right is called wrong: 2,000 generated functions, each first seen to be right."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from right_functions import function, right_functions
from right_updates import HYPER

from course_lib import optimizers
from course_lib.checks.steps import ALGORITHMS, diagnose
from course_lib.experiments.runs import run_all
from course_lib.explorers.inputs import shared_hyperparameters
from course_lib.objectives import bowl

X0 = np.array([0.9, -0.7])


def many(n):
    """Settings for n examples, the same in each run."""
    return settings(
        max_examples=n,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def takes_the_right_path(made):
    np.testing.assert_allclose(*made.paths(), 1e-9, 1e-12, err_msg=made.source)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_generated_function_takes_the_right_path(algorithm):
    many(100)(given(right_functions(algorithm))(takes_the_right_path))()


def assert_accepted(made):
    """`run`, and what the live figures run, take the function, and its path is one and the same."""
    step = function(made.source)
    own = {theirs: HYPER[ours] for ours, theirs in made.names.items()} | made.off
    kind = optimizers.STATES[getattr(optimizers, made.algorithm)]
    history = optimizers.run(step, kind(X0), bowl.grad, 6, **own)
    sliders = shared_hyperparameters((step,), own) | own
    shown = run_all({"step": step}, bowl, X0, sliders | {"n_steps": 6})["step"]
    np.testing.assert_array_equal(shown.x, history.x, err_msg=made.source)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_nothing_right_is_called_wrong(algorithm):
    @many(286)  # 2,002 for the seven
    @given(right_functions(algorithm))
    def is_called_right(made):
        takes_the_right_path(made)
        found = diagnose(function(made.source), algorithm)
        assert found.correct, f"{found.mistake}: {found.message}\n{made.source}"
        assert found.verdict in made.verdicts(), f"{found.verdict}\n{made.source}"
        assert_accepted(made)

    is_called_right()
