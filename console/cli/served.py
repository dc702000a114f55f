"""Where nobody named a store: which one the daemon works on. Consoles don't take it from its settings, and an
empty store of one's own looks like a quiet floor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from console.paths import config_path, store_path

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue


class Served(NamedTuple):
    """A store, and the daemon's settings that name it."""

    store: str
    file: str


def served_elsewhere(given: str | None, environ: Mapping[str, str]) -> Served | None:
    """The daemon's store, where no store was named (`given` is what `--store` says) and it is another one
    than that of the data folder; None too where there are no settings, or not for us to read."""
    file = config_path(environ)
    if given or environ.get("RINGS_STORE") or not os.path.isfile(file):
        return None
    from pathlib import Path

    from console.serve.config import ConfigError, read_on_call

    try:
        store = read_on_call(Path(file), environ)[0]
    except (ConfigError, OSError):
        return None
    own = store_path(None, environ)
    return Served(store, file) if store and os.path.realpath(store) != os.path.realpath(own) else None


def no_store(path: object, given: str | None, say: Catalogue) -> str:
    """That there is no store at `path`, and what to do."""
    served = served_elsewhere(given, os.environ)
    if served is not None:
        return say("store.elsewhere", detail=path, store=served.store, file=served.file)
    return say("store.missing", detail=path)
