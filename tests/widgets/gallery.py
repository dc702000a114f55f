"""Every widget at once, to look at: `python tests/widgets/gallery.py` (r, e, c, x open the dialogs)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

sys.path.insert(0, str(Path(__file__).parent))

import widget_floor as floor

from widgets.live_table import LiveTable

TOTAL = 100_000


class Gallery(App[None]):
    """The queue with its bars and pane."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit", "quit")]

    def compose(self) -> ComposeResult:
        yield LiveTable(floor.COLUMNS)

    def on_mount(self) -> None:
        table = self.query_one(LiveTable)
        phone = self.size.width < 60
        table.set_layout(floor.COLUMNS, two_line=phone)
        table.set_window(floor.window(0, 200, TOTAL))

    @on(LiveTable.WindowWanted)
    def read_more(self, wish: LiveTable.WindowWanted) -> None:
        wish.table.set_window(floor.window(wish.start, wish.count, TOTAL))


if __name__ == "__main__":
    Gallery().run()
