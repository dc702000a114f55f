"""The desk: everything that a screen or a command asks of the floor, as use cases on a store."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from console.domain.instants import DAY, Millis
from console.later import Later
from console.service.glance import feeds, glance
from console.service.model import NotRecorded, QueueRow, Receipt, Standing
from console.service.names import keep_names, names_kept
from console.service.problem import StoreProblem
from console.service.rows import queue_row

QUARTER: Millis = 91 * DAY
"""So far back is told what an area's book should have."""

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from console.domain.checklists import Checklist
    from console.domain.command import Command, Refusal
    from console.domain.event import Reading
    from console.domain.query import Query
    from console.domain.rules import RuleBook
    from console.service import (
        acts,
        alarms,
        board,
        card,
        claims,
        confided,
        handing,
        handover,
        history,
        inspecting,
        ledger,
        levels,
        norms,
        offering,
        past,
        people,
        revealed,
        scheduling,
        users,
        wall,
    )
    from console.service.alarms import Alarms, Sounded
    from console.service.card import Card
    from console.service.handing import Giving
    from console.service.handover import Handover
    from console.service.inspecting import CheckState, Inspection, OnRecord
    from console.service.levels import DayLevels
    from console.service.model import (
        AgentView,
        Claim,
        Counts,
        Done,
        FeedState,
        Glance,
        ItemView,
        Outcome,
        Place,
        ServiceLevel,
        Window,
    )
    from console.service.norms import NormsToday
    from console.service.offering import Offers
    from console.service.past import LookBack, Past
    from console.service.ports import Clock, Reader, Store, Writer
    from console.service.revealed import Looks
    from console.service.rows import ItemRow
    from console.service.scheduling import Scheduler
    from console.service.user import Proof
    from console.service.wall import Wall
else:  # a console's first frame needs none of them
    acts = Later("console.service.acts")
    alarms = Later("console.service.alarms")
    board = Later("console.service.board")
    card = Later("console.service.card")
    claims = Later("console.service.claims")
    confided = Later("console.service.confided")
    handing = Later("console.service.handing")
    handover = Later("console.service.handover")
    history = Later("console.service.history")
    inspecting = Later("console.service.inspecting")
    ledger = Later("console.service.ledger")
    levels = Later("console.service.levels")
    norms = Later("console.service.norms")
    offering = Later("console.service.offering")
    past = Later("console.service.past")
    people = Later("console.service.people")
    revealed = Later("console.service.revealed")
    scheduling = Later("console.service.scheduling")
    users = Later("console.service.users")
    wall = Later("console.service.wall")

BATCH = 500
"""Events that go into one transaction while a file is read."""

TICK = 50
"""Items that a tick moves in one transaction: after a quiet night there are thousands, and others want to
write too."""


