"""A desk of made-up rows, for what needs no store."""

from __future__ import annotations

from collections.abc import Collection

from console.domain.query import Query
from console.service.model import Place, QueueRow, Window


def made_row(number: int, **changes: object) -> QueueRow:
    """A ticket that stands at `number`."""
    values: dict[str, object] = {
        "id": f"ticket/{number:06}", "kind": "ticket", "band": 2, "severity": 0, "at": number, "norm": "",
        "clock": "", "warn": None, "due": None, "paused": None, "customer": "13800000042", "name": "",
        "queue": "billing", "owner": None, "asked": None, "state": "opened", "opened": 0, "since": 0,
        "tries": 0,
        "level": "", "snoozed": None, "acknowledged": False, "promises": 1, "hand": 0, "mine": False,
        "source": "desk",
    }  # fmt: skip
    return QueueRow(**(values | changes))  # type: ignore[arg-type]


class Shelf:
    """Rows in their order, read as a desk reads them; counts what it was asked."""

    def __init__(self, *rows: QueueRow) -> None:
        self.items = {row.id: row for row in rows}
        self.read = 0

    def put(self, *rows: QueueRow) -> None:
        """Add rows, or change them."""
        self.items |= {row.id: row for row in rows}

    async def window(
        self, query: Query, count: int, *, after: Place | None = None, before: Place | None = None
    ) -> Window:
        """As the desk."""
        rows = sorted(
            (row for row in self.items.values() if all(word in row.id for word in query.words)),
            key=lambda row: row.place,
        )
        inside = [
            row
            for row in rows
            if (after is None or row.place > after) and (before is None or row.place < before)
        ]
        found = inside[-count:] if before is not None else inside[:count]
        self.read += len(found)
        first, last = (found[0], found[-1]) if found else (None, None)
        return Window(
            tuple(found), first is not None and first != rows[0], last is not None and last != rows[-1]
        )

    async def rows(self, ids: Collection[str]) -> dict[str, QueueRow]:
        """As the desk."""
        return {item: self.items[item] for item in ids if item in self.items}
