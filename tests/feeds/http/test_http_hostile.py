"""Clients by the hundred that are slow, vast or out of their minds, while a good one is served."""

from __future__ import annotations

import asyncio
import gc
import socket
from pathlib import Path

import pytest

from console.feeds.http.message import Answer
from tests.feeds.http.http_floor import BATCH, BEARER, STRUCTURED, dumped, event, floor, read_reply, request

HEAD = b"POST /events/crm HTTP/1.1\r\nHost: rings\r\n"
SLOW_HEAD = HEAD + b"X-Slow: "
SLOW_BODY = request("/events/crm", {**STRUCTURED, "Content-Length": "1000"}, b"{")


@pytest.mark.parametrize("sent", [b"", SLOW_HEAD, SLOW_BODY], ids=["silent", "head", "body"])
async def test_a_hundred_slow_clients_keep_nobody_out(sent: bytes, tmp_path: Path) -> None:
    """More than may be connected at all: each new one takes the place of the slowest."""
    async with floor(tmp_path, connections=60) as here:
        slow = [await here.connect() for _ in range(100)]
        for _, writer in slow:
            writer.write(sent)
        for number in range(6):
            reply = await here.post("/events/crm", STRUCTURED, event(str(number)))
            assert reply.status == 202
            for _, writer in slow[60:]:
                writer.write(b"a")
        assert len(here.ids()) == 6
        assert len(here.feed.server) <= 60
        for _, writer in slow:
            writer.close()


async def test_in_a_crush_nobody_goes_whose_request_is_there_already(tmp_path: Path) -> None:
    async with floor(tmp_path, connections=4) as here:
        address = ("127.0.0.1", here.feed.server.port)
        # All of them at the door before the server looks: the one with a request came first.
        crowd = [socket.create_connection(address)]
        crowd[0].sendall(request("/events/crm", STRUCTURED, dumped(event())))
        crowd += [socket.create_connection(address) for _ in range(12)]
        reader, writer = await asyncio.open_connection(sock=crowd[0])
        assert (await asyncio.wait_for(read_reply(reader), 10)).status == 202
        assert len(here.feed.server) <= 4
        writer.close()
        for each in crowd[1:]:
            each.close()


async def test_who_hangs_up_in_the_middle_is_gone(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        for sent in (b"", SLOW_HEAD, SLOW_BODY):
            reader, writer = await here.connect()
            writer.write(sent)
            writer.write_eof()
            # Whoever has closed one half only hears that it was no request, or nothing.
            assert (await asyncio.wait_for(reader.read(), 10))[:12] in (b"", b"HTTP/1.1 400")
            writer.close()
        assert (await here.post("/events/crm", STRUCTURED, event())).status == 202
        assert here.ids() == ["e1"]


async def test_nothing_of_a_refused_request_is_held_until_garbage_is_looked_for(tmp_path: Path) -> None:
    """Which a daemon does seldom: a few hundred vast batches came to a gigabyte."""
    async with floor(tmp_path) as here:
        gc.collect()
        gc.disable()
        try:
            reply = await here.post("/events/crm", BATCH, b"[" + b"{}," * 20_000 + b"{}]")
            assert reply.status == 413
            while len(here.feed.server):
                await asyncio.sleep(0.01)
            assert not [each for each in gc.get_objects() if isinstance(each, Answer)]
        finally:
            gc.enable()


async def test_slow_clients_are_told_so_and_let_go(tmp_path: Path) -> None:
    async with floor(tmp_path, head_time=200, body_time=200) as here:
        clients = []
        for sent in [SLOW_HEAD, SLOW_BODY] * 50:
            reader, writer = await here.connect()
            writer.write(sent)
            clients.append((reader, writer))
        silent, _ = await here.connect()
        for reader, writer in clients:
            assert (await asyncio.wait_for(read_reply(reader), 10)).status == 408
            writer.close()
        # Who has said nothing is told nothing.
        assert await asyncio.wait_for(silent.read(), 10) == b""
        for _ in range(200):
            if len(here.feed.server) == 0:
                break
            await asyncio.sleep(0.02)
        assert len(here.feed.server) == 0


async def test_a_head_that_trickles_in_has_no_more_time_than_another(tmp_path: Path) -> None:
    async with floor(tmp_path, head_time=300) as here:
        reader, writer = await here.connect()
        writer.write(HEAD)
        answer = asyncio.create_task(read_reply(reader))
        for _ in range(100):
            if answer.done():
                break
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.02)
        assert (await answer).status == 408
        writer.close()


