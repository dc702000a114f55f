"""Whose items `owner:` finds: whoever has that id, and only else those whose name it is part of."""

from __future__ import annotations

import pytest

from console.domain.event import Event
from console.locale.catalogue import load
from console.screens import filtering
from console.screens.times import Times
from console.screens.words import Words
from console.service import board
from tests.domain.story import START
from tests.store.workbench import ingest, made

NOW = START + 60_000


SITE = """
[agents.lisa]
name = "Lisa Park"
[agents.yu]
name = "Yu of Wang's team"
[agents.chen]
name = "Chen"
aliases = ["9"]
[agents.ho]
name = "Ho 95"
"""


def event(item: str, type_: str, **data: str) -> Event:
    return Event(source="crm", id=f"{item}-{type_}", type=type_, subject=item, time=START, data=data)


@pytest.mark.parametrize(
    ("typed", "items"),
    [
        ("owner:lisa", {"ticket/1"}),
        ("owner:park", {"ticket/1"}),
        ('owner:"lisa park"', {"ticket/1"}),
        # Somebody whom the settings don't name, and whose id begins another one's name.
        ("owner:li", {"ticket/2"}),
        ("-owner:li", {"ticket/1", "ticket/3"}),
        # Somebody who has nothing open, but goes by that id.
        ("owner:wang", set()),
        # What a feed calls somebody.
        ("owner:9", {"ticket/3"}),
    ],
)
def test_an_id_comes_before_a_part_of_a_name(typed: str, items: set[str]) -> None:
    writer = made(SITE)
    told = [event("agent/wang", "agent.state", state="available")]
    for number, owner in enumerate(("lisa", "li", "chen"), 1):
        told.append(event(f"ticket/{number}", "ticket.opened", queue="repair"))
        told.append(event(f"ticket/{number}", "ticket.assigned", agent=owner))
    ingest(writer, told, NOW)
    rules = writer.rulebook().latest
    words = Words.of(load("en"), rules, Times(rules.site.tzinfo))
    query = filtering.read(typed, words)
    assert {row.id for row in board.window(writer, query, 10, None, None, NOW).rows} == items
