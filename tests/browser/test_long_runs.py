"""Runs of as many steps as are allowed: the page draws them, and goes on answering."""

import functools

import harness
import pytest

from course_lib.explorers import explore
from course_lib.objectives import bowl, rosenbrock
from course_lib.optimizers import adam, amsgrad

MOST = 100_000  # steps
says = functools.partial(harness.says, seconds=30)
CELLS = [
    "from course_lib.explorers import explore\n"
    "from course_lib.objectives import bowl, rosenbrock\n"
    "from course_lib.optimizers import adam, amsgrad",
    "explore(bowl, adam, lr=0.02)",
    "explore(rosenbrock, adam, amsgrad, lr=0.05, beta2=0.5,\n"
    "        curves=('m', 'effective learning rate'))",
]
# Milliseconds for forty million roots, some 130 on a laptop: how fast the machine is just now
YARDSTICK = """() => {
    const numbers = new Float64Array(100_000), start = performance.now();
    for (let turn = 0; turn < 400; turn++)
        for (let i = 0; i < numbers.length; i++) numbers[i] = Math.sqrt(numbers[i] + i);
    return performance.now() - start;
}"""
# The longest time in which the page drew nothing, in milliseconds
WATCH = """() => {
    window.longest = 0;
    let last = performance.now();
    const look = (now) => {
        window.longest = Math.max(window.longest, now - last);
        last = now;
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


@pytest.fixture(scope="module")
def page(browser, lab):
    lab.write("long.ipynb", CELLS)
    with harness.opened(browser, lab, "long.ipynb") as notebook:
        notebook.page.evaluate(WATCH)
        yield notebook.page
        assert notebook.errors == []


def longest_block(page):
    """Milliseconds without a picture since this was asked last."""
    page.wait_for_timeout(500)
    return page.evaluate("() => { const was = longest; window.longest = 0; return was; }")


def has_answered(page):
    """Whether no block was longer than a second, or, on a slow machine, than 16 yardsticks."""
    block = longest_block(page)
    allowed = max(1000, 16 * page.evaluate(YARDSTICK))
    longest_block(page)  # the yardstick was one, too
    return block < allowed


def type_into(piece, label, text):
    field = piece.get_by_label(f"{label}, typed")
    field.fill(text)
    field.press("Enter")


@pytest.mark.parametrize(
    ("number", "made"),
    [
        (0, lambda **values: explore(bowl, adam, **{"lr": 0.02, **values})),
        (1, lambda **values: explore(rosenbrock, adam, amsgrad, **{"lr": 0.05, **values})),
    ],
)
def test_the_page_answers_during_a_run_of_100_000_steps(page, number, made):
    piece = page.locator(".course-piece").nth(number)
    piece.scroll_into_view_if_needed()
    fixed = {"beta2": 0.5} if number else {}
    longest_block(page)
    type_into(piece, "steps", f"{MOST}")
    says(piece, made(n_steps=MOST, **fixed).sentence)
    piece.get_by_text(f"step {MOST} of {MOST}").wait_for()
    assert has_answered(page)
    # the cursor goes through the run
    scrub = piece.get_by_label("step shown")
    scrub.focus()
    for key in ("Home", "PageUp", "PageUp", "End"):
        scrub.press(key)
    piece.get_by_text(f"step {MOST} of {MOST}").wait_for()
    piece.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1500)
    piece.get_by_role("button", name="Pause").click()
    assert has_answered(page)
    # a slider answers; then the run is a short one again
    slider = piece.get_by_label("beta1", exact=True)
    slider.focus()
    slider.press("Home")
    says(piece, made(n_steps=MOST, beta1=0.0, **fixed).sentence)
    assert has_answered(page)
    type_into(piece, "steps", "60")
    says(piece, made(n_steps=60, beta1=0.0, **fixed).sentence)
