"""Webhooks through mapping files: the language over JSON, and the ready mappings on payloads of our own."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest

from console.feeds.http import SCHEMES, Source
from console.feeds.http.values import as_cell, at_path, deeper_than
from console.feeds.mapping import load_mapping
from console.service.problem import StoreProblem
from tests.conftest import ROOT
from tests.feeds.http.http_floor import TOKEN, Floor, Reply, dumped, floor

MAPPINGS = ROOT / "fixtures" / "mappings"


def ready(name: str, scheme: str = "bearer") -> Source:
    text = (MAPPINGS / f"{name}.toml").read_text(encoding="utf-8")
    return Source(name, SCHEMES[scheme], TOKEN.encode(), load_mapping(text, base=MAPPINGS))


async def send(here: Floor, name: str, body: dict[str, Any]) -> Reply:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    return await here.post(f"/hooks/{name}", headers, body)


def told(here: Floor) -> list[tuple[str, str, dict[str, Any]]]:
    """What the log holds: type, UTC time of day, data; in the order in which it came."""
    rows = here.rows(
        "SELECT type, strftime('%H:%M:%f', time / 1000.0, 'unixepoch'), data FROM events ORDER BY rowid"
    )
    return [(kind, at, json.loads(data)) for kind, at, data in rows]


def zammad(state: str, updated: str, **changes: Any) -> dict[str, Any]:
    """A ticket of ours as Zammad's default payload has one; times are times of day."""

    def at(clock: str | None) -> str | None:
        return clock and f"2026-03-02T{clock}.000Z"

    moments = {name: at(changes.pop(name, None)) for name in (
        "last_owner_update_at", "last_contact_agent_at", "close_at", "last_close_at"
    )}  # fmt: skip
    owner = changes.pop("owner", "-")
    group = changes.pop("group", "Service Desk")
    return {
        "ticket": {
            "id": 81,
            "number": "10081",
            "title": "Router 坏了",
            "state": state,
            "created_at": at("01:00:00"),
            "updated_at": at(updated),
            "group": {"id": 3, "name": group},
            "owner": {"id": 5, "login": owner, "roles": ["Agent"]},
            "customer": {"id": 8, "login": "emily@example.com", "phone": "13800001111", "mobile": ""},
            "create_article_type": "phone",
            "article_count": 1,
            **moments,
            **changes,
        },
        "article": {"id": 104, "body": "<div>It blinks.</div>", "internal": False},
    }


async def test_a_ticket_of_zammads_from_its_creation_to_its_reopening(tmp_path: Path) -> None:
    given = {"owner": "emma@example.com", "last_owner_update_at": "01:05:00"}
    written = {**given, "last_contact_agent_at": "01:09:00"}
    closed = {**written, "close_at": "02:00:00", "last_close_at": "02:00:00"}
    opened = {"queue": "Service Desk", "customer": "13800001111", "channel": "phone"}
    deliveries = [
        zammad("new", "01:00:00"),
        zammad("open", "01:05:00", **given),
        zammad("open", "01:09:00", **written),
        zammad("pending reminder", "01:10:00", **written),
        zammad("open", "01:30:00", **written),
        zammad("closed", "02:00:00", **closed),
        zammad("open", "03:00:00", **closed),
    ]
    expected = [
        ("ticket.opened", "01:00:00.000", opened),
        ("ticket.assigned", "01:05:00.000", {"agent": "emma@example.com", "queue": "Service Desk"}),
        ("ticket.contacted", "01:09:00.000", {}),
        ("ticket.waiting", "01:10:00.000", {"reason": "pending reminder"}),
        ("ticket.resumed", "01:30:00.000", {}),
        ("ticket.resolved", "02:00:00.000", {}),
        ("ticket.reopened", "03:00:00.000", {}),
    ]
    async with floor(tmp_path, ready("zammad")) as here:
        for index, delivery in enumerate(deliveries):
            assert (await send(here, "zammad", delivery)).status == 202
            assert told(here) == expected[: index + 1]
            (row,) = await here.board() or [None]
            assert (row is None) == (index == 5)
        assert row is not None
        assert (row.id, row.owner, row.queue, row.state) == (
            "ticket/10081", "emma@example.com", "Service Desk", "reopened",
        )  # fmt: skip
        # What its writer said stays with Zammad.
        assert "blinks" not in json.dumps(told(here))
        assert here.rejects() == []
    # After a restart nothing is remembered, and nothing comes in twice.
    async with floor(tmp_path, ready("zammad")) as here:
        assert (await send(here, "zammad", deliveries[-1])).counts == (3, 0, 3, 0)
        moved = zammad("open", "03:10:00", **{**closed, "group": "Sales"})
        assert (await send(here, "zammad", moved)).status == 202
        (row,) = await here.board()
        assert (row.owner, row.queue) == ("emma@example.com", "Sales")
        assert here.rejects() == []


