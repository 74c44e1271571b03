"""A live piece in a host that hands over ArrayBuffers and takes one event a call."""

import pages
import pytest

from course_lib.explorers import explore, explore_momentum, predict
from course_lib.objectives import bowl
from course_lib.optimizers import adam

STRICT = """
HostModel.prototype.on = function (event, listener) {
  if (event.includes(" ")) throw new Error(`one event, got ${event}`);
  if (!this.listeners.has(event)) this.listeners.set(event, new Set());
  this.listeners.get(event).add(listener);
};
HostModel.prototype.off = undefined;
"""


@pytest.fixture(params=["bytes.buffer", "bytes"])
def strict_host(request, monkeypatch):
    """Pages are made with a host that can do less; it hands buffers over in two ways."""
    text = pages.bundle("live/js/host.js")
    assert text.count("new DataView(bytes.buffer)") == 1
    strict = text.replace("new DataView(bytes.buffer)", request.param) + STRICT
    monkeypatch.setattr(pages, "bundle", lambda entry: strict)


def move_a_slider(shown):
    """Move the first slider; the sentence follows, and nothing complains."""
    sentence = "document.querySelector('.sentence').textContent"
    shown.wait_until(f"{sentence} !== ''")
    before = shown.page.evaluate(sentence)
    shown.page.locator("input[type=range]").first.press("ArrowRight")
    shown.wait_until(f"{sentence} !== {before!r}")
    assert shown.errors == []


@pytest.mark.parametrize("piece", [lambda: explore(bowl, adam, lr=0.1), explore_momentum])
def test_a_piece_lives_in_a_host_that_can_do_less(browser, strict_host, piece):
    with pages.opened_page(browser, piece()) as shown:
        move_a_slider(shown)


def test_a_prediction_opens_its_figure_there(browser, strict_host):
    question = predict("02-limit")
    figure = question.unlock(explore(bowl, adam, lr=0.1))
    with pages.opened_page(browser, question, figure) as shown:
        assert shown.page.locator(".sentence").count() == 0
        shown.page.locator("input[type=radio]").first.check()
        shown.page.get_by_role("button", name="Commit").click()
        shown.wait_until("document.querySelector('.sentence') !== null")
        move_a_slider(shown)
