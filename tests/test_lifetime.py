"""A cell that runs again and again does not fill its kernel up: widgets and memory are counted."""

import sys

import pytest
from jupyter_client.manager import start_new_kernel

SETUP = """
import gc
from ipywidgets.widgets.widget import _instances
from course_lib.explorers import *
from course_lib.objectives import *
from course_lib.optimizers import *

def used():
    gc.collect()
    pages = int(open("/proc/self/statm").read().split()[1]) if {linux} else 0
    print(len(_instances), pages * 4096 // 2**20)
""".replace("{linux}", str(sys.platform == "linux"))
PIECES = {
    "explore": "explore(bowl, adam, amsgrad, lr=0.02)",
    "in a variable": "figure = explore(bowl, adam, lr=0.02); figure",
    "two of them": "display(explore(bowl, adam)); explore(bowl, momentum)",
    "map": "explore_sensitivity(bowl, adam, n=16, n_steps=60)",
    "momentum": "explore_momentum()",
    "digits": "explore_digits()",
    "beta2": "explore_beta2()",
    "online": "explore_online()",
    "race": "explore_race()",
    "training": "explore_training(epochs=1)",
    "prediction": "predict('01-too-large')",
    "behind a prediction": "guess.unlock(explore(bowl, adam))",
}


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    yield Cells(client)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


class Cells:
    """A notebook's side of a kernel: it says which cell it runs, as JupyterLab does."""

    def __init__(self, client):
        self.client = client
        self.run("setup", SETUP)

    def run(self, cell, code, deleted=()):
        """Run a cell; what it printed."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        message = self.client.session.msg("execute_request", content | {"stop_on_error": True})
        message["metadata"] = {"cellId": cell, "deletedCells": list(deleted)}
        self.client.shell_channel.send(message)
        printed = ""
        while True:
            said = self.client.get_iopub_msg(timeout=60)
            if said["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            assert said["msg_type"] != "error", said["content"]
            printed += said["content"].get("text", "") if said["msg_type"] == "stream" else ""
            if said["content"].get("execution_state") == "idle":
                return printed

    def used(self):
        """How many widgets there are, and how many MB of memory."""
        return tuple(map(int, self.run("used", "used()").split()))


@pytest.mark.parametrize("code", PIECES.values(), ids=PIECES)
def test_running_a_cell_again_leaves_as_much_as_running_it_once(kernel, code):
    kernel.run("guess", "guess = predict('01-too-large')")
    kernel.run(code, code)
    widgets = kernel.used()[0]
    for _ in range(2):
        kernel.run(code, code)
    assert kernel.used()[0] == widgets
    kernel.run("end", "figure = None", deleted=[code])
    assert kernel.used()[0] < widgets


@pytest.mark.parametrize("name", ["explore", "map"])
def test_memory_does_not_grow_with_the_runs(kernel, name):
    for _ in range(3):
        kernel.run(name, PIECES[name])
    before = kernel.used()[1]
    for _ in range(10):
        kernel.run(name, PIECES[name])
    assert kernel.used()[1] - before < 25  # MB; 55 or more without the closing


def test_a_piece_that_a_variable_holds_stays(kernel):
    kernel.run("list", "kept = []")
    for _ in range(3):
        kernel.run("keep", "kept.append(explore(bowl, adam)); kept[-1]")
    assert kernel.run("look", "print([piece.comm is not None for piece in kept])") == (
        "[True, True, True]\n"
    )
    kernel.run("copy", "first = explore(bowl, adam)")
    kernel.run("other name", "second = first")
    kernel.run("copy", "first = explore(bowl, adam)")
    assert kernel.run("look", "print(second.comm is None, first.comm is None)") == "False False\n"
    kernel.run("other name", "second = first")
    kernel.run("copy", "first = explore(bowl, adam)")
    assert kernel.run("look", "print(second.comm is None, first.comm is None)") == "False False\n"


def test_a_closed_piece_can_still_be_used_in_python(kernel):
    kernel.run("box", "class Box: pass\nbox = Box()")
    kernel.run("hidden", "box.piece = explore(bowl, adam); box.all = [box.piece]")
    kernel.run("hidden", "box.old = box.piece; box.piece = explore(bowl, adam)")
    said = "print(box.old.comm is None); box.old.set(lr=0.1); print(box.old.values['lr'])"
    assert kernel.run("look", said) == "True\n0.1\n"
