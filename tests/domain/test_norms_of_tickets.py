"""Tickets: accepted, sorted, tried in vain, visited, back at the agreed time, confirmed."""

from __future__ import annotations

import pytest

from tests.domain.story import at, clock, clocks, event, floor, folded, hand, site, story, told

ACCEPT, TRIAGE, RETRY = "ticket.accept.prompt", "ticket.triage", "ticket.unreachable.retry"
CODE, AGREED = "ticket.unreachable.code", "ticket.unsolved.appointed"
NEXT_DAY, VISIT = "followup.next-day", "ticket.unreachable.visit"
MINUTE, HOUR = 60, 3600
NO_ANSWER = {"outcome": "no_answer"}


def test_each_owner_has_the_whole_time_to_accept() -> None:
    events = story(
        "ticket/1",
        (0, "assigned", {"agent": "li"}),
        (9 * MINUTE, "assigned", {"agent": "wang"}),
        (12 * MINUTE, "assigned", {"agent": "wang", "queue": "repair"}),
        (19 * MINUTE, "accepted", {"agent": "wang"}),
        (20 * MINUTE, "assigned", {"agent": "wang", "queue": "billing"}),
        (30 * MINUTE, "assigned", {"agent": "chen"}),
    )
    rows = clocks(folded(events, "ticket/1", HOUR), ACCEPT)
    assert [(row.started, row.due, row.stopped) for row in rows] == [
        (at(0), at(10 * MINUTE), at(9 * MINUTE)),
        (at(9 * MINUTE), at(19 * MINUTE), at(19 * MINUTE)),
        (at(30 * MINUTE), at(40 * MINUTE), None),
    ]
    assert rows[0].agents == ("li",)


def test_a_floor_that_never_tells_who_accepts_or_sorts_is_not_asked() -> None:
    events = story(
        "ticket/1",
        (0, "opened", {"importance": "high"}),
        (10, "assigned", {"agent": "li"}),
        (20, "assigned", {"agent": "wang", "accept": False}),
    )
    item = folded(events, "ticket/1", 24 * HOUR)
    assert (clocks(item, ACCEPT), clocks(item, TRIAGE)) == ([], [])


def test_a_floor_has_its_own_time_to_sort() -> None:
    events = story("ticket/1", (0, "opened", {"triage": True}))
    own = site(f'[limits]\n"{TRIAGE}" = "7m"')
    assert clock(folded(events, "ticket/1", 1, own), TRIAGE).due == at(7 * MINUTE)


def test_a_second_try_too_soon_is_no_try_at_another_time() -> None:
    events = story(
        "ticket/1",
        (0, "opened"),
        (0, "contact_tried", NO_ANSWER),
        (30 * MINUTE - 0.001, "contact_tried", NO_ANSWER),
    )
    assert clock(folded(events, "ticket/1", HOUR), RETRY).stopped is None
    assert "job/ticket/1/visit" not in floor(events, at(HOUR))
    later = [*events, event(30 * MINUTE, "ticket.contact_tried", "ticket/1", outcome="no_answer")]
    assert clock(folded(later, "ticket/1", HOUR), RETRY).stopped == at(30 * MINUTE)
    assert floor(later, at(HOUR))["job/ticket/1/visit"].open


def test_a_visit_belongs_to_who_has_the_ticket_and_ends_with_what_called_for_it() -> None:
    events = story(
        "ticket/1",
        (0, "opened", {"agent": "li", "customer": "13800000042"}),
        (10, "contact_tried", NO_ANSWER),
        (HOUR, "contact_tried", NO_ANSWER),
    )
    job = floor(events, at(2 * HOUR))["job/ticket/1/visit"]
    assert (job.owner, job.customer, job.case) == ("li", "+8613800000042", "ticket/1")
    assert clock(job, VISIT).due == at(9 * HOUR)
    reached = [*events, *story("ticket/1", (2 * HOUR, "contacted"))]
    job = floor(reached, at(3 * HOUR))["job/ticket/1/visit"]
    assert (job.over, clock(job, VISIT).stopped) == (at(2 * HOUR), at(2 * HOUR))


def test_what_a_visit_found_stands_in_its_ticket_and_says_nothing_else_of_it() -> None:
    events = story(
        "ticket/1",
        (0, "opened", {"queue": "billing", "case": "C-1"}),
        (10, "contact_tried", NO_ANSWER),
        (HOUR, "contact_tried", NO_ANSWER),
    )
    vain = [*events, hand(2 * HOUR, "item.closed", "job/ticket/1/visit", outcome="no_access")]
    ticket = floor(vain, at(3 * HOUR))["ticket/1"]
    assert (ticket.tries, ticket.queue, ticket.case) == (3, "billing", "C-1")
    assert "reason" not in ticket.given
    unreached = [*vain, hand(3 * HOUR, "item.closed", "ticket/1", outcome="unreachable")]
    assert CODE in [norm for norm, _ in floor(unreached, at(4 * HOUR))["ticket/1"].passed]
    met = [*events, hand(2 * HOUR, "item.closed", "job/ticket/1/visit", outcome="finished")]
    found = floor(met, at(3 * HOUR))
    assert found["ticket/1"].state == "contacted"
    assert found["job/ticket/1/visit"].ignored == {}


def test_a_time_that_was_agreed_anew_does_not_move_the_one_that_was_missed() -> None:
    events = story(
        "ticket/1",
        (0, "opened"),
        (10, "contacted", {"next_time": told(HOUR)}),
        (2 * HOUR, "contacted", {"next_time": told(9 * HOUR)}),
    )
    first, second = clocks(folded(events, "ticket/1", 3 * HOUR), AGREED)
    assert (first.due, first.stopped, first.broken(at(3 * HOUR))) == (at(HOUR), at(2 * HOUR), True)
    assert (second.due, second.stopped) == (at(9 * HOUR), None)


@pytest.mark.parametrize(("outcome", "state"), [("not_solved", "reopened"), ("solved", "confirmed")])
def test_what_the_customer_says_when_asked_again_reaches_the_ticket(outcome: str, state: str) -> None:
    events = story(
        "ticket/1", (0, "opened", {"agent": "li"}), (10, "resolved", {"confirm": True, "agent": "li"})
    )
    step = f"followup/ticket/1/{events[1].id}"
    asked = floor(events, at(HOUR))[step]
    assert (asked.owner, asked.open) == ("li", True)
    said = [*events, hand(HOUR, "followup.done", step, outcome=outcome)]
    ticket = floor(said, at(2 * HOUR))["ticket/1"]
    assert ticket.open is (state == "reopened")
    assert f"ticket.{state}" in ticket.seen


def test_each_resolution_is_confirmed_on_its_own() -> None:
    events = story(
        "ticket/1",
        (0, "opened"),
        (10, "resolved", {"confirm": True}),
        (20, "reopened"),
        (30, "resolved", {"confirm": True}),
    )
    found = floor(events, at(40))
    first, second = (found[f"followup/ticket/1/{events[n].id}"] for n in (1, 3))
    assert (first.over, second.open) == (at(20), True)


def test_what_happens_to_a_job_begins_no_ticket() -> None:
    events = story("job/1", (0, "scheduled", {"case": "ticket/9"}), (10, "departed"))
    assert not floor(events, at(20))["ticket/9"].begun
    odd = story("job/2", (0, "scheduled", {"case": "call/9"}), (10, "departed"))
    assert set(floor(odd, at(20))) == {"job/2"}
