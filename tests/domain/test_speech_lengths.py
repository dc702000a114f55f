"""Only what can be the length of a piece of speech counts in how fast somebody spoke."""

from __future__ import annotations

import pytest

from console.domain.event import Event
from tests.domain.story import at, folded, story


def said(*lengths: object) -> list[Event]:
    pieces = [
        Event(
            source="feed",
            id=f"said-{index}",
            type="call.said",
            subject="call/1",
            time=at(2 + index),
            data={"who": "agent", "text": "twelve chars", "seconds": length},
        )
        for index, length in enumerate(lengths)
    ]
    return [*story("call/1", (0, "offered"), (1, "answered")), *pieces]


@pytest.mark.parametrize(
    "length", [5e-324, 10**400, float("inf"), float("nan"), 0, -3, True, "3", None, [3], {"s": 3}]
)
def test_what_is_no_length_changes_nothing(length: object) -> None:
    # 11 letters in 3 s are 220 a minute.
    assert folded(said(3, length), "call/1", 60).speech_rate == 220
    assert folded(said(length), "call/1", 60).speech_rate is None
