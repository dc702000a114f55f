"""A made-up floor for the widgets' tests and gallery: rows of every kind, names of every script."""

from __future__ import annotations

from random import Random

from widgets.live_table import Cell, Column, Row, Window

COLUMNS = (
    Column("mark", "", 1, priority=9),
    Column("clock", "clock", 6, align="right", priority=9),
    Column("what", "what", 11, priority=8, flex=1, min_width=6),
    Column("customer", "customer", 12, priority=7, flex=1, min_width=8),
    Column("queue", "queue", 9, priority=1),
    Column("owner", "owner", 11, priority=6, flex=1, min_width=6, line=2),
    Column("state", "state", 11, priority=4, line=2, min_width=7),
    Column("why", "why", 15, priority=5, flex=2, min_width=8, line=2),
)

_WHO = ("138****0042", "王*明", "Anna B*", "欧阳*·司马*如", "137****3311", "刘*", "Ñandú Ø*")
_WHAT = ("call", "ticket", "job", "✓ callback ×2", "工单")
_OWNER = ("—", "Li Na", "张伟", "Zhang Wei", "li → wang ?", "Omar")
_STATE = ("ringing", "on hold", "accepted", "等待中", "on the way")
_WHY = ("three rings", "hold 1 minute", "首次联系 30 分钟", "arrive by 09:35", "reply 24 h")


def row(number: int, clock: str | None = None) -> Row:
    """Row `number`, always the same; another `clock` makes it a changed row."""
    chance = Random(number)
    mark, style = (("▲", "breached"), ("!", "at-risk"), ("·", ""), ("‖", "dim"))[min(3, number // 4)]
    late = f"+{number}:{chance.randrange(60):02}" if style == "breached" else f"{number}m"
    return Row(
        f"item/{number}",
        {
            "mark": Cell(mark, style),
            "clock": Cell(clock or late, style),
            "what": Cell(chance.choice(_WHAT)),
            "customer": Cell(chance.choice(_WHO)),
            "queue": Cell(chance.choice(("support", "billing", "售后")), "dim"),
            "owner": Cell(chance.choice(_OWNER)),
            "state": Cell(chance.choice(_STATE), "dim"),
            "why": Cell(chance.choice(_WHY), "dim"),
        },
    )


def rows(count: int, start: int = 0) -> tuple[Row, ...]:
    """`count` rows from `start`."""
    return tuple(row(number) for number in range(start, start + count))


def window(start: int, count: int, total: int) -> Window:
    """The part of a list of `total` rows that a host would read for a wish."""
    return Window(rows(min(count, total - start), start), start, total)
