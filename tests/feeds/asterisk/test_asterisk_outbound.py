"""Calls that agents make: blocks as Asterisk 22.10.1 and 16.30.1 send them."""

from __future__ import annotations

from typing import Any

import pytest
from asterisk_kit import CALL, LEG, START, Pbx, agent, customer, gone, request

from console.domain.instants import SECOND
from console.feeds.asterisk import OpenCall
from console.feeds.asterisk.live.memory import open_call

OWN, FAR = "pbx1-1800000030.40", "pbx1-1800000031.41"


def floor() -> Pbx:
    pbx = Pbx()
    for device in ("PJSIP/1001", "PJSIP/1002"):
        pbx.say(
            "QueueMemberStatus", Queue="support", MemberName="Li Na", Interface=device, Status=1, Paused=0
        )
    return pbx


def dial(pbx: Pbx, target: str, string: str, number: str) -> dict[str, Any]:
    """Li Na's telephone dials; the far one rings."""
    own = pbx.channel(OWN, "PJSIP/1001-00000021", Exten=number)
    dest = {**own, "DestChannel": target, "DestUniqueid": FAR, "DestCallerIDNum": number}
    pbx.say("Newchannel", **own)
    pbx.say("Newchannel", **pbx.channel(FAR, target, OWN))
    pbx.say("DialBegin", **dest, DialString=string)
    return dest


@pytest.mark.parametrize("string", ["13800000003@carrier", "carrier/13800000003", "13800000003"])
def test_a_call_to_a_customer_is_the_customers(string: str) -> None:
    """She dials 0 for a line outside; the customer's number is what went there."""
    pbx = floor()
    dest = dial(pbx, "PJSIP/carrier-00000022", string, "013800000003")
    pbx.wait(3)
    pbx.say("DialEnd", **dest, DialStatus="ANSWER")
    pbx.wait(20)
    pbx.say("Hold", **pbx.channel(OWN, "PJSIP/1001-00000021"))
    pbx.wait(5)
    pbx.say("Unhold", **pbx.channel(OWN, "PJSIP/1001-00000021"))
    request(pbx, pbx.channel(FAR, "PJSIP/carrier-00000022", OWN))
    pbx.hang_up(FAR, "PJSIP/carrier-00000022", OWN)
    pbx.hang_up(OWN, "PJSIP/1001-00000021")
    told = pbx.story(OWN)
    assert told.types() == ["offered", "answered", "held", "resumed", "ended"]
    offer, answer, *_, end = told.events
    assert (offer.data["direction"], offer.data["customer"]) == ("out", "13800000003")
    assert (answer.time, answer.data["agent"]) == (START + 3 * SECOND, "PJSIP/1001")
    assert end.data["by"] == "customer"
    states = [event.data["state"] for event in pbx.events if event.type == "agent.state"]
    assert states[2:] == ["talking", "holding", "talking", "available"]


@pytest.mark.parametrize("rejected", [True, False])
def test_a_call_that_no_customer_picks_up_is_no_abandoned_one(rejected: bool) -> None:
    pbx = floor()
    dest = dial(pbx, "PJSIP/carrier-00000022", "13800000003@carrier", "13800000003")
    pbx.wait(9)
    pbx.say("DialEnd", **dest, DialStatus="BUSY" if rejected else "NOANSWER")
    if rejected:
        request(pbx, pbx.channel(FAR, "PJSIP/carrier-00000022", OWN), 17)
    pbx.hang_up(FAR, "PJSIP/carrier-00000022", OWN, cause=17 if rejected else 0)
    pbx.hang_up(OWN, "PJSIP/1001-00000021")
    assert pbx.story(OWN).types() == ["offered", "ended"]


def test_another_agent_is_no_customer_and_a_consultation_no_call_of_its_own() -> None:
    pbx = floor()
    dial(pbx, "PJSIP/1002-00000022", "1002", "1002")
    assert [event for event in pbx.events if event.kind == "call"] == []
    pbx = floor()
    pbx.answered(CALL, LEG)
    pbx.say("Hold", **agent(pbx))
    dial(pbx, "PJSIP/carrier-00000022", "02112345678@carrier", "02112345678")
    assert {event.subject for event in pbx.events if event.kind == "call"} == {f"call/{CALL}"}


