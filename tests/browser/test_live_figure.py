"""The live figure under the hand: sliders, keys, mouse, windows, a lost kernel."""

import harness
import numpy as np
import pytest

from course_lib.explorers.landscape import explore
from course_lib.objectives import bowl
from course_lib.optimizers import GradientDescentState, adam, gradient_descent, run

CELLS = [
    "from course_lib.explorers.landscape import explore\n"
    "from course_lib.objectives import bowl\n"
    "from course_lib.optimizers import adam, gradient_descent",
    "explore(bowl, adam, lr=0.02, beta1=0.8, scenes={'too large': {'lr': 5.0}})",
    "def broken(state, g, lr=0.1):\n    x, t = state\n    return (x - lrr * g, t + 1)\n\n"
    "explore(bowl, broken)",
    "explore(bowl, gradient_descent, lr=4.5, n_steps=50)",
    "def decides(state, g, lr=0.1):\n    x, t = state\n"
    "    return (x - lr * g if g[0] < 0 else x - 2 * lr * g, t + 1)\n\n"
    "explore(bowl, decides, n_steps=20)",
]


@pytest.fixture(scope="module")
def page(browser, lab):
    """A notebook with four live pieces, opened and run; no error may show up in its console."""
    lab.write("live.ipynb", CELLS)
    with harness.opened(browser, lab, "live.ipynb") as notebook:
        yield notebook.page
        assert notebook.errors == []


@pytest.fixture
def piece(page):
    """The first live piece, as after its reset."""
    piece = page.locator(".course-piece").first
    piece.get_by_role("button", name="reset").click()
    wait_for_sentence(page, piece, explore(bowl, adam, lr=0.02, beta1=0.8).sentence)
    return piece


def sentence(piece):
    return piece.locator(".sentence").text_content()


def wait_for_sentence(page, piece, expected):
    """The words under the picture become what Python computes here; waits up to 10 seconds."""
    for _ in range(100):
        if sentence(piece) == expected:
            return
        page.wait_for_timeout(100)
    assert sentence(piece) == expected


def canvas_pixels(piece):
    return piece.locator("canvas[role=img]").evaluate("canvas => canvas.toDataURL()")


def cursor(piece):
    return piece.locator(".bar output").text_content()


def type_into(piece, label, text):
    field = piece.get_by_label(f"{label}, typed")
    field.fill(text)
    field.press("Enter")


@pytest.mark.parametrize(("key", "lr"), [("Home", 1e-4), ("End", 10.0)])
def test_the_slider_moves_the_path_to_what_the_mathematics_says(page, piece, key, lr):
    before = canvas_pixels(piece)
    slider = piece.get_by_label("lr", exact=True)
    slider.focus()
    slider.press(key)
    wait_for_sentence(page, piece, explore(bowl, adam, lr=lr, beta1=0.8).sentence)
    assert canvas_pixels(piece) != before
    assert piece.locator("canvas[role=img]").get_attribute("aria-label") == sentence(piece)


def test_a_storm_of_keys_ends_at_the_last_value(page, piece):
    slider = piece.get_by_label("lr", exact=True)
    slider.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    lr = float(piece.get_by_label("lr, typed").input_value())
    assert lr > 0.02
    wait_for_sentence(page, piece, explore(bowl, adam, lr=lr, beta1=0.8).sentence)


@pytest.mark.parametrize("typed", ["-1", "0", "nan", "abc", ""])
def test_a_value_that_is_not_allowed_is_answered_and_the_picture_stays(page, piece, typed):
    before = sentence(piece), canvas_pixels(piece)
    type_into(piece, "lr", typed)
    problem = piece.locator(".problem")
    problem.wait_for(state="visible")
    assert "lr must be" in problem.text_content()
    assert "For example" in problem.text_content()
    assert (sentence(piece), canvas_pixels(piece)) == before
    assert piece.get_by_label("lr, typed").get_attribute("aria-invalid") == "true"
    type_into(piece, "lr", "0.05")
    problem.wait_for(state="hidden")
    wait_for_sentence(page, piece, explore(bowl, adam, lr=0.05, beta1=0.8).sentence)


