"""Pickup, wait and hold, to the millisecond; what a call makes happen; when it is lost."""

from __future__ import annotations

import pytest

from console.domain.fold import fold
from tests.domain.story import BOOK, at, clock, clocks, event, floor, folded, site, story, verdicts

PICKUP, WAIT, HOLD = "call.pickup.three-rings", "call.wait", "call.hold.one-minute"
IN = {"direction": "in"}


@pytest.mark.parametrize(
    ("answered", "broken"), [(10, False), (14.999, False), (15, False), (15.001, True), (16, True)]
)
def test_pickup_at_its_limit(answered: float, broken: bool) -> None:
    item = folded(story("call/1", (0, "ringing", IN), (answered, "answered")), "call/1", 100)
    row = clock(item, PICKUP)
    assert (row.started, row.due, row.stopped) == (at(0), at(15), at(answered))
    assert row.broken(at(100)) is broken
    assert row.over(at(100)) == (max(0, round(answered * 1000) - 15_000))


def test_a_running_clock_is_broken_one_millisecond_after_due() -> None:
    item = folded(story("call/1", (0, "ringing", IN)), "call/1", 15)
    assert not clock(item, PICKUP).broken(at(15))
    assert clock(item, PICKUP).broken(at(15.001))
    assert clock(item, PICKUP).warn == at(10)


def test_a_ring_at_another_agent_is_the_same_wait() -> None:
    events = story(
        "call/1",
        (0, "ringing", {**IN, "agent": "li"}),
        (8, "ring_missed", {"agent": "li"}),
        (9, "ringing", {"agent": "wang"}),
        (16, "answered", {"agent": "wang"}),
    )
    row = clock(folded(events, "call/1", 60), PICKUP)
    assert row.broken(at(60))
    assert row.started == at(0)
    assert row.agents == ("li", "wang")


@pytest.mark.parametrize("end", ["answered", "abandoned", "dropped", "ended", "lost"])
def test_pickup_and_wait_stop_at_any_of_these(end: str) -> None:
    item = folded(story("call/1", (0, "offered", IN), (1, "ringing"), (9, end)), "call/1", 600)
    assert clock(item, PICKUP).stopped == clock(item, WAIT).stopped == at(9)


@pytest.mark.parametrize("direction", ["out", "internal"])
def test_only_inbound_calls_are_picked_up_and_wait(direction: str) -> None:
    events = story("call/1", (0, "offered", {"direction": direction}), (1, "ringing"), (90, "answered"))
    assert folded(events, "call/1", 600).clocks == []


def test_a_call_without_a_direction_came_in() -> None:
    assert folded(story("call/1", (0, "offered")), "call/1", 1).direction == "in"


@pytest.mark.parametrize("onward", [{"to_queue": "repair"}, {"to_agent": "wang"}, {}])
def test_the_next_ring_after_a_transfer_is_a_new_period(onward: dict[str, str]) -> None:
    events = story(
        "call/1",
        (0, "ringing", IN),
        (3, "answered", {"agent": "li"}),
        (60, "transferred", onward),
        (61, "ringing", {"agent": "wang"}),
        (76.001, "answered", {"agent": "wang"}),
    )
    item = folded(events, "call/1", 600)
    first, second = clocks(item, PICKUP)
    assert (first.broken(at(600)), second.broken(at(600))) == (False, True)
    assert (second.period, second.started, second.stopped) == (2, at(61), at(76.001))
    assert item.owner == "wang"
    assert item.ignored == {}


def test_an_attended_transfer_is_talked_on_without_a_ring() -> None:
    events = story(
        "call/1",
        (0, "ringing", IN),
        (3, "answered", {"agent": "li"}),
        (60, "transferred", {"to_agent": "wang"}),
        (90, "ended"),
    )
    item = folded(events, "call/1", 70)
    assert (item.word, item.owner) == ("talking", "wang")
    assert len(clocks(folded(events, "call/1", 600), PICKUP)) == 1


def test_ringing_again_while_talking_makes_no_sense() -> None:
    events = story("call/1", (0, "ringing", IN), (3, "answered"), (9, "ringing"))
    item = folded(events, "call/1", 600)
    assert list(item.ignored.values()) == ["while talking"]
    assert len(clocks(item, PICKUP)) == 1


def test_the_limit_is_three_of_the_sites_rings() -> None:
    book = site('ring_cycle = "6s"')
    row = clock(folded(story("call/1", (0, "ringing", IN)), "call/1", 1, book), PICKUP)
    assert (row.warn, row.due) == (at(12), at(18))


