"""The queue as it stood at an earlier moment: to read and to step through. Nothing is done there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from console.actions.rewind_keys import REWIND_ACTIONS
from console.domain.instants import HOUR, MINUTE
from console.domain.lengths import lag
from console.domain.localtime import midnight
from console.screens import past_item
from console.screens.floor import Floor
from console.screens.head import Head
from console.screens.layout import WIDE
from console.screens.paper import PaperScreen
from console.screens.past_time import past_moment
from console.screens.rows import Painter, columns
from console.screens.shown import Shown
from console.screens.table_screen import TableScreen, bindings, refused
from console.screens.words import UNCONFIRMED
from console.screens.work import start
from console.service.past import LookBack
from console.service.problem import StoreProblem
from widgets.bars import HintBar, Part, StatusBar
from widgets.entry import EntryBar
from widgets.live_table import LiveTable, Window

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.screens.queue import QueueScreen
    from console.screens.words import Words
    from console.service.past import Past
    from widgets.pane import Line

COUNT = 500
"""So many rows are read at first, and more whenever somebody comes to their end."""


class RewindScreen(TableScreen):
    """One moment at a time. Each is looked for beside the screen; the last one found stays until then."""

    NAME = "rewind"
    ENTRY = True
    ACTIONS = REWIND_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [
        *refused(REWIND_ACTIONS),
        *bindings(REWIND_ACTIONS),
        # The table has them too, for its rows.
        Binding("home", "act('day_start')", show=False, priority=True),
        Binding("end", "act('to_now')", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    RewindScreen #head { text-style: bold reverse; }
    """

    def __init__(self, home: QueueScreen) -> None:
        super().__init__(home)
        self._query = home.board.query
        self._past: Past | None = None
        self._shown: Past | None = None
        self._look_back: LookBack | None = None
        self._wanted: Millis | None = None
        self._reading_on = False
        self._done = (0, 0)
        self._failed = False

    def on_mount(self) -> None:
        """Begin with the last full minute."""
        self._go(self._now - self._now % MINUTE)

    @property
    def _now(self) -> Millis:
        return self._home.desk.now()

    @property
    def _at(self) -> Millis:
        """The moment from which keys step: the one that is looked for, else the one that is shown."""
        if self._wanted is not None:
            return self._wanted
        return self._now if self._past is None else self._past.at

    # --- looking ----------------------------------------------------------------------------------

    def _beat(self) -> None:
        self._show()

    def _go(self, at: Millis) -> None:
        """Look for a moment; one that was looked for before is left."""
        self._wanted, self._reading_on, self.problem = at, False, ""
        self._begin(LookBack(at, self._query), COUNT)

    @on(LiveTable.WindowWanted)
    def _read_on(self) -> None:
        """Look for more rows of the moment that is shown."""
        past, look = self._past, self._look_back
        if past is not None and look is not None and past.more and not (self._looking or self._failed):
            self._reading_on = True
            self._begin(look, len(past.rows) + COUNT)

    @property
    def _looking(self) -> bool:
        return self._wanted is not None or self._reading_on

    def _begin(self, look: LookBack, count: int) -> None:
        self._done, self._notice, self._failed = (0, 0), ("", 0.0), False
        start(self, partial(self._find, look, count), group=self.NAME, exclusive=True)
        self._show()

    async def _find(self, look: LookBack, count: int) -> None:
        def told(done: int, whole: int) -> None:
            self._done = (done, whole)
            self._show()

        try:
            self._past, self._look_back = await self._home.desk.past(look, count, told), look
        except StoreProblem as problem:
            self._failed = True
            self.tell(self._say(f"store.{problem.reason}"))
        if self._wanted in (None, look.at):
            self._wanted, self._reading_on = None, False
        self._show()

    # --- what is shown ----------------------------------------------------------------------------

    def _words(self, past: Past) -> Words:
        """The words of then; customers are masked, whoever was shown since."""
        return replace(self._home.words.under(past.rules), shown=Shown())

    def _moment(self, at: Millis, *, zoned: bool = True) -> str:
        """When that is: where there is little room without the weekday, and without the zone where it stands
        beside it."""
        times, phone = self._home.words.times, self.has_class("-phone")
        when = times.at(at)
        offset = f"{when:%z}"
        told = self._say(
            "rewind.moment_short" if phone else "rewind.moment",
            weekday=self._say(f"weekday.{when.weekday()}"),
            date=f"{when:%m-%d}" if when.year == times.at(self._now).year else f"{when:%Y-%m-%d}",
            time=f"{when:%H:%M:%S}" if at % MINUTE else f"{when:%H:%M}",
            zone=f"{offset[:3]}:{offset[3:]}" if zoned or not phone else "",
        )
        return told.rstrip()

    def _show(self) -> None:
        if not self.is_mounted:
            return
        past, phone, now = self._past, self.has_class("-phone"), self._now
        mark = "<<" if self._plain else "◀◀"
        left = [Part(f"{mark} {self._say('rewind.past')}", "", 20)]
        if past is not None:
            left.append(Part(self._moment(past.at), "", 19))
            left.append(Part(self._say("rewind.ago", time=lag(now - past.at)), "", 8))
        right = (
            []
            if phone
            else [Part(self._say("rewind.now", time=f"{self._home.words.times.at(now):%H:%M}"), "", 2)]
        )
        self.query_one("#head", StatusBar).set_parts(left, right)
        self.query_one("#what", StatusBar).set_parts(*self._counts(phone=phone))
        self.query_one(HintBar).set_hints(self._hints(phone=phone))
        self._show_rows(phone=phone)

    def _counts(self, *, phone: bool) -> tuple[list[Part], list[Part]]:
        past = self._past
        if said := self.said_now:
            return [Part(said, "at-risk")], []
        left: list[Part] = []
        if self._looking:
            done, whole = self._done
            key = "looking_at" if done else "looking"
            time = (
                self._say("rewind.further")
                if self._wanted is None
                else self._moment(self._wanted, zoned=False)
            )
            left.append(Part(self._say(f"rewind.{key}", time=time, done=done, all=whole), "at-risk", 29))
        if past is None:
            return left, []
        if not past.recorded and not past.counts.open:
            return [*left, Part(self._say("rewind.empty.unrecorded"), "", 9)], []
        floor = Floor(past.at, past.counts, levels={"": past.level})
        head = Head(self._words(past), floor, self._home.desk.actor)
        counts, _ = head.phone(past.at) if phone else head.second(past.at, short=self.size.width < WIDE)
        right = [*self._feeds(past, wide=self.size.width >= WIDE)]
        if past.removed:
            right.append(Part(self._say("rewind.removed"), "at-risk", 13))
        if self._query.text:
            right.append(Part(self._say("queue.filtered", text=self._query.text), "strong", 11))
        if past.more:
            right.append(Part(self._say("rewind.more", n=len(past.rows)), "strong", 4))
        return [*left, *counts], right

    def _feeds(self, past: Past, *, wide: bool) -> Iterator[Part]:
        """Which feeds were silent then, and of which nobody knows whether they were."""
        mark = self._home.words.marks.bands[UNCONFIRMED]
        for feed in past.heard:
            if feed.lost and feed.heard is not None:
                text = f"{feed.name} {mark} {lag(past.at - feed.heard)}"
                yield Part(text, "at-risk", 14, mark)
        unknown = [feed.name for feed in past.heard if feed.lost is None]
        if unknown:
            key = "unknown" if wide else "unknown_short"
            yield Part(self._say(f"rewind.{key}", names=" ".join(unknown)), "dim" if wide else "", 12)

    def _show_rows(self, *, phone: bool) -> None:
        past, table = self._past, self.table
        wide = (self.size.width, phone)
        if wide != getattr(self, "_laid_out", None):
            self._laid_out = wide
            table.set_layout(columns(self._say, phone=phone), two_line=phone)
        if past is None:
            table.set_empty(("", self._say("rewind.empty.looking")))
            return
        empty = "none" if past.recorded else "unrecorded"
        if self._query and past.counts.open:
            empty = "filtered"
        table.set_empty(("", self._say(f"rewind.empty.{empty}")))
        lost = [feed.source for feed in past.heard if feed.lost]
        painter = Painter(self._words(past), lost, short=self.size.width < WIDE)
        stood_first = table.window.place_of(table.cursor_id) in (None, 0)
        # The place below the last row is empty: whoever comes near it has more read.
        table.set_window(Window(painter.rows(past.rows, past.at), total=len(past.rows) + past.more))
        if stood_first and (self._shown is None or past.at != self._shown.at):
            table.action_first()  # of another moment what was worst then, not where this row stood
        self._shown = past

    # --- keys -------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a time is typed the keys are the line's."""
        if action in ("act", "refuse") and self.query_one(EntryBar).sign:
            return False
        return super().check_action(action, parameters)

    @on(LiveTable.Marked)
    def _marked(self) -> None:
        self.table.set_marks(())
        self.action_refuse("mark")

    def _step(self, by: Millis) -> None:
        at = self._at + by
        if at > self._now:
            self.tell(self._say("rewind.is_now"))
        else:
            self._go(at)

    def _do_minute_back(self) -> None:
        self._step(-MINUTE)

    def _do_minute_on(self) -> None:
        self._step(MINUTE)

    def _do_ten_back(self) -> None:
        self._step(-10 * MINUTE)

    def _do_ten_on(self) -> None:
        self._step(10 * MINUTE)

    def _do_hour_back(self) -> None:
        self._step(-HOUR)

    def _do_hour_on(self) -> None:
        self._step(HOUR)

    def _do_day_start(self) -> None:
        """The site's midnight; pressed there, the one before."""
        zone, at = self._home.words.times.site, self._at
        first = midnight(at, zone)
        self._go(first if first < at else midnight(at, zone, -1))

    def _do_to_now(self) -> None:
        self._go(self._now)

    def _do_to_time(self) -> None:
        self.query_one(EntryBar).open(":", placeholder=self._say("rewind.time_placeholder"))

    @on(EntryBar.Entered)
    def _entered(self, event: EntryBar.Entered) -> None:
        self.focus_body()
        if not event.text:
            return
        at = past_moment(event.text, self._now, self._home.words.times)
        if at is None:
            self.tell(self._say("rewind.not_a_time", text=event.text))
        else:
            self._go(at)

    @on(EntryBar.Left)
    def _entry_left(self) -> None:
        self.focus_body()

    @on(LiveTable.Selected)
    def _do_as_of(self) -> None:
        """The item of the cursor's row as it was then, with its sums."""
        past, look, item = self._past, self._look_back, self.table.cursor_id
        row = next((row for row in past.rows if row.id == item), None) if past is not None else None
        if past is None or look is None or row is None:
            return
        words, at = self._words(past), past.at

        async def write() -> Iterable[Line]:
            return list(past_item.lines(words, await self._home.desk.past_view(look, row.id), at))

        title = self._say("rewind.item", item=words.phrase(row), time=self._moment(at))
        self.app.push_screen(PaperScreen(title, write, foot=self._say("help.close")))

    def _do_back(self) -> None:
        """Stop looking; else now is back."""
        if self._looking and self._past is not None:
            self.workers.cancel_group(self, self.NAME)
            self._wanted, self._reading_on = None, False
            self.tell(self._say("rewind.gone_back", time=self._moment(self._past.at)))
            return
        super()._do_back()
