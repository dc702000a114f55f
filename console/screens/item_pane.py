"""The pane beside the queue: one item, read when the cursor rests on it and kept true from then on."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

from console.screens.work import start
from console.service.problem import StoreProblem
from widgets.pane import LinesPane, line

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.rules import Rules
    from console.screens.words import Words
    from console.service.cueing import Transcript
    from console.service.desk import Desk
    from console.service.model import ItemView

REST_S = 0.08
"""How long the cursor rests on a row before it is read: a held key must not read every row it passes."""

AGAIN_S = 1.0
"""After so long it is read again where it could not be, in seconds."""

SEEN_S = 0.1
"""How long an item's name stands on the screen, in seconds, before a key can have meant it."""


class ItemPane(LinesPane):
    """Shows the item of the cursor's row."""

    def __init__(self, desk: Desk, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._desk = desk
        self._item: str | None = None
        self._view: ItemView | None = None
        self._words: Words | None = None
        self._turned = -SEEN_S
        self._spoken: Transcript | None = None
        self._ready: Rules | None = None

    @property
    def item_id(self) -> str | None:
        """The item that it is about."""
        return self._item

    @property
    def unread(self) -> bool:
        """Whether it shows nothing of its item yet."""
        return self._view is None

    def names(self, item_id: str | None) -> bool:
        """Whether what it shows is that item and no other, and has been long enough to be seen."""
        shown = self._view is not None and self._view.row.id == item_id
        return shown and self._item == item_id and time.monotonic() - self._turned >= SEEN_S

    def show(self, item_id: str | None, words: Words) -> None:
        """Turn to another item, once the cursor rests."""
        self._words = words
        if item_id != self._item:
            self._item = item_id
            self._spoken = None if self.unread else self._spoken
            self.set_timer(REST_S, self.read)

    def read(self) -> None:
        """Read the item anew: it changed, or the pane turned to it."""
        if self.display:
            start(self, partial(self._read, self._item), group="pane", exclusive=True)

    async def _read(self, item_id: str | None) -> None:
        try:
            view = await self._desk.view(item_id) if item_id is not None else None
        except StoreProblem:
            # The screen's own look says that the store does not answer; the old lines stay meanwhile.
            self.set_timer(AGAIN_S, self.read)
            return
        spoken = await self._listen(view)
        if item_id == self._item:
            turned = view is None or self._view is None or view.row.id != self._view.row.id
            if turned and self._view is not None:
                self._turned = time.monotonic()
            self._view, self._spoken = view, spoken
            self.tick(self._desk.now(), top=turned)

    async def _listen(self, view: ItemView | None) -> Transcript:
        """What was said on the item. Cards and phrases are read when first needed, beside the screen."""
        from console.service.cueing import SAID, Transcript, transcript

        if view is None or self._words is None:
            return Transcript()
        rules = self._words.rules
        if rules is not self._ready:
            await asyncio.to_thread(lambda: rules.cues.cards)
            self._ready = rules
        events = [entry.event for entry in view.timeline if not entry.ignored and not entry.undone]
        if all(event.type != SAID for event in events):
            return Transcript()
        return await asyncio.to_thread(transcript, events, rules.phrases)

    def tick(self, now: Millis, *, top: bool = False) -> None:
        """Write the lines as of now."""
        if not self.display or self._words is None:
            return
        if self._view is None:
            # While it is read for the first time nobody knows that there is nothing.
            if self._item is None or self._spoken is not None:
                self.set_lines([line(self._words.say("item.nothing"), "dim")], top=True)
        elif self._view.row.id == self._item and self._spoken is not None:
            from console.screens import item  # not before a pane is open: the queue comes first

            self.set_lines(item.lines(self._words, self._view, now, self._spoken), top=top)
