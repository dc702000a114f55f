"""How far something that is followed has been read: written with the events that were read up to there."""

from __future__ import annotations

from console.domain.frozen import frozen

OPEN, DONE, REFUSED = "open", "done", "refused"


@frozen
class Position:
    """One place in what the feed `feed` follows.

    `part` tells the places of one feed apart: of a file that is appended to, its device and inode; of a
    folder of exports, the digest of a file's content. `mark` is what the place is known by again: a digest
    of the bytes around it; of an export, what its directory says of it. `offset` counts the bytes taken, of
    an export the readings; `line` the line ends among them. `modified` is when the file was last written to
    as far as it was read, in nanoseconds of the file system's own clock. `state` is open; done; or refused,
    of an export that its mapping does not fit (with the mapping's digest behind a colon).
    """

    feed: str
    part: str
    mark: str = ""
    offset: int = 0
    line: int = 0
    modified: int = 0
    state: str = OPEN
