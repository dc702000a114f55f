"""What the service needs of the outside, as protocols: a clock, and a store of which it is handed one
transaction at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from console.service.by_queue import QueueReader
from console.service.by_time import TimeReader
from console.service.hands import HandReader
from console.service.notice import NoticeReader, NoticeWriter
from console.service.person import PersonReader

if TYPE_CHECKING:
    from console.domain.alerts import Alert
    from console.domain.clock import ClockRow
    from console.domain.event import Event, Rejected
    from console.domain.instants import Millis
    from console.domain.item import Effect
    from console.domain.query import Query
    from console.domain.rules import RuleBook, Rules
    from console.service.alert_mark import Mark
    from console.service.held import Held
    from console.service.model import Counts, FeedState, Place, ServiceLevel
    from console.service.order import Order
    from console.service.position import Position
    from console.service.rows import Found, ItemRow
    from console.service.user import UserReader, UserWriter

T = TypeVar("T")


class Clock(Protocol):
    """Where `now` comes from."""

    def now(self) -> Millis:
        """Milliseconds since the epoch."""
        ...


class Reader(NoticeReader, HandReader, PersonReader, QueueReader, TimeReader, Protocol):
    """The store as one reading sees it. Nothing here waits, walks a table without a limit or uses OFFSET."""

    @property
    def kept(self) -> dict[str, Any] | None:
        """Where to keep what was worked out of what is written, by name: it stays until somebody writes. None
        where each reading stands by itself."""
        ...

    @property
    def users(self) -> UserReader:
        """Those who sign in here."""
        ...

    def rulebook(self) -> RuleBook:
        """All versions of the norms and settings."""
        ...

    def late_rules(self) -> Callable[[], Rules]:
        """The newest of them, read now and understood by whoever first calls this, on any thread."""
        ...

    def site_versions(self) -> list[tuple[Millis, str, str]]:
        """The versions of norms and settings: (in force from, part, hash)."""
        ...

    def meta(self, name: str) -> str:
        """A value of the store's own notes; empty where there is none."""
        ...

    def item(self, item_id: str) -> ItemRow | None:
        """The row of an item."""
        ...

    def items(self, item_ids: Collection[str]) -> list[ItemRow]:
        """The rows of those items that there are."""
        ...

    def items_under(self, prefix: str, limit: int) -> list[ItemRow]:
        """Items whose ids begin so, the newest first; `prefix` ends with a slash."""
        ...

    def events_of(self, item_id: str, since: Millis | None = None) -> list[Event]:
        """An item's own events, in order of arrival; those of `since` or later."""
        ...

    def event(self, source: str, event_id: str) -> Event | None:
        """One event by its name."""
        ...

    def last_time(self, item_id: str, event_type: str, until: Millis) -> Millis | None:
        """When an event of that type last happened to an item, as of `until`."""
        ...

    def version_of(self, item_id: str) -> int:
        """How many events of an item have come."""
        ...

    def effects_on(self, target: str, after: Millis | None = None) -> list[Effect]:
        """What other items cause in `target`, later than `after`."""
        ...

    def effects_of(self, cause: str) -> list[Effect]:
        """What an item causes, as written."""
        ...

    def changed_since(self, moment: Millis, lost_after: Millis) -> list[str]:
        """Items whose rows, as written, may say something else of `moment`: something happened to them
        later, they were lost later (for which a call is silent for `lost_after` at most), or time alone has
        changed them by then."""
        ...

    def broken_clocks(self, since: Millis | None, until: Millis, norms: Collection[str]) -> list[ClockRow]:
        """Clocks whose due lies before `until` and whose norm was broken at or after `since`."""
        ...

    def clocks_of(self, item_id: str) -> list[ClockRow]:
        """The clocks of an item."""
        ...

    def calls_of(self, customer: str, since: Millis) -> list[str]:
        """The ids of the calls of a customer that began later than `since`."""
        ...

    def callbacks_of(self, customer: str) -> list[str]:
        """The ids of all callbacks of a customer."""
        ...

    def jobs_of(self, customer: str) -> list[str]:
        """The ids of the jobs of a customer."""
        ...

    def followups_of(self, customer: str) -> list[str]:
        """The ids of all follow-ups of a customer."""
        ...

    def accounts_of(self, customer: str) -> list[str]:
        """The ids of what feeds tell of a customer themselves."""
        ...

    def related(self, item: ItemRow, limit: int) -> list[ItemRow]:
        """Other items of the same case or customer, newest first; any item may be the case of others."""
        ...

    def window(self, query: Query, count: int, after: Place | None, before: Place | None) -> Found:
        """Up to `count` rows of the board in its order, from `after` on or up to `before`. It looks at a
        bounded number of rows, and says how far it came."""
        ...

    def calls_since(self, moment: Millis) -> list[ItemRow]:
        """Calls to which something happened at or after `moment`."""
        ...

    def asked(self, limit: int) -> list[ItemRow]:
        """Open items that their system was asked to give to somebody, and has not yet."""
        ...

    def due(self, now: Millis, limit: int | None = None, since: Millis | None = None) -> list[ItemRow]:
        """Items that time alone changes at or before `now`, and later than `since`, soonest first."""
        ...

    def counts(self) -> Counts:
        """The counters, as of the last tick."""
        ...

    def service_levels(self, since: Millis) -> Mapping[str, ServiceLevel]:
        """Per queue, summed over the buckets from `since` on."""
        ...

    def verdicts(self, since: Millis) -> Mapping[str, int]:
        """How often norms were kept, broken or left open (`kept:NORM`, …), in the buckets from `since` on."""
        ...

    def quarters(self, since: Millis, until: Millis) -> list[tuple[Millis, str, ServiceLevel]]:
        """(start, queue, what came in it) of every quarter of an hour in which something did."""
        ...

    def open_calls(self, without: Collection[str]) -> list[tuple[str, str, int, Millis]]:
        """Inbound calls that are open, but for those: (queue, state, how many, when the oldest came)."""
        ...

    def feeds(self) -> list[FeedState]:
        """All feeds."""
        ...

    def agents(self) -> list[ItemRow]:
        """The rows of all agents."""
        ...

    def open_by_owner(self) -> Mapping[str, int]:
        """How many open items each owner has."""
        ...

    def orders_of(self, item_id: str) -> list[Order]:
        """What other systems were asked to do with an item, oldest first."""
        ...

    def orders_in(self, source: str, states: Collection[str]) -> list[Order]:
        """Orders of that source that are waiting, sending or taken, oldest first; at most two hundred."""
        ...

    def outlets(self) -> Mapping[str, frozenset[str]]:
        """What can be asked of the systems that the daemon is connected to, by source."""
        ...

    def alert_mark(self) -> Mark:
        """How far somebody looked for alerts, and kept what they found."""
        ...

    def newest_event(self) -> int:
        """The number of the event that came last."""
        ...

    def touched_since(self, mark: Mark) -> list[str] | None:
        """Items of which events have come since; None where these are too many to look at one by one."""
        ...

    def passed_due(self, since: Millis, now: Millis, most: int | None = None) -> tuple[list[str], Millis]:
        """Items with a clock that was due from `since` on and before a moment, and no more than a day ago;
        and that moment: `now`, or an earlier one where there are more than `most` of a sort until then."""
        ...

    def waking_alerts(self, now: Millis) -> list[str]:
        """Items with an alert that is to be looked at again by `now`."""
        ...

    def alerts_of(self, item_id: str) -> dict[str, Alert]:
        """The alerts of an item, by clock."""
        ...

    def alerts_since(self, moment: Millis) -> list[Alert]:
        """All that fired at `moment` or later."""
        ...

    def rung_since(self, moment: Millis) -> list[Alert]:
        """All that rang later than `moment`."""
        ...

    def quiet_items(self, before: Millis, after: tuple[Millis, str], limit: int) -> list[ItemRow]:
        """Items of which nothing was heard since `before`, in the order of (last, id), from `after` on."""
        ...

    def bound_to(self, row: ItemRow) -> list[str]:
        """The ids of what an item caused or is caused by, and of the other items of its customer and case."""
        ...

    def is_owed(self, item_id: str) -> bool:
        """Whether somebody is still to be told of an item, or a system is still to do something with it, or
        nothing came later than what was told of it last."""
        ...

    def positions(self, feed: str) -> list[Position]:
        """How far a feed has read what it follows, what was written to longest ago first."""
        ...

    def queues(self) -> list[str]:
        """The queues that have, or had, something open."""
        ...

    def item_ids(self, after: str, limit: int) -> list[str]:
        """Ids of everything that events, rows or effects speak of, in order, from `after` on."""
        ...


