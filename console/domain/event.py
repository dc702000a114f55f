"""What happened, once and for ever: the one kind of fact that everything else is worked out from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from console.domain.frozen import frozen
from console.domain.instants import Millis, format_utc

OURS = "console"
"""The source of every event that a person made here."""

EVENTS_LIMIT = 64
"""Events that one row of a file may make."""

_ROWS = 2**52
"""Positions from here on are those of events that rows made."""

_LINES = 2**40
"""A larger number is no line's: it is a moment, or the sender's own."""


def row_position(line: int, place: int) -> int:
    """The position of the event at `place` (from 0) among those that the row of a line made."""
    return _ROWS + line * EVENTS_LIMIT + place


def line_of(position: int) -> int:
    """The line (from 1) at which an event with that position stands; 0 where it is no line's."""
    line = position if position < _ROWS else (position - _ROWS) // EVENTS_LIMIT
    return line if 0 < line < _LINES else 0


@frozen(kw_only=True)
class Event:
    """One fact about one item, a CloudEvent (1.0) with its time in milliseconds.

    `source` and `id` name it: a second event of the same name is a duplicate. `subject` is the item it
    is about (`call/…`, `ticket/…`, `agent/…`). `sequence` breaks ties of one source at one time; it is
    `positional` when the event brought none and the feed counted, and is then no part of its content.
    Texts in `data` have been cleaned by the feed; identifiers hold no control or bidi characters.
    """

    source: str
    id: str
    type: str
    subject: str
    time: Millis
    data: Mapping[str, Any] = field(default_factory=dict)
    sequence: int | None = None
    positional: bool = False

    @property
    def kind(self) -> str:
        """The kind of the item: the part of `subject` before the first slash."""
        return self.subject.partition("/")[0]

    @property
    def name(self) -> str:
        """`source/id`, the identity that clocks and notices keep."""
        return f"{self.source}/{self.id}"

    @property
    def cloud(self) -> dict[str, Any]:
        """It as the JSON of a CloudEvent has it. A positional sequence is left out: it is no part of it, and
        the next reader counts anew."""
        sequence = {} if self.positional or self.sequence is None else {"sequence": self.sequence}
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": format_utc(self.time),
            **sequence,
            "data": self.data,
        }


@frozen
class Rejected:
    """Input that is no event: kept with its place, the reason and the bytes as they came.

    `reason` is a key of the catalogues (`reject.<reason>`), `detail` what it puts into the sentence.
    `line` counts from 1 in the file or stream.
    """

    line: int
    reason: str
    detail: str
    raw: bytes


Reading = Event | Rejected
"""What a feed makes of one piece of its input."""
