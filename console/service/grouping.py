"""Several callbacks of one customer are one row on the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from console.domain.instants import Millis
    from console.service.rows import ItemRow


def group_of(row: ItemRow | None) -> tuple[str, bool, Millis | None] | None:
    """What a callback's place among those of its customer hangs on."""
    return None if row is None else (row.customer, row.open, row.due)


def grouped(callbacks: Iterable[ItemRow]) -> list[ItemRow]:
    """Several callbacks of one customer are one row on the board: of those open, the earliest due leads."""
    rows = [row for row in callbacks if row.open]
    rows.sort(key=lambda row: (row.due if row.due is not None else row.at, row.id))
    return [
        row._replace(lead=index == 0, promises=len(rows) if index == 0 else 1)
        for index, row in enumerate(rows)
    ]
