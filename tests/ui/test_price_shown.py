"""The picker of `r` says what it costs before Enter: its clock, how soon they begin, what waits for it."""

from __future__ import annotations

import floor_events
import pytest

from console.domain.event import Event
from widgets.picker import ChoiceTable, PickerScreen

OVERLOAD = floor_events.SITE + '\n[limits]\n"agent.overload" = 3\n'


async def pick(seat, item: str, whom: str = "") -> None:
    await seat.to(item)
    await seat.press("r")
    await seat.until(lambda: isinstance(seat.app.screen, PickerScreen))
    if whom:
        await seat.type(whom)


async def costs(seat, text: str) -> None:
    """Wait for a price that holds a text, however its line was broken."""
    await seat.until(lambda: text in " ".join(str(seat.app.screen.query_one("#price").render()).split()))


async def test_what_it_costs_to_give_something_to_somebody(sit) -> None:
    async with sit() as seat:
        await pick(seat, "ticket/T-8812", "zhang")
        # Accepted 09:09:47, half an hour: 8:40 left. Zhang Wei's callback of 09:17 is late already.
        first = "1 of theirs first: callback 137****3311 +14m"
        await costs(seat, f"contact 30m: 8m left · Zhang Wei is free · {first}")
        await seat.press("escape")

        # Li Na has the call, and talks: who is free begins sooner, who is not, does not.
        await seat.happen(
            Event(
                source="desk",
                id="soon",
                type="callback.requested",
                subject="callback/soon",
                time=floor_events.at("09:20:00"),
                data={"customer": "13500000001", "agent": "zhang", "due": "2026-03-02T09:35:00+08:00"},
            )
        )
        await pick(seat, "call/c2", "zhang")
        waits = "of theirs may be late for it: callback 135****0001 3m"
        await costs(
            seat, f"hold 1m: late by 1:11 already · Zhang Wei is free · sooner than with Li Na · {waits}"
        )
        await seat.press("ctrl+u")
        await seat.type("omar")
        await costs(seat, "Omar: wrap-up · no sooner than with Li Na")
        await seat.press("escape")

        # Zhang Wei has three by now, as many as are too many here. Whoever calls sales came nine seconds ago.
        await seat.desk._store.write(
            lambda writer: writer.put_site("settings", OVERLOAD, floor_events.NOW - 1, floor_events.NOW)
        )
        await pick(seat, "ticket/T-8812")
        await seat.until(lambda: "overloaded" in seat.screen_text)
        lines = seat.screen_text.splitlines()
        people = [line for line in lines if " open " in line and "│" in line]
        assert [line for line in people if "overloaded" in line] == people[-1:]
        assert "Zhang Wei" in people[-1]
        assert "longest wait 0:09" in next(line for line in lines if "sales (queue)" in line)
        await seat.press("escape")

        # What a silent feed said last makes nobody free.
        seat.clock.moment += 600_000
        await seat.until(
            lambda: any(feed.name == "asterisk" and feed.lost for feed in seat.queue.floor.feeds)
        )
        await seat.calm()
        await pick(seat, "ticket/T-8812", "zhang")
        await seat.says("available ?")
        await costs(seat, "nobody knows whether Zhang Wei is free")


@pytest.mark.parametrize(
    ("size", "language", "words"),
    [
        ((80, 24), "en", "contact 30m: 8m left · Zhang Wei is free"),
        ((40, 20), "zh_CN", "联系30分：还剩 8m · Zhang Wei 空闲"),
    ],
    ids=["desk", "phone"],
)
async def test_the_price_is_seen_where_there_is_little_room(sit, size, language, words) -> None:
    async with sit(size=size, language=language) as seat:
        await pick(seat, "ticket/T-8812")
        await costs(seat, words)
        shown = seat.screen_text
        assert words[:24] in shown  # the beginning of its line
        assert "Esc" in shown  # and what Enter does below it
        assert sum("Zhang Wei" in line for line in shown.splitlines()) >= 2

        # A list that is looked at anew while somebody scrolls through it stays where it is.
        picker = seat.app.screen
        assert isinstance(picker, PickerScreen)
        table = picker.query_one(ChoiceTable)
        table.scroll_end(animate=False, immediate=True)
        await seat.pilot.pause()
        end = table.scroll_y
        assert end > 0
        picker.update_choices(picker._choices)
        await seat.pilot.pause()
        assert table.scroll_y == end
