"""The store can't be read when a key needs it: the key says so, and the console goes on."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

from console.service.problem import StoreProblem
from widgets.picker import PickerScreen

FAILS = "the disk fails: disk I/O error"


@contextmanager
def unreadable(seat):
    """Nothing can be read, but the board goes on with what it has."""
    with (
        mock.patch.object(seat.desk._store, "read", side_effect=StoreProblem("disk", "disk I/O error")),
        mock.patch.object(seat.queue.pulse, "_look", mock.AsyncMock()),
    ):
        yield


async def test_a_key_that_has_to_read_first_says_why_it_does_nothing(sit) -> None:
    async with sit() as seat:
        with unreadable(seat):
            for key in ("m", "r"):
                seat.queue.tell("")
                await seat.press(key)
                await seat.says(FAILS)
        await seat.press("r")
        await seat.until(lambda: isinstance(seat.app.screen, PickerScreen))
        assert not seat.app.crash


async def test_the_open_item_is_read_again_where_it_could_not_be(sit, monkeypatch) -> None:
    monkeypatch.setattr("console.screens.item_pane.AGAIN_S", 0.02)
    async with sit() as seat:
        with unreadable(seat):
            await seat.press("enter")
            await seat.pilot.pause(0.1)
            assert "what happened" not in seat.screen_text
        await seat.says("what happened")


async def test_the_sum_behind_a_clock_says_that_it_can_not_be_read_and_comes_later(sit) -> None:
    async with sit() as seat:
        with unreadable(seat):
            await seat.press("x")
            await seat.says(FAILS)
        await seat.says("LC, IMG: called back when promised")
        assert FAILS not in seat.screen_text


async def test_nobody_is_locked_out_before_it_is_known_whether_they_have_a_pin(sit) -> None:
    async with sit() as seat:
        with unreadable(seat):
            seat.queue.looking.floor = replace(seat.queue.floor, rules=None)
            await seat.press("L")
            assert seat.app.screen is seat.queue
            await seat.says("no PIN")


async def test_no_key_acts_on_an_item_in_front_of_which_nothing_is_there_yet(sit) -> None:
    async with sit(size=(40, 20)) as seat:
        item = seat.queue.table.cursor_id
        with unreadable(seat):
            await seat.press("enter")
            seat.queue.pane.tick(seat.desk.now())
            await seat.pilot.pause(0.1)
            assert "No item." not in seat.screen_text
            await seat.press("a")
            await seat.says("press again")
        assert not (await seat.desk.rows([item]))[item].acknowledged
        await seat.says("called back in time")
        await seat.press("a")
        await seat.until(lambda: seat.queue.board.row(item).acknowledged)
