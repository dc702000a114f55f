"""`rings report`: figures by hand, in all four formats."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from console.cli import main

MORNING = [
    # Two holds of 61 s and 75 s (li), one of 60 s that is kept; a caller who gave up after 70 s.
    ("call.answered", "call/1", "08:00:00", {"agent": "li", "queue": "support"}),
    ("call.held", "call/1", "08:00:10", {}),
    ("call.resumed", "call/1", "08:01:11", {}),
    ("call.held", "call/1", "09:00:00", {}),
    ("call.resumed", "call/1", "09:01:15", {}),
    ("call.held", "call/1", "09:10:00", {}),
    ("call.resumed", "call/1", "09:11:00", {}),
    ("call.offered", "call/2", "09:30:00", {"queue": "sales", "from": "13800000042"}),
    ("call.abandoned", "call/2", "09:31:10", {}),
]
NORMS = {
    "call.hold.one-minute": (2, 1),
    "call.wait": (1, 0),
    "callback.due": (1, 0),
    "call.missed.call-back": (1, 0),
}


@pytest.fixture
def report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `rings report` on that morning and answers what it prints."""
    lines = [
        json.dumps(
            {
                "specversion": "1.0", "id": str(number), "source": "pbx", "type": kind, "subject": item,
                "time": f"2026-03-02T{clock}+08:00", "data": data,
            }
        )
        for number, (kind, item, clock, data) in enumerate(MORNING)
    ]  # fmt: skip
    (tmp_path / "morning.ndjson").write_text("\n".join(lines), encoding="utf-8")
    store = ["--store", str(tmp_path / "rings.db")]
    assert main(["ingest", str(tmp_path / "morning.ndjson"), *store]) == 0
    capsys.readouterr()

    def run(*words: str, code: int = 0) -> str:
        until = ["--until", "2026-03-02T11:00:00+08:00"] if "--until" not in words else []
        assert main(["report", *store, "--lang", "en", *until, *words]) == code
        return capsys.readouterr().out

    return run


def test_it_counts_by_norm_queue_hour_and_cause(report: Any) -> None:
    told = json.loads(report("--format", "json"))
    assert {
        one["norm"]: (one["broken"], one["kept"]) for one in told["norms"] if one["norm"] in NORMS
    } == NORMS
    assert {one["queue"]: one["broken"] for one in told["queues"]} == {"support": 2, "sales": 2}
    # From the site's midnight, 16:00 UTC: 08:01 and 09:01 the holds, 09:31 the wait, 10:01 the callback.
    assert {one["hour"][11:16]: one["broken"] for one in told["hours"]} == {
        "00:00": 1,
        "01:00": 2,
        "02:00": 1,
    }
    assert {one["cause"]: one["broken"] for one in told["causes"]} == {
        "held": 2, "nobody": 1, "made_by:call.missed.call-back": 1,
    }  # fmt: skip
    assert told["broken"] == 4
    groups = {one["dimension"]: one["broken"] for one in told["dimensions"]}
    assert (groups["responsiveness"], groups["reliability"]) == (3, 1)


def test_it_tells_of_the_time_asked_for_alone(report: Any) -> None:
    told = json.loads(report("--format", "json", "--from", "2026-03-02T09:01:00.001+08:00"))
    broken = {one["norm"] for one in told["norms"] if one["broken"]}
    assert broken == {"call.wait", "callback.due", "call.missed.call-back"}


def test_text_markdown_and_csv_say_the_same(report: Any) -> None:
    text, markdown = report(), report("--format", "md")
    assert "Broken 4, kept" in text
    assert ["hold", "of", "one", "minute", "at", "most", "2", "1"] in [
        line.split() for line in text.splitlines()
    ]
    assert "| hold of one minute at most | 2 | 1 |" in markdown
    rows = list(csv.DictReader(report("--format", "csv").splitlines()))
    hold = {"section": "norm", "key": "call.hold.one-minute", "broken": "2", "kept": "1"}
    assert hold in rows
    assert {row["section"] for row in rows} == {"norm", "queue", "hour", "cause", "dimension"}


def test_a_time_that_ends_before_it_begins_is_refused(report: Any) -> None:
    report("--from", "2026-03-02T12:00:00+08:00", code=2)


def test_one_shift_alone(report: Any) -> None:
    for shift, begins, broken in (
        ("night", "2026-03-01T16:00:00.000Z", 0),
        ("last", "2026-03-01T16:00:00.000Z", 0),
        # Two holds, the wait of whoever gave up, and the callback that they were owed.
        ("early", "2026-03-02T00:00:00.000Z", 4),
        ("2026-03-02/early", "2026-03-02T00:00:00.000Z", 4),
    ):
        told = json.loads(report("--format", "json", "--shift", shift))
        assert (told["from"], told["broken"]) == (begins, broken)
    report("--shift", "dusk", code=2)
