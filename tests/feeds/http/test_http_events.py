"""CloudEvents over HTTP: the three modes, what is answered, and what is kept of what can't be taken in."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from console.feeds.http import Limits
from console.service import ledger
from console.service.ledger import refold
from console.service.problem import StoreProblem
from tests.feeds.http.http_floor import (
    BATCH,
    BEARER,
    CRM,
    STRUCTURED,
    Floor,
    dumped,
    event,
    floor,
    read_reply,
    request,
)

BINARY = {
    **BEARER,
    "ce-specversion": "1.0",
    "ce-id": "e1",
    "ce-source": "crm",
    "CE-Type": "ticket.opened",
    "ce-subject": "ticket/e1",
    "ce-time": "2026-03-02T01:00:00Z",
    "Content-Type": "application/json; charset=utf-8",
}


async def test_the_three_modes_say_the_same_and_a_repetition_changes_nothing(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        first = await here.post("/events/crm", STRUCTURED, event())
        assert (first.status, first.counts) == (202, (1, 1, 0, 0))
        again = await here.post("/events/crm", BINARY, {"queue": "support"})
        assert (again.status, again.counts) == (202, (1, 0, 1, 0))
        both = await here.post("/events/crm", BATCH, [event(), event("e2")])
        assert (both.status, both.counts) == (202, (2, 1, 1, 0))
        assert here.ids() == ["e1", "e2"]
        assert {row.id for row in await here.board()} == {"ticket/e1", "ticket/e2"}


async def test_headers_are_percent_decoded(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        told = {**BINARY, "ce-id": "%E5%B7%A5%20%22%E5%8D%95%22", "ce-subject": '"ticket/%E4%B8%83 \\"7\\""'}
        assert (await here.post("/events/crm", told, {})).status == 202
        assert here.rows("SELECT id, item FROM events") == [('工 "单"', 'ticket/七 "7"')]


async def test_events_of_one_moment_keep_the_order_in_which_they_came(tmp_path: Path) -> None:
    """Given away and then taken over in one and the same second, in two requests."""
    async with floor(tmp_path) as here:
        await here.post("/events/crm", STRUCTURED, event())
        for name, agent in (("e2", "li"), ("e3", "wang")):
            told = event(name, type="ticket.assigned", subject="ticket/e1", data={"agent": agent})
            await here.post("/events/crm", STRUCTURED, told)
        (row,) = await here.board()
        assert row.owner == "wang"


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"type": None}, 400, "type is missing"),
        ({"specversion": "0.3"}, 400, "CloudEvents version 0.3"),
        ({"time": "yesterday"}, 400, "time must be RFC 3339"),
        ({"data": [1]}, 400, "data must be an object"),
        ({"data": None, "data_base64": "e30="}, 400, "data_base64 is not read"),
        ({"id": "a\u202eb"}, 400, "not usable as a name, id"),
        ({"source": "pbx1"}, 403, "this sender may not speak for pbx1"),
        ({"source": "console"}, 403, "this sender may not speak for console"),
    ],
)
async def test_a_bad_event_is_told_in_one_line_and_kept(
    change: dict[str, object], status: int, says: str, tmp_path: Path
) -> None:
    async with floor(tmp_path) as here:
        sent = dumped(event(**change))
        reply = await here.post("/events/crm", STRUCTURED, sent)
        assert (reply.status, reply.text.count("\n")) == (status, 1)
        assert reply.text.startswith(says)
        assert [raw for _, raw in here.rejects()] == [sent]
        assert here.ids() == []


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b"[]",
        b'{"id": "\xff"}',
        b'{"a":' * 5000,
        b"[" * 100_000,
        b'{"id": NaN}',
        b'{"specversion": 1e999}',
        b"\x00",
    ],
    ids=range(9),
)
async def test_what_is_no_event_at_all_is_kept_too(sent: bytes, tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        for headers in (STRUCTURED, BATCH):
            if (sent, headers) == (b"[]", BATCH):
                continue
            reply = await here.post("/events/crm", headers, sent)
            assert (reply.status, reply.text.count("\n")) == (400, 1), reply.text
        assert {raw for _, raw in here.rejects()} == {sent[:65_536]}
        assert (await here.post("/events/crm", STRUCTURED, event())).status == 202


async def test_a_batch_takes_what_is_good_and_tells_what_is_not(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        bad = event("e2", type="nonsense")
        reply = await here.post("/events/crm", BATCH, [event(), bad, 7, event("e3")])
        assert (reply.status, reply.counts) == (202, (4, 2, 0, 2))
        assert len(json.loads(reply.body)["notes"]) == 2
        assert here.ids() == ["e1", "e3"]
        assert [json.loads(raw) for _, raw in here.rejects()] == [bad, 7]
        assert (await here.post("/events/crm", BATCH, [])).status == 204


async def test_a_name_with_other_content_is_refused_and_kept(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        await here.post("/events/crm", STRUCTURED, event())
        for _ in range(2):
            other = await here.post("/events/crm", STRUCTURED, event(data={"queue": "sales"}))
            assert "said before" in other.text
            assert other.status == 400
        # Kept once however often it comes, and at no line: there is none.
        assert here.rows("SELECT reason, line FROM rejects") == [("said_differently", 0)]
        assert here.ids() == ["e1"]


REFUSED: list[tuple[str, str, dict[str, str | bytes], int]] = [
    ("/", "POST", {}, 404),
    ("/events/erp", "POST", {}, 404),
    ("/events/crm/", "POST", {}, 404),
    ("/hooks/crm", "POST", {}, 404),
    ("/events/crm", "GET", {}, 405),
    ("/events/crm", "OPTIONS", {}, 405),
    ("/metrics", "POST", {}, 405),
    ("/events/crm", "POST", {"Authorization": "Bearer hush"}, 401),
    ("/events/crm", "POST", {"Authorization": "Basic aHVzaC1odXNo"}, 401),
    ("/events/crm", "POST", {"Authorization": b"Bearer \xff"}, 400),
    ("/events/crm", "POST", {"Content-Type": "application/json"}, 415),
    ("/events/crm", "POST", {"Content-Type": "application/cloudevents+xml"}, 415),
    ("/events/crm", "POST", {"Content-Type": "text/plain", "ce-id": "1"}, 415),
    ("/events/crm", "POST", {"Content-Encoding": "gzip"}, 415),
]


async def test_what_is_refused_by_its_head_is_not_kept(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        for path, method, change, status in REFUSED:
            sent = request(path, {**STRUCTURED, **change}, dumped(event()), method=method)
            reply = await here.say(sent)
            assert reply.status == status, (path, method, change)
            if status == 405:
                assert reply.headers["allow"] in ("POST", "GET, HEAD")
            assert (here.ids(), here.rejects()) == ([], [])
        assert (await here.post("/events/crm?a=b", STRUCTURED, event())).status == 202


async def test_too_large_is_told_before_it_is_sent_and_while_it_is(tmp_path: Path) -> None:
    small = replace(CRM, limits=Limits(size=1000, batch=2))
    async with floor(tmp_path, small) as here:
        told = await here.say(request("/events/crm", {**STRUCTURED, "Content-Length": "1001"}))
        assert told.status == 413
        chunks = b"".join(b"64\r\n" + b"x" * 100 + b"\r\n" for _ in range(11))
        sent = request("/events/crm", {**STRUCTURED, "Transfer-Encoding": "chunked"}, chunks)
        assert (await here.say(sent)).status == 413
        three = [event(str(number), data={}) for number in range(3)]
        assert (await here.post("/events/crm", BATCH, three)).status == 413
        assert here.ids() == []


async def test_who_sends_too_much_without_asking_gets_its_answer_all_the_same(tmp_path: Path) -> None:
    """A connection closed on bytes that nobody has read would be reset, and the answer lost."""
    async with floor(tmp_path) as here:
        reader, writer = await here.connect()
        writer.write(request("/events/crm", STRUCTURED, b"x" * 900_000))
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.write(b"x")
        await writer.drain()
        assert (await read_reply(reader)).status == 413
        writer.close()


async def test_nobody_speaks_for_the_people_here(tmp_path: Path) -> None:
    async with floor(tmp_path, replace(CRM, sources=frozenset({"*"}))) as here:
        assert (await here.post("/events/crm", STRUCTURED, event(source="pbx1"))).status == 202
        act = event(source="console", type="item.closed")
        assert (await here.post("/events/crm", STRUCTURED, act)).status == 403
        assert here.ids() == ["e1"]


async def test_chunks_and_an_awaited_go_ahead(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        body = dumped(event())
        reader, writer = await here.connect()
        head = {**STRUCTURED, "Transfer-Encoding": "chunked", "Expect": "100-continue"}
        writer.write(request("/events/crm", head))
        assert (await read_reply(reader)).status == 100
        for piece in (body[:7], body[7:]):
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        assert (await read_reply(reader)).status == 202
        # The connection stays, and two requests at once are answered in turn.
        two = [request("/events/crm", STRUCTURED, dumped(event(name))) for name in ("e2", "e3")]
        writer.write(b"".join(two))
        assert [(await read_reply(reader)).status for _ in two] == [202, 202]
        writer.close()
        assert here.ids() == ["e1", "e2", "e3"]


async def test_more_than_the_rate_is_sent_away_with_the_time_to_come_again(tmp_path: Path) -> None:
    async with floor(tmp_path, replace(CRM, limits=Limits(rate=0.01, burst=2))) as here:
        replies = [await here.post("/events/crm", STRUCTURED, event(str(number))) for number in range(3)]
        assert [reply.status for reply in replies] == [202, 202, 429]
        assert 1 <= int(replies[2].headers["retry-after"]) <= 100
        assert here.ids() == ["0", "1"]


async def test_nothing_is_lost_while_the_store_cant_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with floor(tmp_path) as here:
        full = True
        write = here.store.write

        async def writes(work):  # type: ignore[no-untyped-def]
            if full:
                raise StoreProblem("full", "disk")
            return await write(work)

        monkeypatch.setattr(here.store, "write", writes)
        reply = await here.post("/events/crm", STRUCTURED, event())
        assert (reply.status, reply.headers["retry-after"]) == (503, "5")
        full = False
        assert (await here.post("/events/crm", STRUCTURED, event())).counts == (1, 1, 0, 0)


async def test_an_event_that_breaks_what_works_it_out_does_not_take_its_batch_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with floor(tmp_path) as here:

        def fails(writer, items, *rest):  # type: ignore[no-untyped-def]
            if "ticket/e2" in items:
                raise RuntimeError("boom")
            return refold(writer, items, *rest)

        monkeypatch.setattr(ledger, "refold", fails)
        reply = await here.post("/events/crm", BATCH, [event(), event("e2"), event("e3")])
        assert (reply.status, reply.counts) == (202, (3, 2, 0, 1))
        assert here.rejects() == [("http.failed", b"crm/e2")]


async def test_it_says_that_it_lives_and_that_it_has_stopped(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        await _until(here, "SELECT name FROM feeds WHERE NOT lost", [("crm",)])
    assert here.rows("SELECT name FROM feeds WHERE lost") == [("crm",)]


async def _until(here: Floor, sql: str, rows: list[tuple[str, ...]]) -> None:
    for _ in range(200):
        if here.rows(sql) == rows:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(here.rows(sql))
