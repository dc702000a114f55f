"""The rows of the people screen, in the order in which somebody looks for the next free person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.lengths import coarse, lag
from console.domain.place import AT_RISK, BREACHED, RUNNING, clock_band
from console.screens.layout import PHONE, WIDE
from console.screens.typed import fits
from console.screens.words import UNCONFIRMED, Words
from widgets.bars import Part
from widgets.live_table import Cell, Column, LateRows, Row

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.locale.catalogue import Catalogue
    from console.service.model import AgentView, FeedState, Owed

_STATES = {"available": 0, "wrap-up": 1, "ringing": 2, "talking": 2, "holding": 2, "break": 3, "offline": 5}
"""How soon somebody in a state can take something. Who was free when their feed fell silent comes after
whoever is on a break: nobody knows any more."""

_AT_WORK, _NOT_SURE, _NOT_KNOWN = 2, 4, 6

_ON_A_PHONE = {"ringing": "busy", "talking": "busy", "holding": "busy"}
"""What is one number where forty cells are all there is."""

_LOUD = {BREACHED: "breached", AT_RISK: "at-risk"}

ROOMY = WIDE + 20
"""From so many columns on the note is a sentence."""

TIME = 6
"""Cells of how long: its mark and the longest time."""


def silent(feeds: Iterable[FeedState]) -> dict[str, Millis]:
    """The sources that are silent, and when each was heard last; of several feeds of one, the oldest."""
    heard: dict[str, Millis] = {}
    for feed in feeds:
        if feed.lost:
            heard[feed.source] = min(feed.heard, heard.get(feed.source, feed.heard))
    return heard


@frozen
class People:
    """Everybody as of one reading. `heard` are the silent sources: what they said of somebody is unconfirmed,
    and was true at that moment at the latest."""

    agents: tuple[AgentView, ...]
    heard: Mapping[str, Millis]

    def unsure(self, agent: AgentView) -> bool:
        """Whether nobody knows if that is still so."""
        return bool(agent.state) and agent.source in self.heard

    def ordered(self) -> list[AgentView]:
        """The free ones first, then those who soon will be; in each state whoever is in it longest."""

        def key(agent: AgentView) -> tuple[int, int, Millis, str, str]:
            rank = _STATES.get(agent.state, _AT_WORK) if agent.state else _NOT_KNOWN
            group = max(rank, _NOT_SURE) if self.unsure(agent) else rank
            return group, rank, agent.since or 0, agent.name, agent.id

        return sorted(self.agents, key=key)

    def numbers(self) -> dict[str, int]:
        """How many are in each state, in the order of the rows; `unsure` and `unknown` are their own."""
        found = Counter(
            "unknown" if not agent.state else "unsure" if self.unsure(agent) else agent.state
            for agent in self.agents
        )
        known = dict.fromkeys((*_STATES, *sorted(found.keys() - {"unsure", "unknown"}), "unsure", "unknown"))
        return {state: found[state] for state in known if found[state] or state == "available"}


def found(say: Catalogue, agents: Iterable[AgentView], text: str, now: Millis = 0) -> tuple[AgentView, ...]:
    """Those for whom each word of `text` begins a word of their name, id, state, queues, languages, reason or
    marks; Chinese, which has no blanks, may stand anywhere in them."""

    def wanted(agent: AgentView) -> bool:
        state, short = say.word("agent", agent.state), f"people.short.{agent.state or 'unknown'}"
        told = (
            agent.name,
            agent.id,
            state,
            say(short) if short in say else "",
            *agent.queues,
            *agent.languages,
            *(say(f"people.mark.{mark}") for mark in agent.marks if f"people.mark.{mark}" in say),
            say(f"people.overload.{agent.overload}", n=agent.calls) if agent.overload else "",
            say("people.overdue") if _overdue(agent, now) else "",
        )
        return fits(text, (*told, agent.reason if agent.state == "break" else ""))

    return tuple(filter(wanted, agents))


def head(say: Catalogue, people: People, width: int, now: Millis = 0) -> list[Part]:
    """How many are in each state; what finds no room goes from the end, but for those nobody knows about."""
    numbers = people.numbers()
    if width < PHONE:
        joined: Counter[str] = Counter()
        for state, number in numbers.items():
            joined[_ON_A_PHONE.get(state, state)] += number
        numbers = dict(joined)
    group = "state" if width >= WIDE else "short"
    parts = []
    for place, (state, number) in enumerate(numbers.items()):
        key = f"people.{group}.{state}"
        word = say(key) if key in say else say.word("agent", state)
        style = "strong" if state == "available" and number else "at-risk" if state == "unsure" else ""
        parts.append(Part(f"{word} {number}", style, 19 if state == "unsure" else max(2, 20 - place)))
    if heavy := sum(bool(agent.overload) for agent in people.agents):
        parts.append(Part(say("people.overloaded", n=heavy), "at-risk", 18))
    if late := sum(bool(_overdue(agent, now)) for agent in people.agents):
        parts.append(Part(f"{say('people.overdue')} {late}", "breached", 17))
    return parts


def columns(say: Catalogue, width: int, *, phone: bool) -> tuple[Column, ...]:
    """The columns for a screen of that width."""

    def title(name: str) -> str:
        return say(f"people.column.{name}")

    if phone:
        return (
            Column("name", "", 12, flex=1, priority=9, min_width=6),
            Column("state", "", 12, priority=8, min_width=8),
            Column("time", "", TIME, align="right", priority=7),
            Column("note", "", 12, line=2),
            Column("work", "", 8, line=2),
            Column("queues", "", 12, line=2),
            Column("languages", "", 8, line=2),
        )
    wide = width >= WIDE
    since = [Column("since", title("since"), 11, priority=3)] if wide else []
    return (
        Column("name", title("name"), 14, flex=1, priority=10, min_width=10),
        Column("state", title("state"), 14 if wide else 11, priority=9),
        Column("time", title("time"), TIME, align="right", priority=8),
        *since,
        Column("open", title("open"), 4, align="right", priority=7),
        Column("queues", title("queues"), 13, flex=1, priority=6, min_width=9),
        Column("languages", title("languages"), 12 if wide else 8, priority=4),
        Column("note", title("note"), 24 if width >= ROOMY else 12, flex=1, priority=5, min_width=9),
    )


def rows(words: Words, people: People, now: Millis, width: int) -> LateRows:
    """A row for each person, as things are at `now`; put into words when drawn."""
    agents = people.ordered()
    return LateRows(
        [agent.id for agent in agents],
        lambda index: _row(words, people, agents[index], now, wide=width >= ROOMY),
    )


def _row(words: Words, people: People, agent: AgentView, now: Millis, *, wide: bool) -> Row:
    say, unsure = words.say, people.unsure(agent)
    state = say.word("agent", agent.state) if agent.state else say("people.state.unknown")
    band = RUNNING
    if agent.warn is not None and agent.due is not None and not unsure:
        band = clock_band(now, agent.warn, agent.due, None, None)
    mark = words.marks.bands[UNCONFIRMED if unsure else band] if unsure or band in _LOUD else ""
    # Of what is unconfirmed the time stands still: so long it had been when that was last known.
    until = people.heard[agent.source] if unsure else now
    long = lag(until - agent.since) if agent.since is not None else ""
    loud = _LOUD.get(band, "")
    owed = "breached" if _overdue(agent, now) else "at-risk" if _owed(agent, now) else ""
    heavy = f"{words.marks.bands[AT_RISK]} " if agent.overload else ""
    much = _LOUD[AT_RISK] if heavy else ""
    return Row(
        agent.id,
        {
            "name": Cell(agent.name),
            "state": Cell(
                f"{state} ?" if unsure else state,
                "strong" if agent.state == "available" and not unsure else "",
                tail=" ?" if unsure else "",
            ),
            "time": Cell(f"{mark:1} {long:>4}" if long else "", loud),
            "since": Cell("" if agent.since is None else words.times.minute(agent.since, now)),
            "open": Cell(f"{heavy}{agent.open}" if agent.open else words.marks.nobody, much),
            "work": Cell(f"{heavy}{say('people.open', n=agent.open)}", much),
            "queues": Cell(" ".join(agent.queues)),
            "languages": Cell(" ".join(agent.languages)),
            "note": Cell(_note(words, people, agent, now, limit=bool(loud), wide=wide), loud or owed or much),
        },
        "dim" if unsure or agent.state in ("", "offline") else "",
    )


def _owed(agent: AgentView, now: Millis) -> list[Owed]:
    """What is to be done with somebody before long, or should have been."""
    return [one for one in agent.owed if one.warn <= now]


def _overdue(agent: AgentView, now: Millis) -> list[Owed]:
    return [one for one in agent.owed if one.due < now]


def _note(words: Words, people: People, agent: AgentView, now: Millis, *, limit: bool, wide: bool) -> str:
    """What else there is to know: that nobody knows, which limit it is, why they are on a break."""
    say, told = words.say, []
    group = "note" if wide else "short_note"
    if agent.overload:
        told.append(say(f"people.overload.{agent.overload}", n=agent.calls))
    for one in _owed(agent, now):
        late = one.due < now
        mark = words.marks.bands[BREACHED if late else AT_RISK]
        time = f"+{coarse(now - one.due)}" if late else coarse(one.due - now)
        told.append(f"{mark} {time} {words.short(one.norm)}")  # where it is cut, how late it is still stands
    if not agent.state:
        told.append(say(f"people.{group}.no_feed"))
    elif people.unsure(agent):
        told.append(say(f"people.{group}.silent", time=lag(now - people.heard[agent.source])))
    if limit:
        told.append(words.short(agent.norm))
    if agent.state == "break" and agent.reason:
        told.append(agent.reason)
    told += [say(f"people.mark.{mark}") for mark in sorted(agent.marks) if f"people.mark.{mark}" in say]
    return f" {words.marks.bands[RUNNING]} ".join(told)
