"""A reset goes back to the first values."""

from course_lib.live.controls import Control, Controls


def test_reset_goes_back_to_the_first_values():
    controls = Controls([Control("lr", "log", 0.1, 1e-4, 1.0)], buttons=["demo"])
    seen = []
    controls.observe(lambda change: seen.append(change["new"]), "values")
    controls.values = {"lr": 0.5}
    controls.pressed = {"name": "demo", "count": 1}
    controls.pressed = {"name": "reset", "count": 2}
    assert seen == [{"lr": 0.5}, {"lr": 0.1}]
    assert controls.buttons == ["demo", "reset"]
