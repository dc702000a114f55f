"""What a first frame costs: one frame, and nothing loaded that only a key or a later look needs."""

from __future__ import annotations

import subprocess
import sys

import floor_events
import pytest

from console.bootstrap import open_desk
from console.locale.catalogue import load
from console.screens import queue
from console.screens.app import RingsApp
from console.screens.board import Stretch
from tests.conftest import StillClock


async def test_the_rows_are_there_before_anything_is_drawn(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StillClock(floor_events.NOW)
    desk, store = await open_desk(tmp_path / "rings.db", actor="li", clock=clock, site=floor_events.SITE)
    drawn: list[int] = []
    display = RingsApp._display

    def watched(self: RingsApp, screen, renderable) -> None:
        if isinstance(screen, queue.QueueScreen):
            drawn.append(len(screen.table.window.rows))
        display(self, screen, renderable)

    monkeypatch.setattr(RingsApp, "_display", watched)
    try:
        await desk.ingest(floor_events.floor())
        app = RingsApp(desk, load("en"), None, {"TERM": "xterm-256color"})
        assert app.queue.board.shown == Stretch()
        async with app.run_test(size=(120, 30)) as pilot:
            await pilot.pause()
    finally:
        await store.close()

    assert drawn
    assert min(drawn) > 0


LATER = (
    "acting",
    "cards",
    "dialogs",
    "doing",
    "explain",
    "help",
    "item",
    "levels",
    "norms",
    "palette",
    "people",
    "people_rows",
    "rewind",
    "viewing",
    "wall",
    "wall_page",
)
"""Screens, and what keys need."""


def test_what_only_keys_need_is_not_loaded_for_it() -> None:
    loads = "import sys, console.cli.run, console.cli.console, console.bootstrap, console.screens.app\n"
    told = subprocess.run(
        [sys.executable, "-c", f"{loads}print(*sys.modules, sep='\\n')"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(told.stdout.split())

    assert "console.screens.queue" in loaded
    assert not loaded & {f"console.screens.{name}" for name in LATER}
    assert not [
        name for name in loaded if name.startswith(("console.feeds", "console.output", "console.serve"))
    ]
    assert not loaded & {
        "textual.widgets._markdown",
        "textual.widgets._data_table",
        "markdown_it",
        "pygments",
    }