def test_a_click_and_the_arrow_keys_move_the_start(page, piece):
    contour = piece.locator(".panel:not(.surface)")
    box = contour.bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    expect = lambda *x0: explore(bowl, adam, lr=0.02, beta1=0.8, x0=x0).sentence  # noqa: E731
    page.wait_for_function(
        "node => node.textContent.includes('(0.50, 0.50)')",
        arg=piece.locator(".sentence").element_handle(),
    )
    contour.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_timeout(300)
    assert "from (0.46, 0.70)" in sentence(piece)
    assert sentence(piece).split(":")[0] == expect(0.46, 0.70).split(":")[0]


def test_a_drag_turns_the_surface_and_its_path(page, piece):
    surface, picture = piece.locator(".panel.surface"), piece.locator(".stage > img").last
    before = picture.get_attribute("src"), canvas_pixels(piece)
    box = surface.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for k in range(20):
        page.mouse.move(box["x"] + 60 + 4 * k, box["y"] + 60 + k)
        page.wait_for_timeout(15)
    page.mouse.up()
    page.wait_for_timeout(800)
    turned = picture.get_attribute("src")
    assert (turned, canvas_pixels(piece)) != before
    assert turned != before[0]
    surface.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(800)
    assert picture.get_attribute("src") != turned


def test_the_cursor_needs_no_kernel(page, piece):
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
    piece.locator(".panel.surface").focus()
    page.keyboard.press("Home")
    assert cursor(piece) == "step 0 of 60"
    start = canvas_pixels(piece)
    page.keyboard.press(".")
    assert cursor(piece) == "step 1 of 60"
    table = piece.locator(".states")
    assert table.inner_text() == "Numbers of step 1"
    harness.unfold(piece)
    assert "t = 1" in table.inner_text()
    first = piece.locator(".states tbody tr").first.locator("td").first.inner_text()
    assert float(first.replace("−", "-")) == pytest.approx(-0.78)  # the first step has length lr
    assert canvas_pixels(piece) != start
    page.keyboard.press(" ")
    page.wait_for_timeout(700)
    page.keyboard.press(" ")
    assert int(cursor(piece).split()[1]) > 3
    page.keyboard.press("End")
    assert cursor(piece) == "step 60 of 60"


@pytest.mark.parametrize(("key", "steps"), [("Home", 0), ("End", 200)])
def test_the_number_of_steps(page, piece, key, steps):
    piece.get_by_label("steps", exact=True).press(key)
    expected = explore(bowl, adam, lr=0.02, beta1=0.8, n_steps=steps).sentence
    wait_for_sentence(page, piece, expected)


def test_the_menu_of_landscapes(page, piece):
    base = piece.locator(".stage > img").first.get_attribute("src")
    piece.get_by_label("objective").select_option("beale")
    page.wait_for_function(
        "node => node.textContent.includes('(-1.50, -1.50)')",
        arg=piece.locator(".sentence").element_handle(),
    )
    page.wait_for_function(  # the image itself may be another one
        "([piece, old]) => piece.querySelector('.stage > img').src !== old",
        arg=[piece.element_handle(), base],
    )


def test_a_scene_sets_its_values(page, piece):
    piece.get_by_role("button", name="too large").click()
    wait_for_sentence(page, piece, explore(bowl, adam, lr=5.0, beta1=0.8).sentence)
    assert piece.get_by_label("lr, typed").input_value() == "5"


def test_a_broken_function_leaves_a_picture_and_names_its_line(page):
    broken = page.locator(".course-piece").nth(1)
    problem = broken.locator(".problem").text_content()
    assert "NameError" in problem and "lrr" in problem and "line 3" in problem
    assert broken.locator(".stage > img").count() == 2


