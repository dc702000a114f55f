"""What the item keys do to the right id, and what happens when it goes wrong."""

from __future__ import annotations

import pytest
from floor_events import NOW
from textual.screen import Screen

from console.domain.command import Command
from console.domain.event import Event
from console.service.model import Done, NotRecorded
from widgets.dialogs import ConfirmScreen, ConflictScreen, PromptScreen
from widgets.picker import PickerScreen


def on_top(seat, kind) -> bool:
    return isinstance(seat.app.screen, kind)


async def give_elsewhere(seat, item: str, to: str) -> None:
    """Another console gives an item away."""
    seat.clock.moment += 10
    row = await seat.row(item)
    (done,) = await seat.desk.act(
        [Command(f"other-{item}-{to}", "reassign", item, "sun", row.hand, {"to": to})]
    )
    assert isinstance(done, Done)
    seat.clock.moment += 10


async def test_reassign_names_the_best_first_and_gives_to_whom_was_typed(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await seat.press("r")
        await seat.until(lambda: on_top(seat, PickerScreen))
        await seat.says("Give ticket Anna B* (accepted, contact 30m) to")
        await seat.says("recorded here only")
        lines = [line for line in seat.screen_text.splitlines() if " open " in line and "│" in line]
        assert "Zhang Wei" in lines[0]
        await seat.type("om")
        await seat.press("enter")
        await seat.says("ticket Anna B* now with Omar")
        assert (await seat.row("ticket/T-8812")).asked == "omar"
        await seat.says("— → Omar ?")


@pytest.mark.parametrize("queue", ["billing", "returns"], ids=["with something open", "with nothing open"])
async def test_a_queue_can_be_given_to(sit, queue: str) -> None:
    async with sit() as seat:
        here = Event(
            source="pbx",
            id="anna-is-there",
            type="agent.state",
            subject="agent/anna",
            time=NOW - 1000,
            data={"state": "available", "queue": "returns"},
        )
        await seat.desk.ingest([here])
        await seat.to("ticket/T-8812")
        await seat.press("r")
        await seat.type(queue)
        await seat.press("enter")
        await seat.until(lambda: not on_top(seat, PickerScreen))
        assert (await seat.row("ticket/T-8812")).asked == f"#{queue}"


async def test_a_live_call_is_asked_about_first_and_starts_on_cancel(sit) -> None:
    async with sit() as seat:
        await seat.to("call/c2")
        await seat.press("r")
        await seat.type("zhang")
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.says("A call is going on: call 王*明")
        await seat.press("enter")
        await seat.until(lambda: seat.app.screen is seat.queue)
        assert (await seat.row("call/c2")).asked is None
        await seat.press("r")
        await seat.type("zhang")
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.press("right", "enter")
        await seat.says("now with Zhang Wei")
        assert (await seat.row("call/c2")).asked == "zhang"


async def test_acknowledge_takes_in_all_the_promises_of_a_row(sit) -> None:
    async with sit() as seat:
        await seat.to("callback/b1")
        seat.clock.moment += 3_600_000
        await seat.calm()
        await seat.press("a")
        await seat.says("acknowledged; the clock runs on")
        for item in ("callback/b1", "callback/b2"):
            view = await seat.desk.view(item)
            assert list(view.acknowledged_by.values()) == ["li.wei"]
        await seat.says("✓ callback ×2")


async def test_undo_takes_back_the_last_act_on_all_of_it(sit) -> None:
    async with sit() as seat:
        await seat.to("callback/b1")
        seat.clock.moment += 3_600_000
        await seat.calm()
        await seat.press("a")
        await seat.says("u takes it back")
        await seat.press("u")
        await seat.says("taken back")
        seat.clock.moment += 10
        for item in ("callback/b1", "callback/b2"):
            assert not (await seat.desk.view(item)).acknowledged_by
        await seat.press("u")
        await seat.says("nothing of yours to take back")


async def test_undo_goes_on_to_what_was_done_before_on_the_same_item(sit) -> None:
    async with sit(language="zh_CN") as seat:
        await seat.to("ticket/T-9000")
        await seat.press("e", "enter")
        await seat.says("已升级给组长（按 u 撤回）")
        await seat.press("n", "enter")
        await seat.says("备注：必填")
        await seat.type("打过电话")
        await seat.press("enter")
        await seat.says("已备注（按 u 撤回）")
        await seat.press("s", "enter")
        await seat.says("静默至")
        for snoozed, note, level in ((False, "打过电话", "lead"), (False, "", "lead"), (False, "", "")):
            seat.clock.moment += 10
            seat.queue.edges._foot._until = 0.0
            await seat.press("u")
            await seat.says("已撤回")
            view = await seat.desk.view("ticket/T-9000")
            assert (view.row.snoozed is not None, view.note, view.row.level) == (snoozed, note, level)
        await seat.press("u")
        await seat.says("没有可以撤回的操作")


async def test_undo_stops_where_somebody_else_acted_in_between(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-9000")
        await seat.press("e", "enter")
        await seat.says("now before the")
        seat.clock.moment += 10
        await give_elsewhere(seat, "ticket/T-9000", "zhang")
        await seat.until(lambda: seat.queue.board.row("ticket/T-9000").asked == "zhang")
        await seat.calm()
        await seat.press("s", "enter")
        await seat.says("quiet until")
        await seat.press("u")
        await seat.says("taken back")
        seat.clock.moment += 10
        await seat.press("u")
        await seat.says("ticket 136****0000: somebody acted on it since")
        assert (await seat.row("ticket/T-9000")).level == "lead"


async def test_undo_lists_what_others_have_changed_since(sit) -> None:
    async with sit() as seat:
        for item in ("ticket/T-9000", "ticket/T-9001"):
            await seat.to(item)
            await seat.press("space")
        await seat.press("r")
        await seat.type("omar")
        await seat.press("enter", "right", "enter")
        await seat.says("2 items now with Omar")
        seat.clock.moment += 10
        await give_elsewhere(seat, "ticket/T-9000", "zhang")
        await seat.press("u")
        await seat.until(lambda: on_top(seat, ConflictScreen))
        await seat.says("Left as they are")
        await seat.says("ticket 136****0000: Sun Yue acted on it since")
        assert (await seat.row("ticket/T-9000")).asked == "zhang"
        assert (await seat.row("ticket/T-9001")).asked is None


async def test_bulk_acts_ask_once_with_every_item_and_are_one_batch(sit) -> None:
    async with sit() as seat:
        await seat.to("call/c1")
        await seat.press("space", "space", "a")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.says("Acknowledge 2 items?")
        await seat.says("call 138****0042  ringing")
        await seat.press("right", "enter")
        await seat.says("2 items acknowledged")
        assert not seat.queue.table.marks
        batches = set()
        for item in ("call/c1", "job/J-17"):
            view = await seat.desk.view(item)
            batches |= {e.event.data["batch"] for e in view.timeline if e.event.type == "item.acknowledged"}
        assert len(batches) == 1


async def test_escalating_says_to_whom_and_why(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await seat.press("e")
        await seat.until(lambda: on_top(seat, PromptScreen))
        await seat.press("right", "tab")
        await seat.type("angry")
        await seat.press("enter")
        await seat.says("ticket Anna B* is now before the manager")
        row = await seat.row("ticket/T-8812")
        assert row.level == "manager"
        await seat.says("↑ ticket")


async def test_done_with_an_outcome_ends_it(sit) -> None:
    async with sit() as seat:
        await seat.to("callback/b1")
        await seat.press("d")
        await seat.says("reached the customer")
        await seat.press("enter")
        await seat.says("callback 137****3311 done: reached the customer")
        await seat.calm()
        await seat.until(lambda: "callback/b1" not in seat.shown)
        assert "callback/b2" not in await seat.desk.rows(["callback/b2"])


async def test_a_call_ends_by_itself(sit) -> None:
    async with sit() as seat:
        await seat.to("call/c1")
        await seat.press("d")
        await seat.says("it ends by itself")


async def test_a_note_that_all_see(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await seat.press("n", "enter")
        await seat.says("is needed")
        await seat.type("spare key")
        await seat.press("enter")
        await seat.until(lambda: seat.app.screen is seat.queue)
        assert (await seat.desk.view("ticket/T-8812")).note == "spare key"


async def test_snooze_keeps_a_row_quiet(sit) -> None:
    async with sit() as seat:
        await seat.to("job/J-17")
        await seat.press("s", "right", "enter")
        await seat.says("quiet until 09:46")
        assert (await seat.row("job/J-17")).snoozed == NOW + 15 * 60_000


async def test_a_callback_is_promised(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8813")
        await seat.press("c")
        await seat.says("Promises the customer a callback")
        await seat.press("enter")
        await seat.says("a callback is noted")
        assert (await seat.row("callback/ticket/T-8813")).owner == "omar"


async def test_one_who_was_slower_is_told_who_and_may_insist(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await seat.press("r")
        await seat.type("zhang")
        seat.clock.moment += 2_000
        await give_elsewhere(seat, "ticket/T-8812", "sun")
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, ConflictScreen))
        await seat.says("(— → — → Sun Yue ?)")
        await seat.says("You wanted: — → Zhang Wei")
        await seat.says("give it to Zhang Wei all the same")
        assert (await seat.row("ticket/T-8812")).asked == "sun"
        await seat.press("right", "enter")
        await seat.says("now with Zhang Wei")
        assert (await seat.row("ticket/T-8812")).asked == "zhang"


async def test_one_who_was_slower_leaves_it_by_default(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await seat.press("r")
        await seat.type("zhang")
        await give_elsewhere(seat, "ticket/T-8812", "sun")
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, ConflictScreen))
        await seat.press("enter")
        await seat.until(lambda: seat.app.screen is seat.queue)
        assert (await seat.row("ticket/T-8812")).asked == "sun"


async def test_a_row_that_just_changed_refuses_the_key(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await give_elsewhere(seat, "ticket/T-8812", "sun")
        await seat.until(lambda: seat.queue.board.row("ticket/T-8812").asked == "sun")
        await seat.pilot.press("e")
        await seat.says("this row changed just now")
        await seat.calm()
        await seat.press("e")
        await seat.until(lambda: on_top(seat, PromptScreen))


async def test_a_cursor_that_slipped_refuses_the_key(sit) -> None:
    async with sit() as seat:
        await seat.to("call/c5")
        await seat.calm()
        await seat.happen(
            Event(source="asterisk", id="gone", type="call.abandoned", subject="call/c5", time=NOW)
        )
        await seat.until(lambda: seat.cursor not in ("call/c5", None))
        await seat.pilot.press("a")
        await seat.says("this row changed just now")


async def test_a_cursor_that_slipped_refuses_the_key_until_its_row_was_drawn(sit, monkeypatch) -> None:
    async with sit() as seat:
        await seat.to("call/c5")
        await seat.calm()
        with monkeypatch.context() as slow:
            slow.setattr(Screen, "_compositor_refresh", lambda screen: None)  # a line that takes no more
            await seat.happen(
                Event(source="asterisk", id="gone", type="call.abandoned", subject="call/c5", time=NOW)
            )
            await seat.until(lambda: seat.cursor not in ("call/c5", None))
            await seat.calm()
            await seat.pilot.press("n")
            assert seat.app.screen is seat.queue
        seat.queue.table.refresh()
        await seat.until(lambda: seat.queue.table.drawn_id == seat.cursor)
        await seat.pilot.press("n")
        await seat.until(lambda: on_top(seat, PromptScreen))


async def test_what_the_store_could_not_keep_stays_in_the_dialog(sit, monkeypatch) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await seat.press("n")
        await seat.type("hello")
        act = seat.desk.act
        seen = []

        async def full(commands):
            seen.append(commands)
            return [NotRecorded("full") for _ in commands]

        monkeypatch.setattr(seat.desk, "act", full)
        await seat.press("enter")
        await seat.says("not recorded: the disk is full")
        await seat.says("hello")
        monkeypatch.setattr(seat.desk, "act", act)
        await seat.press("enter")
        await seat.until(lambda: seat.app.screen is seat.queue)
        view = await seat.desk.view("ticket/T-8812")
        assert view.note == "hello"
        assert view.timeline[-1].event.id == seen[0][0].id


async def test_what_the_store_could_not_keep_without_a_dialog_is_said(sit, monkeypatch) -> None:
    async with sit() as seat:

        async def full(commands):
            return [NotRecorded("readonly") for _ in commands]

        monkeypatch.setattr(seat.desk, "act", full)
        await seat.press("a")
        await seat.says("not recorded: the store can only be read")
        assert not seat.queue.doing.acting.undoable


async def test_one_at_a_time(sit) -> None:
    async with sit() as seat:
        await seat.press("space", "space", "n")
        await seat.says("one at a time; Esc takes the marks off")


@pytest.mark.parametrize(("size", "language"), [((200, 50), "en"), ((80, 24), "zh_CN"), ((40, 20), "zh_CN")])
async def test_every_dialog_fits_every_size(sit, size, language) -> None:
    async with sit(size=size, language=language) as seat:
        await seat.to("ticket/T-8813")
        for key in ("r", "e", "d", "n", "s", "c", "x", "question_mark", "ctrl+p"):
            await seat.press(key)
            await seat.until(lambda: seat.app.screen is not seat.queue)
            box = seat.app.screen.query_one("#box").region
            assert seat.app.screen.region.contains_region(box)
            assert "dialog." not in seat.screen_text
            await seat.press("escape")
            await seat.until(lambda: seat.app.screen is seat.queue)


async def test_people_who_come_free_rise_while_one_thinks(sit, monkeypatch) -> None:
    monkeypatch.setattr("console.screens.doing.RENEW_S", 0.1)
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await seat.press("r")
        await seat.says("on a call")
        await seat.happen(
            Event(source="asterisk", id="free", type="agent.state", subject="agent/li", time=NOW,
                  data={"state": "available"})
        )  # fmt: skip
        await seat.until(lambda: "on a call" not in seat.screen_text)


async def test_a_try_to_call_is_said_to_be_one(sit) -> None:
    async with sit() as seat:
        item = next(item for item in seat.shown if item.startswith("callback/"))
        await seat.to(item)
        await seat.press("c")
        await seat.says("Notes a try")
        await seat.press("enter")
        await seat.says("a try is noted")


async def test_people_are_found_by_their_ids_too(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8813")
        await seat.press("r")
        await seat.type("li.w")
        await seat.says("Li Wei")


async def test_tab_goes_from_answer_to_answer(sit) -> None:
    async with sit() as seat:
        await seat.press("home", "space", "space", "a")
        await seat.says("[cancel]")
        await seat.press("tab", "enter")
        await seat.says("acknowledged")


async def test_an_item_in_front_that_is_not_the_cursors_takes_no_key(sit) -> None:
    """As after a conflict's "open" of an item that is over: behind it the cursor is on another."""
    async with sit(size=(60, 20)) as seat:
        await seat.to("ticket/T-8812")
        await seat.press("enter")
        await seat.says("T-8812")
        other = next(name for name in seat.shown if name != "ticket/T-8812")
        seat.queue.pane.show(other, seat.queue.words)
        await seat.calm()
        await seat.press("e")
        await seat.says("another than the cursor's")
        assert not on_top(seat, PromptScreen)
