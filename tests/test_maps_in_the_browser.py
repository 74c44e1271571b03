"""The browser's halves of `explore_momentum` and `explore_sensitivity` show what Python shows."""

import base64
import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from nodes import node

from course_lib.experiments import momentum as theory
from course_lib.experiments.grids import STARTS
from course_lib.experiments.sensitivity import sensitivity_map, start_grid
from course_lib.explorers.momentum import BETA, CELLS, KINDS, LR, explore_momentum
from course_lib.explorers.sensitivity import explore_sensitivity, normal_numbers, numbers_of
from course_lib.explorers.sensitivity_inputs import NONE
from course_lib.objectives import Objective, bowl, himmelblau, ravine
from course_lib.optimizers import adam, gradient_descent, momentum

SETTINGS = 30  # of each piece
COLOURS = "steps", "final f", "minimizer"
SIDE = 9  # cells of a sensitivity map in each direction
TRAITS = ("recorded", "specs", "chosen", "points", "values", "panels", "map_numbers", "normal")

HALF = """
    const { traits } = data;
    const model = { get: (name) => withBytes(traits[name]), isAlone: data.isAlone };
    const waiting = [];
    const half = new Half(traits.recorded, model, () => waiting.splice(0).forEach((go) => go()));
    const bytes = new Map();
    function withBytes(value) {
      if (value?.numbers?.base64 === undefined && value?.steps?.base64 === undefined) return value;
      if (!bytes.has(value)) {
        const read = (part) => (part.base64 ? Buffer.from(part.base64, "base64") : part);
        const parts = Object.entries(value).map(([name, part]) => [name, read(part)]);
        bytes.set(value, Object.fromEntries(parts));
      }
      return bytes.get(value);
    }
    // A frame, or what is said in its place
    function frameNow(chosen, points) {
      try {
        return half.frame(half.read(chosen), points) ?? { none: true };
      } catch ({ text, name, stack }) {
        return { text: text ?? stack, name };
      }
    }
    // The frame once nothing of it is pending
    async function frameOf(chosen, points) {
      const frame = frameNow(chosen, points);
      if (!frame.isPending) return frame;
      await new Promise((go) => waiting.push(go));
      return frameOf(chosen, points);
    }
    const base64 = ({ buffer }) => Buffer.from(buffer).toString("base64");
    // What the browser would draw, all arrays as base64; of panels also what is painted
    function plain(frame) {
      if (!frame.paths) return frame;
      const paths = frame.paths.map((path) => ({ ...path, points: base64(path.points) }));
      const panels = frame.panels.map((panel, k) => panel && withPaint(panel, traits.panels[k]));
      return { ...frame, paths, panels };
    }
    function withPaint({ paint, ...panel }, shown) {
      const painted = data.paints ? paint?.(shown) : undefined;
      if (!painted) return panel;
      const values = painted.field.values && base64(painted.field.values);
      return { ...panel, painted: { ...painted, field: { ...painted.field, values } } };
    }
    const print = (value) => console.log(JSON.stringify(value));
"""
FRAMES = """
    const frames = [];
    for (const { chosen, points } of data.all) frames.push(plain(await frameOf(chosen, points)));
    print(frames);
"""
AFTER = """
    // The state after some actions; a frame after each, so that maps are there for the next
    async function stateAfter(actions) {
      let before = { chosen: traits.chosen, points: traits.points, views: {} };
      for (const action of actions) {
        before = half.after(afterAction(before, action, traits.specs), action, before);
        await frameOf(before.chosen, before.points);
      }
      const { chosen, points } = before;
      return { chosen, points };
    }
    const states = [];
    for (const actions of data.actions) states.push(await stateAfter(actions));
    print(states);
"""


def in_node(folder, explorer, code, **more):
    """What ``code`` prints that has the browser's half of an explorer as ``half``."""
    name = explorer.title.removeprefix("explore_")
    first = f'import {{ {name.title()}Explorer as Half }} from "./explorers/js/{name}.js";'
    first += 'import { afterAction } from "./live/js/piece.js";'
    traits = {name: sendable(getattr(explorer, name, {})) for name in TRAITS}
    return node(folder, first + HALF + code, {"traits": traits, "isAlone": True} | more)


def sendable(value):
    """Plain data with bytes as base64."""
    if isinstance(value, dict):
        return {name: sendable(part) for name, part in value.items()}
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def array(text):
    return np.frombuffer(base64.b64decode(text))


# Settings


