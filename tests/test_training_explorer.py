"""The explorer of training: what it trains is `train`, and Stop is heard while it goes on."""

import asyncio
import functools

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


def press(explorer, name):
    explorer.press(name)


def test_the_first_training_is_done_when_the_piece_appears():
    explorer = explore_training(lr=0.02, seed=3, **SMALL)
    expected = list(
        train(adam, Network((64, 4, 10)), TRAINING, VALIDATION, 3, 200, seed=3, lr=0.02)
    )
    assert (explorer.progress[-1].state.x == expected[-1].state.x).all()
    assert [at.loss for at in explorer.progress] == [at.loss for at in expected]
    assert (explorer.bar["value"], explorer.bar["max"]) == (3, 3)
    assert explorer.sentence == describe(explorer.values, explorer.model, expected)
    assert repr(explorer).startswith(
        "explore_training(optimizer=adam, lr=0.02, batch_size=200, hidden=4"
    )


def test_the_first_training_can_wait_for_train():
    explorer = explore_training(wait=True, **SMALL)
    assert len(explorer.progress) == 1 and explorer.bar["value"] == 0
    assert explorer.sentence.endswith("These are its random first weights: press Train.")
    press(explorer, "Train")
    assert explorer.sentence == explore_training(**SMALL).sentence
    assert len(explorer.styles) == 4  # and none of a training before


def test_train_uses_the_controls_and_the_curves_before_stay():
    explorer = explore_training(**SMALL)
    before = explorer.progress
    explorer.set(optimizer="momentum", lr=0.1, hidden=0, epochs=5, batch_size=300, seed=2)
    assert explorer.progress is before  # nothing is trained until Train is pressed
    assert "press Train" in explorer.problem["text"]
    press(explorer, "Train")
    *_, expected = train(momentum, Network((64, 10)), TRAINING, VALIDATION, 5, 300, 2, lr=0.1)
    assert (explorer.progress[-1].state.x == expected.state.x).all()
    assert explorer.problem == {} and explorer.bar["max"] == 5
    figure = training_figure(5)
    paths = training_paths(figure, explorer.progress, before)
    assert (paths[1].points == curve(before, "loss")).all()
    assert (paths[-1].points[:, 1] == [at.validation_accuracy for at in explorer.progress]).all()
    assert len(explorer.styles) == len(paths) == 6


def test_reset_trains_with_the_first_settings_again():
    explorer = explore_training(**SMALL)
    first = explorer.progress[-1].state.x
    explorer.set(seed=9)
    press(explorer, "Train")
    assert (explorer.progress[-1].state.x != first).any()
    press(explorer, "reset")
    assert (explorer.progress[-1].state.x == first).all() and explorer.values["seed"] == 1


def test_stop_is_heard_while_it_trains():
    explorer = explore_training(**SMALL)
    explorer.set(epochs=200)

    async def kernel():
        press(explorer, "Train")
        assert len(explorer.progress) == 1  # Train returns at once
        while len(explorer.progress) < 5:
            await asyncio.sleep(0.001)
        press(explorer, "Stop")
        reached = len(explorer.progress)
        await asyncio.sleep(0.05)
        assert len(explorer.progress) == reached  # and not one epoch more
        return reached - 1

    reached = asyncio.run(kernel())
    assert 4 <= reached < 200
    assert f"Stopped at epoch {reached} of 200, {6 * reached} steps" in explorer.sentence
    assert explorer.bar["value"] == reached


def test_train_during_a_training_begins_anew():
    explorer = explore_training(**SMALL)

    async def kernel():
        explorer.set(epochs=200)
        explorer.start()
        await asyncio.sleep(0.02)
        explorer.set(epochs=2, lr=0.05)
        explorer.start()
        while len(explorer.progress) < 3:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)

    asyncio.run(kernel())
    assert [at.epoch for at in explorer.progress] == [0, 1, 2]
    assert "Epoch 2 of 2" in explorer.sentence and "lr = 0.05" in explorer.sentence


def test_a_training_that_diverges_is_said_in_words():
    explorer = explore_training(momentum, lr=1e200, **SMALL)
    assert len(explorer.progress) == 2  # it ends where the loss is no number any more
    assert "The loss is no number any more" in explorer.sentence
    for path in training_paths(training_figure(3), explorer.progress):
        assert np.isfinite(path.points[:, 0]).all()
    explorer = explore_training(momentum, lr=10, epochs=4)
    assert "No better than guessing, which has the loss 2.30." in explorer.sentence


def test_few_but_very_sure_mistakes_are_not_called_guessing():
    explorer = explore_training(lr=10, hidden=0, epochs=2)
    assert explorer.progress[-1].loss > 4 and explorer.progress[-1].training_accuracy > 0.9
    assert "guessing, 2.30, although more answers are right" in explorer.sentence
    assert "No better" not in explorer.sentence


