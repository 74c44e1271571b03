"""A reset goes back to the first values."""

import pytest

from course_lib.live.controls import Control, Controls


def moved(n, name, value):
    return {"n": n, "do": "set", "name": name, "value": value}


def test_reset_goes_back_to_the_first_values():
    controls = Controls([Control("lr", "log", 0.1, 1e-4, 1.0)], buttons=["demo"])
    seen = []
    controls.observe(lambda change: seen.append(change["new"]), "chosen")
    controls.chosen = {"lr": 0.5}
    controls.press("demo")
    controls.press("reset")
    assert seen == [{"lr": 0.5}, {"lr": 0.1}]
    assert controls.buttons == ["demo", "reset"]


def test_a_move_changes_only_what_was_moved_and_is_answered():
    controls = Controls([Control("lr", "log", 0.1), Control("beta", "decay", 0.9)])
    controls.said = {"page": "one", "actions": [moved(1, "lr", 0.3)]}
    controls.said = {"page": "two", "actions": [moved(4, "beta", 0.5)]}
    assert controls.chosen == {"lr": 0.3, "beta": 0.5}
    assert controls.heard == {"one": 1, "two": 4}


def test_what_was_done_is_answered_in_its_order_and_once():
    controls = Controls([Control("lr", "log", 0.1), Control("beta", "decay", 0.9)])
    seen = []
    controls.observe(lambda change: seen.append(change["new"]), "chosen")
    first, reset = moved(1, "lr", 0.3), {"n": 2, "do": "press", "name": "reset"}
    controls.said = {"page": "one", "actions": [first, reset]}
    controls.said = {"page": "one", "actions": [first, reset, moved(3, "beta", 0.5)]}
    assert [list(chosen.values()) for chosen in seen] == [[0.3, 0.9], [0.1, 0.9], [0.1, 0.5]]
    assert controls.heard == {"one": 3}


def test_a_move_is_answered_also_where_what_follows_is_interrupted():
    controls = Controls([Control("lr", "log", 0.1)])

    def interrupted(_):
        raise KeyboardInterrupt

    controls.observe(interrupted, "chosen")
    with pytest.raises(KeyboardInterrupt):
        controls.said = {"page": "one", "actions": [moved(1, "lr", 0.3)]}
    assert controls.heard == {"one": 1}
