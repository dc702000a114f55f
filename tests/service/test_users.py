"""Those who sign in: their roles beside the settings', their PINs, and how wrong ones are slowed down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from console.domain.command import Command, Refusal
from console.domain.instants import MINUTE
from console.service import pins, users
from console.service.desk import Desk
from console.service.model import Done
from console.service.site import rework
from console.service.user import Proof
from console.service.users import UserProblem
from tests.conftest import StillClock
from tests.domain.story import at, story

SITE = """
[agents.li]
name = "Li Na"
aliases = ["PJSIP/1001"]
[agents.wang]
name = "Wang Fang"
[roles]
lead = ["wang"]
admin = ["chen"]
"""

Make = Callable[..., Awaitable[Desk]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "COST", (2**4, 8, 1))


@pytest.fixture
async def desk(open_desk: Make) -> Desk:
    desk = await open_desk(StillClock(at(100)), site=SITE, actor="chen")
    await put(desk, "li", pin="4711")
    return desk


async def put(desk: Desk, name: str, role: str = "", pin: str = "", actor: str = "chen") -> str:
    kept = pins.hashed(pin) if pin else ""
    return await desk._store.write(lambda writer: users.add(writer, name, role, kept, actor, desk.now()))


async def told(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    events = await desk._store.read(lambda reader: reader.events_of("site/users"))
    return [(event.type, dict(event.data)) for event in events]


async def test_a_name_and_a_pin_say_who_sits_here(desk: Desk) -> None:
    assert await desk.sign_in("Li N", " ４７１１") == Proof("li")
    assert desk.actor == "li"
    # An alias is the same person; whoever else gives the right PIN of somebody else is not them.
    assert (await desk.sign_in("PJSIP/1001", "4711", only="li")).user == "li"
    await put(desk, "zhou", pin="4713")
    assert (await desk.sign_in("Zhou ", "4713")).user == "zhou"
    desk.actor = "li"
    await put(desk, "wang", pin="4712")
    assert await desk.sign_in("wang", "4712", only="li") == Proof(reason="wrong_pin")
    assert desk.actor == "li"
    assert ("site.signed_in", {"actor": "li", "user": "li", "before": "chen"}) in await told(desk)
    assert await rework(desk._store, desk.now()) == 0


async def test_nothing_says_whether_the_name_or_the_pin_was_wrong(desk: Desk) -> None:
    """Somebody with a PIN, somebody without, nobody at all: five tries, a minute, then the right one does."""
    await put(desk, "zhou")
    # Several consoles at once get no more of them than one.
    answers = await asyncio.gather(*(desk.sign_in("li", "0000") for _ in range(8)))
    assert sorted(answer.reason for answer in answers) == ["held"] * 3 + ["wrong_pin"] * 5
    for name in ("zhou", "nobody"):
        answers = [await desk.sign_in(name, "0000") for _ in range(6)]
        assert answers == [
            *[Proof(reason="wrong_pin")] * 4,
            Proof(reason="wrong_pin", wait=MINUTE),
            Proof(reason="held", wait=MINUTE),
        ]
    assert (await desk.sign_in("li", "4711")).reason == "held"
    desk.clock.set(desk.now() + MINUTE)  # type: ignore[attr-defined]
    assert (await desk.sign_in("li", "4711")).user == "li"
    assert [data for kind, data in await told(desk) if kind == "site.sign_in_held"] == [
        {"user": "li", "wrong": 5},
        {"user": "zhou", "wrong": 5},
    ]


async def test_a_role_is_what_the_settings_say_and_where_they_do_not_what_was_given(desk: Desk) -> None:
    await put(desk, "guest", "viewer")
    with pytest.raises(UserProblem, match=r"users\.refused\.settings"):
        await put(desk, "wang", "viewer")
    await put(desk, "wang")
    await desk.ingest(story("ticket/1", (100, "opened")))
    acts = [Command(who, "note", "ticket/1", who, 0, {"text": "seen"}) for who in ("guest", "wang")]
    refused, done = await desk.act(acts)
    assert refused == Refusal("ticket/1", "needs_supervisor")
    assert isinstance(done, Done)
    seen = await desk._store.read(lambda reader: users.listed(reader, desk.now()))
    assert [(each.name, each.role, each.role_from, each.pinned) for each in seen] == [
        ("chen", "admin", "settings", False),
        ("guest", "viewer", "users", False),
        ("li", "supervisor", "others", True),
        ("wang", "lead", "settings", False),
    ]


async def test_users_are_an_administrators_but_for_ones_own_pin(desk: Desk) -> None:
    store, now = desk._store, desk.now()
    with pytest.raises(UserProblem, match="needs_admin"):
        await put(desk, "zhou", actor="wang")
    with pytest.raises(UserProblem, match="needs_admin"):
        await store.write(lambda writer: users.set_pin(writer, "li", "", "wang", now))
    # One's own takes the present one.
    with pytest.raises(UserProblem, match="wrong_pin"):
        await store.write(lambda writer: users.set_pin(writer, "li", "", "li", now))
    other = pins.hashed("9182")
    await store.write(lambda writer: users.set_pin(writer, "li", other, "li", now, proven=True))
    assert ((await desk.sign_in("li", "4711")).user, (await desk.sign_in("li", "9182")).user) == ("", "li")
    await store.write(lambda writer: users.remove(writer, "li", "chen", now))
    assert (await desk.sign_in("li", "9182")).reason == "wrong_pin"
    assert "scrypt" not in json.dumps(await told(desk))
