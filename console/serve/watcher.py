"""The watcher: looks for breaches as soon as something happened, at the latest each second, and for gaps in
the rota each quarter of an hour."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from console.domain.instants import DAY, MINUTE, Millis
from console.locale.catalogue import Catalogue, choose, load
from console.outbox import webhook, wording
from console.outbox.notify import PeopleSender
from console.outbox.postman import Postman, Sender
from console.outbox.webhook import WebhookSender
from console.serve.supervisor import Service
from console.service.notice import Notice
from console.service.problem import StoreProblem
from console.service.told import Bundle, Telling
from console.service.watching import Watch

if TYPE_CHECKING:
    from console.feeds.asterisk.live.timing import Timing
    from console.serve.telling import Settings
    from console.service.desk import Desk
    from console.service.ports import Store, Writer

AHEAD = 14 * DAY
"""So far ahead the rota must have no gaps."""

_NO_BREACH = -1
"""A severity that is never loud: what is told is no breach."""

_LOOK_S = 1.0

_GATHER_S = 0.2
"""A busy feed writes many times a second: one look is enough for all of these."""

_ROTA = 15 * MINUTE

log = logging.getLogger(__name__)


class Watcher:
    """Watches one store on behalf of the daemon."""

    def __init__(
        self, desk: Desk, store: Store, timing: Timing, settings: Settings, environ: Mapping[str, str]
    ):
        self._desk = desk
        self._store = store
        self._timing = timing
        self._settings = settings
        self._says = {each.name: load(choose(each.language, environ)) for each in settings.channels}
        self.telling = telling(settings, self._says)
        self._watch = Watch(store, self.telling)
        self._told = asyncio.Event()
        self._rota_seen: Millis | None = None

    async def run(self) -> None:
        """Watch until cancelled."""
        self._desk.watch(self._told.set)
        problem = ""
        while True:
            try:
                await self.look()
                problem = ""
            except StoreProblem as found:
                if found.reason != problem:
                    problem = found.reason
                    log.error("store.problem", extra={"reason": problem})
            self._told.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._told.wait()
                    await asyncio.sleep(_GATHER_S)

    async def look(self) -> None:
        """One look at breaches, and at the rota where that is due."""
        now = self._timing.now()
        if made := await self._watch.look(now):
            log.info("notice.made", extra={"count": made})
        if self._rota_seen is None or now - self._rota_seen >= _ROTA:
            await self._look_at_rota(now)
            self._rota_seen = now

    async def _look_at_rota(self, now: Millis) -> None:
        rota = self.telling.rota
        gaps = rota.gaps(now, now + AHEAD) if rota else []
        channels = self.telling.channels.get(self.telling.stand_in, ())
        if gaps and channels:
            await self._store.write(lambda writer: self._tell_gaps(writer, gaps, channels, now))

    def _tell_gaps(
        self, writer: Writer, gaps: list[tuple[Millis, Millis]], channels: tuple[str, ...], now: Millis
    ) -> None:
        """Tell of each gap once ahead, and once more when it has begun; of one that begins after the quiet
        hours not during them."""
        bundle = Bundle((), writer.rulebook().at(now), now)
        quiet = self.telling.ladder.quiet
        rests = quiet.until(now, _NO_BREACH, bundle.rules.site.tzinfo) if quiet else None
        for start, end in gaps:
            if rests is not None and start >= rests:
                continue
            for name in channels:
                key = blake2b(f"gap {name} {_edge(start, end, now)}".encode(), digest_size=12).hexdigest()
                if writer.notice(key) is None:
                    data = wording.gap(start, end, bundle, self._says[name])
                    address = self.telling.stand_in
                    writer.put_notices([Notice(key, name, address, now, now, now, data=data)])
                    log.warning("rota.gap", extra={"channel": name})


def _edge(start: Millis, end: Millis, now: Millis) -> str:
    """What a gap is known by at each look: its beginning; where that is past its end, if it is in sight."""
    if start > now:
        return f"from {start}"
    return f"until {end}" if end < now + AHEAD else "open"


def telling(settings: Settings, says: Mapping[str, Catalogue]) -> Telling:
    """The settings as the watcher's work needs them."""
    channels: dict[str, tuple[str, ...]] = {}
    for each in settings.channels:
        for who in sorted(each.serves):
            channels[who] = (*channels.get(who, ()), each.name)

    def write_up(channel: str, bundle: Bundle) -> Mapping[str, Any]:
        return wording.write_up(bundle, says[channel])

    return Telling(
        ladder=settings.ladder,
        channels=channels,
        systems=tuple(each.name for each in settings.webhooks),
        rota=settings.rota,
        stand_in=settings.stand_in,
        write_up=write_up,
        content=webhook.content,
        contents=webhook.contents,
    )


def watchers(
    desk: Desk, store: Store, timing: Timing, settings: Settings, environ: Mapping[str, str]
) -> list[Service]:
    """What tells people and systems, as parts of the daemon; none where nobody is to be told."""
    if not settings:
        return []
    senders: list[Sender] = [PeopleSender(each) for each in settings.channels]
    senders += [WebhookSender(each) for each in settings.webhooks]
    watcher = Watcher(desk, store, timing, settings, environ)
    return [Service("watcher", watcher.run), *(_post(sender, desk, store) for sender in senders)]


def _post(sender: Sender, desk: Desk, store: Store) -> Service:
    postman = Postman(sender, store, desk.clock)
    return Service(f"notify/{sender.name}", lambda: postman.run(desk.watch))
