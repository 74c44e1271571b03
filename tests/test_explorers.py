"""What an explorer shows and says: for good values, for bad ones, and for a student's own code."""

import base64
import functools
import json
import linecache
import sys
import textwrap
from typing import NamedTuple

import numpy as np
import pytest

from course_lib.experiments.runs import state_table, traced_run
from course_lib.experiments.steps import start_state
from course_lib.experiments.verdicts import describe
from course_lib.explorers.inputs import hyperparameter_control, typed
from course_lib.explorers.landscape import explore
from course_lib.explorers.landscape_figure import Scale, effective_rate, scale_of
from course_lib.live.errors import explained
from course_lib.objectives import (
    Objective,
    bowl,
    catalogue,
    ravine,
    rosenbrock,
    rotated_ravine,
)
from course_lib.optimizers import (
    STATES,
    AdamState,
    AMSGradState,
    GradientDescentState,
    MomentumState,
    adam,
    amsgrad,
    gradient_descent,
    momentum,
    nesterov,
    projected,
    run,
)
from course_lib.utils.sandbox import run_with_timeout
from course_lib.utils.text import short

PLACES = ["contour", "surface", "loss"]


def in_a_cell(source, name="step"):
    """A function as a student writes it: in a notebook's cell, with its lines at hand."""
    source = textwrap.dedent(source).lstrip()
    filename = f"<cell {abs(hash(source))}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    names = {"np": np, "AdamState": AdamState, "GradientDescentState": GradientDescentState}
    exec(compile(source, filename, "exec"), names)
    return names[name]


def problem(explorer):
    return explorer.problem.get("text", "")


def shown(explorer):
    """Everything that the picture is made of."""
    return (
        bytes(explorer.paths),
        explorer.sentence,
        explorer.background,
        dict(explorer.values),
    )


def path_of(explorer, label, place):
    axes = explorer.figure.axes[PLACES.index(place)]
    return next(p.points for p in explorer._current if p.ax is axes and p.label == label)


def curves_of(explorer, number):
    axes = explorer.figure.axes[3 + number]
    return [path for path in explorer._current if path.ax is axes]


# What is shown


def test_the_paths_are_those_of_the_run():
    explorer = explore(bowl, adam, lr=0.05, n_steps=40)
    x = run(adam, AdamState(bowl.x0), bowl.grad, 40, lr=0.05).x
    assert np.array_equal(path_of(explorer, "adam", "contour"), x)
    surface, loss = (path_of(explorer, "adam", place) for place in ("surface", "loss"))
    assert np.array_equal(surface[:, :2], x)
    assert np.array_equal(loss, np.column_stack([np.arange(41), bowl.f(x.T)]))
    assert np.array_equal(explorer.histories["adam"].x, x)


def test_a_slider_moves_all_paths_and_the_sentence():
    explorer = explore(bowl, gradient_descent, lr=0.1, n_steps=20)
    before = shown(explorer)
    explorer.set(lr=0.4)
    after = shown(explorer)
    assert all(a != b for a, b in zip(before[:2], after[:2], strict=True))
    assert after[2] is before[2]  # the still picture was not rendered again
    x = run(gradient_descent, GradientDescentState(bowl.x0), bowl.grad, 20, lr=0.4).x
    assert explorer.sentence == describe("gradient_descent", bowl, x)


def test_more_steps_leave_the_surface_as_it_is():
    explorer = explore(bowl, adam, n_steps=60, curves=("m",))
    surfaces, background = explorer.surfaces, explorer.background
    explorer.set(n_steps=90)
    assert explorer.surfaces is surfaces
    assert explorer.background["png"] != background["png"]
    for ax in explorer.figure.axes[2:]:
        assert ax.get_xlim() == pytest.approx((-1.8, 92.7))
    explorer.set(n_steps=100)  # the longer labels need another layout
    assert explorer.surfaces is not surfaces


def test_several_steps_share_sliders_and_differ_in_colour():
    steps = [gradient_descent, momentum, nesterov, adam, amsgrad]
    explorer = explore(rosenbrock, *steps, lr=0.002, n_steps=30)
    assert list(explorer.histories) == [step.__name__ for step in steps]
    assert [c["name"] for c in explorer.specs] == [
        *("lr", "beta", "beta1", "beta2", "eps", "n_steps", "arrows", "objective")
    ]
    assert len({style.color for style in explorer.line_styles.values()}) == len(steps)
    assert len(explorer.sentence.splitlines()) == len(steps)
    assert set(explorer._tables()) == set(explorer.histories)


