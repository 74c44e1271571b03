"""Runs that are taken away and back, and the arrows of the next step, on a page without Python."""

import pytest
from pages import opened_page

from course_lib.explorers.landscape import explore
from course_lib.objectives import ravine
from course_lib.optimizers import adam, gradient_descent, momentum

# How many pixels of the paths have nearly a colour, in all panels
COUNT = """(canvas, [red, green, blue]) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let k = 0; k < data.length; k += 4) {
        const far = [red, green, blue].some((part, i) => Math.abs(data[k + i] - part) > 12);
        found += !far && data[k + 3] > 200;
    }
    return found;
}"""
ORANGE, GREEN = [0xD5, 0x5E, 0x00], [0x00, 0x71, 0x3D]


@pytest.fixture(scope="module")
def shown(browser):
    live = explore(ravine(10), gradient_descent, momentum, adam, lr=0.05, n_steps=30)
    with opened_page(browser, live) as shown:
        yield shown
        assert (shown.errors, shown.requests) == ([], [])


def count(shown, color):
    shown.page.wait_for_timeout(100)
    return shown.page.locator("canvas[role=img]").evaluate(COUNT, color)


def test_a_button_takes_a_run_out_of_all_panels_and_brings_it_back(shown):
    button = shown.page.get_by_role("button", name="adam", exact=True)
    before = count(shown, ORANGE)
    assert before > 100
    assert button.get_attribute("aria-pressed") == "true"
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "false"
    assert count(shown, ORANGE) == 0
    shown.page.get_by_label("lr", exact=True).press("ArrowRight")  # another frame
    assert count(shown, ORANGE) == 0
    assert "adam, 30 steps" in shown.page.locator(".sentence").text_content()
    button.press("Space")
    assert count(shown, ORANGE) > 100
    shown.page.get_by_role("button", name="reset").click()


def test_one_run_alone_has_no_button(browser):
    with opened_page(browser, explore(ravine(10), adam, lr=0.05)) as shown:
        assert shown.page.locator(".runs").is_hidden()


def test_the_box_draws_the_arrows_of_the_step_that_is_shown(shown):
    page = shown.page
    words = page.locator(".arrows")
    assert words.is_hidden() and count(shown, GREEN) == 0
    page.get_by_label("arrows", exact=True).check()
    page.get_by_label("step shown").fill("0")
    assert count(shown, GREEN) > 20
    assert "−g, length 12" in words.inner_text()  # (-3.6, 24)/2 on the ravine's start
    assert "−m" not in words.inner_text()
    page.get_by_label("arrows of").select_option("adam")
    assert "−m_hat, length 12" in words.inner_text()
    assert "next step, true length 0.071" in words.inner_text()  # lr in both coordinates
    page.locator("summary").click()
    page.get_by_label("states of").locator("option").first.wait_for(state="attached")
    assert page.get_by_label("states of").input_value() == "adam"
    page.locator("summary").click()
    page.get_by_label("arrows", exact=True).uncheck()
    assert words.is_hidden() and count(shown, GREEN) == 0


def test_the_table_is_folded_and_its_first_line_says_what_it_holds(shown):
    page = shown.page
    summary, cells = page.locator("summary"), page.locator(".states td")
    page.get_by_label("step shown").fill("3")
    assert summary.text_content() == "Numbers of step 3"
    assert not cells.first.is_visible()
    summary.press("Enter")
    cells.first.wait_for()
    page.get_by_label("lr", exact=True).press("ArrowRight")
    assert cells.first.is_visible()  # it stays open
    summary.press("Enter")
