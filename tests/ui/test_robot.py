"""The robot, a few hundred operations in all; `make soak` lets it run for longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.depth import deep
from tests.ui import robot

FRESH = [(1, 50)]
AT_MOST = 60
"""Operations of one seed."""


def kept() -> list[tuple[int, int]]:
    """Seeds that found something once, with as many operations as that took."""
    text = Path(__file__).with_name("robot_seeds.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return [(int(line[0]), int(line[1])) for line in lines]


@pytest.mark.parametrize(("seed", "operations"), [*FRESH, *kept()])
async def test_a_key_touches_what_the_screen_named(tmp_path, seed, operations) -> None:
    operations = min(operations, deep(AT_MOST))
    assert await robot.run(tmp_path / "rings.db", seed, operations) == operations
