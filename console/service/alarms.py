"""Sounding alerts: what to look at since the last look, and who rings, once among all consoles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from console.domain.alerts import Alert, Burst, Sense, counted, renewed, senses
from console.domain.fold import site_midnight
from console.domain.frozen import frozen
from console.service.alert_mark import Mark
from console.service.concern import concerned
from console.service.summary import load

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.ports import Reader, Store, Writer

PORTION = 100
"""Items in one look, at most: after a quiet night there are thousands, and others read and write too."""

BEHIND = 25
"""As many of those that broke before anybody looked, while there are more of them: what breaks now comes
first, and a floor that has been overdue since yesterday can be caught up with in a while."""

NOW: Millis = 5_000
"""What broke so lately breaks now, where no look was before."""

WORTH = 20
"""So many items at one look are worth telling the other consoles that they are looked at."""

LEASE: Millis = 1_500
"""For so long after that the others leave looking to whoever told it: each would find the same. Longer than
a look's second, so that it stays with one of them; an alert waits so long at most where that one is gone."""

SILENT: Millis = 2 * LEASE
"""So long ago rang, for the other consoles, what is told later as one: they have listened since."""


@frozen
class Sounded:
    """What rang at a look: `here`, or at somebody else's console since the last look, in `elsewhere`.

    `behind`: more has been broken for some time and was not looked at yet. None of that rings by itself; it
    is told once all of it was found, as one, in `older`.
    """

    here: tuple[Alert, ...] = ()
    elsewhere: tuple[Alert, ...] = ()
    behind: bool = False
    older: Burst | None = None


class _Seen(NamedTuple):
    """What a look found: what is left for the next one, what changes, what of that broke just `now`, how many
    were looked at, and how far was looked (None: another does). `start` is from where, `elsewhere` what rang
    there."""

    elsewhere: list[Alert]
    todo: list[str]
    items: list[str]
    now: Collection[str]
    looked: int
    start: Mark
    reached: Mark | None


class Alarms:
    """Looks for alerts on behalf of one console or daemon; each look costs what happened since the last."""

    def __init__(self, store: Store, *, read_only: bool = False) -> None:
        self._store = store
        self._read_only = read_only
        self._mark: Mark | None = None
        self._safe = Mark()
        self._told: Mark | None = None
        self._todo: list[str] = []
        self._heard: Millis | None = None
        self._behind: Millis | None = None
        self._older: Counter[str] = Counter()

    async def look(self, now: Millis) -> Sounded:
        """Find what is new at `now`, keep it, and tell what rings. Whoever keeps it first rings."""
        seen = await self._store.read(lambda reader: self._read(reader, now))
        rung: list[Alert] = []
        safe, since, behind = seen.start, self._behind, False
        # A first look that does not get to the end rings. What the next ones find of old things is one more
        # ring's worth at most: thousands would ring for minutes.
        old = frozenset() if since is None else frozenset(seen.items).difference(seen.now)
        if seen.reached is not None:
            behind = bool(seen.todo) or seen.reached.due < now
            # Whoever starts anew looks at what is left to do once more.
            started = seen.start if self._mark is None else self._safe
            safe = (started if seen.todo else seen.reached)._replace(at=now)
            if seen.items or seen.looked >= WORTH:
                rung = await self._store.write(
                    lambda writer: _keep(writer, seen.items, safe, now, dict.fromkeys(old, since or now))
                )
                self._told = safe
        self._todo, self._mark, self._safe, self._heard = seen.todo, seen.reached, safe, now
        self._older.update(alert.norm for alert in rung if alert.item in old)
        self._behind = (since or now - SILENT) if behind else None
        here = tuple(alert for alert in rung if alert.item not in old)
        return Sounded(here, tuple(seen.elsewhere), behind, None if behind else self._caught_up())

    def _caught_up(self) -> Burst | None:
        found, self._older = self._older, Counter()
        return counted(found) if found else None

    def _read(self, reader: Reader, now: Millis) -> _Seen:
        elsewhere = [] if self._heard is None else reader.rung_since(self._heard)
        told = reader.alert_mark()
        if self._read_only or (told != self._told and 0 <= now - told.at < LEASE):
            return _Seen(elsewhere, [], [], (), 0, told, None)
        start = self._mark or told
        lately = now - NOW if self._heard is None else self._heard
        new = reader.passed_due(lately, now, PORTION)[0] if start.due < lately else []
        found, due = candidates(reader, start, now, max(0, BEHIND - len(self._todo)))
        todo = list(dict.fromkeys([*new, *self._todo, *found]))
        portion, later = todo[:PORTION], todo[PORTION:]
        items = [item for item in portion if _changes(reader, item, now)]
        reached = Mark(reader.newest_event(), due)
        return _Seen(elsewhere, later, items, new, len(portion), start, reached)


