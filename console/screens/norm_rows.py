"""The rows of the screen of norms, and what stands behind one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from console.domain.norm_limit import limit_of
from console.domain.place import SEVERITIES
from console.domain.sample import percent
from console.locale.limits import OTHERWISE, limit_words
from console.screens.layout import PHONE, WIDE
from console.screens.typed import fits
from console.screens.words import ASCII, Words
from widgets.live_table import Cell, Column, Row
from widgets.pane import Line, Span, line

if TYPE_CHECKING:
    from console.domain.norm import Norm
    from console.domain.site import Site
    from console.locale.catalogue import Catalogue
    from console.service.norms import NormState, NormsToday
    from console.service.sampling import Share

_FIGURES = ("kept", "broken", "fired", "acted", "ignored")
_WORTH = {"kept": 6, "broken": 9, "fired": 8, "acted": 7, "ignored": 7}


def columns(say: Catalogue, width: int) -> tuple[Column, ...]:
    """The columns for a screen of that width."""
    if width < PHONE:
        return (
            Column("name", "", 14, flex=1, priority=9, min_width=8),
            Column("broken", say("norms.column.broken"), 6, align="right", priority=8),
            Column("told", "", 20, flex=1, line=2),
        )
    wide = width >= WIDE
    titles = "column" if wide else "short"
    figures = [
        Column(name, say(f"norms.{titles}.{name}"), 8 if wide else 6, align="right", priority=_WORTH[name])
        for name in _FIGURES
    ]
    details = [Column("limit", say("norms.column.limit"), 14, priority=4)] if wide else []
    if width >= WIDE + 30:
        details = [
            Column("doc", say("norms.column.doc"), 14, priority=2),
            Column("form", say("norms.column.form"), 10, priority=3),
            Column("limit", say("norms.column.limit"), 26, priority=4, min_width=14),
        ]
    name = Column("name", say("norms.column.name"), 22, flex=1, priority=10, min_width=14)
    return (name, *details, *figures)


def ordered(states: Sequence[NormState], *, by_need: bool) -> Sequence[NormState]:
    """In the order of the pack; or what was ignored and broken most first."""
    if not by_need:
        return states
    return sorted(states, key=lambda one: (-one.sense.ignored, -one.verdicts.broken, -one.sense.fired))


def found(say: Catalogue, states: Iterable[NormState], text: str) -> list[NormState]:
    """Those for which each word of `text` begins a word of their name, id, source or form, of the kind of
    item that they are about, or of what befell them: broken today, ignored this shift."""

    def told(state: NormState) -> Iterator[str]:
        norm = state.norm
        yield from (say.text_of(norm.name), say.text_of(norm.short), norm.id)
        yield from (norm.doc, say.word("doc", norm.doc), say.word("form", norm.form))
        yield say.word("kind", norm.subject)
        if state.verdicts.broken:
            yield say("norms.column.broken")
        if state.sense.ignored:
            yield say("norms.column.ignored")

    return [state for state in states if fits(text, told(state))]


def rows(words: Words, site: Site, states: Iterable[NormState]) -> Iterator[Row]:
    """One row for each norm; each keeps its place."""
    say = words.say
    for state in states:
        norm, counted, sense = state.norm, state.verdicts, state.sense
        figures = {
            "kept": _figure(counted.kept),
            "broken": _figure(counted.broken, "breached"),
            "fired": _figure(sense.fired),
            "acted": _figure(sense.acted),
            "ignored": _figure(sense.ignored, "at-risk"),
        }
        told = say("norms.phone", fired=sense.fired, acted=sense.acted, ignored=sense.ignored)
        yield Row(
            norm.id,
            {
                "name": Cell(say.text_of(norm.name, norm.id)),
                "doc": Cell(say.word("doc", norm.doc), "dim"),
                "form": Cell(say.word("form", norm.form), "dim"),
                "limit": Cell(_limit(words, norm, site)),
                "told": Cell(told, "dim"),
                **figures,
            },
        )


def _figure(number: int, style: str = "") -> Cell:
    return Cell(str(number), style if number else "dim")


def _limit(words: Words, norm: Norm, site: Site) -> str:
    """The limit in words."""
    text = limit_words(words.say, limit_of(norm, site, apart=OTHERWISE))
    return text.replace("≥", ">=").replace("≤", "<=") if words.marks is ASCII else text


def _share(words: Words, share: Share) -> str:
    """What a norm's share comes to this month, against the one that is wanted."""
    stands = share.stands
    return words.say(
        "norms.sheet.share",
        month=share.month,
        done=stands.done,
        base=stands.base,
        share="—" if stands.share is None else f"{percent(stands.share)} %",
        target=f"{percent(share.target)} %",
        open=stands.open,
        excused=stands.excused,
    )


def sheet(words: Words, today: NormsToday, state: NormState) -> Iterator[Line]:
    """A norm in full: its text, where it comes from, its limit here, its figures."""
    say, norm, counted, sense = words.say, state.norm, state.verdicts, state.sense
    yield line(say.text_of(norm.text, norm.id))
    yield line()
    told = {
        "id": norm.id,
        "doc": " · ".join(say.word("document", code) for code in norm.doc.split(", ")),
        "form": say.word("form", norm.form),
        "severity": say.word("severity", SEVERITIES[norm.severity]),
        "limit": _limit(words, norm, today.rules.site),
    }
    for name, text in told.items():
        if text:
            yield Line((Span(say(f"norms.sheet.{name}"), "dim", 14), Span(text)), 14)
    yield line()
    yield line(say("norms.sheet.today", kept=counted.kept, broken=counted.broken, unknown=counted.unknown))
    if state.share is not None:
        yield line(_share(words, state.share))
    if norm.quiet:
        yield line(say("norms.sheet.quiet"), "dim")
        return
    waiting = sense.fired - sense.acted - sense.ignored
    yield line(
        say(
            "norms.sheet.alerts",
            since=words.times.second(today.shift, today.at),
            fired=sense.fired,
            acted=sense.acted,
            ignored=sense.ignored,
            waiting=waiting,
        )
    )
    yield line(say("norms.sheet.ignored", minutes=today.rules.site.acknowledged_for // 60_000), "dim")
