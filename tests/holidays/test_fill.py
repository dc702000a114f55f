"""Holidays from outside, written into the settings: against the State Council's notice, and iCalendar."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from console.domain.calendar import Calendar
from console.domain.instants import HOUR, Millis, parse_rfc3339
from console.domain.site import SettingsError, parse_site
from console.holidays.fill import fill

TODAY = date(2026, 3, 2)
OFFICE = '[calendars.office]\nweekdays = ["09:00-17:00"]\n'


def filled(text: str, folder: Path = Path(), today: date = TODAY) -> Calendar:
    return parse_site(fill(OFFICE + text, folder, today).text).calendars["office"]


def shanghai(text: str) -> Millis:
    return parse_rfc3339(f"{text.replace(' ', 'T')}:00+08:00")


def worked(it: Calendar, first: str, last: str) -> list[str]:
    """The days from one to the other on which somebody works at noon (all in one month)."""
    month = first[:8]
    days = [f"{month}{day:02d}" for day in range(int(first[8:]), int(last[8:]) + 1)]
    return [day[8:] for day in days if it.is_open(shanghai(f"{day} 12:00"))]


def test_mainland_china_works_on_days_that_make_up_for_others() -> None:
    """The notice of the State Council for 2026: off on 15 to 23 February, at work on Saturday 14 and 28;
    1 to 5 May, at work on Saturday 9; off on 1 to 7 October, at work on Sunday 20 September and Saturday 10
    October."""
    it = filled('holidays = "CN"')

    assert worked(it, "2026-02-12", "2026-02-28") == ["12", "13", "14", "24", "25", "26", "27", "28"]
    assert worked(it, "2026-04-29", "2026-04-30") == ["29", "30"]
    assert worked(it, "2026-05-01", "2026-05-10") == ["06", "07", "08", "09"]
    assert worked(it, "2026-09-19", "2026-09-21") == ["20", "21"]
    assert worked(it, "2026-10-01", "2026-10-12") == ["08", "09", "10", "12"]
    assert str(it.known_until) >= "2026-12-31"


def test_an_hour_over_the_national_day_week() -> None:
    it = filled('holidays = "CN"')

    assert it.add(shanghai("2026-09-30 16:30"), HOUR) == shanghai("2026-10-08 09:30")
    names = {
        str(day): name
        for day, name in it.left_out(shanghai("2026-09-30 16:30"), shanghai("2026-10-08 09:30"))
    }
    assert list(names) == ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"]
    assert names["2026-10-01"] == "国庆节 National Day"


def test_a_floor_that_works_at_weekends_has_the_weekends_of_a_holiday_off() -> None:
    it = filled('weekend = ["10:00-16:00"]\nholidays = "CN"')
    assert worked(it, "2026-10-01", "2026-10-12") == ["08", "09", "10", "11", "12"]


def test_the_mainland_is_known_as_far_as_it_was_announced() -> None:
    """In November nobody may know next year yet: then the calendar says so instead of guessing."""
    it = filled('holidays = "CN"', today=date(2199, 11, 22))
    assert not it.knows(shanghai("2199-12-30 12:00"), shanghai("2199-12-30 12:00"))


def test_the_libraries_agree_about_the_mainland() -> None:
    """Two libraries that nobody keeps together know the same working days, from Monday to Friday and else."""
    from holidays import country_holidays

    it, other = filled('holidays = "CN"'), country_holidays("CN", years=range(2022, 2027))
    for day in (
        date.fromordinal(n) for n in range(date(2022, 1, 1).toordinal(), date(2026, 12, 31).toordinal())
    ):
        assert it.is_open(shanghai(f"{day} 12:00")) == other.is_working_day(day), day


def test_other_countries_and_their_parts() -> None:
    """Corpus Christi 2026 is 4 June: a holiday in Baden-Württemberg, none in Berlin."""
    southern, berlin = filled('holidays = "DE-BW"'), filled('holidays = "DE-BE"')

    assert not southern.is_open(shanghai("2026-06-04 12:00"))
    assert berlin.is_open(shanghai("2026-06-04 12:00"))
    assert str(berlin.known_until) == "2031-12-31"


def test_what_stands_in_the_file_is_not_looked_up() -> None:
    text = 'holidays = "CN"\n[holidays.CN]\noff = ["2027-01-01"]\n'
    assert fill(OFFICE + text, Path(), TODAY).text == OFFICE + text


def test_what_was_looked_up_is_not_looked_up_again() -> None:
    once = fill(OFFICE + 'holidays = "CN"\n', Path(), TODAY)
    again = fill(once.text, Path(), TODAY)

    assert [one.name for one in once.found] == ["CN"]
    assert again.found == ()
    assert again.text == once.text


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(
        SettingsError, match=r"calendars\.office\.holidays: .*pip install 'three-rings\[calendars\]'"
    ):
        filled('holidays = "DE"')


@pytest.mark.parametrize("name", ["XX", "Germany", "DE-XX", "cn", "../CN"])
def test_an_unknown_country_is_one_clear_line(name: str) -> None:
    with pytest.raises(SettingsError, match=r"^calendars\.office\.holidays: '.*' is no country .* 'DE-BE'$"):
        filled(f'holidays = "{name}"')


ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//a floor//EN
BEGIN:VEVENT
UID:year
DTSTART;VALUE=DATE:20240512
RRULE:FREQ=YEARLY
SUMMARY:Nurses' day\\, always
END:VEVENT
BEGIN:VEVENT
UID:days
DTSTART;VALUE=DATE:20260720
DTEND;VALUE=DATE:20260723
SUMMARY:Summer \x1b[31mparty
END:VEVENT
BEGIN:VEVENT
UID:zone
DTSTART;TZID=Europe/Berlin:20260803T180000
DTEND;TZID=Europe/Berlin:20260805T180000
SUMMARY:Two days in Shanghai
END:VEVENT
BEGIN:VEVENT
UID:afternoon
DTSTART;TZID=Asia/Shanghai:20261224T130000
DTEND;TZID=Asia/Shanghai:20261224T180000
SUMMARY:Early closing
END:VEVENT
BEGIN:VEVENT
UID:off
DTSTART;VALUE=DATE:20260901
STATUS:CANCELLED
SUMMARY:Called off
END:VEVENT
BEGIN:VEVENT
UID:mad
DTSTART:20260101T000000Z
RRULE:FREQ=SECONDLY
SUMMARY:Every second
END:VEVENT
END:VCALENDAR
"""