def settings_of_momentum(rng):
    """Random values and starts; some at an end, some at the best pair."""
    ends = [{"kappa": 1.0}, {"kappa": 100.0}, {"n_steps": 0}, {"beta": 0.0}, {"lr": 5.0}]
    for k in range(SETTINGS):
        kind, kappa = str(rng.choice(list(KINDS))), 10 ** rng.uniform(0, 2)
        lr, beta = theory.optimal_parameters(kappa, kind)
        if k % 3:
            lr, beta = 10 ** rng.uniform(-2.3, 0.7), rng.uniform(*BETA)
        chosen = {"lr": lr, "beta": beta, "kappa": kappa, "kind": kind, "n_steps": 60}
        chosen |= ends[k] if k < len(ends) else {"n_steps": int(rng.integers(0, 401))}
        yield chosen, rng.uniform(-2, 2, 2)


def explored_momentum():
    """An explorer, settings, and a function that gives Python's frame for one of them."""
    explorer = explore_momentum()

    def frame(chosen, start):
        explorer.x0 = start
        return explorer.frame(explorer.read(chosen))[:2]

    return explorer, list(settings_of_momentum(np.random.default_rng(3))), frame


def explored_sensitivity():
    """As `explored_momentum`."""
    explorer = explore_sensitivity(himmelblau, adam, n=SIDE, n_steps=40, lr=0.05)

    def frame(chosen, start):
        explorer.objective = explorer.objectives[chosen["objective"]]
        explorer.x0 = start
        return explorer.frame(explorer.read(chosen))[:2]

    return explorer, list(settings_of_sensitivity(np.random.default_rng(4), explorer)), frame


def settings_of_sensitivity(rng, explorer):
    """Random values and starts: each landscape, each optimizer, axes of each kind."""
    objectives = itertools.cycle(explorer.objectives.values())
    optimizers = itertools.cycle(explorer.steps)
    for k, objective, optimizer in zip(range(SETTINGS), objectives, optimizers, strict=False):
        known = explorer.recorded["steps"][optimizer]["axes"]
        x, y = rng.choice(known, 2, replace=len(known) < 2)
        y = NONE if x == y else y
        x, y = [(x, y), ("start x1", "start x2"), ("start x1", x), (x, "start x2")][k % 4]
        chosen = explorer.chosen | {"optimizer": optimizer, "objective": objective.name}
        chosen |= {"x": str(x), "y": str(y), "n_steps": int(rng.integers(1, 80))}
        chosen |= {"lr": 10 ** rng.uniform(-3, 0), "n_starts": int(rng.integers(1, 5))}
        chosen |= {"noise": float(rng.choice([0, 0.5])), "colour": str(rng.choice(COLOURS))}
        yield chosen, rng.uniform(*objective.bounds.T)


# Frames


@pytest.fixture(scope="module", params=[explored_momentum, explored_sensitivity])
def frames(request, tmp_path_factory):
    """The explorer, and for all settings: what was chosen, Python's frame, the browser's frame."""
    explorer, settings, frame_in_python = request.param()
    folder = tmp_path_factory.mktemp("maps")
    sent = [{"chosen": chosen, "points": {"1": start.tolist()}} for chosen, start in settings]
    found = in_node(folder, explorer, FRAMES, all=sent)
    return explorer, settings, frame_in_python, found


def test_frames_are_those_of_python(frames):
    explorer, settings, frame_in_python, found = frames
    for (chosen, start), ours in zip(settings, found, strict=True):
        paths, sentence = frame_in_python(chosen, start)
        assert ours.get("sentence") == sentence, (chosen, ours.get("text"))
        explorer._current = paths
        explorer._send_paths()
        looks = [{k: v for k, v in path.items() if k != "points"} for path in ours["paths"]]
        assert looks == explorer.styles, chosen
        for path, wanted in zip(ours["paths"], paths, strict=True):
            points = array(path["points"]).reshape(-1, 2)
            assert_near(points, np.asarray(wanted.points, float), chosen)
        assert_panels_fit(explorer, ours["panels"], chosen)


def assert_near(points, wanted, what):
    """Equal but for the last digits; what is far outside is only as far outside."""
    seen = abs(wanted) < 1e6
    size = np.max(abs(wanted), initial=1e-9, where=seen)
    allowed = {"rtol": 1e-6, "atol": 1e-9 * size, "err_msg": str(what)}
    np.testing.assert_allclose(points[seen], wanted[seen], **allowed)
    assert not np.any(abs(points[~seen]) < 1e5), what


