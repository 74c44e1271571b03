"""Training a model on the digits, live: curves that grow while it trains, and a Stop button."""

import asyncio

import ipywidgets
import numpy as np

from course_lib.experiments.steps import free_hyperparameters, label_steps, start_state
from course_lib.experiments.training import Network, load_digits, split, train
from course_lib.explorers.inputs import check_steps
from course_lib.explorers.training_figure import TRAINING, describe, training_figure, training_paths
from course_lib.live.controls import Control, Controls
from course_lib.live.explorer import Explorer, Problem, check_choice, checked_value
from course_lib.optimizers import STATES, adam

PAUSE = 0.05  # seconds after each epoch, in which the kernel hears Stop and the eye can follow
MOST = {"hidden": 512, "epochs": 200, "seed": 10**6}


def explore_training(*steps, lr=0.01, batch_size=64, hidden=64, epochs=20, seed=1):
    """Train a model on the digits and watch: Train, Stop, a progress bar, loss and accuracy.

    The first training is done when the piece appears; after that *Train* starts one with what the
    controls say, and the one before stays as a grey line.

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

    Returns
    -------
    TrainingExplorer

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
    check_steps(steps)
    offered = dict.fromkeys([*(steps or (adam,)), *STATES])
    values = {"lr": lr, "batch_size": batch_size, "hidden": hidden, "epochs": epochs, "seed": seed}
    return TrainingExplorer(label_steps(offered), values)


class TrainingExplorer(Explorer):
    """What `explore_training` makes.

    Attributes
    ----------
    model : Network
    progress : list of Progress
        Of the training that is shown, one entry for each epoch and one for the start.
    bar : ipywidgets.IntProgress
    """

    title = "explore_training"

    def __init__(self, steps, values):
        self.steps = steps
        self.training, self.validation, _ = split(load_digits())
        self.progress, self._before, self._task = [], [], None
        first = self.checked({"optimizer": next(iter(steps)), **values})
        controls = Controls(self._controls(first), buttons=["Train", "Stop"])
        super().__init__(controls, training_figure(first["epochs"]))
        self.bar = ipywidgets.IntProgress(layout={"width": "auto", "margin": "2px 6px"})
        self.bar.style.bar_color, self.bar.style.description_width = TRAINING.color, "8em"
        self.children = [controls, self.bar, self.live]
        for _ in self._epochs():
            pass

    def checked(self, values):
        most = {"batch_size": len(self.training.labels), **MOST}
        for name in ("optimizer", "lr", *most):
            if name not in values:
                text = f"the controls have no value for {name} any more. Press reset; "
                raise Problem(f"{text}to change one value, write for example set(lr=0.1).", name)
        check_choice("optimizer", values["optimizer"], self.steps)
        whole = {name: _whole(name, values[name], most[name]) for name in most}
        lr = checked_value("lr", values["lr"])
        return {"optimizer": values["optimizer"], "lr": lr, **whole}

    def start(self):
        """Train with what the controls say; in a kernel epoch by epoch, so that Stop is heard."""
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
            self._show("Stopped at epoch")
        self._task = None

    def pressed(self, name):
        {"Train": self.start, "Stop": self.stop, "reset": self.start}[name]()

    def update(self):
        """Say whether the controls are fit to train with; the picture waits for Train."""
        with self.in_words():
            changed = self.checked(self.controls.values) != self.values
            text = "The controls have changed since this training: press Train."
            self.say(text if changed else "")

    @staticmethod
    async def _in_slices(epochs):
        await asyncio.sleep(PAUSE)
        for _ in epochs:
            await asyncio.sleep(PAUSE)

    def _epochs(self):
        """Train and show; yields after each epoch. What goes wrong becomes a sentence."""
        with self.in_words():
            self.values = self.checked(self.controls.values)
            redraw = self._prepare()
            self.say("")
            for progress in self._training():
                self.progress.append(progress)
                self._show(redraw=redraw and not progress.epoch)
                yield
                if not np.isfinite(progress.loss):
                    return

    def _prepare(self):
        """A new model, and room for its curves; whether that needs another picture."""
        hidden, epochs = self.values["hidden"], self.values["epochs"]
        self.model = Network((64, hidden, 10) if hidden else (64, 10))
        self._before, self.progress = self.progress, []
        other = self.bar.max != epochs
        if other:
            self.live.replace_figure(training_figure(epochs))
        self.bar.max = epochs
        return other

    def _training(self):
        values = self.values
        step, x0 = self.steps[values["optimizer"]], self.model.init(values["seed"])
        hyper = {"lr": values["lr"]} if "lr" in free_hyperparameters(step) else {}
        state = type(start_state(step, x0, np.ones_like, **hyper))
        settings = {name: values[name] for name in ("epochs", "batch_size", "seed")}
        parts = self.training, self.validation
        return train(step, self.model, *parts, state=state, **settings, **hyper)

    def _show(self, reached="Epoch", redraw=False):
        self.bar.value = self.progress[-1].epoch
        self.bar.description = f"epoch {self.bar.value} of {self.bar.max}"
        paths = training_paths(self.live.figure, self.progress, self._before)
        self.live.show(paths, self._words(reached), redraw)

    def _words(self, reached):
        values = dict(self.values)
        known = free_hyperparameters(self.steps[values["optimizer"]])
        if "lr" in known:
            return describe(values, self.model, self.progress, reached)
        del values["lr"]
        words = describe(values, self.model, self.progress, reached)
        return (
            f"{words}\nThe slider lr does nothing here: {values['optimizer']} has no free "
            f"hyperparameter lr; it has {', '.join(known) or 'none'}."
        )

    def _controls(self, values):
        ends = {"batch_size": (1, len(self.training.labels)), "hidden": (0, 128)}
        ends |= {"epochs": (1, 100), "seed": (1, 20)}
        methods = tuple(self.steps)
        return [
            Control("lr", "log", values["lr"], 1e-4, 10.0),
            *(
                Control(name, "integer", values[name], *ends[name], label=name.split("_")[0])
                for name in ends
            ),
            Control("optimizer", "menu", values["optimizer"], choices=methods, label="method"),
        ]


def _whole(name, value, most):
    least = 1 if name in ("batch_size", "epochs") else 0
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not (least <= number <= most and number == int(number)):
        words = f"{name} is a whole number from {least} to {most}, but came as "
        raise Problem(f"{words}{value}. Write for example {max(least, min(20, most))}.", name)
    return int(number)
