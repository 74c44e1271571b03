"""What a check shows, and the summary."""

import gc
import html.parser
import re
import weakref

import ipywidgets
import numpy as np
import pytest
from student_code import student

from course_lib.checks import feedback
from course_lib.checks.exercises import check_exercise
from course_lib.checks.steps import check
from course_lib.explorers import explore, open_all
from course_lib.explorers.predictions import Prediction, predict, questions
from course_lib.live.lifetime import close
from course_lib.objectives import bowl, ravine
from course_lib.optimizers import AMSGradState, adam, amsgrad, gradient_descent


@pytest.fixture(autouse=True)
def forget():
    feedback._record.clear()


@pytest.fixture
def shown(monkeypatch):
    """What would be displayed: the arguments of each `feedback.show`."""
    seen = []
    monkeypatch.setattr(feedback, "show", lambda *parts: seen.append(parts))
    return seen


class Outline(html.parser.HTMLParser):
    """The summaries of the nested details."""

    def __init__(self, text):
        super().__init__()
        self.hints, self.open = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "summary":
            self.hints.append((self.open.count("details"), data))


def remembers(state, g, lr=0.1, steps=[]):  # noqa: B006
    steps.append(g)
    return state._replace(x=state.x - lr * sum(steps), t=state.t + 1)


def test_hints_open_one_after_the_other(shown):
    check(student("adam", "vector", "eps-inside-root"), "adam")
    outline = Outline(shown[0][0].html())
    assert outline.hints == [
        (1, "Hint: where to look"),
        (2, "What it does to the path"),
        (3, "The formula"),
    ]


def test_nothing_is_said_by_colour_alone(shown):
    for step in (adam, student("adam", "vector", "uphill"), ...):
        check(step, "adam")
    for (said,) in shown:
        words = re.sub("<[^>]*>", "", said.html())
        assert words[0] in "✓✗○" and said.plain()[0] in "✓✗○"


def test_no_hint_gives_the_code_away(shown):
    source = "x = x - lr * m_hat / (np.sqrt(v_hat) + eps)"
    for slug in ("eps-inside-root", "eps-outside-bracket", "uphill", "no-square-root"):
        check(student("adam", "vector", slug), "adam")
        assert source not in shown[-1][0].html() and "np." not in shown[-1][0].html()


def test_plain_text_is_the_answer_without_the_hints(capsys):
    check(student("adam", "vector", "first-moment-unscaled"), "adam")
    out = capsys.readouterr().out.splitlines()
    assert out == [
        "✗ Not yet: In m the new gradient enters with full weight, so m is a sum and not a mean.",
        "Where: step 1, m: expected [0.33, 3.88e-07], got [0.825, 9.7e-07].",
    ]


def test_html_is_the_same_every_time(shown):
    step = student("momentum", "loop", "velocity-sign")
    check(step, "momentum")
    check(step, "momentum")
    assert shown[0][0].html() == shown[1][0].html()


def test_student_text_is_escaped(shown):
    def step(state, g, lr=0.1):
        raise ValueError("<script>alert(1)</script> & more")

    check(step, "gradient_descent")
    assert "<script>" not in shown[0][0].html() and "&lt;script&gt;" in shown[0][0].html()


@pytest.mark.parametrize(
    "says", ["uphill", "no known mistake", "not finite"], ids=lambda says: says.replace(" ", "-")
)
def test_a_hint_says_how_to_see_both_paths(says, shown):
    factor = {"uphill": -1, "no known mistake": 0.37, "not finite": np.nan}[says]

    def my_step(state, g, lr=0.1):
        x, t = state
        return x - factor * lr * g, t + 1

    check(my_step, "gradient_descent")
    hint = shown[0][0].hints[1]
    assert hint.endswith("run `explore(ravine(10), gradient_descent, my_step)`.")
    explore(ravine(10), gradient_descent, my_step)


def test_what_is_printed_can_be_folded_away(shown):
    with feedback.folded("The numbers"):
        print("beta < 0.28")
    ((plain, rich),) = shown
    assert "<details" in rich and "beta &lt; 0.28" in rich
    assert "0.28" not in plain


def test_numbers_show_a_difference_however_small():
    assert feedback.expected_and_got([1.0, 2.0], [1.0, 2.5]) == "expected [1, 2], got [1, 2.5]"
    small = feedback.expected_and_got([0.5, 1.0], [0.5, 1.00000001])
    assert small == "expected [0.5, 1], got [0.5, 1.00000001]"


