"""What is typed or pasted has a length, and whoever comes to its end is told."""

from __future__ import annotations

import time

import pytest

FULL = "4,000 characters at most"
MEGABYTE = "billing " * 131_072


async def test_a_note_takes_4000_characters_and_says_so(sit) -> None:
    async with sit(size=(80, 24)) as seat:
        await seat.to("ticket/T-8812")
        await seat.press("n")
        await seat.says("Note on")
        await seat.type("a" * 3_999)
        assert FULL not in seat.screen_text
        await seat.type("bcd\n")
        await seat.says(FULL)
        await seat.press("backspace")
        await seat.until(lambda: FULL not in seat.screen_text)
        await seat.press("z", "y")
        await seat.says(FULL)
        await seat.press("enter")
        await seat.until(lambda: seat.app.screen is seat.queue)
        notes = [
            event.data["text"]
            for event in await seat.desk._store.read(lambda reader: reader.events_of("ticket/T-8812"))
            if event.type == "item.noted"
        ]
        assert notes == ["a" * 3_999 + "z"]


async def test_a_pasted_note_keeps_all_its_lines(sit) -> None:
    async with sit(size=(80, 24)) as seat:
        await seat.to("ticket/T-8812")
        await seat.press("n")
        await seat.type("he rang twice\r\nand wants Wednesday\n")
        await seat.says("he rang twice and wants Wednesday")


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
async def test_a_megabyte_in_the_filter_is_cut_at_once_and_can_be_left(sit, size) -> None:
    async with sit(size=size) as seat:
        await seat.press("slash")
        began = time.monotonic()
        await seat.type(MEGABYTE)
        await seat.says(FULL)
        assert time.monotonic() - began < 5
        await seat.press("escape")
        await seat.until(lambda: FULL not in seat.screen_text and seat.shown)
        await seat.press("slash")
        await seat.pilot.pause()
        assert FULL not in seat.screen_text


async def test_a_command_as_long_as_that_is_no_command_and_no_harm(sit) -> None:
    async with sit(size=(80, 24), language="zh_CN") as seat:
        await seat.press("colon")
        await seat.type(MEGABYTE)
        await seat.says("最多 4,000 字")
        await seat.press("enter")
        await seat.says("没有这个命令")


async def test_of_a_filter_with_a_thousand_words_the_first_hundred_are_looked_for(sit) -> None:
    async with sit(size=(80, 24)) as seat:
        words = [chr(0x4E00 + number) for number in range(1_300)]
        everything = list(seat.shown)
        await seat.press("slash")
        await seat.type(" ".join(f"-{word}" for word in words))
        await seat.until(lambda: seat.shown == everything)
        assert "does not answer" not in seat.screen_text
        await seat.press("enter")
        assert seat.queue.board.query.barred == tuple(words[:100])
        assert seat.queue.board.query.problems == (f"{words[100]} …",)
