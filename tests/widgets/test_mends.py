"""What Textual does wrong, and does right once it is mended."""

from __future__ import annotations

import gc
import weakref

from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from widgets import mends


class Dialog(Screen[None]):
    """A few lines, for a moment."""

    def compose(self) -> ComposeResult:
        """The lines."""
        yield Static("a line")


async def test_the_lines_of_a_widget_go_with_it() -> None:
    """A console is open for weeks: what each dialog leaves behind comes to a hundred megabytes."""
    mends.let_go_of_lines()
    app: App[None] = App()
    async with app.run_test() as pilot:
        await app.push_screen(Dialog())
        await pilot.pause()
        lines = weakref.ref(app.screen.query_one(Static)._styles_cache)
        await app.pop_screen()
        await pilot.pause()
        gc.collect()
        assert lines() is None
