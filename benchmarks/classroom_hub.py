"""A JupyterHub on this machine for `classroom.py`, and what its processes use."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
SETTINGS = ROOT / "hub" / "course_config.py"  # those that the hub's page recommends
NOTEBOOK = ROOT / "notebooks" / "03_adam.ipynb"
PROXY = "configurable-http-proxy@5.3"
CACHE = Path.home() / ".cache" / "course-classroom"

CONFIG = """
{subconfig}
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie"
c.JupyterHub.pid_file = "{folder}/hub.pid"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = [*c.Spawner.get("args", []), {as_root}]
c.Spawner.environment = {{
    "JUPYTER_RUNTIME_DIR": lambda spawner: f"{folder}/{{spawner.user.name}}/r",
    "IPYTHONDIR": lambda spawner: f"{folder}/{{spawner.user.name}}/ipython",
    "JUPYTER_CONFIG_DIR": "{folder}/config",
    "PYTHONPATH": {root!r},
}}
"""


class Hub:
    """A running hub: its address, and what the processes of its students use."""

    def __init__(self, url, process, log):
        self.url, self.process, self.log = url, process, log

    def memory(self):
        """Bytes of each student, server and kernels: ``{name: bytes}``."""
        return self._of_students(memory_of)

    def kernel_seconds(self):
        """Processor time that the kernels of each student have taken: ``{name: seconds}``."""
        return self._of_students(lambda process: is_kernel(process) * seconds_of(process))

    def _of_students(self, measure):
        sums = Counter()
        for process in psutil.Process(self.process.pid).children(recursive=True):
            if name := student_of(process):
                sums[name] += measure(process)
        return sums


def student_of(process):
    """Return whose process it is, None when it is the hub's or has ended."""
    with contextlib.suppress(psutil.Error):
        return process.environ().get("JUPYTERHUB_USER")


def is_kernel(process):
    """Whether a process is a kernel."""
    with contextlib.suppress(psutil.Error):
        return "ipykernel_launcher" in process.cmdline()
    return False


def memory_of(process):
    """Proportional set size in bytes, from /proc/PID/smaps_rollup."""
    with contextlib.suppress(psutil.Error):
        return process.memory_full_info().pss
    return 0


def seconds_of(process):
    """Processor time of a process, its threads included, in the kernel's finest clock."""
    try:
        tasks = list(Path(f"/proc/{process.pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except OSError:  # no such clock here, or the process has ended
        with contextlib.suppress(psutil.Error):
            return sum(process.cpu_times()[:2])
        return 0.0


@contextlib.contextmanager
def running_hub(names, recommended=True):
    """Start a hub for students of these names, each with the notebook in a home; yield a `Hub`.

    ``recommended=False`` leaves out the settings of the hub's page.
    """
    proxy = proxy_command()
    with tempfile.TemporaryDirectory(prefix="hub", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        for name in names:
            (folder / name).mkdir()
            shutil.copy(NOTEBOOK, folder / name)
        config, url = configuration(folder, proxy, recommended)
        (folder / "config.py").write_text(config)
        with (folder / "log").open("w+") as log:
            command = [sys.executable, "-m", "jupyterhub", "-f", str(folder / "config.py")]
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
            try:
                hub = Hub(url, process, folder / "log")
                wait_for(hub)
                yield hub
            finally:
                end(process)


def configuration(folder, proxy, recommended):
    """Return the text of the hub's configuration, and the hub's address."""
    port, hub_port, api_port = free_ports(3)
    text = CONFIG.format(
        subconfig=f"load_subconfig({str(SETTINGS)!r})" if recommended else "",
        **{"port": port, "hub_port": hub_port, "api_port": api_port, "folder": folder},
        **{"proxy": str(proxy), "python": sys.executable, "root": str(ROOT)},
        as_root='"--allow-root"' if os.geteuid() == 0 else "",
    )
    return text, f"http://127.0.0.1:{port}"


def proxy_command():
    """Return the path of the proxy's command; npm installs it the first time."""
    command = CACHE / "node_modules" / ".bin" / "configurable-http-proxy"
    if not command.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("npm is missing: JupyterHub's proxy is installed with it.")
        subprocess.run([npm, "install", "--silent", "--prefix", str(CACHE), PROXY], check=True)
    return command


def free_ports(count):
    """Return some TCP ports that are free now."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for(hub, seconds=60):
    """Wait until the hub answers through its proxy."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and hub.process.poll() is None:
        time.sleep(0.2)
        with contextlib.suppress(OSError), urllib.request.urlopen(hub.url + "/hub/api"):
            return
    raise RuntimeError("JupyterHub did not start:\n" + hub.log.read_text())


def end(process):
    """End the hub and all that it started."""
    children = (
        psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    )
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(30)
    for child in children:
        with contextlib.suppress(psutil.Error):
            child.kill()
    process.kill()
    process.wait()
