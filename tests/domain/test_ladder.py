"""The ladder: who is told when, how often, and that an acknowledgement ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from console.domain.calendar import Hours
from console.domain.instants import DAY, HOUR, MINUTE, Millis, parse_rfc3339
from console.domain.ladder import Climb, Ladder, Quiet, Step, plan, tell

BROKE = parse_rfc3339("2026-03-02T02:00:00Z")
BERLIN = ZoneInfo("Europe/Berlin")

LADDER = Ladder(
    (
        Step("supervisor", within=5 * MINUTE),
        Step("lead", after=15 * MINUTE, every=10 * MINUTE, times=3),
        Step("on-call", after=30 * MINUTE),
    )
)


def climb(broke: Millis = BROKE, severity: int = 1) -> Climb:
    return Climb(clock="n@pbx/1", item="call/1", norm="n", severity=severity, broke=broke, found=broke)


def night(
    ladder: Ladder, minutes: range, start: Millis = BROKE, severity: int = 1, snoozed: Millis | None = None
) -> list[tuple[int, str]]:
    """Look every minute; what was told, in minutes after the breach."""
    one, told = climb(start, severity), []
    for minute in minutes:
        now = start + minute * MINUTE
        due = plan(ladder, one, now, UTC, snoozed=snoozed).due
        one = tell(one, due, now)
        told += [(minute, ladder.steps[number].who) for number in due]
    return told


def test_the_next_is_told_when_nobody_acknowledged_in_time() -> None:
    assert night(LADDER, range(120)) == [
        (0, "supervisor"),
        (5, "lead"),
        (15, "lead"),
        (25, "lead"),
        (30, "on-call"),
    ]


def test_after_hours_of_sleep_each_is_told_once() -> None:
    assert night(LADDER, range(300, 310)) == [(300, "supervisor"), (300, "lead"), (300, "on-call")]


def test_a_snooze_holds_all_back_until_it_ends() -> None:
    told = night(LADDER, range(120), snoozed=BROKE + 40 * MINUTE)
    assert told[:3] == [(40, "supervisor"), (40, "lead"), (40, "on-call")]
    assert [who for _, who in told[3:]] == ["lead", "lead"]


def quiet(loud: frozenset[int] = frozenset({0})) -> Ladder:
    return replace(LADDER, quiet=Quiet(Hours(22 * 60, 31 * 60), loud))


def test_quiet_hours_hold_back_until_the_morning_and_let_the_critical_through() -> None:
    # 02:00 in UTC lies in the quiet; it ends at 07:00, 300 minutes later.
    told = night(quiet(), range(400))
    assert told[:3] == [(300, "supervisor"), (300, "lead"), (300, "on-call")]
    assert night(quiet(), range(60), severity=0)[0] == (0, "supervisor")
    assert night(quiet(frozenset()), range(290), severity=0) == []


def test_a_step_may_be_told_in_the_quiet_all_the_same() -> None:
    ladder = replace(quiet(), steps=(Step("supervisor"), Step("on-call", after=MINUTE, rests=False)))
    assert night(ladder, range(310)) == [(1, "on-call"), (300, "supervisor")]


def test_quiet_hours_follow_the_clock_on_the_wall_over_a_change_of_it() -> None:
    rule = Quiet(Hours(22 * 60, 31 * 60))
    # Berlin goes from +1 to +2 on 29 March 2026 and back on 25 October.
    assert rule.until(parse_rfc3339("2026-03-28T21:30:00Z"), 1, BERLIN) == parse_rfc3339(
        "2026-03-29T05:00:00Z"
    )
    assert rule.until(parse_rfc3339("2026-10-24T21:30:00Z"), 1, BERLIN) == parse_rfc3339(
        "2026-10-25T06:00:00Z"
    )
    assert rule.until(parse_rfc3339("2026-10-25T06:00:00Z"), 1, BERLIN) is None


STEPS = st.builds(
    Step,
    who=st.sampled_from(["supervisor", "lead", "on-call", "li"]),
    after=st.integers(0, 2 * HOUR),
    every=st.integers(0, HOUR),
    times=st.integers(1, 4),
    within=st.integers(0, HOUR),
    rests=st.booleans(),
)
LADDERS = st.builds(
    Ladder,
    steps=st.lists(STEPS, max_size=4).map(tuple),
    quiet=st.none() | st.builds(Quiet, st.just(Hours(22 * 60, 31 * 60))),
)
LOOKS = st.lists(st.integers(-HOUR, 3 * DAY), min_size=1, max_size=12).map(sorted)


@given(LADDERS, LOOKS, st.integers(0, 3))
def test_however_rarely_one_looks_nothing_is_told_too_early_too_often_or_twice_at_once(
    ladder: Ladder, looks: list[Millis], severity: int
) -> None:
    one = climb(severity=severity)
    for since in looks:
        now = BROKE + since
        found = plan(ladder, one, now, UTC)
        assert found.wake is None or found.wake > now
        assert len(set(found.due)) == len(found.due)
        one = tell(one, found.due, now)
        assert plan(ladder, one, now, UTC).due == ()
    for number, step in enumerate(ladder.steps):
        times = [at for told, at in one.told if told == number]
        assert len(times) <= step.times
        assert all(later - earlier >= step.every for earlier, later in pairwise(times))
        if times and (number == 0 or not ladder.steps[number - 1].within):
            assert times[0] >= BROKE + step.after


@given(LADDERS, st.integers(0, 3))
def test_waking_when_told_to_comes_to_an_end_with_everybody_told(ladder: Ladder, severity: int) -> None:
    one, now = climb(severity=severity), BROKE
    for _ in range(100):
        found = plan(ladder, one, now, UTC)
        one = tell(one, found.due, now)
        if found.wake is None:
            break
        now = found.wake
    told = {number for number, _ in one.told}
    assert told == set(range(len(ladder.steps)))
    for number, step in enumerate(ladder.steps):
        expected = step.times if step.every else 1
        assert sum(other == number for other, _ in one.told) == expected
