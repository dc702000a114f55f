"""The contract cases: event files and the breaches that they must give, worked out by hand from the norms."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from console.domain.instants import parse_rfc3339
from console.feeds.ndjson import read_ndjson
from console.output.contract import breach_object
from console.service.breaches import breaches
from tests.conftest import StillClock
from tests.domain.ten_norms import ON_PAPER

CASES = sorted(Path(__file__).parent.glob("*.ndjson"))
LATER = "2026-03-09T00:00:00Z"


def compared(rows: list[dict[str, Any]], keys: set[str]) -> list[dict[str, Any]]:
    return [{key: row[key] for key in keys} for row in rows]


def expected(case: Path) -> tuple[str, list[str], list[dict[str, Any]]]:
    """(until, the norms compared, the breaches): where a case names no norms, those of the first clocks."""
    answer = json.loads(case.with_suffix("").with_suffix(".expected.json").read_text(encoding="utf-8"))
    rows = [{**row, "item": row["item"].removeprefix("*")} for row in answer["breaches"]]
    named = {row["norm"] for row in rows}
    return answer["until"], answer.get("norms", sorted(named if named - ON_PAPER else ON_PAPER)), rows


async def given(desk: Any, lines: list[bytes], tmp_path: Path, batch: int) -> None:
    for start in range(0, len(lines), batch):
        path = tmp_path / "part.ndjson"
        path.write_bytes(b"".join(lines[start : start + batch]))
        with path.open("rb") as stream:
            await desk.ingest(read_ndjson(stream, name="part"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
@pytest.mark.parametrize(("now", "seed"), [("until", None), (LATER, 2)])
async def test_case_gives_its_verdicts(
    case: Path, now: str, seed: int | None, open_desk: Any, tmp_path: Path
) -> None:
    until, norms, rows = expected(case)
    desk = await open_desk(StillClock(until if now == "until" else now))
    lines = case.read_bytes().splitlines(keepends=True)
    if seed is not None:
        shuffler = random.Random(seed)
        lines = [*lines, *shuffler.sample(lines, len(lines) // 2)]
        shuffler.shuffle(lines)
    await given(desk, lines, tmp_path, batch=len(lines) if seed is None else seed)
    found = await desk._store.read(lambda reader: breaches(reader, parse_rfc3339(until), None, norms))
    assert compared([breach_object(breach) for breach in found], set(rows[0])) == rows
