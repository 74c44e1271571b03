"""A notebook with its outputs as one HTML page: nbconvert with a template of the course's own."""

import base64
import hashlib
import html
import io
import re
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from latex2mathml.converter import convert
from live_pieces import QUALITY, as_json, saved_piece, saved_widgets
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from PIL import Image
from traitlets.config import Config

HERE = Path(__file__).parent
DISPLAY = r"\displaystyle"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# Of several kinds of one output, the first that is there is shown
KINDS = [WIDGET_VIEW, "text/html", "image/svg+xml", "image/png", "text/latex", "text/plain"]


@dataclass
class Heading:
    """A place of a page that a link can lead to, with the text below it for the search."""

    text: str
    id: str
    level: int
    words: list = field(default_factory=list)


@dataclass
class Page:
    """What the template shows around a notebook."""

    file: str  # its name in the site's folder
    title: str
    notebook: str = ""  # its path in the repository, "" for a page that is no notebook
    description: str = ""
    is_home: bool = False
    all_headings: list = field(default_factory=list)
    previous: "Page | None" = None
    next: "Page | None" = None

    @property
    def headings(self):
        """The headings that the contents at the side list."""
        return [heading for heading in self.all_headings if heading.level == 2]


def mathematics(latex):
    """MathML of a formula between dollar signs; with two of them, or in display style, a line."""
    bare = latex.strip().strip("$").strip()
    is_block = latex.strip().startswith("$$") or bare.startswith(DISPLAY)
    bare = bare.removeprefix(DISPLAY).replace("{aligned}", "{align*}")  # one name is known
    mathml = convert(bare, display="block" if is_block else "inline")
    if "<mi>&</mi>" in mathml or "<mi>\\" in mathml:
        raise ValueError(f"a formula has a command that latex2mathml does not know: {latex}")
    return f'<span class="formula">{mathml}</span>' if is_block else mathml


class CourseRenderer(IPythonRenderer):
    """Markdown as HTML: formulas as MathML, headings with anchors, links between pages."""

    def __init__(self, page, files):
        super().__init__(escape=False)
        self.page, self.files = page, files

    def heading(self, text, level, **attributes):
        """A heading that a link can lead to."""
        plain = html.unescape(re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", text)).strip()
        slug = re.sub(r"\W+", "-", plain.lower()).strip("-") or "section"
        taken = {heading.id for heading in self.page.all_headings}
        while slug in taken:
            slug += "-again"
        self.page.all_headings.append(Heading(plain, slug, level))
        anchor = f'<a class="anchor" href="#{slug}" aria-label="Link to this section">#</a>'
        return f'<h{level} id="{slug}">{text} {anchor}</h{level}>\n'

    def paragraph(self, text):
        """A paragraph, noted for the search."""
        if self.page.all_headings:
            words = re.sub(r"<math.*?</math>", " ", text, flags=re.DOTALL)
            words = html.unescape(re.sub(r"<[^>]+>", "", words))
            self.page.all_headings[-1].words.append(words)
        return super().paragraph(text)

    def link(self, text, url, title=None):
        """A link; one to a notebook leads to its page."""
        return super().link(text, self.address(url), title)

    def address(self, url):
        """The address on this site of what a notebook links to."""
        if re.match(r"https?:|#", url):
            return url
        path, _, fragment = url.partition("#")
        name = path.removeprefix("notebooks/")
        if name not in self.files:
            raise ValueError(f"{self.page.file} links to {url}, which is no page of the site")
        return self.files[name] + (f"#{fragment}" if fragment else "")

    def block_math(self, body):
        """A formula on a line of its own."""
        return mathematics(f"$${body}$$")

    def inline_math(self, body):
        """A formula in a line."""
        return mathematics(f"${body}$")

    def latex_environment(self, name, body):
        """A formula of several lines."""
        return mathematics(f"$$\\begin{{{name}}}{body}\\end{{{name}}}$$")


class PageMaker:
    """Writes pages and their pictures into a folder.

    Parameters
    ----------
    out : pathlib.Path
        The site's folder.
    site : object
        What the template shows on every page: ``short_title``, ``pages``, ``doors(page)``, ...
    known : dict
        The result of `live_pieces.modules`.
    """

    def __init__(self, out, site, known):
        self.out, self.site, self.known = out, site, known
        self.files = {Path(page.notebook).name: page.file for page in site.pages if page.notebook}

    def text(self, page, notebook):
        """The page's HTML; its pictures are written."""
        renderer = CourseRenderer(page, self.files)
        markdown = MarkdownWithMath(renderer=renderer)
        sources = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
        texts = {source: markdown.render(source) for source in sources}  # all headings, in order
        states, shown = saved_widgets(notebook), set()
        exporter = HTMLExporter(
            config=Config({"NbConvertBase": {"display_data_priority": KINDS}}),
            extra_template_basedirs=[str(HERE / "templates")],
            template_name="course",
            filters={
                "markdown_cell": texts.__getitem__,
                "live": lambda output: self.live(output, states, shown),
                "picture": self.picture,
                "mathematics": mathematics,
            },
        )
        exporter.environment.globals |= {"page": page, "site": self.site}
        return exporter.from_notebook_node(with_displays(notebook))[0]

    def live(self, output, states, shown):
        """What the template shows of a live piece; its data once, where the page shows it first."""
        model = output.data[WIDGET_VIEW]["model_id"]
        piece = saved_piece(states[model], self.known)
        is_first = model not in shown
        shown.add(model)
        return {
            "model": model,
            "needs_python": piece is None,
            "data": as_json(piece) if piece and is_first else "",
            "picture": self.picture(output, lossless=False) if "image/png" in output.data else "",
            "words": output.data.get("text/plain", ""),
        }

    def picture(self, output, lossless=True):
        """An image element; its file has the picture in fewer bytes than a PNG."""
        png = base64.b64decode(output.data["image/png"])
        name = f"pictures/{hashlib.sha256(png).hexdigest()[:16]}.webp"
        image = Image.open(io.BytesIO(png))
        (self.out / "pictures").mkdir(parents=True, exist_ok=True)
        image.save(self.out / name, lossless=lossless, quality=QUALITY)
        size = output.get("metadata", {}).get("image/png", {})
        width = size.get("width", image.width)
        height = round(image.height * width / image.width)
        alt = html.escape(alternative(output), quote=True)
        return f'<img src="{name}" width="{width}" height="{height}" alt="{alt}" loading="lazy">'


def with_displays(notebook):
    """A copy in which the value of a cell is one more thing that it displays."""
    copy = deepcopy(notebook)
    for output in (output for cell in copy.cells for output in cell.get("outputs", [])):
        if output.output_type == "execute_result":
            output.output_type = "display_data"
    return copy


def alternative(output):
    """What a picture shows, in words: the sentence of a live piece stands below its settings."""
    words = output.data.get("text/plain", "")
    return "" if words.startswith("<") else " ".join(words.split("\n")[1:])
