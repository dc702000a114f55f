"""The wall: figures counted by hand on the small floor, what a silent feed leaves of them, and its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import floor_events
import pytest
from seat import Seat

from console.actions.wall_keys import WALL_ACTIONS
from console.domain.event import Event
from console.domain.instants import MINUTE, SECOND
from console.domain.query import Query
from console.locale.catalogue import LANGUAGES, Language, load
from console.screens import wall as wall_screen
from console.screens.wall import WallScreen
from console.screens.wall_page import Page
from console.screens.words import ASCII
from widgets.big import FONT, big, width
from widgets.pane import LinesPane, lay_out

Sit = Callable[..., Any]


def overdue(number: int) -> Event:
    """A callback that was promised for 09:01."""
    data = {"queue": "billing", "customer": f"1370000{number:04}", "due": "2026-03-02T09:01:00+08:00"}
    moment = floor_events.at("09:00:00")
    return Event(
        source="desk", id=f"r{number}", type="callback.requested", subject=f"callback/x{number}", time=moment,
        data=data,
    )  # fmt: skip


def over(name: str, **steps: int) -> Iterator[Event]:
    """A call to support at 09:00, with what happened how many seconds after it rang; it ended at 09:02."""
    began = floor_events.at("09:00:00")
    for kind, seconds in {"ringing": 0, **steps, "ended": 120}.items():
        yield Event(
            source="asterisk", id=f"{name}{kind}", type=f"call.{kind}", subject=f"call/{name}",
            time=began + seconds * SECOND, data={"queue": "support"},
        )  # fmt: skip


async def opened(seat: Seat) -> None:
    await seat.press("w")
    await seat.until(lambda: isinstance(seat.app.screen, WallScreen))
    await seat.until(lambda: seat.app.screen.query_one(LinesPane).lines)
    await seat.pilot.pause()


def shown(seat: Seat, name: str, label: str, lines: int = 3) -> str:
    """The large figure below a label of the band of that name, read as a person reads it."""
    rows = seat.screen_text.splitlines()
    top = next(n for n, row in enumerate(rows) if row.strip().startswith(name) and label in row)
    start = rows[top].index(label)
    marked = start - 2 if rows[top][start - 2 : start].strip() in ("▲", "!", "~") else start
    block = [row[marked:] for row in rows[top + 1 : top + 1 + lines]]
    text = ""
    while block:
        found = [
            glyph
            for glyph in FONT
            if all(row.startswith(drawn) for row, drawn in zip(block, big(glyph), strict=True))
            and "".join(big(glyph)).strip()
        ]
        if not found:
            break
        glyph = max(found, key=lambda glyph: width(glyph))
        text += glyph
        block = [row[width(glyph) + 1 :] for row in block]
    return text


async def soon(seat: Seat, true: Callable[[], bool]) -> None:
    """Let seconds go by until something is true."""
    for _ in range(100):
        seat.app.screen._beat()
        await seat.pilot.pause(0.05)
        if true():
            return
    raise AssertionError(seat.screen_text)


async def test_the_figures_are_those_of_the_floor_and_never_fine_while_a_feed_is_silent(sit: Sit) -> None:
    async with sit(size=(120, 60)) as seat:
        await seat.happen(*over("a", answered=4), *over("b", answered=40), *over("c", abandoned=30))
        wall = await seat.desk.wall(100)
        assert {one.queue: (one.breached, one.at_risk, one.open) for one in wall.queues} == {
            "billing": (1, 0, 32),  # b1 since 09:17; b2; thirty tickets
            "north": (0, 1, 1),  # J-18 by 09:35
            "repair": (0, 0, 2),
            "sales": (0, 0, 1),
            "south": (1, 0, 1),  # J-17 since 09:28
            "support": (2, 0, 2),  # c1 since 09:30:44; c2, held since 09:28:55.120
        }
        assert (wall.floor.breached, wall.floor.at_risk, wall.floor.open) == (4, 1, 39)
        assert wall.worst == (await seat.desk.window(Query(), 100)).rows
        await opened(seat)
        assert shown(seat, "whole floor", "breached") == "4"
        assert shown(seat, "whole floor", "open") == "39"
        # c1 came at 09:30:28; c5, which came after it, waits in another queue.
        assert shown(seat, "whole floor", "longest wait") == "0:39"
        assert shown(seat, "sales", "longest wait") == "0:09"
        assert "call 138****0042" in seat.screen_text
        # Nobody waits there; b1 was due at 09:17.
        assert shown(seat, "billing", "longest over") == "14m"
        # Of three calls that are over one was answered within three rings; one was too late, one gave up.
        assert shown(seat, "support", "in 3 rings") == "33%"
        assert shown(seat, "support", "free") == "1"
        assert "busy 2" in seat.screen_text
        assert "free: Zhang Wei" in seat.screen_text
        seat.clock.moment += 2 * SECOND
        await soon(seat, lambda: shown(seat, "whole floor", "longest wait") == "0:41")
        # The field's feed was heard 130 s ago: its jobs are in doubt, and nobody else's work.
        assert "~ field silent for 2m, since 09:28:57: unconfirmed jobs" in seat.screen_text
        assert {one.queue for one in wall.queues if one.silent} == {"north", "south"}
        seat.clock.moment += 10 * MINUTE
        await soon(seat, lambda: "~ asterisk silent for 10m" in seat.screen_text)
        wall = await seat.desk.wall(10)
        # Nobody knows who is free, and every queue has calls, jobs, or people of whom the exchange told.
        assert (wall.floor.staff.free, wall.floor.staff.unsure) == ((), 4)
        assert all(one.silent for one in wall.queues)
        await seat.desk.hear("asterisk", "asterisk")
        await soon(seat, lambda: "asterisk silent" not in seat.screen_text)
        seat.clock.moment += 40 * SECOND  # in which nothing falls due, and nobody writes
        await soon(seat, lambda: "~ asterisk silent for 40s" in seat.screen_text)


async def test_its_pages_turn_and_it_gives_the_queue_back_as_it_was(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall_screen, "HOLD", 2)
    async with sit(size=(40, 20)) as seat:
        seat.queue.set_query("kind:ticket")
        await seat.until(lambda: len(seat.shown) == 32)
        await seat.to("ticket/T-9003")
        await opened(seat)
        # The floor, and each of its six queues; what is broken in others is told of on every page.
        assert "Wall   1 of 7" in seat.screen_text
        assert "▲ 4 on other pages" in seat.screen_text
        await seat.press("right")
        # The worst queue comes first: support has two that are broken, billing and south have one each.
        assert "2 of 7         ▲ 2 on other pages" in seat.screen_text
        assert shown(seat, "▲ breached", "breached") == "2"
        # What stands there is of that queue alone, as soon as it was read.
        await soon(seat, lambda: "138****0042" in seat.screen_text)
        assert "137****3311" not in seat.screen_text
        await seat.press("r", "a", "d", "slash", "down", "left", "left")
        assert "7 of 7" in seat.screen_text
        assert "sales" in seat.screen_text
        await soon(seat, lambda: "1 of 7" in seat.screen_text)
        for key in ("escape", "q", "w"):
            await seat.press(key)
            assert (seat.app.screen, seat.cursor) == (seat.queue, "ticket/T-9003")
            assert seat.queue.filtered == "kind:ticket"
            await opened(seat)
        assert not (await seat.row("ticket/T-9003")).acknowledged


async def test_the_worst_queue_comes_first_and_the_order_holds_until_the_pages_begin_anew(sit: Sit) -> None:
    def named(seat: Seat) -> str:
        """The queue of a page that shows one."""
        return seat.screen_text.splitlines()[2 + ("~ field" in seat.screen_text)].strip()

    async with sit(size=(40, 20)) as seat:
        await opened(seat)
        pages = []
        for _ in range(6):
            await seat.press("right")
            pages.append(named(seat).removeprefix("~ field · "))
        # Broken: support 2, billing 1, south 1; at risk: north 1. The others by name.
        assert pages == ["support", "billing", "south", "north", "repair", "sales"]
        await seat.press("left", "left", "left", "left")
        assert named(seat) == "billing"
        await seat.happen(*(overdue(number) for number in range(5)))  # billing has six that are broken
        await soon(seat, lambda: shown(seat, "▲ breached", "breached") == "6")
        assert "3 of 7" in seat.screen_text, "who reads a page keeps it"
        await seat.press("left", "left", "right")
        assert (named(seat), "2 of 7" in seat.screen_text) == ("billing", True)


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
async def test_a_key_that_acts_says_in_a_line_that_nothing_is_done_there(
    sit: Sit, size: tuple[int, int]
) -> None:
    for language, told in (
        ("en", "the wall only shows: Esc to the queue"),
        ("zh_CN", "大屏只供观看；按 Esc 回到队列"),
    ):
        async with sit(size=size, language=language) as seat:
            await opened(seat)
            for key in ("r", "a", "d", "slash", "x", "question_mark"):
                await seat.press("ctrl+l")  # a key that does something ends what was said of another
                seat.app.screen._show()
                await seat.pilot.pause()
                assert told not in seat.screen_text
                await seat.press(key)
                assert told in seat.screen_text, key
            await seat.press("right", "escape")
            assert seat.app.screen is seat.queue


def written(page: Page, number: int = 0) -> str:
    lines = (lay_out(line, page._width) for line in page.lines(number))
    return "\n".join("".join(text for text, _ in pieces) for shown in lines for pieces in shown)


async def test_what_its_pages_say_in_the_room_there_is(sit: Sit) -> None:
    async with sit() as seat:
        await seat.happen(*(overdue(number) for number in range(40)))
        desk, now, english = seat.desk, seat.clock.moment, seat.queue.words
        chinese = replace(english, say=load("zh_CN"))
        # One queue alone, and more in it than find room.
        text = written(Page(chinese, await desk.wall(50, "billing"), now, (78, 21), plain=False))
        assert "▲ 还有更多：共 41 项已超时" in text
        assert "▲ 已超时" in text
        assert "137****0000" in text
        assert "support" not in text
        # That nothing is late is said of a queue whose feeds are all heard, and of no other.
        for queue, told in (
            ("repair", "nothing is late"),
            ("north", "nothing is known to be late, but field silent"),
        ):
            assert told in written(Page(english, await desk.wall(50, queue), now, (78, 21), plain=False))
        wall = await desk.wall(50, each=9)
        for words in (replace(english, marks=ASCII), chinese):
            plain = words.marks is ASCII
            for size in ((198, 47), (118, 27), (78, 21), (58, 17), (40, 17), (98, 5), (38, 1)):
                page = Page(words, wall, now, size, plain=plain)
                for number in range(len(page.pages())):
                    lines = [lay_out(line, size[0]) for line in page.lines(number, ["as of"])]
                    assert [len(shown) for shown in lines] == [1] * size[1], (size, number)
                    text = written(page, number)
                    assert not plain or not set("▲█▀▄‖●×→—") & set(text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_its_texts(language: Language) -> None:
    say = load(language)
    assert all(action.label in say and action.help in say for action in WALL_ACTIONS)
