"""A notice is read to its end, on a telephone too; what stands beside it stays."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.widgets import Static
from widget_hostile import screen_lines

from widgets.bars import NoticeBar, Part

SAID = "this row changed just now: look, and press again"
FIRST = "this row changed just now: look, and"
CHINESE = "通话 189****8285 静默至 13:39 （按 u 撤回）"
CHINESE_LINES = ["通话 189****8285 静默至 13:39", "（按 u 撤回）"]
FILTER = Part("only queue:billing", "strong", 7)


class Screen(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("rows", id="rows")
        yield NoticeBar()

    CSS = "#rows { height: 1fr; }"


@pytest.mark.parametrize(
    ("width", "said", "beside", "lines"),
    [
        (60, SAID, (), [SAID]),
        (40, SAID, (), [FIRST, "press again"]),
        (40, SAID, (FILTER,), [FIRST, "press again           only queue:billing"]),
        (30, CHINESE, (FILTER,), [*CHINESE_LINES, f"{'only queue:billing':>30}"]),
        (12, SAID, (), ["this row", "changed just", "now: look,", "and press a…"]),
        (60, "", (FILTER,), [f"{'only queue:billing':>60}"]),
    ],
)  # fmt: skip
async def test_it_takes_the_lines_that_it_needs(
    width: int, said: str, beside: tuple[Part, ...], lines: list[str]
) -> None:
    async with Screen().run_test(size=(width, 12)) as pilot:
        bar = pilot.app.query_one(NoticeBar)
        bar.set_parts([Part(said)] if said else [], beside)
        await pilot.pause()
        shown = screen_lines(pilot.app)
        assert [line.rstrip() for line in shown[-len(lines) :]] == lines
        assert pilot.app.query_one("#rows").size.height == 12 - len(lines)
        assert all(cell_len(line) == width for line in shown)
        bar.set_parts([Part("done")])
        await pilot.pause()
        assert screen_lines(pilot.app)[-1].rstrip() == "done"
        assert pilot.app.query_one("#rows").size.height == 11


async def test_it_follows_the_width() -> None:
    async with Screen().run_test(size=(60, 12)) as pilot:
        bar = pilot.app.query_one(NoticeBar)
        bar.set_parts([Part(SAID)])
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert bar.size.height == 2


async def test_on_a_low_screen_it_leaves_room_for_the_other_lines() -> None:
    async with Screen().run_test(size=(20, 12)) as pilot:
        pilot.app.query_one(NoticeBar).set_parts([Part(SAID)])
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        shown = [line.rstrip() for line in screen_lines(pilot.app)]
        assert shown == ["rows", "", "", "this row changed", "just now: look, and…"]
