"""Who gets it first: whom the customer asked first, then who looks after them; a move away takes a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.domain.command import Command, Refusal
from console.domain.event import Event
from console.domain.instants import parse_rfc3339
from console.service.model import Claim, Done
from console.service.site import apply
from tests.conftest import StillClock

NOON = parse_rfc3339("2026-03-02T12:00:00+08:00")
HOUR = 3_600_000
WHO = "+8613900000001"

SITE = f"""
[agents.zhou]
name = "Zhou Min"
aliases = ["zm@example.com"]
[areas.north]
manager = "zm@example.com"
[accounts]
"{WHO}" = "kim"
"""


def event(at: int, kind: str, subject: str, **data: Any) -> Event:
    return Event(
        source="feed", id=f"{kind}-{subject}-{at}", type=kind, subject=subject, time=NOON + at, data=data
    )


async def floor(open_desk: Any, site: str, *events: Event) -> Any:
    desk = await open_desk(StillClock(NOON))
    if site:
        await apply(desk._store, site, actor="admin", event_id="site-1", now=NOON - 9 * HOUR, since=0)
    await desk.ingest(events)
    return desk


def give(to: str, hand: int = 0, name: str = "w1", **more: str) -> Command:
    return Command(name, "reassign", "ticket/1", "wang", hand, {"to": to, **more})


async def test_an_open_case_goes_to_whom_the_customer_asked_first(open_desk: Any, tmp_path: Path) -> None:
    desk = await floor(
        open_desk,
        SITE,
        event(-HOUR, "ticket.opened", "ticket/T-8812", customer=WHO, agent="zhang", area="north"),
        event(-HOUR + 5, "ticket.assigned", "ticket/T-8812", agent="sun"),
        event(-9, "call.offered", "call/2", **{"from": "13900000001"}, direction="in"),
    )
    assert await desk.claims(["call/2"]) == (
        Claim("zhang", "first", "ticket/T-8812"),
        Claim("kim", "account"),
    )
    view = await desk.view("call/2")
    assert [(matter.item, matter.first) for matter in view.repeats] == [("ticket/T-8812", "zhang")]
    assert (view.row.contacts, view.claims[0].agent) == (2, "zhang")
    assert [row.id for row in view.related] == ["ticket/T-8812"]


async def test_of_several_items_the_best_claim_to_the_first_stays_the_best(open_desk: Any) -> None:
    desk = await floor(
        open_desk,
        SITE,
        event(-HOUR, "ticket.opened", "ticket/1", customer=WHO, agent="zhang"),
        event(-HOUR, "ticket.opened", "ticket/2", agent="zhang"),
    )
    found = await desk.claims(["ticket/1", "ticket/2"])
    assert found == (Claim("zhang", "first", "ticket/1"), Claim("kim", "account"))


async def test_a_new_case_goes_to_the_key_account_then_to_the_area(open_desk: Any) -> None:
    desk = await floor(
        open_desk,
        SITE,
        event(-9, "call.offered", "call/1", **{"from": WHO}, direction="in", area="north"),
        event(-9, "call.offered", "call/2", **{"from": "13900000002"}, direction="in", area="north"),
        event(-9, "call.offered", "call/3", **{"from": "13900000003"}, direction="in"),
    )
    assert await desk.claims(["call/1"]) == (Claim("kim", "account"),)
    assert await desk.claims(["call/2"]) == (Claim("zhou", "area", "north"),)
    assert await desk.claims(["call/3"]) == ()


async def test_an_account_from_a_feed_tells_whose_customer_it_is(open_desk: Any) -> None:
    desk = await floor(
        open_desk,
        SITE,
        event(-HOUR, "customer.account", "customer/13900000002", area="north"),
        event(-HOUR, "customer.account", "customer/13900000003", area="west", manager="li"),
        event(-HOUR, "customer.account", "customer/13900000004", area="north", key="sun"),
        *(
            event(-9, "call.offered", f"call/{n}", **{"from": f"1390000000{n}"}, direction="in")
            for n in (2, 3, 4)
        ),
    )
    found = [await desk.claims([f"call/{n}"]) for n in (2, 3, 4)]
    assert found == [
        (Claim("zhou", "area", "north"),),
        (Claim("li", "area", "west"),),
        (Claim("sun", "account"),),
    ]
    assert (await desk.counts()).open == 3
    assert [row.id for row in (await desk.view("call/2")).related] == []


@pytest.mark.parametrize("owner", ["zhou", "kim"])
async def test_a_move_away_takes_a_reason_and_is_flagged(open_desk: Any, owner: str) -> None:
    who = WHO if owner == "kim" else "13900000002"
    desk = await floor(
        open_desk,
        SITE,
        event(-HOUR, "call.offered", "call/1", direction="in", **{"from": who}),
        event(-HOUR, "callback.requested", "callback/1", customer=who),
        event(-HOUR, "ticket.opened", "ticket/1", customer=who, area="north"),
        Event(
            source="console",
            id="given",
            type="item.reassigned",
            subject="ticket/1",
            time=NOON - 9,
            data={"to": owner, "actor": "wang"},
        ),
    )
    hand = (await desk.rows(["ticket/1"]))["ticket/1"].hand
    (refused,) = await desk.act([give("sun", hand)])
    assert isinstance(refused, Refusal)
    assert refused.reason == "needs_reason"
    (blank,) = await desk.act([give("sun", hand, reason="  ")])
    assert isinstance(blank, Refusal)
    assert blank.reason == "needs_reason"
    (done,) = await desk.act([give("sun", hand, name="w2", reason="on leave")])
    assert isinstance(done, Done)
    assert done.event is not None
    assert (done.event.data["reason"], done.event.data["keeper"]) == ("on leave", owner)
    assert done.row is not None
    assert done.row.away == owner
    (back,) = await desk.act([give(owner, done.row.hand, name="w3")])
    assert isinstance(back, Done)
    assert back.row is not None
    assert back.row.away == ""


async def test_others_are_moved_without_a_word(open_desk: Any) -> None:
    desk = await floor(
        open_desk, SITE, event(-HOUR, "ticket.opened", "ticket/1", customer="13900000002", area="north")
    )
    (given,) = await desk.act([give("sun")])
    assert isinstance(given, Done)
    assert given.row is not None
    assert given.row.away == ""


async def test_a_missed_call_is_called_back_by_whom_it_belongs_with(open_desk: Any) -> None:
    missed = [
        event(at, verb, f"call/{n}", direction="in", **{"from": who})
        for n, who in enumerate((WHO, "13900000002"))
        for at, verb in ((-60_000, "call.offered"), (-30_000, "call.abandoned"))
    ]
    desk = await floor(
        open_desk,
        SITE,
        event(-HOUR, "ticket.opened", "ticket/2", customer="13900000002", agent="zhang"),
        *missed,
    )
    rows = await desk.rows(["callback/call/0", "callback/call/1"])
    assert {name: row.owner for name, row in rows.items()} == {
        "callback/call/0": "kim",
        "callback/call/1": "zhang",
    }


async def test_outreach_comes_when_its_time_comes(open_desk: Any) -> None:
    desk = await floor(
        open_desk,
        "",
        event(0, "customer.account", "customer/13900000002", expires="2026-04-01T00:00:00Z", manager="li"),
    )
    assert (await desk.counts()).open == 0
    desk.clock.set("2026-03-18T00:00:00Z")
    assert (await desk.counts()).open == 1
    assert await desk.tick() > 0
    (row,) = (await desk.window(await _all(), 9)).rows
    assert (row.kind, row.owner, row.reason) == ("callback", "li", "customer.renewal")
    assert row.due == parse_rfc3339("2026-04-01T00:00:00Z")


async def _all() -> Any:
    from console.domain.query import parse_query

    return parse_query("")


async def test_the_number_that_was_left_is_where_they_are_called_back(open_desk: Any) -> None:
    desk = await floor(open_desk, "", event(-HOUR, "call.answered", "call/1", direction="in", agent="li"))
    hand = (await desk.rows(["call/1"]))["call/1"].hand

    def take(name: str, **data: str) -> Command:
        return Command(name, "call_back", "call/1", "wang", hand, data)

    for wrong in ({}, {"number": "12"}, {"number": "home"}):
        (refused,) = await desk.act([take("a", **wrong)])
        assert isinstance(refused, Refusal)
        assert refused.reason == "no_number"
    due = "2026-03-02T07:00:00Z"
    (done,) = await desk.act([take("b", number="139 0000 0007", due=due)])
    assert isinstance(done, Done)
    assert done.row is not None
    row = done.row
    assert (row.customer, row.owner, row.due) == ("+8613900000007", "li", parse_rfc3339(due))


async def test_a_repair_is_not_done_by_hand_before_the_way_is_agreed(open_desk: Any) -> None:
    desk = await floor(
        open_desk,
        "",
        event(-HOUR, "repair.registered", "repair/1", customer=WHO, agent="chen"),
        event(-60_000, "repair.ready", "repair/1"),
    )
    name = "callback/repair/1/ready"
    hand = (await desk.rows([name]))[name].hand

    def close(identity: str, **data: str) -> Command:
        return Command(identity, "close", name, "wang", hand, {"outcome": "reached", **data})

    (refused,) = await desk.act([close("a")])
    assert isinstance(refused, Refusal)
    assert refused.reason == "not_agreed"
    (done,) = await desk.act([close("b", way="mail")])
    assert isinstance(done, Done)
    assert name not in await desk.rows([name])


async def test_a_report_is_read_by_somebody_else(open_desk: Any) -> None:
    desk = await floor(
        open_desk,
        "",
        event(-HOUR, "customer.wished", "customer/1390000", agent="li", text="a lift"),
    )
    (name,) = [row.id for row in (await desk.window(await _all(), 9)).rows]
    view = await desk.view(name)
    assert (view.row.owner, view.note) == ("li", "a lift")
    hand = view.row.hand
    (own,) = await desk.act([Command("a", "close", name, "li", hand, {"outcome": "read"})])
    assert isinstance(own, Refusal)
    assert own.reason == "own_report"
    (done,) = await desk.act([Command("b", "close", name, "wang", hand, {"outcome": "read"})])
    assert isinstance(done, Done)


async def test_a_call_is_no_repeat_of_what_it_leads_to_itself(open_desk: Any) -> None:
    """Its callback may be told of before it: two that named each other's case would never settle."""
    desk = await floor(
        open_desk,
        "",
        event(-HOUR, "callback.requested", "callback/call/1", customer=WHO, call="call/1"),
        event(-60_000, "call.offered", "call/1", direction="in", **{"from": WHO}),
        event(-30_000, "call.abandoned", "call/1"),
    )
    view = await desk.view("call/1")
    assert (view.repeats, view.row.contacts) == ((), 1)
