"""How calls are answered: a line for the floor and for each queue, live, with the day's trend."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from console.actions.level_keys import LEVEL_ACTIONS
from console.screens import level_rows, level_sheets
from console.screens.level_words import LevelWords, of_row
from console.screens.paper import PaperScreen
from console.screens.table_screen import TableScreen, bindings, refused
from console.service.levels import DayLevels, QueueLevels
from widgets.bars import Part
from widgets.live_table import LiveTable, Window
from widgets.pane import Line

if TYPE_CHECKING:
    from console.actions.action import Action
    from console.screens.queue import QueueScreen

Sheet = Callable[[LevelWords, QueueLevels], Iterable[Line]]


class LevelsScreen(TableScreen):
    """One day, today or an earlier one; clocks that go on meanwhile cost no reading."""

    NAME = "levels"
    ACTIONS = LEVEL_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [*refused(LEVEL_ACTIONS), *bindings(LEVEL_ACTIONS)]

    def __init__(self, home: QueueScreen) -> None:
        super().__init__(home)
        self._back = 0
        self._day: DayLevels | None = None
        self._titles: tuple[object, ...] = ()

    async def _read(self, *, changed: bool) -> None:
        desk, day = self._home.desk, self._day
        # Without anybody who ticks, time alone may have changed calls; and a day ends.
        if changed or day is None or desk.read_only or desk.now() >= day.end:
            self._day = day = await desk.day_levels(self._back)
        while day.back != self._back:  # another day was asked for meanwhile
            self._day = day = await desk.day_levels(self._back)

    def _writer(self) -> LevelWords | None:
        day = self._day
        return None if day is None else LevelWords(self._home.words, day, self._home.desk.now())

    def _what(self, stale: str, *, phone: bool) -> tuple[list[Part], list[Part]]:
        left, write = [Part(self._say("levels.title"), "strong", 8)], self._writer()
        if write is None:
            return left, []
        left.append(Part(write.date(), "", 7))
        if stale and not phone:
            as_of = write.words.times.second(write.day.at, write.now)
            left.append(Part(self._say("head.as_of", time=as_of, why=self._say(stale)), "at-risk", 9))
        return left, [Part(write.shorts(), "dim", 3)]

    def _show_rows(self, *, phone: bool) -> None:
        write = self._writer()
        if write is None:
            return
        width, table = self.size.width, self.table
        since, until = self._stretch(write, width)
        titles = (width, phone, since, until)
        if titles != self._titles:
            self._titles = titles
            columns = level_rows.columns(self._say, width, phone=phone, since=since, until=until)
            table.set_layout(columns, two_line=phone, indent=2)
        rows = tuple(level_rows.rows(write, width, phone=phone, plain=self._plain))
        table.set_window(Window(rows))

    def _stretch(self, write: LevelWords, width: int) -> tuple[str, str]:
        """From when to when the trend goes, on the wall clock; empty where there is none."""
        room = level_rows.trend_room(width)
        shown = write.busy(write.day.floor.halves)[-room:] if room else range(0)
        if not shown:
            return "", ""
        halves = write.day.halves
        return write.moment(halves[shown[0]].start), write.moment(halves[shown[-1]].end)

    def _can(self, action: Action) -> bool:
        return action.id != "day_after" or self._back > 0

    @on(LiveTable.Selected)
    def _do_halves(self) -> None:
        self._sheet(
            "levels.halves_title",
            lambda write, queue: level_sheets.halves(write, queue, self.size.width),
        )

    def _do_formula(self) -> None:
        self._sheet(
            "levels.formula_title",
            lambda write, queue: level_sheets.formulas(write, queue, plain=self._plain),
        )

    def _do_day_before(self) -> None:
        self._go(self._back + 1)

    def _do_day_after(self) -> None:
        self._go(max(0, self._back - 1))

    def _go(self, back: int) -> None:
        if back != self._back:
            self._back = back
            self._beat()

    def _sheet(self, title: str, sheet: Sheet) -> None:
        """A sheet on the cursor's row, written anew every second from what was read last."""
        row, write = self.table.cursor_id, self._writer()
        if row is None or write is None:
            return

        async def lines() -> Iterable[Line]:
            fresh = self._writer() or write
            queue = of_row(fresh.day, row)
            return list(sheet(fresh, queue)) if queue is not None else []

        text = self._say(title, queue=write.name(row), day=write.date())
        self.app.push_screen(PaperScreen(text, lines, foot=self._say("help.close"), live=True))
