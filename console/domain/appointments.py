"""Field jobs by their appointments: which of somebody's clash, and which could be done along."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.frozen import frozen
from console.domain.instants import DAY, Millis

ALONG = 5
"""So many jobs are offered along."""


@frozen
class FieldJob:
    """An open job: its window (None: no appointment yet; where one end is known both are that); `who` has it,
    or is asked to."""

    id: str
    area: str = ""
    start: Millis | None = None
    end: Millis | None = None
    who: str | None = None

    def clashes(self, other: FieldJob) -> bool:
        """Whether nobody can keep both appointments for sure. Windows that only touch don't clash; an
        appointment that is a moment clashes with all that holds it."""
        if self.start is None or self.end is None or other.start is None or other.end is None:
            return False
        first, last = max(self.start, other.start), min(self.end, other.end)
        moment = self.start == self.end or other.start == other.end
        return first <= last if moment else first < last

    def away(self, other: FieldJob) -> Millis:
        """How far apart the two begin; a day where one has no appointment yet."""
        if self.start is None or other.start is None:
            return DAY
        return abs(self.start - other.start)


@frozen
class FieldJobs:
    """What is `given`, and the `others` that are open."""

    given: tuple[FieldJob, ...] = ()
    others: tuple[FieldJob, ...] = ()

    def clashes(self, agent: str) -> tuple[FieldJob, ...]:
        """What of somebody's overlaps what they are given, the first first."""
        theirs = (job for job in self.others if job.who == agent)
        return _by_start(job for job in theirs if any(job.clashes(given) for given in self.given))

    def among(self) -> tuple[FieldJob, ...]:
        """What of that which is given overlaps other of it: nobody can do all of it."""
        return _by_start(
            job for job in self.given if any(job.clashes(other) for other in self.given if other is not job)
        )

    def along(self) -> tuple[FieldJob, ...]:
        """What nobody has in the same areas, within a day: what is nearest in time first."""
        found = []
        for job in self.others:
            same = [job.away(given) for given in self.given if given.area and given.area == job.area]
            if same and job.who is None and min(same) <= DAY:
                found.append((min(same), job.id, job))
        return tuple(job for _, _, job in sorted(found, key=lambda one: one[:2])[:ALONG])

    def with_along(self) -> FieldJobs:
        """The same when what is offered along is given, too."""
        along = self.along()
        return FieldJobs((*self.given, *along), tuple(job for job in self.others if job not in along))


def _by_start(jobs: Iterable[FieldJob]) -> tuple[FieldJob, ...]:
    return tuple(sorted(jobs, key=lambda job: (job.start or 0, job.id)))