@pytest.mark.parametrize("lives", [True, False])
def test_after_a_restart_it_goes_on_or_is_lost(lives: bool) -> None:
    pbx = floor()
    dest = dial(pbx, "PJSIP/carrier-00000022", "13800000003@carrier", "13800000003")
    pbx.say("DialEnd", **dest, DialStatus="ANSWER")
    known = open_call(f"call/{OWN}", pbx.story(OWN).events)
    assert known is not None
    again = Pbx(believed=[known], gap_from=START)
    again.wait(60)
    rows = [
        again.channel(OWN, "PJSIP/1001-00000021", Application="Dial", BridgeID="b"),
        again.channel(FAR, "PJSIP/carrier-00000022", OWN, Application="AppDial", BridgeID="b"),
    ]
    again.say("QueueMember", ActionID="1", Queue="support", Location="PJSIP/1001", Name="Li Na", Status=2)
    again.say("QueueStatusComplete", ActionID="1", ListItems=1)
    for row in rows if lives else ():
        again.say("Status", ActionID="2", Seconds="90", ChannelState="6", **row)
    again.say("StatusComplete", ActionID="2", ListItems=2 if lives else 0)
    if lives:
        request(again, again.channel(OWN, "PJSIP/1001-00000021"))
        again.hang_up(FAR, "PJSIP/carrier-00000022", OWN)
    (end,) = [event for event in again.events if event.kind == "call"]
    assert (end.type, end.data.get("by")) == (("call.ended", "agent") if lives else ("call.lost", None))


def test_an_attended_transfer_that_began_before_a_restart_leads_to_its_target() -> None:
    """The consultation was heard by a daemon that is gone; who has the customer is told all the same."""
    held = OpenCall(f"call/{CALL}", "held", "support", "PJSIP/1001", START - 5000, LEG, (), START - 5000)
    pbx = Pbx(believed=[held], gap_from=START - 1000)
    for device, name in (("PJSIP/1001", "Li Na"), ("PJSIP/1002", "张伟")):
        pbx.say("QueueMember", ActionID="1", Queue="support", Location=device, Name=name, Status=2)
    pbx.say("QueueStatusComplete", ActionID="1", ListItems=2)
    rows = [
        customer(pbx, Application="Queue", BridgeID="b", Variable="CHANNEL(onhold)=1"),
        {**agent(pbx), "Application": "AppQueue", "BridgeID": "b"},
        pbx.channel(OWN, "PJSIP/1001-00000021", Application="Dial", BridgeID="c"),
        pbx.channel(FAR, "PJSIP/1002-00000022", OWN, Application="AppDial", BridgeID="c"),
    ]
    for row in rows:
        pbx.say("Status", ActionID="2", Seconds="90", ChannelState="6", **row)
    pbx.say("StatusComplete", ActionID="2", ListItems=4)
    pbx.wait(2)
    pbx.say(
        "AttendedTransfer",
        Result="Success",
        DestType="Bridge",
        **{f"OrigTransferer{key}": value for key, value in agent(pbx).items()},
        **{f"SecondTransferer{key}": value for key, value in pbx.channel(OWN, "PJSIP/1001-00000021").items()},
        **{f"Transferee{key}": value for key, value in customer(pbx).items()},
        **{
            f"TransferTarget{key}": value
            for key, value in pbx.channel(FAR, "PJSIP/1002-00000022", OWN).items()
        },
    )
    gone(pbx, agent(pbx))
    gone(pbx, pbx.channel(OWN, "PJSIP/1001-00000021"))
    pbx.wait(4)
    request(pbx, pbx.channel(FAR, "PJSIP/1002-00000022", CALL))
    gone(pbx, customer(pbx))
    told = [event for event in pbx.events if event.kind == "call"]
    assert [event.type for event in told] == ["call.resumed", "call.transferred", "call.ended"]
    assert (told[1].data["agent"], told[1].data["to_agent"]) == ("PJSIP/1001", "PJSIP/1002")
    assert told[2].data["by"] == "agent"
