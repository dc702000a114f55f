"""The card of a person in words: stars with what they go by, dates, headings, commitments, findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.domain.card import basis, fits, kept_of, lowest, seen_of
from console.domain.instants import DAY
from widgets.pane import Line, Span, heading, line

if TYPE_CHECKING:
    from console.domain.card import CardLine, CardPlan
    from console.screens.words import Words
    from console.service.card import Card
    from console.service.model import Owed

NAME = 20
"""Cells of what a line is about."""

CLOCKS, FINDINGS = 12, 10
"""So many of each are named."""


class CardWords:
    """Writes one card. `plain`: without signs that not every terminal has; `phone`: no columns."""

    def __init__(self, words: Words, plan: CardPlan, card: Card, *, plain: bool, phone: bool) -> None:
        self._words, self._say = words, words.say
        self._plan, self._card = plan, card
        self._star, self._phone = "*" if plain else "★", phone

    def lines(self) -> Iterator[Line]:
        """All of it."""
        say, card, agent = self._say, self._card, self._card.agent
        work = "card.work" if agent.calls > 1 else "card.work_quiet"
        loud = "at-risk" if agent.overload else ""
        yield line(say(work, n=agent.open, late=card.late, calls=agent.calls), loud)
        known = [say(f"people.mark.{mark}") for mark in sorted(agent.marks) if f"people.mark.{mark}" in say]
        if known:
            yield line(say("card.marked", what=say.several(known)))
        yield line(say("card.basis", n=card.items), "dim")
        for part in (self._stars, self._dates):
            yield line()
            yield from part()
        for name in ("headings", "principles", "commitments"):
            yield line()
            yield heading(say(f"card.{name}"))
            yield from self._section(name)
        for part in (self._clocks, self._findings):
            yield line()
            yield from part()

    def _stars(self) -> Iterator[Line]:
        say, card, least = self._say, self._card, self._plan.least
        yield heading(say("card.stars"))
        found = []
        for each in self._plan.sections["stars"]:
            goes_by = basis(each, card.verdicts, card.sights)
            stars = goes_by.stars(least)
            found.append(stars)
            told = say("card.few", n=goes_by.times, least=least) if stars is None else self._told(each)
            yield self._line(say(f"card.line.{each.name}"), self._of(stars), told)
        own = lowest(found)
        why = say("card.stars_not_all" if own is None else "card.stars_lowest")
        yield self._line(say("card.stars_own"), self._of(own), why)

    def _of(self, stars: int | None) -> str:
        return self._say("card.not_enough") if stars is None else self._star * stars

    def _dates(self) -> Iterator[Line]:
        say, now = self._say, self._card.until
        yield heading(say("card.dates"))
        for owed in self._card.agent.owed:
            late = owed.due < now
            style = "breached" if late else "at-risk" if owed.warn <= now else ""
            yield self._line(self._words.short(owed.norm), "", self._dated(owed), style)
        if not self._card.agent.owed:
            yield line(say("card.none_dated"), "dim")

    def _dated(self, owed: Owed) -> str:
        last, due = (self._words.times.at(moment).date().isoformat() for moment in (owed.last, owed.due))
        return self._say("card.late" if owed.due < self._card.until else "card.last", last=last, due=due)

    def _section(self, name: str) -> Iterator[Line]:
        for each in self._plan.sections[name]:
            told = self._told(each)
            style = "" if told else "dim"
            yield self._line(
                self._say(f"card.line.{each.name}"), "", told or self._say("card.nothing"), style
            )

    def _told(self, each: CardLine) -> str:
        """What the record has for a line."""
        say, card, told = self._say, self._card, []
        kept, broken = kept_of(each, card.verdicts)
        if kept or broken:
            told.append(say("card.kept", kept=kept, broken=broken))
        if broke := sum(number for norm, number in card.broke.items() if fits(norm, each.kept)):
            told.append(say("card.broke", n=broke))
        if (seen := seen_of(each, card.sights)).value is not None:
            told.append(say("card.seen", n=seen.times, value=f"{seen.value:.1f}"))
        numbers = {"open": card.late, "reveals": card.reveals, "complaints": card.complaints}
        told += [say(f"card.{name}", n=numbers[name]) for name in each.record]
        told += [
            say("card.about", what=self._words.short(owed.norm), told=self._dated(owed))
            for owed in card.agent.owed
            if fits(owed.norm, each.dates)
        ]
        return " · ".join(told)

    def _clocks(self) -> Iterator[Line]:
        say = self._say
        yield heading(say("card.clocks"))
        counted = list(self._card.verdicts.items())
        for norm, (kept, broken) in counted[:CLOCKS]:
            yield self._line(self._words.short(norm), "", say("card.kept", kept=kept, broken=broken))
        if len(counted) > CLOCKS:
            yield line(say("card.more", n=len(counted) - CLOCKS), "dim")
        for norm, broken in self._card.broke.items():
            yield self._line(self._words.short(norm), "", say("card.broke", n=broken))
        if not counted and not self._card.broke:
            yield line(say("card.nothing"), "dim")

    def _findings(self) -> Iterator[Line]:
        say, found = self._say, self._card.findings
        yield heading(say("card.findings"))
        for each in found[:FINDINGS]:
            day = self._words.times.at(each.time).date().isoformat()
            by = f" · {self._words.person(each.by)}" if each.by else ""
            what = each.text
            if each.norm:
                what = say("card.about", what=self._words.short(each.norm), told=each.text)
            yield Line((Span(day, "dim", 12), Span(f"{what}{by}")), 12)
        if len(found) > FINDINGS:
            yield line(say("card.more", n=len(found) - FINDINGS), "dim")
        if not found:
            yield line(say("card.no_findings"), "dim")

    def _line(self, name: str, stars: str, told: str, style: str = "") -> Line:
        say = self._say
        if self._phone:
            name = f"{name} {stars}".rstrip()
            return Line((Span(say("card.about", what=name, told=told), style),), 2)
        shown = (Span(stars, "strong", 12),) if stars else ()
        return Line((Span(name, style, NAME), *shown, Span(told, style)), NAME)


def days(card: Card) -> int:
    """How many days a card tells of."""
    return (card.until - card.since) // DAY
