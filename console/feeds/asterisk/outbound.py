"""Calls that an agent makes herself: a callback that the console dials for her, or a number that she dials.

Asterisk has no word for them. It is one where an agent's channel dials a number outside while she talks to
nobody else; with a customer on her line it is a consultation, which is part of that customer's call.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from console.feeds.asterisk.model import Call, Ring
from console.feeds.asterisk.names import device_of, is_local

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.feeds.asterisk.book import Book
    from console.feeds.asterisk.calls import Calls
    from console.feeds.asterisk.framing import Block

_NUMBER = re.compile(r"\+?\d{5,20}", re.ASCII)
_BETWEEN = re.compile(r"[/@:&,;^]")


class Outbound:
    """Turns an agent's dialling into a call of the customer's, `direction` out."""

    def __init__(self, book: Book, calls: Calls) -> None:
        self._book = book
        self._calls = calls

    def begin(self, block: Block, now: Millis) -> Call | None:
        """The call that a DialBegin begins; None where it is another kind of dialling."""
        agent, target = self._book.floor.interface_of(block.get("Channel")), block.get("DestChannel")
        number, key = dialled(block), block.get("Linkedid")
        if agent is None or number is None or self._book.floor.has_call(agent) or self._book.over(key):
            return None
        if is_local(target) or self._book.floor.interface_of(target) is not None:
            return None
        name, leg = self._book.floor.name_of(agent), block.get("Uniqueid")
        call = Call(
            key=key,
            customer=block.get("DestUniqueid"),
            channel=target,
            device=device_of(target),
            seen=self._book.connection,
            out=True,
            caller=Ring(leg, agent, name, None, now),
            offered=now,
        )
        self._book.add(call)
        self._book.add_leg(call, leg)
        self._book.emit.call(
            call,
            "offered",
            now,
            direction="out",
            customer=number,
            agent=agent,
            agent_name=name,
            channel=target,
        )
        return call

    def answered(self, block: Block, now: Millis) -> bool:
        """Whether a DialEnd is that of the customer's telephone; where it was picked up, that is told."""
        call = self._book.by_customer(block.get("DestUniqueid"))
        if call is None or call.caller is None or call.talk is not None:
            return False
        if block.get("DialStatus") == "ANSWER":
            self._calls.answer(call, call.caller, now)
        return True


def dialled(block: Block) -> str | None:
    """The number that was dialled, as it went to the line outside; None where that was none."""
    for text in (block.get("DialString"), block.get("DestCallerIDNum"), block.get("Exten")):
        for part in _BETWEEN.split(text):
            if _NUMBER.fullmatch(part):
                return part
    return None
