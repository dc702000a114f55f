"""All of one item in lines, for the pane: how its clocks stand, who has it, what happened."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

from console.actions.registry import BY_ID, key_name
from console.domain.cues import fitting
from console.domain.lengths import coarse, lag, seconds
from console.domain.place import AT_RISK, BAND_WORDS, BREACHED, NONE, PAUSED, SEVERITIES
from console.domain.priority import priority
from console.domain.waits import waited
from console.locale.facts import missing_words
from console.screens import cards, speech, timeline
from console.screens.clocks import clock_text
from console.screens.masks import mask_id, mask_text
from console.service.cueing import Transcript, scene_of
from widgets.pane import Line, Span, heading, line

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.event import Event
    from console.domain.instants import Millis
    from console.domain.norm import Norm
    from console.screens.words import Words
    from console.service.model import ItemView

_STYLES = {BREACHED: "breached", AT_RISK: "at-risk"}
_GRAVE = ("importance", "urgency")


def lines(words: Words, view: ItemView, now: Millis, spoken: Transcript) -> Iterator[Line]:
    """The item from its name to its newest event; `spoken` is what was said on it."""
    row, say = view.row, words.say
    yield Line((Span(words.phrase(row), "strong"), Span(f"  {row.queue or words.marks.nobody}", "dim")))
    yield line(row.id if words.shown.covers(row.id) else mask_id(row.id), "dim")
    if words.shown.covers(row.id):
        key = key_name(BY_ID["reveal"].keys[0])
        yield line(say("item.shown", seconds=ceil(words.shown.left), key=key), "at-risk")
    if view.withdrawn:
        yield line(say("item.withdrawn"), "at-risk")
    elif view.over is not None:
        yield line(say("item.over", time=words.times.second(view.over, now)), "strong")
    yield line(f"{words.state(row)} {lag(now - row.since)}  {words.owner(row)}")
    yield from _waited(words, view, now)
    yield from _people(words, view, now)
    yield from _cue(words, view, now, spoken)
    yield line()
    yield from _clocks(words, view, now)
    if view.related:
        yield line()
        yield heading(say("item.related"))
        for other in view.related:
            text = (
                f"{words.number(other)}  {words.what(other, now)}  {words.state(other)}  {words.owner(other)}"
            )
            # What we owe them says why.
            norm = words.norm(other.reason)
            why = f"  {words.norm_name(other.reason)}" if norm is not None else ""
            yield line(f"{text}  {clock_text(other, now)}{why}", indent=2)
    yield line()
    yield heading(say("item.timeline"))
    yield from speech.heard(words, spoken, over=view.over is not None)
    yield from timeline.lines(words, view.timeline, now, spoken.pieces, view.row.customer)


def _cue(words: Words, view: ItemView, now: Millis, spoken: Transcript) -> Iterator[Line]:
    """The card that fits best."""
    if view.over is None and (found := fitting(words.rules.cues.cards, scene_of(view, spoken, now))):
        yield line()
        yield from cards.brief(words, found[0], view.row, key_name(BY_ID["cues"].keys[0]))


def _waited(words: Words, view: ItemView, now: Millis) -> Iterator[Line]:
    """How long the customer has waited on a call, over all its legs."""
    if view.row.kind != "call":
        return
    counted = (entry.event for entry in view.timeline if not entry.ignored and not entry.undone)
    whole, leg, passed = waited(counted, now if view.over is None else min(now, view.over))
    if whole:
        text = words.say("item.waited", whole=seconds(whole))
        yield line(text + (words.say("item.waited_leg", leg=seconds(leg)) if passed else ""))


def _people(words: Words, view: ItemView, now: Millis) -> Iterator[Line]:
    """What people did that still holds."""
    row, say = view.row, words.say
    if row.level:
        yield line(say("item.escalated", level=say.word("level", row.level)))
    if row.snoozed is not None and row.snoozed > now:
        yield line(say("item.snoozed", until=words.times.minute(row.snoozed, now)))
    if row.promises > 1:
        yield line(say("item.promises", n=row.promises))
    yield from _priority(words, view)
    yield from _customer(words, view, now)
    if view.note:
        note = view.note if words.shown.covers(row.id) else mask_text(view.note, row.customer)
        yield Line((Span(say("item.note") + " ", "dim"), Span(note)), indent=2)


def _priority(words: Words, view: ItemView) -> Iterator[Line]:
    """How much it outranks others, and what that follows from."""
    told: dict[str, object] = {}
    for entry in view.timeline:
        if not entry.ignored and not entry.undone:
            told |= {name: entry.event.data[name] for name in _GRAVE if name in entry.event.data}
    if (grave := priority(told.get("importance"), told.get("urgency"))) is not None:
        say = words.say
        how = {name: say.word("severity", str(told[name])) for name in _GRAVE}
        yield line(say("item.priority", severity=say(f"severity.{SEVERITIES[grave]}"), **how), indent=2)


def _customer(words: Words, view: ItemView, now: Millis) -> Iterator[Line]:
    """What the customer asked before, how often they were tried, and whose they are."""
    row, say = view.row, words.say
    if view.repeats:
        oldest = view.repeats[0]
        yield line(
            f"{words.marks.again} "
            + say(
                "item.repeat",
                n=row.contacts,
                span=coarse(words.rules.site.repeat_window),
                kind=say.word("kind", oldest.item.partition("/")[0]),
                number=oldest.item.rpartition("/")[2],
                who=words.person(oldest.first),
            ),
            "at-risk" if view.over is None else "",
            indent=2,
        )
    if row.tries and row.next_try is not None:
        yield line(say("item.tries_next", n=row.tries, time=words.times.minute(row.next_try, now)))
    elif row.tries and row.state != "tried":
        yield line(say("item.tries", n=row.tries))
    for claim in view.claims:
        if claim.why != "first":
            yield line(say(f"item.claim.{claim.why}", who=words.person(claim.agent), area=claim.of), indent=2)
    if row.away:
        yield line(f"{words.marks.away} {say('item.away', who=words.person(row.away))}", indent=2)


def _clocks(words: Words, view: ItemView, now: Millis) -> Iterator[Line]:
    """Each clock with where it stands; those that stopped are quiet."""
    row = view.row
    bands = {clock.name: band_of(words, view, clock, now) for clock in view.clocks}
    for clock in sorted(view.clocks, key=lambda clock: (bands[clock.name], clock.severity, clock.due)):
        band = bands[clock.name]
        mark = words.marks.bands.get(band, " ")
        style = _STYLES.get(band, "dim" if band == NONE else "")
        yield Line(
            (
                Span(mark, style, 2),
                Span(words.norm_name(clock.norm), style),
                Span(f"  {standing(words, clock, now)}", style),
            ),
            indent=2,
        )
        if clock.band(now) != NONE and clock.paused is None:
            started, due = (words.times.second(moment, now) for moment in (clock.started, clock.due))
            yield line(
                f"  {words.say('item.span', started=started, due=due, severity=_severity(words, clock))}",
                "dim",
                indent=2,
            )
        norm = words.norm(clock.norm)
        if (other := beside(view, clock, norm)) is not None:
            what = timeline.told(words, other, now, row.customer)
            yield line(f"  {words.times.second(other.time, now)}  {what}", "dim", indent=4)
        if norm is not None and norm.offer and band in (BREACHED, AT_RISK):
            yield line(f"  {words.say(f'item.offer.{norm.offer}')}", indent=4)
        if who := view.acknowledged_by.get(clock.name):
            yield line(
                f"  {words.marks.acknowledged} {words.say('item.acknowledged', who=words.person(who))}",
                "dim",
                2,
            )


def _at_least(words: Words, clock: ClockRow, now: Millis) -> str:
    """Where a clock stands that may not stop too soon."""
    if clock.broken(now):
        return words.say("item.too_soon", by=seconds(clock.over(now)))
    if clock.stopped is None and now < clock.due:
        return words.say("item.not_before", left=seconds(-(-(clock.due - now) // 1000) * 1000))
    return words.say("item.kept" if clock.stopped is not None else "item.may_end")


def band_of(words: Words, view: ItemView, clock: ClockRow, now: Millis) -> int:
    """A clock's band; what broke at an event is breached until somebody acknowledges it."""
    held = clock.broken_at_event and view.over is None and clock.name not in view.acknowledged_by
    return BREACHED if held and not words.quiet(clock.norm) else clock.band(now)


