"""The live pieces of notebooks 05 and 06. What they must say is computed here in Python."""

import re

import harness
import pytest
from harness import says
from test_00_01 import HIGH, LOW, Piece, commit
from test_02 import changes, click, unlocked

from course_lib.experiments.online import OPTIMIZERS
from course_lib.explorers.beta2 import beta_of, explore_beta2
from course_lib.explorers.landscape import explore
from course_lib.explorers.online import SCENES, explore_online
from course_lib.explorers.sensitivity import explore_sensitivity
from course_lib.objectives import beale, ravine, rosenbrock
from course_lib.optimizers import adagrad, adam, amsgrad, gradient_descent, rmsprop


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


def test_adam_turns_round_in_the_first_example(failing):
    piece = failing.page.locator(".course-piece").first
    piece.scroll_into_view_if_needed()
    example = {"high": 3, "low": -1, "period": 3, "beta1": 0, "n_steps": 1000}
    says(piece, explore_online(**example, beta2=0.1).sentence)
    field = piece.get_by_label("beta2, typed")
    for beta2 in (0.45, 0.46):
        wanted = explore_online(**example, beta2=beta2).sentence
        field.fill(str(beta2))
        changes(piece, lambda: field.press("Enter"), wanted)


def test_online_example(failing):
    piece = unlocked(failing, "05-online", "unlock(explore_online())")
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
    piece = failing.page.locator(".course-piece", has=failing.page.locator(".stage")).nth(1)
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
    piece.get_by_text("period must be a whole number").wait_for(timeout=5000)
    assert piece.locator(".sentence").inner_text() == said
    piece.get_by_role("button", name="reset").click()
    piece.get_by_text("period must be a whole number").wait_for(state="hidden", timeout=5000)


def test_dial(failing):
    piece = unlocked(failing, "05-dial", "unlock(explore_beta2(")
    expected = explore_beta2(beta2=0.99)
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
    expected = explore_beta2()
    expected.on_button("turning point")
    return expected.sentence


TURNED = turned()


def test_constant_learning_rate(failing):
    piece = unlocked(failing, "05-constant", "unlock(explore_online(schedule=")
    expected = explore_online(schedule="lr", lr=0.01, n_steps=100_000)
    says(piece, expected.sentence)
    expected.set(lr=0.001)
    changes(piece, lambda: piece.get_by_label("lr", exact=True).press("Home"), expected.sentence)


@pytest.fixture(scope="module")
def race(browser, lab):
    with harness.opened(browser, lab, "06_a_fair_race.ipynb") as opened:
        yield opened
        assert opened.errors == []


def test_unfair_race(race):
    commit(race, "06-one-lr")
    steps = gradient_descent, rmsprop, adagrad, adam
    piece = Piece(race, "explore(valley, gradient_descent")
    piece.says(explore(ravine(10), *steps, lr=0.1, n_steps=300).sentence)
    wanted = explore(ravine(10), *steps, lr=1.0, n_steps=300).sentence
    piece.changes(lambda: piece.type("lr", "1"), wanted)
    assert "adagrad, 300 steps" in min(wanted.splitlines(), key=steps_said)


def steps_said(line):
    found = re.search(r"converged in (\d+) steps", line)
    return int(found[1]) if found else 1000


def test_map_follows_the_pointer_the_keys_and_a_click(race):
    commit(race, "06-map")
    piece = Piece(race, "race_map = explore_sensitivity")
    expected = explore_sensitivity(beale, adam, y="beta2", n_steps=500)
    piece.says(expected.sentence)
    panel = piece.node.locator(".panel").first

    def at(i, j):
        box = panel.bounding_box()
        x, y = (i + 0.5) / 64, 1 - (j + 0.5) / 64
        race.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])

    for cell in ((40, 60), (20, 20), (60, 2), (0, 63)):
        expected.choose(0, *cell)
        assert expected.cell == cell
        piece.changes(lambda c=cell: at(*c), expected.sentence)

    expected.choose(0, 1.0, 63.0)
    piece.changes(lambda: panel.press("ArrowRight"), expected.sentence)
    at(40, 40)
    race.page.mouse.down()
    race.page.mouse.up()
    expected.choose(0, 40.0, 40.0)
    piece.says(expected.sentence)
    at(10, 10)  # the click holds the cell
    race.page.wait_for_timeout(300)
    assert piece.sentence.inner_text() == expected.sentence