def test_a_partial_has_no_slider_for_what_it_fixes():
    quick, slow = (functools.partial(momentum, beta=beta) for beta in (0.9, 0.5))
    explorer = explore(bowl, quick, slow, lr=0.02)
    assert list(explorer.histories) == ["momentum, beta = 0.9", "momentum, beta = 0.5"]
    assert "beta" not in explorer.chosen
    assert len({style.color for style in explorer.line_styles.values()}) == 2
    for label, beta in zip(explorer.histories, (0.9, 0.5), strict=True):
        x = run(momentum, MomentumState(bowl.x0), bowl.grad, 60, lr=0.02, beta=beta).x
        assert np.array_equal(explorer.histories[label].x, x)


def test_the_same_step_twice_has_two_labels():
    assert list(explore(bowl, adam, adam).histories) == ["adam", "adam'"]


@pytest.mark.parametrize("objective", catalogue(), ids=lambda o: o.name)
def test_every_landscape_can_be_shown(objective):
    explorer = explore(objective, gradient_descent, adam, lr=0.01, n_steps=5, curves=("v_hat",))
    assert problem(explorer) == ""
    assert explorer.png()[:4] == b"\x89PNG"


def test_the_menu_changes_landscape_start_and_picture():
    explorer = explore(bowl, adam, lr=0.02)
    layers = explorer.background
    explorer.set(objective="rosenbrock")
    assert explorer.objective.name == "rosenbrock"
    assert explorer.x0.tolist() == rosenbrock.x0.tolist()
    assert explorer.background is not layers
    assert explorer.figure.axes[0].get_title() == "rosenbrock"
    assert "from (-1.20, 1.00)" in explorer.sentence


def test_own_objective_is_first_in_the_menu():
    valley = Objective.from_function(lambda x1, x2: x1**2 + 9 * x2**2, [[-1, 1], [-1, 1]])
    explorer = explore(valley, gradient_descent, lr=0.1, n_steps=50)
    menu = next(c for c in explorer.specs if c["name"] == "objective")
    assert menu["choices"][0] == menu["value"] == "your function"
    assert "your function" in repr(explorer)
    assert explorer.figure.axes[2].get_yscale() == "linear"  # no minimum is known: f itself
    explorer.set(objective="beale")
    explorer.set(objective="your function")
    assert explorer.objective is valley


def test_a_click_moves_the_start_and_reset_moves_it_back():
    explorer = explore(bowl, gradient_descent, lr=0.1)
    explorer.choose(0, 0.5, -0.25)
    assert explorer.x0.tolist() == [0.5, -0.25]
    assert "from (0.50, -0.25)" in explorer.sentence
    explorer.set(lr=0.3)
    assert "from (0.50, -0.25)" in explorer.sentence
    explorer.press("reset")
    assert explorer.x0.tolist() == bowl.x0.tolist()
    assert explorer.values["lr"] == 0.1
    assert "from (-0.80, 0.90)" in explorer.sentence


def test_reset_returns_to_the_start_that_was_given():
    explorer = explore(bowl, gradient_descent, x0=[0.3, 0.3])
    explorer.choose(0, 0.5, -0.25)
    explorer.press("reset")
    assert explorer.x0.tolist() == [0.3, 0.3]


def test_scenes_set_several_values_at_once():
    scenes = {"too large": {"lr": 1.1, "n_steps": 8}, "elsewhere": {"objective": "booth"}}
    explorer = explore(bowl, gradient_descent, lr=0.1, scenes=scenes)
    assert explorer.buttons == ["too large", "elsewhere", "reset"]
    explorer.press("too large")
    assert (explorer.values["lr"], explorer.values["n_steps"]) == (1.1, 8)
    assert "gradient_descent, 8 steps" in explorer.sentence
    assert "climbing" in explorer.sentence
    explorer.press("elsewhere")
    assert explorer.objective.name == "booth"


def test_a_scene_may_move_the_start():
    scenes = {
        "straight": {"x0": [-1.5, 1.0]},
        "turned": {"objective": rotated_ravine().name, "x0": [-1.77, -0.35]},
    }
    explorer = explore(ravine(10), adam, scenes=scenes, x0=[1, 1])
    for name, start, where in [
        ("turned", [-1.77, -0.35], rotated_ravine()),
        ("straight", [-1.5, 1.0], ravine(10)),
        ("reset", [1, 1], ravine(10)),
        ("straight", [-1.5, 1.0], ravine(10)),
    ]:
        explorer.press(name)
        assert explorer.x0.tolist() == start
        assert explorer.chosen["objective"] == where.name
        assert explorer.sentence == explore(where, adam, x0=start).sentence


