"""Digits, the model's gradient, and training with the step functions of the course."""

import numpy as np
import pytest

from course_lib.derivatives import check_gradient
from course_lib.experiments.training import (
    Digits,
    Network,
    load_digits,
    misclassified,
    split,
    train,
)
from course_lib.optimizers import AdamState, adam, amsgrad, momentum

DIGITS = load_digits()
TRAINING, VALIDATION, TEST = split(DIGITS)
MODEL = Network((64, 10))


def test_digits():
    assert DIGITS.images.shape == (1797, 8, 8) and DIGITS.images.dtype == np.uint8
    assert DIGITS.images.min() == 0 and DIGITS.images.max() == 16
    assert DIGITS.labels[:10].tolist() == list(range(10))
    assert np.bincount(DIGITS.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert DIGITS.images[0, 0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert DIGITS.inputs.shape == (1797, 64) and DIGITS.inputs.max() == 1


def test_split_shares_every_image_once_and_every_digit_evenly():
    parts = split(Digits(np.arange(1797), DIGITS.labels), seed=7)
    assert np.sort(np.concatenate([part.images for part in parts])).tolist() == list(range(1797))
    assert [len(part.labels) for part in parts] == [1078, 360, 359]
    for part, share in zip(parts, (0.6, 0.2, 0.2), strict=True):
        counts = np.bincount(part.labels) / np.bincount(DIGITS.labels)
        assert np.abs(counts - share).max() < 0.01
        assert (DIGITS.labels[part.images] == part.labels).all()
    again = split(Digits(np.arange(1797), DIGITS.labels), seed=7)
    assert (again[0].images == parts[0].images).all()
    assert (split(DIGITS, seed=8)[0].images != split(DIGITS, seed=7)[0].images).any()


@pytest.mark.parametrize(
    "given, words",
    [
        ({"parts": (0.5, 0.2)}, "parts must be shares > 0 that sum to 1"),
        ({"parts": "a"}, "parts must be shares.*got 'a'"),
        ({"parts": 1.0}, "parts must be shares"),
        ({"seed": (0.6, 0.4)}, r"seed must be a whole number.*got \(0.6, 0.4\)"),
        ({"seed": "a"}, "seed must be a whole number"),
        (
            {"digits": DIGITS.images},
            "digits must be images with their labels.*ndarray. For example",
        ),
    ],
)
def test_wrong_input_of_split(given, words):
    with pytest.raises(ValueError, match=words):
        split(**{"digits": DIGITS} | given)


@pytest.mark.parametrize("sizes", [(64, 10), (64, 6, 10), (64, 5, 4, 10)])
def test_gradient_against_difference_quotients(sizes):
    model = Network(sizes)
    inputs, labels = TRAINING.inputs[:20], TRAINING.labels[:20]
    check = check_gradient(
        lambda x: model.loss(x, inputs, labels),
        lambda x: model.grad(x, inputs, labels),
        model.init(seed=2),
    )
    assert check.correct, check.worst_error


def test_network():
    model = Network((64, 32, 10))
    assert model.n_parameters == 64 * 32 + 32 + 32 * 10 + 10 == 2410
    x = model.init(1)
    assert x.shape == (2410,) and (x == model.init(1)).all() and (x != model.init(2)).any()
    p = model.probabilities(x, TEST.inputs)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    right = p[np.arange(len(p)), TEST.labels]
    assert model.loss(x, TEST.inputs, TEST.labels) == pytest.approx(-np.log(right).mean())
    assert model.loss(0 * x, TEST.inputs, TEST.labels) == pytest.approx(np.log(10))
    assert np.isfinite(model.loss(1e4 * x, TEST.inputs, TEST.labels))


@pytest.mark.parametrize(
    "sizes", [((64,),), ((64, 0, 10),), ((64, 32.0, 10),), ("abc",), (64,), (64, 32, 10)]
)
def test_wrong_network(sizes):
    with pytest.raises(ValueError, match=r"sizes must be one tuple.*got Network\(.*For example"):
        Network(*sizes)


@pytest.mark.parametrize("n", [649, 651])
@pytest.mark.parametrize("name", ["loss", "grad", "accuracy"])
def test_parameters_and_inputs_must_fit_the_network(name, n):
    model, data = Network((64, 10)), (TRAINING.inputs, TRAINING.labels)
    with pytest.raises(ValueError, match=rf"x of .* must have shape \(650,\).*shape \({n},\)"):
        getattr(model, name)(np.zeros(n), *data)
    with pytest.raises(ValueError, match=r"shape \(n, 64\).*shape \(1078, 8, 8\).*training.inputs"):
        getattr(model, name)(np.zeros(650), TRAINING.images, TRAINING.labels)


def test_train_is_the_course_step_on_minibatches():
    """Epoch by epoch the same as a loop that a reader would write."""
    model = Network((64, 10))
    x, m, v, t = AdamState(model.init(3), 0.0, 0.0, 0)
    rng, losses = np.random.default_rng(3), []
    for _ in range(2):
        order = rng.permutation(1078)
        for first in range(0, 1078, 100):
            rows = order[first : first + 100]
            losses.append(model.loss(x, TRAINING.inputs[rows], TRAINING.labels[rows]))
            g = model.grad(x, TRAINING.inputs[rows], TRAINING.labels[rows])
            x, m, v, t = adam(AdamState(x, m, v, t), g, lr=0.01)
    start, _, end = train(
        adam, model, TRAINING, VALIDATION, epochs=2, batch_size=100, seed=3, lr=0.01
    )
    assert start.epoch == 0 and start.losses.size == 0
    assert (start.state.x == model.init(3)).all()
    assert end.epoch == 2 and end.state.t == t == 22
    np.testing.assert_allclose(end.state.x, x, rtol=0, atol=1e-12)
    np.testing.assert_allclose(end.losses, losses)
    assert end.loss == model.loss(end.state.x, TRAINING.inputs, TRAINING.labels)
    assert end.validation_accuracy == np.mean(
        model.probabilities(end.state.x, VALIDATION.inputs).argmax(axis=1) == VALIDATION.labels
    )


# lr of the highest mean validation accuracy over seeds 1 to 5 after 20 epochs, batches of 64:
# adam and amsgrad of 0.001, 0.003, 0.01, 0.03, 0.1; momentum of 0.01, 0.03, 0.1, 0.3, 1
CHOSEN = {adam: 0.03, amsgrad: 0.01, momentum: 0.3}


@pytest.mark.parametrize("step", CHOSEN)
def test_network_reads_96_percent_of_the_test_images(step):
    model = Network((64, 64, 10))
    for seed in range(1, 6):
        *_, last = train(step, model, TRAINING, VALIDATION, seed=seed, lr=CHOSEN[step])
        assert model.accuracy(last.state.x, TEST.inputs, TEST.labels) >= 0.96


def test_training_can_be_stopped_and_may_diverge():
    progress = train(momentum, Network((64, 10)), TRAINING, VALIDATION, epochs=10**9, lr=0.1)
    first, second = next(progress), next(progress)
    progress.close()
    assert second.loss < first.loss
    *_, lost = train(momentum, Network((64, 8, 10)), TRAINING, VALIDATION, epochs=2, lr=1e200)
    assert not np.isfinite(lost.loss)


def test_own_step():
    def mine(state, g, lr=0.1):
        return AdamState(state.x - lr * g, state.m, state.v, state.t + 1)

    model = Network((64, 10))
    with pytest.raises(ValueError, match="state=AdamState"):
        next(train(mine, model, TRAINING, VALIDATION))
    *_, last = train(mine, model, TRAINING, VALIDATION, epochs=6, state=AdamState)
    assert last.validation_accuracy > 0.8


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"epochs": -1}, "epochs must be a whole number"),
        ({"epochs": 1.5}, "epochs must be a whole number.*For example epochs="),
        ({"batch_size": 0}, "batch_size must be a whole number >= 1"),
        ({"batch_size": "a"}, "batch_size must be a whole number"),
        ({"seed": "a"}, "seed must be a whole number"),
        ({"lr": 0}, "lr must be a number > 0"),
        ({"step": "adam"}, "must get a step function, then a Network, got 'adam'"),
        ({"step": MODEL, "model": adam}, r"650 parameters\), then adam. For example train"),
        ({"model": (64, 10)}, r"then a Network, got adam, then \(64, 10\)"),
        ({"training": TRAINING.inputs}, "training must be images with their labels"),
        ({"validation": VALIDATION.images}, "validation must be images with their labels"),
        ({"model": Network((32, 10))}, r"must have shape \(n, 32\), got .*\(1078, 64\)"),
        ({"model": Network((64, 4, 5))}, r"got 5 in .*For example Network\(\(64, 4, 10\)\)"),
    ],
)
def test_wrong_input_of_train(wrong, words):
    right = {"step": adam, "model": MODEL, "training": TRAINING, "validation": VALIDATION}
    with pytest.raises(ValueError, match=words):
        next(train(**right | wrong))


def test_wrong_answers():
    model = Network((64, 10))
    *_, last = train(adam, model, TRAINING, VALIDATION, epochs=5, lr=0.01)
    wrong = misclassified(model, last.state.x, TEST)
    share = len(wrong.rows) / len(TEST.labels)
    assert 1 - share == pytest.approx(model.accuracy(last.state.x, TEST.inputs, TEST.labels))
    assert (TEST.labels[wrong.rows] == wrong.labels).all() and (wrong.answers != wrong.labels).all()
    assert (np.diff(wrong.probabilities) <= 0).all()
    p = model.probabilities(last.state.x, TEST.inputs[wrong.rows])
    assert (p.argmax(axis=1) == wrong.answers).all()
