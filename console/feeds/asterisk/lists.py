"""What QueueStatus and a list of channels say, row by row, whichever action listed them.

`Status` and `CoreShowChannels` list the same channels under other names. Only the former takes variables
along, and of these `CHANNEL(onhold)` is the one thing that tells of a hold which began or ended unheard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.feeds.asterisk.names import local_pair

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.feeds.asterisk.framing import Block

_HELD = "CHANNEL(onhold)"
CHANNELS: tuple[str, Mapping[str, str]] = ("Status", {"Variables": _HELD})
"""The action that lists the channels, and its fields."""

_RINGING, _UP = "5", "6"
_ROWS = 20_000
"""Rows of one list at most."""


@dataclass(slots=True)
class Lists:
    """What one connection has listed so far. `entries` (who waits, by the caller's channel) and `rows` (the
    channels by their ids) are None until that list is whole. `told` is the moment as of which they were."""

    pending: dict[str, list[Block]] = field(default_factory=dict)
    entries: dict[str, Block] | None = None
    rows: dict[str, Block] | None = None
    settled: bool = False
    told: Millis = 0

    def take(self, block: Block) -> None:
        """Keep a row until its list is whole."""
        rows = self.pending.setdefault(block.get("ActionID"), [])
        if len(rows) < _ROWS:
            rows.append(block)

    def whole(self, block: Block) -> list[Block] | None:
        """The rows of the list that `block` completes; None where some are missing."""
        rows = self.pending.pop(block.get("ActionID"), [])
        return rows if block.number("ListItems") == len(rows) else None


def bridge_of(row: Block) -> str:
    """The bridge that a channel is in; empty for none."""
    return row.get("BridgeId") or row.get("BridgeID")


def age_of(row: Block) -> str:
    """How long a channel has been there, as it was told."""
    return row.get("Duration") or row.get("Seconds")


def queue_of(row: Block) -> str:
    """The queue whose application a caller's channel runs."""
    return data_of(row).partition(",")[0]


def data_of(row: Block) -> str:
    """What a channel's application was given."""
    return row.get("ApplicationData") or row.get("Data")


def is_ringing(row: Block) -> bool:
    """Whether a channel is a telephone that rings, or that a queue has just begun to ring."""
    state = row.get("ChannelState")
    return state == _RINGING or (row.get("Application") == "AppQueue" and state not in ("", _UP))


def held(customer: Block, keys: Set[str], rows: Iterable[Block], near: Block | None = None) -> bool | None:
    """Whether the agent has the customer on hold, in the call known by the Linkedids `keys`; None where
    nobody says. It shows at the channel that her telephone talks to: the customer's, or the far half of the
    Local channel that she rings through, or `near`, which shares the bridge with hers."""
    faced = [customer] if near is None else [customer, near]
    for row in rows:
        name = row.get("Channel")
        if row.get("Linkedid") in keys and local_pair(name) and name.endswith(";2"):
            faced.append(row)
    known = [each for each in map(_on_hold, faced) if each is not None]
    return any(known) if known else None


def _on_hold(row: Block) -> bool | None:
    """Whether the other side has put a channel on hold."""
    for variable in row.fields.get("Variable", ()):
        name, _, value = variable.partition("=")
        if name == _HELD and value in ("0", "1"):
            return value == "1"
    return None
