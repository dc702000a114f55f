"""`rings site apply` with calendars: what is looked up, what is said, and what stays in the store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.domain.instants import parse_rfc3339
from console.locale.catalogue import LANGUAGES, Language, load
from console.numbers import normalise
from console.screens.explain import lines
from console.screens.times import Times
from console.screens.words import Words
from console.service import board
from console.store.direct import reading
from tests.cli.test_one_shot import Rings

SITE = """
[calendars.office]
weekdays = ["09:00-12:00", "13:30-18:00"]
holidays = "CN"
ics = "house.ics"
[hours]
"ticket.reply.twenty-four-hours" = "office"
"""
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20200512\r\n"
    "RRULE:FREQ=YEARLY\r\nSUMMARY:Founding day\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\n"
    "DTSTART:20260601T100000Z\r\nDTEND:20260601T110000Z\r\nSUMMARY:Fire drill\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_a_calendar_is_in_the_store_when_its_files_are_gone(tmp_path: Path) -> None:
    rings = Rings(tmp_path / "rings.db")
    site, ics = tmp_path / "site.toml", tmp_path / "house.ics"
    site.write_text(SITE)
    ics.write_text(ICS)
    told = rings("site", "apply", str(site)).stdout.decode()
    ics.unlink()
    site.unlink()

    assert "CN: " in told
    assert "chinesecalendar" in told
    assert "calendars.office.ics: left out, as it covers no whole day: Fire drill" in told
    shown = rings("site").stdout.decode()
    assert "calendar       office = mon-fri 09:00-12:00 13:30-18:00 (Asia/Shanghai)" in shown
    assert "holidays known from 20" in shown
    assert "hours          ticket.reply.twenty-four-hours = office" in shown


HOLIDAYS = """
[holidays.CN]
off = { "2026-10-01..2026-10-07" = "国庆节" }
work = ["2026-09-20", "2026-10-10"]
"""
EVENTS = [
    ("ticket/1", "opened", "2026-09-29T16:00:00+08:00"),
    ("ticket/1", "waiting", "2026-09-30T10:00:00+08:00"),
    ("ticket/1", "resumed", "2026-10-08T14:00:00+08:00"),
    ("ticket/2", "opened", "2026-12-31T16:00:00+08:00"),
]


@pytest.fixture
def office(tmp_path: Path) -> Rings:
    """Two tickets whose reply runs on office hours, each day 7.5 of them."""
    rings = Rings(tmp_path / "rings.db")
    site = tmp_path / "site.toml"
    site.write_text(SITE.replace('ics = "house.ics"', "") + HOLIDAYS, encoding="utf-8")
    rings("site", "apply", str(site))
    lines = [
        json.dumps({"source": "crm", "id": str(n), "type": f"ticket.{verb}", "subject": item, "time": time})
        for n, (item, verb, time) in enumerate(EVENTS)
    ]
    rings("ingest", "-", stdin="\n".join(lines).encode())
    return rings


def test_explain_adds_up_to_due(office: Rings) -> None:
    """2 hours on 29 September and 1 on the 30th; ten hours of work pass while it waits (6.5 on the 30th, 3.5
    on 8 October); then 4 on the 8th, 7.5 on the 9th, and on Saturday the 10th (worked), 2 on the 12th."""
    text = office("explain", "ticket/1", "--until", "2026-10-09T00:00:00Z").stdout.decode()

    for part in (
        "limit        24:00:00",
        "2026-09-30 10:00:00.000  + 10:00:00",
        "not counted  + 273:00:00  outside the hours of office",
        "2026-10-01 国庆节",
        "due          2026-10-12 11:00:00.000",
    ):
        assert part in text
    assert "2026-10-03" not in text  # a Saturday: nobody works then anyway
    assert "known" not in text
    (clock,) = office.json("explain", "ticket/1")[0]["clocks"]
    hours = clock["hours"]
    # 2026-09-29T08:00Z to 2026-10-12T03:00Z are 307 hours.
    assert (hours["limit_s"] + sum(hours["pauses_s"]) + hours["left_out_s"]) / 3600 == 307
    assert (hours["calendar"], hours["known"], len(hours["days_off"])) == ("office", True, 5)


def test_a_clock_that_runs_past_what_is_known_says_so(office: Rings) -> None:
    later = ("--until", "2027-02-01T00:00:00Z")
    text = office("explain", "ticket/2", *later).stdout.decode()
    assert "holidays are known from 2026-01-01 to 2026-12-31 only" in text
    (clock,) = office.json("explain", "ticket/2", *later)[0]["clocks"]
    assert (clock["hours"]["known"], clock["hours"]["known_until"]) == (False, "2026-12-31")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_shows_the_same_sum(office: Rings, language: Language) -> None:
    with reading(office.store, normalise) as reader:
        rules = reader.rulebook().latest
        words = Words(load(language), rules, Times(rules.site.tzinfo))
        for item, parts in {
            "ticket/1": ("24:00:00", "+ 10:00:00", "+ 273:00:00", "2026-10-01 国庆节", "10-12 11:00:00.000"),
            "ticket/2": ("2026-12-31", "01-05 17:30:00.000"),
        }.items():
            now = parse_rfc3339("2027-02-01T00:00:00Z")
            view = board.view(reader, item, now)
            assert view is not None
            text = "\n".join("".join(span.text for span in line.spans) for line in lines(words, view, now))
            for part in parts:
                assert part in text
            assert (words.say("calendar.left_out")) in text


def test_a_mistake_in_a_calendar_changes_nothing(tmp_path: Path) -> None:
    rings = Rings(tmp_path / "rings.db")
    site = tmp_path / "site.toml"
    site.write_text(SITE)
    answer = rings("site", "apply", str(site))

    assert answer.returncode == 2
    assert answer.stderr.decode().strip().endswith(
        "site.toml: calendars.office.ics: house.ics: No such file or directory"
    )  # fmt: skip
    assert "office" not in rings("site").stdout.decode()
