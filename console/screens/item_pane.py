"""The pane beside the queue: one item, read when the cursor rests on it and kept true from then on."""

from __future__ import annotations

from functools import partial

from console.domain.instants import Millis
from console.screens import item
from console.screens.words import Words
from console.screens.work import start
from console.service.desk import Desk
from console.service.model import ItemView
from console.service.ports import StoreProblem
from widgets.pane import LinesPane, line

REST_S = 0.08
"""How long the cursor rests on a row before it is read: a held key must not read every row it passes."""


class ItemPane(LinesPane):
    """Shows the item of the cursor's row."""

    def __init__(self, desk: Desk, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._desk = desk
        self._item: str | None = None
        self._view: ItemView | None = None
        self._words: Words | None = None

    @property
    def item_id(self) -> str | None:
        """The item that it is about."""
        return self._item

    def names(self, item_id: str | None) -> bool:
        """Whether what it shows is that item and no other."""
        return self._item == item_id and (self._view is None or self._view.row.id == item_id)

    def show(self, item_id: str | None, words: Words) -> None:
        """Turn to another item, once the cursor rests."""
        self._words = words
        if item_id != self._item:
            self._item = item_id
            self.set_timer(REST_S, self.read)

    def read(self) -> None:
        """Read the item anew: it changed, or the pane turned to it."""
        if self.display:
            start(self, partial(self._read, self._item), group="pane", exclusive=True)

    async def _read(self, item_id: str | None) -> None:
        try:
            view = await self._desk.view(item_id) if item_id is not None else None
        except StoreProblem:
            return  # the screen's own look says that the store does not answer; the old lines stay
        if item_id == self._item:
            turned = view is None or self._view is None or view.row.id != self._view.row.id
            self._view = view
            self.tick(self._desk.now(), top=turned)

    def tick(self, now: Millis, *, top: bool = False) -> None:
        """Write the lines as of now."""
        if not self.display or self._words is None:
            return
        if self._view is None:
            self.set_lines([line(self._words.say("item.nothing"), "dim")], top=True)
        elif self._view.row.id == self._item:
            self.set_lines(item.lines(self._words, self._view, now), top=top)
