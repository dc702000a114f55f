"""What stands behind a queue's service level: its half hours, and each figure with its formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.domain.place import AT_RISK
from console.screens import layout
from console.screens.level_words import LevelWords, length, over, percent, under
from console.service.model import ServiceLevel
from widgets.pane import Line, Span, heading, line

if TYPE_CHECKING:
    from console.service.levels import QueueLevels

_NAMES = ("offered", "answered", "in_target", "gone", "share", "abandoned", "speed")
_ROOMY = (10, (9, 10, 9, 11, 12, 14, 9))
_CLOSE = (10, (7, 7, 7, 7, 9, 9, 8))
_PHONE = (7, (5, 5, 0, 5, 8, 0, 6))
"""Cells of the time and of the figures in `_NAMES`, by the room there is; 0: no column."""


def halves(write: LevelWords, queue: QueueLevels, width: int) -> Iterator[Line]:
    """The day as a whole, then each half hour from the first call on."""
    say = write.words.say
    first, sizes = _ROOMY if width >= layout.WIDE else _CLOSE if width >= layout.PHONE else _PHONE
    group = "column" if width >= layout.WIDE else "short"
    names = [(name, size) for name, size in zip(_NAMES, sizes, strict=True) if size]
    head = [Span(say(f"levels.{group}.time"), "heading", first)]
    head += [Span(say(f"levels.{group}.{name}"), "heading", size, "right") for name, size in names]
    yield Line(tuple(head))
    shown = write.busy(queue.halves)
    if not shown:
        yield line(say("levels.none" if write.day.back else "levels.none_yet"), "dim")
        return
    yield _half(write, queue, say("levels.all_day"), queue.total, first, names)
    for number in shown:
        yield _half(write, queue, write.time(write.day.halves[number]), queue.halves[number], first, names)


def _half(
    write: LevelWords,
    queue: QueueLevels,
    label: str,
    level: ServiceLevel,
    first: int,
    names: list[tuple[str, int]],
) -> Line:
    mark, short, many = write.words.marks.bands[AT_RISK], under(level, queue), over(level, queue)
    share, rate = write.share(level, queue), write.rate(level, queue)
    texts = {
        "offered": (str(level.offered), ""),
        "answered": (str(level.answered), ""),
        "in_target": (str(level.answered_in_target), ""),
        "gone": (str(level.abandoned), ""),
        "share": (f"{mark} {share}", "at-risk") if short else (share, ""),
        "abandoned": (f"{mark} {rate}", "at-risk") if many else (rate, ""),
        "speed": (write.speed(level), ""),
    }
    quiet = "" if level != ServiceLevel() else "dim"
    figures = (Span(texts[name][0], texts[name][1] or quiet, size, "right") for name, size in names)
    return Line((Span(label, "strong" if level is queue.total else quiet, first), *figures))


_ASCII = str.maketrans({"÷": "/", "−": "-", "×": "x"})


def formulas(write: LevelWords, queue: QueueLevels, *, plain: bool) -> Iterator[Line]:
    """Each figure with its formula, the numbers put in, and what is left out."""
    for one in _formulas(write, queue, plain=plain):
        spans = (span._replace(text=span.text.translate(_ASCII)) for span in one.spans)
        yield one._replace(spans=tuple(spans)) if plain else one


def _formulas(write: LevelWords, queue: QueueLevels, *, plain: bool) -> Iterator[Line]:
    say, level, site = write.words.say, queue.total, write.day.site
    nothing = say("levels.formula.nothing")
    yield from _figure(
        say("levels.formula.share"),
        say("levels.formula.share_rule"),
        f"{level.answered_in_target} ÷ ({level.answered} − {level.unknown} + {level.abandoned})",
        nothing if level.share is None else f"{level.share * 100:.1f} %",
    )
    yield line(f"  {say('levels.formula.share_in', rings=f'3 × {length(site.ring_cycle)}')}", "dim", indent=2)
    yield _verdict(write, "at_least", queue.target.share, level.share, short=under(level, queue))
    yield line()
    yield from _figure(
        say("levels.formula.abandoned"),
        say("levels.formula.abandoned_rule"),
        f"{level.abandoned} ÷ ({level.offered} − {level.left_out})",
        nothing if level.abandon_rate is None else f"{level.abandon_rate * 100:.1f} %",
    )
    yield _verdict(write, "at_most", queue.target.abandon, level.abandon_rate, short=over(level, queue))
    yield line()
    yield from _figure(
        say("levels.formula.speed"),
        say("levels.formula.speed_rule"),
        f"{level.waited / 1000:.1f} s ÷ {level.timed}",
        nothing if level.speed is None else f"{level.speed / 1000:.1f} s",
    )
    yield line()
    yield from _figure(
        say("levels.formula.gone"),
        say("levels.formula.gone_rule"),
        f"{level.abandoned_waited / 1000:.1f} s ÷ {level.abandoned}",
        f"{level.abandoned_waited / level.abandoned / 1000:.1f} s" if level.abandoned else nothing,
    )
    yield line()
    yield heading(say("levels.formula.left_out"))
    for number, key in _left_out(queue, short_count=site.service_level.short_count):
        text = say(f"levels.formula.{key}", limit=length(site.short_abandon))
        yield Line((Span(f"{number}  ", "" if number else "dim", 8, "right"), Span(text, "dim")), indent=8)
    yield line()
    yield line(say("levels.formula.when"), "dim")
    yield line(say("levels.formula.trend_ascii" if plain else "levels.formula.trend"), "dim")


def _figure(title: str, rule: str, sum_: str, result: str) -> Iterator[Line]:
    yield heading(title)
    yield line(f"  {rule}", "dim", indent=4)
    yield Line((Span(f"  {sum_} = "), Span(result, "strong")), indent=4)


def _verdict(write: LevelWords, key: str, target: float | None, part: float | None, *, short: bool) -> Line:
    say = write.words.say
    if target is None:
        return line(f"  {say('levels.formula.no_target')}", "dim")
    verdict = say("levels.formula.nothing")
    if part is not None:
        verdict = say("levels.formula.missed" if short else "levels.formula.met")
    text = say(f"levels.formula.{key}", target=percent(target, None, ""), verdict=verdict)
    mark = f"{write.words.marks.bands[AT_RISK]} " if short else ""
    return line(f"  {mark}{text}", "at-risk" if short else "", indent=4)


def _left_out(queue: QueueLevels, *, short_count: bool) -> Iterator[tuple[int, str]]:
    level = queue.total
    yield queue.open.number, "open"
    yield level.lost, "lost"
    yield level.short_abandoned, "short_in" if short_count else "short"
    yield level.unknown, "unknown"
    yield level.answered - level.timed, "untimed"
    yield level.offered - level.answered - level.abandoned - level.left_out, "other"
