"""What it costs to give something to a person or queue, in words: its clock, how soon, what waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.lengths import lag
from console.domain.place import BREACHED, PAUSED
from console.domain.price import Price, price, ready
from console.domain.query import Query
from console.screens.clocks import band_at, clock_text
from console.screens.giving import NAMED, clash_words, job_words
from console.service.offering import Offers
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.domain.instants import Millis
    from console.screens.reports import Reporter
    from console.screens.wishing import Host, Rows
    from console.screens.words import Words
    from console.service.model import AgentView, QueueRow

WORK = 60
"""Of what somebody has, so much is looked at: the worst."""


class Pricing:
    """Prices of giving `rows`, for as long as one picker is open."""

    def __init__(self, host: Host, rows: Rows) -> None:
        self._host = host
        self._rows = rows
        self._offers = Offers()
        self._work: dict[str, tuple[QueueRow, ...]] = {}

    async def renew(self) -> Offers:
        """Look anew at what there is to choose from. Raises StoreProblem."""
        self._offers = await self._host.desk.offers([row.id for row in self._rows], self._offers)
        self._work.clear()
        return self._offers

    def more(self) -> bool:
        """Whether there are other jobs that could be given along."""
        return bool(self._offers.jobs.along())

    async def along(self) -> Rows:
        """Those that are still there. Raises StoreProblem."""
        rows = await self._host.desk.rows([job.id for job in self._offers.jobs.along()])
        return tuple(row for row in rows.values() if row.owner is None and row.asked is None)

    def clashes(self, choice: str, *, along: bool = False) -> list[str]:
        """Which appointments somebody could not keep, a line each; `along`: with what is given along."""
        words, now = self._host.reporter.words, self._host.reporter.now
        jobs = self._offers.jobs.with_along() if along else self._offers.jobs
        lines = [clash_words(words, jobs.clashes(choice), now)]
        if among := () if choice.startswith("#") else jobs.among():
            lines.append(words.say("price.overlap", what=job_words(words, among, now)))
        return [line for line in lines if line]

    async def told(self, choice: str, along: bool = False) -> str:
        """What it costs to give it to a choice of the picker; empty where that could not be read."""
        reporter = self._host.reporter
        first = [*self.clashes(choice, along=along), self._along(along), clock_line(reporter, self._rows)]
        stop = reporter.words.say("price.stop")
        if choice.startswith("#"):
            return stop.join(filter(None, first))
        try:
            theirs = await self._work_of(choice)
            owner = self._rows[0].owner
            others = await self._work_of(owner) if owner and len(self._rows) == 1 else ()
        except StoreProblem:
            return ""
        now = reporter.now
        cost = self._price(choice, theirs, now)
        lines = [*first, self._person(reporter, choice)]
        if owner and owner != choice and len(self._rows) == 1:
            sooner = cost.sooner(self._price(owner, others, now))
            if sooner is not None:
                key = "price.sooner" if sooner else "price.no_sooner"
                lines.append(reporter.words.say(key, who=reporter.words.person(owner)))
        lines += work_lines(reporter, cost)
        return stop.join(filter(None, lines))

    def _along(self, along: bool) -> str:
        """What else of the area could be given, or is."""
        words, jobs = self._host.reporter.words, self._offers.jobs.along()
        if not jobs:
            return ""
        what, areas = job_words(words, jobs, self._host.reporter.now), dict.fromkeys(job.area for job in jobs)
        key = "price.with_along" if along else "price.along"
        return words.say(key, n=len(jobs), area=words.say.several(areas), what=what)

    async def _work_of(self, agent: str) -> tuple[QueueRow, ...]:
        if agent not in self._work:
            query = Query(terms=(("owner", agent, True),))
            self._work[agent] = (await self._host.desk.window(query, WORK)).rows
        return self._work[agent]

    def _price(self, agent: str, theirs: Sequence[QueueRow], now: Millis) -> Price[QueueRow]:
        view = self._view(agent)
        soon = ready(view.state, unsure=self._offers.unsure(view)) if view else "unknown"
        return price(self._rows, theirs, soon, now)

    def _view(self, agent: str) -> AgentView | None:
        return next((view for view in self._offers.agents if view.id == agent), None)

    def _person(self, reporter: Reporter, agent: str) -> str:
        """What they do now, and by when a norm wants them back."""
        say, who = reporter.words.say, reporter.words.person(agent)
        view = self._view(agent)
        if view is None or not view.state:
            return say("price.not_told", who=who)
        if self._offers.unsure(view):
            return say("price.unsure", who=who)
        if view.state == "available":
            return say("price.free", who=who)
        if view.due is not None and view.due > reporter.now and view.norm:
            left = lag(view.due - reporter.now)
            return say("price.limited", who=who, state=say.word("agent", view.state), time=left)
        return say("price.busy", who=who, state=say.word("agent", view.state))


def clock_line(reporter: Reporter, rows: Rows) -> str:
    """How the clocks of what is given stand: of one its time, of several how many are late."""
    say, now = reporter.words.say, reporter.now
    if len(rows) == 1:
        return _clock(reporter.words, rows[0], now)
    late = sum(band_at(row, now) == BREACHED for row in rows)
    ahead = [row for row in rows if row.due is not None and row.paused is None and row.due >= now]
    soonest = min(ahead, key=lambda row: row.due or 0, default=None)
    told = say("price.several_late", n=late, of=len(rows)) if late else ""
    if soonest is None:
        return told
    return reporter.words.say("price.stop").join(
        filter(None, (told, say("price.soonest", time=clock_text(soonest, now), n=len(ahead))))
    )


def work_lines(reporter: Reporter, cost: Price[QueueRow]) -> list[str]:
    """What of theirs comes first, and what has to wait."""
    say = reporter.words.say
    return [
        say(key, n=len(rows), what=_named(reporter, rows))
        for key, rows in (("price.before", cost.before), ("price.waits", cost.waits))
        if rows
    ]


def _clock(words: Words, row: QueueRow, now: Millis) -> str:
    say, why = words.say, words.why(row, now, short=True)
    text = clock_text(row, now)
    if not text:
        return say("price.no_clock")
    band = band_at(row, now)
    key = "late" if band == BREACHED else "paused" if band == PAUSED else "left"
    return say(f"price.{key}", why=why, time=text.removeprefix("+"))


def _named(reporter: Reporter, rows: Sequence[QueueRow]) -> str:
    words, now = reporter.words, reporter.now
    named = [f"{words.phrase(row)} {clock_text(row, now)}" for row in rows[:NAMED]]
    if len(rows) > NAMED:
        named.append(words.say("price.more", n=len(rows) - NAMED))
    return words.say.several(named)
