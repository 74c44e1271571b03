"""A family of landscapes in `explore`: its sliders, its start, and the browser's half of it."""

import functools
import json
import linecache
import textwrap

import numpy as np
import pytest
from nodes import node

from course_lib import plotting
from course_lib.explorers import explain, explore
from course_lib.explorers.families import Family
from course_lib.objectives import Objective, bowl, ravine, rotated_ravine
from course_lib.optimizers import AdamState, adam, gradient_descent, momentum, run
from course_lib.recording.evaluate import outputs
from course_lib.utils.hyperparameters import LANDSCAPES


def in_a_cell(source, name):
    """A function as a student writes it in a cell."""
    source = textwrap.dedent(source)
    filename = f"<cell {abs(hash(source))}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    names = {"np": np, "Objective": Objective, "ravine": ravine, "rotated_ravine": rotated_ravine}
    exec(compile(source, filename, "exec"), names)
    return names[name]


# A student's: window, minimizer and start depend on the parameters, and there is no gradient
own_valley = in_a_cell(
    """
    def own_valley(kappa, angle=30):
        slope = np.tan(np.radians(angle) / 2)
        def f(x1, x2):
            return kappa * (x2 - slope * x1) ** 2 / 9 + (x1 - slope) ** 2
        window, lowest = [[-2 - kappa / 50, 2 + kappa / 50], [-3, 3]], [[slope], [slope**2]]
        return Objective.from_function(f, window, minimizers=lowest)
    """,
    "own_valley",
)
made_of_another = in_a_cell(
    "def made_of_another(angle=10):\n    return rotated_ravine(20, 2 * angle)", "made_of_another"
)
FAMILIES = [ravine, rotated_ravine, own_valley, made_of_another]
FAMILIES += [functools.partial(rotated_ravine, angle=30)]
EVERY = pytest.mark.parametrize("make", FAMILIES, ids=lambda make: Family(make).name)


def values_of(make, rng):
    """Values of a family's parameters, within the sliders and a little beyond."""
    chosen = {"kappa": 10 ** rng.uniform(0, 2.2), "angle": rng.uniform(-20, 110)}
    return {name: round(float(chosen[name]), rng.integers(0, 5)) for name in Family(make).defaults}


# What Python shows


def test_parameters_are_sliders_before_those_of_the_steps():
    explorer = explore(rotated_ravine, adam, kappa=20, angle=15, lr=0.02)
    assert [spec["name"] for spec in explorer.specs[:3]] == ["kappa", "angle", "lr"]
    kappa, angle = explorer.specs[:2]
    assert (kappa["kind"], kappa["low"], kappa["high"]) == ("log", 1, 100)
    assert (angle["kind"], angle["low"], angle["high"], angle["stops"]) == ("linear", 0, 90, 18)
    assert explorer.specs[-1]["choices"][:2] == ("rotated_ravine", "bowl")
    assert not any("rotated ravine" in choice for choice in explorer.specs[-1]["choices"])


def test_the_text_says_the_parameters_and_the_run_is_that_of_the_landscape():
    explorer = explore(rotated_ravine, adam, kappa=20, angle=15, lr=0.02, n_steps=30)
    settings = "kappa=20, angle=15, lr=0.02, beta1=0.9, beta2=0.999, eps=1e-08, n_steps=30"
    x0 = rotated_ravine(20, 15).x0
    start = f"start ({x0[0]:.2f}, {x0[1]:.2f})"
    first = f"explore({settings}, objective=rotated_ravine, {start})"
    assert repr(explorer).splitlines()[0] == first
    x = run(adam, AdamState(x0), rotated_ravine(20, 15).grad, 30, lr=0.02).x
    assert np.array_equal(explorer.histories["adam"].x, x)


