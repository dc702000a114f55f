"""What was said, as lines: forbidden words marked with a glyph and the better phrase, good ones ticked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from console import masks
from console.domain.place import AT_RISK, BREACHED
from widgets.pane import Line, Span

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.phrases import Mark, PhraseSet
    from console.screens.words import Words
    from console.service.cueing import Transcript

_STYLES = {"alert": "breached", "cue": "at-risk"}
_RANKS = {"alert": 0, "cue": 1}
_QUIET = 2


def said(words: Words, event: Event, pieces: Sequence[Mark], customer: str) -> tuple[Span, ...]:
    """One line of a transcript: who, and what, with the marked words and without the customer's number."""
    who = "customer" if event.data.get("who") == "customer" else "agent"
    text = str(event.data.get("text") or "")
    if not words.shown.covers(event.subject):
        text = masks.mask_text(text, customer)  # as long as it was, so that the marks stay where they are
    spans = [Span(f"{words.say(f'cue.{who}')}: ", "dim")]
    for start, end, phrases in _segments(words, text, pieces):
        piece = text[start:end]
        if phrases is None:
            spans.append(Span(piece))
        else:
            spans.append(Span(f"{_glyph(words, phrases)}{piece}", _STYLES.get(phrases.level, "strong")))
    return tuple(spans)


def better(words: Words, pieces: Sequence[Mark], indent: int) -> Iterator[Line]:
    """What to say instead, for each phrase that ended in the line."""
    told = set()
    for piece in pieces:
        phrases = words.rules.phrases.sets.get(piece.set)
        if phrases is None or not piece.last or phrases.id in told or phrases.level not in _STYLES:
            continue
        told.add(phrases.id)
        if text := words.say.text_of(phrases.better):
            lead = Span(f"{words.say('cue.better')} {words.marks.gives} ", _STYLES[phrases.level])
            yield Line((Span("", "", indent), lead, Span(text, "strong")), indent=indent)


def heard(words: Words, spoken: Transcript, *, over: bool) -> Iterator[Line]:
    """Whether the agent said what ought to be said: a tick, or that it is missing, which counts once the
    call is over."""
    if "agent" not in spoken.said:
        return
    spans: list[Span] = []
    for phrases in words.rules.phrases.sets.values():
        if phrases.name and phrases.who == "agent":
            done = phrases.id in spoken.said["agent"]
            key, mark = (
                ("cue.said", words.marks.acknowledged) if done else ("cue.missing", words.marks.nobody)
            )
            text = words.say(key, what=words.say.text_of(phrases.name))
            spans.append(Span(f"{mark} {text}   ", "strong" if over and not done else "dim"))
    if spans:
        yield Line(tuple(spans))


def _segments(words: Words, text: str, pieces: Sequence[Mark]) -> Iterator[tuple[int, int, PhraseSet | None]]:
    """The text in pieces that don't overlap, each with the gravest set that marks it."""
    owners: list[PhraseSet | None] = [None] * len(text)
    for piece in pieces:
        phrases = words.rules.phrases.sets.get(piece.set)
        if phrases is None or not (phrases.level in _STYLES or phrases.name):
            continue
        for index in range(piece.start, min(piece.end, len(text))):
            owner = owners[index]
            if owner is None or _rank(phrases) < _rank(owner):
                owners[index] = phrases
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or owners[index] is not owners[start]:
            yield start, index, owners[start]
            start = index


def _rank(phrases: PhraseSet) -> int:
    return _RANKS.get(phrases.level, _QUIET)


def _glyph(words: Words, phrases: PhraseSet) -> str:
    if phrases.level == "alert":
        return words.marks.bands[BREACHED]
    return words.marks.bands[AT_RISK] if phrases.level == "cue" else words.marks.acknowledged
