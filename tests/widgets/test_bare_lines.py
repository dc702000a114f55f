"""What is drawn without Textual's pass looks as it does with it, on every theme and in every frame."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.scrollbar import ScrollBar
from widget_floor import COLUMNS, rows

from widgets import bare_lines
from widgets.live_table import LiveTable, Window
from widgets.scrollbar import EighthsBar

STYLES = (
    "",
    "border: round red;",
    "padding: 1 2;",
    "outline: heavy green;",
    "opacity: 50%;",
    "text-opacity: 40%;",
    "tint: blue 30%;",
    "hatch: cross red;",
)


class Host(App[None]):
    def __init__(self, style: str, theme: str) -> None:
        self.CSS = f"LiveTable {{ {style} }}"
        super().__init__()
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield LiveTable(COLUMNS)


async def frames(style: str, theme: str) -> list[list[object]]:
    """The segments of the screen as the board is opened, scrolled, and gets rows that differ in one."""
    app, seen = Host(style, theme), []
    async with app.run_test(size=(60, 14)) as pilot:
        table = app.query_one(LiveTable)
        for keys in ((), ("pagedown",), ("down", "down"), ("end",), ("up",)):
            table.set_window(Window(rows(90)))
            await pilot.press(*keys)
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            seen.append([segment for strip in strips for segment in strip.simplify()])
    return seen


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-dark"])
@pytest.mark.parametrize("style", STYLES)
async def test_lines_are_those_that_textual_draws(
    style: str, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = await frames(style, theme)
    monkeypatch.setattr(bare_lines.seam, "fits", lambda: False)
    assert bare == await frames(style, theme)


class Bars(App[None]):
    def compose(self) -> ComposeResult:
        yield ScrollBar()
        yield EighthsBar()

    CSS = "Screen { layout: horizontal; } ScrollBar { width: 1; height: 1fr; }"


@pytest.mark.parametrize(("total", "shown"), [(20, 11), (90, 11), (5_000, 11), (100_000, 46)])
async def test_the_thumb_stands_where_textuals_does(total: int, shown: int) -> None:
    app = Bars()
    async with app.run_test(size=(4, shown)) as pilot:
        await pilot.pause()
        stock, ours = app.query(ScrollBar)
        drawn = set()
        for bar in (stock, ours):
            bar.window_virtual_size, bar.window_size = total, shown
        hidden = total - shown
        for position in {*range(0, hidden, max(1, hidden // 700)), hidden - 1, hidden}:
            stock.position = ours.position = position
            drawn.add(ours.position)
            assert str_of(ours) == str_of(stock), position
        assert len(drawn) <= shown * 8 + 2


def str_of(bar: ScrollBar) -> list[tuple[str, bool]]:
    """Each cell's sign, and whether it is the thumb's."""
    renderer = bar.render()
    segments = renderer.render_bar(  # type: ignore[attr-defined]
        size=bar.size.height,
        virtual_size=renderer.virtual_size,  # type: ignore[attr-defined]
        window_size=renderer.window_size,  # type: ignore[attr-defined]
        position=renderer.position,  # type: ignore[attr-defined]
    ).segments
    return [(text, bool(style and style.color)) for text, style, _ in segments]
