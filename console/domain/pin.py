"""What may be a PIN, and what may be the name of a user."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

LEAST, MOST = 4, 64
"""Characters of a PIN."""

MOST_NAME = 64
"""Characters of a name."""


def plain_pin(typed: str) -> str:
    """A PIN as it is meant, however it was typed: an input method may have made its digits twice as wide."""
    return unicodedata.normalize("NFKC", typed).strip()


def pin_fault(pin: str) -> str:
    """Why that is no PIN, as a catalogue key (`users.fault.…`); empty where it is one."""
    pin = plain_pin(pin)
    if len(pin) < LEAST:
        return "short"
    if len(pin) > MOST or not pin.isprintable():
        return "odd"
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    # 1111, 1234, 9876: what is tried first.
    return "plain" if steps in ({0}, {1}, {-1}) else ""


def name_fault(name: str) -> str:
    """Why nobody can have that name, as a catalogue key (`users.fault.…`); empty where somebody can."""
    fine = name == name.strip() and 0 < len(name) <= MOST_NAME and name.isprintable()
    return "" if fine else "name"
