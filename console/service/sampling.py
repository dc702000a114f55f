"""Norms that want a share of what was done looked into again: who is drawn each day, how each month stands.

What may be drawn waits in the norm's pool (`domain.pools`), told by whatever was done, in the order of
its time. A draw is an event like any other, so what was drawn once stays so, whatever is told late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from secrets import token_hex
from typing import TYPE_CHECKING

from console.domain.causes import REFUSED
from console.domain.clock import ClockRow
from console.domain.event import OURS, Event
from console.domain.frozen import frozen
from console.domain.instants import DAY, Millis
from console.domain.localtime import local_day, local_moment, midnight
from console.domain.pools import pool
from console.domain.sample import Standing, draw, percent
from console.domain.schedule import seed_of
from console.service.ledger import refold

if TYPE_CHECKING:
    from console.domain.item import Effect
    from console.domain.norm import Norm
    from console.domain.rules import Rules
    from console.domain.schedule import Occasion
    from console.domain.site import Site
    from console.service.ports import Reader, Writer
    from console.service.rows import ItemRow

_SALT = "sample"
"""The store's note of what is drawn with: nobody who could choose knows it. Each day's seed comes of it and
stands in what was drawn, so that whoever doubts it can draw again."""

FORMULA = "done / (finished - excused), of the month to date; excused: refused"

_DONE, _REFUSED = "done", "refused"

_LONGEST_MONTH: Millis = 32 * DAY


@frozen
class Share:
    """How a norm `stands` in a month (`2026-03`) of the site's, and the share that is wanted of it."""

    norm: str
    month: str
    stands: Standing
    target: float


@frozen
class Month:
    """How a norm that wants a share stands in one month: all of it, and by the norm that made what is looked
    into, all of which is wanted."""

    norm: str
    name: str
    target: float
    whole: Standing
    made_by: Mapping[str, Standing]

    @property
    def shares(self) -> Iterator[Share]:
        """The whole first, then what is always looked into."""
        yield Share(self.norm, self.name, self.whole, self.target)
        for norm, stands in self.made_by.items():
            yield Share(norm, self.name, stands, 1.0)


def sampled(rules: Rules) -> Iterator[tuple[Norm, float]]:
    """The norms in force that want a share, and how large a one is wanted here; 0 is none."""
    for norm in rules.pack.norms:
        if norm.task is not None and norm.task.share is not None:
            share = rules.site.numbers.get(norm.id, norm.task.share)
            if share > 0:
                yield norm, min(share, 1.0)


def is_asked(reader: Reader, norm: Norm, site: Site) -> bool:
    """Whether this floor is held to it: it looks into such things at all, or its settings name the share."""
    assert norm.task is not None
    kind = norm.task.item.partition("/")[0]
    return norm.id in site.numbers or bool(reader.items_under(f"{kind}/", 1))


def draw_for(writer: Writer, occasion: Occasion, now: Millis) -> int:
    """Draw what the period that is over lacks; answers how many that were. It happened within the period: at
    its last moment."""
    rules = writer.rulebook().at(occasion.moment)
    norm, moment = occasion.norm, occasion.period.end - 1
    share = {each.id: share for each, share in sampled(rules)}.get(norm.id, 0)
    if not share or not is_asked(writer, norm, rules.site):
        return 0
    pooled = _pooled(writer, norm, _month_start(moment, rules.site), moment + 1)
    rows = _rows(writer, pooled)
    lacks = _standing(writer, pooled, rows, moment, rules.site).lacks(share)
    fresh = {
        effect.cause: effect
        for effect in pooled
        if effect.time >= occasion.period.start and _item(effect) not in rows
    }
    if not lacks or not fresh:
        return 0
    if not writer.meta(_SALT):
        writer.put_meta(_SALT, token_hex(8))
    seed = seed_of(writer.meta(_SALT), occasion.name)
    willing = [cause for cause, effect in fresh.items() if not _unwilling(writer, effect, rules.site)]
    chosen = draw(willing, lacks, seed)
    for cause in chosen:
        effect = fresh[cause]
        data = {name: value for name, value in effect.data.items() if name != "item"}
        event = Event(
            source=OURS,
            id=f"{norm.id}:{cause}",
            type=effect.type,
            subject=_item(effect),
            time=moment,
            data={**data, "period": occasion.period.name, "seed": seed},
        )
        writer.add_event(event, now)
        refold(writer, [event.subject], writer.rulebook(), max(now, event.time))
    return len(chosen)


