"""What has the focus is in view, however quickly it went back and forth on a screen lower than the form."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.app import App
from textual.geometry import Region
from textual.widget import Widget

from widgets.dialogs import Field, PromptScreen
from widgets.inputs import PlainInput


def in_view(widget: Widget | None) -> bool:
    """Whether a cell of it is on the screen."""
    assert widget is not None
    region, clip = widget.screen._compositor.visible_widgets.get(widget, (widget.region, Region()))
    return bool(region.intersection(clip).area)


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
        for _ in range(100):
            await asyncio.sleep(0.02)
            if form.focused is form.query(PlainInput).first() and in_view(form.focused):
                break
        await asyncio.sleep(0.1)
        assert in_view(form.focused), form.focused
