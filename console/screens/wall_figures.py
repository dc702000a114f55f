"""The figures of a wall: what each says, how loud it is, and what stands below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from console.domain.lengths import COARSE_OVER, coarse, lag, seconds
from console.domain.place import AT_RISK, BREACHED
from console.screens.clocks import band_at
from console.screens.level_words import percent, under
from console.screens.words import UNCONFIRMED
from console.service.levels import NOTHING, WAITING

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.screens.words import Words
    from console.service.model import QueueRow
    from console.service.wall import Figures, Wall

LOUD = {BREACHED: "breached", AT_RISK: "at-risk"}


class Figure(NamedTuple):
    """One figure: `text` is drawn large where there is room, `label` above it and below it the first of the
    `notes` that fits. `short` says all of it in a few words, for where it has no place of its own."""

    key: str
    label: str
    text: str
    style: str
    notes: tuple[str, ...]
    short: str


class Teller:
    """Puts the figures of a wall into words, as they are at `now`."""

    def __init__(self, words: Words, wall: Wall, now: Millis) -> None:
        self._words = words
        self._say = words.say
        self._wall = wall
        self._now = now

    @property
    def dot(self) -> str:
        """What stands between two facts."""
        return f" {self._words.marks.bands[2]} "

    def name(self, one: Figures) -> str:
        """What the figures are of."""
        if one.queue is None:
            return self._say("wall.floor")
        return one.queue or self._say("wall.no_queue")

    def doubt(self, one: Figures) -> str:
        """Which feeds are silent that tell of it; empty where none is."""
        names = self.silent(one)
        return f"{self._words.marks.bands[UNCONFIRMED]} {' '.join(names)}" if names else ""

    def silent(self, one: Figures) -> list[str]:
        """Their names."""
        return [feed.name for feed in self._wall.feeds if feed.lost and feed.source in one.silent]

    def figures(self, one: Figures) -> Iterator[Figure]:
        """All figures in the order in which they stand."""
        yield self._late(one, "breached", BREACHED, one.breached)
        yield self._late(one, "at_risk", AT_RISK, one.at_risk)
        yield self._wait(one)
        kinds = self.dot.join(f"{self._say(f'kinds.{kind}')} {n}" for kind, n in one.kinds.items())
        opened = self._say("head.open", n=one.open)
        yield self._of(one, "open", str(one.open), "strong", (kinds, ""), opened)
        yield self._share(one)
        if one.staff.known:
            yield self._free(one)

    def _of(
        self,
        one: Figures,
        key: str,
        text: str,
        style: str,
        notes: tuple[str, ...] = (),
        short: str = "",
        called: str = "",
    ) -> Figure:
        mark = f"{self._words.marks.bands[UNCONFIRMED]} " if one.silent else ""
        label = f"{mark}{self._say(f'wall.figure.{called or key}')}"
        return Figure(key, label, text, style, notes, short)

    def _late(self, one: Figures, key: str, band: int, number: int) -> Figure:
        mark = self._words.marks.bands[UNCONFIRMED if one.silent else band]
        label = f"{mark} {self._say(f'wall.figure.{key}')}"
        # None that is known of is no good news while a feed is silent.
        style = LOUD[band] if number else "at-risk" if one.silent else "dim"
        return Figure(key, label, str(number), style, (), f"{label} {number}")

    def _wait(self, one: Figures) -> Figure:
        row, waiting, marks = one.longest, one.levels.open.waiting, self._words.marks
        waits = row is not None and row.kind == "call" and row.state in WAITING
        if row is None:
            return self._of(one, "wait", marks.nobody, "dim")
        long = self._now - (row.opened if waits else row.at)
        text = seconds(long) if long < COARSE_OVER else coarse(long)
        phrase = self._words.phrase(row)
        notes: tuple[str, ...] = (phrase, self._words.customer(row))
        if waits:
            notes = (phrase + self.dot + self._say("wall.waiting", n=waiting), *notes)
        style = LOUD.get(band_at(row, self._now), "strong")
        told = self._of(one, "wait", text, style, notes, called="" if waits else "over")
        return told._replace(short=f"{told.label} {text}")

    def _share(self, one: Figures) -> Figure:
        level, target = one.levels.total, one.levels.target.share
        if level == NOTHING:
            return self._of(one, "share", self._words.marks.nobody, "dim")
        share = percent(level.share, target, self._words.marks.nobody)
        style = "at-risk" if under(level, one.levels) or one.silent else "strong"
        note = "" if target is None else self._say("wall.due", target=f"{target * 100:g} %")
        if under(level, one.levels):
            note = f"{self._words.marks.bands[AT_RISK]} {note}"
        told = self._of(one, "share", share.replace(" ", ""), style, (note,))
        return told._replace(short=f"{told.label} {share}")

    def _free(self, one: Figures) -> Figure:
        staff = one.staff
        free = len(staff.free)
        style = "at-risk" if not free and (one.levels.open.waiting or staff.unsure) else "strong"
        numbers = (("busy", staff.busy), ("away", staff.away), ("unsure", staff.unsure))
        note = self.dot.join(self._say(f"wall.{key}", n=number) for key, number in numbers if number)
        text = f"{self._say('wall.figure.free')} {free}"
        return Figure(
            "free",
            self._say("wall.figure.free"),
            str(free),
            style,
            (note, note.partition(self.dot)[0]),
            f"{text}{self.dot}{note}" if note else text,
        )

    # --- what is told in lines --------------------------------------------------------------------

    def lost(self, *, short: bool) -> Iterator[str]:
        """A line for each feed that is silent, and what is unconfirmed for it."""
        for feed in self._wall.feeds:
            if not feed.lost:
                continue
            kinds = sorted(self._wall.silent.get(feed.source, ()))
            what = " ".join(self._say(f"kinds.{kind}") for kind in kinds) or self._say("wall.everything")
            since = self._words.times.second(feed.heard, self._now)
            time = lag(feed.lag(self._now))
            key = "wall.unconfirmed_short" if short else "wall.unconfirmed"
            yield self._say(key, name=feed.name, time=time, since=since, what=what)

    def unconfirmed(self, row: QueueRow) -> bool:
        """Whether a row's feed is silent."""
        return row.source in self._wall.silent
