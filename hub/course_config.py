"""JupyterHub's settings for a class on one machine; the README beside it says where they go."""

import itertools
import socket
import sys

c = get_config()  # noqa: F821  JupyterHub reads this file with it

# Kernels talk through files. By default each asks for five free TCP ports and takes them a second
# later: when a class starts together, another kernel may have them by then ("Address in use").
c.Spawner.args = ["--KernelManager.transport=ipc"]

# The path of such a file may have 107 characters, which a long name in a home's path would exceed.
# So the files lie in /tmp, and systemd gives each student a /tmp that nobody else can see.
c.Spawner.environment = {"JUPYTER_RUNTIME_DIR": "/tmp/jupyter"}
c.SystemdSpawner.isolate_tmp = True

# A whole class that logs in at once waits for the processor; that is no reason to give up on it.
c.Spawner.start_timeout = 300  # seconds
c.Spawner.http_timeout = 300

# Below the ports that the system gives away itself (from 32768 on)
ports = itertools.cycle(range(20_000, 30_000))


def next_port():
    """Return the next port at which nobody listens."""
    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


# The servers of students have TCP ports, too. By default each gets one that is free at the moment,
# and takes it a second later. Of two that start together both may get the same: then one student's
# address leads to the other's server, which answers 404. Here the ports come one after the other.
for spawner in ("jupyterhub.spawner", "systemdspawner.systemdspawner"):
    if spawner in sys.modules:
        sys.modules[spawner].random_port = next_port
