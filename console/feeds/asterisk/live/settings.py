"""How to reach one exchange, and how patient to be with it."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.instants import SECOND, Millis

EVENTS = "system,call,agent,user"
"""The classes of events that a console needs; others are two thirds of what an exchange can say."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One Asterisk's manager interface. Lengths of time are milliseconds.

    `name` is the feed's, `system` the exchange's own where it sets no SystemName. `ca` is a file of trusted
    certificates (empty: the machine's), `server_name` the name in the exchange's (empty: `host`).
    `heartbeat` is the time between two pings; without a byte for `silence` after one the link is dead.
    A lost link is tried again after `retry_first`, then after twice as long each time, up to `retry_most`;
    where the exchange lets nobody in, up to a minute.
    """

    name: str
    user: str
    secret: str
    host: str = "127.0.0.1"
    port: int = 5038
    tls: bool = False
    ca: str = ""
    server_name: str = ""
    system: str = ""
    events: str = EVENTS
    connect: Millis = 10 * SECOND
    answer: Millis = 10 * SECOND
    lists: Millis = 30 * SECOND
    heartbeat: Millis = 10 * SECOND
    silence: Millis = 10 * SECOND
    retry_first: Millis = SECOND
    retry_most: Millis = 15 * SECOND

    def __repr__(self) -> str:
        """Without the secret: a crash report may show it."""
        return f"Exchange({self.name!r}, {self.host}:{self.port})"
