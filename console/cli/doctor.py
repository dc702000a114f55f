"""`rings doctor`: whether the store is sound, and what to mend."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, chosen_store, complain, problem_text
from console.cli.served import no_store, served_elsewhere
from console.paths import config_path

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.locale.catalogue import Catalogue
    from console.service.model import FeedState
    from console.service.notice import Notice

_NAMED = 3
"""So many items of a message are named."""

LEAST_FREE = 64 * 1_048_576
"""Bytes that the disk of a store should have left."""

_AHEAD = 14
"""So many days ahead the holidays should be known: few clocks run for longer."""


def main(words: Sequence[str]) -> int:
    parser = Parser("doctor", words, "rings doctor --rebuild")
    parser.add_argument("--rebuild", action="store_true", help=parser.say("cli.doctor.rebuild"))
    parser.shared("config")
    parser.add_argument("--send", action="store_true", help=parser.say("cli.doctor.send"))
    options = parser.options()
    say = catalogue(options.lang)
    from console.service.problem import StoreProblem

    path = _store(options)
    if not path.exists():
        if options.config:  # what can be tried before the daemon's first start
            for fine, line in asyncio.run(_daemon(path, options, say)):
                print(f"{'ok  ' if fine else 'mend'}  {line}")
        return complain("doctor", no_store(str(path), options.store, say), 2)
    try:
        healthy = True
        for fine, line in _checks(path, say):
            healthy = healthy and fine
            print(f"{'ok  ' if fine else 'mend'}  {line}")
        if served := served_elsewhere(options.config or options.store, os.environ):
            healthy = False
            print(f"mend  {say('cli.doctor.elsewhere', path=path, store=served.store, file=served.file)}")
        for fine, line in asyncio.run(_daemon(path, options, say)):
            healthy = healthy and fine
            print(f"{'ok  ' if fine else 'mend'}  {line}")
        if options.rebuild:
            from console.cli.rebuilding import rebuild

            changed = asyncio.run(rebuild(path))
            healthy = healthy and not changed
            print(f"{'mend' if changed else 'ok  '}  {say('cli.doctor.rebuilt', number=changed)}")
    except StoreProblem as problem:
        return complain("doctor", problem_text(problem, say, path), 2)
    return 0 if healthy else 1


def _settings(options: argparse.Namespace) -> Path:
    return Path(options.config or config_path(os.environ)).expanduser()


def _store(options: argparse.Namespace) -> Path:
    """The store that is named, else that of the daemon's settings that are named."""
    if options.config and not options.store and not os.environ.get("RINGS_STORE"):
        from console.serve.config import ConfigError, read_on_call

        with contextlib.suppress(ConfigError, OSError):
            options.store = read_on_call(_settings(options), os.environ)[0] or None
    return chosen_store(options)


def _checks(path: Path, say: Catalogue) -> Iterator[tuple[bool, str]]:
    from console.domain.instants import to_datetime
    from console.service.problem import StoreProblem
    from console.store.schema import journal_mode, problem_of, wal_is_safe

    mode = stat.S_IMODE(path.stat().st_mode)
    own = mode & 0o077 == 0
    yield own, say("cli.doctor.mode" if own else "cli.doctor.mode_open", path=path, mode=f"{mode:04o}")
    version = sqlite3.sqlite_version
    safe = wal_is_safe(sqlite3.sqlite_version_info)
    yield True, say("cli.doctor.wal_safe" if safe else "cli.doctor.wal_unsafe", version=version)
    yield _room(path, say)
    try:
        db = sqlite3.connect(path, isolation_level=None)
    except sqlite3.Error as error:
        raise problem_of(error) from None
    try:
        db.execute("PRAGMA busy_timeout = 5000")
        journal = db.execute("PRAGMA journal_mode").fetchone()[0]
        # Only WAL is a property of the file; the kinds of rollback journal are each connection's own.
        right = (journal == "wal") == (journal_mode() == "wal")
        yield right, say("cli.doctor.journal" if right else "cli.doctor.journal_wrong", journal=journal)
        verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        yield verdict == "ok", say("cli.doctor.check", verdict=verdict)
        events, items = (
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("events", "items")
        )
        yield True, say("cli.doctor.size", events=events, items=items, size=_size(path))
        rejected = db.execute("SELECT count(*) FROM rejects").fetchone()[0]
        yield True, say("cli.doctor.rejects", number=rejected)
        if retained := db.execute("SELECT value FROM meta WHERE name = 'retained'").fetchone():
            day = f"{to_datetime(int(retained[0])):%Y-%m-%d}"
            yield True, say("cli.doctor.retained", day=day)
        yield from _calendars(path, say)
        yield from _telling(path, say)
        yield from _users(db, say)
    except sqlite3.Error as error:
        if "no such table" in str(error):
            raise StoreProblem("foreign", str(path)) from None
        raise problem_of(error) from None
    finally:
        db.close()


