"""`rings report`: the renewal rate of each area, and how often people looked at customers' numbers."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from console.cli import main

ACCOUNTS = [
    # (who, told on, area, ends on); the report is of March, as known by the end of the tenth.
    ("a", "01-01", "north", "03-05"), ("a", "02-20", "north", "09-05"),  # renewed ahead
    ("b", "01-01", "north", "03-06"), ("b", "03-09", "north", "09-06"),  # won back
    ("c", "01-01", "north", "03-07"),  # not renewed
    ("d", "01-01", "north", "03-09"), ("d", "02-01", "north", "03-02"), ("d", "03-01", "north", "08-02"),
    # d's ninth was a mistake: the term ended on the second of March, and was renewed
    ("e", "01-01", "south", "03-08"),  # not renewed, in another area
    ("f", "01-01", "south", "04-01"),  # not over yet
    ("g", "01-01", "south", "02-01"),  # over before
]  # fmt: skip
SITE = 'renewal_target = 0.8\n[agents.li]\nname = "Li Na"\n'


def line(number: int, source: str, kind: str, subject: str, time: str, **data: Any) -> str:
    return json.dumps(
        {"specversion": "1.0", "id": f"{source}{number}", "source": source, "type": kind, "subject": subject,
         "time": time, "data": data}
    )  # fmt: skip


@pytest.fixture
def report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `rings report` on those accounts, and on eleven looks at one customer within ten minutes."""
    lines = [
        line(n, "crm", "customer.account", f"customer/{who}", f"2026-{told}T12:00:00+08:00", area=area,
             expires=f"2026-{ends}T00:00:00+08:00")
        for n, (who, told, area, ends) in enumerate(ACCOUNTS)
    ]  # fmt: skip
    lines.append(
        line(0, "desk", "ticket.opened", "ticket/1", "2026-03-02T09:00:00+08:00", customer="13800000042")
    )
    lines += [
        line(
            n, "li", "item.revealed", "ticket/1", f"2026-03-02T10:{n:02}:00+08:00", actor="li", reason="call"
        )
        for n in range(11)
    ]
    lines.append(
        line(0, "wang", "item.revealed", "ticket/1", "2026-03-02T10:30:00+08:00", actor="wang", reason="call")
    )
    (tmp_path / "day.ndjson").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    store = ["--store", str(tmp_path / "rings.db")]
    assert main(["site", "apply", str(tmp_path / "site.toml"), *store]) == 0
    assert main(["ingest", str(tmp_path / "day.ndjson"), *store]) == 0
    capsys.readouterr()

    def run(*words: str) -> str:
        march = ["--from", "2026-03-01T00:00:00+08:00", "--until", "2026-03-11T00:00:00+08:00"]
        assert main(["report", *store, "--lang", "en", *march, *words]) == 0
        return capsys.readouterr().out

    return run


def test_the_renewal_rate_of_each_area_with_its_formula(report: Any) -> None:
    told = {one["renewal"]: one for one in json.loads(report("--format", "json"))["renewals"]}
    assert {area: (one["kept"], one["broken"], one["share"]) for area, one in told.items()} == {
        "north": (3, 1, 0.75),
        "south": (0, 1, 0.0),
    }
    assert told["north"]["target"] == 0.8
    assert "ended" in told["north"]["formula"]
    text = report()
    assert ["north", "1", "3", "75%"] in [line.split() for line in text.splitlines()]
    assert "rate = renewed / accounts whose term ended in this time (wanted: 80%)" in text


def test_reveals_are_counted_by_person(report: Any) -> None:
    told = json.loads(report("--format", "json"))
    assert [(one["reveal"], one["kept"], one["broken"]) for one in told["reveals"]] == [
        ("li", 10, 1),
        ("wang", 1, 0),
    ]
    norm = next(one for one in told["norms"] if one["norm"] == "floor.confidential")
    assert (norm["broken"], norm["kept"]) == (1, 11)
    assert ["Li", "Na", "1", "10"] in [line.split() for line in report().splitlines()]
    rows = list(csv.DictReader(report("--format", "csv").splitlines()))
    assert {"section": "reveal", "key": "li", "broken": "1", "kept": "10"} in rows