def test_a_scene_with_a_landscape_and_a_start_is_one_picture(monkeypatch):
    scenes = {"turned": {"objective": rotated_ravine().name, "x0": [-1.77, -0.35]}}
    explorer = explore(ravine(10), adam, scenes=scenes)
    pictures = []
    monkeypatch.setattr(explorer, "show", lambda *picture: pictures.append(picture))
    explorer.press("turned")
    assert len(pictures) == 1
    assert "from (-1.77, -0.35)" in pictures[0][1]


def test_no_steps_is_a_picture_of_the_start():
    explorer = explore(bowl, adam, n_steps=0, curves=("m_hat", "effective learning rate"))
    assert explorer.sentence.endswith("f stays at 1.45; no step taken yet.")
    assert path_of(explorer, "adam", "contour").tolist() == [bowl.x0.tolist()]


def test_text_is_the_same_each_time_and_stands_beside_a_picture():
    explorers = [explore(bowl, adam, amsgrad, lr=0.02, curves=("v_hat",)) for _ in range(2)]
    texts = [explorer._repr_mimebundle_() for explorer in explorers]
    texts = [text[0] if isinstance(text, tuple) else text for text in texts]
    assert texts[0]["text/plain"] == texts[1]["text/plain"] == repr(explorers[0])
    assert texts[0]["text/plain"].splitlines()[0] == (
        "explore(lr=0.02, beta1=0.9, beta2=0.999, eps=1e-08, n_steps=60, coordinate=x1, "
        "objective=bowl, start (-0.80, 0.90))"
    )
    assert base64.b64decode(texts[0]["image/png"])[:4] == b"\x89PNG"


def test_the_slider_of_lr_holds_its_value():
    for lr in (1e-6, 50.0):
        control = hyperparameter_control("lr", lr).control
        assert control.low <= lr <= control.high
    assert hyperparameter_control("lr", 20.0, slider=(0.005, 5.0)).control.high == 5.0


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("lr", 0.02, "log"),
        ("eps", 1e-8, "log"),
        ("beta1", 0.9, "decay"),
        ("beta", 0.0, "decay"),
        ("gain", 3.0, "log"),
        ("shift", 0.0, "linear"),
    ],
)
def test_the_scale_fits_the_hyperparameter(name, value, kind):
    control = hyperparameter_control(name, value).control
    assert control.kind == kind
    assert control.low <= control.value <= control.high


@pytest.mark.parametrize(
    ("value", "number"),
    [("0.5", 0.5), ("60", 60), (60.0, 60), (1e300, 1e300), ("lr", "lr"), (True, True)],
)
def test_typed_text_becomes_a_number(value, number):
    assert typed(value) == number
    assert type(typed(value)) is type(number)


# Bad input


@pytest.mark.parametrize(
    "name, typed, words",
    [
        ("lr", "-1", "lr must be a number > 0, got -1. For example lr=0.1."),
        ("lr", "abc", "lr must be a number > 0, got 'abc'. For example lr=0.1."),
        ("lr", "", "lr must be a number > 0, got ''. For example lr=0.1."),
        ("lr", "nan", "lr must be a number > 0, got nan. For example lr=0.1."),
        ("lr", "inf", "lr must be a number > 0, got inf. For example lr=0.1."),
        (
            *("beta1", "1"),
            "beta1 must be a number in [0, 1), got 1. For example beta1=0.9.",
        ),
        ("eps", "-1e-8", "eps must be a number >= 0, got -1e-08. For example eps=1e-8."),
        (
            *("n_steps", "2.5"),
            "n_steps must be a whole number from 0 to 100000, got 2.5. For example n_steps=60.",
        ),
        (
            *("n_steps", "-1"),
            "n_steps must be a whole number from 0 to 100000, got -1. For example n_steps=60.",
        ),
    ],
)
def test_a_typed_value_that_is_not_allowed_is_said_and_the_picture_stays(name, typed, words):
    explorer = explore(bowl, adam, lr=0.02, curves=("m_hat",))
    before = shown(explorer)
    explorer.set(**{name: typed})
    assert problem(explorer) == words
    assert explorer.problem["name"] == name
    assert words in repr(explorer)
    assert shown(explorer) == before
    explorer.set(**{name: "0.5" if name != "n_steps" else "12"})
    assert problem(explorer) == ""
    assert shown(explorer) != before


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"lr": 0}, "lr must be a number > 0, got 0"),
        ({"gamma": 0.1}, "there is no gamma to set here; there are lr, beta1, beta2, eps, n_steps"),
        ({"n_steps": 2.5}, "n_steps must be a whole number"),
        ({"x0": [3, 0]}, "x0 must be two numbers inside the window"),
        ({"x0": [0, np.nan]}, "x0 must be two numbers inside the window"),
        ({"x0": [0, 0, 0]}, "x0 must be two numbers inside the window"),
        ({"scenes": {"a": {"alpha": 1}}}, "there is no alpha to set here"),
        ({"scenes": {"a": {"objective": "bow"}}}, "objective must be one of bowl; .*, got 'bow'"),
        ({"scenes": {"a": {"x0": [3, 0]}}}, "x0 must be two numbers inside the window"),
        ({"curves": ("v_max",)}, "there is no v_max to draw over time; there are x, g, m, v"),
    ],
)
def test_what_explore_refuses(wrong, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        explore(bowl, adam, **wrong)


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("objective", "nope", "objective must be one of bowl; "),
        ("coordinate", "x9", "coordinate must be one of both, x1, x2, got 'x9'."),
    ],
)
def test_a_choice_that_no_menu_has_is_said(name, value, words):
    explorer = explore(bowl, adam, lr=0.02, curves=("m_hat",))
    before = shown(explorer)
    explorer.set(**{name: value})
    assert problem(explorer).startswith(words)
    assert explorer.problem["name"] == name
    assert shown(explorer) == before


