"""What the queue screen shows, and what it knows to be newer: an order that holds still under a key."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from console.domain.frozen import frozen
from console.domain.query import Query
from console.screens.pager import Pager, Stretch, Windows

if TYPE_CHECKING:
    from console.service.model import QueueRow

JUST_S = 0.5
"""How long a change of a row counts as one that the eye can't have seen yet, in seconds."""

SAY_S = 0.25
"""How often what a search has found so far is shown, in seconds."""

REST = 4
"""So many times as long as a search took does the next one wait that nobody asked for."""


class BoardDesk(Windows, Protocol):
    """The part of a desk that a board needs."""

    async def rows(self, ids: Collection[str]) -> dict[str, QueueRow]:
        """The rows of those items that are open."""
        ...


@frozen
class Change:
    """What a refresh did: `gone` left the list. `cursor_at` is the cursor's number where it is outside."""

    gone: frozenset[str] = frozenset()
    cursor_at: int | None = None


class Board:
    """The rows held for the table, by id; marks and cursor are the table's own."""

    def __init__(
        self,
        desk: BoardDesk,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        partly: Callable[[], None] = lambda: None,
    ) -> None:
        """`partly` is called while a search goes on: with a new filter, `shown` is what it found so far."""
        self._desk = desk
        self._pager = Pager(desk, self._told)
        self._partly = partly
        self._rests_until = 0.0
        self._said = 0.0
        self._first = False
        self.looking = False
        self._monotonic = monotonic
        self._moved: dict[str, float] = {}
        self._known: dict[str, QueueRow] = {}
        self.query = Query()
        self.shown = Stretch()
        self.over: frozenset[str] = frozenset()
        self.above = 0
        self.held_back = False

    def row(self, item_id: str | None) -> QueueRow | None:
        """The row of an item as it is shown."""
        return None if item_id is None else self._known.get(item_id)

    def just_changed(self, item_id: str) -> bool:
        """Whether the row's place or owner changed so lately that a key may have meant what it was."""
        return self._monotonic() - self._moved.get(item_id, -JUST_S) < JUST_S

    def touched(self, item_id: str) -> None:
        """Count the row as changed now: the cursor landed on it by itself."""
        self._moved[item_id] = self._monotonic()

    def accept(self, rows: Iterable[QueueRow]) -> None:
        """Take rows that this console's own act brought about: they are no surprise to anybody."""
        fresh = {row.id: row for row in rows if row.id in self._known}
        self._known |= fresh
        self.shown = _renewed(self.shown, fresh)

    async def refresh(
        self,
        start: int,
        count: int,
        *,
        guess: int | None,
        hold: bool,
        cursor: str | None,
        marks: Collection[str] = (),
        follow: bool = False,
    ) -> Change:
        """Read anew around `start`. With `hold` the order stays, and only what the rows say is renewed. With
        `follow` the cursor is in view: where its row has gone, is read instead."""
        query = self.query
        self._first = not self.shown.rows
        fresh = await self._searched(query, start, count, guess)
        asked = self._left_out(fresh, cursor, marks)
        there = await self._desk.rows(asked) if asked else {}
        if query is not self.query:
            return Change()
        if hold and self.shown.rows:
            missing = [row.id for row in self.shown.rows if row.id in asked]
            self._renew(fresh, there, missing, cursor)
            return Change(gone=frozenset(mark for mark in marks if mark in asked and mark not in there))
        if follow and cursor in there and not fresh.covers(there[cursor]):
            around = await self._pager.around(query, there[cursor].place, count, fresh, guess)
            if query is not self.query:
                return Change()
            if any(row.id == cursor for row in around.rows):
                fresh, asked = around, self._left_out(around, cursor, marks)
                there = await self._desk.rows(asked) if asked else {}
            else:
                del there[cursor]  # what is looked for is not what it has become
        return self._replace(fresh, there, asked, cursor)

    def _left_out(self, fresh: Stretch, cursor: str | None, marks: Collection[str]) -> set[str]:
        """What was shown, is marked or has the cursor, and is not among the rows that were read."""
        ids = {row.id for row in fresh.rows}
        return {item for item in (*(row.id for row in self.shown.rows), *marks, cursor) if item} - ids

    @property
    def resting(self) -> bool:
        """Whether a search that took long was made so lately that another can wait."""
        return self._monotonic() < self._rests_until

    async def _searched(self, query: Query, start: int, count: int, guess: int | None) -> Stretch:
        began = self._monotonic()
        try:
            return await self._pager.read(query, start, count, self.shown, guess)
        finally:
            if self.looking:
                self.looking = False
                now = self._monotonic()
                self._rests_until = now + REST * (now - began)

    def _told(self, query: Query, rows: tuple[QueueRow, ...]) -> bool:
        """A search goes on: whether it is still wanted."""
        if query is not self.query:
            return False
        now = self._monotonic()
        if not self.looking or now - self._said >= SAY_S:
            self.looking, self._said = True, now
            if self._first:
                self._show(Stretch(rows), {})
            self._partly()
        return True

    def begin(self, stretch: Stretch) -> None:
        """Show a stretch that was read otherwise, before the first refresh."""
        self._show(stretch, {})

    def reset(self, query: Query) -> None:
        """Begin anew with another filter."""
        self.query = query
        self.shown = Stretch()
        self._known = {}
        self.over, self.above, self.held_back = frozenset(), 0, False
        self._rests_until = 0.0

    def _renew(
        self, fresh: Stretch, there: Mapping[str, QueueRow], missing: list[str], cursor: str | None
    ) -> None:
        now = {**there, **{row.id: row for row in fresh.rows}}
        self.over = frozenset(item for item in missing if item not in there)
        order = [row.id for row in fresh.rows]
        was = [row.id for row in self.shown.rows]
        self.held_back = order != was
        at = was.index(cursor) if cursor in was else len(was)
        before, places = set(was[:at]), {item: place for place, item in enumerate(order)}
        # Where its row has gone, the next one that is left stands for the cursor.
        upto = next((places[item] for item in (cursor, *was[at:]) if item in places), len(order))
        self.above = sum(item not in before for item in order[:upto])
        self._show(_renewed(self.shown, now), now)

    def _replace(
        self, fresh: Stretch, there: Mapping[str, QueueRow], asked: Collection[str], cursor: str | None
    ) -> Change:
        gone = frozenset(item for item in asked if item not in there or fresh.covers(there[item]))
        self.over, self.above, self.held_back = frozenset(), 0, False
        self._show(fresh, there)
        outside = None
        if cursor is not None and cursor in there and cursor not in gone and fresh.rows:
            above = there[cursor].place < fresh.rows[0].place
            outside = max(0, fresh.start - 1) if above else fresh.end
        return Change(gone, outside)

    def _show(self, stretch: Stretch, others: Mapping[str, QueueRow]) -> None:
        """Show a stretch, and keep `others` (the cursor's row, marked ones) at hand."""
        moment = self._monotonic()
        known = {**others, **{row.id: row for row in stretch.rows}}
        self._moved = {item: at for item, at in self._moved.items() if moment - at < JUST_S}
        for item, row in known.items():
            old = self._known.get(item)
            if old is not None and _stands(old) != _stands(row):
                self._moved[item] = moment
        self.shown, self._known = stretch, known


def _renewed(stretch: Stretch, rows: Mapping[str, QueueRow]) -> Stretch:
    """The same stretch in the same order, with what its rows say now."""
    return replace(stretch, rows=tuple(rows.get(row.id, row) for row in stretch.rows))


def _stands(row: QueueRow) -> tuple[object, ...]:
    return (row.band, row.severity, row.at, row.owner, row.asked, row.queue)
