"""Cue cards as lines: in a few beside the item, whole in their list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from widgets.pane import Line, Span, heading, line

if TYPE_CHECKING:
    from console.domain.cues import Card, Texts
    from console.screens.words import Words
    from console.service.model import QueueRow


def brief(words: Words, card: Card, row: QueueRow, key: str) -> Iterator[Line]:
    """What to say now, and the `key` that has more."""
    say = words.say
    yield Line(
        (Span(say("cue.say"), "heading"), Span(f"  {words.say.text_of(card.title)}  ", "dim"), Span(key))
    )
    if card.steps:
        yield from _ladder(words, card, row)
    else:
        yield line(_filled(words, card.say, row), "accent")


def whole(words: Words, card: Card, row: QueueRow | None) -> Iterator[Line]:
    """All of a card; `row` is the item it is looked up for."""
    say = words.say
    yield line(_filled(words, card.say, row), "accent")
    if card.steps:
        yield line()
        yield from _ladder(words, card, row)
    if card.must:
        yield line()
        yield heading(say("cue.must"))
        yield line(say.text_of(card.must))
    if card.norms:
        yield line()
        yield heading(say("cue.norms"))
        for norm in card.norms:
            yield line(words.norm_name(norm), "dim")


def _ladder(words: Words, card: Card, row: QueueRow | None) -> Iterator[Line]:
    for number, step in enumerate(card.steps, start=1):
        text = f"{number}. {_filled(words, step.say, row)}"
        wait = f"  {words.say('cue.wait', n=step.wait)}" if step.wait else ""
        yield Line((Span(text, "accent"), Span(wait, "dim")), indent=3)


def _filled(words: Words, texts: Texts, row: QueueRow | None) -> str:
    """A card's text with the house and the agent in it, or dots where nobody is known."""
    agent = words.person(row.owner) if row is not None and row.owner else "…"
    return words.say.text_of(texts).replace("{house}", words.rules.site.name).replace("{agent}", agent)
