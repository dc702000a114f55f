"""The queue, home of the console: the board, its head, the item beside it, and the keys."""

from __future__ import annotations

import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from console.actions.action import Action, Situation
from console.actions.registry import ACTIONS, BY_ID
from console.domain.norm import Pack
from console.domain.query import Query, parse_query
from console.domain.rules import Rules
from console.domain.site import Site
from console.locale.catalogue import Catalogue
from console.screens import explain, help, palette  # noqa: A004
from console.screens.acting import Report
from console.screens.board import Board, Change
from console.screens.doing import Doing
from console.screens.entry import EntryBar
from console.screens.floor import Floor
from console.screens.foot import Foot
from console.screens.head import Head
from console.screens.item_pane import ItemPane
from console.screens.options import Options
from console.screens.paper import PaperScreen
from console.screens.pulse import Beat, Pulse
from console.screens.reports import Reporter
from console.screens.rows import Painter, columns
from console.screens.times import Times
from console.screens.words import ASCII, FULL, Words
from console.service.desk import Desk
from console.service.model import QueueRow
from widgets.bars import HintBar, StatusBar
from widgets.live_table import LiveTable, Window

if TYPE_CHECKING:
    from console.screens.app import RingsApp

Result = TypeVar("Result")

WIDE, PHONE = 100, 60
"""From so many columns on the item has a place beside the queue; below the other a row takes two lines."""

ITEM = 46
"""The cells of the item beside the queue, as in the style sheet."""

HIGH = 24
"""From so many lines on the notice line stays when it has nothing to say."""

KEY_S = 1.0
"""How long after a key the order stays as it is, in seconds."""


def _bindings() -> list[BindingType]:
    """Every key of the registry; those of the table reach it first while it has the focus."""
    return [Binding(",".join(a.keys), f"act('{a.id}')", show=False) for a in ACTIONS if a.keys]


