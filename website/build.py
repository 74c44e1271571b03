"""Build the site: every notebook a page whose live pieces need no Python, and the lab.

    python website/build.py                        write the folder site
    python website/build.py --out FOLDER           ... another folder
    python website/build.py --no-lab               ... without JupyterLite

``python3 start.py site`` installs what this needs and calls it. The folder works from any web
server, and the pages also when they are opened as files, without a network.
"""

import argparse
import html
import itertools
import json
import os
import re
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from address import links
from execute import executed
from lab import NoLab, build_lab
from live_pieces import modules, pieces_script, styles
from notebook_page import Page, PageMaker
from pygments.formatters import HtmlFormatter

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
HOME = HERE / "home.ipynb"
LAB = "lab/notebooks/index.html?path="
ROW = re.compile(
    r"^\| \[(?P<title>[^\]]+)\]\((?P<notebook>notebooks/[^)]+)\) \| (?P<question>.+) \|$"
)


@dataclass
class Site:
    """What every page shows, and where the notebooks can be run."""

    pages: list
    has_lab: bool
    links: dict  # of the repository, see address.py
    short_title: str = "Gradient descent, Adam and AMSGrad"

    def doors(self, page):
        """Links that open a page's notebook where it runs."""
        name = Path(page.notebook).name or "00_start_here.ipynb"
        doors = []
        if self.has_lab:
            doors.append(f'<a class="door-server" href="{LAB}{name}">in the browser</a>')
        if self.links["binder"]:
            binder = self.links["binder"].replace("00_start_here.ipynb", name)
            doors.append(f'<a href="{html.escape(binder)}">on Binder</a>')
        doors.append('<a href="index.html#on-your-computer">on your computer</a>')
        return " · ".join(doors)

    @property
    def home_end(self):
        """The list of notebooks that ends the first page."""
        rows = [
            f'<li><a href="{page.file}">{page.title}</a><br>{html.escape(page.description)}</li>'
            for page in self.pages
            if page.notebook
        ]
        return '<ol class="cards">' + "".join(rows) + "</ol>"

    @property
    def footer(self):
        """Licence and source."""
        source = self.links["repository"]
        where = f' · <a href="{html.escape(source)}">Source</a>' if source else ""
        return f"Code: BSD 3-Clause License. Text and figures: CC BY 4.0.{where}"


def pages():
    """The pages in order; titles and questions are those of README's table."""
    rows = (ROW.match(line) for line in (ROOT / "README.md").read_text("utf-8").splitlines())
    found = [Page("index.html", "Start", description=Site.short_title, is_home=True)]
    for row in filter(None, rows):
        file = Path(row["notebook"]).with_suffix(".html").name
        found.append(Page(file, row["title"], row["notebook"], row["question"]))
    for page, following in itertools.pairwise(found):
        page.next, following.previous = following, page
    return found


def build(out, has_lab=True, pyodide_url=None):
    """Write the site into a folder; what was in it before is replaced once all is well."""
    if out.exists() and any(out.iterdir()) and not (out / "static/pieces.js").exists():
        raise SystemExit(f"{out} is not empty, and no site. Give another folder: --out FOLDER")
    new = out.with_name(out.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    has_lab = has_lab and has_built_lab(new / "lab", pyodide_url)
    write_pages(new, Site(pages(), has_lab, links()))
    shutil.rmtree(out, ignore_errors=True)
    new.rename(out)


def has_built_lab(folder, pyodide_url):
    """Build the lab; where it cannot be built, say why, and go on without it, but not in CI."""
    try:
        build_lab(folder, pyodide_url)
    except NoLab as error:
        if os.environ.get("CI"):
            raise
        print(f"The site has no lab this time. {error}\nConnect to the network and build again.")
        return False
    return True


def write_pages(out, site):
    """Run the notebooks, and write their pages with all that these load."""
    shutil.copytree(HERE / "static", out / "static")
    with ThreadPoolExecutor(max_workers=2) as pool:
        notebooks = list(pool.map(lambda page: executed(path_of(page)), site.pages))
    known = modules()
    maker = PageMaker(out, site, known)
    for page, notebook in zip(site.pages, notebooks, strict=True):
        (out / page.file).write_text(maker.text(page, notebook), "utf-8")
    (out / "static/pieces.css").write_text(styles(notebooks), "utf-8")
    (out / "static/pieces.js").write_text(pieces_script(known.values()), "utf-8")
    (out / "static/search.js").write_text(search_index(site.pages), "utf-8")
    with (out / "static/site.css").open("a", encoding="utf-8") as file:
        file.write(code_colours())


def path_of(page):
    """The notebook of a page."""
    return ROOT / page.notebook if page.notebook else HOME


def search_index(found):
    """A script with one entry for each heading of each page."""
    entries = [
        {
            "file": page.file,
            "title": page.title,
            "id": heading.id,
            "heading": heading.text,
            "text": " ".join(" ".join(heading.words).split()),
        }
        for page in found
        for heading in page.all_headings
    ]
    return f"window.courseIndex = {json.dumps(entries, ensure_ascii=False)};\n"


def code_colours():
    """Rules for the colours of code, by day and by night."""
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    by_choice = "\n".join(f':root[data-theme="dark"] {rule}' for rule in coloured(dark))
    by_system = "\n".join(f':root:not([data-theme="light"]) {rule}' for rule in coloured(dark))
    return (
        "\n".join(["", *coloured(light), by_choice])
        + f"\n@media (prefers-color-scheme: dark) {{\n{by_system}\n}}\n"
    )


def coloured(rules):
    """Of pygments' rules those for the words of code."""
    return [line for line in rules.splitlines() if line.startswith(".highlight .")]


def main(arguments=None):
    """Build, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "site")
    parser.add_argument("--no-lab", action="store_true", help="pages only, without JupyterLite")
    parser.add_argument(
        "--pyodide-url", help="where the lab finds Pyodide; default: its public one"
    )
    options = parser.parse_args(arguments)
    start = time.time()
    build(options.out.resolve(), not options.no_lab, options.pyodide_url)
    print(f"{options.out / 'index.html'} written in {time.time() - start:.0f} s.")


if __name__ == "__main__":
    sys.exit(main())
