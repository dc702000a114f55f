"""Rows of the database and the objects they stand for."""

from __future__ import annotations

from itertools import compress
from operator import ne
from typing import Any

import msgspec

from console.domain.clock import ClockRow
from console.domain.event import Event
from console.domain.item import Effect
from console.service.rows import ItemRow, Tally

ITEM_COLUMNS = ItemRow._fields
CLOCK_COLUMNS = ClockRow._fields
EVENT_COLUMNS = ("source", "id", "item", "type", "time", "sequence", "positional", "data")
EFFECT_COLUMNS = ("cause", "target", "type", "time", "source", "id", "sequence", "norm", "data")

_WITHDRAWN, _MINE, _LEAD = map(ITEM_COLUMNS.index, ("withdrawn", "mine", "lead"))
_OVER, _CUSTOMER, _NAME = map(ITEM_COLUMNS.index, ("over", "customer", "name"))
_ACKNOWLEDGED, _TALLY = map(ITEM_COLUMNS.index, ("acknowledged", "tally"))
_PAUSES, _AGENTS, _MISSING, _FREED = map(CLOCK_COLUMNS.index, ("pauses", "agents", "missing", "freed"))

_decode = msgspec.json.decode
_ENCODER = msgspec.json.Encoder(order="sorted")


def dump(value: object) -> str:
    """Compact JSON, the same text for the same content."""
    return _ENCODER.encode(value).decode()


def item_of(row: tuple[Any, ...]) -> ItemRow:
    """An ItemRow from a row of ITEM_COLUMNS."""
    values = list(row)
    values[_WITHDRAWN], values[_MINE] = bool(row[_WITHDRAWN]), bool(row[_MINE])
    values[_LEAD] = bool(row[_LEAD])
    values[_ACKNOWLEDGED] = _decode(row[_ACKNOWLEDGED])
    values[_TALLY] = tally_of(row[_TALLY])
    return ItemRow._make(values)


def tally_of(text: str) -> Tally:
    """What an item adds to the counters, from its column."""
    return tuple(map(tuple, _decode(text)))


def item_values(row: ItemRow) -> tuple[Any, ...]:
    """The values of ITEM_COLUMNS, then `open` and `words`."""
    values = list(row)
    values[_ACKNOWLEDGED] = dump(row.acknowledged) if row.acknowledged else "{}"
    values[_TALLY] = dump(row.tally) if row.tally else "[]"
    return (*values, row.open, row.words)


def item_changes(row: ItemRow, before: ItemRow) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """The columns in which a row differs from the one before, and their values."""
    differs = list(map(ne, row, before))
    columns, values = list(compress(ITEM_COLUMNS, differs)), list(compress(row, differs))
    for index in (_ACKNOWLEDGED, _TALLY):
        if differs[index]:
            values[columns.index(ITEM_COLUMNS[index])] = dump(row[index])
    if (differs[_OVER] or differs[_WITHDRAWN]) and row.open != before.open:
        columns.append("open")
        values.append(row.open)
    if differs[_CUSTOMER] or differs[_NAME]:
        columns.append("words")
        values.append(row.words)
    return tuple(columns), tuple(values)


def clock_of(row: tuple[Any, ...]) -> ClockRow:
    """A ClockRow from a row of CLOCK_COLUMNS."""
    values = list(row)
    values[_PAUSES] = tuple((start, end) for start, end in _decode(row[_PAUSES]))
    values[_AGENTS] = tuple(_decode(row[_AGENTS]))
    values[_MISSING] = tuple(_decode(row[_MISSING]))
    values[_FREED] = bool(row[_FREED])
    return ClockRow._make(values)


def clock_values(row: ClockRow) -> tuple[Any, ...]:
    """The values of CLOCK_COLUMNS."""
    values = list(row)
    for index in (_PAUSES, _AGENTS, _MISSING):
        values[index] = dump(values[index]) if values[index] else "[]"
    return tuple(values)


def clock_changes(row: ClockRow, before: ClockRow) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """The columns in which a row differs from the one before, and their values."""
    differs = list(map(ne, row, before))
    columns, values = tuple(compress(CLOCK_COLUMNS, differs)), list(compress(row, differs))
    for index in (_PAUSES, _AGENTS, _MISSING):
        if differs[index]:
            values[columns.index(CLOCK_COLUMNS[index])] = dump(row[index])
    return columns, tuple(values)


def event_of(row: tuple[Any, ...]) -> Event:
    """An Event from a row of EVENT_COLUMNS."""
    source, identity, item, kind, time, sequence, positional, data = row
    return Event(
        source=source,
        id=identity,
        type=kind,
        subject=item,
        time=time,
        data=_decode(data),
        sequence=sequence,
        positional=bool(positional),
    )


def effect_of(row: tuple[Any, ...]) -> Effect:
    """An Effect from a row of EFFECT_COLUMNS."""
    cause, target, kind, time, source, identity, sequence, norm, data = row
    return Effect(cause, target, kind, time, source, identity, sequence, norm, _decode(data))


def effect_values(effect: Effect) -> tuple[Any, ...]:
    """The values of EFFECT_COLUMNS."""
    return (
        effect.cause,
        effect.target,
        effect.type,
        effect.time,
        effect.source,
        effect.id,
        effect.sequence,
        effect.norm,
        dump(effect.data),
    )