def assert_panels_fit(explorer, panels, chosen):
    """The browser's panels have the ends, ticks and words of the axes that Python draws."""
    for ax, panel in zip(explorer.figure.axes, panels, strict=False):
        limits = (panel or {}).get("limits", [*ax.get_xlim(), *ax.get_ylim()])
        assert limits == pytest.approx([*ax.get_xlim(), *ax.get_ylim()]), chosen
        words = {"title": ax.get_title(), "xlabel": ax.get_xlabel(), "ylabel": ax.get_ylabel()}
        for name, text in words.items():
            assert (panel or {}).get(name, text) == text, chosen
        for axis in "xy":
            ticks = (panel or {}).get(f"{axis}ticks")
            if ticks is not None:
                places, labels = getattr(ax, f"get_{axis}ticks")(), labels_of(ax, axis)
                assert [place for place, _ in ticks] == pytest.approx(list(places)), chosen
                assert [label for _, label in ticks] == labels, chosen


def labels_of(ax, axis):
    return [text.get_text() for text in getattr(ax, f"get_{axis}ticklabels")()]


# What is painted


def test_the_map_of_momentum_is_painted_with_its_formulas(tmp_path):
    explorer = explore_momentum()
    settings = [(4.0, "momentum"), (30.0, "nesterov")]
    sent = [explorer.chosen | {"kappa": kappa, "kind": kind} for kappa, kind in settings]
    all_sent = [{"chosen": chosen, "points": explorer.points} for chosen in sent]
    lr, beta = np.geomspace(*LR, CELLS), np.linspace(*BETA, CELLS)
    for (kappa, kind), frame in zip(
        settings, in_node(tmp_path, explorer, FRAMES, all=all_sent, paints=True), strict=True
    ):
        painted = frame["panels"][0]["painted"]
        wanted = theory.steps_per_digit(lr, beta[:, None], kappa, kind)
        found = array(painted["field"]["values"]).reshape(CELLS, CELLS)
        np.testing.assert_allclose(found, wanted, rtol=1e-6)
        lines = {line["label"]: line["points"] for line in painted["lines"]}
        limit = np.column_stack([theory.stability_limit(beta, kappa, kind), beta])
        np.testing.assert_allclose(lines["stability limit"], limit.ravel(), rtol=1e-12)
        best = theory.optimal_parameters(kappa, kind)
        assert lines["best pair"] == pytest.approx(best, rel=1e-12)


@pytest.mark.parametrize("colour", COLOURS)
def test_the_cells_of_a_map_are_painted_as_in_python(colour, tmp_path):
    values = {"x": "lr", "y": "start x2", "n_steps": 60, "colour": colour}
    explorer = explore_sensitivity(himmelblau, momentum, n=SIDE, beta=0.9, **values)
    chosen = explorer.chosen | {"beta": 0.7}
    sent = [{"chosen": chosen, "points": explorer.points}]
    [frame] = in_node(tmp_path, explorer, FRAMES, all=sent, paints=True)
    explorer.set(beta=0.7)
    picture = explorer.figure.axes[0].images[0].get_array()
    painted = frame["panels"][0]["painted"]
    assert same_colours(picture, painted["field"])
    star = next(line["points"] for line in painted["lines"] if line["label"] == "best cell")
    assert tuple(star) == explorer.map.best().index
    assert frame["panels"][3]["limits"][2:] == pytest.approx(painted["field"]["ends"])


def same_colours(picture, field):
    """Whether a map of the browser has the colours of Python's picture, within one of 256."""
    values = array(field["values"]).reshape(picture.shape[:2])
    low, high = field["ends"]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.log(values / low) / np.log(high / low) if field["log"] else values - low
    last = len(field["colours"]) - 1
    shown = np.clip(np.nan_to_num(share * last if field["log"] else share - 0.5, posinf=0), 0, last)
    colours = np.array([to_rgba(colour) for colour in field["colours"]])[shown.round().astype(int)]
    colours[np.isnan(values)] = to_rgba(field["bad"])
    colours[np.isposinf(values)] = to_rgba(field["infinite"])
    return np.abs(colours - picture).max() < 0.03


# Where the numbers of a map come from


@pytest.fixture
def small():
    """A map of few cells whose steps the browser can compute."""
    return explore_sensitivity(ravine(10), momentum, adam, n=SIDE, n_steps=50)


