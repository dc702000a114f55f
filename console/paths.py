"""Where things are on this machine: the XDG base directories, and the data that comes with the program.

Plain texts and no pathlib: `rings status` asks here too, and can't wait for it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping


def data_home(environ: Mapping[str, str]) -> str:
    """Where data of this user is kept (XDG base directory specification)."""
    return os.path.join(_base(environ, "XDG_DATA_HOME", ".local/share"), "three-rings")


def log_path(environ: Mapping[str, str]) -> str:
    """The file that a crash is written to."""
    return os.path.join(_base(environ, "XDG_STATE_HOME", ".local/state"), "three-rings", "rings.log")


def theme_path(environ: Mapping[str, str]) -> str:
    """The file that has the name of the colours which this user chose last."""
    return os.path.join(_base(environ, "XDG_STATE_HOME", ".local/state"), "three-rings", "theme")


def config_path(environ: Mapping[str, str]) -> str:
    """The daemon's settings where nobody names others: this user's, else the machine's."""
    own = os.path.join(_base(environ, "XDG_CONFIG_HOME", ".config"), "three-rings", "serve.toml")
    return own if os.path.isfile(own) else "/etc/three-rings/serve.toml"


def store_path(given: str | None, environ: Mapping[str, str]) -> str:
    """The store to use: `--store`, else RINGS_STORE, else the data folder."""
    chosen = given or environ.get("RINGS_STORE")
    return os.path.expanduser(chosen) if chosen else os.path.join(data_home(environ), "rings.db")


def path_fault(path: str) -> str:
    """Why `path` can be no store, as a catalogue key; empty where it may be one."""
    if "://" in path:
        return "store.url"
    return "store.folder" if os.path.isdir(path) else ""


def fixtures() -> str:
    """The folder of packs, mappings, recordings and floors that come with the program."""
    here = os.path.dirname(os.path.abspath(__file__))
    packed = os.path.join(here, "_fixtures")
    return packed if os.path.isdir(packed) else os.path.join(os.path.dirname(here), "fixtures")


def _base(environ: Mapping[str, str], name: str, default: str) -> str:
    value = environ.get(name, "")
    return value if os.path.isabs(value) else os.path.join(os.path.expanduser("~"), default)
