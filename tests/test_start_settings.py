"""`start.py` in an account full of settings: the course's own win, and the reader's theme stays."""

import importlib.util
import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest
from jupyter_client import BlockingKernelClient

ROOT = Path(__file__).parents[1]
ASTRAY = "raise SystemExit('a setting of the account is in force')\n"


def load_start(venv_folder):
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    start.VENV = venv_folder
    return start


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text if isinstance(text, str) else json.dumps(text))


def write_configuration(folder):
    """Settings of JupyterLab, each of which keeps the first notebook from being shown."""
    lines = [
        f"root_dir = {str(folder)!r}",
        f"preferred_dir = {str(folder)!r}",
        "base_url = '/elsewhere/'",
        "certfile = '/nowhere.pem'",
        "jpserver_extensions = {'jupyterlab': False, 'jupyter_server_terminals': False}",
    ]
    for name in ("jupyter_config.py", "jupyter_server_config.py", "jupyter_notebook_config.py"):
        write(folder / name, "".join(f"c.ServerApp.{line}\n" for line in lines))
    write(folder / "jupyter_lab_config.py", "c.LabApp.app_dir = '/nowhere'\n")
    write(folder / "jupyter_server_config.json", {"IdentityProvider": {"token": "other"}})
    disabled = {"disabledExtensions": {"@jupyterlab/notebook-extension": True}}
    write(folder / "labconfig/page_config.json", disabled)


def write_kernel(folder):
    kernel = {"argv": ["false"], "display_name": "Another", "language": "python"}
    write(folder / "kernels/python3/kernel.json", kernel)


def write_ipython(folder):
    profile = folder / "profile_default"
    write(profile / "ipython_config.py", ASTRAY)
    write(profile / "startup/00.py", "rebound = True\n")


def write_packages(folder):
    for name in ("course_lib", "jupyterlab", "numpy", "usercustomize", "sitecustomize"):
        write(folder / f"{name}.py", ASTRAY)


# Set by an account's desktop, or by the start.py that runs these tests
OURS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Ask JupyterLab, started as start.py does, in an account full of settings."""
    home = tmp_path_factory.mktemp("home")
    write_configuration(home / ".jupyter")
    write_configuration(home / "config")
    write_configuration(home / "path")
    theme = "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    write(home / "config/lab/user-settings" / theme, {"theme": "JupyterLab Dark"})
    for name in (".local/share/jupyter", "Library/Jupyter", "AppData/Roaming/jupyter", "data"):
        write_kernel(home / name)
    write_ipython(home / ".ipython")
    write_ipython(home / "ipython")
    write_packages(home / "packages")
    write(home / "startup.py", "rebound = True\n")
    variables = {
        "HOME": home,
        "USERPROFILE": home,
        "APPDATA": home / "AppData/Roaming",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_CONFIG_PATH": home / "path",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_PATH": home / "data",
        "JUPYTER_PREFER_ENV_PATH": 0,
        "JUPYTER_TOKEN": "another",
        "JUPYTERLAB_DIR": home,
        "IPYTHONDIR": home / "ipython",
        "PYTHONPATH": home / "packages",
        "PYTHONHOME": home,
        "PYTHONSTARTUP": home / "startup.py",
        "PYTHONWARNINGS": "error",
        "PYTHONOPTIMIZE": 2,
        "JUPYTER_GATEWAY_URL": "http://localhost:9",
        "MPLBACKEND": "TkAgg",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in OURS:
            patch.delenv(name, raising=False)
        for name, value in variables.items():
            patch.setenv(name, str(value))
        start = load_start(home / ".venv")
        port = start.free_port(8940)
        words = ["--no-browser", f"--port={port}", "--IdentityProvider.token=key"]
        command = [sys.executable, "-m", "jupyterlab", *start.lab_options(words)]

        def ask(path, method="GET"):
            address = f"http://localhost:{port}/{path}"
            request = urllib.request.Request(address, method=method)
            request.add_header("Authorization", "token key")
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.read().decode()

        ask.home = home
        with start.child(command, stdout=subprocess.DEVNULL) as process:
            for _ in range(200):
                assert process.poll() is None, "JupyterLab ended"
                try:
                    ask("api/status")
                    break
                except urllib.error.HTTPError as error:
                    assert error.code == 404  # another base_url
                    break
                except OSError:
                    time.sleep(0.1)
            yield ask
            start.end(process, signal.SIGTERM)


def test_first_notebook_is_found(lab):
    assert json.loads(lab("api/contents/notebooks/00_start_here.ipynb?content=0"))["type"]


def test_lab_has_all_its_extensions(lab):
    page = lab("lab/tree/notebooks/00_start_here.ipynb")
    config = json.loads(
        page.split('id="jupyter-config-data" type="application/json">')[1].split("<")[0]
    )
    assert config.get("disabledExtensions", []) == []
    assert config["terminalsAvailable"]
    assert config["preferredPath"] == "/"
    names = [extension["name"] for extension in config["federated_extensions"]]
    assert "@jupyter-widgets/jupyterlab-manager" in names


def test_theme_of_the_reader_is_kept(lab):
    settings = lab("lab/api/settings/@jupyterlab/apputils-extension:themes")
    assert json.loads(settings)["settings"] == {"theme": "JupyterLab Dark"}


def test_kernel_runs_the_course(lab):
    kernel = json.loads(lab("api/kernels", "POST"))["id"]
    (file,) = lab.home.glob(f"**/kernel-{kernel}.json")
    client = BlockingKernelClient(connection_file=str(file))
    client.load_connection_file()
    client.start_channels()
    printed = []
    code = "import course_lib, matplotlib; print('rebound' in dir(), matplotlib.get_backend())"
    try:
        client.execute_interactive(code, timeout=20, output_hook=printed.append)
    finally:
        client.stop_channels()
    words = [str(message["content"].get("text", "")) for message in printed]
    assert "".join(words) == "False module://matplotlib_inline.backend_inline\n"


def write_wheel(folder, name, needs):
    """A package of one empty module."""
    about = f"{name}-1.dist-info/"
    with zipfile.ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(
            about + "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{needs}"
        )
        file.writestr(
            about + "WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\nRoot-Is-Purelib: true"
        )
        file.writestr(about + "RECORD", "")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that needs one package, which needs another; and an environment with pip."""
    folder = tmp_path_factory.mktemp("course")
    start = load_start(folder / ".venv")
    start.ROOT = folder
    venv.EnvBuilder(symlinks=True, with_pip=True).create(start.VENV)
    write(folder / "requirements.txt", "tiny")
    write(folder / "other.txt", "tiny<1")
    write_wheel(folder, "tiny", "Requires-Dist: smaller\n")
    write_wheel(folder, "smaller", "")
    return start


