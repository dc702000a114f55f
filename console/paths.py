"""Where things are on this machine: the XDG base directories, and the data that comes with the program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def data_home(environ: Mapping[str, str]) -> Path:
    """Where data of this user is kept (XDG base directory specification)."""
    return _base(environ, "XDG_DATA_HOME", ".local/share") / "three-rings"


def state_home(environ: Mapping[str, str]) -> Path:
    """Where logs are kept."""
    return _base(environ, "XDG_STATE_HOME", ".local/state") / "three-rings"


def store_path(given: str | None, environ: Mapping[str, str]) -> Path:
    """The store to use: `--store`, else RINGS_STORE, else the data folder."""
    chosen = given or environ.get("RINGS_STORE")
    return Path(chosen).expanduser() if chosen else data_home(environ) / "rings.db"


def log_path(environ: Mapping[str, str]) -> Path:
    """The file that a crash is written to."""
    return state_home(environ) / "rings.log"


def fixtures() -> Path:
    """The packs, mappings, recordings and floors that come with the program."""
    here = Path(__file__).resolve().parent
    packed = here / "_fixtures"
    return packed if packed.is_dir() else here.parent / "fixtures"


def _base(environ: Mapping[str, str], name: str, default: str) -> Path:
    value = environ.get(name, "")
    return Path(value) if os.path.isabs(value) else Path(environ.get("HOME", "~")).expanduser() / default
