"""`rings status`: the floor at a glance, for a prompt, a cron job, a night. Its exit code is the answer.

The plain ways to call it go by without argparse, pathlib and typing, which together take longer than the
rest; every other way takes the common road.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
import time
from collections.abc import Sequence

from console.paths import path_fault, store_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

QUIET, AT_RISK, BREACHED, STALE = 0, 1, 2, 3
"""Exit codes; STALE is also unknown and misused."""


class Wish:
    """What was asked for, with what it is where nothing is said."""

    json = False
    at: int | None = None
    queue: str | None = None
    limit = 50
    store: str | None = None
    lang: str | None = None


def main(words: Sequence[str]) -> int:
    gc.disable()  # nothing here is a cycle, and there may be a hundred thousand rows
    wish = _plain(words) or _parsed(words)
    path = store_path(wish.store, os.environ)
    if fault := path_fault(path):
        return _complain(wish, fault, path)
    if not os.path.exists(path):
        from console.cli.served import no_store
        from console.locale.catalogue import choose, load

        print(
            f"rings status: {no_store(path, wish.store, load(choose(wish.lang, os.environ)))}",
            file=sys.stderr,
        )
        return STALE
    try:
        db = sqlite3.connect(path, isolation_level=None)
        try:
            db.execute("PRAGMA busy_timeout = 5000")
            db.execute("PRAGMA query_only = ON")
            db.execute("BEGIN")
            status = _status(db, wish)
            if wish.queue is not None and not status["open"] and not _knows(db, wish.queue):
                return _complain(wish, "cli.status.no_queue", wish.queue)
            settings = _settings(db, status["at"]) if wish.json else {}
        finally:
            db.close()
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return _complain(wish, "store.foreign", path)
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return _complain(wish, "store.damaged", path)
        from console.cli.denied import denied
        from console.locale.catalogue import choose, load

        say = load(choose(wish.lang, os.environ))
        return _complain(wish, "store.unreadable", denied(path, say) or f"{path}: {error}")
    _print(status, wish, settings)
    if status["breached"]:
        return BREACHED
    if any(feed["state"] != "ok" for feed in status["feeds"]):
        return STALE
    return AT_RISK if status["at_risk"] else QUIET


def _plain(words: Sequence[str]) -> Wish | None:
    """What `words` ask for, if that is easily said."""
    wish, rest = Wish(), list(words)
    while rest:
        word = rest.pop(0)
        if word == "--json":
            wish.json = True
        elif word in ("--queue", "--store") and rest and not rest[0].startswith("-"):
            setattr(wish, word[2:], rest.pop(0))
        else:
            return None
    return wish


def _parsed(words: Sequence[str]) -> Wish:
    from console.cli.common import Parser, rows_wanted

    parser = Parser("status", words, "rings status --json", misused=STALE)
    say = parser.say
    parser.shared("json", "at")
    parser.add_argument("--queue", metavar="Q", help=say("cli.option.queue"))
    parser.add_argument("--limit", type=rows_wanted, default=50, metavar="N", help=say("cli.option.limit"))
    options = parser.options()
    wish = Wish()
    for name in ("json", "at", "queue", "limit", "store", "lang"):
        setattr(wish, name, getattr(options, name))
    return wish


def _complain(wish: Wish, key: str, detail: str) -> int:
    from console.cli.narrow import plain
    from console.locale.catalogue import choose, load

    text = load(choose(wish.lang, os.environ))(key, detail=detail)
    print(f"rings status: {plain(text)}", file=sys.stderr)
    return STALE


def _status(db: sqlite3.Connection, wish: Wish) -> dict[str, Any]:
    from console.store.glance import glance, moved_by_clocks

    notes = dict(db.execute("SELECT name, value FROM meta"))
    now = _now(notes.get("clock", ""))
    if wish.at is not None:
        from console.cli.lookback import lookback

        status = lookback(db, wish.at, queue=wish.queue, limit=wish.limit)
        if wish.at < now:
            for feed in status["feeds"]:
                if not feed["lag"]:  # heard since: what it had to say of that moment has come in
                    feed["state"] = "ok"
        return status
    moved, beyond = moved_by_clocks(db, now)
    if beyond:
        from console.cli.lookback import look_beyond

        return look_beyond(db, now, moved, beyond, queue=wish.queue, limit=wish.limit)
    from console.store.moments import midnight_of

    midnight = midnight_of(now, notes.get("zone", "UTC"))
    return glance(db, now, midnight=midnight, queue=wish.queue, limit=wish.limit, moved=moved)


def _knows(db: sqlite3.Connection, queue: str) -> bool:
    """Whether anything ever came in for a queue, or the settings name it: a slip must not pass for quiet."""
    known = " OR ".join(
        f"EXISTS (SELECT 1 FROM {rows} WHERE queue = :queue)" for rows in ("counters", "items")
    )
    if db.execute(f"SELECT {known}", {"queue": queue}).fetchone()[0]:
        return True
    import tomllib

    for (body,) in db.execute("SELECT body FROM site WHERE part = 'settings'"):
        site = tomllib.loads(body)
        people = site.get("agents", {}).values()
        named = {*site.get("service_level", {}).get("queues", {})}
        if queue in named.union(*(person.get("queues", ()) for person in people)):
            return True
    return False


def _now(floor: str) -> int:
    """This machine's time, or that of a replayed floor (`console.clock.FloorClock`)."""
    machine = time.time_ns() // 1_000_000
    if not floor:
        return machine
    began, origin, speed = floor.split()
    return int(origin) + round((machine - int(began)) * float(speed))


def _settings(db: sqlite3.Connection, at: int) -> dict[str, Any]:
    """The site file in force at a moment, if it says anything that the service level hangs on."""
    found = db.execute(
        "SELECT body FROM site WHERE part = 'settings' ORDER BY effective > ?1, "
        "CASE WHEN effective > ?1 THEN effective ELSE -effective END LIMIT 1",
        (at,),
    ).fetchone()
    if found is None or not ("service_level" in found[0] or "short_abandon" in found[0]):
        return {}
    import tomllib

    return tomllib.loads(found[0])


def _print(status: dict[str, Any], wish: Wish, settings: dict[str, Any]) -> None:
    from console.output.status import status_lines, status_object

    if wish.json:
        import json

        from console.store.moments import utc

        print(json.dumps(status_object(status, utc, settings), ensure_ascii=False))
        return
    from console.locale.catalogue import choose, load

    for line in status_lines(status, load(choose(wish.lang, os.environ))):
        print(line)
