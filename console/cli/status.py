"""`rings status`: the floor at a glance, for a prompt, a cron job, a night. Its exit code is the answer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from console.cli.common import Parser, catalogue, chosen_store, complain, moment, print_json

SEVERITIES = ("critical", "high", "medium", "low")
"""As `console.domain.norm` has them, which takes too long to load here; a test holds the two together."""

QUIET, AT_RISK, BREACHED, STALE = 0, 1, 2, 3
"""Exit codes; STALE is also unknown and misused."""


def main(words: Sequence[str]) -> int:
    parser = Parser("status", words, "rings status --json", misused=STALE)
    say = parser.say
    parser.add_argument("--json", action="store_true", help=say("cli.option.json"))
    parser.add_argument("--at", type=moment, metavar="TIME", help=say("cli.option.at"))
    parser.add_argument("--queue", metavar="Q", help=say("cli.option.queue"))
    parser.add_argument("--limit", type=int, default=50, metavar="N", help=say("cli.option.limit"))
    options = parser.options()
    if options.limit < 0:
        parser.error("--limit: a number of items, 0 or more")
    path = chosen_store(options)
    if not path.exists():
        return complain("status", catalogue(options.lang)("store.missing", detail=str(path)), STALE)
    try:
        db = sqlite3.connect(path, isolation_level=None)
        try:
            db.execute("PRAGMA busy_timeout = 5000")
            db.execute("PRAGMA query_only = ON")
            db.execute("BEGIN")
            status = _status(db, options.at, options.queue, options.limit)
        finally:
            db.close()
    except sqlite3.Error as error:
        return complain("status", catalogue(options.lang)("store.error", detail=str(error)), STALE)
    if options.json:
        print_json(_contract(status))
    else:
        _print(status, options.lang)
    if status["breached"]:
        return BREACHED
    if any(feed["state"] != "ok" for feed in status["feeds"]):
        return STALE
    return AT_RISK if status["at_risk"] else QUIET


def _status(db: sqlite3.Connection, at: int | None, queue: str | None, limit: int) -> dict[str, Any]:
    from console.store.glance import glance, moved_by_clocks

    notes = dict(db.execute("SELECT name, value FROM meta"))
    now = _now(notes.get("clock", ""))
    moved = moved_by_clocks(db, now) if at is None else None
    if moved is None:
        from console.cli.lookback import lookback

        return lookback(db, now if at is None else at, queue=queue, limit=limit)
    from console.store.moments import midnight_of

    midnight = midnight_of(now, notes.get("zone", "UTC"))
    return glance(db, now, midnight=midnight, queue=queue, limit=limit, moved=moved)


def _now(floor: str) -> int:
    machine = time.time_ns() // 1_000_000
    if not floor:
        return machine
    began, origin, speed = floor.split()
    return int(origin) + round((machine - int(began)) * float(speed))


def _contract(status: dict[str, Any]) -> dict[str, Any]:
    """The moments and bands of a glance in the words of the contract."""
    from console.store.moments import utc

    items = []
    for name, kind, queue, owner, norm, due, paused, _, _, _, severity in status["items"]:
        running = due is not None and paused is None
        items.append(
            {
                "item": name,
                "kind": kind,
                "norm": norm or None,
                "due": utc(due) if running else None,
                "over_s": max(0, status["at"] - due) / 1000 if running else 0.0,
                "owner": owner,
                "queue": queue or None,
                "severity": None if severity is None else SEVERITIES[severity],
            }
        )
    levels = {}
    for queue, level in status["service_level"].items():
        answered, abandoned = level.get("answered", 0), level.get("abandoned", 0)
        in_target = level.get("answered_in_target", 0)
        whole = answered + abandoned
        levels[queue] = {
            "offered": level.get("offered", 0),
            "answered": answered,
            "answered_in_target": in_target,
            "abandoned": abandoned,
            "share": in_target / whole if whole else None,
            "formula": FORMULA,
        }
    return {
        **status,
        "at": utc(status["at"]),
        "feeds": [
            {"name": feed["name"], "state": feed["state"], "lag_s": feed["lag"] / 1000}
            for feed in status["feeds"]
        ],
        "items": items,
        "service_level": levels,
    }


FORMULA = (
    "answered in target / (answered + abandoned) since the site's midnight; in target: within three rings "
    "where the feed tells of ringing, else within as many seconds of offered; calls still open and lost "
    "calls left out, short abandons left in unless the site says otherwise"
)
"""How a queue's share of the service level is worked out, and what it leaves out."""


def _print(status: dict[str, Any], lang: str | None) -> None:
    """The same for people: a headline, then a line for each of the worst."""
    say = catalogue(lang)
    opened = sum(status["open"].values())
    kinds = " · ".join(f"{say(f'kinds.{kind}')} {number}" for kind, number in status["open"].items())
    print(
        say(
            "cli.status.head",
            breached=status["breached"],
            at_risk=status["at_risk"],
            open=opened,
            kinds=kinds,
        )
    )
    for feed in status["feeds"]:
        if feed["state"] != "ok":
            print(say("cli.status.feed_lost", name=feed["name"], seconds=feed["lag"] // 1000))
    for name, kind, queue, owner, norm, due, paused, band, *_ in status["items"]:
        if band > 1:
            break
        print(
            f"{'▲' if band == 0 else '!'} {_clock(status['at'], due, paused):>8}  {say(f'kind.{kind}')}  "
            f"{name.partition('/')[2]}  {queue or '—'}  {owner or '—'}  {norm}"
        )


def _clock(now: int, due: int | None, paused: int | None) -> str:
    if due is None or paused is not None:
        return ""
    seconds = abs(now - due) // 1000
    text = f"{seconds // 60}:{seconds % 60:02d}" if seconds < 6000 else f"{seconds // 3600}h"
    return f"+{text}" if now > due else text
