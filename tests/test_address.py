"""The repository's address: one place, and every link that is made from it."""

import importlib.util
import re
import shutil
import tomllib
from pathlib import Path

import pytest

import course_lib

ROOT = Path(__file__).parents[1]
ADDRESS = "https://github.com/Some-One/my.course"
# Links to the course itself; until it has an address there must be none.
OWN_LINK = re.compile(r"(\]\(|<|href=\")https://(mybinder\.org/v2|github\.com/OWNER|[^)>]*/REPO)")


def load_address():
    spec = importlib.util.spec_from_file_location("address", ROOT / "website/address.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


address = load_address()


@pytest.fixture
def copy(tmp_path):
    """A copy of all files that may have marked places."""
    for path in address.files():
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(exist_ok=True)
        shutil.copy(path, target)
    return tmp_path


def texts(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in address.files(root)}


def test_all_places_of_this_checkout_agree():
    known = address.links()
    for path in address.files():
        text = path.read_bytes().decode("utf-8")
        assert address.filled(text, known) == text, f"run website/address.py: {path.name}"


def test_without_an_address_no_link_leads_nowhere(copy):
    address.set_address(None, root=copy)
    assert set(address.links(copy).values()) == {None}
    for name, text in texts(copy).items():
        assert not OWN_LINK.search(text.decode("utf-8")), name


def test_an_address_reaches_every_place_and_leaves_without_a_trace(copy):
    address.set_address(None, root=copy)
    without = texts(copy)
    changed = {path.name for path in address.set_address(ADDRESS, root=copy)}
    assert changed >= {"pyproject.toml", "README.md", "CITATION.cff"}
    known = address.links(copy)
    assert known == address.links_of(ADDRESS)
    assert known["site"] == "https://some-one.github.io/my.course/"
    assert known["binder"].startswith("https://mybinder.org/v2/gh/Some-One/my.course/HEAD?")
    readme = (copy / "README.md").read_text("utf-8")
    assert f"({known['binder']})" in readme and f"({known['site']})" in readme
    for name, text in texts(copy).items():
        kinds = [kind for _, kind, words, _ in address.MARKED.findall(text.decode("utf-8"))]
        assert b"OWNER" not in text or not kinds, name
    assert address.set_address(ADDRESS, root=copy) == []
    address.set_address(None, root=copy)
    assert texts(copy) == without


def test_the_site_may_stand_elsewhere(copy):
    address.set_address(ADDRESS + ".git", "https://courses.org/adam", root=copy)
    known = address.links(copy)
    assert (known["repository"], known["site"]) == (ADDRESS, "https://courses.org/adam")
    assert known["lab"] == "https://courses.org/adam/lab/index.html"


def test_a_site_of_a_whole_account_has_no_folder():
    assert address.links_of("https://github.com/Me/me.github.io")["site"] == "https://me.github.io/"


@pytest.mark.parametrize("wrong", ["", "github.com/a/b", "https://github.com/a", "a/b c"])
def test_other_addresses_are_refused_and_nothing_is_written(copy, wrong):
    before = texts(copy)
    with pytest.raises(ValueError, match=r"must be like https://github.com/OWNER/REPO, got"):
        address.set_address(wrong, root=copy)
    assert texts(copy) == before


def test_an_unknown_place_is_named():
    with pytest.raises(ValueError, match=r"marked 'bindr'; it must be one of .*binder"):
        address.filled("<!-- address: bindr --><!-- /address -->", address.links_of(None))


@pytest.mark.parametrize("kind", address.PLACES)
def test_each_kind_of_place_can_be_filled(kind):
    text = f"# <!-- address: {kind} -->ancient<!-- /address -->"
    for repository in (ADDRESS, None):
        known = address.links_of(repository)
        new = address.filled(text, known)
        assert "ancient" not in new and "None" not in new and "{" not in new
        assert address.filled(new, known) == new


def test_the_citation_has_what_its_format_demands():
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    for name in ("cff-version: 1.2.0", "message:", "title:", "authors:", "type: software"):
        assert re.search(f"^{name}", text, re.MULTILINE)
    assert f"\nversion: {course_lib.__version__}\n" in text


def test_the_command_says_what_it_changed(copy, monkeypatch, capsys):
    monkeypatch.setattr(address, "ROOT", copy)
    monkeypatch.setattr(address.set_address, "__defaults__", (None, copy))
    address.main([ADDRESS])
    assert "README.md changed" in capsys.readouterr().out
    assert tomllib.loads((copy / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    with pytest.raises(SystemExit):
        address.main(["nowhere"])
    assert "must be like" in capsys.readouterr().err
