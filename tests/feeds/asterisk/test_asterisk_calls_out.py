"""Calls that agents make through Local channels, as a running Asterisk 18.26.4 told of them, over a link that
was gone for twelve seconds; and what is no such call, though it looks like one."""

from __future__ import annotations

from typing import Any

import pytest
from asterisk_kit import (
    CALL,
    LEG,
    START,
    Pbx,
    agent,
    bounds,
    customer,
    events_of,
    near,
    over_a_gap,
    rejects_of,
    truth_of,
)

from console.domain.event import Event
from console.feeds.asterisk import OpenCall

TOLD = ["offered", "answered", "held", "resumed", "ended"]
OWN, NEAR_HALF, FAR_HALF, FAR = (f"pbx1-1800000030.{number}" for number in (40, 41, 42, 43))
TRUNK = "PJSIP/carrier-00000022"


@pytest.fixture(scope="module", params=[False, True], ids=["", "a new process"])
def heard(request: pytest.FixtureRequest) -> list[tuple[dict[str, Any], list[Event]]]:
    """The truth of each call, and what was told of it."""
    told = over_a_gap("s-out-18", fresh=request.param)
    assert rejects_of(told) == []
    calls = [event for event in events_of(told) if event.kind == "call"]
    truth = truth_of("s-out-18")["calls"]
    assert {event.subject for event in calls} == {f"call/{call['linkedid']}" for call in truth}
    return [
        (call, [event for event in calls if event.subject == f"call/{call['linkedid']}"]) for call in truth
    ]


def verbs(events: list[Event]) -> list[str]:
    """What happened, with `~` where nobody listened."""
    return [event.type[5:] + "~" * ("not_before" in event.data) for event in events]


def test_whom_an_agent_called_and_when_is_told_whatever_channels_lie_between(heard: Any) -> None:
    expected = [
        TOLD,
        TOLD,
        ["offered", "answered", "ended"],
        ["offered", "ended"],
        ["offered", "answered", "ended"],
        ["offered~", "answered~", "held~", "resumed", "ended"],
        ["offered~", "answered", "held", "resumed", "ended"],
    ]
    for (truth, told), words in zip(heard, expected, strict=True):
        assert verbs(told) == words, truth["how"]
        offer, end = told[0], told[-1]
        assert (offer.data["direction"], offer.data["customer"]) == ("out", truth["customer"])
        assert {event.data.get("agent", truth["member_interface"]) for event in told} == {
            truth["member_interface"]
        }
        holds = [moment for hold in truth["holds"] for moment in (hold["start"], hold["end"])]
        true = {"offered": truth["rang_from"], "answered": truth["answered_at"], "ended": truth["ended_at"]}
        true |= dict(zip(("held", "resumed"), holds, strict=False))
        for event in told:
            moment = true[event.type[5:]]
            assert bounds(event, moment) if "not_before" in event.data else near(event.time, moment)
        assert end.data["by"] == (truth["hung_up_by"] or "system")


# ── what looks like one ───────────────────────────────────────────────────────────────────────────


def floor(*interfaces: str, pbx: Pbx | None = None) -> Pbx:
    """An exchange with these agents."""
    pbx = pbx or Pbx()
    for interface in interfaces:
        pbx.say("QueueMember", ActionID="1", Queue="support", Location=interface, Name="Li Na", Status=1)
    pbx.say("QueueStatusComplete", ActionID="1", ListItems=len(interfaces))
    return pbx


def dial(pbx: Pbx, source: dict[str, Any], target: dict[str, Any], string: str) -> None:
    pbx.say("Newchannel", **source)
    pbx.say("Newchannel", **target)
    dest = {f"Dest{key}": value for key, value in target.items()}
    pbx.say("DialBegin", **source, **dest, DialString=string)


def told_of_calls(pbx: Pbx) -> list[str]:
    return [event.type for event in pbx.events if event.kind == "call"]


