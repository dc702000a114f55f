"""What has a place at which size. The rest is in the style sheet, by these classes."""

from __future__ import annotations

from textual.geometry import Size
from textual.screen import Screen

WIDE, PHONE = 100, 60
"""From so many columns on the item has a place beside the queue; below the other a row takes two lines."""

ITEM = 46
"""The cells of the item beside the queue, as in the style sheet."""

HIGH = 24
"""From so many lines on the notice line stays when it has nothing to say."""


def fit(screen: Screen[None], size: Size) -> bool:
    """Give the screen the classes of its size; whether it is a phone's."""
    phone = size.width < PHONE
    classes = {"-phone": phone, "-beside": size.width >= WIDE, "-high": size.height >= HIGH}
    # Each change of a class styles all of the screen anew.
    screen.update_classes(classes, update=bool(screen.children), animate=False)
    return phone


def room(screen: Screen[None]) -> int:
    """The columns that the board has."""
    beside = screen.has_class("-open") and screen.has_class("-beside")
    return screen.app.size.width - (ITEM if beside else 0)
