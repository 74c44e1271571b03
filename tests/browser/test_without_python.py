"""Live pieces on a page by themselves: what the browser says is what Python says.

The same piece is made in Python, and what is done by hand on the page is done to it as well.
"""

import itertools
import re

import numpy as np
import pytest
from harness import unfold
from pages import opened_page

from course_lib.explorers import (
    explain,
    explore,
    explore_beta2,
    explore_momentum,
    explore_online,
    explore_race,
    explore_sensitivity,
)
from course_lib.explorers.sensitivity import SensitivityExplorer
from course_lib.objectives import bowl, rosenbrock, rotated_ravine
from course_lib.optimizers import adam, gradient_descent, momentum

# Every piece that goes on without Python; each call makes a new one.
PIECES = {
    "explore": lambda: explore(bowl, adam, lr=0.1, scenes={"too large": {"lr": 5.0}}),
    "explore, several": lambda: explore(rosenbrock, gradient_descent, momentum, adam, lr=0.001),
    "explore, curves": lambda: explore(
        bowl, adam, lr=0.05, curves=("m_hat", "effective learning rate")
    ),
    "explore, a family": lambda: explore(
        rotated_ravine, gradient_descent, adam, lr=0.002, scenes={"straight": {"angle": 0}}
    ),
    "explore_momentum": explore_momentum,
    "explore_online": lambda: explore_online(n_steps=2000),
    "explore_beta2": explore_beta2,
    "explore_race": lambda: explore_race("bowl", n_steps=60),
    "explore_sensitivity": lambda: explore_sensitivity(bowl, momentum, n=12, n_steps=40),
}
NONSENSE = ["", "abc", "nan", "inf", "-1e99", "0x10", "1,5", "2.5.1", 'it\'s "so"', "None"]
TRIED = 3  # of them in each field
SHOWN = """() => {
    const text = (part) => document.querySelector(part).textContent;
    const canvas = document.querySelector(".stage canvas[role=img]");
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const isDrawn = width > 0 && data.some((value) => value > 0);
    return [text(".sentence"), text(".problem"), isDrawn];
}"""
EXPLAINED = """([column, row]) => {
    const cell = document.querySelector(".states tbody").rows[row].cells[1 + column];
    cell.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    return document.querySelector(".explained").textContent;
}"""


CHAOTIC = ("rastrigin", "ackley")  # one of many runs may go another way by the last bit of a sine


def without_chaos(sentence):
    """Where a cell of a map does not converge, its last height hangs on the last bits of powers."""
    return re.sub("does not converge; f - minimum is .* at the end", "does not converge", sentence)


class Both:
    """A piece on a page, and the same piece in Python: what is done to one is done to both."""

    def __init__(self, shown, live):
        self.shown, self.page, self.live = shown, shown.page, live

    def picture(self):
        """What the two canvases show."""
        canvases = "all => all.map((canvas) => canvas.toDataURL())"
        return self.page.locator(".stage canvas").evaluate_all(canvases)

    def agree(self):
        """The sentences are the same, the problem is the same, and something is drawn."""
        wanted = [without_chaos(self.live.sentence), self.live.problem.get("text", ""), True]
        for _ in range(50):  # a map is computed in slices
            if self.on_the_page == wanted:
                break
            self.page.wait_for_timeout(50)
        assert self.on_the_page == wanted

    @property
    def on_the_page(self):
        sentence, *others = self.page.evaluate(SHOWN)
        return [without_chaos(sentence), *others]

    def specs(self, *kinds):
        """The controls of some kinds; without one, those with a number."""
        kinds = kinds or ("linear", "log", "decay", "integer")
        return [spec for spec in self.live.specs if spec["kind"] in kinds]

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.live.press(name)

    def slide(self, spec, key):
        self.page.get_by_label(spec["label"], exact=True).press(key)
        self.live.set(**{spec["name"]: spec["low" if key == "Home" else "high"]})

    def select(self, spec, choice):
        self.page.get_by_label(spec["label"], exact=True).select_option(choice)
        self.live.set(**{spec["name"]: choice})

    def toggle(self, spec):
        box = self.page.get_by_label(spec["label"], exact=True)
        box.click()
        self.live.set(**{spec["name"]: box.is_checked()})

    def click(self, node, panel):
        """Click at three tenths of a panel's width and height."""
        box = node.bounding_box()
        x, y = (
            round(box[start] + 0.3 * box[size]) for start, size in (("x", "width"), ("y", "height"))
        )
        self.page.mouse.click(x, y)
        shares = (x - box["x"]) / box["width"], 1 - (y - box["y"]) / box["height"]
        axes = self.live.figure.axes[panel]
        data = axes.transAxes + axes.transData.inverted()
        self.live.choose(panel, *data.transform(shares))

    def type(self, spec, text):
        field = self.page.get_by_label(f"{spec['label']}, typed", exact=True)
        field.fill(text)
        field.dispatch_event("change")
        self.live.set(**{spec["name"]: text})


@pytest.fixture(scope="module", params=PIECES)
def opened(request, browser):
    """Each piece, opened once; it must not complain or ask for anything."""
    make = PIECES[request.param]
    with opened_page(browser, make(), height=1400) as shown:
        yield Both(shown, make())
        assert (shown.errors, shown.requests) == ([], [])


