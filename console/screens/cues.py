"""The cue cards: those that fit the item first, all of them found by typing, and the chosen one below."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget

from console.screens import cards
from console.screens.paper import PaperScreen
from console.screens.work import start
from console.service.cueing import cards_for
from console.service.problem import StoreProblem
from widgets.live_table import LiveTable
from widgets.pane import Line, LinesPane
from widgets.picker import Choice, ChoiceTable, PickerScreen

if TYPE_CHECKING:
    from console.domain.cues import Card
    from console.screens.words import Words
    from console.service.desk import Desk
    from console.service.model import QueueRow


class CuesScreen(PickerScreen):
    """Reads the item and the deck once it is open; Enter shows a card by itself."""

    DEFAULT_CSS = """
    CuesScreen #box { height: 100%; }
    CuesScreen LinesPane { height: 1fr; border: none; padding: 0; margin: 1 0 0 0; }
    CuesScreen LinesPane:focus { border: none; }
    """

    def __init__(self, desk: Desk, words: Words, item: str | None, title: str) -> None:
        say = words.say
        super().__init__(
            title,
            (),
            foot=say("cue.foot"),
            placeholder=say("cue.placeholder"),
            submit=self._open,
        )
        self._desk = desk
        self._words = words
        self._item = item
        self._about: QueueRow | None = None
        self._cards: Mapping[str, Card] = {}

    def body(self) -> Iterable[Widget]:
        """The line, the list, and the card under them."""
        for widget in super().body():
            if isinstance(widget, ChoiceTable):
                widget.set_styles("max-height: 40vh; min-height: 3;")
            yield widget
        pane = LinesPane()
        pane.can_focus = False
        yield pane

    def on_mount(self) -> None:
        """Fetch the cards."""
        super().on_mount()
        start(self, self._read, group="cues")

    async def _read(self) -> None:
        view = None
        # The cards that were in force before do too, while the store does not answer.
        with contextlib.suppress(StoreProblem):
            self._words = self._words.under((await self._desk.rules()).latest)
            view = await self._desk.view(self._item) if self._item is not None else None
        rules = self._words.rules
        # A deck is read when somebody first looks at it, and the floor must not stand still meanwhile.
        everything = await asyncio.to_thread(lambda: rules.cues.cards)
        fits: list[Card] = []
        if view is not None:
            self._about = view.row
            fits = cards_for(view, rules, self._desk.now())
        fitting = {card.id for card in fits}
        rest = [card for card in everything if card.id not in fitting]
        self.query_one(ChoiceTable).set_empty([self._words.say("cue.nothing")])
        self._cards = {card.id: card for card in (*fits, *rest)}
        self.set_choices([self._choice(card, fits=card.id in fitting) for card in self._cards.values()])
        self._show_card(self.query_one(ChoiceTable).cursor_id)

    def _choice(self, card: Card, *, fits: bool) -> Choice:
        say = self._words.say
        others = (text for texts in (card.title, card.say, card.must) for text in texts.values())
        return Choice(
            card.id,
            say.text_of(card.title),
            (say("cue.fits") if fits else "",),
            note=say.text_of(card.say).replace("{house}", "…").replace("{agent}", "…"),
            aka=" ".join(card.keywords),
            more=" ".join((*others, card.id)),
        )

    @on(LiveTable.Highlighted)
    def _highlighted(self, event: LiveTable.Highlighted) -> None:
        event.stop()
        self._show_card(event.row_id)

    def _show_card(self, card_id: str | None) -> None:
        self.query_one(LinesPane).set_lines(self._lines(card_id), top=True)

    def _lines(self, card_id: str | None) -> list[Line]:
        card = self._cards.get(card_id or "")
        return list(cards.whole(self._words, card, self._about)) if card else []

    async def _open(self, card_id: str | None) -> str:
        """Show one card by itself; the list stays behind it."""
        lines = self._lines(card_id)

        async def write() -> Iterable[Line]:
            return lines

        card = self._cards.get(card_id or "")
        title = self._words.say.text_of(card.title) if card else ""
        self.app.push_screen(PaperScreen(title, write, foot=self._words.say("help.close")))
        return ""
