"""The one daemon: feeds in, time, outbox out, on one store until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from console.bootstrap import open_desk
from console.collector import take_in
from console.feeds.asterisk.live import AsteriskFeed, RealTiming
from console.feeds.follow import FollowedFile, FollowedPipe, PipeFeed, file_feed, folder_feed
from console.locale.catalogue import load
from console.outbox.asterisk import AsteriskCarrier
from console.outbox.courier import Courier
from console.serve.line import FeedLine
from console.serve.retainer import Retainer
from console.serve.supervisor import Service, supervise
from console.serve.systemd import notify
from console.serve.ticker import Ticker
from console.serve.watcher import watchers
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.serve.config import Config, Connected
    from console.service.desk import Desk
    from console.service.ports import Store

_GRACE_S = 20.0
"""How long stopping may take; what the exchange said until then is on disk well before that."""

log = logging.getLogger(__name__)


async def serve(config: Config, store_path: Path) -> None:
    """Run until SIGTERM or SIGINT. Raises StoreProblem where the store can't be opened."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _told, stop, number)
    desk, store = await open_desk(store_path, actor="serve")
    take_in()
    try:
        timing = RealTiming(desk.now)
        feeds = [AsteriskFeed(each.exchange, desk, store, timing) for each in config.asterisk]
        ticker = Ticker(desk, timing)
        services = [
            Service("ticker", ticker.run),
            *(Service(f"asterisk/{feed.name}", feed.run) for feed in feeds),
            *_listeners(config, desk, store),
            *_followers(config, desk, store),
            *_retainer(config, desk, store),
        ]
        couriers = [
            _outbox(feed, each, desk, store) for feed, each in zip(feeds, config.asterisk, strict=True)
        ]
        couriers += watchers(desk, store, timing, config.telling, os.environ)
        running = asyncio.create_task(supervise(services, timing))
        carrying = asyncio.create_task(supervise(couriers, timing))
        log.info("serve.ready", extra={"count": len(services) + len(couriers)})
        notify("READY=1")
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        notify("STOPPING=1")
        waiting.cancel()
        try:
            async with asyncio.timeout(_GRACE_S):
                # The outbox first: what is under way needs the links to come to an end.
                await _ended(carrying)
                await asyncio.gather(*(feed.goodbye() for feed in feeds))
                await _ended(running)
                await ticker.stop()
        except (TimeoutError, StoreProblem):
            log.error("serve.cut_short")
    finally:
        await store.close()
    log.info("serve.stopped")


def _listeners(config: Config, desk: Desk, store: Store) -> list[Service]:
    if not config.http:
        return []
    # Here, for its library is an extra.
    from console.feeds.http import HttpFeed

    say = load("en")

    def explain(reason: str, detail: str) -> str:
        return say(f"reject.{reason}", detail=detail)

    feeds = [HttpFeed(listener, desk, store, explain) for listener in config.http]
    return [
        Service(f"http/{listener.name}", feed.run) for listener, feed in zip(config.http, feeds, strict=True)
    ]


def _followers(config: Config, desk: Desk, store: Store) -> list[Service]:
    found = []
    for each in config.followed:
        if isinstance(each, FollowedPipe):
            found.append(Service(f"fifo/{each.name}", PipeFeed(each, store, desk.clock).run))
        elif isinstance(each, FollowedFile):
            found.append(Service(f"file/{each.name}", file_feed(each, store, desk.clock).run))
        else:
            found.append(Service(f"folder/{each.name}", folder_feed(each, store, desk.clock).run))
    return found


def _retainer(config: Config, desk: Desk, store: Store) -> list[Service]:
    if config.keep is None:
        return []
    return [Service("retain", Retainer(store, desk.clock, config.keep).run)]


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _outbox(feed: AsteriskFeed, connected: Connected, desk: Desk, store: Store) -> Service:
    courier = Courier(AsteriskCarrier(FeedLine(feed), connected.moves), store, desk.clock)
    return Service(f"outbox/{feed.name}", lambda: courier.run(desk.watch))


def _told(stop: asyncio.Event, number: signal.Signals) -> None:
    log.info("serve.stopping", extra={"signal": signal.Signals(number).name})
    stop.set()
