"""Questions put to the exchange, and which of the blocks that come back answers which."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.feeds.asterisk.framing import Block


class Until(Enum):
    """What ends the answer to an action."""

    RESPONSE = "response"
    LIST = "list"  # the event that completes the list
    ORIGINATED = "originated"  # whether the telephone was picked up


class Answers:
    """The actions that wait for an answer, by ActionID. Whoever stops waiting is forgotten."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Until, asyncio.Future[Block]]] = {}

    def expect(self, action: str, until: Until) -> asyncio.Future[Block]:
        """The block that will answer `action`; a refusal answers at once."""
        future: asyncio.Future[Block] = asyncio.get_running_loop().create_future()
        self._waiting[action] = (until, future)
        future.add_done_callback(lambda _: self._waiting.pop(action, None))
        return future

    def take(self, block: Block) -> None:
        """A block has come."""
        until, future = self._waiting.get(block.get("ActionID"), (None, None))
        if until is None or future is None or future.done():
            return
        if not block.event:
            # A refusal ends it, and a yes too unless more is to come: without EventList there is no list.
            refused = block.get("Response") != "Success"
            listed = until is Until.LIST and bool(block.get("EventList"))
            ended = refused or not (listed or until is Until.ORIGINATED)
        elif until is Until.LIST:
            ended = block.get("EventList") in ("Complete", "Cancelled")
        else:
            ended = until is Until.ORIGINATED and block.event == "OriginateResponse"
        if ended:
            future.set_result(block)

    def fail(self, error: Exception) -> None:
        """No answer will come any more."""
        for _, future in list(self._waiting.values()):
            if not future.done():
                future.set_exception(error)
                future.exception()  # whoever has stopped waiting leaves no unheard complaint


def request(name: str, action: str, fields: Mapping[str, str]) -> bytes:
    """An action as bytes. Raises ValueError for a value that would be read as more than one line."""
    lines = {"Action": name, "ActionID": action, **fields}
    for key, value in lines.items():
        if not key.isprintable() or ":" in key or any(ord(char) < 32 or ord(char) == 127 for char in value):
            raise ValueError(f"a control character in {key}")
    return "".join(f"{key}: {value}\r\n" for key, value in lines.items()).encode() + b"\r\n"
