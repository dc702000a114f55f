"""What is known of terminals by their names."""

from __future__ import annotations

from collections.abc import Mapping

_FAMILIES = (
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "iterm",
    "kitty",
    "konsole",
    "linux",
    "mintty",
    "putty",
    "rxvt",
    "st-",
    "tmux",
    "vte",
    "wezterm",
    "xterm",
)
"""How the names of terminals begin that fill what they erase with the pen's background."""


def erases_in_colour(environ: Mapping[str, str]) -> bool:
    """Whether this terminal fills what it erases with the pen's background ("bce").

    Not asked of terminfo: machines without a terminal of their own have few entries, and tmux does it
    without saying so in its own. A name that is not known here, GNU screen's above all, counts as no.
    """
    name = environ.get("TERM", "")
    return name.startswith(_FAMILIES) or (name.startswith("screen") and bool(environ.get("TMUX")))
