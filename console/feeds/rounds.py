"""A recording told again: moved in time, and round after round with ids of their own."""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from console.domain.event import Event, Reading
from console.domain.instants import Millis, format_utc, parse_rfc3339
from console.domain.lifecycle import BOARD_KINDS

Timed = tuple[Millis, Reading]
"""A reading and its moment; a reject has that of what it follows."""

_PEOPLE = ("agent", "to_agent")
_NUMBERS = ("customer", "from")
_NUMBER_DIGITS = range(7, 16)
_LAST = 10_000
_STRIDE = 1_117  # without a factor in common with 10,000, so that numbers repeat late


@dataclass(frozen=True, slots=True)
class Line:
    """One reading of a recording, `at` milliseconds from where its round begins.

    `zero` is the moment of the recording that is 0 there. `cohort` shifts whose numbers it is told with.
    """

    at: Millis
    zero: Millis
    reading: Reading
    cohort: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """How a recording is told again.

    A round begins every `every` milliseconds; without it there is one. `mark` goes into all ids, so that a
    recording may be told several times at once; `agents` says who stands in for whom. The callers of one
    round have other numbers than those of the next `cohorts` - 1 (by their last four digits), and than those
    of another mark; then they come again. Otherwise every promise to call back would be kept by the same
    caller's next round.
    """

    every: Millis | None = None
    mark: str = ""
    agents: Mapping[str, str] = field(default_factory=dict)
    cohorts: int = 1

    def rounds(self, lines: Sequence[Line], begin: Millis) -> Iterator[Timed]:
        """`lines`, which are in order, from the moment `begin` on, in order of time; without end where
        there are rounds. Rounds overlap where one lasts longer than `every`."""
        if not lines:
            return
        open_rounds = [(begin + lines[0].at, 0, 0)]
        while open_rounds:
            moment, number, place = heapq.heappop(open_rounds)
            if place == 0 and self.every is not None:
                heapq.heappush(open_rounds, (moment + self.every, number + 1, 0))
            if place + 1 < len(lines):
                following = moment + lines[place + 1].at - lines[place].at
                heapq.heappush(open_rounds, (following, number, place + 1))
            line = lines[place]
            if isinstance(line.reading, Event):
                yield moment, self._event(line.reading, moment - line.zero - line.at, number, line.cohort)
            elif number == 0:
                yield moment, line.reading

    def _event(self, event: Event, shift: Millis, number: int, cohort: int) -> Event:
        suffix = f"~{self.mark}{number}" if self.mark or self.every is not None else ""
        cohort = (number + cohort) % self.cohorts
        data = {name: self._value(name, value, shift, suffix, cohort) for name, value in event.data.items()}
        subject = event.subject + suffix
        if event.kind == "agent":
            # People stay the same from round to round.
            subject = f"agent/{self._agent(event.subject.partition('/')[2])}"
        # Whoever stands in for somebody, and a number that was made up, doesn't bear the recorded name.
        if any(data.get(name) != event.data.get(name) for name in _NUMBERS) or (
            event.kind == "agent" and subject != event.subject
        ):
            data.pop("name", None)
        if data.get("agent") != event.data.get("agent"):
            data.pop("agent_name", None)
        return replace(event, id=event.id + suffix, subject=subject, time=event.time + shift, data=data)

    def _value(self, name: str, value: Any, shift: Millis, suffix: str, cohort: int) -> Any:
        if not isinstance(value, str):
            return value
        if name in _PEOPLE:
            return self._agent(value)
        if name in _NUMBERS:
            return _other_number(value, cohort * _STRIDE + zlib.crc32(self.mark.encode()))
        if name == "case" or value.partition("/")[0] in BOARD_KINDS:
            return value + suffix
        try:
            return format_utc(parse_rfc3339(value) + shift)
        except ValueError:
            return value

    def _agent(self, raw: str) -> str:
        return self.agents.get(raw, raw)


def once(lines: Sequence[Line]) -> Iterator[Timed]:
    """The recording as it is, at its own times."""
    for line in lines:
        yield line.at + line.zero, line.reading


def _other_number(number: str, by: int) -> str:
    digits = number.removeprefix("+")
    if not by or not (digits.isascii() and digits.isdigit() and len(digits) in _NUMBER_DIGITS):
        return number
    return f"{number[:-4]}{(int(number[-4:]) + by) % _LAST:04d}"
