"""`rings site apply` with calendars: what is looked up, what is said, and what stays in the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from console.cli import main
from console.domain.instants import parse_rfc3339
from console.locale.catalogue import LANGUAGES, Language, load
from console.numbers import normalise
from console.screens.explain import lines
from console.screens.times import Times
from console.screens.words import Words
from console.service import board
from console.store.direct import reading

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


class Answer(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str


class Rings:
    """`rings` on a store of its own, in this process."""

    def __init__(self, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store = store
        self._capsys = capsys

    def __call__(self, *words: str) -> Answer:
        self._capsys.readouterr()
        code = main([*words, "--store", str(self.store), "--lang", "en"])
        return Answer(code, *self._capsys.readouterr())

    def clocks(self, item: str, *words: str) -> list[dict[str, Any]]:
        return json.loads(self("explain", item, "--json", *words).out)["clocks"]  # type: ignore[no-any-return]


@pytest.fixture
def rings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Rings:
    return Rings(tmp_path / "rings.db", capsys)


def test_a_calendar_is_in_the_store_when_its_files_are_gone(rings: Rings, tmp_path: Path) -> None:
    site, ics = tmp_path / "site.toml", tmp_path / "house.ics"
    site.write_text(SITE)
    ics.write_text(ICS)
    told = rings("site", "apply", str(site)).out
    ics.unlink()
    site.unlink()

    assert "CN: " in told
    assert "chinesecalendar" in told
    assert "calendars.office.ics: left out, as it covers no whole day: Fire drill" in told
    shown = rings("site").out
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
def office(rings: Rings, tmp_path: Path) -> Rings:
    """Two tickets whose reply runs on office hours, each day 7.5 of them."""
    site = tmp_path / "site.toml"
    site.write_text(SITE.replace('ics = "house.ics"', "") + HOLIDAYS, encoding="utf-8")
    rings("site", "apply", str(site))
    lines = [
        json.dumps({"source": "crm", "id": str(n), "type": f"ticket.{verb}", "subject": item, "time": time})
        for n, (item, verb, time) in enumerate(EVENTS)
    ]
    events = tmp_path / "events.ndjson"
    events.write_text("\n".join(lines))
    rings("ingest", str(events))
    return rings


def test_explain_adds_up_to_due(office: Rings) -> None:
    """2 hours on 29 September and 1 on the 30th; ten hours of work pass while it waits (6.5 on the 30th, 3.5
    on 8 October); then 4 on the 8th, 7.5 on the 9th, and on Saturday the 10th (worked), 2 on the 12th."""
    text = office("explain", "ticket/1", "--until", "2026-10-09T00:00:00Z").out

    for part in (
        "limit        24:00:00",
        "2026-09-30 10:00:00.000  + 10:00:00",
        "not counted  + 273:00:00  outside the hours of office",
        "2026-10-01..2026-10-07 国庆节",
        "due          2026-10-12 11:00:00.000",
    ):
        assert part in text
    assert "known" not in text
    (clock,) = office.clocks("ticket/1")
    hours = clock["hours"]
    # 2026-09-29T08:00Z to 2026-10-12T03:00Z are 307 hours.
    assert (hours["limit_s"] + sum(hours["pauses_s"]) + hours["left_out_s"]) / 3600 == 307
    assert (hours["calendar"], hours["known"], len(hours["days_off"])) == ("office", True, 5)


def test_a_norm_shows_the_hours_that_it_runs_on_here(office: Rings) -> None:
    assert "  calendar  office\n" in office("norms", "show", "ticket.reply.twenty-four-hours").out
    assert "calendar" not in office("norms", "show", "ticket.contact.thirty-minutes").out


def test_a_clock_that_runs_past_what_is_known_says_so(office: Rings) -> None:
    later = ("--until", "2027-02-01T00:00:00Z")
    text = office("explain", "ticket/2", *later).out
    assert "holidays are known from 2026-01-01 to 2026-12-31 only" in text
    (clock,) = office.clocks("ticket/2", *later)
    assert (clock["hours"]["known"], clock["hours"]["known_until"]) == (False, "2026-12-31")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_shows_the_same_sum(office: Rings, language: Language) -> None:
    with reading(office.store, normalise) as reader:
        rules = reader.rulebook().latest
        words = Words.of(load(language), rules, Times(rules.site.tzinfo))
        for item, parts in {
            "ticket/1": (
                "24:00:00",
                "+ 10:00:00",
                "+ 273:00:00",
                "2026-10-01..2026-10-07 国庆节",
                "10-12 11:00:00.000",
            ),
            "ticket/2": ("2026-12-31", "01-05 17:30:00.000"),
        }.items():
            now = parse_rfc3339("2027-02-01T00:00:00Z")
            view = board.view(reader, item, now)
            assert view is not None
            text = "\n".join("".join(span.text for span in line.spans) for line in lines(words, view, now))
            for part in parts:
                assert part in text
            assert (words.say("calendar.left_out")) in text


def test_a_calendar_may_stand_in_one_line(rings: Rings, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('calendars = { office = { daily = ["09:00-17:00"], holidays = "CN" } }\n')
    assert rings("site", "apply", str(site)).code == 0
    assert "office = mon-sun 09:00-17:00" in rings("site").out


def test_a_mistake_in_a_calendar_changes_nothing(rings: Rings, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE)
    answer = rings("site", "apply", str(site))

    assert answer.code == 2
    assert answer.err.strip().endswith(
        "site.toml: calendars.office.ics: house.ics: No such file or directory"
    )  # fmt: skip
    assert "office" not in rings("site").out


def test_doctor_says_until_when_the_holidays_are_known(office: Rings, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(
        '[calendars.old]\ndaily = ["09:00-17:00"]\nholidays = "CN"\n[holidays.CN]\noff = ["2020-05-01"]\n'
    )
    office("site", "apply", str(site))
    told = office("doctor")

    assert told.code == 1
    assert "mend  calendar old: holidays are known until 2020-12-31 only" in told.out
    site.write_text(site.read_text() + 'until = "2199-12-31"\n')
    office("site", "apply", str(site))
    assert "ok    calendar old: holidays are known until 2199-12-31" in office("doctor").out


NORM = """
[[norm]]
id = "{id}"
form = "clock"
subject = "ticket"
severity = "low"
start = "ticket.opened"
stop = "ticket.closed"
{rule}
"""


def test_norms_and_settings_must_fit_together(office: Rings, tmp_path: Path) -> None:
    """A norm on hours that are not there would silently run around the clock."""
    pack, site = tmp_path / "pack.toml", tmp_path / "site.toml"
    pack.write_text(NORM.format(id="a", rule='most = "1h"\ncalendar = "shop"'))
    refused = office("site", "apply", str(pack))
    assert refused.code == 2
    assert "the norm 'a' runs on 'shop', a calendar that the settings don't have" in refused.err

    shop = '[calendars.shop]\ndaily = ["10:00-20:00"]\n[hours]\nb = "shop"\n'
    site.write_text(shop)
    assert "note: no norm in force is called b" in office("site", "apply", str(site)).out
    assert office("site", "apply", str(pack)).code == 0
    site.write_text('zone = "Asia/Shanghai"')
    assert "'shop', a calendar that the settings don't have" in office("site", "apply", str(site)).err

    pack.write_text(NORM.format(id="b", rule='every = "1h"\nagain = "ticket.contacted"'))
    refused = office("site", "apply", str(pack))
    assert "hours.b: this norm has no length that could run in business time" in refused.err
    pack.write_text(NORM.format(id="a", rule='every = "1h"\nagain = "ticket.contacted"'))
    site.write_text(shop + '[limits]\na = "10ms"')
    assert office("site", "apply", str(pack)).code == 0
    assert "limits.a: a beat has a fixed length of a second or more" in office("site", "apply", str(site)).err
    site.write_text(shop + "[limits]\na = 10")
    assert "limits.a: this norm counts nothing" in office("site", "apply", str(site)).err
    pack.write_text(NORM.format(id="a", rule='every = "0s"\nagain = "ticket.contacted"'))
    checked = office("norms", "check", str(pack))
    assert "a beat has a fixed length of a second or more" in checked.out + checked.err
    pack.write_text(NORM.format(id="b", rule='every = "1h"\nagain = "ticket.contacted"\ncalendar = "shop"'))
    checked = office("norms", "check", str(pack))
    assert "a beat has no 'calendar'" in checked.out + checked.err
