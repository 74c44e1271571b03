"""Sliders that fit their quantity, and a reset that goes back to the start."""

import pytest

from course_lib.live.controls import Control, Controls, hyperparameter_control


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("lr", 0.02, "log"),
        ("eps", 1e-8, "log"),
        ("beta1", 0.9, "decay"),
        ("beta", 0.0, "decay"),
        ("gain", 3.0, "log"),
        ("shift", 0.0, "linear"),
    ],
)
def test_the_scale_fits_the_quantity(name, value, kind):
    control = hyperparameter_control(name, value)
    assert control.kind == kind
    assert control.low <= control.value <= control.high


def test_reset_goes_back_to_the_first_values():
    controls = Controls([Control("lr", "log", 0.1, 1e-4, 1.0)], buttons=["demo"])
    seen = []
    controls.observe(lambda change: seen.append(change["new"]), "values")
    controls.values = {"lr": 0.5}
    controls.pressed = {"name": "demo", "count": 1}
    controls.pressed = {"name": "reset", "count": 2}
    assert seen == [{"lr": 0.5}, {"lr": 0.1}]
    assert controls.buttons == ["demo", "reset"]
