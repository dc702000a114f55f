"""The console on the small floor, to look at: `python tests/ui/gallery_queue.py [en|zh] [theme]`."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import floor_events

from console.bootstrap import open_desk
from console.locale.catalogue import choose, load
from console.screens.app import run_app
from console.screens.options import Options


class Running:
    """A clock that began at the floor's moment."""

    def __init__(self, lag: int = 0) -> None:
        self._began = time.monotonic()
        self.lag = lag

    def now(self) -> int:
        return floor_events.NOW - self.lag + round((time.monotonic() - self._began) * 1000)


async def main() -> int:
    language, theme = (*sys.argv[1:3], "en", "")[:2] if len(sys.argv) != 2 else (sys.argv[1], "")
    with tempfile.TemporaryDirectory() as folder:
        clock = Running()
        desk, store = await open_desk(
            Path(folder) / "rings.db", actor="li.wei", clock=clock, site=floor_events.SITE
        )
        try:
            await desk.ingest(floor_events.floor())
            for feed, lag in floor_events.FEEDS:
                clock.lag = lag
                await desk.hear(feed, feed)
            clock.lag = 0
            return await run_app(desk, load(choose(language, {})), Options(badge="DEMO", theme=theme))
        finally:
            await store.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
