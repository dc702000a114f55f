"""The foot of the queue screen: what was said last, what is filtered and marked, and the keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from console.actions.registry import hints, key_name
from console.domain.frozen import slotted
from widgets.bars import Hint, Part

if TYPE_CHECKING:
    from console.actions.action import Action
    from console.locale.catalogue import Catalogue
    from console.screens.board import Board

NOTICE_S = 8.0
"""How long a notice stays, in seconds."""


@slotted
class Foot:
    """Holds what the foot shows besides what it is handed."""

    _text: str = ""
    _loud: bool = False
    _until: float = 0.0
    _filter: str = ""
    _problems: tuple[str, ...] = ()
    _bar: tuple[object, ...] = ()
    _keys: dict[str, Action] = field(default_factory=dict)
    _labels: list[str] = field(default_factory=list)

    def say(self, text: str, *, loud: bool = False) -> None:
        """Show a notice from now on for a while."""
        self._text, self._loud, self._until = text, loud, time.monotonic() + NOTICE_S

    @property
    def telling(self) -> bool:
        """Whether a notice still stands."""
        return bool(self._text) and time.monotonic() < self._until

    def filter(self, text: str, problems: tuple[str, ...]) -> None:
        """Remember what is filtered, and what of it makes no sense."""
        self._filter, self._problems = text.strip(), problems

    def line(self, say: Catalogue, marks: int) -> tuple[list[Part], list[Part]]:
        """The notice, else nothing, at the left; marks and filter at the right."""
        left, right = [], []
        if self.telling:
            left.append(Part(self._text, "at-risk" if self._loud else "", 9))
        if marks:
            right.append(Part(say("queue.marked", n=marks), "accent", 8))
        if self._problems:
            right.append(Part(say("queue.problem", text=" ".join(self._problems)), "at-risk", 5))
        if self._filter:
            right.append(Part(say("queue.filtered", text=self._filter), "strong", 7))
        return left, right

    def hints(
        self, say: Catalogue, refusal: Callable[[Action], str], *, plain: bool, phone: bool
    ) -> list[Hint]:
        """The keys in the order of their worth; those that can't be used now stay, dim."""
        if self._bar != (say, plain, phone):  # it is asked each second, and hardly ever another
            self._bar = (say, plain, phone)
            self._keys = {key_name(action.keys[0], plain=plain): action for action in hints(phone=phone)}
            self._labels = [_label(say, action, phone) for action in self._keys.values()]
        return [
            Hint(key, label, not refusal(action))
            for (key, action), label in zip(self._keys.items(), self._labels, strict=True)
        ]

    def note(self, say: Catalogue, board: Board) -> str:
        """That a search goes on; else how many came in above while the order waits."""
        if board.looking:
            return say("queue.looking")
        return say("queue.above", n=board.above) if board.above else ""

    def action_of(self, key: str) -> Action | None:
        """The action whose hint shows that key."""
        return self._keys.get(key)


def _label(say: Catalogue, action: Action, phone: bool) -> str:
    short = f"action.{action.id}.short"
    return say(short) if phone and short in say else say(action.label)
