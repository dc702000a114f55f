"""The judge of one console: holds what its keys did against what its screen had named."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.domain.command import Command
from console.service.desk import Desk
from console.service.handing import Giving
from console.service.inspecting import Inspection
from console.service.model import Done, NotRecorded, Outcome
from tests.ui.robot_sight import Named, RobotApp, RobotError, Sight, ids_in, number_of, numbers_in

TOGETHER = frozenset({"reassign", "escalate", "acknowledge", "snooze", "close"})
"""Verbs that take in the other callbacks of a customer, which one row stands for."""

LISTED = 12
"""A question names so many items one by one."""


class Tape:
    """The last things that happened, to be told when something goes wrong."""

    def __init__(self) -> None:
        self.title = ""
        self.lines: deque[str] = deque(maxlen=40)
        self.count = 0

    def note(self, text: str) -> None:
        """Write a line."""
        self.lines.append(f"{self.count:6} {text}")


@dataclass(slots=True)
class Act:
    """Commands that reached the desk, and what they were answered."""

    commands: tuple[Command, ...]
    open_then: frozenset[str]
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def verb(self) -> str:
        """What they wanted."""
        return self.commands[0].verb

    @property
    def items(self) -> set[str]:
        """What they touched."""
        return {command.item for command in self.commands}


class Judge(Sight):
    """Watches what reaches the desk."""

    def __init__(self, name: str, desk: Desk, truth: Desk, app: RobotApp, tape: Tape) -> None:
        """`truth` is a desk on the same store that no weather touches."""
        self.name = name
        self.desk = desk
        self.truth = truth
        self.app = app
        self.meant = Named()
        self.acted = 0
        self._tape = tape
        self._acts: list[Act] = []
        self._asked = ""
        self._undoable: list[frozenset[str]] = []
        self._in_flight = 0
        self._watch_desk()

    def check(self) -> None:
        """What must hold after every key."""
        raise NotImplementedError

    def _watch_desk(self) -> None:
        act = self.desk.act

        async def watched(commands: Sequence[Command]) -> list[Outcome]:
            self._in_flight += 1
            try:
                touched = {command.item for command in commands}
                missing = self.meant.marks - touched
                there = await self.truth.rows(missing) if missing else {}
                one = Act(tuple(commands), frozenset(there))
                self._acts.append(one)
                one.outcomes = await act(commands)
                return one.outcomes
            finally:
                self._in_flight -= 1

        self.desk.act = watched  # type: ignore[method-assign]
        for name in ("hand_over", "take_over", "inspect"):
            self._watch_whole(name, getattr(self.desk, name))

    def _watch_whole(self, name: str, do: Callable[..., Awaitable[Any]]) -> None:
        """What is about a shift or a checklist as a whole: what was asked for named it."""

        async def watched(wish: Giving | Inspection, *proof: Any) -> Any:
            self._in_flight += 1
            try:
                self._judge_whole(name, wish)
                outcome = await do(wish, *proof)
                self._tape.note(f"{self.name}   {name} {wish} {type(outcome).__name__}")
                return outcome
            finally:
                self._in_flight -= 1

        setattr(self.desk, name, watched)

    def judge(self, key: str) -> None:
        """Hold what reached the desk against what was named."""
        acts, self._acts = self._acts, []
        for act in acts:
            self.acted += 1
            self._tape.note(f"{self.name}   {act.verb} on {sorted(act.items)}")
            if act.verb == "undo":
                self._judge_undo(act)
            else:
                self._judge_act(act, key)
        self.check()

    def _judge_undo(self, act: Act) -> None:
        expected = self._undoable[-1] if self._undoable else frozenset()
        if act.items != expected:
            raise RobotError(
                f"{self.name} took back {sorted(act.items)}, its last act was {sorted(expected)}"
            )
        if not any(isinstance(outcome, NotRecorded) for outcome in act.outcomes):
            self._undoable.pop()

    def _judge_act(self, act: Act, key: str) -> None:
        meant = self.meant
        if meant.marks:
            twins = {number_of(item) for item in meant.marks if item.startswith("callback/")}
            strange = {item for item in act.items - meant.marks if not self._is_twin(act, item, twins)}
            left = act.open_then & meant.marks
        else:
            strange = {item for item in act.items if not meant.fits(item)}
            left = frozenset()
        if act.verb == "reassign":  # jobs of the same area go along where the question named them
            asked = numbers_in(self._asked)
            strange = {item for item in strange if not (item.startswith("job/") and number_of(item) in asked)}
        if strange:
            raise RobotError(
                f"{self.name}: {key} did {act.verb} to {sorted(strange)}, "
                f"but the screen named {sorted(meant.marks) or meant.text!r}"
            )
        self._judge_asked(act)
        if left:
            raise RobotError(
                f"{self.name}: {key} did {act.verb} and left out {sorted(left)}, which were marked"
            )
        done = [
            outcome.event.subject for outcome in act.outcomes if isinstance(outcome, Done) and outcome.event
        ]
        if done and act.verb != "reveal":  # what was seen can't be unseen
            self._undoable = [*self._undoable, frozenset(done)][-50:]

    def _judge_whole(self, name: str, wish: Giving | Inspection) -> None:
        if isinstance(wish, Giving):
            named = wish.item.rpartition("/")[2]
        else:
            checklist = self.queue.words.rules.checklists.named(wish.checklist)
            assert checklist is not None
            named = self.app.say.text_of(checklist.name)[:6]
            numbers = ids_in(self._asked.partition("\n")[0])
            if checklist.of_item and numbers and numbers != {number_of(wish.place)}:
                raise RobotError(f"{self.name}: {name} of {wish}, its head said {self._asked!r}")
        if named not in self._asked:
            raise RobotError(f"{self.name}: {name} of {wish}, what it was asked of said {self._asked!r}")

    @staticmethod
    def _is_twin(act: Act, item: str, numbers: Collection[int | None]) -> bool:
        return act.verb in TOGETHER and item.startswith("callback/") and number_of(item) in numbers

    def _judge_asked(self, act: Act) -> None:
        """The dialog that the last key went to named the same."""
        asked, touched = numbers_in(self._asked), {number_of(item) for item in act.items} - {None}
        if asked and asked != touched and not (len(asked) >= LISTED and asked <= touched):
            raise RobotError(f"{self.name}: {act.verb} on {sorted(touched)}, the dialog said {self._asked!r}")
