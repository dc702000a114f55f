"""Messages to systems: HTTP POST of JSON, signed as Standard Webhooks (standardwebhooks.com) has it.

`webhook-id` is the same at each try, by which the far side knows what it has already.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from console.domain.instants import SECOND, Millis, format_utc
from console.masks import mask_id
from console.outbox.postman import Sent

if TYPE_CHECKING:
    from console.service.notice import Notice
    from console.service.told import Told

_TIMEOUT_S = 15.0
_PREFIX = "whsec_"
_GONE = 410


@dataclass(frozen=True, slots=True)
class Webhook:
    """One system: where it listens, and the key that it knows us by."""

    name: str
    url: str
    key: bytes = field(repr=False)


def read_key(text: str) -> bytes:
    """The key of a secret as Standard Webhooks writes it: `whsec_` and 24 to 64 bytes in base64. Raises
    ValueError."""
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("must be whsec_ and a key in base64") from None
    if not 24 <= len(key) <= 64:
        raise ValueError("must be a key of 24 to 64 bytes in base64")
    return key


def signature(key: bytes, message_id: str, second: int, body: bytes) -> str:
    """The value of `webhook-signature`."""
    signed = b".".join((message_id.encode(), str(second).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class WebhookSender:
    """Sends messages to one system."""

    repeats = True
    """The far side tells copies by their id."""

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook

    @property
    def name(self) -> str:
        return self._webhook.name

    def send(self, notice: Notice, now: Millis) -> Sent:
        try:
            import requests
        except ImportError:
            return Sent(False, "no_library", never=True)
        content = {key: value for key, value in notice.data.items() if key != "clocks"}
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        second = now // SECOND
        headers = {
            "content-type": "application/json",
            "user-agent": "three-rings",
            "webhook-id": notice.id,
            "webhook-timestamp": str(second),
            "webhook-signature": signature(self._webhook.key, notice.id, second, body),
        }
        try:
            answer = requests.post(
                self._webhook.url,
                body,
                headers=headers,
                timeout=_TIMEOUT_S,
                allow_redirects=False,
                stream=True,
            )
            answer.close()
        except requests.RequestException as error:
            return Sent(False, type(error).__name__, maybe=True)
        if 200 <= answer.status_code < 300:
            return Sent(True)
        return Sent(False, f"http_{answer.status_code}", never=answer.status_code == _GONE)


def content(told: Told) -> Mapping[str, Any]:
    """What a system hears of a breach: names of ours alone, nothing of the customer."""
    return {"type": told.type, "timestamp": format_utc(told.now), "data": _about(told)}


def contents(told: Sequence[Told], total: int, later: int) -> Mapping[str, Any]:
    """As `content`, of many things at once: `total` of them, of which `later` come in later messages."""
    about = [{"type": one.type, **_about(one)} for one in told]
    data = {"count": total, "more": later, "told": about}
    return {"type": "clock.many", "timestamp": format_utc(told[0].now), "data": data}


def _about(told: Told) -> Mapping[str, Any]:
    climb, row = told.climb, told.row
    return {
        "item": mask_id(climb.item),
        "kind": climb.item.partition("/")[0],
        "clock": climb.clock,
        "norm": climb.norm,
        "severity": ("critical", "high", "medium", "low")[climb.severity],
        "broke": format_utc(climb.broke),
        "owner": row.owner if row else None,
        "queue": row.queue if row else "",
    }
