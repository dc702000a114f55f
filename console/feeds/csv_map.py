"""Any CSV file → events, by a mapping file: a row becomes the events that its mapping finds, or a reject.

A row is all or nothing: half a row's events would tell half a story.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from console.domain.event import Event, Reading, Rejected
from console.domain.instants import format_utc
from console.feeds.envelope import make_event
from console.feeds.mapping import EVENTS_LIMIT, EventRule, Mapping, Memory
from console.feeds.moments import Row
from console.feeds.reasons import InputError, Reason
from console.feeds.records import Record, read_records
from console.feeds.sanitise import shown
from console.feeds.sections import MappingError
from console.feeds.templates import PREVIOUS, Cells

MEMORY_LIMIT = 1_000_000
"""Keys that are remembered; beyond it the one that was first seen longest ago is forgotten."""

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
        self._mapping = mapping
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
        self._past = _Past(mapping.memory) if mapping.memory else None

    def read(self, record: Record) -> list[Event] | list[Rejected]:
        """The events of one record, or the one reject that it is."""
        try:
            return self._events(record)
        except InputError as error:
            return [Rejected(record.line, error.reason, error.detail, record.raw)]

    def _events(self, record: Record) -> list[Event]:
        cells = self._cells(record)
        if self._past is not None:
            self._past.recall(cells)
        if not self._mapping.when.holds(cells):
            return []
        row = Row(cells, self._mapping.moments)
        name = self._name(record, cells)
        events = [
            self._event(rule, row, name, record.line * EVENTS_LIMIT + place)
            for place, rule in enumerate(self._mapping.events)
            if rule.when.holds(cells)
        ]
        if self._past is not None:
            self._past.keep(cells)
        return events

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

    def _name(self, record: Record, cells: Cells) -> str:
        """The row's part of its events' ids: by the mapping's template, else a digest of the record."""
        template = self._mapping.id
        if template is None:
            # Lengths keep ["a,b"] and ["a", "b"] apart whatever the cells hold.
            told = "".join(f"{len(cell)}:{cell}" for cell in record.cells)
            return hashlib.blake2b(told.encode(), digest_size=_DIGEST_BYTES).hexdigest()
        name = template.fill(cells)
        if name is None:
            raise InputError(Reason.CSV_MISSING, f"id ({template.text})")
        return name

    def _event(self, rule: EventRule, row: Row, name: str, position: int) -> Event:
        subject = rule.subject.fill(row.cells)
        if subject is None:
            raise InputError(Reason.CSV_MISSING, f"{rule.name}.subject ({rule.subject.text})")
        time = row.moment(rule.time)
        if time is None:
            raise InputError(Reason.CSV_MISSING, f"{rule.name}.time ({rule.time})")
        data = {field: value.of(row) for field, value in rule.data.items()}
        return make_event(
            {
                "id": f"{name}/{rule.name}",
                "source": self._mapping.source,
                "type": rule.type,
                "subject": subject,
                "time": format_utc(time),
                "data": {field: value for field, value in data.items() if value is not None},
            },
            position=position,
        )


class _Past:
    """What earlier rows of a key last held in the remembered columns."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._last: dict[str, dict[str, str]] = {}

    def recall(self, cells: dict[str, str | None]) -> None:
        """Adds what is remembered of the row's key to its cells."""
        last = self._last.get(self._key(cells), {})
        for column in self._memory.columns:
            cells[PREVIOUS + column] = last.get(column)

    def keep(self, cells: Cells) -> None:
        """Remembers the row; a cell that holds nothing leaves what was known."""
        last = self._last.setdefault(self._key(cells), {})
        for column in self._memory.columns:
            cell = cells[column]
            if cell is not None:
                last[column] = cell
        if len(self._last) > MEMORY_LIMIT:
            del self._last[next(iter(self._last))]

    def _key(self, cells: Cells) -> str:
        key = self._memory.key.fill(cells)
        if key is None:
            raise InputError(Reason.CSV_MISSING, f"remember.key ({self._memory.key.text})")
        return key