def _room(path: Path, say: Catalogue) -> tuple[bool, str]:
    """Whether the disk has room for a day's work, and for a copy of the store: a backup, a newer version."""
    disk = os.statvfs(path.parent)
    free = disk.f_bavail * disk.f_frsize
    fine = free >= max(LEAST_FREE, path.stat().st_size)
    return fine, say("cli.doctor.room" if fine else "cli.doctor.room_little", free=f"{free / 1_048_576:,.0f}")


def _calendars(path: Path, say: Catalogue) -> Iterator[tuple[bool, str]]:
    """Until when the holidays of each calendar are known, and norms on hours that nobody has."""
    from console.clock import FloorClock, SystemClock
    from console.domain.instants import DAY
    from console.domain.reckoning import misfits
    from console.numbers import normalise
    from console.store.direct import reading

    with reading(path, normalise) as reader:
        rules, floor = reader.rulebook().latest, reader.meta("clock")
    now = (FloorClock.parse(floor) if floor else SystemClock()).now()
    for calendar in rules.site.calendars.values():
        if calendar.known_until is not None:
            fine = calendar.knows(now, now + _AHEAD * DAY)
            key = "calendar.known_until" if fine else "calendar.known_until_soon"
            yield fine, say(key, name=calendar.name, last=calendar.known_until)
    for problem in misfits(rules):
        yield False, problem


def _telling(path: Path, say: Catalogue) -> Iterator[tuple[bool, str]]:
    """Messages that nobody may have got."""
    from console.clock import SystemClock
    from console.domain.instants import DAY
    from console.numbers import normalise
    from console.store.direct import reading

    now = SystemClock().now()
    with reading(path, normalise) as reader:
        bad = reader.bad_notices(now - 7 * DAY, 1000)
    if bad:
        latest = bad[0]
        values = {"n": len(bad), "channel": latest.channel, "reason": latest.reason, "items": _about(latest)}
        yield False, say("notify.bad", **values)


def _users(db: sqlite3.Connection, say: Catalogue) -> Iterator[tuple[bool, str]]:
    """Who signs in, and who could not: that is no fault, but somebody may wonder why."""
    users = db.execute("SELECT name, pin <> '' FROM users ORDER BY name").fetchall()
    if users:
        without = [name for name, pinned in users if not pinned]
        key = "users.doctor_some" if without else "users.doctor"
        yield True, say(key, n=len(users) - len(without), names=say.several(without))


def _about(notice: Notice) -> str:
    """The items that a message was about, the first few of them."""
    from console.masks import mask_id

    items = [item for item, _ in notice.data.get("clocks", ())]
    items = items or [notice.data.get("data", {}).get("item", "")]
    told = [mask_id(item) for item in dict.fromkeys(items) if item]
    return ", ".join(told[:_NAMED]) + (" …" if len(told) > _NAMED else "") or "—"


async def _daemon(path: Path, options: argparse.Namespace, say: Catalogue) -> list[tuple[bool, str]]:
    """What this machine's daemon is set to do, tried out; nothing where it has no settings."""
    from console.cli.telling import rota_lines
    from console.clock import SystemClock
    from console.serve.config import ConfigError, read_config
    from console.serve.probes import probe, send

    now = SystemClock().now()
    file = _settings(options)
    try:
        config = read_config(file, os.environ)
    except ConfigError as error:
        return [(False, str(error))]
    except OSError as error:
        # There is no daemon here, or its settings are not ours to read.
        return [(False, f"{file}: {error.strerror}")] if options.config else []
    found = [each async for each in probe(config, _known(path, now), now)]
    ways = len(config.telling.channels) + len(config.telling.webhooks)
    if options.send:
        found += [each async for each in send(config, trial_words(options.lang), now)]
    lines = [(each.fine, say(f"probe.{each.key}", **each.values)) for each in found]
    if ways and not options.send:
        lines.append((True, say("probe.try_send", n=ways)))
    if config.telling.rota is not None:
        lines += rota_lines(config.telling.rota, say, now)
    return lines


def trial_words(lang: str | None) -> Callable[[str], tuple[str, str]]:
    """What a test says, in a channel's language, else in `lang`."""

    def words(language: str) -> tuple[str, str]:
        say = catalogue(language or lang)
        return say("probe.title"), say("probe.body")

    return words


def _known(path: Path, now: Millis) -> dict[str, FeedState]:
    """The feeds that the store was told of, by name; none where there is no store yet."""
    from console.numbers import normalise
    from console.service.glance import feeds
    from console.store.direct import reading

    if not path.exists():
        return {}
    with reading(path, normalise) as reader:
        return {feed.name: feed for feed in feeds(reader, now)}


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1_048_576:.1f} MB"
