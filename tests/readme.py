"""Draws what the README shows: the picture, which the app draws of itself, and the table of keys."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from console.actions.keys import keys_markdown
from console.bootstrap import open_desk
from console.domain.instants import parse_rfc3339
from console.feeds.demo import Demo, site_text
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.options import Options

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "console.svg"
SIZE = (112, 30)


class _Clock:
    """A morning on the demo floor; it stands still."""

    def __init__(self) -> None:
        self.moment = parse_rfc3339("2026-11-23T09:31:07+08:00")

    def now(self) -> int:
        return self.moment


async def draw() -> str:
    """The queue of the demo floor, three quarters of a minute after it opened, as SVG."""
    clock = _Clock()
    with tempfile.TemporaryDirectory() as folder:
        desk, store = await open_desk(
            Path(folder) / "rings.db", actor="li.wei", clock=clock, site=site_text()
        )
        try:
            demo = Demo(desk, seed=3)
            await demo.catch_up()
            clock.moment += 45_000
            await demo.catch_up()
            app = RingsApp(desk, load("en"), Options(badge="DEMO"))
            async with app.run_test(size=SIZE) as pilot:
                await pilot.pause(1.0)
                await pilot.press("j", "j", "enter")
                await pilot.pause(1.0)
                return app.export_screenshot(title="Three Rings")
        finally:
            await store.close()


def with_keys(readme: str) -> str:
    """The README with its table of keys made anew."""
    table = keys_markdown(load("en"))
    return re.sub(
        r"(<!-- keys -->\n).*?(<!-- /keys -->)", lambda m: f"{m[1]}{table}\n{m[2]}", readme, flags=re.DOTALL
    )


def main() -> None:
    PICTURE.write_text(asyncio.run(draw()), encoding="utf-8")
    path = ROOT / "README.md"
    path.write_text(with_keys(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
