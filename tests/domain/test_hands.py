"""What people do: counted, taken back, asked for, acknowledged; and what other systems say of the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.domain.command import AlreadySo, Command, Decision, Refusal, decide, guard
from console.domain.event import Event
from console.domain.item import Item
from console.domain.lifecycle import HAND_TYPES, REVEALED
from tests.domain.story import at, event, folded, hand, site, story

THEIRS = [(0, "opened", {"queue": "repair"})]
"""A ticket of another system."""


def callback_of_ours(*more: Event) -> list[Event]:
    return [hand(0, "callback.requested", "callback/ticket/1", customer="13800000042"), *more]


def wish(item: Item, verb: str, seconds: float = 1000, hand_seen: int | None = None, **data: Any) -> Decision:
    seen = item.hand if hand_seen is None else hand_seen
    return decide(item, Command("c1", verb, item.id, "wang", seen, data, "b7"), at(seconds))


def test_having_a_customer_shown_is_no_hand() -> None:
    item = folded([*story("ticket/1", *THEIRS), hand(5, REVEALED, "ticket/1")], "ticket/1", 10)
    assert (item.hand, item.acted) == (0, None)


@pytest.mark.parametrize("type_", [each for each in HAND_TYPES if each != REVEALED])
def test_every_act_here_is_a_hand(type_: str) -> None:
    item = folded([*story("ticket/1", *THEIRS), hand(5, type_, "ticket/1")], "ticket/1", 10)
    assert item.hand == 1
    assert item.acted is not None
    assert item.acted.type == type_


@pytest.mark.parametrize("type_", HAND_TYPES)
def test_the_word_of_another_system_is_no_hand(type_: str) -> None:
    events = [*story("ticket/1", *THEIRS), event(5, type_, "ticket/1", source="crm")]
    assert folded(events, "ticket/1", 10).hand == 0


def test_a_callback_asked_for_or_tried_here_is_a_hand() -> None:
    item = folded(callback_of_ours(hand(9, "callback.tried", "callback/ticket/1")), "callback/ticket/1", 10)
    assert (item.hand, item.tries, item.mine) == (2, 1, True)


def test_changes_of_owner_count_and_words_of_the_same_owner_do_not() -> None:
    events = story(
        "ticket/1",
        (0, "opened"),
        (1, "assigned", {"agent": "li"}),
        (2, "accepted", {"agent": "li"}),
        (3, "assigned", {"agent": "wang"}),
        (4, "assigned", {"agent": None}),
    )
    item = folded(events, "ticket/1", 10)
    assert (item.hand, item.owner) == (3, None)
    assert item.acted == events[4]


def test_whoever_is_first_named_at_work_on_what_nobody_has_has_it() -> None:
    gone = story("job/1", (0, "scheduled"), (5, "departed"), (9, "arrived", {"agent": "li"}))
    assert folded(gone, "job/1", 8).owner is None
    done = [*gone, *story("job/1", (20, "step", {"agent": "wang"}), (30, "finished"))]
    assert folded(done, "job/1", 40).owner == "li"


def test_a_call_that_is_passed_on_is_nobodys_while_it_rings() -> None:
    passed = story("call/1", (0, "answered", {"agent": "li"}), (5, "transferred", {"to_agent": "wang"}))
    assert folded(passed, "call/1", 6).owner == "wang"
    rings = [*passed, *story("call/1", (7, "ringing", {"agent": "wang"}))]
    assert (folded(rings, "call/1", 8).owner, folded(rings, "call/1", 8).answered) == (None, False)
    taken = [*rings, *story("call/1", (9, "answered", {"agent": "wang"}))]
    assert folded(taken, "call/1", 10).owner == "wang"


def test_a_call_rings_until_no_telephone_rings() -> None:
    agents = ("li", "wang")
    rings = story("call/1", *((0, "ringing", {"agent": agent}) for agent in agents))
    missed = story("call/1", *((5, "ring_missed", {"agent": agent}) for agent in agents))
    assert folded([*rings, missed[0]], "call/1", 6).state == "ringing"
    assert folded([*rings, *missed], "call/1", 6).state == "waiting"
    answered = story("call/1", (4, "answered", {"agent": "wang"}))
    assert folded([*rings, *answered, *missed], "call/1", 6).state == "talking"


def test_what_was_given_away_from_whose_customer_it_is_is_marked_until_they_have_it_again() -> None:
    moved = hand(5, "item.reassigned", "ticket/1", to="wang", keeper="kim")
    away = [*story("ticket/1", (0, "opened"), (6, "assigned", {"agent": "wang"})), moved]
    assert folded(away, "ticket/1", 7).away == "kim"
    assert folded([*away, *story("ticket/1", (8, "assigned", {"agent": "kim"}))], "ticket/1", 9).away == ""


def test_the_close_of_another_system_ends_and_cannot_be_taken_back_here() -> None:
    closed = event(60, "item.closed", "job/1", source="ops", outcome="finished")
    events = [*story("job/1", (0, "scheduled")), closed]
    item = folded([*events, hand(70, "item.undone", "job/1", of=closed.name)], "job/1", 100)
    assert (item.over, item.state, item.given["outcome"]) == (at(60), "closed", "finished")
    assert (item.hand, item.mine, item.source) == (1, False, "ops")


def test_what_another_system_takes_back_is_not_ours() -> None:
    noted = hand(5, "item.noted", "ticket/1", text="kept")
    events = [
        *story("ticket/1", *THEIRS),
        noted,
        event(6, "item.undone", "ticket/1", source="crm", of=noted.name),
    ]
    assert folded(events, "ticket/1", 10).note == "kept"


def test_a_source_that_begins_like_ours_is_another_system() -> None:
    events = [event(0, "ticket.opened", "ticket/1", source="console-crm")]
    assert not folded(events, "ticket/1", 1).mine


def test_moving_what_is_ours_counts_at_once() -> None:
    events = callback_of_ours(
        hand(5, "item.reassigned", "callback/ticket/1", to="li", to_queue="vip"),
    )
    item = folded(events, "callback/ticket/1", 10)
    assert (item.owner, item.asked, item.queue, item.hand) == ("li", None, "vip", 2)
    assert item.clocks[0].agents == ["li"]


def test_moving_what_another_system_owns_is_asked_for_until_it_says_so() -> None:
    events = [
        *story("ticket/1", (0, "assigned", {"agent": "li"})),
        hand(5, "item.reassigned", "ticket/1", to="wang"),
    ]
    asked = folded(events, "ticket/1", 10)
    assert (asked.owner, asked.asked) == ("li", "wang")
    confirmed = folded([*events, *story("ticket/1", (20, "assigned", {"agent": "wang"}))], "ticket/1", 30)
    assert (confirmed.owner, confirmed.asked) == ("wang", None)
    otherwise = folded([*events, *story("ticket/1", (20, "assigned", {"agent": "zhao"}))], "ticket/1", 30)
    assert (otherwise.owner, otherwise.asked) == ("zhao", None)
    over = folded([*events, *story("ticket/1", (20, "resolved"))], "ticket/1", 30)
    assert over.asked is None


def test_to_a_queue_is_asked_for_with_its_name() -> None:
    events = [*story("ticket/1", *THEIRS), hand(5, "item.reassigned", "ticket/1", to_queue="vip")]
    item = folded(events, "ticket/1", 10)
    assert (item.queue, item.asked) == ("repair", "#vip")


def test_another_systems_reassigned_is_its_word() -> None:
    events = [
        *story("ticket/1", (0, "assigned", {"agent": "li"})),
        hand(5, "item.reassigned", "ticket/1", to="wang"),
        event(6, "item.reassigned", "ticket/1", source="crm", to="zhao", to_queue="vip"),
    ]
    item = folded(events, "ticket/1", 10)
    assert (item.owner, item.asked, item.queue) == ("zhao", None, "vip")


def test_an_effect_leaves_a_callback_ours_and_a_feeds_word_does_not() -> None:
    lines = story("call/1", (0, "offered", {"from": "13800000042"}), (9, "abandoned"))
    assert folded(lines, "callback/call/1", 10).mine
    assert not folded([*lines, *story("callback/call/1", (20, "tried"))], "callback/call/1", 30).mine


def test_undone_acts_count_for_nothing_and_stay_readable() -> None:
    acts = [
        hand(5, "item.escalated", "ticket/1", level="lead"),
        hand(6, "item.closed", "ticket/1", outcome="resolved"),
    ]
    events = [*story("ticket/1", (0, "opened"), (60, "contacted")), *acts]
    assert not folded(events, "ticket/1", 100).open
    undo = [hand(50 + index, "item.undone", "ticket/1", of=act.name) for index, act in enumerate(acts)]
    item = folded([*events, *undo], "ticket/1", 100)
    assert (item.level, item.open, item.state, item.hand) == ("", True, "contacted", 4)
    assert item.undone == {act.name for act in acts}


def test_a_requested_callback_can_be_taken_back() -> None:
    requested = callback_of_ours()
    item = folded(
        [*requested, hand(9, "item.undone", "callback/ticket/1", of=requested[0].name)],
        "callback/ticket/1",
        10,
    )
    assert (item.begun, item.withdrawn, item.open, item.clocks) == (False, True, False, [])


def test_an_acknowledgement_covers_the_clocks_that_it_names() -> None:
    events = [
        *story("call/1", (0, "offered"), (50, "ringing")),
        hand(100, "item.acknowledged", "call/1", clocks=["x"], actor="wang"),
    ]
    item = folded(events, "call/1", 200)
    assert list(item.acknowledged) == ["x"]
    assert (item.acknowledged["x"].actor, item.acknowledged["x"].time) == ("wang", at(100))


def test_it_lists_what_is_broken_or_at_risk_at_that_moment_and_a_later_breach_is_new() -> None:
    ticket = story("ticket/1", (0, "opened"), (10, "accepted"))
    item = folded(ticket, "ticket/1", 1400)
    decision = wish(item, "acknowledge", 1400)
    assert isinstance(decision, Event)
    assert decision.data["clocks"] == [f"ticket.contact.thirty-minutes@{ticket[1].name}"]
    later = folded([*ticket, decision], "ticket/1", 90_000)
    again = wish(later, "acknowledge", 90_000)
    assert isinstance(again, Event)
    assert f"ticket.reply.twenty-four-hours@{ticket[0].name}" in again.data["clocks"]
    assert isinstance(wish(folded([*ticket, decision], "ticket/1", 2000), "acknowledge", 2000), AlreadySo)


def test_an_act_takes_the_next_millisecond_after_what_was_folded() -> None:
    item = folded(story("ticket/1", (0, "opened")), "ticket/1", 5)
    for seconds, time in ((5, at(5)), (0, at(0) + 1), (-9, at(0) + 1)):
        decision = wish(item, "note", seconds, text="x")
        assert isinstance(decision, Event)
        assert decision.time == time
        assert (decision.source, decision.id, decision.data["actor"]) == ("console", "c1", "wang")
        assert (decision.data["batch"], decision.data["hand"]) == ("b7", 0)


def test_another_hand_refuses_and_says_whose() -> None:
    act = hand(5, "item.noted", "ticket/1", actor="li", text="mine")
    item = folded([*story("ticket/1", *THEIRS), act, *story("ticket/1", (9, "triaged"))], "ticket/1", 10)
    assert wish(item, "reassign", hand_seen=0, to="wang") == Refusal(
        "ticket/1", "conflict", actor="li", time=at(5), event=act
    )


def test_a_change_of_owner_by_the_system_is_told_as_such() -> None:
    events = story("ticket/1", (0, "opened"), (5, "assigned", {"agent": "li"}))
    refusal = wish(folded(events, "ticket/1", 10), "reassign", hand_seen=0, to="wang")
    assert isinstance(refusal, Refusal)
    assert (refusal.actor, refusal.time, refusal.event) == ("", at(5), events[1])


def test_other_events_do_not_refuse() -> None:
    item = folded(story("ticket/1", (0, "opened"), (5, "contacted"), (6, "waiting")), "ticket/1", 10)
    assert isinstance(wish(item, "escalate", hand_seen=0, level="lead"), Event)


@pytest.mark.parametrize(
    ("events", "verb", "data"),
    [
        ([(0, "assigned", {"agent": "li"})], "reassign", {"to": "li"}),
        (
            [(0, "assigned", {"agent": "li"}), (1, "item.reassigned", {"to": "wang"})],
            "reassign",
            {"to": "wang"},
        ),
        ([(0, "opened", {"queue": "vip"})], "reassign", {"to_queue": "vip"}),
        ([(0, "opened"), (1, "item.reassigned", {"to_queue": "vip"})], "reassign", {"to_queue": "vip"}),
        ([(0, "opened"), (1, "item.escalated", {"level": "lead"})], "escalate", {"level": "lead"}),
        ([(0, "opened"), (1, "item.closed", {"outcome": "closed"})], "close", {"outcome": "closed"}),
        ([(0, "opened"), (1, "item.undone", {"of": "console/x"})], "undo", {"of": "console/x"}),
    ],
)
def test_already_so_is_success_whoever_did_it(events: list[Any], verb: str, data: dict[str, Any]) -> None:
    told = [
        replace(one, source="console") if one.type in HAND_TYPES else one
        for one in story("ticket/1", *events)
    ]
    assert wish(folded(told, "ticket/1", 10), verb, hand_seen=99, **data) == AlreadySo("ticket/1")


@pytest.mark.parametrize(
    ("verb", "data", "reason"),
    [
        ("reassign", {}, "nobody_named"),
        ("reassign", {"to": None}, "nobody_named"),
        ("escalate", {"level": "god"}, "no_level"),
        ("close", {"outcome": "eaten"}, "no_outcome"),
        ("close", {}, "no_outcome"),
        ("note", {"text": "  "}, "no_text"),
        ("snooze", {}, "no_time"),
        ("call_back", {}, "no_number"),
        ("explode", {}, "unknown_verb"),
    ],
)
def test_what_is_missing_is_named(verb: str, data: dict[str, Any], reason: str) -> None:
    decision = wish(folded(story("ticket/1", *THEIRS), "ticket/1", 10), verb, **data)
    assert isinstance(decision, Refusal)
    assert decision.reason == reason


@pytest.mark.parametrize("verb", ["reassign", "escalate", "acknowledge", "close", "snooze", "call_back"])
def test_what_is_over_or_withdrawn_takes_no_more(verb: str) -> None:
    over = folded(story("ticket/1", (0, "opened", {"customer": "1380"}), (5, "resolved")), "ticket/1", 10)
    assert guard(verb, over) == "over"
    assert guard("note", over) == guard("undo", over) == ""
    assert guard("note", Item("ticket/2", "ticket")) == "withdrawn"


def test_calls_end_by_themselves() -> None:
    assert guard("close", folded(story("call/1", (0, "offered")), "call/1", 10)) == "ends_by_itself"


def test_calling_back_makes_a_promise_on_the_same_case() -> None:
    events = story(
        "call/1", (0, "answered", {"from": "13800000042", "agent": "li", "queue": "vip", "name": "Ma"})
    )
    decision = wish(folded(events, "call/1", 10), "call_back", due="2026-03-02T02:00:00Z")
    assert isinstance(decision, Event)
    assert (decision.type, decision.subject) == ("callback.requested", "callback/call/1")
    assert {**decision.data, "actor": "", "hand": 0, "batch": ""} == {
        "due": "2026-03-02T02:00:00Z", "customer": "+8613800000042", "case": "call/1", "call": "call/1",
        "queue": "vip", "name": "Ma", "agent": "li", "actor": "", "hand": 0, "batch": "",
    }  # fmt: skip
    tried = wish(folded([*events, decision], "callback/call/1", 2000), "call_back", 2000)
    assert isinstance(tried, Event)
    assert (tried.type, tried.subject) == ("callback.tried", "callback/call/1")


def test_an_agent_begins_at_the_last_joined_else_at_midnight() -> None:
    monday = 15 * 3600  # from nine in the morning to midnight
    events = story("agent/li", (0, "joined"), (60, "state", {"state": "talking"}), (3600, "left"))
    assert folded(events, "agent/li", 5 * 86400).state == "offline"
    again = [*events, *story("agent/li", (7200, "joined"))]
    item = folded(again, "agent/li", 7300)
    assert (item.state, item.opened) == ("available", at(7200))
    unjoined = story("agent/wang", (60, "state", {"state": "break", "reason": "lunch"}))
    before = folded(unjoined, "agent/wang", monday - 1)
    assert (before.state, before.next_event) == ("break", at(monday))
    after = folded(unjoined, "agent/wang", monday)
    assert (after.state, after.begun, after.withdrawn) == ("", False, False)


def test_midnight_is_the_sites() -> None:
    tokyo = site('zone = "Asia/Tokyo"')
    events = story("agent/wang", (60, "state", {"state": "break"}))
    assert folded(events, "agent/wang", 14 * 3600, tokyo).state == ""
    assert folded(events, "agent/wang", 14 * 3600).state == "break"
