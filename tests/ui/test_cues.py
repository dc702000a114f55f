"""What to say, on the screen: the card beside its item, all cards by a word, forbidden words marked."""

from __future__ import annotations

import pytest
from floor_events import NOW

from console.domain.event import Event


def said(*lines: tuple[str, str]) -> list[Event]:
    """A call of half a minute ago on which these lines were said."""
    kinds: list[tuple[str, dict[str, object]]] = [
        ("call.offered", {"direction": "in", "queue": "support", "from": "13800000042"}),
        ("call.answered", {"agent": "li"}),
        *(("call.said", {"who": who, "text": text}) for who, text in lines),
    ]
    return [
        Event(
            source="pbx", id=f"s{n}", type=kind, subject="call/said", time=NOW - 30_000 + n * 1000, data=data
        )
        for n, (kind, data) in enumerate(kinds)
    ]


async def test_the_card_of_the_moment_stands_beside_the_item(sit) -> None:
    async with sit(size=(200, 50), events=()) as seat:
        await seat.happen(*said(("agent", "您好"), ("customer", "thanks")))
        await seat.to("call/said")
        await seat.press("enter")
        await seat.says("say  The customer thanks or praises  p")
        held = Event(source="pbx", id="h", type="call.held", subject="call/said", time=NOW - 1000)
        await seat.happen(held)
        await seat.says("say  The customer thanks or praises  p")


async def test_forbidden_words_are_marked_over_lines_with_what_is_better(sit) -> None:
    lines = [("agent", "您好，我是李娜"), ("customer", "?"), ("agent", "這個我不"), ("agent", "知道")]
    async with sit(size=(200, 50), language="zh_CN", events=()) as seat:
        await seat.happen(*said(*lines))
        await seat.to("call/said")
        await seat.press("enter")
        await seat.says("坐席: ✓您好")
        await seat.says("坐席: 這個我▲不")
        await seat.says("坐席: ▲知道")
        await seat.says("建议 → 我先帮您问一下")
        await seat.says("✓ 已问候")
        await seat.says("未道别")


@pytest.mark.parametrize(
    ("size", "language", "word", "title", "words"),
    [
        ((40, 20), "en", "道歉 complaint", "Apologising for a complaint", "I apologise on behalf of"),
        ((80, 24), "zh_CN", "silent", "听不到声音", "请问有什么可以帮您"),
        ((200, 50), "zh_CN", "恕不远送", "不能送客", "说明原因并致歉"),
    ],
)
async def test_any_card_is_found_by_a_word_from_anywhere(sit, size, language, word, title, words) -> None:
    async with sit(size=size, language=language, events=()) as seat:
        await seat.press("p")
        await seat.until(lambda: "opening.pickup" in getattr(seat.app.screen, "_cards", {}))
        await seat.type(word)
        await seat.says(title)
        await seat.says(words)
        await seat.press("enter")
        await seat.until(lambda: type(seat.app.screen).__name__ == "PaperScreen")
        await seat.says(words)
        await seat.press("escape", "escape")
        await seat.until(lambda: seat.app.screen is seat.queue)


async def test_the_cards_that_fit_the_item_come_first(sit) -> None:
    async with sit() as seat:
        await seat.to("call/c2")  # on hold for 71 s
        await seat.press("p")
        await seat.says("More than a minute")
        await seat.says("fits now")
        rows = seat.app.screen.query_one("ChoiceTable").window.rows
        assert [row.id for row in rows[:2]] == ["waiting.over-a-minute", "waiting.back"]
        assert len(rows) >= 56


async def test_the_palette_and_a_command_find_it_too(sit) -> None:
    async with sit(events=()) as seat:
        await seat.press("colon")
        await seat.type("what to say")
        await seat.press("enter")
        await seat.says("Picking up")
        await seat.press("escape", "ctrl+p")
        await seat.type("cue cards")
        await seat.says("what to say")
