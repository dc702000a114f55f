"""What is under way when the demo opens, from `fixtures/demo/opening.toml`: events with their times."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from console.domain.instants import HOUR, MINUTE, SECOND, Millis, format_utc
from console.domain.lifecycle import LIVES
from console.feeds.demo.stage import Matter, Process, Stage

if TYPE_CHECKING:
    from console.feeds.demo.cast import Cast
    from console.feeds.demo.phones import Phones
    from console.feeds.demo.promises import Promises

_SPAN = re.compile(r"(-?)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_AFTERWARDS: Millis = 5 * SECOND

Entry = tuple[Millis, str, dict[str, Any]]
"""When, what, and its data."""


class Scenes:
    """Plays the scenes of one opening."""

    def __init__(self, stage: Stage, cast: Cast, phones: Phones, promises: Promises) -> None:
        self._stage = stage
        self._cast = cast
        self._phones = phones
        self._promises = promises

    def begin(self, text: str) -> None:
        """Let every scene begin at its first event."""
        for scene in tomllib.loads(text)["scene"]:
            entries = [self._entry(entry) for entry in scene["events"]]
            matter = self._matter(scene)
            if matter.kind == "call":
                self._engage(entries)
            play = (
                self._calls(matter, entries)
                if matter.kind == "call"
                else self._others(matter, entries, scene)
            )
            matter.process = play
            self._stage.start(play, after=entries[0][0] - self._stage.now)

    def _matter(self, scene: Mapping[str, Any]) -> Matter:
        kind = scene["item"]
        series = {"call": ("C", 20_417), "callback": ("B", 611), "ticket": ("T", 8_812), "job": ("J", 3_051)}
        letter, first = series[kind]
        matter = Matter(
            f"{kind}/{letter}-{self._stage.number(kind, first)}", self._cast.stranger(), scene["queue"]
        )
        if "call_back" in scene:
            matter.call_back = self._stage.opens + offset(scene["call_back"])
        return matter

    def _entry(self, entry: Mapping[str, Any]) -> Entry:
        data = {
            # `type` is the event's own; what kind of ticket it is stands under `type_`.
            name.rstrip("_"): self._value(value)
            for name, value in entry.items()
            if name not in ("at", "type")
        }
        return self._stage.opens + offset(entry["at"]), entry["type"], data

    def _value(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("@"):
            return format_utc(self._stage.opens + offset(value[1:]))
        return value

    def _engage(self, entries: Sequence[Entry]) -> None:
        for agent in {entry[2]["agent"] for entry in entries if "agent" in entry[2]}:
            mine = [at for at, _, data in entries if data.get("agent") == agent]
            self._phones.engage(agent, min(mine), entries[-1][0] + _AFTERWARDS)

    def _calls(self, matter: Matter, entries: Sequence[Entry]) -> Process:
        phones = self._phones
        self._stage.matters[matter.id] = matter
        steps: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "call.offered": lambda data: phones.offer(matter),
            "call.ringing": lambda data: phones.ring(matter, data["agent"]),
            "call.ring_missed": lambda data: phones.miss(matter, data["reason"]),
            "call.answered": lambda data: phones.answer(matter),
            "call.held": lambda data: phones.hold(matter),
            "call.resumed": lambda data: phones.resume(matter),
        }
        for at, event_type, data in entries:
            yield max(0, at - self._stage.now)
            if event_type in steps:
                steps[event_type](data)
            elif not LIVES["call"][event_type].ends:
                self._stage.say(event_type, matter.id, **data)
            else:
                phones.finish(matter, event_type.partition(".")[2], by=data["by"])

    def _others(self, matter: Matter, entries: Sequence[Entry], scene: Mapping[str, Any]) -> Process:
        stage = self._stage
        stage.matters[matter.id] = matter
        first: dict[str, Any] = {"customer": matter.customer.number, "name": matter.customer.name}
        first |= {"queue": matter.queue}
        if "title" in scene:
            first["title"] = scene["title"]
        for at, event_type, data in entries:
            yield max(0, at - stage.now)
            matter.agent = data.get("agent", matter.agent)
            stage.say(event_type, matter.id, **first, **data)
            first = {}
        if matter.kind == "callback":
            self._promises.promise(matter)
        else:
            stage.matters.pop(matter.id, None)


def offset(text: str) -> Millis:
    """`-1h2m3s` in milliseconds."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no offset; write e.g. '-29m30s'")
    sign, hours, minutes, seconds = match.groups()
    length = int(hours or 0) * HOUR + int(minutes or 0) * MINUTE + int(seconds or 0) * SECOND
    return -length if sign else length
