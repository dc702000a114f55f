"""`rings site apply` with calendars: what is looked up, what is said, and what stays in the store."""

from __future__ import annotations

from pathlib import Path

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
