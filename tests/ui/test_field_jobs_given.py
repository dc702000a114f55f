"""`r` on a field job: a clash of appointments shows before it happens, jobs of the same area go along."""

from __future__ import annotations

import floor_events

from console.domain.event import Event
from widgets.dialogs import ConfirmScreen
from widgets.picker import PickerScreen

DAY = "2026-03-02T"


def scheduled(name: str, start: str, end: str, area: str = "north", agent: str = "") -> Event:
    data = {"area": area, "queue": area, "agent": agent}
    data |= {"window_start": f"{DAY}{start}:00+08:00", "window_end": f"{DAY}{end}:00+08:00"}
    return Event(
        source="field", id=f"s-{name}", type="job.scheduled", subject=f"job/{name}",
        time=floor_events.at("09:00:00"), data=data,
    )  # fmt: skip


async def pick(seat, whom: str) -> None:
    for event in (
        scheduled("G-1", "14:00", "15:00"),
        scheduled("G-2", "14:30", "16:00", agent="zhang"),  # overlaps it
        scheduled("G-3", "15:00", "16:00", agent="omar"),  # begins as it ends
        scheduled("G-4", "16:00", "17:00"),
        scheduled("G-5", "14:30", "15:30"),
        scheduled("G-6", "14:00", "15:00", area="south"),
    ):
        await seat.happen(event)
    await seat.to("job/G-1")
    await seat.press("r")
    await seat.until(lambda: isinstance(seat.app.screen, PickerScreen))
    await seat.type(whom)


async def priced(seat, *texts: str) -> None:
    def there() -> bool:
        price = " ".join(str(seat.app.screen.query_one("#price").render()).split())
        return all(text in price for text in texts)

    await seat.until(there)


async def owner(seat, name: str) -> str | None:
    rows = await seat.desk.rows([f"job/{name}"])
    return rows[f"job/{name}"].asked


async def test_a_clash_shows_in_the_list_under_it_and_is_asked_about(sit) -> None:
    async with sit() as seat:
        await pick(seat, "zhang")
        await seat.until(lambda: seat.screen_text.count("clash: G-2 14:30–16:00") == 2)
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ConfirmScreen))
        await seat.says("clash: G-2 14:30–16:00")
        await seat.press("escape")
        assert await owner(seat, "G-1") is None


async def test_appointments_that_only_touch_are_no_clash_and_enter_gives_it(sit) -> None:
    async with sit() as seat:
        await pick(seat, "omar")
        await priced(seat, "+ gives 2 more of north along: G-5 14:30–15:30, G-4 16:00–17:00")
        assert "clash" not in seat.screen_text
        await seat.press("enter")
        await seat.until(lambda: not isinstance(seat.app.screen, PickerScreen))
        await seat.calm()
        assert (await owner(seat, "G-1"), await owner(seat, "G-5")) == ("omar", None)


async def test_jobs_of_the_area_go_along_with_a_plus_and_are_named_before(sit) -> None:
    async with sit() as seat:
        await pick(seat, "omar")
        await priced(seat, "+ gives 2 more")
        await seat.press("plus")
        # G-5 begins before G-1 and G-3 are over.
        await priced(
            seat, "with 2 more of north: G-5", "clash: G-3 15:00–16:00",
            "these overlap each other: G-1 14:00–15:00, G-5 14:30–15:30",
        )  # fmt: skip
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ConfirmScreen))
        await seat.says("these overlap each other: G-1 14:00–15:00, G-5 14:30–15:30")
        await seat.press("right", "enter")
        await seat.until(lambda: not isinstance(seat.app.screen, ConfirmScreen))
        await seat.calm()
        given = [await owner(seat, name) for name in ("G-1", "G-4", "G-5", "G-6")]
        assert given == ["omar", "omar", "omar", None]
