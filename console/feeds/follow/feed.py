"""A followed file or folder as a feed: a look in a thread, what it brought into the store, and again."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from console.feeds.follow.file import FileFollower
from console.feeds.follow.folder import FolderFollower
from console.feeds.follow.intake import Intake
from console.feeds.follow.step import Step

if TYPE_CHECKING:
    from console.feeds.follow.settings import FollowedFile, FollowedFolder
    from console.service.ports import Clock, Store
    from console.service.position import Position

POLL_S = 0.25
"""Between two looks at a file that brought nothing."""

LOOK_S = 1.0
"""The same for a folder …"""

_SHARE = 20
"""… and at least so many times as long as a look takes: a folder may hold very much."""


class Follower(Protocol):
    """Takes one look at a time, in a thread."""

    def step(self) -> Step:
        """One look. Raises OSError where nothing can be read."""
        ...


class FollowFeed:
    """Keeps the store in step with what one follower sees. `run` is the task."""

    def __init__(
        self,
        name: str,
        intake: Intake,
        clock: Clock,
        follower: Callable[[Sequence[Position]], Follower],
        pause_s: float,
    ) -> None:
        self.name = name
        self._intake = intake
        self._clock = clock
        self._follower = follower
        self._pause_s = pause_s

    async def run(self) -> None:
        """Follow until cancelled. Raises StoreProblem where the feed's state can't be kept."""
        intake = self._intake
        follower = self._follower(await intake.begin())
        loop = asyncio.get_running_loop()
        try:
            while True:
                began, started = self._clock.now(), loop.time()
                try:
                    step = await asyncio.to_thread(follower.step)
                except OSError as error:
                    step = Step(there=False, fault=errno.errorcode.get(error.errno or 0, "unreadable"))
                took = loop.time() - started
                await intake.take(step)
                if step.more:
                    continue
                if step.there:
                    await intake.alive(began)
                else:
                    await intake.silent(step.fault)
                await asyncio.sleep(max(self._pause_s, min(60.0, _SHARE * took)))
        finally:
            await intake.end()


def file_feed(settings: FollowedFile, store: Store, clock: Clock) -> FollowFeed:
    """The feed of a file that grows."""
    intake = Intake(store, clock, settings.name, settings.source, settings.quiet)
    return FollowFeed(
        settings.name, intake, clock, lambda positions: FileFollower(settings, positions), POLL_S
    )


def folder_feed(settings: FollowedFolder, store: Store, clock: Clock) -> FollowFeed:
    """The feed of a folder of exports."""
    intake = Intake(store, clock, settings.name, settings.source, settings.quiet)
    return FollowFeed(
        settings.name, intake, clock, lambda positions: FolderFollower(settings, positions), LOOK_S
    )
