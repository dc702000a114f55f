"""What cue cards may ask of an item, gathered from all that is known of it; and what was said on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from console.domain.cues import Card, Scene, fitting
from console.domain.frozen import frozen
from console.domain.lifecycle import HAND_TYPES
from console.domain.phrases import Mark, Phrases, Who, marks
from console.domain.place import BAND_WORDS

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.event import Event
    from console.domain.instants import Millis
    from console.domain.rules import Rules
    from console.service.model import ItemView

SAID = "call.said"

_GIVEN = ("reason", "type", "direction")


@frozen
class Transcript:
    """What was said on a call: the marked pieces of each line by its event's name, and the sets of phrases
    that each speaker said, in the whole call (`said`) and in the last turn of theirs (`latest`)."""

    pieces: Mapping[str, list[Mark]] = field(default_factory=dict)
    said: Mapping[Who, frozenset[str]] = field(default_factory=dict)
    latest: Mapping[Who, frozenset[str]] = field(default_factory=dict)


def transcript(events: Iterable[Event], phrases: Phrases) -> Transcript:
    """Look through all that was said."""
    lines = [(event.name, who, text) for event in events for who, text in _line(event)]
    if not lines:
        return Transcript()
    found = marks(phrases, [(who, text) for _, who, text in lines])
    said: dict[Who, frozenset[str]] = {}
    latest: dict[Who, frozenset[str]] = {}
    before = ""
    for (_, who, _), pieces in zip(lines, found, strict=True):
        sets = frozenset(piece.set for piece in pieces if piece.last)
        said[who] = said.get(who, frozenset()) | sets
        latest[who] = latest[who] | sets if who == before else sets
        before = who
    return Transcript({name: pieces for (name, _, _), pieces in zip(lines, found, strict=True)}, said, latest)


def _line(event: Event) -> Iterator[tuple[Who, str]]:
    text = event.data.get("text")
    if event.type == SAID and isinstance(text, str):
        yield ("customer" if event.data.get("who") == "customer" else "agent"), text


def scene_of(view: ItemView, spoken: Transcript, now: Millis) -> Scene:
    """The item as cue cards see it."""
    row = view.row
    events = [entry.event for entry in view.timeline if not entry.ignored and not entry.undone]
    # A line on which the customer speaks is silent no more; what the agent says into it changes nothing.
    happened = [event for event in events if event.type not in HAND_TYPES and not _by_agent(event)]
    given: dict[str, set[str]] = {name: set() for name in _GIVEN}
    for event in happened:
        for name in _GIVEN:
            value = event.data.get(name)
            if isinstance(value, str):
                # On a call a reason belongs to what happened last alone: noise that went is gone.
                given[name] = {value} if name == "direction" or row.kind == "call" else given[name] | {value}
            elif name == "reason" and row.kind == "call":
                given[name] = set()
    if row.kind == "call" and not given["direction"]:
        given["direction"] = {"in"}
    values = {
        "kind": frozenset({row.kind}),
        "state": frozenset({row.state}),
        "customer": frozenset({"known" if row.name or row.customer else "unknown"}),
        "last": frozenset({happened[-1].type} if happened else ()),
        "heard": spoken.latest.get("customer", frozenset()),
        "said": spoken.latest.get("agent", frozenset()),
        **{name: frozenset(held) for name, held in given.items()},
    }
    clocks = frozenset((clock.norm, band) for clock in view.clocks for band in _bands(clock, now))
    return Scene(values, clocks, max(0, now - row.since) / 1000)


def _by_agent(event: Event) -> bool:
    return event.type == SAID and event.data.get("who") != "customer"


def _bands(clock: ClockRow, now: Millis) -> Iterator[str]:
    word = BAND_WORDS[clock.band(now)]
    if word == "none" and clock.stopped is None:
        yield "running"  # one that time alone can't break
    else:
        yield "broken" if word == "none" and clock.broken(now) else word


def cards_for(view: ItemView, rules: Rules, now: Millis) -> list[Card]:
    """The cards that fit the item now, the most fitting first."""
    spoken = transcript((entry.event for entry in view.timeline), rules.phrases)
    return fitting(rules.cues.cards, scene_of(view, spoken, now))
