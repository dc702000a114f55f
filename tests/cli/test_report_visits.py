"""`rings report`: how many visits of each engineer were the first about their matter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.cli import main

VISITS = [
    # (job, case, engineer, arrives on)
    ("1", "c1", "chen", "03-02"),  # first
    ("2", "c1", "kim", "03-03"),  # again, whoever came first
    ("3", "c2", "kim", "03-04"),
    ("4", "c3", "kim", "03-05"),
    ("5", "c4", "kim", "02-20"),  # first, and not of this month
    ("6", "c4", "kim", "03-06"),  # again
]
SITE = 'first_visit_target = 0.85\n[agents.kim]\nname = "Kim Seo-yeon"\n'


def line(job: str, kind: str, time: str, **data: Any) -> str:
    return json.dumps(
        {"specversion": "1.0", "id": f"{kind}{job}", "source": "field", "type": kind, "subject": f"job/{job}",
         "time": time, "data": data}
    )  # fmt: skip


def report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], visits: list[tuple[str, ...]], *words: str
) -> str:
    lines = []
    for job, case, who, day in visits:
        lines.append(
            line(
                job,
                "job.scheduled",
                f"2026-{day}T08:00:00+08:00",
                case=case,
                agent=who,
                customer="13800000001",
            )
        )
        lines.append(line(job, "job.arrived", f"2026-{day}T10:00:00+08:00"))
    (tmp_path / "day.ndjson").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    store = ["--store", str(tmp_path / "rings.db")]
    assert main(["site", "apply", str(tmp_path / "site.toml"), *store]) == 0
    assert main(["ingest", str(tmp_path / "day.ndjson"), *store]) == 0
    capsys.readouterr()
    march = ["--from", "2026-03-01T00:00:00+08:00", "--until", "2026-04-01T00:00:00+08:00"]
    assert main(["report", *store, "--lang", "en", *march, *words]) == 0
    return capsys.readouterr().out


def test_the_share_of_first_visits_of_each_engineer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(report(tmp_path, capsys, VISITS, "--format", "json"))["visits"]
    assert [(one["visit"], one["broken"], one["kept"], one["share"], one["target"]) for one in told] == [
        ("kim", 2, 2, 0.5, 0.85),
        ("chen", 0, 1, 1.0, 0.85),
    ]


def test_the_share_is_told_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = report(tmp_path, capsys, VISITS)
    assert ["Kim", "Seo-yeon", "2", "2", "50%"] in [one.split() for one in text.splitlines()]
    assert "share = first visits / visits in this time (wanted: 85%)" in text


def test_where_nobody_came_again_there_is_nothing_to_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "visits by engineer" not in report(tmp_path, capsys, VISITS[2:4])