class Desk:
    """One person's view of the floor, and what they do there. `actor` stands in every act."""

    def __init__(self, store: Store, clock: Clock, *, actor: str, read_only: bool = False) -> None:
        self._store = store
        self.clock = clock
        self.actor = actor
        self.read_only = read_only

    @cached_property
    def _alarms(self) -> Alarms:
        return alarms.Alarms(self._store, read_only=self.read_only)

    @cached_property
    def _scheduler(self) -> Scheduler:
        return scheduling.Scheduler()

    def now(self) -> Millis:
        """The present moment of the floor."""
        return self.clock.now()

    async def rules(self) -> RuleBook:
        """The norms and settings."""
        return await self._store.read(lambda reader: reader.rulebook())

    async def window(
        self, query: Query, count: int, *, after: Place | None = None, before: Place | None = None
    ) -> Window:
        """Up to `count` rows from the top, after a place, or before one."""
        now = self.now()
        return await self._store.read(lambda reader: board.window(reader, query, count, after, before, now))

    async def first(self, query: Query, count: int) -> Glance:
        """What stands written: all that a console needs to show something before anybody has ticked."""
        now = self.now()
        return await self._store.read(lambda reader: glance(reader, query, count, now))

    async def keep_names(self) -> None:
        """Keep what whoever starts next puts their first frame into words with."""
        if not self.read_only and not await self._store.read(names_kept):
            await self._store.write(keep_names)

    async def rows(self, ids: Collection[str]) -> dict[str, QueueRow]:
        """The rows of those items that are open."""
        now = self.now()
        return await self._store.read(lambda reader: board.rows(reader, ids, now))

    async def standing(self) -> Standing:
        """What the head of a screen tells."""
        now = self.now()
        return await self._store.read(
            lambda reader: Standing(
                board.counts(reader, now),
                feeds(reader, now),
                levels.service_levels(reader, now),
                reader.rulebook().latest,
            )
        )

    async def counts(self) -> Counts:
        """How many items are open, breached, at risk."""
        now = self.now()
        return await self._store.read(lambda reader: board.counts(reader, now))

    async def service_levels(self) -> Mapping[str, ServiceLevel]:
        """Per queue, since the site's midnight."""
        now = self.now()
        return await self._store.read(lambda reader: levels.service_levels(reader, now))

    async def day_levels(self, back: int = 0) -> DayLevels:
        """How calls are answered today, by half hours; or how they were so many days ago."""
        now = self.now()
        return await self._store.read(lambda reader: levels.day_levels(reader, now, back))

    async def wall(self, count: int, queue: str = "", each: int = 0) -> Wall:
        """The floor from a step back, or one queue of it, with the `count` rows that are worst, and with
        `each` that are worst in each queue."""
        now = self.now()
        return await self._store.read(lambda reader: wall.wall(reader, now, count, queue, each))

    async def past(self, look: LookBack, count: int, told: Callable[[int, int], None]) -> Past:
        """The first `count` rows of the board as it stood at an earlier moment; with the same `look` more of
        them may be asked for. `told` hears how much has been looked at, and of how much. Whoever is cancelled
        leaves between two readings, and others read in between."""
        look.left = False
        try:
            whole = left = await self._store.read(lambda reader: look.begin(reader, count))
            while left:
                told(whole - left, whole)
                left = await self._store.read(look.step)
                whole = max(whole, left)
            return await self._store.read(look.finish)
        except BaseException:
            look.left = True  # a reading that waits for others goes on by itself
            raise

    async def past_view(self, look: LookBack, item_id: str) -> ItemView | None:
        """All of one item as it was then."""
        return await self._store.read(lambda reader: look.view(reader, item_id))

    async def norms(self) -> NormsToday:
        """Every norm: kept and broken today, and what became of its alerts this shift."""
        now = self.now()
        return await self._store.read(lambda reader: norms.norms_today(reader, now))

    async def sound(self) -> Sounded:
        """Look for alerts; what rings here rings nowhere else."""
        return await self._alarms.look(self.now())

    async def feeds(self) -> tuple[FeedState, ...]:
        """All feeds, with the silent ones marked lost."""
        now = self.now()
        return await self._store.read(lambda reader: feeds(reader, now))

    async def agents(self) -> tuple[AgentView, ...]:
        """Everybody whom the settings or the feeds name."""
        now = self.now()
        return await self._store.read(lambda reader: people.agents(reader, now))

    async def card(self, agent: str) -> Card | None:
        """What the record tells of a person, as far as this one may see it; None where nobody knows them."""
        now = self.now()
        return await self._store.read(lambda reader: card.card(reader, agent, self.actor, now))

    async def agent_row(self, agent: str) -> QueueRow | None:
        """The row under which a system speaks of the agent with this id; None where none does."""
        now = self.now()

        def find(reader: Reader) -> QueueRow | None:
            site = reader.rulebook().at(now).site
            rows = (row for row in reader.agents() if site.agent(row.id.partition("/")[2]) == agent)
            return next(map(queue_row, rows), None)

        return await self._store.read(find)

    async def queues(self) -> tuple[str, ...]:
        """The queues that have, or had, something open, or had calls today, or are in the settings."""
        now = self.now()

        def work(reader: Reader) -> tuple[str, ...]:
            today = (queue for queue in levels.service_levels(reader, now) if queue)
            return tuple(dict.fromkeys((*reader.queues(), *today, *reader.rulebook().at(now).site.queues)))

        return await self._store.read(work)

    async def offers(self, ids: Collection[str] = (), before: Offers | None = None) -> Offers:
        """Everybody and every queue that those items may be given to; `before` is what was found last."""
        now, known = self.now(), before.read if before else {}
        return await self._store.read(lambda reader: offering.offers(reader, now, ids, known))

    async def claims(self, ids: Collection[str]) -> tuple[Claim, ...]:
        """Who has a claim to those items, the best first: whom the customer asked first, who looks after
        them."""
        now = self.now()
        return await self._store.read(lambda reader: claims.claims_on(reader, ids, now))

    async def view(self, item_id: str) -> ItemView | None:
        """All of one item."""
        now = self.now()
        return await self._store.read(lambda reader: board.view(reader, item_id, now))

    async def outlets(self) -> Mapping[str, frozenset[str]]:
        """What can be asked of other systems, by the source of their events."""
        return await self._store.read(lambda reader: reader.outlets())

    async def asked(self) -> tuple[QueueRow, ...]:
        """Open items that their system was asked to give to somebody, and has not yet."""
        return tuple(queue_row(row) for row in await self._store.read(lambda reader: reader.asked(100)))

    async def calls_at(self, moment: Millis) -> list[ItemRow]:
        """Calls that were going on at `moment`, as of then: what a feed takes up again after a gap."""
        return await self._store.read(lambda reader: history.calls_at(reader, moment))

    def watch(self, changed: Callable[[], None]) -> bool:
        """Call `changed` when anybody wrote; it may miss one, so ask for the revision now and then too.
        False where nobody can tell of it."""
        return self._store.watch(changed)

    async def revision(self) -> int:
        """A number that moves when anybody wrote."""
        return await self._store.revision()

    async def tick(self) -> int:
        """Move all that time alone has changed; answers how much."""
        if self.read_only:
            return 0
        now, moved = self.now(), 0
        called, due = await self._store.read(
            lambda reader: (self._scheduler.wants(reader, now), bool(reader.due(now, 1)))
        )
        if called:
            moved += await self._store.write(lambda writer: self._scheduler.make(writer, now))
        while due:
            number = await self._store.write(lambda writer: ledger.tick(writer, now, TICK))
            if not number:
                break
            moved += number
            due = await self._store.read(lambda reader: bool(reader.due(now, 1)))
        return moved

    async def act(self, commands: Sequence[Command]) -> list[Outcome]:
        """Carry out commands in one transaction; each is done or refused by itself."""
        if self.read_only:
            return [_read_only(command.item) for command in commands]
        now = self.now()
        try:
            return await self._store.write(
                lambda writer: [acts.act(writer, command, now) for command in commands]
            )
        except StoreProblem as problem:
            return [NotRecorded(problem.reason, problem.detail) for _ in commands]

    async def looks(self) -> Looks | None:
        """How often whoever sits here had customers shown lately, and how often they may."""
        now = self.now()
        return await self._store.read(lambda reader: revealed.looks(reader, self.actor, now))

    async def checks(self, item: str = "") -> tuple[CheckState, ...]:
        """The checklists that are for an item or a person, then every one for every place it is for."""
        now = self.now()
        return await self._store.read(lambda reader: confided.checks(reader, self.actor, now, item))

    async def on_record(self, checklist: Checklist, place: str) -> Mapping[str, OnRecord]:
        """What happened in an area, or to an item, in the last quarter of a year, by item of a list."""
        since = self.now() - QUARTER
        return await self._store.read(lambda reader: inspecting.on_record(reader, checklist, place, since))

    async def inspect(self, what: Inspection) -> Done | Refusal | NotRecorded:
        """Put a checklist that was gone through on record, with all that comes of it, in one transaction."""
        if self.read_only:
            return _read_only(what.place)
        now = self.now()
        try:
            return await self._store.write(lambda writer: confided.inspect(writer, what, self.actor, now))
        except StoreProblem as problem:
            return NotRecorded(problem.reason, problem.detail)

    async def sign_in(self, name: str, pin: str, *, only: str = "") -> Proof:
        """Have somebody else, or the same person again, sit here from now on, where that PIN proves it;
        `only` is who alone may. A desk that only looks counts wrong PINs too. Raises StoreProblem."""
        proof = await users.sign_in(self._store, name, pin, self.now(), before=self.actor, only=only)
        self.actor = proof.user or self.actor
        return proof

    async def handover(self) -> Handover:
        """What this shift leaves behind, and where its hand-over stands."""
        now = self.now()
        return await self._store.read(lambda reader: handover.look(reader, self.actor, now))

    async def hand_over(self, wish: Giving) -> Outcome:
        """Give the shift to the next supervisor, by name."""
        return await self._hand(wish, lambda writer, now: handing.give(writer, wish, now))

    async def take_over(self, wish: Giving, pin: str = "") -> Outcome:
        """Take a shift over, and what its giver has. Where people have PINs, the taker's proves who it is."""
        if self.read_only:
            return _read_only(wish.item)
        try:
            proven = await users.prove_taker(self._store, wish, pin, self.actor, self.now())
        except StoreProblem as problem:
            return NotRecorded(problem.reason, problem.detail)
        if not isinstance(proven, bool):
            return proven
        return await self._hand(
            wish, lambda writer, now: handing.accept(writer, wish, self.actor, now, proven=proven)
        )

    async def _hand(self, wish: Giving, work: Callable[[Writer, Millis], Outcome]) -> Outcome:
        if self.read_only:
            return _read_only(wish.item)
        now = self.now()
        try:
            return await self._store.write(lambda writer: work(writer, now))
        except StoreProblem as problem:
            return NotRecorded(problem.reason, problem.detail)

    async def ingest(self, readings: Iterable[Reading], *, source: str = "") -> Receipt:
        """Take in what a feed read, in batches that are on disk when this returns."""
        receipt = Receipt()
        batch: list[Reading] = []
        for reading in readings:
            batch.append(reading)
            if len(batch) >= BATCH:
                receipt += await self._record(batch, source)
                batch = []
        return receipt + await self._record(batch, source) if batch else receipt

    async def ingest_all(self, batches: Sequence[tuple[str, Sequence[Reading]]]) -> list[Receipt]:
        """Take in what several senders brought, each batch with its source, in one transaction."""
        now = self.now()
        return await self._store.write(lambda writer: ledger.record_all(writer, batches, now))

    async def hear(self, feed: str, source: str, *, lost: bool = False) -> None:
        """Note a feed's sign of life."""
        now = self.now()
        await self._store.write(lambda writer: writer.hear(feed, source, now, lost=lost))

    async def _record(self, batch: Sequence[Reading], source: str) -> Receipt:
        now = self.now()
        return await self._store.write(lambda writer: ledger.record(writer, batch, now, source=source))


def _read_only(item: str) -> Refusal:
    from console.domain.command import Refusal

    return Refusal(item, "read_only")
