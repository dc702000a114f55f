"""A scrollbar that is not drawn again where nobody could see a difference."""

from __future__ import annotations

from textual.scrollbar import ScrollBar

from widgets.bare_lines import draw_bare


class EighthsBar(ScrollBar):
    """A vertical scrollbar that is drawn again when its thumb moves by what is seen: an eighth of a cell."""

    def __init__(self, *, name: str | None = None, thickness: int = 1) -> None:
        super().__init__(vertical=True, name=name, thickness=thickness)
        draw_bare(self)

    def validate_position(self, position: float) -> float:
        """One position for all at which the thumb is drawn alike."""
        height, hidden = self.size.height, self.window_virtual_size - self.window_size
        if hidden <= 0 or not 0 < position < hidden:
            return super().validate_position(position)
        room = height - max(1, self.window_size * height / self.window_virtual_size)
        if room <= 0:
            return super().validate_position(position)
        step = hidden / (room * 8)
        return (int(position / step) + 0.5) * step
