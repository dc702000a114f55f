"""Names that are kept for the next console: never those of rules that are no longer the newest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from console.bootstrap import open_desk
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
    assert {name for name, norm in kept.norms.items() if norm.promises} == {
        norm.id for norm in rules.pack.norms if norm.timing is not None and norm.timing.limit.field
    }


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
