"""Hearing a talk: whose telephone rings, what it hears, and what is no telephone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from console.bootstrap import open_desk
from console.domain.command import Command, Refusal
from console.domain.event import Event
from console.domain.instants import parse_rfc3339
from console.outbox.asterisk import AsteriskCarrier, Moves
from console.service.model import Done
from console.service.order import Order, Result
from tests.conftest import StillClock

NOW = parse_rfc3339("2026-03-02T09:31:07+08:00")
SITE = """
[agents.li]
aliases = ["li@example.com", "PJSIP/1001"]
[agents.wang]
aliases = ["PJSIP/1009"]
"""


class Place:
    channel, queue, waiting = "PJSIP/carrier-00000001", "support", False


class StillLine:
    """An exchange that takes whatever it is told."""

    source, ready = "pbx", True

    def __init__(self, answer: Mapping[str, str]) -> None:
        self.answer = answer
        self.sent: list[tuple[str, dict[str, str]]] = []

    def place_of(self, item: str) -> Place | None:
        return Place() if item == "call/c1" else None

    async def act(
        self, name: str, fields: Mapping[str, str], *, rings: int | None = None
    ) -> Mapping[str, str]:
        self.sent.append((name, dict(fields)))
        return self.answer


def order(
    verb: str = "listen", item: str = "call/c1", own: str = "PJSIP/1009", talks: str = "PJSIP/1001"
) -> Order:
    data = {"interfaces": [own] if own else [], "talks": [talks] if talks else []}
    return Order("o1", "pbx", item, verb, NOW, NOW, data)


@pytest.mark.parametrize(("verb", "heard"), [("listen", "PJSIP/1001-,qES"), ("whisper", "PJSIP/1001-,qwES")])
async def test_the_telephone_of_whoever_asks_rings_and_hears_the_agent_s(verb: str, heard: str) -> None:
    line = StillLine({"Response": "Success", "Reason": "4"})
    assert await AsteriskCarrier(line, Moves(listen=True)).carry(order(verb)) == Result("done")
    ((name, fields),) = line.sent
    assert (name, fields["Channel"], fields["Application"]) == ("Originate", "PJSIP/1009", "ChanSpy")
    assert fields["Data"] == heard
    assert not {"Context", "Exten"} & set(fields)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (order(own=""), "no_own_device"),
        (order(talks=""), "no_device"),
        (order(talks="Local/1001@agents/n"), "no_device"),
        (order(talks="PJSIP/1001,qB)\nAction: Hangup"), "unusable"),
        (order(item="call/gone"), "gone"),
    ],
)
async def test_what_can_t_be_heard_is_never_sent(asked: Order, reason: str) -> None:
    line = StillLine({"Response": "Success"})
    assert await AsteriskCarrier(line, Moves(listen=True)).carry(asked) == Result("failed", reason)
    assert not line.sent


async def test_it_is_done_only_where_the_settings_say_so_and_somebody_picks_up() -> None:
    line = StillLine({"Response": "Failure", "Reason": "3"})
    assert await AsteriskCarrier(line, Moves()).carry(order()) == Result("failed", "not_allowed")
    assert not AsteriskCarrier(line, Moves()).verbs
    assert await AsteriskCarrier(line, Moves(listen=True)).carry(order()) == Result("failed", "no_answer")


async def test_a_talk_is_heard_on_record_and_a_call_that_nobody_answered_is_not(tmp_path: Path) -> None:
    clock = StillClock(NOW)
    desk, store = await open_desk(tmp_path / "rings.db", actor="wang", clock=clock, site=SITE)

    def said(number: int, kind: str, item: str, **data: object) -> Event:
        return Event(
            source="pbx", id=f"{number}", type=kind, subject=item, time=NOW - 100 + number, data=data
        )

    await desk.ingest(
        [
            said(1, "call.offered", "call/c1"),
            said(2, "call.answered", "call/c1", agent="PJSIP/1001"),
            said(3, "call.offered", "call/c2"),
        ]
    )
    await store.write(lambda writer: writer.put_outlets("pbx", ("listen", "whisper")))
    rows = await desk.rows(["call/c1", "call/c2"])
    heard, refused = await desk.act(
        [Command(f"l-{row.id}", "listen", row.id, "wang", row.hand) for row in rows.values()]
    )
    assert isinstance(heard, Done)
    assert heard.event is not None
    assert (heard.event.data["verb"], heard.event.data["actor"]) == ("listen", "wang")
    assert isinstance(refused, Refusal)
    assert refused.reason == "nobody_talks"
    (made,) = await store.read(lambda reader: reader.orders_of("call/c1"))
    assert (made.data["interfaces"], made.data["talks"]) == (["PJSIP/1009"], ["PJSIP/1001"])
    await store.close()
