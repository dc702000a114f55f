"""The oldest and the newest Asterisk that the console is for, one between, and a link that was gone for 18 s:
what changed meanwhile is told with bounds that hold the truth, and no more than that."""

from __future__ import annotations

from typing import Any

import pytest
from asterisk_kit import bounds, events_of, near, over_a_gap, recording, rejects_of, truth_of

from console.domain.event import Event
from console.feeds.asterisk import read_recording

VERSIONS = [
    pytest.param((version, fresh), id=f"{version}{', a new process' if fresh else ''}")
    for version in ("16", "18", "22")
    for fresh in (False, True)
]


@pytest.fixture(scope="module", params=VERSIONS)
def heard(request: pytest.FixtureRequest) -> tuple[list[dict[str, Any]], list[Event]]:
    """The truth of the calls, and the events of both links."""
    version, fresh = request.param
    told = over_a_gap(f"q-gap-{version}", fresh=fresh)
    assert rejects_of(told) == []
    return truth_of(f"q-gap-{version}")["calls"], [each for each in events_of(told) if each.kind == "call"]


def of(heard: tuple[list[dict[str, Any]], list[Event]], index: int) -> tuple[dict[str, Any], list[Event]]:
    truth = heard[0][index]
    return truth, [event for event in heard[1] if event.subject == f"call/{truth['linkedid']}"]


def verbs(events: list[Event]) -> list[str]:
    """What happened, with `~` where nobody listened."""
    return [event.type[5:] + "~" * ("not_before" in event.data) for event in events]


def test_every_call_is_told_and_no_other(heard: Any) -> None:
    assert {event.subject for event in heard[1]} == {f"call/{call['linkedid']}" for call in heard[0]}
    ends = [event for event in heard[1] if event.type in ("call.ended", "call.abandoned", "call.lost")]
    assert len(ends) == len(heard[0])


def test_a_hold_that_began_unheard_and_ended_heard(heard: Any) -> None:
    truth, told = of(heard, 0)
    assert verbs(told) == ["offered", "ringing", "answered", "held~", "resumed", "ended"]
    assert bounds(told[3], truth["holds"][0]["start"])
    assert near(told[4].time, truth["holds"][0]["end"])
    assert (near(told[5].time, truth["ended_at"]), told[5].data["by"]) == (True, "customer")


def test_a_hold_that_ended_unheard(heard: Any) -> None:
    truth, told = of(heard, 1)
    assert verbs(told) == ["offered", "ringing", "answered", "held", "resumed~", "ended"]
    assert near(told[3].time, truth["holds"][0]["start"])
    assert bounds(told[4], truth["holds"][0]["end"])
    assert told[5].data["by"] == "agent"


def test_a_hold_behind_a_local_channel_that_went_on(heard: Any) -> None:
    """Nobody heard whether it was one: the second may have begun with the first."""
    truth, told = of(heard, 2)
    assert verbs(told) == ["offered", "ringing", "answered", "held", "resumed~", "held~", "resumed", "ended"]
    assert bounds(told[5], truth["holds"][0]["start"])
    assert near(told[6].time, truth["holds"][0]["end"])
    assert told[6].data["agent"] == "Local/1003@local-agents/n"


def test_a_caller_who_gave_up_unheard_and_one_who_came(heard: Any) -> None:
    truth, told = of(heard, 3)
    assert verbs(told) == ["offered", "lost~"]
    assert bounds(told[1], truth["ended_at"])
    truth, told = of(heard, 4)
    assert verbs(told)[:1] == ["offered~"]
    assert bounds(told[0], truth["arrival"])
    assert told[-1].type == "call.abandoned"
    assert near(told[-1].time, truth["ended_at"])


def test_an_exchange_that_is_stopped_drops_who_talks_and_blames_nobody_whose_phone_rang() -> None:
    """Asterisk 22 hangs up every call before it says Shutdown; the customer is owed a call back."""
    talking, waiting = truth_of("r-stop-22")["calls"]
    events = [event for event in events_of(read_recording(recording("r-stop-22"))) if event.kind == "call"]
    subjects = {event.data["from"]: event.subject for event in events if event.type == "call.offered"}
    assert subjects.keys() == {talking["caller_number"], waiting["caller_number"]}
    ends = {event.subject: event for event in events if event.type in ("call.dropped", "call.ended")}
    dropped, ended = (ends[subjects[call["caller_number"]]] for call in (talking, waiting))
    assert (dropped.type, dropped.data["by"], dropped.data["reason"]) == (
        "call.dropped",
        "system",
        "shutdown",
    )
    assert (ended.type, ended.data["by"], ended.data["reason"]) == ("call.ended", "system", "shutdown")
    # The exchange let go a second before it told the telephones so.
    stopped = round(truth_of("r-stop-22")["stopped"] * 1000)
    assert stopped <= dropped.time <= talking["ended_at"] * 1000
    (missed,) = [event for event in events if event.type == "call.ring_missed"]
    assert missed.data["reason"] == "call ended"
