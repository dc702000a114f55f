"""Every norm: where it comes from, its limit here, kept and broken today, and what its alerts led to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from console.actions.norm_keys import NORM_ACTIONS
from console.screens import norm_rows
from console.screens.find_screen import FindScreen
from console.screens.paper import PaperScreen
from console.screens.table_screen import bindings, refused
from widgets.bars import Part
from widgets.live_table import LiveTable, Window

if TYPE_CHECKING:
    from console.actions.action import Action
    from console.screens.queue import QueueScreen
    from console.service.norms import NormsToday
    from widgets.pane import Line


class NormsScreen(FindScreen):
    """The norms of the pack in force."""

    NAME = "norms"
    ACTIONS = NORM_ACTIONS
    ENTRY = True
    BINDINGS: ClassVar[list[BindingType]] = [*refused(NORM_ACTIONS), *bindings(NORM_ACTIONS)]

    def __init__(self, home: QueueScreen) -> None:
        super().__init__(home)
        self._today: NormsToday | None = None
        self._by_need = False
        self._laid_out = (0, False)

    async def _read(self, *, changed: bool) -> None:
        desk = self._home.desk
        # Without anybody who ticks, time alone may have changed what is broken.
        if self._today is None or desk.read_only or changed:
            self._today = await desk.norms()

    def _what(self, stale: str, *, phone: bool) -> tuple[list[Part], list[Part]]:
        left, today = [Part(self._say("norms.title"), "strong", 8)], self._today
        if today is None:
            return left, []
        left.append(Part(self._say("norms.number", n=len(today.norms)), "", 7))
        if self._by_need:
            left.append(Part(self._say("norms.by_need"), "dim", 6))
        if self._wanted:
            return left, [Part(self._say("queue.filtered", text=self._wanted), "strong", 9)]
        since = self._home.words.times.second(today.shift, self._home.desk.now())
        return left, [Part(self._say("norms.shift", since=since), "dim", 3)]

    def _show_rows(self, *, phone: bool) -> None:
        today = self._today
        if today is None:
            return
        if self._laid_out != (self.size.width, phone):  # the first rows may be there before the first size
            self._laid_out = (self.size.width, phone)
            self.table.set_layout(norm_rows.columns(self._say, self.size.width), two_line=phone, indent=2)
        wanted = norm_rows.found(self._say, today.norms, self._wanted) if self._wanted else today.norms
        if not wanted:
            self.table.set_empty(("", self._say("norms.none")))
        states = norm_rows.ordered(wanted, by_need=self._by_need)
        rows = tuple(norm_rows.rows(self._home.words, today.rules.site, states))
        self.table.set_window(Window(rows), reset=self._anew)
        self._anew = False

    def _can(self, action: Action) -> bool:
        return action.id != "norm_text" or bool(self.table.window.rows)

    @on(LiveTable.Selected)
    def _do_norm_text(self) -> None:
        chosen = self.table.cursor_id
        home = self._home

        async def lines() -> Iterable[Line]:
            today = self._today
            for state in today.norms if today else ():
                if state.norm.id == chosen and today is not None:
                    return list(norm_rows.sheet(home.words, today, state))
            return []

        if chosen is not None:
            title = home.words.norm_name(chosen)
            self.app.push_screen(PaperScreen(title, lines, foot=self._say("help.close"), live=True))

    def _do_norm_find(self) -> None:
        self._ask(self._say("norms.find"))

    def _do_norm_order(self) -> None:
        self._by_need = not self._by_need
        self._show()
