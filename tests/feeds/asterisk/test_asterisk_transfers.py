"""Transfers by agents, blind and attended: what the exchange says there, written as it says it."""

from __future__ import annotations

from typing import Any

from asterisk_kit import (
    CALL,
    LEG,
    LEG2,
    Pbx,
    agent,
    customer,
    end_by_customer,
    gone,
    leave_queue,
    request,
    soft,
)

# ── blind transfers ────────────────────────────────────────────────────────────────────────────────


def blind(pbx: Pbx, extension: str) -> int:
    """The agent's phone transfers; it sends an Unhold that no Hold came before, and hangs up."""
    moved = pbx.now
    pbx.say("Unhold", **agent(pbx))
    pbx.say(
        "BlindTransfer",
        Result="Success",
        **{f"Transferer{key}": value for key, value in agent(pbx).items()},
        **{f"Transferee{key}": value for key, value in customer(pbx).items()},
        IsExternal="Yes",
        Context="from-queue",
        Extension=extension,
    )
    request(pbx, agent(pbx), 16)
    pbx.say("AgentComplete", **customer(pbx), Queue="support", Interface="PJSIP/1001", Reason="transfer")
    gone(pbx, agent(pbx))
    return moved


def test_a_blind_transfer_into_a_queue() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    moved = blind(pbx, "4002")
    pbx.wait(0.5)
    pbx.say("QueueCallerJoin", **customer(pbx), Queue="sales", Position=1, Count=1)
    dest = pbx.ring(customer(pbx), LEG2, "PJSIP/1003", "sales")
    pbx.wait(4)
    pbx.pick_up(dest, "sales")
    pbx.wait(5)
    end_by_customer(pbx, LEG2, "PJSIP/1003")

    told = pbx.story(CALL)
    assert told.types() == ["offered", "ringing", "answered", "transferred", "ringing", "answered", "ended"]
    (transfer,) = told.transfers
    assert transfer.time == moved
    assert (transfer.data["kind"], transfer.data["by"]) == ("blind", "agent")
    assert (transfer.data["agent"], transfer.data["to"], transfer.data["to_queue"]) == (
        "PJSIP/1001",
        "4002",
        "sales",
    )
    assert [who for _, who in told.answers] == ["PJSIP/1001", "PJSIP/1003"]
    assert told.end is not None
    assert told.end.data["by"] == "customer"
    assert told.holds == []


def test_a_blind_transfer_to_one_phone() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    blind(pbx, "1003")
    pbx.wait(0.1)
    dest = {**customer(pbx), "DestChannel": "PJSIP/1003-00003003", "DestUniqueid": LEG2}
    rang = pbx.now
    pbx.say("DialBegin", **dest, DialString="1003")
    pbx.wait(6)
    pbx.say("DialEnd", **dest, DialStatus="ANSWER")
    pbx.wait(5)
    request(pbx, agent(pbx, LEG2, "PJSIP/1003"), 16)
    gone(pbx, agent(pbx, LEG2, "PJSIP/1003"))
    gone(pbx, customer(pbx))

    told = pbx.story(CALL)
    assert told.types() == ["offered", "ringing", "answered", "transferred", "ringing", "answered", "ended"]
    assert told.transfers[0].data["to"] == "1003"
    ring = told.rings[LEG2]
    assert (ring.agent, ring.start, ring.end) == ("PJSIP/1003", rang, rang + 6_000)
    assert told.end is not None
    assert (told.end.data["by"], told.end.data["agent"]) == ("agent", "PJSIP/1003")


def test_a_blind_transfer_to_one_phone_that_nobody_picks_up() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    blind(pbx, "1003")
    dest = {**customer(pbx), "DestChannel": "PJSIP/1003-00003003", "DestUniqueid": LEG2}
    pbx.say("DialBegin", **dest, DialString="1003")
    pbx.wait(20)
    pbx.say("DialEnd", **dest, DialStatus="NOANSWER")
    gone(pbx, agent(pbx, LEG2, "PJSIP/1003"), 0)
    soft(pbx, customer(pbx))
    gone(pbx, customer(pbx))
    told = pbx.story(CALL)
    assert told.rings[LEG2].result == "rang out"
    assert told.end is not None
    assert (told.end.type, told.end.data["by"]) == ("call.ended", "system")


