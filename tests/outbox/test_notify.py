"""What leaves: received by a stand-in for each kind of service, and sent again where that does no harm."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.instants import HOUR, MINUTE, SECOND, Millis, parse_rfc3339
from console.domain.ladder import ACKNOWLEDGED, Climb
from console.outbox.notify import Channel, PeopleSender, usable
from console.outbox.postman import RETRIES, Postman, Sent, settled
from console.outbox.webhook import Webhook, WebhookSender, read_key, signature
from console.service.notice import Notice
from tests.conftest import StillClock
from tests.outbox.stand_ins import mail, web

NOW = parse_rfc3339("2026-03-02T18:00:00Z")
KEY = base64.b64encode(bytes(range(32))).decode()
TEXT = {"title": "high: hold", "body": "王*明 <b>&\n第二行", "clocks": []}


def notice(channel: str = "way", made: Millis = NOW, **more: Any) -> Notice:
    return Notice("9f3c", channel, "lead", made, made, made, data=TEXT, **more)


def send(url: str, **more: Any) -> Sent:
    return PeopleSender(Channel("way", frozenset({"lead"}), url, **more)).send(notice(), NOW)


def test_a_json_service_gets_title_and_body() -> None:
    with web() as there:
        assert send(f"json://127.0.0.1:{there.port}/hook").done
        (got,) = there.got
        assert (got.path, got.json["title"]) == ("/hook", "high: hold")
        assert got.json["message"] == TEXT["body"]


def test_ntfy_gets_its_topic_title_and_text() -> None:
    with web() as there:
        assert send(f"ntfy://127.0.0.1:{there.port}/floor").done
        (got,) = there.got
        told = (
            got.json if got.body[:1] == b"{" else {"topic": got.path.strip("/"), "message": got.body.decode()}
        )
        assert told["topic"] == "floor"
        assert "第二行" in told["message"]


def test_a_form_service_gets_fields() -> None:
    with web() as there:
        assert send(f"form://127.0.0.1:{there.port}/sms").done
        (got,) = there.got
        assert (got.form["title"], got.form["message"]) == ("high: hold", TEXT["body"])


def test_bark_gets_a_push() -> None:
    with web() as there:
        assert send(f"bark://127.0.0.1:{there.port}/devicekey").done
        (got,) = there.got
        assert got.json["title"] == "high: hold"


def test_a_mail_arrives_with_its_subject_and_every_character() -> None:
    with mail() as box:
        url = f"mailto://127.0.0.1:{box.port}?from=rings@example.com&to=lead@example.com&mode=insecure&format=text"
        assert send(url).done
        (got,) = box.got
        assert (got["subject"], "lead@example.com" in got["to"]) == ("high: hold", True)
        part = got.get_body(("plain", "html"))
        assert part is not None
        assert "王*明" in part.get_content()


@pytest.mark.parametrize(
    "url",
    [
        "wecombot://693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
        "dingtalk://a1b2c3d4e5/",
        "feishu://abcdef0123456789",
        "bark://key@bark.example",
        "schan://SCT1abcdefgh",
        "mailtos://li:word@example.com",
        "ntfys://ntfy.example/floor",
    ],
)
def test_the_services_that_the_floor_uses_are_known(url: str) -> None:
    assert usable(url)


SERVICES = [
    # apprise's name, its class, where it sends, what it answers, what that means where it is not 0
    ("wecombot://key", "wecombot.NotifyWeComBot", "/send?key={key}", "errcode", 93000),
    ("dingtalk://a1b2c3d4e5/", "dingtalk.NotifyDingTalk", "/robot?access_token={token}", "errcode", 310000),
    ("feishu://abcdef0123456789", "feishu.NotifyFeishu", "/hook/{token}/", "code", 19024),
    ("schan://SCT1abcdefgh", "serverchan.NotifyServerChan", "/{token}.send", "code", 40001),
]


@pytest.mark.parametrize(
    ("url", "plugin", "path", "field", "refusal"), SERVICES, ids=[one[0][:6] for one in SERVICES]
)
def test_a_service_that_refuses_with_200_has_not_got_it(
    url: str, plugin: str, path: str, field: str, refusal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web() as there:
        monkeypatch.setattr(f"apprise.plugins.{plugin}.notify_url", f"http://127.0.0.1:{there.port}{path}")
        there.body = json.dumps({field: 0, "msg": "success"}).encode()
        assert send(url) == Sent(True)
        (got,) = there.got
        told = got.form if url.startswith("schan") else got.json
        assert "第二行" in repr(told)
        assert "high: hold" in repr(told)
        there.body = json.dumps({field: refusal, "msg": "no"}).encode()
        # It is tried again, also where a message must not arrive twice: it has not arrived.
        assert send(url) == Sent(False, f"{field}_{refusal}")
        there.body = b"<html>"
        assert send(url).done


def test_what_is_no_url_is_not() -> None:
    assert not usable("nonsense")


def test_a_webhook_is_signed_as_standard_webhooks_has_it() -> None:
    # The example of the specification's own reference libraries.
    key = read_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signed = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    with web() as there:
        hook = Webhook("desk", f"http://127.0.0.1:{there.port}/in", read_key(KEY))
        assert WebhookSender(hook).send(notice("desk"), NOW).done
        (got,) = there.got
        assert got.headers["webhook-id"] == "9f3c"
        assert got.headers["webhook-timestamp"] == str(NOW // SECOND)
        expected = signature(read_key(KEY), "9f3c", NOW // SECOND, got.body)
        assert got.headers["webhook-signature"] == expected
        assert "clocks" not in got.json


@pytest.mark.parametrize("secret", ["whsec_short", "whsec_****", "", base64.b64encode(bytes(80)).decode()])
def test_a_key_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="key"):
        read_key(secret)


def test_a_webhook_that_fails_is_tried_again_and_one_that_is_gone_is_not() -> None:
    with web() as there:
        sender = WebhookSender(Webhook("desk", f"http://127.0.0.1:{there.port}/", read_key(KEY)))
        there.answers = [503, 302, 410]
        assert [sender.send(notice("desk"), NOW) for _ in range(3)] == [
            Sent(False, "http_503"),
            Sent(False, "http_302"),
            Sent(False, "http_410", never=True),
        ]
    refused = sender.send(notice("desk"), NOW)
    assert (refused.done, refused.maybe, refused.never) == (False, True, False)


@given(st.lists(st.sampled_from(["503", "lost"]), max_size=30), st.booleans())
def test_a_message_ends_sent_failed_or_unknown_and_waits_ever_longer(ends: list[str], repeats: bool) -> None:
    one, now = notice(), NOW
    for end in ends:
        if one.state != "waiting":
            break
        now = one.again
        after = settled(one, Sent(False, end, maybe=end == "lost"), now, repeats, random.Random(1))
        assert after.id == one.id
        if after.state == "waiting":
            wait = RETRIES[one.tries]
            assert now + wait * 4 // 5 <= after.again <= now + wait
        one = after
    if one.state == "unknown":
        assert not repeats
        assert "lost" in ends
    if one.state == "failed":
        assert one.tries == len(RETRIES) + 1


class Out:
    """A sender that does what a test says."""

    def __init__(self, *results: Sent, repeats: bool = True) -> None:
        self.name, self.repeats = "way", repeats
        self.results = list(results)
        self.got: list[tuple[str, str]] = []

    def send(self, notice: Notice, now: Millis) -> Sent:
        self.got.append((notice.id, str(notice.data.get("title"))))
        return self.results.pop(0) if self.results else Sent(True)


async def posted(open_desk: Any, out: Out, *notices: Notice) -> tuple[Any, StillClock, Postman]:
    clock = StillClock(NOW)
    desk = await open_desk(clock)
    await desk._store.write(lambda writer: writer.put_notices(notices))
    return desk._store, clock, Postman(out, desk._store, clock, random.Random(1))


async def state(store: Any) -> tuple[str, int]:
    found = await store.read(lambda reader: reader.notice("9f3c"))
    return found.state, found.tries


async def test_a_message_goes_out_once_and_again_after_a_failure_under_the_same_key(open_desk: Any) -> None:
    out = Out(Sent(False, "http_503"))
    store, clock, postman = await posted(open_desk, out, notice())
    await postman.round()
    assert await state(store) == ("waiting", 1)
    assert not await postman.round()
    clock.set(NOW + 5 * SECOND)
    await postman.round()
    assert await state(store) == ("sent", 2)
    assert [name for name, _ in out.got] == ["9f3c", "9f3c"]
    clock.set(NOW + HOUR)
    assert not await postman.round()


async def test_what_was_being_sent_when_the_daemon_died_is_sent_again_under_the_same_key(
    open_desk: Any,
) -> None:
    out = Out()
    store, clock, postman = await posted(open_desk, out, notice(state="sending"))
    await postman.recover()
    assert await state(store) == ("waiting", 1)
    clock.set(NOW + MINUTE)
    await postman.round()
    assert (await state(store), out.got) == (("sent", 2), [("9f3c", "high: hold")])


async def test_where_twice_would_do_harm_nobody_knows_and_a_person_is_shown(open_desk: Any) -> None:
    out = Out(repeats=False)
    store, clock, postman = await posted(open_desk, out, notice(state="sending"))
    await postman.recover()
    clock.set(NOW + HOUR)
    await postman.round()
    assert (await state(store), out.got) == (("unknown", 1), [])
    (shown,) = await store.read(lambda reader: reader.bad_notices(NOW, 10))
    assert (shown.channel, shown.reason) == ("way", "interrupted")


async def test_a_message_about_what_was_acknowledged_meanwhile_is_not_sent(open_desk: Any) -> None:
    out = Out()
    about = replace(notice(), data={**TEXT, "clocks": [["call/1", "n@pbx/1"]]})
    store, _, postman = await posted(open_desk, out, about)
    climb = Climb(
        clock="n@pbx/1", item="call/1", norm="n", severity=1, broke=NOW, found=NOW, state=ACKNOWLEDGED
    )
    await store.write(lambda writer: writer.put_climbs([climb]))
    await postman.round()
    assert ((await state(store))[0], out.got) == ("dropped", [])


async def test_who_is_slow_to_answer_keeps_nobody_else_waiting(open_desk: Any) -> None:
    """However few threads the machine's shared ones are."""

    class Slow(Out):
        def send(self, notice: Notice, now: Millis) -> Sent:
            asked.set()
            answers.wait(30)
            return super().send(notice, now)

    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    asked, answers, slow, quick = threading.Event(), threading.Event(), Slow(), Out()
    quick.name = "quick"
    store, clock, postman = await posted(
        open_desk, slow, notice(), replace(notice(), id="a1"), replace(notice(), id="q1", channel="quick")
    )
    waits = asyncio.create_task(postman.round())
    try:
        async with asyncio.timeout(10):
            while not asked.is_set():
                await asyncio.sleep(0.001)
            await Postman(quick, store, clock).round()
        assert ([name for name, _ in quick.got], slow.got) == (["q1"], [])
    finally:
        answers.set()
    await waits
    assert [name for name, _ in slow.got] == ["9f3c", "a1"]
