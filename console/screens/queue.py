"""The queue, home of the console: the board, its head, the item beside it, and the keys."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from console.actions.registry import ACTIONS, BY_ID
from console.domain.query import FIELDS
from console.screens import filtering, layout
from console.screens.alarm import Alarm
from console.screens.board import Board, Change
from console.screens.deciding import Deciding
from console.screens.edges import Edges
from console.screens.floor import Floor
from console.screens.item_pane import ItemPane
from console.screens.pager import Stretch
from console.screens.pulse import Beat, Pulse
from console.screens.rows import Painter, columns
from console.screens.times import Times
from console.screens.words import ASCII, FULL, Words
from console.screens.work import start
from console.service.names import Names, names_of
from console.service.ports import StoreProblem
from widgets.bars import HintBar, NoticeBar, StatusBar
from widgets.entry import EntryBar
from widgets.live_table import LiveTable, Window
from widgets.wire import PromptScreen

if TYPE_CHECKING:
    from console.domain.rules import Rules
    from console.locale.catalogue import Catalogue
    from console.screens.acting import Report
    from console.screens.doing import Doing
    from console.screens.options import Options
    from console.screens.reports import Reporter
    from console.screens.viewing import Viewing
    from console.service.desk import Desk
    from console.service.model import Glance

Result = TypeVar("Result")

TICK_S = 1.2
"""Where no look has drawn the clocks for so long, they go on without one."""

KEY_S = 1.0
"""How long after a key the order stays as it is, in seconds."""


def _no_rules() -> Rules:
    """What there is before the store was read."""
    from console.domain.pack import Pack
    from console.domain.rules import Rules
    from console.domain.site import Site

    return Rules(Pack(()), Site())


def _bindings() -> list[BindingType]:
    """Every key of the registry; those of the table reach it first while it has the focus."""
    return [Binding(",".join(a.keys), f"act('{a.id}')", show=False) for a in ACTIONS if a.keys]


class QueueScreen(PromptScreen[None]):
    """Everything hangs on ids: the cursor, the marks and the dialogs hold them, never a place."""

    BLANK = True  # its parts cover all of it
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def __init__(self, desk: Desk, say: Catalogue, options: Options) -> None:
        super().__init__()
        self.desk = desk
        self.say = say
        self.options = options
        marks = ASCII if options.plain else FULL
        names = Names()
        self.words = Words(say, names, _no_rules, Times(names.tzinfo, options.viewer), marks)
        self.floor = Floor(desk.now())
        self.board = Board(desk, partly=self._found_so_far)
        self.pulse = Pulse(desk, self._look)
        self.edges = Edges(self)
        self.alarm = Alarm(self)
        self.deciding = Deciding(self)
        self._painter = Painter(self.words)
        self._wish: tuple[int, int] | None = None
        self._keyed = -KEY_S
        self._fresh_list = True
        self._owed = False
        self._landed: str | None = None
        self._ticked = -TICK_S
        self._empty: list[str] = []
        self._ahead: asyncio.Task[Glance | None] | None = None
        self._rules: Rules | None = None
        self._begun = False
        self.filtered = ""

    # --- what keys need: loaded when the board is on the screen ----------------------------------

    @cached_property
    def doing(self) -> Doing:
        """What the item keys do."""
        from console.screens.doing import Doing

        return Doing(self)

    @cached_property
    def viewing(self) -> Viewing:
        """What the looking keys do."""
        from console.screens.viewing import Viewing

        return Viewing(self)

    # --- parts and layout -------------------------------------------------------------------------

    @property
    def table(self) -> LiveTable:
        """The board."""
        return self.query_one("#board", LiveTable)

    @property
    def pane(self) -> ItemPane:
        """The item beside the board."""
        return self.query_one("#item", ItemPane)

    @property
    def entry(self) -> EntryBar:
        """The line for the filter and for commands."""
        return self.query_one(EntryBar)

    def compose(self) -> ComposeResult:
        """Head, counts, board and item, notice, entry line, keys."""
        phone = layout.fit(self, self.app.size)
        yield StatusBar(id="head")
        yield StatusBar(id="counts")
        with Horizontal(id="middle"):
            yield LiveTable(
                columns(self.say, phone=phone), two_line=phone, id="board", ascii_marks=self.options.plain
            )
            yield ItemPane(self.desk, id="item")
        yield NoticeBar(id="notice")
        yield EntryBar(id="entry")
        yield HintBar(id="hints")

    async def on_mount(self) -> None:
        """Show what was read ahead, and go on looking."""
        self.table.focus()
        if self._ahead is not None:
            self._show_first(await self._ahead)
        self.call_after_refresh(self._watch)
        self.set_interval(1.0, self._tick_late)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the board out for the width there is."""
        was_phone = self.has_class("-phone")
        phone = layout.fit(self, event.size)
        if phone != was_phone:
            self.table.set_layout(columns(self.say, phone=phone), two_line=phone)
        if self.focused is self.table:
            self.focus_home()
        self.repaint()
        self.edges.head()
        self.edges.foot()

    def focus_home(self) -> None:
        """Give the keys to the board, or to the item that stands in its place."""
        (self.pane if self.covered else self.table).focus()

    @property
    def covered(self) -> bool:
        """Whether the item stands in the board's place."""
        return self.pane.display and not self.has_class("-beside")

    # --- looking ----------------------------------------------------------------------------------

    @property
    def reporter(self) -> Reporter:
        """Writes reports as of now."""
        from console.screens.reports import Reporter

        return Reporter(self.words, self.desk.now())

    @property
    def _held(self) -> bool:
        """Whether the order has to stay: a dialog or the filter is open, or a key was pressed just now."""
        # Not `is_current`: that holds for a screen behind a dialog too, for as long as it is seen.
        if self.app.screen is not self or self.entry.sign:
            return True
        return time.monotonic() - self._keyed < KEY_S

    def _watch(self) -> None:
        """Look from now on, and make ready what keys need: not before the first frame is on its way."""
        start(self, self._make_ready, group="ready")
        start(self, self.pulse.run, group="pulse")

    async def _make_ready(self) -> None:
        """Load, beside the screen, what the first key of each sort would have to wait for."""
        for name in ("viewing", "doing"):
            await asyncio.to_thread(import_module, f"console.screens.{name}")
        with contextlib.suppress(StoreProblem):  # the next console's first frame takes a little longer
            await self.desk.keep_names()

    def read_ahead(self, count: int) -> None:
        """Begin to read the top `count` rows as they stand written: they are in the first frame, which is
        made ready meanwhile; what is due by now is worked out after it."""
        self.set_query("")
        self._ahead = asyncio.create_task(self._read_first(count))

    async def _read_first(self, count: int) -> Glance | None:
        with contextlib.suppress(StoreProblem):  # the pulse will meet it too, and say so
            return await self.desk.first(self.board.query, count)
        return None

    def _show_first(self, glance: Glance | None) -> None:
        if glance is None:
            return
        self._speak(glance.names, glance.rules)
        if not glance.window.rows:
            return
        self.pulse.behind = glance.since is not None
        at = self.desk.now() if glance.since is None else glance.since
        self.floor = Floor(at, glance.counts, glance.feeds, glance.levels)
        self.board.begin(Stretch(glance.window.rows, 0, glance.window.after))
        self._mix()
        self._show_rows(Change(), reset=True)
        self._fresh_list, self._begun = False, True

    async def _look(self, beat: Beat) -> None:
        """Read what may have changed, and show it."""
        # What a key asks for is shown before the head is read again, but not in words that are not read yet.
        late = self._begun and (self._wish is not None or self._fresh_list)
        if not late:
            await self._read_floor(beat)
        hold, wish, reset, query = self._held, self._wish, self._fresh_list, self.board.query
        overdue = self.board.held_back and not hold
        asked = wish is not None or reset
        self._owed = self._owed or beat.changed or (beat.second and self.desk.read_only)
        if asked or ((self._owed or overdue) and not self.board.resting):
            self._wish, self._owed = None, False
            start, count = (0, self._first_rows) if reset else wish or self.table.wanted
            change = await self.board.refresh(
                start,
                count,
                guess=None if self.board.query else self.floor.counts.open,
                hold=hold and not wish and not reset,
                cursor=None if reset else self.table.cursor_id,
                marks=self.table.marks,
                follow=self.table.shows_cursor,
            )
            if query is not self.board.query:
                await self._look(beat)  # another filter was typed meanwhile
                return
            self._show_list(change, self._empty)
            if asked:
                self.paint_soon()
            if beat.changed:
                self.pane.read()
        if late:
            await self.painted()
            await self._read_floor(beat)
            self._show_rows(Change())
        if beat.second:
            self._tick()  # in the frame of what was read: each one costs the line and the machine
            return
        self.edges.head()
        if asked or beat.changed:  # else what each second draws is early enough
            self.edges.foot()

    @property
    def _first_rows(self) -> int:
        """How much of a new list is read at first. Of what a filter finds no more than is seen: each letter
        brings another list, and the table asks for the rest."""
        page = self.table.whole_rows
        return page + 1 if self.board.query else max(self.table.LEAST_WINDOW, 2 * page)

    async def _read_floor(self, beat: Beat) -> None:
        if beat.changed or beat.second:
            self.floor = await Floor.read(self.desk)
            self.pulse.behind = False
            if self.floor.rules is not None:
                self._use(self.floor.rules)
            self._mix()

    def _show_list(self, change: Change, empty: list[str]) -> None:
        """Show what was read; a new list begins at its top. `empty` is what to say where it has no rows."""
        if not self.board.shown.rows:
            self.table.set_empty(empty)
        self._show_rows(change, reset=self._fresh_list)
        self._fresh_list, self._begun = False, True

    def _found_so_far(self) -> None:
        """A filter that no index answers has looked for a while: show what there is, and that it goes on."""
        self._show_list(Change(), ["", self.say("queue.looking")])
        self.edges.foot()
        self.paint_soon()

    def _use(self, rules: Rules) -> None:
        if rules is not self._rules:
            self._rules = rules
            self._speak(names_of(rules), lambda: rules)

    def _speak(self, names: Names, late: Callable[[], Rules]) -> None:
        times = Times(names.tzinfo, self.options.viewer)
        self.words = Words(self.say, names, late, times, self.words.marks, self.words.shown)

    def repaint(self) -> None:
        """Put all rows into words anew: the room for them is another."""
        self._mix()
        self._show_rows(Change())

    def _mix(self) -> None:
        """Take the words, the silent feeds and the room for the rows as they are now."""
        short = layout.room(self) < layout.WIDE
        self._painter = self._painter.mixed(self.words, self.floor.lost, short=short)

    def _tick_late(self) -> None:
        """The clocks go on, whatever else does: also while a look fails or takes long."""
        if self.pulse.problem or time.monotonic() - self._ticked > TICK_S:
            self._tick()

    def _tick(self) -> None:
        """What each second draws."""
        self._ticked = time.monotonic()
        self._show_rows(Change())
        if self.options.alarm and self._begun:
            self.alarm.beat()
        self.pane.tick(self.desk.now())
        self.edges.head()
        self.edges.foot()

    def _show_rows(self, change: Change, *, reset: bool = False) -> None:
        stretch = self.board.shown
        guess = None if self.board.query else self.floor.counts.open
        window = Window(
            self._painter.rows(stretch.rows, self.desk.now(), self.board.over),
            stretch.start,
            stretch.total(guess) if stretch.more else None,
            change.cursor_at,
            change.gone,
        )
        if change.gone & self.table.marks:
            self._unmark(change.gone)
        before = self.table.cursor_id
        self.table.set_window(window, reset=reset)
        landed = self.table.cursor_id
        if landed not in (None, before) and self._begun:
            # At once: a key that is on its way was meant for what stood there.
            self._slipped(landed)

    def _slipped(self, item: str) -> None:
        """Keys find another item than before, and nobody pressed one for that."""
        self.board.touched(item)
        self._landed = item
        self.table.draw_cursor_anew()

    def unseen(self, item: str) -> bool:
        """Whether keys came to find an item by themselves, and nobody can have seen yet that they do."""
        if item == self._landed and self.table.drawn_id == item:
            self._landed = None
        return item == self._landed

    def _unmark(self, items: Collection[str]) -> None:
        """Take marks off. With the last one gone, a key that meant it must not find the cursor's row."""
        marked, cursor = self.table.marks, self.table.cursor_id
        self.table.set_marks(marked - frozenset(items))
        if marked and not self.table.marks and cursor is not None:
            self._slipped(cursor)

    # --- keys -------------------------------------------------------------------------------------

    def on_key(self) -> None:
        """The order stays under a key."""
        self._keyed = time.monotonic()

    def action_act(self, action_id: str) -> None:
        """Do what a key stands for, or say why not."""
        self.deciding.act(BY_ID[action_id])

    def act_on(self, action_id: str, meant: str | None) -> None:
        """Do what was chosen while the cursor stood on the item `meant`, if it still does."""
        self.deciding.act_on(BY_ID[action_id], meant)

    # --- the table, the entry line, a tap on a hint ------------------------------------------------

    @on(LiveTable.Highlighted, "#board")
    def _highlighted(self, event: LiveTable.Highlighted) -> None:
        self.pane.show(event.row_id, self.words)
        self.edges.foot()

    @on(LiveTable.Selected, "#board")
    def _selected(self) -> None:
        self.viewing.open()

    @on(LiveTable.Marked, "#board")
    def _marked(self) -> None:
        self.table.action_cursor(1)
        self.edges.foot()

    @on(LiveTable.WindowWanted, "#board")
    def _wanted(self, event: LiveTable.WindowWanted) -> None:
        self._wish = (event.start, event.count)
        self.pulse.nudge()

    @on(EntryBar.Typed)
    def _typed(self, event: EntryBar.Typed) -> None:
        if event.sign == "/":
            self.set_query(event.text)

    @on(EntryBar.Entered)
    def _entered(self, event: EntryBar.Entered) -> None:
        self.focus_home()
        if event.sign == "/":
            self.set_query(event.text)
        elif event.text:
            self._command(event.text)
        self.edges.foot()

    def _command(self, text: str) -> None:
        from console.screens import palette

        if action := palette.find(self.say, text):
            self.action_act(action.id)
        else:
            self.tell(self.say("refusal.unknown_command", text=text), loud=True)

    @on(EntryBar.Left)
    def _entry_left(self, event: EntryBar.Left) -> None:
        self.focus_home()
        if event.sign == "/":
            self.set_query("")
        self.edges.foot()

    @on(HintBar.Pressed)
    def _tapped(self, event: HintBar.Pressed) -> None:
        action = self.edges.action_of(event.key)
        if action is not None:
            self.action_act(action.id)

    def set_query(self, text: str) -> None:
        """Show only what fits; the queue that the console was opened for always holds."""
        self.filtered = text
        whole = f'queue:"{self.options.queue}" {text}' if self.options.queue else text
        query = filtering.read(whole, self.words)
        self.edges.filter(
            f"queue:{self.options.queue} {text}" if self.options.queue else text, query.problems
        )
        if not self.board.shown.rows or query != self.board.query:
            self.board.reset(query)
            self._fresh_list = True
            empty: tuple[str, ...]
            if text:
                empty = ("filtered", "filtered_how", "filtered_fields")
            else:
                empty = ("queue", "third") if self.options.queue else ("first", "second", "third")
            fields = " ".join(f"{field}:" for field in FIELDS)
            lines = (self.say(f"queue.empty.{key}", queue=self.options.queue, fields=fields) for key in empty)
            self._empty = ["", *lines]
            self.pulse.nudge()

    # --- what acts ask of the screen ----------------------------------------------------------------

    async def ask(self, screen: Screen[Result]) -> Result | None:
        """Show a dialog and wait for its answer; the rows behind it live on in their order."""
        return await self.app.push_screen_wait(screen)

    def settled(self, report: Report) -> None:
        """An act is over: show what it left, take the marks off, look again."""
        self.board.accept(report.rows)
        self._unmark({row.id for row in report.wish.rows})
        self._show_rows(Change())
        self.pulse.nudge()

    def tell(self, text: str, *, loud: bool = False) -> None:
        """Say something in the notice line for a while."""
        self.edges.say(text, loud=loud)

    def look(self, item_id: str) -> None:
        """Draw an item anew: what may be seen of it is another."""
        self._show_rows(Change())
        self.pane.tick(self.desk.now())
        self.pulse.nudge()

    def open_item(self, item_id: str) -> None:
        """Show an item in the pane."""
        self.table.move_to(item_id)
        if not self.pane.display:
            self.viewing.open()
        self.pane.show(item_id, self.words)
