"""What has the focus is in view, however quickly it went back and forth on a screen too small for the form."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.app import App

from widgets.dialogs import Field, PromptScreen


async def settle(app: App[None]) -> None:
    for _ in range(60):
        await asyncio.sleep(0.01)
        if not app.animator.is_being_animated(app.screen.query_one("#box"), "scroll_y"):
            break
    await asyncio.sleep(0.05)


@pytest.mark.parametrize("turns", range(16))
async def test_tab_and_back_leaves_the_field_in_view(turns: int) -> None:
    app: App[None] = App()
    app.animation_level = "none"
    async with app.run_test(size=(20, 5)) as pilot:
        fields = [Field(name, f"{name}: " + "words that take many lines " * 3) for name in ("when", "note")]
        form = PromptScreen("call back at what time?", fields, required="is needed", foot="Esc leaves it")
        app.push_screen(form)
        await pilot.pause()
        for key in ("shift+tab", "tab"):
            app.post_message(events.Key(key, None))  # a pilot would wait until all is drawn
            for _ in range(turns):
                await asyncio.sleep(0.004)
        await settle(app)
        focused = form.focused
        assert focused is not None
        region, clip = form._compositor.visible_widgets.get(focused, (focused.region, None))
        assert clip is not None and region.intersection(clip).area, focused