def test_another_value_is_another_picture_axis_and_table():
    explorer = explore(ravine, gradient_descent, lr=0.01)
    contour, surface, loss = explorer.figure.axes
    before, sentence = explorer.background, explorer.sentence
    explorer.set(kappa=50)
    assert explorer.background is not before and explorer.sentence != sentence
    contour, surface, loss = explorer.figure.axes
    assert contour.get_title() == surface.get_label() == "ravine, kappa = 50"
    assert loss.get_ylim()[1] == 4 * plotting.HeightScale.of(ravine(50)).high
    table = explorer._tables()["gradient_descent"]
    states = np.frombuffer(table["data"]).reshape(-1, 2, 2)
    assert (
        states[1, :, table["names"].index("g")].tolist() == ravine(50).grad(ravine(50).x0).tolist()
    )


def test_the_own_start_turns_and_a_chosen_one_stays():
    explorer = explore(rotated_ravine, gradient_descent, lr=0.01, n_steps=5)
    assert explorer.x0.tolist() == [-1.8, 0.2]
    explorer.set(angle=0)
    turned = np.array([[1, 1], [-1, 1]]) / np.sqrt(2) @ [-1.8, 0.2]
    assert np.allclose(explorer.x0, turned)
    explorer.choose(0, 0.5, 1.0)
    explorer.set(angle=60)
    assert explorer.x0.tolist() == [0.5, 1.0]
    explorer.press("reset")
    assert explorer.x0.tolist() == [-1.8, 0.2]
    explorer.set(objective="bowl")
    explorer.set(angle=0)
    assert explorer.x0.tolist() == bowl.x0.tolist()
    explorer.set(objective="rotated_ravine")
    assert np.allclose(explorer.x0, turned)


def test_a_start_that_was_given_stays_and_scenes_set_parameters():
    scenes = {"turned": {"angle": 45}, "narrow": {"kappa": 100, "x0": [1, 1]}}
    explorer = explore(rotated_ravine, adam, angle=0, x0=[-1.5, 1], n_steps=5, scenes=scenes)
    explorer.press("turned")
    assert (explorer.values["angle"], explorer.x0.tolist()) == (45, [-1.5, 1])
    explorer.press("narrow")
    assert (explorer.values["kappa"], explorer.x0.tolist()) == (100, [1, 1])
    assert explorer.objective.name == "rotated ravine, kappa = 100, angle = 45"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kappa": -1}, "kappa must be the largest .* a number >= 1, got -1. For example kappa=10"),
        ({"kappa": "x"}, "kappa must be the largest .*, got 'x'"),
        (
            {"angle": float("nan")},
            "angle must be a number of degrees .*, got nan. For example angle=45",
        ),
        ({"width": 2}, "there is no width to set here; there are kappa, angle, lr, n_steps"),
        ({"scenes": {"flat": {"kappa": 0.5}}}, "kappa must be the largest .*, got 0.5"),
    ],
)
def test_bad_values_are_refused_in_words_and_a_figure_goes_on(values, words):
    with pytest.raises(ValueError, match=words):
        explore(rotated_ravine, gradient_descent, **values)


def test_a_figure_goes_on_after_bad_values():
    explorer = explore(rotated_ravine, gradient_descent, lr=0.1)
    sentence = explorer.sentence
    for values in ({"kappa": -1}, {"kappa": "x"}, {"angle": "nan"}, {"kappa": 1e308}):
        explorer.set(**values)
        assert explorer.problem["text"], values
        assert explorer.sentence == sentence
        explorer.press("reset")
        assert explorer.problem == {}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda x1, x2: x1, r"objective must be .* a function of kappa and angle that makes one"),
        (lambda width=2: ravine(width), r"got <lambda>\(width\)\. For example Objective"),
        (lambda: bowl, r"got <lambda>\(\)"),
        (max, "objective must be"),
        (lambda kappa: kappa, r"own\(kappa = 10\) must return an objective, got 10"),
    ],
)
def test_what_is_no_family(make, words):
    with pytest.raises(ValueError, match=words):
        explore(make, gradient_descent)


def test_a_hyperparameter_of_the_same_name_is_refused():
    def step(state, g, kappa=0.1):
        return gradient_descent(state, g, kappa)

    with pytest.raises(ValueError, match="a hyperparameter cannot be called kappa"):
        explore(ravine, step)
    assert "kappa" in explore(bowl, step).values


