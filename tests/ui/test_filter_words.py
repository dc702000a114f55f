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


@pytest.mark.parametrize(
    ("language", "hints"),
    [
        (
            "zh_CN",
            {
                "工单": "是否指 kind:工单？",
                "违规 -support": "是否指 band:违规？",
                "保持1分": "是否指 norm:保持1分？",
                "queue:support 工单 保持中": "是否指 kind:工单、state:保持中？",
                "没有的词": "",
            },
        ),
        (
            "en",
            {"overdue": "Did you mean band:overdue?", '"on hold"': 'Did you mean state:"on hold"?', "xy": ""},
        ),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
async def test_a_value_without_its_field_that_finds_nothing_is_told_with_it(
    sit, language, hints, size
) -> None:
    asks = {"zh_CN": "是否指", "en": "Did you mean"}[language]
    nothing = {"zh_CN": "没有符合筛选的事项", "en": "Nothing fits this filter."}[language]
    async with sit(size=size, language=language) as seat:
        for typed, hint in hints.items():
            seat.queue.set_query(typed)
            await seat.says(nothing)
            await seat.until(
                lambda hint=hint: hint in seat.screen_text if hint else asks not in seat.screen_text
            )
        # What it says can be typed as it stands.
        seat.queue.set_query("band:违规" if language == "zh_CN" else "band:overdue")
        await seat.until(lambda: seat.shown)
        assert {row.band for row in (await seat.desk.rows(seat.shown)).values()} == {0}
