"""The only file that knows every concrete class: it builds stores and desks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console import paths
from console.clock import FloorClock, SystemClock
from console.domain.version import FOLD_VERSION
from console.numbers import normalise
from console.service.desk import Desk
from console.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.phrases import Phrases
    from console.service.ports import Clock, Writer
    from console.store.writing import SqliteWriter


def standard_pack() -> str:
    """The text of the norm pack that a new store begins with: all files of it."""
    return _all_of("norms")


def standard_phrases() -> str:
    """The text of the list of phrases that a new store begins with."""
    return Path(paths.fixtures(), "phrases", "standard.toml").read_text(encoding="utf-8")


def standard_cues() -> str:
    """The text of the deck of cue cards that a new store begins with: all files of them."""
    return _all_of("cues")


def standard_checklists() -> str:
    """The text of the checklists that a new store begins with: all files of them."""
    return _all_of("checklists")


def _all_of(folder: str) -> str:
    files = sorted(Path(paths.fixtures(), folder).glob("*.toml"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


_WORDS = {"phrases": standard_phrases, "cues": standard_cues, "checklists": standard_checklists}
"""What stores have of words, each part with its standard text."""


def _compiled(text: str) -> Phrases:
    from console.phrases import compile_phrases  # not before something was said

    return compile_phrases(text)


async def _supply(store: SqliteStore, now: Millis) -> None:
    """Give a store from before there were phrases and cards the standard ones."""
    parts = {part for _, part, _ in await store.read(lambda reader: reader.site_versions())}
    if missing := [part for part in _WORDS if part not in parts]:

        def put(writer: Writer) -> None:
            for part in missing:
                writer.put_site(part, _WORDS[part](), 0, now)

        await store.write(put)


async def open_store(
    path: Path,
    *,
    site: str = "",
    pack: str = "",
    clock: FloorClock | None = None,
    badge: str = "",
    told: Callable[[int], None] = lambda _: None,
) -> SqliteStore:
    """Open the store at `path`. A new one begins with the settings `site` and the norms `pack` (TOML), or
    the standard ones, and with a replayed floor's `clock` and the `badge` that each console on it shows.
    One that an earlier version wrote is worked out anew first; `told` hears how far that is."""
    now = SystemClock().now()

    def first(writer: SqliteWriter) -> None:
        writer.put_site("norms", pack or standard_pack(), 0, now)
        for part, text in _WORDS.items():
            writer.put_site(part, text(), 0, now)
        writer.put_site("settings", site, 0, now)
        if clock is not None:
            writer.put_meta("clock", str(clock))
        if badge:
            writer.put_meta("badge", badge)
        writer.put_meta("fold", str(FOLD_VERSION))

    store = await SqliteStore.open(path, normalise=normalise, compile_phrases=_compiled, first=first)
    await _supply(store, now)
    if await store.read(lambda reader: reader.meta("fold")) != str(FOLD_VERSION):
        from console.service.site import rework  # once in the life of a version

        await rework(store, (await store_clock(store)).now(), open_only=True, told=told)
        await store.write(lambda writer: writer.put_meta("fold", str(FOLD_VERSION)))
    return store


async def open_desk(
    path: Path,
    *,
    actor: str = "",
    read_only: bool = False,
    clock: Clock | None = None,
    site: str = "",
    pack: str = "",
    badge: str = "",
    told: Callable[[int], None] = lambda _: None,
) -> tuple[Desk, SqliteStore]:
    """A desk on the store at `path`, and the store itself, which the caller closes; see `open_store`."""
    floor = clock if isinstance(clock, FloorClock) else None
    store = await open_store(path, site=site, pack=pack, clock=floor, badge=badge, told=told)
    if clock is None:
        clock = await store_clock(store)
    return Desk(store, clock, actor=actor or who(), read_only=read_only), store


async def store_clock(store: SqliteStore) -> Clock:
    """The clock that a store goes by: a replayed floor's, else this machine's."""
    text = await store.read(lambda reader: reader.meta("clock"))
    return FloorClock.parse(text) if text else SystemClock()


def who() -> str:
    """The unix user, as an actor's name."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
