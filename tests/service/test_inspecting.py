"""Checklists gone through: on record, findings as open tasks, a round made, an area never checked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.bootstrap import standard_pack
from console.domain.command import Command, Refusal
from console.domain.event import Event
from console.domain.instants import DAY, HOUR, format_utc, parse_rfc3339
from console.service.breaches import breaches
from console.service.inspecting import NOT_HERE, NOT_OK, OK, WHOLE, Finding, Inspection, OnRecord
from console.service.site import apply
from tests.conftest import StillClock

NOON = parse_rfc3339("2026-03-02T12:00:00+08:00")
SITE = """
[agents.zhou]
name = "Zhou Min"
[areas.north]
manager = "zhou"
[areas.south]
"""
NOTICE = ("manager-phone", "supervision-phone", "dates", "charter", "prices", "opinion-box", "leaflets")


@pytest.fixture
async def floor(open_desk: Any) -> Any:
    """A desk of a floor with two areas, at noon."""
    desk = await open_desk(StillClock(NOON))
    await apply(desk._store, SITE, actor="admin", event_id="site-1", now=NOON - DAY, since=0)
    return desk


def told(source: str, name: str, kind: str, item: str, time: int, data: Any) -> Event:
    return Event(source=source, id=name, type=kind, subject=item, time=time, data=data)


def notice(name: str, *failed: str, **more: Any) -> Inspection:
    """The notices of the north, all well but for `failed`."""
    marks = {item: NOT_OK if item in failed else OK for item in NOTICE} | more.pop("marks", {})
    findings = tuple(Finding(item, f"{item} is bad", "wang", NOON + 2 * DAY) for item in failed)
    return Inspection(name, "notice", "north", marks, more.pop("findings", findings))


async def state(desk: Any, checklist: str, place: str) -> Any:
    found = [one for one in await desk.checks() if (one.checklist.id, one.place) == (checklist, place)]
    assert len(found) == 1
    return found[0]


async def broken(desk: Any, *norms: str) -> list[tuple[str, str, tuple[str, ...]]]:
    now = desk.now()
    rows = await desk._store.read(lambda reader: breaches(reader, now, None, norms))
    return [(row.clock.item, row.clock.norm, row.clock.missing) for row in rows]


async def test_an_area_is_never_checked_until_it_is(floor: Any) -> None:
    assert (await state(floor, "notice", "north")).last is None
    await floor.inspect(notice("i1"))
    north, south = await state(floor, "notice", "north"), await state(floor, "notice", "south")
    assert (north.last, north.by, north.found, north.owner) == (NOON, floor.actor, 0, "zhou")
    assert north.seen["prices"].mark == OK
    assert south.last is None
    assert (await state(floor, "area-book", "north")).last is None, "another list"
    assert await broken(floor, "floor.public-notice") == []


async def test_each_finding_breaks_the_norm_and_is_open_until_corrected(floor: Any) -> None:
    await floor.inspect(notice("i1", "prices", "dates"))
    await floor.inspect(notice("i1", "prices", "dates"))  # the same once more
    told = [("floor/north", "floor.public-notice", ("prices is bad", "dates is bad"))]
    assert await broken(floor, "floor.public-notice") == told
    rows = await floor.rows(["report/finding/i1.1", "report/finding/i1.2"])
    assert {row.owner for row in rows.values()} == {"wang"}
    assert {row.due for row in rows.values()} == {NOON + 2 * DAY}
    assert (await state(floor, "notice", "north")).open == 2
    done = Command(
        "d1",
        "close",
        "report/finding/i1.1",
        "chen",
        rows["report/finding/i1.1"].hand,
        {"outcome": "corrected"},
    )
    read = replace(done, id="d0", data={"outcome": "read"})
    assert (await floor.act([read]))[0].reason == "no_outcome", "a finding is corrected, not read"
    mine = replace(done, id="d2", actor="wang")
    assert (await floor.act([mine]))[0].reason == "own_finding"
    await floor.act([done])
    assert (await state(floor, "notice", "north")).open == 1
    floor.clock.moment = NOON + 2 * DAY + 1
    assert await broken(floor, "report.read") == [("report/finding/i1.2", "report.read", ())]


async def test_nothing_is_written_of_half_a_list_or_a_finding_of_nobody(floor: Any) -> None:
    half = Inspection("i1", "notice", "north", {"prices": OK})
    nobody = notice("i2", "prices", findings=(Finding("prices", "torn", ""),))
    unknown = Inspection("i3", "nonsense", "north", {})
    reasons = [(await floor.inspect(one)).reason for one in (half, nobody, unknown)]
    assert reasons == ["not_all_seen", "no_finder", "no_checklist"]
    assert (await state(floor, "notice", "north")).last is None
    barred = SITE + f'[roles]\nviewer = ["{floor.actor}"]\n'
    await apply(floor._store, barred, actor="admin", event_id="site-2", now=NOON, since=None)
    assert await floor.inspect(notice("i4")) == Refusal("north", "needs_supervisor")
    floor.read_only = True
    assert await floor.inspect(notice("i4")) == Refusal("north", "read_only")


async def test_what_is_no_matter_here_is_no_finding(floor: Any) -> None:
    await floor.inspect(notice("i1", marks={"opinion-box": NOT_HERE}))
    assert await broken(floor, "floor.public-notice") == []


async def test_quiet_is_offered_while_a_visit_is_open(floor: Any) -> None:
    assert all(one.checklist.id != "quiet" for one in await floor.checks())
    came = told("desk", "v1", "visit.arrived", "visit/1", NOON - HOUR, {"queue": "desk"})
    await floor.ingest([came])
    assert (await state(floor, "quiet", WHOLE)).guests == 1
    await floor.ingest([told("desk", "v2", "visit.left", "visit/1", NOON - 1, {})])
    assert all(one.checklist.id != "quiet" for one in await floor.checks())


async def test_a_round_that_was_called_for_is_made_by_its_list(floor: Any) -> None:
    due = {"due": format_utc(NOON + HOUR)}
    await floor.ingest([told("console", "r1", "round.called", "round/w/planned", NOON - HOUR, due)])
    assert (await state(floor, "round", WHOLE)).called == (("round/w/planned", NOON + HOUR),)
    lists = {one.checklist.id: one.checklist for one in await floor.checks()}
    marks = {item.id: OK for item in lists["round"].items}
    await floor.inspect(Inspection("i1", "round", WHOLE, marks))
    assert (await state(floor, "round", WHOLE)).called == ()
    assert (await floor.view("round/w/planned")).over == NOON
    floor.clock.moment = NOON + HOUR + 1
    assert await broken(floor, "round.due") == []


async def test_a_call_is_listened_to_by_a_list(floor: Any) -> None:
    await floor.ingest(
        [
            told("pbx", "1", "call.offered", "call/1", NOON - 9, {"direction": "in"}),
            told("pbx", "2", "call.answered", "call/1", NOON - 8, {"agent": "wang"}),
        ]
    )
    call = next(one for one in await floor.checks("call/1") if one.checklist.about == "call")
    assert (call.place, call.owner) == ("call/1", "wang")
    marks = {item.id: OK for item in call.checklist.items} | {"right": NOT_OK}
    await floor.inspect(
        Inspection("i1", "accuracy", "call/1", marks, (Finding("right", "old price", "wang"),))
    )
    assert await broken(floor, "call.accurate-answer") == [("call/1", "call.accurate-answer", ("old price",))]


async def test_a_must_is_never_no_matter(floor: Any) -> None:
    said = await floor.inspect(notice("i1", marks={"manager-phone": NOT_HERE}))
    assert said == Refusal("north", "must_be")


async def test_the_area_book_has_what_the_record_has_beside_it(floor: Any) -> None:
    visits = [
        ("job/1", "north", NOON - DAY), ("job/2", "north", NOON - 3 * DAY), ("job/3", "south", NOON - 9),
        ("job/4", "north", NOON - 92 * DAY),
    ]  # fmt: skip
    for item, area, time in visits:
        await floor.ingest([told("field", item, "job.arrived", item, time, {"area": area})])
    book = (await state(floor, "area-book", "north")).checklist
    assert await floor.on_record(book, "north") == {"visits": OnRecord(2, NOON - DAY)}


PERSON = """
[[norm]]
id = "person.neat"
subject = "agent"
form = "inspection"
on = "agent.inspected[norm=person.neat]"
lists = "failed"
[[norm]]
id = "person.badge"
subject = "agent"
form = "inspection"
on = "agent.inspected[norm=person.badge]"
lists = "failed"
"""
NEAT = """
[[checklist]]
id = "neat"
name = { zh = "整洁", en = "Neat" }
about = "agent"
norm = "person.neat"
items = [
  { id = "hair", text = { zh = "头发整齐", en = "hair combed" } },
  { id = "badge", norm = "person.badge", text = { zh = "佩戴工牌", en = "badge worn" } },
]
"""


async def test_a_person_is_looked_at_and_each_thing_counts_for_its_norm(floor: Any) -> None:
    for number, text in enumerate((standard_pack() + PERSON, NEAT)):
        await apply(floor._store, text, actor="a", event_id=f"p{number}", now=NOON, since=0)
    on_board = await floor.checks("call/1")
    assert all(one.checklist.id != "neat" for one in on_board)
    sheet = (await floor.checks("agent/zhou"))[0]
    assert (sheet.checklist.id, sheet.place, sheet.owner, sheet.last) == ("neat", "agent/zhou", "zhou", None)
    hair = (Finding("hair", "unkempt", "zhou", NOON + DAY),)
    await floor.inspect(Inspection("i1", "neat", "agent/zhou", {"hair": NOT_OK, "badge": NOT_HERE}, hair))
    assert await broken(floor, "person.neat") == [("agent/zhou", "person.neat", ("unkempt",))]
    verdicts = await floor._store.read(lambda reader: reader.verdicts(0))
    assert verdicts["broken:person.neat"] == 1
    assert "kept:person.badge" not in verdicts, "it was no matter here"
    floor.clock.moment += HOUR
    await floor.inspect(Inspection("i2", "neat", "agent/zhou", {"hair": OK, "badge": OK}))
    verdicts = await floor._store.read(lambda reader: reader.verdicts(0))
    assert (verdicts["kept:person.neat"], verdicts["kept:person.badge"]) == (1, 1)
    sheet = (await floor.checks("agent/zhou"))[0]
    assert (sheet.last, sheet.found, sheet.open) == (NOON + HOUR, 0, 1), "the first finding is not corrected"
    floor.clock.moment += DAY
    await floor.ingest([told("pbx", "j", "agent.joined", "agent/zhou", NOON + DAY, {})])
    assert await broken(floor, "person.neat") == [("agent/zhou", "person.neat", ("unkempt",))], (
        "who joins anew"
    )
    assert (
        await floor.inspect(Inspection("i3", "neat", "job/1", {"hair": OK, "badge": OK}))
    ).reason == "no_item"


async def test_a_list_is_for_some_items_alone_and_one_that_is_over_can_be_looked_at(floor: Any) -> None:
    norm = PERSON.replace("agent.inspected", "ticket.observed").replace(
        'subject = "agent"', 'subject = "ticket"'
    )
    listed = NEAT.replace('about = "agent"', 'about = "ticket"\nwhen = { type = ["complaint", ""] }')
    for number, text in enumerate((norm, listed)):
        await apply(floor._store, text, actor="a", event_id=f"p{number}", now=NOON, since=0)
    for item, data in (
        ("ticket/1", {"type": "complaint"}),
        ("ticket/2", {"type": "request"}),
        ("ticket/3", {}),
    ):
        await floor.ingest([told("desk", item, "ticket.opened", item, NOON - HOUR, data)])
        await floor.ingest([told("desk", f"{item}c", "ticket.closed", item, NOON - 9, {})])
    offered = {item: [one.checklist.id for one in await floor.checks(item) if one.place == item] for item in
        ("ticket/1", "ticket/2", "ticket/3", "ticket/4")}  # fmt: skip
    assert offered == {"ticket/1": ["neat"], "ticket/2": [], "ticket/3": ["neat"], "ticket/4": []}
    await floor.inspect(Inspection("i1", "neat", "ticket/1", {"hair": OK, "badge": NOT_OK}, (
        Finding("badge", "none", "wang"),)))  # fmt: skip
    assert await broken(floor) == [("ticket/1", "person.badge", ("none",))]
    assert (await floor.view("ticket/1")).over == NOON - 9


async def test_what_a_feed_saw_of_a_norm_stands_beside_what_is_held_to_it(floor: Any) -> None:
    for number, text in enumerate((standard_pack() + PERSON, NEAT)):
        await apply(floor._store, text, actor="a", event_id=f"p{number}", now=NOON, since=0)
    seen = {"norm": "person.badge", "failed": ["no badge at the door"]}
    await floor.ingest([told("door", "1", "agent.inspected", "agent/zhou", NOON - 9, seen)])
    sheet = (await floor.checks("agent/zhou"))[0]
    assert (sheet.last, {name: one.mark for name, one in sheet.seen.items()}) == (None, {"badge": NOT_OK})
