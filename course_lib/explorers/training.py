"""`explore_training`: a model learns the digits, with curves that grow and a Stop button."""

import asyncio

import numpy as np

from course_lib.experiments.steps import free_hyperparameters, label_steps, start_state
from course_lib.experiments.training import Network, load_digits, split, train
from course_lib.explorers.inputs import check_steps, count_slider, hyperparameter_control, menu
from course_lib.explorers.training_figure import describe, training_figure, training_paths
from course_lib.live.explorer import Explorer
from course_lib.optimizers import STATES, adam

PAUSE = 0.05  # seconds after each epoch, in which the kernel hears Stop and the eye can follow


def explore_training(*steps, lr=0.01, batch_size=64, hidden=64, epochs=20, seed=1, wait=False):
    """Train a model on the digits and watch: Train, Stop, a progress bar, loss and accuracy.

    The first training is done when the explorer appears, unless it shall wait; after that *Train*
    starts one with the values of the controls, and the one before stays as a grey line.

    Parameters
    ----------
    *steps : callable
        Step functions to offer, the first to begin with: the library's or your own. The library's
        others are in the menu as well. Default: adam.
    lr : float
    batch_size : int
        Images in a minibatch, from 1 to all 1,078 of the training set.
    hidden : int
        Units of the hidden layer; 0 for softmax regression, which has none.
    epochs : int
        From 1 to 200.
    seed : int
        Of the first weights and of the minibatches.
    wait : bool
        Whether the first training waits for *Train*, too; so the reader sees the curves grow.

    Raises
    ------
    ValueError
        If a value is not allowed.

    Examples
    --------
    >>> print(explore_training(lr=0.01, epochs=5).sentence)
    adam, lr = 0.01, batches of 64, 64 hidden units, seed 1: 4,810 parameters.
    Epoch 5 of 5, 85 steps: loss 0.11. Right answers: 97 % in training, 94 % in validation.
    """
    check_steps(steps, "explore_training(adam, momentum)")
    offered = dict.fromkeys([*(steps or (adam,)), *STATES])
    return TrainingExplorer(label_steps(offered), lr, batch_size, hidden, epochs, seed, wait)


class TrainingExplorer(Explorer):
    """The explorer of `explore_training`.

    ``progress`` has one `Progress` for the start of the training that is shown and one per epoch.
    """

    title = "explore_training"

    def __init__(self, steps, lr, batch_size, hidden, epochs, seed, wait):
        self.steps = steps
        self.training, self.validation, _ = split(load_digits())
        self.progress, self._before, self._task, self._waits = [], [], None, wait
        n = len(self.training.labels)
        inputs = [
            hyperparameter_control("lr", lr),
            count_slider("batch_size", batch_size, (1, n), low=1, high=n, label="batch"),
            count_slider("hidden", hidden, (0, 128), high=512),
            count_slider("epochs", epochs, (1, 100), low=1, high=200, example=20),
            count_slider("seed", seed, (1, 20), high=10**6, example=1),
            menu("optimizer", next(iter(steps)), steps, label="method"),
        ]
        super().__init__(inputs, buttons=["Train", "Stop"])
        for _ in self._epochs():
            if wait:
                break
        self._waits = False

    def new_figure(self, values):
        return training_figure(values["epochs"])

    def depends_on(self, values):
        return values["epochs"]

    def frame(self, values, reached="Epoch"):
        redraw = self.redrawn(values)
        done, epochs = self.progress[-1].epoch, values["epochs"]
        self.bar = {"value": done, "max": epochs, "text": f"epoch {done} of {epochs}"}
        paths = training_paths(self.figure, self.progress, self._before)
        sentence = self._sentence(values, reached)
        if self._waits:
            sentence += "\nThese are its random first weights: press Train."
        return paths, sentence, redraw

    def on_button(self, name):
        {"Train": self.start, "Stop": self.stop, "reset": self.start}[name]()

    def update(self):
        """Say whether the controls are fit to train with; the picture waits for Train."""
        with self.in_words():
            changed = self.read(self.chosen) != self.values
            text = "The controls have changed since this training: press Train."
            self.report(text if changed else "")

    def settings(self):
        values = super().settings()
        return {"optimizer": values["optimizer"]} | values

    # Training

    def start(self):
        """Train with the values of the controls; in a kernel epoch by epoch, to hear Stop."""
        self.stop()
        epochs = self._epochs()
        next(epochs, None)  # the start is shown at once
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel: nobody could press Stop
            for _ in epochs:
                pass
        else:
            self._task = loop.create_task(self._in_slices(epochs))

    def stop(self):
        """End the training that runs; its curves stay."""
        if self._task and not self._task.done():
            self._task.cancel()
            self.show(*self.frame(self.values, "Stopped at epoch"))
        self._task = None

    @staticmethod
    async def _in_slices(epochs):
        await asyncio.sleep(PAUSE)
        for _ in epochs:
            await asyncio.sleep(PAUSE)

    def _epochs(self):
        """Train and show; yields after each epoch. An exception becomes a sentence."""
        with self.in_words():
            self.values = values = self.read(self.chosen)
            self.model = Network((64, values["hidden"], 10) if values["hidden"] else (64, 10))
            self._before = self.progress if len(self.progress) > 1 else []
            self.progress = []
            self.report("")
            for progress in self._training(values):
                self.progress.append(progress)
                self.show(*self.frame(values))
                yield
                if not np.isfinite(progress.loss):
                    return

    def _training(self, values):
        step, x0 = self.steps[values["optimizer"]], self.model.init(values["seed"])
        hyper = {"lr": values["lr"]} if "lr" in free_hyperparameters(step) else {}
        state = type(start_state(step, x0, np.ones_like, **hyper))
        settings = {name: values[name] for name in ("epochs", "batch_size", "seed")}
        parts = self.training, self.validation
        return train(step, self.model, *parts, state=state, **settings, **hyper)

    def _sentence(self, values, reached):
        values = dict(values)
        known = free_hyperparameters(self.steps[values["optimizer"]])
        if "lr" in known:
            return describe(values, self.model, self.progress, reached)
        del values["lr"]
        return (
            f"{describe(values, self.model, self.progress, reached)}\n"
            f"The slider lr does nothing here: {values['optimizer']} has no free hyperparameter "
            f"lr; it has {', '.join(known) or 'none'}."
        )
