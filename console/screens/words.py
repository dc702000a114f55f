"""An item in the words of the floor: what it is, whose, in which state, and why it stands where it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.place import AT_RISK, BREACHED, PAUSED, RUNNING
from console.screens.masks import customer_open, mask_customer
from console.screens.shown import Shown
from console.service.names import Names, names_of

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.norm import Norm
    from console.domain.rules import Rules
    from console.locale.catalogue import Catalogue
    from console.screens.times import Times
    from console.service.model import QueueRow

UNCONFIRMED = 5
"""Stands beside the bands in `Marks`: its feed is silent."""


@frozen
class Marks:
    """The glyphs, each one cell wide in every terminal; `bands` are by number."""

    bands: Mapping[int, str]
    acknowledged: str
    escalated: str
    snoozed: str
    times: str
    gives: str
    nobody: str
    alive: str
    again: str
    away: str


FULL = Marks(
    {BREACHED: "▲", AT_RISK: "!", RUNNING: "·", PAUSED: "‖", UNCONFIRMED: "~"},
    "✓",
    "↑",
    "z",
    "×",
    "→",
    "—",
    "●",
    "↻",
    "↷",
)
ASCII = Marks(
    {BREACHED: "#", AT_RISK: "!", RUNNING: ".", PAUSED: "=", UNCONFIRMED: "~"},
    "v",
    "^",
    "z",
    "x",
    "->",
    "-",
    "*",
    "@",
    "<",
)


@frozen
class Words:
    """Puts rows into words: one language, one version of the site's rules, one set of marks. What rows need
    of the rules is in `names`; `late` gives all of them, and may take a while the first time. `shown` is
    whose customer stands open."""

    say: Catalogue
    names: Names
    late: Callable[[], Rules]
    times: Times
    marks: Marks = FULL
    shown: Shown = field(default_factory=Shown)

    @classmethod
    def of(cls, say: Catalogue, rules: Rules, times: Times, marks: Marks = FULL) -> Words:
        """By rules that are at hand."""
        return cls(say, names_of(rules), lambda: rules, times, marks)

    def under(self, rules: Rules) -> Words:
        """The same words under other rules."""
        return replace(self, names=names_of(rules), late=lambda: rules)

    @property
    def rules(self) -> Rules:
        """The site's rules."""
        return self.late()

    def norm(self, norm_id: str) -> Norm | None:
        """The norm of that id, if it is in force."""
        return self.rules.pack.by_id.get(norm_id)

    def forbids(self, norm_id: str) -> bool:
        """Whether a norm breaks by what was said, not by what was missing."""
        norm = self.norm(norm_id)
        return (
            norm is not None
            and norm.check is not None
            and bool(norm.check.forbid or norm.check.lists or norm.check.measure)
        )

    def quiet(self, norm_id: str) -> bool:
        """Whether a norm is counted and never alarms."""
        norm = self.norm(norm_id)
        return norm is not None and norm.quiet

    def norm_name(self, norm_id: str) -> str:
        """What a norm is called in full."""
        norm = self.norm(norm_id)
        return self.say.text_of(norm.name, norm_id) if norm else norm_id

    def why(self, row: QueueRow, now: Millis, *, short: bool = False) -> str:
        """The norm in a word or two; one that keeps a promise says for when, unless it is to be `short`."""
        # Of what is to be read, or corrected, the clock says that it is due.
        name = row.reason if row.kind == "report" and row.reason in self.names.norms else row.norm
        norm = self.names.norms.get(name)
        if norm is not None and norm.promises and row.due is not None and not short:
            return f"{self.short(name)} {self.times.minute(row.due, now)}"
        return self.short(name)

    def short(self, norm_id: str) -> str:
        """What a norm is called in a word or two."""
        norm = self.names.norms.get(norm_id)
        return self.say.text_of(norm.short, norm_id) if norm else norm_id

    def what(self, row: QueueRow, now: Millis) -> str:
        """Its kind, how many promises it stands for, and what people did about it; of a call whether the
        customer had to call again, which every mark here has in words in the pane."""
        done = self.marks.acknowledged if row.acknowledged else ""
        done += self.marks.escalated if row.level else ""
        done += self.marks.snoozed if row.snoozed is not None and row.snoozed > now else ""
        done += self.marks.away if row.away else ""
        done += self.marks.again if row.contacts > 1 else ""
        kind = self.say("queue.again") if row.contacts > 1 else self.say.word("kind", row.kind)
        many = f" {self.marks.times}{row.promises}" if row.promises > 1 else ""
        return f"{done} {kind}{many}" if done else f"{kind}{many}"

    def customer(self, row: QueueRow) -> str:
        """The customer, masked but for the one that somebody asked for; of a hand-over the shift."""
        if row.kind == "handover":
            return self.say.word("shifts", self.number(row))
        if self.shown.covers(row.id):
            return customer_open(row.name, row.customer) or self.marks.nobody
        return mask_customer(row.name, row.customer) or self.marks.nobody

    def person(self, agent: str | None) -> str:
        """What people call an agent."""
        return self.names.agents.get(agent, agent) if agent else self.marks.nobody

    def target(self, asked: str) -> str:
        """Whom an item was asked to go to: a person, or a queue behind `#`."""
        return asked if asked.startswith("#") else self.person(asked)

    def owner(self, row: QueueRow) -> str:
        """Who has it, and to whom its system was asked to give it."""
        if row.asked:
            return f"{self.person(row.owner)} {self.marks.gives} {self.target(row.asked)} ?"
        return self.person(row.owner)

    def state(self, row: QueueRow, *, unconfirmed: bool = False, now: Millis | None = None) -> str:
        """Where it is in the life of its kind; with a question mark when its feed is silent. What was tried
        says how often, and when it is to be tried again."""
        text = self.say.word(f"state.{row.kind}", row.state)
        if row.tries and row.state == "tried":
            times = f"{self.marks.times}{row.tries}"
            text = f"{text} {times}"
            if row.next_try is not None:
                at = self.times.minute(row.next_try, row.next_try if now is None else now)
                text = f"{times} {self.marks.gives} {at}"
        return f"{text} ?" if unconfirmed else text

    def phrase(self, row: QueueRow) -> str:
        """The item in a sentence: `call 138****0042`."""
        return self.say("queue.item", kind=self.say.word("kind", row.kind), customer=self.customer(row))

    def number(self, row: QueueRow) -> str:
        """The part of its id that its own system uses, e.g. `T-8812`."""
        return row.id.rpartition("/")[2]
