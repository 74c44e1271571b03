"""What the browser is sent: pixels where matplotlib would draw them, small frames, one message."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from course_lib import plotting
from course_lib.explorers.landscape import explore
from course_lib.live.figure import LiveFigure, Path
from course_lib.objectives import bowl, rosenbrock
from course_lib.optimizers import GradientDescentState, adam, gradient_descent, run

RED = plotting.LineStyle("#ff0000", "o", ())


def two_panels():
    figure = plotting.new_figure(8, 4)
    flat = figure.add_subplot(1, 2, 1, title="flat", xlim=(0, 10), ylim=(1, 1000), yscale="log")
    surface = figure.add_subplot(1, 2, 2, projection="3d", title="surface")
    plotting.surface(surface, bowl)
    return figure, flat, surface


def picture(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def test_points_of_paths_arrive_as_they_are_also_far_away():
    figure, flat, surface = two_panels()
    wild = np.array([[1.0, 10.0], [5.0, 1e300], [np.inf, 5.0], [np.nan, 5.0], [2.0, -3.0]])
    solid = np.array([[0.5, -0.25, 0.4]])
    live = LiveFigure(figure, [Path(flat, wild, RED), Path(surface, solid, RED)])
    assert [(s["panel"], s["n"], s["dimensions"]) for s in live.styles] == [(0, 5, 2), (1, 1, 3)]
    np.testing.assert_array_equal(np.frombuffer(live.paths), [*wild.ravel(), *solid.ravel()])


def test_the_picture_has_the_size_and_the_pixel_ratio_of_the_screen():
    figure, _, _ = two_panels()
    live = LiveFigure(figure)
    for width, ratio in ((700, 1), (1000, 2), (2000, 1)):
        live.screen = {"width": width, "ratio": ratio}
        assert live.size[0] == width
        rows, columns = picture(live.background["png"]).shape[:2]
        assert columns == pytest.approx(width * ratio, abs=1)
        assert rows == pytest.approx(live.size[1] * ratio, abs=1)
    assert LiveFigure(two_panels()[0]).size[0] == 2000  # the next figure starts with what is known


def test_a_turn_renders_the_3d_axes_only():
    figure, _, _ = two_panels()
    live = LiveFigure(figure)
    background, layer = live.background["png"], live.surfaces[0]["png"]
    live.turn(1, 20.0, 100.0)
    assert live.background["png"] == background
    assert live.surfaces[0]["png"] != layer
    assert (live.panels[1]["elev"], live.panels[1]["azim"]) == (20.0, 100.0)


def test_the_background_holds_no_path_and_the_saved_png_holds_them():
    figure, flat, _ = two_panels()
    live = LiveFigure(figure)
    empty = picture(live.png())
    live.show([Path(flat, np.array([[1.0, 10.0], [9.0, 900.0]]), RED)])
    full = picture(live.png())
    red = lambda image: ((image[..., 0] > 200) & (image[..., 1] < 60)).sum()  # noqa: E731
    assert red(empty) == 0
    assert red(full) > 100
    assert red(picture(live.background["png"])) == 0
    assert live.png() == live.png()


def test_a_chosen_point_reaches_the_function_of_its_axes_once():
    figure, flat, _ = two_panels()
    live, seen = LiveFigure(figure, movable=[flat]), []
    live.on_point(flat, lambda x, y: seen.append((x, y)))
    one = {"n": 1, "do": "point", "panel": 0, "x": 3.0, "y": 100.0}
    live.said = {"page": "a", "actions": [one]}
    live.said = {"page": "b", "actions": [one | {"n": 7, "panel": 1, "x": 0.0, "y": 0.0}]}
    live.set_point(flat, 5.0, 10.0)
    assert seen == [(3.0, 100.0)]
    assert live.points == {"0": [5.0, 10.0], "1": [0.0, 0.0]}
    assert live.heard == {"a": 1, "b": 7}


def test_a_turn_reaches_the_panels_of_every_page():
    piece = explore(bowl, adam)
    turned = {"n": 2, "do": "turn", "panel": 1, "elev": 10.0, "azim": 5.0}
    piece.said = {"page": "a", "actions": [turned]}
    assert (piece.panels[1]["elev"], piece.panels[1]["azim"]) == (10.0, 5.0)
    assert piece.heard == {"a": 2}


def sent_by(live, action, monkeypatch):
    """The updates that a live figure sends to the browser: each one's traits and its bytes."""
    updates = []

    def send(message, buffers=None):
        if message["method"] == "update":
            size = len(json.dumps(message)) + sum(memoryview(b).nbytes for b in buffers or [])
            paths = {path[0] for path in message.get("buffer_paths", [])}
            updates.append(({*message["state"], *paths}, size))

    monkeypatch.setattr(live, "_send", send)
    action()
    return updates


def test_a_frame_is_one_small_message(monkeypatch):
    piece = explore(bowl, adam, n_steps=100, lr=0.02)
    updates = sent_by(piece, lambda: piece.set(lr=0.03), monkeypatch)
    assert len(updates) == 1
    traits, size = updates[0]
    assert traits == {"chosen", "values", "paths", "sentence"}
    assert 3 * 101 * 16 < size <= 8192


def test_another_landscape_keeps_the_rotation_of_the_surface():
    piece = explore(bowl, adam)
    piece.turn(1, 10.0, 5.0)
    piece.set(objective="rosenbrock")
    assert (piece.figure.axes[1].elev, piece.figure.axes[1].azim) == (10.0, 5.0)
    assert piece.panels[0]["name"] == rosenbrock.name


def test_the_table_of_a_diverging_run_holds_every_number_that_python_has():
    piece = explore(bowl, gradient_descent, lr=4.5, n_steps=50)
    piece._handle_custom_msg("table", [])
    (table,) = piece.table.values()
    columns = np.frombuffer(table["data"]).reshape(51, 2, -1)
    history = run(gradient_descent, GradientDescentState(bowl.x0), bowl.grad, 50, lr=4.5)
    assert np.abs(history.x[-1]).min() > np.finfo(np.float32).max
    np.testing.assert_array_equal(columns[..., table["names"].index("x")], history.x)


def test_the_saved_bundle_has_picture_words_and_view():
    bundle, _ = explore(bowl, adam)._repr_mimebundle_()
    assert {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"} <= set(bundle)
    assert "60 steps from (-0.80, 0.90)" in bundle["text/plain"]