def test_summary_counts_attempts(capsys):
    check(..., "adam", exercise="03-adam")
    check(student("momentum", "vector", "uphill"), "momentum")
    check(student("momentum", "vector"), "momentum")
    check(adam, "adam", exercise="03-solution", counts=False)
    check_exercise("00-steps", 36)
    check_exercise("00-state-table", 5)
    predict("01-too-large")
    capsys.readouterr()
    feedback.summary()
    out = capsys.readouterr().out.splitlines()
    assert out[:-1] == [
        "4 questions: 3 attempted, 2 right.",
        "○ 03-adam: not attempted",
        "✓ momentum: right, 2 attempts",
        "✓ 00-steps: right",
        "? 00-state-table: not yet",
    ]


def test_solved_stays_solved(capsys):
    for answer in (36, 35, ...):
        check_exercise("00-steps", answer)
    check(adam, "adam", exercise="03-adam")
    check(student("adam", "vector", "uphill"), "adam", exercise="03-adam")
    assert "✗ Not yet: Each step goes uphill" in capsys.readouterr().out
    feedback.summary()
    out = capsys.readouterr().out
    assert "2 questions: 2 attempted, 2 right." in out
    assert "✓ 00-steps: right, 2 attempts\n✓ 03-adam: right, 2 attempts\n" in out


def test_not_attempted_is_said_once(capsys):
    check(..., "adam")
    words = "Write your lines into the function, then run the cell."
    assert capsys.readouterr().out == f"○ Not attempted: {words}\n"


def test_summary_of_one(capsys):
    check_exercise("00-steps", 36)
    feedback.summary()
    assert "1 question: 1 attempted, 1 right." in capsys.readouterr().out


def test_summary_of_nothing(capsys):
    feedback.summary()
    assert capsys.readouterr().out.startswith("0 questions: 0 attempted, 0 right.")


# Predictions


@pytest.mark.parametrize("slug", questions())
def test_every_question_can_be_answered_right(slug):
    prediction = predict(slug)
    assert prediction.question in repr(prediction) and not prediction.committed
    assert prediction.because not in repr(prediction)
    prediction.commit(prediction.answer)
    assert prediction.committed and "✓ You said" in repr(prediction)
    assert prediction.because in repr(prediction)


def chosen(choices=("up", "down"), **more):
    return Prediction("p", "Where?", answer="down", because="It falls.", choices=choices, **more)


def test_wrong_prediction_and_summary(capsys):
    prediction = chosen()
    prediction.commit("up")
    assert "You said: up. The answer: down. It falls." in repr(prediction)
    prediction.commit("down")
    assert prediction.choice == "up"
    feedback.summary()
    assert "0 questions" in capsys.readouterr().out  # it is no test


def on_page(prediction, choice):
    """A page commits to something; what was done there is answered in any case."""
    actions = [{"n": len(prediction.heard) + 1, "do": "commit", "choice": choice}]
    try:
        prediction.said = {"page": f"p{len(prediction.heard)}", "actions": actions}
    finally:
        assert list(prediction.heard.values())[-1] == actions[0]["n"]


def test_a_page_commits_and_the_figure_opens():
    prediction, heard = chosen(), []
    other, live = chosen(), explore(bowl, adam)
    assert prediction.unlock(live) is live
    assert live.closed_by == prediction.uid
    prediction.on_commit(heard.append)
    other.commit("up")
    assert live.closed_by == prediction.uid and heard == []
    on_page(prediction, "down")
    assert (prediction.choice, live.closed_by, heard) == ("down", "", ["down"])
    on_page(prediction, "up")  # another page, later
    prediction.on_commit(heard.append)
    assert heard == ["down", "down"]
    assert prediction.unlock(explore(bowl, adam)).closed_by == ""


def test_what_is_forgotten_is_not_called():
    prediction, heard = chosen(), []
    prediction.on_commit(heard.append)
    prediction.forget(heard.append)
    prediction.commit("up")
    assert heard == []


def test_a_wrong_word_of_a_page_is_no_answer():
    prediction = chosen()
    with pytest.raises(ValueError, match="choice must be one of up, down"):
        on_page(prediction, "sideways")
    assert not prediction.committed


def test_an_instructor_opens_all():
    predictions = [chosen(), Prediction("q", "How far?", 0.3, "So.")]
    figures = [prediction.unlock(explore(bowl, adam)) for prediction in predictions]
    open_all()
    assert [figure.closed_by for figure in figures] == ["", ""]
    assert not any(prediction.committed for prediction in predictions)
    assert predictions[0].unlock(explore(bowl, adam)).closed_by


def test_closed_figures_are_not_kept_alive():
    prediction = chosen()
    live = weakref.ref(prediction.unlock(explore(bowl, adam)))
    close(live())
    gc.collect()
    assert live() is None


def test_slider_prediction():
    prediction = Prediction("p", "How far?", 0.3, "So.", low=0, high=1, tolerance=0.05)
    assert "a number from 0 to 1" in repr(prediction)
    on_page(prediction, 0.33)
    assert "✓ You said: 0.33" in repr(prediction)
    other = Prediction("p", "How far?", 0.3, "So.", low=0, high=1, tolerance=0.05)
    other.commit(1)
    assert "You said: 1. The answer: 0.3. So." in repr(other)


