"""Whether each feed and each channel can do its work now: what `rings doctor` tries out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.domain.instants import SECOND, Millis
from console.feeds.asterisk.framing import Block, Framer
from console.feeds.asterisk.live import Exchange, LinkLost, RealTiming
from console.feeds.asterisk.live.link import Link
from console.feeds.follow import FollowedFile, FollowedPipe
from console.outbox.notify import PeopleSender
from console.outbox.webhook import WebhookSender
from console.serve.ticker import DAEMON
from console.service.notice import Notice

if TYPE_CHECKING:
    from console.outbox.postman import Sender
    from console.serve.config import Config
    from console.serve.follow_config import Followed
    from console.service.model import FeedState

_CONNECT_S = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one try: `key` is the catalogue's (`probe.KEY`), `values` stand in its sentence."""

    fine: bool
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


async def probe(config: Config, feeds: Mapping[str, FeedState], now: Millis) -> AsyncIterator[Found]:
    """Try all that the settings name, without a trace elsewhere; `feeds` is what the store knows of them."""
    serve = feeds.get(DAEMON)
    runs = serve is not None and not serve.lost
    yield Found(runs, "serves" if runs else "serves_not")
    faulty: set[str] = set()
    async for found in _feeds(config, feeds if runs else {}, now):
        if not found.fine:
            faulty.add(str(found.values["name"]))
        yield found
    if runs:
        for listener in config.http:
            fine = await _connects(listener.host, listener.port, listener.path)
            yield Found(fine, "http_fine" if fine else "http_closed", {"address": listener.name})
        for name in _names(config):
            state = feeds.get(name)
            if name not in faulty and (state is None or state.lost):
                lag = state.lag(now) // SECOND if state is not None else 0
                yield Found(False, "silent" if state else "unheard", {"name": name, "seconds": lag})
    for hook in config.telling.webhooks:
        parts = urlsplit(hook.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        fine = await _connects(parts.hostname or "", port)
        values = {"name": hook.name, "address": f"{parts.hostname}:{port}"}
        yield Found(fine, "reached" if fine else "unreached", values)


async def _feeds(config: Config, feeds: Mapping[str, FeedState], now: Millis) -> AsyncIterator[Found]:
    """Each feed that is asked or read; `feeds` are those of a running daemon."""
    for each in config.asterisk:
        exchange = each.exchange
        values = {"name": exchange.name, "address": f"{exchange.host}:{exchange.port}"}
        state = feeds.get(exchange.name)
        if state is not None and not state.lost:
            # Some exchanges let a user in only once.
            yield Found(True, "asterisk_connected", values)
            continue
        reason = await signs_on(exchange, now)
        yield Found(not reason, f"asterisk_{reason or 'fine'}", values)
    for one in config.followed:
        yield _followed(one)


async def send(config: Config, words: Callable[[str], tuple[str, str]], now: Millis) -> AsyncIterator[Found]:
    """Send a message through each channel, as a breach would be told; `words` are its title and body in a
    channel's language, of which "" is this machine's."""
    senders: list[tuple[Sender, str]] = [
        (PeopleSender(each), each.language) for each in config.telling.channels
    ]
    senders += [(WebhookSender(each), "") for each in config.telling.webhooks]
    for sender, language in senders:
        title, body = words(language)
        data = {"type": "rings.test", "title": title, "body": body, "data": {}}
        notice = Notice(f"test-{now}", sender.name, "", now, now, now, data=data)
        sent = await asyncio.to_thread(sender.send, notice, now)
        values = {"name": sender.name, "reason": sent.reason}
        yield Found(sent.done, "sent" if sent.done else "not_sent", values)


async def signs_on(exchange: Exchange, now: Millis) -> str:
    """Sign on to an exchange and off again; answers why it can't be done, in one word, else nothing."""
    framer = Framer()

    def hear(data: bytes, at: Millis) -> None:
        for frame in framer.feed(data, at):
            if isinstance(frame, Block):
                link.take(frame)

    link = Link(exchange, RealTiming(lambda: now), hear, 0)
    signed_on: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(link.run(signed_on))
    try:
        await asyncio.wait({running, signed_on}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            await link.goodbye()
            return ""
        running.result()
    except LinkLost as lost:
        return lost.reason
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError, LinkLost):
            await running
    return "closed"


async def _connects(host: str, port: int, path: str = "") -> bool:
    try:
        async with asyncio.timeout(_CONNECT_S):
            opening = asyncio.open_unix_connection(path) if path else asyncio.open_connection(host, port)
            _, writer = await opening
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _followed(one: Followed) -> Found:
    values = {"name": one.name, "path": one.path}
    try:
        mode = one.path.stat().st_mode
    except OSError:
        return Found(False, "missing", values)
    if isinstance(one, FollowedFile):
        fits = stat.S_ISREG(mode)
    else:
        fits = stat.S_ISFIFO(mode) if isinstance(one, FollowedPipe) else stat.S_ISDIR(mode)
    if not fits:
        return Found(False, "other", values)
    readable = os.access(one.path, os.R_OK | (os.X_OK if stat.S_ISDIR(mode) else 0))
    return Found(readable, "readable" if readable else "unreadable", values)


def _names(config: Config) -> list[str]:
    """The names of all feeds in the settings."""
    names = [each.exchange.name for each in config.asterisk]
    names += [source.name for listener in config.http for source in listener.sources]
    return names + [one.name for one in config.followed]
