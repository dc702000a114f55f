"""Who stands first among those to whom something can be given."""

from __future__ import annotations

from fakes import made_row

from console.domain.pack import Pack
from console.domain.rules import Rules
from console.domain.site import Site
from console.locale.catalogue import load
from console.screens.giving import choices
from console.screens.times import Times
from console.screens.words import Words
from console.service.model import AgentView
from console.service.offering import Offers


def someone(name: str, state: str, *queues: str) -> AgentView:
    return AgentView(name, name, state, None, "", queues, (), 0)


def test_people_of_the_queue_come_before_queues_though_nobody_tells_what_they_do() -> None:
    rules = Rules(Pack(()), Site())
    words = Words.of(load("en"), rules, Times(rules.site.tzinfo))
    people = (
        someone("stranger", "", "billing"),
        someone("talking", "talking", "south"),
        someone("engineer", "", "south"),
        someone("free", "available", "south"),
    )
    offers = Offers(people, tuple(f"queue {number}" for number in range(9)))
    names = [choice.id for choice in choices(words, offers, [made_row(1, queue="south")], 0)]
    assert names[:3] == ["free", "engineer", "#south"]
    assert names[-2:] == ["talking", "stranger"]
