"""Events as JSON, one a line (CloudEvents 1.0): read with care, written plainly.

One bad line costs that line. Memory is bounded by the longest line that is read at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from console.domain.event import Event, Reading, Rejected
from console.feeds.envelope import make_event
from console.feeds.reasons import InputError, Reason
from console.feeds.sanitise import shown

LINE_LIMIT = 2**20
"""Bytes of the longest line that is read."""

KEPT_OF_LONG = 4_096
"""Bytes kept of a line beyond the limit: enough to tell where it came from."""

_CHUNK = 2**16
_BOM = b"\xef\xbb\xbf"


def read_ndjson(stream: BinaryIO, *, name: str) -> Iterator[Reading]:
    """What each line of `stream` is, in order; blank lines are passed over.

    `name` (a path, "-") names the stream where reading itself fails, which ends it.
    """
    line = 0
    while True:
        line += 1
        try:
            raw = stream.readline(LINE_LIMIT + 1)
            too_long = len(raw) > LINE_LIMIT and not raw.endswith(b"\n")
            if too_long:
                _skip_line(stream)
        # A compressed stream that is cut or damaged raises EOFError or zlib.error (no OSError).
        except Exception as error:
            yield Rejected(line, Reason.STREAM_BROKEN, shown(f"{name}: {error}"), b"")
            return
        if not raw:
            return
        if line == 1:
            raw = raw.removeprefix(_BOM)
        raw = raw.rstrip(b"\r\n")
        if too_long:
            yield Rejected(line, Reason.LINE_LONG, f"{LINE_LIMIT} B", raw[:KEPT_OF_LONG])
        elif raw.strip():
            yield decode_event(raw, line)


def decode_event(raw: bytes, line: int) -> Reading:
    """The event that one line (or the body of one request) holds, or why it holds none."""
    try:
        fields = decode_json(raw)
        if not isinstance(fields, dict):
            raise InputError(Reason.JSON_OBJECT)
        return make_event(fields, position=line)
    except InputError as error:
        return Rejected(line, error.reason, error.detail, raw)


def encode_event(event: Event) -> bytes:
    """`event` as one line of CloudEvents JSON, without the newline."""
    return msgspec.json.encode(event.cloud)


def decode_json(raw: bytes, shape: Any = Any) -> Any:
    """The JSON value; a key that stands twice has its last value, as nearly every reader has it. `shape` is a
    type that it must have. Raises InputError."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except RecursionError:
        raise InputError(Reason.JSON_DEEP) from None
    except UnicodeDecodeError as error:
        raise InputError(Reason.JSON_ENCODING, shown(str(error))) from None
    except msgspec.ValidationError as error:
        # Nothing but the size of a number is validated where no shape is given.
        reason = Reason.JSON_NUMBER if shape is Any else Reason.JSON_INVALID
        raise InputError(reason, shown(str(error))) from None
    except (msgspec.DecodeError, ValueError) as error:
        raise InputError(Reason.JSON_INVALID, shown(str(error))) from None


def _skip_line(stream: BinaryIO) -> None:
    """Reads on to the end of the line, holding one chunk of it at a time."""
    while (chunk := stream.readline(_CHUNK)) and not chunk.endswith(b"\n"):
        pass
