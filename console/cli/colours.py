"""The colours that somebody chose last: kept for the next time."""

from __future__ import annotations

import contextlib
from pathlib import Path


def liked(path: Path) -> str:
    """Their name; empty where none were chosen."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        return ""


def like(path: Path, name: str) -> None:
    """Keep a name, where there is a place for that."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n", encoding="utf-8")
