"""One act of a person: from the command to its event, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from console.domain.command import AlreadySo, Command, Refusal, decide
from console.domain.event import OURS
from console.domain.lifecycle import REVEALED
from console.service import orders
from console.service.claims import keeper_for
from console.service.ledger import refold, tick
from console.service.model import Done, Outcome, QueueRow
from console.service.rows import queue_row
from console.service.summary import load

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.instants import Millis
    from console.service.ports import Reader, Writer
    from console.service.rows import ItemRow


def act(writer: Writer, command: Command, now: Millis) -> Outcome:
    """Carry out one command, or refuse it; one that was carried out before is done."""
    known = writer.event(OURS, command.id)
    if known is not None:
        return done_with(writer, known)
    tick(writer, now)  # what a screen shows has moved with time; so must what the act is held against
    written = writer.item(command.item)
    if written is None:
        return Refusal(command.item, "no_item")
    if barred := writer.rulebook().at(now).site.barred(command.verb, command.actor):
        return Refusal(command.item, barred)
    # Acts take times of their own; one that is a little later than now counts all the same.
    now = max(now, written.last)
    item = load(writer, command.item, writer.rulebook(), now)
    if command.verb == "undo" and not _may_undo(writer.events_of(command.item), command):
        return Refusal(command.item, "nothing_to_undo")
    keeper = keeper_for(writer, item, now) if command.verb == "reassign" else None
    decision = decide(item, command, now, keeper.agent if keeper else "")
    if isinstance(decision, Refusal):
        return decision
    if isinstance(decision, AlreadySo):
        return Done(command.item, None, board_row(writer, command.item))
    if decision.type == "item.asked" and not orders.outlet_for(writer, written, command.verb):
        return Refusal(command.item, "no_outlet")
    if decision.type == "callback.requested":
        name, there = _callback_for(writer, command.item)
        if there is not None and there.open and "due" not in command.data:
            return Done(name, None, board_row(writer, name))
        after = there.last + 1 if there is not None else 0
        decision = replace(decision, subject=name, time=max(decision.time, after))
    writer.add_event(decision, now)
    refold(writer, [decision.subject], writer.rulebook(), decision.time)
    orders.post(writer, decision, written, writer.rulebook().at(decision.time))
    return done_with(writer, decision)


def _callback_for(reader: Reader, item_id: str) -> tuple[str, ItemRow | None]:
    """Where a callback for an item goes: the one that there is, or a new one beside those that are over."""
    number = 1
    while True:
        name = f"callback/{item_id}" if number == 1 else f"callback/{item_id}/{number}"
        row = reader.item(name)
        if row is None or row.over is None:
            return name, row
        number += 1


def _may_undo(events: Sequence[Event], command: Command) -> bool:
    return any(
        event.source == OURS
        and event.type not in ("item.undone", REVEALED)
        and event.name == command.data.get("of")
        for event in events
    )


def done_with(reader: Reader, event: Event) -> Done:
    """What to answer once `event` is written."""
    return Done(event.subject, event, board_row(reader, event.subject))


def board_row(reader: Reader, item_id: str) -> QueueRow | None:
    """The row of an item that stands on the board."""
    row = reader.item(item_id)
    return queue_row(row) if row is not None and row.open else None
