"""Run a notebook in the browser and take pictures of all of it, window by window.

python tests/browser/look.py notebooks/00_start_here.ipynb --width 1280 1920 --out pictures
"""

import argparse
from pathlib import Path

import harness

# Scroll down by one window; true when the last cell was already in view.
NEXT_WINDOW = """() => {
    const box = document.querySelector('.jp-WindowedPanel-outer');
    const cells = box.querySelectorAll('.jp-Cell');
    const end = cells[cells.length - 1].getBoundingClientRect().bottom;
    const bottom = box.getBoundingClientRect().bottom;
    box.scrollBy({top: box.clientHeight - 40, behavior: 'instant'});
    return end <= bottom;
}"""
TOP = "document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, 0)"


def look(browser, server, name, width, scale, app, out):
    """Write ``NAME-WIDTH-01.png`` and so on; return the errors of the browser's console."""
    stem = f"{Path(name).stem}-{app}-{width}" + ("" if scale == 1 else f"@{scale:g}x")
    with harness.opened(browser, server, name, width=width, scale=scale, app=app) as notebook:
        page = notebook.page
        page.evaluate(TOP)
        for number in range(1, 200):
            page.wait_for_timeout(700)  # what has come into view paints itself
            notebook.screenshot(out / f"{stem}-{number:02}.png")
            if page.evaluate(NEXT_WINDOW):
                break
        print(f"{stem}: {number} pictures in {out}")
        return list(notebook.errors)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--width", type=int, nargs="+", default=[1280])
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--app", choices=["lab", "notebook"], default="lab")
    parser.add_argument("--out", type=Path, default=Path("pictures"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.notebook.resolve()
    with harness.jupyter_server(path.parent) as server, harness.chromium() as browser:
        for width in options.width:
            window = (width, options.scale, options.app, options.out)
            for error in look(browser, server, path.name, *window):
                print("  console:", error)


if __name__ == "__main__":
    main()
