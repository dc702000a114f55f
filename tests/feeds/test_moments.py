"""Dates, times of day, durations and zones become the moments that they mean."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from csv_desk import BASIC, HEADER, mapped
from hypothesis import given
from hypothesis import strategies as st

from console.domain.event import Event, Rejected
from console.domain.instants import format_utc
from console.feeds.mapping import load_mapping
from console.feeds.reasons import Reason
from console.feeds.timeformat import TimeFormat


def moment(text: str, *, lines: str, zone: str = "Europe/Berlin", header: str = "at,other") -> str | None:
    """The moment `m` of one row, as RFC 3339; None where the row lacks it."""
    mapping = f"""
source = "t"
subject = "ticket/1"
zone = "{zone}"
missing = ["NA"]
{text}
[moment.always]
text = "2026-01-01"
format = "%Y-%m-%d"
[[event]]
type = "ticket.opened"
time = "always"
data = {{ m = {{ moment = "m" }} }}
"""
    made = mapped(f"{header}\n{lines}\n".encode(), mapping)
    assert isinstance(made[0], Event), made
    value = made[0].data.get("m")
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("format_", "text", "day", "clock"),
    [
        ("%Y-%m-%d %H:%M:%S", "2026-03-02 09:00:05", "2026-03-02", 32_405_000),
        ("%Y-%m-%d  %H:%M:%S.%f", "2026-03-02 09:00:05.1234567", "2026-03-02", 32_405_123),
        ("%d/%m/%Y %I:%M %p", "2/3/2026 12:05 am", "2026-03-02", 300_000),
        ("%b %d, %Y %I%p", "March 2, 2026 12PM", "2026-03-02", 43_200_000),
        ("%y%m%d", "690101", "1969-01-01", 0),
        ("%y%m%d", "681231", "2068-12-31", 0),
        ("%Y%m%d %H%M", "20260302 2400", "2026-03-03", 0),
        ("%H%M", "0055", None, 3_300_000),
        ("%H%M", "2400", None, 86_400_000),
        ("%s.%f", "1772413200.25", "2026-03-02", 3_600_250),
        ("100%% %d.%m.%Y", "100% 02.03.2026", "2026-03-02", 0),
    ],
)  # fmt: skip
def test_formats(format_: str, text: str, day: str | None, clock: int) -> None:
    stamp = TimeFormat(format_).parse(text)
    assert stamp is not None
    assert (stamp.day and stamp.day.isoformat(), stamp.clock) == (day, clock)


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("%H%M", "517"),
        ("%H:%M", "24:01"),
        ("%H:%M", "9:60"),
        ("%I:%M %p", "13:00 pm"),
        ("%d %b %Y", "1 Foo 2026"),
        ("%Y-%m-%d", "2026-02-29"),
        ("%Y-%m-%d", "٢٠٢٦-٠٣-٠٢"),
        ("%H:%M", "09:00 "),
    ],
)
def test_texts_that_do_not_fit_their_format(format_: str, text: str) -> None:
    assert TimeFormat(format_).parse(text) is None


@given(
    st.sampled_from(["%Y-%m-%d %H:%M:%S.%f%z", "%y%m%d", "%b %d %Y %I%p", "%s", "%H%M"]), st.text(max_size=30)
)
def test_any_text_is_read_or_not(format_: str, text: str) -> None:
    TimeFormat(format_).parse(text)


READ = '[moment.m]\ntext = "{at}"\nformat = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z"]'


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2026-03-02 09:00", "2026-03-02T08:00:00.000Z"),
        ("2026-07-02 09:00", "2026-07-02T07:00:00.000Z"),
        ("2026-07-02T09:00:00+0800", "2026-07-02T01:00:00.000Z"),
        ("2026-07-02T09:00:00Z", "2026-07-02T09:00:00.000Z"),
        # Twice: the earlier. Never: shifted forward, 2:30 is 3:30.
        ("2026-10-25 02:30", "2026-10-25T00:30:00.000Z"),
        ("2026-03-29 02:30", "2026-03-29T01:30:00.000Z"),
        ("NA", None),
    ],
)
def test_local_times(cell: str, utc: str | None) -> None:
    assert moment(READ, lines=f"{cell},x") == utc


AROUND = """
[moment.start]
text = "{at}"
format = "%Y-%m-%d %H:%M"
[moment.m]
text = "{other}"
format = "%H:%M"
RULE = "start"
"""


@pytest.mark.parametrize(
    ("rule", "other", "utc"),
    [
        ("after", "23:30", "2026-03-02T22:30:00.000Z"),
        ("after", "23:00", "2026-03-02T22:00:00.000Z"),
        ("after", "22:59", "2026-03-03T21:59:00.000Z"),
        ("after", "00:10", "2026-03-02T23:10:00.000Z"),
        ("after", "24:00", "2026-03-02T23:00:00.000Z"),
        ("near", "22:59", "2026-03-02T21:59:00.000Z"),
        ("near", "00:10", "2026-03-02T23:10:00.000Z"),
        ("near", "10:59", "2026-03-03T09:59:00.000Z"),
        ("near", "11:01", "2026-03-02T10:01:00.000Z"),
        ("near", "NA", None),
    ],
)
def test_a_time_of_day_finds_its_day(rule: str, other: str, utc: str | None) -> None:
    assert moment(AROUND.replace("RULE", rule), lines=f"2026-03-02 23:00,{other}") == utc


def test_a_time_just_before_midnight_is_near_the_one_after_it() -> None:
    assert (
        moment(AROUND.replace("RULE", "near"), lines="2026-03-02 00:00,23:59") == "2026-03-01T22:59:00.000Z"
    )


SHIFT = AROUND.partition("[moment.m]")[0]


@pytest.mark.parametrize(
    ("rule", "other", "utc"),
    [
        ('add = "{other}"\nunit = "minutes"', "-90", "2026-03-02T20:30:00.000Z"),
        ('subtract = "{other}"\nunit = "seconds"', "1.5", "2026-03-02T21:59:58.500Z"),
        ('add = "2"\nunit = "days"', "x", "2026-03-04T22:00:00.000Z"),
        ('add = "{other}"\nunit = "hours"', "NA", None),
    ],
)
def test_durations(rule: str, other: str, utc: str | None) -> None:
    assert moment(f'{SHIFT}\n[moment.m]\nfrom = "start"\n{rule}', lines=f"2026-03-02 23:00,{other}") == utc


@pytest.mark.parametrize("number", ["x", "", "1e400", "nan", "9" * 30])
def test_numbers_that_are_none(number: str) -> None:
    shift = '[moment.closed]\nfrom = "opened"\nadd = "{queue}"\nunit = "days"\n'
    event = '[[event]]\ntype = "ticket.closed"\ntime = "closed"\n'
    (each,) = mapped(HEADER + f"7,2026-03-02 09:00,{number}\n".encode(), BASIC + event + shift)
    assert isinstance(each, Rejected)
    assert each.reason in {Reason.CSV_VALUE, Reason.CSV_MISSING}


def test_first_and_latest_of_several() -> None:
    both = SHIFT + '[moment.later]\nfrom = "start"\nadd = "{other}"\nunit = "hours"\n[moment.m]\n'
    assert (
        moment(both + 'first = ["later", "start"]', lines="2026-03-02 23:00,1") == "2026-03-02T23:00:00.000Z"
    )
    assert (
        moment(both + 'first = ["later", "start"]', lines="2026-03-02 23:00,NA") == "2026-03-02T22:00:00.000Z"
    )
    assert (
        moment(both + 'latest = ["later", "start"]', lines="2026-03-02 23:00,-1")
        == "2026-03-02T22:00:00.000Z"
    )
    assert moment(both + 'first = ["later"]', lines="2026-03-02 23:00,NA") is None


def test_a_moment_with_a_condition() -> None:
    text = READ + '\nwhen = { other = "yes" }'
    assert moment(text, lines="2026-03-02 09:00,yes") == "2026-03-02T08:00:00.000Z"
    assert moment(text, lines="2026-03-02 09:00,no") is None


def test_a_zone_from_a_look_up_file(tmp_path: Path) -> None:
    (tmp_path / "places.csv.gz").write_bytes(
        gzip.compress(b"name,zone\nBER,Europe/Berlin\nODD,../etc\nDIR,America\n")
    )
    mapping = load_mapping(
        BASIC.replace('zone = "Europe/Berlin"', "").replace(
            'format = "%Y-%m-%d %H:%M"', 'format = "%Y-%m-%d %H:%M"\nzone = { lookup = "p", key = "{queue}" }'
        )
        + '[lookup.p]\nfile = "places.csv.gz"\nkey = "name"\nvalue = "zone"\n'
        + 'also = { PEK = "Asia/Shanghai" }\n',
        base=tmp_path,
    )
    rows = b"".join(b"7,2026-03-02 09:00,%s\n" % place for place in (b"BER", b"PEK", b"ODD", b"DIR", b"XXX"))
    readings = mapped(HEADER + rows, mapping)
    assert [format_utc(each.time) if isinstance(each, Event) else each.detail for each in readings] == [
        "2026-03-02T08:00:00.000Z",
        "2026-03-02T01:00:00.000Z",
        "moment.opened.zone: ODD",
        "moment.opened.zone: DIR",
        "moment.opened.zone: XXX",
    ]
