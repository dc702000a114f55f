"""What the tests of the commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.rings_command import Rings


@pytest.fixture
def rings(tmp_path: Path) -> Rings:
    """`rings` on a store of the test's own."""
    return Rings(tmp_path / "rings.db")
