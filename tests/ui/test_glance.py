"""The first frame: what stands written, at once, and whether time has moved it since."""

from __future__ import annotations

import asyncio
from pathlib import Path

import floor_events

from console.bootstrap import open_desk
from console.domain.instants import HOUR
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.service.desk import Desk
from tests.conftest import StillClock


def text_of(app: RingsApp) -> str:
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()
    )


async def first_frame(tmp_path: Path, monkeypatch, later: int) -> str:
    """The screen of a console that is opened `later` than anybody ticked, before its own first tick ends."""
    clock = StillClock(floor_events.NOW)
    desk, store = await open_desk(tmp_path / "rings.db", actor="li", clock=clock, site=floor_events.SITE)

    async def endless(self: Desk) -> int:
        await asyncio.Event().wait()
        return 0

    try:
        await desk.ingest(floor_events.floor())
        clock.moment += later
        monkeypatch.setattr(Desk, "tick", endless)
        app = RingsApp(desk, load("en"), None, {"TERM": "xterm-256color"})
        async with app.run_test(size=(120, 30)) as pilot:
            for _ in range(200):
                if app.queue.children and app.queue.table.window.rows:
                    break
                await pilot.pause(0.02)
            await pilot.pause()
            return text_of(app)
    finally:
        await store.close()


async def test_a_console_shows_its_rows_before_it_has_ticked_and_says_since_when_they_stand(
    tmp_path, monkeypatch
) -> None:
    text = await first_frame(tmp_path, monkeypatch, 2 * HOUR)

    assert "ticket" in text
    assert "as of" in text
    assert "catching up" in text


async def test_a_fresh_board_needs_no_such_word(tmp_path, monkeypatch) -> None:
    text = await first_frame(tmp_path, monkeypatch, 0)

    assert "ticket" in text
    assert "as of" not in text
