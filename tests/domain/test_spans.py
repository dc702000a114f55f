"""Limits beside a moment that was given, in days that are worked."""

import pytest

from console.domain.instants import Millis, parse_rfc3339
from console.domain.site import Site, parse_site
from console.domain.span import parse_span

BEGINS = parse_rfc3339("2026-10-09T09:00:30+08:00")
"""A Friday, two days after the holidays."""

HOLIDAYS = parse_site("""
[calendars.office]
weekdays = ["08:30-17:30"]
off = ["2026-10-01..2026-10-07"]
work = ["2026-09-27"]
""")


def due(text: str, site: Site, named: str = "") -> Millis | None:
    return parse_span(text).end(
        0, ring_cycle=0, zone=site.tzinfo, given={"window_start": BEGINS}, calendar=site.calendar("", named)
    )


@pytest.mark.parametrize(
    ("text", "named", "day"),
    [
        ("1 working day before field:window_start", "", "2026-10-08"),
        ("5 working days before field:window_start", "", "2026-10-02"),
        ("1 working day before field:window_start", "office", "2026-10-08"),
        ("2 working days before field:window_start", "office", "2026-09-30"),
        ("5 working days before field:window_start", "office", "2026-09-27"),
        ("1 working day after field:window_start", "office", "2026-10-12"),
    ],
)
def test_the_same_time_on_a_day_that_is_worked(text: str, named: str, day: str) -> None:
    assert due(text, HOLIDAYS, named) == parse_rfc3339(f"{day}T09:00:30+08:00")
    assert str(parse_span(text)) == text