@pytest.mark.parametrize(
    "place, words",
    [
        ((5.0, 5.0), "x0 must be two numbers inside the window [[-1.0, 1.0], [-1.0, 1.0]] of bowl"),
        ((np.nan, 0.0), "a point must be finite, got (nan, 0)"),
    ],
)
def test_a_start_outside_the_window_is_said_and_the_picture_stays(place, words):
    explorer = explore(bowl, adam, lr=0.02)
    before = shown(explorer)
    explorer.choose(0, *place)
    assert problem(explorer).startswith(words)
    assert shown(explorer) == before
    assert explorer.x0.tolist() == bowl.x0.tolist()
    explorer.set(lr=0.03)
    assert problem(explorer) == ""


def test_what_goes_wrong_after_a_point_or_a_button_is_said(monkeypatch):
    explorer = explore(bowl, adam, scenes={"a": {"lr": 0.1}})
    monkeypatch.setattr(explorer, "set", lambda **_: 1 / 0)
    explorer.press("a")
    assert problem(explorer) == "ZeroDivisionError: division by zero"
    explorer.report("")
    explorer.on_point(explorer.figure.axes[0], lambda x1, x2: 1 / 0)
    explorer.choose(0, 0.0, 0.0)
    assert problem(explorer) == "ZeroDivisionError: division by zero"


def test_an_objective_that_is_nan_at_its_minimizer_has_none_that_is_known():
    def f(x1, x2):
        return np.where((x1 == 0) & (x2 == 0), np.nan, x1**2 + x2**2)

    own = Objective.from_function(f, bowl.bounds, minimizers=[[0], [0]], name="pierced")
    explorer = explore(own, adam)
    assert problem(explorer) == ""
    assert explorer.figure.axes[2].get_yscale() == "linear"
    assert "f falls from 1.28 to" in explorer.sentence


def test_an_objective_that_is_nan_in_a_region():
    own = Objective.from_function(
        lambda x1, x2: np.sqrt(x1) + x2 * x2, [[-1, 2], [-1, 2]], x0=[1.5, 1.0], name="half"
    )
    explorer = explore(own, gradient_descent, lr=0.02, n_steps=5, curves=("g",))
    assert "f falls from 2.22 to 1.9" in explorer.sentence
    explorer.choose(0, -0.5, 1.0)
    assert problem(explorer) == ""
    assert explorer.sentence == (
        "gradient_descent, 5 steps from (-0.50, 1.00): f is not defined (no number) at the start; "
        "x is no number (nan) from step 1 on."
    )
    assert explorer.png()[:4] == b"\x89PNG"
    explorer.set(n_steps=0)
    assert "f is not defined (no number) at the start; no step taken yet." in explorer.sentence


def test_explore_needs_a_step():
    with pytest.raises(ValueError, match=r"at least one step function. For example explore"):
        explore(bowl)


# A student's own step


def test_own_adam_is_the_library_s():
    step = in_a_cell("""
        def step(state, g, lr=0.02, beta1=0.9, beta2=0.999, eps=1e-8):
            x, m, v, t = state
            t = t + 1
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            corrected_m = m / (1 - beta1**t)
            corrected_v = v / (1 - beta2**t)
            x = x - lr * corrected_m / (np.sqrt(corrected_v) + eps)
            return AdamState(x, m, v, t)
    """)
    curves = ("corrected_m", "corrected_v", "effective learning rate")
    explorer = explore(bowl, step, adam, lr=0.02, curves=curves)
    own, library = explorer.histories.values()
    assert np.array_equal(own.x, library.x)
    assert len(curves_of(explorer, 0)) == 1  # the library has no quantity of that name
    names = explorer._tables()["step"]["names"]
    assert names == ["x", "g", "m", "v", "corrected_m", "corrected_v", "effective learning rate"]


