"""What each person has to do, and when that is too much."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.instants import HOUR
from tests.conftest import StillClock
from tests.domain.story import at, event

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
