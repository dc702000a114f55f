"""A screen of rows of which one types a word to see only some."""

from __future__ import annotations

from textual import on

from console.screens.table_screen import TableScreen
from widgets.entry import EntryBar


class FindScreen(TableScreen):
    """`_wanted` is what was typed; `_anew`: it is another word than the rows on the screen were found by, and
    the cursor begins at the top."""

    _wanted = ""
    _anew = False

    def _ask(self, placeholder: str) -> None:
        self.query_one(EntryBar).open("/", self._wanted, placeholder=placeholder)

    @on(EntryBar.Typed)
    @on(EntryBar.Entered)
    def _find(self, event: EntryBar.Typed | EntryBar.Entered) -> None:
        self._wanted, self._anew = event.text, True
        if isinstance(event, EntryBar.Entered):
            self.focus_body()
        self._show()

    @on(EntryBar.Left)
    def _find_nothing(self) -> None:
        self._wanted = ""
        self.focus_body()
        self._show()