def test_a_step_that_takes_any_hyperparameter_does_not_get_those_of_the_landscape():
    def step(state, g, **hyper):
        return gradient_descent(state, g, **hyper)

    explorer = explore(ravine, step, kappa=10, lr=0.1, n_steps=5)
    assert explorer.problem == {}
    assert [run["hyper"] for run in explorer.recorded["runs"]] == [["lr"]]


def test_a_family_that_fails_for_one_value_leaves_the_picture():
    def broken(kappa=10):
        if kappa > 50:
            raise RuntimeError("too steep")
        return ravine(kappa)

    explorer = explore(broken, gradient_descent, n_steps=5)
    sentence = explorer.sentence
    explorer.set(kappa=60)
    assert "too steep" in explorer.problem["text"]
    assert (explorer.sentence, explorer.objective.name) == (sentence, "broken, kappa = 10")
    explorer.set(kappa=40)
    assert explorer.problem == {}


def test_a_step_that_fails_on_one_landscape_shows_that_landscape_without_a_path():
    def step(state, g, lr=0.01):
        if abs(g[1]) > 100:
            raise RuntimeError("too steep")
        return gradient_descent(state, g, lr)

    explorer = explore(ravine, step, n_steps=5)
    explorer.set(kappa=100)
    assert explorer.figure.axes[0].get_title() == "ravine, kappa = 100"
    assert explorer.sentence.startswith("No path") and explorer._current == []


def test_a_number_is_explained_on_the_landscape_that_is_shown(capsys):
    explorer = explore(rotated_ravine, momentum, lr=0.01, n_steps=5)
    explorer.set(angle=20)
    explain(explorer, "g", 1)
    assert "the slope of rotated ravine, kappa = 10, angle = 20 at x" in capsys.readouterr().out


# The recording: one program for all members


@EVERY
def test_the_program_has_the_numbers_of_every_member(make):
    family, rng = Family(make), np.random.default_rng(2)
    program = family.recorded()["program"]
    assert program, "it could not be recorded"
    for _ in range(20):
        given = values_of(make, rng)
        member = family.at(given)
        x = member.grid(7).reshape(2, -1)
        found = outputs(program, given | {"x.0": x[0], "x.1": x[1]})
        flat = {name: np.ravel(getattr(member, name)) for name in ("x0", "bounds", "minimizers")}
        for name, wanted in flat.items():
            got = [float(found[f"{name}.{k}"]) for k in range(len(wanted))]
            np.testing.assert_allclose(got, wanted, 1e-12, 1e-12)
        np.testing.assert_allclose(found["f"], member.f(x), 1e-12, 1e-12)
        np.testing.assert_allclose([found["g.0"], found["g.1"]], member.grad(x), 1e-6, 1e-6)


def test_a_family_that_decides_is_computed_by_python():
    def decides(kappa=10):
        return ravine(kappa) if kappa > 5 else bowl

    assert Family(decides).recorded()["program"] is None
    explorer = explore(decides, gradient_descent, n_steps=5)
    assert not explorer.through_kernel  # the rest of the menu is recorded
    explorer.set(kappa=2)
    assert explorer.objective.f([1.0, 1.0]) == 2


# The browser's half


HALF = """
    import { LandscapeExplorer } from "./explorers/js/landscape.js";
    import { afterAction } from "./live/js/piece.js";
    const get = (trait) => data.traits[trait];
    const half = new LandscapeExplorer(data.traits.recorded, { get });
"""


def traits_of(explorer):
    names = ("specs", "panels", "recorded", "values", "points", "chosen")
    return {name: getattr(explorer, name) for name in names}


