"""The explorer of training: what it trains is `train`, and Stop is heard while it goes on."""

import asyncio
import functools

import ipywidgets
import numpy as np
import pytest

from course_lib.checks.exercises import diagnose_exercise
from course_lib.experiments.training import Network, load_digits, split, train
from course_lib.explorers import training as training_explorer
from course_lib.explorers.training import explore_training
from course_lib.explorers.training_figure import curve, describe, training_figure, training_paths
from course_lib.optimizers import AdamState, adam, momentum

TRAINING, VALIDATION, _ = split(load_digits())
SMALL = {"hidden": 4, "epochs": 3, "batch_size": 200}


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(training_explorer, "PAUSE", 0.001)


def press(piece, name):
    piece.controls.pressed = {"name": name, "count": piece.controls.pressed.get("count", 0) + 1}


def test_the_first_training_is_done_when_the_piece_appears():
    piece = explore_training(lr=0.02, seed=3, **SMALL)
    expected = list(
        train(adam, Network((64, 4, 10)), TRAINING, VALIDATION, 3, 200, seed=3, lr=0.02)
    )
    assert (piece.progress[-1].state.x == expected[-1].state.x).all()
    assert [at.loss for at in piece.progress] == [at.loss for at in expected]
    assert (piece.bar.value, piece.bar.max) == (3, 3)
    assert piece.sentence == describe(piece.values, piece.model, expected)
    assert repr(piece).startswith(
        "explore_training(optimizer=adam, lr=0.02, batch_size=200, hidden=4"
    )


def test_train_uses_the_controls_and_the_curves_before_stay():
    piece = explore_training(**SMALL)
    before = piece.progress
    piece.set(optimizer="momentum", lr=0.1, hidden=0, epochs=5, batch_size=300, seed=2)
    assert piece.progress is before  # nothing is trained until Train is pressed
    assert "press Train" in piece.controls.problem["text"]
    press(piece, "Train")
    *_, expected = train(momentum, Network((64, 10)), TRAINING, VALIDATION, 5, 300, 2, lr=0.1)
    assert (piece.progress[-1].state.x == expected.state.x).all()
    assert piece.controls.problem == {} and piece.bar.max == 5
    figure = training_figure(5)
    paths = training_paths(figure, piece.progress, before)
    assert (paths[1].points == curve(before, "loss")).all()
    assert (paths[-1].points[:, 1] == [at.validation_accuracy for at in piece.progress]).all()
    assert len(piece.live.styles) == len(paths) == 6


def test_reset_trains_with_the_first_settings_again():
    piece = explore_training(**SMALL)
    first = piece.progress[-1].state.x
    piece.set(seed=9)
    press(piece, "Train")
    assert (piece.progress[-1].state.x != first).any()
    press(piece, "reset")
    assert (piece.progress[-1].state.x == first).all() and piece.values["seed"] == 1


def test_stop_is_heard_while_it_trains():
    piece = explore_training(**SMALL)
    piece.set(epochs=200)

    async def kernel():
        press(piece, "Train")
        assert len(piece.progress) == 1  # Train returns at once
        while len(piece.progress) < 5:
            await asyncio.sleep(0.001)
        press(piece, "Stop")
        reached = len(piece.progress)
        await asyncio.sleep(0.05)
        assert len(piece.progress) == reached  # and not one epoch more
        return reached - 1

    reached = asyncio.run(kernel())
    assert 4 <= reached < 200
    assert f"Stopped at epoch {reached} of 200, {6 * reached} steps" in piece.sentence
    assert piece.bar.value == reached


def test_train_during_a_training_begins_anew():
    piece = explore_training(**SMALL)

    async def kernel():
        piece.set(epochs=200)
        piece.start()
        await asyncio.sleep(0.02)
        piece.set(epochs=2, lr=0.05)
        piece.start()
        while len(piece.progress) < 3:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)

    asyncio.run(kernel())
    assert [at.epoch for at in piece.progress] == [0, 1, 2]
    assert "Epoch 2 of 2" in piece.sentence and "lr = 0.05" in piece.sentence


def test_a_training_that_diverges_is_said_in_words():
    piece = explore_training(momentum, lr=1e200, **SMALL)
    assert len(piece.progress) == 2  # it ends where the loss is no number any more
    assert "The loss is no number any more" in piece.sentence
    for path in training_paths(training_figure(3), piece.progress):
        assert np.isfinite(path.points[:, 0]).all()
    piece = explore_training(momentum, lr=10, epochs=4)
    assert "No better than guessing, which has the loss 2.30." in piece.sentence


def test_few_but_very_sure_mistakes_are_not_called_guessing():
    piece = explore_training(lr=10, hidden=0, epochs=2)
    assert piece.progress[-1].loss > 4 and piece.progress[-1].training_accuracy > 0.9
    assert "guessing, 2.30, although more answers are right" in piece.sentence
    assert "No better" not in piece.sentence