def test_a_limit_of_the_sites_own() -> None:
    book = site('[limits]\n"call.wait" = "20s"')
    row = clock(folded(story("call/1", (0, "offered", IN)), "call/1", 1, book), WAIT)
    assert (row.warn, row.due) == (at(15), at(20))


def test_nobody_owns_a_call_before_it_is_answered() -> None:
    events = story("call/1", (0, "offered", {"agent": "li"}), (1, "ringing", {"agent": "li"}))
    assert folded(events, "call/1", 5).owner is None


def test_the_wait_runs_on_while_it_rings_and_is_not_begun_again() -> None:
    events = story(
        "call/1",
        (0, "offered", IN),
        (30, "ringing"),
        (40, "ring_missed"),
        (60, "ringing"),
        (60.001, "answered"),
    )
    row = clock(folded(events, "call/1", 600), WAIT)
    assert (row.started, row.due, row.broken(at(600))) == (at(0), at(60), True)


def test_each_hold_is_a_period_of_its_own() -> None:
    events = story(
        "call/1",
        (0, "answered", IN),
        (10, "held"),
        (70, "resumed"),
        (80, "held"),
        (140.001, "resumed"),
        (150, "held"),
        (400, "ended"),
    )
    rows = clocks(folded(events, "call/1", 600), HOLD)
    assert [(row.period, row.due, row.broken(at(600))) for row in rows] == [
        (1, at(70), False),
        (2, at(140), True),
        (3, at(210), True),
    ]
    assert rows[0].warn == at(55)


def test_held_while_held_is_marked_only() -> None:
    events = story(
        "call/1", (0, "answered", IN), (10, "held"), (40, "held"), (71, "resumed"), (72, "resumed")
    )
    item = folded(events, "call/1", 600)
    assert clock(item, HOLD).due == at(70)
    assert sorted(item.ignored.values()) == ["already held", "not held"]


def test_muting_is_no_hold() -> None:
    events = story("call/1", (0, "answered", IN), (10, "muted"), (200, "unmuted"), (201, "unmuted"))
    item = folded(events, "call/1", 600)
    assert clocks(item, HOLD) == []
    assert list(item.ignored.values()) == ["not muted"]


@pytest.mark.parametrize("end", ["ended", "dropped", "abandoned", "lost"])
def test_what_is_over_takes_no_more(end: str) -> None:
    events = story("call/1", (0, "answered", IN), (9, end), (10, "answered"), (11, "held"), (12, "hummed"))
    item = folded(events, "call/1", 600)
    assert (item.over, item.state) == (at(9), end)
    assert list(item.ignored.values()) == ["over", "over", "unknown"]
    assert clocks(item, HOLD) == []


def test_a_call_without_news_is_lost_after_four_hours() -> None:
    events = story("call/1", (0, "offered", IN), (2, "ringing"))
    silent = 2 + 4 * 3600
    assert folded(events, "call/1", silent - 0.001).open
    assert folded(events, "call/1", silent - 0.001).next_event == at(silent)
    item = folded(events, "call/1", silent)
    assert (item.state, item.over) == ("lost", at(silent))
    assert clock(item, PICKUP).stopped == at(silent)


def test_a_late_event_takes_the_loss_back() -> None:
    events = story("call/1", (0, "offered", IN), (7200, "said"))
    assert folded(events, "call/1", 5 * 3600).open
    assert folded(events, "call/1", 6 * 3600).state == "lost"


def test_what_people_do_keeps_no_call_alive() -> None:
    events = [
        *story("call/1", (0, "offered", IN)),
        event(7200, "item.noted", "call/1", source="console", text="?"),
    ]
    assert folded(events, "call/1", 4 * 3600).state == "lost"


def test_a_lost_call_asks_for_nothing_more() -> None:
    events = story("call/1", (0, "answered", {**IN, "agent": "li"}))
    events.append(event(5, "item.reassigned", "call/1", source="console", to="wang"))
    assert folded(events, "call/1", 10).asked == "wang"
    assert folded(events, "call/1", 5 * 3600).asked is None


FROM = {"from": "138 0000 0042", "direction": "in"}


