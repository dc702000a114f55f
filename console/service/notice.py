"""One message to a person or a system, and what came of it; and what the store must keep of such."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.ladder import Climb

WAITING, SENDING = "waiting", "sending"
SENT, FAILED, UNKNOWN, DROPPED = "sent", "failed", "unknown", "dropped"

OPEN = (WAITING, SENDING)
"""States in which a notice has not come to an end."""


@frozen
class Notice:
    """A message for `channel`, one of the settings' names.

    `id` is its key for ever, and the same at each try. `address` is whom it is for: a role, a person, or
    empty for a system. `data` is what the channel sends: title and body for people, the content for a
    system; `clocks`, pairs of item and clock, say what it is about. `again` is when it may be tried next.
    `state`: waiting; sending (stamped before it goes out, so that none is ever sent unnoticed); sent; failed;
    unknown (it may have arrived, and sending it twice would do harm); dropped (no longer so).
    """

    id: str
    channel: str
    address: str
    made: Millis
    changed: Millis
    again: Millis
    tries: int = 0
    state: str = WAITING
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class NoticeReader(Protocol):
    """What is read of breaches that are told of, and of messages."""

    def meta(self, name: str) -> str:
        """One of the store's own notes; empty where it has none of that name."""
        ...

    def climbs_of(self, item_id: str) -> dict[str, Climb]:
        """An item's climbs, by clock."""
        ...

    def waking_climbs(self, now: Millis) -> list[str]:
        """Items with a climb that is to be looked at again by `now`."""
        ...

    def notice(self, notice_id: str) -> Notice | None:
        """One message by its key."""
        ...

    def notices_due(self, channel: str, now: Millis, limit: int) -> list[Notice]:
        """A channel's messages that wait and may be tried at `now`, the oldest first."""
        ...

    def notices_sending(self, channel: str) -> list[Notice]:
        """A channel's messages that went out and were not settled."""
        ...

    def notices_made(self, channel: str, since: Millis) -> list[Millis]:
        """When a channel's messages were made, later than `since`, each moment once, in order."""
        ...

    def untold(self, now: Millis) -> Mapping[str, int]:
        """How many messages of the last day nobody may have got, or have not got out for minutes, by
        channel; without those whose breaches somebody has acknowledged, or which are over."""
        ...

    def bad_notices(self, since: Millis, limit: int) -> list[Notice]:
        """Messages that failed, or of which nobody knows, since a moment; the latest first."""
        ...


class NoticeWriter(Protocol):
    """What is written of them, in a transaction."""

    def put_climbs(self, climbs: Iterable[Climb]) -> None:
        """Keep climbs, in place of those of the same clocks."""
        ...

    def put_notices(self, notices: Collection[Notice]) -> None:
        """Keep messages, in place of those of the same keys."""
        ...
