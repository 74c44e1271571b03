"""The live training of notebook 07, against the same training done here."""

import functools
import re

import harness
import pytest

from course_lib.experiments.training import Network, load_digits, split, train
from course_lib.explorers.predictions import questions
from course_lib.explorers.training_figure import describe
from course_lib.optimizers import adam, momentum

PIXELS = "canvas => canvas.toDataURL()"
says = functools.partial(harness.says, seconds=30)  # a training takes its time
CHANGED = "([canvas, old]) => canvas.toDataURL() !== old"
TRAINING, VALIDATION, _ = split(load_digits())
FIRST = {"lr": 0.01, "batch_size": 64, "hidden": 64, "epochs": 20, "seed": 1}


def sentence(settings, step=adam):
    """What the piece must say after this training."""
    values = dict(settings, optimizer=step.__name__)
    hidden = settings["hidden"]
    model = Network((64, hidden, 10) if hidden else (64, 10))
    rest = {name: value for name, value in settings.items() if name != "hidden"}
    return describe(values, model, list(train(step, model, TRAINING, VALIDATION, **rest)))


@pytest.fixture(scope="module")
def notebook(browser, lab):
    with harness.opened(browser, lab, "07_training_a_model.ipynb") as opened:
        yield opened
        assert opened.errors == []


@pytest.fixture(scope="module")
def piece(notebook):
    """The live piece, which opens when the prediction is committed."""
    page, question = notebook.page, questions()["07-batch"]
    assert page.locator(".course-piece .stage").count() == 0
    asked = page.locator(".jp-OutputArea-output", has_text=question["question"]).last
    asked.get_by_role("radio", name=question["answer"], exact=True).check()
    asked.get_by_role("button", name="Commit").click()
    found = page.locator(".course-piece")
    found.scroll_into_view_if_needed()
    found.locator("canvas[data-frames]").wait_for()
    return found


def type_into(piece, label, text):
    field = piece.get_by_label(f"{label}, typed")
    field.fill(text)
    field.press("Enter")


def trained(piece, words):
    """Press Train; the curves must move, and in the end the sentence is this."""
    canvas = piece.locator("canvas[role=img]")
    before = canvas.evaluate(PIXELS)
    piece.get_by_text("press Train").first.wait_for(timeout=10_000)
    piece.get_by_role("button", name="Train").click()
    says(piece, words)
    arg = [canvas.element_handle(), before]
    piece.page.wait_for_function(CHANGED, arg=arg, timeout=10_000)
    assert not piece.locator(".problem").is_visible()


def test_first_training_waits_for_train_and_then_one_without_noise(piece):
    said = piece.locator(".sentence")
    assert "Epoch 0 of 20, 0 steps" in said.inner_text()
    trained(piece, sentence(FIRST))
    piece.get_by_label("batch", exact=True).press("End")
    words = sentence(FIRST | {"batch_size": 1078})
    assert "20 steps" in words
    trained(piece, words)


def test_every_control_at_both_ends(piece):
    settings = FIRST | {"batch_size": 1078, "epochs": 2}
    type_into(piece, "epochs", "2")
    trained(piece, sentence(settings))
    ends = {
        "hidden": ("hidden", {"End": 128, "Home": 0}, 16),
        "batch": ("batch_size", {"Home": 1, "End": 1078}, 200),
        "lr": ("lr", {"Home": 1e-4, "End": 10.0}, 0.01),
        "seed": ("seed", {"End": 20, "Home": 1}, 1),
        "epochs": ("epochs", {"End": 100, "Home": 1}, 2),
    }
    for label, (name, values, after) in ends.items():
        for key, value in values.items():
            piece.get_by_label(label, exact=True).press(key)
            settings[name] = value
            trained(piece, sentence(settings))
        type_into(piece, label, str(after))
        settings[name] = after
    piece.get_by_label("method").select_option("momentum")
    trained(piece, sentence(settings, momentum))


def test_stop_is_heard_and_the_page_stays_alive(piece):
    type_into(piece, "epochs", "200")
    said, bar = piece.locator(".sentence"), piece.locator(".course-progress progress")
    piece.get_by_role("button", name="Train").click()
    said.get_by_text(re.compile("Epoch ([3-9]|[1-9][0-9]) of 200")).wait_for(timeout=30_000)
    epochs = [bar.evaluate("node => node.value")]
    piece.get_by_role("button", name="Stop").click()
    said.get_by_text("Stopped at epoch").wait_for(timeout=10_000)
    stopped = said.inner_text()
    piece.page.wait_for_timeout(500)
    assert said.inner_text() == stopped
    epochs.append(bar.evaluate("node => node.value"))
    first, last = epochs
    reached = int(re.search(r"Stopped at epoch (\d+) of 200", stopped).group(1))
    assert 0 < first <= last == reached


def test_words_for_values_and_for_a_loss_that_is_no_number(piece):
    before = piece.locator(".sentence").inner_text()
    type_into(piece, "batch", "2.5")
    words = "batch_size must be a whole number from 1 to 1078, got 2.5."
    piece.get_by_text(words).wait_for(timeout=5000)
    assert piece.locator(".sentence").inner_text() == before
    type_into(piece, "batch", "64")
    type_into(piece, "lr", "1e200")
    piece.get_by_text("press Train").wait_for(timeout=10_000)
    piece.get_by_role("button", name="Train").click()
    piece.get_by_text("The loss is no number any more").wait_for(timeout=30_000)
    piece.get_by_role("button", name="reset").click()
    says(piece, sentence(FIRST))
