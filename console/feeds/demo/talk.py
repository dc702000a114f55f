"""What is said on the demo's calls: lines from `fixtures/demo/talk.toml`, in the customer's language."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from console.domain.instants import SECOND, Millis

if TYPE_CHECKING:
    from console.feeds.demo.stage import Matter, Process, Stage

_TRANSCRIBED = 0.6
_SLIPS = 0.06
_CURT = 0.12
_LINES = (("agent", "open"), ("customer", "ask"), ("agent", "answer"), ("customer", "thanks"))
_OURS = (("agent", "call"), ("customer", "agree"), ("agent", "answer"), ("customer", "thanks"))
"""Of a call that an agent makes."""
_LETTERS_A_SECOND = {"zh": 2.1, "en": 11.0}


class Talk:
    """Speaks on calls that are being talked on, with dice of its own: who says what changes nothing else."""

    def __init__(self, text: str, stage: Stage, seed: int, names: Mapping[str, str]) -> None:
        self._lines: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(text)
        self._stage = stage
        self._dice = random.Random(f"talk {seed}")
        self._names = names
        self._heard: set[str] = set()

    def begin(self, matter: Matter, *, ours: bool = False) -> None:
        """Let an agent and a customer talk, on one of those calls that are transcribed."""
        if matter.id in self._heard or self._dice.random() < _TRANSCRIBED:
            self._heard.add(matter.id)
            self._stage.start(self._converse(matter, _OURS if ours else _LINES), after=SECOND)

    def close(self, matter: Matter) -> None:
        """The agent's last words."""
        if matter.id in self._heard:
            self._say(matter, "agent", "curt" if self._dice.random() < _CURT else "close")

    def back(self, matter: Matter) -> None:
        """The agent's first words to a customer who has waited."""
        if matter.id in self._heard:
            self._say(matter, "agent", "blunt" if self._dice.random() < _CURT else "back")

    def _converse(self, matter: Matter, lines: Sequence[tuple[str, str]]) -> Process:
        for who, line in lines:
            if matter.state != "talking" or matter.id not in self._stage.matters:
                return
            if line == "answer" and self._dice.random() < _SLIPS:
                line = "slip"
            yield self._say(matter, who, line)

    def _say(self, matter: Matter, who: str, line: str) -> Millis:
        """Say one line; answers how long it takes."""
        language = "en" if matter.customer.name.isascii() and matter.customer.name else "zh"
        name = self._names.get(matter.agent or "", matter.agent or "")
        number = f"{sum(map(ord, name)) % 900 + 100}"
        text = self._dice.choice(self._lines[language][line]).format(name=name, number=number)
        seconds = round(sum(map(str.isalnum, text)) / _LETTERS_A_SECOND[language], 1)
        data: dict[str, Any] = {"who": who, "text": text, "seconds": seconds}
        self._stage.say("call.said", matter.id, **data)
        return round((seconds + self._dice.uniform(0.5, 2)) * SECOND)
