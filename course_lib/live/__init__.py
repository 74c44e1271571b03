"""A live figure with controls, for any notebook: matplotlib draws once, the browser the rest.

- ``figure``      `LiveFigure` and its `Path`; ``rendering`` is what matplotlib does for it
- ``controls``    sliders, menus and buttons
- ``explorer``    both together, with an error shown as a sentence
- ``answering``   what several pages that show one widget tell Python, and hear
- ``lifetime``    closes what a cell showed before it ran again
- ``javascript``  joins the modules of ``js``, the browser's half
"""
