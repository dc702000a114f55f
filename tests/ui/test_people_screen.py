"""The people screen at its keys: who is there, whose work one goes to see, and that it lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import floor_events
import pytest
from seat import Seat

from console.actions.people_keys import PEOPLE_ACTIONS
from console.domain.event import Event
from console.domain.instants import MINUTE, SECOND
from console.locale.catalogue import LANGUAGES, Language, load
from console.screens.people import PeopleScreen

Sit = Callable[..., Any]
NOW = floor_events.NOW


async def opened(seat: Seat) -> None:
    await seat.press("g")
    await seat.until(lambda: isinstance(seat.app.screen, PeopleScreen) and rows(seat))


def rows(seat: Seat) -> list[str]:
    return [row.id for row in seat.app.screen.table.window.rows]


def cell(seat: Seat, person: str, column: str) -> str:
    (row,) = (row for row in seat.app.screen.table.window.rows if row.id == person)
    return row.cells[column].text.strip()


def line(seat: Seat, name: str) -> str:
    found = [text for text in seat.screen_text.splitlines() if text.strip().startswith(name)]
    assert found, seat.screen_text
    return " ".join(found[0].split())


def says(name: str, agent: str, moment: int, source: str = "asterisk", **data: object) -> Event:
    return Event(source=source, id=name, type="agent.state", subject=f"agent/{agent}", time=moment, data=data)


async def test_who_is_there_and_it_lives(sit: Sit) -> None:
    async with sit() as seat:
        await opened(seat)
        # Free, wrap-up, longest in their call; those whom nobody speaks of stand last, by name.
        assert rows(seat) == ["zhang", "omar", "li", "sun", "chen", "li.wei", "zhou"]
        # He said at 09:27 that he is available, which he was since he came.
        assert line(seat, "Zhang Wei") == "Zhang Wei available 1h 08:00 2 billing support 中文 English"
        assert line(seat, "Sun Yue").startswith("Sun Yue ringing 38s 09:30 —")
        assert line(seat, "Chen Jing") == "Chen Jing not known 1 south no feed speaks of them"
        assert "available 1   wrap-up 1   ringing 1   on a call 1   not known 3" in seat.screen_text
        seat.clock.moment += 22 * SECOND
        await seat.until(lambda: cell(seat, "sun", "time") == "1m")
        await seat.happen(says("x1", "sun", NOW + 19 * SECOND, state="break", reason="午饭"))
        await seat.until(lambda: cell(seat, "sun", "state") == "on a break")
        assert line(seat, "Sun Yue") == "Sun Yue on a break 3s 09:31 — support 中文 午饭"
        assert rows(seat)[:4] == ["zhang", "omar", "li", "sun"]
        # Nothing more is heard: what was said is kept, marked, and its time stands still where it was then.
        seat.clock.moment += 10 * MINUTE
        await seat.until(lambda: cell(seat, "li", "state") == "on a call ?")
        assert line(seat, "Li Na").startswith("Li Na on a call ? ~ 11m 09:20 1 support 中文 silent for 10m")
        assert "available 0   unconfirmed 4   not known 3" in seat.screen_text
        await seat.desk.hear("asterisk", "asterisk")
        await seat.until(lambda: cell(seat, "li", "time") == "21m")


async def test_whom_one_looks_for_and_their_work(sit: Sit) -> None:
    async with sit(size=(80, 24)) as seat:
        await seat.press("enter")  # the item stands in the board's place
        await opened(seat)
        await seat.press("end", "slash", "q")
        await seat.says("Nobody fits.")
        await seat.press("escape")
        assert len(rows(seat)) == 7
        await seat.press("slash")
        await seat.type("supp zha")
        await seat.press("enter")
        assert rows(seat) == ["zhang"]
        assert "free 1   " in seat.screen_text
        assert "only supp zha" in seat.screen_text
        await seat.press("w")
        await seat.until(lambda: seat.app.screen is seat.queue and set(seat.shown) == {"callback/b1"})
        assert "owner:zhang" in seat.screen_text
        assert seat.queue.focused is seat.queue.table
        for key in ("escape", "q", "g"):
            await opened(seat)
            await seat.press("down", key)
            assert (seat.app.screen is seat.queue, seat.cursor) == (True, "callback/b1")
        await seat.press("escape")
        await seat.until(lambda: len(seat.shown) > 5)


async def test_an_empty_floor_says_what_to_do(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor_events, "SITE", "")
    async with sit(events=(), size=(40, 20)) as seat:
        await seat.press("g")
        await seat.says("Nobody is known on this floor yet.")
        assert "rings site apply" in seat.screen_text
        await seat.press("enter")
        assert isinstance(seat.app.screen, PeopleScreen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_its_texts(language: Language) -> None:
    say = load(language)
    assert all(action.label in say and action.help in say for action in PEOPLE_ACTIONS)


@pytest.mark.parametrize(
    ("size", "language", "told"),
    [
        ((80, 24), "en", "escalate: on the queue alone"),
        ((40, 20), "zh_CN", "升级：须在队列中使用，按 Esc 返回"),
    ],
)
async def test_keys_of_the_queue_say_that_they_are_keys_of_the_queue(
    sit: Sit, size: tuple[int, int], language: str, told: str
) -> None:
    """On every screen of a table; a key that does nothing and says nothing looks broken."""
    async with sit(size=size, language=language) as seat:
        for key in "gNvih":
            await seat.press(key)
            await seat.until(lambda: seat.app.screen is not seat.queue)
            await seat.press("e")
            await seat.says(told)
            await seat.press("escape")
            await seat.until(lambda: seat.app.screen is seat.queue)
