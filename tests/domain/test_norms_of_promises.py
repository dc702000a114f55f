"""Callbacks, tickets and jobs: due, tried, fulfilled, paused, reopened, given anew."""

from __future__ import annotations

import pytest

from tests.domain.story import at, clock, clocks, event, floor, folded, hand, site, story, told

CALLBACK = "callback.due"
CONTACT, REPLY, DUE = "ticket.contact.thirty-minutes", "ticket.reply.twenty-four-hours", "ticket.due"
ARRIVE = "job.arrive.on-time"
HOUR = 3600
WHO = {"customer": "13800000042"}


def test_a_callback_is_due_when_it_was_promised_else_in_half_an_hour() -> None:
    promised = story("callback/1", (0, "requested", {"due": told(600)}))
    assert clock(folded(promised, "callback/1", 1), CALLBACK).due == at(600)
    unpromised = story("callback/2", (0, "requested"))
    assert clock(folded(unpromised, "callback/2", 1), CALLBACK).due == at(1800)
    own = site('[limits]\n"callback.due" = "10m"')
    assert clock(folded(unpromised, "callback/2", 1, own), CALLBACK).due == at(600)
    assert clock(folded(promised, "callback/1", 1, own), CALLBACK).due == at(600)


def test_the_last_due_given_counts() -> None:
    events = story(
        "callback/1",
        (0, "requested", {"due": told(600)}),
        (100, "requested", {"due": told(900)}),
        (200, "tried", {"next_time": told(5000)}),
        (300, "requested"),
    )
    item = folded(events, "callback/1", 901)
    assert clock(item, CALLBACK).due == at(900)
    assert clock(item, CALLBACK).broken(at(901))
    assert item.tries == 1


@pytest.mark.parametrize("due", [None, "soon", 17, ""])
def test_what_is_no_moment_gives_none(due: object) -> None:
    events = story("callback/1", (0, "requested", {"due": told(600)}), (10, "requested", {"due": due}))
    assert clock(folded(events, "callback/1", 20), CALLBACK).due == at(600)


@pytest.mark.parametrize("verb", ["reached", "done", "cancelled"])
def test_a_callback_is_over_when_its_clock_stops(verb: str) -> None:
    events = story("callback/1", (0, "requested"), (1800, verb), (1801, "requested"))
    item = folded(events, "callback/1", 2000)
    assert (item.over, item.state) == (at(1800), verb)
    assert not clock(item, CALLBACK).broken(at(9999))
    assert list(item.ignored.values()) == ["over"]


def test_nothing_counts_before_it_was_requested() -> None:
    events = story("callback/1", (0, "tried"), (1, "reached"), (2, "requested"))
    item = folded(events, "callback/1", 3)
    assert (item.open, item.tries) == (True, 0)


@pytest.mark.parametrize(
    "written", ["13800000042", "+86 138 0000 0042", "0086-138-0000-0042", "(138) 00000042"]
)
@pytest.mark.parametrize(
    "direction", [{"direction": "in", "from": "N"}, {"direction": "out", "customer": "N"}], ids=["in", "out"]
)
def test_an_answered_call_of_the_customer_fulfils_it(written: str, direction: dict[str, str]) -> None:
    data = {key: written if value == "N" else value for key, value in direction.items()}
    events = [
        *story("callback/1", (0, "requested", WHO)),
        *story("call/5", (100, "offered", data), (130, "answered"), (500, "ended")),
    ]
    item = floor(events, at(600))["callback/1"]
    assert (item.over, item.state) == (at(130), "reached")


@pytest.mark.parametrize(
    "call",
    [
        [(0, "answered", {"from": "13800000042"})],
        [(-5, "answered", {"from": "13800000042"})],
        [(100, "offered", {"from": "13800000042"}), (130, "abandoned")],
        [(100, "answered", {"from": "13900000001"})],
        [(100, "answered", {"direction": "internal", "customer": "13800000042"})],
        [(100, "ended", {"from": "13800000042"}), (130, "answered")],
    ],
    ids=["at its start", "before", "unanswered", "somebody else", "internal", "after its end"],
)
def test_other_calls_do_not(call: list[tuple[float, str]]) -> None:
    events = [*story("callback/1", (0, "requested", WHO)), *story("call/5", *call)]
    assert floor(events, at(600))["callback/1"].open


def test_whose_call_it_was_may_be_told_later_in_the_call() -> None:
    events = [
        *story("callback/1", (0, "requested", WHO)),
        *story("call/5", (100, "answered", {"direction": "out"}), (160, "ended", WHO)),
    ]
    assert floor(events, at(159))["callback/1"].open
    assert floor(events, at(160))["callback/1"].over == at(100)