@pytest.fixture
def both(opened):
    opened.press("reset")
    yield opened
    assert (opened.shown.errors, opened.shown.requests) == ([], [])


def test_the_first_picture(both):
    both.agree()
    assert both.page.locator(".source").is_hidden()
    assert both.page.locator(".lost").is_hidden()


def test_every_slider_to_both_ends(both):
    for spec in both.specs():
        for key in ("Home", "End"):
            both.slide(spec, key)
            both.agree()
        both.press("reset")
        both.agree()


def test_every_entry_of_every_menu(both):
    for spec in both.specs("menu"):
        for choice in [*spec["choices"], spec["value"]]:
            if isinstance(both.live, SensitivityExplorer) and choice in CHAOTIC:
                continue
            both.select(spec, choice)
            both.agree()


def test_every_check_box(both):
    for spec in both.specs("toggle"):
        both.toggle(spec)
        both.agree()


def test_every_button(both):
    for name in [*both.live.buttons, *reversed(both.live.buttons)]:
        both.press(name)
        both.agree()


def test_typed_values_and_nonsense(both):
    nonsense = itertools.cycle(NONSENSE)
    for spec in both.specs():
        for text in itertools.islice(nonsense, TRIED):
            before = both.picture()
            both.type(spec, text)
            both.agree()
            assert both.page.locator(".problem").is_visible()
            assert both.picture() == before
        both.type(spec, str(spec["value"]))
        both.agree()
        assert both.page.locator(".problem").is_hidden()


def test_a_click_on_every_panel_that_takes_one(both):
    movable = [k for k, panel in enumerate(both.live.panels) if panel["movable"]]
    nodes = both.page.locator(".panel:not(.surface)")
    assert nodes.count() == len(movable)
    for node, panel in enumerate(movable):
        before = both.picture()
        both.click(nodes.nth(node), panel)
        both.agree()
        assert both.picture() != before


def test_a_surface_turns(both):
    for surface in both.page.locator(".panel.surface").all():
        before = both.picture()
        surface.press("ArrowLeft")
        turned = both.picture()
        assert turned != before
        surface.press("ArrowRight")
        assert both.picture() != turned
        both.agree()


def test_play_and_scrub(both):
    bar, step = both.page.locator(".bar"), both.page.locator(".bar output")
    if not bar.is_visible():  # curves without steps
        assert not both.live.styles or not any(style["every"] for style in both.live.styles)
        return
    last = int(step.text_content().split()[-1])
    at_the_end = both.picture()
    bar.get_by_label("To the start (Home)").click()
    assert step.text_content() == f"step 0 of {last}"
    assert both.picture() != at_the_end
    bar.get_by_label("Play (space)").click()
    both.shown.wait_until("parseInt(document.querySelector('.bar output').value.slice(5)) > 2")
    bar.get_by_label("Pause (space)").click()
    both.page.get_by_label("step shown").press("End")
    assert step.text_content() == f"step {last} of {last}"
    assert both.picture() == at_the_end
    both.agree()


@pytest.mark.parametrize("kind", ["explore", "explore, several", "a student's function"])
def test_a_line_is_explained_as_in_python(browser, capsys, kind):
    live = (PIECES | {"a student's function": lambda: explore(bowl, heavy_ball)})[kind]()
    with opened_page(browser, live) as shown:
        unfold(shown.page)
        for run, label in zip(live.recorded["runs"], live.histories, strict=True):
            if len(live.histories) > 1:
                shown.page.get_by_label("states of").select_option(label)
            for step in (1, 2, live.values["n_steps"]):
                shown.page.get_by_label("step shown").fill(str(step))
                for column, (name, _) in enumerate(run["program"]["names"]):
                    explain(live, name, step, label)
                    wanted = capsys.readouterr().out.splitlines()
                    found = [shown.page.evaluate(EXPLAINED, [column, row]) for row in (0, 1)]
                    assert [f"x{k + 1}: {line}" for k, line in enumerate(found)] == wanted
        assert (shown.errors, shown.requests) == ([], [])


def heavy_ball(state, g, lr=0.05, beta=0.7):
    """A student's: several lines of all kinds."""
    x, m, t = state
    m = beta * m
    m += (
        (1 - beta)
        * g
    )  # fmt: skip
    scale = -lr / (1 + 1e-3 * t)
    m_hat = np.clip(m, -1, 1)
    x = x + scale * m_hat
    return x, m, t + 1


def test_a_line_is_explained_under_the_pointer_and_under_the_focus(browser, capsys):
    live = explore(bowl, adam)
    explain(live, "m", 60)
    m1, m2 = (line.split(": ", 1)[1] for line in capsys.readouterr().out.splitlines())
    with opened_page(browser, live) as shown:
        line, cells = shown.page.locator(".explained"), unfold(shown.page).locator("td")
        cells.nth(2).hover()
        assert line.text_content() == m1
        shown.page.mouse.move(0, 0)
        assert line.text_content() == ""
        cells.first.focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
            shown.page.keyboard.press(key)
        assert line.text_content() == m2
        shown.page.keyboard.press("Home")
        assert line.text_content() == "m = 0.000, before the first step"
