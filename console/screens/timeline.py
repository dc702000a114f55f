"""An item's events as lines: when, what, who, and whether it counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from console.domain.instants import Millis, parse_rfc3339
from console.domain.lifecycle import HAND_TYPES, NOTIFIED, REVEALED, SETTLED
from console.screens import speech
from console.screens.masks import mask_text
from console.service.cueing import SAID
from widgets.pane import Line, Span

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.phrases import Mark
    from console.screens.words import Words
    from console.service.model import Entry

_TIME = 14
"""Cells of a line's moment; one of another day has its date before it."""

_SEEN = (".observed", ".inspected")
"""Types of event that say what somebody, or a device, saw of it; whoever looked signs for it."""

_TOLD = ("reason", "text", "words", "outcome", "guidance", "gift", "to_queue")
"""Fields of an event that are words for people."""


def lines(
    words: Words,
    entries: Iterable[Entry],
    now: Millis,
    marks: Mapping[str, Sequence[Mark]],
    customer: str,
) -> Iterator[Line]:
    """A line for each event, newest last; `marks` are the marked words of what was said, by event, `customer`
    is the item's."""
    for entry in entries:
        event = entry.event
        when = words.times.second(event.time, now)
        width = 9 if len(when) <= 8 else _TIME + 1
        counted = not entry.ignored and not entry.undone
        spans = [Span(when, "dim", width)]
        pieces = marks.get(event.name, ()) if counted else ()
        if event.type == SAID and counted:
            spans.extend(speech.said(words, event, pieces, customer))
        else:
            spans.append(Span(told(words, event, now, customer), "" if counted else "dim"))
        if mark := _mark(words, entry):
            spans.append(Span(f"  {mark}", "dim"))
        yield Line(tuple(spans), indent=width)
        yield from speech.better(words, pieces, width)


def told(words: Words, event: Event, now: Millis, customer: str) -> str:
    """What happened, in a few words; numbers in it are masked, the `customer`'s own too unless asked for."""
    text = _told(words, event, now)
    return text if words.shown.covers(event.subject) else mask_text(text, customer)


def _told(words: Words, event: Event, now: Millis) -> str:
    data = event.data
    if event.type in HAND_TYPES or event.type == SETTLED:
        text = words.say(f"event.{event.type}", **_hand_values(words, data, now))
        extra = str(data.get("text") or data.get("reason") or "")
        if event.type == REVEALED:
            why = words.say.word("reveal", str(data.get("reason", "")))
            extra = words.say.several(part for part in (why, str(data.get("text", ""))) if part)
        if event.type == SETTLED:
            extra = words.say.word("order", extra)
        return words.say.of(text, extra) if extra else text
    if event.type == NOTIFIED:
        who = str(data.get("to", ""))
        role = f"notify.role.{who}"
        whom = words.say(role) if role in words.say else words.person(who)
        return words.say("event.clock.notified", whom=whom, norm=words.norm_name(str(data.get("norm", ""))))
    text = words.say.word("event", event.type)
    seen = event.type.endswith(_SEEN)
    agent = (data.get("actor") if seen else None) or data.get("agent") or data.get("to_agent")
    if isinstance(agent, str) and agent:
        text += f" {words.marks.bands[2]} {words.person(words.rules.site.agent(agent))}"
    if event.type == "call.ended" and data.get("by") in ("agent", "customer"):
        who = data["by"]
        text += f" {words.say(f'item.hung_up.{who}')}"
    extras = [
        _worded(words, name, str(data[name]))
        for name in (("norm", *_TOLD) if seen else _TOLD)
        if isinstance(data.get(name), str) and data[name]
    ]
    if seen and isinstance(listed := data.get("failed", data.get("found")), list):
        extras += [str(one) for one in listed]
    return words.say.of(text, words.say.several(extras)) if extras else text


def _worded(words: Words, name: str, value: str) -> str:
    """What a field says: norms and known codes (`dialect`, `referred`) in words, the rest as it is."""
    if name in ("reason", "outcome", "guidance"):
        value = words.say.word("outcome" if name == "guidance" else name, value)
    return words.norm_name(value)


def _hand_values(words: Words, data: Mapping[str, Any], now: Millis) -> dict[str, str]:
    to = f"#{data['to_queue']}" if data.get("to_queue") else words.person(str(data.get("to") or ""))
    try:
        until = words.times.minute(parse_rfc3339(str(data.get("until", ""))), now)
    except ValueError:
        until = "?"
    return {
        "actor": words.person(str(data.get("actor", ""))),
        "to": to,
        "level": words.say.word("level", str(data.get("level", ""))),
        "outcome": words.say.word("outcome", str(data.get("outcome", ""))),
        "until": until,
        "verb": words.say.word("order", str(data.get("verb", ""))),
        "settled": words.say.word("order", str(data.get("outcome", ""))),
    }


def _mark(words: Words, entry: Entry) -> str:
    marks = []
    if entry.undone:
        marks.append(words.say("item.undone"))
    if entry.ignored:
        marks.append(words.say("item.ignored", why=_why_ignored(words, entry)))
    if entry.effect:
        item = str(entry.event.data.get("call", "")).rpartition("/")[2] or "?"
        marks.append(words.say("item.effect", item=item))
    return words.say.several(marks)


def _why_ignored(words: Words, entry: Entry) -> str:
    """The fold says `while talking`, `not held`: a reason and a word of the item's life."""
    say, reason = words.say, entry.ignored
    whole = f"ignored.{reason.replace(' ', '_')}"
    if whole in say:
        return say(whole)
    head, _, word = reason.partition(" ")
    return say(f"ignored.{head}", word=say.word(f"state.{entry.event.kind}", word)) if head else reason
