"""What is followed, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.instants import SECOND, Millis

if TYPE_CHECKING:
    from console.feeds.mapping import Mapping


@dataclass(frozen=True, slots=True)
class FollowedFile:
    """A file to which events are appended, one a line.

    `source`: whose rows are unconfirmed while it can't be read; empty for whoever spoke last in it. `quiet`:
    with nothing new for so long the feed counts as silent; 0 for never. `rotated`: patterns of the names,
    in the same folder, that the file may be given when a new one takes its place.
    """

    name: str
    path: Path
    source: str = ""
    quiet: Millis = 0
    rotated: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """`rotated`, or what logrotate and its like do: `NAME.1`, `NAME-20260302.gz`, `STEM-20260302.EXT`."""
        own, suffix = self.path.name, self.path.suffix
        usual = (f"{own}.*", f"{own}-*", f"{self.path.stem}-[0-9]*{suffix}*")
        return self.rotated or usual


@dataclass(frozen=True, slots=True)
class FollowedPipe:
    """A named pipe into which events are written, one a line."""

    name: str
    path: Path
    source: str = ""
    quiet: Millis = 0


@dataclass(frozen=True, slots=True)
class FollowedFolder:
    """A folder into which finished files are put.

    `pattern` says which; hidden ones never count. `mapping` makes events of their rows (None: they hold
    events, one a line), `fingerprint` is a digest of its text. A file whose size and time have stood for
    `settle` is finished.
    """

    name: str
    path: Path
    pattern: str = "*.csv"
    mapping: Mapping | None = field(default=None, repr=False)
    fingerprint: str = ""
    settle: Millis = 2 * SECOND
    source: str = ""
    quiet: Millis = 0
