"""What is asked anew has to happen once more, whether it is an event, something said or something noted."""

from __future__ import annotations

from functools import cache

import pytest

from console.bootstrap import standard_phrases
from console.domain.event import Event
from console.domain.pack_file import parse_pack
from console.domain.rules import RuleBook, Rules
from console.domain.site import Site
from console.numbers import normalise
from console.phrases import compile_phrases
from tests.domain.story import at, event, floor

PACK = """
[[norm]]
id = "greeted"
form = "phrase"
subject = "call"
on = "call.ended"
needs = ["phrase:greeting"]
anew = "call.transferred"

[[norm]]
id = "noted"
form = "gate"
subject = "call"
on = "call.ended"
needs = ["noted:greeting"]
anew = "call.transferred"
"""


@cache
def book() -> RuleBook:
    return RuleBook([(0, Rules(parse_pack(PACK), Site(), compile_phrases(standard_phrases())))], normalise)


def call(*more: Event) -> set[str]:
    """What is broken of a call that is greeted and noted, passed on, and whatever comes then."""
    events = [
        event(0, "call.answered", "call/1", agent="li"),
        event(1, "call.said", "call/1", who="agent", text="您好"),
        event(2, "item.noted", "call/1", source="console", text="您好", actor="li"),
        event(60, "call.transferred", "call/1", to_agent="wang"),
        *more,
        event(100, "call.ended", "call/1"),
    ]
    item = floor(events, at(200), book())["call/1"]
    return {clock.norm.id for clock in item.clocks if clock.row().broken(at(200))}


@pytest.mark.parametrize(
    ("more", "broken"),
    [
        ((), {"greeted", "noted"}),
        (("call.said", "agent"), {"noted"}),
        (("call.said", "customer"), {"greeted", "noted"}),
        (("item.noted", ""), {"greeted"}),
    ],
)
def test_what_was_said_before_does_not_count_and_what_is_said_since_does(
    more: tuple[str, ...], broken: set[str]
) -> None:
    since = []
    if more:
        type_, who = more
        source = "console" if type_ == "item.noted" else "feed"
        since = [event(70, type_, "call/1", source=source, who=who, text="您好")]
    assert call(*since) == broken
