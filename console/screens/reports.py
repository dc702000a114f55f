"""What came of an act, in the words of the floor: never an id alone, never "success"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.domain.command import TRIED
from console.domain.frozen import frozen
from console.domain.instants import Millis, parse_rfc3339
from console.domain.lengths import lag

if TYPE_CHECKING:
    from console.domain.command import Refusal
    from console.screens.acting import Report
    from console.screens.words import Words
    from console.service.model import NotRecorded, QueueRow


@frozen
class Reporter:
    """Writes reports at one moment."""

    words: Words
    now: Millis

    def done(self, report: Report) -> str:
        """One line on what was done, and how much of it was not."""
        say, rows = self.words.say, report.wish.rows
        if not report.changed and not report.refused:
            return say("report.already", what=self.what(rows))
        data = report.wish.commands[0].data
        verb = report.wish.verb
        key = "tried" if verb == "call_back" and rows[0].kind in TRIED else verb
        text = say(f"report.{key}", what=self.what(rows), **self._values(data, rows[0]))
        if report.refused:
            text += say("report.not_all", n=len(report.refused))
        elif verb != "undo":
            text += say("report.takes_back")
        return text

    def what(self, rows: tuple[QueueRow, ...]) -> str:
        """The rows in a few words: one by its customer, several by their number."""
        return self.words.phrase(rows[0]) if len(rows) == 1 else self.words.say("report.several", n=len(rows))

    def problem(self, problem: NotRecorded) -> str:
        """Why the store kept nothing."""
        why = self.words.say(f"store.{problem.reason}", detail=problem.detail)
        return self.words.say("report.not_recorded", why=why)

    def refusal(self, refusal: Refusal, conflict: str = "quicker") -> str:
        """Why one command was not carried out, with who was quicker; of what was to be taken back, who acted
        `since`."""
        if refusal.reason != "conflict":
            return self.words.say(f"refusal.{refusal.reason}")
        if refusal.actor:
            return self.words.say(f"report.{conflict}", who=self.words.person(refusal.actor))
        return self.words.say("refusal.acted_since" if conflict == "since" else "refusal.conflict")

    def refusals(self, report: Report) -> list[str]:
        """A line for each item that was left as it is."""
        rows = {row.id: row for row in report.wish.rows}
        conflict = "since" if report.wish.verb == "undo" else "quicker"
        return [
            self.words.say.of(
                self.words.phrase(rows[refusal.item]) if refusal.item in rows else refusal.item,
                self.refusal(refusal, conflict),
            )
            for refusal in report.refused
        ]

    def wanted(self, verb: str, data: Mapping[str, Any], row: QueueRow) -> str:
        """What somebody wanted, for the one who was slower."""
        if verb == "reassign":
            return f"{self.words.person(row.owner)} {self.words.marks.gives} {self.target(data)}"
        action = {"close": "done", "first": "ahead"}.get(verb, verb)
        return self.words.say(f"action.{action}.label")

    def target(self, data: Mapping[str, Any]) -> str:
        """Whom a reassignment names."""
        return f"#{data['to_queue']}" if data.get("to_queue") else self.words.person(str(data.get("to", "")))

    def first(self, refusal: Refusal, seen: QueueRow, now: QueueRow | None) -> str:
        """What happened before this wish came: who did what, when, and how it changed the owner."""
        words = self.words
        ago = lag(max(0, self.now - refusal.time)) if refusal.time is not None else "?"
        what = words.phrase(seen)
        if now is None:
            return words.say("conflict.ended", what=what, ago=ago)
        if now.owner != seen.owner or now.asked != seen.asked:
            change = f"{words.owner(seen)} {words.marks.gives} {words.owner(now)}"
            who = words.person(refusal.actor or now.owner)
            if refusal.actor and refusal.actor != now.owner:
                return words.say("conflict.gave", who=who, what=what, ago=ago, change=change)
            return words.say("conflict.took", who=who, what=what, ago=ago, change=change)
        return words.say("conflict.acted", who=words.person(refusal.actor or None), what=what, ago=ago)

    def _values(self, data: Mapping[str, Any], row: QueueRow) -> dict[str, str]:
        say = self.words.say
        return {
            "to": self.target(data) if "to" in data or "to_queue" in data else "",
            "level": say.word("level", str(data.get("level", ""))),
            "outcome": say.word("outcome", str(data.get("outcome", ""))),
            "until": self._until(data.get("until")),
            "asked": "" if row.mine else say("report.asked"),
        }

    def _until(self, value: object) -> str:
        return self.words.times.minute(parse_rfc3339(value), self.now) if isinstance(value, str) else ""
