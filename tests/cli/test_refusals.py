"""Those who want no follow-up call: customer masked, place and reason, whether a lead has read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.cli import main
from tests.conftest import ROOT

CASE = str(ROOT / "tests" / "contract" / "followup-refusals.ndjson")


def test_who_refused_where_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGS_STORE", str(tmp_path / "rings.db"))
    assert main(["ingest", CASE]) == 0
    capsys.readouterr()
    assert main(["refusals", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["item"]: (row["note"], row["read"]) for row in rows} == {
        "report/refusal/kept": ("3-302 · 没有时间", True),
        "report/refusal/late": ("3-302 · 没有时间", True),
        "report/refusal/open": ("3-302 · 没有时间", False),
    }
    assert all(row["customer"] == "139****0001" and row["agent"] == "li" for row in rows)
    assert main(["refusals", "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert text.count("2026-03-02 09:00  139****0001  3-302 · 没有时间  li") == 3
    assert "to read" in text
