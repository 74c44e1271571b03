"""A live piece in a host that hands over ArrayBuffers and takes one event a call."""

import pages
import pytest

from course_lib.explorers import explore, explore_momentum
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


@pytest.mark.parametrize("kind", ["bytes.buffer", "bytes"])
@pytest.mark.parametrize("piece", [lambda: explore(bowl, adam, lr=0.1), explore_momentum])
def test_a_piece_lives_in_a_host_that_can_do_less(browser, monkeypatch, piece, kind):
    text = pages.bundle("live/js/host.js")
    assert text.count("new DataView(bytes.buffer)") == 1
    strict = text.replace("new DataView(bytes.buffer)", kind) + STRICT
    monkeypatch.setattr(pages, "bundle", lambda entry: strict)
    with pages.opened_page(browser, piece()) as shown:
        sentence = "document.querySelector('.sentence').textContent"
        shown.wait_until(f"{sentence} !== ''")
        before = shown.page.evaluate(sentence)
        shown.page.locator("input[type=range]").first.press("ArrowRight")
        shown.wait_until(f"{sentence} !== {before!r}")
        assert shown.errors == []
