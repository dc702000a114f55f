"""One checklist gone through: each thing is well, is not (then whose it is to mend), or is no matter."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from console.actions.check_keys import SHEET_ACTIONS
from console.domain.command import Refusal
from console.domain.instants import DAY
from console.screens.checks import age, place_of
from console.screens.layout import PHONE, WIDE
from console.screens.reports import Reporter
from console.screens.table_screen import TableScreen, bindings, refused
from console.screens.work import start
from console.service.handing import person
from console.service.inspecting import NOT_HERE, NOT_OK, OK, CheckState, Finding, Inspection, OnRecord
from console.service.model import NotRecorded
from widgets.bars import Part
from widgets.dialogs import ConfirmScreen, Field, PromptScreen
from widgets.live_table import Cell, Column, LiveTable, Row, Window

if TYPE_CHECKING:
    from console.domain.checklists import CheckItem
    from console.locale.catalogue import Catalogue
    from console.screens.queue import QueueScreen

Form = dict[str, str] | None


def columns(say: Catalogue, width: int) -> tuple[Column, ...]:
    """The columns for a screen of that width."""
    mark = Column("mark", say("checks.column.mark"), 8, priority=9, min_width=6)
    text = Column("text", say("checks.column.item"), 30, flex=3, priority=8, min_width=16)
    if width < WIDE:
        mark = mark._replace(width=6) if width < PHONE else mark
        return (mark, text, Column("finding", "", 30, flex=1, line=2))
    finding = Column("finding", say("checks.column.finding"), 24, flex=2, priority=6, min_width=14)
    return (mark, text, finding)


class CheckSheet(TableScreen):
    """What was marked is kept until it is on record; leaving with anything marked asks first. `tell` is
    told what came of it."""

    NAME = "sheet"
    ACTIONS = SHEET_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [*refused(SHEET_ACTIONS), *bindings(SHEET_ACTIONS)]

    def __init__(self, home: QueueScreen, state: CheckState, tell: Callable[[str], None]) -> None:
        super().__init__(home)
        self._state = state
        self._marks: dict[str, str] = {}
        self._findings: dict[str, Finding] = {}
        self._notes: dict[str, str] = {}
        self._record: Mapping[str, OnRecord] | None = None
        self._tell = tell
        self._inspection = secrets.token_hex(12)
        self._width = 0
        self._asking = False
        self._said = ""

    @property
    def _items(self) -> tuple[CheckItem, ...]:
        return self._state.checklist.items

    # --- what is shown ----------------------------------------------------------------------------

    async def _read(self, *, changed: bool) -> None:
        """What the record has, once: what is marked here is nobody's yet."""
        if self._record is None:
            state = self._state
            listed = any(item.record for item in self._items)
            self._record = await self._home.desk.on_record(state.checklist, state.place) if listed else {}

    def _what(self, stale: str, *, phone: bool) -> tuple[list[Part], list[Part]]:
        words, state = self._home.words, self._state
        name = self._say.text_of(state.checklist.name, state.checklist.id)
        left = [Part(f"{name} · {place_of(words, state)}", "strong", 8)]
        if self._said:
            said = Part(self._said, "at-risk", 9)
            left = [said] if phone else [*left, said]
        done = self._say("checks.done", n=len(self._marks), of=len(self._items))
        return left, [Part(done, "", 6)]

    def _show_rows(self, *, phone: bool) -> None:
        if self._width != self.size.width:
            self._width = self.size.width
            self.table.set_layout(columns(self._say, self._width), two_line=self._width < WIDE, indent=2)
        self.table.set_window(Window(tuple(self._rows())))

    def _rows(self) -> Iterator[Row]:
        words, now = self._home.words, self._home.desk.now()
        for item in self._items:
            mark, finding = self._marks.get(item.id, ""), self._findings.get(item.id)
            text = self._say.text_of(item.text, item.id)
            if finding is not None:
                due = words.times.minute(finding.due, now) if finding.due is not None else ""
                told = " · ".join(filter(None, (self._notes[item.id], words.person(finding.owner), due)))
                style = ""
            else:
                seen = self._state.seen.get(item.id)
                last = self._say(f"checks.mark.{seen.mark}") if seen is not None else ""
                told = f"{last} {age(words, seen.time if seen else None, now)}".strip()
                if item.record and self._record is not None:
                    told = f"{told} · {self._recorded(item.id)}"
                told, style = (
                    (self._say("checks.where_possible", told=told) if item.possible else told),
                    "dim",
                )
            yield Row(
                item.id,
                {
                    "mark": Cell(
                        self._say(f"checks.mark.{mark}") if mark else words.marks.nobody,
                        {NOT_OK: "breached", "": "dim"}.get(mark, ""),
                    ),
                    "text": Cell(text),
                    "finding": Cell(told, style),
                },
            )

    def _recorded(self, item: str) -> str:
        """What the record has of it: a book that says less is not up to date."""
        found = (self._record or {}).get(item)
        if found is None:
            return self._say("checks.record_none")
        last = age(self._home.words, found.last, self._home.desk.now())
        return self._say("checks.record", n=found.times, last=last)

    # --- keys -------------------------------------------------------------------------------------

    @on(LiveTable.Selected)
    def _do_check_ok(self) -> None:
        self._mark(OK)

    def _do_check_na(self) -> None:
        self._mark(NOT_HERE)

    def _mark(self, mark: str) -> None:
        item = self.table.cursor_id
        if item is None or self._unseen():
            return
        if mark == NOT_HERE and any(one.id == item and one.must for one in self._items):
            self._said = self._say("refusal.must_be")
            self._show()
            return
        self._marks[item] = mark
        self._findings.pop(item, None)
        self._said = ""
        self._show()
        self.table.action_cursor(1)

    def _unseen(self) -> bool:
        """Whether a wheel scrolled away from the cursor's row: it is shown first, and nothing is marked."""
        if self.table.shows_cursor:
            return False
        self.table.show_cursor()
        self._said = self._say("refusal.out_of_view")
        self._show()
        return True

    def _do_check_not(self) -> None:
        if self.table.cursor_id is not None and not self._asking and not self._unseen():
            self._asking = True
            start(self, partial(self._find, self.table.cursor_id), group="sheet-ask")

    def _do_check_save(self) -> None:
        left = [item.id for item in self._items if item.id not in self._marks]
        if left:
            self._said = self._say("checks.left", n=len(left))
            self.table.move_to(left[0])
            self._show()
        elif not self._asking:
            self._asking = True
            start(self, self._save, group="sheet-ask")

    def _do_leave(self) -> None:
        if not self._marks:
            self.dismiss(None)
        elif not self._asking:
            self._asking = True
            start(self, self._leave, group="sheet-ask")

    # --- what asks --------------------------------------------------------------------------------

    async def _find(self, item: str) -> None:
        """What is wrong, whose it is to mend, and until when."""
        say, words, desk = self._say, self._home.words, self._home.desk
        site, before = words.rules.site, self._findings.get(item)
        listed = next(one for one in self._items if one.id == item)
        owner = before.owner if before else self._state.owner
        fields = [
            Field("text", say("checks.finding.text"), value=self._notes[item] if before else ""),
            Field(
                "owner",
                say("checks.finding.owner"),
                required=True,
                value=words.person(owner) if owner else "",
                placeholder=", ".join(agent.name for agent in site.agents.values()),
            ),
            Field("due", say("checks.finding.due")),
        ]

        async def submit(form: Form) -> str | None:
            form = form or {}
            due = desk.now() + DAY
            if form["due"]:
                moment = words.times.coming(form["due"], desk.now())
                if moment is None:
                    return say("dialog.call_back.no_time")
                due = moment
            text = say.text_of(listed.text, item)
            if form["text"]:
                text = say.of(text, form["text"])
            self._marks[item], self._notes[item] = NOT_OK, form["text"]
            self._findings[item] = Finding(
                item, say("checks.finding.not", text=text), person(site, form["owner"]), due
            )
            return None

        title = say.text_of(listed.text, item)
        try:
            form = await self.app.push_screen_wait(
                PromptScreen(
                    title, fields, required=say("dialog.required"), foot=say("dialog.esc"), submit=submit
                )
            )
        finally:
            self._asking = False
        self._said = ""
        self._show()
        if form is not None:
            self.table.action_cursor(1)

    async def _save(self) -> None:
        """Put it on record. What can't be written stays as it is marked."""
        state, home = self._state, self._home
        found = tuple(self._findings[item.id] for item in self._items if item.id in self._findings)
        what = Inspection(self._inspection, state.checklist.id, state.place, dict(self._marks), found)
        try:
            outcome = await home.desk.inspect(what)
        finally:
            self._asking = False
        reporter = Reporter(home.words, home.desk.now())
        if isinstance(outcome, NotRecorded):
            self._said = reporter.problem(outcome)
            self._show()
        elif isinstance(outcome, Refusal):
            self._said = reporter.refusal(outcome)
            self._show()
        else:
            name = self._say.text_of(state.checklist.name, state.checklist.id)
            key = "checks.saved_found" if found else "checks.saved"
            self._tell(self._say(key, name=name, place=place_of(home.words, state), n=len(found)))
            self.dismiss(None)

    async def _leave(self) -> None:
        say = self._say
        question = ConfirmScreen(
            say("checks.leave.title", n=len(self._marks)),
            [],
            confirm=say("checks.leave.yes"),
            cancel=say("checks.leave.no"),
        )
        try:
            sure = await self.app.push_screen_wait(question)
        finally:
            self._asking = False
        if sure:
            self.dismiss(None)
