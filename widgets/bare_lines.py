"""Lines of a widget that draws them whole: without Textual's pass for borders, padding and opacity.

That pass takes twice as long for each line as the line itself, and changes nothing where there is none of
these. Nor is every line asked for where one was drawn again: a frame takes all lines of every widget that
lies between the first and the last line that changed. What is drawn again, what is filtered and what is cut
off stays Textual's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual._styles_cache import StylesCache
from textual.css.styles import StylesBase
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.wire import seam


def draw_bare(widget: Widget) -> None:
    """Have a widget's lines drawn as it makes them, for as long as it has none of what the pass draws."""
    if seam.fits():
        widget._styles_cache = _BareLines()


class _BareLines(StylesCache):
    _bare = False
    _kept: tuple[object, list[Strip]] = (None, [])
    """The lines as they were handed over last, and what for: a part of the widget, its size, the filters."""

    def clear(self) -> None:
        super().clear()
        self._kept = (None, [])

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        what = (crop, widget.region.size, *widget.get_line_filters())
        kept, strips = self._kept
        first, last = crop.y, crop.bottom
        if what == kept:
            dirty = [y for y in self._dirty_lines if first <= y < last]
            if not dirty:
                return strips
            first, last = min(dirty), max(dirty) + 1
        drawn = super().render_widget(widget, Region(crop.x, first, crop.width, last - first))
        # Another list: the one before is in the hands of whoever it was drawn for.
        strips = [*strips[: first - crop.y], *drawn, *strips[last - crop.y :]] if what == kept else drawn
        self._kept = (what, strips)
        return strips

    def render(self, styles: StylesBase, size: Size, *rest: Any, **more: Any) -> list[Strip]:
        self._bare = more["opacity"] == 1.0 and more["content_size"] == size and not _passed(styles)
        return super().render(styles, size, *rest, **more)

    def render_line(
        self,
        styles: StylesBase,
        y: int,
        size: Size,
        content_size: Size,
        padding: Any,
        base_background: Any,
        background: Any,
        render_content_line: Callable[[int], Strip],
        *rest: Any,
    ) -> Strip:
        if not self._bare:
            return super().render_line(
                styles,
                y,
                size,
                content_size,
                padding,
                base_background,
                background,
                render_content_line,
                *rest,
            )
        inner, _ = self.get_inner_outer(base_background, background)
        return render_content_line(y).adjust_cell_length(size.width, inner.rich_style)


def _passed(styles: StylesBase) -> bool:
    return bool(
        styles.tint.a
        or styles.text_opacity != 1.0
        or styles.has_rule("hatch")
        or any(edge for edge, _ in styles.outline)
    )
