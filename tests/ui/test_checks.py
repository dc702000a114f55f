"""Checklists by the keys: which there are, going through one, a finding's owner, nothing lost on the way."""

from __future__ import annotations

import floor_events
import pytest

from console.domain.event import Event
from console.locale.catalogue import load
from console.screens.check_sheet import CheckSheet
from console.screens.checks import ChecksScreen, columns
from console.screens.people import PeopleScreen
from console.screens.timeline import told as told_of
from console.service.model import NotRecorded
from console.service.site import apply
from widgets.cells import cell_width
from widgets.dialogs import ConfirmScreen, PromptScreen
from widgets.live_table_model import arrange

AREAS = floor_events.SITE + '[areas.north]\nmanager = "zhang"\n[areas.south]\n'
LISTS = ["notice@north", "notice@south", "area-book@north", "area-book@south"]


def told(kind: str, item: str, **data: object) -> Event:
    return Event(source="desk", id=kind, type=kind, subject=item, time=floor_events.NOW, data=data)


def on_top(seat, kind) -> bool:
    return isinstance(seat.app.screen, kind)


async def lists(seat) -> list[str]:
    """The checklists of a floor with two areas."""
    await apply(seat.desk._store, AREAS, actor="boss", event_id="s2", now=seat.clock.moment, since=None)
    await seat.press("i")
    await seat.until(lambda: on_top(seat, ChecksScreen) and seat.app.screen.table.window.rows)
    return [row.id for row in seat.app.screen.table.window.rows]


def test_names_are_whole_where_no_list_has_a_note() -> None:
    placed = {one.column.key: one.width for one in arrange(columns(load("en"), 80, notes=False), 78)}
    assert placed["name"] >= len("Is the answer right?")
    assert placed["place"] >= cell_width("浦东新区张江园区")
    assert "note" in {one.column.key for one in arrange(columns(load("en"), 80, notes=True), 78)}


async def test_a_list_is_gone_through_and_its_finding_is_somebodys_task(sit, monkeypatch) -> None:
    async def full(what) -> NotRecorded:
        return NotRecorded("full")

    async with sit(size=(80, 24), events=()) as seat:
        assert await lists(seat) == [*LISTS, "round@all"]
        assert seat.screen_text.count("never") >= 5
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, CheckSheet) and seat.app.screen.table.window.rows)
        sheet = seat.app.screen
        await seat.press("enter", "n")
        await seat.until(lambda: on_top(seat, PromptScreen))
        await seat.type("torn off")
        await seat.press("enter")  # the owner is filled in: the area's manager
        await seat.until(lambda: seat.app.screen is sheet)
        await seat.says("torn off · Zhang Wei")
        await seat.press("s")
        await seat.says("5 not looked at yet")
        await seat.press("escape")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.press("enter")  # it starts on going on
        await seat.until(lambda: seat.app.screen is sheet)
        await seat.press("enter", "enter", "enter", "minus", "enter")
        with monkeypatch.context() as patch:
            patch.setattr(seat.desk, "inspect", full)
            await seat.press("s")
            await seat.says("not recorded")
        await seat.press("s")
        await seat.says("Public notices, north: on record, 1 to correct")
        found = next(one for one in await seat.desk.checks() if one.open)
        assert (found.checklist.id, found.place, found.found, found.open) == ("notice", "north", 1, 1)
        assert (found.seen["opinion-box"].mark, found.seen["dates"].mark) == ("na", "ok")
        await seat.press("escape")
        await seat.until(lambda: [item for item in seat.shown if item.startswith("report/finding/")])
        assert (await seat.row(seat.shown[0])).owner == "zhang"


