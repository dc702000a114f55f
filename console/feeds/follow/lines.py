"""Bytes as lines, and lines as events."""

from __future__ import annotations

from console.domain.event import Reading, Rejected
from console.feeds.ndjson import KEPT_OF_LONG, LINE_LIMIT, decode_event
from console.feeds.reasons import Reason

_BOM = b"\xef\xbb\xbf"


def read_lines(data: bytes, line: int) -> tuple[list[Reading], int, int]:
    """What the whole lines of `data` hold; `line` line ends came before it. Answers the readings, how many
    bytes they took and how many lines."""
    taken = data.rfind(b"\n") + 1
    whole = data[:taken].split(b"\n")[:-1]
    found = (read_line(raw, line + number) for number, raw in enumerate(whole, 1))
    return [reading for reading in found if reading is not None], taken, len(whole)


def read_line(raw: bytes, number: int) -> Reading | None:
    """What one line holds; None for a blank one. `number` counts from 1."""
    if number == 1:
        raw = raw.removeprefix(_BOM)
    raw = raw.rstrip(b"\r")
    if not raw.strip():
        return None
    return decode_event(raw, number) if len(raw) <= LINE_LIMIT else too_long(raw, number)


def too_long(raw: bytes, number: int) -> Rejected:
    """A line that is longer than any that is read; `raw` is its beginning."""
    return Rejected(number, Reason.LINE_LONG, f"{LINE_LIMIT} B", raw[:KEPT_OF_LONG])
