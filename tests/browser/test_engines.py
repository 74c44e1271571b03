"""Firefox and WebKit show the pages of the site, and their pieces answer the hand."""

import pytest
from engines import results_in, run_firefox, run_webkit

# The words and the picture of the first figure
SEEN = """(() => {
    const piece = document.querySelector(".live .stage").closest(".live");
    return [
        piece.querySelector(".sentence").textContent,
        piece.querySelector(".stage canvas[role=img]").toDataURL(),
    ];
})()"""
STATES = "[...document.querySelectorAll('.live')].map((piece) => piece.dataset.state)"
MATHS = "document.querySelector('math[display=block] mfrac').getBoundingClientRect().height"
SLIDER = ".live:has(.stage) .course-controls input[type=range]"


@pytest.mark.parametrize("run", [run_firefox, run_webkit])
@pytest.mark.parametrize("name", ["index.html", "00_start_here.html"])
def test_a_slider_moves_the_picture(run, name, site):
    steps = [
        ["wait", "html[data-ready]"],
        ["wait", "canvas[data-frames]"],
        ["evaluate", STATES],
        ["evaluate", SEEN],
        ["press", SLIDER, "End"],
        ["evaluate", SEEN],
        ["press", SLIDER, "Home"],
        ["evaluate", SEEN],
    ]
    states, *looks = results_in(run, site / name, steps)
    assert set(states) == {"live"}
    for part in zip(*looks, strict=True):  # the sentence, the picture
        assert len(set(part)) == 3


@pytest.mark.parametrize("run", [run_firefox, run_webkit])
def test_an_answer_opens_its_figure_and_formulas_are_drawn(run, site):
    steps = [
        ["wait", "html[data-ready]"],
        ["evaluate", "document.querySelectorAll('canvas[data-frames]').length"],
        ["click", ".course-prediction input[type=radio]"],
        ["click", ".course-prediction button"],
        ["wait", ".live:has(.runs button) canvas[data-frames]"],  # the race, which the answer opens
        ["evaluate", "document.querySelectorAll('canvas[data-frames]').length"],
        ["evaluate", "document.querySelector('.outcome').textContent.length"],
        ["evaluate", MATHS],
    ]
    closed, opened, outcome, height = results_in(run, site / "03_adam.html", steps)
    assert closed < opened
    assert outcome > 40
    assert height > 20  # pixels: one over the other, not side by side