async def test_what_is_offered_for_a_visitor_and_for_a_call_and_to_whom_not(sit) -> None:
    floor = (told("visit.arrived", "visit/1"), told("call.offered", "call/1", queue="support"))
    async with sit(size=(40, 20), language="zh_CN", events=floor, read_only=True) as seat:
        await seat.to("call/1")
        own = ["accuracy@call/1", "voice@call/1"]
        assert await lists(seat) == [*own, "quiet@all", *LISTS, "round@all"]
        await seat.says("从未检查")
        await seat.press("enter")
        await seat.says("只")
        assert on_top(seat, ChecksScreen)


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
async def test_the_leaving_list_of_a_job_is_gone_through_by_keys(sit, size) -> None:
    job = (
        told("job.arrived", "job/17", agent="li", type="repair", queue="north"),
        told("job.step", "job/17", step="borrowed", consent=True),
    )
    async with sit(size=size, events=job) as seat:
        await seat.to("job/17")
        await seat.press("i")
        await seat.until(lambda: on_top(seat, ChecksScreen) and seat.app.screen.table.window.rows)
        own = [row.id for row in seat.app.screen.table.window.rows][:3]
        assert own == ["guest@job/17", "five-ones@job/17", "leaving@job/17"]
        await seat.press("down", "down", "enter")
        await seat.until(lambda: on_top(seat, CheckSheet) and seat.app.screen.table.window.rows)
        await seat.says("Leaving list · ")
        await seat.says("borrowed tools clean and back")
        await seat.says("never · on record: 1, last")
        await seat.press("n")  # tools counted, none left
        await seat.until(lambda: on_top(seat, PromptScreen))
        await seat.type("a wrench")
        await seat.press("enter")  # the owner is filled in: who has the job
        await seat.until(lambda: on_top(seat, CheckSheet))
        await seat.press(*["enter"] * 5, "minus", "enter", "s")
        await seat.until(lambda: on_top(seat, ChecksScreen))
        said = "Leaving list, job 17: on record, 1 to correct"
        await seat.until(lambda: said in " ".join(seat.screen_text.split()))
        wrong = await seat.desk._store.read(lambda reader: reader.clocks_of("job/17"))
        assert [(one.norm, one.missing) for one in wrong if one.rule == "inspection"] == [
            ("job.finish.leave-clean", ("not so: tools counted, none left: a wrench",))
        ]
        seen = await seat.desk._store.read(lambda reader: reader.events_of("job/17"))
        assert [told_of(seat.queue.words, one, 0, "") for one in seen if one.type == "job.observed"] == [
            f"checked on · {seat.queue.words.person(seat.desk.actor)}: "
            "the place left clean and complete, not so: tools counted, none left: a wrench"
        ]
        leaving = next(one for one in await seat.desk.checks("job/17") if one.checklist.id == "leaving")
        assert (leaving.found, leaving.open, leaving.seen["borrowed"].mark) == (1, 1, "na")
        await seat.press("escape")
        await seat.until(lambda: any(item.startswith("report/finding/") for item in seat.shown))


NEAT = """
[[checklist]]
id = "neat"
name = { zh = "整洁", en = "Neat" }
about = "agent"
norm = "person.neat"
items = [{ id = "hair", text = { zh = "头发整齐", en = "hair combed" } }]
"""


async def test_the_lists_of_a_person_open_from_their_row(sit) -> None:
    async with sit(size=(40, 20)) as seat:
        store, now = seat.desk._store, seat.clock.moment
        await seat.press("g")
        await seat.until(lambda: on_top(seat, PeopleScreen) and seat.app.screen.table.window.rows)
        await apply(store, NEAT.replace("agent", "call"), actor="boss", event_id="s1", now=now, since=0)
        await seat.press("down", "i")
        await seat.says("no checklist for this")
        await seat.press("escape")
        floor = NEAT.replace("agent", "floor").replace('"neat"', '"hall"').replace('norm = "person.neat"', "")
        await apply(store, floor + NEAT, actor="boss", event_id="s2", now=now, since=now)
        person = seat.app.screen.table.cursor_id
        await seat.press("i")
        await seat.until(lambda: on_top(seat, ChecksScreen) and seat.app.screen.table.window.rows)
        assert [row.id for row in seat.app.screen.table.window.rows] == [f"neat@agent/{person}"]
        assert "not in 90d" in seat.screen_text, "no further back was looked: it may be older"
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, CheckSheet) and seat.app.screen.table.window.rows)
        await seat.says(f"Neat · {seat.queue.words.person(person)}")
        await seat.press("enter", "s")
        await seat.says("all well, on record")
        await seat.press("escape")
        assert on_top(seat, PeopleScreen)
        inspected = await store.read(lambda reader: reader.events_of(f"agent/{person}"))
        assert [one.data["marks"] for one in inspected if one.type == "agent.inspected"] == [{"hair": "ok"}]
