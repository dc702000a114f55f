"""Any CSV file → events, by a mapping file: a row becomes the events that its mapping finds, or a reject."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from console.domain.event import Event, Reading, Rejected
from console.feeds.reasons import InputError, Reason
from console.feeds.records import Record, read_records
from console.feeds.row_events import RowEvents
from console.feeds.sanitise import shown
from console.feeds.sections import MappingError

if TYPE_CHECKING:
    from console.feeds.mapping import Mapping

_DIGEST_BYTES = 16


def read_csv(stream: BinaryIO, mapping: Mapping) -> Iterator[Reading]:
    """The events of each row of `stream` (plain or gzip), and a reject for each row that makes no sense.

    Raises MappingError where the file hasn't the columns that the mapping reads: it is another kind of file.
    """
    mapper = _RowMapper(mapping, mapping.dialect.columns) if mapping.dialect.columns else None
    for record in read_records(stream, mapping.dialect):
        if isinstance(record, Rejected):
            yield record
            if mapper is None and record.line == 1:
                return
        elif mapper is None:
            mapper = _RowMapper(mapping, [cell.strip() for cell in record.cells])
        else:
            yield from mapper.read(record)


class _RowMapper:
    """Reads the records of one file, whose columns are known, one after another."""

    def __init__(self, mapping: Mapping, header: Sequence[str]) -> None:
        self._width = len(header)
        self._places: list[tuple[str, int, frozenset[str]]] = []
        for column in sorted(mapping.columns):
            found = header.count(column)
            if found != 1:
                how = "twice" if found else "not"
                raise MappingError(
                    f"csv: column {column!r} is {how} in the file; it has {shown(', '.join(header))}"
                )
            missing = mapping.missing | mapping.missing_in.get(column, frozenset())
            self._places.append((column, header.index(column), missing))
        self._rows = RowEvents(mapping)

    def read(self, record: Record) -> list[Event] | list[Rejected]:
        """The events of one record, or the one reject that it is."""
        try:
            return self._events(record)
        except InputError as error:
            return [Rejected(record.line, error.reason, error.detail, record.raw)]

    def _events(self, record: Record) -> list[Event]:
        return self._rows.read(self._cells(record), lambda: _digest(record), record.line)

    def _cells(self, record: Record) -> dict[str, str | None]:
        """The cells that the mapping reads; None for one that holds nothing or a marker that says so."""
        if len(record.cells) != self._width and (
            len(record.cells) < self._width or any(record.cells[self._width :])
        ):
            raise InputError(Reason.CSV_CELLS, f"{len(record.cells)}/{self._width}")
        cells: dict[str, str | None] = {}
        for column, at, missing in self._places:
            cell = record.cells[at].strip()
            cells[column] = None if cell in missing else cell
        return cells


def _digest(record: Record) -> str:
    """The row's part of its events' ids where the mapping gives none."""
    # Lengths keep ["a,b"] and ["a", "b"] apart whatever the cells hold.
    told = "".join(f"{len(cell)}:{cell}" for cell in record.cells)
    return hashlib.blake2b(told.encode(), digest_size=_DIGEST_BYTES).hexdigest()
