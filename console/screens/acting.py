"""From wishes to commands: what a key does to rows, in one transaction, and how it is taken back."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any, Protocol

from console.domain.command import Command, Refusal
from console.domain.frozen import frozen, slotted
from console.service.model import Done, NotRecorded, Outcome, QueueRow

TOGETHER = frozenset({"reassign", "escalate", "acknowledge", "snooze", "close"})
"""Verbs that take in all the promises which one row stands for."""

KEPT = 50
"""Acts that can be taken back, at most."""


class ActingDesk(Protocol):
    """The part of a desk that acting needs."""

    actor: str

    async def rows(self, ids: Collection[str]) -> dict[str, QueueRow]:
        """The rows of those items that are open."""
        ...

    async def act(self, commands: Sequence[Command]) -> list[Outcome]:
        """Carry out commands in one transaction."""
        ...


@frozen
class Wish:
    """One verb on some rows, as they were when the key was pressed; the hands are those that were seen.

    Its commands keep their ids, so that trying again after a failure can do nothing twice.
    """

    verb: str
    rows: tuple[QueueRow, ...]
    commands: tuple[Command, ...]


@frozen
class Report:
    """What became of a wish. `problem`: the store kept nothing of it."""

    wish: Wish
    done: tuple[Done, ...] = ()
    refused: tuple[Refusal, ...] = ()
    problem: NotRecorded | None = None

    @property
    def changed(self) -> bool:
        """Whether anything was written; what was so already needs no event."""
        return any(done.event is not None for done in self.done)

    @property
    def conflict(self) -> Refusal | None:
        """Who was quicker, where it is about one row alone."""
        if len(self.wish.rows) != 1 or self.done:
            return None
        return next((refusal for refusal in self.refused if refusal.reason == "conflict"), None)

    @property
    def unreasoned(self) -> tuple[Refusal, ...]:
        """What was refused because it goes away from somebody without a reason."""
        return tuple(refusal for refusal in self.refused if refusal.reason == "needs_reason")

    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """The rows as the act left them."""
        return tuple(done.row for done in self.done if done.row is not None)


@frozen
class _Act:
    """One thing to take back: the event, on which item, the hand it found there, and the one it is taken
    back from."""

    event: str
    item: str
    before: int
    hand: int
    row: QueueRow


@slotted
class Acting:
    """Carries out wishes at one desk, and remembers them to take them back."""

    desk: ActingDesk
    _acts: list[tuple[_Act, ...]] = field(default_factory=list)

    @property
    def undoable(self) -> bool:
        """Whether there is something of this console's to take back."""
        return bool(self._acts)

    async def with_twins(self, verb: str, rows: Sequence[QueueRow]) -> tuple[QueueRow, ...]:
        """The rows that a verb on `rows` concerns: each with the promises it stands for."""
        twins = [twin for row in rows for twin in row.twins] if verb in TOGETHER else []
        there = await self.desk.rows(twins) if twins else {}
        return (*rows, *(there[twin] for twin in twins if twin in there))

    def wish(
        self, verb: str, rows: Sequence[QueueRow], touched: Sequence[QueueRow], data: Mapping[str, Any]
    ) -> Wish:
        """Put a wish into commands: `rows` are those that were chosen, `touched` theirs with their twins."""
        batch = secrets.token_hex(8) if len(touched) > 1 else ""
        commands = (
            Command(secrets.token_hex(12), verb, row.id, self.desk.actor, row.hand, data, batch)
            for row in touched
        )
        return Wish(verb, tuple(rows), tuple(commands))

    async def carry_out(self, wish: Wish) -> Report:
        """Carry out a wish; what was done of it can be taken back."""
        report = _report(wish, await self.desk.act(wish.commands))
        hands = {command.item: command.hand for command in wish.commands}
        lead = wish.rows[0]
        acts = tuple(
            _Act(
                done.event.name,
                done.event.subject,
                hand - 1,
                hand,
                next((row for row in wish.rows if row.id == done.item), lead),
            )
            for done in report.done
            if done.event is not None
            for hand in (_hand(done, hands.get(done.event.subject, 0)),)
        )
        if acts:
            self._acts = [*self._acts, acts][-KEPT:]
        return report

    async def undo(self) -> Report:
        """Take back the last wish, as far as nobody acted since."""
        acts = self._acts[-1]
        batch = secrets.token_hex(8) if len(acts) > 1 else ""
        commands = tuple(
            Command(
                secrets.token_hex(12), "undo", act.item, self.desk.actor, act.hand, {"of": act.event}, batch
            )
            for act in acts
        )
        wish = Wish("undo", _once(act.row for act in acts), commands)
        report = _report(wish, [self._by_others(outcome) for outcome in await self.desk.act(commands)])
        if report.problem is None:
            self._acts.pop()
            self._move_hands(acts, report)
        return report

    def _by_others(self, outcome: Outcome) -> Outcome:
        """Who acted last may be whoever takes back; that somebody else did before is why it was refused."""
        own = isinstance(outcome, Refusal) and outcome.actor == self.desk.actor
        return replace(outcome, actor="") if own and isinstance(outcome, Refusal) else outcome

    def _move_hands(self, undone: Collection[_Act], report: Report) -> None:
        """What was done on the same item just before can be taken back next: what moved its hand since is
        what was taken back now, and that it was."""
        done = {done.item: done for done in report.done}
        hands = {
            (act.item, act.before): _hand(done[act.item], act.hand) for act in undone if act.item in done
        }
        self._acts = [
            tuple(replace(act, hand=hands.get((act.item, act.hand), act.hand)) for act in acts)
            for acts in self._acts
        ]


def _hand(done: Done, before: int) -> int:
    """The hand that an act left: what is over has no row any more, and an act moves the hand by one."""
    return done.row.hand if done.row is not None else before + 1


def _report(wish: Wish, outcomes: Iterable[Outcome]) -> Report:
    done, refused, problem = [], [], None
    for outcome in outcomes:
        if isinstance(outcome, Done):
            done.append(outcome)
        elif isinstance(outcome, Refusal):
            refused.append(outcome)
        else:
            problem = outcome
    return Report(wish, tuple(done), tuple(refused), problem)


def _once(rows: Iterable[QueueRow]) -> tuple[QueueRow, ...]:
    return tuple({row.id: row for row in rows}.values())
