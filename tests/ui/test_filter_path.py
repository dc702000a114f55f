"""What lies between a letter of a filter and its first rows: one reading of one screen, and no new layout."""

from __future__ import annotations

import pytest
from textual.screen import Screen

from console.screens.pulse import Beat
from console.service.desk import Desk
from widgets.entry import EntryBar
from widgets.live_table import LiveTable


async def test_a_letter_reads_one_screen_and_the_rest_follows(sit, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    window, rows = Desk.window, Desk.rows

    def windowed(self, query, count, **places):
        asked.append(count)
        return window(self, query, count, **places)

    def rowed(self, ids):
        asked.append(set(ids))
        return rows(self, ids)

    async with sit(size=(120, 24)) as seat:
        screen = seat.queue.table.whole_rows
        await seat.until(lambda: len(seat.shown) > screen + 10)  # the first look reads no more than is seen
        await seat.press("slash", "end")
        monkeypatch.setattr(Desk, "window", windowed)
        monkeypatch.setattr(Desk, "rows", rowed)
        await seat.type("kind:ticket")
        await seat.until(lambda: len(seat.shown) == 32)
        assert asked[0] == screen + 1
        assert all(isinstance(one, int) for one in asked[:2])


async def test_letters_move_nothing_but_rows(sit, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[str] = []
    refresh_layout = Screen._refresh_layout

    def counted(self, size=None, scroll=False):
        if not scroll:
            laid_out.append(seat.queue.entry.sign)
        refresh_layout(self, size, scroll)

    async with sit(size=(120, 24)) as seat:
        await seat.press("slash")
        await seat.type("kind:ticket queue:nowher")
        await seat.until(lambda: not seat.shown)
        await seat.calm()
        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        await seat.press(*["backspace"] * 13)
        await seat.until(lambda: len(seat.shown) == 32)
        await seat.type(" queue:nowher")
        await seat.says("Nothing fits this filter.")
        await seat.says("kind: queue: owner:")
        assert not laid_out


async def test_a_click_on_the_board_leaves_the_line_and_the_filter_holds(sit) -> None:
    async with sit() as seat:
        for sign in ("slash", "colon"):
            await seat.press(sign)
            await seat.type("kind:callback" if sign == "slash" else "undo")
            await seat.until(lambda: len(seat.shown) == 1)
            await seat.pilot.click("#board", offset=(5, 4))
            await seat.until(lambda: not seat.queue.entry.sign)
            assert seat.queue.focused is seat.queue.table
        assert seat.queue.filtered == "kind:callback"


async def test_a_click_on_a_table_leaves_its_line(sit) -> None:
    async with sit() as seat:
        await seat.press("t", "colon")
        screen = seat.app.screen
        await seat.until(lambda: screen.query_one(EntryBar).sign)
        await seat.pilot.click(LiveTable, offset=(5, 4))
        await seat.until(lambda: not screen.query_one(EntryBar).sign)
        await seat.press("escape")
        assert seat.app.screen is seat.queue


async def test_a_filter_typed_during_the_look_of_a_second_leaves_no_clock_behind(sit, monkeypatch) -> None:
    monkeypatch.setattr("console.screens.looking.TICK_S", 1e9)
    async with sit(size=(170, 40)) as seat:
        screen, refresh = seat.queue, seat.queue.board.refresh
        await seat.press("enter")
        await seat.says("breached +14:07")
        screen.workers.cancel_group(screen, "pulse")
        typed = iter(["kind:callback"])

        def during(*asked, **how):
            for text in typed:
                screen.set_query(text)
            return refresh(*asked, **how)

        monkeypatch.setattr(screen.board, "refresh", during)
        seat.clock.moment += 5_000
        screen.looking._owed = True
        await screen.looking.look(Beat(False, True))
        await seat.pilot.pause()
        assert "breached +14:12" in seat.screen_text
