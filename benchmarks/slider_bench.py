"""One way to let a figure follow a slider, open in a page of its own, under the keys and the mouse.

`slider_latency.py` says what is measured and how.
"""

import io
import time

import numpy as np
from PIL import Image

QUIET = 250  # ms of silence between presses, beside a round trip
KEY = "ArrowRight"


class Probed:
    """A browser whose pages carry a script from their first line on."""

    def __init__(self, browser, script):
        self.browser, self.script = browser, script

    def new_context(self, **options):
        """A context of the browser with the script."""
        context = self.browser.new_context(**options)
        context.add_init_script(self.script)
        return context


def pictures(seen):
    """``(time, picture)`` of the changes that showed another picture than the one before."""
    last, new = seen["before"], []
    for change in seen["changes"]:
        if change["picture"] != last:
            new.append((change["time"], change["picture"]))
            last = change["picture"]
    return new


def change_of(press):
    """When the final picture of a press was there for the first time; None if nothing changed."""
    if not press["changes"] or press["changes"][-1]["picture"] == press["before"]:
        return None
    final = press["changes"][-1]["picture"]
    return next(change["time"] for change in press["changes"] if change["picture"] == final)


def is_update(frame):
    """Whether a message brings a new state or picture; an echo of what the page sent does not."""
    return frame["received"] and frame["kind"] in ("update", "custom", "display_data")


class Bench:
    """One way, open in a page of its own, at the end of a network that can be made longer."""

    def __init__(self, way, notebook, far):
        self.way, self.page, self._notebook, self._far = way, notebook.page, notebook, far
        self.page.evaluate("way => probe.watch(...way)", way.change)
        self.cold = self.first_picture(factor=5)
        self.page.wait_for_selector(way.picture)

    def _settled(self, answer=True, factor=1):
        quiet = factor * QUIET + self._far.round_trip_ms
        self.page.evaluate("([quiet, answer]) => probe.settled(quiet, answer)", [quiet, answer])

    def first_picture(self, factor=2):
        """Milliseconds from running the cell to its first picture; None where it has no stage.

        The slider is at its first stop again.
        """
        self.page.bring_to_front()
        self.page.evaluate("probe.clear()")
        start = self.page.evaluate("performance.now()")
        self._notebook.run_all()
        self._settled(factor=factor)  # a figure that fits itself to the cell is drawn again
        seen = self.page.evaluate("probe.result()")
        if not self.way.ours:
            return None
        return max([seen["changes"][0]["time"], *seen["swaps"][:1]]) - start

    def hold(self):
        """Bring the page to the front with the focus on the slider."""
        self.page.bring_to_front()
        self.page.locator(self.way.handle).focus()

    def press(self):
        """Press the key once; return what the probe saw until silence."""
        self.page.evaluate("probe.clear()")
        self.page.keyboard.press(KEY)
        self._settled()
        return self.page.evaluate("probe.result()")

    def block(self, presses):
        """What the probe saw in a number of presses, after one that wakes the page up."""
        self.hold()
        self.press()
        return [self.press() for _ in range(presses)]

    def check(self):
        """Raise unless the first change after a key is the final picture, and is on the screen."""
        self.hold()
        self.press()
        screen = self._screen()
        press = self.press()
        changed = int((self._screen() != screen).any(axis=2).sum())
        digests = press["before"], *(change["picture"] for change in press["changes"])
        if len(digests) < 2 or digests[1] == digests[0] or digests[1] != digests[-1]:
            raise AssertionError(
                f"{self.way.name}: the first change is not the new picture; {digests}"
            )
        if changed < 50:
            raise AssertionError(f"{self.way.name}: {changed} pixels of the screen have changed")

    def _screen(self):
        png = self.page.locator(self.way.picture).first.screenshot()
        return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)

    def storm(self, presses=40, interval=25):
        """Press faster than a figure can follow; return pictures, ms to settle, bytes sent."""
        self.hold()
        self.press()
        self.page.evaluate("probe.clear()")
        start = time.perf_counter()
        for k in range(presses):
            time.sleep(max(0, start + k * interval / 1000 - time.perf_counter()))
            self.page.keyboard.press(KEY)
        self._settled(factor=2)
        seen = self.page.evaluate("probe.result()")
        keys, drawn = seen["keys"], pictures(seen)
        sent = [frame for frame in seen["frames"] if not frame["received"]]
        return {
            "pictures": len(drawn),
            "settle": max(0.0, drawn[-1][0] - keys[-1]) if drawn else np.nan,
            "sent": sum(frame["bytes"] for frame in sent if frame["time"] <= keys[-1]),
            "interval": np.ptp(keys) / (presses - 1),
        }

    def turn(self, seconds=3.0):
        """Drag the surface to and fro; return pictures per second."""
        page = self.page
        page.bring_to_front()
        panel = page.locator(".panel.surface").first
        panel.scroll_into_view_if_needed()
        box = panel.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.wait_for_timeout(200)
        page.evaluate("probe.keep(false), probe.pulse(true), probe.clear()")
        start = time.perf_counter()
        while (now := time.perf_counter() - start) < seconds:
            page.mouse.move(x + 80 * np.sin(2.5 * now), y + 25 * np.sin(1.3 * now))
            time.sleep(0.01 - (time.perf_counter() - start) % 0.01)
        changes = page.evaluate("probe.result().changes")
        page.mouse.up()
        self._settled(answer=False)
        page.evaluate("probe.keep(true), probe.pulse(false)")
        return len({change["screen"] for change in changes}) / seconds


class Presses:
    """What the presses of one way at one round trip say."""

    def __init__(self, presses):
        self.seen = [press for press in presses if change_of(press)]
        self.unseen = len(presses) - len(self.seen)

    @property
    def times(self):
        """Milliseconds from the key to the final picture, one for each press."""
        return np.array([change_of(press) - press["keys"][0] for press in self.seen])

    @property
    def median(self):
        return float(np.median(self.times)) if self.seen else np.nan

    @property
    def straight(self):
        """Share of the presses whose first change already was the final picture."""
        return np.mean([change_of(press) == press["changes"][0]["time"] for press in self.seen])

    def sizes(self):
        """Bytes of the update, and of everything received until silence: medians."""
        update, everything = [], []
        for press in self.seen:
            change = change_of(press)
            received = [f for f in press["frames"] if f["received"]]
            update.append(sum(f["body"] for f in received if is_update(f) and f["time"] < change))
            everything.append(sum(f["bytes"] for f in received))
        return int(np.median(update)), int(np.median(everything))

    def stages(self):
        """Medians in ms: in the page, to the kernel, in it, to the page, in the page.

        None where the kernel had no part in it.
        """
        rows = []
        for press in self.seen:
            key, change = press["keys"][0], change_of(press)
            updates = [f for f in press["frames"] if is_update(f) and f["time"] < change]
            if not updates:
                return None
            sent = next(f for f in press["frames"] if not f["received"])
            busy = next(f for f in press["frames"] if f["kind"] == "busy")
            made, came = updates[-1]["made"], updates[-1]["time"]
            rows.append([key, sent["time"], busy["made"], made, came, change])
        return np.median(np.diff(rows), axis=0)
