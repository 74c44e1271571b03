"""The course where others start it: GitHub's workflows and a devcontainer. Their files are read."""

import importlib.util
import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


def load_start():
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def workflow(name):
    return yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text("utf-8"))


def test_site_is_published_after_the_tests_and_only_from_this_repository():
    site = workflow("site")
    assert site[True]["workflow_run"]["workflows"] == [workflow("test")["name"]]  # True: "on"
    (job,) = site["jobs"].values()
    assert "conclusion == 'success'" in job["if"]
    assert "workflow_run.event == 'push'" in job["if"]  # not the request of somebody else
    assert site["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}


def test_site_that_is_built_is_the_one_that_is_published():
    (job,) = workflow("site")["jobs"].values()
    (built,) = [step["run"] for step in job["steps"] if "run" in step]
    (folder,) = re.findall(r"python start\.py site --out (\w+)", built)
    paths = [step.get("with", {}).get("path") for step in job["steps"]]
    assert [path for path in paths if path] == [folder]
    assert job["steps"][-1]["uses"].startswith("actions/deploy-pages@")


def test_devcontainer_has_the_pins_and_a_python_that_is_tested():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
    start = load_start()
    version = tuple(map(int, container["image"].partition("python:")[2].split(".")))
    assert start.OLDEST <= version <= start.NEWEST
    assert f"-r requirements.txt -c {start.PINNED}" in container["postCreateCommand"]
    (opened,) = container["customizations"]["codespaces"]["openFiles"]
    assert opened == start.FIRST_NOTEBOOK and (ROOT / opened).exists()