def test_one_that_raises_midway_leaves_the_picture_and_names_the_line():
    step = in_a_cell("""
        def step(state, g, lr=0.1):
            x, t = state
            if t == 3 and lr > 0.2:
                raise RuntimeError("out of petrol")
            return GradientDescentState(x - lr * g, t + 1)
    """)
    explorer = explore(bowl, step, n_steps=10, curves=("x",))
    before = shown(explorer)
    explorer.set(lr=0.3)
    assert shown(explorer) == before
    assert problem(explorer) == (
        "RuntimeError: out of petrol\n"
        'in step, line 4 of its cell: raise RuntimeError("out of petrol")'
    )
    explorer.set(lr=0.15)
    assert problem(explorer) == ""
    assert shown(explorer) != before


def test_one_that_never_ends_is_stopped_and_leaves_the_picture(monkeypatch):
    monkeypatch.setattr(
        "course_lib.experiments.runs.run_with_timeout",
        functools.partial(run_with_timeout, seconds=0.3),
    )
    step = in_a_cell("""
        def step(state, g, lr=0.1):
            while lr > 0.2:
                pass
            return GradientDescentState(state.x - lr * g, state.t + 1)
    """)
    explorer = explore(bowl, step)
    before = shown(explorer)
    explorer.set(lr=0.3)
    assert shown(explorer) == before
    assert problem(explorer).startswith("TimeoutError: stopped after 0.3 seconds\nin step, line ")
    explorer.set(lr=0.15)
    assert problem(explorer) == ""


def test_the_line_named_is_the_one_that_raised_not_the_one_that_called_it():
    step = in_a_cell("""
        def step(state, g, lr=0.1):
            return GradientDescentState(moved(state.x, g, lr), state.t + 1)


        def moved(x, g, lr):
            return x - lr * g / len(3)
    """)
    assert problem(explore(bowl, step)).endswith(
        "in moved, line 6 of its cell: return x - lr * g / len(3)"
    )


def test_one_that_raises_on_another_landscape_shows_that_landscape_without_a_path():
    step = in_a_cell("""
        def step(state, g, lr=0.1):
            if np.abs(g).max() > 50:
                raise OverflowError("too steep")
            return GradientDescentState(state.x - lr * g, state.t + 1)
    """)
    explorer = explore(bowl, step, n_steps=10)
    explorer.set(objective="rosenbrock")
    assert "too steep" in problem(explorer)
    assert explorer.paths == b""
    assert explorer.figure.axes[0].get_title() == "rosenbrock"
    assert explorer._tables() == {}
    explorer.set(objective="bowl")
    assert problem(explorer) == ""
    assert explorer.paths != b""


def test_one_that_always_raises_is_a_picture_with_words():
    step = in_a_cell("""
        def step(state, g, lr=0.1):
            return stat
    """)
    explorer = explore(bowl, step, curves=("m", "v"))
    assert problem(explorer) == (
        "NameError: name 'stat' is not defined. Did you mean: 'state'?\n"
        "in step, line 2 of its cell: return stat"
    ).replace(". Did you mean: 'state'?", "")
    assert explorer.png()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    "result, words",
    [
        ("None", "must return the next state, GradientDescentState(x, t), got None"),
        ("state.x - lr * g", "GradientDescentState(x, t), got an array only"),
        ("GradientDescentState(np.zeros(3), 1)", "shape"),
    ],
)
def test_one_that_returns_something_else_is_told_what_to_return(result, words):
    step = in_a_cell(f"""
        def step(state, g, lr=0.1):
            return {result}
    """)
    explorer = explore(bowl, step)
    assert words in problem(explorer)
    assert "Traceback" not in problem(explorer)
    assert explorer.paths == b""


def test_one_that_returns_nan_is_a_verdict():
    step = in_a_cell("""
        def step(state, g, lr=0.1):
            x, t = state
            return GradientDescentState(x - lr * g * (np.nan if t == 4 else 1), t + 1)
    """)
    explorer = explore(bowl, step, n_steps=10, curves=("x", "effective learning rate"))
    assert problem(explorer) == ""
    assert explorer.sentence.endswith("x is no number (nan) from step 5 on.")


def test_hyperparameters_without_default_get_a_slider():
    step = in_a_cell("""
        def step(state, g, lr, decay):
            x, m, v, t = state
            m = decay * m + (1 - decay) * g
            return AdamState(x - lr * m, m, v, t + 1)
    """)
    explorer = explore(bowl, step, decay=0.5)
    assert explorer.values["lr"] == 0.1
    assert isinstance(explorer.histories["step"], AdamState)


