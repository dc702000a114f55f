"""Which appointments clash, and which jobs of an area could be done along. Times are minutes."""

from __future__ import annotations

import pytest

from console.domain.appointments import FieldJob, FieldJobs
from console.domain.instants import HOUR, MINUTE


def job(
    name: str, start: int | None, end: int | None, who: str | None = None, area: str = "north"
) -> FieldJob:
    moments = (None if at is None else at * MINUTE for at in (start, end))
    return FieldJob(name, area, *moments, who)


@pytest.mark.parametrize(
    ("start", "end", "clashes"),
    [
        (0, 60, False),  # over when the other begins
        (0, 61, True),
        (80, 90, True),  # within it
        (120, 180, False),  # begins when the other is over
        (119, 180, True),
        (120, 120, True),  # a moment at its very end: nobody is there and gone by then
        (121, 121, False),
        (None, None, False),  # no appointment yet
    ],
)
def test_windows_clash_where_they_overlap(start: int | None, end: int | None, clashes: bool) -> None:
    one, other = job("one", 60, 120), job("other", start, end, "kim")
    assert (one.clashes(other), other.clashes(one)) == (clashes, clashes)


def test_clashes_are_those_of_whoever_would_get_it() -> None:
    jobs = FieldJobs(
        (job("given", 60, 120),),
        (job("late", 90, 150, "kim"), job("early", 50, 70, "kim"), job("theirs", 60, 120, "chen")),
    )
    assert [one.id for one in jobs.clashes("kim")] == ["early", "late"]
    assert [one.id for one in jobs.clashes("chen")] == ["theirs"]
    assert jobs.clashes("omar") == ()


def test_jobs_given_together_may_clash_with_each_other() -> None:
    three = (job("c", 100, 150), job("a", 60, 120), job("b", 200, 260))
    assert [one.id for one in FieldJobs(three).among()] == ["a", "c"]


def test_what_nobody_has_in_the_same_area_goes_along_nearest_in_time_first() -> None:
    day = 24 * HOUR // MINUTE
    others = (
        job("later", 200, 260),
        job("sooner", 30, 40),
        job("open", None, None),  # no appointment yet: any time will do, but those that fit best come first
        job("taken", 60, 120, "kim"),
        job("elsewhere", 60, 120, area="south"),
        job("another day", 61 + day, 121 + day),
    )
    jobs = FieldJobs((job("given", 60, 120),), others)
    assert [one.id for one in jobs.along()] == ["sooner", "later", "open"]
    assert [one.id for one in jobs.with_along().given] == ["given", "sooner", "later", "open"]
    assert FieldJobs((job("given", 60, 120, area=""),), (job("no area", 60, 120, area=""),)).along() == ()
