"""Calls that the console moves, that the line drops, that a restart ends."""

from __future__ import annotations

import pytest
from asterisk_kit import CALL, LEG, LEG2, TRUNK, Pbx, agent, customer, gone, leave_queue, request, soft

# ── moved by the console ───────────────────────────────────────────────────────────────────────────


def test_a_waiting_call_that_is_redirected_has_not_abandoned() -> None:
    pbx = Pbx()
    pbx.call_in(CALL, TRUNK)
    pbx.wait(6)
    leave_queue(pbx)
    moved = pbx.now
    pbx.say("QueueCallerJoin", **customer(pbx), Queue="sales", Position=1, Count=1)
    told = pbx.story(CALL)
    assert told.types() == ["offered", "transferred"]
    assert (told.transfers[0].time, told.transfers[0].data["to_queue"]) == (moved, "sales")
    assert told.transfers[0].data["by"] == "system"


def test_a_ringing_call_that_is_redirected_to_one_phone() -> None:
    pbx = Pbx()
    pbx.ring(pbx.call_in(CALL, TRUNK), LEG, "PJSIP/1001")
    pbx.wait(6)
    first = {**customer(pbx), "DestChannel": "PJSIP/1001-00002002", "DestUniqueid": LEG}
    pbx.say("DialEnd", **first, DialStatus="NOANSWER")
    pbx.say("DialEnd", **first, DialStatus="CANCEL")
    leave_queue(pbx)
    gone(pbx, agent(pbx), 0)
    dest = {**customer(pbx), "DestChannel": "PJSIP/1003-00003003", "DestUniqueid": LEG2}
    pbx.say("DialBegin", **dest, DialString="1003")
    pbx.wait(2)
    pbx.say("DialEnd", **dest, DialStatus="ANSWER")
    told = pbx.story(CALL)
    assert told.types() == ["offered", "ringing", "ring_missed", "transferred", "ringing", "answered"]
    assert told.rings[LEG].result == "moved"
    assert told.answers[0][1] == "PJSIP/1003"


def test_a_talk_that_is_redirected_ends_at_the_agents_hang_up() -> None:
    """Nobody hung up: her leg is gone. Her AgentComplete comes when the customer's channel ends at last."""
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    gone(pbx, agent(pbx))
    moved = pbx.now
    pbx.wait(1)
    pbx.say("QueueCallerJoin", **customer(pbx), Queue="sales", Position=1, Count=1)
    dest = pbx.ring(customer(pbx), LEG2, "PJSIP/1003", "sales")
    pbx.pick_up(dest, "sales")
    pbx.wait(8)
    request(pbx, customer(pbx))
    pbx.say(
        "AgentComplete",
        **customer(pbx),
        Queue="support",
        Interface="PJSIP/1001",
        TalkTime=13,
        Reason="caller",
    )
    gone(pbx, customer(pbx))
    told = pbx.story(CALL)
    assert told.types() == ["offered", "ringing", "answered", "transferred", "ringing", "answered", "ended"]
    assert (told.transfers[0].time, told.transfers[0].data["kind"]) == (moved, "redirect")
    free = [e.time for e in pbx.events if e.subject == "agent/PJSIP/1001" and e.data["state"] == "available"]
    assert free == [moved]


def test_a_talk_that_is_redirected_may_ring_elsewhere_before_the_agent_is_said_to_be_gone() -> None:
    """The two come in either order (seen on 18.26.4); the customer then gives up before anybody picks up."""
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    moved = pbx.now
    dest = {**customer(pbx), "DestChannel": "PJSIP/1003-00003003", "DestUniqueid": LEG2}
    pbx.say("DialBegin", **dest, DialString="1003")
    gone(pbx, agent(pbx))
    pbx.wait(4)
    request(pbx, customer(pbx))
    gone(pbx, customer(pbx))
    told = pbx.story(CALL)
    assert told.types() == [
        "offered",
        "ringing",
        "answered",
        "transferred",
        "ringing",
        "ring_missed",
        "abandoned",
    ]
    assert told.transfers[0].time == moved
    assert (told.transfers[0].data["agent"], told.transfers[0].data["by"]) == ("PJSIP/1001", "system")


def test_a_call_that_the_console_hangs_up() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    soft(pbx, customer(pbx))
    pbx.say(
        "AgentComplete",
        **customer(pbx),
        Queue="support",
        Interface="PJSIP/1001",
        TalkTime=10,
        Reason="caller",
    )
    gone(pbx, customer(pbx))
    gone(pbx, agent(pbx))
    told = pbx.story(CALL)
    assert told.end is not None
    assert (told.end.type, told.end.data["by"]) == ("call.ended", "system")


