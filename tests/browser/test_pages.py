"""A live figure on a page by itself: what needs no kernel works there, and nothing is asked for."""

import ipywidgets
import pytest
from harness import unfold
from pages import opened_page, page_of

from course_lib import plotting
from course_lib.explorers.landscape import explore
from course_lib.live.figure import LiveFigure
from course_lib.objectives import bowl
from course_lib.optimizers import adam


@pytest.fixture(scope="module")
def piece():
    piece = explore(bowl, adam, lr=0.05, n_steps=60)
    piece.choose(0, -0.5, 0.5)
    piece._on_message(None, "table", [])
    return piece


def test_the_cursor_goes_through_the_steps(browser, piece):
    with opened_page(browser, piece) as shown:
        page = shown.page
        step = page.locator(".bar output")
        pixels = "canvas => canvas.toDataURL()"
        assert page.locator(".sentence").text_content() == piece.sentence
        whole = page.locator("canvas[role=img]").evaluate(pixels)
        page.get_by_label("To the start (Home)").click()
        page.get_by_label("One step forward (.)").click()
        assert step.text_content() == "step 1 of 60"
        assert unfold(page).locator("th").first.text_content() == "t = 1"
        page.get_by_label("step shown").fill("33")
        assert step.text_content() == "step 33 of 60"
        assert page.locator("canvas[role=img]").evaluate(pixels) != whole
        page.get_by_label("Play (space)").click()
        shown.wait_until("document.querySelector('.bar output').textContent > 'step 34'")
        assert (shown.errors, shown.requests) == ([], [])


def test_a_page_refuses_every_request_and_every_eval(browser, piece):
    with opened_page(browser, piece) as shown:
        shown.page.evaluate("fetch('https://example.org').catch(() => 0)")
        shown.page.evaluate("void setTimeout(() => new Function('1')())")
        shown.page.wait_for_timeout(100)
        assert any("connect-src" in words for words in shown.errors)
        assert any("unsafe-eval" in words for words in shown.errors)
        assert shown.requests == []


def test_text_of_a_widget_cannot_end_its_page(browser, piece):
    figure = plotting.new_figure()
    figure.add_subplot()
    live = LiveFigure(figure, sentence="</script><b>&amp;")
    with opened_page(browser, live) as shown:
        assert shown.page.locator(".sentence").text_content() == "</script><b>&amp;"
        assert shown.errors == []


def test_a_box_of_widgets_is_no_page(piece):
    with pytest.raises(ValueError, match="not an anywidget"):
        page_of(ipywidgets.VBox([piece]))
