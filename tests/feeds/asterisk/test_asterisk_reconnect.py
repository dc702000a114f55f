"""A link cut inside an event and back 22 s later: what was heard is right, what was not is told as unknown.

The calls of the truth, in order: answered before, ended in the gap; on hold right through; ringing before,
answered in the gap; waiting before, gave up in the gap; arrived at the cut, answered in the gap; arrived and
answered in the gap; arrived in the gap and still waiting at the reconnection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from asterisk_kit import START, Pbx, Story, events_of, near, recording, rejects_of, truth_of

from console.domain.event import Event, Reading
from console.domain.instants import Millis, format_utc, parse_rfc3339
from console.feeds.asterisk import AsteriskReader, OpenCall, read_recording, recording_span

BEFORE, AFTER = recording("j-1-before-drop"), recording("j-2-after-drop")
TRUTH = truth_of("j-reconnect")
CALLS: list[dict[str, Any]] = TRUTH["calls"]
ENDED, HELD, RINGING, GAVE_UP, AT_CUT, IN_GAP, WAITING = CALLS
SNAPSHOT = 1795328128513


def believe(events: Sequence[Event]) -> list[OpenCall]:
    """What a store would know of the open calls: the least fold that a call needs."""
    known: dict[str, dict[str, Any]] = {}
    words = {
        "offered": "waiting",
        "ringing": "ringing",
        "answered": "talking",
        "held": "held",
        "resumed": "talking",
    }
    for event in events:
        verb = event.type.removeprefix("call.")
        if event.kind != "call":
            continue
        if verb not in words:
            known.pop(event.subject, None)
            continue
        call = known.setdefault(event.subject, {})
        call["state"], call["last"] = words[verb], event.time
        call["queue"] = event.data.get("queue", call.get("queue"))
        if verb == "answered":
            call["agent"] = event.data.get("agent")
    return [OpenCall(subject, **fields) for subject, fields in known.items()]


def heard_until() -> Millis:
    return recording_span(BEFORE)[1]


def apart() -> list[Reading]:
    """Two runs: the second knows of the first what a store would."""
    first = list(read_recording(BEFORE))
    return [*first, *read_recording(AFTER, believed=believe(events_of(first)), gap_from=heard_until())]


def together() -> list[Reading]:
    """One reader that loses its link and finds it again."""
    reader = AsteriskReader()
    out: list[Reading] = []
    for path in (BEFORE, AFTER):
        rows = [
            line.split("\t") for line in path.with_suffix(".ts").read_text().splitlines() if line[0] != "#"
        ]
        data = path.read_bytes()
        ends = [int(offset) for offset, _ in rows[1:]] + [len(data)]
        for (offset, at), end in zip(rows, ends, strict=True):
            out += reader.feed(data[int(offset) : end], int(float(at) * 1000))
        out += reader.close()
    return out


@pytest.fixture(params=[apart, together], ids=["two runs", "one reader"])
def readings(request: pytest.FixtureRequest) -> list[Reading]:
    read: Callable[[], list[Reading]] = request.param
    return read()


def story(readings: list[Reading], call: dict[str, Any]) -> Story:
    return Story.of(events_of(readings), f"call/{call['linkedid']}")


def in_gap(told: Event, true: float | None) -> bool:
    """Whether an event says no more than is known: it lies in (not_before, time], where the truth is too."""
    assert true is not None
    return parse_rfc3339(told.data["not_before"]) < true * 1000 <= told.time


def test_the_cut_event_is_the_only_reject(readings: list[Reading]) -> None:
    (cut,) = rejects_of(readings)
    assert (cut.reason, cut.detail, len(cut.raw)) == ("ami.cut", "MusicOnHoldStart", 182)
    assert BEFORE.read_bytes().endswith(cut.raw)
    assert BEFORE.read_bytes().count(b"\n", 0, -182) == cut.line - 1


def test_what_was_heard_before_the_cut_is_right(readings: list[Reading]) -> None:
    for call in CALLS[:5]:
        told = story(readings, call)
        assert near(told.offered, call["arrival"])
        assert told.number == call["caller_number"]
    for call in (ENDED, HELD):
        told = story(readings, call)
        assert len(told.answers) == 1
        assert near(told.answers[0][0], call["answered_at"])
        (ring,) = told.rings.values()
        assert (near(ring.start, call["ring_attempts"][0]["rang_from"]), ring.result) == (True, "answered")


def test_a_call_that_ended_unheard_is_lost_not_abandoned(readings: list[Reading]) -> None:
    for call in (ENDED, GAVE_UP):
        told = story(readings, call)
        assert told.end is not None
        assert (told.end.type, told.end.time) == ("call.lost", SNAPSHOT)
        assert in_gap(told.end, call["ended_at"])


def test_a_hold_of_which_the_lists_say_nothing_ended_nobody_knows_when(readings: list[Reading]) -> None:
    """CoreShowChannels, which this reader asked for, knows nothing of holds; this one went on for 13 s."""
    told = story(readings, HELD)
    assert told.types() == ["offered", "ringing", "answered", "held", "resumed", "ended"]
    ((start, _),) = told.holds
    assert near(start, HELD["holds"][0]["start"])
    (resumed,) = [event for event in told.events if event.type == "call.resumed"]
    assert resumed.time == SNAPSHOT
    assert resumed.data["not_before"] == format_utc(heard_until())


def test_a_pick_up_in_the_gap_is_told_with_its_bounds(readings: list[Reading]) -> None:
    for call in (RINGING, AT_CUT):
        told = story(readings, call)
        (answer,) = [event for event in told.events if event.type == "call.answered"]
        assert answer.time == SNAPSHOT
        assert answer.data["not_before"] == format_utc(heard_until())
        assert in_gap(answer, call["answered_at"])
        assert answer.data["agent_name"] == call["answered_by"]


def test_calls_first_seen_in_the_lists_are_estimated(readings: list[Reading]) -> None:
    for call in (IN_GAP, WAITING):
        told = story(readings, call)
        offer = told.events[0]
        assert offer.type == "call.offered"
        assert offer.data["estimated"] is True
        assert abs(offer.time - call["arrival"] * 1000) <= 1_000
        assert parse_rfc3339(offer.data["not_before"]) < call["arrival"] * 1000
        assert (told.number, told.name, told.queue) == (
            call["caller_number"],
            call["caller_name"],
            call["queue"],
        )
    (answer,) = [event for event in story(readings, IN_GAP).events if event.type == "call.answered"]
    assert in_gap(answer, IN_GAP["answered_at"])
    assert answer.data["agent_name"] == IN_GAP["answered_by"]


def test_what_was_heard_after_the_gap_is_right(readings: list[Reading]) -> None:
    for call in (HELD, RINGING, AT_CUT, IN_GAP, WAITING):
        told = story(readings, call)
        assert told.end is not None
        assert told.end.type == "call.ended"
        assert near(told.end.time, call["ended_at"])
        assert told.end.data["by"] == "customer"
    told = story(readings, WAITING)
    (ring,) = told.rings.values()
    assert near(ring.start, WAITING["ring_attempts"][0]["rang_from"])
    assert near(told.answers[0][0], WAITING["answered_at"])


def test_every_call_of_the_truth_is_told_once(readings: list[Reading]) -> None:
    events = events_of(readings)
    assert {event.subject for event in events if event.kind == "call"} == {
        f"call/{c['linkedid']}" for c in CALLS
    }
    assert len({event.name for event in events if event.kind == "call"}) == sum(
        e.kind == "call" for e in events
    )
    assert {event.source for event in events} <= {"asterisk/pbx1", "asterisk/pbx"}


def test_the_verdict_of_three_rings_lies_inside_the_bounds() -> None:
    """It was answered after 24 s, which nobody heard: three rings of 5 s end between the bounds."""
    answer = next(event for event in story(apart(), RINGING).events if event.type == "call.answered")
    due = round(RINGING["ring_attempts"][0]["rang_from"] * 1000) + 15_000
    assert parse_rfc3339(answer.data["not_before"]) <= due < answer.time


def test_two_links_in_one_file_are_two_connections() -> None:
    """The first recording's cut line and the second one's banner then stand on one line."""
    reader = AsteriskReader()
    out = reader.feed(BEFORE.read_bytes(), heard_until())
    out += reader.feed(AFTER.read_bytes(), SNAPSHOT)
    out += reader.close()
    (cut,) = rejects_of(out)
    assert (cut.reason, len(cut.raw)) == ("ami.cut", 182)
    assert story(out, ENDED).end is not None
    assert story(out, GAVE_UP).types()[-1] == "lost"


def test_a_caller_named_like_a_banner_is_a_caller() -> None:
    pbx = Pbx()
    customer = pbx.call_in("pbx1-1800000000.1", "PJSIP/carrier-00000001")
    pbx.say("NewConnectedLine", **customer, ConnectedLineName="Asterisk Call Manager/9.0.0")
    pbx.say("OriginateResponse", ActionID="1", Response="Failure", CallerIDName="Asterisk Call Manager/9.0.0")
    assert rejects_of(pbx.readings) == []


# ── lists that are not what they seem ──────────────────────────────────────────────────────────────


def booted(pbx: Pbx, uptime: int) -> None:
    pbx.say("FullyBooted", ActionID="0", Uptime=uptime)


def lists(pbx: Pbx, entries: Sequence[dict[str, Any]] = (), channels: Sequence[dict[str, Any]] = ()) -> None:
    pbx.say("QueueParams", ActionID="1", Queue="support")
    for row in entries:
        pbx.say("QueueEntry", ActionID="1", Queue="support", Wait=2, **row)
    pbx.say("QueueStatusComplete", ActionID="1", ListItems=1 + len(entries))
    pbx.wait(0.5)
    for row in channels:
        pbx.say("CoreShowChannel", ActionID="2", Duration="00:00:30", **row)
    pbx.say("CoreShowChannelsComplete", ActionID="2", ListItems=len(channels))


KEY = "pbx1-1799999980.1"
TALKING = OpenCall(f"call/{KEY}", "talking", "support", "PJSIP/1001", START - 20_000)


def test_a_list_that_lacks_rows_decides_nothing() -> None:
    pbx = Pbx(believed=[TALKING], gap_from=START - 10_000)
    lists(pbx)
    assert pbx.story(KEY).types() == ["lost"]
    pbx = Pbx(believed=[TALKING], gap_from=START - 10_000)
    pbx.say("QueueStatusComplete", ActionID="1", ListItems=0)
    pbx.say("CoreShowChannelsComplete", ActionID="2", ListItems=9)
    assert pbx.events == []


@pytest.mark.parametrize("heard", [False, True])
def test_who_spoke_to_a_menu_before_the_line_came_when_the_channel_did(heard: bool) -> None:
    """The list of queues tells how long somebody has waited in the line, not how long ago he came."""
    pbx = Pbx(gap_from=None if heard else START - 60_000)
    caller = pbx.channel("pbx1-1800000010.1", "SIP/carrier-00000001", CallerIDNum="13800001111")
    pbx.wait(10.4)
    if heard:
        pbx.say("Newchannel", **caller)
        pbx.send(b"Asterisk Call Manager/9.0.0\r\n")
    pbx.wait(20)
    lists(pbx, [caller])
    (offer,) = [event for event in pbx.events if event.kind == "call"]
    if heard:
        assert (offer.time, "not_before" in offer.data) == (START + 10_400, False)
    else:
        assert (offer.time, offer.data["not_before"]) == (START + 11_000, "2027-01-15T08:00:10.000Z")


def test_queues_alone_lose_no_call() -> None:
    """Who talks is in the other list; without it nothing is known of him."""
    pbx = Pbx(believed=[TALKING], gap_from=START - 10_000)
    pbx.say("QueueStatusComplete", ActionID="1", ListItems=0)
    assert pbx.events == []


def test_a_call_that_comes_between_the_lists_is_not_lost() -> None:
    pbx = Pbx(believed=[TALKING], gap_from=START - 10_000)
    pbx.say("QueueStatusComplete", ActionID="1", ListItems=0)
    pbx.call_in("pbx1-1800000000.9", "PJSIP/carrier-00000009")
    pbx.say("CoreShowChannelsComplete", ActionID="2", ListItems=0)
    assert pbx.story("pbx1-1800000000.9").types() == ["offered"]
    assert pbx.story(KEY).types() == ["lost"]


def test_a_restart_loses_every_call_of_before() -> None:
    pbx = Pbx(believed=[TALKING], gap_from=START - 10_000)
    booted(pbx, uptime=5)
    (lost,) = pbx.events
    assert (lost.type, lost.data["reason"]) == ("call.lost", "restart")
    assert lost.data["not_before"] == format_utc(START - 10_000)
    pbx = Pbx(believed=[TALKING], gap_from=START - 10_000)
    booted(pbx, uptime=5_000)
    assert pbx.events == []


def test_a_call_that_changed_hands_in_the_gap() -> None:
    pbx = Pbx(believed=[TALKING], gap_from=START - 10_000)
    customer = pbx.channel(KEY, "PJSIP/carrier-00000001", Application="Queue", BridgeId="b")
    agent = pbx.channel("pbx1-1799999990.7", "PJSIP/1002-00000007", KEY, Application="AppQueue", BridgeId="b")
    lists(pbx, channels=[customer, agent])
    (moved,) = pbx.events
    assert (moved.type, moved.data["to_agent"]) == ("call.transferred", "PJSIP/1002")
    assert "not_before" in moved.data
    pbx.say("HangupRequest", **pbx.channel("pbx1-1799999990.7", "PJSIP/1002-00000007", KEY), Cause=16)
    pbx.hang_up(KEY, "PJSIP/carrier-00000001")
    assert pbx.story(KEY).end is not None
    assert pbx.events[-1].data["by"] == "agent"


def test_a_ring_that_began_in_the_gap_is_told_with_its_bounds() -> None:
    waiting = OpenCall(f"call/{KEY}", "waiting", "support", None, START - 20_000)
    pbx = Pbx(believed=[waiting], gap_from=START - 10_000)
    pbx.say("QueueMember", ActionID="9", Queue="support", Location="PJSIP/1001", Name="Li Na", Status=1)
    pbx.say("QueueStatusComplete", ActionID="9", ListItems=1)
    customer = pbx.channel(KEY, "PJSIP/carrier-00000001", Application="Queue")
    leg = pbx.channel("pbx1-1799999995.7", "PJSIP/1001-00000007", KEY, ChannelState=5, Application="AppQueue")
    lists(pbx, entries=[{"Channel": customer["Channel"], "Uniqueid": KEY}], channels=[customer, leg])
    ringing = pbx.story(KEY).events[-1]
    assert (ringing.type, ringing.data["agent"], "not_before" in ringing.data) == (
        "call.ringing",
        "PJSIP/1001",
        True,
    )
    pbx.hang_up("pbx1-1799999995.7", "PJSIP/1001-00000007", KEY, cause=17)
    assert pbx.events[-1].type in ("call.ring_missed", "agent.state")
    assert "ring_missed" in pbx.story(KEY).types()


def test_a_believed_hold_ends_at_its_unhold_even_before_the_lists() -> None:
    held = OpenCall(f"call/{KEY}", "held", "support", "PJSIP/1001", START - 20_000)
    pbx = Pbx(believed=[held], gap_from=START - 10_000)
    leg = pbx.channel("pbx1-1799999990.7", "PJSIP/1001-00000007", KEY)
    pbx.say("Unhold", **leg)
    pbx.wait(1)
    pbx.say("HangupRequest", **leg)
    pbx.hang_up(KEY, "PJSIP/carrier-00000001")
    assert [(e.type, e.time) for e in pbx.story(KEY).events] == [
        ("call.resumed", START),
        ("call.ended", START + 1000),
    ]
    assert pbx.events[-1].data["by"] == "agent"


def test_the_sum_of_a_talk_nobody_heard_begin_tells_that_there_was_one() -> None:
    pbx = Pbx()
    customer = pbx.channel(KEY, "PJSIP/carrier-00000001", CallerIDNum="13800001111")
    pbx.say("HangupRequest", **customer)
    pbx.say("AgentComplete", **customer, Queue="support", Interface="PJSIP/1001", TalkTime=12, HoldTime=5)
    pbx.hang_up(KEY, "PJSIP/carrier-00000001")
    offer, answer, end = pbx.story(KEY).events
    assert (offer.time, offer.data["estimated"]) == (1_799_999_980_000, True)
    assert (answer.time, answer.data["estimated"]) == (START - 12_000, True)
    assert (end.type, end.data["by"]) == ("call.ended", "system")


def test_hang_ups_of_strangers_are_nobodys() -> None:
    pbx = Pbx()
    stranger = pbx.channel(KEY, "PJSIP/carrier-00000001")
    for event in ("Hold", "Unhold", "HangupRequest", "SoftHangupRequest", "Hangup"):
        pbx.say(event, **stranger, Cause=16)
    assert pbx.readings == []
