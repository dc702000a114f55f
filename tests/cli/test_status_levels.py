"""The service level in `rings status --json`: what the contract names, and what was added to it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from console.cli.lookback import lookback
from console.output.status import status_object
from console.service import levels
from console.service.levels import OpenCalls
from console.service.model import MEASURES
from console.store import glance
from console.store.moments import utc
from tests.cli.rings_command import Rings
from tests.conftest import StillClock
from tests.domain.story import START, at, story

SUPPORT = {"queue": "support"}
CALLS = [
    *story("call/1", (0, "offered", SUPPORT), (5, "ringing"), (20, "answered"), (60, "ended")),
    *story("call/2", (0, "offered", SUPPORT), (5, "ringing"), (20.001, "answered"), (60, "ended")),
    *story("call/3", (10, "offered", SUPPORT), (13, "abandoned")),
    *story("call/4", (10, "offered", SUPPORT), (40, "abandoned")),
    *story("call/5", (70, "offered", SUPPORT), (75, "ringing")),
    *story("call/6", (80, "offered", {"queue": "sales"})),
    *story("call/7", (50, "offered", SUPPORT), (55, "answered")),
]
SITE = """
short_abandon = "5s"
[service_level]
target = 0.8
abandon_target = 0.05
[service_level.queues.sales]
target = 0.9
"""


def test_who_waits_is_the_engine_s() -> None:
    assert glance.WAITING == levels.WAITING


async def told(open_desk: Any, path: Path, seconds: float, *, site: str = SITE) -> dict[str, Any]:
    """What `status --json` prints of the service level at a moment of the story."""
    desk = await open_desk(StillClock(START + 3_600_000), path=path, site=site)
    await desk.ingest(CALLS)
    with sqlite3.connect(path) as db:
        from console.cli.status import _settings

        status = lookback(db, at(seconds), queue=None, limit=5)
        found: dict[str, Any] = status_object(status, utc, _settings(db, at(seconds)))["service_level"]
        return found


async def test_each_figure_of_a_queue(open_desk: Any, tmp_path: Path) -> None:
    found = await told(open_desk, tmp_path / "rings.db", 100)
    assert list(found) == ["sales", "support"]
    support = found["support"]
    formula = support.pop("formula")
    assert support == {
        "offered": 4, "answered": 2, "answered_in_target": 1, "abandoned": 1, "share": 1 / 3, "target": 0.8,
        "abandon_rate": 1 / 3, "abandon_target": 0.05, "asa_s": pytest.approx(20.0005), "short_abandoned": 1,
        "short_left_out": 1, "unknown": 0, "lost": 0, "waiting": 1, "longest_wait_s": 30.0, "talking": 1,
    }  # fmt: skip
    assert "three rings" in formula
    assert "sooner than 5s left out" in formula
    assert (found["sales"]["share"], found["sales"]["asa_s"], found["sales"]["abandon_rate"]) == (None,) * 3
    assert (found["sales"]["target"], found["sales"]["longest_wait_s"]) == (0.9, 20.0)


async def test_who_waited_at_an_earlier_moment(open_desk: Any, tmp_path: Path) -> None:
    found = await told(open_desk, tmp_path / "rings.db", 12)
    assert (found["support"]["waiting"], found["support"]["longest_wait_s"]) == (4, 12.0)
    assert found["support"]["offered"] == 0


@pytest.mark.parametrize(
    ("site", "said", "abandoned"),
    [
        ("", "short abandons left in", 2),
        ('short_abandon = "0s"', "short abandons left in", 2),
        ('short_abandon = "5s"', "sooner than 5s left out", 1),
        ('short_abandon = "5s"\n[service_level]\ncount_short_abandons = true', "5s counted as abandoned", 2),
    ],
)
async def test_the_formula_says_what_becomes_of_short_abandons(
    open_desk: Any, tmp_path: Path, site: str, said: str, abandoned: int
) -> None:
    support = (await told(open_desk, tmp_path / "rings.db", 100, site=site))["support"]
    assert said in support["formula"]
    assert support["abandoned"] == abandoned
    # What the contract says of the share holds as long as no verdict is unknown.
    assert support["share"] == support["answered_in_target"] / (support["answered"] + abandoned)
    if not site:
        assert (support["target"], support["abandon_target"]) == (None, None)


async def test_the_command_says_what_the_screen_shows(open_desk: Any, tmp_path: Path) -> None:
    """The light road and the engine's, on one store."""
    path = tmp_path / "rings.db"
    clock = StillClock(at(100))
    desk = await open_desk(clock, path=path, site=SITE)
    await desk.ingest(CALLS)
    with sqlite3.connect(path) as db:
        moved, beyond = glance.moved_by_clocks(db, at(100))
        assert beyond == []
        light = glance.glance(db, at(100), midnight=START - 9 * 3_600_000, moved=moved)["service_level"]
    day = await desk.day_levels()
    assert sorted(light) == list(day.queues)
    for queue, shown in day.queues.items():
        number = light[queue].get
        assert all(number(measure, 0) == getattr(shown.total, measure) for measure in MEASURES)
        assert OpenCalls(number("waiting", 0), number("since"), number("talking", 0)) == shown.open


def test_a_new_store_has_no_levels(tmp_path: Path) -> None:
    rings = Rings(tmp_path / "rings.db")
    rings("ingest", "-", stdin=b"")
    (status,) = rings.json("status")
    assert status["service_level"] == {}
