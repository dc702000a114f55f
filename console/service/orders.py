"""What other systems are asked to do: an order is written with the command's own event, carried out by the
daemon at most once where twice would matter, and settled by what really came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.domain.event import OURS, Event
from console.domain.instants import SECOND, Millis
from console.service.ledger import refold
from console.service.order import (
    DIAL,
    DONE,
    EARS,
    FAILED,
    MOVES,
    OPEN,
    SENDING,
    TAKEN,
    TO_AGENT,
    TO_QUEUE,
    UNKNOWN,
    WAITING,
    WITHDRAWN,
    Order,
    Result,
)
from console.service.summary import load

if TYPE_CHECKING:
    from console.domain.rules import Rules
    from console.service.ports import Reader, Writer
    from console.service.rows import ItemRow

WORD: Millis = 10 * SECOND
"""How long after a system took an order its own word of it may come."""


def order_of(reader: Reader, event: Event, row: ItemRow, rules: Rules) -> Order | None:
    """The order that a command's event leads to; None where nobody carries such a one out."""
    data: dict[str, Any] = {}
    if event.type == "item.reassigned" and not row.mine:
        verb = TO_QUEUE if event.data.get("to_queue") else TO_AGENT
        data = {key: event.data[key] for key in ("to", "to_queue") if event.data.get(key)}
        if verb == TO_AGENT:
            data["interfaces"] = interfaces(rules, str(event.data.get("to", "")))
    elif event.type == "item.asked":
        verb = str(event.data.get("verb", ""))
        data = {"reason": event.data["reason"]} if event.data.get("reason") else {}
        if verb == DIAL:
            data |= {"number": row.customer, "interfaces": interfaces(rules, row.owner or "")}
        elif verb in EARS:
            asker = rules.site.agent(str(event.data.get("actor", "")))
            data |= {"interfaces": interfaces(rules, asker), "talks": interfaces(rules, row.owner or "")}
    else:
        return None
    source = outlet_for(reader, row, verb)
    return Order(event.id, source, row.id, verb, event.time, event.time, data) if source else None


def outlet_for(reader: Reader, row: ItemRow, verb: str) -> str:
    """The source of the system that will do it: the item's own, for a callback any that can; empty: none."""
    able = [source for source, verbs in reader.outlets().items() if verb in verbs]
    if row.source in able:
        return row.source
    return able[0] if able and verb == DIAL else ""


def interfaces(rules: Rules, agent: str) -> list[str]:
    """What telephone systems call an agent's telephone: those of her aliases that are device names."""
    names = [alias for alias, known in rules.site.agent_aliases.items() if known == agent]
    return [name for name in (*names, agent) if "/" in name]


def post(writer: Writer, event: Event, row: ItemRow, rules: Rules) -> Order | None:
    """Write the order that `event` leads to, in the transaction that records the event."""
    if event.type == "item.undone":
        _withdraw(writer, row.id, str(event.data.get("of", "")), event.time)
        return None
    order = order_of(writer, event, row, rules)
    if order is None:
        return None
    if order.verb in MOVES:
        # Whoever decides anew means only the new place.
        for other in writer.orders_of(row.id):
            if other.state == WAITING and other.verb in MOVES:
                writer.put_order(replace(other, state=WITHDRAWN, changed=order.made))
    writer.put_order(order)
    return order


def _withdraw(writer: Writer, item_id: str, name: str, now: Millis) -> None:
    """Take back the order of the act of that name; the one whose place it had taken counts again."""
    orders = writer.orders_of(item_id)
    order = next((order for order in orders if order.state == WAITING and _act_of(order) == name), None)
    if order is None:
        return
    writer.put_order(replace(order, state=WITHDRAWN, changed=now))
    item = load(writer, item_id, writer.rulebook(), now)
    if order.verb in MOVES and item.asked is not None:
        before = orders[: orders.index(order)]
        moves = [one for one in before if one.verb in MOVES and _act_of(one) not in item.undone]
        if moves and moves[-1].state == WITHDRAWN:
            writer.put_order(replace(moves[-1], state=WAITING, changed=now))


def _act_of(order: Order) -> str:
    """The name of the event that an order was written with."""
    return f"{OURS}/{order.id}"


def expire(writer: Writer, source: str, now: Millis, within: Millis) -> list[Order]:
    """The orders that may still be carried out; those that waited too long have failed."""
    left = []
    for order in writer.orders_in(source, (WAITING,)):
        if now - order.made > within:
            settle(writer, order, Result(FAILED, order.reason or "too_late"), now)
        else:
            left.append(order)
    return left


def claim(writer: Writer, source: str, now: Millis, within: Millis) -> list[Order]:
    """The orders that are to be carried out now, stamped before anything is sent."""
    claimed = [replace(order, state=SENDING, changed=now) for order in expire(writer, source, now, within)]
    for order in claimed:
        writer.put_order(order)
    return claimed


def settle(writer: Writer, order: Order, result: Result, now: Millis) -> None:
    """Note what came of an order; an end is told as an event of the item."""
    order = replace(order, state=result.state, reason=result.reason, changed=now)
    writer.put_order(order)
    if order.state in OPEN:
        return
    written = writer.item(order.item)
    event = Event(
        source=f"outbox/{order.source}",
        id=f"{order.id}:{order.state}",
        type="item.settled",
        subject=order.item,
        time=max(now, written.last + 1 if written else 0),
        data={
            "of": _act_of(order),
            "verb": order.verb,
            "outcome": order.state,
            **({"reason": order.reason} if order.reason else {}),
        },
    )
    writer.add_event(event, now)
    refold(writer, [order.item], writer.rulebook(), event.time)


def look_back(writer: Writer, source: str, now: Millis, word: Millis = WORD) -> int:
    """Settle what a system took, once its own word of it has come, or should have; answers how many."""
    settled = 0
    for order in writer.orders_in(source, (TAKEN,)):
        row = writer.item(order.item)
        if row is None or row.over is not None:
            settle(writer, order, Result(UNKNOWN, "ended"), now)
        elif row.asked is None or _came_about(writer, order):
            settle(writer, order, Result(DONE), now)
        elif now - order.changed >= word:
            settle(writer, order, Result(FAILED, "no_word"), now)
        else:
            continue
        settled += 1
    return settled


_APART: Millis = 2 * SECOND
"""How far the system's clock may be behind ours: its word may then seem to come before it was asked."""


def _came_about(reader: Reader, order: Order) -> bool:
    """Whether the system's own events say that the call went where it was to go."""
    wanted = {order.data.get("to"), *order.data.get("interfaces", ())} - {None}
    return any(
        event.data.get("to_queue") == order.data.get("to_queue") is not None
        if order.verb == TO_QUEUE
        else bool(wanted & {event.data.get("agent"), event.data.get("to_agent")})
        for event in reader.events_of(order.item, order.made - _APART)
        if event.type in ("call.transferred", "call.ringing", "call.answered")
    )


def recover(writer: Writer, source: str, now: Millis) -> Sequence[Order]:
    """At the daemon's start: what was being sent when the last one ended may have been done."""
    sending = writer.orders_in(source, (SENDING,))
    for order in sending:
        settle(writer, order, Result(UNKNOWN, "interrupted"), now)
    return sending
