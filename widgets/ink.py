"""The few styles that texts have, in every widget the same, from the theme.

Red is for `breached` alone. Without colours each still differs from plain text by an attribute where it must.
"""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget

_PREFIX = "ink--"

NAMES = ("breached", "at-risk", "strong", "dim", "heading", "accent")
"""The styles a text may name; any other name is no style."""

COMPONENTS = frozenset(_PREFIX + name for name in NAMES)
"""The component classes, for a widget's `COMPONENT_CLASSES`."""

CSS = """
    & > .ink--breached { color: $error; text-style: bold; }
    & > .ink--at-risk { color: $warning; }
    & > .ink--strong { text-style: bold; }
    & > .ink--dim { color: $text-muted; }
    & > .ink--heading { color: $text-muted; text-style: bold; }
    & > .ink--accent { color: $accent; text-style: bold; }
    &:ansi > .ink--dim { color: ansi_default; text-style: dim; }
    &:ansi > .ink--heading { color: ansi_default; text-style: bold; }
"""
"""Their rules, to stand inside of a widget's own block of `DEFAULT_CSS`."""


def part(widget: Widget, component: str, *, ground: bool = False) -> Style:
    """What a component class adds: attributes and colour, and with `ground` the background too."""
    partial = widget.get_component_rich_style(component, partial=True)
    # Colours such as `auto 60%` are only known over their background, so take those of the whole style.
    whole = widget.get_component_rich_style(component)
    colours = Style(color=whole.color if partial.color else None, bgcolor=whole.bgcolor if ground else None)
    return colours + partial.without_color


def inks(widget: Widget) -> dict[str, Style]:
    """What each style adds in that widget, as its theme is now."""
    return {name: part(widget, _PREFIX + name) for name in NAMES}
