"""Floors of any size that are built once, and lent to each bench as a copy.

They lie in `.bench/`, under a name that changes with whatever could make them come out otherwise: the schema,
the fold, the norms, the events. A copy's clock goes on from the moment at which the floor was built, so that
each run finds the same clocks in the same places, whatever the time of day.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from console.bootstrap import open_desk, standard_pack
from console.clock import FloorClock
from console.domain.version import FOLD_VERSION
from tests.bench import big_floor

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".bench"


@contextmanager
def floors(*numbers: int) -> Iterator[dict[int, Path]]:
    """Stores with so many open items each, gone when the bench is over."""
    with TemporaryDirectory() as text:
        yield {number: lay(Path(text, f"{number}.db"), number) for number in numbers}


def lay(path: Path, number: int) -> Path:
    """Put a floor of `number` open items at `path`, where there is none; answers the path."""
    kept = _built(number)
    shutil.copyfile(kept, path)
    path.chmod(0o600)
    origin = int(kept.with_suffix(".at").read_text())
    clock = FloorClock(time.time_ns() // 1_000_000, origin, 1.0)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT OR REPLACE INTO meta VALUES ('clock', ?)", (str(clock),))
    asyncio.run(_looked_at(path))
    return path


async def _looked_at(path: Path) -> None:
    """Leave the floor as a console does that had it on its screen."""
    desk, store = await open_desk(path, actor="bench")
    try:
        await desk.keep_names()
    finally:
        await store.close()


def _built(number: int) -> Path:
    """The floor of that size as it is kept; built first where it isn't."""
    folder = KEPT / _key()
    kept = folder / f"{number}.db"
    if not kept.with_suffix(".at").exists():
        for old in KEPT.glob("*") if KEPT.exists() else ():
            if old != folder:
                shutil.rmtree(old)
        folder.mkdir(parents=True, exist_ok=True)
        kept.unlink(missing_ok=True)
        began = time.perf_counter()
        at = asyncio.run(_build(kept, number))
        kept.with_suffix(".at").write_text(str(at))
        print(f"(built the floor of {number:,} in {time.perf_counter() - began:.0f} s)", file=sys.stderr)
    return kept


async def _build(path: Path, number: int) -> int:
    desk, store = await open_desk(path, actor="bench")
    try:
        await desk.ingest(big_floor.events(number, desk.now()))
        await desk.tick()
        return desk.now()
    finally:
        await store.close()


def _key() -> str:
    parts: Sequence[bytes] = (
        str(FOLD_VERSION).encode(),
        standard_pack().encode(),
        Path(big_floor.__file__).read_bytes(),
        *(path.read_bytes() for path in sorted((ROOT / "console/store/migrations").glob("*.sql"))),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
