"""The cells of one row → the events that a mapping finds in them.

A row is all or nothing: half a row's events would tell half a story.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from typing import TYPE_CHECKING

from console.domain.event import row_position
from console.domain.instants import format_utc
from console.feeds.envelope import make_event
from console.feeds.moments import Row
from console.feeds.reasons import InputError, Reason
from console.feeds.templates import PREVIOUS, Cells, Template

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.feeds.mapping import EventRule, Mapping, Memory

MEMORY_LIMIT = 1_000_000
"""Keys that are remembered; beyond it the one that was first seen longest ago is forgotten."""


class RowEvents:
    """Makes the events of rows, one after another; remembers what the mapping compares with."""

    def __init__(self, mapping: Mapping, *, memory_limit: int = MEMORY_LIMIT) -> None:
        self._mapping = mapping
        self.past = Past(mapping.memory, memory_limit) if mapping.memory else None

    def read(self, cells: dict[str, str | None], digest: Callable[[], str], line: int) -> list[Event]:
        """The events of the row `cells`, which comes as number `line`. Raises InputError.

        `digest` names the row where the mapping has no `id`. What earlier rows held is added to `cells`.
        """
        if self.past is not None:
            self.past.recall(cells)
        if not self._mapping.when.holds(cells):
            return []
        row = Row(cells, self._mapping.moments)
        name = digest() if self._mapping.id is None else _filled(self._mapping.id, cells, "id")
        events = [
            self._event(rule, row, name, row_position(line, place))
            for place, rule in enumerate(self._mapping.events)
            if rule.when.holds(cells)
        ]
        if self.past is not None:
            self.past.keep(cells)
        return events

    def _event(self, rule: EventRule, row: Row, name: str, position: int) -> Event:
        subject = _filled(rule.subject, row.cells, f"{rule.name}.subject")
        time = row.moment(rule.time)
        if time is None:
            raise InputError(Reason.CSV_MISSING, f"{rule.name}.time ({rule.time})")
        if rule.id is not None:
            name = _filled(rule.id, row.cells, f"{rule.name}.id")
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


class Past:
    """What earlier rows of a key last held in the remembered columns."""

    def __init__(self, memory: Memory, limit: int) -> None:
        self._memory = memory
        self._limit = limit
        self._last: dict[str, ReadOnly[str, str]] = {}

    def recall(self, cells: dict[str, str | None]) -> None:
        """Adds what is remembered of the row's key to its cells."""
        last = self._last.get(self._key(cells), {})
        for column in self._memory.columns:
            cells[PREVIOUS + column] = last.get(column)

    def keep(self, cells: Cells) -> None:
        """Remembers the row; a cell that holds nothing leaves what was known."""
        key = self._key(cells)
        told = {column: cell for column in self._memory.columns if (cell := cells[column]) is not None}
        self._last[key] = {**self._last.get(key, {}), **told}
        if len(self._last) > self._limit:
            del self._last[next(iter(self._last))]

    def take_back(self, cells: Cells) -> None:
        """Forgets a row that came to nothing: its key is as it was before, by what was recalled for it."""
        before = {column: cells.get(PREVIOUS + column) for column in self._memory.columns}
        known = {column: cell for column, cell in before.items() if cell is not None}
        key = self._key(cells)
        if known:
            self._last[key] = known
        else:
            self._last.pop(key, None)

    def _key(self, cells: Cells) -> str:
        return _filled(self._memory.key, cells, "remember.key")


def _filled(template: Template, cells: Cells, where: str) -> str:
    text = template.fill(cells)
    if text is None:
        raise InputError(Reason.CSV_MISSING, f"{where} ({template.text})")
    return text
