"""The store's properties once more, for histories over all kinds of item in the words of the norms."""

from __future__ import annotations

import random

import pytest

from console.domain.event import Event
from console.domain.instants import Millis
from console.service.people import agents
from tests.depth import deep
from tests.domain.story import at, event, floor, hand
from tests.domain.vocabulary import history
from tests.domain.walks import check, until_of
from tests.store import workbench
from tests.store.test_store_properties import as_it_came, as_of_any_moment, unmoved_by_a_rebuild
from tests.store.workbench import board_at, broken, ingest, made, rebuilt, settle, state

BLOCKS = range(2)
WALKS = deep(20)
CUSTOMER = "13800000042"


@pytest.mark.parametrize("wild", [0.0, 0.15], ids=["meant", "nonsense"])
@pytest.mark.parametrize("block", BLOCKS)
def test_any_way_of_arriving_ends_in_the_same_store(block: int, wild: float) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed, wild=wild)
        now = until_of(seed, events)
        check(seed, lambda some: as_it_came(some, now, random.Random(seed)), events)  # noqa: B023


@pytest.mark.parametrize("block", BLOCKS)
def test_a_rebuild_changes_nothing(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed)
        now = until_of(seed, events)
        check(seed, lambda some: unmoved_by_a_rebuild(some, now), events)  # noqa: B023


@pytest.mark.parametrize("block", BLOCKS)
def test_breaches_of_any_moment_are_those_of_the_history_cut_off_there(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed)
        now, until = until_of(seed, events), until_of(seed + 1, events)
        check(seed, lambda some: as_of_any_moment(some, now, until), events)  # noqa: B023


def read_as_ticked(events: list[Event], now: Millis, later: Millis) -> bool:
    store = made()
    ingest(store, events, now)
    names = sorted(name for name, item in floor(events, later).items() if item.begun)
    unticked = board_at(store, later, names)
    settle(store, later)
    return board_at(store, later, names) == unticked


@pytest.mark.parametrize("block", BLOCKS)
def test_what_is_read_without_a_tick_is_what_a_tick_writes(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed)
        now, later = sorted((until_of(seed, events), until_of(seed + 1, events)))
        check(seed, lambda some: read_as_ticked(some, now, later), events)  # noqa: B023


def test_what_a_person_owes_is_known_to_who_only_reads() -> None:
    """A training on record for tomorrow counts from then, though nobody ticked since it was told."""
    store = made()
    training = event(86_400, "agent.inspected", "agent/li", checklist="training")
    ingest(store, [training], at(0))
    (read,) = agents(store, at(90_000))
    settle(store, at(90_000))
    (ticked,) = agents(store, at(90_000))
    assert [(owed.norm, owed.last) for owed in read.owed] == [("agent.training.yearly", training.time)]
    assert read == ticked


def in_bits_as_whole(events: list[Event], seconds: float) -> None:
    whole, bits = made(), made()
    ingest(whole, events, at(seconds))
    for one in events:
        ingest(bits, [one], max(at(seconds), one.time))
    for store in (whole, bits):
        settle(store, at(seconds))
    assert state(bits) == state(whole)
    assert rebuilt(bits, at(seconds)) == 0


def test_a_follow_up_that_says_later_which_norm_asked_for_it_is_excused_all_the_same() -> None:
    """The customer refused one before: on the line that names the norm it is seen whose wish it was."""
    events = [
        event(0, "followup.selected", "followup/1", customer=CUSTOMER),
        event(5, "followup.refused", "followup/1"),
        event(100, "followup.selected", "followup/2", customer=CUSTOMER),
        event(200, "followup.tried", "followup/2", reason="followup.sample.thirty-percent"),
    ]
    in_bits_as_whole(events, 1000)
    assert floor(events, at(1000))["followup/2"].state == "refused"


def test_a_record_of_a_person_that_was_taken_back_stays_so_when_they_come_anew() -> None:
    store = made()
    record = event(0, "agent.inspected", "agent/li", source="console", id_="r", checklist="training")
    events = [
        record,
        hand(10, "item.undone", "agent/li", of=record.name),
        event(20, "agent.joined", "agent/li"),
    ]
    ingest(store, events[:1], at(5))
    assert [clock.norm for clock in store.clocks_of("agent/li")] == ["agent.training.yearly"]
    ingest(store, events[1:], at(30))
    assert not store.clocks_of("agent/li")


CONTRADICTING = """
[[norm]]
id = "a"
form = "task"
subject = "callback"
on = "callback.done"
make = "job.scheduled"
item = "job/{item}"

[[norm]]
id = "b"
form = "task"
subject = "job"
on = "job.scheduled"
make = "callback.reached"
item = "{call}"
"""
"""Done makes a job, and that makes it reached before it was done, when nothing makes the job."""


def test_norms_that_contradict_each_other_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench, "PACK_TEXT", CONTRADICTING)
    events = [
        event(0, "callback.requested", "callback/1"),
        event(10, "callback.done", "callback/1", sequence=None),
    ]
    written, read = made(), made()
    ingest(written, events, at(20))
    (row,) = (row for row in written.items(["callback/1"]))
    assert row.state in ("done", "reached")
    ingest(read, events, at(5))  # that it is done is yet to come, and so for the reader to find out
    assert broken(read, at(20)) == []