def test_an_error_of_the_library_has_no_line():
    assert explained(ValueError("lr is wrong")) == "lr is wrong"
    assert explained(TypeError("no")) == "TypeError: no"


# Quantities over time


def test_curves_show_what_the_step_computes():
    explorer = explore(ravine(10), adam, lr=0.05, n_steps=25, curves=("m_hat", "v_hat"))
    history = explorer.histories["adam"]
    t = np.arange(26)[:, None]
    with np.errstate(all="ignore"):
        m_hat, v_hat = history.m / (1 - 0.9**t), history.v / (1 - 0.999**t)
    for number, expected in enumerate([m_hat, v_hat]):
        both = curves_of(explorer, number)
        assert [path.style.dash for path in both] == [(), (1.5, 2.5)]
        for row, path in enumerate(both):
            assert np.array_equal(path.points[:, 0], np.arange(26))
            np.testing.assert_allclose(path.points[1:, 1], expected[1:, row], rtol=1e-12)
            assert np.isnan(path.points[0, 1])
    assert [ax.get_title() for ax in explorer.figure.axes[3:]] == [
        "m_hat (x₁ —, x₂ ···)",
        "v_hat (x₁ —, x₂ ···)",
    ]


def test_one_coordinate_at_a_time_when_there_are_several_optimizers():
    explorer = explore(ravine(10), adam, amsgrad, lr=0.05, curves=("v",))
    assert explorer.values["coordinate"] == "x1"
    for coordinate, row in {"x2": 1, "x1": 0}.items():
        explorer.set(coordinate=coordinate)
        for path in curves_of(explorer, 0):
            assert np.array_equal(path.points[:, 1], explorer.histories[path.label].v[:, row])
    assert explorer.figure.axes[3].get_title() == "v of x₁"
    explorer.set(coordinate="both")
    assert len(curves_of(explorer, 0)) == 4


def test_the_second_row_is_rendered_again_only_when_its_axes_no_longer_fit():
    explorer = explore(bowl, adam, lr=0.02, curves=("m_hat", "v_hat", "effective learning rate"))
    layers, scales = explorer.background, dict(explorer.scales)
    for lr in (0.021, 0.025, 0.03, 0.018):
        explorer.set(lr=lr)
    assert explorer.background is layers
    assert explorer.scales == scales
    explorer.set(lr=2.0)
    assert explorer.background is not layers
    effective = explorer.quantities["adam"]["effective learning rate"][1:]
    scale = explorer.scales["effective learning rate"]
    assert scale.low <= np.nanmin(effective) and np.nanmax(effective) <= scale.high


def test_a_run_that_diverges_does_not_stretch_the_axes_of_the_others():
    explorer = explore(rosenbrock, momentum, adam, lr=0.01, n_steps=100, curves=("g",))
    assert "diverged" in explorer.sentence
    assert not np.nanmax(np.abs(explorer.quantities["momentum"]["g"])) < 1e100
    assert explorer.scales["g"].high < 1e7


@pytest.mark.parametrize("step", STATES, ids=lambda step: step.__name__)
def test_the_effective_rate_times_the_slope_is_the_step(step):
    start = STATES[step](np.array([-1.8, 1.2]))
    history, quantities = traced_run(step, start, ravine(10).grad, 30, lr=0.01)
    slope = quantities.get("m_hat", quantities.get("m", quantities["g"]))
    effective = effective_rate(quantities)
    np.testing.assert_allclose(
        history.x[:-1] - effective[1:] * slope[1:], history.x[1:], rtol=1e-9, atol=1e-12
    )
    assert np.isnan(effective[0]).all()


def test_the_effective_rate_of_adam_and_amsgrad_is_lr_over_the_root():
    for step, state in ((adam, AdamState), (amsgrad, AMSGradState)):
        start = state(np.array([-1.8, 1.2]))
        _, quantities = traced_run(step, start, ravine(10).grad, 30, lr=0.01)
        root = np.sqrt(quantities["v_hat" if step is adam else "v_max"][1:])
        np.testing.assert_allclose(effective_rate(quantities)[1:], 0.01 / root, rtol=1e-6)