class QueueScreen(Screen[None]):
    """Everything hangs on ids: the cursor, the marks and the dialogs hold them, never a place."""

    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def __init__(self, desk: Desk, say: Catalogue, options: Options) -> None:
        super().__init__()
        self.desk = desk
        self.say = say
        self.options = options
        marks = ASCII if options.plain else FULL
        rules = Rules(Pack(()), Site())
        self.words = Words(say, rules, Times(rules.site.tzinfo, options.viewer), marks)
        self.floor = Floor(desk.now())
        self.board = Board(desk)
        self.doing = Doing(self)
        self.pulse = Pulse(desk, self._look)
        self.foot = Foot()
        self._painter = Painter(self.words)
        self._wish: tuple[int, int] | None = None
        self._keyed = -KEY_S
        self._fresh_list = True
        self._busy = False
        self._filter = ""

    # --- parts and layout -------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Head, counts, board and item, notice, entry line, keys."""
        yield StatusBar(id="head")
        yield StatusBar(id="counts")
        with Horizontal(id="middle"):
            yield LiveTable(id="board", ascii_marks=self.options.plain)
            yield ItemPane(self.desk, id="item")
        yield StatusBar(id="notice")
        yield EntryBar(id="entry")
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Show what is there at once, and go on looking."""
        self._table = self.query_one(LiveTable)
        self._pane = self.query_one(ItemPane)
        self._table.focus()
        self._set_query("")
        self.run_worker(self.pulse.run(), group="pulse")
        self.set_interval(1.0, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the board out for the width there is."""
        width, height = event.size
        phone = width < PHONE
        self.set_class(phone, "-phone")
        self.set_class(width >= WIDE, "-beside")
        self.set_class(height >= HIGH, "-high")
        self.query_one(LiveTable).set_layout(columns(self.say, phone=phone), two_line=phone)
        self._repaint()
        self._show_head()
        self._show_foot()

    # --- looking ----------------------------------------------------------------------------------

    @property
    def reporter(self) -> Reporter:
        """Writes reports as of now."""
        return Reporter(self.words, self.desk.now())

    @property
    def _held(self) -> bool:
        """Whether the order has to stay: a dialog or the filter is open, or a key was pressed just now."""
        if not self.is_current or self.query_one(EntryBar).sign:
            return True
        return time.monotonic() - self._keyed < KEY_S

    async def _look(self, beat: Beat) -> None:
        """Read what may have changed, and show it."""
        if beat.changed:
            self._use((await self.desk.rules()).latest)
        if beat.changed or beat.second:
            self.floor = await Floor.read(self.desk)
            self._repaint()
        hold, wish, reset = self._held, self._wish, self._fresh_list
        overdue = self.board.held_back and not hold
        if beat.changed or overdue or wish or reset or (beat.second and self.desk.read_only):
            self._wish = None
            start, count = (0, self._table.LEAST_WINDOW) if reset else wish or self._table.wanted
            change = await self.board.refresh(
                start,
                count,
                guess=None if self.board.query else self.floor.counts.open,
                hold=hold and not wish and not reset,
                cursor=self._table.cursor_id,
                marks=self._table.marks,
            )
            self._fresh_list = self._fresh_list and not reset
            self._show_rows(change, reset=reset)
            if beat.changed:
                self._pane.read()
        self._show_head()
        self._show_foot()

    def _use(self, rules: Rules) -> None:
        if rules is not self.words.rules:
            times = Times(rules.site.tzinfo, self.options.viewer)
            self.words = Words(self.say, rules, times, self.words.marks)
            self._repaint()

    def _repaint(self) -> None:
        beside = ITEM if self.has_class("-open") and self.has_class("-beside") else 0
        self._painter = Painter(self.words, self.floor.lost, short=self.size.width - beside < WIDE)

    def _tick(self) -> None:
        """Once a second: the clocks go on, whatever else does."""
        self._show_rows(Change())
        self._pane.tick(self.desk.now())
        self._show_head()
        self._show_foot()

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
        if change.gone & self._table.marks:
            self._table.set_marks(self._table.marks - change.gone)
        self._table.set_window(window, reset=reset)

    def _show_head(self) -> None:
        head = Head(
            self.words,
            self.floor,
            self.desk.actor,
            self.options.badge,
            self.desk.read_only,
            self.pulse.stale,
        )
        now, phone = self.desk.now(), self.has_class("-phone")
        self.query_one("#head", StatusBar).set_parts(*(head.phone(now) if phone else head.first(now)))
        self.query_one("#counts", StatusBar).set_parts(*head.second(now, short=self.size.width < WIDE))

    def _show_foot(self) -> None:
        notice = self.query_one("#notice", StatusBar)
        left, right = self.foot.line(self.say, self.board, len(self._table.marks) if self.is_mounted else 0)
        notice.set_parts(left, right)
        notice.display = not self.query_one(EntryBar).sign and (
            self.has_class("-high") or bool(left or right)
        )
        hints = self.foot.hints(
            self.say, self.refusal, plain=self.options.plain, phone=self.has_class("-phone")
        )
        self.query_one(HintBar).set_hints(hints, self.foot.note(self.say, self.board))

    # --- keys -------------------------------------------------------------------------------------

    def on_key(self) -> None:
        """The order stays under a key."""
        self._keyed = time.monotonic()

    def action_act(self, action_id: str) -> None:
        """Do what a key stands for, or say why not. The rows, and their hands, are those seen now."""
        action = BY_ID[action_id]
        situation = self._situation(action)
        if reason := self._refused(action, situation):
            self.tell(self.say(reason), loud=True)
        elif action.group == "item":
            self._start(getattr(self.doing, action.id)(situation.rows))
        else:
            getattr(self, f"_act_{action.id}", self._of_the_table)()

    def refusal(self, action: Action) -> str:
        """Why an action can't be done now, as a catalogue key."""
        return action.refusal(self._situation(action))

    def _refused(self, action: Action, situation: Situation) -> str:
        if reason := action.refusal(situation):
            return reason
        if action.verb and not situation.marked and self.board.just_changed(situation.rows[0].id):
            return "refusal.just_changed"
        return ""

    def _situation(self, action: Action) -> Situation:
        marks = self._table.marks if action.group == "item" else frozenset()
        chosen = marks or {self._table.cursor_id}
        rows = (row for item in chosen if (row := self.board.row(item)) and item not in self.board.over)
        return Situation(
            tuple(sorted(rows, key=lambda row: row.place)),
            bool(marks),
            self.desk.read_only,
            self.doing.acting.undoable,
        )

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run one act at a time: a second key must not act on what the first is about to change."""
        if self._busy:
            work.close()
            return
        self._busy = True

        async def run() -> None:
            try:
                await work
            finally:
                self._busy = False

        self.run_worker(run(), group="doing")

    def _of_the_table(self) -> None:
        """Keys of the table do nothing elsewhere."""

    def _act_open(self) -> None:
        shown = not self._pane.display
        self._pane.display = shown
        self.set_class(shown, "-open")
        self._repaint()
        self._show_rows(Change())
        if shown:
            self._pane.show(self._table.cursor_id, self.words)
            self._pane.read()
        (self._pane if shown and not self.has_class("-beside") else self._table).focus()

    def _act_explain(self) -> None:
        row = self.board.row(self._table.cursor_id)
        if row is not None:
            self.app.push_screen(self._paper_of(row))

    def _paper_of(self, row: QueueRow) -> PaperScreen:
        async def write() -> list[Any]:
            view = await self.desk.view(row.id)
            return list(explain.lines(self.words, view, self.desk.now())) if view else []

        return PaperScreen(self.say("explain.title"), write, foot=self.say("help.close"), live=True)

    def _act_help(self) -> None:
        async def write() -> list[Any]:
            return list(help.lines(self.words, self.refusal))

        self.app.push_screen(PaperScreen(self.say("help.title"), write, foot=self.say("help.close")))

    def _act_palette(self) -> None:
        def chosen(action_id: str | None) -> None:
            if action_id is not None:
                self.call_after_refresh(self.action_act, action_id)

        self.app.push_screen(palette.screen(self.say, self.refusal), chosen)

    def _act_theme(self) -> None:
        async def submit(name: str | None) -> None:
            self.app.theme = name or self.app.theme

        self.app.push_screen(palette.themes(self.say, self.app.theme, submit))

    def _act_filter(self) -> None:
        placeholder = self.say("queue.filter_placeholder")
        self.query_one(EntryBar).open("/", self._filter, placeholder=placeholder)
        self._show_foot()

    def _act_command(self) -> None:
        known = palette.names(self.say)
        self.query_one(EntryBar).open(":", placeholder=self.say("queue.command_placeholder"), known=known)
        self._show_foot()

    def _act_clear(self) -> None:
        if self._pane.display and not self.has_class("-beside"):
            self._act_open()
        elif self._table.marks:
            self._table.set_marks(())
        else:
            self._set_query("")
        self._show_foot()

    def _act_redraw(self) -> None:
        cast("RingsApp", self.app).redraw()

    def _act_quit(self) -> None:
        self.app.exit()

    # --- the table, the entry line, a tap on a hint ------------------------------------------------

    @on(LiveTable.Highlighted, "#board")
    def _highlighted(self, event: LiveTable.Highlighted) -> None:
        self._pane.show(event.row_id, self.words)
        self._show_foot()

    @on(LiveTable.CursorLeft, "#board")
    def _left(self, event: LiveTable.CursorLeft) -> None:
        if event.new_id is not None:
            self.board.touched(event.new_id)

    @on(LiveTable.Selected, "#board")
    def _selected(self) -> None:
        self._act_open()

    @on(LiveTable.Marked, "#board")
    def _marked(self) -> None:
        self._table.action_cursor(1)
        self._show_foot()

    @on(LiveTable.WindowWanted, "#board")
    def _wanted(self, event: LiveTable.WindowWanted) -> None:
        self._wish = (event.start, event.count)
        self.pulse.nudge()

    @on(EntryBar.Typed)
    def _typed(self, event: EntryBar.Typed) -> None:
        if event.sign == "/":
            self._set_query(event.text)

    @on(EntryBar.Entered)
    def _entered(self, event: EntryBar.Entered) -> None:
        self._table.focus()
        if event.sign == "/":
            self._set_query(event.text)
        elif event.text:
            action = palette.find(self.say, event.text)
            if action is None:
                self.tell(self.say("refusal.unknown_command", text=event.text), loud=True)
            else:
                self.action_act(action.id)
        self._show_foot()

    @on(EntryBar.Left)
    def _entry_left(self, event: EntryBar.Left) -> None:
        self._table.focus()
        if event.sign == "/":
            self._set_query("")
        self._show_foot()

    @on(HintBar.Pressed)
    def _tapped(self, event: HintBar.Pressed) -> None:
        action = self.foot.action_of(event.key)
        if action is not None:
            self.action_act(action.id)

    def _set_query(self, text: str) -> None:
        """Show only what fits; the queue that the console was opened for always holds."""
        self._filter = text
        whole = f'queue:"{self.options.queue}" {text}' if self.options.queue else text
        query: Query = parse_query(whole)
        self.foot.filter(text, query.problems)
        if query != self.board.query or not self.board.shown.rows:
            self.board.reset(query)
            self._fresh_list = True
            empty = ("filtered", "filtered_how") if text else ("first", "second", "third")
            self._table.set_empty(["", *(self.say(f"queue.empty.{key}") for key in empty)])
            self.pulse.nudge()

    # --- what acts ask of the screen ----------------------------------------------------------------

    async def ask(self, screen: Screen[Result]) -> Result | None:
        """Show a dialog and wait for its answer; the rows behind it live on in their order."""
        return await self.app.push_screen_wait(screen)

    def settled(self, report: Report) -> None:
        """An act is over: show what it left, take the marks off, look again."""
        self.board.accept(report.rows)
        self._table.set_marks(self._table.marks - {row.id for row in report.wish.rows})
        self._show_rows(Change())
        self.pulse.nudge()

    def tell(self, text: str, *, loud: bool = False) -> None:
        """Say something in the notice line for a while."""
        self.foot.say(text, loud=loud)
        self._show_foot()

    def open_item(self, item_id: str) -> None:
        """Show an item in the pane."""
        self._table.move_to(item_id)
        if not self._pane.display:
            self._act_open()
        self._pane.show(item_id, self.words)
