"""The bank of mistakes, read from ``mistakes.toml``.

A right update is a list of lines there, and a mistake replaces some of them. So a mistake can be
computed, alone or together with another one, in every way of writing the update.
"""

import functools
import tomllib
from importlib import resources
from typing import NamedTuple


class Mistake(NamedTuple):
    """One entry of the bank."""

    slug: str
    algorithms: tuple
    edits: tuple  # of dict: line -> what stands there instead
    say: str
    look: str
    why: str
    formula: str
    not_with: tuple = ()  # forms in which it has no meaning of its own


class Form(NamedTuple):
    """Another way of writing the right update, or ("variant") another right algorithm."""

    slug: str
    algorithms: tuple
    edit: dict
    variant: bool
    praise: str


@functools.cache
def words():
    """Everything that ``mistakes.toml`` holds."""
    return tomllib.loads(
        resources.files("course_lib.checks").joinpath("mistakes.toml").read_text("utf-8")
    )


@functools.cache
def bank():
    """All mistakes of the bank, slug -> `Mistake`, in the order of the file."""
    entries = [dict(entry) for entry in words()["mistake"]]
    return {
        e["slug"]: Mistake(
            algorithms=tuple(e.pop("for")),
            edits=tuple(e.pop("edits")),
            not_with=tuple(e.pop("not-with", ())),
            **e,
        )
        for e in entries
    }


@functools.cache
def forms():
    """Other right ways of writing, slug -> `Form`."""
    return {
        e["slug"]: Form(e["slug"], tuple(e["for"]), e["edit"], e.get("variant", False), e["praise"])
        for e in words()["form"]
    }


@functools.cache
def lines(algorithm):
    """The right update of an algorithm as a dict: line name -> expression, in order."""
    written = words()["lines"][algorithm].strip().splitlines()
    return dict(line.split(" = ", 1) for line in written)


@functools.cache
def known_forms(algorithm):
    """Slugs of the ways of writing an algorithm; the first, "", is the library's own."""
    return ("", *(f.slug for f in forms().values() if algorithm in f.algorithms))


def form_edit(slug):
    """The edit of a form; none for the library's own form, ""."""
    return forms()[slug].edit if slug else {}


def is_variant(slug):
    """Whether a form is another algorithm than the one that was asked for."""
    return bool(slug) and forms()[slug].variant
