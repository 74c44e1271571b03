"""Live figures look the same whatever the reader's matplotlib is set to, before and afterwards."""

import matplotlib
import pytest

from course_lib.explorers import (
    explore,
    explore_beta2,
    explore_digits,
    explore_momentum,
    explore_online,
    explore_race,
    explore_sensitivity,
    explore_training,
)
from course_lib.live.figure import LiveFigure
from course_lib.objectives import bowl, rosenbrock
from course_lib.optimizers import adam, amsgrad

READERS = {
    "LaTeX for all text": {"text.usetex": True},
    "large labels": {
        "axes.labelsize": 30, "xtick.labelsize": 30, "ytick.labelsize": 30, "axes.titlesize": 40,
    },
    "hand-drawn": {"path.sketch": (2, 100, 20), "font.family": "monospace"},
    "numbers": {
        "axes.formatter.use_locale": True, "axes.formatter.limits": (0, 0),
        "axes.formatter.use_mathtext": True, "axes.unicode_minus": False,
    },
    "letters": {"mathtext.fontset": "stix", "font.family": "serif", "font.size": 20},
    "another style": {
        "axes.facecolor": "black", "axes.grid": True, "xtick.direction": "in", "lines.marker": "o",
        "xtick.minor.visible": True, "legend.fontsize": 30, "image.origin": "lower",
        "axes.xmargin": 0.4, "axes3d.grid": False, "lines.dash_capstyle": "round",
    },
    "a coarse drawing": {"path.simplify_threshold": 1.0, "image.interpolation": "bicubic"},
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def first_screen():
    """A new figure is as large as the last one became; here all begin alike."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveFigure, "_last_screen", {"width": 1000.0, "ratio": 1.0})
        yield


def explored():
    """A live figure of two landscapes with a second row, after all that draws it again."""
    LiveFigure._last_screen = {"width": 1000.0, "ratio": 1.0}
    shown = explore(bowl, adam, amsgrad, lr=0.1, n_steps=30, curves=("v_hat", "m"))
    shown.set(objective="rosenbrock", n_steps=7)
    shown.turn(1, 50.0, 20.0)
    shown.screen = {"width": 800.0, "ratio": 1.5}
    return shown


PIECES = {
    "explore": explored,
    "explore_sensitivity": lambda: explore_sensitivity(rosenbrock, adam, n=6, n_steps=20),
    "explore_momentum": explore_momentum,
    "explore_digits": explore_digits,
    "explore_beta2": explore_beta2,
    "explore_online": explore_online,
    "explore_race": explore_race,
    "explore_training": lambda: explore_training(epochs=2, hidden=0),
}


def pictures(piece):
    layers = [piece.background, *piece.surfaces]
    return [layer["png"] for layer in layers], piece.panels, piece.paths, piece.png()


@pytest.fixture(scope="module")
def plain():
    """What each piece looks like without settings of the reader's."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        return {name: pictures(make()) for name, make in PIECES.items()}


@pytest.mark.parametrize("settings", READERS.values(), ids=READERS)
def test_a_live_figure_looks_the_same_under_all_settings(settings, plain):
    with matplotlib.rc_context(settings):
        readers = dict(matplotlib.rcParams)
        assert pictures(explored()) == plain["explore"]
        assert dict(matplotlib.rcParams) == readers


@pytest.mark.parametrize("name", PIECES)
def test_every_live_piece_looks_the_same(name, plain):
    settings = READERS["large labels"] | READERS["another style"] | READERS["letters"]
    with matplotlib.rc_context(settings):
        assert pictures(PIECES[name]()) == plain[name]


def test_settings_that_come_after_the_figure_do_not_reach_it():
    one, other = explored(), explored()
    one.redraw()
    with matplotlib.rc_context(READERS["large labels"] | READERS["hand-drawn"]):
        other.redraw()
        assert pictures(other) == pictures(one)
