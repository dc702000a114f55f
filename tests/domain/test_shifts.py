"""The shifts of a day, in the site's zone."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.instants import DAY, HOUR, parse_rfc3339
from console.domain.localtime import local_moment
from console.domain.shifts import STANDARD, Shifts, parse_shifts
from console.domain.site import SettingsError, parse_site

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
SPLIT = {
    "day": {"hours": "09:00-18:00", "days": ["weekdays"]},
    "weekend": {"hours": "10:00-16:00", "days": ["sat", "sun"]},
}


def shifts(table: object = None, zone: ZoneInfo = SHANGHAI) -> Shifts:
    return Shifts(STANDARD if table is None else parse_shifts(table), zone)


def at(text: str) -> int:
    return parse_rfc3339(text)


@pytest.mark.parametrize(
    ("now", "runs", "next_one"),
    [
        ("2026-03-02T07:59:59+08:00", "2026-03-02/night", "2026-03-02/early"),
        ("2026-03-02T08:00:00+08:00", "2026-03-02/early", "2026-03-02/late"),
        ("2026-03-02T23:59:59+08:00", "2026-03-02/late", "2026-03-03/night"),
    ],
)
def test_without_settings_three_shifts_go_around_the_clock(now: str, runs: str, next_one: str) -> None:
    running, following = shifts().running(at(now)), shifts().next(at(now))
    assert running is not None
    assert following is not None
    assert (running.id, following.id) == (runs, next_one)
    assert shifts().after(running) == following


def test_between_two_shifts_the_one_before_goes_on() -> None:
    friday = shifts(SPLIT).running(at("2026-03-06T22:00:00+08:00"))
    assert friday is not None
    assert (friday.id, friday.end) == ("2026-03-06/day", at("2026-03-06T18:00:00+08:00"))
    saturday = shifts(SPLIT).after(friday)
    assert saturday is not None
    assert (saturday.id, saturday.start) == ("2026-03-07/weekend", at("2026-03-07T10:00:00+08:00"))


def test_of_shifts_that_overlap_the_later_one_takes_over() -> None:
    overlapping = shifts({"early": "08:00-17:00", "late": "13:00-22:00"})
    early, late = overlapping.named("2026-03-02/early"), overlapping.named("2026-03-02/late")
    assert early is not None
    assert late is not None
    assert overlapping.after(early) == late
    following = overlapping.after(late)
    assert following is not None
    assert following.id == "2026-03-03/early"


def test_a_night_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    night = shifts({"night": "22:00-06:00", "day": "06:00-22:00"}, BERLIN).named("2026-10-24/night")
    assert night is not None
    assert night.end - night.start == 9 * HOUR


def test_a_floor_without_shifts_has_none() -> None:
    none = shifts({})
    assert (none.running(0), none.next(0), none.between(0, 10 * DAY)) == (None, None, [])
    assert parse_site("[shifts]").shift_hours == ()
    assert parse_site("").shift_hours == STANDARD


@settings(max_examples=40)
@given(st.integers(0, 3 * 365), st.integers(0, DAY - 1))
def test_each_moment_lies_in_the_shift_that_began_last(day: int, within: int) -> None:
    now = local_moment(date(2026, 1, 1), 0, BERLIN) + day * DAY + within
    running, following = shifts(zone=BERLIN).running(now), shifts(zone=BERLIN).next(now)
    assert running is not None
    assert following is not None
    assert running.start <= now < running.end == following.start


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('shifts = "day"', "a table of name"),
        ('[shifts]\nday = "9-18"', "shifts.day: '9-18' is no span of a day"),
        ('[shifts]\nday = { hours = "09:00-18:00", days = ["funday"] }', "shifts.day.days: a list of mon"),
        ('[shifts]\nday = { from = "09:00" }', "unknown key 'from'"),
        ('[shifts]\n"a/b" = "09:00-18:00"', "without a slash"),
    ],
)
def test_a_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        parse_site(text)
