"""JupyterHub's settings for a class on one machine; the README beside it says where they go."""

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
