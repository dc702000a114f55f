"""The board beside the lock, where the site wants it: masked whoever sat there, and nobody acts on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from console.screens import filtering, layout
from console.screens.head import Head
from console.screens.rows import Painter, columns
from console.screens.shown import Shown
from console.screens.work import start
from console.service.problem import StoreProblem
from widgets.bars import StatusBar
from widgets.live_table import LiveTable, Window

if TYPE_CHECKING:
    from console.screens.queue import QueueScreen
    from console.service.model import QueueRow


class LockBoard(Vertical):
    """The top of the board, read anew each second."""

    DEFAULT_CSS: ClassVar[str] = """
    LockBoard { height: 1fr; }
    LockBoard LiveTable { height: 1fr; width: 1fr; overflow: hidden hidden; scrollbar-size: 0 0; }
    """

    def __init__(self, home: QueueScreen) -> None:
        super().__init__()
        self._home = home
        self._rows: tuple[QueueRow, ...] = ()
        self._problem = ""
        self._busy = False
        self._phone: bool | None = None
        self._painter = Painter(home.words)
        queue = home.options.queue
        self._query = filtering.read(f'queue:"{queue}"' if queue else "", home.words)

    def compose(self) -> ComposeResult:
        """How it stands, and the rows."""
        yield StatusBar()
        table = LiveTable(ascii_marks=self._home.options.plain)
        # Neither keys nor the mouse get at it.
        table.can_focus = False
        table.disabled = True
        yield table

    def on_mount(self) -> None:
        """Look at once, and go on looking."""
        self._beat()
        self.set_interval(1.0, self._beat)

    def on_resize(self) -> None:
        """Lay the table out for the width there is."""
        self._show()

    def _beat(self) -> None:
        self._show()
        if not self._busy:
            self._busy = True
            start(self, self._look, group="lock-board")

    async def _look(self) -> None:
        try:
            count = max(1, self.query_one(LiveTable).size.height)
            self._rows = (await self._home.desk.window(self._query, count)).rows
            self._problem = ""
        except StoreProblem as problem:
            self._problem = f"store.{problem.reason}"
        finally:
            self._busy = False
        self._show()

    def _show(self) -> None:
        home, now = self._home, self._home.desk.now()
        table, phone = self.query_one(LiveTable), self.app.size.width < layout.PHONE
        if phone != self._phone:
            self._phone = phone
            table.set_layout(columns(home.say, phone=phone), two_line=phone)
        words = replace(home.words, shown=Shown())
        head = Head(words, home.floor, "", home.options.badge_now, stale=self._problem or home.pulse.stale)
        self.query_one(StatusBar).set_parts(*head.phone(now))
        short = self.app.size.width < layout.WIDE
        self._painter = self._painter.mixed(words, home.floor.lost, short=short)
        table.set_window(Window(self._painter.rows(self._rows, now)))
