"""The figure of `explore_training`: its curves, and the result in words."""

import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from course_lib import plotting
from course_lib.live.figure import Path
from course_lib.live.rendering import legend_line
from course_lib.utils.style import in_course_style
from course_lib.utils.text import short

GUESSING = np.log(10)  # loss of a model that gives each of ten digits the same probability
BY_CHANCE = 0.15  # accuracy that guessing hardly ever reaches; its mean is 0.10
LOSS = 5e-4, 20.0  # ends of the axis
POINTS = 500  # at most, of the minibatches' losses
BATCH = plotting.LineStyle("#9ecae9", "", ())
TRAINING = plotting.LineStyle("#0072B2", "o", ())
VALIDATION = plotting.LineStyle("#D55E00", "s", (6, 2))
BEFORE = plotting.LineStyle("#8c8c8c", "", (2, 2))


@in_course_style
def training_figure(epochs):
    """A figure whose axes are the loss and the share of right answers over ``epochs``."""
    figure = plotting.new_figure(10, 3.9)
    loss, accuracy = figure.subplots(1, 2)
    loss.set(yscale="log", ylim=LOSS, title="loss")
    loss.yaxis.set_major_formatter("{x:g}")
    accuracy.set(ylim=(0, 1.04), title="share of right answers")
    accuracy.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    for ax, guess in ((loss, GUESSING), (accuracy, 0.1)):
        ax.axhline(guess, color="#4d4d4d", lw=0.8)
        at = {"xycoords": ax.get_yaxis_transform(), "ha": "right", "va": "top"}
        ax.annotate("guessing", (0.99, guess), fontsize="small", **at)
        ax.set(xlim=(-0.02 * epochs, 1.02 * epochs), xlabel="epoch")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        ax.grid(True)
    shown = {"each minibatch": BATCH, "training images": TRAINING}
    shown |= {"validation images": VALIDATION, "the training before": BEFORE}
    lines = [legend_line(label, style) for label, style in shown.items()]
    figure.legend(handles=lines, loc="outside upper center", ncols=4)
    return figure


def training_paths(figure, progress, before=()):
    """The paths of a training, and of one before it, in a `training_figure`.

    ``progress`` and ``before`` are lists of `Progress`, the start first.
    """
    loss, accuracy = figure.axes
    now = progress[-1]
    paths = []
    if len(now.losses):
        t = np.arange(0, len(now.losses), -(-len(now.losses) // POINTS))
        epoch = t * now.epoch / len(now.losses)
        paths.append(Path(loss, np.column_stack([epoch, now.losses[t]]), BATCH, every=0))
    if before:
        paths.append(Path(loss, curve(before, "loss"), BEFORE, every=0))
        paths.append(Path(accuracy, curve(before, "validation_accuracy"), BEFORE, every=0))
    return [
        *paths,
        Path(loss, curve(progress, "loss"), TRAINING, every=0),
        Path(accuracy, curve(progress, "training_accuracy"), TRAINING, every=0),
        Path(accuracy, curve(progress, "validation_accuracy"), VALIDATION, every=0),
    ]


def curve(progress, name):
    """A quantity of `Progress` over the epochs: points (epoch, value), shape (n, 2)."""
    return np.array([(at.epoch, getattr(at, name)) for at in progress], float)


def describe(values, model, progress, reached="Epoch"):
    """A training in words: what is trained, how far it is, how good the model is.

    ``values`` has optimizer, lr (if the optimizer has it), batch_size, hidden, epochs, seed.
    """
    now = progress[-1]
    units = f"{values['hidden']} hidden units" if values["hidden"] else "no hidden layer"
    steps = f"{len(now.losses)} step" + "s" * (len(now.losses) != 1)
    right = f"{now.training_accuracy:.0%} in training, {now.validation_accuracy:.0%} in validation"
    lr = f", lr = {short(values['lr'], 3)}" if "lr" in values else ""
    lines = [
        f"{values['optimizer']}{lr}, batches of {values['batch_size']}, "
        f"{units}, seed {values['seed']}: {model.n_parameters:,} parameters.",
        f"{reached} {now.epoch} of {values['epochs']}, {steps}: loss {short(now.loss)}. "
        f"Right answers: {right.replace('%', ' %')}.",
    ]
    if not np.isfinite(now.loss):
        lines.append("The loss is no number any more: the steps were too long. Try a smaller lr.")
    elif now.epoch and now.loss > 0.95 * GUESSING and now.training_accuracy < BY_CHANCE:
        lines.append(f"No better than guessing, which has the loss {GUESSING:.2f}.")
    elif now.epoch and now.loss > GUESSING:
        lines.append(
            f"The loss is above that of guessing, {GUESSING:.2f}, although more answers are right: "
            "in its mistakes the model is too sure."
        )
    return "\n".join(lines)
