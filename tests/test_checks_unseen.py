"""Code as students might write it: each gets the verdict and the name that it deserves."""

import numpy as np
import pytest
from student_code_unseen import SAMPLES
from test_checks_kinds import SLIPS as KINDS

from course_lib.checks import mistakes
from course_lib.checks.steps import diagnose
from course_lib.optimizers import adam


@pytest.mark.parametrize(("step", "algorithm", "verdict", "slug"), SAMPLES)
def test_verdict_and_name(step, algorithm, verdict, slug):
    diagnosis = diagnose(step, algorithm)
    assert (diagnosis.verdict, diagnosis.mistake) == (verdict, slug), diagnosis.message


def test_every_mistake_is_there():
    seen = {slug for *_, slugs in SAMPLES for slug in str(slugs).split("+")}
    seen |= {slug for slugs, *_ in KINDS for slug in slugs.split("+")}
    assert set(mistakes.bank()) <= seen


def message(name):
    """The diagnosis of a sample in words."""
    (found,) = [s for s in SAMPLES if getattr(s[0], "__name__", "") == name]
    return diagnose(*found[:2]).message


def test_what_came_before_an_infinity_is_said():
    assert "comes before that: step 1, x: expected [0.4, " in message("adam_root_of_m")
    assert "Do step 1 by hand" in message("descent_divides_by_zero")

    def breaks_off_at_step_two(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        after = adam(state, g, lr, beta1, beta2, eps)
        return after._replace(x=after.x + 0 * np.sqrt(0.5 - state.t))

    message_of = diagnose(breaks_off_at_step_two, "adam").message
    assert "m and v are right at this step too" in message_of


def test_nothing_is_said_of_a_maximum_that_was_not_computed():
    for name in ("amsgrad_without_any_maximum", "amsgrad_last_two_only"):
        assert message(name).startswith("The largest v so far is not remembered")
        assert "forgotten" not in message(name) and "computed" not in message(name)


def test_another_right_form_is_not_said_to_have_the_same_numbers():
    said = message("right_adam_eps_hat")
    assert "All numbers" not in said and said.startswith("x is right") and "eps weighs" in said
    assert message("right_adam_lerp") == "All numbers of six steps agree."


@pytest.mark.parametrize("factor", [1e200, float("inf"), float("nan")])
@pytest.mark.parametrize("field", ["x", "m", "v"])
def test_any_infinity_is_said_without_a_warning(field, factor):
    def explodes(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        after = adam(state, g, lr, beta1, beta2, eps)
        return after._replace(**{field: getattr(after, field) * factor})

    diagnosis = diagnose(explodes, "adam")
    assert diagnosis.mistake in ("not-finite", None) and not diagnosis.correct
    assert "step 1" in diagnosis.message