def test_days_off_from_icalendar(tmp_path: Path) -> None:
    """All day, several days, every year, and in a zone: from 18:00 in Berlin it is midnight in Shanghai."""
    (tmp_path / "house.ics").write_text(ICS.replace("\n", "\r\n"), encoding="utf-8")
    result = fill(OFFICE + 'ics = "house.ics"', tmp_path, TODAY)
    it = parse_site(result.text).calendars["office"]

    assert worked(it, "2026-07-20", "2026-07-24") == ["23", "24"]
    assert worked(it, "2026-08-03", "2026-08-07") == ["03", "06", "07"]
    assert worked(it, "2026-05-11", "2026-05-13") == ["11", "13"]
    assert not it.is_open(shanghai("2025-05-12 12:00"))
    assert it.is_open(shanghai("2026-09-01 12:00"))
    assert [name for _, name in result.passed_over] == ["Every second", "Early closing"]
    assert it.names[date(2026, 5, 12)] == "Nurses' day, always"
    assert it.names[date(2026, 7, 20)] == "Summer [31mparty"
    # Listed days end with this year; that one comes again every year does not make the others known.
    assert str(it.known_until) == "2026-12-31"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\xff\xfe\x00\x01",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:no start\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        ICS[:120].encode(),
        b"<html>not found</html>",
        b"x" * 2_000_001,
    ],
    ids=[
        "empty",
        "text",
        "binary",
        "no events",
        "bad date",
        "no start",
        "cut off",
        "a web page",
        "too large",
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.ics").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        filled('ics = "bad.ics"', tmp_path)
    assert str(caught.value).startswith("calendars.office.ics: bad.ics ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 260


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^calendars\.office\.ics: gone\.ics: No such file"):
        filled('ics = "gone.ics"', tmp_path)
