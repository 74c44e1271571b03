"""Two tabs of a browser on one kernel, teacher and student: both show the same, none takes back."""

import harness
import pytest

from course_lib.explorers import explore
from course_lib.objectives import bowl
from course_lib.optimizers import adam

CELLS = [
    "from course_lib.explorers import explore\n"
    "from course_lib.objectives import bowl, rosenbrock\n"
    "from course_lib.optimizers import adam",
    "A = explore(bowl, adam, lr=0.02)\nA",
]


@pytest.fixture(scope="module")
def tabs(browser, lab):
    """The live piece as two tabs show it, each with a window and a workspace of its own."""
    lab.write("tabs.ipynb", CELLS)
    with harness.opened(browser, lab, "tabs.ipynb") as notebook:
        notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        second = context.new_page()
        second.goto(f"{lab.url}lab/workspaces/two/tree/tabs.ipynb?token={lab.token}")
        second.wait_for_function(harness.READY, timeout=90_000)
        second.evaluate(harness.FULL_WIDTH)
        pieces = [page.locator(".course-piece").first for page in (notebook.page, second)]
        for piece in pieces:
            piece.locator("canvas[role=img]").wait_for()
        yield pieces
        context.close()
        assert notebook.errors == []


@pytest.fixture
def pair(tabs):
    """Both tabs after a reset."""
    tabs[0].get_by_role("button", name="reset").click()
    both_say(tabs, explore(bowl, adam, lr=0.02))
    return tabs


def field(piece, label):
    return piece.get_by_label(f"{label}, typed")


def type_into(piece, label, text):
    field(piece, label).fill(text)
    field(piece, label).press("Enter")


def shown(piece):
    """The words and the fields of a piece."""
    labels = ("lr", "beta1", "beta2", "steps")
    words = piece.locator(".sentence").text_content()
    return [words, *(float(field(piece, label).input_value()) for label in labels)]


def both_say(pieces, expected):
    """Both tabs come to show what Python computes here, in words and in all fields."""
    names = ("lr", "beta1", "beta2", "n_steps")
    wanted = [expected.sentence, *(expected.values[name] for name in names)]
    for piece in pieces:
        for _ in range(100):
            if shown(piece) == wanted:
                break
            piece.page.wait_for_timeout(100)
        assert shown(piece) == wanted


def test_a_move_in_one_tab_is_seen_in_the_other(pair):
    type_into(pair[0], "lr", "0.3")
    both_say(pair, explore(bowl, adam, lr=0.3))


def test_a_move_takes_no_other_back(pair):
    first, second = pair
    type_into(first, "lr", "0.3")
    both_say(pair, explore(bowl, adam, lr=0.3))
    type_into(second, "beta1", "0.5")
    both_say(pair, explore(bowl, adam, lr=0.3, beta1=0.5))
    slider = first.get_by_label("beta2", exact=True)
    slider.focus()
    slider.press("Home")
    both_say(pair, explore(bowl, adam, lr=0.3, beta1=0.5, beta2=0.0))


def test_two_moves_at_once_are_both_kept(pair):
    first, second = pair
    type_into(first, "lr", "0.3")
    type_into(second, "beta1", "0.5")
    both_say(pair, explore(bowl, adam, lr=0.3, beta1=0.5))


def test_a_move_in_one_tab_leaves_what_is_being_typed_in_the_other(pair):
    first, second = pair
    field(second, "beta1").fill("0.7")
    type_into(first, "lr", "0.3")
    words = explore(bowl, adam, lr=0.3).sentence
    second.get_by_text(words).first.wait_for()
    assert field(second, "beta1").input_value() == "0.7"
    field(second, "beta1").press("Enter")
    both_say(pair, explore(bowl, adam, lr=0.3, beta1=0.7))


def test_a_reset_reaches_both(pair):
    type_into(pair[0], "lr", "0.3")
    type_into(pair[1], "steps", "20")
    pair[1].get_by_role("button", name="reset").click()
    both_say(pair, explore(bowl, adam, lr=0.02))


def test_arrow_keys_move_on_from_where_the_start_is_now(pair):
    first, second = pair
    contour = first.locator(".panel:not(.surface)")
    box = contour.bounding_box()
    contour.click(position={"x": 0.75 * box["width"], "y": 0.25 * box["height"]})
    second.get_by_text("from (0.50, 0.50)").first.wait_for()
    contour = second.locator(".panel:not(.surface)")
    contour.focus()
    contour.press("ArrowLeft")
    for piece in pair:
        piece.get_by_text("from (0.46, 0.50)").first.wait_for()


def test_a_turn_goes_on_from_where_the_other_tab_left_it(pair):
    first, second = pair
    angles = "A.panels[1]"
    surface = first.locator(".panel.surface")
    surface.focus()
    for _ in range(6):
        surface.press("ArrowRight")
    first.page.wait_for_timeout(1500)  # both tabs have the fine picture
    before = run(first, f"print({angles}['azim'])")
    surface = second.locator(".panel.surface")
    surface.focus()
    surface.press("ArrowRight")
    second.page.wait_for_timeout(1500)
    after = run(first, f"print({angles}['azim'])")
    assert (before, after) == (-90, -95)


def test_a_menu_that_is_chosen_right_after_a_reset_does_not_take_it_back(pair):
    first = pair[0]
    type_into(first, "lr", "0.3")
    both_say(pair, explore(bowl, adam, lr=0.3))
    first.evaluate(
        """piece => {
            const buttons = [...piece.querySelectorAll("button")];
            const button = buttons.find((node) => node.textContent === "reset");
            const menu = piece.querySelector('select[aria-label="objective"]');
            button.click();
            menu.value = "rosenbrock";
            menu.dispatchEvent(new Event("change"));
        }"""
    )
    shown_now = explore(bowl, adam, lr=0.02)
    shown_now.set(objective="rosenbrock")
    both_say(pair, shown_now)
    first.get_by_label("objective", exact=True).select_option("bowl")
    first.get_by_text("bowl").first.wait_for(state="attached")


def run(piece, code):
    """The number that code prints in the notebook's kernel."""
    return piece.page.evaluate(
        """async (code) => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            let printed = "";
            const future = kernel.requestExecute({ code });
            future.onIOPub = (message) => (printed += message.content.text ?? "");
            await future.done;
            return Number(printed);
        }""",
        code,
    )
