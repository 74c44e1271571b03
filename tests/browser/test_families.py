"""The sliders of a family of landscapes: a drag changes path and picture, and Python agrees."""

import harness
import pytest

from course_lib.explorers import explore
from course_lib.objectives import rotated_ravine
from course_lib.optimizers import adam

CELLS = [
    "from course_lib.explorers import explore\n"
    "from course_lib.objectives import ravine, rotated_ravine, Objective\n"
    "from course_lib.optimizers import adam, gradient_descent",
    "explore(rotated_ravine, adam, kappa=10, angle=45, lr=0.02)",
    "def valley(kappa=20):\n"
    "    f = lambda x1, x2: x1**2 + kappa * (x2 - x1**2 / 4) ** 2\n"
    "    return Objective.from_function(f, [[-2, 2], [-2, 2]], minimizers=[[0], [0]])\n"
    "explore(valley, gradient_descent, lr=0.01)",
]
PAINTED = "all => all.map((canvas) => canvas.toDataURL())"  # ground, paths


@pytest.fixture(scope="module")
def notebook(browser, lab):
    lab.write("families.ipynb", CELLS)
    with harness.opened(browser, lab, "families.ipynb") as opened:
        yield opened
        assert opened.errors == []


@pytest.fixture(params=[1, 2], ids=["rotated_ravine", "a student's"])
def piece(notebook, request):
    return harness.shown(notebook.cell(request.param).locator(".course-piece"))


def drag(piece, name, to):
    """Drag the slider from where it is to a share of its width; what is painted on the way."""
    slider, page = piece.get_by_label(name, exact=True), piece.page
    box = slider.bounding_box()
    share = float(slider.evaluate("slider => slider.value / slider.max"))
    y, x = box["y"] + box["height"] / 2, box["x"] + 8
    page.mouse.move(x + share * (box["width"] - 16), y)
    page.mouse.down()
    painted = []
    for k in range(1, 6):
        at = share + (to - share) * k / 5
        page.mouse.move(x + at * (box["width"] - 16), y)
        page.wait_for_timeout(50)
        painted.append(piece.locator(".stage canvas").evaluate_all(PAINTED))
    assert not piece.locator(".source").is_visible()
    page.mouse.up()
    return painted


def test_a_drag_changes_paths_and_grounds_and_python_agrees(piece):
    names = [name for name in ("kappa", "angle") if piece.get_by_label(name, exact=True).count()]
    for name in names:
        for to in (1.0, 0.0):
            grounds, paths = zip(*drag(piece, name, to), strict=True)
            assert len(set(grounds)) > 3 and len(set(paths)) > 3, (name, to)
            piece.page.wait_for_timeout(1500)  # the hand rests: Python computes the same frame
            assert not piece.locator(".source").is_visible(), (name, to)
            assert not piece.locator(".problem").is_visible()
    piece.get_by_role("button", name="reset", exact=True).click()


def test_the_ends_are_those_of_the_table(notebook):
    piece = notebook.cell(1).locator(".course-piece")
    expected = explore(rotated_ravine, adam, kappa=10, angle=45, lr=0.02)
    for name, ends in {"kappa": (1, 100), "angle": (0, 90)}.items():
        slider = piece.get_by_label(name, exact=True)
        for key, value in zip(("Home", "End"), ends, strict=True):
            slider.press(key)
            expected.set(**{name: value})
            harness.says(piece, expected.sentence, seconds=20)
    piece.get_by_label("angle", exact=True).press("ArrowLeft")
    assert piece.get_by_label("angle, typed").input_value() == "85"  # five degrees each


def test_the_sliders_rest_while_another_landscape_is_shown(notebook):
    piece = notebook.cell(1).locator(".course-piece")
    kappa, menu = piece.get_by_label("kappa", exact=True), piece.get_by_label("objective")
    menu.select_option("bowl")
    assert kappa.is_disabled() and piece.get_by_label("angle, typed").is_disabled()
    assert piece.get_by_label("lr", exact=True).is_enabled()
    menu.select_option("rotated_ravine")
    assert kappa.is_enabled()


def test_nonsense_is_said_and_the_figure_goes_on(notebook):
    piece = notebook.cell(1).locator(".course-piece")
    field = piece.get_by_label("kappa, typed")
    for text in ("-1", "x", "nan", "1e308"):
        field.fill(text)
        field.press("Enter")
        piece.locator(".problem").wait_for(state="visible")
    field.fill("30")
    field.press("Enter")
    piece.locator(".problem").wait_for(state="hidden")
    assert not piece.locator(".source").is_visible()