def test_own_step_and_its_errors():
    def mine(state, g, lr=0.1):
        return AdamState(state.x - lr * g, state.m, state.v, state.t + 1)

    def broken(state, g, lr=0.1):
        return state.nothing

    def fixed(state, g):
        return mine(state, g, lr=0.5)

    piece = explore_training(mine, broken, fixed, lr=0.5, **SMALL)
    assert piece.values["optimizer"] == "mine" and "Epoch 3 of 3" in piece.sentence
    came = piece.progress[-1].loss
    assert "lr = 0.5" in piece.sentence and "slider" not in piece.sentence
    piece.set(optimizer="fixed")
    press(piece, "Train")
    assert piece.progress[-1].loss == came
    assert piece.sentence.startswith("fixed, batches of 200")
    assert "does nothing here: fixed has no free hyperparameter lr; it has none" in piece.sentence
    piece.set(optimizer="broken")
    press(piece, "Train")
    assert "AttributeError" in piece.controls.problem["text"]
    assert "Epoch 0 of 3" in piece.sentence
    piece.set(optimizer="adam")
    press(piece, "Train")
    assert piece.controls.problem == {} and "Epoch 3 of 3" in piece.sentence


def test_a_step_whose_learning_rate_has_another_name():
    def mine(state, g, learning_rate=0.001, b1=0.9, b2=0.999):
        return adam(state, g, learning_rate, b1, b2)

    piece = explore_training(mine, functools.partial(adam, lr=0.02), lr=0.05, **SMALL)
    assert piece.sentence.startswith("mine, batches of 200")
    assert "The slider lr does nothing here: mine has no free hyperparameter lr" in piece.sentence
    assert "it has learning_rate, b1, b2." in piece.sentence
    piece.set(optimizer="adam, lr = 0.02")
    press(piece, "Train")
    assert piece.sentence.startswith("adam, lr = 0.02, batches of 200")
    assert "it has beta1, beta2, eps." in piece.sentence


@pytest.mark.parametrize(
    "steps, words",
    [
        (("adam",), "got 'adam'. For example adam without quotation marks"),
        (([adam, momentum],), "without brackets"),
        ((adam, 0.01), "got 0.01. For example lr=0.01: a value needs its name"),
        ((None,), "got None. For example explore"),
    ],
)
def test_what_is_no_step_function_is_refused(steps, words):
    with pytest.raises(ValueError, match=words):
        explore_training(*steps)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"lr": 0}, "lr must be a number > 0"),
        ({"lr": "fast"}, "lr must be a number"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 to 1078, got 0"),
        ({"batch_size": 1079}, "from 1 to 1078"),
        ({"batch_size": 2.5}, "whole number"),
        ({"hidden": -1}, "hidden must be a whole number from 0 to 512"),
        ({"hidden": "inf"}, "whole number"),
        ({"epochs": 0}, "epochs must be a whole number from 1 to 200"),
        ({"seed": "one"}, "seed must be a whole number"),
    ],
)
def test_bad_values_become_words_and_the_curves_stay(change, words):
    piece = explore_training(**SMALL)
    before = piece.sentence, piece.live.paths, piece.progress
    piece.set(**change)
    assert words in piece.controls.problem["text"]
    assert piece.controls.problem["name"] == next(iter(change))
    press(piece, "Train")
    assert words in piece.controls.problem["text"]
    assert (piece.sentence, piece.live.paths, piece.progress) == before
    with pytest.raises(ValueError, match=words):
        explore_training(**SMALL | change)


@pytest.mark.parametrize("name", ["magic", ["a"]])
def test_unknown_optimizer(name):
    piece = explore_training(**SMALL)
    piece.controls.values = piece.values | {"optimizer": name}
    assert "optimizer must be one of" in piece.controls.problem["text"]
    assert f"got {name!r}" in piece.controls.problem["text"]


@pytest.mark.parametrize("values", [{}, {"lr": 0.1}])
def test_controls_that_have_lost_values_say_so(values):
    piece = explore_training(**SMALL)
    before = piece.sentence, piece.live.paths, piece.progress
    piece.controls.values = values
    press(piece, "Train")
    assert "must have a value, got none" in piece.controls.problem["text"]
    assert (piece.sentence, piece.live.paths, piece.progress) == before
    press(piece, "reset")
    assert piece.controls.problem == {} and len(piece.progress) == 4


def test_the_answer_of_the_exercise_with_hidden_units():
    """Eight is the first of 1, 2, 4, 8 with more than 90 %, and by a safe distance."""
    shares = {}
    for hidden in (4, 8):
        shares[hidden] = explore_training(hidden=hidden).progress[-1].validation_accuracy
    assert shares[4] < 0.8 and shares[8] > 0.92
    assert diagnose_exercise("07-hidden", 8).correct


def test_the_answer_of_the_exercise_one_layer_back():
    delta = np.array([[0.5, -0.5], [-0.25, 0.25]])
    weights = np.array([[1.0, -1.0], [0.0, 2.0], [0.5, -1.0]])
    h = np.array([[0.0, 1.5, 2.0], [0.7, 0.0, 0.3]])
    assert diagnose_exercise("07-backwards", (delta @ weights.T) * (h > 0)).correct
    assert "Where h is 0" in diagnose_exercise("07-backwards", delta @ weights.T).mistake
    assert "how large" in diagnose_exercise("07-backwards", (delta @ weights.T) * h).mistake


def test_widgets():
    piece = explore_training(**SMALL)
    assert isinstance(piece.bar, ipywidgets.IntProgress)
    assert piece.children == (piece.controls, piece.bar, piece.live)
    assert piece.controls.buttons == ["Train", "Stop", "reset"]
