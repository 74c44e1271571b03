"""`explore_digits`: the recorded training of a network that reads digits, epoch by epoch."""

import json
from importlib import resources

import numpy as np
import traitlets
from matplotlib.ticker import MultipleLocator, PercentFormatter

from course_lib import plotting
from course_lib.experiments.training import load_digits
from course_lib.explorers.figure_parts import over_steps
from course_lib.live.figure import LiveFigure, Path
from course_lib.live.javascript import STYLES, bundle, source
from course_lib.live.lifetime import born
from course_lib.utils.style import in_course_style

COLUMNS = 4  # of pictures
LEFT, WIDTH, HEIGHT = 0.57, 0.42, 0.92  # of all pictures, which begin at the bottom
PICTURE = 0.24, 0.76, 0.72, 0.03  # left, right, bottom, top within a cell; the answer is below
LOSS = plotting.LineStyle("#4d4d4d", "o", ())
RIGHT = plotting.LineStyle("#0072B2", "s", ())  # the colour of right answers, too
WRONG = "#B84600"


def explore_digits():
    """Watch a network learn to read digits: press play.

    The training was recorded, so nothing is computed: it is the one with which `explore_training`
    begins, `Network((64, 64, 10))` with Adam, lr=0.01, minibatches of 64, seed 1, on the digits of
    `split` with its seed 1. New digits are those for validation, which are not trained on. The 16
    that are shown are chosen so that some are hard; two are read wrong at the end.
    ``benchmarks/make_digits_teaser.py`` has recorded it.

    Examples
    --------
    >>> explore_digits()
    explore_digits()
    After epoch 20 the network reads 97 % of the new digits right; of these 16, 14.
    """
    file = resources.files("course_lib.experiments").joinpath("digits_training.json")
    return DigitsExplorer(json.loads(file.read_text("utf-8")), load_digits())


class DigitsExplorer(LiveFigure):
    """The figure of `explore_digits`; Python's picture and words are those of the last epoch."""

    _esm = bundle("explorers/js/digits.js")
    _css = STYLES + source("explorers/js/digits.css")

    recorded = traitlets.Dict().tag(sync=True)  # all that the browser shows, for each epoch

    def __init__(self, training, digits):
        shares = [right / training["of"] for right in training["right"]]
        images, labels = (part[training["images"]] for part in (digits.images, digits.labels))
        by_epoch = np.array([[*map(int, answers)] for answers in training["answers"]]).T
        figure = digits_figure(images)
        curves = {0: (training["loss"], LOSS), 1: (shares, RIGHT)}
        paths = [Path(figure.axes[k], over_steps(v), style) for k, (v, style) in curves.items()]
        recorded = {
            "curves": [{"values": v} | style._asdict() for v, style in curves.values()],
            "places": [_answer_place(k) for k in range(len(labels))],
            "answers": [[*map(marked, answers, labels)] for answers in by_epoch],
            "sentences": [*map(describe, range(len(shares)), shares, by_epoch == labels)],
        }
        super().__init__(figure, paths, recorded["sentences"][-1], recorded=recorded)
        self.add_class("course-piece")
        born(self)

    def __repr__(self):
        return f"explore_digits()\n{self.sentence}"

    @in_course_style
    def png(self, width=1000, ratio=1.0):
        """As that of every live figure, with the answers, which the browser writes itself."""
        look = {"weight": "bold", "ha": "center", "va": "center"}
        words = []
        for k, answer in enumerate(self.recorded["answers"][-1]):
            left, top, wide, high = self.recorded["places"][k]
            color = RIGHT.color if answer[0] == "✓" else WRONG
            at = left + wide / 2, 1 - top - high / 2
            words.append(self.figure.text(*at, answer, color=color, **look))
        try:
            return super().png(width, ratio)
        finally:
            for text in words:
                text.remove()


def marked(answer, label):
    """An answer with its sign.

    >>> marked(3, 3), marked(8, 3)
    ('✓ 3', '✗ 8, not 3')
    """
    return f"✓ {answer}" if answer == label else f"✗ {answer}, not {label}"


def describe(epoch, share, is_right):
    """The sentence under the figure; ``is_right`` is of each digit that is shown."""
    when = f"After epoch {epoch}" if epoch else "Before the training"
    read = f"the network reads {100 * share:.0f} % of the new digits right"
    return f"{when} {read}; of these {len(is_right)}, {np.sum(is_right)}."


def _answer_place(k):
    """Where the answer to picture ``k`` stands: left, top, width, height in shares."""
    wide, high = WIDTH / COLUMNS, HEIGHT / COLUMNS
    top = 1 - HEIGHT + (k // COLUMNS + PICTURE[2]) * high
    return [LEFT + k % COLUMNS * wide, top, wide, (1 - PICTURE[2]) * high]


@in_course_style
def digits_figure(images):
    """A figure whose axes are the loss, the share of right answers, and all pictures."""
    figure = plotting.new_figure(10, 3.4)
    figure.set_layout_engine("none")  # the browser writes answers at fixed places
    loss, right = (figure.add_axes((0.07, bottom, 0.445, 0.32)) for bottom in (0.6, 0.125))
    loss.set(ylim=(-0.1, 2.5), title="loss in training")
    right.set(ylim=(0, 1.04), title="new digits read right", xlabel="epoch")
    right.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    for ax in (loss, right):
        ax.set_xlim(-0.4, 20.4)
        ax.xaxis.set_major_locator(MultipleLocator(5))
        ax.grid(True)
    pictures = figure.add_axes((LEFT, 0, WIDTH, HEIGHT), title="16 new digits, and the answers")
    pictures.set(xlim=(0, COLUMNS), ylim=(COLUMNS, 0))
    pictures.axis("off")
    look = {"cmap": "gray_r", "vmin": 0, "vmax": 16, "interpolation": "nearest", "aspect": "auto"}
    for k, image in enumerate(images):
        row, column = divmod(k, COLUMNS)
        pictures.imshow(image, extent=np.add(PICTURE, (column, column, row, row)), **look)
    return figure
