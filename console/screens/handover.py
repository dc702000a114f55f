"""The hand-over: what this shift leaves behind, on one sheet; given with a name, and taken over with one."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from console.actions.action import Action, Situation
from console.actions.handover_keys import HANDOVER_ACTIONS
from console.domain.command import Refusal
from console.screens import handover_words as told
from console.screens.layout import PHONE
from console.screens.masks import mask_text
from console.screens.reports import Reporter
from console.screens.seating import seat
from console.screens.table_screen import TableScreen, bindings, refused
from console.screens.work import start
from console.service.handing import Giving, person
from console.service.model import NotRecorded, Outcome
from console.service.problem import StoreProblem
from widgets.bars import HintBar, NoticeBar, Part, StatusBar
from widgets.dialogs import Field, PromptScreen
from widgets.pane import Line, LinesPane, Span, heading, line

if TYPE_CHECKING:
    from console.screens.queue import QueueScreen
    from console.service.handover import Handover

Form = dict[str, str] | None

_LEAD, _WHAT, _WHO = 9, 26, 20
"""Cells of a line: its clock or time, what it is, whose."""

SAID_S = 10.0
"""How long an answer stands, in seconds."""


class HandoverScreen(TableScreen):
    """One shift and its hand-over, read anew whenever anybody wrote."""

    NAME = "handover"
    ACTIONS = HANDOVER_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [*refused(HANDOVER_ACTIONS), *bindings(HANDOVER_ACTIONS)]
    DEFAULT_CSS = """
    HandoverScreen LinesPane { height: 1fr; border: none; padding: 0 1; }
    HandoverScreen LinesPane:focus { border: none; }
    HandoverScreen.-phone LinesPane { padding: 0; }
    """

    def __init__(self, home: QueueScreen) -> None:
        super().__init__(home)
        self._seen: Handover | None = None
        self._said = ""
        self._said_at = 0.0

    def compose(self) -> ComposeResult:
        """Head, which shift, the sheet, the keys."""
        yield StatusBar(id="head")
        yield NoticeBar(id="what")
        yield LinesPane(id=self.NAME)
        yield HintBar(id="hints")

    def focus_body(self) -> None:
        """The sheet has the keys that scroll."""
        self.query_one(LinesPane).focus()

    # --- what is shown ----------------------------------------------------------------------------

    async def _read(self, *, changed: bool) -> None:
        self._seen = await self._home.desk.handover()

    def _what(self, stale: str, *, phone: bool) -> tuple[list[Part], list[Part]]:
        left, seen = [Part(self._say("handover.title"), "strong", 8)], self._seen
        if seen is None or seen.shift is None:
            return left, []
        words = self._home.words
        left.append(Part(told.shift_text(words, seen.shift, seen.at), "", 7))
        if seen.following is None:
            return left, []
        following = told.shift_name(words, seen.following)
        return left, [Part(self._say("handover.next", shift=following), "dim", 3)]

    def _show_rows(self, *, phone: bool) -> None:
        if self._seen is not None:
            self.query_one(LinesPane).set_lines(self._lines(self._seen))

    def _lines(self, seen: Handover) -> Iterator[Line]:
        words = self._home.words
        if self._said and time.monotonic() - self._said_at < SAID_S:
            yield line(self._said, "strong")
        yield line(told.standing(words, seen), "at-risk" if told.late(seen) else "")
        if seen.note:
            yield line(self._say("handover.note", text=mask_text(seen.note)), indent=2)
        wide = self.size.width >= PHONE
        for section in told.sections(words, seen):
            yield line()
            yield heading(section.title)
            for each in section.lines:
                yield _line(each, wide=wide)

    # --- keys -------------------------------------------------------------------------------------

    def _can(self, action: Action) -> bool:
        return not self._refused(action)

    def _refused(self, action: Action) -> str:
        """Why a key does nothing now, in words."""
        desk, site = self._home.desk, self._home.words.rules.site
        asked = Situation(read_only=desk.read_only, barred=lambda verb: site.barred(verb, desk.actor))
        if action.verb and (reason := action.refusal(asked)):
            return self._say(reason)
        if not action.verb or self._seen is None:
            return ""
        if not self._seen.item:
            return self._say("refusal.no_shifts")
        if action.id == "take_over" and not self._seen.state:
            return self._say("refusal.not_given")
        return self._say("handover.refused.accepted") if self._seen.state == "accepted" else ""

    def action_act(self, action_id: str) -> None:
        """Do what a key stands for, or say why not."""
        action = next(action for action in self.ACTIONS if action.id == action_id)
        if reason := self._refused(action):
            self._tell(reason)
        else:
            super().action_act(action_id)

    def _tell(self, text: str) -> None:
        self._said, self._said_at = text, time.monotonic()
        self._show()

    def _do_give_over(self) -> None:
        if self._seen is not None:
            start(self, partial(self._give, self._seen), group="handing")

    def _do_take_over(self) -> None:
        if self._seen is not None:
            start(self, partial(self._take, self._seen), group="handing")

    async def _give(self, seen: Handover) -> None:
        say, desk, words = self._say, self._home.desk, self._home.words
        assert seen.shift is not None
        people = ", ".join(agent.name for agent in words.rules.site.agents.values() if agent.id != desk.actor)
        fields = [
            Field(
                "to",
                say("handover.give.to"),
                required=True,
                value=words.person(seen.taker) if seen.taker else "",
                placeholder=people,
            ),
            Field("note", say("handover.give.note"), value=seen.note),
        ]
        goes = say(
            "handover.give.goes", broken=seen.broken, promised=len(seen.promised), claimed=len(seen.claimed)
        )
        title = say("handover.give.title", shift=told.shift_name(words, seen.shift))

        def wish(form: dict[str, str]) -> Giving:
            return Giving("", seen.item, desk.actor, seen.hand, form["to"], form["note"])

        foot = say("handover.give.foot")
        form = await self._ask(title, fields, goes, foot, wish, lambda wish, _: desk.hand_over(wish))
        if form is not None:
            self._tell(say("handover.give.done", who=self._called(form["to"])))

    async def _take(self, seen: Handover) -> None:
        say, desk, words = self._say, self._home.desk, self._home.words
        assert seen.shift is not None
        mine = words.rules.site.agent(desk.actor)
        # At a terminal that both share the leaver still sits there.
        by = seen.taker if seen.taker and mine == seen.leaver else desk.actor
        fields = [Field("by", say("handover.take.by"), required=True, value=words.person(by))]
        pinned = words.rules.site.pinned
        if pinned:
            asked = words.rules.site.agent(by) in pinned
            fields.append(Field("pin", say("handover.take.pin"), "secret", required=asked))
        key = "handover.take.goes" if seen.giver else "handover.take.goes_ungiven"
        goes = say(
            key,
            broken=seen.broken,
            promised=len(seen.promised),
            giver=words.person(seen.giver),
            claimed=len(seen.claimed),
        )
        shift = told.shift_name(words, seen.shift)

        def wish(form: dict[str, str]) -> Giving:
            return Giving("", seen.item, form["by"], seen.hand)

        title = say("handover.take.title", shift=shift)
        foot = say("handover.take.foot")
        form = await self._ask(
            title, fields, goes, foot, wish, lambda wish, form: desk.take_over(wish, form.get("pin", ""))
        )
        if form is None:
            return
        done = say("handover.take.done", who=self._called(form["by"]), shift=shift)
        self._tell(done)
        if self._home.options.shared:
            await self._sit_down(form, done)

    async def _sit_down(self, form: dict[str, str], done: str) -> None:
        """Whoever took over where people sign in sits there now: what they do is not the giver's any more."""
        desk, site = self._home.desk, self._home.words.rules.site
        if site.agent(person(site, form["by"])) == site.agent(desk.actor) or not form.get("pin"):
            return
        try:
            proof = await desk.sign_in(form["by"], form["pin"])
        except StoreProblem:
            return  # the shift is taken over all the same
        if proof.user:
            seat(self._home, proof.user, done)

    def _called(self, typed: str) -> str:
        words = self._home.words
        return words.person(person(words.rules.site, typed))

    async def _ask(
        self,
        title: str,
        fields: list[Field],
        goes: str,
        foot: str,
        wish: Callable[[dict[str, str]], Giving],
        act: Callable[[Giving, dict[str, str]], Awaitable[Outcome]],
    ) -> Form:
        """A form that stays until what it says is done; what was done, or None."""
        name = secrets.token_hex(12)
        # Somebody who was quicker is told of once; who then presses Enter knows of it.
        known: list[int] = []

        async def submit(form: Form) -> str | None:
            try:
                meant = wish(form or {})
                hand = known[-1] if known else meant.hand
                again = Giving(name, meant.item, meant.by, hand, meant.to, meant.note)
                outcome = await act(again, form or {})
                if isinstance(outcome, Refusal) and outcome.reason == "conflict":
                    known.append((await self._home.desk.handover()).hand)
            except StoreProblem as problem:
                outcome = NotRecorded(problem.reason, problem.detail)
            return self._why_not(outcome)

        required = self._say("handover.refused.nobody")
        screen = PromptScreen(title, fields, required=required, lines=[goes], foot=foot, submit=submit)
        form = await self.app.push_screen_wait(screen)
        self._beat()
        return form

    def _why_not(self, outcome: Outcome) -> str | None:
        words, now = self._home.words, self._home.desk.now()
        if isinstance(outcome, NotRecorded):
            return Reporter(words, now).problem(outcome)
        if not isinstance(outcome, Refusal):
            return None
        if outcome.reason == "conflict":
            at = words.times.second(outcome.time if outcome.time is not None else now, now)
            return self._say("handover.refused.conflict", who=words.person(outcome.actor), time=at)
        return self._say(f"refusal.{outcome.reason}")


def _line(each: told.Told, *, wide: bool) -> Line:
    """A line of a section: in columns, or on a narrow screen one after the other."""
    lead = Span(each.lead, each.style or "dim", _LEAD)
    if not wide:
        text = " · ".join(part for part in (each.what, each.who, each.why) if part)
        return Line((lead, Span(text)), _LEAD)
    gap = Span("", "", 1)
    columns = (lead, Span(each.what, "", _WHAT), gap, Span(each.who, "", _WHO), gap, Span(each.why))
    return Line(columns, _LEAD + _WHAT + _WHO + 2)
