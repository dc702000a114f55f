"""Callers and agents: withheld numbers, wrap-up, pauses, phones behind Local channels, what is forgotten."""

from __future__ import annotations

import pytest
from asterisk_kit import CALL, LEG, START, TRUNK, Pbx, customer, gone, request

# ── callers and agents ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", ["anonymous", "<unknown>", "", "Restricted", "unavailable"])
def test_a_withheld_number_is_none(number: str) -> None:
    pbx = Pbx()
    pbx.call_in(CALL, TRUNK, number=number)
    assert pbx.story(CALL).number is None


def test_a_number_that_may_not_be_shown_is_none() -> None:
    pbx = Pbx()
    pbx.say("Newchannel", **customer(pbx))
    pbx.say("NewCallerid", **customer(pbx), CID_CallingPres="32 (Presentation Prohibited, Not Screened)")
    pbx.say("QueueCallerJoin", **customer(pbx), Queue="support")
    assert (pbx.story(CALL).number, pbx.story(CALL).name) == (None, None)


def test_wrap_up_lasts_as_long_as_her_queue_says() -> None:
    pbx = Pbx()
    member = {
        "Queue": "support",
        "Interface": "PJSIP/1001",
        "MemberName": "Li Na",
        "Status": 1,
        "Wrapuptime": 5,
    }
    pbx.say("QueueMemberStatus", **member)
    pbx.answered(CALL, LEG)
    request(pbx, customer(pbx))
    gone(pbx, customer(pbx))
    ended = pbx.now
    pbx.say("QueueMemberStatus", **member)
    pbx.wait(60)
    pbx.say("QueueMemberStatus", **{**member, "Interface": "PJSIP/1002", "MemberName": "张伟"})
    told = [(e.data["state"], e.time) for e in pbx.events if e.subject == "agent/PJSIP/1001"]
    assert [state for state, _ in told] == ["available", "ringing", "talking", "wrap-up", "available"]
    assert [moment for _, moment in told[-2:]] == [ended, ended + 5_000]


def test_a_pause_in_one_of_two_queues_is_no_break() -> None:
    pbx = Pbx()
    for queue in ("sales", "support"):
        pbx.say(
            "QueueMemberStatus", Queue=queue, Interface="PJSIP/1001", MemberName="Li Na", Status=1, Paused=0
        )
    pause = {
        "Interface": "PJSIP/1001",
        "MemberName": "Li Na",
        "Status": 1,
        "Paused": 1,
        "PausedReason": "午饭",
    }
    pbx.say("QueueMemberPause", Queue="sales", **pause)
    assert (pbx.events[-1].data["state"], pbx.events[-1].data["paused_in"]) == ("available", ["sales"])
    pbx.say("QueueMemberPause", Queue="support", **pause)
    assert (pbx.events[-1].data["state"], pbx.events[-1].data["reason"]) == ("break", "午饭")


@pytest.mark.parametrize("early", [True, False], ids=["phone first", "queue first"])
def test_a_phone_behind_a_local_channel_that_is_optimised_away(early: bool) -> None:
    """Both halves of the Local channel go when the phone is picked up; the talk goes on without them."""
    pbx = Pbx()
    caller = pbx.call_in(CALL, TRUNK)
    near, far, phone = "pbx1-1800000000.21", "pbx1-1800000000.22", "pbx1-1800000000.23"
    name = "Local/1005@agents-00000001"
    dest = {**caller, "DestChannel": f"{name};1", "DestUniqueid": near}
    behind = {
        **pbx.channel(far, f"{name};2", CALL),
        "DestChannel": "PJSIP/1005-00000017",
        "DestUniqueid": phone,
    }
    called = {**dest, "Queue": "support", "Interface": "Local/1005@agents", "MemberName": "Omar"}
    if early:
        pbx.say("DialBegin", **behind)
    pbx.say("AgentCalled", **called)
    if not early:
        pbx.say("DialBegin", **behind)
    pbx.wait(4)
    pbx.say("AgentConnect", **called)
    gone(pbx, pbx.channel(far, f"{name};2", CALL))
    gone(pbx, pbx.channel(near, f"{name};1", CALL))
    own = pbx.channel(phone, "PJSIP/1005-00000017", CALL)
    pbx.wait(5)
    pbx.say("Hold", **own)
    pbx.wait(5)
    pbx.say("Unhold", **own)
    request(pbx, own, 16)
    gone(pbx, own)
    gone(pbx, customer(pbx))
    told = pbx.story(CALL)
    assert told.types() == ["offered", "ringing", "answered", "held", "resumed", "ended"]
    assert told.end is not None
    assert (told.end.data["by"], told.end.data["agent"]) == ("agent", "Local/1005@agents")


def test_the_customers_own_hold_is_none_of_ours() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    pbx.say("Hold", **customer(pbx))
    assert pbx.story(CALL).holds == []


def test_what_ends_is_forgotten() -> None:
    pbx = Pbx()
    for number in range(50):
        call, leg = f"pbx1-18000001{number:02}.1", f"pbx1-18000001{number:02}.2{number:03}"
        pbx.answered(call, leg)
        end = pbx.channel(call, TRUNK)
        pbx.say("HangupRequest", **end)
        pbx.say("Hangup", **end, Cause=16)
        pbx.say("Hangup", **pbx.channel(leg, f"PJSIP/1001-0000{leg[-4:]}", call), Cause=16)
    book = pbx.reader._book
    assert book.open_calls() == []
    assert not book.channels
    assert not book._legs
    assert not book._customers
    assert pbx.now > START
