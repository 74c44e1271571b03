"""A reset goes back to the first values."""

import pytest

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


def test_a_move_changes_only_what_was_moved_and_is_answered():
    controls = Controls([Control("lr", "log", 0.1), Control("beta", "decay", 0.9)])
    controls.moved = {"values": {"lr": 0.3}, "page": "one", "count": 1}
    controls.moved = {"values": {"beta": 0.5}, "page": "two", "count": 4}
    assert controls.values == {"lr": 0.3, "beta": 0.5}
    assert controls.heard == {"one": 1, "two": 4}


def test_a_move_is_answered_also_where_what_follows_is_interrupted():
    controls = Controls([Control("lr", "log", 0.1)])

    def interrupted(_):
        raise KeyboardInterrupt

    controls.observe(interrupted, "values")
    with pytest.raises(KeyboardInterrupt):
        controls.moved = {"values": {"lr": 0.3}, "page": "one", "count": 1}
    assert controls.heard == {"one": 1}
