"""Every live piece of the notebooks fits the window: controls, picture and sentence in one view."""

import harness
import pytest

START = """
from functools import partial

import numpy as np

from course_lib.explorers import (
    explore, explore_beta2, explore_momentum, explore_online, explore_sensitivity, explore_training,
)
from course_lib.objectives import beale, bowl, himmelblau, ravine, rosenbrock, rotated_ravine
from course_lib.optimizers import (
    AdamState, adagrad, adam, amsgrad, amsgrad_keras, amsgrad_optax, amsgrad_torch,
    gradient_descent, momentum, rmsprop,
)
from course_lib.optimizers import adam as no_correction


def scenes(name, *values):
    return {f"{name} = {value}": {name: value} for value in values}


names = ravine(10).name, rotated_ravine(10, 45).name
turns = {"straight": {"objective": names[0]}, "turned": {"objective": names[1]}}
hats, rates = ("m_hat", "v_hat"), ("v_hat", "effective learning rate")
""".strip()

# Name -> the piece, as in the notebook of that number
PIECES = {
    "00 ravine": "explore(ravine(10), gradient_descent, lr=0.02, n_steps=40)",
    "00 two": "explore(rosenbrock, gradient_descent, adam, lr=0.001, n_steps=200)",
    "01 scenes": "explore(ravine(10), gradient_descent, scenes=scenes('lr', 0.01, 0.1, 0.18, 1))",
    "02 map": "explore_momentum(kappa=10, lr=0.05, beta=0.5)",
    "02 two": "explore(rosenbrock, adagrad, rmsprop, lr=0.1, beta2=0.99, n_steps=200)",
    "02 turned": "explore(ravine(10), partial(gradient_descent, lr=0.18), adagrad, lr=0.5, "
    "n_steps=100, scenes=turns)",
    "03 hats": "explore(bowl, no_correction, adam, n_steps=100, curves=hats)",
    "03 scenes": "explore(bowl, adam, lr=0.05, beta1=0.8, n_steps=100, curves=hats, "
    "scenes={n: {'beta1': 0.9} for n in ('no mean slope', 'heavy', 'short memory', 'large eps')})",
    "03 turned": "explore(ravine(10), adam, lr=0.02, n_steps=400, curves=rates, scenes=turns)",
    "04 cliff": "explore(beale, adam, amsgrad, lr=0.05, beta2=0.9, n_steps=150, "
    "curves=('v', 'v_max', 'effective learning rate'))",
    "04 five": "explore(ravine(10), amsgrad, amsgrad_torch, amsgrad_keras, amsgrad_optax, "
    "partial(amsgrad, beta1=0.9), lr=0.02, beta2=0.99, eps=1e-8, n_steps=200, "
    "curves=('v_max', 'effective learning rate'), scenes=scenes('lr', 0.02, 0.05, 0.2))",
    "05 online": "explore_online()",
    "05 beta2": "explore_beta2(beta2=0.99)",
    "06 four": "explore(rosenbrock, gradient_descent, rmsprop, adagrad, adam, lr=0.1, n_steps=300)",
    "06 map": "explore_sensitivity(beale, adam, y='beta2', n_steps=100)",
    "06 basins": "explore_sensitivity(himmelblau, adam, x='start x1', y='start x2', "
    "colour='minimizer')",
    "07 training": "explore_training(adam, lr=0.01, batch_size=64, hidden=16, epochs=1, seed=1)",
    "08 three": "explore(rosenbrock, gradient_descent, momentum, adam, lr=0.01, n_steps=100, "
    "scenes=scenes('lr', 0.01, 0.15, 0.5))",
}  # fmt: skip

# From the top of a piece to the end of its sentence, and what of the window shows a notebook
MEASURE = """piece => {
    const end = piece.querySelector('.sentence').getBoundingClientRect().bottom;
    const box = document.querySelector('.jp-WindowedPanel-outer');
    return [end - piece.getBoundingClientRect().top, box.clientHeight];
}"""
# Whether the picture was rendered for the size that it has
RENDERED = """stage => {
    const image = stage.querySelector('img');
    const isNear = (one, other) => Math.abs(one - other) <= 1;
    const { clientWidth, clientHeight } = stage;
    return isNear(clientWidth, image.naturalWidth) && isNear(clientHeight, image.naturalHeight);
}"""


@pytest.fixture(scope="module")
def page(browser, lab):
    """A notebook with all pieces, opened and run."""
    lab.write("fit.ipynb", [START, *PIECES.values()])
    with harness.opened(browser, lab, "fit.ipynb") as notebook:
        yield notebook.page
        assert notebook.errors == []


def show(page, name, seconds=30):
    """Scroll a piece into view and wait until it fits; its height, the window's, the map's width.

    A picture is rendered anew for another window, which takes a moment.
    """
    piece = page.locator(".course-piece").nth(list(PIECES).index(name))
    piece.scroll_into_view_if_needed()
    piece.locator("canvas[role=img]").wait_for()
    for _ in range(5 * seconds):
        page.wait_for_timeout(200)
        height, window = piece.evaluate(MEASURE)
        if height <= window and piece.locator(".stage").evaluate(RENDERED):
            break
    panels = piece.locator(".panel:not(.surface)")
    return height, window, panels.first.bounding_box()["width"] if panels.count() else 0


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_is_in_view_with_its_controls_and_its_sentence(page, name):
    height, window, _ = show(page, name)
    assert window == 787
    assert height <= window


@pytest.mark.parametrize("name", ["00 ravine", "03 hats"])
def test_a_larger_window_shows_a_larger_map(page, name):
    narrow = show(page, name)[2]
    page.set_viewport_size({"width": 1920, "height": 1080})
    try:
        height, window, wide = show(page, name)
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})
    assert window == 967
    assert height <= window
    assert wide > 1.25 * narrow
