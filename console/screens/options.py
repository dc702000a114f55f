"""How a console is opened, beyond the desk that it works at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path

from console.domain.frozen import frozen

THEMES = ("dark", "light", "high-contrast", "deuteranopia", "tritanopia", "ansi-dark")
"""The names of the colours there are, in the order in which they are offered."""


def _forget(name: str) -> None:
    """Nobody keeps it."""


def _no_end() -> str:
    """What is live has none."""
    return ""


@frozen
class Options:
    """All have a default that fits a person at their own terminal.

    `badge` is a word that stays in the head of the screen, such as DEMO; what `ended` answers takes its place
    once what plays is over, and is empty until then. `queue` shows one queue alone.
    `theme` is one of THEMES; empty leaves it to the terminal, and where that can show any to `liked`, the one
    that was chosen last; `like`, which may wait for the disk, keeps another. `plain` draws marks in ASCII.
    `wire` shows the bytes sent to the terminal in the last minute. `alarm`: it rings, and tells of what
    breaks, once among all consoles; with `desktop` on the desktop too while another window has the focus.
    `shared`: people sign in at it, one after the other.
    `log` is the file that a crash is written to. `viewer` is the zone of the
    person who looks, where it is known; times are the site's and say so where the two differ.
    """

    badge: str = ""
    ended: Callable[[], str] = _no_end
    queue: str = ""
    theme: str = ""
    liked: str = ""
    like: Callable[[str], None] = _forget
    plain: bool = False
    wire: bool = False
    alarm: bool = False
    desktop: bool = True
    mouse: bool = True
    shared: bool = False
    log: Path | None = None
    viewer: tzinfo | None = None

    @property
    def badge_now(self) -> str:
        """The word for the head at this moment."""
        return self.ended() or self.badge


def poor_terminal(environ: Mapping[str, str]) -> bool:
    """Whether the terminal, by its own word, has few colours or is to show none."""
    if environ.get("NO_COLOR"):
        return True
    return environ.get("TERM", "") in ("linux", "xterm", "screen", "vt100") and not environ.get("COLORTERM")


def plain_terminal(environ: Mapping[str, str]) -> bool:
    """Whether the terminal can't be trusted with marks outside of ASCII."""
    names = (environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next(filter(None, names), "C.UTF-8").lower()
    return environ.get("TERM", "") in ("linux", "vt100") or "utf" not in locale
