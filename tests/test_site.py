"""What the site's pages are made of, without a browser."""

import base64
import gzip
import io
import json

import pytest
from nodes import node
from PIL import Image

pytest.importorskip("latex2mathml", reason="website/requirements.txt is not installed")

import build
from lab import NoLab
from live_pieces import as_json, modules, pieces_script, saved_piece, small
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from notebook_page import CourseRenderer, Page, mathematics

from course_lib.live.javascript import bundle


def rendered(text, files=()):
    """A page's text as HTML, and the page with its headings."""
    page = Page("03_adam.html", "03 Adam")
    return MarkdownWithMath(renderer=CourseRenderer(page, dict(files))).render(text), page


def test_formulas_become_mathml():
    text, _ = rendered("a $x^2$ and\n\n$$\\hat m = \\frac{m}{1 - \\beta_1^t}$$")
    assert text.count("<math") == 2
    assert text.count('class="formula"') == 1
    assert "$" not in text and "mfrac" in text


def test_lines_of_a_formula_are_a_table():
    latex = r"$\displaystyle \begin{aligned} m &= 1 \\ v &= 2 \end{aligned}$"
    assert mathematics(latex).count("<mtr>") == 2


def test_a_command_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="does not know"):
        mathematics(r"$\nosuchcommand x$")


def test_each_heading_has_an_address_of_its_own():
    text, page = rendered("# Adam\n\n## The step $x$\n\nwords\n\n## The step $x$")
    ids = [heading.id for heading in page.all_headings]
    assert len(set(ids)) == 3
    assert all(f'id="{one}"' in text and f'href="#{one}"' in text for one in ids)
    assert page.all_headings[1].words == ["words"]


def test_a_link_to_a_notebook_leads_to_its_page():
    files = {"04_amsgrad.ipynb": "04_amsgrad.html"}
    text, _ = rendered("[next](04_amsgrad.ipynb#two), [paper](https://example.org/1)", files)
    assert 'href="04_amsgrad.html#two"' in text
    assert 'href="https://example.org/1"' in text


def test_a_link_that_leads_nowhere_is_refused():
    with pytest.raises(ValueError, match="no page of the site"):
        rendered("[lost](99_lost.ipynb)")


def saved(**state):
    return {"state": {"_esm": bundle("live/js/plain.js"), "_css": "", **state}, "buffers": []}


def test_a_piece_without_a_recording_needs_python():
    specs = {"specs": [{"name": "lr"}], "through_kernel": False}
    assert saved_piece(saved(**specs, recorded={}), modules()) is None
    assert (
        saved_piece(saved(**specs | {"through_kernel": True}, recorded={"a": 1}), modules()) is None
    )
    assert saved_piece(saved(**specs, recorded={"a": 1}), modules())["module"] == "live/js/plain.js"
    assert saved_piece(saved(specs=[]), modules())["state"] == {"specs": []}


def test_numbers_are_compressed_and_pictures_are_webp():
    numbers = bytes(8000)
    packed = small({"path": ["paths"], "data": base64.b64encode(numbers).decode()})
    assert gzip.decompress(base64.b64decode(packed["data"])) == numbers
    file = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    picture = small({"path": ["background", "png"], "data": data})
    image = Image.open(io.BytesIO(base64.b64decode(picture["data"])))
    assert (image.format, image.getpixel((0, 0))[:3]) == ("WEBP", (255, 0, 0))


def test_data_cannot_end_their_script():
    text = as_json({"sentence": "</script><b>"})
    assert "<" not in text
    assert json.loads(text) == {"sentence": "</script><b>"}


SHOWN = """
const exported = Object.entries(window.coursePieces).map(([key, part]) => [key, Object.keys(part)]);
console.log(JSON.stringify(exported));
"""


def test_one_script_has_every_piece(tmp_path):
    names = sorted(modules().values())
    code = "globalThis.window = {};\n" + pieces_script(names) + SHOWN
    found = dict(node(tmp_path, code))
    assert found.pop("host") == ["hostModel", "fromBase64"]
    assert sorted(found) == names
    assert all("default" in exports for exports in found.values())


def no_network(folder, pyodide_url):
    raise NoLab("Pyodide cannot be had.")


def test_a_site_without_a_lab_has_no_links_to_it(monkeypatch, capsys):
    monkeypatch.setattr(build, "build_lab", no_network)
    monkeypatch.delenv("CI", raising=False)
    has_lab = build.has_built_lab("lab", None)
    assert "Pyodide cannot be had." in capsys.readouterr().out
    page = build.pages()[4]
    none = dict.fromkeys(("repository", "binder"))
    assert "lab/" not in build.Site([], has_lab, none).doors(page)
    assert f'href="{build.LAB}03_adam.ipynb"' in build.Site([], True, none).doors(page)


def test_a_published_site_is_not_without_its_lab(monkeypatch):
    monkeypatch.setattr(build, "build_lab", no_network)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(NoLab):
        build.has_built_lab("lab", None)


def test_a_folder_that_is_no_site_is_kept(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SystemExit, match="is not empty"):
        build.build(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"
