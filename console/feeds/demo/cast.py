"""Who calls in, and about what: names, numbers and titles from `fixtures/demo/cast.toml`."""

from __future__ import annotations

import random
import tomllib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WITHHELD = 0.04
_FROM_ABROAD = 0.1
_AGAIN = 0.2
_REMEMBERED = 60


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody with a name and a number; an empty number is withheld."""

    name: str
    number: str


class Cast:
    """Draws customers and words. `dice` decides, so that a seed gives the same people."""

    def __init__(self, text: str, dice: random.Random) -> None:
        table: dict[str, Any] = tomllib.loads(text)
        self._names: Sequence[str] = table["names"]
        self._mobile: Sequence[str] = table["mobile"]
        self._abroad: Sequence[str] = table["abroad"]
        self._titles: Mapping[str, Mapping[str, Sequence[str]]] = {
            "ticket": table["tickets"],
            "job": table["jobs"],
        }
        self._words: Mapping[str, Sequence[str]] = table["words"]
        self._dice = dice
        self._recent: deque[Customer] = deque(maxlen=_REMEMBERED)

    def stranger(self) -> Customer:
        """Somebody who has not called before."""
        if self._dice.random() < _FROM_ABROAD:
            number = "".join(
                str(self._dice.randrange(10)) if sign == "#" else sign
                for sign in self._dice.choice(self._abroad)
            )
        else:
            number = f"{self._dice.choice(self._mobile)}{self._dice.randrange(10**8):08d}"
        return Customer(self._dice.choice(self._names), number)

    def caller(self) -> Customer:
        """Somebody who calls, now and then again, or without a number."""
        if self._dice.random() < _WITHHELD:
            return Customer("", "")
        customer = self.known()
        self._recent.append(customer)
        return customer

    def known(self) -> Customer:
        """Somebody who may have called lately."""
        if self._recent and self._dice.random() < _AGAIN:
            return self._dice.choice(self._recent)
        return self.stranger()

    def queues(self, kind: str) -> Sequence[str]:
        """The queues (areas) that have work of this kind."""
        return list(self._titles[kind])

    def title(self, kind: str, queue: str) -> str:
        """What a matter of this kind is about."""
        return self._dice.choice(self._titles[kind][queue])

    def word(self, of: str) -> str:
        """One of the words that stand under a name."""
        return self._dice.choice(self._words[of])
