"""A widget on several pages at once: each says what a hand did, all hear what became of it.

A page numbers what was done on it and repeats that until it is heard, so that nothing is lost when
messages are joined on their way. ``heard`` holds the last number of each page that Python has
answered: until then a page shows what it did itself, and never an older answer.
"""

import uuid

import anywidget
import traitlets


class AnsweringWidget(anywidget.AnyWidget):
    """A widget whose traits are set by one side each: by a page, or by Python for all pages.

    A subclass says in ``actions`` by which method it answers what can be done:
    ``{"press": self.press}`` for ``{"do": "press", "name": "reset"}``.
    """

    uid = traitlets.Unicode().tag(sync=True)  # all views on one page share what they show
    said = traitlets.Dict().tag(sync=True, echo_update=False)  # by a page: page, actions
    heard = traitlets.Dict().tag(sync=True)  # page -> the number of the last action answered

    def __init__(self, **traits):
        super().__init__(uid=uuid.uuid4().hex, **traits)
        self.actions = {}
        self.observe(self._on_said, "said")

    def _on_said(self, change):
        page, actions = change["new"].get("page", ""), change["new"].get("actions", [])
        for action in actions:
            if action["n"] > self.heard.get(page, 0):
                self._answer(page, **action)

    def _answer(self, page, n, do, **what):
        """Do it, and send what it changed as one message, with the word that it was heard."""
        with self.hold_sync():
            try:
                self.actions[do](**what)
            finally:  # also after an error or an interrupt, or the page would wait for ever
                self.heard = {**self.heard, page: n}
