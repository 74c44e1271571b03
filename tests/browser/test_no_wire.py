"""While the hand moves nothing is sent: the browser computes, and Python hears of the rest."""

import itertools
import json
import math

import harness
import numpy as np
import pytest
from wire import CountedBrowser

from course_lib.explorers.landscape import explore
from course_lib.objectives import bowl
from course_lib.optimizers import adam
from course_lib.utils.text import digits

# Functions that the browser cannot compute, or not for long: (what is special, code)
STUDENTS = {
    "decides": "if np.abs(g).max() > 1:\n        g = g / 2",
    "makes_an_int": "lr = lr / (1 + int(np.abs(g).max()))",
    "sorts": "lr = lr / (1 + np.sort(np.abs(g))[-1])",
    "is_random": "g = g + np.random.default_rng().normal(size=2)",
    "counts": "calls.append(t)\n    lr = lr / len(calls)",
    "reads_a_global": "lr = lr * rate",
    "is_plain": "lr = float(lr) / math.sqrt(t + 1)",
}
NEVER_HERE = ("decides", "makes_an_int", "sorts", "is_random", "counts")

CELLS = [
    "import math\n\nimport numpy as np\n\n"
    "from course_lib.explorers import explore, explore_beta2, explore_momentum, explore_online\n"
    "from course_lib.explorers import explore_sensitivity\n"
    "from course_lib.objectives import bowl, rosenbrock\n"
    "from course_lib.optimizers import adam, gradient_descent, momentum",
    "landscape = explore(bowl, adam, lr=0.02, scenes={'too large': {'lr': 5.0}})\nlandscape",
    "curves = explore(rosenbrock, momentum, adam, lr=0.002, curves=('m_hat', 'v_hat'))\ncurves",
    "speeds = explore_momentum()\nspeeds",
    "online = explore_online(n_steps=2000)\nonline",
    "drifts = explore_beta2()\ndrifts",
    "cells = explore_sensitivity(bowl, momentum, n=16, n_steps=50)\ncells",
    "calls, rate = [], 1.0",
]
CELLS += [
    f"def {name}(state, g, lr=0.1):\n    x, t = state\n    {line}\n"
    f"    return x - lr * g, t + 1\n\n\nof_{name} = explore(bowl, {name})\nof_{name}"
    for name, line in STUDENTS.items()
]
PIECES = {  # name in the notebook -> number of the piece, the slider that is moved
    "landscape": (0, "lr"),
    "curves": (1, "lr"),
    "speeds": (2, "beta"),
    "online": (3, "beta2"),
    "drifts": (4, "beta1"),
    "cells": (5, "lr"),
}
N_PIECES = len(PIECES)  # the students' follow
REST = 150  # milliseconds without a move after which Python hears of it
SOON = 10  # by so many a timer may be early

# Notes when the hand moved something, and when a message went to a kernel.
WATCH = """
window.moves = [];
window.sends = [];
const note = ({ type, target, buttons }) => {
    const isPanel = target.closest?.(".panel") && (type !== "pointermove" || buttons & 1);
    if (type === "input" || isPanel) moves.push(performance.now());
};
for (const type of ["input", "pointerdown", "pointermove", "keydown"])
    addEventListener(type, note, true);
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
    if (this.url.includes("/channels")) sends.push(performance.now());
    return send.call(this, data);
};
"""
PRINTED = """async (code) => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    const future = kernel.requestExecute({ code });
    let text = "";
    future.onIOPub = ({ header, content }) => {
        if (header.msg_type === "stream") text += content.text;
        if (header.msg_type === "error") text += content.traceback.join("\\n");
    };
    await future.done;
    return text;
}"""


class WatchedBrowser(CountedBrowser):
    """A counted browser whose pages note moves of the hand, and messages, by one clock."""

    def new_context(self, **options):
        context = super().new_context(**options)
        context.add_init_script(WATCH)
        return context


