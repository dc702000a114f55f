"""Faults of Textual that are mended from outside until it mends them itself."""

from __future__ import annotations

from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style

from widgets.wire import seam


def let_go_of_lines() -> None:
    """Keep the lines of a widget no longer than the widget: Textual holds on to those of a thousand that are
    gone, by a cache of two colours that has the widget's lines in its key (Textualize/textual#6665)."""
    if seam.fits() and not isinstance(vars(StylesCache)["get_inner_outer"], staticmethod):
        StylesCache.get_inner_outer = staticmethod(_inner_outer)  # type: ignore[method-assign,assignment]


@lru_cache(1024)
def _inner_outer(base: Color, background: Color) -> tuple[Style, Style]:
    """What Textual makes of these colours, for as long as it is the Textual that `seam` knows."""
    return Style(background=base + background), Style(background=base)
