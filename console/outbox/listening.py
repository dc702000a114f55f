"""Hearing a talk: what Asterisk's ChanSpy is told for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from console.service.order import LISTEN, WHISPER, Order

_OPTIONS: Mapping[str, str] = {LISTEN: "qES", WHISPER: "qwES"}
"""q: no beep for the agent. E, S: it ends with the talk, or at once where there is none. w: she hears whoever
listens; the customer never does."""

_DEVICE = re.compile(r"[A-Za-z0-9]{1,20}/[\w.+@-]{1,80}")


def spies(order: Order) -> dict[str, str]:
    """What an order to hear a talk leads to once it is picked up; empty where the agent's telephone is not
    known, or lies behind a Local channel. Raises ValueError where its name can't be one."""
    talks = next(iter(order.data.get("talks") or ()), "")
    if not talks or talks.startswith("Local/"):
        return {}
    if not _DEVICE.fullmatch(talks):
        raise ValueError("not a telephone")
    return {
        "CallerID": talks.partition("/")[2],
        "Application": "ChanSpy",
        # With the hyphen behind it no other telephone's channels begin so: PJSIP/1001 and PJSIP/10011.
        "Data": f"{talks}-,{_OPTIONS[order.verb]}",
    }