class Piece:
    """A live piece of a notebook that is open, known to its kernel by a name."""

    def __init__(self, page, name, number):
        self.page, self.name = page, name
        self.node = page.locator(".course-piece").nth(number)

    def slider(self, label):
        return self.node.get_by_label(label, exact=True)

    def text(self, part):
        return self.node.locator(part).text_content()

    @property
    def sentence(self):
        return self.text(".sentence")

    @property
    def frames(self):
        """How often the picture has been drawn."""
        return int(self.node.locator(".stage canvas[role=img]").get_attribute("data-frames") or 0)

    def picture(self):
        return self.node.locator(".stage canvas[role=img]").evaluate("c => c.toDataURL()")

    def python(self, expression):
        """What an expression is worth in the kernel; ``live`` in it is the piece."""
        code = f"import json\nlive = {self.name}\nprint(json.dumps({expression}))"
        return json.loads(self.page.evaluate(PRINTED, code))

    def wait_for(self, expression, wanted):
        """Wait until an expression has a value in the kernel."""
        for _ in range(100):
            found = self.python(expression)
            if found == wanted:
                return
            self.page.wait_for_timeout(100)
        assert found == wanted

    def calm(self):
        """Bring it into sight; wait until all is sent and answered, and forget it.

        What the kernel answers late, the page may answer again.
        """
        self.node.locator(".stage").scroll_into_view_if_needed()
        for _ in range(2):
            self.page.wait_for_function(
                """() => performance.now() - (sends.at(-1) ?? 0) > 500
                    && jupyterapp.shell.currentWidget.sessionContext
                        .session.kernel.status === "idle"
                """,
                timeout=30_000,
            )
            self.python("1")  # answered after all that was asked before
        self.page.evaluate("() => { moves.length = sends.length = 0; }")

    def heard_of_the_rest_alone(self):
        """Messages since `calm`: at least one, none of them while the hand moved.

        By the page's own clock, so that it does not matter how fast the machine is.
        """
        self.page.wait_for_function("() => sends.length > 0")
        moves, sends = self.page.evaluate("[moves, sends]")
        assert moves
        for sent in sends:
            last = max((move for move in moves if move <= sent), default=-math.inf)
            assert sent - last >= REST - SOON, "a message was sent while the hand moved"
        self.wait_for("live.sentence", self.sentence)
        self.page.wait_for_timeout(200)  # its answer
        assert self.python("live.sentence") == self.sentence
        assert self.node.locator(".source").is_hidden()

    def is_of_python(self):
        """Sentence and table are those of the last run in the kernel, and the word says so."""
        self.node.locator(".source").wait_for(state="visible")
        self.wait_for("live.sentence", self.sentence)
        self.page.wait_for_timeout(500)  # the table comes after the picture
        sentence, end = self.python("[live.sentence, [*live.histories.values()][0].x[-1].tolist()]")
        assert self.sentence == sentence
        if self.name in ("of_is_random", "of_counts"):  # the table is another run of them
            return
        rows = harness.unfold(self.node).locator("tbody tr").all()
        shown = [row.locator("td").first.text_content() for row in rows]
        assert shown == [digits(x) for x in end]

    def agrees(self, label):
        """The kernel has the values that the page has, and nothing else is said."""
        typed = float(self.node.get_by_label(f"{label}, typed", exact=True).input_value())
        spec = next(s for s in self.python("live.specs") if s["label"] == label)
        assert self.python("live.values")[spec["name"]] == pytest.approx(typed, rel=1e-5)
        assert self.text(".problem") == ""


@pytest.fixture(scope="module")
def page(browser, lab):
    """A notebook with all pieces, opened and run; no error may show up in its console."""
    lab.write("no_wire.ipynb", CELLS)
    with harness.opened(WatchedBrowser(browser), lab, "no_wire.ipynb") as notebook:
        yield notebook.page
        assert notebook.errors == []


@pytest.fixture(params=PIECES)
def piece_and_slider(page, request):
    number, slider = PIECES[request.param]
    piece = Piece(page, request.param, number)
    piece.calm()
    return piece, slider


def of_student(page, name):
    piece = Piece(page, f"of_{name}", N_PIECES + [*STUDENTS].index(name))
    piece.calm()
    return piece


@pytest.fixture
def landscape(page):
    piece = Piece(page, "landscape", 0)
    piece.node.get_by_role("button", name="reset").click()
    piece.calm()
    return piece