def test_a_blind_transfer_to_a_menu_is_told_after_a_moment() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    moved = blind(pbx, "600")
    assert pbx.story(CALL).transfers == []
    pbx.wait(3)
    pbx.say("Newchannel", **pbx.channel("pbx1-1800000099.9", "PJSIP/carrier-00000063"))
    (transfer,) = pbx.story(CALL).transfers
    assert (transfer.time, transfer.data["to"]) == (moved, "600")
    assert "to_queue" not in transfer.data
    request(pbx, customer(pbx))
    gone(pbx, customer(pbx))
    told = pbx.story(CALL)
    assert told.end is not None
    assert (told.end.type, told.end.data["by"]) == ("call.ended", "customer")


def test_a_blind_transfer_of_a_held_customer_ends_the_hold() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    held = pbx.now
    pbx.say("Hold", **agent(pbx), MusicClass="default")
    pbx.wait(30)
    pbx.say(
        "BlindTransfer",
        **{f"Transferer{key}": value for key, value in agent(pbx).items()},
        **{f"Transferee{key}": value for key, value in customer(pbx).items()},
        Extension="4002",
    )
    gone(pbx, agent(pbx))
    pbx.say("QueueCallerJoin", **customer(pbx), Queue="sales", Position=1, Count=1)
    assert pbx.story(CALL).holds == [[held, held + 30_000]]


def test_who_is_transferred_and_gives_up_in_the_second_queue_has_abandoned() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    blind(pbx, "4002")
    pbx.say("QueueCallerJoin", **customer(pbx), Queue="sales", Position=1, Count=1)
    pbx.wait(9)
    request(pbx, customer(pbx))
    leave_queue(pbx, "sales")
    gone(pbx, customer(pbx), 0)
    told = pbx.story(CALL)
    assert told.end is not None
    assert (told.end.type, told.end.data["queue"]) == ("call.abandoned", "sales")


# ── attended transfers ─────────────────────────────────────────────────────────────────────────────

SECOND, SECOND_LEG = "pbx1-1800000030.4004", "pbx1-1800000031.5005"


def attended(pbx: Pbx, target: dict[str, Any] | None) -> None:
    parts = {
        "OrigTransferer": agent(pbx),
        "SecondTransferer": pbx.channel(SECOND, "PJSIP/1001-00004004"),
        "Transferee": customer(pbx),
        **({"TransferTarget": target} if target else {}),
    }
    fields = {f"{who}{key}": value for who, part in parts.items() for key, value in part.items()}
    pbx.say("AttendedTransfer", Result="Success", DestType="Bridge" if target else "App", **fields)


def consult(pbx: Pbx, leg: str = SECOND_LEG, device: str = "PJSIP/1003") -> dict[str, Any]:
    """The agent puts the customer on hold and calls a colleague: a call with a Linkedid of its own."""
    pbx.say("Hold", **agent(pbx), MusicClass="default")
    pbx.wait(1)
    own = pbx.channel(SECOND, "PJSIP/1001-00004004", CallerIDNum="1001", CallerIDName="Li Na")
    pbx.say("Newchannel", **own)
    dest = {**own, "DestChannel": f"{device}-0000{leg[-4:]}", "DestUniqueid": leg}
    pbx.say("DialBegin", **dest, DialString=device)
    return dest


def test_an_attended_transfer_hands_the_customer_over() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    held = pbx.now
    dest = consult(pbx)
    pbx.wait(4)
    pbx.say("DialEnd", **dest, DialStatus="ANSWER")
    pbx.wait(5)
    attended(pbx, pbx.channel(SECOND_LEG, "PJSIP/1003-00005005", SECOND))
    moved = pbx.now
    for channel in (agent(pbx), pbx.channel(SECOND, "PJSIP/1001-00004004")):
        request(pbx, channel, 16)
        gone(pbx, channel)
    pbx.wait(20)
    # From here on the target's events carry the older Linkedid.
    target = pbx.channel(SECOND_LEG, "PJSIP/1003-00005005", CALL)
    pbx.say("Hold", **target)
    pbx.wait(2)
    pbx.say("Unhold", **target)
    request(pbx, target, 16)
    gone(pbx, target)
    gone(pbx, customer(pbx))

    assert {event.subject for event in pbx.events if event.kind == "call"} == {f"call/{CALL}"}
    told = pbx.story(CALL)
    assert told.types() == [
        *("offered", "ringing", "answered", "held", "resumed"),
        *("transferred", "held", "resumed", "ended"),
    ]
    (transfer,) = told.transfers
    assert (transfer.time, transfer.data["kind"]) == (moved, "attended")
    assert (transfer.data["agent"], transfer.data["to_agent"]) == ("PJSIP/1001", "PJSIP/1003")
    assert told.holds[0] == [held, moved]
    assert told.end is not None
    assert (told.end.data["by"], told.end.data["agent"]) == ("agent", "PJSIP/1003")


