"""A widget on several pages at once: each says what was moved, all hear what became of it.

What a page says has its name and counts up. ``heard`` holds the count that Python has answered, so
that a page shows what it has just said until the answer is there, and never an older one.
"""

import contextlib

import anywidget
import traitlets


class AnsweringWidget(anywidget.AnyWidget):
    """A widget whose traits are set by one side each: by a page, or by Python for all pages."""

    heard = traitlets.Dict().tag(sync=True)  # page -> the count of what it said last

    @contextlib.contextmanager
    def answer(self, said):
        """Send what is set inside as one message, with the word that ``said`` has been heard."""
        with self.hold_sync():
            try:
                yield
            finally:  # also after an error or an interrupt, or the page would wait for ever
                self.heard = {**self.heard, said.get("page", ""): said.get("count", 0)}
