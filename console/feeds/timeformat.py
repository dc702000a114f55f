"""Times of day and dates as CSV files write them, by strptime-like formats.

Not `datetime.strptime`: that follows the locale of the process, knows no 24:00, and takes "517" for 5:17 but
"55" for 5:05.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from console.domain.instants import DAY, HOUR, MINUTE, SECOND, Millis

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>\d{1,2})",
    "b": r"(?P<b>[A-Za-z]{3})[A-Za-z]*\.?",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "p": r"(?P<p>[AaPp])\.?[Mm]\.?",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,9})",
    "z": r"(?P<z>[Zz]|[+-]\d\d:?\d\d)",
    "s": r"(?P<s>\d{1,11})",
}
_EPOCH_DAY = date(1970, 1, 1).toordinal()

# POSIX: two digits from 69 on are the last century's.
_PIVOT = 69


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a text says: its day, milliseconds since that midnight, the offset from UTC; None is not said."""

    day: date | None
    clock: Millis
    offset: Millis | None


class TimeFormat:
    """A format of %Y %y %m %b %d %H %I %p %M %S %f %z, %s (seconds since 1970) and %%."""

    def __init__(self, text: str) -> None:
        """Raises ValueError for an unknown directive, one that stands twice, and half a date."""
        self.text = text
        pattern = ""
        seen: set[str] = set()
        for part in re.findall(r"%.?|\s+|[^%\s]+", text, re.DOTALL):
            if part == "%%":
                pattern += "%"
            elif part.startswith("%"):
                letter = part[1:]
                if letter not in _DIRECTIVES or letter in seen:
                    raise ValueError(f"{part} is unknown or stands twice in {text!r}")
                seen.add(letter)
                pattern += _DIRECTIVES[letter]
            else:
                pattern += r"\s+" if part.isspace() else re.escape(part)
        parts = [bool(seen & group) for group in ({"Y", "y"}, {"m", "b"}, {"d"})]
        if any(parts) != all(parts):
            raise ValueError(f"half a date in {text!r}: year, month and day, or none of them")
        if "s" in seen and len(seen - {"f"}) > 1:
            raise ValueError(f"%s stands alone, not in {text!r}")
        if "I" in seen and "p" not in seen:
            raise ValueError(f"%I needs %p in {text!r}")
        self.has_date = all(parts) or "s" in seen
        self.has_offset = bool(seen & {"z", "s"})
        self._pattern = re.compile(pattern, re.ASCII)

    def parse(self, text: str) -> Stamp | None:
        """What `text` says; None where it has another shape or is no time (the 30th of February)."""
        match = self._pattern.fullmatch(text)
        if match is None:
            return None
        found = match.groupdict()
        fraction = int((found.get("f") or "")[:3].ljust(3, "0"))
        if found.get("s"):
            days, seconds = divmod(int(found["s"]), DAY // SECOND)
            return Stamp(date.fromordinal(_EPOCH_DAY + days), seconds * SECOND + fraction, 0)
        try:
            day = _date(found) if self.has_date else None
        except ValueError:
            return None
        clock = _clock(found, fraction)
        return None if clock is None else _stamp(day, clock, _offset(found.get("z")))


def days_since_epoch(day: date) -> int:
    """Whole days from 1970-01-01 to `day`."""
    return day.toordinal() - _EPOCH_DAY


def _stamp(day: date | None, clock: Millis, offset: Millis | None) -> Stamp | None:
    """24:00 is the midnight that ends the day."""
    if clock == DAY and day is not None:
        if day == date.max:
            return None
        return Stamp(day + timedelta(days=1), 0, offset)
    return Stamp(day, clock, offset)


def _date(found: dict[str, str]) -> date:
    if "Y" in found:
        year = int(found["Y"])
    else:
        year = int(found["y"])
        year += 1900 if year >= _PIVOT else 2000
    month = _MONTHS.index(found["b"].lower()) + 1 if "b" in found else int(found["m"])
    return date(year, month, int(found["d"]))


def _clock(found: dict[str, str], fraction: int) -> Millis | None:
    hour, minute, second = (int(found.get(letter) or 0) for letter in "HMS")
    if "I" in found:
        hour = int(found["I"])
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["p"] in "Pp" else 0)
    clock = hour * HOUR + minute * MINUTE + second * SECOND + fraction
    return clock if hour <= 24 and minute < 60 and second < 60 and clock <= DAY else None


def _offset(text: str | None) -> Millis | None:
    if text is None:
        return None
    if text in "Zz":
        return 0
    size = int(text[1:3]) * HOUR + int(text[-2:]) * MINUTE
    return -size if text[0] == "-" else size
