"""Webhooks: any JSON object → events, by a mapping whose columns are paths into it (`ticket.group.name`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.event import EVENTS_LIMIT, Event, Reading, Rejected
from console.feeds.http.reasons import HttpReason
from console.feeds.http.values import as_cell, at_path, deeper_than
from console.feeds.ndjson import decode_json
from console.feeds.reasons import InputError, Reason
from console.feeds.row_events import RowEvents

if TYPE_CHECKING:
    from console.feeds.http.settings import Limits
    from console.feeds.mapping import Mapping
    from console.feeds.templates import Cells

MEMORY = 100_000
"""Keys that a source's mapping remembers from one delivery to the next, for as long as the daemon runs."""


class Hook:
    """Reads the deliveries of one source."""

    def __init__(self, mapping: Mapping, limits: Limits) -> None:
        self._rows = RowEvents(mapping, memory_limit=MEMORY)
        self._limits = limits
        self._columns = [
            (column, column.split("."), mapping.missing | mapping.missing_in.get(column, frozenset()))
            for column in mapping.columns
        ]

    def read(self, body: bytes, position: int) -> tuple[Sequence[Reading], Cells]:
        """The events of one delivery, none where it says nothing of interest, or one reject; and the cells it
        was read by."""
        cells: dict[str, str | None] = {}
        try:
            return self._events(body, position, cells), cells
        except InputError as error:
            return [Rejected(1, error.reason, error.detail, body)], {}

    def take_back(self, cells: Cells) -> None:
        """Forget a delivery that did not get into the store: it will come again."""
        if cells and self._rows.past is not None:
            self._rows.past.take_back(cells)

    def _events(self, body: bytes, position: int, cells: dict[str, str | None]) -> list[Event]:
        value = decode_json(body)
        if not isinstance(value, dict):
            raise InputError(Reason.JSON_OBJECT)
        if deeper_than(value, self._limits.depth):
            raise InputError(HttpReason.DEEP, str(self._limits.depth))
        for column, path, missing in self._columns:
            cells[column] = as_cell(at_path(value, path), missing)
        return self._rows.read(cells, lambda: _digest(body), position // EVENTS_LIMIT)


def _digest(body: bytes) -> str:
    """Names a delivery whose mapping gives no id: the same bytes are the same delivery."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()