def test_whose_callback_it_is_may_be_told_later_too() -> None:
    events = [
        *story("callback/1", (0, "requested"), (300, "tried", WHO)),
        *story("call/5", (100, "answered", {"from": "13800000042"})),
    ]
    before, after = floor(events, at(299))["callback/1"], floor(events, at(300))["callback/1"]
    assert before.open
    assert (after.over, after.customer) == (at(100), "+8613800000042")


def test_an_alias_is_the_customer() -> None:
    book = site('[customers]\n"Ma Li" = ["13800000042", "crm-77"]')
    events = [
        *story("callback/1", (0, "requested", {"customer": "crm-77"})),
        *story("call/5", (100, "answered", {"from": "+8613800000042"})),
    ]
    item = floor(events, at(200), book)["callback/1"]
    assert (item.customer, item.over) == ("Ma Li", at(100))


@pytest.mark.parametrize(("contacted", "broken"), [(1800, False), (1800.001, True)])
def test_contact_within_thirty_minutes_of_accepting(contacted: float, broken: bool) -> None:
    events = story("ticket/1", (-60, "opened"), (0, "accepted"), (60, "accepted"), (contacted, "contacted"))
    row = clock(folded(events, "ticket/1", HOUR), CONTACT)
    assert (row.started, row.due, row.broken(at(HOUR))) == (at(0), at(1800), broken)


def test_a_try_is_no_contact_and_waiting_pauses_it_not() -> None:
    events = story(
        "ticket/1",
        (0, "accepted"),
        (100, "contact_tried"),
        (200, "waiting"),
        (1000, "resumed"),
        (1801, "contacted"),
    )
    item = folded(events, "ticket/1", HOUR)
    assert clock(item, CONTACT).broken(at(HOUR))
    assert item.tries == 1


def test_contacted_before_it_was_accepted_starts_no_clock() -> None:
    assert (
        clocks(folded(story("ticket/1", (0, "contacted"), (9, "accepted")), "ticket/1", HOUR), CONTACT) == []
    )


@pytest.mark.parametrize("verb", ["contacted", "resolved", "closed"])
def test_a_reply_within_a_day(verb: str) -> None:
    events = story("ticket/1", (0, "opened"), (24 * HOUR, verb))
    assert not clock(folded(events, "ticket/1", 30 * HOUR), REPLY).broken(at(30 * HOUR))
    late = story("ticket/1", (0, "opened"), (24 * HOUR + 0.001, verb))
    assert clock(folded(late, "ticket/1", 30 * HOUR), REPLY).broken(at(30 * HOUR))


def test_a_pause_moves_reply_and_due_by_its_length() -> None:
    events = story(
        "ticket/1", (0, "opened", {"due": told(10 * HOUR)}), (HOUR, "waiting"), (3 * HOUR, "resumed")
    )
    paused = folded(events, "ticket/1", 2 * HOUR)
    assert paused.word == "waiting"
    assert [row.paused for row in (clock(paused, REPLY), clock(paused, DUE))] == [at(HOUR)] * 2
    item = folded(events, "ticket/1", 4 * HOUR)
    assert (clock(item, REPLY).due, clock(item, DUE).due) == (at(26 * HOUR), at(12 * HOUR))
    assert clock(item, DUE).pauses == ((at(HOUR), at(3 * HOUR)),)
    assert clock(item, DUE).warn == at(9.5 * HOUR)


def test_while_paused_nothing_breaks_unless_it_was_broken_before() -> None:
    events = story("ticket/1", (0, "opened", {"due": told(HOUR)}), (0.5 * HOUR, "waiting"))
    assert not clock(folded(events, "ticket/1", 90 * HOUR), DUE).broken(at(90 * HOUR))
    late = story("ticket/1", (0, "opened", {"due": told(HOUR)}), (2 * HOUR, "waiting"), (5 * HOUR, "resumed"))
    for moment in (3, 6):
        row = clock(folded(late, "ticket/1", moment * HOUR), DUE)
        assert (row.due, row.broken(at(moment * HOUR))) == (at(HOUR), True)


