"""The browser's halves of `explore_online` and `explore_beta2` show what Python shows."""

import base64
import json

import numpy as np
import pytest
from nodes import node

from course_lib.experiments.online import OPTIMIZERS, SCHEDULES
from course_lib.explorers.beta2 import explore_beta2
from course_lib.explorers.online import explore_online

HALVES = {  # name of the module: class of the browser's half, how Python makes the explorer
    "online": ("OnlineExplorer", explore_online),
    "beta2": ("Beta2Explorer", explore_beta2),
}
HALF = """
    import {{ {half} }} from "./explorers/js/{module}.js";
    import {{ afterAction }} from "./live/js/piece.js";
    const half = new {half}(data.recorded, {{ get: (name) => data[name] }});
"""
FRAMES = """
    const numbers = ({ buffer }) => Buffer.from(buffer).toString("base64");
    const plain = (path) => ({ ...path, points: numbers(path.points) });
    const frames = data.all.map((chosen) => half.frame(half.read(chosen), data.points));
    const sent = frames.map(({ paths, ...others }) => ({ ...others, paths: paths.map(plain) }));
    console.log(JSON.stringify(sent));
"""
AFTER = """
    const states = data.actions.map((actions) =>
      actions.reduce(
        (before, action) => half.after(afterAction(before, action, data.specs), action, before),
        { chosen: data.chosen, points: data.points, views: {} },
      ),
    );
    console.log(JSON.stringify(states));
"""


def in_node(folder, module, explorer, code, **more):
    """What ``code`` prints that has the browser's half of an explorer as ``half``."""
    names = ("recorded", "specs", "chosen", "points", "values", "panels")
    data = json.loads(json.dumps({name: getattr(explorer, name) for name in names}))
    return node(folder, HALF.format(half=HALVES[module][0], module=module) + code, data | more)


# Frames


def settings_of_online(n, seed=5):
    """Random settings, and those at an end: few steps, no slope at all, huge ones, no memory."""
    rng = np.random.default_rng(seed)
    ends = [{"n_steps": k} for k in (1, 2, 3, 199, 200, 201, 100_000)]
    ends += [{"high": 1000.0}, {"high": 0.0, "low": 0.0}, {"high": 1e6, "low": 1e6, "lr": 1e300}]
    ends += [{"beta1": 0.0, "beta2": 0.0}, {"beta1": 0.99999, "beta2": 0.9999999}]
    ends += [{"period": 10**6}, {"period": 2, "high": 10.0}, {"high": -3.0, "low": 2.0}]
    for k in range(n):
        drawn = {
            "high": 10 ** rng.uniform(0, 3.7),
            "low": rng.uniform(-20, 0),
            "period": int(rng.integers(2, 301)),
            "lr": 10 ** rng.uniform(-3, 1),
            "beta1": rng.uniform(0, 0.99),
            "beta2": 1 - 10 ** -rng.uniform(0, 5),
            "n_steps": int(10 ** rng.uniform(0, 4)),
        }
        drawn |= ends[k] if k < len(ends) else {}
        drawn["schedule"] = str(rng.choice(list(SCHEDULES)))
        yield drawn | {name: bool(rng.random() < 0.5) for name in OPTIMIZERS}


def settings_of_beta2(n, seed=6):
    """Random settings, and those at an end."""
    rng = np.random.default_rng(seed)
    ends = [{"beta2": 0.0}, {"beta1": 0.0, "beta2": 0.0}, {"period": 2}, {"period": 1000}]
    ends += [{"period": 2, "high": 10.0, "low": -10.0}, {"high": 1e6, "low": -1e-6}]
    ends += [{"high": 1e-6, "low": -1e6}, {"beta2": 0.9999999, "high": 1000.0, "low": -10.0}]
    for k in range(n):
        drawn = {
            "beta2": 1 - 10 ** -rng.uniform(0, 5),
            "beta1": rng.uniform(0, 0.99),
            "high": 10 ** rng.uniform(0, 3.7),
            "low": -rng.uniform(0.1, 20),
            "period": int(rng.integers(2, 301)),
        }
        yield drawn | (ends[k] if k < len(ends) else {})


SETTINGS = {"online": settings_of_online, "beta2": settings_of_beta2}


@pytest.fixture(scope="module", params=HALVES)
def frames(request, tmp_path_factory):
    """The explorer, all settings, and the browser's frame of each."""
    module = request.param
    explorer = HALVES[module][1]()
    chosen = list(SETTINGS[module](200))
    folder = tmp_path_factory.mktemp(module)
    return explorer, chosen, in_node(folder, module, explorer, FRAMES, all=chosen)


def frame_of_python(explorer, chosen):
    return explorer.frame(explorer.read(chosen))[:2]


def test_sentences_are_those_of_python(frames):
    explorer, all_chosen, found = frames
    for chosen, ours in zip(all_chosen, found, strict=True):
        assert ours["sentence"] == frame_of_python(explorer, chosen)[1], chosen


