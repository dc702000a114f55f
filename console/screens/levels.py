"""How calls are answered: a line for the floor and for each queue, live, with the day's trend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from console.actions.level_keys import BY_ID, LEVEL_ACTIONS
from console.actions.registry import key_name
from console.screens import layout, level_rows, level_sheets
from console.screens.head import Head
from console.screens.level_words import LevelWords, of_row
from console.screens.paper import PaperScreen
from console.screens.work import start
from console.service.levels import DayLevels, QueueLevels
from console.service.ports import StoreProblem
from widgets.bars import Hint, HintBar, Part, StatusBar
from widgets.live_table import LiveTable, Window
from widgets.pane import Line

if TYPE_CHECKING:
    from console.screens.app import RingsApp
    from console.screens.queue import QueueScreen

Sheet = Callable[[LevelWords, QueueLevels], Iterable[Line]]


def _bindings() -> list[BindingType]:
    return [Binding(",".join(a.keys), f"act('{a.id}')", show=False) for a in LEVEL_ACTIONS]


class LevelsScreen(Screen[None]):
    """Reads the day once a second where anything changed; clocks that go on meanwhile cost no reading."""

    DEFAULT_CSS = """
    LevelsScreen { background: $background; color: $foreground; }
    LevelsScreen LiveTable { width: 1fr; height: 1fr; }
    LevelsScreen StatusBar, LevelsScreen HintBar { padding: 0 1; }
    LevelsScreen.-phone StatusBar, LevelsScreen.-phone HintBar { padding: 0; }
    """

    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def __init__(self, home: QueueScreen) -> None:
        super().__init__()
        self._home = home
        self._say = home.say
        self._plain = home.options.plain
        self._back = 0
        self._day: DayLevels | None = None
        self._revision = -1
        self._busy = False
        self._titles: tuple[object, ...] = ()
        self._keys: dict[str, str] = {}
        self.problem = ""

    @property
    def table(self) -> LiveTable:
        """The floor and its queues."""
        return self.query_one(LiveTable)

    def compose(self) -> ComposeResult:
        """Head, what is shown, the lines, the keys."""
        yield StatusBar(id="head")
        yield StatusBar(id="what")
        yield LiveTable(id="levels", ascii_marks=self._plain)
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Look at once, and go on looking."""
        self.table.focus()
        self._beat()
        self.set_interval(1.0, self._beat)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out for the width there is."""
        layout.fit(self, event.size)
        self._show()

    # --- looking ----------------------------------------------------------------------------------

    def _beat(self) -> None:
        self._show()
        if not self._busy:
            self._busy = True
            start(self, self._look, group="levels")

    async def _look(self) -> None:
        """Read the day if anything may have changed it."""
        desk, back = self._home.desk, self._back
        try:
            revision = await desk.revision()
            day = self._day
            # Without anybody who ticks, time alone may have changed calls; and a day ends.
            old = day is None or day.back != back or desk.read_only or desk.now() >= day.end
            if old or revision != self._revision:
                self._day = await desk.day_levels(back)
                self._revision = revision
            self.problem = ""
        except StoreProblem as problem:
            self.problem = f"store.{problem.reason}"
        finally:
            self._busy = False
        if self._back != back:
            self._beat()
        else:
            self._show()

    # --- showing ----------------------------------------------------------------------------------

    def _writer(self) -> LevelWords | None:
        day = self._day
        return None if day is None else LevelWords(self._home.words, day, self._home.desk.now())

    def _show(self) -> None:
        """Put all that is known into words; what is the same is not drawn again."""
        if not self.is_mounted:
            return
        home, now, phone = self._home, self._home.desk.now(), self.has_class("-phone")
        stale = self.problem or home.pulse.stale
        head = Head(home.words, home.floor, home.desk.actor, home.options.badge, home.desk.read_only, stale)
        first = head.phone(now) if phone else head.first(now)
        self.query_one("#head", StatusBar).set_parts(*first)
        write = self._writer()
        left, right = self._what(write, stale, phone=phone)
        self.query_one("#what", StatusBar).set_parts(left, right)
        self.query_one(HintBar).set_hints(self._hints(phone=phone))
        if write is not None:
            self._show_rows(write, phone=phone)

    def _what(self, write: LevelWords | None, stale: str, *, phone: bool) -> tuple[list[Part], list[Part]]:
        left = [Part(self._say("levels.title"), "strong", 8)]
        if write is None:
            return left, []
        left.append(Part(write.date(), "", 7))
        if stale and not phone:
            as_of = write.words.times.second(write.day.at, write.now)
            left.append(Part(self._say("head.as_of", time=as_of, why=self._say(stale)), "at-risk", 9))
        return left, [Part(write.shorts(), "dim", 3)]

    def _show_rows(self, write: LevelWords, *, phone: bool) -> None:
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

    def _hints(self, *, phone: bool) -> Iterator[Hint]:
        self._keys = {}
        for action in sorted(LEVEL_ACTIONS, key=lambda action: -action.hint):
            if not action.hint:
                continue
            key = key_name(action.keys[0], plain=self._plain)
            self._keys[key] = action.id
            short = f"action.{action.id}.short"
            label = self._say(short if phone and short in self._say else action.label)
            yield Hint(key, label, action.id != "day_after" or self._back > 0)

    # --- keys -------------------------------------------------------------------------------------

    def action_act(self, action_id: str) -> None:
        """Do what a key stands for."""
        getattr(self, f"_do_{BY_ID[action_id].id}")()

    @on(HintBar.Pressed)
    def _tapped(self, event: HintBar.Pressed) -> None:
        if event.key in self._keys:
            self.action_act(self._keys[event.key])

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

    def _do_back(self) -> None:
        self.dismiss(None)

    def _do_redraw(self) -> None:
        cast("RingsApp", self.app).redraw()

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
