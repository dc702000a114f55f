"""The card of a person, opened from the people screen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from console import paths
from console.domain.card import parse_card
from console.domain.instants import DAY
from console.screens.card_words import CardWords
from console.screens.layout import PHONE
from console.screens.paper import PaperScreen
from console.service.card import PERIOD
from widgets.pane import Line, line

if TYPE_CHECKING:
    from console.screens.queue import QueueScreen
    from console.service.model import AgentView


class PersonCard(PaperScreen):
    """All that the record tells of one person. It is left with what one goes on to, if anything."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "go_on('work')", show=False),
        Binding("i", "go_on('checks')", show=False),
    ]

    def __init__(self, home: QueueScreen, agent: AgentView) -> None:
        title = home.say("card.title", name=agent.name, days=PERIOD // DAY)
        super().__init__(title, self._lines, foot=home.say("card.foot"))
        self._home, self._agent = home, agent.id
        self.went_on = ""
        file = Path(paths.fixtures(), "reports", "card.toml")
        self._plan = parse_card(file.read_text(encoding="utf-8"))

    async def _lines(self) -> Iterable[Line]:
        card = await self._home.desk.card(self._agent)
        if card is None:
            return [line(self._home.say("card.unknown"))]
        write = CardWords(
            self._home.words,
            self._plan,
            card,
            plain=self._home.options.plain,
            phone=self.app.size.width < PHONE,
        )
        return list(write.lines())

    def action_go_on(self, where: str) -> None:
        """Leave it for the work of this person, or the lists about them."""
        self.went_on = where
        self.dismiss(None)
