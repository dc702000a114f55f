"""What is kept for how long: a customer's matters go together, once all of them have been over for long.

Whatever is open, is owed, or is bound to something that is, stays. Counters of the past stay as they are, so
that a report of an old day tells the same service level without the customers who made it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from console.domain.event import Event
from console.domain.frozen import frozen
from console.domain.instants import DAY, Millis
from console.service.ledger import refold
from console.service.rows import ItemRow

if TYPE_CHECKING:
    from console.service.ports import Reader, Store, Writer

LEAST = 30 * DAY
"""Nothing goes sooner: a sender may say what it said before for so long, and it must be known again."""

REFUSALS = "report/refusal/"
"""Who wants no follow-up call stays known, and so does their whole history."""

LOOKED = 200
"""Items that are looked at in one reading."""

PORTION = 50
"""Items that go in one transaction, unless more of them are bound to each other: others write too."""

BOUND = 2_000
"""So many items bound to each other are left alone: looking at more at once would keep others waiting."""

PAUSE_S = 0.2
"""Between two transactions, in seconds."""

ITS_OWN = frozenset({"customer"})
"""Kinds that are never over and go on without the items of their customer."""


Group = tuple[ItemRow, ...]
"""Items that are bound to each other."""


@frozen
class Retained:
    """What went: items with all that was told of them, messages and orders, rejects, notes of when feeds were
    silent."""

    items: int = 0
    messages: int = 0
    rejects: int = 0
    silences: int = 0

    def __add__(self, other: Retained) -> Retained:
        return Retained(
            self.items + other.items,
            self.messages + other.messages,
            self.rejects + other.rejects,
            self.silences + other.silences,
        )

    def __bool__(self) -> bool:
        return self != Retained()


async def retain(store: Store, cutoff: Millis, now: Millis, *, pause_s: float = PAUSE_S) -> Retained:
    """Remove what has been over since before `cutoff`, some at a time; answers how much went.

    Raises ValueError where `cutoff` is less than LEAST ago, StoreProblem.
    """
    if now - cutoff < LEAST:
        raise ValueError("what is over must be kept for 30 days at least")
    total = Retained()
    async for groups in _groups(store, cutoff):
        for some in _portions(groups):
            total += await store.write(
                partial(_remove, groups=some, cutoff=cutoff, now=now, first=not total.items)
            )
            await asyncio.sleep(pause_s)
    while went := await store.write(partial(_remove_others, cutoff=cutoff)):
        total += went
        await asyncio.sleep(pause_s)
    if total:
        told = asdict(total)
        await store.write(partial(_note, name=f"retained:{now}", went=told, cutoff=cutoff, now=now))
    return total


async def removable(store: Store, cutoff: Millis) -> int:
    """How many items `retain` would remove. Raises StoreProblem."""
    return len({row.id async for groups in _groups(store, cutoff) for group in groups for row in group})


async def _groups(store: Store, cutoff: Millis) -> AsyncIterator[list[Group]]:
    """The groups that may go, those of one reading at a time."""
    after, more = (0, ""), True
    while more:
        groups, after, more = await store.read(partial(_look, cutoff=cutoff, after=after))
        yield groups


def _look(
    reader: Reader, *, cutoff: Millis, after: tuple[Millis, str]
) -> tuple[list[Group], tuple[Millis, str], bool]:
    """The groups that may go among the next items, where to go on, and whether there are more."""
    rows = reader.quiet_items(cutoff, after, LOOKED)
    groups: list[Group] = []
    seen: set[str] = set()
    for row in rows:
        if row.id not in seen and _may_go(reader, row, cutoff):
            group = group_of(reader, row, cutoff)
            seen.update(each.id for each in group)
            if group:
                groups.append(group)
    return groups, (rows[-1].last, rows[-1].id) if rows else after, len(rows) == LOOKED


def group_of(reader: Reader, row: ItemRow, cutoff: Millis) -> Group:
    """`row` with all that is bound to it; empty where any of them must stay."""
    found, todo = {row.id: row}, [row]
    while todo:
        each = todo.pop()
        if not _may_go(reader, each, cutoff) or len(found) > BOUND:
            return ()
        new = [name for name in reader.bound_to(each) if name not in found]
        rows = {other.id: other for other in reader.items(new)}
        if len(rows) < len(set(new)):
            # Something that is caused, or causes, and has no row yet or none any more.
            return ()
        found.update(rows)
        todo += rows.values()
    return tuple(found.values())


def _may_go(reader: Reader, row: ItemRow, cutoff: Millis) -> bool:
    return (
        row.over is not None
        and max(row.over, row.last) < cutoff
        and row.next is None
        and not row.id.startswith(REFUSALS)
        and not reader.is_owed(row.id)
    )


def _portions(groups: Iterable[Group]) -> Iterable[list[Group]]:
    some: list[Group] = []
    for group in groups:
        if some and sum(map(len, some)) + len(group) > PORTION:
            yield some
            some = []
        some.append(group)
    if some:
        yield some


def _remove(writer: Writer, *, groups: Iterable[Group], cutoff: Millis, now: Millis, first: bool) -> Retained:
    """Take groups away, those that are still as they were when they were looked at. With the `first` of all
    goes a note: whoever breaks this off leaves no gap in the log that nothing tells of."""
    gone: dict[str, None] = {}
    customers: dict[str, None] = {}
    for group in groups:
        present = writer.item(group[0].id)
        if present is None or present != group[0]:
            continue
        rows = group_of(writer, present, cutoff)
        gone.update((row.id, None) for row in rows)
        customers.update((f"{kind}/{row.customer}", None) for row in rows for kind in ITS_OWN if row.customer)
    if gone:
        if first:
            _note(writer, name=f"retaining:{now}", went={}, cutoff=cutoff, now=now)
        writer.remove_items(list(gone))
        refold(writer, [name for name in customers if writer.version_of(name)], writer.rulebook(), now)
    return Retained(items=len(gone))


def _remove_others(writer: Writer, *, cutoff: Millis) -> Retained:
    return Retained(
        messages=writer.remove_messages(cutoff, PORTION),
        rejects=writer.remove_rejects(cutoff, PORTION),
        silences=writer.remove_silences(cutoff, PORTION),
    )


def _note(writer: Writer, *, name: str, went: Mapping[str, int], cutoff: Millis, now: Millis) -> None:
    """That something goes, or how much `went`, is itself in the log."""
    event = Event(
        source="console",
        id=name,
        type="site.retained",
        subject="site/retention",
        time=now,
        data={**went, "before": cutoff},
    )
    writer.add_event(event, now)
    writer.put_meta("retained", str(cutoff))
