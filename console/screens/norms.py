"""Every norm: where it comes from, its limit here, kept and broken today, and what its alerts led to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from console.actions.norm_keys import BY_ID, NORM_ACTIONS
from console.actions.registry import key_name
from console.screens import layout, norm_rows
from console.screens.head import Head
from console.screens.paper import PaperScreen
from console.screens.work import start
from console.service.norms import NormsToday
from console.service.ports import StoreProblem
from widgets.bars import Hint, HintBar, Part, StatusBar
from widgets.live_table import LiveTable, Window
from widgets.pane import Line

if TYPE_CHECKING:
    from console.screens.app import RingsApp
    from console.screens.queue import QueueScreen


def _bindings() -> list[BindingType]:
    return [Binding(",".join(a.keys), f"act('{a.id}')", show=False) for a in NORM_ACTIONS]


class NormsScreen(Screen[None]):
    """Reads the figures once a second where anything changed."""

    DEFAULT_CSS = """
    NormsScreen { background: $background; color: $foreground; }
    NormsScreen LiveTable { width: 1fr; height: 1fr; }
    NormsScreen StatusBar, NormsScreen HintBar { padding: 0 1; }
    NormsScreen.-phone StatusBar, NormsScreen.-phone HintBar { padding: 0; }
    """

    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def __init__(self, home: QueueScreen) -> None:
        super().__init__()
        self._home = home
        self._say = home.say
        self._today: NormsToday | None = None
        self._revision = -1
        self._read_at = 0
        self._by_need = False
        self._busy = False
        self._width = 0
        self._keys: dict[str, str] = {}
        self.problem = ""

    @property
    def table(self) -> LiveTable:
        """The norms."""
        return self.query_one(LiveTable)

    def compose(self) -> ComposeResult:
        """Head, what is shown, the norms, the keys."""
        yield StatusBar(id="head")
        yield StatusBar(id="what")
        yield LiveTable(id="norms", ascii_marks=self._home.options.plain)
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Look at once, and go on looking."""
        self.table.focus()
        self._beat()
        self.set_interval(1.0, self._beat)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the norms out for the width there is."""
        layout.fit(self, event.size)
        self._show()

    # --- looking ----------------------------------------------------------------------------------

    def _beat(self) -> None:
        if not self._busy:
            self._busy = True
            start(self, self._look, group="norms")

    async def _look(self) -> None:
        desk = self._home.desk
        try:
            revision, today = await desk.revision(), self._today
            # Without anybody who ticks, time alone may have changed what is broken.
            if today is None or desk.read_only or revision != self._revision:
                self._today = await desk.norms()
                self._revision = revision
            self.problem = ""
        except StoreProblem as problem:
            self.problem = f"store.{problem.reason}"
        finally:
            self._busy = False
        self._show()

    # --- showing ----------------------------------------------------------------------------------

    def _show(self) -> None:
        """Put all that is known into words; what is the same is not drawn again."""
        if not self.is_mounted:
            return
        home, now, phone = self._home, self._home.desk.now(), self.has_class("-phone")
        stale = self.problem or home.pulse.stale
        head = Head(home.words, home.floor, home.desk.actor, home.options.badge, home.desk.read_only, stale)
        self.query_one("#head", StatusBar).set_parts(*(head.phone(now) if phone else head.first(now)))
        today = self._today
        left = [Part(self._say("norms.title"), "strong", 8)]
        right: list[Part] = []
        if today is not None:
            left.append(Part(self._say("norms.number", n=len(today.norms)), "", 7))
            since = home.words.times.second(today.shift, now)
            right.append(Part(self._say("norms.shift", since=since), "dim", 3))
        self.query_one("#what", StatusBar).set_parts(left, right)
        self.query_one(HintBar).set_hints(self._hints(phone=phone))
        if today is None:
            return
        if self._width != self.size.width:
            self._width = self.size.width
            self.table.set_layout(norm_rows.columns(self._say, self._width), two_line=phone, indent=2)
        states = norm_rows.ordered(today.norms, by_need=self._by_need)
        self.table.set_window(Window(tuple(norm_rows.rows(home.words, today.rules.site, states))))

    def _hints(self, *, phone: bool) -> Iterator[Hint]:
        self._keys = {}
        for action in sorted(NORM_ACTIONS, key=lambda action: -action.hint):
            if action.hint:
                key = key_name(action.keys[0], plain=self._home.options.plain)
                self._keys[key] = action.id
                yield Hint(key, self._say(action.label), True)

    # --- keys -------------------------------------------------------------------------------------

    def action_act(self, action_id: str) -> None:
        """Do what a key stands for."""
        getattr(self, f"_do_{BY_ID[action_id].id}")()

    @on(HintBar.Pressed)
    def _tapped(self, event: HintBar.Pressed) -> None:
        if event.key in self._keys:
            self.action_act(self._keys[event.key])

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

    def _do_norm_order(self) -> None:
        self._by_need = not self._by_need
        self._show()

    def _do_back(self) -> None:
        self.dismiss(None)

    def _do_redraw(self) -> None:
        cast("RingsApp", self.app).redraw()
