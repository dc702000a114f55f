"""What an item is explained by: its events as they count, whatever came first."""

from __future__ import annotations

from console.service.explain import explain
from tests.domain.story import at, event, hand
from tests.store.workbench import ingest, made


def test_events_of_one_moment_stand_in_the_order_in_which_they_count() -> None:
    store = made()
    rung = event(5, "call.ringing", "call/1", sequence=1)
    answered = event(5, "call.answered", "call/1", sequence=2)
    ingest(store, [answered, rung], at(10))
    explained = explain(store, "call/1", at(10))
    assert explained is not None
    assert explained.events == ((rung, ""), (answered, ""))


def test_an_act_that_was_taken_back_says_so() -> None:
    store = made()
    opened = event(0, "ticket.opened", "ticket/1")
    raised = hand(5, "item.escalated", "ticket/1", level="lead")
    back = hand(6, "item.undone", "ticket/1", of=raised.name)
    ingest(store, [opened, raised, back], at(10))
    explained = explain(store, "ticket/1", at(10))
    assert explained is not None
    assert explained.events == ((opened, ""), (raised, "undone"), (back, ""))
