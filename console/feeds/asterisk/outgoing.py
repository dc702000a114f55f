"""Calls that agents make, as a list of channels shows them: who has dialled whom, through the Local channels
that the dialplan may have put in between.

A channel that was dialled runs `AppDial`, also once it talks. Each half of a Local channel is in a bridge of
its own: `;1` with whoever dialled it, `;2` with whom its dialplan dialled. A Local channel that is a queue
member's is the agent herself by its `;1`, and the telephone behind its `;2` is hers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from console.feeds.asterisk.framing import Block
from console.feeds.asterisk.lists import bridge_of, data_of
from console.feeds.asterisk.names import is_far_half, is_local, local_pair

_NUMBER = re.compile(r"\+?\d{5,20}", re.ASCII)
_BETWEEN = re.compile(r"[/@:&,;^]")
_SEVERAL = "&"

Rows = Mapping[str, Block]
InterfaceOf = Callable[[str], str | None]
"""The member's interface whose phone a channel is."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`far` is the customer's channel, `caller` the agent's, `number` what was dialled; `phone` is her
    telephone's where hers is a Local one."""

    far: Block
    caller: Block
    number: str
    phone: Block | None


def number_in(*texts: str) -> str | None:
    """The first number outside that one of `texts` has, which say where something was dialled."""
    for text in texts:
        for part in _BETWEEN.split(text):
            if _NUMBER.fullmatch(part):
                return part
    return None


def beside(row: Block, rows: Rows) -> Block | None:
    """The channel in the same bridge."""
    bridge = bridge_of(row)
    for other in rows.values():
        if bridge and other is not row and bridge == bridge_of(other):
            return other
    return None


def beyond(row: Block, rows: Rows, interface_of: InterfaceOf) -> Block | None:
    """The channel that `row` talks to, through Local channels that are nobody's; None where it is an agent's
    own telephone behind her Local channel, or talks to nobody."""
    seen: set[str] = set()
    while (other := beside(row, rows)) is not None:
        name = other.get("Channel")
        agent = interface_of(name)
        if not is_local(name) or agent is not None:
            return None if agent is not None and is_far_half(name) else other
        half = _other_half(name, rows)
        if half is None or name in seen:
            return None
        seen.add(name)
        row = half
    return None


def calls_out(rows: Rows, interface_of: InterfaceOf) -> Iterator[Outgoing]:
    """The calls of agents to numbers outside, those that ring as well as those that talk."""
    for far in rows.values():
        name = far.get("Channel")
        if far.get("Application") != "AppDial" or is_local(name) or interface_of(name) is not None:
            continue
        talks = bridge_of(far)
        caller = beyond(far, rows, interface_of) if talks else _who_dials(far, rows, interface_of)
        if caller is None or interface_of(caller.get("Channel")) is None:
            continue
        dialler = beside(far, rows) if talks else _dialler(far, rows)
        data = data_of(dialler) if dialler is not None and dialler.get("Application") == "Dial" else ""
        number = number_in("" if _SEVERAL in data else data, far.get("CallerIDNum"), far.get("Exten"))
        if number is not None:
            yield Outgoing(far, caller, number, _phone_behind(caller, rows))


def _other_half(name: str, rows: Rows) -> Block | None:
    """The other half of the Local channel `name`."""
    for row in rows.values():
        if (
            row.get("Channel") != name
            and local_pair(name)
            and local_pair(row.get("Channel")) == local_pair(name)
        ):
            return row
    return None


def _phone_behind(caller: Block, rows: Rows) -> Block | None:
    half = _other_half(caller.get("Channel"), rows)
    return None if half is None else beside(half, rows)


def _who_dials(far: Block, rows: Rows, interface_of: InterfaceOf) -> Block | None:
    """The one agent whose channel dials in the call of `far`; None where that can't be told."""
    agents = [
        row
        for row in _diallers(far, rows)
        if interface_of(row.get("Channel")) is not None and not is_far_half(row.get("Channel"))
    ]
    rings = [
        row
        for row in rows.values()
        if row.get("Linkedid") == far.get("Linkedid")
        and row.get("Application") == "AppDial"
        and not bridge_of(row)
        and not is_local(row.get("Channel"))
    ]
    return agents[0] if len(agents) == 1 and len(rings) == 1 else None


def _dialler(far: Block, rows: Rows) -> Block | None:
    """The channel that dials `far` itself, which is at the extension that is dialled."""
    own = [row for row in _diallers(far, rows) if row.get("Exten") == far.get("Exten")]
    return own[0] if len(own) == 1 else None


def _diallers(far: Block, rows: Rows) -> Iterator[Block]:
    for row in rows.values():
        if (
            row.get("Linkedid") == far.get("Linkedid")
            and row.get("Application") == "Dial"
            and not bridge_of(row)
        ):
            yield row