def month_to_date(reader: Reader, until: Millis) -> list[Month]:
    """How each norm stands in the month of `until`, as of then; where nothing was done, it is left out."""
    rules = reader.rulebook().at(until)
    start = _month_start(until, rules.site)
    found = []
    for norm, share in sampled(rules):
        if is_asked(reader, norm, rules.site):
            month = _month(reader, norm, share, rules, start, until, until)
            found += [month] if month.whole.finished else []
    return found


def months_judged(reader: Reader, until: Millis, since: Millis | None = None) -> Iterator[ClockRow]:
    """A row for each month that can be judged by `until`, those that are kept too (nothing is `missing`): at
    the end of the day after its last, when all that was drawn had to be done. From `since` on, else from the
    first month on."""
    rules = reader.rulebook().at(until)
    zone = rules.site.tzinfo
    for norm, share in sampled(rules):
        if not is_asked(reader, norm, rules.site):
            continue
        first = since - 2 * _LONGEST_MONTH if since is not None else None
        times = [effect.time for effect in reader.effects_on(pool(norm.id), first) if effect.time < until]
        for start in sorted({_month_start(time, rules.site) for time in times}):
            end = _month_start(start + _LONGEST_MONTH, rules.site)
            judged = midnight(end, zone, days=1)
            if judged > until or (since is not None and judged < since):
                continue
            month = _month(reader, norm, share, rules, start, end, judged)
            part = month.whole.share
            short = part is not None and part < share
            said = f"followed_up {percent(part or 0)}% < {share:.0%}"
            yield ClockRow(
                item=f"floor/{norm.id}/{month.name}",
                norm=norm.id,
                period=1,
                name=f"{norm.id}@floor/{month.name}",
                severity=norm.severity,
                started=judged,
                warn=judged,
                due=judged,
                stopped=judged,
                rule="count",
                missing=(said,) if short else (),
            )


def _month(
    reader: Reader, norm: Norm, share: float, rules: Rules, start: Millis, end: Millis, moment: Millis
) -> Month:
    pooled = _pooled(reader, norm, start, end)
    rows = _rows(reader, pooled)
    makers = Counter(row.reason for row in rows.values() if row.reason != norm.id)
    classes = {
        maker: _standing(
            reader, [effect for effect in pooled if _made_by(effect, rows) == maker], rows, moment, rules.site
        )
        for maker in sorted(makers)
        if maker in rules.pack.by_id
    }
    name = local_day(start, rules.site.tzinfo).isoformat()[:7]
    return Month(norm.id, name, share, _standing(reader, pooled, rows, moment, rules.site), classes)


def _pooled(reader: Reader, norm: Norm, start: Millis, end: Millis) -> list[Effect]:
    return [effect for effect in reader.effects_on(pool(norm.id), start - 1) if effect.time < end]


def _item(effect: Effect) -> str:
    return str(effect.data.get("item", ""))


def _made_by(effect: Effect, rows: Mapping[str, ItemRow]) -> str:
    row = rows.get(_item(effect))
    return row.reason if row else ""


def _rows(reader: Reader, pooled: Sequence[Effect]) -> dict[str, ItemRow]:
    rows = reader.items([_item(effect) for effect in pooled])
    return {row.id: row for row in rows if not row.withdrawn}


def _standing(
    reader: Reader, pooled: Collection[Effect], rows: Mapping[str, ItemRow], moment: Millis, site: Site
) -> Standing:
    """As of `moment`, from rows as they are now: how one ended counts once it had. Who refused before is
    excused without being asked."""
    words: Counter[str] = Counter()
    for effect in pooled:
        row = rows.get(_item(effect))
        if row is None or row.opened > moment:
            words[_REFUSED] += _unwilling(reader, effect, site)
            continue
        ended = row.over is not None and row.over <= moment
        words[row.state if ended else "open"] += 1
    return Standing(len(pooled), words[_DONE], words["open"], words[_REFUSED])


def _unwilling(reader: Reader, effect: Effect, site: Site) -> bool:
    """Whether the customer refused such a thing before, and that still holds."""
    customer = effect.data.get("customer")
    since = effect.time - site.refused_for
    told = reader.effects_on(f"customer/{customer}", since) if customer else []
    return any(each.type == REFUSED and each.time < effect.time for each in told)


def _month_start(moment: Millis, site: Site) -> Millis:
    return local_moment(local_day(moment, site.tzinfo).replace(day=1), 0, site.tzinfo)