def test_an_attended_transfer_while_the_target_rings() -> None:
    """The agent consults a queue, which makes her a caller there, and lets go before anyone picks up."""
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    pbx.say("Hold", **agent(pbx))
    own = pbx.channel(SECOND, "PJSIP/1001-00004004", CallerIDNum="1001")
    pbx.say("Newchannel", **own)
    pbx.say("QueueCallerJoin", **own, Queue="sales", Position=1, Count=1)
    dest = pbx.ring(own, SECOND_LEG, "PJSIP/1003", "sales")
    assert {event.subject for event in pbx.events if event.kind == "call"} == {f"call/{CALL}"}
    pbx.wait(3)
    attended(pbx, None)
    moved = pbx.now
    gone(pbx, agent(pbx))
    pbx.wait(4)
    pbx.say("DialEnd", **dest, DialStatus="ANSWER")
    pbx.say("AgentConnect", **{**dest, "Linkedid": CALL}, Queue="sales", Interface="PJSIP/1003")
    pbx.wait(5)
    end_by_customer(pbx, SECOND_LEG, "PJSIP/1003")

    told = pbx.story(CALL)
    assert told.types()[3:] == ["held", "resumed", "transferred", "ringing", "answered", "ended"]
    assert told.transfers[0].data["to_queue"] == "sales"
    ring = told.rings[SECOND_LEG]
    assert (ring.agent, ring.start, ring.end, ring.result) == ("PJSIP/1003", moved, moved + 4_000, "answered")
    assert told.end is not None
    assert told.end.data["by"] == "customer"


def test_a_consultation_alone_is_no_customers_call() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    own = pbx.channel(SECOND, "PJSIP/1001-00004004", CallerIDNum="1001")
    pbx.say("Newchannel", **own)
    pbx.say("QueueCallerJoin", **own, Queue="sales", Position=1, Count=1)
    dest = pbx.ring(own, SECOND_LEG, "PJSIP/1003", "sales")
    pbx.pick_up(dest, "sales")
    request(pbx, own, 16)
    pbx.say("AgentComplete", **own, Queue="sales", Interface="PJSIP/1003", Reason="caller", TalkTime=3)
    gone(pbx, own)
    gone(pbx, pbx.channel(SECOND_LEG, "PJSIP/1003-00005005", SECOND))
    assert {event.subject for event in pbx.events if event.kind == "call"} == {f"call/{CALL}"}
    states = [event.data["state"] for event in pbx.events if event.subject == "agent/PJSIP/1003"]
    assert states == ["ringing", "talking", "available"]


def test_an_attended_transfer_to_an_outside_number() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    dest = consult(pbx, device="PJSIP/carrier")
    pbx.say("DialEnd", **dest, DialStatus="ANSWER")
    pbx.wait(5)
    attended(pbx, pbx.channel(SECOND_LEG, "PJSIP/carrier-00005005", SECOND, CallerIDNum="02188880000"))
    told = pbx.story(CALL)
    (transfer,) = told.transfers
    assert (transfer.data.get("to_agent"), transfer.data["to"]) == (None, "02188880000")
    assert told.answers[-1][1] is None


def test_a_failed_attended_transfer_changes_nothing() -> None:
    pbx = Pbx()
    pbx.answered(CALL, LEG)
    before = len(pbx.readings)
    pbx.say("AttendedTransfer", Result="Fail", OrigTransfererUniqueid=LEG, DestType="Fail")
    assert len(pbx.readings) == before