async def test_zammads_own_signature(tmp_path: Path) -> None:
    body = dumped(zammad("new", "01:00:00"))
    made = hmac.new(TOKEN.encode(), body, hashlib.sha1).hexdigest()
    headers = {"Content-Type": "application/json; charset=utf-8", "X-Hub-Signature": f"sha1={made}"}
    async with floor(tmp_path, ready("zammad", "github-sha1")) as here:
        assert (await here.post("/hooks/zammad", headers, body)).status == 202
        assert (await here.post("/hooks/zammad", headers, body + b" ")).status == 401


def chatwoot(event: str, status: str, updated: float, **changes: Any) -> dict[str, Any]:
    """A conversation of ours as Chatwoot's webhooks have one."""
    return {
        "event": event,
        "id": 7,
        "account_id": 1,
        "channel": "Channel::WebWidget",
        "status": status,
        "created_at": 1_772_413_200,
        "updated_at": updated,
        "messages": [{"id": 90, "content": "It blinks."}],
        "meta": {
            "sender": {"id": 3, "name": "Emily", "phone_number": "+8613800001111", "email": None},
            "assignee": None,
            "team": {"id": 2, "name": "support"},
        },
        **changes,
    }


async def test_a_conversation_of_chatwoots(tmp_path: Path) -> None:
    start = 1_772_413_200  # 2026-03-02 01:00:00 UTC
    meta = chatwoot("", "", 0)["meta"]
    owned = {**meta, "assignee": {"id": 5, "name": "李娜", "type": "user"}}
    message = {
        "event": "message_created", "id": 91, "content": "Hi", "message_type": "outgoing", "private": False,
        "created_at": "2026-03-02T01:02:00.500Z", "conversation": {"id": 7, "status": "open"},
    }  # fmt: skip

    def turned(before: str, after: str, updated: float) -> dict[str, Any]:
        changed = [{"status": {"previous_value": before, "current_value": after}}]
        return chatwoot("conversation_status_changed", after, updated, meta=owned, changed_attributes=changed)

    assigned = chatwoot(
        "conversation_updated", "open", start + 60.25, meta=owned,
        changed_attributes=[
            {"updated_at": {"previous_value": 1, "current_value": 2}},
            {"assignee_id": {"previous_value": None, "current_value": 5}},
        ],
    )  # fmt: skip
    async with floor(tmp_path, ready("chatwoot")) as here:
        opened = chatwoot("conversation_created", "open", start + 0.5)
        assert (await send(here, "chatwoot", opened)).counts == (1, 1, 0, 0)
        assert (await send(here, "chatwoot", assigned)).counts == (1, 1, 0, 0)
        assert (await send(here, "chatwoot", message)).counts == (1, 1, 0, 0)
        for other in ({"message_type": "incoming"}, {"private": True}, {"event": "conversation_typing_on"}):
            assert (await send(here, "chatwoot", {**message, **other})).status == 204
        for step in (
            turned("open", "snoozed", start + 180.0),
            turned("snoozed", "open", start + 240.0),
            turned("open", "resolved", start + 300.0),
            turned("resolved", "open", start + 360.0),
        ):
            assert (await send(here, "chatwoot", step)).counts == (1, 1, 0, 0)
            assert (await send(here, "chatwoot", step)).counts == (1, 0, 1, 0)
        assert told(here) == [
            (
                "ticket.opened",
                "01:00:00.000",
                {"queue": "support", "customer": "+8613800001111", "channel": "Channel::WebWidget"},
            ),
            ("ticket.assigned", "01:01:00.250", {"agent": "李娜", "queue": "support"}),
            ("ticket.contacted", "01:02:00.500", {}),
            ("ticket.waiting", "01:03:00.000", {"reason": "snoozed"}),
            ("ticket.resumed", "01:04:00.000", {}),
            ("ticket.resolved", "01:05:00.000", {}),
            ("ticket.reopened", "01:06:00.000", {}),
        ]
        (row,) = await here.board()
        assert (row.id, row.owner) == ("ticket/chatwoot-7", "李娜")


