"""Stores that somebody else keeps to themselves."""

from __future__ import annotations

import os
from collections.abc import Callable


def denied(path: object, say: Callable[..., str]) -> str:
    """Whose the file of a store is that may not be read, or be made in its folder; empty where it may be."""
    name = os.path.abspath(str(path))
    folder = os.path.dirname(name)
    if not os.path.exists(name):
        made = os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)
        return "" if made else say("store.nowhere", path=path)
    if os.access(name, os.R_OK):
        return ""
    return say("store.denied", path=path, owner=_owner(name))


def _owner(name: str) -> str:
    number = os.stat(name).st_uid
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return f"#{number}"
