"""How senders prove who they are: a bearer token, or an HMAC over what they send. Schemes are data."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from console.domain.instants import SECOND, Millis
from console.feeds.http.message import Answer, Head

_SECRET_PREFIX = "whsec_"
_KEY_LEAST = 16
_SIGNATURES = 8
"""So many signatures of one request are looked at: a sender changing its secret sends two."""

DELIVERIES = 50_000
"""Deliveries that are remembered. What is forgotten too soon is a duplicate for the store all the same."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """`header` holds the proof after `prefix`. Without a `digest` that is the secret itself; else the HMAC of
    the values of the headers `identity` and `timestamp` (unix seconds) and the body, with dots between."""

    header: str
    prefix: str
    digest: str = ""
    base64: bool = False
    identity: str = ""
    timestamp: str = ""


SCHEMES: Mapping[str, Scheme] = {
    "bearer": Scheme("authorization", "Bearer "),
    # https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    "standard": Scheme("webhook-signature", "v1,", "sha256", True, "webhook-id", "webhook-timestamp"),
    "github": Scheme("x-hub-signature-256", "sha256=", "sha256"),
    # As GitHub once did, and Zammad does.
    "github-sha1": Scheme("x-hub-signature", "sha1=", "sha1"),
    "chatwoot": Scheme("x-chatwoot-signature", "sha256=", "sha256", timestamp="x-chatwoot-timestamp"),
}


def key_of(scheme: Scheme, secret: str) -> bytes:
    """The key that a secret stands for. Raises ValueError."""
    if not scheme.base64:
        return secret.encode()
    try:
        key = b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except ValueError:
        raise ValueError("is no base64, with or without whsec_ before it") from None
    if len(key) < _KEY_LEAST:
        raise ValueError(f"holds less than {_KEY_LEAST} bytes")
    return key


def check_bearer(scheme: Scheme, key: bytes, head: Head) -> None:
    """Check what needs no body. Raises Answer."""
    given = head.one(scheme.header) or ""
    # The word is written in any case (RFC 9110, 11.1).
    if given[: len(scheme.prefix)].lower() != scheme.prefix.lower():
        raise Answer(401, "a bearer token is needed")
    if not hmac.compare_digest(given[len(scheme.prefix) :].strip().encode(), key):
        raise Answer(401, "the bearer token is wrong")


def check_signature(
    scheme: Scheme, key: bytes, head: Head, body: bytes, now: Millis, tolerance: Millis
) -> str:
    """Check the HMAC, and that what it covers is fresh; answers the delivery's id. Raises Answer."""
    given = head.one(scheme.header)
    if not given:
        raise Answer(401, f"{scheme.header} is missing")
    signed: list[bytes] = []
    identity = _part(head, scheme.identity, signed)
    timestamp = _part(head, scheme.timestamp, signed)
    signed.append(body)
    made = hmac.new(key, b".".join(signed), getattr(hashlib, scheme.digest)).digest()
    expected = scheme.prefix.encode() + (b64encode(made) if scheme.base64 else made.hex().encode())
    # All are compared, so that the time it takes tells nothing.
    matches = [hmac.compare_digest(one.encode(), expected) for one in given.split()[:_SIGNATURES]]
    if not any(matches):
        raise Answer(401, f"{scheme.header} is wrong")
    if scheme.timestamp:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise Answer(401, f"{scheme.timestamp} must be whole seconds since 1970")
        if abs(int(timestamp) * SECOND - now) > tolerance:
            raise Answer(401, f"{scheme.timestamp} is too far from now")
    return identity


def _part(head: Head, name: str, signed: list[bytes]) -> str:
    if not name:
        return ""
    value = head.one(name)
    if not value:
        raise Answer(401, f"{name} is missing")
    signed.append(value.encode())
    return value


class Deliveries:
    """The ids of deliveries that were taken in, for as long as their signatures hold."""

    def __init__(self, keep: Millis) -> None:
        self._keep = keep
        self._seen: OrderedDict[tuple[str, bytes], Millis] = OrderedDict()

    def known(self, identity: str, body: bytes, now: Millis) -> bool:
        """Whether this very delivery has been taken in."""
        while self._seen and (next(iter(self._seen.values())) < now or len(self._seen) > DELIVERIES):
            self._seen.popitem(last=False)
        return self._key(identity, body) in self._seen

    def add(self, identity: str, body: bytes, now: Millis) -> None:
        """Remember one that is in the store."""
        self._seen[self._key(identity, body)] = now + self._keep

    @staticmethod
    def _key(identity: str, body: bytes) -> tuple[str, bytes]:
        return identity, hashlib.blake2b(body, digest_size=16).digest()
