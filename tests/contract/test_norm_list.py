"""The list of norms: the shipped pack carries each, from the same document and in the same form, and a case
or a named test shows each one kept and broken."""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from console.bootstrap import open_desk
from console.domain.instants import parse_rfc3339
from console.feeds.ndjson import read_ndjson
from tests.conftest import ROOT, StillClock
from tests.domain.story import PACK

HERE = Path(__file__).parent
LIST: list[dict[str, Any]] = tomllib.loads((HERE / "norms.toml").read_text(encoding="utf-8"))["norm"]
BY_ID = {entry["id"]: entry for entry in LIST}
LATER = parse_rfc3339("2026-03-09T00:00:00Z")


async def _verdicts_of(case: Path, path: Path) -> Mapping[str, int]:
    """How often one case keeps and breaks each norm, in a store of its own."""
    desk, store = await open_desk(path, actor="li", clock=StillClock(LATER))
    try:
        with case.open("rb") as stream:
            await desk.ingest(read_ndjson(stream, name="part"))
        await desk.tick()
        counted = await store.read(lambda reader: reader.verdicts(0))
    finally:
        await store.close()
    return counted


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """How often the cases here keep and break each norm: `kept:NORM` → times."""
    folder = tmp_path_factory.mktemp("cases")
    found: Counter[str] = Counter()
    for case in sorted(HERE.glob("*.ndjson")):
        found.update(asyncio.run(_verdicts_of(case, folder / f"{case.stem}.db")))
    return found


def test_the_list_is_whole() -> None:
    assert len(LIST) == len(BY_ID) == 132
    assert Counter(entry["subject"] for entry in LIST) == {
        "call": 22,
        "callback": 7,
        "customer": 7,
        "floor": 11,
        "ticket": 19,
        "job": 34,
        "repair": 3,
        "visit": 4,
        "followup": 6,
        "training": 5,
        "agent": 13,
        "complaint": 1,
    }


@pytest.mark.parametrize("norm", sorted(BY_ID))
def test_the_pack_carries_it(norm: str) -> None:
    carried, entry = PACK.by_id[norm], BY_ID[norm]
    assert (carried.doc, carried.form) == (re.sub(r" *\(.*?\)", "", entry["doc"]), entry["form"])
    assert all(carried.name.get(lang) and carried.text.get(lang) for lang in ("en", "zh"))


@pytest.mark.parametrize("norm", sorted(BY_ID))
def test_it_is_shown_kept_and_broken(norm: str, verdicts: Counter[str]) -> None:
    tests = BY_ID[norm].get("tests", [])
    for name in tests:
        path, _, function = name.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {function}\(", text, re.MULTILINE), f"{norm} names {name}"
    assert tests or (verdicts[f"kept:{norm}"] > 0 and verdicts[f"broken:{norm}"] > 0)
