"""What `benchmarks/classroom.py` sends, understands and computes, without a hub."""

import contextlib
import runpy
import socket
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from traitlets.config import Config

from course_lib.explorers.landscape import explore
from course_lib.objectives import bowl
from course_lib.optimizers import adam

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import classroom_hub
import classroom_table
import classroom_wire as wire

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="the benchmark wants Linux")


def message(kind, content, parent=""):
    return {"header": {"msg_type": kind}, "parent_header": {"msg_id": parent}, "content": content}


def test_message_comes_back_as_it_was_sent():
    sent = wire.new_message("comm_msg", {"comm_id": "7", "data": {"a": "α"}}, "page")
    assert wire.read(wire.packed(sent)) == sent
    assert sent["header"]["session"] == "page"


def test_buffers_are_left_out():
    parts = [b'{"msg_type": "comm_msg"}', b"{}", b"{}", b'{"comm_id": "7"}', b"\x00\xff"]
    received = wire.read(serialize_msg_to_ws_v1(parts, "iopub"))
    assert received["content"] == {"comm_id": "7"}
    assert received["header"] == {"msg_type": "comm_msg"}


def test_a_live_piece_is_known_and_answers_a_rest():
    piece = explore(bowl, adam)
    assert wire.is_piece({"data": {"state": piece.get_state()}})
    assert not wire.is_piece({"data": {"state": piece.layout.get_state()}})
    assert not wire.is_piece({})
    action = {"do": "set", "name": "lr", "value": 0.25, "n": 3}
    piece.set_state({"said": {"page": "mine", "actions": [action]}})
    answer = {"comm_id": "7", "data": {"method": "update", "state": piece.get_state()}}
    assert piece.values["lr"] == 0.25
    assert wire.heard(message("comm_msg", answer), "7", "mine") == 3
    assert wire.heard(message("comm_msg", answer), "8", "mine") is None
    assert wire.heard(message("comm_msg", answer), "7", "another") is None
    assert wire.heard(message("status", {"execution_state": "idle"}), "7", "mine") is None


def test_end_is_that_of_the_message():
    idle = message("status", {"execution_state": "idle"}, parent="5")
    assert wire.is_end(idle, "5")
    assert not wire.is_end(idle, "6")
    assert not wire.is_end(message("status", {"execution_state": "busy"}, parent="5"), "5")


def test_row_has_failures_times_and_uses_in_the_order_of_the_head():
    result = classroom_table.Result(
        students=3,
        failed=1,
        failed_cells=2,
        up=[1.0, 2.0, 3.0],
        notebook=[10.0, 20.0],
        problems=["student03: lost"],
        replies=[0.010, 0.020, 0.030],
        drag=0.0001,
        rest=0.004,
        cell_seconds=5.25,
        memory=250e6,
    )
    cells = [cell.strip() for cell in classroom_table.row(result).strip("|").split("|")]
    assert cells[:5] == ["3", "1", "2", "2.0 / 2.9", "15.0 / 19.5"]
    assert cells[5:] == ["20 / 29", "0.1", "4", "5.2", "250"]
    assert len(cells) == classroom_table.HEAD.splitlines()[0].count("|") - 1
    assert classroom_table.pair([], 1, ".0f") == "–"


@only_linux
def test_use_of_a_process():
    this = psutil.Process()
    assert classroom_hub.seconds_of(this) == pytest.approx(time.process_time(), rel=0.2, abs=0.5)
    assert 1e7 < classroom_hub.memory_of(this) <= this.memory_info().rss
    assert not classroom_hub.is_kernel(this)


@only_linux
def test_hub_has_the_settings_of_the_page_unless_told_otherwise(tmp_path):
    recommended, url = classroom_hub.configuration(tmp_path, "proxy", recommended=True)
    bare, _ = classroom_hub.configuration(tmp_path, "proxy", recommended=False)
    assert str(classroom_hub.SETTINGS) in recommended
    assert str(classroom_hub.SETTINGS) not in bare
    assert f'c.JupyterHub.bind_url = "{url}"' in recommended
    compile(recommended, "config", "exec")


SPAWNERS = ("jupyterhub.spawner", "systemdspawner.systemdspawner")


@pytest.fixture
def hub(monkeypatch):
    """A hub that has read the settings of the page: its configuration, and its next port."""
    for name in SPAWNERS:
        monkeypatch.setitem(sys.modules, name, SimpleNamespace())
    config = Config()
    runpy.run_path(str(classroom_hub.SETTINGS), {"get_config": lambda: config})
    (next_port,) = {sys.modules[name].random_port for name in SPAWNERS}
    return config, next_port


def test_kernels_talk_through_files_with_short_paths(hub):
    config, _ = hub
    assert config.Spawner.args == ["--KernelManager.transport=ipc"]
    folder = config.Spawner.environment["JUPYTER_RUNTIME_DIR"]
    assert len(f"{folder}/kernel-{'0' * 36}-ipc-5") <= 107
    assert config.SystemdSpawner.isolate_tmp  # or all students would share that folder


@only_linux
def test_no_two_servers_get_one_port(hub):
    _, next_port = hub
    ports = [next_port() for _ in range(30)]
    assert len(set(ports)) == 30
    assert max(ports) < 32_768  # from there on the system gives them away


@only_linux
def test_port_that_is_taken_is_passed_over(hub):
    _, next_port = hub
    port = next_port() + 1
    with socket.socket() as taken:
        with contextlib.suppress(OSError):  # somebody else has it
            taken.bind(("127.0.0.1", port))
            taken.listen()
        assert next_port() > port
