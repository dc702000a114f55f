"""The queue, home of the console: the board, its head, the item beside it, and the keys."""

from __future__ import annotations

import asyncio
import contextlib
import time
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from console.actions.registry import ACTIONS, BY_ID
from console.screens import filtering, layout
from console.screens.alarm import Alarm
from console.screens.deciding import Deciding
from console.screens.edges import Edges
from console.screens.item_pane import ItemPane
from console.screens.looking import Looking
from console.screens.rows import columns
from console.screens.work import start
from console.service.problem import StoreProblem
from widgets.bars import HintBar, NoticeBar, StatusBar
from widgets.entry import EntryBar
from widgets.live_table import LiveTable
from widgets.wire import PromptScreen

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue
    from console.screens.acting import Report
    from console.screens.board import Board
    from console.screens.doing import Doing
    from console.screens.floor import Floor
    from console.screens.options import Options
    from console.screens.pulse import Pulse
    from console.screens.reports import Reporter
    from console.screens.viewing import Viewing
    from console.screens.words import Words
    from console.service.desk import Desk

Result = TypeVar("Result")

KEY_S = 1.0
"""How long after a key the order stays as it is, in seconds."""

ALONE_S = 20.0
"""How long without a key until a board counts as one that is only looked at, in seconds."""


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
        self.looking = Looking(self)
        self.edges = Edges(self)
        self.alarm = Alarm(self)
        self.deciding = Deciding(self)
        self._keyed = -ALONE_S
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
        await self.looking.show_first()
        self.call_after_refresh(self._watch)
        self.set_interval(1.0, self.looking.tick_late)

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
    def words(self) -> Words:
        """What rows are put into words with."""
        return self.looking.words

    @property
    def floor(self) -> Floor:
        """The floor in numbers."""
        return self.looking.floor

    @property
    def board(self) -> Board:
        """The rows that are held."""
        return self.looking.board

    @property
    def pulse(self) -> Pulse:
        """When it is looked."""
        return self.looking.pulse

    def repaint(self) -> None:
        """The room for the rows is another."""
        self.looking.repaint()

    @property
    def reporter(self) -> Reporter:
        """Writes reports as of now."""
        from console.screens.reports import Reporter

        return Reporter(self.words, self.desk.now())

    @property
    def held(self) -> bool:
        """Whether the order has to stay: a dialog or the filter is open, or a key was pressed just now."""
        # Not `is_current`: that holds for a screen behind a dialog too, for as long as it is seen.
        if self.app.screen is not self or self.entry.sign:
            return True
        return time.monotonic() - self._keyed < KEY_S

    @property
    def alone(self) -> bool:
        """Whether nobody is at work here: no item is open, and no key was pressed for a while."""
        return not self.pane.display and time.monotonic() - self._keyed >= ALONE_S

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
        """Begin to read the top `count` rows, for the first frame."""
        self.set_query("")
        self.looking.read_ahead(count)

    # --- keys -------------------------------------------------------------------------------------

    def on_key(self) -> None:
        """The order stays under a key."""
        self._keyed = time.monotonic()

    def on_click(self) -> None:
        """... and under a click."""
        self.on_key()

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
        self.looking.want(event.start, event.count)

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

        found = palette.find(self.say, text)
        if len(found) == 1:
            self.action_act(found[0].id)
        elif found:
            names = self.say.several(self.say(action.label) for action in found)
            self.tell(self.say("refusal.several_commands", text=text, names=names), loud=True)
        else:
            self.tell(self.say("refusal.unknown_command", text=text), loud=True)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click on the board or the item leaves the line that is typed in."""
        if event.widget in (self.table, self.pane):
            self.entry.step_out()

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
            lines = filtering.nothing(query, self.words, text, self.options.queue)
            self.looking.anew(query, ["", *lines])

    # --- what acts ask of the screen ----------------------------------------------------------------

    async def ask(self, screen: Screen[Result]) -> Result | None:
        """Show a dialog and wait for its answer; the rows behind it live on in their order."""
        return await self.app.push_screen_wait(screen)

    def settled(self, report: Report) -> None:
        """An act is over: show what it left, take the marks off, look again."""
        self.board.accept(report.rows)
        self.looking.unmark({row.id for row in report.wish.rows})
        self.looking.draw()
        self.pulse.nudge()

    def tell(self, text: str, *, loud: bool = False) -> None:
        """Say something in the notice line for a while."""
        self.edges.say(text, loud=loud)

    def look(self, item_id: str) -> None:
        """Draw an item anew: what may be seen of it is another."""
        self.looking.draw()
        self.pane.tick(self.desk.now())
        self.pulse.nudge()

    def open_item(self, item_id: str) -> None:
        """Show an item in the pane."""
        self.table.move_to(item_id)
        if not self.pane.display:
            self.viewing.open()
        self.pane.show(item_id, self.words)
