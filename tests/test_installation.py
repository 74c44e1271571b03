"""The check of the installation finds libraries that are missing or have the wrong version."""

import pytest

from course_lib.utils import installation


@pytest.fixture
def pretend(monkeypatch):
    """Return a function that fakes the version of one library; ``None``: not installed."""
    real = installation.version

    def pretended(name, found):
        def version(asked):
            if asked != name:
                return real(asked)
            if found is None:
                raise installation.PackageNotFoundError(asked)
            return found

        monkeypatch.setattr(installation, "version", version)

    return pretended


def test_sound_installation_prints_no_version_number(capsys):
    installation.check_installation()
    words = capsys.readouterr().out
    for name in ("course_lib", "numpy", "matplotlib", "ipywidgets", "anywidget", "ipykernel"):
        assert f"{name:12}OK\n" in words
    assert words.endswith("Everything that the course needs is here.\n")
    assert not any(letter.isdigit() for letter in words)


@pytest.mark.parametrize(
    ("name", "found", "words"),
    [
        ("numpy", "2.1.9", "numpy       is version 2.1.9, but the course needs >=2.2"),
        ("ipykernel", "7.0.1", "ipykernel   is version 7.0.1, but the course needs <7,>=6.31"),
        ("anywidget", None, "anywidget   is not installed"),
    ],
)
def test_what_does_not_fit_is_named_with_what_to_type(pretend, capsys, name, found, words):
    pretend(name, found)
    installation.check_installation()
    printed = capsys.readouterr().out
    assert words in printed
    assert "type: python3 start.py" in printed
    assert "Everything that the course needs is here." not in printed


def test_library_that_was_not_installed_itself(monkeypatch, capsys):
    def gone(name):
        raise installation.PackageNotFoundError(name)

    monkeypatch.setattr(installation, "requires", gone)
    monkeypatch.setattr(installation, "version", gone)
    installation.check_installation()
    assert "course_lib  is not installed" in capsys.readouterr().out
