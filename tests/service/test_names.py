"""Names that are kept for the next console: never those of rules that are no longer the newest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.instants import DAY, parse_rfc3339
from console.domain.query import parse_query
from console.service.names import names_of
from console.service.site import apply
from tests.conftest import StillClock
from tests.domain.story import at, story

SITE = """
name = "South floor"
zone = "Europe/Madrid"
[agents.li]
name = "Li Na"
aliases = ["PJSIP/1001"]
[roles]
lead = ["wang"]
others = "viewer"
"""
EVERY = parse_query("")

LOOK = """
import asyncio, sys
from pathlib import Path
from console.bootstrap import open_desk
from console.domain.query import parse_query

async def main():
    desk, store = await open_desk(Path(sys.argv[1]), actor="li")
    glance = await desk.first(parse_query(""), 20)
    print(glance.window.rows[0].id, glance.names.agents["li"])
    await store.close()

asyncio.run(main())
print(*sys.modules)
"""


async def test_what_is_kept_is_what_the_rules_say(tmp_path: Path) -> None:
    desk, store = await open_desk(tmp_path / "rings.db", actor="li", clock=StillClock(at(100)), site=SITE)
    try:
        first = (await desk.first(EVERY, 20)).names
        await desk.keep_names()
        kept = (await desk.first(EVERY, 20)).names
        rules = (await desk.rules()).latest
    finally:
        await store.close()
    assert first == kept == names_of(rules)
    assert (kept.site, kept.zone) == ("South floor", "Europe/Madrid")
    assert kept.agents[kept.agent("PJSIP/1001")] == "Li Na"
    assert (kept.role("wang"), kept.role("li"), kept.barred("note", "li")) == (
        "lead",
        "viewer",
        "needs_supervisor",
    )
    assert kept.norms["call.pickup.three-rings"].short["en"]
    promised = {name for name, norm in kept.norms.items() if norm.promises}
    assert promised >= {"callback.due", "ticket.due", "job.arrive.on-time"}
    assert not promised & {"call.pickup.three-rings", "call.hold.one-minute"}


async def test_other_rules_have_other_names_at_once(tmp_path: Path) -> None:
    desk, store = await open_desk(tmp_path / "rings.db", actor="li", clock=StillClock(at(100)), site=SITE)
    try:
        await desk.keep_names()
        renamed = SITE.replace("Li Na", "Li Xia").replace('others = "viewer"', "")
        await apply(store, renamed, actor="wang", event_id="e1", now=at(200), since=None)
        names = (await desk.first(EVERY, 20)).names
        await desk.keep_names()
        kept = (await desk.first(EVERY, 20)).names
    finally:
        await store.close()
    assert names == kept
    assert (names.agents["li"], names.barred("note", "li")) == ("Li Xia", "")


async def test_a_zone_that_is_yet_to_come_moves_no_midnight(tmp_path: Path) -> None:
    """At 02:00 in Shanghai a call of 23:00 was yesterday's; in Madrid the day would still be the same."""
    clock = StillClock("2026-03-02T02:00:00+08:00")
    desk, store = await open_desk(tmp_path / "rings.db", actor="li", clock=clock, site="")
    call = {"queue": "support", "direction": "in"}
    evening = parse_rfc3339("2026-03-01T23:00:00+08:00")
    facts = [("call.offered", 0, call), ("call.answered", 5_000, {"agent": "li"}), ("call.ended", 9_000, {})]
    events = [
        Event(source="pbx", id=kind, type=kind, subject="call/1", time=evening + after, data=data)
        for kind, after, data in facts
    ]
    try:
        await desk.ingest(events)
        now = desk.now()
        await apply(store, 'zone = "Europe/Madrid"', actor="li", event_id="e1", now=now, since=now + DAY)
        await desk.keep_names()
        first, standing = await desk.first(EVERY, 20), await desk.standing()
        clock.set(now + 2 * DAY)
        later = (await desk.first(EVERY, 20)).names.zone
    finally:
        await store.close()
    assert (dict(first.levels), dict(standing.levels)) == ({}, {})
    assert later == "Europe/Madrid"


async def test_a_note_that_another_version_left_is_no_trouble(tmp_path: Path) -> None:
    desk, store = await open_desk(tmp_path / "rings.db", actor="li", clock=StillClock(at(100)), site=SITE)
    try:
        expected = (await desk.first(EVERY, 20)).names
        await desk.keep_names()
        note = await store.read(lambda reader: reader.meta("names"))
        for other in ("", "{", "[]", "7", note.replace('"roles"', '"rank"'), note.replace("[", "[1,")):
            await store.write(lambda writer: writer.put_meta("names", other))  # noqa: B023
            assert (await desk.first(EVERY, 20)).names == expected
    finally:
        await store.close()


async def test_a_first_look_takes_no_norms(tmp_path: Path) -> None:
    path = tmp_path / "rings.db"
    desk, store = await open_desk(path, actor="li", clock=StillClock(at(100)), site=SITE)
    try:
        await desk.ingest(story("ticket/1", (100, "opened")))
        await desk.keep_names()
    finally:
        await store.close()
    told = subprocess.run(
        [sys.executable, "-c", LOOK, str(path)], capture_output=True, text=True, check=True
    ).stdout
    row, loaded = told.split("\n", 1)
    assert row == "ticket/1 Li Na"
    engine = {
        "console.domain.norm",
        "console.domain.fold",
        "console.domain.rules",
        "console.store.writing",
        "tomllib",
    }
    assert not engine & set(loaded.split())