def test_keys_move_the_picture_and_send_nothing(page, piece_and_slider):
    piece, label = piece_and_slider
    slider, drawn, pictures = piece.slider(label), [piece.frames], [piece.picture()]
    slider.focus()
    for k in range(20):
        page.keyboard.press("ArrowRight" if k < 15 else "ArrowLeft")
        drawn.append(piece.frames)
        page.wait_for_timeout(20)
    assert all(after > before for before, after in itertools.pairwise(drawn))
    assert piece.picture() != pictures[0]
    piece.heard_of_the_rest_alone()
    piece.agrees(label)


def test_nothing_is_painted_that_the_picture_of_matplotlib_shows(page, landscape):
    slider = landscape.slider("lr")
    slider.focus()
    ink = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean)"
    painting = landscape.node.locator(".stage canvas.painting")
    before = landscape.picture()
    page.keyboard.press("ArrowRight")
    assert landscape.picture() != before
    assert not painting.evaluate(ink)
    landscape.slider("steps").press("ArrowRight")
    assert painting.evaluate(ink)  # the axis of time is another
    landscape.heard_of_the_rest_alone()


def test_a_drag_of_the_slider_moves_the_picture_and_sends_nothing(page, piece_and_slider):
    piece, label = piece_and_slider
    slider, before, drawn = piece.slider(label), piece.picture(), piece.frames
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    for k in range(40):  # to and fro; no two neighbours have the same value, that would be a rest
        share = 0.3 + 0.03 * abs(k % 20 - 10)
        page.mouse.move(box["x"] + share * box["width"], y)
        page.wait_for_timeout(25)
    page.mouse.up()
    moves = page.evaluate("moves.length")
    assert moves > 10
    assert piece.frames >= drawn + moves
    assert piece.picture() != before
    piece.heard_of_the_rest_alone()
    piece.agrees(label)


def test_turning_a_surface_sends_its_view_at_the_rest(page, landscape):
    surface, pictures = landscape.node.locator(".panel.surface"), [landscape.picture()]
    azim = "[live.figure.axes[1].elev, live.figure.axes[1].azim]"
    before = landscape.python(azim)
    landscape.calm()
    box = surface.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for k in range(20):
        page.mouse.move(box["x"] + 62 + 2 * k, box["y"] + 60)
        pictures.append(landscape.picture())
    page.mouse.up()
    surface.focus()
    page.keyboard.press("ArrowUp")
    assert all(one != other for one, other in itertools.pairwise(pictures))
    landscape.heard_of_the_rest_alone()
    wanted = [before[0] + 5, before[1] - 180 * 40 / box["width"]]
    assert landscape.python(azim) == pytest.approx(wanted, abs=0.1)


def test_a_drag_over_the_contour_moves_the_start(page, landscape):
    box = landscape.node.locator(".panel:not(.surface)").bounding_box()
    before, drawn = landscape.picture(), landscape.frames
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"], steps=10)
    page.mouse.up()
    assert "(0.50, 0.50)" in landscape.sentence
    assert landscape.picture() != before and landscape.frames > drawn + 10
    landscape.heard_of_the_rest_alone()
    assert landscape.python("live.x0.tolist()") == pytest.approx([0.5, 0.5], abs=0.02)


def test_scenes_and_reset_are_shown_at_once_and_heard(page, landscape):
    for button, lr in (("too large", 5.0), ("reset", 0.02)):
        landscape.node.get_by_role("button", name=button).click()
        landscape.wait_for("live.values['lr']", lr)
        wanted = explore(bowl, adam, lr=lr).sentence
        assert landscape.python("live.sentence") == landscape.sentence == wanted
        assert landscape.node.get_by_label("lr, typed").input_value() == str(lr).removesuffix(".0")


def test_a_typed_value_out_of_range_is_answered_in_words(page, landscape):
    before = landscape.sentence, landscape.picture()
    field = landscape.node.get_by_label("lr, typed")
    field.fill("-1")
    field.press("Enter")
    words = landscape.text(".problem")
    assert "lr must be" in words and "For example" in words
    landscape.wait_for("live.problem.get('text')", words)
    page.wait_for_timeout(300)
    assert (landscape.sentence, landscape.picture()) == before
    assert landscape.text(".problem") == words
    field.fill("0.05")
    field.press("Enter")
    assert landscape.text(".problem") == ""
    assert landscape.sentence == explore(bowl, adam, lr=0.05).sentence
    landscape.wait_for("live.values['lr']", 0.05)


