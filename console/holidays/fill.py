"""A settings file with the holidays that its calendars follow written into it.

What is in force then hangs on no library and no other file: the same store gives the same verdicts tomorrow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.domain.site import SettingsError, wanted_holidays
from console.feeds.sanitise import clean_text

if TYPE_CHECKING:
    from console.domain.hours import Holidays, Wanted

YEARS = 5
"""Holidays are looked up for so many years before and after the present one."""

_NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Filled:
    """The text of the settings with all that it follows, the sets that were looked up, and what in them was
    passed over: the key, and what it is."""

    text: str
    found: tuple[Holidays, ...]
    passed_over: tuple[tuple[str, str], ...]


def fill(text: str, folder: Path, today: date) -> Filled:
    """Look up the holidays that `text` (a settings file in `folder`) follows and does not hold itself.

    Raises SettingsError that names the key in one line.
    """
    found: list[Holidays] = []
    passed: list[tuple[str, str]] = []
    for wanted in wanted_holidays(text):
        try:
            one, left = _look_up(wanted, folder, today)
        except ValueError as error:
            raise SettingsError(f"{wanted.key}: {error}") from None
        found.append(one)
        passed += [(wanted.key, clean_text(event, _NAME_LIMIT)) for event in left]
    if found:
        text = "\n".join([text.rstrip("\n"), *(line for one in found for line in _written(one)), ""])
    return Filled(text, tuple(found), tuple(passed))


def _look_up(wanted: Wanted, folder: Path, today: date) -> tuple[Holidays, list[str]]:
    first, last = date(today.year - YEARS, 1, 1), date(today.year + YEARS, 12, 31)
    if wanted.kind == "ics":
        from console.holidays.ics import read

        return read(wanted.name, folder / wanted.name, ZoneInfo(wanted.zone), first, last, today)
    from console.holidays.countries import look_up

    return look_up(wanted.name, first, last), []


def _written(one: Holidays) -> Iterator[str]:
    name = _quoted(one.name)
    yield ""
    yield f"[holidays.{name}]"
    yield f"source = {_quoted(one.source)}"
    yield f"from = {_quoted(str(one.known_from))}"
    yield f"until = {_quoted(str(one.known_until))}"
    yield f"work = [{', '.join(_quoted(str(day)) for day in sorted(one.work))}]"
    yield f"[holidays.{name}.off]"
    for first, last, called in _stretches(one.off):
        days = f"{first}" if first == last else f"{first}..{last}"
        yield f"{_quoted(days)} = {_quoted(clean_text(called, _NAME_LIMIT))}"


def _stretches(off: Mapping[date, str]) -> list[tuple[date, date, str]]:
    """Days of one name in a row as one, within a year: every command reads what is in force."""
    found: list[tuple[date, date, str]] = []
    for day, called in sorted(off.items()):
        if found:
            first, last, name = found[-1]
            if (name, last + timedelta(1), first.year) == (called, day, day.year):
                found[-1] = (first, day, name)
                continue
        found.append((day, day, called))
    return found


def _quoted(text: str) -> str:
    """`text` as TOML writes it: what JSON escapes, TOML does too."""
    return json.dumps(text, ensure_ascii=False)