@pytest.mark.parametrize(("pause", "due"), [(HOUR - 0.001, 2 * HOUR + 0.001), (HOUR, HOUR), (HOUR + 1, HOUR)])
def test_a_pause_that_begins_at_due_or_after_moves_nothing(pause: float, due: float) -> None:
    events = story(
        "ticket/1",
        (0, "opened", {"due": told(HOUR)}),
        (pause, "waiting"),
        (2 * HOUR, "resumed"),
        (9 * HOUR, "closed"),
    )
    assert clock(folded(events, "ticket/1", 9 * HOUR), DUE).due == at(due)


def test_no_pause_moves_a_due_given_after_it() -> None:
    events = story(
        "ticket/1",
        (0, "opened", {"due": told(HOUR)}),
        (600, "waiting"),
        (1200, "resumed"),
        (1800, "assigned", {"due": told(2 * HOUR)}),
    )
    assert clock(folded(events, "ticket/1", HOUR), DUE).due == at(2 * HOUR)
    within = story(
        "ticket/1",
        (0, "opened", {"due": told(HOUR)}),
        (600, "waiting"),
        (1200, "assigned", {"due": told(2 * HOUR)}),
        (1800, "resumed"),
    )
    assert clock(folded(within, "ticket/1", HOUR), DUE).due == at(2 * HOUR)
    assert clock(folded(within, "ticket/1", 1500), DUE).paused is not None


def test_a_due_given_in_a_pause_that_came_too_late_stands_still_too() -> None:
    events = story(
        "ticket/1",
        (0, "opened", {"due": told(600)}),
        (700, "waiting"),
        (800, "assigned", {"due": told(1000)}),
        (1200, "resumed"),
    )
    assert not clock(folded(events, "ticket/1", 1100), DUE).broken(at(1100))
    after = clock(folded(events, "ticket/1", 1300), DUE)
    assert (after.due, after.broken(at(1300))) == (at(1000), True)


def test_a_due_that_comes_with_the_pause_is_moved_by_it() -> None:
    for first in ({}, {"due": told(HOUR)}):
        events = story(
            "ticket/1", (0, "opened", first), (600, "waiting", {"due": told(2 * HOUR)}), (1200, "resumed")
        )
        assert clock(folded(events, "ticket/1", HOUR), DUE).due == at(2 * HOUR + 600)


@pytest.mark.parametrize("again", [None, "soon"])
def test_a_due_that_is_none_leaves_the_pauses_alone(again: object) -> None:
    events = story(
        "ticket/1",
        (0, "opened", {"due": told(HOUR)}),
        (600, "waiting"),
        (1200, "resumed"),
        (1300, "assigned", {"due": again}),
    )
    assert clock(folded(events, "ticket/1", HOUR), DUE).due == at(HOUR + 600)


def test_the_due_clock_runs_from_where_a_due_was_first_given() -> None:
    events = story("ticket/1", (0, "opened"), (500, "triaged", {"due": told(HOUR)}), (600, "assigned"))
    row = clock(folded(events, "ticket/1", 700), DUE)
    assert (row.started, row.due) == (at(500), at(HOUR))
    assert clocks(folded(events, "ticket/1", 499), DUE) == []


def test_reopened_starts_reply_anew_and_due_against_the_last_given() -> None:
    events = story(
        "ticket/1",
        (0, "opened", {"due": told(HOUR)}),
        (1800, "resolved"),
        (7200, "reopened"),
        (7300, "reopened"),
    )
    item = folded(events, "ticket/1", 7400)
    assert item.open
    assert [row.due for row in clocks(item, REPLY)] == [at(24 * HOUR), at(7200 + 24 * HOUR)]
    assert [(row.started, row.due, row.broken(at(7400))) for row in clocks(item, DUE)] == [
        (at(0), at(HOUR), False),
        (at(7200), at(HOUR), True),
    ]
    assert list(item.ignored.values()) == ["not over"]
    assert clocks(item, CONTACT) == []


def test_what_is_resolved_takes_only_its_last_words() -> None:
    events = story(
        "ticket/1",
        (0, "opened"),
        (10, "resolved"),
        (20, "accepted"),
        (30, "confirmed"),
        (40, "closed"),
        (50, "closed"),
    )
    item = folded(events, "ticket/1", 60)
    assert (item.over, item.state) == (at(10), "closed")
    assert list(item.ignored.values()) == ["over"]


def test_a_ticket_closed_by_hand_while_it_waits_does_not_wait_when_reopened() -> None:
    events = [
        *story("ticket/1", (0, "opened", {"due": told(HOUR)}), (100, "waiting")),
        hand(200, "item.closed", "ticket/1", outcome="duplicate"),
        *story("ticket/1", (300, "reopened")),
    ]
    item = folded(events, "ticket/1", 400)
    assert (item.open, item.word) == (True, "reopened")
    assert clocks(item, DUE)[-1].paused is None