async def test_the_place_of_a_finished_client_is_free_again(tmp_path: Path) -> None:
    async with floor(tmp_path, connections=2) as here:
        for number in range(8):
            assert (await here.post("/events/crm", STRUCTURED, event(str(number)))).status == 202


NO_REQUESTS = [
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    (b"GET\r\n\r\n", 400),
    (HEAD + b"X: y\x00z\r\n\r\n", 400),
    (HEAD + b"X : y\r\n\r\n", 400),
    (HEAD + b"Content-Length: -1\r\n\r\n", 400),
    (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    (HEAD + b"X: " + b"y" * 40_000 + b"\r\n\r\n", 431),
    (b"POST /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
    (b"POST /events/crm HTTP/1.1\r\n\r\n", 400),
    (b"CONNECT rings:80 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    (request("/events/crm", {**STRUCTURED, "Transfer-Encoding": "chunked"}, b"zz\r\nhello\r\n"), 400),
    (request("/events/crm", {**STRUCTURED, "Transfer-Encoding": "chunked"}, b"f" * 16 + b"\r\n"), 413),
]


async def test_what_is_no_request_is_refused_and_the_next_one_served(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        for sent, status in NO_REQUESTS:
            reply = await here.say(sent + b"x" * 300_000 if status == 413 else sent)
            assert reply.status == status, sent[:80]
            assert reply.headers["connection"] == "close"
            assert (await here.post("/events/crm", STRUCTURED, event())).status == 202


async def test_thousands_of_questions_behind_each_other_get_few_answers(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        for question, most in ((request("/metrics", {}, method="GET"), 60), (request("/nowhere", {}), 1)):
            reader, writer = await here.connect()
            writer.write(question * 2000)
            answers = (await asyncio.wait_for(reader.read(), 10)).count(b"HTTP/1.1 ")
            assert 1 <= answers <= most
            writer.close()
        assert (await here.post("/events/crm", STRUCTURED, event())).status == 202


async def test_nothing_that_was_sent_becomes_a_header_of_the_answer(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        told = {**BEARER, "ce-specversion": "1.0%0d%0aSet-Cookie: a=b", "ce-id": "1"}
        reply = await here.post("/events/crm", told)
        assert reply.status == 400
        assert "set-cookie" not in reply.headers
        assert reply.text.count("\n") == 1
        for target in ("/events/%0d%0aSet-Cookie:a=b", "//events/crm", "/events/../events/crm", "*"):
            reply = await here.post(target, STRUCTURED, event())
            assert (reply.status, "set-cookie" in reply.headers) == (404, False)


async def test_a_smuggled_request_is_part_of_the_body(tmp_path: Path) -> None:
    """Both a length and chunks: whoever believes the length would see a second request."""
    async with floor(tmp_path) as here:
        inner = request("/events/crm", STRUCTURED, dumped(event("smuggled")))
        head = {**STRUCTURED, "Content-Length": str(len(inner) + 5), "Transfer-Encoding": "chunked"}
        reader, writer = await here.connect()
        writer.write(request("/events/crm", head, b"0\r\n\r\n" + inner))
        assert (await read_reply(reader)).status == 400
        writer.close()


async def test_deep_and_wide_data_is_refused(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        deep: object = 1
        for _ in range(17):
            deep = {"a": deep}
        wide = {str(number): number for number in range(11_000)}
        for data, says in ((deep, "nested more than 16 deep"), (wide, "data holds more than")):
            reply = await here.post("/events/crm", STRUCTURED, event(data=data))
            assert reply.status == 400
            assert reply.text.startswith(says)
        fine: object = 1
        for _ in range(16):
            fine = {"a": fine}
        assert (await here.post("/events/crm", STRUCTURED, event(data=fine))).status == 202


async def test_many_at_once_are_all_kept(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:

        async def send(number: int) -> int:
            reader, writer = await here.connect()
            total = 0
            for batch in range(2):
                names = [f"{number}-{batch}-{index}" for index in range(4)]
                writer.write(request("/events/crm", BATCH, dumped([event(name) for name in names])))
                reply = await read_reply(reader)
                total += reply.counts[1] if reply.status == 202 else 0
            writer.close()
            return total

        assert sum(await asyncio.gather(*(send(number) for number in range(50)))) == 400
        assert len(here.ids()) == 400
