"""What a supervisor asks of a live exchange: sent once, and settled by what really came of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from console.domain.command import Command, Refusal
from console.domain.instants import Millis
from console.numbers import national
from console.outbox.asterisk import AsteriskCarrier, Moves, Target
from console.outbox.courier import Courier
from console.serve.line import FeedLine
from console.service.model import Done, Outcome, QueueRow
from console.service.order import Order
from tests.feeds.live.live_kit import Line, line_to
from tests.feeds.live.live_pbx import LivePbx, StillTime, eventually, settle, wire

START: Millis = 1_800_000_000_000
SITE = """
[agents.li]
name = "Li Na"
aliases = ["PJSIP/1001"]
[agents.wang]
name = "王芳"
aliases = ["wang@example.com", "PJSIP/1002"]
[agents.sun]
name = "Sun"
"""
MOVES = Moves(
    agent=Target("to-agents", "{device}"),
    queue=Target("to-queues", "{queue}", 2),
    call_back=Target("out", "0{number}"),
    pause=True,
)
CALL = "call/pbx1-1800000000.1"
CHANNEL = "PJSIP/carrier-00000001"
CUSTOMER = {
    "Channel": CHANNEL,
    "Uniqueid": "pbx1-1800000000.1",
    "Linkedid": "pbx1-1800000000.1",
    "CallerIDNum": "13800001111",
    "SystemName": "pbx1",
}
_NUMBERS = count()


class Office:
    """A desk, an exchange with one caller in the line, and a courier between them."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.pbx = line.pbx
        self.desk = line.desk
        self._task: asyncio.Task[None] | None = None

    async def open(self, moves: Moves = MOVES) -> None:
        courier = Courier(AsteriskCarrier(FeedLine(self.line.feed), moves), self.line.store, self.line.time)
        self._task = asyncio.create_task(courier.run(self.desk.watch))
        await self.until(lambda orders, row: True)
        for _ in range(400):
            if self.line.feed.source in await self.desk.outlets():
                return
            await asyncio.sleep(0.005)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def say(self, event: str, **fields: Any) -> None:
        await self.pbx.say(wire({"Event": event, **CUSTOMER, **fields}))

    async def call_comes(self) -> None:
        member = {
            "Queue": "support",
            "Interface": "PJSIP/1002",
            "MemberName": "王芳",
            "Status": "1",
            "Paused": "0",
        }
        await self.say("QueueMemberStatus", **member)
        await self.say("Newchannel")
        await self.say("QueueCallerJoin", Queue="support", Position="1")
        await self.line.flushed()

    async def do(self, verb: str, item: str = CALL, **data: str) -> Outcome:
        row = await self.line.store.read(lambda reader: reader.item(item))
        hand = row.hand if row else 0
        (outcome,) = await self.desk.act([Command(f"c{next(_NUMBERS)}", verb, item, "li", hand, data)])
        return outcome

    async def row(self) -> QueueRow | None:
        return (await self.desk.rows([CALL])).get(CALL)

    async def orders(self, item: str = CALL) -> list[Order]:
        return await self.line.store.read(lambda reader: reader.orders_of(item))

    async def until(self, true: Any, item: str = CALL) -> list[Order]:
        for _ in range(1000):
            found = await self.orders(item)
            if true(found, await self.row()):
                return found
            await asyncio.sleep(0.005)
        raise AssertionError([(order.verb, order.state, order.reason) for order in found])

    async def ends(self, state: str, item: str = CALL) -> Order:
        """Wait for the last order to come to an end, which must be `state`."""
        found = await self.until(
            lambda orders, row: orders and orders[-1].state not in ("waiting", "sending", "taken"), item
        )
        assert found[-1].state == state, found[-1]
        return found[-1]

    async def settled_as(self, item: str = CALL) -> list[tuple[str, str]]:
        events = await self.line.store.read(lambda reader: reader.events_of(item))
        return [
            (event.data["outcome"], event.data.get("reason", ""))
            for event in events
            if event.type == "item.settled"
        ]


