"""The recorded training of the digit network: played in the browser, with Python and without."""

import harness
import pytest
from pages import opened_page

from course_lib.explorers import explore_digits

WANTED = explore_digits().recorded
LAST = len(WANTED["sentences"]) - 1
DRAWN = "canvas => canvas.toDataURL()"


class Shown:
    """The piece on a page."""

    def __init__(self, page, root):
        self.page, self.root = page, root

    def shows(self, epoch):
        """The sentence, the player and each answer, by words and by class, are of this epoch."""
        self.root.locator(".sentence", has_text=WANTED["sentences"][epoch]).wait_for(timeout=20_000)
        assert self.root.locator(".bar output").text_content() == f"epoch {epoch} of {LAST}"
        answers = self.root.locator(".answers span")
        assert answers.all_text_contents() == WANTED["answers"][epoch]
        classes = [["wrong", "right"]["✓" in text] for text in WANTED["answers"][epoch]]
        assert answers.evaluate_all("all => all.map((node) => node.className)") == classes
        assert (
            self.root.locator("canvas[role=img]").get_attribute("aria-label")
            == (WANTED["sentences"][epoch])
        )

    def plays_to_the_end(self):
        """The training is still to come; play; one step back; then the player's keys."""
        self.shows(0)
        canvas = self.root.locator("canvas[role=img]")
        at_first = canvas.evaluate(DRAWN)
        speed = self.root.get_by_label("speed")
        assert speed.locator("option:checked").text_content() == "2 epochs/s"
        speed.select_option("20")
        self.root.get_by_label("Play (space)").click()
        self.shows(LAST)
        assert canvas.evaluate(DRAWN) != at_first
        self.root.get_by_label("One step back (,)").click()
        self.shows(LAST - 1)
        for key, epoch in {".": LAST, ",": LAST - 1}.items():
            self.page.keyboard.press(key)
            self.shows(epoch)
        scrub = self.root.get_by_label("step shown")
        for key, epoch in {"Home": 0, "ArrowRight": 1, "End": LAST}.items():
            scrub.press(key)
            self.shows(epoch)
        assert self.root.locator(".source").is_hidden()


@pytest.mark.parametrize("has_curves", [True, False])
def test_without_python(browser, has_curves):
    piece = explore_digits()
    if not has_curves:  # a page of the site comes without them: website/live_pieces.py
        piece.styles, piece.paths = [], b""
    with opened_page(browser, piece) as shown:
        Shown(shown.page, shown.page.locator(".course-live")).plays_to_the_end()
        assert shown.page.locator("main").bounding_box()["height"] <= 500
        assert (shown.errors, shown.requests) == ([], [])


@pytest.mark.parametrize("scale", [1, 2])
def test_answers_lie_under_their_pictures_and_not_on_each_other(browser, scale):
    piece = explore_digits()
    with opened_page(browser, piece, scale=scale) as shown:
        boxes = shown.page.locator(".answers span").evaluate_all(
            """all => all.map((node) => {
                const range = document.createRange();
                range.selectNodeContents(node);
                const { left, right, top, bottom } = range.getBoundingClientRect();
                return [left, right, top, bottom];
            })"""
        )
        stage = shown.page.locator(".stage").bounding_box()
        for k, (left, right, top, bottom) in enumerate(boxes):
            assert bottom <= stage["y"] + stage["height"] + 1
            for l2, r2, t2, b2 in boxes[k + 1 :]:
                assert right < l2 or r2 < left or bottom < t2 or b2 < top


def test_in_jupyterlab_two_views_show_one_training(browser, lab):
    made = "from course_lib.explorers import explore_digits\npiece = explore_digits()\npiece"
    lab.write("digits.ipynb", [made, "piece"])
    with harness.opened(browser, lab, "digits.ipynb") as notebook:
        pieces = notebook.page.locator(".course-piece")
        for piece in (pieces.first, pieces.last):
            piece.locator("canvas[data-frames]").wait_for()
        Shown(notebook.page, pieces.first).plays_to_the_end()
        Shown(notebook.page, pieces.last).shows(LAST)
        assert pieces.count() == 2
        assert pieces.first.bounding_box()["height"] <= 500
        assert not any(lost.is_visible() for lost in notebook.page.locator(".lost").all())
        assert notebook.errors == []
