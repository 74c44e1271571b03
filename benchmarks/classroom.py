"""How many students one machine carries: a class on a JupyterHub.

    pip install -r benchmarks/requirements.txt
    python benchmarks/classroom.py
    python benchmarks/classroom.py --students 30 30 30

It wants Linux, and npm, which installs JupyterHub's proxy the first time. A real JupyterHub starts
on this machine with the settings of ``hub/course_config.py``, a password that anyone has, and
servers that all belong to the account that runs this. Then a class of 5, of 15 and of 30

- logs in and starts its servers, all at the same moment;
- opens notebook 03 and runs it from the first cell to the last, again all at once. Each live piece
  is shown, so that the kernel draws it for the width of a page. Nobody opens a notebook so fast
  by hand: this is the worst that a class can do;
- moves a slider, all at the same time: a drag of a second, then a rest, again and again.

A drag sends nothing, since the browser computes what it shows; a rest sends one message, and the
kernel answers with its own numbers (``course_lib/live/js/hand.js``). The students are this
program, which speaks to kernels as a page does but draws nothing; it takes a share of the same
processors.

**What is measured.** "up": from the click on "log in" until the server is ready. "notebook":
until the last cell is done. "reply": from sending a rest until the piece's answer is there.
"drag", "rest": processor time of a student's kernel, a drag over a second in which nothing else is
done. "memory": of a student's server and kernel after the notebook (PSS: memory that processes
share is counted in parts). Times are the median and the 95th percentile over the class.
``--bare`` leaves out the settings of the hub's page.
"""

import argparse
import asyncio
import os
import platform
import random
import time
from contextlib import AsyncExitStack
from importlib.metadata import version

from classroom_hub import NOTEBOOK, running_hub
from classroom_student import Refused, Student
from classroom_table import HEAD, Result, row

CLASSES = (5, 15, 30)
DRAG = 1.0  # seconds
RESTS = 10  # of each student
SLIDER, LOW, HIGH = "lr", 0.01, 0.5
MAY_RAISE = "raises-exception"  # tag of a cell


class Seat:
    """What one student does in class, and how it went."""

    def __init__(self, student):
        self.student, self.name = student, student.name
        self.problem, self.errors, self.replies = None, [], []
        self.up = self.notebook = self.kernel = self.piece = None

    async def arrive(self):
        """Log in and start the server."""
        start = time.perf_counter()
        await self.student.log_in()
        await self.student.start_server()
        self.up = time.perf_counter() - start

    async def work(self):
        """Run the notebook, and look at each live piece."""
        start = time.perf_counter()
        cells, self.kernel = await self.student.open(NOTEBOOK.name)
        for cell in cells:
            if cell["cell_type"] == "code":
                await self._run(cell)
        self.notebook = time.perf_counter() - start
        self.piece = first_with(SLIDER, self.kernel.pieces)

    async def _run(self, cell):
        before = set(self.kernel.pieces)
        error = await self.kernel.run(cell["source"])
        if error and MAY_RAISE not in cell["metadata"].get("tags", []):
            self.errors.append(error)
        for piece in set(self.kernel.pieces) - before:
            await self.kernel.show(piece)

    async def drag_and_rest(self):
        """Drag a slider and let it rest, some times; not in step with the others."""
        await asyncio.sleep(random.uniform(0, DRAG))
        for _ in range(RESTS):
            await asyncio.sleep(DRAG)  # the browser computes, and tells nobody
            value = random.uniform(LOW, HIGH)
            self.replies.append(await self.kernel.rest(self.piece, SLIDER, value))


def first_with(slider, pieces):
    """Return the number of the first piece that has a slider of that name."""
    for number, state in pieces.items():
        if slider in (spec["name"] for spec in state["specs"]):
            return number
    raise Refused(f"no live piece with a slider {slider}")


async def together(seats, act):
    """Let all do something at once; who cannot has a problem from now on. Return the others."""
    results = await asyncio.gather(*map(act, seats), return_exceptions=True)
    for seat, result in zip(seats, results, strict=True):
        if isinstance(result, Exception):
            seat.problem = f"{seat.name}: {type(result).__name__}: {result}"
        elif isinstance(result, BaseException):
            raise result
    return [seat for seat in seats if not seat.problem]


async def hold_class(hub, names):
    """Let a class log in, work and move sliders; return its `Result`."""
    async with AsyncExitStack() as stack:
        students = [Student(hub.url, name) for name in names]
        seats = [Seat(await stack.enter_async_context(student)) for student in students]
        there = await together(await together(seats, Seat.arrive), Seat.work)
        cells, memory = hub.kernel_seconds(), hub.memory()
        drag = await kernel_time(hub, asyncio.sleep(3 * DRAG))
        rest = await kernel_time(hub, together(there, Seat.drag_and_rest))
    uses = {"drag": drag / 3, "rest": rest / RESTS}
    uses |= {"cell_seconds": sum(cells.values()), "memory": sum(memory.values())}
    means = {name: use / max(1, len(there)) for name, use in uses.items()}
    return Result(**outcome(seats), **means)


def outcome(seats):
    """Return what became of the students, as `Result` has it."""
    problems = [seat.problem for seat in seats if seat.problem]
    errors = [f"{seat.name}: {error}" for seat in seats for error in seat.errors]
    return {
        "students": len(seats),
        "failed": len(problems),
        "failed_cells": len(errors),
        "problems": problems + errors,
        "up": [seat.up for seat in seats if seat.up],
        "notebook": [seat.notebook for seat in seats if seat.notebook],
        "replies": [reply for seat in seats for reply in seat.replies],
    }


async def kernel_time(hub, happening):
    """Wait for something; return the processor time that all kernels took meanwhile."""
    before = sum(hub.kernel_seconds().values())
    await happening
    return sum(hub.kernel_seconds().values()) - before


def main():
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--students", type=int, nargs="+", default=CLASSES, metavar="N")
    options.add_argument("--bare", action="store_true", help="without the recommended settings")
    chosen = options.parse_args()
    load = os.getloadavg()[0]
    print(HEAD, flush=True)
    for count in chosen.students:
        names = [f"student{k:02}" for k in range(1, count + 1)]
        with running_hub(names, recommended=not chosen.bare) as hub:
            result = asyncio.run(hold_class(hub, names))
        print(row(result), flush=True)
        print(*result.problems, sep="\n", end="\n" if result.problems else "", flush=True)
    packages = ["jupyterhub", "jupyterlab", "jupyter-server", "ipykernel"]
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"\nMedian / 95th percentile. Python {platform.python_version()}, {versions}")
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}; load at the start {load:.1f}, at the end {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
