"""A floor where anything happens in any order: feeds talk, people act on what they saw, time passes."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from console.domain.command import Command, Refusal
from console.domain.event import Event
from console.service import board
from console.service.acts import act as act_on
from console.service.model import Done
from tests.domain.walks import START, history
from tests.store.workbench import ingest, made, rebuilt, settle, walked

VERBS: dict[str, list[dict[str, Any]]] = {
    "reassign": [{"to": "li"}, {"to": "wang"}, {"to_queue": "repair"}],
    "escalate": [{"level": "lead"}, {"level": "manager"}],
    "acknowledge": [{}],
    "close": [{"outcome": outcome} for outcome in ("reached", "resolved", "finished")],
    "note": [{"text": "so"}],
    "snooze": [{"until": "2026-03-02T09:00:00Z"}],
    "call_back": [{}, {"due": "2026-03-02T03:00:00Z"}],
}


class Floor(RuleBasedStateMachine):
    """Hands are counted by the model from what was done; the engine is held to that."""

    @initialize(seed=st.integers(0, 10_000))
    def open(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.store = made()
        self.waiting: list[Event] = history(seed)
        self.now = min(event.time for event in self.waiting)
        self.done: list[Event] = []
        self.number = 0

    @rule(size=st.integers(1, 5))
    def hear(self, size: int) -> None:
        batch, self.waiting = self.waiting[:size], self.waiting[size:]
        ingest(self.store, batch, self.now)

    @rule(step=st.sampled_from([0, 1, 5_000, 60_000, 1_800_000, 20_000_000]))
    def wait(self, step: int) -> None:
        self.now += step

    @rule()
    def tick(self) -> None:
        settle(self.store, self.now)

    @rule(verb=st.sampled_from(sorted(VERBS)), behind=st.sampled_from([0, 0, 0, 1]), late=st.booleans())
    def act(self, verb: str, behind: int, late: bool) -> None:
        names = self.store.item_ids("", 1000)
        if not names:
            return
        item = self.rng.choice(names)
        before = board.view(self.store, item, self.now)
        if before is None:
            return
        seen = before.row.hand - behind
        outcome = self._say(verb, item, seen, self.rng.choice(VERBS[verb]))
        if isinstance(outcome, Refusal):
            assert outcome.reason != "conflict" or behind
        elif isinstance(outcome, Done) and outcome.event is not None:
            assert not behind
            self._recorded(outcome.event)
            if late and outcome.event.subject == item:
                # Somebody else saw the same row, and presses in the same millisecond.
                other = self._say("note", item, seen, {"text": "late"})
                assert isinstance(other, Refusal)
                assert other.reason == "conflict"
                # What a system said of that very millisecond may stand behind the act, and is named then.
                assert other.event == outcome.event or other.event.time == outcome.event.time

    @rule()
    def take_back(self) -> None:
        if not self.done:
            return
        act = self.rng.choice(self.done)
        view = board.view(self.store, act.subject, self.now)
        if view is None:
            return
        outcome = self._say("undo", act.subject, view.row.hand, {"of": act.name})
        if act.type == "item.undone":
            assert isinstance(outcome, Refusal)
        else:
            assert isinstance(outcome, Done)
        if isinstance(outcome, Done) and outcome.event is not None:
            self._recorded(outcome.event)
            after = board.view(self.store, act.subject, self.now)
            assert after is not None
            assert [entry.undone for entry in after.timeline if entry.event == act] == [True]

    def _say(self, verb: str, item: str, seen: int, data: dict[str, Any]) -> object:
        self.number += 1
        return act_on(self.store, Command(f"c{self.number}", verb, item, "zhao", seen, data), self.now)

    def _recorded(self, event: Event) -> None:
        """What was said to be done is in the log, counts as a hand, and is done once only."""
        assert self.store.event("console", event.id) == event
        self.done.append(event)
        row = self.store.item(event.subject)
        assert row is not None
        assert row.last == event.time
        again = act_on(
            self.store, Command(event.id, "note", event.subject, "zhao", 0, {"text": "x"}), self.now
        )
        assert isinstance(again, Done)
        assert again.event == event

    @invariant()
    def counters_are_the_rows(self) -> None:
        kept = self.store._db.execute("SELECT queue, kind, band, n FROM counters WHERE n <> 0").fetchall()
        assert {row[:3]: row[3] for row in kept} == walked(self.store)

    @invariant()
    def one_of_a_customers_promises_leads(self) -> None:
        rows = self.store.items(self.store.item_ids("", 1000))
        callbacks = [row for row in rows if row.kind == "callback" and row.open and row.customer]
        groups = Counter(row.customer for row in callbacks)
        leads = {row.customer: row for row in callbacks if row.lead}
        assert {customer: row.promises for customer, row in leads.items()} == dict(groups)
        for row in callbacks:
            first = leads[row.customer]
            assert (first.due or first.at, first.id) <= (row.due or row.at, row.id)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            # Acts take a moment a little later than now; the rows are the log's once that has come.
            later = self.now + 1_000
            settle(self.store, later)
            assert rebuilt(self.store, later) == 0


Floor.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
test_anything_in_any_order = Floor.TestCase


def test_an_act_is_held_against_what_time_has_brought_since_anybody_ticked() -> None:
    """Word of three events comes before their time; they make a callback that is shown with its owner."""
    store, then = made(), START + 60_000
    told = [
        ("call/1", "call.offered", then, {"direction": "in", "from": "13800000042"}),
        ("call/1", "call.dropped", then + 20_000, {"queue": "billing", "to_agent": "wang"}),
        ("callback/call/1", "item.reassigned", then + 40_000, {"to": "wang"}),
    ]
    events = [
        Event(source="pbx", id=type_, type=type_, subject=item, time=time, data=data)
        for item, type_, time, data in told
    ]
    ingest(store, events, START)
    later = then + 60_000
    seen = board.view(store, "callback/call/1", later)
    assert seen is not None
    assert (seen.row.owner, seen.row.hand) == ("wang", 1)
    noted = act_on(store, Command("c1", "note", seen.row.id, "zhao", seen.row.hand, {"text": "so"}), later)
    assert isinstance(noted, Done)
    assert noted.event is not None
