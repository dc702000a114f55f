"""A recorded stream: NAME.ami, and beside it NAME.ts with when each read of the socket arrived.

Each row of NAME.ts is a byte offset in NAME.ami, a tab, and unix seconds; the bytes from one offset to the
next arrived together. Without it, the recording must have been made with `timestampevents = yes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.event import Reading, Rejected
from console.domain.instants import Millis
from console.feeds.asterisk.framing import KEPT, Block, Framer
from console.feeds.asterisk.names import moment_of
from console.feeds.asterisk.reader import AsteriskReader
from console.feeds.asterisk.reasons import AmiReason
from console.feeds.sanitise import shown

if TYPE_CHECKING:
    from console.feeds.asterisk.model import OpenCall

_CHUNK = 2**16
_ROW_LIMIT = 200

Read = tuple[int, Millis]
"""The offset at which a read's bytes begin, and when they arrived."""


class RecordingError(ValueError):
    """A recording that tells no time at all."""


def read_recording(
    path: Path, *, believed: Iterable[OpenCall] = (), gap_from: Millis | None = None
) -> Iterator[Reading]:
    """What the recording at `path` tells, in its order; `believed` and `gap_from` as AsteriskReader has them.

    Raises OSError where the file can't be read.
    """
    reads, rejected = _read_times(path.with_suffix(".ts"))
    yield from rejected
    reader = AsteriskReader(believed=believed, gap_from=gap_from)
    for data, at in _chunks(path, reads):
        yield from reader.feed(data, at)
    yield from reader.close()


def recording_span(path: Path) -> tuple[Millis, Millis]:
    """When the recording at `path` begins and ends.

    Raises RecordingError where it tells no time, OSError where it can't be read.
    """
    reads, _ = _read_times(path.with_suffix(".ts"))
    if reads:
        moments = [at for _, at in reads]
        return min(moments), max(moments)
    framer = Framer()
    first: Millis | None = None
    last: Millis | None = None
    for data, _ in _chunks(path, []):
        for frame in framer.feed(data, None):
            moment = moment_of(frame.get("Timestamp")) if isinstance(frame, Block) else None
            if moment is not None:
                first = moment if first is None else min(first, moment)
                last = moment if last is None else max(last, moment)
    if first is None or last is None:
        raise RecordingError(f"{path}: no {path.with_suffix('.ts').name} beside it, and no Timestamp in it")
    return first, last


def _read_times(path: Path) -> tuple[list[Read], list[Rejected]]:
    """The rows of the .ts file at `path`; none where there is no such file."""
    reads: list[Read] = []
    rejected: list[Rejected] = []
    if not path.is_file():
        return reads, rejected
    with path.open("rb") as file:
        for line, raw in enumerate(file, 1):
            if raw.startswith(b"#") or not raw.strip():
                continue
            read = _read_row(raw)
            if read is None or (reads and read[0] < reads[-1][0]):
                detail = shown(raw[:_ROW_LIMIT].decode("utf-8", "replace").strip())
                rejected.append(Rejected(line, AmiReason.TIMES, detail, raw[:KEPT]))
            else:
                reads.append(read)
    return reads, rejected


def _read_row(raw: bytes) -> Read | None:
    if len(raw) > _ROW_LIMIT:
        return None
    offset, _, seconds = raw.decode("utf-8", "replace").strip().partition("\t")
    moment = moment_of(seconds.strip())
    if moment is None or not (offset.isascii() and offset.isdigit()):
        return None
    return int(offset), moment


def _chunks(path: Path, reads: list[Read]) -> Iterator[tuple[bytes, Millis | None]]:
    """The bytes of `path` with the arrival time of each piece, in pieces of bounded size."""
    ends = [offset for offset, _ in reads[1:]] + [None] if reads else [None]
    times: list[Millis | None] = [at for _, at in reads] if reads else [None]
    with path.open("rb") as file:
        position = 0
        for end, at in zip(ends, times, strict=True):
            while end is None or position < end:
                data = file.read(_CHUNK if end is None else min(_CHUNK, end - position))
                if not data:
                    return
                position += len(data)
                yield data, at
