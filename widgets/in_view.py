"""Whether what a key is about can be seen: a wheel scrolls without moving the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.errors import NoWidget

if TYPE_CHECKING:
    from textual.widget import Widget


def in_view(widget: Widget, line: int) -> bool:
    """Whether a line of a widget without borders is on the screen, by the layout that was drawn last."""
    try:
        shown = widget.screen.find_widget(widget)
    except NoWidget:
        return False
    seen = shown.region.intersection(shown.clip)
    return bool(seen.area) and shown.region.y + line in seen.line_range