def test_a_step_too_short_to_measure_is_left_out():
    x = np.array([[1.0, 0.0], [1.0 - 1e-15, -1e-15]])
    effective = effective_rate({"x": x, "m": np.array([[0.0, 0.0], [1e-15, 1e-15]])})
    assert np.isnan(effective[1, 0])
    assert effective[1, 1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    "name, values, scale",
    [
        ("v", [0.0, 0.004, 0.3], Scale("log", 0.001, 1.0)),
        ("v_hat", [1e-30, 2.0], Scale("log", 1e-7, 10.0)),
        ("v_max", [5.0, 5.0], Scale("log", 1.0, 10.0)),
        ("effective learning rate", [np.nan, 0.05, np.inf], Scale("log", 0.01, 0.1)),
        ("m_hat", [0.3, -1.4, np.nan], Scale("linear", -2.0, 2.0)),
        ("m", [-700.0, 0.2, 0.1], Scale("linear", -1000.0, 1000.0)),
        ("m", [], Scale("linear", -1.0, 1.0)),
        ("v", [np.nan, np.inf, 0.0], Scale("log", 0.001, 1.0)),
    ],
)
def test_value_axes(name, values, scale):
    found = scale_of(name, np.array(values, float))
    assert found.kind == scale.kind
    assert (found.low, found.high) == pytest.approx((scale.low, scale.high))


def test_an_axis_is_kept_while_it_fits_and_is_not_far_too_wide():
    assert Scale("log", 1e-3, 1e1).holds(Scale("log", 1e-2, 1e1))
    assert not Scale("log", 1e-3, 1e1).holds(Scale("log", 1e-4, 1e1))
    assert not Scale("log", 1e-9, 1e1).holds(Scale("log", 1.0, 1e1))
    assert Scale("linear", -2.0, 2.0).holds(Scale("linear", -1.0, 1.0))
    assert not Scale("linear", -2.0, 2.0).holds(Scale("linear", -5.0, 5.0))
    assert not Scale("linear", -50.0, 50.0).holds(Scale("linear", -1.0, 1.0))


# The table of states


@pytest.mark.parametrize("step", STATES, ids=lambda step: step.__name__)
def test_the_table_holds_the_history_of_every_step(step):
    history, quantities = traced_run(step, STATES[step](bowl.x0), bowl.grad, 12, lr=0.01)
    table = state_table(quantities)
    data = np.frombuffer(table["data"], "<f8").reshape(13, 2, len(table["names"]))
    assert table["names"][:2] == ["x", "g"]
    assert table["rows"] == ["x1", "x2"]
    columns = dict(zip(table["names"], np.moveaxis(data, 2, 0), strict=True))
    for name in ("x", "m", "v", "v_max"):
        if name in history._fields:
            np.testing.assert_allclose(columns[name], getattr(history, name), rtol=1e-6)
    np.testing.assert_allclose(columns["g"][1:], 2 * history.x[:-1], rtol=1e-6)


def test_an_observed_run_is_the_same_run():
    for how in (adam, projected(adam, -0.5, 0.5), functools.partial(adam, beta1=0.5)):
        plain = run(how, AdamState(bowl.x0), bowl.grad, 30, lr=0.05)
        observed, quantities = traced_run(how, AdamState(bowl.x0), bowl.grad, 30, lr=0.05)
        assert all(np.array_equal(a, b) for a, b in zip(plain, observed, strict=True))
        assert "m_hat" in quantities


def test_only_real_numbers_for_each_coordinate_are_quantities():
    step = in_a_cell("""
        def step(state, g, lr=0.1):
            x, t = state
            words, pair, ragged, scalar = ["a", "b"], [1.0, 2.0], [[1], [2, 3]], lr * 2
            late = g if t else 0.0
            return GradientDescentState(x - lr * g, t + 1)
    """)
    _, quantities = traced_run(step, GradientDescentState(bowl.x0), bowl.grad, 3)
    assert list(quantities) == ["x", "g", "pair"]


@pytest.mark.parametrize("step", STATES, ids=lambda step: step.__name__)
def test_every_step_finds_its_state(step):
    assert type(start_state(step, bowl.x0, bowl.grad)) is STATES[step]
    assert type(start_state(functools.partial(step, lr=0.3), bowl.x0, bowl.grad)) is STATES[step]


@pytest.mark.parametrize(
    "value, text",
    [
        (0.0, "0"),
        (-0.25, "-0.25"),
        (9999.0, "1.0e4"),
        (1e-300, "1.0e-300"),
        (np.inf, "inf"),
        (np.nan, "nan"),
    ],
)
def test_short_numbers(value, text):
    assert short(value) == text


@pytest.mark.parametrize(
    ("objective", "steps", "words"),
    [
        (adam, (bowl,), "the landscape comes first"),
        ("bowl", (adam,), "objective must be one such as bowl"),
        (lambda x1, x2: x1, (adam,), "Objective.from_function"),
        (
            bowl,
            ("adam",),
            "got 'adam'. For example adam without quotation marks",
        ),
        (bowl, ([adam, momentum],), "without brackets"),
        (bowl, (adam, [0.5, 0.5]), r"x0=\[0.5, 0.5\]"),
        (bowl, (None,), "step must be a function, got None"),
    ],
)
def test_a_landscape_and_steps_in_this_order(objective, steps, words):
    with pytest.raises(ValueError, match=words):
        explore(objective, *steps)