def beside(view: ItemView, clock: ClockRow, norm: Norm | None) -> Event | None:
    """The first event whose time the norm of a clock wants shown with it."""
    if norm is None or not norm.beside:
        return None
    told = (e.event for e in view.timeline if not e.ignored and not e.undone)
    return next((one for one in told if one.time >= clock.started and norm.beside.met_by(one, {})), None)


def _severity(words: Words, clock: ClockRow) -> str:
    return words.say(f"severity.{SEVERITIES[clock.severity]}")


def standing(words: Words, clock: ClockRow, now: Millis) -> str:
    """One clock's verdict in words: over by, left, paused, kept."""
    say, band = words.say, clock.band(now)
    if clock.unknown:
        return say("item.unknown")
    if clock.missing:
        key = "said" if words.forbids(clock.norm) else "missing"
        return say(f"item.{key}", what=missing_words(say, clock.missing))
    if clock.rule == "least":
        return _at_least(words, clock, now)
    if band == NONE:
        return say("item.broken", over=seconds(clock.over(now))) if clock.broken(now) else say("item.kept")
    if band == PAUSED and clock.paused is not None:
        return f"{say(f'band.{BAND_WORDS[band]}')} {coarse(clock.due - clock.paused)}"
    if band == BREACHED:
        return f"{say(f'band.{BAND_WORDS[band]}')} +{seconds(now - clock.due)}"
    return f"{say(f'band.{BAND_WORDS[band]}')} {seconds(-(-(clock.due - now) // 1000) * 1000)}"
