"""The rewind at its keys: what stood when, that nothing is done there, and that one can leave at any time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from floor_events import at
from seat import Seat

from console.actions.rewind_keys import REWIND_ACTIONS
from console.domain.event import Event
from console.domain.instants import parse_rfc3339
from console.domain.query import Query
from console.locale.catalogue import LANGUAGES, Language, load
from console.screens import rewind
from console.screens.past_time import past_moment
from console.screens.rewind import RewindScreen
from console.screens.times import Times
from console.service.past import LookBack

Sit = Callable[..., Any]


async def opened(seat: Seat) -> RewindScreen:
    await seat.press("t")
    await seat.until(lambda: isinstance(seat.app.screen, RewindScreen))
    screen = seat.app.screen
    assert isinstance(screen, RewindScreen)
    await there(seat, "09:31:00")
    return screen


async def there(seat: Seat, clock: str) -> None:
    """Wait for the board of a moment of that morning."""
    screen = seat.app.screen
    await seat.until(lambda: screen._wanted is None and screen._past and screen._past.at == at(clock))
    await seat.pilot.pause()


def rows(seat: Seat) -> list[str]:
    return [row.id for row in seat.app.screen.table.window.rows]


def clock(seat: Seat, item: str) -> str:
    (row,) = (row for row in seat.app.screen.table.window.rows if row.id == item)
    return row.cells["clock"].text


async def test_it_steps_through_what_was(sit: Sit) -> None:
    async with sit() as seat:
        await seat.happen(
            Event(source="desk", id="end", type="callback.done", subject="callback/b1", time=at("09:31:06"))
        )
        await seat.until(lambda: "callback/b2" in seat.shown)
        await opened(seat)
        assert "◀◀ PAST   Mon 03-02 09:31 +08:00   7s ago" in seat.screen_text
        # b1 was not done yet, and led: due at 09:17. c1 rang since 09:30:29, c5 since 09:30:59.
        assert "▲ 4 breached   ! 1 at risk   39 open" in seat.screen_text
        assert (clock(seat, "callback/b1"), clock(seat, "call/c1")) == ("▲  +14m", "▲ +0:16")
        await seat.press("left")
        await there(seat, "09:30:00")
        assert "▲ 3 breached   ! 1 at risk   37 open" in seat.screen_text
        assert not {"call/c1", "call/c5"} & set(rows(seat))
        assert clock(seat, "call/c2") == "▲ +0:04"  # held at 09:28:55.120
        await seat.press("[", "[")
        await there(seat, "09:10:00")
        assert clock(seat, "callback/b1") == "·    7m"  # at risk from three quarters of 17 minutes on
        assert "▲ 0" not in seat.screen_text
        assert "nothing is late" in seat.screen_text
        # Who stands at the top stays there, wherever what stood there was; else the cursor keeps its item.
        assert seat.app.screen.table.cursor_id == rows(seat)[0]
        await seat.press("down")
        kept = seat.app.screen.table.cursor_id
        await seat.press("right")
        await there(seat, "09:11:00")
        assert seat.app.screen.table.cursor_id == kept
        await seat.press("home")
        await there(seat, "00:00:00")
        # Of the time before anything was told nobody can say that nothing was late.
        await seat.says("Nothing is on record of that time.")
        assert "nothing is late" not in seat.screen_text
        await seat.press("colon")
        await seat.type("9:28")
        await seat.press("enter")
        await there(seat, "09:28:00")
        assert clock(seat, "job/J-17") == "!  0:00"  # by 09:28, to the millisecond
        await seat.press("right", "right", "right", "right")
        await seat.says("that is now")
        await seat.press("end")
        await there(seat, "09:31:07")
        assert "callback/b1" not in rows(seat)
        await seat.press("escape")
        assert seat.app.screen is seat.queue


async def test_nothing_is_done_there_an_item_has_its_sums_and_one_can_leave(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sit(size=(80, 24)) as seat:
        seat.queue.set_query("queue:support")
        await seat.until(lambda: len(seat.shown) == 2)
        await seat.to("call/c2")
        before = await seat.desk.revision()
        screen = await opened(seat)
        assert rows(seat) == ["call/c1", "call/c2"]
        for key, name in (("r", "reassign"), ("m", "number"), ("slash", "filter"), ("space", "mark")):
            await seat.press(key)
            assert f"{name}: this is past, nothing can be done there" in seat.screen_text
            assert seat.app.screen is screen
        assert not screen.table.marks
        await seat.press("left")
        await there(seat, "09:30:00")
        assert rows(seat) == ["call/c2"]
        assert await seat.desk.revision() == before
        await seat.press("t")
        assert (seat.app.screen, seat.cursor) == (seat.queue, "call/c2")
        screen = await opened(seat)
        await seat.until(lambda: screen.table.move_to("call/c2"))
        await seat.press("enter")
        await seat.says("call 王*明, as of Mon 03-02 09:31")
        # On hold since 09:28:55.120 with a minute's limit; 64.880 s over at 09:31.
        await seat.says("09:29:55.120")
        assert "1:04" in seat.screen_text
        await seat.press("escape")
        assert seat.app.screen is screen
        shown, never = rows(seat), asyncio.Event()

        async def long(look: object, count: int, told: Callable[[int, int], None]) -> None:
            told(40, 1300)
            await never.wait()

        monkeypatch.setattr(seat.desk, "past", long)
        await seat.press("left")
        await seat.says("looking at Mon 03-02 09:30 +08:00 … 40 of 1300")
        # What stands there is still of the moment that the head names.
        assert "◀◀ PAST   Mon 03-02 09:31" in seat.screen_text
        await seat.press("escape")
        await seat.says("looking was stopped; this is still Mon 03-02 09:31")
        assert (seat.app.screen, rows(seat)) == (screen, shown)
        await seat.press("escape")
        assert seat.app.screen is seat.queue


async def test_on_the_lowest_screen_the_time_that_is_typed_stays_in_view(sit: Sit) -> None:
    async with sit(size=(40, 20)) as seat:
        screen = await opened(seat)
        await seat.press(*"{{{{")
        await seat.says("Nothing is on record")
        await seat.press(":", "1", "2")
        await seat.pilot.resize_terminal(20, 5)
        await seat.says("Nothing is on")
        line = screen.focused
        assert line is not None
        assert line in screen._compositor.visible_widgets
        assert ":12" in seat.screen_text.replace(" ", "")


async def test_it_knows_how_calls_were_answered_and_which_feeds_were_silent(sit: Sit) -> None:
    async with sit(size=(200, 50), language="en") as seat:
        for name, *steps in (
            ("o1", ("09:10:00", "offered"), ("09:10:09", "answered"), ("09:20:00", "ended")),
            ("o2", ("09:10:00", "offered"), ("09:10:40", "answered"), ("09:12:00", "ended")),
            ("o3", ("09:24:00", "offered"), ("09:24:40", "abandoned")),
        ):
            await seat.happen(
                *(
                    Event(
                        source="asterisk",
                        id=f"{name}{step}",
                        type=f"call.{step}",
                        subject=f"call/{name}",
                        time=at(clock),
                        data={"queue": "support"},
                    )
                    for clock, step in steps
                )
            )
        # The field's feed was heard at 09:28:57; heard again, it says how long it had not been.
        seat.clock.set(at("09:33:00"))
        await seat.desk.hear("field", "field")
        seat.clock.set(at("09:31:07"))
        await opened(seat)
        # Of three calls one was answered within three rings; J-17's window was over at 09:28.
        assert "service 33 % in 3 rings" in seat.screen_text
        assert "field ~ 2m" in seat.screen_text
        assert clock(seat, "job/J-17") == "~ +3:00"
        # Nobody knows of the time before a feed was first heard.
        assert "not known whether asterisk desk was silent" in seat.screen_text
        await seat.press("[", "[")
        await there(seat, "09:11:00")
        assert "service" not in seat.screen_text.splitlines()[1]  # none was over yet
        assert "not known whether asterisk desk field was silent" in seat.screen_text
        await seat.press("colon")
        await seat.type("09:15")
        await seat.press("enter")
        await there(seat, "09:15:00")
        assert "service 0 % in 3 rings" in seat.screen_text  # o2 alone


async def test_whoever_comes_to_the_end_reads_on(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewind, "COUNT", 20)
    async with sit(size=(40, 20)) as seat:
        await seat.press("t")
        await seat.until(lambda: isinstance(seat.app.screen, RewindScreen))
        await there(seat, "09:31:00")
        assert len(rows(seat)) == 20
        for _ in range(6):
            await seat.press("pagedown")
            await seat.until(lambda: not seat.app.screen._looking)
        # 39 are open; two callbacks are one customer's.
        assert rows(seat) == [row.id for row in (await seat.desk.window(Query(), 100)).rows]
        assert len(rows(seat)) == 38
        assert seat.app.screen.table.cursor_id == rows(seat)[-1]


async def test_whoever_steps_on_leaves_nothing_to_read_behind(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sit() as seat:
        await opened(seat)
        begun: list[int] = []
        change, free = LookBack._change, threading.Event()

        def counted(look: LookBack, reader: Any) -> Any:
            begun.append(look.at)
            return change(look, reader)

        monkeypatch.setattr(LookBack, "_change", counted)
        # While others read an impatient hand goes half an hour back.
        busy = asyncio.create_task(seat.desk._store.read(lambda reader: free.wait(20)))
        await seat.press("[", "[", "[")
        free.set()
        await busy
        await there(seat, "09:01:00")
        assert set(begun) == {at("09:01:00")}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("09:12", "2026-03-02T09:12:00+01:00"),
        ("9：12", "2026-03-02T09:12:00+01:00"),
        ("０９：１２", "2026-03-02T09:12:00+01:00"),
        ("－20", "2026-03-02T09:11:07+01:00"),
        ("09:31:06", "2026-03-02T09:31:06+01:00"),
        ("23:50", "2026-03-01T23:50:00+01:00"),
        ("02-28 8:05", "2026-02-28T08:05:00+01:00"),
        ("12-31 8:05", "2025-12-31T08:05:00+01:00"),
        ("2025-07-01 08:05", "2025-07-01T08:05:00+02:00"),
        ("-20", "2026-03-02T09:11:07+01:00"),
        ("-2h", "2026-03-02T07:31:07+01:00"),
        ("2027-01-01 08:00", None),
        ("25:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_time_that_was(text: str, moment: str | None) -> None:
    now, zone = parse_rfc3339("2026-03-02T09:31:07+01:00"), ZoneInfo("Europe/Berlin")
    assert past_moment(text, now, Times(zone)) == (moment and parse_rfc3339(moment))


@pytest.mark.parametrize(
    ("now", "text", "moment"),
    [
        # At three in the morning the clock goes back to two.
        ("2026-10-25T02:10:00+01:00", "02:30", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:10:00+01:00", "02:05", "2026-10-25T02:05:00+01:00"),
        ("2026-10-25T09:00:00+01:00", "02:30", "2026-10-25T02:30:00+01:00"),
        ("2026-10-26T01:00:00+01:00", "02:30", "2026-10-25T02:30:00+01:00"),
        # At two it goes on to three.
        ("2026-03-29T09:00:00+02:00", "02:30", "2026-03-29T03:30:00+02:00"),
        ("2026-03-29T03:10:00+02:00", "02:30", "2026-03-28T02:30:00+01:00"),
        ("2028-02-29T09:00:00+01:00", "12-31 08:00", "2027-12-31T08:00:00+01:00"),
        ("2026-03-02T09:31:07+01:00", "0001-01-01 00:00", None),
    ],
)
def test_a_time_where_the_clock_jumps(now: str, text: str, moment: str | None) -> None:
    found = past_moment(text, parse_rfc3339(now), Times(ZoneInfo("Europe/Berlin")))
    assert found == (moment and parse_rfc3339(moment))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_its_texts(language: Language) -> None:
    say = load(language)
    assert all(action.label in say and action.help in say for action in REWIND_ACTIONS)
