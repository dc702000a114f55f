"""One source: who sends is checked, what is sent is read and kept, and what became of it is answered."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from console.domain.event import EVENTS_LIMIT, Reading, Rejected
from console.feeds.http.cloudevents import check_kind, read_events
from console.feeds.http.hooks import Hook
from console.feeds.http.message import Answer, Head
from console.feeds.http.rate import Bucket
from console.feeds.http.reasons import HttpReason
from console.feeds.http.signatures import Deliveries, check_bearer, check_signature
from console.service.model import Receipt

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.feeds.http.keeping import Keeper
    from console.feeds.http.settings import Source
    from console.feeds.templates import Cells

Explain = Callable[[str, str], str]
"""A reason and its detail as a sentence, in the words of `rings rejects`."""

_REASONS_SHOWN = 10


class Positions:
    """The places of what comes, in its order, over restarts too."""

    def __init__(self, now: Callable[[], Millis]) -> None:
        self._now = now
        self._last = 0

    def next(self, count: int) -> int:
        """The first of `count` places, none of which was given before; the next request's are later."""
        first = max(self._last, self._now() * EVENTS_LIMIT * EVENTS_LIMIT)
        self._last = first + -(-max(1, count) // EVENTS_LIMIT) * EVENTS_LIMIT
        return first


class Intake:
    """Takes in what one source sends. `wall` is the time by which signatures are judged, `clock` one that
    only goes forward, in seconds."""

    def __init__(
        self,
        source: Source,
        keeper: Keeper,
        positions: Positions,
        explain: Explain,
        *,
        wall: Callable[[], Millis],
        clock: Callable[[], float],
    ) -> None:
        self.source = source
        self.events: dict[str, int] = {"appended": 0, "duplicate": 0, "rejected": 0}
        self._keeper = keeper
        self._positions = positions
        self._explain = explain
        self._wall = wall
        self._clock = clock
        self._bucket = Bucket(source.limits.rate, source.limits.burst, clock())
        self._hook = Hook(source.mapping, source.limits) if source.mapping else None
        self._deliveries = Deliveries(2 * source.tolerance)

    def admit(self, head: Head) -> int:
        """Check what the head alone tells. Answers the most bytes of its body; raises Answer."""
        scheme = self.source.scheme
        if scheme is not None and not scheme.digest:
            check_bearer(scheme, self.source.secret, head)
        if (head.one("content-encoding") or "identity").lower() != "identity":
            raise Answer(415, "send it uncompressed")
        if self._hook is None:
            check_kind(head)
        elif head.media_type() not in ("application/json", "text/json") and not (
            head.media_type().endswith("+json")
        ):
            raise Answer(415, "send application/json")
        return self.source.limits.size

    async def take(self, head: Head, body: bytes) -> Answer:
        """Take one request in. Raises Answer too."""
        scheme, now = self.source.scheme, self._wall()
        delivery = ""
        if scheme is not None and scheme.digest:
            delivery = check_signature(scheme, self.source.secret, head, body, now, self.source.tolerance)
        if wait := self._bucket.take(self._clock()):
            raise Answer(429, "too many requests", headers={"Retry-After": str(math.ceil(wait))})
        if delivery and self._deliveries.known(delivery, body, now):
            return _counted(Receipt(), ["this delivery was taken in before"])
        readings, cells = self._read(head, body)
        if not readings:
            return Answer(204)
        try:
            receipt = await self._keeper.keep(readings, self.source.name)
        except Answer:
            if self._hook is not None:
                self._hook.take_back(cells)
            raise
        if delivery:
            self._deliveries.add(delivery, body, now)
        return self._answer(readings, receipt)

    def _read(self, head: Head, body: bytes) -> tuple[Sequence[Reading], Cells]:
        if self._hook is not None:
            return self._hook.read(body, self._positions.next(1))
        first = self._positions.next(self.source.limits.batch)
        return list(read_events(head, body, self.source, first)), {}

    def _answer(self, readings: Sequence[Reading], receipt: Receipt) -> Answer:
        for outcome in self.events:
            self.events[outcome] += getattr(receipt, outcome)
        bad = [each for each in readings if isinstance(each, Rejected)]
        reasons = [self._explain(each.reason, each.detail) for each in bad[:_REASONS_SHOWN]]
        if receipt.rejected > len(bad):
            reasons.append(self._explain("said_differently", self.source.name))
        if receipt.rejected < receipt.read:
            return _counted(receipt, reasons)
        foreign = bad and all(each.reason == HttpReason.SOURCE for each in bad)
        return Answer(403 if foreign else 400, reasons[0] if reasons else "nothing in it could be kept")


def _counted(receipt: Receipt, notes: Sequence[str]) -> Answer:
    counts = {name: getattr(receipt, name) for name in ("read", "appended", "duplicate", "rejected")}
    text = msgspec.json.encode({**counts, "notes": notes} if notes else counts).decode()
    return Answer(202, text, kind="application/json")
