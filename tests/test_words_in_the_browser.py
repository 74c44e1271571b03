"""The browser writes numbers and verdicts as Python does, to the letter."""

from pathlib import Path

import numpy as np
import pytest
from nodes import node

from course_lib.experiments import verdicts
from course_lib.experiments.verdicts import describe, verdict, words
from course_lib.objectives import Objective, catalogue, cliff
from course_lib.optimizers import STATES, hyperparameters, run
from course_lib.utils.text import digits, place, share, short

SPECIAL = [0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 1e-320, 5e-324, 1.7976931348623157e308, 1e21]
SPECIAL += [9.995, 99.95, 9.5, 999999.5, 1e-4, 9.9999e-5, 1234.5, 0.00099995, 1e22, 123456789.0]
SPECIAL += [float("inf"), float("-inf"), float("nan"), 0.1 + 0.2, 2.0**60, 65.5, 66.5, 1e16, 1e-3]


def numbers(n=30_000):
    rng = np.random.default_rng(1)
    wide = rng.standard_normal(n) * 10.0 ** rng.uniform(-25, 25, n)
    ties = (rng.integers(-4000, 4000, n) + 0.5) / 2.0 ** rng.integers(0, 8, n)
    return [*SPECIAL, *(-np.array(SPECIAL)).tolist(), *wide.tolist(), *ties.tolist()]


WRITTEN = {
    "general(value, 2)": lambda value: f"{value:.2g}",
    "general(value, 3)": lambda value: f"{value:.3g}",
    "general(value, 6)": lambda value: f"{value:.6g}",
    "general(value, 17)": lambda value: f"{value:.17g}",
    "fixed(value, 0)": lambda value: f"{value:.0f}",
    "fixed(value, 3)": lambda value: f"{value:.3f}",
    "short(value)": short,
    "short(value, 3)": lambda value: short(value, 3),
    "digits(value)": digits,
    "place(value)": place,
}


@pytest.mark.parametrize("call", WRITTEN)
def test_numbers_are_written_alike(call, tmp_path):
    values = numbers()
    code = f"""
        import {{ digits, fixed, general, place, short }} from "./live/js/text.js";
        console.log(JSON.stringify(data.map((value) => {call})));
    """
    for value, got in zip(values, node(tmp_path, code, values), strict=True):
        assert got == WRITTEN[call](value), value


def test_shares_are_written_alike(tmp_path):
    pairs = [(count, total) for total in (1, 8, 12, 200, 256, 4096) for count in range(total + 1)]
    code = """
        import { share } from "./live/js/text.js";
        console.log(JSON.stringify(data.map(([count, total]) => share(count, total))));
    """
    assert node(tmp_path, code, pairs) == [share(*pair) for pair in pairs]


def random_runs(n):
    """Short and long runs of all steps on all landscapes, also without a known minimum."""
    rng = np.random.default_rng(7)
    steps = list(STATES.items())
    known = [*catalogue(), cliff]
    unknown = [Objective(o.name, o.f, o.grad, o.bounds, x0=o.x0) for o in known]
    logs = Objective("logs", lambda x: np.log(x[0]) + x[1], lambda x: np.stack([1 / x[0], x[1]]),
                     [[0.1, 2], [-1, 1]])  # fmt: skip
    for _ in range(n):
        step, kind = steps[rng.integers(len(steps))]
        objective = [*known, *unknown, logs][rng.integers(2 * len(known) + 1)]
        low, high = objective.bounds.T
        x0 = low + (high - low) * rng.uniform(size=2).round(rng.integers(1, 6))
        hyper = {name: value or 0.1 for name, value in hyperparameters(step).items()}
        hyper["lr"] = 10 ** rng.uniform(-4, 1)
        steps_ = int(rng.choice([0, 1, 2, 3, 7, 8, 9, 20, 60, 200]))
        yield objective, run(step, kind(x0), objective.grad, steps_, **hyper).x