@pytest.mark.parametrize("name", NEVER_HERE)
def test_what_the_browser_cannot_compute_is_computed_by_python(page, name):
    piece = of_student(page, name)
    assert piece.text(".source") == "computed by Python"
    piece.is_of_python()
    before = piece.sentence
    piece.slider("lr").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    typed = float(piece.node.get_by_label("lr, typed").input_value())
    piece.wait_for("round(live.values['lr'], 6)", typed)
    page.wait_for_timeout(300)
    piece.is_of_python()
    assert piece.sentence != before


def test_a_function_without_decisions_is_computed_by_the_browser(page):
    piece = of_student(page, "is_plain")
    assert piece.node.locator(".source").is_hidden()
    piece.slider("lr").press("ArrowRight")
    typed = float(piece.node.get_by_label("lr, typed").input_value())
    assert piece.sentence == explore(bowl, is_plain, lr=typed).sentence
    piece.heard_of_the_rest_alone()
    piece.agrees("lr")


def is_plain(state, g, lr=0.1):
    """As the notebook has it."""
    x, t = state
    return x - lr / np.sqrt(t + 1) * g, t + 1


def test_a_global_that_has_changed_is_noticed(page):
    piece = of_student(page, "reads_a_global")
    assert piece.node.locator(".source").is_hidden()
    piece.python("globals().update(rate=0.3)")
    for _ in range(4):
        piece.slider("lr").press("ArrowRight")
        piece.is_of_python()


def test_a_cell_that_runs_again_is_recorded_anew(page):
    index = len(CELLS) - len(STUDENTS) + [*STUDENTS].index("is_plain")
    changed = CELLS[index].replace("math.sqrt(t + 1)", "(2 + t)")
    page.evaluate(
        """([index, source]) => {
            const { content } = jupyterapp.shell.currentWidget;
            content.widgets[index].model.sharedModel.setSource(source);
            content.activeCellIndex = index;
            return jupyterapp.commands.execute("notebook:run-cell");
        }""",
        [index, changed],
    )
    piece = Piece(page, "of_is_plain", N_PIECES + [*STUDENTS].index("is_plain"))

    def is_changed(state, g, lr=0.1):
        x, t = state
        return x - lr / (2 + t) * g, t + 1

    is_changed.__name__ = "is_plain"
    piece.wait_for("live.sentence", explore(bowl, is_changed).sentence)
    piece.calm()
    piece.slider("lr").press("End")
    assert piece.sentence == explore(bowl, is_changed, lr=10.0).sentence
    piece.heard_of_the_rest_alone()
    piece.agrees("lr")


def test_the_picture_goes_on_when_the_kernel_is_gone(browser, lab, page):
    decides = CELLS[len(CELLS) - len(STUDENTS)]
    lab.write("no_kernel.ipynb", [*CELLS[:2], decides])
    with harness.opened(WatchedBrowser(browser), lab, "no_kernel.ipynb") as notebook:
        page = notebook.page
        here, of_python = Piece(page, "landscape", 0), Piece(page, "of_decides", 1)
        page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
        here.node.locator(".lost").wait_for(state="visible", timeout=30_000)
        for key, lr in (("Home", 1e-4), ("End", 10.0)):
            before, drawn = here.picture(), here.frames
            here.slider("lr").press(key)
            assert here.sentence == explore(bowl, adam, lr=lr).sentence
            assert here.picture() != before and here.frames > drawn
        here.node.get_by_role("button", name="reset").click()
        assert here.sentence == explore(bowl, adam, lr=0.02).sentence
        assert "goes on without it" in here.text(".lost")
        before = of_python.picture()
        of_python.slider("lr").press("End")
        assert of_python.picture() == before
        assert "Run the cell again" in of_python.text(".lost")
        assert notebook.errors == []
