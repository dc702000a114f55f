"""Senders prove who they are: each way good, wrong, old, and sent again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import replace
from pathlib import Path

import pytest

from console.feeds.http import SCHEMES, Source, key_of
from console.feeds.http.message import Answer, Head
from console.feeds.http.signatures import check_signature
from tests.feeds.http.http_floor import CRM, dumped, event, floor

JSON = {"Content-Type": "application/cloudevents+json"}
BODY = dumped(event())
KEY = b"0123456789abcdef0123456789abcdef"
WHSEC = "whsec_" + base64.b64encode(KEY).decode()


def signed(scheme: str, secret: str) -> Source:
    return replace(CRM, scheme=SCHEMES[scheme], secret=key_of(SCHEMES[scheme], secret))


def standard(
    body: bytes = BODY, *, key: bytes = KEY, delivery: str = "msg_1", ago: int = 0
) -> dict[str, str]:
    """The headers as the specification of Standard Webhooks has them."""
    at = str(int(time.time()) - ago)
    mac = hmac.new(key, f"{delivery}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        **JSON,
        "webhook-id": delivery,
        "webhook-timestamp": at,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def test_the_example_of_the_specification() -> None:
    """From the libraries of Standard Webhooks: a signature that was not made here."""
    scheme = SCHEMES["standard"]
    headers = [
        ("webhook-id", b"msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", b"1614265330"),
        ("webhook-signature", b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ]
    key = key_of(scheme, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    now = 1614265330_000
    told = check_signature(scheme, key, Head("POST", "/", headers), body, now, 300_000)
    assert told == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    with pytest.raises(Answer):
        check_signature(scheme, key, Head("POST", "/", headers), body + b" ", now, 300_000)
    with pytest.raises(Answer):
        check_signature(scheme, key, Head("POST", "/", headers), body, now + 300_001, 300_000)


def test_the_example_of_githubs_documentation() -> None:
    scheme = SCHEMES["github"]
    told = b"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    head = Head("POST", "/", [("x-hub-signature-256", told)])
    check_signature(scheme, b"It's a Secret to Everybody", head, b"Hello, World!", 0, 0)
    with pytest.raises(Answer):
        check_signature(scheme, b"It's a Secret to Everybody", head, b"Hello, World?", 0, 0)


async def test_standard_webhooks(tmp_path: Path) -> None:
    async with floor(tmp_path, signed("standard", WHSEC)) as here:
        good = standard()
        assert (await here.post("/events/crm", good, BODY)).status == 202
        # What was sent once more has no effect, and its sender need not come again.
        again = await here.post("/events/crm", good, BODY)
        assert (again.status, again.counts) == (202, (0, 0, 0, 0))
        retried = await here.post("/events/crm", standard(ago=1), BODY)
        assert (retried.status, retried.counts) == (202, (0, 0, 0, 0))
        other = await here.post("/events/crm", standard(delivery="msg_2"), BODY)
        assert other.counts == (1, 0, 1, 0)
        assert here.ids() == ["e1"]


async def test_a_clock_may_be_a_little_off(tmp_path: Path) -> None:
    async with floor(tmp_path, signed("standard", WHSEC)) as here:
        for ago, status in ((-400, 401), (-200, 202), (0, 202), (200, 202), (400, 401)):
            assert (await here.post("/events/crm", standard(ago=ago), BODY)).status == status


UNSIGNED: list[tuple[dict[str, str], str]] = [
    ({"webhook-signature": "v1," + "A" * 43 + "="}, "webhook-signature is wrong"),
    ({"webhook-signature": ""}, "webhook-signature is missing"),
    ({"webhook-id": "msg_2"}, "webhook-signature is wrong"),
    ({"webhook-id": ""}, "webhook-id is missing"),
    ({"webhook-timestamp": "1614265330"}, "webhook-signature is wrong"),
    (standard(ago=301), "webhook-timestamp is too far from now"),
    (standard(BODY + b" "), "webhook-signature is wrong"),
    (standard(key=KEY[::-1]), "webhook-signature is wrong"),
    ({"Authorization": f"Bearer {WHSEC}", "webhook-signature": "v1,"}, "webhook-signature is wrong"),
]


async def test_what_is_not_signed_as_it_should_be(tmp_path: Path) -> None:
    async with floor(tmp_path, signed("standard", WHSEC)) as here:
        for change, says in UNSIGNED:
            reply = await here.post("/events/crm", {**standard(), **change}, BODY)
            assert (reply.status, reply.text.strip()) == (401, says), change
            # Nobody may fill the disk without a secret.
            assert (here.ids(), here.rejects()) == ([], [])


async def test_a_secret_is_changed_without_a_gap(tmp_path: Path) -> None:
    """The sender signs with both for a while."""
    async with floor(tmp_path, signed("standard", WHSEC)) as here:
        good = standard()
        both = "v1a,xyz " + standard(key=KEY[::-1])["webhook-signature"] + " " + good["webhook-signature"]
        assert (await here.post("/events/crm", {**good, "webhook-signature": both}, BODY)).status == 202


@pytest.mark.parametrize(
    ("scheme", "header", "digest"),
    [
        ("github", "X-Hub-Signature-256", hashlib.sha256),
        ("github-sha1", "X-Hub-Signature", hashlib.sha1),
    ],
)
async def test_signatures_over_the_body_alone(
    scheme: str, header: str, digest: object, tmp_path: Path
) -> None:
    async with floor(tmp_path, signed(scheme, "s3cret")) as here:
        kind = scheme.partition("-")[2] or "sha256"
        told = f"{kind}=" + hmac.new(b"s3cret", BODY, digest).hexdigest()  # type: ignore[call-overload]
        for wrong in (told[:-1], told.upper(), told.partition("=")[2], "é"):
            assert (await here.post("/events/crm", {**JSON, header: wrong}, BODY)).status == 401
        assert (await here.post("/events/crm", {**JSON, header: told}, BODY)).status == 202
        assert (await here.post("/events/crm", {**JSON, header: told}, BODY)).counts == (1, 0, 1, 0)


async def test_a_signature_that_stands_twice_is_neither(tmp_path: Path) -> None:
    async with floor(tmp_path, signed("standard", WHSEC)) as here:
        good = standard()
        twice = {**good, "Webhook-Signature": good["webhook-signature"]}
        reply = await here.post("/events/crm", twice, BODY)
        assert (reply.status, reply.text) == (400, "webhook-signature stands twice\n")


@pytest.mark.parametrize("secret", ["whsec_", "whsec_hush", "hush hush hush hush", "whsec_é"])
def test_what_is_no_secret_of_standard_webhooks(secret: str) -> None:
    with pytest.raises(ValueError, match=r"is no base64|holds less"):
        key_of(SCHEMES["standard"], secret)


def test_no_secret_is_shown() -> None:
    assert "0123456789" not in repr(signed("standard", WHSEC))
