"""The key that shows a customer's number: asked why, on record, one at a time, and masked again."""

from __future__ import annotations

import floor_events

from console.domain.command import Command
from console.domain.event import Event
from console.service.model import NotRecorded
from console.service.site import apply
from widgets.dialogs import PromptScreen

NUMBER, OTHER = "13955555521", "13911112222"
MASKED = "139****5521"


def opened(item: str, clock: str, **data: object) -> Event:
    return Event(
        source="desk", id=item, type="ticket.opened", subject=item, time=floor_events.at(clock), data=data
    )


FLOOR = (
    opened("ticket/T-1", "09:00:00", customer=NUMBER, agent="omar"),
    opened("ticket/T-2", "09:10:00", customer=OTHER, name="王小明"),
)


async def ask(seat, *keys: str) -> None:
    """Press the key and fill in the form."""
    await seat.press("m")
    await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
    await seat.press(*keys, "enter")


async def test_a_number_is_shown_on_record_and_hidden_by_the_same_key(sit) -> None:
    async with sit(size=(100, 24), events=FLOOR) as seat:
        await seat.to("ticket/T-1")
        await seat.press("enter")
        await seat.says("what happened")
        assert NUMBER not in seat.screen_text
        await ask(seat)
        await seat.says(f"ticket {MASKED}: shown here for 30 s, and on record")
        await seat.until(lambda: seat.screen_text.count(NUMBER) >= 2)  # on the board and in the pane
        await seat.says("Li Wei had the customer shown")
        row = await seat.row("ticket/T-1")
        assert row.hand == 1, "looking is no hand: nobody else's act is refused for it"
        await seat.press("m")
        await seat.until(lambda: NUMBER not in seat.screen_text)
        seen = [entry.event for entry in (await seat.desk.view(row.id)).timeline]
        [shown] = [event for event in seen if event.type == "item.revealed"]
        undo = Command("u1", "undo", row.id, "li.wei", row.hand, {"of": shown.name})
        assert [refusal.reason for refusal in await seat.desk.act([undo])] == ["nothing_to_undo"]


async def test_one_at_a_time_for_a_while_and_never_without_a_reason(sit) -> None:
    async with sit(size=(100, 24), events=FLOOR) as seat:
        await seat.to("ticket/T-1")
        await seat.press("space", "space", "m")
        await seat.says("one at a time")
        await seat.press("escape")
        await seat.to("ticket/T-1")
        await ask(seat, "right", "right", "right")  # something else, and no word about it
        await seat.says("say what you need it for")
        await seat.press("left", "enter")
        await seat.until(lambda: NUMBER in seat.screen_text)
        await seat.to("ticket/T-2")
        await seat.press("m")
        await seat.says("Your look number 2 in 1h; 10 are")
        await seat.press("enter")
        await seat.until(lambda: OTHER in seat.screen_text)
        assert NUMBER not in seat.screen_text
        seat.queue.words.shown.until = 0.0  # half a minute later
        await seat.until(lambda: OTHER not in seat.screen_text)
        view = await seat.desk.view("ticket/T-1")
        assert [e.event.type for e in view.timeline].count("item.revealed") == 1


async def test_nothing_is_shown_that_is_not_on_record_nor_to_a_viewer(sit, monkeypatch) -> None:
    async def full(commands) -> list[NotRecorded]:
        return [NotRecorded("full")]

    async with sit(size=(100, 24), events=FLOOR) as seat:
        await seat.to("ticket/T-1")
        with monkeypatch.context() as patch:
            patch.setattr(seat.desk, "act", full)
            await ask(seat)
            await seat.says("not recorded")
        await seat.press("escape")
        site = floor_events.SITE + '[roles]\nviewer = ["li.wei"]\nadmin = ["boss"]\n'
        await apply(seat.desk._store, site, actor="boss", event_id="s2", now=seat.clock.moment, since=None)
        await seat.until(lambda: seat.queue.words.rules.site.roles.named)
        await seat.press("m")
        await seat.says("supervisor")
        assert seat.app.screen is seat.queue
        assert NUMBER not in seat.screen_text
