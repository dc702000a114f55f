"""What is asked of another system: the dialog says so, the timeline tells what came of it."""

from __future__ import annotations

from console.domain.event import Event
from console.service import orders
from console.service.order import Result
from widgets.dialogs import ConfirmScreen
from widgets.picker import PickerScreen

ABLE = ("give_to_agent", "give_to_queue", "first", "dial", "pause", "unpause")


def on_top(seat, kind) -> bool:
    return isinstance(seat.app.screen, kind)


async def connect(seat) -> None:
    """The daemon is connected to the exchange."""
    await seat.desk._store.write(lambda writer: writer.put_outlets("asterisk", ABLE))


async def the_order(seat, item: str):
    (order,) = await seat.desk._store.read(lambda reader: reader.orders_of(item))
    return order


async def test_giving_a_call_away_asks_the_exchange_and_tells_how_it_ended(sit) -> None:
    async with sit(size=(170, 60)) as seat:
        await connect(seat)
        await seat.to("call/c1")
        await seat.press("r")
        await seat.until(lambda: on_top(seat, PickerScreen))
        await seat.says("Enter asks its own system to move it")
        await seat.type("zhang")
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.press("right", "enter")
        await seat.says("→ Zhang Wei ?")
        order = await the_order(seat, "call/c1")
        assert (order.verb, order.state) == ("give_to_agent", "waiting")
        now = seat.clock.moment
        await seat.desk._store.write(
            lambda writer: orders.settle(writer, order, Result("failed", "no_device"), now)
        )
        seat.clock.moment += 1000
        await seat.press("enter")
        await seat.says("away: not done: no telephone of")
        assert (await seat.row("call/c1")).asked is None


async def test_a_caller_is_put_first_by_the_palette(sit) -> None:
    async with sit() as seat:
        await connect(seat)
        await seat.to("call/c1")
        await seat.press("colon")
        await seat.type("to the front")
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.says("first in the line?")
        await seat.press("right", "enter")
        await seat.says("asked to be first in the line")
        assert (await the_order(seat, "call/c1")).verb == "first"


async def test_a_talk_is_listened_to_and_a_call_that_rings_is_not(sit) -> None:
    async with sit(language="zh_CN", size=(80, 24)) as seat:
        await seat.desk._store.write(lambda writer: writer.put_outlets("asterisk", ("listen", "whisper")))
        await seat.to("call/c1")
        await seat.press("colon")
        await seat.type("监听")
        await seat.press("enter")
        await seat.says("没有人在通话")
        await seat.to("call/c2")
        await seat.press("colon")
        await seat.type("监听")
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.says("会留下记录")
        await seat.press("right", "enter")
        await seat.says("接起即可监听")
        assert (await the_order(seat, "call/c2")).verb == "listen"


async def test_where_nobody_is_connected_asking_is_refused(sit) -> None:
    async with sit() as seat:
        await seat.to("call/c1")
        await seat.press("colon")
        await seat.type("to the front")
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.press("right", "enter")
        await seat.says("no system is connected that could do it")


async def test_whoever_has_a_call_is_given_a_pause(sit) -> None:
    async with sit() as seat:
        await connect(seat)
        row = await seat.row("call/c2")
        member = Event(
            source="asterisk", id="m1", type="agent.state", subject=f"agent/{row.owner}",
            time=seat.clock.moment, data={"state": "talking"},
        )  # fmt: skip
        await seat.desk.ingest([member])
        await seat.to("call/c2")
        await seat.press("colon")
        await seat.type("pause them")
        await seat.press("enter")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.says("Send Li Na no more calls?")
        await seat.press("right", "enter")
        await seat.says("asked for a pause")
        assert (await the_order(seat, f"agent/{row.owner}")).verb == "pause"
