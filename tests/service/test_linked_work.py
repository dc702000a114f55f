"""Work that came of a job is linked to it, and the job to that work, also where nobody named a case."""

from __future__ import annotations

from typing import Any

from console.domain.instants import HOUR, parse_rfc3339
from console.feeds.ndjson import read_ndjson
from tests.conftest import StillClock

START = parse_rfc3339("2026-03-02T09:00:00+08:00")
EVENTS = """\
{"specversion": "1.0", "source": "field", "id": "1", "type": "job.scheduled", "subject": "job/1", \
"time": "2026-03-02T09:00:00+08:00", "data": {"agent": "chen"}}
{"specversion": "1.0", "source": "field", "id": "2", "type": "job.step", "subject": "job/1", \
"time": "2026-03-02T09:10:00+08:00", "data": {"step": "open_point", "text": "labels", "agent": "kim"}}
{"specversion": "1.0", "source": "field", "id": "3", "type": "job.step", "subject": "job/1", \
"time": "2026-03-02T09:20:00+08:00", "data": {"step": "need", "text": "a second socket"}}
"""


async def test_a_memo_and_a_need_stand_beside_their_job_with_whose_they_are(
    open_desk: Any, tmp_path: Any
) -> None:
    desk = await open_desk(StillClock(START + HOUR))
    path = tmp_path / "day.ndjson"
    path.write_text(EVENTS)
    with path.open("rb") as stream:
        await desk.ingest(read_ndjson(stream, name="day"))
    job = await desk.view("job/1")
    assert {(row.id, row.owner) for row in job.related} == {
        ("report/memo/1/2", "kim"),
        ("ticket/need/1/3", "chen"),
    }
    memo = await desk.view("report/memo/1/2")
    assert "job/1" in {row.id for row in memo.related}
    assert memo.note == "labels"


async def test_two_feeds_that_count_their_events_have_each_need_in_a_ticket_of_its_own(
    open_desk: Any, tmp_path: Any
) -> None:
    desk = await open_desk(StillClock(START + HOUR))
    path = tmp_path / "day.ndjson"
    path.write_text(EVENTS + EVENTS.replace('"field"', '"south"').replace("job/1", "job/2"))
    with path.open("rb") as stream:
        await desk.ingest(read_ndjson(stream, name="day"))
    rows = await desk.rows(["ticket/need/1/3", "ticket/need/2/3", "report/memo/1/2", "report/memo/2/2"])
    assert len(rows) == 4