@pytest.fixture
def install(course, monkeypatch):
    """Install with a pip.conf of these lines; return whether both packages are there."""
    for path in next(course.VENV.glob("**/site-packages")).glob("[ts][im][na]*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in ("PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(course.ROOT / "pip.conf"))

    def run(line, source=course.ROOT):
        lines = ["[global]", "no-index = true", "quiet = 1", "[install]", f"find-links = {source}"]
        write(course.ROOT / "pip.conf", "\n".join([*lines, line]))
        course.fill_environment(None, "open", True)
        return course.works("import tiny, smaller")

    return run


ELSEWHERE = [
    "user = true",
    "target = elsewhere",
    "prefix = elsewhere",
    "root = elsewhere",
    "no-deps = true",
    "dry-run = true",
    "require-hashes = true",
    "no-binary = :all:",
    "constraint = other.txt",
    "platform = other",
]


def test_packages_arrive_whatever_pip_is_told(install):
    assert install("\n".join(ELSEWHERE))


def test_packages_arrive_whatever_the_variables_say(install, monkeypatch):
    for line in ELSEWHERE:
        name, value = line.split(" = ")
        monkeypatch.setenv("PIP_" + name.upper().replace("-", "_"), value)
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert install("")


def test_settings_on_the_source_of_packages_stay_and_are_named(install, course, monkeypatch):
    monkeypatch.setenv("PIP_TIMEOUT", "7")
    named = r"in the way[?] PIP_.*FIND_LINKS, PIP_NO_INDEX, PIP_TIMEOUT"
    with pytest.raises(course.Problem, match=named):
        install("", source="/nowhere")


def test_variables_of_uv_keep_the_source_only(course, monkeypatch):
    source, astray = {"UV_INDEX_URL", "UV_NATIVE_TLS"}, {"UV_TARGET", "UV_REQUIRE_HASHES"}
    for name in source | astray:
        monkeypatch.setenv(name, "1")
    assert (source | astray) & set(course.environment()) == source


def test_children_write_what_their_encoding_cannot(course, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert course.call([sys.executable, "-c", "print('\\u043a')"]) == 0
