"""A screen of one table under the floor's head, read anew once a second where anything changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from console.actions.registry import ACTIONS, BY_ID, key_name
from console.screens import layout
from console.screens.head import Head
from console.screens.work import start
from console.service.problem import StoreProblem
from widgets.bars import Hint, HintBar, NoticeBar, Part, StatusBar
from widgets.entry import EntryBar
from widgets.live_table import LiveTable

if TYPE_CHECKING:
    from console.actions.action import Action
    from console.screens.app import RingsApp
    from console.screens.queue import QueueScreen


TOLD_S = 8.0
"""Seconds that a notice stands."""


def bindings(actions: Sequence[Action]) -> list[BindingType]:
    """The keys of a screen's actions."""
    return [Binding(",".join(a.keys), f"act('{a.id}')", show=False) for a in actions]


def refused(actions: Sequence[Action]) -> list[BindingType]:
    """The queue's other keys, each of which says why not; those that move, and the lock, are everywhere."""
    own = {key for action in actions for key in action.keys}
    return [
        Binding(",".join(keys), f"refuse('{action.id}')", show=False)
        for action in ACTIONS
        if action.group != "move"
        and action.id != "lock"
        and (keys := [key for key in action.keys if key not in own])
    ]


class TableScreen(Screen[None]):
    """What such screens share. An action is done by the method `_do_ID` of its id."""

    DEFAULT_CSS = """
    TableScreen { background: $background; color: $foreground; }
    TableScreen LiveTable { width: 1fr; height: 1fr; }
    TableScreen StatusBar, TableScreen HintBar, TableScreen EntryBar { padding: 0 1; }
    TableScreen.-phone StatusBar, TableScreen.-phone HintBar, TableScreen.-phone EntryBar { padding: 0; }
    """

    NAME: ClassVar[str]
    """The id of the table, and the name of what reads for it."""

    ACTIONS: ClassVar[Sequence[Action]]

    ENTRY: ClassVar[bool] = False
    """Whether there is a line to type into."""

    def __init__(self, home: QueueScreen) -> None:
        super().__init__()
        self._home = home
        self._say = home.say
        self._plain = home.options.plain
        self._revision = -1
        self._busy = False
        self._keys: dict[str, str] = {}
        self._notice: tuple[str, float] = ("", 0.0)
        self.problem = ""

    # --- what a screen says for itself ------------------------------------------------------------

    async def _read(self, *, changed: bool) -> None:
        """Read what is shown; `changed`: anybody wrote since it was read. Raises StoreProblem."""
        raise NotImplementedError

    def _what(self, stale: str, *, phone: bool) -> tuple[list[Part], list[Part]]:
        """What is shown, left and right; `stale` is why it may be old."""
        raise NotImplementedError

    def _show_rows(self, *, phone: bool) -> None:
        """Put what was read into the table."""
        raise NotImplementedError

    def _can(self, action: Action) -> bool:
        """Whether an action can be done now."""
        return True

    # --- looking ----------------------------------------------------------------------------------

    @property
    def table(self) -> LiveTable:
        """The table."""
        return self.query_one(LiveTable)

    def compose(self) -> ComposeResult:
        """Head, what is shown, the table, the line that one types into, the keys."""
        yield StatusBar(id="head")
        yield NoticeBar(id="what")
        yield LiveTable(id=self.NAME, ascii_marks=self._plain)
        if self.ENTRY:
            yield EntryBar(id="entry")
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Look at once, and go on looking."""
        self.focus_body()
        self._beat()
        self.set_interval(1.0, self._beat)

    def focus_body(self) -> None:
        """Give the keys to what is read."""
        self.table.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click on the table leaves the line that is typed in, where there is one."""
        if isinstance(event.widget, LiveTable):
            for entry in self.query(EntryBar):
                entry.step_out()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the table out for the width there is."""
        layout.fit(self, event.size)
        self._show()

    def _beat(self) -> None:
        self._show()
        if not self._busy:
            self._busy = True
            start(self, self._look, group=self.NAME)

    async def _look(self) -> None:
        try:
            revision = await self._home.desk.revision()
            await self._read(changed=revision != self._revision)
            self._revision = revision
            self.problem = ""
        except StoreProblem as problem:
            self.problem = f"store.{problem.reason}"
        finally:
            self._busy = False
        self._show()

    def _show(self) -> None:
        """Put all that is known into words; what is the same is not drawn again."""
        if not self.is_mounted:
            return
        home, now, phone = self._home, self._home.desk.now(), self.has_class("-phone")
        stale = self.problem or home.pulse.stale
        badge = home.options.badge_now
        head = Head(home.words, home.floor, home.desk.actor, badge, home.desk.read_only, stale)
        first = head.phone(now) if phone else head.first(now)
        self.query_one("#head", StatusBar).set_parts(*first)
        said = self.said_now
        what = ([Part(said, "at-risk")], []) if said else self._what(stale, phone=phone)
        self.query_one("#what", StatusBar).set_parts(*what)
        self._show_rows(phone=phone)
        self.query_one(HintBar).set_hints(self._hints(phone=phone))  # some keys need a row

    def _hints(self, *, phone: bool) -> Iterator[Hint]:
        self._keys = {}
        for action in sorted(self.ACTIONS, key=lambda action: -action.hint):
            if not action.hint:
                continue
            key = key_name(action.keys[0], plain=self._plain)
            self._keys[key] = action.id
            short = f"action.{action.id}.short"
            label = self._say(short if phone and short in self._say else action.label)
            yield Hint(key, label, self._can(action))

    def tell(self, text: str) -> None:
        """Say something for a while, in place of what is shown."""
        self._notice = (text, time.monotonic() + TOLD_S)
        self._show()

    @property
    def said_now(self) -> str:
        """What was said last, while it stands."""
        text, until = self._notice
        return text if time.monotonic() < until else ""

    # --- keys -------------------------------------------------------------------------------------

    def action_refuse(self, action_id: str) -> None:
        """Say why a key of the queue does nothing here."""
        own = f"{self.NAME}.refused"
        key = own if own in self._say else "queue.not_here"
        self.tell(self._say(key, label=self._say(BY_ID[action_id].label)))

    def action_act(self, action_id: str) -> None:
        """Do what a key stands for; what was said of another one is over."""
        self._notice = ("", 0.0)
        getattr(self, f"_do_{action_id}")()

    @on(HintBar.Pressed)
    def _tapped(self, event: HintBar.Pressed) -> None:
        if event.key in self._keys:
            self.action_act(self._keys[event.key])

    def _do_back(self) -> None:
        self.dismiss(None)

    def _do_redraw(self) -> None:
        cast("RingsApp", self.app).redraw()
