"""Who stands first among those to whom something can be given."""

from __future__ import annotations

from dataclasses import replace

from fakes import made_row

from console.domain.pack import Pack
from console.domain.rules import Rules
from console.domain.site import Site
from console.locale.catalogue import load
from console.screens.giving import choices
from console.screens.times import Times
from console.screens.words import Words
from console.service.model import AgentView, Claim
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


def test_who_has_too_much_to_do_is_last_whatever_their_claim() -> None:
    """The customer asked her first, and is told so all the same."""
    rules = Rules(Pack(()), Site())
    words = Words.of(load("en"), rules, Times(rules.site.tzinfo))
    people = (
        replace(someone("first", "available", "south"), open=9, overload="open"),
        someone("manager", "talking", "south"),
        replace(someone("calls", "talking", "south"), calls=2, overload="calls"),
        someone("gone", "offline", "south"),
    )
    claims = (Claim("first", "first", "ticket/T-1"), Claim("manager", "area", "south"))
    made = choices(words, Offers(people), [made_row(1, queue="south")], 0, claims)
    assert [choice.id for choice in made] == ["manager", "#south", "gone", "first", "calls"]
    assert [choice.note for choice in made[3:]] == ["overloaded · first asked about T-1", "2 calls at once"]
