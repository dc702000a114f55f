"""How long the customer waited, as the item tells it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from console.locale.catalogue import load
from console.screens.item import lines
from console.screens.times import Times
from console.screens.words import FULL, Words
from console.service import board
from console.service.cueing import Transcript
from tests.domain.story import BOOK, at, story
from tests.store.workbench import ingest, made, settle


def test_a_call_that_was_lost_is_waited_on_no_longer() -> None:
    """Held at 100 s, and not heard of again: lost four hours later."""
    store, now = made(), at(86_400)
    ingest(store, story("call/1", (0, "answered"), (100, "held")), at(100))
    settle(store, now)
    view = board.view(store, "call/1", now)
    assert view is not None
    words = Words.of(load("en"), BOOK.latest, Times(ZoneInfo("Asia/Shanghai")), FULL)
    told = ["".join(span.text for span in line.spans) for line in lines(words, view, now, Transcript())]
    assert [line for line in told if "waited" in line] == ["the customer has waited 4:00:00"]