def test_map_is_made_anew_by_menus_and_sliders(race):
    piece = Piece(race, "race_map = explore_sensitivity")
    expected = explore_sensitivity(beale, adam, y="beta2", n_steps=500)
    piece.press("reset")
    piece.says(expected.sentence)

    def choose(label, value):
        piece.node.get_by_label(label, exact=True).select_option(value)

    for label, name, value in (
        ("objective", "objective", "ravine, kappa = 10"),
        ("method", "optimizer", "momentum"),
        ("method", "optimizer", "gradient_descent"),
        ("method", "optimizer", "amsgrad"),
    ):
        expected.set(**{name: value})
        piece.changes(lambda lab=label, v=value: choose(lab, v), expected.sentence)
    for name, key, value in (
        ("n_steps", LOW, 1),
        ("n_steps", HIGH, 500),
        ("n_starts", HIGH, 4),
        ("n_starts", LOW, 1),
        ("noise", HIGH, 5.0),
        ("noise", LOW, 0.0),
        ("beta2", LOW, 0.0),
        ("beta2", HIGH, 0.9999),
    ):
        before = expected.sentence
        expected.set(**{name: value})
        assert expected.sentence != before
        piece.slide({"n_steps": "steps", "n_starts": "starts"}.get(name, name), key)
        piece.says(expected.sentence)
    piece.press("best cell")
    expected.on_button("best cell")
    piece.says(expected.sentence)
    said = expected.sentence
    choose("y", "lr")
    piece.node.get_by_text("the two axes of a map must be different").wait_for(timeout=5000)
    assert piece.sentence.inner_text() == said


def test_map_follows_what_is_not_on_its_axes(race):
    piece = Piece(race, "race_map = explore_sensitivity")
    expected = explore_sensitivity(beale, adam, y="beta2", n_steps=500)

    def choose(name, value):
        expected.set(**{name: value})
        label = {"optimizer": "method"}.get(name, name)
        piece.node.get_by_label(label, exact=True).select_option(value)

    piece.press("reset")
    piece.says(expected.sentence)
    choose("objective", "bowl")
    for name, key, value in (
        ("beta1", LOW, 0.0),
        ("beta1", HIGH, 0.9999),
        ("eps", LOW, 1e-12),
        ("eps", HIGH, 1.0),
        ("lr", LOW, 1e-4),
        ("lr", HIGH, 10.0),
        ("noise", HIGH, 5.0),
        ("seed", HIGH, 20),
        ("seed", LOW, 1),
    ):
        expected.set(**{name: value})
        piece.slide(name, key)
        piece.says(expected.sentence)
    choose("x", "beta1")
    piece.says(expected.sentence)
    stage = piece.node.locator(".stage")
    before = stage.locator("img").first.get_attribute("src")
    choose("colour", "final f")  # says the same, shows another picture
    changed = "([stage, old]) => stage.querySelector('img').getAttribute('src') !== old"
    race.page.wait_for_function(changed, arg=[stage.element_handle(), before])


def test_the_lucky_run_depends_on_its_start(race):
    commit(race, "06-moved")
    piece = Piece(race, "explore(rosenbrock, amsgrad")
    lucky = explore(rosenbrock, amsgrad, lr=0.0552, beta1=0, n_steps=300).sentence
    piece.says(lucky)
    assert "converged in 9 steps" in lucky
    for _ in range(2):
        piece.node.locator(".panel").first.press("ArrowLeft")
    piece.start(lambda start: start[0] < -1.22)
    assert "converged" not in piece.sentence.inner_text()


def test_an_optimizer_that_is_not_written_yet_is_words(race):
    piece = Piece(race, "explore(winding, my_sign_momentum")
    piece.node.get_by_text("my_sign_momentum still has its three dots").wait_for(timeout=5000)
