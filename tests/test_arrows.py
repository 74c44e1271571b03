"""Arrows of the next step: what the browser draws is what the run does next."""

import numpy as np
import pytest
from nodes import node

from course_lib.explorers.landscape import explore
from course_lib.objectives import bowl, ravine
from course_lib.optimizers import GradientDescentState, adam, gradient_descent, momentum

CODE = """
    import { arrowsAt, inPixels } from "./live/js/arrows.js";
    const { names, rows, numbers, steps, panel } = data;
    const table = { names, rows, data: Float64Array.from(numbers) };
    const seen = steps.map((step) => arrowsAt(table, step));
    console.log(JSON.stringify(seen.map((found) => found.why ?? {
        from: found.from,
        arrows: Object.fromEntries(found.arrows.map(({ name, vector }) => [name, vector])),
        pixels: inPixels(found, panel).map(({ tip, start }) =>
            Math.hypot(tip[0] - start[0], tip[1] - start[1])),
    })));
"""
PANEL = {"size": [500, 400], "box": [0, 0, 1, 1], "place": [0, 0, 1, 1], "equal": True}
PANEL |= {"limits": [-2, 2, -2, 2], "x": {"scale": "linear"}, "y": {"scale": "linear"}}


def arrows_of(piece, steps, folder):
    """What the browser draws at some steps, from the table that Python sends."""
    (table,) = piece._tables().values()
    numbers = np.frombuffer(table["data"]).tolist()
    about = {"names": table["names"], "rows": table["rows"], "numbers": numbers}
    return node(folder, CODE, about | {"steps": steps, "panel": PANEL})


@pytest.mark.parametrize(
    ("step", "mean"), [(gradient_descent, None), (momentum, "m"), (adam, "m_hat")]
)
def test_they_are_slope_mean_and_the_next_step(step, mean, tmp_path):
    land = ravine(10)
    piece = explore(land, step, lr=0.05, n_steps=6, arrows=True)
    longer = explore(land, step, lr=0.05, n_steps=7, curves=("g",))
    (x,) = (history.x for history in longer.histories.values())
    (quantities,) = longer.quantities.values()
    for t, found in enumerate(arrows_of(piece, list(range(7)), tmp_path)):
        wanted = {"−g": -land.grad(x[t]), "step": x[t + 1] - x[t]}
        if mean:
            wanted[f"−{mean}"] = -quantities[mean][t + 1]
        np.testing.assert_allclose(found["from"], x[t])
        assert set(found["arrows"]) == set(wanted)
        for name, vector in wanted.items():
            np.testing.assert_allclose(found["arrows"][name], vector, atol=1e-15)
        *scaled, way = found["pixels"]
        assert max(scaled) == pytest.approx(80)  # a fifth of 400 pixels
        assert way == pytest.approx(100 * np.hypot(*wanted["step"]))  # 4 wide in 400 pixels


def test_without_a_next_step_the_reason_is_said(tmp_path):
    piece = explore(bowl, adam, n_steps=3)  # without arrows no step more is taken
    assert arrows_of(piece, [3], tmp_path) == ["the run ends here"]


def test_a_function_that_raises_at_the_next_step_keeps_its_numbers():
    def stops(state, g, lr=0.1):
        if state.t >= 5:
            raise ValueError("no more")
        return GradientDescentState(state.x - lr * g, state.t + 1)

    for curves in ((), ("g",)):
        piece = explore(bowl, stops, n_steps=5, arrows=True, curves=curves)
        (table,) = piece._tables().values()
        assert np.frombuffer(table["data"]).size == 6 * 2 * len(table["names"])


def test_the_box_is_named_only_where_it_is_ticked():
    piece = explore(bowl, adam)
    before = repr(piece)
    assert "arrows" not in before
    piece.set(arrows=True)
    assert "arrows=True" in repr(piece)
    piece.press("reset")
    assert repr(piece) == before
    assert explore(bowl, adam, arrows=True).values["arrows"] is True


def test_a_scene_ticks_the_box_and_another_value_is_refused():
    piece = explore(bowl, adam, scenes={"look": {"arrows": True}})
    piece.press("look")
    assert piece.values["arrows"] is True
    with pytest.raises(ValueError, match="arrows must be one of"):
        explore(bowl, adam, arrows="yes")
