"""The key that shows a customer's number: asked why, on record, one at a time, and masked again."""

from __future__ import annotations

from floor_events import SITE

from console.screens.options import Options
from console.service.site import apply
from widgets.dialogs import PromptScreen

NUMBER = "13955555521"
MASKED = "139****5521"


async def ask(seat, *keys: str) -> None:
    """Press the key and fill in the form."""
    await seat.press("m")
    await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
    await seat.press(*keys, "enter")


async def test_a_number_is_shown_on_record_and_hidden_by_the_same_key(sit) -> None:
    async with sit(size=(120, 40)) as seat:
        await seat.to("ticket/T-8813")
        await seat.press("enter")
        await seat.says("what happened")
        assert NUMBER not in seat.screen_text
        await ask(seat)
        await seat.says(f"ticket {MASKED}: shown here for 30 s, and on record")
        await seat.until(lambda: seat.screen_text.count(NUMBER) >= 2)  # on the board and in the pane
        await seat.says("Li Wei had the customer shown")
        row = await seat.row("ticket/T-8813")
        assert row.hand == 1, "looking is no hand: nobody else's act is refused for it"
        await seat.press("m")
        await seat.until(lambda: NUMBER not in seat.screen_text)
        seen = [entry.event.type for entry in (await seat.desk.view("ticket/T-8813")).timeline]
        assert seen.count("item.revealed") == 1


async def test_it_is_masked_again_by_itself_and_by_the_next_one(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-8813")
        await ask(seat)
        await seat.until(lambda: NUMBER in seat.screen_text)
        await seat.to("call/c2")
        await ask(seat)
        await seat.until(lambda: "call           13911112222 王" in seat.screen_text)
        assert NUMBER not in seat.screen_text
        seat.queue.words.shown.until = 0.0  # half a minute later
        await seat.until(lambda: "13911112222" not in seat.screen_text)


async def test_nobody_looks_at_several_or_without_saying_why(sit) -> None:
    async with sit() as seat:
        await seat.to("ticket/T-9000")
        await seat.press("space", "space", "m")
        await seat.says("one at a time")
        await seat.press("escape")
        await seat.to("ticket/T-8813")
        await ask(seat, "right", "right", "right")  # something else, and no word about it
        await seat.says("say what you need it for")
        await seat.press("escape")
        await seat.until(lambda: seat.app.screen is seat.queue)
        assert NUMBER not in seat.screen_text
        view = await seat.desk.view("ticket/T-8813")
        assert all(entry.event.type != "item.revealed" for entry in view.timeline)


async def test_a_viewer_may_not_look(sit) -> None:
    async with sit() as seat:
        site = SITE + '[roles]\nviewer = ["li.wei"]\nadmin = ["boss"]\n'
        await apply(seat.desk._store, site, actor="boss", event_id="s2", now=seat.clock.moment, since=None)
        await seat.until(lambda: seat.queue.words.rules.site.roles.named)
        await seat.to("ticket/T-8813")
        await seat.press("m")
        await seat.says("supervisor")
        assert seat.app.screen is seat.queue
        assert NUMBER not in seat.screen_text


async def test_a_console_that_only_looks_reveals_nothing(sit) -> None:
    async with sit(read_only=True, language="zh_CN", options=Options()) as seat:
        await seat.to("ticket/T-8813")
        await seat.press("m")
        await seat.says("只")
        assert NUMBER not in seat.screen_text
