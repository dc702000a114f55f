"""What time alone calls for: when, where, under which name, until when."""

import pytest

from console.domain.instants import DAY, HOUR, MINUTE, format_utc, parse_rfc3339
from console.domain.pack_file import parse_pack
from console.domain.schedule import HORIZON, Occasion, occasions, soonest
from console.domain.site import Site, parse_site
from console.domain.tables import TableError

MONDAY = parse_rfc3339("2026-03-02T00:00:00+08:00")
AREAS = parse_site('[areas.north]\nmanager = "li"\n[areas.south]\n')
OFFICE = parse_site('[calendars.office]\nweekdays = ["09:00-12:00", "13:30-18:00"]\n')


def norm(keys: str, item: str = "report/round/{period}") -> str:
    return f"""
    [[norm]]
    id = "round"
    form = "task"
    subject = "floor"
    make = "report.made"
    item = "{item}"
    {keys}
    """


def called(
    keys: str, site: Site, after: int, until: int, item: str = "report/round/{period}"
) -> list[Occasion]:
    return occasions(parse_pack(norm(keys, item)).scheduled, site, after, until)


def test_each_shift_at_its_end_due_from_when_the_next_begins() -> None:
    site = parse_site('[shifts]\nday = "09:00-18:00"\nnight = "20:00-06:00"')
    day, night = called(
        'every = "shift"\nat = "end"\ndue = "30m"', site, MONDAY + 7 * HOUR, MONDAY + 32 * HOUR
    )
    assert (day.item, day.moment - MONDAY) == ("report/round/2026-03-02/day", 18 * HOUR)
    assert day.due == MONDAY + 20 * HOUR + 30 * MINUTE
    assert (night.item, night.moment - MONDAY) == ("report/round/2026-03-02/night", 30 * HOUR)
    assert night.due == MONDAY + 33 * HOUR + 30 * MINUTE


@pytest.mark.parametrize(
    ("every", "items"),
    [
        ("day", ["2026-03-30", "2026-03-31", "2026-04-01"]),
        ("week", ["2026-W14"]),
        ("month", ["2026-04"]),
    ],
)
def test_days_weeks_and_months_begin_at_the_sites_midnight(every: str, items: list[str]) -> None:
    march_30 = MONDAY + 28 * DAY
    found = called(f'every = "{every}"', Site(), march_30 - 1, march_30 + 2 * DAY)
    assert [each.item.removeprefix("report/round/") for each in found] == items
    assert [each for each in found if (each.moment - MONDAY) % DAY] == []


def test_the_moment_itself_belongs_to_what_ends_with_it() -> None:
    before = called('every = "day"', Site(), MONDAY - 1, MONDAY)
    after = called('every = "day"', Site(), MONDAY, MONDAY + DAY - 1)
    assert ([each.moment for each in before], after) == ([MONDAY], [])


def test_one_for_each_area_that_the_settings_name() -> None:
    found = called('every = "week"\neach = "area"', AREAS, MONDAY - 1, MONDAY)
    assert [(each.place, each.item) for each in found] == [
        ("north", "report/round/2026-W10/north"),
        ("south", "report/round/2026-W10/south"),
    ]


def test_one_for_the_floor_where_there_are_no_areas() -> None:
    (one,) = called('every = "week"\neach = "area"', Site(), MONDAY - 1, MONDAY)
    assert (one.place, one.item) == ("", "report/round/2026-W10")


def test_business_hours_carry_it_and_what_it_promises() -> None:
    keys = 'every = "week"\ndelay = "2h"\ndue = "4h"\ncalendar = "office"'
    (one,) = called(keys, OFFICE, MONDAY, MONDAY + DAY)
    assert format_utc(one.moment) == "2026-03-02T03:00:00.000Z"
    assert one.due == MONDAY + 16 * HOUR + 30 * MINUTE


def test_what_is_drawn_lies_in_business_hours_and_is_the_same_for_everybody() -> None:
    keys = 'every = "week"\nat = "random"\ntimes = 3\ncalendar = "office"'
    weeks = [called(keys, OFFICE, MONDAY + n * 7 * DAY, MONDAY + (n + 1) * 7 * DAY) for n in range(10)]
    assert weeks == [
        called(keys, OFFICE, MONDAY + n * 7 * DAY, MONDAY + (n + 1) * 7 * DAY) for n in range(10)
    ]
    moments = [each.moment for week in weeks for each in week]
    assert len(moments) == len(set(moments)) == 30
    assert all(OFFICE.calendars["office"].is_open(moment) for moment in moments)
    assert {each.item for each in weeks[0]} == {
        "report/round/2026-W10",
        "report/round/2026-W10/2",
        "report/round/2026-W10/3",
    }
    # All over the week, not at one time of it.
    assert len({(moment - MONDAY) // DAY % 7 for moment in moments}) > 3


def test_the_settings_say_another_number_and_another_promise() -> None:
    twice = parse_site("[limits]\nround = 2")
    assert len(called('every = "week"', twice, MONDAY - 1, MONDAY)) == 2
    assert called('every = "week"', parse_site("[limits]\nround = 0"), MONDAY - 1, MONDAY) == []
    (later,) = called('every = "week"\ndue = "1h"', parse_site('[limits]\nround = "2h"'), MONDAY - 1, MONDAY)
    assert later.due == MONDAY + 2 * HOUR


def test_who_looks_for_what_comes_next_looks_no_further_than_needed() -> None:
    scheduled = parse_pack(norm('every = "month"')).scheduled
    assert soonest(scheduled, Site(), MONDAY) == MONDAY + HORIZON
    assert soonest(scheduled, Site(), MONDAY + 29 * DAY) == MONDAY + 30 * DAY
    assert soonest((), Site(), MONDAY) == MONDAY + HORIZON


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('every = "hour"', "every: 'hour' is unknown; known: shift, day, week, month, quarter, year"),
        ('every = "day"\non = "floor.found"', "not by both"),
        ('on = "floor.found"\neach = "area"', "each goes with 'every'"),
        ('every = "day"\ntimes = 0', "times: a whole number from 1"),
        ('every = "day"\nonly = "quiet"', "only: 'quiet' is unknown"),
    ],
)
def test_a_mistake_is_named(keys: str, said: str) -> None:
    with pytest.raises(TableError, match=said):
        parse_pack(norm(keys))
