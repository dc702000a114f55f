"""The demo's stage: processes that take turns on a clock of their own, and what they say, in order."""

from __future__ import annotations

import heapq
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.domain.event import Event
from console.domain.instants import SECOND, Millis, format_utc
from console.feeds.player import FeedName

if TYPE_CHECKING:
    from console.feeds.demo.cast import Customer

Process = Generator[Millis, None, None]
"""Something that goes on: it yields how long it waits until it goes on."""

PHONES = FeedName("asterisk", "demo/pbx")
DESK = FeedName("desk", "demo/desk")
FIELD = FeedName("field", "demo/field")
FEEDS = (PHONES, DESK, FIELD)

_FEED_OF = {"call": PHONES, "agent": PHONES, "ticket": DESK, "callback": DESK, "job": FIELD}


@dataclass(slots=True)
class Matter:
    """One open item as its own system knows it. `state` is what the telephones need to know of a call;
    `call_back` is when a lost caller is to be called back, where that is settled."""

    id: str
    customer: Customer
    queue: str
    agent: str | None = None
    state: str = ""
    process: Process | None = None
    call_back: Millis | None = None

    @property
    def kind(self) -> str:
        """The kind of the item."""
        return self.id.partition("/")[0]


class Stage:
    """Runs processes on simulated time. The same seed and the same orders say the same events."""

    def __init__(self, seed: int, *, begins: Millis, opens: Millis) -> None:
        self.now = begins
        self.opens = opens
        self.dice = random.Random(seed)
        self.matters: dict[str, Matter] = {}
        self._turns: list[tuple[Millis, int, Process]] = []
        self._started = 0
        self._numbers: dict[str, int] = {}
        self._said: list[Event] = []

    def start(self, process: Process, *, after: Millis = 0) -> Process:
        """Let `process` begin after a while."""
        self._started += 1
        heapq.heappush(self._turns, (self.now + max(0, after), self._started, process))
        return process

    def say(self, event_type: str, subject: str, **data: Any) -> None:
        """What a system tells of an item, now. What is None it does not tell."""
        feed = _FEED_OF[event_type.partition(".")[0]]
        number = self.number(feed.source)
        self._said.append(
            Event(
                source=feed.source,
                id=f"{feed.name}-{number:06d}",
                type=event_type,
                subject=subject,
                time=self.now,
                data={name: value for name, value in data.items() if value is not None},
                sequence=number,
            )
        )

    def events(self) -> Iterator[Event]:
        """All that is said, in order; without end where a process has none. It is worked out as it is asked
        for, so that an order given meanwhile still counts."""
        while self._turns:
            self.now, _, process = heapq.heappop(self._turns)
            wait = next(process, None)
            if wait is not None:
                self.start(process, after=wait)
            yield from self._said
            self._said.clear()

    def number(self, of: str, first: int = 1) -> int:
        """The next number of a series, e.g. of tickets."""
        self._numbers[of] = self._numbers.get(of, first - 1) + 1
        return self._numbers[of]

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in so many cases."""
        return self.dice.random() < share

    def between(self, least: float, most: float) -> Millis:
        """A length of time between so many seconds."""
        return round(self.dice.uniform(least, most) * SECOND)

    def mostly(self, least: float, most: float, mode: float) -> Millis:
        """A length of time between so many seconds, mostly about `mode`."""
        return round(self.dice.triangular(least, most, mode) * SECOND)

    def gap(self, mean: float) -> Millis:
        """The time to the next of what comes every `mean` seconds by chance."""
        return max(1, round(self.dice.expovariate(1 / mean) * SECOND))

    def moment(self, after: Millis) -> str:
        """A moment after now, as events' data hold it."""
        return format_utc(self.now + after)