class Writer(Reader, NoticeWriter, Protocol):
    """The store inside one writing transaction: all of it happens, or nothing. `changes` counts the rows
    that came out otherwise than they stood. `folds` are kept from one transaction to the next, by item, for
    as long as nobody else writes."""

    changes: int
    folds: dict[str, Held]

    @property
    def users(self) -> UserWriter:
        """Those who sign in here."""
        ...

    def add_event(self, event: Event, received: Millis) -> str:
        """Append; answers "new", "same" (a duplicate) or "other" (the name has other content)."""
        ...

    def add_events(self, events: Sequence[Event], received: Millis) -> list[str]:
        """The same for many at once, in their order."""
        ...

    def read_ahead(self, item_ids: Collection[str]) -> None:
        """Say which items' rows are about to be asked for, so that they are read all at once."""
        ...

    def settle(self) -> None:
        """Write what the store gathers until a piece of work is done."""
        ...

    def put_item(self, row: ItemRow, before: ItemRow | None) -> None:
        """Write the row of an item in place of `before`, and its share in the counters."""
        ...

    def drop_item(self, item_id: str) -> None:
        """Take an item away of which nothing is left."""
        ...

    def put_clocks(self, item_id: str, clocks: Sequence[ClockRow], before: Sequence[ClockRow]) -> None:
        """Write the clocks of an item in place of those `before`."""
        ...

    def put_effects(self, cause: str, effects: Sequence[Effect], before: Sequence[Effect]) -> None:
        """Write what an item causes in place of what it caused `before`."""
        ...

    def reject_event(self, event: Event, source: str, received: Millis) -> None:
        """Keep an event whose name was used for other content before."""
        ...

    def reject(self, rejected: Iterable[Rejected], source: str, received: Millis) -> int:
        """Keep bad input; answers how much of it was not kept before."""
        ...

    def put_site(self, part: str, body: str, effective: Millis, applied: Millis) -> str:
        """Put the text of a part ("norms", "settings", …) in force from `effective` on; answers its hash."""
        ...

    def put_meta(self, name: str, value: str) -> None:
        """Write one of the store's own notes."""
        ...

    def recount(self) -> int:
        """Sum the counters up again from the rows; answers how many were wrong."""
        ...

    def put_order(self, order: Order) -> None:
        """Write an order, or what has become of it."""
        ...

    def put_outlets(self, source: str, verbs: Collection[str]) -> None:
        """Write what can be asked of the system behind a source, in place of what could before."""
        ...

    def put_alerts(self, alerts: Iterable[Alert], mark: Mark) -> None:
        """Keep alerts, in place of those of the same clocks, and how far was looked for them."""
        ...

    def remove_items(self, item_ids: Collection[str]) -> None:
        """Take items away with all that was told of them and follows from it, but for what they added to the
        counters."""
        ...

    def remove_messages(self, before: Millis, limit: int) -> int:
        """Take away messages and orders that came to an end before `before`; answers how many."""
        ...

    def remove_rejects(self, before: Millis, limit: int) -> int:
        """Take away bad input that came before `before`; answers how much."""
        ...

    def remove_silences(self, before: Millis, limit: int) -> int:
        """Take away when feeds were silent before `before`, but for the last time of each; answers how many
        times."""
        ...

    def put_positions(self, positions: Iterable[Position]) -> None:
        """Keep how far something has been read, in place of what was known of it."""
        ...

    def drop_positions(self, feed: str, parts: Collection[str]) -> None:
        """Forget positions of a feed."""
        ...

    def hear(self, feed: str, source: str, now: Millis, *, lost: bool = False) -> None:
        """Note a feed's sign of life."""
        ...


class Store(Protocol):
    """A store: reads and writes are functions that it runs, each in one transaction, off the event loop."""

    async def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on the reading connection."""
        ...

    async def write(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one writing transaction. Raises StoreProblem when it could not be kept."""
        ...

    async def revision(self) -> int:
        """A number that moves when anybody wrote."""
        ...

    def watch(self, changed: Callable[[], None]) -> bool:
        """Call `changed` on the running loop when anybody wrote; False where only `revision` can tell."""
        ...

    async def close(self) -> None:
        """Let go of the store."""
        ...
