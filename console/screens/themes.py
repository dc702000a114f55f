"""Colours. Red (or what stands for it) is for what is breached, and for nothing else."""

from __future__ import annotations

from textual.theme import Theme

DEFAULT = "dark"
ANSI = "ansi-dark"
"""Textual's own, of the terminal's sixteen colours."""


def _theme(
    name: str, *, ground: str, text: str, breached: str, at_risk: str, accent: str, dark: bool = True
) -> Theme:
    return Theme(
        name=name,
        primary=accent,
        secondary=accent,
        accent=accent,
        error=breached,
        warning=at_risk,
        success=text,
        foreground=text,
        background=ground,
        surface=ground,
        panel=ground,
        dark=dark,
    )


THEMES = (
    _theme("dark", ground="#141619", text="#d4d6d8", breached="#ff5f5f", at_risk="#e8b34b", accent="#6fb3d9"),
    _theme(
        "light",
        ground="#f7f6f2",
        text="#24272b",
        breached="#b3001b",
        at_risk="#8a5a00",
        accent="#1f5f8b",
        dark=False,
    ),
    _theme(
        "high-contrast",
        ground="#000000",
        text="#ffffff",
        breached="#ff4040",
        at_risk="#ffe000",
        accent="#00d7ff",
    ),
    # Blue and orange are told apart by eyes that do not tell red from green.
    _theme(
        "deuteranopia",
        ground="#141619",
        text="#d4d6d8",
        breached="#ff8f1f",
        at_risk="#7fb2ff",
        accent="#f0e442",
    ),
    # And red and turquoise by those that do not tell blue from yellow.
    _theme(
        "tritanopia",
        ground="#141619",
        text="#d4d6d8",
        breached="#ff5f5f",
        at_risk="#3fc7c0",
        accent="#d0d0d0",
    ),
)

BY_NAME = {theme.name: theme for theme in THEMES}