def test_paths_are_those_of_python(frames):
    explorer, all_chosen, found = frames
    for chosen, ours in zip(all_chosen, found, strict=True):
        paths, _ = frame_of_python(explorer, chosen)
        explorer._current = paths
        explorer._send_paths()
        looks = [{k: v for k, v in path.items() if k != "points"} for path in ours["paths"]]
        assert looks == explorer.styles, chosen
        for path, wanted in zip(ours["paths"], paths, strict=True):
            points = np.frombuffer(base64.b64decode(path["points"])).reshape(-1, 2)
            assert_near(points, np.asarray(wanted.points, float), chosen)


def assert_near(points, wanted, what):
    np.testing.assert_allclose(points[:, 0], wanted[:, 0], rtol=1e-12, err_msg=str(what))
    size = np.nanmax(abs(wanted[:, 1]), initial=0)  # a sum near 0 has lost digits
    allowed = {"rtol": 1e-9, "atol": 1e-9 * size}
    np.testing.assert_allclose(points[:, 1], wanted[:, 1], **allowed, err_msg=str(what))


def test_panels_are_as_python_draws_them(frames):
    explorer, all_chosen, found = frames
    for chosen, ours in zip(all_chosen[:40], found, strict=False):
        frame_of_python(explorer, chosen)
        for ax, wanted in zip(explorer.figure.axes, ours["panels"], strict=True):
            limits = (wanted or {}).get("limits", [*ax.get_xlim(), *ax.get_ylim()])
            assert limits == pytest.approx([*ax.get_xlim(), *ax.get_ylim()]), chosen


# What the hand does

SCENARIOS = {
    "online": [
        [{"do": "press", "name": "slopes 3, −1"}],
        [{"do": "set", "name": "lr", "value": 0.1}, {"do": "press", "name": "slopes 1010, −10"}],
        [{"do": "set", "name": "n_steps", "value": 500}, {"do": "press", "name": "reset"}],
        [{"do": "set", "name": "Adam", "value": False}],
    ],
    "beta2": [
        [{"do": "point", "panel": 0, "x": 4.0, "y": 50.0}],
        [{"do": "point", "panel": 0, "x": -0.1, "y": 50.0}],
        [{"do": "set", "name": "beta2", "value": 0.9}],
        [{"do": "set", "name": "period", "value": "50"}],
        [{"do": "press", "name": "turning point"}],
        [{"do": "set", "name": "beta1", "value": 0.99}, {"do": "press", "name": "turning point"}],
        [{"do": "set", "name": "beta2", "value": 0.5}, {"do": "press", "name": "reset"}],
        [{"do": "press", "name": "turning point"}, {"do": "set", "name": "beta2", "value": 0.5}],
        # as Python does, with the last values that are allowed
        [{"do": "set", "name": "low", "value": "x"}, {"do": "press", "name": "turning point"}],
        [{"do": "set", "name": "low", "value": "x"}, {"do": "point", "panel": 0, "x": 3, "y": 0}],
    ],
}


def after_in_python(make, actions):
    """The explorer after the actions."""
    explorer = make()
    known = {"set": explorer.choose_value, "press": explorer.press, "point": explorer.choose}
    for action in actions:
        known[action["do"]](**{name: value for name, value in action.items() if name != "do"})
    return explorer


@pytest.mark.parametrize("module", HALVES)
def test_what_the_hand_does_has_the_same_effect_in_both(module, tmp_path):
    _, make = HALVES[module]
    found = in_node(tmp_path, module, make(), AFTER, actions=SCENARIOS[module])
    for actions, state in zip(SCENARIOS[module], found, strict=True):
        wanted = after_in_python(make, actions)
        assert list(state["chosen"]) == list(wanted.chosen), actions
        for name, value in wanted.chosen.items():
            is_float = isinstance(value, float)  # JavaScript's powers differ in the last bit
            value = pytest.approx(value, rel=1e-9) if is_float else value
            assert state["chosen"][name] == value, actions
        assert list(state["points"]) == list(wanted.points), actions
        for panel, point in wanted.points.items():
            assert state["points"][panel] == pytest.approx(point, rel=1e-9), actions


def test_without_a_turning_point_the_button_says_so(tmp_path):
    lower = {"do": "set", "name": "high", "value": 500.0}
    press = {"do": "press", "name": "turning point"}
    higher = {"do": "set", "name": "high", "value": 1010.0}
    all_actions = [[lower, press], [lower, press, higher]]
    said, gone = in_node(tmp_path, "beta2", explore_beta2(), AFTER, actions=all_actions)
    explorer = after_in_python(explore_beta2, [lower, press])
    assert said["note"] == explorer.problem["text"]
    assert said["chosen"] == dict(explorer.chosen)
    assert "note" not in gone
