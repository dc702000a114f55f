"""What the queue shows: the floor read at each beat, put into words, and drawn on the board."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from console.screens import layout
from console.screens.board import Board, Change
from console.screens.floor import Floor
from console.screens.pager import Stretch
from console.screens.pulse import Beat, Pulse
from console.screens.rows import Painter
from console.screens.times import Times
from console.screens.words import ASCII, FULL, Words
from console.service.names import Names, names_of
from console.service.problem import StoreProblem
from widgets.live_table import Window

if TYPE_CHECKING:
    from console.domain.query import Query
    from console.domain.rules import Rules
    from console.screens.queue import QueueScreen
    from console.service.model import Glance

TICK_S = 1.2
"""Where no look has drawn the clocks for so long, they go on without one."""


def _no_rules() -> Rules:
    """What there is before the store was read."""
    from console.domain.pack import Pack
    from console.domain.rules import Rules
    from console.domain.site import Site

    return Rules(Pack(()), Site())


class Looking:
    """Looks for the queue screen, whatever is in front of it. `words`, `floor` and the rows of `board` are as
    the last look found them. `begun`: there was one. `wish`: the rows that the table waits for, from
    where and how many."""

    def __init__(self, screen: QueueScreen) -> None:
        self._screen = screen
        marks = ASCII if screen.options.plain else FULL
        names = Names()
        self.words = Words(screen.say, names, _no_rules, Times(names.tzinfo, screen.options.viewer), marks)
        self.floor = Floor(screen.desk.now())
        self.board = Board(screen.desk, partly=self._found_so_far)
        self.pulse = Pulse(screen.desk, self.look)
        self.begun = False
        self.wish: tuple[int, int] | None = None
        self._painter = Painter(self.words)
        self._fresh_list = True
        self._owed = False
        self._landed: str | None = None
        self._ticked = -TICK_S
        self._empty: list[str] = []
        self._ahead: asyncio.Task[Glance | None] | None = None
        self._rules: Rules | None = None

    # --- the first frame --------------------------------------------------------------------------

    def read_ahead(self, count: int) -> None:
        """Begin to read the top `count` rows as they stand written: they are in the first frame, which is
        made ready meanwhile; what is due by now is worked out after it."""
        self._ahead = asyncio.create_task(self._read_first(count))

    async def _read_first(self, count: int) -> Glance | None:
        with contextlib.suppress(StoreProblem):  # the pulse will meet it too, and say so
            return await self._screen.desk.first(self.board.query, count)
        return None

    async def show_first(self) -> None:
        """Show what was read ahead."""
        glance = await self._ahead if self._ahead is not None else None
        if glance is None:
            return
        self._speak(glance.names, glance.rules)
        if not glance.window.rows:
            return
        self.pulse.behind = glance.since is not None
        at = self._screen.desk.now() if glance.since is None else glance.since
        self.floor = Floor(at, glance.counts, glance.feeds, glance.levels)
        self.board.begin(Stretch(glance.window.rows, 0, glance.window.after))
        self._mix()
        self._show_rows(Change(), reset=True)
        self._fresh_list, self.begun = False, True

    # --- looking ----------------------------------------------------------------------------------

    def anew(self, query: Query, empty: list[str]) -> None:
        """Begin another list; `empty` is what to say where it has no rows."""
        self.board.reset(query)
        self._fresh_list, self._empty = True, empty
        self.pulse.nudge()

    def want(self, start: int, count: int) -> None:
        """Read so many rows from there on at once: the table came to where none are held."""
        self.wish = (start, count)
        self.pulse.nudge()

    async def look(self, beat: Beat) -> None:
        """Read what may have changed, and show it."""
        # What a key asks for is shown before the head is read again, but not in words that are not read yet.
        late = self.begun and (self.wish is not None or self._fresh_list)
        if not late:
            await self._read_floor(beat)
        hold, wish, reset, query = self._screen.held, self.wish, self._fresh_list, self.board.query
        overdue = self.board.held_back and not hold
        asked = wish is not None or reset
        self._owed = self._owed or beat.changed or (beat.second and self._screen.desk.read_only)
        if asked or ((self._owed or overdue) and not self.board.resting):
            self.wish, self._owed = None, False
            start, count = (0, self._first_rows) if reset else wish or self._screen.table.wanted
            change = await self.board.refresh(
                start,
                count,
                guess=None if self.board.query else self.floor.counts.open,
                hold=hold and not wish and not reset,
                cursor=None if reset else self._screen.table.cursor_id,
                marks=self._screen.table.marks,
                follow=self._screen.table.shows_cursor and not self._keeps_top,
            )
            if query is not self.board.query:
                await self.look(beat)  # another filter was typed meanwhile
                return
            self._show_list(change, self._empty)
            if asked:
                self._screen.paint_soon()
            if beat.changed:
                self._screen.pane.read()
        if late:
            await self._screen.painted()
            await self._read_floor(beat)
            self.draw()
        if beat.second:
            self._tick()  # in the frame of what was read: each one costs the line and the machine
            return
        self._screen.edges.head()
        if asked or beat.changed:  # else what each second draws is early enough
            self._screen.edges.foot()

    @property
    def _first_rows(self) -> int:
        """How much of a new list is read at first. Of what a filter finds no more than is seen: each letter
        brings another list, and the table asks for the rest."""
        page = self._screen.table.whole_rows
        return page + 1 if self.board.query else max(self._screen.table.LEAST_WINDOW, 2 * page)

    async def _read_floor(self, beat: Beat) -> None:
        if beat.changed or beat.second:
            self.floor = await Floor.read(self._screen.desk)
            self.pulse.behind = False
            if self.floor.rules is not None:
                self._use(self.floor.rules)
            self._mix()

    def _show_list(self, change: Change, empty: list[str]) -> None:
        """Show what was read; a new list begins at its top. `empty` is what to say where it has no rows."""
        if not self.board.shown.rows:
            self._screen.table.set_empty(empty)
        self._show_rows(change, reset=self._fresh_list)
        self._fresh_list, self.begun = False, True

    def _found_so_far(self) -> None:
        """A filter that no index answers has looked for a while: show what there is, and that it goes on."""
        self._show_list(Change(), ["", self._screen.say("queue.looking")])
        self._screen.edges.foot()
        self._screen.paint_soon()

    # --- showing ----------------------------------------------------------------------------------

    def _use(self, rules: Rules) -> None:
        if rules is not self._rules:
            self._rules = rules
            self._speak(names_of(rules), lambda: rules)

    def _speak(self, names: Names, late: Callable[[], Rules]) -> None:
        times = Times(names.tzinfo, self._screen.options.viewer)
        self.words = Words(self._screen.say, names, late, times, self.words.marks, self.words.shown)

    def repaint(self) -> None:
        """Put all rows into words anew: the room for them is another."""
        self._mix()
        self.draw()

    def _mix(self) -> None:
        """Take the words, the silent feeds and the room for the rows as they are now."""
        short = layout.room(self._screen) < layout.WIDE
        self._painter = self._painter.mixed(self.words, self.floor.lost, short=short)

    def tick_late(self) -> None:
        """The clocks go on, whatever else does: also while a look fails or takes long."""
        if self.pulse.problem or time.monotonic() - self._ticked > TICK_S:
            self._tick()

    def _tick(self) -> None:
        """What each second draws."""
        self._ticked = time.monotonic()
        self.draw()
        if self._screen.options.alarm and self.begun:
            self._screen.alarm.beat()
        self._screen.pane.tick(self._screen.desk.now())
        self._screen.edges.head()
        self._screen.edges.foot()

    def draw(self) -> None:
        """Draw what is held anew."""
        self._show_rows(Change())

    def _show_rows(self, change: Change, *, reset: bool = False) -> None:
        stretch = self.board.shown
        guess = None if self.board.query else self.floor.counts.open
        window = Window(
            self._painter.rows(stretch.rows, self._screen.desk.now(), self.board.over),
            stretch.start,
            stretch.total(guess) if stretch.more else None,
            change.cursor_at,
            change.gone,
        )
        if change.gone & self._screen.table.marks:
            self.unmark(change.gone)
        before = self._screen.table.cursor_id
        self._screen.table.set_window(window, reset=reset, keep_top=self._keeps_top)
        landed = self._screen.table.cursor_id
        if landed not in (None, before) and self.begun:
            # At once: a key that is on its way was meant for what stood there.
            self._slipped(landed)

    @property
    def _keeps_top(self) -> bool:
        """Whether the top of the board stays in view, and not the cursor's row: nobody sits there, and what
        is late comes in at the top."""
        return self._screen.alone and self._screen.table.rows_above == 0

    def _slipped(self, item: str) -> None:
        """Keys find another item than before, and nobody pressed one for that."""
        self.board.touched(item)
        self._landed = item
        self._screen.table.draw_cursor_anew()

    def show_cursor(self, item: str) -> None:
        """Bring the cursor's row into view; a key before it is drawn there can't have meant it."""
        self._landed = item
        self._screen.table.draw_cursor_anew()
        self._screen.table.show_cursor()

    def unseen(self, item: str) -> bool:
        """Whether keys came to find an item by themselves, and nobody can have seen yet that they do."""
        if item == self._landed and self._screen.table.drawn_id == item:
            self._landed = None
        return item == self._landed

    def unmark(self, items: Collection[str]) -> None:
        """Take marks off. With the last one gone, a key that meant it must not find the cursor's row."""
        marked, cursor = self._screen.table.marks, self._screen.table.cursor_id
        self._screen.table.set_marks(marked - frozenset(items))
        if marked and not self._screen.table.marks and cursor is not None:
            self._slipped(cursor)
