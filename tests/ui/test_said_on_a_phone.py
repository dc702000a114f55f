"""What a screen says after a key is read to its end on a telephone, too."""

from __future__ import annotations

import re

import floor_events
from floor_events import NOW

from console.domain.event import Event
from console.screens.check_sheet import CheckSheet
from console.screens.checks import ChecksScreen
from console.service.site import apply

AREAS = floor_events.SITE + '[areas.north]\nmanager = "zhang"\n'


async def test_that_a_list_is_on_record_is_told_at_forty_columns(sit) -> None:
    async with sit(size=(40, 20), events=()) as seat:
        await apply(seat.desk._store, AREAS, actor="boss", event_id="s2", now=seat.clock.moment, since=None)
        await seat.press("i")
        await seat.until(
            lambda: isinstance(seat.app.screen, ChecksScreen) and seat.app.screen.table.window.rows
        )
        await seat.press("enter")
        await seat.until(
            lambda: isinstance(seat.app.screen, CheckSheet) and seat.app.screen.table.window.rows
        )
        await seat.press(*["enter"] * len(seat.app.screen.table.window.rows), "s")
        await seat.until(
            lambda: "Public notices, north: all well, on record" in " ".join(seat.screen_text.split())
        )


async def test_a_long_name_leaves_room_for_why_the_item_stands_there(sit) -> None:
    late = Event(
        source="field", id="long", type="job.scheduled", subject="job/J-99", time=NOW - 3_600_000,
        data={"agent": "阿卜杜热合曼·买买提明·阿不都克里木", "window_end": "2026-03-02T09:00:00+08:00"},
    )  # fmt: skip
    async with sit(size=(40, 20), language="zh_CN") as seat:
        await seat.happen(late)
        await seat.says("已预约 ? · 阿卜杜热合曼… · 到达")


async def test_what_a_key_does_has_the_room_that_its_name_leaves(sit) -> None:
    async with sit(size=(40, 20), language="zh_CN") as seat:
        await seat.press("question_mark")
        await seat.says("r         转派      把该事项或所有")


async def test_a_sum_has_each_figure_behind_its_name(sit) -> None:
    async with sit(size=(40, 20)) as seat:
        await seat.to("call/c2")
        await seat.press("x")
        await seat.until(lambda: re.search(r"limit +1:00", seat.screen_text))
        assert re.search(r"due +09:29:55\.120", seat.screen_text)
