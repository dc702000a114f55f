"""Every recording against its truth, which the phones wrote: to 0.2 s, ring by ring, hold by hold."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from asterisk_kit import NAMES, NEAR, Story, events_of, near, recording, rejects_of, told_of, truth_of

from console.feeds.asterisk import RecordingError, read_recording, recording_span

BY = {"caller": "customer", "agent": "agent", "pbx": "system", "console": "system", "network": "network"}
CALLS = [
    pytest.param(name, index, id=f"{name}-{index}")
    for name in NAMES
    for index in range(len(truth_of(name)["calls"]))
]
WITHHELD = {"anonymous", "Anonymous", None}


@pytest.mark.parametrize(("name", "index"), CALLS)
def test_each_call_is_told_as_it_was(name: str, index: int) -> None:
    truth = truth_of(name)["calls"][index]
    story = Story.of(events_of(told_of(name)), f"call/{truth['linkedid']}")

    assert near(story.offered, truth["arrival"])
    assert story.queue == truth["queue"]
    assert story.number == (None if truth["caller_number"] in WITHHELD else truth["caller_number"])
    assert story.name == (None if truth["caller_name"] in WITHHELD else truth["caller_name"])
    assert [near(moment, truth["answered_at"]) for moment, _ in story.answers] == [True] * bool(
        truth["answered_at"]
    )
    assert story.end is not None
    assert near(story.end.time, truth["ended_at"])
    assert story.end.data["by"] == BY[truth["hung_up_by"]]
    assert story.end.type == ("call.abandoned" if truth["outcome"] == "abandoned" else "call.ended")
    if truth["outcome"] == "queue timeout":
        assert story.end.data["reason"] == "queue timeout"
    stop = story.answers[0][0] if story.answers else story.end.time
    assert story.offered is not None
    assert abs(stop - story.offered - truth["wait_seconds"] * 1000) <= NEAR
    assert story.transfers == []


@pytest.mark.parametrize(("name", "index"), CALLS)
def test_each_ring_is_measured_and_named(name: str, index: int) -> None:
    truth = truth_of(name)["calls"][index]
    events = events_of(told_of(name))
    told = sorted(
        Story.of(events, f"call/{truth['linkedid']}").rings.values(),
        key=lambda ring: (ring.start, ring.agent),
    )
    true = sorted(truth["ring_attempts"], key=lambda ring: (ring["rang_from"], ring["member_interface"]))
    left = list(told)
    for ring in true:
        match = next(
            each
            for each in left
            if each.agent == ring["member_interface"] and near(each.start, ring["rang_from"])
        )
        left.remove(match)
        assert near(match.end, ring["rang_to"])
        assert match.result == ring["result"]
    assert left == []


@pytest.mark.parametrize(("name", "index"), CALLS)
def test_each_hold_is_measured(name: str, index: int) -> None:
    truth = truth_of(name)["calls"][index]
    story = Story.of(events_of(told_of(name)), f"call/{truth['linkedid']}")
    assert len(story.holds) == len(truth["holds"])
    for (start, end), hold in zip(story.holds, truth["holds"], strict=True):
        assert near(start, hold["start"])
        assert near(end, hold["end"])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_told_that_was_not(name: str) -> None:
    readings = told_of(name)
    assert rejects_of(readings) == []
    subjects = {event.subject for event in events_of(readings) if event.kind == "call"}
    assert subjects == {f"call/{call['linkedid']}" for call in truth_of(name)["calls"]}
    assert {event.source for event in events_of(readings)} <= {"asterisk/pbx1", "asterisk/pbx"}


@pytest.mark.parametrize("name", [*NAMES, "j-1-before-drop", "j-2-after-drop"])
def test_a_second_reading_says_the_same(name: str) -> None:
    assert told_of(name) == tuple(read_recording(recording(name)))


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_and_positions_rise(name: str) -> None:
    events = events_of(told_of(name))
    assert len({event.id for event in events}) == len(events)
    assert all(one.sequence is not None and two.sequence == one.sequence + 1 for one, two in pairwise(events))
    assert all(event.positional for event in events)


def test_two_readers_of_one_time_give_calls_the_same_ids() -> None:
    quiet = {event.id for event in events_of(read_recording(recording("e-hold"))) if event.kind == "call"}
    noisy = {
        event.id
        for event in events_of(read_recording(recording("e-hold-all-classes")))
        if event.kind == "call"
    }
    # A hold is named by its moment, and the two readers received it in different milliseconds.
    assert {name for name in quiet ^ noisy if ":held:" not in name and ":resumed:" not in name} == set()


def _states(agent: str) -> list[tuple[int, dict[str, Any]]]:
    events = events_of(read_recording(recording("g-agents")))
    return [
        (event.time, dict(event.data))
        for event in events
        if event.subject == f"agent/{agent}" and event.type == "agent.state"
    ]


@pytest.mark.parametrize("agent", ["PJSIP/1001", "PJSIP/1002", "SIP/1004"])
def test_pauses_are_told_with_their_reasons(agent: str) -> None:
    true = [
        (action["at"], action["args"].get("Reason"))
        for action in truth_of("g-agents")["actions"]
        if action.get("action") == "QueuePause" and action["args"]["Interface"] == agent
    ]
    told: list[tuple[int, str | None]] = []
    for moment, data in _states(agent):
        paused = bool(data.get("paused_in"))
        reason = data.get("reason") if paused else None
        if (paused or told) and (not told or told[-1][1] != reason):
            told.append((moment, reason))
    assert [reason for _, reason in told] == [reason for _, reason in true]
    assert all(near(moment, at) for (moment, _), (at, _) in zip(told, true, strict=True))


def test_a_pause_during_a_call_becomes_a_break_after_it() -> None:
    call = truth_of("g-agents")["calls"][0]
    states = [(moment, data["state"]) for moment, data in _states("SIP/1004")]
    assert [state for _, state in states] == [
        "available",
        "ringing",
        "talking",
        "talking",
        "break",
        "available",
    ]
    assert near(states[2][0], call["answered_at"])
    assert near(states[4][0], call["ended_at"])


def test_an_agent_is_on_the_floor_from_her_first_queue_to_her_last() -> None:
    events = [e for e in events_of(read_recording(recording("g-agents"))) if e.subject == "agent/PJSIP/1006"]
    actions = {action["what"]: action["at"] for action in truth_of("g-agents")["actions"]}
    moves = [(event.type, event.time) for event in events if event.type != "agent.state"]
    assert [kind for kind, _ in moves] == ["agent.joined", "agent.left"]
    assert near(moves[0][1], actions["陈静 added to sales, penalty 1"])
    assert near(moves[1][1], actions["陈静 removed from sales"])
    assert events[0].data["name"] == "陈静"
    both = [event for event in events if event.data.get("queues") == ["sales", "support"]]
    # Each by dialling: the exchange answers the feature code half a second after it was dialled.
    assert abs(both[0].time - actions["陈静 logs in to support"] * 1000 - 500) <= NEAR
    lunch = [event for event in both if event.data.get("paused_in") == ["sales", "support"]]
    assert abs(lunch[0].time - actions["陈静 pauses everywhere, reason Lunch"] * 1000 - 500) <= NEAR
    assert {event.data["reason"] for event in lunch} == {"Lunch"}


def test_a_phone_that_drops_off_is_offline_until_it_is_back() -> None:
    offline = [moment for moment, data in _states("PJSIP/1001") if data["state"] == "offline"]
    assert len(offline) == 1
    assert _states("PJSIP/1001")[-1][1]["state"] == "available"


# ── times ────────────────────────────────────────────────────────────────────────────────────────


def test_without_its_times_a_recording_with_timestamps_tells_the_same(tmp_path: Path) -> None:
    shutil.copy(recording("d-abandoned"), tmp_path / "alone.ami")
    alone = events_of(read_recording(tmp_path / "alone.ami"))
    assert alone == events_of(read_recording(recording("d-abandoned")))


def test_without_any_times_every_event_is_turned_away_with_the_reason(tmp_path: Path) -> None:
    shutil.copy(recording("a-answered"), tmp_path / "alone.ami")
    readings = list(read_recording(tmp_path / "alone.ami"))
    assert events_of(readings) == []
    assert {reject.reason for reject in rejects_of(readings)} == {"ami.time"}
    assert all(reject.line > 0 and reject.raw.startswith(b"Event: ") for reject in rejects_of(readings))
    with pytest.raises(RecordingError):
        recording_span(tmp_path / "alone.ami")


def test_a_bad_row_of_the_times_costs_that_row(tmp_path: Path) -> None:
    shutil.copy(recording("a-answered"), tmp_path / "a.ami")
    rows = recording("a-answered").with_suffix(".ts").read_text().splitlines()
    rows.insert(3, "over there\tsoon")
    (tmp_path / "a.ts").write_text("\n".join(rows))
    readings = list(read_recording(tmp_path / "a.ami"))
    assert [(reject.line, reject.reason) for reject in rejects_of(readings)] == [(4, "ami.times")]
    assert events_of(readings) == events_of(read_recording(recording("a-answered")))


@pytest.mark.parametrize("name", NAMES)
def test_the_span_holds_every_event(name: str) -> None:
    first, last = recording_span(recording(name))
    assert all(first <= event.time <= last for event in events_of(read_recording(recording(name))))
    assert near(first, truth_of(name)["started"])
    assert near(last, truth_of(name)["ended"])


def test_the_span_comes_from_timestamps_where_there_are_no_times(tmp_path: Path) -> None:
    shutil.copy(recording("c-second-agent"), tmp_path / "alone.ami")
    first, last = recording_span(tmp_path / "alone.ami")
    whole = recording_span(recording("c-second-agent"))
    assert whole[0] <= first <= last <= whole[1]


def test_an_exchange_whose_clock_is_wrong_is_corrected(tmp_path: Path) -> None:
    """The same stream with every Timestamp ten minutes slow; the arrival times are ours, and right."""
    raw = recording("c-second-agent").read_bytes()
    slow = bytearray()
    for line in raw.splitlines(keepends=True):
        if line.startswith(b"Timestamp: "):
            line = b"Timestamp: %.6f\r\n" % (float(line[11:]) - 600)
        slow += line
    assert len(slow) == len(raw)
    (tmp_path / "slow.ami").write_bytes(slow)
    shutil.copy(recording("c-second-agent").with_suffix(".ts"), tmp_path / "slow.ts")
    told = events_of(read_recording(tmp_path / "slow.ami"))
    true = events_of(read_recording(recording("c-second-agent")))
    assert [event.type for event in told] == [event.type for event in true]
    assert all(abs(one.time - two.time) <= 10 for one, two in zip(told, true, strict=True))


def test_a_missing_recording_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nothing"):
        list(read_recording(tmp_path / "nothing.ami"))
