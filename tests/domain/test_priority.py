"""Importance × urgency."""

from __future__ import annotations

import pytest

from console.domain.place import BREACHED
from console.domain.priority import level, priority
from console.service.summary import summarise
from tests.domain.story import BOOK, at, folded, story


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("high", 0), ("1 - Critical", 0), ("2 - High", 0), ("紧急", 0), ("today", 0), (1, 0),
        ("normal", 1), ("3 - Moderate", 1), ("中", 1), ("2", 1),
        ("low", 2), ("4", 2), ("低", 2),
        ("", None), ("purple", None), (None, None), (True, None), (0, None),
    ],
)  # fmt: skip
def test_systems_have_words_of_their_own(told: object, found: int | None) -> None:
    assert level(told) == found


@pytest.mark.parametrize(
    ("importance", "urgency", "found"),
    [
        ("high", "high", 0), ("high", "normal", 1), ("low", "high", 2), ("normal", "normal", 2),
        ("normal", "low", 3), ("low", "low", 3), ("high", None, None), ("high", "purple", None),
    ],
)  # fmt: skip
def test_both_give_the_priority(importance: str, urgency: str | None, found: int | None) -> None:
    assert priority(importance, urgency) == found


@pytest.mark.parametrize(("urgency", "severity"), [("high", 0), ("low", 2)])
def test_what_is_broken_on_a_grave_ticket_stands_among_what_is_grave(urgency: str, severity: int) -> None:
    """Its reply is of medium severity, and is late after a day."""
    events = story("ticket/1", (0, "opened", {"importance": "high"}), (10, "triaged", {"urgency": urgency}))
    now = at(25 * 3600)
    row, _ = summarise(folded(events, "ticket/1", 25 * 3600), 2, BOOK, now)
    assert (row.norm, row.band, row.severity) == ("ticket.reply.twenty-four-hours", BREACHED, severity)
