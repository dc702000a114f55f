"""What each person has to do, and when that is too much."""

from __future__ import annotations

from typing import Any

import pytest

from console.bootstrap import standard_pack
from console.domain.instants import HOUR
from console.domain.norm_limit import limit_of
from console.domain.reckoning import misfits
from console.domain.rules import Rules
from console.domain.site import Site, parse_site
from tests.conftest import StillClock
from tests.domain.story import PACK, at, event

LIMITS = """
[limits]
"agent.overload" = 3
"agent.overload.calls" = 2
[agents.li]
name = "Li Na"
[agents.sun]
name = "Sun Yue"
"""


def talks(call: str, agent: str) -> list[Any]:
    return [
        event(0, "call.offered", f"call/{call}", queue="support"),
        event(1, "call.answered", f"call/{call}", agent=agent),
    ]


def ticket(name: str, agent: str) -> Any:
    return event(0, "ticket.opened", f"ticket/{name}", agent=agent)


@pytest.mark.parametrize(
    ("given", "limits", "loaded"),
    [
        # Three pieces of open work are as many as the site says; two are not, and one call is no two.
        (
            (ticket("1", "li"), ticket("2", "li"), *talks("a", "li"), ticket("3", "sun")),
            LIMITS,
            {"li": "open"},
        ),
        ((ticket("1", "li"), *talks("a", "li"), *talks("b", "sun"), ticket("2", "sun")), LIMITS, {}),
        # Two calls at once are too many though there is nothing else.
        ((*talks("a", "li"), *talks("b", "li"), *talks("c", "sun")), LIMITS, {"li": "calls"}),
        # What is over is no work any more.
        ((*talks("a", "li"), *talks("b", "li"), event(9, "call.ended", "call/a")), LIMITS, {}),
        # No figure stands in the source: where the site names none, nobody has too much.
        (tuple(ticket(str(n), "li") for n in range(40)), "", {}),
    ],
)
async def test_what_is_too_much_is_the_sites_to_say(
    open_desk: Any, given: tuple[Any, ...], limits: str, loaded: dict[str, str]
) -> None:
    desk = await open_desk(StillClock(at(60)), site=limits)
    await desk.ingest(list(given))
    people = {agent.id: agent for agent in await desk.agents()}
    assert {name: agent.overload for name, agent in people.items() if agent.overload} == loaded
    in_picker = {agent.id: agent.overload for agent in (await desk.offers()).agents if agent.overload}
    assert in_picker == loaded


async def test_a_call_that_was_lost_unticked_is_nobodys_work(open_desk: Any) -> None:
    """Nobody ticks, and the calls are lost four hours after their last word: a reader finds that itself."""
    clock = StillClock(at(60))
    desk = await open_desk(clock, site=LIMITS)
    await desk.ingest([*talks("a", "li"), *talks("b", "li")])
    clock.set(at(60) + 5 * HOUR)
    people = {agent.id: agent for agent in await desk.agents()}
    assert (people["li"].calls, people["li"].open, people["li"].overload) == (0, 0, "")


BREAKS = """
[[norm]]
id = "agent.break"
doc = "house"
form = "clock"
subject = "agent"
start = "agent.state[state=break]"
stop = ["agent.state[state!=break]", "agent.left"]
most = "15m"
"""


async def test_an_evaluation_that_is_due_hides_no_break_that_is_too_long(open_desk: Any) -> None:
    """Evaluated 40 days ago, which should have been done again after 31; on a break for a minute."""
    desk = await open_desk(StillClock(at(60)), pack=standard_pack() + BREAKS)
    await desk.ingest(
        [
            event(-40 * 86400, "agent.inspected", "agent/li", checklist="evaluation", failed=[]),
            event(-100 * 86400, "agent.inspected", "agent/li", checklist="training", failed=[]),
            event(-3600, "agent.joined", "agent/li"),
            event(0, "agent.state", "agent/li", state="break", reason="lunch"),
            event(-3600, "agent.joined", "agent/sun"),
        ]
    )
    li, sun = await desk.agents()
    assert (li.state, li.norm, li.due) == ("break", "agent.break", at(15 * 60))
    assert [(one.norm, one.due) for one in li.owed] == [
        ("agent.evaluation.regular", at(-9 * 86400)),
        ("agent.training.yearly", at(265 * 86400)),
    ]
    # Of whom nobody ever said when they were evaluated, nothing is asked.
    assert (sun.norm, sun.owed) == ("", ())


async def test_marks_of_the_feed_and_of_the_settings_stand_beside_each_other(open_desk: Any) -> None:
    """Two systems know her by names of their own."""
    text = '[agents.li]\njoined_on = 2026-02-10\naliases = ["PJSIP/1"]\n'
    desk = await open_desk(StillClock(at(60)), site=text)
    await desk.ingest(
        [
            event(0, "agent.joined", "agent/PJSIP/1", source="pbx"),
            event(0, "agent.joined", "agent/sun", source="pbx", marks=["new"]),
            event(5, "agent.observed", "agent/li", source="desk", complaint=True),
        ]
    )
    people = {agent.id: agent for agent in await desk.agents()}
    assert {name: sorted(agent.marks) for name, agent in people.items()} == {
        "li": ["complained", "new"],
        "sun": ["new"],
    }
    assert people["li"].state == "available"


def test_the_settings_may_name_the_figure_and_norms_tell_it() -> None:
    """`rings site apply` refuses what can't be; the screen of norms shows what holds here."""
    rules = Rules(PACK, parse_site(LIMITS))
    assert list(misfits(rules)) == []
    assert limit_of(PACK.by_id["agent.overload"], rules.site) == "< 3"
    assert limit_of(PACK.by_id["agent.overload"], Site()) == ""
    wrong = parse_site('[limits]\n"call.accurate-answer" = 3\n')
    assert list(misfits(Rules(PACK, wrong))) == [
        "limits.call.accurate-answer: this norm counts nothing; a length is written as '45s'"
    ]


async def test_an_evaluation_that_is_overdue_is_nothing_that_a_shift_leaves_behind(open_desk: Any) -> None:
    """Nobody can take it over; a ticket that is late at the end of the same shift is another matter."""
    clock = StillClock(at(0))
    desk = await open_desk(clock)
    await desk.ingest([event(-32 * 86400, "agent.inspected", "agent/li", checklist="evaluation", failed=[])])
    await desk.tick()
    clock.set(at(8 * 3600))  # the early shift ended an hour ago
    await desk.tick()
    assert (await desk.counts()).kinds.get("handover", 0) == 0
    clock.set(at(10 * 3600))
    await desk.ingest([event(9 * 3600, "ticket.opened", "ticket/1", due="2026-03-02T20:00:00+08:00")])
    clock.set(at(16 * 3600))  # and so did the late one
    await desk.tick()
    assert (await desk.counts()).kinds.get("handover", 0) == 1