@EVERY
def test_the_browser_makes_the_frame_of_python(make, tmp_path):
    explorer, rng = explore(make, gradient_descent, momentum, lr=0.02), np.random.default_rng(3)
    traits, cases, wanted = traits_of(explorer), [], []
    explorer.redraw = explorer._redraw_flat = lambda: None  # no picture is looked at here
    for _ in range(25):
        lr = float(10 ** rng.uniform(-3, -1))
        explorer.set(**values_of(make, rng), lr=lr)
        assert explorer.problem == {}
        contour, surface, loss = explorer.figure.axes
        cases.append([explorer.chosen, {"0": explorer.x0.tolist()}])
        panels = {"title": contour.get_title(), "name": surface.get_label()}
        panels |= {"limits": [*contour.get_xlim(), *contour.get_ylim()]}
        paths = [np.ravel(path.points).tolist() for path in explorer._current]
        wanted.append([explorer.sentence, panels, [*loss.get_xlim(), *loss.get_ylim()], paths])
    code = """
        const frames = data.cases.map(([chosen, points]) => {
          const { sentence, panels, paths } = half.frame(half.read(chosen), points);
          const shown = { title: panels[0].title, name: panels[1].name, limits: panels[0].limits };
          return [sentence, shown, panels[2].limits, paths.map(({ points }) =>
            [...points].map((x) => (Number.isNaN(x) ? "nan" : x === 1 / 0 ? "inf" : x)))];
        });
        console.log(JSON.stringify(frames));
    """
    found = node(tmp_path, HALF + code, {"traits": traits, "cases": cases})
    for (sentence, panels, limits, paths), got in zip(wanted, found, strict=True):
        assert got[0] == sentence
        assert {**got[1], "limits": None} == {**panels, "limits": None}
        np.testing.assert_allclose(got[1]["limits"], panels["limits"], 1e-12)
        np.testing.assert_allclose(got[2], limits, 1e-9)
        for path, points in zip(paths, got[3], strict=True):
            np.testing.assert_allclose(np.array(points, float), path, 1e-5, 1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_what_the_hand_does_moves_the_start_as_in_python(seed, tmp_path):
    """Random actions, good and bad, done to both."""
    scenes = {
        "turned": {"angle": 45},
        "there": {"kappa": 5, "x0": [1, 1]},
        "flat": {"objective": "bowl"},
    }
    make = functools.partial(explore, rotated_ravine, gradient_descent, n_steps=3, scenes=scenes)
    explorer, rng, actions, wanted = make(), np.random.default_rng(seed), [], []
    traits = traits_of(explorer)
    explorer.redraw = explorer._redraw_flat = lambda: None
    for _ in range(60):
        actions.append(random_action(rng))
        explorer._answer("page", n=len(actions), **actions[-1])
        wanted.append([explorer.x0.tolist(), explorer.chosen])
    code = """
        let state = { chosen: get("chosen"), points: get("points"), views: {} };
        const states = data.actions.map((action) => {
          state = half.after(afterAction(state, action, get("specs")), action, state);
          return [state.points[0], state.chosen];
        });
        console.log(JSON.stringify(states));
    """
    found = node(tmp_path, HALF + code, {"traits": traits, "actions": actions})
    for k, ((x0, chosen), (got, there)) in enumerate(zip(wanted, found, strict=True)):
        assert there == json.loads(json.dumps(chosen)), actions[: k + 1]
        np.testing.assert_allclose(got, x0, 0, 1e-12, err_msg=str(actions[: k + 1]))


def random_action(rng):
    kind = rng.choice(["kappa", "angle", "angle", "lr", "objective", "point", "press"])
    if kind == "point":
        return {"do": "point", "panel": 0, "x": float(rng.uniform(-1, 1)), "y": 0.5}
    if kind == "press":
        names = ["reset", "reset", "turned", "there", "flat"]
        return {"do": "press", "name": str(rng.choice(names))}
    values = {
        "kappa": [1, 10.0, 77.7, "x", -1],
        "angle": [0, 45.0, 90, 12.5, "nan", "30"],
        "lr": [0.1, 0.01, "no"],
        "objective": ["rotated_ravine", "rotated_ravine", "bowl", "rosenbrock"],
    }[kind]
    return {"do": "set", "name": str(kind), "value": values[rng.integers(len(values))]}


def test_every_parameter_has_a_row_of_the_table():
    for make in (ravine, rotated_ravine):
        for name, value in Family(make).defaults.items():
            row = LANDSCAPES[name]
            assert row.rule.check(name, value) == row.default == value
