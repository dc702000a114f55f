"""The rows of the service-level screen: one for the floor, one for each queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.domain.place import AT_RISK
from console.screens.layout import WIDE
from console.screens.level_words import FLOOR, LevelWords, over, row_id, under
from widgets.cells import cell_width
from widgets.live_table import Cell, Column, Row
from widgets.spark import spark

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue
    from console.service.levels import QueueLevels

_WIDTHS = {
    "share": (10, 8), "target": (6, 0), "abandoned": (12, 8), "speed": (8, 5), "offered": (7, 4),
    "answered": (8, 4), "gone": (9, 4), "waiting": (7, 4), "longest": (7, 5),
}  # fmt: skip
"""Cells of the columns of figures: where there is room, and where there is little (0: none)."""

_QUEUE, _GAP = 12, 2
_LEAST_TREND, _MOST_TREND = 6, 50
_WORTH = {
    "share": 9, "waiting": 8, "longest": 7, "abandoned": 6, "speed": 5, "offered": 4, "answered": 3,
    "gone": 2, "target": 1,
}  # fmt: skip
_PHONE_TREND = 10


def trend_room(width: int) -> int:
    """How many half hours the trend has room for on a screen of that width; 0: no column for it."""
    widths = _figures(width)
    # Gutter and scroll bar have a cell each.
    room = width - 2 - _QUEUE - sum(widths.values()) - _GAP * (len(widths) + 1)
    return 0 if room < _LEAST_TREND else min(room, _MOST_TREND)


def _figures(width: int) -> dict[str, int]:
    wide = width >= WIDE + 20
    return {name: sizes[0 if wide else 1] for name, sizes in _WIDTHS.items() if wide or sizes[1]}


def columns(say: Catalogue, width: int, *, phone: bool, since: str, until: str) -> tuple[Column, ...]:
    """The columns for a screen of that width; the trend's title says which part of the day it shows."""
    if phone:
        return (
            Column("queue", "", _QUEUE, flex=1, priority=8, min_width=6),
            Column("share", "", 8, align="right", priority=9),
            Column("wait", "", 14, align="right", priority=7),
            Column("abandoned", "", 12, line=2),
            Column("speed", "", 10, line=2),
            Column("trend", "", _PHONE_TREND, line=2),
        )
    widths = _figures(width)
    titles = "column" if widths["share"] == _WIDTHS["share"][0] else "short"
    room = trend_room(width)
    figures = [
        Column(name, say(f"levels.{titles}.{name}"), size, align="right", priority=_WORTH[name])
        for name, size in widths.items()
    ]
    title = say("levels.column.trend", since=since, until=until) if since else ""
    title = title if cell_width(title) <= room else f"-{until}"
    trend = [Column("trend", title, room)] if room else []
    return (
        Column("queue", say("levels.column.queue"), _QUEUE, flex=1, priority=10, min_width=8),
        *figures,
        *trend,
    )


def rows(write: LevelWords, width: int, *, phone: bool, plain: bool) -> Iterator[Row]:
    """The floor first, then the queues by name; each keeps its place."""
    room = _PHONE_TREND if phone else trend_room(width)
    day = write.day
    shown = write.busy(day.floor.halves)[-room:] if room else range(0)
    for row, queue in ((FLOOR, day.floor), *((row_id(name), queue) for name, queue in day.queues.items())):
        yield _row(write, row, queue, shown, phone=phone, plain=plain)


def _row(write: LevelWords, row: str, queue: QueueLevels, shown: range, *, phone: bool, plain: bool) -> Row:
    level, say = queue.total, write.words.say
    share, rate, speed = write.share(level, queue), write.rate(level, queue), write.speed(level)
    short, many = under(level, queue), over(level, queue)
    mark = write.words.marks.bands[AT_RISK]
    trend = spark((queue.halves[number].share for number in shown), ascii_marks=plain)
    waiting = "" if write.day.back else str(queue.open.waiting)
    longest = "" if write.day.back else write.longest(queue)
    waits = "strong" if queue.open.waiting else ""
    rate = f"{mark} {rate}" if many else rate
    cells = {
        "queue": Cell(write.name(row), "strong" if row == FLOOR else ""),
        "share": Cell(f"{mark} {share}" if short else share, "at-risk" if short else ""),
        "trend": Cell(trend),
    }
    if phone:
        wait = say("levels.phone_waiting", n=waiting, longest=longest) if queue.open.waiting else ""
        cells["wait"] = Cell(wait, waits)
        cells["abandoned"] = Cell(say("levels.phone_abandoned", rate=rate), "at-risk" if many else "")
        cells["speed"] = Cell(say("levels.phone_speed", speed=speed))
        return Row(row, cells)
    target = queue.target.share
    cells |= {
        "target": Cell(write.words.marks.nobody if target is None else f"{target * 100:g} %", "dim"),
        "abandoned": Cell(rate, "at-risk" if many else ""),
        "speed": Cell(speed),
        "offered": Cell(str(level.offered)),
        "answered": Cell(str(level.answered)),
        "gone": Cell(str(level.abandoned)),
        "waiting": Cell(waiting, waits),
        "longest": Cell(longest, waits),
    }
    return Row(row, cells)