@asynccontextmanager
async def office(path: Path, moves: Moves = MOVES, **settings: Any) -> AsyncIterator[Office]:
    async with line_to(LivePbx(StillTime(START)), path / "rings.db", site=SITE, **settings) as line:
        await line.settled()
        place = Office(line)
        await place.call_comes()
        await place.open(moves)
        try:
            yield place
        finally:
            await place.close()


def refuse(message: str) -> Any:
    return lambda action: [{"Response": "Error", "ActionID": action["ActionID"], "Message": message}]


async def test_a_waiting_call_is_given_to_an_agent_and_her_own_ring_confirms_it(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        assert isinstance(await here.do("reassign", to="wang"), Done)
        row = await here.row()
        assert row is not None
        assert (row.owner, row.asked) == (None, "wang")
        await here.until(lambda orders, row: orders[-1].state == "taken")
        (redirect,) = here.pbx.asked("Redirect")
        del redirect["ActionID"]
        assert redirect == {
            "Action": "Redirect", "Channel": CHANNEL, "Context": "to-agents", "Exten": "1002", "Priority": "1"
        }  # fmt: skip
        # What the exchange itself says of it: the call leaves the line, her telephone rings, she answers.
        await here.line.time.move(0.5)
        await here.say(
            "QueueCallerAbandon", Queue="support", Position="1", OriginalPosition="1", HoldTime="3"
        )
        await here.say("QueueCallerLeave", Queue="support", Position="1")
        await here.say(
            "DialBegin",
            DestChannel="PJSIP/1002-00000002",
            DestUniqueid="pbx1-1800000001.2",
            DialString="1002",
        )
        await here.line.flushed()
        row = await here.row()
        assert row is not None
        assert row.asked is None
        await here.ends("done")
        await here.line.time.move(2)
        await here.say(
            "DialEnd",
            DestChannel="PJSIP/1002-00000002",
            DestUniqueid="pbx1-1800000001.2",
            DialStatus="ANSWER",
        )
        await here.line.flushed()
        row = await here.row()
        assert row is not None
        assert (row.owner, row.state) == ("wang", "talking")
        assert await here.settled_as() == [("done", "")]


async def test_a_call_is_given_to_a_queue(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.do("reassign", to_queue="billing")
        await here.until(lambda orders, row: orders[-1].state == "taken")
        (redirect,) = here.pbx.asked("Redirect")
        assert (redirect["Context"], redirect["Exten"], redirect["Priority"]) == ("to-queues", "billing", "2")
        # The exchange's clock is a little behind: its word bears a time before that of the wish.
        await here.say("QueueCallerAbandon", Queue="support", Position="1")
        await here.say("QueueCallerJoin", Queue="billing", Position="1")
        await here.line.time.move(0.5)
        await here.line.flushed()
        await here.ends("done")
        row = await here.row()
        assert row is not None
        assert (row.queue, row.asked) == ("billing", None)


@pytest.mark.parametrize(
    ("to", "function", "reason"),
    [
        ({"to": "wang"}, "DIALPLAN_EXISTS(to-agents,1002,1)", "no_place"),
        ({"to_queue": "sales"}, "QUEUE_EXISTS(sales)", "no_queue"),
    ],
)
async def test_no_caller_is_led_where_the_exchange_has_nothing(
    to: dict[str, str], function: str, reason: str, tmp_path: Path
) -> None:
    """Asterisk 16 and 22 both say Success to such a Redirect, and hang up on the customer."""
    async with office(tmp_path) as here:
        here.pbx.replies["GetVar"] = lambda action: [
            {
                "Response": "Success",
                "ActionID": action["ActionID"],
                "Variable": action["Variable"],
                "Value": "0" if action["Variable"] == function else "1",
            }
        ]
        await here.do("reassign", **to)
        assert (await here.ends("failed")).reason == reason
        assert here.pbx.asked("Redirect") == []


@pytest.mark.parametrize(
    ("number", "inside"),
    [("+8613800001111", "13800001111"), ("+861062345678", "01062345678"), ("anonymous", "anonymous")],
)
def test_a_number_is_dialled_as_its_own_country_does(number: str, inside: str) -> None:
    assert national(number) == inside


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Channel does not exist: PJSIP/carrier-00000001", "gone"),  # as 22 says it; 16 names no channel
        ("Channel does not exist", "gone"),
        ("Permission denied", "denied"),
        ("\x1b]0;x", "refused"),
    ],
)
async def test_a_refusal_is_told_and_asked_for_no_longer(message: str, reason: str, tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        here.pbx.replies["Redirect"] = refuse(message)
        await here.do("reassign", to="wang")
        asking = await here.row()
        assert (await here.ends("failed")).reason == reason
        row = await here.row()
        assert row is not None
        assert asking is not None
        assert (row.asked, row.owner) == (None, None)
        # Neither a hand nor a word of the exchange's.
        assert (row.source, row.mine, row.hand) == ("asterisk/pbx1", False, asking.hand)
        assert await here.settled_as() == [("failed", reason)]


async def test_a_yes_that_nothing_follows_is_no_yes(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.do("reassign", to="wang")
        await here.until(lambda orders, row: orders[-1].state == "taken")
        await here.line.time.move(9)
        row = await here.row()
        assert row is not None
        assert row.asked == "wang"
        await here.line.time.move(2)
        assert (await here.ends("failed")).reason == "no_word"
        row = await here.row()
        assert row is not None
        assert row.asked is None


async def test_what_was_sent_and_not_answered_is_unknown_and_never_sent_again(tmp_path: Path) -> None:
    async with office(tmp_path) as here:

        def cut_off(action: dict[str, str]) -> list[dict[str, str]]:
            here.pbx.cut()
            return []

        here.pbx.replies["Redirect"] = cut_off
        await here.do("reassign", to="wang")
        assert (await here.ends("unknown")).reason == "no_link"
        await here.line.time.move(5)
        await here.line.settled()
        await here.line.time.move(5)
        await settle(30)
        assert len(here.pbx.asked("Redirect")) == 1
        assert await here.settled_as() == [("unknown", "no_link")]


async def test_what_may_be_done_twice_is_tried_until_it_is_answered(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        tries = 0

        def cut_off_once(action: dict[str, str]) -> list[dict[str, str]]:
            nonlocal tries
            tries += 1
            if tries == 1:
                here.pbx.cut()
                return []
            return [{"Response": "Success", "ActionID": action["ActionID"]}]

        here.pbx.replies["QueuePause"] = cut_off_once
        assert isinstance(await here.do("pause", "agent/PJSIP/1002", reason="lunch"), Done)
        await eventually(lambda: tries == 1, "it is sent")
        await eventually(lambda: here.line.feed._link is None, "the line is lost")
        await here.line.time.move(5)
        await here.line.settled()
        await here.ends("done", "agent/PJSIP/1002")
        assert tries == 2
        pause = here.pbx.asked("QueuePause")[-1]
        assert (pause["Interface"], pause["Paused"], pause["Reason"]) == ("PJSIP/1002", "true", "lunch")


async def test_the_first_place_in_the_line_moves_at_once(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.do("first")
        await here.ends("done")
        (action,) = here.pbx.asked("QueueChangePriorityCaller")
        assert (action["Queue"], action["Caller"], action["Immediate"]) == ("support", CHANNEL, "yes")


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ({"Response": "Success", "Reason": "4"}, "done", ""),
        ({"Response": "Failure", "Reason": "3"}, "failed", "no_answer"),
    ],
)
async def test_a_customer_is_rung_from_the_telephone_of_who_has_the_callback(
    answer: dict[str, str], state: str, reason: str, tmp_path: Path
) -> None:
    async with office(tmp_path) as here:
        await here.do("call_back")
        callback = f"callback/{CALL}"
        await here.do("reassign", callback, to="wang")
        here.pbx.replies["Originate"] = lambda action: [
            {
                "Response": "Success",
                "ActionID": action["ActionID"],
                "Message": "Originate successfully queued",
            },
            {"Event": "OriginateResponse", "ActionID": action["ActionID"], **answer},
        ]
        assert isinstance(await here.do("dial", callback), Done)
        assert (await here.ends(state, callback)).reason == reason
        (action,) = here.pbx.asked("Originate")
        assert (action["Channel"], action["Context"], action["Async"]) == ("PJSIP/1002", "out", "true")
        assert action["Exten"].startswith("0")
        assert action["Exten"].endswith("13800001111")


async def test_what_is_asked_while_the_line_is_down_waits_a_little_and_no_longer(tmp_path: Path) -> None:
    async with office(tmp_path, retry_first=2000, retry_most=2000) as here:
        here.pbx.refusing = True
        here.pbx.cut()
        await eventually(lambda: here.line.feed._link is None, "the line is lost")
        await here.do("reassign", to="wang")
        here.pbx.refusing = False
        await here.line.time.move(3)
        await here.line.settled()
        await here.until(lambda orders, row: orders[-1].state == "taken")

        here.pbx.refusing = True
        here.pbx.cut()
        await eventually(lambda: here.line.feed._link is None, "the line is lost again")
        await here.do("reassign", to="li")
        await here.line.time.move(31)
        assert (await here.ends("failed")).reason == "too_late"
        here.pbx.refusing = False
        await here.line.time.move(5)
        await here.line.settled()
        await settle(30)
        assert len(here.pbx.asked("Redirect")) == 1


async def test_an_order_under_way_when_the_daemon_died_is_unknown(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.close()
        await here.line.store.write(lambda writer: writer.put_outlets("asterisk/pbx1", ["give_to_agent"]))
        await here.do("reassign", to="wang")
        (order,) = await here.orders()
        from dataclasses import replace

        await here.line.store.write(lambda writer: writer.put_order(replace(order, state="sending")))
        await here.open()
        assert (await here.ends("unknown")).reason == "interrupted"
        await settle(30)
        assert here.pbx.asked("Redirect") == []


async def test_what_is_taken_back_or_decided_anew_in_time_is_not_done(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.close()
        await here.line.store.write(lambda writer: writer.put_outlets("asterisk/pbx1", ["give_to_agent"]))
        first = await here.do("reassign", to="li")
        await here.do("reassign", to="wang")
        second = (await here.orders())[-1]
        assert isinstance(first, Done)
        for order in (second, (await here.orders())[0]):
            await here.do("undo", of=f"console/{order.id}")
        assert [order.state for order in await here.orders()] == ["withdrawn", "withdrawn"]
        await here.open()
        await settle(30)
        assert here.pbx.asked("Redirect") == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"to": "sun"}, "no_device"),
        ({"to_queue": "x,1\r\nAction: Originate"}, "unusable"),
        ({"to_queue": "x,9,t"}, "unusable"),
    ],
)
async def test_what_can_t_be_dialled_is_not_sent(data: dict[str, str], reason: str, tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.do("reassign", **data)
        assert (await here.ends("failed")).reason == reason
        assert here.pbx.asked("Redirect") == []
        assert here.pbx.asked("Originate") == []


async def test_a_site_that_names_no_context_is_asked_for_nothing(tmp_path: Path) -> None:
    async with office(tmp_path, Moves()) as here:
        assert isinstance(await here.do("reassign", to="wang"), Done)
        assert await here.orders() == []
        row = await here.row()
        assert row is not None
        assert row.asked == "wang"
        refused = await here.do("first")
        assert isinstance(refused, Refusal)
        assert refused.reason == "no_outlet"


async def test_when_the_daemon_stops_nothing_more_is_taken(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        assert await here.desk.outlets() == {
            "asterisk/pbx1": frozenset(
                {"give_to_agent", "give_to_queue", "first", "pause", "unpause", "dial"}
            )
        }
        await here.close()
        assert await here.desk.outlets() == {}
