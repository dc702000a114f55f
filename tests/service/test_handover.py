"""The hand-over of a shift: called for where something is broken, given and taken by name, kept or broken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from console.domain.command import Command, Refusal
from console.domain.event import Event
from console.domain.instants import HOUR, MINUTE, format_utc, parse_rfc3339
from console.domain.site import parse_site
from console.service.breaches import breaches
from console.service.desk import Desk
from console.service.handing import Giving, person
from console.service.model import Done, Outcome
from console.service.notice import UNKNOWN, Notice
from console.service.site import rework
from tests.conftest import StillClock

Make = Callable[..., Awaitable[Desk]]

SITE = """
[shifts]
day = "09:00-18:00"
evening = "18:00-23:00"

[agents.li]
name = "Li Na"
[agents.wang]
name = "Wang Fang"
[roles]
viewer = ["guest"]
"""
FROM = {"from": "13800000042"}
DAY, EVENING = "handover/2026-03-02/day", "handover/2026-03-02/evening"


def at(clock: str) -> int:
    """A moment of Monday, March 2, in Shanghai."""
    return parse_rfc3339(f"2026-03-02T{clock}+08:00")


def happened(source: str, clock: str, kind: str, item: str, **data: object) -> Event:
    return Event(source=source, id=f"{item}-{kind}", type=kind, subject=item, time=at(clock), data=data)


def ticket(number: int, clock: str, kind: str, **data: object) -> Event:
    return happened("desk", clock, f"ticket.{kind}", f"ticket/{number}", **data)


class Floor:
    """Li's desk and Wang's on one store, at a clock that a test sets; something broke at 10:31."""

    def __init__(self, li: Desk, wang: Desk, clock: StillClock) -> None:
        self.li, self.wang, self.clock = li, wang, clock
        self._wishes = iter(range(100))

    async def until(self, clock: str) -> None:
        self.clock.set(at(clock))
        await self.li.tick()

    def wish(self, item: str, by: str, hand: int, **more: str) -> Giving:
        return Giving(f"w{next(self._wishes)}", item, by, hand, **more)

    async def give(
        self, item: str = DAY, by: str = "li", to: str = "wang", hand: int = 0, note: str = ""
    ) -> Outcome:
        return await self.li.hand_over(self.wish(item, by, hand, to=to, note=note))

    async def take(self, item: str = DAY, by: str = "wang", hand: int = 1) -> Outcome:
        return await self.wang.take_over(self.wish(item, by, hand))

    async def broken(self) -> list[tuple[str, str]]:
        """Hand-overs that broke by now: which, and due when."""
        now = self.clock.now()
        found = await self.li._store.read(lambda reader: breaches(reader, now, None, ("handover.accepted",)))
        return [(one.clock.item, format_utc(one.clock.due)) for one in found]

    async def kept(self) -> tuple[int, int]:
        """How often the norm itself was kept and broken today."""
        found = (await self.li.norms()).norms
        (state,) = [one for one in found if one.norm.id == "floor.handover"]
        return state.verdicts.kept, state.verdicts.broken


@pytest.fixture
async def floor(open_desk: Make) -> Floor:
    clock = StillClock(at("10:00:00"))
    li = await open_desk(clock, actor="li", site=SITE)
    found = Floor(li, Desk(li._store, clock, actor="wang"), clock)
    await li.ingest([ticket(1, "10:00:00", "opened"), ticket(1, "10:00:00", "accepted", agent="zhou")])
    await li.tick()
    return found


async def test_what_a_shift_leaves_broken_is_given_and_taken_by_name(floor: Floor) -> None:
    await floor.until("18:00:00")
    before = await floor.wang.handover()
    assert (before.item, before.state, before.due) == (DAY, "called", at("18:30:00"))
    assert [row.id for row in before.breached] == ["ticket/1"]
    await floor.until("18:10:00")
    given = await floor.give(note="zhou is on the way", hand=before.hand)
    assert isinstance(given, Done)
    seen = await floor.wang.handover()
    assert (seen.state, seen.giver, seen.taker, seen.note) == ("given", "li", "wang", "zhou is on the way")
    row = (await floor.wang.rows([DAY]))[DAY]
    assert (row.owner, row.norm, row.mine) == ("wang", "handover.accepted", True)
    await floor.until("18:30:00")
    assert isinstance(await floor.take(), Done)
    assert await floor.wang.rows([DAY]) == {}
    await floor.until("20:00:00")
    assert (await floor.broken(), await floor.kept()) == ([], (1, 0))
    assert await rework(floor.li._store, floor.clock.now()) == 0


async def test_nobody_takes_it_over_and_it_is_broken_a_millisecond_after_due(floor: Floor) -> None:
    await floor.until("18:00:00")
    await floor.give(hand=0)
    await floor.until("18:30:00")
    assert await floor.broken() == []
    await floor.until("18:30:00.001")
    assert await floor.broken() == [(DAY, "2026-03-02T10:30:00.000Z")]
    assert (await floor.li.rows([DAY]))[DAY].band == 0
    assert await floor.kept() == (0, 1)
    assert isinstance(await floor.take(), Done)
    assert await floor.kept() == (0, 1)


async def test_a_shift_that_leaves_nothing_broken_owes_no_hand_over(floor: Floor) -> None:
    await floor.until("12:00:00")
    await floor.li.ingest([ticket(1, "11:00:00", "contacted")])
    await floor.until("19:00:00")
    assert await floor.li.rows([DAY]) == {}
    assert (await floor.kept(), (await floor.li.handover()).item) == ((0, 0), EVENING)


async def test_it_may_be_given_before_the_shift_ends_and_taken_then(floor: Floor) -> None:
    await floor.until("17:50:00")
    assert (await floor.li.handover()).item == DAY
    assert isinstance(await floor.give(), Done)
    assert isinstance(await floor.take(), Done)
    await floor.until("18:31:00")
    assert (await floor.broken(), await floor.kept()) == ([], (1, 0))
    assert (await floor.li.handover()).item == EVENING


async def test_what_the_leaver_has_is_the_takers(floor: Floor) -> None:
    # What comes due long before the shift ends is nothing for the next.
    for number, due in ((2, "12:00:00"), (3, "19:00:00")):
        await floor.li.ingest([ticket(number, "10:00:00", "opened", due=format_utc(at(due)))])
    assert [row.id for row in (await floor.li.handover()).promised] == ["ticket/3"]
    await floor.until("17:46:00")
    missed = happened("pbx", "17:45:00", "call.abandoned", "call/9", **FROM)
    await floor.li.ingest([missed])
    promise = "callback/call/9"
    (row,) = (await floor.li.rows([promise])).values()
    await floor.li.act([Command("claim", "reassign", promise, "li", row.hand, {"to": "li"})])
    await floor.until("17:50:00")
    seen = await floor.li.handover()
    assert [row.id for row in seen.claimed] == [promise]
    due = [(row.id, row.due) for row in seen.promised]
    assert due == [(promise, at("18:15:00")), ("ticket/3", at("19:00:00"))]
    await floor.give()
    assert (await floor.li.rows([promise]))[promise].owner == "li"
    await floor.take()
    assert (await floor.li.rows([promise]))[promise].owner == "wang"
    assert (await floor.wang.handover()).claimed == ()


async def test_all_that_the_leaver_promised_one_customer_passes_on_and_no_more(floor: Floor) -> None:
    await floor.until("17:46:00")
    owners = {"callback/call/7": "zhou", "callback/call/8": "li", "callback/call/9": "li"}
    for promise, owner in owners.items():
        call = promise.removeprefix("callback/")
        await floor.li.ingest([happened("pbx", "17:45:00", "call.abandoned", call, **FROM)])
        hand = (await floor.li.rows([promise]))[promise].hand
        await floor.li.act([Command(f"c {promise}", "reassign", promise, "li", hand, {"to": owner})])
    await floor.until("17:50:00")
    await floor.give()
    await floor.take()
    rows = await floor.wang.rows(list(owners))
    assert {name: row.owner for name, row in rows.items()} == owners | {
        "callback/call/8": "wang",
        "callback/call/9": "wang",
    }


async def test_notes_quiet_items_breaks_and_lost_notices_go_with_it(floor: Floor) -> None:
    (row,) = (await floor.li.rows(["ticket/1"])).values()
    pause = happened("pbx", "17:30:00", "agent.state", "agent/sun", state="break", reason="lunch")
    await floor.li.ingest([pause])
    await floor.until("17:40:00")
    await floor.li.act([Command("n", "note", "ticket/1", "li", row.hand, {"text": "the part is ordered"})])
    (row,) = (await floor.li.rows(["ticket/1"])).values()
    until = format_utc(at("18:20:00"))
    await floor.li.act([Command("s", "snooze", "ticket/1", "li", row.hand, {"until": until})])
    lost = Notice("x", "wecom", "lead", at("17:00:00"), at("17:00:00"), at("17:00:00"), state=UNKNOWN)
    await floor.li._store.write(lambda writer: writer.put_notices([lost]))
    await floor.until("17:50:00")
    seen = await floor.wang.handover()
    assert [(one.text, one.actor, one.row.id) for one in seen.notes] == [
        ("the part is ordered", "li", "ticket/1")
    ]
    assert [row.id for row in seen.quiet] == ["ticket/1"]
    assert [(agent.id, agent.reason) for agent in seen.paused] == [("sun", "lunch")]
    assert [notice.channel for notice in seen.notices] == ["wecom"]


async def test_of_two_who_give_at_once_one_is_told_who_was_quicker(floor: Floor) -> None:
    await floor.until("18:00:00")
    await floor.give()
    await floor.until("18:00:10")
    late = await floor.give(by="zhou", to="li")
    assert isinstance(late, Refusal)
    assert (late.reason, late.actor, late.time) == ("conflict", "li", at("18:00:00.001"))
    again = await floor.give(by="zhou", to="li", hand=1)
    assert isinstance(again, Done)
    assert (await floor.wang.handover()).taker == "li"


async def test_that_the_shift_ended_meanwhile_gets_in_nobodys_way(floor: Floor) -> None:
    await floor.until("17:59:59")
    wish = floor.wish(DAY, "li", (await floor.li.handover()).hand, to="wang")
    await floor.until("18:00:00")
    assert isinstance(await floor.li.hand_over(wish), Done)
    assert isinstance(await floor.li.hand_over(wish), Done)
    assert (await floor.wang.handover()).hand == 1


async def test_who_may_not_and_to_whom_not(floor: Floor) -> None:
    await floor.until("18:00:00")

    def reason(outcome: Outcome) -> str:
        assert isinstance(outcome, Refusal)
        return outcome.reason

    assert reason(await floor.give(by="guest")) == "needs_supervisor"
    assert reason(await floor.give(to=" ")) == "nobody_named"
    assert reason(await floor.give(to="Li Na")) == "own_handover"
    assert reason(await floor.give(item="handover/someday")) == "no_shifts"
    assert reason(await floor.take(by="guest", hand=0)) == "needs_supervisor"
    assert reason(await floor.take(item=EVENING, hand=0)) == "not_given"
    # What nobody gave may be taken over all the same.
    assert isinstance(await floor.take(hand=0), Done)
    assert await floor.kept() == (1, 0)
    await floor.until("22:00:00")
    await floor.give(EVENING)
    assert reason(await floor.take(EVENING, by="li")) == "own_handover"
    floor.wang.read_only = True
    assert reason(await floor.take(EVENING)) == "read_only"


async def test_the_next_hand_over_settles_those_that_nobody_took(floor: Floor) -> None:
    # It concerns the shift before for half of the next at most.
    for clock, item in (("18:00:00", DAY), ("20:29:59", DAY), ("20:30:00", EVENING)):
        await floor.until(clock)
        assert (await floor.li.handover()).item == item
    assert [row.id for row in (await floor.li.handover()).earlier] == [DAY]
    await floor.give(EVENING)
    await floor.take(EVENING)
    assert await floor.li.rows([DAY, EVENING]) == {}
    assert await floor.broken() == [(DAY, "2026-03-02T10:30:00.000Z")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("wang", "wang"), ("Wang Fang", "wang"), ("wan", "wang"), ("li", "li"), ("zhou", "zhou"), (" ", "")],
)
def test_a_taker_is_found_by_what_people_call_them(typed: str, meant: str) -> None:
    assert person(parse_site(SITE), typed) == meant


async def test_what_nobody_took_by_the_end_of_the_next_shift_lapses(floor: Floor) -> None:
    await floor.until("18:00:00")
    await floor.until("23:00:00")
    assert list(await floor.li.rows([DAY, EVENING])) == [EVENING]
    assert (await floor.broken(), await floor.kept()) == ([(DAY, "2026-03-02T10:30:00.000Z")], (0, 1))


async def test_a_floor_without_shifts_hands_nothing_over(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at("10:00:00") + HOUR + MINUTE), site="[shifts]")
    seen = await desk.handover()
    assert (seen.shift, seen.item, seen.due) == (None, "", None)
