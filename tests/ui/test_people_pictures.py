"""The people screen as pictures."""

from __future__ import annotations

from collections.abc import Iterator

import floor_events
from pictures import SHAPES, console, opening, said

from console.domain.event import Event
from console.screens.people import PeopleScreen
from console.service.desk import Desk


def events() -> Iterator[Event]:
    yield from floor_events.floor()
    for source, agent, state in (("acd", "chen", "available"), ("asterisk", "li.wei", "break")):
        yield Event(
            source=source,
            id=agent,
            type="agent.state",
            subject=f"agent/{agent}",
            time=floor_events.at("09:02:00"),
            data={"state": state, "reason": "午饭"},
        )


FEEDS = (("acd", "acd", 125_000), *((feed, feed, lag) for feed, lag in floor_events.FEEDS))


async def tell(desk: Desk) -> dict[str, object]:
    return {}


@SHAPES
def test_people(snap_compare, size, language) -> None:
    desk = said(tell, events=events, feeds=FEEDS)
    assert snap_compare(console(desk, language), terminal_size=size, run_before=opening("g", PeopleScreen))
