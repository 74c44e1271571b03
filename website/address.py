"""The address of this repository, and every link that is made from it.

    python website/address.py https://github.com/OWNER/REPO [--site URL]
    python website/address.py --unset

``[project.urls]`` in ``pyproject.toml`` holds the address. This command writes it there, and into
every marked place of the README, the other pages and the citation. A place is marked so:

    <!-- address: binder -->what stands here is written by this command<!-- /address -->

Its word names an entry of `PLACES`. Without an address a place says in words what is missing.
"""

import argparse
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"
REPOSITORY = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?")
MARKED = re.compile(r"(<!-- address: ([\w-]+) -->)(.*?)(<!-- /address -->)", re.DOTALL)
FILES = ["pyproject.toml", "CITATION.cff", "*.md", "hub/*.md"]
PLACEHOLDER = "https://github.com/OWNER/REPO"  # only ever as text, never as a link
COLAB_CELL = [
    "!git clone -q {repository} course",
    "%pip install -q ./course",
    "from google.colab import output",
    "output.enable_custom_widget_manager()",
]
HUB_LINK = (
    "https://HUB/hub/user-redirect/git-pull?repo={repository}"
    "&targetPath=course&urlpath=lab/tree/course/{notebook}"
)


def to_copy(*lines):
    """Lines to copy as they stand, with an address and, without one, with the placeholder."""
    text = "\n\n" + "".join(f"    {line}\n" for line in lines) + "\n"
    return text, text.replace("{repository}", PLACEHOLDER)


# For each kind of place: what stands there with an address, and without one.
PLACES = {
    "urls": ('\nRepository = "{repository}"\nSite = "{site}"\n# ', "\n# "),
    "cff": ('\nrepository-code: "{repository}"\nurl: "{site}"\n# ', "\n# "),
    "site": ("**[The course as a site: every figure is live, nothing to install.]({site})**", ""),
    "site-link": ("[the site]({site})", "the site (`python3 start.py site` builds it)"),
    "lab": ("[the browser lab]({lab})", "the browser lab, in the folder `lab` of the site"),
    "binder": (
        "[Open the course on Binder]({binder})",
        "The link to Binder stands here once this repository has an address:"
        " put the course on GitHub, then type"
        f" `python website/address.py {PLACEHOLDER}` with the names of your copy.",
    ),
    "binder-link": ("[Binder]({binder})", "Binder (once this repository has an address)"),
    "repository": ("<{repository}>", "the repository in which you found it"),
    "variable": to_copy("COURSE={repository}"),
    "colab-cell": to_copy(*COLAB_CELL),
    "nbgitpuller": to_copy(HUB_LINK),
}


def links(root=ROOT):
    """Return the links that are made from the repository's address.

    Returns
    -------
    dict of str to str or None
        ``repository``, ``site``, ``lab``, ``binder`` and ``colab``; each None without an address.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    urls = project.get("urls", {})
    return links_of(urls.get("Repository"), urls.get("Site"))


def links_of(repository, site=None):
    """The links that are made from an address, maybe None, and from that of the site."""
    if repository is None:
        return dict.fromkeys(("repository", "site", "lab", "binder", "colab"))
    owner, name = names_of(repository)
    pages = f"{owner.lower()}.github.io"
    site = site or (f"https://{pages}/" if name.lower() == pages else f"https://{pages}/{name}/")
    return {
        "repository": f"https://github.com/{owner}/{name}",
        "site": site,
        "lab": f"{site.rstrip('/')}/lab/index.html",
        "binder": f"https://mybinder.org/v2/gh/{owner}/{name}/HEAD?urlpath=lab/tree/{FIRST_NOTEBOOK}",
        "colab": f"https://colab.research.google.com/github/{owner}/{name}/blob/main/{FIRST_NOTEBOOK}",
    }


def names_of(repository):
    """The owner and the name in a repository's address."""
    found = REPOSITORY.fullmatch(repository)
    if not found:
        raise ValueError(f"the address must be like {PLACEHOLDER}, got {repository}.")
    return found.groups()


def filled(text, known):
    """The text with what belongs into its marked places; ``known`` are the links."""

    def fill(match):
        begin, kind, _, end = match.groups()
        if kind not in PLACES:
            raise ValueError(f"a place is marked {kind!r}; it must be one of {', '.join(PLACES)}.")
        with_address, without = PLACES[kind]
        words = with_address if known["repository"] else without
        return begin + words.format(**known, notebook=FIRST_NOTEBOOK) + end

    return MARKED.sub(fill, text)


def files(root=ROOT):
    """The files that may have marked places."""
    return sorted({path for pattern in FILES for path in root.glob(pattern)})


def set_address(repository, site=None, root=ROOT):
    """Write the address, or None, into every marked place; return the files that changed."""
    known, changed = links_of(repository, site), []
    for path in files(root):
        text = path.read_bytes().decode("utf-8")  # not read_text: line ends stay as they are
        new = filled(text, known)
        if new != text:
            path.write_bytes(new.encode("utf-8"))
            changed.append(path)
    return changed


def main(arguments=None):
    """Write the address, and say where."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("repository", nargs="?", help=PLACEHOLDER)
    which.add_argument("--unset", action="store_true", help="take the address out again")
    parser.add_argument("--site", help="the site's address; default: that of GitHub Pages")
    options = parser.parse_args(arguments)
    try:
        changed = set_address(options.repository, options.site)
    except ValueError as error:
        parser.error(str(error))
    print(
        "\n".join(f"{path.relative_to(ROOT)} changed" for path in changed) or "Nothing to change."
    )


if __name__ == "__main__":
    sys.exit(main())
