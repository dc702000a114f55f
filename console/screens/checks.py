"""The checklists: of what the cursor is on, of each area and the whole floor; how old the last check is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from console.actions.action import Action, Situation
from console.actions.check_keys import CHECK_ACTIONS
from console.domain.lengths import coarse
from console.screens.layout import PHONE, WIDE
from console.screens.table_screen import TableScreen, bindings, refused
from console.service.inspecting import WHOLE, CheckState
from widgets.bars import Part
from widgets.live_table import Cell, Column, LiveTable, Row, Window

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.locale.catalogue import Catalogue
    from console.screens.queue import QueueScreen
    from console.screens.words import Words


def columns(say: Catalogue, width: int, *, notes: bool) -> tuple[Column, ...]:
    """The columns for a screen of that width; without `notes` the names have the room for them."""
    name = Column("name", say("checks.column.name"), 18, flex=2, priority=9, min_width=14)
    last = Column("last", say("checks.column.last"), 12, priority=8, min_width=8)
    if width < PHONE:
        return (name, last, Column("told", "", 20, flex=1, line=2))
    place = Column("place", say("checks.column.place"), 11, flex=1, priority=7, min_width=8)
    opened = Column("open", say("checks.column.open"), 7, align="right", priority=6)
    figures = [
        Column("by", say("checks.column.by"), 12, priority=3),
        Column("found", say("checks.column.found"), 7, align="right", priority=4),
    ]
    note = Column("note", "", 27, flex=2, priority=5, min_width=12)
    return (name, place, last, *(figures if width >= WIDE else ()), opened, *([note] if notes else ()))


def place_of(words: Words, state: CheckState) -> str:
    """Where a list is gone through: an area, the whole floor, who has the call, who it is about, or the
    item by its own system's number."""
    about = state.checklist.about
    if about in ("call", "agent") and state.owner:
        return words.person(state.owner)
    if state.checklist.of_item:
        return words.say(
            "checks.item", kind=words.say.word("kind", about), number=state.place.rpartition("/")[2]
        )
    return words.say("checks.whole") if state.place == WHOLE else state.place


def age(words: Words, moment: Millis | None, now: Millis, since: Millis | None = None) -> str:
    """How long ago something was checked, or that it never was: not `since` a moment before which nobody
    looked."""
    if moment is None and since is not None:
        return words.say("checks.not_in", age=coarse(now - since))
    if moment is None:
        return words.say("checks.never")
    return words.say("checks.ago", age=coarse(now - moment))


def rows(words: Words, states: tuple[CheckState, ...], now: Millis) -> Iterator[Row]:
    """One row for each list at each place."""
    say = words.say
    for state in states:
        place, last = place_of(words, state), age(words, state.last, now, state.since)
        by, note = words.person(state.by), _note(words, state, now)
        told = " · ".join(
            part
            for part in (place, say("checks.open", n=state.open) if state.open else "", note)
            if part and part != words.marks.nobody
        )
        late = any(due is not None and due < now for _, due in state.called)
        yield Row(
            row_id(state),
            {
                "name": Cell(say.text_of(state.checklist.name, state.checklist.id)),
                "place": Cell(place),
                "last": Cell(last, "at-risk" if state.last is None else ""),
                "by": Cell(by, "dim"),
                "found": Cell(str(state.found) if state.last is not None else "", "dim"),
                "open": Cell(str(state.open) if state.open else "", "at-risk"),
                "note": Cell(note, "breached" if late else ""),
                "told": Cell(told, "breached" if late else "dim"),
            },
        )


def row_id(state: CheckState) -> str:
    """What a row is known by."""
    return f"{state.checklist.id}@{state.place}"


def _note(words: Words, state: CheckState, now: Millis) -> str:
    """Why it is to be gone through now, if there is any reason."""
    if state.guests:
        kind = words.say.word("kinds", state.checklist.during)
        return words.say("checks.guests", kind=kind, n=state.guests)
    if not state.called:
        return ""
    due = state.called[0][1]
    until = words.times.minute(due, now) if due is not None else ""
    key = "checks.late" if due is not None and due < now else "checks.due"
    return words.say(key, due=until, n=len(state.called))


class ChecksScreen(TableScreen):
    """All lists, those for `item` first; `alone`: no others. Enter goes through one."""

    NAME = "checks"
    ACTIONS = CHECK_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [*refused(CHECK_ACTIONS), *bindings(CHECK_ACTIONS)]

    def __init__(self, home: QueueScreen, item: str = "", *, alone: bool = False) -> None:
        super().__init__(home)
        self._item = item
        self._alone = alone
        self._states: tuple[CheckState, ...] | None = None
        self._laid_out = (0, False)
        self.said = ""

    async def _read(self, *, changed: bool) -> None:
        if self._states is None or self._home.desk.read_only or changed:
            states = await self._home.desk.checks(self._item)
            self._states = tuple(one for one in states if not self._alone or one.place == self._item)

    def _what(self, stale: str, *, phone: bool) -> tuple[list[Part], list[Part]]:
        left = [Part(self._say("checks.title"), "strong", 8)]
        if self.said:
            # Alone where there is no room for both: it may be all that tells that something is on record.
            return [Part(self.said)] if phone else [*left, Part(self.said, "", 7)], []
        never = sum(state.last is None and state.since is None for state in self._states or ())
        return left, [Part(self._say("checks.never_checked", n=never), "at-risk", 5)] if never else []

    def _show_rows(self, *, phone: bool) -> None:
        if self._states is None:
            return
        notes = any(state.guests or state.called for state in self._states)
        if self._laid_out != (self.size.width, notes):
            self._laid_out = (self.size.width, notes)
            laid_out = columns(self._say, self.size.width, notes=notes)
            self.table.set_layout(laid_out, two_line=phone, indent=2)
        home = self._home
        if not self._states:
            self.table.set_empty(("", self._say("checks.empty")))
        self.table.set_window(Window(tuple(rows(home.words, self._states, home.desk.now()))))

    def _can(self, action: Action) -> bool:
        return not self._refused(action)

    def _refused(self, action: Action) -> str:
        desk, site = self._home.desk, self._home.words.rules.site
        asked = Situation(read_only=desk.read_only, barred=lambda verb: site.barred(verb, desk.actor))
        return action.refusal(asked)

    @on(LiveTable.Selected)
    def _do_check_go(self) -> None:
        from console.screens.check_sheet import CheckSheet

        if reason := self._refused(self.ACTIONS[0]):
            self.told(self._say(reason))
            return
        chosen = self.table.cursor_id
        state = next((one for one in self._states or () if row_id(one) == chosen), None)
        if state is not None:
            self.app.push_screen(CheckSheet(self._home, state, self.told))

    def told(self, text: str) -> None:
        """Say what came of it, and look again."""
        self.said, self._states = text, None
        self._beat()
