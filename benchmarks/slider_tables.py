"""What `slider_latency.py` prints of ``{round trip: {name of a way: results}}``."""

import numpy as np

OURS, ONLINE, ECHO, INLINE = "ours", "ours, online", "echo", "interact + inline"
BEFORE = ", before"
NOISE = 1.1  # of first pictures: the same library on both sides differs by up to 6 % in one run


def table(head, rows):
    """A table in Markdown."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def near_table(near):
    """Without a network: one row for each way."""
    echo, inline = (near[name]["presses"].median for name in (ECHO, INLINE))
    rows = []
    for name, results in near.items():
        presses = results["presses"]
        low, high = np.percentile(presses.times, (5, 95))
        sizes = [f"{size:,}" for size in presses.sizes()]
        row = [name, f"{presses.median:.1f}", f"{low:.1f}–{high:.1f}"]
        row += [f"{presses.median / echo:.2f}", f"{inline / presses.median:.1f}", *sizes]
        rows.append([*row, f"{100 * presses.straight:.0f} %"])
    head = "way|median ms|5 to 95 %|× echo|faster than inline|bytes: update|bytes: all|at once"
    return table(head.split("|"), rows)


def wire_table(measured):
    """Near and far: one row for each way, the columns are the round trips."""
    shown = {
        "median ms": lambda results: f"{results['presses'].median:.1f}",
        "storm: pictures": lambda results: results["pictures"],
        "storm: settled ms": lambda results: f"{results['settle']:.0f}",
        "storm: bytes to the kernel": lambda results: f"{results['sent']:,}",
        "turning: pictures/s": lambda results: f"{results['turning']:.1f}",
    }
    parts = []
    for title, text in shown.items():
        rows = []
        for name in measured[0]:
            if title.startswith("turning") and "turning" not in measured[0][name]:
                continue
            here = [at.get(name) for at in measured.values()]
            rows.append([name, *("" if results is None else text(results) for results in here)])
        parts.append(table([title, *(f"{trip} ms away" for trip in measured)], rows))
    return "\n".join(parts)


def stages_table(near):
    """Where the milliseconds go, by the clock of the page and the dates of the messages."""
    rows = []
    for name, results in near.items():
        stages = results["presses"].stages()
        alone = f"{results['presses'].median:.1f}, without the kernel"
        rows.append(
            [name, *([alone, *[""] * 4] if stages is None else map("{:.1f}".format, stages))]
        )
    head = "way|page, until sent|to the kernel|in the kernel|to the page|page, until drawn"
    return table(head.split("|"), rows)


def first_pictures(measured, cold):
    """From running the cell to the first picture; warm ones are the middle of three."""
    rows = []
    for name, ms in cold.items():
        warm = [np.median(at[name]["first"]) for at in measured.values()]
        rows.append([name, f"{ms:.0f}", *(f"{ms:.0f}" for ms in warm)])
    return table(
        ["first picture, ms", "cold", *(f"warm, {trip} ms away" for trip in measured)], rows
    )


def expectations(measured, cold):
    """What is expected of ours, and what came out."""
    near, far = measured[0], {trip: at for trip, at in measured.items() if trip}
    ours, online = near[OURS], near[ONLINE]
    median, echo = ours["presses"].median, near[ECHO]["presses"].median
    lines = [
        ("median at most 0.7 × echo", f"{median / echo:.2f} ×", median <= 0.7 * echo),
        (
            "online, within 70 ms",
            f"{online['presses'].median:.0f} ms",
            online["presses"].median <= 70,
        ),
    ]
    for trip, at in far.items():
        other = at[OURS]["presses"].median
        text = f"{other - median:+.1f} ms"
        lines.append((f"the same median ± 3 ms, {trip} ms away", text, abs(other - median) <= 3))
    for trip, at in measured.items():
        lines += _at_a_distance(trip, at[OURS])
    if OURS + BEFORE in cold:
        lines += _first_picture_lines(measured)
    return table(
        ["ours", "measured", ""],
        [[what, came, "met" if met else "MISSED"] for what, came, met in lines],
    )


def _at_a_distance(trip, ours):
    """Expectations of the storm and of turning, at one round trip."""
    return [
        (f"storm: 36 pictures of 40, {trip} ms away", ours["pictures"], ours["pictures"] >= 36),
        (
            f"storm: settled in 40 ms, {trip} ms away",
            f"{ours['settle']:.0f} ms",
            ours["settle"] <= 40,
        ),
        (f"drag: nothing sent, {trip} ms away", f"{ours['sent']:,} bytes", ours["sent"] == 0),
        (
            f"turning: 30 pictures a second, {trip} ms away",
            f"{ours['turning']:.1f}",
            ours["turning"] >= 30,
        ),
    ]


def _first_picture_lines(measured):
    """First pictures, warm, beside those of the other folder: no later, but for a tenth."""
    lines = []
    for trip, at in measured.items():
        for name in (OURS, ONLINE):
            now, then = (np.median(at[each]["first"]) for each in (name, name + BEFORE))
            text = f"{now:.0f} ms, before {then:.0f} ms"
            lines.append(
                (f"{name}: first picture no later, {trip} ms away", text, now <= NOISE * then)
            )
    return lines
