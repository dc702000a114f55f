"""Look-up files beside a mapping (an airport's zone), and time zones by name."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.feeds.reasons import InputError, Reason
from console.feeds.sanitise import shown

if TYPE_CHECKING:
    from console.feeds.sections import Section
    from console.feeds.templates import Cells, Template

Lookup = Mapping[str, str]
"""From the key column of a look-up file to its value column."""

UTC_ZONE = ZoneInfo("UTC")
"""For moments that carry their own offset."""

_GZIP_MAGIC = b"\x1f\x8b"


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """The IANA zone, None where there is none of that name."""
    try:
        return ZoneInfo(name)
    # An odd name can be a folder, or a path out of the zones' folder.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class FixedZone:
    """One zone for every row."""

    zone: ZoneInfo

    def of(self, cells: Cells) -> ZoneInfo:
        """The zone."""
        return self.zone


@dataclass(frozen=True, slots=True)
class LookupZone:
    """A zone that a look-up file gives for a cell of the row."""

    where: str
    lookup: Lookup
    key: Template

    def of(self, cells: Cells) -> ZoneInfo:
        """The zone for one row. Raises InputError where the file has none for it."""
        key = self.key.fill(cells)
        zone = zone_named(self.lookup.get(key, "")) if key is not None else None
        if zone is None:
            raise InputError(Reason.CSV_VALUE, f"{self.where}: {shown(key or '')}")
        return zone


def load_lookup(section: Section, base: Path) -> Lookup:
    """The table at `section`: a CSV `file` (gzip or not), its `key` and `value` columns, what `also` adds."""
    key, value = section.text("key"), section.text("value")
    path = base / section.text("file")
    try:
        data = path.read_bytes()
        if data.startswith(_GZIP_MAGIC):
            data = gzip.decompress(data)
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        if missing := {key, value} - set(rows.fieldnames or ()):
            raise section.error("file", f"has no column {', '.join(sorted(missing))}")
        found = {row[key]: row[value] or "" for row in rows}
    except (OSError, EOFError, zlib.error) as error:
        raise section.error("file", f"can't be read: {getattr(error, 'strerror', None) or error}") from None
    except (csv.Error, UnicodeError) as error:
        raise section.error("file", f"is no CSV in UTF-8: {error}") from None
    found.update(section.text_map("also"))
    section.done()
    return found
