"""How long the map of 64 x 64 runs takes on a page without a kernel, and how long the page hangs.

    pip install -r benchmarks/requirements.txt
    python benchmarks/map_on_a_page.py

``explore_sensitivity(rosenbrock, adam, x="lr", y="beta2", n_steps=300)`` stands on a page by itself
(``tests/browser/pages.py``): one file, opened offline, which refuses every request. ArrowRight on
the slider of beta1, which is on neither axis, makes all 4,096 runs of 300 steps anew.

**Finished**: from the `keydown` event to the last change of a canvas in ``.stage`` before 3 s of
silence. A map that appears in parts is finished with its last part. **The sentence** under the
figure counts the cells that converge: the time until it has its last text. **First change**: how
soon the page shows that it works. **Hang**: the longest time between two refreshes of the screen
from the key on, which is 17 ms on an idle page; and the longest task that the browser itself
reports (it reports those of 50 ms and more). A page that computes in a worker hangs in neither.

Beside it, as the peer: the same map in Python, ``sensitivity_map``, in the process of this program.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from slider_bench import KEY, Probed, pictures
from slider_tables import table

from course_lib.experiments.sensitivity import sensitivity_map
from course_lib.explorers import explore_sensitivity
from course_lib.objectives import rosenbrock
from course_lib.optimizers import adam

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import harness
from pages import opened_page

PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
WATCH = """
window.tasks = [];
window.sentences = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ type: "longtask" });
new MutationObserver((records) => {
  const elements = records.map(({ target }) => (target.closest ? target : target.parentElement));
  if (elements.some((node) => node?.closest(".sentence"))) sentences.push(performance.now());
}).observe(document, { subtree: true, characterData: true, childList: true });
"""
SLIDER = "input[aria-label=beta1]"
QUIET = 3000  # ms without a change after which the map is finished
N_STEPS, ROUNDS = 300, 5


def one_move(page):
    """Milliseconds of one press: first change, sentence, finished, longest gap, longest task."""
    page.locator(SLIDER).focus()
    page.evaluate("tasks.length = sentences.length = 0, probe.pulse(true), probe.clear()")
    page.wait_for_timeout(200)
    page.evaluate("probe.gaps.length = 0")
    page.keyboard.press(KEY)
    page.evaluate("quiet => probe.settled(quiet)", QUIET)
    seen = page.evaluate("probe.result()")
    page.evaluate("probe.pulse(false)")
    tasks, sentences = page.evaluate("[tasks, sentences]")
    key, drawn = seen["keys"][0], pictures(seen)
    if not drawn:
        raise AssertionError("the key has changed nothing")
    said = sentences[-1] - key if sentences else np.nan
    row = [drawn[0][0] - key, said, drawn[-1][0] - key, max(seen["gaps"]), max(tasks, default=0)]
    return np.array(row, float)


def in_python():
    """Milliseconds of the same map in Python."""
    start = time.perf_counter()
    lr, beta2 = np.geomspace(1e-4, 1, 64), 1 - np.geomspace(0.5, 1e-4, 64)
    sensitivity_map(adam, rosenbrock, ("lr", lr), ("beta2", beta2), N_STEPS)
    return 1000 * (time.perf_counter() - start)


def main():
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    piece = explore_sensitivity(rosenbrock, adam, x="lr", y="beta2", n_steps=N_STEPS)
    if not hasattr(piece, "_esm"):
        sys.exit(f"{type(piece).__name__} is several widgets, so it is no page by itself")
    peer = np.median([in_python() for _ in range(ROUNDS)])
    with harness.chromium() as browser:
        probed = Probed(browser, PROBE + WATCH)
        with opened_page(probed, piece) as shown:
            shown.page.evaluate("probe.watch('canvas', '.stage')")
            shown.page.wait_for_timeout(1000)
            moves = np.array([one_move(shown.page) for _ in range(1 + ROUNDS)])[1:]
            complaints = [*shown.errors, *shown.requests]
    names = ["first change", "the sentence", "finished", "hang: longest gap", "hang: longest task"]
    rows = [
        [name, f"{np.median(column):.0f}", f"{column.max():.0f}"]
        for name, column in zip(names, moves.T, strict=True)
    ]
    rows.append(["the same map in Python", f"{peer:.0f}", ""])
    print(table(["64 × 64 runs, 300 steps, ms", "median", "longest"], rows))
    print(
        f"{ROUNDS} moves after one that warms up. Complaints of the page: {complaints or 'none'}."
    )


if __name__ == "__main__":
    main()