def lists(pbx: Pbx, *rows: dict[str, Any]) -> None:
    for row in rows:
        pbx.say("Status", ActionID="2", Seconds="20", ChannelState="6", **row)
    pbx.say("StatusComplete", ActionID="2", ListItems=len(rows))


def mobile(pbx: Pbx) -> tuple[dict[str, Any], ...]:
    """An agent whose telephone is her mobile, behind a Local channel; the exchange calls her first."""
    name = "Local/13900001111@mobile-00000001"
    return (
        pbx.channel(OWN, f"{name};1"),
        pbx.channel(FAR_HALF, f"{name};2", OWN, Exten="13900001111"),
        pbx.channel(FAR, TRUNK, OWN, CallerIDNum="13900001111"),
    )


def test_an_agents_own_mobile_is_no_customer() -> None:
    pbx = floor("Local/13900001111@mobile/n")
    own, half, phone = mobile(pbx)
    pbx.say("Newchannel", **own)
    dial(pbx, half, phone, "13900001111@carrier")
    assert told_of_calls(pbx) == []
    # The customer is whom she dials from there.
    second = pbx.channel("pbx1-1800000032.44", "PJSIP/carrier-00000023", OWN)
    dial(pbx, own, second, "13800000003@carrier")
    (offer,) = [event for event in pbx.events if event.kind == "call"]
    assert (offer.data["customer"], offer.data["agent"]) == ("13800000003", "Local/13900001111@mobile/n")


def test_an_agents_own_mobile_in_a_list_is_no_customer() -> None:
    pbx = floor("Local/13900001111@mobile/n", pbx=Pbx(gap_from=START - 60_000))
    own, half, phone = mobile(pbx)
    lists(
        pbx,
        {**own, "Application": "Wait", "BridgeID": ""},
        {**half, "Application": "Dial", "Data": "PJSIP/13900001111@carrier,30", "BridgeID": "b"},
        {**phone, "Application": "AppDial", "BridgeID": "b"},
    )
    assert told_of_calls(pbx) == []


@pytest.mark.parametrize("listed", [False, True])
def test_a_consultation_through_a_local_channel_is_no_call_of_its_own(listed: bool) -> None:
    pbx = floor("PJSIP/1001", pbx=Pbx(gap_from=START - 60_000) if listed else None)
    pair = "Local/02112345678@trunk-00000001"
    own = pbx.channel(OWN, "PJSIP/1001-00000021")
    one, two = pbx.channel(NEAR_HALF, f"{pair};1", OWN), pbx.channel(FAR_HALF, f"{pair};2", OWN)
    far = pbx.channel(FAR, TRUNK, OWN, CallerIDNum="02112345678")
    if listed:
        lists(
            pbx,
            customer(pbx, Application="Queue", Data="support", BridgeID="a"),
            {**agent(pbx), "Application": "AppQueue", "BridgeID": "a"},
            {**own, "Application": "Dial", "Data": "Local/02112345678@trunk/n,30", "BridgeID": "b"},
            {**one, "Application": "AppDial", "BridgeID": "b"},
            {**two, "Application": "Dial", "Data": "PJSIP/02112345678@carrier,30", "BridgeID": "c"},
            {**far, "Application": "AppDial", "BridgeID": "c"},
        )
    else:
        pbx.answered(CALL, LEG)
        dial(pbx, own, one, "02112345678@trunk/n")
        dial(pbx, two, far, "02112345678@carrier")
    assert {event.subject for event in pbx.events if event.kind == "call"} == {f"call/{CALL}"}


def test_an_agent_whose_local_channel_was_optimised_away_still_has_her_customer() -> None:
    """The customer's channel is in a bridge with her telephone now, which no queue knows."""
    member = "Local/1003@agents"
    held = OpenCall(f"call/{CALL}", "talking", "support", member, START - 5000, LEG)
    pbx = floor(member, pbx=Pbx(believed=[held], gap_from=START - 1000))
    lists(
        pbx,
        customer(pbx, Application="Queue", Data="support", BridgeID="a"),
        {**pbx.channel(FAR, "PJSIP/1003-00000021", CALL), "Application": "AppDial", "BridgeID": "a"},
    )
    assert told_of_calls(pbx) == []


