"""[[notify]], [[webhook]], [ladder] and [rota] in the daemon's settings."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import pytest

from console.domain.calendar import Hours
from console.domain.instants import DAY, HOUR, MINUTE, parse_rfc3339
from console.domain.ladder import Step
from console.serve.config import Config, ConfigError, read_config
from tests.conftest import ROOT

KEY = "whsec_" + base64.b64encode(bytes(32)).decode()

GOOD = """
[[notify]]
name = "floor"
for = ["supervisor", "lead"]
secret_file = "floor.url"
language = "zh"

[[notify]]
name = "phones"
for = "on-call"
secret_file = "floor.url"
repeat = false

[[webhook]]
name = "desk"
url = "https://desk.example/in"
secret_file = "desk.key"

[ladder]
severities = ["critical", "high", "medium"]
few = 2

[[ladder.step]]
who = "supervisor"
within = "10m"

[[ladder.step]]
who = "on-call"
after = "30m"
every = "15m"
times = 3
quiet = false

[ladder.quiet]
hours = "22:00-07:00"

[rota]
zone = "Asia/Shanghai"

[[rota.shift]]
who = ["li", "wang"]
hours = "09:00-09:00"
since = 2026-03-02

[[rota.turn]]
who = "zhao"
from = 2026-03-04
until = 2026-03-05T12:30:00
"""

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
DTSTART;TZID=Asia/Shanghai:20260302T180000
DTEND;TZID=Asia/Shanghai:20260303T090000
RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH
SUMMARY:li
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20260307
DTEND;VALUE=DATE:20260309
SUMMARY:wang
END:VEVENT
END:VCALENDAR
"""


def read(folder: Path, text: str) -> Config:
    for name, content in (("floor.url", "json://127.0.0.1/x"), ("desk.key", KEY), ("rota.ics", ICS)):
        path = folder / name
        path.write_text(content)
        path.chmod(0o600)
    config = folder / "serve.toml"
    config.write_text(text)
    return read_config(config, {})


def test_a_good_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    told = read(tmp_path, GOOD).telling
    assert [(one.name, sorted(one.serves), one.language, one.repeats) for one in told.channels] == [
        ("floor", ["lead", "supervisor"], "zh", True),
        ("phones", ["on-call"], "", False),
    ]
    assert [(one.name, one.url, one.key) for one in told.webhooks] == [
        ("desk", "https://desk.example/in", bytes(32))
    ]
    assert told.ladder.steps == (
        Step("supervisor", within=10 * MINUTE),
        Step("on-call", 30 * MINUTE, 15 * MINUTE, 3, rests=False),
    )
    assert (told.ladder.severities, told.ladder.few) == ({0, 1, 2}, 2)
    assert told.ladder.quiet is not None
    assert told.ladder.quiet.hours == Hours(22 * 60, 31 * 60)
    rota = told.rota
    assert rota is not None
    assert rota.shifts[0].since == date(2026, 3, 2)
    times = ("2026-03-03T00:00:00", "2026-03-04T00:00:00", "2026-03-05T12:30:00", "2026-03-09T09:00:00")
    whom = [rota.on_call(parse_rfc3339(f"{time}+08:00")) for time in times]
    assert whom == ["li", "zhao", "li", "wang"]
    assert "json://" not in repr(told)


def test_without_any_nobody_is_told(tmp_path: Path) -> None:
    assert not read(tmp_path, "").telling


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('for = "on-call"', "", "notify.2.for: who is told"),
        ('language = "zh"', 'language = "fr"', "notify.1.language: zh or en, not 'fr'"),
        ('"floor.url"', '"desk.key"', "notify.1.secret_file: must hold a URL that apprise knows"),
        ('name = "phones"', 'name = "floor"', "notify.2.name: 'floor' is told already"),
        ("https://desk", "desk", "webhook.1.url: must begin with https://"),
        ('"desk.key"', '"floor.url"', "webhook.1.secret_file: must be "),
        ('"medium"]', '"worst"]', "ladder.severities: one of critical, high, medium, low, not 'worst'"),
        ('who = "supervisor"', 'who = "sun"', "ladder.step.1.who: no [[notify]] is for 'sun'"),
        ('every = "15m"\n', "", "ladder.step.2.times: needs every = "),
        ('"22:00-07:00"', '"late"', "ladder.quiet.hours: hours of a day, e.g. 18:00-09:00, not 'late'"),
        ('"Asia/Shanghai"', '"Asia/Nowhere"', "rota.zone: no such time zone"),
        ("since = 2026-03-02\n", "", "rota.shift.1.since: is missing"),
        ("2026-03-05T12:30:00", "2026-03-01", "rota.turn.1.until: must be later than from"),
        ('for = "on-call"', 'for = "li"', "rota.shift: no [[notify]] is for 'wang', nor for 'on-call'"),
        ('"supervisor", "lead"', '"supervisor"', "rota.stand_in: no [[notify]] is for 'lead'"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\nics = "none.ics"', "rota.ics: "),
        ("few = 2", "fev = 2", "ladder.fev: unknown key"),
    ],
)
def test_a_mistake_is_one_line_that_names_its_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert says in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_a_calendar_of_turns_is_a_rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "console.serve.rota_file.time.time", lambda: parse_rfc3339("2026-03-10T00:00:00Z") / 1000
    )
    text = GOOD.split("[rota]")[0] + '[rota]\nzone = "Asia/Shanghai"\nics = "rota.ics"\n'
    rota = read(tmp_path, text).telling.rota
    assert rota is not None

    def whom(time: str) -> str | None:
        return rota.on_call(parse_rfc3339(f"{time}+08:00"))

    assert whom("2026-03-02T17:59:59") is None
    assert [whom("2026-03-02T18:00:00"), whom("2026-03-03T08:59:59"), whom("2026-03-08T23:59:59")] == [
        "li", "li", "wang",
    ]  # fmt: skip
    start = parse_rfc3339("2026-03-06T09:00:00+08:00")
    assert rota.gaps(start, start + 3 * DAY) == [
        (start, parse_rfc3339("2026-03-07T00:00:00+08:00")),
        (parse_rfc3339("2026-03-09T00:00:00+08:00"), parse_rfc3339("2026-03-09T18:00:00+08:00")),
    ]
    assert rota.on_call(start + 200 * DAY - 10 * HOUR) is not None


def test_the_documented_file_is_a_good_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
    section = text[text.index("## Who is told of breaches") :]
    example = section[section.index("```toml") + 7 :]
    told = read(tmp_path, example[: example.index("```")]).telling
    assert [step.who for step in told.ladder.steps] == ["supervisor", "lead", "on-call"]
