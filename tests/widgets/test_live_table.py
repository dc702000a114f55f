"""The live table on a screen: identity, windows, and no more drawing than there is change."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeVar

import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from widget_floor import COLUMNS, row, rows, window
from widget_hostile import HOSTILE, control_characters, screen_lines

from widgets.live_table import Cell, LiveTable, Row, Window

HOST_MESSAGES = (
    LiveTable.Highlighted,
    LiveTable.Selected,
    LiveTable.Marked,
    LiveTable.CursorLeft,
    LiveTable.WindowWanted,
)


M = TypeVar("M", bound=Message)


class CountingTable(LiveTable):
    """A table that notes which screen lines it was asked to draw."""

    drawn: list[int]

    def render_line(self, y: int) -> Strip:
        self.__dict__.setdefault("drawn", []).append(y)
        return super().render_line(y)


class Host(App[None]):
    """An app that is a table, and what it heard from it; with `total` it answers wishes for rows."""

    def __init__(self, *, total: int = 0, two_line: bool = False, ascii_marks: bool = False) -> None:
        super().__init__()
        self.table = CountingTable(COLUMNS, two_line=two_line, ascii_marks=ascii_marks)
        self.total = total
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_live_table_window_wanted(self, wish: LiveTable.WindowWanted) -> None:
        if self.total:
            self.table.set_window(window(wish.start, wish.count, self.total))

    def of(self, kind: type[M]) -> list[M]:
        return [message for message in self.heard if isinstance(message, kind)]


async def settle(pilot: Pilot[None], host: Host) -> list[int]:
    """Let everything be drawn; the lines drawn since the last time."""
    await pilot.pause()
    drawn, host.table.drawn = host.table.__dict__.get("drawn", []), []
    return drawn


def hearing(host: Host) -> Callable[[Message], None]:
    """`run_test` with every message of the table noted."""

    def hook(message: Message) -> None:
        if isinstance(message, HOST_MESSAGES) and not any(message is known for known in host.heard):
            host.heard.append(message)

    return hook


async def test_keys_move_choose_and_mark() -> None:
    host = Host()
    async with host.run_test(size=(80, 12), message_hook=hearing(host)) as pilot:
        host.table.set_window(Window(rows(50)))
        await pilot.press("down", "j", "j", "k")
        assert host.table.cursor_id == "item/2"
        await pilot.press("pagedown")
        assert host.table.cursor_id == "item/13"
        await pilot.press("end", "down")
        assert host.table.cursor_id == "item/49"
        await pilot.press("space", "home", "up", "space", "enter")
        assert host.table.marks == {"item/49", "item/0"}
        await pilot.press("space")
        assert host.table.marks == {"item/49"}
        assert [m.row_id for m in host.of(LiveTable.Selected)] == ["item/0"]
        assert [(m.row_id, m.marked) for m in host.of(LiveTable.Marked)] == [
            ("item/49", True),
            ("item/0", True),
            ("item/0", False),
        ]


async def test_a_click_moves_and_a_second_click_chooses() -> None:
    host = Host()
    async with host.run_test(size=(80, 12), message_hook=hearing(host)) as pilot:
        host.table.set_window(Window(rows(50)))
        await pilot.pause()
        await pilot.click(LiveTable, offset=(20, 4))
        assert host.table.cursor_id == "item/3"
        assert not host.of(LiveTable.Selected)
        await pilot.click(LiveTable, offset=(20, 4))
        await pilot.pause()
        assert [m.row_id for m in host.of(LiveTable.Selected)] == ["item/3"]
        await pilot.click(LiveTable, offset=(20, 0))
        assert host.table.cursor_id == "item/3"


async def test_a_tick_draws_only_the_rows_that_changed() -> None:
    host = Host()
    async with host.run_test(size=(80, 24)) as pilot:
        before = Window(rows(50))
        host.table.set_window(before)
        await settle(pilot, host)
        host.table.set_window(Window(rows(50)))
        assert await settle(pilot, host) == []
        ticked = tuple(row(n, "+9:99") if n in (2, 7, 40) else row(n) for n in range(50))
        host.table.set_window(Window(ticked))
        assert sorted(await settle(pilot, host)) == [3, 8]
        host.table.action_cursor(1)
        assert sorted(await settle(pilot, host)) == [1, 2]
        host.table.set_marks({"item/5", "item/45"})
        assert await settle(pilot, host) == [6]


async def test_a_row_of_two_lines_is_drawn_whole() -> None:
    host = Host(two_line=True)
    async with host.run_test(size=(40, 20)) as pilot:
        host.table.set_window(Window(rows(50)))
        await settle(pilot, host)
        host.table.set_window(Window((row(0), row(1, "0:59"), *rows(48, 2))))
        assert sorted(await settle(pilot, host)) == [2, 3]


@pytest.mark.parametrize("seed", range(4))
async def test_robot_the_cursor_is_on_its_row_through_any_change(seed: int) -> None:
    chance = Random(seed)
    host = Host(two_line=bool(seed % 2))
    async with host.run_test(size=(60, 14), message_hook=hearing(host)) as pilot:
        table = host.table
        held: list[Row] = list(rows(40))
        table.set_window(Window(tuple(held)))
        table.move_to("item/20")
        await pilot.pause()
        new = 1000
        for _ in range(25):
            expected = table.cursor_id
            heard = len(host.of(LiveTable.CursorLeft))
            for _ in range(chance.randrange(1, 4)):
                match chance.choice(("sort", "insert", "delete", "swap", "tick")):
                    case "sort":
                        chance.shuffle(held)
                    case "insert":
                        held.insert(chance.randrange(len(held) + 1), row(new := new + 1))
                    case "delete" if held:
                        held.pop(chance.randrange(len(held)))
                    case "swap" if len(held) > 1:
                        held[0], held[-1] = held[-1], held[0]
                    case "tick":
                        held = [row(int(r.id[5:]), f"{chance.randrange(9)}s") for r in held]
            place = table._cursor.place
            table.set_window(Window(tuple(held)))
            await pilot.pause()
            ids = [item.id for item in held]
            assert (expected in ids) == (len(host.of(LiveTable.CursorLeft)) == heard)
            if expected in ids:
                assert table.cursor_id == expected
            elif ids:
                assert table.cursor_id == ids[min(place, len(ids) - 1)]
            assert table.cursor_id is None or table._shows(ids.index(table.cursor_id))
            await pilot.press(chance.choice(("up", "down", "pageup", "pagedown", "space")))
            assert table.marks <= {f"item/{n}" for n in range(new + 1)}


async def test_the_row_under_the_eye_stays_when_others_come_above() -> None:
    host = Host()
    async with host.run_test(size=(80, 11)) as pilot:
        host.table.set_window(Window(rows(100)))
        host.table.move_to("item/50")
        await pilot.press("up", "up")
        line = 48 - host.table.rows_above
        host.table.set_window(Window((*rows(3, 200), *rows(100))))
        await pilot.pause()
        assert host.table.cursor_id == "item/48"
        assert 51 - host.table.rows_above == line


async def test_at_the_top_new_rows_come_into_view() -> None:
    host = Host()
    async with host.run_test(size=(80, 11)) as pilot:
        host.table.set_window(Window(rows(100)))
        host.table.set_window(Window((*rows(3, 200), *rows(100))))
        await pilot.pause()
        assert host.table.rows_above == 0
        assert host.table.cursor_id == "item/0"


async def test_another_list_starts_at_its_top_without_a_word() -> None:
    host = Host()
    async with host.run_test(size=(80, 11), message_hook=hearing(host)) as pilot:
        host.table.set_window(Window(rows(100)))
        host.table.move_to("item/60")
        host.table.set_window(Window(rows(30, 500)), reset=True)
        await pilot.pause()
        assert host.table.cursor_id == "item/500"
        assert host.table.rows_above == 0
        assert not host.of(LiveTable.CursorLeft)


async def test_marks_of_rows_that_left_go_with_them() -> None:
    host = Host()
    async with host.run_test(size=(80, 11)):
        host.table.set_window(Window(rows(10)))
        host.table.set_marks({"item/1", "item/2"})
        host.table.set_window(Window(rows(5, 2)))
        assert host.table.marks == {"item/1", "item/2"}  # out of the window is not out of the list
        host.table.set_window(Window(rows(5, 2), gone=frozenset({"item/1"})))
        assert host.table.marks == {"item/2"}


async def test_a_hundred_thousand_rows_through_a_window_of_two_hundred() -> None:
    total = 100_000
    host = Host(total=total)
    async with host.run_test(size=(100, 40), message_hook=hearing(host)) as pilot:
        host.table.set_window(window(0, 200, total))
        await pilot.press("end")
        await pilot.pause()
        assert host.table.cursor_id == f"item/{total - 1}"
        assert "99999m" in screen_lines(host)[-1]
        for _ in range(10):
            await pilot.press("pageup")
        assert host.table.cursor_id == f"item/{total - 1 - 390}"
        await settle(pilot, host)
        host.table.scroll_to(y=50_000, animate=False)
        drawn = await settle(pilot, host)
        assert len(drawn) <= 3 * 40
        assert all(
            f" {n}m" in line for n, line in zip(range(50_000, 50_039), screen_lines(host)[1:], strict=True)
        )
        # The cursor was left behind by the wheel, but not lost.
        assert host.table.cursor_id == f"item/{total - 1 - 390}"
        await pilot.press("down")
        assert host.table.cursor_id == f"item/{total - 390}"
        assert len(host.of(LiveTable.WindowWanted)) < 20
        assert not host.of(LiveTable.CursorLeft)


async def test_a_host_that_cannot_answer_is_asked_once() -> None:
    host = Host()
    async with host.run_test(size=(80, 20), message_hook=hearing(host)) as pilot:
        for _ in range(20):
            host.table.set_window(window(0, 50, 1000))
            await pilot.pause()
        assert len(host.of(LiveTable.WindowWanted)) == 0
        await pilot.press("end")
        for _ in range(20):
            host.table.set_window(window(0, 50, 1000))
            await pilot.pause()
        assert len(host.of(LiveTable.WindowWanted)) == 1
        assert host.table.cursor_id is None
        await pilot.press("enter", "space")
        assert not host.of(LiveTable.Selected)


@pytest.mark.parametrize("size", [(5, 3), (1, 1), (2, 2), (12, 4), (40, 20), (80, 24), (300, 100)])
@pytest.mark.parametrize("two_line", [False, True])
async def test_no_size_is_too_small_or_too_large(size: tuple[int, int], two_line: bool) -> None:
    host = Host(two_line=two_line)
    async with host.run_test(size=size) as pilot:
        host.table.set_empty(["nothing is late", "王"])
        await pilot.pause()
        host.table.set_window(Window(rows(120)))
        await pilot.press("pagedown", "end", "space", "home", "down")
        assert host.table.cursor_id == "item/1"
        for width, height in ((7, 5), size, (200, 50)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert host.table._shows(host.table._cursor.place)
        host.table.set_window(Window())
        await pilot.press("down", "enter", "space")
        assert host.table.cursor_id is None


@pytest.mark.parametrize("two_line", [False, True])
async def test_hostile_text_is_only_ever_drawn(two_line: bool) -> None:
    host = Host(two_line=two_line)
    async with host.run_test(size=(80, 10)) as pilot:
        for text in HOSTILE:
            bad = Row("item/bad", {column.key: Cell(text) for column in COLUMNS}, style=text)
            host.table.set_window(Window((row(0), bad, row(2))))
            await pilot.pause()
            lines = screen_lines(host)
            host.table.set_window(Window())
            host.table.set_empty([text])
            await pilot.pause()
            lines += screen_lines(host)
            assert len(lines) == 20
            assert [control_characters(line) for line in lines] == [[]] * 20


@pytest.mark.parametrize("width", range(1, 90, 7))
@pytest.mark.parametrize("two_line", [False, True])
async def test_every_line_is_exactly_as_wide_as_the_table(width: int, two_line: bool) -> None:
    host = Host(two_line=two_line)
    async with host.run_test(size=(width, 20)) as pilot:
        host.table.set_window(Window(rows(30)))
        await pilot.pause()
        expected = host.table.scrollable_size.width
        for y in range(20):
            strip = host.table.render_line(y)
            assert strip.cell_length == expected
            assert Strip(list(strip)).cell_length == expected  # measured anew


async def test_the_cursor_shows_without_colour_with_and_without_focus() -> None:
    host = Host()
    async with host.run_test(size=(80, 10)) as pilot:
        host.theme = "ansi-dark"
        host.table.set_window(Window(rows(5)))
        await pilot.pause()
        assert all(s.style is not None and s.style.reverse for s in host.table.render_line(1))
        assert not any(s.style is not None and s.style.reverse for s in host.table.render_line(2))
        clock = [s for s in host.table.render_line(2) if "+" in s.text]
        assert clock[0].style is not None
        assert clock[0].style.bold
        host.set_focus(None)
        await pilot.pause()
        assert all(s.style is not None and s.style.underline for s in host.table.render_line(1))


async def test_ascii_marks_draw_nothing_else() -> None:
    host = Host(ascii_marks=True)
    async with host.run_test(size=(30, 10)) as pilot:
        cells = {column.key: Cell("abcdefghijklmnopqrstuvwxyz") for column in COLUMNS}
        host.table.set_window(Window((Row("a", cells), Row("b", cells)), total=20))
        host.table.set_marks({"a"})
        await pilot.pause()
        drawn = "".join(host.table.render_line(y).text for y in range(10))
        assert drawn.isascii()
        assert "*" in drawn
        assert "~" in drawn
