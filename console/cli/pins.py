"""Asking for a PIN: typed at the terminal without being seen, or on stdin; never an argument, which anybody
on the machine could read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue


class NoPin(Exception):
    """None came; the message says why."""


def ask_pin(prompt: str, say: Catalogue, *, stdin: bool) -> str:
    """One line of stdin, or what is typed at the terminal. Raises NoPin."""
    if stdin:
        line = sys.stdin.readline()
        if not line:
            raise NoPin(say("users.no_line"))
        return line.rstrip("\r\n")
    if not sys.stdin.isatty():
        raise NoPin(say("users.no_terminal"))
    import getpass

    try:
        return getpass.getpass(prompt, sys.stderr)
    except EOFError:
        raise NoPin(say("users.no_line")) from None
