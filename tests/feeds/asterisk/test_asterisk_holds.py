"""Holds through a gap: what the list of channels says of them, and what can't be known."""

from __future__ import annotations

from typing import Any

import pytest
from asterisk_kit import START, Pbx

from console.domain.event import Event
from console.domain.instants import SECOND, Millis, format_utc
from console.feeds.asterisk import OpenCall

KEY, LEG = "pbx1-1799999900.1", "pbx1-1799999901.7"
HELD_SINCE: Millis = START - 60 * SECOND


def after_gap(state: str, gap: int, on_hold: str, **local: Any) -> list[Event]:
    """What is told of a call that was `state` before a gap of so many seconds, once the lists have come;
    `on_hold` is the variable of the customer's channel."""
    since = HELD_SINCE if state == "held" else 0
    known = OpenCall(f"call/{KEY}", state, "support", "PJSIP/1001", HELD_SINCE, LEG, (), since)
    pbx = Pbx(believed=[known], gap_from=START - gap * SECOND)
    rows = [
        pbx.channel(KEY, "PJSIP/carrier-00000001", Application="Queue", BridgeID="b", Variable=on_hold),
        pbx.channel(LEG, "PJSIP/1001-00000007", KEY, Application="AppQueue", BridgeID="b", **local),
    ]
    pbx.say("QueueStatusComplete", ActionID="1", ListItems=0)
    for row in rows:
        pbx.say("Status", ActionID="2", Seconds="100", ChannelState="6", **row)
    pbx.say("StatusComplete", ActionID="2", ListItems=len(rows), Items=len(rows))
    return [event for event in pbx.events if event.kind == "call"]


def told(events: list[Event]) -> list[tuple[str, str | None]]:
    assert all(event.time == START for event in events)
    return [(event.type, event.data.get("not_before")) for event in events]


@pytest.mark.parametrize("says", ["CHANNEL(onhold)=0", "CHANNEL(onhold)=", ""])
def test_a_hold_that_is_none_any_more_or_may_be_none_ended_in_the_gap(says: str) -> None:
    assert told(after_gap("held", 45, says)) == [("call.resumed", format_utc(START - 45 * SECOND))]


def test_a_hold_that_stands_after_a_short_gap_goes_on() -> None:
    assert after_gap("held", 5, "CHANNEL(onhold)=1") == []


def test_a_hold_that_stands_after_a_long_gap_is_one_or_two() -> None:
    """The second may have begun when the first did: longer than a minute it is neither kept nor broken."""
    assert told(after_gap("held", 45, "CHANNEL(onhold)=1")) == [
        ("call.resumed", format_utc(START - 45 * SECOND)),
        ("call.held", format_utc(HELD_SINCE)),
    ]


def test_a_hold_that_began_in_the_gap_is_told_with_its_bounds() -> None:
    assert told(after_gap("talking", 45, "CHANNEL(onhold)=1")) == [
        ("call.held", format_utc(START - 45 * SECOND))
    ]


def test_an_agent_whom_the_customer_has_on_hold_holds_nobody() -> None:
    assert after_gap("talking", 45, "CHANNEL(onhold)=0", Variable="CHANNEL(onhold)=1") == []
