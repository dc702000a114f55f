"""The queue screen: what it shows, how the cursor moves, what keeps still."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import floor_events
import pytest
from floor_events import NOW, at

from console.domain.event import Event
from console.screens.options import Options
from console.service.problem import StoreProblem
from widgets.wire import prompt


def ticket(number: int, **data: object) -> Event:
    return Event(
        source="desk",
        id=f"t{number}",
        type="ticket.opened",
        subject=f"ticket/{number}",
        time=NOW - 60_000,
        data=data,
    )


LATE = Event(
    source="asterisk", id="late", type="call.ringing", subject="call/late", time=at("09:30:00"),
    data={"from": "13812345678", "queue": "support"},
)  # fmt: skip

WORST = ["callback/b1", "call/c1", "job/J-17", "call/c2", "job/J-18", "ticket/T-8812"]


@pytest.mark.parametrize("size", [(200, 50), (80, 24), (40, 20)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_the_worst_stand_at_the_top_at_every_size(sit, size, language) -> None:
    async with sit(size=size, language=language) as seat:
        assert [item for item in seat.shown if item in WORST] == WORST
        text = seat.screen_text
        assert "▲ +0:23" in text
        assert "138****0042" in text
        assert "13800000042" not in text
        for line in text.splitlines():
            assert "queue." not in line
            assert "head." not in line


async def test_the_head_says_how_the_floor_stands(sit) -> None:
    async with sit(size=(140, 30), options=Options(badge="DEMO")) as seat:
        text = seat.screen_text
        parts = (
            "South floor|DEMO|asterisk ● 0s|desk ● 4s|field ~ 2m|Mon 09:31:07|▲ 4 breached|tickets 32|Li Wei"
        )
        for part in parts.split("|"):
            assert part in text


async def test_arrows_and_letters_move_and_marks_go_on(sit) -> None:
    async with sit() as seat:
        assert seat.cursor == seat.shown[0]
        await seat.press("j", "down")
        assert seat.cursor == seat.shown[2]
        await seat.press("k")
        assert seat.cursor == seat.shown[1]
        await seat.press("space", "space")
        assert seat.queue.table.marks == set(seat.shown[1:3])
        await seat.says("2 marked")
        await seat.press("escape")
        assert not seat.queue.table.marks


async def test_the_cursor_stays_with_its_row_and_the_order_waits_for_a_key(sit) -> None:
    async with sit() as seat:
        await seat.to("job/J-17")
        await seat.press("j")
        held = seat.cursor
        before = seat.shown
        seat.queue._keyed += 60  # as if keys went on coming
        await seat.happen(LATE)
        await seat.says("1 new above")
        assert seat.shown == before
        await seat.calm()
        await seat.until(lambda: "call/late" in seat.shown)
        assert seat.cursor == held
        assert seat.shown.index("call/late") < seat.shown.index(held)


async def test_a_dialog_holds_the_order_while_clocks_go_on(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await seat.calm()
        await seat.press("n")
        await seat.until(lambda: seat.app.screen is not seat.queue)
        await seat.calm()  # the key that opened it is long ago
        before = seat.shown
        seat.clock.moment += 2_000
        await seat.happen(LATE)
        await seat.until(lambda: seat.queue.board.above == 1)
        await seat.says("+0:25")
        assert seat.shown == before
        await seat.press("escape")
        await seat.calm()
        await seat.until(lambda: "call/late" in seat.shown)


async def test_what_a_second_changes_is_one_frame(sit, monkeypatch) -> None:
    async with sit() as seat:
        await seat.calm()
        ticks: list[int] = []
        frames: list[int] = []
        tick, display = seat.desk.tick, seat.app._display

        async def ticked() -> int:
            if len(ticks) < 4:
                seat.clock.moment += 1_000
                ticks.append(seat.clock.moment)
            return await tick()

        def displayed(*update: object) -> None:
            frames.extend([seat.clock.moment] if ticks else [])
            display(*update)

        monkeypatch.setattr(prompt, "GATHER_S", 0.1)  # whatever else the machine does
        monkeypatch.setattr(seat.app, "_display", displayed)
        monkeypatch.setattr(seat.desk, "tick", ticked)
        await seat.says("09:31:11")
        assert "+0:27" in seat.screen_text
        await asyncio.sleep(0.5)
        assert len(frames) <= len(ticks) + 2  # on a busy machine the clocks may go on before the look ends


async def test_clocks_go_on_while_the_store_does_not_answer(sit, monkeypatch) -> None:
    async with sit() as seat:
        await seat.says("+0:23")
        asked = asyncio.Event()

        async def never() -> int:
            asked.set()
            await asyncio.Event().wait()
            return 0

        monkeypatch.setattr(seat.desk, "tick", never)
        await asked.wait()
        for text in ("+0:25", "+0:27"):
            seat.clock.moment += 2_000
            await seat.says(text)


async def test_time_alone_moves_a_row(sit) -> None:
    async with sit() as seat:
        assert seat.shown.index("call/c5") > seat.shown.index("call/c1")
        seat.clock.moment = at("09:31:15")
        await seat.until(lambda: seat.queue.floor.counts.breached == 5)
        await seat.until(lambda: seat.shown.index("call/c5") == seat.shown.index("call/c1") + 1)


async def test_the_filter_is_live_and_escape_clears_it(sit) -> None:
    async with sit() as seat:
        await seat.press("slash")
        await seat.type("kind:job")
        await seat.until(lambda: seat.shown == ["job/J-17", "job/J-18"])
        await seat.press("enter")
        await seat.says("only kind:job")
        assert seat.cursor == "job/J-17"
        await seat.press("escape")
        await seat.until(lambda: len(seat.shown) > 30)


async def test_a_filter_that_makes_no_sense_yet_says_so(sit) -> None:
    async with sit() as seat:
        await seat.press("slash")
        await seat.type("kind:x")
        await seat.press("enter")
        await seat.says("not understood: kind:x")


async def test_a_filter_that_fits_nothing_says_how_to_go_on(sit) -> None:
    async with sit() as seat:
        await seat.press("slash")
        await seat.type("nobody-has-this")
        await seat.says("Nothing fits this filter.")


async def test_enter_puts_the_item_away_where_the_list_is_empty_too(sit) -> None:
    async with sit() as seat:
        await seat.press("enter")
        assert seat.queue.pane.display
        await seat.press("slash", *"nothing-like-it", "enter")
        await seat.until(lambda: not seat.shown)
        await seat.press("enter")
        assert not seat.queue.pane.display


async def test_one_queue_alone(sit) -> None:
    async with sit(options=Options(queue="support")) as seat:
        assert seat.shown == ["call/c1", "call/c2"]
        await seat.press("slash")
        await seat.type("kind:ticket")
        await seat.press("enter")
        await seat.until(lambda: not seat.shown)


async def test_a_command_by_its_name(sit) -> None:
    async with sit() as seat:
        await seat.press("colon")
        await seat.type("help")
        await seat.press("enter")
        await seat.says("what you did last")
        await seat.press("escape")
        await seat.press("colon")
        await seat.type("fly")
        await seat.press("enter")
        await seat.says("no such command: fly")
        await seat.press("colon")
        await seat.type("re")
        await seat.press("enter")
        await seat.says("re may be: reassign, number, rewind")


async def test_everything_by_its_name_with_the_reason_why_not(sit) -> None:
    async with sit() as seat:
        await seat.press("ctrl+p")
        await seat.type("undo")
        await seat.says("nothing of yours to take back")
        await seat.press("ctrl+u")
        await seat.type("nothing is called so")
        await seat.press("enter")  # chooses nothing
        await seat.press("ctrl+u")
        await seat.type("explain")
        await seat.press("enter")
        await seat.says("How it is reckoned")


async def test_the_sum_behind_a_clock(sit) -> None:
    async with sit() as seat:
        await seat.to("call/c2")
        await seat.press("x")
        figures = "put on hold|09:28:55.120|1:00|09:29:55.120|09:31:07.000|1:11|(asterisk)"
        for part in ("hold of one minute", "LC: a wait of at most one minute", *figures.split("|")):
            await seat.says(part)


@pytest.mark.parametrize("size", [(120, 30), (40, 20)])
async def test_enter_opens_the_item_and_closes_it(sit, size) -> None:
    async with sit(size=size) as seat:
        await seat.to("callback/b1")
        await seat.press("enter")
        for part in ("callback/b1", "called back in time", "2 promises"):
            await seat.says(part)
        if size[0] <= 100:
            await seat.press("pagedown")  # what to say stands first; the timeline is on the next page
        await seat.says("what happened")
        await seat.press("enter" if size[0] > 100 else "escape")
        await seat.until(lambda: "what happened" not in seat.screen_text)


async def test_the_pane_follows_the_cursor_and_the_floor(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8812")
        await seat.press("enter")
        await seat.says("Anna B*")
        await seat.happen(
            Event(source="desk", id="new", type="ticket.contact_tried", subject="ticket/T-8812", time=NOW)
        )
        await seat.says("contact tried")
        await seat.to("job/J-17")
        await seat.says("job/J-17")


async def test_an_empty_store_says_what_to_do(sit) -> None:
    async with sit(events=()) as seat:
        await seat.says("Nothing is open.")
        await seat.says("rings ingest FILE")
        await seat.says("nothing is late")


async def test_keys_without_a_row_say_why(sit) -> None:
    async with sit(events=()) as seat:
        await seat.press("r")
        await seat.says("no row is chosen")


async def test_read_only_says_so_and_refuses(sit) -> None:
    async with sit(read_only=True) as seat:
        assert "LOOK ONLY" in seat.screen_text
        await seat.press("a")
        await seat.says("this console only looks")


async def test_numbers_that_are_old_say_since_when(sit, monkeypatch) -> None:
    async with sit() as seat:

        async def broken() -> int:
            raise StoreProblem("busy")

        monkeypatch.setattr(seat.desk, "revision", broken)
        await seat.says("as of 09:31:07: the store is busy")
        assert seat.shown
        monkeypatch.undo()
        await seat.until(lambda: "as of" not in seat.screen_text)


async def test_a_long_list_is_read_as_it_is_walked(sit) -> None:
    events = tuple(
        replace(ticket(number, queue="q"), time=NOW - 3_600_000 + number) for number in range(1_200)
    )
    async with sit(events=events) as seat:
        await seat.until(lambda: seat.shown)
        assert len(seat.shown) < 500
        await seat.press("end")
        await seat.until(lambda: seat.cursor == "ticket/1199")
        await seat.press("pageup")
        await seat.until(lambda: seat.cursor not in (None, "ticket/1199"))
        await seat.press("home")
        await seat.until(lambda: seat.cursor == "ticket/0")


async def test_hostile_text_is_drawn_as_text_alone(sit) -> None:
    evil = "\x1b]52;c;cm0=\x07\x1b[2J[/x] [@click=app.quit]‮名 {0}"
    event = replace(ticket(1, queue="q", customer="13812345678"), data={"name": evil, "queue": "[red]q[/]"})
    note = Event(
        source="desk", id="n", type="ticket.assigned", subject="ticket/1", time=NOW, data={"reason": evil}
    )
    async with sit(events=(event, note)) as seat:
        await seat.until(lambda: seat.shown)
        await seat.press("enter")
        await seat.says("what happened")
        text = seat.screen_text
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
        assert "[red]q[/]" in text
        await seat.press("r")
        await seat.press("escape")
        await seat.press("x", "escape", "question_mark")


async def test_every_theme_draws(sit) -> None:
    async with sit() as seat:
        for name in ("light", "high-contrast", "deuteranopia", "tritanopia", "ansi-dark", "dark"):
            seat.app.theme = name
            await seat.pilot.pause()
            assert "138****0042" in seat.screen_text


async def test_marks_in_ascii(sit) -> None:
    async with sit(options=Options(plain=True)) as seat:
        assert "# +0:23" in seat.screen_text
        lines = seat.screen_text.replace("▅", "").splitlines()  # the scroll bar is the terminal's affair
        assert not {character for line in lines for character in line if 126 < ord(character) < 0x2E80}


async def test_the_floor_s_events_are_what_the_gallery_shows() -> None:
    assert len({event.name for event in floor_events.floor()}) == len(list(floor_events.floor()))


async def test_no_size_is_too_small_or_too_large(sit) -> None:
    async with sit() as seat:
        await seat.press("enter")
        for size in ((1, 1), (5, 60), (30, 8), (300, 3), (40, 20), (200, 50)):
            await seat.pilot.resize_terminal(*size)
            await seat.press("r", "escape", "j")
        await seat.says("138****0042")


async def test_a_filter_takes_the_names_that_the_board_shows(sit) -> None:
    async with sit() as seat:
        await seat.press("slash")
        await seat.type("owner:chen")
        await seat.until(lambda: 0 < len(seat.shown) < 30)
        chens = seat.shown
        await seat.press("escape", "slash")
        await seat.type('owner:"chen jing"')
        await seat.until(lambda: seat.shown == chens)
        await seat.press("escape", "slash")
        await seat.type("owner:jing")
        await seat.until(lambda: seat.shown == chens)


async def test_a_misspelt_field_is_named(sit) -> None:
    async with sit() as seat:
        await seat.press("slash")
        await seat.type("ownr:none")
        await seat.press("enter")
        await seat.says("not understood: ownr:none")


async def test_a_queue_with_nothing_open_says_which(sit) -> None:
    async with sit(options=Options(queue="nosuch"), size=(40, 20), events=()) as seat:
        await seat.says("Nothing is open in the queue nosuch;")
        await seat.says("this console shows no other.")


async def test_that_it_is_only_asked_for_is_never_cut_off(sit) -> None:
    async with sit(size=(80, 24)) as seat:
        await seat.to("ticket/T-8813")
        await seat.press("r")
        await seat.type("zhang")
        await seat.press("enter")
        await seat.says("… ?")


async def test_colours_are_named_in_full(sit) -> None:
    async with sit(size=(80, 24)) as seat:
        await seat.press("colon")
        await seat.type("colours")
        await seat.press("enter")
        await seat.says("for eyes that confuse red and green")


async def test_what_the_palette_does_is_meant_for_the_row_it_was_chosen_on(sit) -> None:
    async with sit() as seat:
        await seat.to("job/J-17")
        # The row that it was chosen on went while the palette closed.
        seat.queue.act_on("reassign", "ticket/T-8812")
        await seat.says("this row changed just now")
        assert seat.app.screen is seat.queue
        seat.queue.act_on("reassign", "job/J-17")
        await seat.until(lambda: seat.app.screen is not seat.queue)