def candidates(
    reader: Reader, mark: Mark, now: Millis, most: int | None = None
) -> tuple[Iterable[str], Millis]:
    """The items that may have got an alert, or whose alerts may have changed; and as `happened`."""
    found, due = happened(reader, mark, now, most)
    return dict.fromkeys([*found, *reader.waking_alerts(now)]), due


def happened(
    reader: Reader, mark: Mark, now: Millis, most: int | None = None
) -> tuple[Iterable[str], Millis]:
    """The items to which something happened since a look, or of which a clock was due since; and before when
    these were due. `most` of those that were due are told of, or a few more: a console that starts on a large
    floor would keep thousands for as long as it takes to look at them."""
    found: dict[str, None] = {}
    touched = reader.touched_since(mark)
    for item in touched or ():
        found[item] = None
        for effect in reader.effects_of(item):
            found.update(dict.fromkeys(concerned(reader, effect)))
    # After a great deal came at once, or a long rest, all that became due of late is looked at.
    late, due = reader.passed_due(0 if touched is None else mark.due, now, most)
    return found | dict.fromkeys(late), due


def _changes(reader: Reader, item_id: str, now: Millis) -> bool:
    """Whether an item is worth folding: something of it is broken, or it has alerts that burn."""
    if any(clock.broken(now) for clock in reader.clocks_of(item_id)):
        return bool(_renewed(reader, item_id, now))
    return any(alert.ended is None for alert in reader.alerts_of(item_id).values())


def _renewed(reader: Reader, item_id: str, now: Millis) -> list[Alert]:
    book = reader.rulebook()
    row = reader.item(item_id)
    # An act may have taken a time a little later than now.
    moment = now if row is None else max(now, row.last)
    item = load(reader, item_id, book, moment)
    return renewed(item, reader.alerts_of(item_id), now, book.at(now).site.acknowledged_for)


def _keep(
    writer: Writer, items: Iterable[str], mark: Mark, now: Millis, rung: Mapping[str, Millis]
) -> list[Alert]:
    """Work them out anew among those that others have kept by now; what rings is what nobody rang. What rings
    of the items in `rung` did so at that time, as part of what rang then: no other console tells of it."""
    found = [alert for item in items for alert in _renewed(writer, item, now)]
    rings = [alert for alert in found if alert.rung == now]
    kept = [
        replace(alert, rung=rung[alert.item]) if alert.rung == now and alert.item in rung else alert
        for alert in found
    ]
    writer.put_alerts(kept, mark)
    return rings


def shift_start(reader: Reader, now: Millis) -> Millis:
    """When this shift began; a floor without shifts has one a day, from its midnight on."""
    rules = reader.rulebook().at(now)
    running = rules.site.shifts.running(now)
    return site_midnight(rules, now) if running is None else running.start


def shift_senses(reader: Reader, now: Millis) -> Mapping[str, Sense]:
    """By norm, what became of the alerts of this shift."""
    lasts = reader.rulebook().at(now).site.acknowledged_for
    return senses(reader.alerts_since(shift_start(reader, now)), now, lasts)