class OwnState(NamedTuple):
    x: object
    m: object = 0.0
    w: object = 1.0
    u: object = 0.0
    q: object = 0.0
    t: int = 0


def test_a_step_with_a_state_of_its_own_says_which():
    def declared(state: OwnState, g, lr=0.1):
        x, m, w, u, q, t = state
        return OwnState(x - lr * g * w, m, w, u, q, t + 1)

    def silent(state, g, lr=0.1):
        return declared(state, g, lr)

    explorer = explore(bowl, declared, lr=0.2, n_steps=9)
    assert explorer.problem == {}
    assert "f falls from 1.45" in explorer.sentence
    assert explorer.histories["declared"].w.shape == (10, 2)
    assert "def silent(state: MyState, g, ...)" in explore(bowl, silent).problem["text"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"objective": rosenbrock}, ""),
        ({"lr": np.float64(0.3)}, ""),
        ({"lr": adam}, "lr must be a number > 0, got 'adam'"),
        ({"lr": float("nan")}, "lr must be a number > 0, got nan"),
        ({"objective": ["bowl"]}, "objective must be one of bowl; "),
    ],
)
def test_set_takes_what_people_write(values, words):
    explorer = explore(bowl, gradient_descent)
    explorer.set(**values)
    json.dumps(explorer.chosen, allow_nan=False)  # what the browser can have
    assert words in explorer.problem.get("text", "")
    assert bool(words) == bool(explorer.problem)


def test_exit_in_a_step_function_leaves_the_picture():
    def leaves(state, g, lr=0.1):
        sys.exit("enough") if lr > 0.5 else None
        return gradient_descent(state, g, lr)

    explorer = explore(bowl, leaves, n_steps=5)
    before = explorer.sentence
    explorer.set(lr=0.7)
    assert "SystemExit: enough" in explorer.problem["text"]
    assert explorer.sentence == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scenes": {"a": {"lr": -1}}}, "lr must be a number > 0"),
        ({"scenes": {"reset": {"lr": 0.1}}}, "cannot be called reset"),
        ({"scenes": ["a"]}, "scenes must be names with values"),
    ],
)
def test_scenes_are_looked_at_when_the_figure_is_made(options, words):
    with pytest.raises(ValueError, match=words):
        explore(bowl, gradient_descent, **options)


def test_a_fixed_hyperparameter_may_be_a_schedule():
    explorer = explore(bowl, functools.partial(adam, lr=lambda t: 0.1 / t), curves=None)
    assert list(explorer.histories) == ["adam, lr = a schedule"]


def test_a_hyperparameter_with_the_name_of_a_control():
    def step(state, g, lr=0.1, n_steps=3):
        return gradient_descent(state, g, lr)

    with pytest.raises(ValueError, match="cannot be called n_steps"):
        explore(bowl, step)


def test_choices_with_commas_are_told_apart():
    explorer = explore(bowl, gradient_descent)
    explorer.set(objective="nope")
    assert "; ravine, kappa = 10; " in explorer.problem["text"]


def test_the_state_table_prints_nothing_again(capsys):
    def talking(state, g, lr=0.1):
        print("step", state.t + 1)
        x, t = state
        return GradientDescentState(x - lr * g, t + 1)

    explorer = explore(bowl, talking, n_steps=2)
    assert capsys.readouterr().out == "step 1\nstep 2\n"
    explorer._on_message(None, "table", [])
    assert list(explorer.table) == ["talking"]
    assert capsys.readouterr().out == ""


def test_a_step_that_ends_python_is_said_from_the_first_run_on():
    def leaving(state, g, lr=0.1):
        raise SystemExit("bye")

    explorer = explore(bowl, leaving)
    assert "SystemExit: bye" in explorer.problem["text"]
    explorer.set(n_steps=10)
    assert explorer.sentence.startswith("No path")


def test_reset_brings_the_axes_of_the_curves_back():
    explorer = explore(bowl, adam, lr=0.1, curves=("m_hat", "v_hat"))
    first = dict(explorer.scales)
    explorer.set(lr=10.0)
    assert explorer.scales != first
    explorer.press("reset")
    assert explorer.scales == first


def test_a_path_that_never_moves_is_said_so():
    sentence = explore(bowl, lambda state, g, lr=0.1: state, n_steps=9).sentence
    assert sentence.endswith("f stays at 1.45; it has not moved.")


def test_the_dots_of_a_stub_are_named():
    def my_step(state, g, lr=0.1):
        x, t = state
        x = ...
        return GradientDescentState(x, t + 1)

    said = "my_step still has its three dots in the place of x. Write your line there"
    assert said in str(explore(bowl, my_step, n_steps=9))
