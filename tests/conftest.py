"""What tests of several rooms share: a clock that stands still, and desks on stores of their own."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from console.domain import pack_file
from console.domain.instants import Millis, parse_rfc3339
from console.service import site
from console.service.desk import Desk
from console.store import rules_text

settings.register_profile("rings", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rings")

# Every test's store has the standard norms: read once, they are the same for all. Nothing can change them.
rules_text.parse_pack = site.parse_pack = cache(pack_file.parse_pack)  # type: ignore[attr-defined]

ROOT = Path(__file__).resolve().parent.parent

# Where no bytecode is kept (containers like that), each worker would rewrite the assertions of all tests
# anew, and each process that a test starts would compile the whole program.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A look through all that the tests have loaded takes longer than most of them do.
gc.set_threshold(50_000, 50, 100)


def pytest_xdist_auto_num_workers() -> int:
    """Half as many workers again as cores: the tests of screens and processes wait a third of their time."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


LATE_IN_THE_WEEK = "000000000000a64b"
"""Draws the round of each week that nobody plans for its last days, around 2 March 2026: by chance it would
come into the midst of a test now and then."""


@pytest.fixture(autouse=True)
def _drawn_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.service.scheduling.token_hex", lambda _: LATE_IN_THE_WEEK)


class StillClock:
    """A clock that a test sets."""

    moment: Millis

    def __init__(self, now: Millis | str) -> None:
        self.set(now)

    def now(self) -> Millis:
        return self.moment

    def set(self, now: Millis | str) -> None:
        self.moment = parse_rfc3339(now) if isinstance(now, str) else now


_NEW: dict[tuple[tuple[str, object], ...], bytes] = {}
"""New stores, by what they begin with: the first of a kind is made, the others are written as it was."""


@pytest.fixture
async def open_desk(tmp_path: Path) -> AsyncIterator[Callable[..., object]]:
    """Opens desks: `await open_desk(clock, actor="li")`, all on one store unless `path` is given."""
    from console.bootstrap import open_desk as build

    stores = []

    async def make(
        clock: StillClock, *, actor: str = "li.wei", path: Path | None = None, **more: object
    ) -> Desk:
        path = path or tmp_path / "rings.db"
        begins_with = tuple(sorted(more.items()))
        alike = isinstance(clock, StillClock) and more.keys() <= {"site", "pack"} and not path.exists()
        if alike and begins_with not in _NEW:
            _, store = await build(path, clock=clock, **more)  # type: ignore[arg-type]
            await store.close()
            _NEW[begins_with] = path.read_bytes()
        elif alike:
            path.write_bytes(_NEW[begins_with])
        desk, store = await build(path, actor=actor, clock=clock, **more)  # type: ignore[arg-type]
        stores.append(store)
        return desk

    yield make
    for store in stores:
        await store.close()
