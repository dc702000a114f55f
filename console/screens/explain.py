"""The sum behind a clock, as one would do it on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.domain.lengths import seconds
from console.domain.place import AT_RISK, BREACHED, NONE
from console.screens import timeline
from console.screens.item import band_of, beside, standing
from widgets.cells import cell_width
from widgets.pane import Line, Span, line

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.domain.norm import Norm
    from console.domain.reckoning import Reckoning
    from console.screens.words import Words
    from console.service.model import ItemView

_LABEL, _FIGURE = 15, 18
_DAYS = 5
"""How many holidays are named."""

_STYLES = {BREACHED: "breached", AT_RISK: "at-risk"}


def lines(words: Words, view: ItemView, now: Millis) -> Iterator[Line]:
    """One sum for each clock, the worst first; those that stopped come last."""
    clocks = sorted(
        view.clocks,
        key=lambda clock: (band_of(words, view, clock, now), clock.severity, clock.due, clock.period),
    )
    if not clocks:
        yield line(words.say("explain.none"), "dim")
    for number, clock in enumerate(clocks):
        if number:
            yield line()
        yield from _sum(words, view, clock, now)


def _sum(words: Words, view: ItemView, clock: ClockRow, now: Millis) -> Iterator[Line]:
    say, band = words.say, band_of(words, view, clock, now)
    style = _STYLES.get(band, "strong")
    mark = words.marks.bands.get(band, " ")
    period = say("explain.period", n=clock.period) if clock.period > 1 else ""
    yield Line(
        (Span(f"{mark} {words.norm_name(clock.norm)}", style), Span(f"   {words.phrase(view.row)} {period}"))
    )
    begun = next((e.event for e in view.timeline if clock.name == f"{clock.norm}@{e.event.name}"), None)
    label = timeline.told(words, begun, now, view.row.customer) if begun else say("explain.started")
    if cell_width(label) + 2 >= _LABEL:
        yield line(f"  {label}", "dim", indent=4)
        label = ""
    yield _figure(label, words.times.exact(clock.started, now), f"({begun.source})" if begun else "")
    if clock.missing:
        # What was missing is the reason: it wraps, and is never cut.
        yield line(f"  {standing(words, clock, now)}", "strong", indent=4)
        yield line(f"  {_source(words, clock)}", "dim", indent=4)
        yield from _people(words, clock)
        return
    hours = view.reckonings.get(clock.name)
    for number, (start, end) in enumerate(clock.pauses):
        since, until = words.times.second(start, now), words.times.second(end, now)
        yield _figure(
            say("explain.pause"),
            f"+ {seconds(hours.pauses[number] if hours else end - start)}",
            say("explain.from_to", since=since, until=until),
        )
    paused = sum(end - start for start, end in clock.pauses)
    yield _figure(
        say("explain.limit"),
        seconds(hours.limit if hours else clock.due - clock.started - _moved(clock, paused)),
        _source(words, clock),
    )
    if clock.period > 1 and clock.rule == "most" and clock.due == clock.started:
        yield line(f"  {say('explain.used_up')}", "dim", indent=4)
    if hours:
        yield from _left_out(words, hours)
    if clock.paused is not None:
        yield _figure(say("explain.stands"), words.times.exact(clock.paused, now), say("explain.no_due"))
        yield _figure(say("explain.left"), seconds(hours.left if hours else clock.due - clock.paused))
        return
    earliest = "explain.earliest" if clock.rule == "least" else "explain.due"
    yield _figure(say(earliest), words.times.exact(clock.due, now))
    yield from _verdict(words, view, clock, now)


def _left_out(words: Words, hours: Reckoning) -> Iterator[Line]:
    """What does not count: hours that nobody works, the days off among them, and what nobody knows yet."""
    say = words.say
    figure, note = f"+ {seconds(hours.left_out)}", say("calendar.outside", name=hours.calendar.name)
    yield _figure(say("calendar.left_out"), figure, note)
    days = hours.told()
    if days:
        more = say("calendar.more", n=len(days) - _DAYS) if len(days) > _DAYS else ""
        yield line(f"  {', '.join(days[:_DAYS])} {more}".rstrip(), "dim", indent=4)
    if not hours.known:
        first, last = str(hours.calendar.known_from), str(hours.calendar.known_until)
        yield line(f"  {say('calendar.unknown', first=first, last=last)}", "at-risk", indent=4)


def _verdict(words: Words, view: ItemView, clock: ClockRow, now: Millis) -> Iterator[Line]:
    say = words.say
    if clock.stopped is not None:
        yield _figure(say("explain.stopped"), words.times.exact(clock.stopped, now))
    else:
        yield _figure(say("explain.now"), words.times.exact(now, now))
    if clock.unknown:
        yield _figure(say("explain.verdict"), say("item.unknown"))
    elif clock.rule == "least" or (clock.band(now) == NONE and not clock.broken(now)):
        yield _figure(say("explain.verdict"), standing(words, clock, now))
    elif clock.over(now):
        who = view.acknowledged_by.get(clock.name)
        note = say("item.acknowledged", who=words.person(who)) if who else ""
        style = "breached" if clock.stopped is None else ""
        yield _figure(say("explain.over"), seconds(clock.over(now)), note, style)
    else:
        yield _figure(say("explain.left"), seconds(-(-(clock.due - now) // 1000) * 1000))
    if (other := beside(view, clock, words.norm(clock.norm))) is not None:
        what = timeline.told(words, other, now, view.row.customer)
        yield line(f"  {words.times.second(other.time, now)}  {what}", "dim", indent=4)
    if missed := clock.missed(now) if clock.rule == "every" else 0:
        yield _figure(say("explain.missed"), str(missed))
    yield from _people(words, clock)


def _people(words: Words, clock: ClockRow) -> Iterator[Line]:
    if clock.agents:
        people = words.say.several(words.person(agent) for agent in clock.agents)
        yield line(f"  {words.say('explain.people', who=people)}", "dim", indent=2)


def _moved(clock: ClockRow, paused: Millis) -> Millis:
    """How far pauses moved `due`: not at all where it was given after them."""
    return min(paused, max(0, clock.due - clock.started))


def _source(words: Words, clock: ClockRow) -> str:
    norm: Norm | None = words.norm(clock.norm)
    if norm is None:
        return ""
    text, doc = words.say.text_of(norm.text), words.say.word("doc", norm.doc)
    return words.say.of(doc, text) if doc and text else doc or text


def _figure(label: str, figure: str, note: str = "", style: str = "") -> Line:
    spans = [Span(f"  {label}", "dim", _LABEL), Span(figure, style, _FIGURE, "right")]
    if note:
        spans.append(Span(f"   {note}", "dim"))
    return Line(tuple(spans), indent=4)
