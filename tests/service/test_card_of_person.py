"""What the record tells of one person, and to whom."""

from __future__ import annotations

from typing import Any

from console.domain.command import Refusal
from console.domain.query import Query
from console.service.inspecting import Finding, Inspection
from console.service.model import Done
from tests.conftest import StillClock
from tests.domain.story import at, event

DAY = 86400
SITE = '[agents.li]\nname = "Li Na"\naliases = ["PJSIP/1"]\n[roles]\nlead = ["zhao"]\nsupervisor = ["wang"]\n'


def answered(call: str, agent: str, rings: float, day: float = 0) -> list[Any]:
    start = -day * DAY
    return [
        event(start, "call.offered", f"call/{call}", **{"from": "13800000001"}),
        event(start, "call.ringing", f"call/{call}", agent=agent),
        event(start + rings, "call.answered", f"call/{call}", agent=agent),
        event(start + rings + 60, "call.ended", f"call/{call}", by="customer"),
    ]


HISTORY = [
    *answered("kept", "PJSIP/1", 15),  # three rings of five seconds, exactly
    *answered("late", "li", 15.001),
    *answered("hers", "sun", 40),
    *answered("long-ago", "li", 40, day=92),
    *answered("passed-on", "sun", 40),  # rang at another's telephone alone, and is hers since
    event(50, "call.transferred", "call/passed-on", to_agent="li"),
    event(
        100, "call.observed", "call/kept", norm="call.accurate-answer", failed=["not complete"], actor="zhao"
    ),
    event(110, "call.observed", "call/hers", norm="call.accurate-answer", failed=["wrong"]),
    event(-5 * DAY, "agent.inspected", "agent/li", norm="agent.mystery-check", failed=["no greeting"]),
    event(-4 * DAY, "agent.inspected", "agent/PJSIP/1", norm="agent.smile", failed=["eyes"]),
    event(-92 * DAY, "agent.inspected", "agent/li", norm="agent.smile", failed=["voice"]),
    event(-3 * DAY, "agent.observed", "agent/li", complaint=True, attitude=2),
    event(10, "ticket.opened", "ticket/1", agent="li", due="2026-03-02T01:01:00Z"),
]


async def test_it_is_hers_alone_of_a_quarter_of_a_year(open_desk: Any) -> None:
    desk = await open_desk(StillClock(at(600)), actor="zhao", site=SITE)
    await desk.ingest(HISTORY)
    card = await desk.card("li")
    assert card.verdicts["call.pickup.three-rings"] == (1, 1)
    assert card.broke["call.accurate-answer"] == 1
    assert [(one.norm, one.text) for one in card.findings] == [
        ("call.accurate-answer", "not complete"),
        ("agent.smile", "eyes"),
        ("agent.mystery-check", "no greeting"),
    ]
    # Due at 09:01, and it is 09:10.
    assert (card.agent.open, card.late, card.complaints, card.reveals) == (1, 1, 1, 0)
    assert [(sight.of, sight.grade) for sight in card.sights if sight.of] == [("attitude", 2)]


async def test_what_a_mystery_customer_saw_is_for_leads_alone(open_desk: Any) -> None:
    clock = StillClock(at(600))
    lead = await open_desk(clock, actor="zhao", site=SITE)
    await lead.ingest(HISTORY)
    supervisor = await open_desk(clock, actor="wang")
    seen = {
        who: {one.norm for one in (await desk.card("li")).findings}
        for who, desk in (("lead", lead), ("supervisor", supervisor))
    }
    assert seen["lead"] - seen["supervisor"] == {"agent.mystery-check"}
    told = {sight.norm for sight in (await supervisor.card("li")).sights}
    assert "agent.mystery-check" not in told
    assert await supervisor.card("nobody") is None

    # The list, too: who is no lead is not asked, and what they hand in all the same is refused.
    lists = {
        who: {state.checklist.id for state in await desk.checks("agent/li")}
        for who, desk in (("lead", lead), ("supervisor", supervisor))
    }
    assert lists["lead"] - lists["supervisor"] == {"mystery"}
    by_id = {state.checklist.id: state.checklist for state in await lead.checks("agent/li")}
    found = Inspection("one", "mystery", "agent/li", {item.id: "ok" for item in by_id["mystery"].items})
    assert await supervisor.inspect(found) == Refusal("agent/li", "needs_lead")
    assert isinstance(await lead.inspect(found), Done)
    bad = {**found.marks, "polite": "not"}
    told = (Finding("polite", "rude at the door", "li"),)
    assert isinstance(await lead.inspect(Inspection("two", "mystery", "agent/li", bad, told)), Done)
    clock.moment += 1_000
    assert "rude at the door" in {one.text for one in (await lead.card("li")).findings}
    board = await lead.window(Query(terms=(("kind", "report", True),)), 50)
    assert not board.rows, "a task there would tell everybody"


async def test_where_the_settings_name_no_lead_somebody_has_to_look_all_the_same(open_desk: Any) -> None:
    desk = await open_desk(StillClock(at(600)), actor="wang")
    await desk.ingest(HISTORY)
    assert "mystery" in {state.checklist.id for state in await desk.checks("agent/li")}
    assert "agent.mystery-check" in {one.norm for one in (await desk.card("li")).findings}