def test_pythons_numbers_are_used_for_the_same_map_alone(small, tmp_path):
    numbers = numbers_of(small.map) | {"of": small.map_numbers["of"]}
    numbers["diverged"] = np.ones(SIDE * SIDE).tobytes()  # which nobody would compute
    small.map_numbers = numbers
    same, other = in_node(
        tmp_path,
        small,
        "print([traits.chosen, { ...traits.chosen, n_steps: 51 }]"
        ".map((chosen) => frameNow(chosen, traits.points)));",
    )
    assert "Of the cells 0 % converge" not in same["sentence"]
    assert "100 % diverge" in same["sentence"]
    assert not same["isPending"]
    assert other["sentence"].endswith("51 steps, 1 start. They are being computed.")


# Counts the breaks that maps take: one after eight steps of all cells
BREAKS = """
    let [clock, breaks] = [0, 0];
    performance.now = () => (clock += 1);
    const { postMessage } = MessagePort.prototype;
    MessagePort.prototype.postMessage = function (message) {
      breaks += 1;
      postMessage.call(this, message);
    };
"""


def test_only_the_newest_map_is_computed_to_its_end(small, tmp_path):
    code = """
        let redrawn = 0;
        const chosen = (n_steps) => ({ ...traits.chosen, optimizer: "adam", y: "beta1", n_steps });
        const asked = [800, 900, 800].map((steps) => frameNow(chosen(steps), traits.points));
        await new Promise((go) => waiting.push(() => { redrawn += 1; go(); }));
        await new Promise((go) => setTimeout(go, 100));
        const last = frameNow(chosen(800), traits.points);
        const again = breaks;
        const other = frameNow(chosen(900), traits.points);
        print({ pending: [...asked, last, other].map((f) => f.isPending), redrawn, breaks: again });
    """
    found = in_node(tmp_path, small, BREAKS + code)
    assert found["pending"] == [True, True, True, False, True]
    assert found["redrawn"] == 1
    assert 800 / 10 < found["breaks"] < 800 / 5


def test_two_pieces_of_one_page_compute_their_maps_side_by_side(small, tmp_path):
    code = """
        const other = new Half(traits.recorded, model, () => { isOther = true; });
        let isOther = false;
        const chosen = { ...traits.chosen, n_steps: 1000 };
        other.frame(other.read(chosen), traits.points);
        await frameOf({ ...chosen, n_steps: 999 }, traits.points);
        for (let k = 0; k < 200 && !isOther; k++) await new Promise((go) => setTimeout(go, 20));
        print(isOther);
    """
    assert in_node(tmp_path, small, code)


def test_the_page_does_what_else_it_has_to_do_while_a_map_is_computed(small, tmp_path):
    code = """
        await frameOf({ ...traits.chosen, n_steps: 400 }, traits.points);
        print(breaks);
    """
    assert in_node(tmp_path, small, BREAKS + code) >= 400 / 10


def test_noise_of_a_seed_that_came_later_is_that_seeds(small, tmp_path):
    small.set(noise=0.5, seed=2)
    later = sendable(small.normal)
    wanted = small.sentence
    small.normal = normal_numbers(1)
    code = """
        const seedOne = frameNow({ ...traits.chosen, seed: 1 }, traits.points);
        traits.normal = data.later;
        traits.map_numbers = {};
        print({ one: seedOne, two: await frameOf(traits.chosen, traits.points) });
    """
    assert in_node(tmp_path, small, code, later=later)["two"]["sentence"] == wanted


# What is refused


def branching(state, g, lr=0.1):
    """A step that cannot be recorded."""
    return state._replace(x=state.x - lr * (g if np.all(g < np.inf) else 0))


NOWHERE = Objective.from_function(lambda x1, x2: x1 * x1 + x2**4, [[-1, 1], [-1, 1]], name="own")


def test_what_is_refused_has_the_words_of_python(small, tmp_path):
    changes = [
        {"n_steps": 501, "n_starts": 4},
        {"y": "lr"},
        {"y": "beta2"},
        {"x": "eps"},
        {"n_steps": 0},
        {"noise": -1},
        {"lr": "x"},
    ]
    assert_refused_alike(small, changes, tmp_path)
    own = explore_sensitivity(NOWHERE, momentum, n=4, n_steps=20)
    assert_refused_alike(own, [{"colour": "minimizer"}], tmp_path)