def test_a_ringing_call_that_the_console_hangs_up() -> None:
    pbx = Pbx()
    pbx.ring(pbx.call_in(CALL, TRUNK), LEG, "PJSIP/1001")
    pbx.wait(6)
    soft(pbx, customer(pbx))
    leave_queue(pbx)
    gone(pbx, agent(pbx), 0)
    gone(pbx, customer(pbx))
    told = pbx.story(CALL)
    assert told.end is not None
    assert (told.end.type, told.end.data["by"]) == ("call.ended", "system")
    assert told.end.data["reason"] == "hung up by the system"
    assert told.rings[LEG].result == "call ended"


def test_a_withdrawn_call_goes_where_the_dialplan_sends_it() -> None:
    pbx = Pbx()
    pbx.call_in(CALL, TRUNK)
    pbx.wait(6)
    leave_queue(pbx)
    pbx.say("VarSet", **customer(pbx), Variable="QUEUESTATUS", Value="WITHDRAW")
    pbx.wait(5)
    soft(pbx, customer(pbx))
    gone(pbx, customer(pbx))
    told = pbx.story(CALL)
    assert told.types() == ["offered", "ended"]
    assert told.end is not None
    assert (told.end.data["by"], told.end.data["reason"]) == ("system", "withdrawn")


def test_a_timed_out_call_that_hears_a_word_of_regret_is_no_timeout_of_the_queue_at_once() -> None:
    pbx = Pbx()
    pbx.call_in(CALL, TRUNK)
    pbx.wait(10)
    leave_queue(pbx)
    pbx.wait(6)
    soft(pbx, customer(pbx))
    gone(pbx, customer(pbx), 34)
    told = pbx.story(CALL)
    assert told.end is not None
    assert (told.end.type, told.end.data["reason"]) == ("call.ended", "left the queue")


# ── drops and restarts ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cause", [38, 41, 44])
@pytest.mark.parametrize("who", ["customer", "agent"])
def test_line_trouble_in_a_talk_is_a_drop(cause: int, who: str) -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    request(pbx, customer(pbx) if who == "customer" else agent(pbx), cause)
    dropped = pbx.now
    gone(pbx, agent(pbx), cause if who == "agent" else 16)
    gone(pbx, customer(pbx), cause if who == "customer" else 16)
    told = pbx.story(CALL)
    assert told.end is not None
    assert (told.end.type, told.end.time) == ("call.dropped", dropped)
    assert (told.end.data["by"], told.end.data["cause"]) == ("network", cause)
    assert told.end.data["agent"] == "PJSIP/1001"


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_lost_media_is_a_drop_though_nobody_asked_to_hang_up(who: str) -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    pbx.say("Hold", **agent(pbx))
    channels = [customer(pbx), agent(pbx)]
    first, second = channels if who == "customer" else reversed(channels)
    soft(pbx, first)
    gone(pbx, first, 44)
    gone(pbx, second, 16)
    told = pbx.story(CALL)
    assert told.end is not None
    assert (told.end.type, told.end.data["by"]) == ("call.dropped", "network")
    assert told.types()[-2:] == ["held", "dropped"]


def test_a_phone_that_fails_to_ring_drops_no_call() -> None:
    pbx = Pbx()
    dest = pbx.ring(pbx.call_in(CALL, TRUNK), LEG, "PJSIP/1001")
    pbx.wait(1)
    pbx.say("AgentRingNoAnswer", **dest, Queue="support", Interface="PJSIP/1001", RingTime=1000)
    gone(pbx, agent(pbx), 44)
    pbx.wait(1)
    request(pbx, customer(pbx))
    leave_queue(pbx)
    gone(pbx, customer(pbx), 0)
    told = pbx.story(CALL)
    assert told.rings[LEG].result == "unreachable"
    assert told.end is not None
    assert told.end.type == "call.abandoned"


def test_a_shutdown_drops_talks_and_ends_waits() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    waiting = pbx.call_in("pbx1-1800000040.6", "PJSIP/carrier-0000000b")
    pbx.say("Shutdown", Shutdown="Cleanly", Restart="True")
    for channel in (customer(pbx), agent(pbx), pbx.channel("pbx1-1800000040.6", waiting["Channel"])):
        soft(pbx, channel)
        gone(pbx, channel, 16)
    talk, wait = pbx.story(CALL).end, pbx.story("pbx1-1800000040.6").end
    assert talk is not None
    assert wait is not None
    assert (talk.type, talk.data["by"], talk.data["reason"]) == ("call.dropped", "system", "shutdown")
    assert (wait.type, wait.data["by"], wait.data["reason"]) == ("call.ended", "system", "shutdown")