@pytest.mark.parametrize(
    ("lines", "made"),
    [
        ([(0, "offered", FROM), (9, "abandoned")], True),
        ([(0, "offered", FROM), (9, "ended")], True),
        ([(0, "offered", FROM), (9, "dropped")], True),
        ([(0, "offered", FROM), (9, "lost")], False),
        ([(0, "offered", FROM)], False),
        ([(0, "offered", FROM), (5, "answered"), (9, "ended")], False),
        ([(0, "offered", FROM), (5, "answered"), (9, "dropped")], True),
        ([(0, "offered", FROM), (5, "answered"), (9, "lost")], False),
        ([(0, "offered", {"direction": "in"}), (9, "abandoned")], False),
        ([(0, "offered", {"direction": "in"}), (5, "answered"), (9, "dropped")], False),
        ([(0, "offered", {"direction": "out", "customer": "1380"}), (9, "ended")], False),
        ([(0, "offered", {"direction": "out", "customer": "1380"}), (5, "answered"), (9, "dropped")], True),
        (
            [(0, "offered", {"direction": "internal", "customer": "1"}), (5, "answered"), (9, "dropped")],
            False,
        ),
    ],
)
def test_who_is_called_back(lines: list[tuple[float, str]], made: bool) -> None:
    # A call that falls silent is lost, and no call back follows from that either.
    items = floor(story("call/1", *lines), at(5 * 3600))
    assert ("callback/call/1" in items) is made


def test_a_callback_stands_on_the_same_case_and_with_whoever_was_talking() -> None:
    events = story(
        "call/1", (0, "offered", {**FROM, "case": "K7"}), (5, "answered", {"agent": "li"}), (9, "dropped")
    )
    item = floor(events, at(10))["callback/call/1"]
    assert (item.case, item.owner, item.customer, item.opened) == ("K7", "li", "+8613800000042", at(9))
    assert item.mine
    missed = floor(story("call/2", (0, "offered", FROM), (9, "abandoned")), at(10))["callback/call/2"]
    assert (missed.case, missed.owner) == ("call/2", None)


def test_a_late_answer_takes_the_callback_away_but_not_what_people_did() -> None:
    events = story("call/1", (0, "offered", FROM), (9, "abandoned"))
    events.append(event(20, "item.noted", "callback/call/1", source="console", text="rang twice", actor="li"))
    before = floor(events, at(3600))["callback/call/1"]
    assert (before.withdrawn, before.note) == (False, "rang twice")
    assert verdicts({"x": before}, at(3600)) == {("callback/call/1", "callback.due", 1, at(1809))}
    after = floor([*events, *story("call/1", (5, "answered"))], at(3600))["callback/call/1"]
    assert (after.withdrawn, after.begun, after.clocks, after.note) == (True, False, [], "rang twice")
    assert not after.open


def test_the_order_of_events_of_one_moment_is_that_of_their_life() -> None:
    events = [
        event(5, "call.answered", "call/1", sequence=None),
        event(5, "call.offered", "call/1", sequence=None),
        event(5, "call.ringing", "call/1", sequence=None),
    ]
    item = fold("call/1", events, [], BOOK, at(6))
    assert (item.ignored, item.word) == ({}, "talking")


def test_a_sequence_goes_before_the_order_of_life_and_none_before_any() -> None:
    first = event(5, "call.held", "call/1", sequence=2)
    second = event(5, "call.resumed", "call/1", sequence=1)
    item = fold("call/1", [first, second], [], BOOK, at(6))
    assert item.ignored == {second.name: "not held"}
    third = event(5, "call.muted", "call/1", sequence=None)
    fourth = event(5, "call.unmuted", "call/1", sequence=-7)
    assert fold("call/1", [fourth, third], [], BOOK, at(6)).ignored == {}


def test_future_events_wait_for_their_time() -> None:
    events = story("call/1", (0, "offered", FROM), (50, "answered"))
    before = folded(events, "call/1", 49.999)
    assert (before.word, before.next_event) == ("waiting", at(50))
    assert folded(events, "call/1", 50).word == "talking"


def test_unknown_types_are_kept_and_keep_a_call_alive() -> None:
    events = story("call/1", (0, "offered", IN), (3600, "recorded"))
    item = folded(events, "call/1", 4 * 3600 + 1)
    assert item.open
    assert list(item.ignored.values()) == ["unknown"]


def test_nobody_knows_whether_it_broke_while_nobody_listened() -> None:
    from tests.domain.story import told

    events = story("call/1", (0, "ringing", IN), (40, "answered", {"not_before": told(10)}))
    row = clock(folded(events, "call/1", 60), PICKUP)
    assert row.unknown
    assert not row.broken(at(60))
    late = story("call/1", (0, "ringing", IN), (40, "answered", {"not_before": told(15.001)}))
    assert clock(folded(late, "call/1", 60), PICKUP).broken(at(60))
