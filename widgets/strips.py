"""The only place that makes segments: every text drawn by these widgets passes the gate here."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.cells import cell_width, cut, plain

Run = tuple[str, Style]
"""A text and its style."""


def draw(runs: Iterable[Run], width: int, fill: Style, *, ellipsis: str = "…") -> Strip:
    """One line of exactly `width` cells: the runs as far as they fit, then `fill`."""
    if width <= 0:
        return Strip([], 0)
    pieces: list[Run] = []
    used = 0
    for text, style in runs:
        text = plain(text)
        size = cell_width(text)
        if used + size > width:
            _append(pieces, *_last(pieces, text, style, width - used, ellipsis))
            used = sum(cell_width(piece) for piece, _ in pieces)
            break
        _append(pieces, text, style)
        used += size
    _append(pieces, " " * (width - used), fill)
    return Strip([Segment(text, style) for text, style in pieces], width)


def _append(pieces: list[Run], text: str, style: Style) -> None:
    """Add a run, joined to the one before when nothing tells them apart: fewer segments, fewer bytes."""
    if not text:
        return
    if pieces and pieces[-1][1] == style:
        pieces[-1] = (pieces[-1][0] + text, style)
    else:
        pieces.append((text, style))


def _last(pieces: list[Run], text: str, style: Style, room: int, ellipsis: str) -> Run:
    """What is left of the run that no longer fits; its ellipsis may have to eat into the run before."""
    tail = cell_width(ellipsis)
    if room >= tail:
        return cut(text, room - tail) + ellipsis, style
    if pieces:
        before, before_style = pieces.pop()
        size = cell_width(before) + room
        return (cut(before, size - tail) + ellipsis if size >= tail else cut(before, size)), before_style
    return cut(text, room), style
