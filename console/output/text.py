"""The text of one-shot commands, a line at a time, in the site's time zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from console.domain.instants import DAY, HOUR, MINUTE, SECOND, Millis, to_datetime
from console.locale.facts import missing_words
from console.output.status import item_text, shown_id

if TYPE_CHECKING:
    from console.domain.norm import Norm
    from console.domain.reckoning import Reckoning
    from console.domain.rules import Rules
    from console.locale.catalogue import Catalogue
    from console.service.breaches import Breach
    from console.service.explain import Explanation, Sum


def length(millis: Millis) -> str:
    """A length of time to the millisecond where it has some: `1:15`, `24:00:00`, `0:15.001`."""
    hours, rest = divmod(millis, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, rest = divmod(rest, SECOND)
    text = f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    return f"{text}.{rest:03d}" if rest else text


def local(moment: Millis, rules: Rules) -> str:
    """A moment in the site's zone, to the millisecond."""
    return (
        to_datetime(moment).astimezone(rules.site.tzinfo).strftime("%Y-%m-%d %H:%M:%S.")
        + f"{moment % 1000:03d}"
    )


def breach_lines(found: Iterable[Breach], rules: Rules, say: Catalogue) -> Iterator[str]:
    """A line for each breach: how late, what, who, whose, why."""
    none = True
    for breach in found:
        none = False
        clock = breach.clock
        norm = rules.pack.by_id.get(clock.norm)
        why = say.text_of(norm.name, clock.norm) if norm else clock.norm
        running = "" if clock.stopped is not None else f"  {say('cli.breaches.running')}"
        over = f"+{length(breach.over)}" if clock.timed or clock.over(clock.due) else "!"
        if clock.missing:
            why = say.of(why, say(f"cli.breaches.{_how(norm)}", what=missing_words(say, clock.missing)))
        names = say.several(rules.site.agent_name(agent) for agent in clock.agents) or "—"
        yield (
            f"{over:<11} {local(clock.due, rules)}  {shown_id(clock.item)}  {breach.queue or '—'}  "
            f"{names}  {why}{running}"
        )
    if none:
        yield say("cli.breaches.none")


def _how(norm: Norm | None) -> str:
    """What was not so: missing, or found where the norm asks for nothing on record."""
    return "found" if norm and norm.check and not norm.check.needs else "missing"


def explanation_lines(explanation: Explanation, rules: Rules, say: Catalogue) -> Iterator[str]:
    """The item's state, then each clock's sum."""
    row = explanation.row
    owner = rules.site.agent_name(row.owner) if row.owner else "—"
    state = say.word(f"state.{row.kind}", row.state)
    yield f"{item_text(row.id, row.kind, say)}  {state}  {row.queue or '—'}  {owner}"
    if not explanation.sums:
        yield say("cli.explain.no_clock")
    for one in explanation.sums:
        clock, norm = one.clock, one.norm
        yield ""
        yield f"{say.text_of(norm.name, clock.norm) if norm else clock.norm} ({clock.norm}, {clock.period})"
        yield from (f"  {label:<12} {value}" for label, value in _sum(one, explanation.until, rules, say))
        if norm is not None:
            yield f"  {say.of(norm.doc, say.text_of(norm.text))}"


def _left_out(hours: Reckoning, say: Catalogue) -> Iterator[tuple[str, str]]:
    """What does not count: the hours that nobody works, the days that are off among them, and what nobody
    knows yet."""
    name = hours.calendar.name
    yield say("calendar.left_out"), f"+ {length(hours.left_out)}  {say('calendar.outside', name=name)}"
    yield from (("", days) for days in hours.told())
    if not hours.known:
        first, last = hours.calendar.known_from, hours.calendar.known_until
        yield "", say("calendar.unknown", first=first, last=last)


def _sum(one: Sum, until: Millis, rules: Rules, say: Catalogue) -> Iterator[tuple[str, str]]:
    clock, hours = one.clock, one.reckoning
    yield say("cli.explain.started"), local(clock.started, rules)
    if clock.missing:
        yield say(f"cli.explain.{_how(one.norm)}"), missing_words(say, clock.missing)
        return
    moved = sum(end - start for start, end in clock.pauses)
    yield (
        say("cli.explain.limit"),
        length(hours.limit if hours else max(0, clock.due - clock.started - moved)),
    )
    if clock.period > 1 and clock.rule == "most" and clock.due == clock.started:
        yield "", say("explain.used_up")
    for number, (start, end) in enumerate(clock.pauses):
        stood = hours.pauses[number] if hours else end - start
        yield say("cli.explain.pause"), f"{local(start, rules)}  + {length(stood)}"
    if hours:
        yield from _left_out(hours, say)
    if clock.paused is not None:
        yield say("cli.explain.paused"), local(clock.paused, rules)
        return
    yield say("cli.explain.earliest" if clock.rule == "least" else "cli.explain.due"), local(clock.due, rules)
    if clock.stopped is not None:
        yield say("cli.explain.stopped"), local(clock.stopped, rules)
    else:
        yield say("cli.explain.now"), local(until, rules)
    if clock.unknown:
        yield say("cli.explain.unknown"), local(clock.unheard_from, rules)
    elif clock.broken(until):
        yield say("cli.explain.over"), f"{length(clock.over(until))}"
    elif clock.rule == "least":
        yield say("cli.explain.verdict"), say("cli.explain.kept")
    else:
        end = clock.stopped if clock.stopped is not None else until
        left = length(clock.due - end)
        yield (
            say("cli.explain.left"),
            left if clock.due - end < DAY else f"{left} ({(clock.due - end) // DAY} d)",
        )
