"""The rota: who is on call, who is next, and where nobody is, on nights of every length."""

from __future__ import annotations

from datetime import UTC, date
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.calendar import Hours
from console.domain.instants import DAY, HOUR, MINUTE, Millis, parse_rfc3339
from console.domain.rota import Rota, Shift, Turn

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ROUND = Hours(9 * 60, 33 * 60)
"""From 09:00 to 09:00."""

WEEKS = Rota(SHANGHAI, (Shift(("li", "wang"), ROUND, since=date(2026, 3, 2)),))


def at(text: str) -> Millis:
    return parse_rfc3339(text)


def test_two_people_hand_over_each_monday_morning() -> None:
    # Monday, 2 March: li has the first week, from 09:00 in Shanghai (01:00 in UTC).
    assert WEEKS.on_call(at("2026-03-02T09:00:00+08:00")) == "li"
    assert WEEKS.on_call(at("2026-03-09T08:59:59+08:00")) == "li"
    assert WEEKS.on_call(at("2026-03-09T09:00:00+08:00")) == "wang"
    assert WEEKS.on_call(at("2026-03-16T09:00:00+08:00")) == "li"
    assert WEEKS.handover(at("2026-03-03T00:00:00Z")) == (at("2026-03-09T09:00:00+08:00"), "wang")
    assert WEEKS.on_call(at("2026-03-02T08:59:59+08:00")) is None


def test_a_date_goes_before_the_week_and_the_last_named_before_the_others() -> None:
    rota = Rota(
        SHANGHAI,
        WEEKS.shifts,
        (
            Turn(at("2026-03-04T00:00:00Z"), at("2026-03-06T00:00:00Z"), "zhao"),
            Turn(at("2026-03-05T00:00:00Z"), at("2026-03-05T06:00:00Z"), "sun"),
        ),
    )
    whom = [rota.on_call(at(f"2026-03-{day}Z")) for day in ("03T23:59:59", "04T00:00:00", "05T01:00:00")]
    assert whom == ["li", "zhao", "sun"]
    assert rota.handover(at("2026-03-05T01:00:00Z")) == (at("2026-03-05T06:00:00Z"), "zhao")
    assert rota.people == {"li", "wang", "zhao", "sun"}


def test_gaps_are_found_ahead() -> None:
    nights = Rota(SHANGHAI, (Shift(("li",), Hours(18 * 60, 33 * 60), frozenset({0, 1, 2, 3})),))
    start = at("2026-03-06T00:00:00+08:00")
    # Friday, 6 March: the night from Thursday on ends at 09:00, and the next begins on Monday.
    assert nights.gaps(start, start + 4 * DAY) == [
        (at("2026-03-06T09:00:00+08:00"), at("2026-03-09T18:00:00+08:00")),
    ]
    covered = Rota(
        SHANGHAI, nights.shifts, cover=(Shift((), Hours(18 * 60, 33 * 60), frozenset({0, 1, 2, 3, 4})),)
    )
    assert covered.gaps(start, start + 10 * DAY) == [
        (at("2026-03-06T18:00:00+08:00"), at("2026-03-07T09:00:00+08:00")),
        (at("2026-03-13T18:00:00+08:00"), at("2026-03-14T09:00:00+08:00")),
    ]


def test_a_gap_is_told_to_its_end_however_far_was_looked() -> None:
    thursdays_off = Rota(SHANGHAI, (Shift(("li",), ROUND, frozenset({0, 1, 2, 4, 5, 6})),))
    # Nobody has the shift of Thursday, 5 March, 09:00 to 09:00.
    assert thursdays_off.gaps(at("2026-03-04T00:00:00Z"), at("2026-03-05T12:00:00Z")) == [
        (at("2026-03-05T09:00:00+08:00"), at("2026-03-06T09:00:00+08:00"))
    ]


def test_a_turn_that_is_as_long_as_is_looked_at_once_ends_when_it_does() -> None:
    months = Rota(SHANGHAI, (Shift(("li", "wang"), ROUND, since=date(2026, 3, 2), turn_days=30),))
    begins, ends = at("2026-03-02T09:00:00+08:00"), at("2026-04-01T09:00:00+08:00")
    assert months.handover(begins) == (ends, "wang")


def test_a_turn_of_nobody_is_a_gap() -> None:
    away = Turn(at("2026-03-04T00:00:00Z"), at("2026-03-04T12:00:00Z"), "")
    rota = Rota(SHANGHAI, WEEKS.shifts, (away,))
    assert rota.gaps(at("2026-03-03T00:00:00Z"), at("2026-03-17T00:00:00Z")) == [(away.start, away.end)]


def test_the_night_of_a_change_of_the_clocks_has_one_owner_all_through() -> None:
    nights = Rota(
        BERLIN,
        (
            Shift(("li",), Hours(2 * 60 + 30, 14 * 60)),
            Shift(("wang",), Hours(14 * 60, 26 * 60 + 30)),
        ),
    )
    # 29 March 2026: 02:30 never comes, the hand-over is at 03:30 of the new time.
    assert nights.on_call(at("2026-03-29T03:29:59+02:00")) == "wang"
    assert nights.on_call(at("2026-03-29T03:30:00+02:00")) == "li"
    # 25 October 2026: 02:30 comes twice, the hand-over is at the first.
    assert nights.on_call(at("2026-10-25T02:29:59+02:00")) == "wang"
    assert nights.on_call(at("2026-10-25T02:30:00+02:00")) == "li"
    assert nights.gaps(at("2026-03-27T00:00:00Z"), at("2026-03-31T00:00:00Z")) == []
    assert nights.gaps(at("2026-10-23T00:00:00Z"), at("2026-10-27T00:00:00Z")) == []


START = at("2026-10-20T00:00:00Z")
SHIFTS = st.builds(
    Shift,
    st.lists(st.sampled_from(["li", "wang", "zhao"]), min_size=1, max_size=3).map(tuple),
    st.builds(lambda start, length: Hours(start, start + length), st.integers(0, 1439), st.integers(1, 1440)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.none() | st.just(date(2026, 10, 19)),
    st.integers(1, 7),
)
TURNS = st.builds(
    lambda start, length, who: Turn(START + start, START + start + length, who),
    st.integers(0, 9 * DAY),
    st.integers(MINUTE, 2 * DAY),
    st.sampled_from(["li", "sun", ""]),
)
ROTAS = st.builds(
    Rota,
    st.sampled_from([UTC, BERLIN, SHANGHAI]),
    st.lists(SHIFTS, max_size=3).map(tuple),
    st.lists(TURNS, max_size=2).map(tuple),
)


@settings(max_examples=50)
@given(ROTAS, st.lists(st.integers(0, 10 * DAY - 1), min_size=1, max_size=20))
def test_a_moment_lies_in_a_gap_exactly_when_nobody_is_on_call(rota: Rota, moments: list[int]) -> None:
    gaps = rota.gaps(START, START + 10 * DAY)
    for since in moments:
        now = START + since
        assert any(begin <= now < end for begin, end in gaps) == (rota.on_call(now) is None)


@settings(max_examples=50)
@given(ROTAS, st.integers(0, 10 * DAY))
def test_until_the_next_hand_over_nothing_changes(rota: Rota, since: int) -> None:
    now = START + since
    found = rota.handover(now)
    present = rota.on_call(now)
    end = found[0] if found else now + 5 * DAY
    for moment in range(now, min(end, now + 10 * DAY), 5 * HOUR + 7 * MINUTE):
        assert rota.on_call(moment) == present
    if found:
        assert rota.on_call(found[0]) == found[1] != present
        assert rota.on_call(found[0] - 1) == present
