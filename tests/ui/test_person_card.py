"""The card of a person: what it says, in both languages and on a phone, and where one goes from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import floor_events

from console.domain.event import Event
from console.domain.instants import DAY
from console.screens.checks import ChecksScreen
from console.screens.person_card import PersonCard

Sit = Callable[..., Any]


def seen(number: int, days: int, **data: object) -> Event:
    """Something seen of Li Na, so many days ago."""
    moment = floor_events.NOW - days * DAY
    return Event(
        source="desk",
        id=f"seen-{number}",
        type="agent.inspected",
        subject="agent/li",
        time=moment,
        data={"failed": [], **data},
    )


SEEN = (
    *(seen(number, 10 + number, norm="agent.conduct") for number in range(4)),
    seen(5, 5, norm="agent.conduct", failed=["talks aside"], actor="zhao"),
    seen(6, 40, checklist="evaluation", norm="agent.evaluation.regular"),
    seen(7, 3, norm="agent.acceptance-principles", failed=["argued"], marks={"argue": "not", "calm": "ok"}),
)


def shown(seat: Any) -> str:
    """All that stands there, without the frame and runs of blanks."""
    return " ".join(seat.screen_text.replace("│", " ").split())


async def opened(seat: Any, person: str) -> None:
    await seat.happen(*SEEN)
    await seat.press("g")
    await seat.until(lambda: seat.app.screen.table.move_to(person))
    await seat.press("enter")
    await seat.until(lambda: isinstance(seat.app.screen, PersonCard))


async def test_what_the_card_says(sit: Sit) -> None:
    """Four times all was well, once not, once half of two: (4 × 5 + 1 + 3) ÷ 6 = 4."""
    async with sit(size=(120, 70)) as seat:
        await opened(seat, "li")
        await seat.says("What was not well")
        text = shown(seat)
        assert "attitude ★★★★ seen 6× (4.0 / 5)" in text
        assert "answers not enough 0 of 5 that it takes" in text
        # Her one call was picked up in time, and put on hold for too long.
        assert "speed not enough 2 of 5 that it takes" in text
        assert "overall not enough not before all three are known" in text
        assert "evaluation last 2026-01-21, late since 2026-02-21" in text
        assert "2026-02-25 conduct: talks aside · zhao" in text
        assert "Seven headings attitude seen 6×" in text
        assert "never argues seen 1× (1.0 / 5)" in text
        assert "calmed at once seen 1× (5.0 / 5)" in text
        assert "against unity nothing on record" in text


async def test_on_a_phone_in_chinese(sit: Sit) -> None:
    async with sit(size=(40, 60), language="zh_CN") as seat:
        await opened(seat, "li")
        await seat.says("不足之处")
        assert "态度 ★★★★：观察 6 次（4.0 / 5）" in shown(seat)
        assert "Li Na，近 91 天" in shown(seat)
        assert "i 检查表" in shown(seat), "called as the people screen calls it"
        assert "评估：上次 2026-01-21，2026-02-21 起" in shown(seat)


async def test_on_to_their_work_and_their_lists(sit: Sit) -> None:
    async with sit() as seat:
        await opened(seat, "zhang")
        await seat.press("w")
        await seat.until(lambda: seat.app.screen is seat.queue and set(seat.shown) == {"callback/b1"})
        await seat.press("g")
        await seat.until(lambda: seat.app.screen.table.move_to("zhang"))
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, PersonCard))
        await seat.press("i")
        await seat.until(lambda: isinstance(seat.app.screen, ChecksScreen))
        await seat.press("escape", "enter")
        await seat.until(lambda: isinstance(seat.app.screen, PersonCard))
        await seat.press("escape")
        await seat.says("w their work")