def test_own_step_and_its_errors():
    def mine(state, g, lr=0.1):
        return AdamState(state.x - lr * g, state.m, state.v, state.t + 1)

    def broken(state, g, lr=0.1):
        return state.nothing

    def fixed(state, g):
        return mine(state, g, lr=0.5)

    explorer = explore_training(mine, broken, fixed, lr=0.5, **SMALL)
    assert explorer.values["optimizer"] == "mine" and "Epoch 3 of 3" in explorer.sentence
    came = explorer.progress[-1].loss
    assert "lr = 0.5" in explorer.sentence and "slider" not in explorer.sentence
    explorer.set(optimizer="fixed")
    press(explorer, "Train")
    assert explorer.progress[-1].loss == came
    assert explorer.sentence.startswith("fixed, batches of 200")
    assert (
        "does nothing here: fixed has no free hyperparameter lr; it has none" in explorer.sentence
    )
    explorer.set(optimizer="broken")
    press(explorer, "Train")
    assert "AttributeError" in explorer.problem["text"]
    assert "Epoch 0 of 3" in explorer.sentence
    explorer.set(optimizer="adam")
    press(explorer, "Train")
    assert explorer.problem == {} and "Epoch 3 of 3" in explorer.sentence


def test_a_step_whose_learning_rate_has_another_name():
    def mine(state, g, learning_rate=0.001, b1=0.9, b2=0.999):
        return adam(state, g, learning_rate, b1, b2)

    explorer = explore_training(mine, functools.partial(adam, lr=0.02), lr=0.05, **SMALL)
    assert explorer.sentence.startswith("mine, batches of 200")
    assert (
        "The slider lr does nothing here: mine has no free hyperparameter lr" in explorer.sentence
    )
    assert "it has learning_rate, b1, b2." in explorer.sentence
    explorer.set(optimizer="adam, lr = 0.02")
    press(explorer, "Train")
    assert explorer.sentence.startswith("adam, lr = 0.02, batches of 200")
    assert "it has beta1, beta2, eps." in explorer.sentence


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
    explorer = explore_training(**SMALL)
    before = explorer.sentence, explorer.paths, explorer.progress
    explorer.set(**change)
    assert words in explorer.problem["text"]
    assert explorer.problem["name"] == next(iter(change))
    press(explorer, "Train")
    assert words in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths, explorer.progress) == before
    with pytest.raises(ValueError, match=words):
        explore_training(**SMALL | change)


@pytest.mark.parametrize("name", ["magic", ["a"]])
def test_unknown_optimizer(name):
    explorer = explore_training(**SMALL)
    explorer.chosen = explorer.values | {"optimizer": name}
    assert "optimizer must be one of" in explorer.problem["text"]
    assert f"got {name!r}" in explorer.problem["text"]


@pytest.mark.parametrize("values", [{}, {"lr": 0.1}])
def test_controls_that_have_lost_values_say_so(values):
    explorer = explore_training(**SMALL)
    before = explorer.sentence, explorer.paths, explorer.progress
    explorer.chosen = values
    press(explorer, "Train")
    assert "must have a value, got none" in explorer.problem["text"]
    assert (explorer.sentence, explorer.paths, explorer.progress) == before
    press(explorer, "reset")
    assert explorer.problem == {} and len(explorer.progress) == 4


def test_the_answer_of_the_exercise_with_hidden_units():
    """Eight is the first of 1, 2, 4, 8 with more than 90 %, and by a safe distance."""
    shares = {}
    for hidden in (4, 8):
        shares[hidden] = explore_training(hidden=hidden).progress[-1].validation_accuracy
    assert shares[4] < 0.8 and shares[8] > 0.92
    assert diagnose_exercise("07-hidden", 8).correct


@pytest.mark.parametrize(
    ("answer", "slip"),
    [
        (lambda delta, W2, h: (delta @ W2.T) * (h > 0), None),
        (lambda delta, W2, h: delta @ W2.T, "Where h is 0 the slope is 0 too"),
        (lambda delta, W2, h: (delta @ W2.T) * h, "not how large it is"),
    ],
)
def test_the_answer_of_the_exercise_one_layer_back(answer, slip):
    assert (slip or "") in (diagnose_exercise("07-backwards", answer).mistake or "")
    assert diagnose_exercise("07-backwards", answer).correct == (slip is None)


def test_the_bar_says_which_epoch_it_is():
    explorer = explore_training(**SMALL)
    assert explorer.bar == {"value": 3, "max": 3, "text": "epoch 3 of 3"}
    assert explorer.buttons == ["Train", "Stop", "reset"]