def test_saved_notebook_shows_question_and_explorer():
    prediction = chosen()
    bundle = prediction._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"] == "Predict. Where?\n  ( ) up\n  ( ) down"
    live, text = prediction.unlock(explore(bowl, adam)), repr(explore(bowl, adam))
    data, _ = live._repr_mimebundle_()
    assert data["text/plain"] == text and data["image/png"].startswith("iVBOR")
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == live.model_id


def test_bad_questions_are_refused():
    with pytest.raises(ValueError, match=r"slug must be one of .* got 'x'"):
        predict("x")
    with pytest.raises(ValueError, match="answer of p must be one of left, right, got 'down'"):
        chosen(choices=("left", "right"))
    with pytest.raises(ValueError, match="choice must be one of"):
        chosen().commit("sideways")


@pytest.mark.parametrize("choice", ["0.2", "much", float("nan"), float("inf"), [0.2]])
def test_what_is_no_number_is_not_committed(choice):
    prediction = Prediction("p", "How far?", 0.3, "So.", tolerance=0.05)
    with pytest.raises(ValueError, match=r"choice must be a finite number, got .*choice=0.5"):
        prediction.commit(choice)
    assert not prediction.committed and "You said" not in repr(prediction)
    prediction.commit(0.3)
    assert "✓ You said: 0.3" in repr(prediction)


@pytest.mark.parametrize("live", [None, 3, "explore", ipywidgets.Label("live")])
def test_only_an_explorer_can_be_locked(live):
    with pytest.raises(ValueError, match=r"live must be an explorer, got .*unlock\(explore"):
        chosen().unlock(live)


# What a page shows, to the letter


def test_the_page_of_a_feedback():
    said = feedback.Feedback("Use `g`.", "mistake", "step 1, x", ("first", "second"), "A note.")
    fold = '<details style="margin:0.3em 0"><summary>'
    assert said.html() == (
        '<div style="border-left:4px solid #b35806;padding:0.1em 0.8em;max-width:48em">'
        "<p><strong>✗ Not yet.</strong> Use <code>g</code>.</p>"
        "<p><strong>Where:</strong> step 1, x.</p><p>A note.</p>"
        f"{fold}Hint: where to look</summary><p>first</p>"
        f"{fold}What it does to the path</summary><p>second</p></details></details></div>"
    )
    assert feedback.Feedback("Yes.").text() == "Yes."


@pytest.mark.parametrize(
    ("verdict", "head", "colour"),
    [
        ("correct", "✓ Right", "#1b7837"),
        ("variant", "✓ Right, in another form", "#1b7837"),
        ("unknown", "? Not yet", "#b35806"),
        ("not-attempted", "○ Not attempted", "#555555"),
    ],
)
def test_the_head_of_each_verdict(verdict, head, colour):
    said = feedback.Feedback("So.", verdict)
    assert said.plain() == f"{head}: So." and f"<strong>{head}.</strong>" in said.html()
    assert f"solid {colour};" in said.html()


def test_the_page_of_the_summary(shown):
    feedback.note("a & b", "variant")
    feedback.summary()
    foot = "Kept in this kernel's memory only; a restart forgets it, and nothing is sent anywhere."
    ((_, page),) = shown
    assert page == (
        '<p>1 question: 1 attempted, 1 right.</p><table><tr><th scope="row" '
        'style="text-align:left">a &amp; b</th><td style="text-align:left">'
        f"✓ right, in another form</td></tr></table><p>{foot}</p>"
    )


def test_numbers_as_text():
    assert feedback.numbers(range(30)) == "[0, 1, 2, ...]" and feedback.numbers([7]) == "[7]"
    assert feedback.expected_and_got(0.12345678, 0.12345679) == (
        "expected 0.12345678, got 0.12345679"
    )
    assert feedback.expected_and_got(0.12341, 0.12342) == "expected 0.12341, got 0.12342"
    assert feedback.expected_and_got(1.5, 2.5) == "expected 1.5, got 2.5"


def test_a_clip_to_other_bounds_than_the_problem_s_is_a_mistake(capsys):
    def clipped(low, high):
        def step(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
            x, m, v, v_max, t = amsgrad(state, g, lr, beta1, beta2)
            return AMSGradState(np.clip(x, low, high), m, v, v_max, t)

        return step

    check(clipped(-1, 1), "amsgrad", bounds=(-1, 1))
    assert "✓ Right, in another form" in capsys.readouterr().out
    check(clipped(0, 1), "amsgrad", bounds=(-1, 1))
    assert "✗ Not yet: Your function keeps x between 0 and 1." in capsys.readouterr().out
