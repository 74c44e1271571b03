"""The live pieces of notebooks 05 and 06. What they must say is computed here in Python."""

import harness
import pytest
from test_02 import changes, click, says, unlocked

from course_lib.dial_explorer import beta_of, explore_dial
from course_lib.online import OPTIMIZERS
from course_lib.online_explorer import SCENES, explore_online


@pytest.fixture(scope="module")
def failing(browser, lab):
    with harness.opened(browser, lab, "05_when_adam_fails.ipynb") as opened:
        yield opened
        assert opened.errors == []


def both_ends(piece, expected, ends, labels=None):
    """Move each slider to both ends; ``expected`` is the same piece in Python, moved alike."""
    first = dict(expected.values)
    for name, values in ends.items():
        slider = piece.get_by_label((labels or {}).get(name, name), exact=True)
        for key, value in zip(("Home", "End"), values, strict=True):
            expected.set(**{name: value})
            changes(piece, lambda s=slider, k=key: s.press(k), expected.sentence)
        expected.set(**first)
        piece.get_by_role("button", name="reset").click()
        says(piece, expected.sentence)


def test_online_example(failing):
    piece = unlocked(failing, "05-online", 0)
    expected = explore_online()
    says(piece, expected.sentence)
    assert piece.locator(".bar").is_hidden()  # curves over all times have no step to play
    ends = {
        "high": (1.0, 5000.0),
        "low": (-20.0, 0.0),
        "period": (2, 300),
        "lr": (0.001, 10.0),
        "beta1": (0.0, 0.99),
        "beta2": (0.0, 0.99999),
        "n_steps": (100, 100_000),
    }
    both_ends(piece, expected, ends, {"n_steps": "steps"})
    for schedule in ("lr", "lr / t"):
        expected.set(schedule=schedule)
        menu = piece.get_by_label("schedule")
        changes(piece, lambda s=schedule, m=menu: m.select_option(s), expected.sentence)


def test_online_example_shows_what_is_ticked(failing):
    piece = failing.page.locator(".course-piece").first
    piece.get_by_role("button", name="reset").click()
    expected = explore_online()
    says(piece, expected.sentence)
    for name in OPTIMIZERS:
        box = piece.get_by_role("checkbox", name=name, exact=True)
        expected.set(**{name: not box.is_checked()})
        changes(piece, box.click, expected.sentence)
    for name in SCENES:
        expected.set(**SCENES[name])
        piece.get_by_role("button", name=name).click()
        says(piece, expected.sentence)


def test_a_wrong_period_is_words_and_the_picture_stays(failing):
    piece = failing.page.locator(".course-piece").first
    said = piece.locator(".sentence").inner_text()
    field = piece.get_by_label("period, typed")
    field.fill("1")
    field.press("Enter")
    piece.get_by_text("period counts the times").wait_for(timeout=5000)
    assert piece.locator(".sentence").inner_text() == said
    piece.get_by_role("button", name="reset").click()
    piece.get_by_text("period counts the times").wait_for(state="hidden", timeout=5000)


def test_dial(failing):
    piece = unlocked(failing, "05-dial", 1)
    expected = explore_dial(beta2=0.99)
    says(piece, expected.sentence)
    ends = {
        "beta2": (0.0, beta_of(5)),
        "beta1": (0.0, 0.99),
        "high": (1.0, 5000.0),
        "low": (-20.0, -0.1),
        "period": (2, 300),
    }
    both_ends(piece, expected, ends)
    changes(piece, piece.get_by_role("button", name="turning point").click, TURNED)
    panel = piece.locator(".panel")
    click(panel, 4.1 / 5.2, 0.5)
    wait = "node => node.textContent.startsWith('beta2 = 0.9999')"
    failing.page.wait_for_function(wait, arg=piece.locator(".sentence").element_handle())
    assert "the right way" in piece.locator(".sentence").inner_text()
    panel.press("Shift+ArrowLeft")  # a tenth of the panel, about half a nine
    wait = "node => node.textContent.startsWith('beta2 = 0.9996')"
    failing.page.wait_for_function(wait, arg=piece.locator(".sentence").element_handle())


def turned():
    expected = explore_dial()
    expected.pressed("turning point")
    return expected.sentence


TURNED = turned()


def test_constant_learning_rate(failing):
    piece = unlocked(failing, "05-constant", 2)
    expected = explore_online(schedule="lr", lr=0.01, n_steps=100_000)
    says(piece, expected.sentence)
    expected.set(lr=0.001)
    changes(piece, lambda: piece.get_by_label("lr", exact=True).press("Home"), expected.sentence)
