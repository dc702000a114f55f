"""The report of a shift, or of any time: what broke by norm, queue, hour and cause, and what was kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from console.domain.alerts import Sense, senses
from console.domain.dimensions import Dimensions, dimension_of
from console.domain.frozen import frozen
from console.domain.instants import HOUR, Millis
from console.service.breaches import Breach, breaches
from console.service.first_visits import first_visits
from console.service.renewal import renewals
from console.service.revealed import CONFIDENTIAL, REVEALED, REVEALS
from console.service.sampling import Month, month_to_date

if TYPE_CHECKING:
    from console.service.ports import Reader

_MOST_PEOPLE = 1000

MISSING, FOUND, MADE_BY, HELD, NOBODY = "missing", "found", "made_by", "held", "nobody"
"""Why something broke, as far as the record tells: something was missing; it was work that a norm had made;
somebody had it and was late; nobody had it."""


@frozen
class Line:
    """One line of a section: how often `key` was kept and broken; `kept` is None where nobody counts it."""

    key: str
    broken: int
    kept: int | None = None


@frozen
class ShiftReport:
    """What broke from `since` until `until`. `hours` are keyed by their first moment in milliseconds,
    `causes` by a word of this module, with what it was after a colon. What was kept is counted in whole
    quarters of an hour. `reveals` say by person how often they had a customer shown, within the limit and
    beyond it; `visits` by person how many of their visits were first ones and how many second ones;
    `renewals` by area how many accounts whose term ended run on, and how many don't. `samples` say
    how what is looked into by a share stands in the month of `until`, as of then.
    """

    since: Millis
    until: Millis
    broken: int
    kept: int
    norms: tuple[Line, ...]
    queues: tuple[Line, ...]
    hours: tuple[Line, ...]
    causes: tuple[Line, ...]
    dimensions: tuple[Line, ...]
    reveals: tuple[Line, ...]
    renewals: tuple[Line, ...]
    visits: tuple[Line, ...]
    samples: tuple[Month, ...]
    alerts: Mapping[str, Sense]


def shift_report(reader: Reader, since: Millis, until: Millis, dimensions: Dimensions) -> ShiftReport:
    """The report of what broke at or after `since` and before `until`."""
    found = [breach for breach in breaches(reader, until, since) if breach.clock.broke < until]
    kept = _kept(reader, since, until)
    causes = [_cause(reader, breach) for breach in found]
    by_norm = Counter(breach.clock.norm for breach in found)
    book = reader.rulebook()
    tasks = {norm.id for _, rules in book.versions for norm in rules.pack.norms if norm.form == "task"}
    # A task breaks through the clock of what it made, and is counted with it.
    by_norm.update(made_by for cause in causes if (made_by := cause.removeprefix(f"{MADE_BY}:")) in tasks)
    norms = _lines(by_norm, kept)
    grouped_broken: Counter[str] = Counter()
    grouped_kept: Counter[str] = Counter()
    for line in norms:
        if line.key in tasks:
            continue
        name = dimension_of(line.key, dimensions)
        grouped_broken[name] += line.broken
        grouped_kept[name] += line.kept or 0
    lasts = book.at(until).site.acknowledged_for
    fired = [alert for alert in reader.alerts_since(since) if alert.fired < until]
    return ShiftReport(
        since=since,
        until=until,
        broken=len(found),
        kept=sum(number for norm, number in kept.items() if norm not in tasks),
        norms=norms,
        queues=_lines(Counter(breach.queue for breach in found)),
        hours=_by_hour(found, since),
        causes=_lines(Counter(causes)),
        dimensions=tuple(
            Line(name, grouped_broken[name], grouped_kept[name])
            for name in (*dimensions, "")
            if name or grouped_broken[name] or grouped_kept[name]
        ),
        reveals=_reveals(reader, since, until),
        renewals=tuple(
            Line(each.area, each.ended - each.renewed, each.renewed)
            for each in renewals(reader, since, until)
        ),
        visits=tuple(Line(*each) for each in first_visits(reader, since, until)),
        samples=tuple(month_to_date(reader, until)),
        alerts=senses(fired, until, lasts),
    )


def _reveals(reader: Reader, since: Millis, until: Millis) -> tuple[Line, ...]:
    found = []
    for row in reader.items_under(REVEALS, _MOST_PEOPLE):
        times = sum(
            effect.type == REVEALED and effect.time < until for effect in reader.effects_on(row.id, since - 1)
        )
        beyond = sum(
            bool(clock.missing) and clock.norm == CONFIDENTIAL and since <= clock.due < until
            for clock in reader.clocks_of(row.id)
        )
        if times:
            found.append(Line(row.id.removeprefix(REVEALS), beyond, times - beyond))
    return tuple(sorted(found, key=lambda line: (-line.broken, -(line.kept or 0), line.key)))


def _kept(reader: Reader, since: Millis, until: Millis) -> Mapping[str, int]:
    counted = Counter(dict(reader.verdicts(since)))
    counted.subtract(reader.verdicts(until))
    return {
        measure.removeprefix("kept:"): number
        for measure, number in counted.items()
        if number > 0 and measure.startswith("kept:")
    }


def _lines(broken: Mapping[str, int], kept: Mapping[str, int] | None = None) -> tuple[Line, ...]:
    """The most broken first, then by name."""
    keys = {*broken, *(kept or ())}
    lines = (Line(key, broken.get(key, 0), None if kept is None else kept.get(key, 0)) for key in keys)
    return tuple(sorted(lines, key=lambda line: (-line.broken, line.key)))


def _by_hour(found: Iterable[Breach], since: Millis) -> tuple[Line, ...]:
    hours = Counter(since + (breach.clock.broke - since) // HOUR * HOUR for breach in found)
    return tuple(Line(str(hour), hours[hour]) for hour in sorted(hours))


def _cause(reader: Reader, breach: Breach) -> str:
    clock = breach.clock
    if clock.missing:
        # Of a figure its name alone: each value would be a cause of its own.
        norm = reader.rulebook().at(clock.started).pack.by_id.get(clock.norm)
        # A norm that asks for nothing on record tells what was not well, or a figure beyond its limit.
        word = FOUND if norm and norm.check and not norm.check.needs else MISSING
        return f"{word}:{re.split(r' -?[0-9]', clock.missing[0])[0]}"
    row = reader.item(clock.item)
    if row is not None and row.reason in reader.rulebook().at(row.opened).pack.by_id:
        return f"{MADE_BY}:{row.reason}"
    return HELD if clock.agents else NOBODY
