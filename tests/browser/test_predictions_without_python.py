"""Predictions on a page by itself: they say what Python says, and open figures without it."""

import pytest
from pages import opened_page

from course_lib.explorers import explore, explore_beta2, predict
from course_lib.explorers.predictions import questions
from course_lib.objectives import bowl
from course_lib.optimizers import gradient_descent

CLOSED = "Closed: commit to your answer above, then the figure opens here."
NUMBER, CHOICES = "01-ravine-limit", "01-too-large"


def figure():
    return explore(bowl, gradient_descent, lr=0.1, n_steps=30)


@pytest.fixture
def page_with(browser):
    """A function: a question and what it unlocks on one page, the figure on top of nothing."""
    pages = []

    def opened(slug, *figures):
        prediction = predict(slug)
        page = opened_page(browser, prediction, *map(prediction.unlock, figures), height=1400)
        pages.append(page)
        shown = page.__enter__()
        pages[-1] = (page, shown)
        return shown

    yield opened
    for page, shown in pages:
        complaints = (shown.errors, shown.requests)
        page.__exit__(None, None, None)
        assert complaints == ([], [])


def press(shown, *keys):
    for key in keys:
        shown.page.keyboard.press(key)


def focused(shown):
    """The name of the element that has the focus."""
    name = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    return shown.page.evaluate(name)


def outcome(shown, number=0):
    return shown.page.get_by_role("status").nth(number).text_content()


def commit(shown, number=0):
    shown.page.get_by_role("button", name="Commit").nth(number).click()


def said_by_python(slug, choice):
    prediction = predict(slug)
    prediction.commit(choice)
    return repr(prediction).splitlines()[-1]


@pytest.mark.parametrize("is_right", [True, False])
def test_each_question_says_what_python_says(browser, is_right):
    with opened_page(browser, *map(predict, questions())) as shown:
        asked = shown.page.locator(".course-prediction")
        for number, (slug, entry) in enumerate(questions().items()):
            part = asked.nth(number)
            assert entry["because"] not in part.inner_text()
            if "choices" in entry:
                choice = entry["answer"] if is_right else entry["choices"][0]
                if not is_right and choice == entry["answer"]:
                    choice = entry["choices"][-1]
                part.get_by_role("radio", name=choice, exact=True).check()
            else:
                tolerance = entry["tolerance"]
                choice = entry["answer"] + tolerance * (0.9 if is_right else 1.1)
                part.get_by_label("your answer, typed").fill(repr(choice))
                part.get_by_label("your answer, typed").press("Enter")
            part.get_by_role("button", name="Commit").click()
            said = part.get_by_role("status").text_content()
            assert said == said_by_python(slug, choice)
            assert said.startswith("✓ You said" if is_right else "You said")
        assert (shown.errors, shown.requests) == ([], [])


def test_the_keyboard_answers_and_lands_in_the_figure(page_with):
    shown = page_with(CHOICES, figure())
    page = shown.page
    assert page.get_by_text(CLOSED).is_visible()
    assert page.locator("canvas, .course-controls input[type=range]").count() == 0
    choices = questions()[CHOICES]["choices"]
    assert page.get_by_role("group", name=questions()[CHOICES]["question"]).count() == 1
    press(shown, "Tab", "Space", "ArrowDown", "Tab")
    assert page.get_by_role("radio", name=choices[1], exact=True).is_checked()
    assert focused(shown) == "Commit"
    press(shown, "Enter")
    assert outcome(shown) == said_by_python(CHOICES, choices[1])
    assert focused(shown) == "lr"
    assert page.get_by_text(CLOSED).count() == 0
    assert page.get_by_role("radio").first.is_disabled()
    shown.wait_until("document.querySelector('.stage canvas[role=img]').width > 1000")
    before = page.locator(".sentence").text_content()
    assert before == figure().sentence
    press(shown, "End")
    assert page.locator(".sentence").text_content() != before


def test_the_focus_without_a_figure_goes_to_the_outcome(page_with):
    shown = page_with(CHOICES)
    press(shown, "Tab", "Space", "Tab", "Enter")
    assert focused(shown) == outcome(shown) != ""


def test_no_answer_is_not_committed(page_with):
    shown = page_with(CHOICES, figure())
    commit(shown)
    assert shown.page.get_by_role("alert").first.text_content() == "Choose an answer first."
    assert outcome(shown) == "" and shown.page.get_by_text(CLOSED).is_visible()
    shown.page.get_by_role("radio").first.check()
    assert shown.page.get_by_role("alert").count() == 0


def test_a_slider_is_moved_or_typed(page_with):
    shown = page_with(NUMBER, figure())
    problem = shown.page.locator(".problem").first
    commit(shown)
    assert problem.text_content() == "Move the slider first."
    field = shown.page.get_by_label("your answer, typed")
    for text in ("much", "nan", "1e999", ""):
        field.fill(text)
        field.press("Enter")
        commit(shown)
        assert problem.text_content().startswith("choice must be a finite number, got ")
    assert shown.page.get_by_text(CLOSED).is_visible()
    shown.page.get_by_label("your answer", exact=True).press("ArrowRight")
    assert not problem.is_visible()
    chosen = float(field.input_value())
    assert 0 < chosen < 2
    commit(shown)
    assert outcome(shown) == said_by_python(NUMBER, chosen)
    assert focused(shown) == "lr"


def test_all_figures_of_a_question_open_and_no_others(page_with):
    other = predict(NUMBER).unlock(figure())
    shown = page_with(CHOICES, figure(), explore_beta2())
    with opened_page(shown.page.context.browser, predict(CHOICES), other) as apart:
        apart.page.get_by_role("radio").first.check()
        commit(apart)
        assert apart.page.get_by_text(CLOSED).count() == 1
    shown.page.get_by_role("radio").first.check()
    commit(shown)
    assert shown.page.get_by_text(CLOSED).count() == 0
    assert shown.page.locator(".stage").count() == 2


def test_an_instructor_opens_all_figures_of_a_page(page_with):
    """Also those of other questions; the questions can still be answered."""
    other = predict(NUMBER).unlock(figure())
    shown = page_with(CHOICES, explore_beta2(), other)
    buttons = shown.page.get_by_role("button", name="Open all figures without an answer")
    assert buttons.count() == 2
    buttons.nth(1).click()
    assert shown.page.locator(".stage").count() == 2 and buttons.count() == 0
    assert focused(shown) == "lr"  # of the figure in which the button was
    assert outcome(shown) == ""
    shown.page.get_by_role("radio").first.check()
    commit(shown)
    assert outcome(shown) == said_by_python(CHOICES, questions()[CHOICES]["choices"][0])


def test_a_figure_that_is_shown_later_is_open(page_with):
    shown = page_with(CHOICES, figure())
    shown.page.get_by_role("radio").first.check()
    commit(shown)
    again = """async () => {
        const model = window.models[1];
        const module = new Blob([model.get("_esm")], { type: "text/javascript" });
        const { default: widget } = await import(URL.createObjectURL(module));
        const el = document.body.appendChild(document.createElement("div"));
        widget.render({ model, el });
    }"""
    shown.page.evaluate(again)
    assert shown.page.locator(".stage").count() == 2
