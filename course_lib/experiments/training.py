"""Training a network on handwritten digits with the step functions of the course, unchanged.

All parameters of a model lie in one vector ``x``, so ``x``, ``g``, ``m``, ``v`` mean what they
meant in two dimensions; only the objective is new: the mean loss over some images.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.optimizers import iterate, state_type
from course_lib.utils.text import kind
from course_lib.utils.validation import InvalidValue, check_count, check_floats, shown


class Digits(NamedTuple):
    """Images of handwritten digits."""

    images: np.ndarray  # (n, 8, 8), uint8, 0 (paper) to 16 (ink)
    labels: np.ndarray  # (n,), 0 to 9

    @property
    def inputs(self):
        """What a model sees: one row of 64 numbers from 0 to 1 for each image, (n, 64)."""
        return self.images.reshape(-1, 64) / 16


def load_digits():
    """The 1,797 handwritten digits that come with the course.

    Returns
    -------
    Digits

    References
    ----------
    E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, 1998, https://doi.org/10.24432/C50P49, licence CC BY 4.0. Made by
    ``benchmarks/make_digits.py``.
    """
    with np.load(Path(__file__).with_name("digits.npz")) as file:
        return Digits(file["images"], file["labels"].astype(int))


def split(digits, seed=1, parts=(0.6, 0.2, 0.2)):
    """Divide images at random for training, validation and test, each digit in the same shares.

    Parameters
    ----------
    digits : Digits
    seed : int
        Another seed, another division; 0 or more.
    parts : tuple of float
        Shares; they sum to 1.

    Returns
    -------
    list of Digits
        As many as ``parts``: train on the first, choose by the second, and look at the third once.

    Notes
    -----
    The data set's own division is by writer: 30 people wrote its training part and 13 others its
    test part. The course has only those 13, so here every part holds digits of all of them. A new
    hand is harder to read than these test images are.
    """
    _check_digits("digits", digits)
    rng = _random(seed)
    parts = _check_parts(parts)
    rows = [[] for _ in parts]
    for label in np.unique(digits.labels):
        mixed = rng.permutation(np.flatnonzero(digits.labels == label))
        ends = np.round(np.cumsum(parts)[:-1] * len(mixed)).astype(int)
        for part, piece in zip(rows, np.split(mixed, ends), strict=True):
            part.append(piece)
    rows = [np.sort(np.concatenate(part)) for part in rows]
    return [Digits(digits.images[part], digits.labels[part]) for part in rows]


def _check_digits(name, digits):
    if not hasattr(digits, "labels"):
        rule, got = "be images with their labels", kind(digits)
        raise InvalidValue(name, rule, got, "load_digits(), or Digits(images, labels)")


def _check_parts(parts):
    def allows(parts):
        return parts.ndim == 1 and (parts > 0).all() and np.isclose(parts.sum(), 1)

    return check_floats("parts", parts, "be shares > 0 that sum to 1", allows, "(0.6, 0.2, 0.2)")


def _random(seed):
    return np.random.default_rng(check_count(seed, "seed", example=1))


class Network:
    """Layers of weighted sums with ``max(0, z)`` between them, and softmax at the end.

    Parameters
    ----------
    sizes : tuple of int
        Numbers of units: ``(64, 10)`` is softmax regression, ``(64, 32, 10)`` has a hidden layer.

    Attributes
    ----------
    n_parameters : int
        Length of ``x``: for each layer its weights, then its biases.
    """

    def __init__(self, sizes, *more):
        self.sizes = _check_sizes(sizes, *more)
        self._layers = list(zip(self.sizes[:-1], self.sizes[1:], strict=True))
        self.n_parameters = sum(a * b + b for a, b in self._layers)

    def __repr__(self):
        return f"Network({self.sizes}, {self.n_parameters} parameters)"

    def init(self, seed=1):
        """Random weights (normal, variance 2 / units before) and zero biases, (n_parameters,)."""
        rng = _random(seed)
        layers = [(rng.normal(0, np.sqrt(2 / a), (a, b)), np.zeros(b)) for a, b in self._layers]
        return np.concatenate([part.ravel() for layer in layers for part in layer])

    def unpack(self, x):
        """The vector as a list of (weights (a, b), biases (b,)), one for each layer; no copy."""
        x = np.asarray(x)
        if x.shape != (self.n_parameters,):
            rule = f"have shape ({self.n_parameters},)"
            raise InvalidValue(f"x of {self}", rule, f"shape {x.shape}", "x = model.init(seed=1)")
        layers, first = [], 0
        for a, b in self._layers:
            middle, last = first + a * b, first + a * b + b
            layers.append((x[first:middle].reshape(a, b), x[middle:last]))
            first = last
        return layers

    def _activations(self, x, inputs):
        """The inputs of each layer, and the scores (n, 10) that leave the last."""
        if inputs.shape[1:] != self.sizes[:1]:
            rule, got = f"have shape (n, {self.sizes[0]})", f"shape {inputs.shape}"
            example = "training.inputs of shape (n, 64)"
            raise InvalidValue(f"inputs of {self}", rule, got, example)
        activations, z = [inputs], None
        for weights, biases in self.unpack(x):
            z = activations[-1] @ weights + biases
            activations.append(np.maximum(z, 0))
        return activations[:-1], z

    def probabilities(self, x, inputs):
        """Softmax of the scores: how sure the model is of each digit, (n, 10)."""
        return _softmax(self._activations(x, inputs)[1])

    def loss(self, x, inputs, labels):
        """Mean cross-entropy: the mean of -log(probability of the right digit)."""
        return _cross_entropy(self._activations(x, inputs)[1], labels)

    def grad(self, x, inputs, labels):
        """Gradient of the loss, (n_parameters,)."""
        return self.loss_and_grad(x, inputs, labels)[1]

    def loss_and_grad(self, x, inputs, labels):
        """Both at once, by the chain rule from the last layer to the first (backpropagation)."""
        activations, scores = self._activations(x, inputs)
        delta = _softmax(scores)
        delta[np.arange(len(labels)), labels] -= 1
        delta /= len(labels)  # now the gradient of the loss with respect to the scores
        parts = []
        for a, (weights, _) in zip(activations[::-1], self.unpack(x)[::-1], strict=True):
            parts += [delta.sum(axis=0), (a.T @ delta).ravel()]
            delta = (delta @ weights.T) * (a > 0)
        return _cross_entropy(scores, labels), np.concatenate(parts[::-1])

    def loss_and_accuracy(self, x, inputs, labels):
        """The loss, and the share of the images that the model names right, 0 to 1."""
        scores = self._activations(x, inputs)[1]
        return _cross_entropy(scores, labels), float(np.mean(scores.argmax(axis=1) == labels))

    def accuracy(self, x, inputs, labels):
        """Share of the images that the model names right, 0 to 1."""
        return self.loss_and_accuracy(x, inputs, labels)[1]


def _check_sizes(sizes, *more):
    try:
        fit = not more and len(sizes) > 1 and all(check_count(size) > 0 for size in sizes)
    except (TypeError, ValueError):
        fit = False
    if not fit:
        rule = "be one tuple of at least two numbers of units, whole numbers >= 1"
        got = f"Network({', '.join(map(repr, (sizes, *more)))})"
        raise InvalidValue("sizes", rule, got, "Network((64, 32, 10))")
    return tuple(int(size) for size in sizes)


def _cross_entropy(scores, labels):
    shifted = scores - scores.max(axis=1, keepdims=True)  # so that exp cannot overflow
    target = shifted[np.arange(len(labels)), labels]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - target))


def _softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Progress(NamedTuple):
    """How far a training has come."""

    epoch: int  # times that every training image has been seen
    state: NamedTuple  # the optimizer's state; state.x are the parameters
    losses: np.ndarray  # (steps so far,) loss of each minibatch, before its step
    loss: float  # over all training images
    training_accuracy: float
    validation_accuracy: float


def train(step, model, training, validation, epochs=20, batch_size=64, seed=1, state=None, **hyper):
    """Train a model; yields its progress before the first epoch and after each one.

    Parameters
    ----------
    step : callable
        A step function of the library, or your own.
    model : Network
    training, validation : Digits
    epochs : int
    batch_size : int
        Images in a minibatch; each epoch deals them out anew.
    seed : int
        Of the first weights and of the minibatches.
    state : type, optional
        The state that your own step function works on, for example AdamState.
    **hyper
        Hyperparameters of ``step``, schedules too.

    Yields
    ------
    Progress
        ``epochs + 1`` times. Whoever stops asking for the next one stops the training.

    Examples
    --------
    >>> from course_lib.optimizers import adam
    >>> training, validation, test = split(load_digits())
    >>> *_, last = train(adam, Network((64, 10)), training, validation, epochs=5, lr=0.01)
    >>> last.epoch, last.validation_accuracy > 0.9
    (5, True)
    """
    _check_what_to_train(step, model, {"training": training, "validation": validation})
    check_count(batch_size, "batch_size", low=1, example=64)
    per_epoch = -(-len(training.labels) // batch_size)
    batches = _minibatches(training, batch_size, seed)
    losses = []

    def grad(x):
        loss, g = model.loss_and_grad(x, *next(batches))
        losses.append(loss)
        return g

    n_steps = check_count(epochs, "epochs", example=20) * per_epoch
    start = state_type(step, state)(model.init(seed))
    for t, reached in enumerate(iterate(step, start, grad, n_steps, **hyper)):
        if t % per_epoch == 0:
            yield _progress(t // per_epoch, reached, model, training, validation, losses)


def _check_what_to_train(step, model, data):
    if not (callable(step) and isinstance(model, Network)):
        raise InvalidValue(
            "train",
            "get a step function, then a Network",
            f"{shown(step)}, then {shown(model)}",
            "train(adam, Network((64, 10)), training, validation)",
        )
    for name, digits in data.items():
        _check_digits(name, digits)
        highest = np.max(digits.labels, initial=0)
        if highest >= model.sizes[-1]:
            raise InvalidValue(
                "the last of the sizes",
                f"be one more than the highest label of {name}, {highest}",
                f"{model.sizes[-1]} in {model}",
                f"Network({(*model.sizes[:-1], int(highest) + 1)})",
            )


def _minibatches(data, size, seed):
    rng = _random(seed)
    inputs, labels = data.inputs, data.labels
    while True:
        order = rng.permutation(len(labels))
        for first in range(0, len(labels), size):
            rows = order[first : first + size]
            yield inputs[rows], labels[rows]


def _progress(epoch, state, model, training, validation, losses):
    with np.errstate(all="ignore"):
        loss, accuracy = model.loss_and_accuracy(state.x, training.inputs, training.labels)
        unseen = model.accuracy(state.x, validation.inputs, validation.labels)
    return Progress(epoch, state, np.array(losses), loss, accuracy, unseen)


class Misclassified(NamedTuple):
    """Images that a model classifies wrongly, the most confident mistake first."""

    rows: np.ndarray  # (n,) which images of the set
    labels: np.ndarray  # (n,) targets
    answers: np.ndarray  # (n,) predictions of the model
    probabilities: np.ndarray  # (n,) of the predictions


def misclassified(model, x, data):
    """The mistakes of a model with parameters ``x`` on a set of images, as `Misclassified`."""
    p = model.probabilities(x, data.inputs)
    answers, largest = p.argmax(axis=1), p.max(axis=1)
    rows = np.flatnonzero(answers != data.labels)
    rows = rows[np.argsort(-largest[rows], kind="stable")]
    return Misclassified(rows, data.labels[rows], answers[rows], largest[rows])