async def test_chatwoots_own_signature(tmp_path: Path) -> None:
    body = dumped(chatwoot("conversation_created", "open", 1_772_413_200.5))
    async with floor(tmp_path, ready("chatwoot", "chatwoot")) as here:
        for ago, status in ((0, 202), (400, 401)):
            at = str(int(time.time()) - ago)
            made = hmac.new(TOKEN.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
            headers = {
                "Content-Type": "application/json",
                "X-Chatwoot-Timestamp": at,
                "X-Chatwoot-Signature": f"sha256={made}",
            }
            assert (await here.post("/hooks/chatwoot", headers, body)).status == status


async def test_a_delivery_that_was_not_kept_is_read_again_as_if_it_were_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the mapping remembers must not run ahead of the store."""
    async with floor(tmp_path, ready("zammad")) as here:
        await send(here, "zammad", zammad("pending close", "01:00:00"))
        full = True
        write = here.store.write

        async def writes(work):  # type: ignore[no-untyped-def]
            if full:
                raise StoreProblem("full", "disk")
            return await write(work)

        monkeypatch.setattr(here.store, "write", writes)
        assert (await send(here, "zammad", zammad("open", "01:10:00"))).status == 503
        full = False
        assert (await send(here, "zammad", zammad("open", "01:10:00"))).status == 202
        assert [kind for kind, _, _ in told(here)] == ["ticket.opened", "ticket.waiting", "ticket.resumed"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"created_at": "soon"}, "does not fit the mapping, moment.created"),
        ({"created_at": None}, "missing: ticket.opened.time"),
        ({"number": "a\u202eb"}, "not usable as a name, subject"),
        ({"group": {"name": "\x00"}}, "not usable as a name, id"),
        ({"extra": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}, "nested more than 16 deep"),
    ],
)
async def test_a_delivery_that_does_not_fit_is_kept_whole(
    change: dict[str, Any], says: str, tmp_path: Path
) -> None:
    delivery = zammad("new", "01:00:00")
    delivery["ticket"].update(change)
    async with floor(tmp_path, ready("zammad")) as here:
        reply = await send(here, "zammad", delivery)
        assert reply.status == 400
        assert reply.text.startswith(says)
        assert [json.loads(raw) for _, raw in here.rejects()] == [delivery]
        assert (await send(here, "zammad", {"other": 1})).text.startswith("missing: remember.key")
        assert (await here.post("/hooks/zammad", {"Authorization": f"Bearer {TOKEN}"}, b"{}")).status == 415


def test_paths_into_json() -> None:
    value = {"a": {"b": [{"c": None}, {"d": 1}, {"c": 2}]}, "e": [10, 20]}
    assert at_path(value, ["a", "b", "c"]) == 2
    assert at_path(value, ["a", "b", "1", "d"]) == 1
    assert at_path(value, ["e", "1"]) == 20
    for nowhere in (
        ["e", "2"],
        ["a", "x"],
        ["e", "x"],
        ["a", "b", "1", "d", "e"],
        ["e", "-1"],
        ["e", "9" * 30],
    ):
        assert at_path(value, nowhere) is None
    assert [as_cell(each, frozenset({"", "-"})) for each in (None, {}, [], " ", "-", " x ")] == [None] * 5 + [
        "x"
    ]
    assert [as_cell(each, frozenset()) for each in (True, 7, 1.5, {"a": [1]})] == [
        "true",
        "7",
        "1.5",
        '{"a":[1]}',
    ]
    assert not deeper_than({"a": [1]}, 2)
    assert deeper_than({"a": [1]}, 1)
    assert not deeper_than(1, 0)
