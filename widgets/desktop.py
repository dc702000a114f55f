"""A note on the desktop of whoever looks elsewhere: OSC 9, as most terminals know it, over ssh too."""

from __future__ import annotations

from collections.abc import Mapping

from widgets.cells import cut, plain

WIDEST = 120
"""Cells of a note: desktops show no more, and GNU screen passes nothing long on."""


def desktop_note(text: str, environ: Mapping[str, str]) -> str:
    """What to write to the terminal. tmux passes it on where `allow-passthrough` is on, GNU screen always;
    a terminal that does not know it shows nothing.

    `text` should begin with a letter: some terminals take a number at its beginning for an order.
    """
    note = f"\x1b]9;{cut(plain(text), WIDEST)}\x07"
    if environ.get("TMUX"):
        return "\x1bPtmux;" + note.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("STY"):
        return f"\x1bP{note}\x1b\\"
    return note
