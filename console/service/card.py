"""What the record tells of one person: their clocks, what was seen of them, what is to be done again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from console.domain.card import Sight
from console.domain.checklists import TOLD
from console.domain.event import OURS
from console.domain.frozen import frozen
from console.domain.instants import DAY, Millis
from console.domain.place import BREACHED
from console.domain.query import Query
from console.domain.roster import COMPLAINT, RECORD
from console.service import board
from console.service.confided import hidden
from console.service.people import agents
from console.service.revealed import REVEALED, REVEALS

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.service.model import AgentView
    from console.service.ports import Reader

PERIOD: Millis = 91 * DAY
"""So far back a card tells."""

MOST_ITEMS = 2_000
"""Of what they had in hand so much is looked through, what was touched last."""

LATE = 100
"""So many of their open items that are late are counted, at most."""

_SEEN = frozenset(TOLD.values())
_GRADES = range(1, 6)


@frozen
class Finding:
    """What was not well, for which norm, when, and who saw it."""

    norm: str
    text: str
    time: Millis
    by: str


@frozen
class Card:
    """One person from `since` to `until`. `verdicts` are (kept, broken) clocks by norm, of `items` that they
    had in hand; `broke` how often norms without a clock were broken there, of which nobody counts what was
    kept. `late` is how many of their open items are, `reveals` how often they had a customer shown,
    `complaints` how many were held valid. `findings` are the latest first."""

    agent: AgentView
    since: Millis
    until: Millis
    items: int
    verdicts: Mapping[str, tuple[int, int]]
    broke: Mapping[str, int]
    sights: tuple[Sight, ...]
    findings: tuple[Finding, ...]
    late: int
    reveals: int
    complaints: int


def card(reader: Reader, agent: str, viewer: str, now: Millis) -> Card | None:
    """The card of an agent as `viewer` may see it; None where nobody knows them."""
    view = next((one for one in agents(reader, now) if one.id == agent), None)
    if view is None:
        return None
    rules = reader.rulebook().at(now)
    site, since, kept = rules.site, now - PERIOD, hidden(rules, viewer)
    had = reader.handled(agent, since, MOST_ITEMS)
    own = [
        event
        for row in {f"agent/{agent}", *(row.id for row in reader.agents())}
        if site.agent(row.partition("/")[2]) == agent
        for event in reader.told_before_of(row, RECORD, now + 1)
        if event.time >= since
    ]
    told = [
        event
        for event in (*own, *reader.told_of(had, _SEEN - RECORD, since, now))
        if str(event.data.get("norm")) not in kept
    ]
    told.sort(key=lambda event: (event.time, event.id))
    verdicts, broke = _verdicts(reader, agent, had, since, now)
    return Card(
        view,
        since,
        now,
        len(had),
        verdicts,
        broke,
        tuple(sight for event in told for sight in _sights(event)),
        tuple(finding for event in reversed(told) for finding in _findings(event)),
        _late(reader, agent, now),
        sum(effect.type == REVEALED for effect in reader.effects_on(f"{REVEALS}{agent}", since)),
        sum(event.data.get(COMPLAINT) is True for event in own),
    )


def _verdicts(
    reader: Reader, agent: str, had: list[str], since: Millis, now: Millis
) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
    """Of the clocks that ran, and the norms that broke, while they had the item, or their telephone rang."""
    found: dict[str, tuple[int, int]] = {}
    broke: Counter[str] = Counter()
    for clock in reader.clocks_on(had):
        if agent not in clock.agents:
            continue
        for verdict, moment in clock.verdicts(now):
            if moment < since or verdict not in ("kept", "broken"):
                continue
            if clock.timed:
                kept, broken = found.get(clock.norm, (0, 0))
                found[clock.norm] = (kept + (verdict == "kept"), broken + (verdict == "broken"))
            else:
                broke[clock.norm] += verdict == "broken"
    ordered = sorted(found.items(), key=lambda one: (-one[1][1], -one[1][0], one[0]))
    return dict(ordered), dict(broke.most_common())


def _sights(event: Event) -> Iterator[Sight]:
    norm, failed = str(event.data.get("norm", "")), event.data.get("failed")
    if norm and isinstance(failed, list):
        marks = event.data.get("marks")
        seen = marks.items() if isinstance(marks, dict) else ()
        yield Sight(
            norm,
            tuple(str(one) for one in failed),
            {str(item): mark == "ok" for item, mark in seen if mark in ("ok", "not")},
        )
    for name in ("attitude", "answers", "speed"):
        grade = event.data.get(name)
        if isinstance(grade, int) and not isinstance(grade, bool) and grade in _GRADES:
            yield Sight("", of=name, grade=grade)


def _findings(event: Event) -> Iterator[Finding]:
    failed = event.data.get("failed")
    by = str(event.data.get("actor") or (event.source if event.source != OURS else ""))
    for text in failed if isinstance(failed, list) else ():
        yield Finding(str(event.data.get("norm", "")), str(text), event.time, by)


def _late(reader: Reader, agent: str, now: Millis) -> int:
    rows = board.window(reader, Query(terms=(("owner", agent, True),)), LATE, None, None, now).rows
    return sum(row.band == BREACHED for row in rows)
