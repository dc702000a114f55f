"""A filter in the words that the board shows."""

from __future__ import annotations

import pytest

CALLS = {"call/c1", "call/c2", "call/c5"}
HELD = {"call/c2"}


@pytest.mark.parametrize(
    ("language", "filters"),
    [
        (
            "zh_CN",
            {
                "kind：通话 -state:保持中": CALLS - HELD,
                "norm:保持1分": HELD,
                "band:已超 kind:通话": {"call/c1", "call/c2"},
                "kind:通话 owner:无": CALLS - HELD,
            },
        ),
        ("en", {'state:"on hold"': HELD, "kind:call": CALLS, "norm:hold": HELD}),
    ],
)
async def test_values_may_be_what_the_board_shows(sit, language, filters) -> None:
    async with sit(size=(120, 20), language=language) as seat:
        await seat.press("slash")
        for typed, items in filters.items():
            seat.queue.set_query(typed)
            await seat.until(lambda items=items: set(seat.shown) == items)
