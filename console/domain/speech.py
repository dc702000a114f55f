"""What was said on a call, as norms ask for it: phrases, turns and how fast the agent spoke."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, SECOND

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.item import Item
    from console.domain.phrases import Phrases, Who
    from console.domain.selector import Facts

_ROLE: dict[Who, str] = {"agent": "phrase", "customer": "heard"}

_SHORTEST_S, _LONGEST_S = 0.001, 86_400
"""What a piece of speech may last: anything else is no length, and some of it can't be reckoned with."""


def recorded(facts: Facts) -> Iterator[str]:
    """What is on record by what was said, of which `facts` are known, or noted."""
    names = facts.get("phrase")
    if isinstance(names, frozenset):
        who: Who = "customer" if facts.get("who") == "customer" else "agent"
        yield f"said:{who}"
        yield from (f"{_ROLE[who]}:{name}" for name in names)
    noted = facts.get("noted")
    if isinstance(noted, frozenset):
        yield from (f"noted:{name}" for name in noted)


class Speech:
    """Told every `call.said`, in order. The sets of phrases that were said go to `item.facts`."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._tails: dict[Who, str] = {}
        self._speaker = ""
        self._turns = 0
        self._letters = 0
        self._spoken = 0.0

    def tell(self, event: Event, phrases: Phrases) -> Facts:
        """What is known of the event beside its data: `turn` counts changes of speaker, `phrase` are the
        sets said by that speaker and all that they belong to, `words` what alerts, with its set."""
        who: Who = "customer" if event.data.get("who") == "customer" else "agent"
        raw = event.data.get("text")
        text = raw if isinstance(raw, str) else ""
        if who != self._speaker:
            self._speaker = who
            self._turns += 1
            self._tails.pop(who, None)
        hits, self._tails[who] = phrases.scan(self._tails.get(who, ""), text, who)
        names = frozenset(name for hit in hits for name in hit.names)
        item = self._item
        item.facts.update(f"{_ROLE[who]}:{name}" for name in names)
        item.facts.add(f"said:{who}")
        if who == "agent":
            self._measure(text, event.data.get("seconds"))
        words = tuple(
            (name, hit.phrase) for hit in hits if phrases.sets[hit.set].level == "alert" for name in hit.names
        )
        return {"who": who, "turn": self._turns, "phrase": names, "words": words}

    def _measure(self, text: str, seconds: object) -> None:
        """Count the agent's characters (letters and digits of any script) against the `seconds` they took."""
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            return
        if not _SHORTEST_S <= seconds <= _LONGEST_S:
            return
        self._letters += sum(character.isalnum() for character in text)
        self._spoken += seconds
        self._item.speech_rate = round(self._letters * (MINUTE / SECOND) / self._spoken)
