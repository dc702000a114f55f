"""What `rings status` asks the engine for, where nobody has ticked for long."""

from __future__ import annotations

from console.domain.instants import HOUR
from console.store.glance import moved_by_clocks
from tests.domain.story import START, story
from tests.store.workbench import ingest, made


def test_the_engine_is_asked_for_those_alone_of_which_clocks_do_not_tell() -> None:
    store = made()
    late = [each for number in range(20) for each in story(f"ticket/{number}", (number, "opened"))]
    # Whoever opened it told ahead that it will be closed.
    known_ahead = story("ticket/ahead", (0, "opened"), (7_200, "closed"))
    ingest(store, [*late, *known_ahead], START + 60_000)
    moved, beyond = moved_by_clocks(store._db, START + 30 * HOUR)
    assert beyond == ["ticket/ahead"]
    assert sorted(moved) == sorted(f"ticket/{number}" for number in range(20))
