"""Takes a channel's messages from the store and sends them one after the other: at least once, later again
where it failed, and never twice where that would do harm. Channels don't wait for each other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from console.domain.instants import HOUR, MINUTE, SECOND, Millis
from console.domain.ladder import ACKNOWLEDGED, OVER
from console.service.notice import DROPPED, FAILED, SENDING, SENT, UNKNOWN, WAITING, Notice
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.service.ports import Clock, Store, Writer

_LOOK_S = 1.0
"""Between two looks at the outbox where nobody tells of anything new."""

_GATHER_S = 0.2
"""Everybody's writing lets us know: one look is enough for all of it."""

_AT_ONCE = 16
"""Messages claimed at a time."""

RETRIES: tuple[Millis, ...] = (
    5 * SECOND, 15 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR,
)  # fmt: skip
"""Waits between tries; after the last of them a message has failed. Each is cut at random by up to a fifth,
so that what failed together does not come back together."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one try. `done`: the far side has it. Else `maybe` tells whether it may have it, and
    `never` that it is of no use to try again."""

    done: bool
    reason: str = ""
    maybe: bool = False
    never: bool = False


class Sender(Protocol):
    """One channel's way out."""

    @property
    def name(self) -> str:
        """The channel's name in the settings."""
        ...

    @property
    def repeats(self) -> bool:
        """Whether a message may arrive twice with no harm."""
        ...

    def send(self, notice: Notice, now: Millis) -> Sent:
        """Send it, waiting as long as that takes; called in a thread."""
        ...


class Postman:
    """Carries one channel's messages."""

    def __init__(self, sender: Sender, store: Store, clock: Clock, rng: random.Random | None = None) -> None:
        self._sender = sender
        self._store = store
        self._clock = clock
        self._rng = rng or random.Random()
        self._told = asyncio.Event()
        # Of its own: a far side may be silent for long, and the machine's shared threads are few.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"notify/{sender.name}")

    async def run(self, watch: Callable[[Callable[[], None]], bool]) -> None:
        """Send until cancelled. `watch` lets us know when somebody wrote."""
        watch(self._told.set)
        await self.recover()
        while True:
            while await self.round():
                pass
            self._told.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._told.wait()
                    await asyncio.sleep(_GATHER_S)

    async def recover(self) -> None:
        """At the start: what was being sent when the last daemon ended may have arrived, or not."""
        name, again = self._sender.name, self._sender.repeats
        left = await self._store.read(lambda reader: reader.notices_sending(name))
        now, state = self._clock.now(), WAITING if again else UNKNOWN
        for notice in left:
            extra = {"channel": name, "notice": notice.id, "reason": "interrupted"}
            log.warning(f"notice.{'again' if again else state}", extra=extra)
        after = [
            replace(one, state=state, changed=now, reason="interrupted", tries=one.tries + 1) for one in left
        ]
        if after:
            await self._store.write(lambda writer: writer.put_notices(after))

    async def round(self) -> bool:
        """Send a portion of what may be sent now; answers whether there was anything."""
        name, now = self._sender.name, self._clock.now()
        if not await self._store.read(lambda reader: reader.notices_due(name, now, 1)):
            return False
        claimed = await self._store.write(lambda writer: claim(writer, name, now, _AT_ONCE))
        for notice in claimed:
            work = asyncio.create_task(self._carry(notice))
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                # What is under way is waited for: cut short, nobody would know what came of it.
                await work
                raise
        return True

    async def _carry(self, notice: Notice) -> None:
        await self._store.write(
            lambda writer: writer.put_notices([replace(notice, state=SENDING, changed=self._clock.now())])
        )
        try:
            sending = partial(self._sender.send, notice, self._clock.now())
            result = await asyncio.get_running_loop().run_in_executor(self._thread, sending)
        except Exception:
            log.exception("notice.broke", extra={"channel": self._sender.name, "notice": notice.id})
            result = Sent(False, "broke", maybe=True)
        await self._settle(notice, result)

    async def _settle(self, notice: Notice, result: Sent) -> None:
        after = settled(notice, result, self._clock.now(), self._sender.repeats, self._rng)
        note = log.info if after.state == SENT else log.warning
        extra = {"channel": notice.channel, "notice": notice.id, "reason": after.reason}
        note(f"notice.{'again' if after.state == WAITING else after.state}", extra=extra)
        while True:
            try:
                await self._store.write(lambda writer: writer.put_notices([after]))
            except StoreProblem:
                # Until it is written the store says `sending`, which a restart takes up.
                await asyncio.sleep(_LOOK_S)
            else:
                return


def claim(writer: Writer, channel: str, now: Millis, limit: int) -> list[Notice]:
    """The messages to send now. One for people whose breaches have all been acknowledged or are over since
    is sent no more."""
    found = []
    for notice in writer.notices_due(channel, now, limit):
        if notice.address and _is_past(writer, notice):
            writer.put_notices([replace(notice, state=DROPPED, changed=now)])
        else:
            found.append(notice)
    return found


def _is_past(writer: Writer, notice: Notice) -> bool:
    about = notice.data.get("clocks") or ()
    # One by one: a digest is of thousands, and the first that still burns tells.
    climbs = (writer.climbs_of(item).get(clock) for item, clock in about)
    return bool(about) and all(climb and climb.state in (ACKNOWLEDGED, OVER) for climb in climbs)


def settled(notice: Notice, result: Sent, now: Millis, repeats: bool, rng: random.Random) -> Notice:
    """The message after a try."""
    tries = notice.tries + 1
    if result.done:
        return replace(notice, state=SENT, changed=now, tries=tries, reason="")
    after = replace(notice, changed=now, tries=tries, reason=result.reason)
    if result.maybe and not repeats:
        return replace(after, state=UNKNOWN)
    if result.never or notice.tries >= len(RETRIES):
        return replace(after, state=FAILED)
    wait = RETRIES[notice.tries]
    return replace(after, state=WAITING, again=now + wait - rng.randint(0, wait // 5))
