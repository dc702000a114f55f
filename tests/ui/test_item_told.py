"""What the item tells of a complaint: how grave it is, and when it was apologised for."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from console.locale.catalogue import Language, load
from console.screens import explain, item
from console.screens.times import Times
from console.screens.words import FULL, Words
from console.service import board
from console.service.cueing import Transcript
from console.service.model import ItemView
from tests.domain.story import BOOK, at, story
from tests.store.workbench import ingest, made, settle
from widgets.pane import Line

EVENTS = story(
    "ticket/1",
    (0, "opened", {"type": "complaint", "importance": "high"}),
    (60, "triaged", {"urgency": "high"}),
    (90, "accepted", {"apologised": False}),
    (150, "contacted", {"apologised": True, "gift": "a thermos cup"}),
    (300, "contacted", {"apologised": True}),
)


def _seen(language: Language) -> tuple[Words, ItemView]:
    store = made()
    ingest(store, EVENTS, at(400))
    settle(store, at(400))
    view = board.view(store, "ticket/1", at(400))
    assert view is not None
    return Words.of(load(language), BOOK.latest, Times(ZoneInfo("Asia/Shanghai")), FULL), view


def _texts(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line.spans) for line in lines]


@pytest.mark.parametrize(
    ("language", "clock", "told"),
    [
        ("en", "a complaint is taken up at once", "09:02:30  customer contacted: a thermos cup"),
        ("zh_CN", "投诉立即处理", "09:02:30  已联系客户：a thermos cup"),
    ],
)
def test_the_apology_stands_with_the_clock_of_taking_it_up(language: Language, clock: str, told: str) -> None:
    words, view = _seen(language)
    pane = _texts(list(item.lines(words, view, at(400), Transcript())))
    line = next(n for n, text in enumerate(pane) if clock in text)
    assert pane[line + 1].strip() == told
    sums = _texts(list(explain.lines(words, view, at(400))))
    assert [text.strip() for text in sums].count(told) == 1


def test_the_priority_says_what_it_follows_from() -> None:
    words, view = _seen("en")
    pane = _texts(list(item.lines(words, view, at(400), Transcript())))
    assert "priority critical: importance high × urgency high" in pane
