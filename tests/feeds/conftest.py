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
    """The folder of real logs: RINGS_DATA, else beside the checkout."""
    folder = Path(os.environ.get("RINGS_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real logs in {folder}; RINGS_DATA names the folder")
    return folder