def test_the_state_table_of_a_diverging_run_holds_numbers_beyond_float32(page):
    diverging = page.locator(".course-piece").nth(2)
    diverging.locator("canvas[role=img]").scroll_into_view_if_needed()
    diverging.locator(".panel").first.press("End")
    harness.unfold(diverging)
    page.wait_for_function(
        "node => node.innerText.includes('t = 50')",
        arg=diverging.locator(".states").element_handle(),
    )
    cell = diverging.locator(".states tbody tr").first.locator("td").first.inner_text()
    x = run(gradient_descent, GradientDescentState(bowl.x0), bowl.grad, 50, lr=4.5).x[-1, 0]
    assert abs(x) > 1e40
    assert float(cell.replace("−", "-")) == pytest.approx(x, rel=1e-3)


def test_the_arrows_of_a_function_that_is_not_recorded_come_from_python(page):
    piece = page.locator(".course-piece").nth(3)
    piece.locator("canvas[role=img]").scroll_into_view_if_needed()
    piece.get_by_label("arrows", exact=True).check()
    words = piece.locator(".arrows")
    words.get_by_text("next step").wait_for()  # at the last step, too
    piece.locator(".panel").first.press("Home")
    slope = np.hypot(*bowl.grad(bowl.x0))
    assert f"decides, step 0:→ −g, length {slope:.2g}" in words.inner_text().replace("\n", "")
    piece.get_by_label("arrows", exact=True).uncheck()
    words.wait_for(state="hidden")


@pytest.mark.parametrize("width", [700, 2000])
def test_the_picture_fits_its_window(page, piece, width):
    page.set_viewport_size({"width": width, "height": 900})
    piece.locator(".stage").scroll_into_view_if_needed()
    page.wait_for_function(  # rendered for this width, not stretched
        "s => Math.abs(s.clientWidth - s.querySelector('img').naturalWidth) <= 1",
        arg=piece.locator(".stage").element_handle(),
    )
    sizes = piece.locator(".stage").evaluate(
        "s => [s.clientWidth, s.parentElement.clientWidth,"
        " document.documentElement.scrollWidth - innerWidth]"
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(800)
    assert sizes[0] <= sizes[1] and sizes[2] <= 0


def test_two_views_stay_in_step(page, piece):
    page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    page.evaluate("jupyterapp.commands.execute('notebook:create-output-view')")
    second = page.locator(".jp-LinkedOutputView .course-piece")
    second.locator("canvas[role=img]").wait_for()
    piece.locator(".panel.surface").focus()
    page.keyboard.press("Home")
    assert cursor(second) == cursor(piece) == "step 0 of 60"
    slider = second.get_by_label("lr", exact=True)
    slider.press("Home")
    wait_for_sentence(page, piece, explore(bowl, adam, lr=1e-4, beta1=0.8).sentence)
    assert sentence(second) == sentence(piece)
    page.locator(".jp-LinkedOutputView").evaluate("node => node.remove()")
    page.keyboard.press("Escape")


def test_sharp_on_a_screen_of_two_pixels_a_point(browser, lab, page):
    with harness.opened(browser, lab, "live.ipynb", scale=2) as notebook:
        notebook.page.wait_for_timeout(1500)
        stage = notebook.page.locator(".stage").first
        sizes = stage.evaluate(
            "s => [s.clientWidth, s.querySelector('img').naturalWidth, "
            "s.querySelector('canvas[role=img]').width]"
        )
        assert abs(sizes[1] - 2 * sizes[0]) <= 2
        assert abs(sizes[2] - 2 * sizes[0]) <= 2
        assert notebook.errors == []


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_reload_keeps_it_and_a_lost_kernel_is_said_in_words(browser, lab, page, app):
    with harness.opened(browser, lab, "live.ipynb", app=app) as notebook:
        page = notebook.page
        page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        page.wait_for_timeout(1500)
        page.reload()
        piece = page.locator(".course-piece").first
        piece.locator("canvas[role=img]").wait_for(timeout=60_000)
        assert sentence(piece) == explore(bowl, adam, lr=0.02, beta1=0.8).sentence
        assert piece.locator(".lost").is_hidden()
        page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
        piece.locator(".lost").wait_for(state="visible", timeout=30_000)
        assert "Run the cell again" in piece.locator(".lost").text_content()
        assert piece.locator(".stage > img").count() == 2