def odd_runs():
    """Paths that no optimizer takes."""
    for objective in (catalogue()[0], Objective("b", *bowl_without_minimum(), [[-1, 1], [-1, 1]])):
        for x in (
            [[0, 0]] * 9,
            [[1, 1]] * 12,
            [[np.nan, 0], [0, 0], [0.1, 0]],
            [[0.5, 0], [np.nan, 0], [0.1, 0]],
            [[0.5, 0], [0.2, np.nan], [np.nan, np.nan]],
            [[0.5, 0], [np.inf, 0], [0.1, 0]],
            [[0.5, 0], [30, 0], [0.1, 0]],
            [[0.1, 0], [0.5, 0], [0.9, 0]],
            [[0.5, 0], [0.6, 0], [0.5, 0]],
            [[0.5, 0.1], [-0.5, 0.1]] * 10,
            [[0.5, 0.1], [0.5 - 1e-15, 0.1]],
        ):
            yield objective, np.array(x, float)


def bowl_without_minimum():
    bowl = catalogue()[0]
    return bowl.f, bowl.grad


HEIGHTS = [0, 0.5, 1, np.nextafter(1, 2), 1.5, 3, -1, 1e-4, 2e-4, 1e-8, 1999, 2000, np.inf, np.nan]
SLOPES = [0, 1e-18, 1e-12, 1e-10, 1e-6, 1e-4, 0.5, 1, 1.5, 3, 2000, np.nan]


def runs_of_few_values(n):
    """Runs at the borders between verdicts: x1 is f, x2 the slope, and many of them are equal."""
    rng = np.random.default_rng(3)

    def f(x):
        return np.where(x[0] == 3, np.nan, x[0])

    def grad(x):
        return np.stack([np.where(x[1] == 3, np.inf, x[1]), np.zeros_like(x[1])])

    window = [[-100, 100], [-100, 100]]  # it ends ten widths away, at 2000
    objectives = Objective("u", f, grad, window), Objective("k", f, grad, window, [[0], [0]])
    for _ in range(n):
        steps = rng.choice([0, 1, 2, 3, 7, 8, 9, 16]) + 1
        columns = [
            rng.choice(rng.choice(values, rng.integers(1, 4)), steps)
            for values in (HEIGHTS, SLOPES)
        ]
        yield objectives[rng.integers(2)], np.stack(columns, axis=1)


def test_a_thousand_sentences_are_those_of_python(tmp_path):
    runs, sentences = [], []
    for objective, x in [*random_runs(1500), *odd_runs(), *runs_of_few_values(6000)]:
        with np.errstate(all="ignore"):
            f, slope = objective.f(x.T), np.hypot(*objective.grad(x.T))
        sentences.append([describe("run", objective, x), list(verdict(objective, x))])
        runs.append(
            {"x": x.ravel().tolist(), "f": f.tolist(), "slope": slope.tolist()}
            | {"minimum": objective.minimum, "bounds": objective.bounds.tolist()}
        )
    code = """
        import { describeRun, verdict } from "./experiments/js/verdicts.js";
        const said = data.runs.map(({ x, f, slope, ...others }) => {
          const run = { x: Float64Array.from(x), f: Float64Array.from(f),
                        slope: Float64Array.from(slope), ...others };
          const { kind, text } = verdict(data.words, run);
          return [describeRun(data.words, "run", run), [kind, text]];
        });
        console.log(JSON.stringify(said));
    """
    said = node(tmp_path, code, {"words": words(), "runs": runs})
    assert len({kind for _, (kind, _) in sentences}) == 7
    for wanted, got in zip(sentences, said, strict=True):
        assert got == wanted


def test_every_sentence_of_the_verdicts_is_used():
    text = Path(verdicts.__file__).read_text("utf-8")
    built = {f"slope_{s}_{w}" for s in ("larger_than", "as_large_as") for w in ("start", "half")}
    built |= {"f_not_finite", "slope_not_finite"}
    assert all(f'"{name}"' in text or name in built for name in words())