# ── more than one way to the customer ─────────────────────────────────────────────────────────────

SECOND = "pbx1-1800000032.44"


def two_lines(pbx: Pbx, *, at_once: bool, rejected: bool) -> tuple[dict[str, Any], ...]:
    """The first line fails: her dialplan takes the second, or has rung both."""
    own = pbx.channel(OWN, "PJSIP/1001-00000021")
    one, two = pbx.channel(FAR, TRUNK, OWN), pbx.channel(SECOND, "PJSIP/other-00000023", OWN)
    dial(pbx, own, one, "13800000003@carrier")
    if at_once:
        dial(pbx, own, two, "13800000003@other")
    pbx.wait(1)
    if rejected:
        # chan_pjsip says so, chan_sip doesn't.
        pbx.say("HangupRequest", **one, Cause=17)
    pbx.hang_up(FAR, TRUNK, OWN, cause=17 if rejected else 34)
    if not at_once:
        dial(pbx, own, two, "13800000003@other")
    pbx.wait(4)
    return own, two


@pytest.mark.parametrize("rejected", [False, True])
@pytest.mark.parametrize("at_once", [False, True])
def test_a_customer_who_picks_up_on_the_second_line_was_reached(at_once: bool, rejected: bool) -> None:
    pbx = floor("PJSIP/1001")
    own, two = two_lines(pbx, at_once=at_once, rejected=rejected)
    dest = {f"Dest{key}": value for key, value in two.items()}
    pbx.say("DialEnd", **own, **dest, DialStatus="ANSWER")
    pbx.wait(10)
    pbx.say("HangupRequest", **own)
    pbx.hang_up(SECOND, two["Channel"], OWN)
    pbx.hang_up(OWN, own["Channel"])
    told = pbx.story(OWN)
    assert told.types() == ["offered", "answered", "ended"]
    assert [event.time - START for event in told.events] == [0, 5000, 15000]
    assert told.events[-1].data["by"] == "agent"


def test_a_customer_who_picks_up_on_neither_line_was_not() -> None:
    """What she listens to after that is no talk: the call was over when the second line was."""
    pbx = floor("PJSIP/1001")
    own, two = two_lines(pbx, at_once=False, rejected=False)
    pbx.hang_up(SECOND, two["Channel"], OWN, cause=17)
    assert told_of_calls(pbx) == ["call.offered"]
    pbx.wait(3)
    pbx.hang_up(OWN, own["Channel"])
    told = pbx.story(OWN)
    assert told.types() == ["offered", "ended"]
    assert (told.events[-1].time - START, told.events[-1].data["reason"]) == (5000, "not picked up")


def test_a_customer_whose_telephone_rings_when_the_daemon_starts_anew_is_reached_all_the_same() -> None:
    believed = OpenCall(f"call/{OWN}", "waiting", last=START - 5000, out=True)
    pbx = floor("PJSIP/1001", pbx=Pbx(believed=[believed], gap_from=START - 1000))
    own = pbx.channel(OWN, "PJSIP/1001-00000021")
    far = pbx.channel(FAR, TRUNK, OWN, CallerIDNum="13800000003")
    for row in (
        {**own, "ChannelState": "4", "Application": "Dial", "Data": "PJSIP/13800000003@carrier,30"},
        {**far, "ChannelState": "5", "Application": "AppDial", "Data": "(Outgoing Line)"},
    ):
        pbx.say("Status", ActionID="2", Seconds="6", BridgeID="", **row)
    pbx.say("StatusComplete", ActionID="2", ListItems=2)
    assert told_of_calls(pbx) == []
    pbx.wait(3)
    pbx.say("DialEnd", **own, **{f"Dest{key}": value for key, value in far.items()}, DialStatus="ANSWER")
    (answer,) = [event for event in pbx.events if event.kind == "call"]
    assert (answer.type, answer.time - START) == ("call.answered", 3000)
    assert answer.data["agent"] == "PJSIP/1001"