def assert_refused_alike(explorer, changes, folder):
    code = """
        const wanted = data.changes.map((change) => ({ ...traits.chosen, ...change }));
        print(wanted.map((chosen) => frameNow(chosen, traits.points)));
    """
    found = in_node(folder, explorer, code, changes=changes)
    for change, said in zip(changes, found, strict=True):
        chosen = explorer.chosen
        explorer.set(**change)
        assert explorer.problem["text"] == said.get("text"), change
        assert not explorer.problem["name"] or explorer.problem["name"] == said["name"], change
        explorer.set(**chosen)
        assert not explorer.problem


def test_what_needs_python_is_said_where_there_is_none(tmp_path):
    explorer = explore_sensitivity(bowl, momentum, branching, n=4, n_steps=20)
    code = """
        const method = { optimizer: "branching", y: "none" };
        const changes = [method, { noise: 1, seed: 5 }, { noise: 1 }];
        const frames = [];
        for (const change of changes)
          frames.push(await frameOf({ ...traits.chosen, ...change }, traits.points));
        print(frames.map(({ text, none, sentence }) => text ?? none ?? sentence));
    """
    method, seed, first_seed = in_node(tmp_path, explorer, code)
    assert method == "branching needs Python: choose another method."
    assert seed == "the noise of another seed needs Python: choose the first seed again."
    assert "noise 1, seed 1." in first_seed
    method, seed, first_seed = in_node(tmp_path, explorer, code, isAlone=False)
    assert method is seed is True
    assert "noise 1, seed 1." in first_seed


# What the hand does


def press(name):
    return {"do": "press", "name": name}


def choose(name, value):
    return {"do": "set", "name": name, "value": value}


def point(panel, x, y):
    return {"do": "point", "panel": panel, "x": x, "y": y}


SCENARIOS = {
    "momentum": [
        [press("best pair")],
        [choose("kind", "nesterov"), choose("kappa", 40), press("best pair")],
        [point(0, 0.3, 0.7), point(1, 1.0, -1.5)],
        [point(1, 1.0, -1.5), choose("lr", "0.2")],
        [choose("beta", 0.9), point(1, 0.5, 0.5), press("reset")],
        # the last values that are allowed count
        [choose("kappa", "x"), press("best pair")],
        [choose("lr", "x"), press("best pair")],
        [choose("lr", "x")],
    ],
    "sensitivity": [
        [press("best cell")],
        [point(0, 2.4, 6.6)],
        [point(0, -3.0, 99.0)],
        [choose("lr", 0.7), choose("beta", 0.2)],
        [choose("n_steps", 20), choose("lr", 0.01), press("best cell")],
        [choose("n_steps", 20), press("best cell"), choose("n_steps", 30), press("best cell")],
        [point(1, 1.0, -1.5), point(0, 4.0, 4.0)],
        [choose("objective", "bowl"), point(0, 4.0, 4.0)],
        [point(1, 1.0, -1.5), choose("objective", "bowl"), choose("objective", "booth")],
        [point(1, 1.0, -1.5), choose("objective", "bowl"), press("reset")],
        [choose("optimizer", "adam"), point(0, 1.0, 8.0)],
        [choose("y", "none"), choose("optimizer", "gradient_descent"), point(0, 6.0, 3.0)],
        [choose("optimizer", "gradient_descent"), choose("optimizer", "rmsprop")],
        [choose("x", "start x1"), point(0, 3.0, 2.0)],
        [choose("x", "start x1"), choose("y", "start x2"), point(0, 3.0, 2.0)],
        [choose("x", "start x1"), choose("y", "start x2"), choose("optimizer", "adam")],
        [choose("x", "start x1"), choose("y", "start x2"), point(1, 0.3, 1.1)],
        [choose("x", "start x1"), choose("y", "start x2"), press("best cell")],
        # the last values that are allowed count
        [choose("n_steps", "x"), point(0, 2.0, 2.0)],
        [choose("n_steps", "x"), press("best cell")],
        [choose("n_steps", "x"), choose("objective", "bowl"), choose("n_steps", 30)],
        [choose("y", "lr"), choose("x", "beta")],
    ],
}


@pytest.mark.parametrize("piece", SCENARIOS)
def test_what_the_hand_does_has_the_same_effect_in_both(piece, tmp_path):
    make = {
        "momentum": explore_momentum,
        "sensitivity": lambda: explore_sensitivity(ravine(10), momentum, n=SIDE, n_steps=40),
    }[piece]
    found = in_node(tmp_path, make(), AFTER, actions=SCENARIOS[piece])
    for actions, state in zip(SCENARIOS[piece], found, strict=True):
        wanted = after_in_python(make(), actions)
        assert list(state["chosen"]) == list(wanted.chosen), actions
        for name, value in wanted.chosen.items():
            value = pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
            assert state["chosen"][name] == value, (name, actions)
        assert state["points"].keys() == wanted.points.keys(), actions
        for panel, place in wanted.points.items():
            assert state["points"][panel] == pytest.approx(place, rel=1e-9), (panel, actions)


