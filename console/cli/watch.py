"""`rings watch`: a line for each change that matters, as plain text, for as long as it is listened to."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, chosen_store, on_store, progress

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.rules import Rules
    from console.locale.catalogue import Catalogue
    from console.service.changes import Change
    from console.service.desk import Desk
    from console.service.model import FeedState, QueueRow
    from console.service.problem import StoreProblem

_COUNT = 2_000
"""Rows of each band that are read along; on a floor where more is broken a line tells little."""

_FOLDS = 64

_GAP_S = 0.25
"""Between two looks at least."""

_POLL_S = 0.25
"""Between two where nobody tells of a change."""

_SECOND_S = 1.0


def main(words: Sequence[str]) -> int:
    parser = Parser("watch", words, "rings watch --queue support")
    say = parser.say
    parser.shared("queue", "json")
    parser.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help=say("cli.option.for"))
    options = parser.options()
    if options.seconds is not None and not options.seconds > 0:
        parser.error("--for: a number of seconds, more than 0")
    try:
        return on_store("watch", options, lambda: asyncio.run(_watch(options)))
    except BrokenPipeError:
        # Whoever read us has gone. What is left in the buffer must not fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


async def _watch(options: argparse.Namespace) -> int:
    from console.bootstrap import open_desk

    stop, changed = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    desk, store = await open_desk(chosen_store(options), actor="watch", told=progress("watch", options))
    try:
        await store.keep_little(_FOLDS)
        told = desk.watch(changed.set)
        watcher = Watcher(desk, catalogue(options.lang), queue=options.queue, as_json=options.json)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(options.seconds):
                await _go_on(desk, watcher, stop, changed, _SECOND_S if told else _POLL_S)
        return 0
    finally:
        await store.close()


async def _go_on(
    desk: Desk, watcher: Watcher, stop: asyncio.Event, changed: asyncio.Event, poll: float
) -> None:
    """Look whenever there may be something new, until told to stop or until nobody listens any more."""
    from console.service.problem import StoreProblem

    seen, second = -1, -_SECOND_S
    while not stop.is_set() and _heard():
        changed.clear()
        due = time.monotonic() - second >= _SECOND_S
        problem: StoreProblem | None = None
        if due:
            second = time.monotonic()
            try:
                await _unless(stop, desk.tick())
            except StoreProblem as found:
                # Nothing can be written; what can be read is told all the same.
                problem = found
            if stop.is_set():
                return
        try:
            now = await desk.revision()
            if due or now != seen:
                await watcher.look(whole=now != seen or problem is not None)
            seen = now
        except StoreProblem as found:
            problem = found
        if due or problem is not None:
            watcher.stands(problem)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _GAP_S)
        left = max(0.0, min(poll, second + _SECOND_S - time.monotonic()))
        waits = [asyncio.ensure_future(event.wait()) for event in (stop, changed)]
        try:
            await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


async def _unless(stop: asyncio.Event, work: Awaitable[object]) -> None:
    """Do it, unless told to stop meanwhile: after a long rest time alone has changed thousands of items, and
    what is left of them somebody else does."""
    doing, told = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({doing, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
        if not doing.done():
            doing.cancel()
            await asyncio.wait({doing})
    if not doing.cancelled():
        doing.result()


def _heard() -> bool:
    """Whether anybody can still read what is printed: they may go while there is nothing to say."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return not any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0))


class Watcher:
    """Prints what changed since the last look, and at the first one how things stand."""

    def __init__(self, desk: Desk, say: Catalogue, *, queue: str, as_json: bool) -> None:
        self._desk = desk
        self._say = say
        self._queue = queue
        self._as_json = as_json
        self._rows: dict[str, QueueRow] | None = None
        self._feeds: tuple[FeedState, ...] = ()
        self._day = ""
        self._problem = ""

    async def look(self, *, whole: bool = True) -> None:
        """Look at the feeds, and where it is to be the `whole` floor at the rows too.

        Raises StoreProblem, and BrokenPipeError.
        """
        from console.output.changes import day
        from console.service.changes import feed_changes, item_changes

        desk, now = self._desk, self._desk.now()
        rules = (await desk.rules()).at(now)
        rows, feeds = self._rows, await desk.feeds()
        if whole or rows is None:
            rows = await self._urgent()
        if self._rows is None:
            await self._standing(rows, feeds, rules, now)
        else:
            if self._day != day(now, rules) and not self._as_json:
                _say(day(now, rules))
            gone = [name for name in self._rows if name not in rows]
            elsewhere = await desk.rows(gone) if gone else {}
            changes = item_changes(self._rows, rows, elsewhere) + feed_changes(self._feeds, feeds)
            for change in changes:
                await self._tell(change, rules, now)
        self._rows, self._feeds, self._day = rows, feeds, day(now, rules)

    def stands(self, problem: StoreProblem | None) -> None:
        """Say once that the store has a `problem`, and once that it has none any more."""
        reason = problem.reason if problem else ""
        if reason == self._problem:
            return
        self._problem = reason
        if self._as_json:
            _say_json({"change": "store", "problem": reason or None})
        elif problem:
            _say(self._say(f"store.{reason}", detail=problem.detail))
        else:
            _say(self._say("cli.watch.store_back"))

    async def _urgent(self) -> dict[str, QueueRow]:
        from console.domain.place import BAND_WORDS
        from console.domain.query import Query
        from console.service.changes import URGENT

        found: dict[str, QueueRow] = {}
        for band in URGENT:
            terms = [("band", BAND_WORDS[band], True)]
            if self._queue:
                terms.append(("queue", self._queue, True))
            window = await self._desk.window(Query(terms=tuple(terms)), _COUNT)
            found.update((row.id, row) for row in window.rows)
        return found

    async def _standing(
        self, rows: Mapping[str, QueueRow], feeds: tuple[FeedState, ...], rules: Rules, now: Millis
    ) -> None:
        from console.domain.place import BREACHED
        from console.output.changes import standing_line, standing_object
        from console.service.model import Counts

        counts = await self._desk.counts()
        if self._queue:
            breached = sum(row.band == BREACHED for row in rows.values())
            counts = Counts(breached=breached, at_risk=len(rows) - breached)
        if self._as_json:
            _say_json(standing_object(counts, feeds, now, self._queue))
        else:
            _say(standing_line(counts, feeds, now, rules, self._say, self._queue))

    async def _tell(self, change: Change, rules: Rules, now: Millis) -> None:
        from console.output.changes import change_line, change_object
        from console.service.changes import What

        by = ""
        if change.what == What.ACKNOWLEDGED and change.row is not None:
            view = await self._desk.view(change.row.id)
            by = view.acknowledged_by.get(change.row.clock, "") if view else ""
        if self._as_json:
            _say_json(change_object(change, now, rules, by))
        else:
            _say(change_line(change, now, rules, self._say, by))


def _say(line: str) -> None:
    from console.feeds.sanitise import clean_text

    # It was cleaned when it came in; nothing here may ever move a cursor all the same.
    print(clean_text(line), flush=True)


def _say_json(value: object) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False), flush=True)
