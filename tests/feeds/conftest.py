"""Where the real logs are. They are other people's data and stay outside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of shipped fixtures."""
    return REPOSITORY / "fixtures"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real logs: RINGS_DATA, which must be there then, else beside the checkout."""
    named = os.environ.get("RINGS_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        if named:
            pytest.fail(f"RINGS_DATA names {folder}, which is not there")
        pytest.skip(f"no real logs in {folder}; RINGS_DATA names the folder")
    return folder
