"""The few styles that texts have, in every widget the same, from the theme.

Red is for `breached` alone. Without colours each still differs from plain text by an attribute where it must.

They are no component classes of a style sheet: every widget that draws text would have six of its own, each
matched against every rule whenever a style changes, which took a tenth of the time to the first frame.
"""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

_MUTED = 0.6
"""How much of a muted text's colour there is over its ground, as in Textual's own `$text-muted`."""


def part(widget: Widget, component: str, *, ground: bool = False) -> Style:
    """What a component class adds: attributes and colour, and with `ground` the background too."""
    partial = widget.get_component_rich_style(component, partial=True)
    # Colours such as `auto 60%` are only known over their background, so take those of the whole style.
    whole = widget.get_component_rich_style(component)
    colours = Style(color=whole.color if partial.color else None, bgcolor=whole.bgcolor if ground else None)
    return colours + partial.without_color


def inks(widget: Widget) -> dict[str, Style]:
    """What each style adds in that widget, as its theme is now; any other name is no style."""
    app = widget.app
    plain = app.native_ansi_color
    variables = app.theme_variables

    def colour(name: str) -> Style:
        return Style(color=Color.parse(variables[name]).rich_color)

    _, ground = widget.background_colors
    muted = Style(color=(ground + ground.get_contrast_text(_MUTED)).rich_color)
    default = Style(color="default")
    bold = Style(bold=True)
    return {
        "breached": colour("error") + bold,
        "at-risk": colour("warning"),
        "strong": bold,
        "dim": default + Style(dim=True) if plain else muted,
        "heading": (default if plain else muted) + bold,
        "accent": colour("accent") + bold,
    }