def after_in_python(explorer, actions):
    known = {"set": explorer.choose_value, "press": explorer.press, "point": explorer.choose}
    for action in actions:
        known[action["do"]](**{name: value for name, value in action.items() if name != "do"})
    return explorer


def test_a_best_cell_that_was_chosen_stays_when_another_map_is_computed(small, tmp_path):
    """A page without Python looks at all that was done again for every frame."""
    code = """
        const look = () => actions.reduce((state, action) => {
          const { do: what, name, value } = action;
          const set = what === "set" ? { [name]: value } : {};
          return half.after({ ...state, chosen: { ...state.chosen, ...set } }, action, state);
        }, { chosen: traits.chosen, points: traits.points });
        const actions = [];
        const does = async (action) => {
          actions.push(action);
          for (let k = 0; k < 3; k++) await frameOf(look().chosen, look().points);
          return look().chosen;
        };
        await does({ do: "set", name: "n_steps", value: 3 });
        await does({ do: "set", name: "lr", value: 9 });
        const best = await does({ do: "press", name: "best cell" });
        const later = await does({ do: "set", name: "n_steps", value: 60 });
        print({ best, later });
    """
    found = in_node(tmp_path, small, code)
    small.set(n_steps=3, lr=9)
    small.press("best cell")
    assert found["best"]["lr"] == small.values["lr"]
    assert found["later"] == found["best"] | {"n_steps": 60}


# The start as the axes of a map


def test_a_cell_of_starts_is_the_run_from_there():
    settings = {"n_steps": 40, "noise": 0.3, "seed": 4}
    grids = [start_grid(name, himmelblau, n) for name, n in zip(STARTS, (4, 3), strict=True)]
    m = sensitivity_map(adam, himmelblau, *grids, lr=0.05, **settings)
    for i, j in itertools.product(range(4), range(3)):
        start = [grids[0].values[i], grids[1].values[j]]
        alone = sensitivity_map(adam, himmelblau, ("lr", [0.05]), x0=start, **settings)
        np.testing.assert_allclose(m.trajectory(i, j), alone.trajectory(0, 0), rtol=1e-12)
        assert m.hyper(i, j) == {}
        assert m.start(i, j).tolist() == start
        assert np.array_equal(m.alone(i, j).x, m.trajectory(i, j))


def test_one_coordinate_of_the_start_can_be_an_axis_beside_a_hyperparameter():
    grids = ("lr", [0.01, 0.1]), start_grid("start x2", bowl, 3)
    m = sensitivity_map(momentum, bowl, *grids, n_steps=5, x0=[[0.5, -0.5], [0.1, 0.2]])
    assert m.x[0, 0].tolist() == [[[0.5] * 3] * 2, [[-0.5] * 3] * 2]
    assert m.x[0, 1].tolist() == [[[-1, 0, 1]] * 2] * 2
    assert m.at(1, 2) == {"lr": 0.1, "start x2": 1.0}
    assert m.hyper(1, 2) == {"lr": 0.1}


def test_each_minimizer_attracts_the_cells_near_it():
    grids = [start_grid(name, himmelblau, 7) for name in STARTS]
    m = sensitivity_map(gradient_descent, himmelblau, *grids, n_steps=300, lr=0.005)
    reached = np.isfinite(m.steps)
    assert set(m.nearest[reached]) == {0, 1, 2, 3}
    assert np.isnan(m.nearest[~reached]).all()
    ends = himmelblau.minimizers[:, m.nearest[reached].astype(int)]
    assert np.abs(m.x[-1, :, 0][:, reached] - ends).max() < 0.05


def test_a_click_in_a_map_of_starts_moves_the_start_and_no_slider():
    axes = {"x": STARTS[0], "y": STARTS[1], "colour": "minimizer"}
    explorer = explore_sensitivity(himmelblau, adam, n=SIDE, n_steps=60, lr=0.05, **axes)
    before, computed = dict(explorer.chosen), explorer.map
    explorer.choose(0, 2.0, 7.0)
    assert explorer.x0.tolist() == explorer.map.start(2, 7).tolist()
    assert (explorer.chosen, explorer.cell) == (before, (2, 7))
    assert explorer.map is computed