@pytest.mark.parametrize(("arrived", "broken"), [(HOUR, False), (HOUR + 0.001, True)])
def test_a_job_arrives_by_the_end_of_its_window(arrived: float, broken: bool) -> None:
    events = story("job/1", (0, "scheduled", {"window_end": told(HOUR)}), (arrived, "arrived"))
    row = clock(folded(events, "job/1", 2 * HOUR), ARRIVE)
    assert (row.started, row.broken(at(2 * HOUR))) == (at(0), broken)


def test_a_no_show_stops_the_clock_and_the_job_stays_open() -> None:
    events = story("job/1", (0, "scheduled", {"window_end": told(HOUR)}), (1800, "no_show"))
    item = folded(events, "job/1", 2 * HOUR)
    assert (item.open, clock(item, ARRIVE).stopped) == (True, at(1800))


def test_rescheduled_with_a_window_is_the_next_period() -> None:
    events = story(
        "job/1",
        (0, "scheduled", {"window_end": told(HOUR)}),
        (HOUR + 60, "rescheduled", {"window_end": told(9 * HOUR)}),
        (8 * HOUR, "arrived"),
        (8 * HOUR + 60, "step", {"window_end": told(10 * HOUR)}),
    )
    rows = clocks(folded(events, "job/1", 9 * HOUR), ARRIVE)
    assert [(row.period, row.due, row.stopped, row.broken(at(9 * HOUR))) for row in rows] == [
        (1, at(HOUR), at(HOUR + 60), True),
        (2, at(9 * HOUR), at(8 * HOUR), False),
    ]


def test_rescheduled_without_a_window_waits_for_one() -> None:
    events = story(
        "job/1",
        (0, "scheduled", {"window_end": told(HOUR)}),
        (600, "rescheduled"),
        (700, "assigned", {"window_end": told(2 * HOUR)}),
    )
    assert len(clocks(folded(events, "job/1", 650), ARRIVE)) == 1
    assert clocks(folded(events, "job/1", 800), ARRIVE)[1].started == at(700)


@pytest.mark.parametrize("verb", ["finished", "left"])
def test_a_job_is_over_when_it_is_finished_or_left(verb: str) -> None:
    events = story("job/1", (0, "scheduled", {"window_end": told(HOUR)}), (60, verb), (70, "arrived"))
    item = folded(events, "job/1", 2 * HOUR)
    assert (item.over, clock(item, ARRIVE).stopped, item.ignored) == (
        at(60),
        at(60),
        {events[2].name: "over"},
    )


def test_a_clock_is_judged_by_what_was_in_force_at_its_start() -> None:
    from console.domain.rules import RuleBook, Rules
    from console.domain.site import parse_site
    from console.numbers import normalise
    from tests.domain.story import PACK

    strict = Rules(PACK, parse_site('ring_cycle = "1s"'))
    mild = Rules(PACK, parse_site('ring_cycle = "6s"'))
    book = RuleBook([(0, strict), (at(100), mild)], normalise)
    early = folded(story("call/1", (99.999, "ringing"), (110, "answered")), "call/1", 200, book)
    late = folded(story("call/2", (100, "ringing"), (110, "answered")), "call/2", 200, book)
    assert [clock(item, "call.pickup.three-rings").broken(at(200)) for item in (early, late)] == [True, False]
    # A new period of the same call goes by the rules of its own start.
    events = story("call/3", (0, "ringing"), (1, "answered"), (150, "transferred"), (151, "ringing"))
    dues = [row.due for row in clocks(folded(events, "call/3", 152, book), "call.pickup.three-rings")]
    assert dues == [at(3), at(169)]


def test_agents_are_all_who_had_it_while_the_clock_ran() -> None:
    events = [
        *story("ticket/1", (0, "accepted", {"agent": "li"}), (600, "assigned", {"agent": "wang"})),
        *story("ticket/1", (900, "contacted", {"agent": "zhao"}), (950, "assigned", {"agent": "qian"})),
    ]
    assert clock(folded(events, "ticket/1", HOUR), CONTACT).agents == ("li", "wang")


def test_an_agent_is_known_by_one_name() -> None:
    book = site('[agents.li]\nname = "Li Na"\naliases = ["PJSIP/1001"]')
    events = [event(0, "ticket.accepted", "ticket/1", agent="PJSIP/1001")]
    assert folded(events, "ticket/1", 1, book).owner == "li"
