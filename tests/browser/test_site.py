"""The site: every page opened from a file, without a network, and used by hand."""

import re
import time
from urllib.parse import unquote, urlsplit

import pytest
from harness import answer_predictions, unfold
from site_page import PAGES, opened

MOST_BYTES = 2_000_000  # of a page with all that it loads

PATIENCE = 10  # seconds for a picture
LIVE = ".live[data-state=live]:has(.stage)"
PICTURES = "all => all.map((canvas) => canvas.toDataURL())"


@pytest.fixture(scope="module", params=PAGES)
def shown(request, browser, site):
    """A page, opened from a file, offline, with all its pieces live; it must not complain."""
    with opened(browser, site / request.param) as page:
        yield page
        assert page.errors == []
        assert page.requests == []


def seen(piece):
    """What a reader sees of a piece: its pictures and its words."""
    pictures = piece.locator(".stage canvas").evaluate_all(PICTURES)
    return pictures, piece.locator(".sentence, .problem").all_text_contents()


def changes(piece, before):
    """Whether what is seen of a piece becomes something else; a map is computed in slices."""
    deadline = time.monotonic() + PATIENCE
    while seen(piece) == before and time.monotonic() < deadline:
        piece.page.wait_for_timeout(20)
    return seen(piece) != before


def idle(page):
    """Sliders that do nothing until another optimizer is chosen in the menu of a map."""
    is_map_page = "06_a_fair_race" in page.url
    return {"beta", "beta1", "beta2", "eps"} if is_map_page else set()


def test_every_slider_moves_the_picture(shown):
    page = shown.page
    answer_predictions(page)
    for piece in page.locator(LIVE).all():
        if "it has not moved" in piece.inner_text():
            continue  # a student's function that is still to be written
        for slider in piece.locator(".course-controls input[type=range]").all():
            name = slider.get_attribute("aria-label")
            piece.get_by_role("button", name="reset").click()
            slider.press("Home")
            before = seen(piece)
            slider.press("End")
            assert name in idle(page) or changes(piece, before), name


def test_every_menu_box_and_button_answers(shown):
    page = shown.page
    answer_predictions(page)
    for piece in page.locator(LIVE).all():
        for menu in piece.locator(".course-controls select").all():
            for choice in menu.locator("option").all_text_contents():
                menu.select_option(choice)
        for box in piece.locator("input[type=checkbox]").all():
            box.click()
            box.click()
        for button in piece.locator(".course-controls button").all():
            button.click()
        assert piece.locator(".sentence").text_content().strip()


def test_a_walk_is_played_turned_and_explained(shown):
    page = shown.page
    answer_predictions(page)
    for piece in page.locator(LIVE).all():
        scrub = piece.locator(".bar input[type=range]")
        if not scrub.is_visible():
            continue
        scrub.press("Home")
        start = seen(piece)
        piece.locator(".bar").get_by_role("button", name=re.compile("next|forward", re.I)).click()
        assert changes(piece, start)
        for panel in piece.locator(".panel").all():
            before = seen(piece)
            panel.press("ArrowLeft")
            assert changes(piece, before), panel.get_attribute("aria-label")
        if piece.locator(".states").is_visible():
            unfold(piece).locator("td").first.hover()


def test_a_page_is_small(shown):
    assert shown.bytes <= MOST_BYTES


def test_every_link_of_the_site_leads_somewhere(site):
    pages = {file.name: file.read_text("utf-8") for file in site.glob("*.html")}
    assert set(pages) == set(PAGES)
    for name, text in pages.items():
        for address in re.findall(r'(?:href|src)="([^"]+)"', text):
            parts = urlsplit(address)
            if parts.scheme or parts.path.startswith("lab/"):
                continue
            target = unquote(parts.path) or name
            assert (site / target).exists(), f"{name} links to {address}"
            if parts.fragment:
                assert f'id="{parts.fragment}"' in pages[target], f"{name} links to {address}"


def test_nothing_comes_from_elsewhere(site):
    loads = re.compile(r'(?:src|<link[^>]*href)="(https?:)?//|url\(["\']?https?:|@import')
    for file in [*site.glob("*.html"), *site.glob("static/*.css"), *site.glob("static/*.js")]:
        assert not loads.search(file.read_text("utf-8")), file.name


@pytest.mark.parametrize("name", PAGES)
def test_without_javascript_text_and_pictures_are_there(name, browser, site):
    with opened(browser, site / name, java_script_enabled=False) as shown:
        page = shown.page
        assert page.locator("h1").first.is_visible()
        for still in page.locator(".still").all():
            assert still.is_visible()
            assert still.locator("img, pre").count()
        assert page.locator("#sidebar").is_visible()
        assert not page.locator("#theme, #menu, .search").filter(visible=True).count()


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_the_page_without_moving_it_sideways(name, browser, site):
    with opened(browser, site / name, viewport={"width": 390, "height": 844}) as shown:
        page = shown.page
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not page.locator("#sidebar").is_visible()
        page.locator("#menu").click()
        assert page.locator("#sidebar").is_visible()


def test_the_search_finds_a_section(browser, site):
    with opened(browser, site / "index.html") as shown:
        page = shown.page
        page.locator("#search").click()
        page.keyboard.type("bias correction")
        page.locator("#found a").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/*.html#*")
        target = urlsplit(page.url).fragment
        assert page.locator(f"[id='{target}']").is_visible()
        page.locator("#search").fill("no such words here")
        page.locator("#search").focus()
        page.locator("#found", has_text="Nothing found").wait_for()


def test_the_reader_chooses_light_or_dark(browser, site):
    ground = "getComputedStyle(document.body).backgroundColor"
    with opened(browser, site / "03_adam.html", color_scheme="dark") as shown:
        page = shown.page
        dark = page.evaluate(ground)
        page.locator("#theme").click()
        light = page.evaluate(ground)
        assert (dark, light) == ("rgb(22, 24, 27)", "rgb(255, 255, 255)")
        page.reload()
        assert page.evaluate(ground) == light


def test_print_shows_the_text_alone(browser, site):
    with opened(browser, site / "03_adam.html") as shown:
        shown.page.emulate_media(media="print")
        assert (
            not shown.page.locator("#sidebar, .top, .course-controls").filter(visible=True).count()
        )
        assert shown.page.locator("h1").first.is_visible()
