"""What happened while nobody listened lies between two moments; a verdict that turns on it is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.story import at, clock, folded, story, told

HOLD = "call.hold.one-minute"
IN = {"direction": "in"}


def test_a_hold_that_began_unheard_is_neither_kept_nor_broken_where_its_beginning_decides() -> None:
    """Held somewhere in (10, 20], off at 75: it lasted 55 to 65 s."""
    begun = (0, "answered", IN), (20, "held", {"not_before": told(10)})
    row = clock(folded(story("call/1", *begun, (75, "resumed", {})), "call/1", 100), HOLD)
    assert [verdict for verdict, _ in row.verdicts(at(100))] == ["unknown"]
    row = clock(folded(story("call/1", *begun, (70, "resumed", {})), "call/1", 100), HOLD)
    assert [verdict for verdict, _ in row.verdicts(at(100))] == ["kept"]
    running = clock(folded(story("call/1", *begun), "call/1", 100), HOLD)
    assert not running.broken(at(80))
    assert running.broken(at(80.001))


@pytest.mark.parametrize(
    ("heard_until", "ended", "verdict"),
    [(102, 104.999, "broken"), (102, 105, "unknown"), (102, 108, "unknown"), (105, 108, "kept")],
)
def test_an_end_that_came_unheard_is_known_to_be_too_soon_or_not_where_both_bounds_say_so(
    heard_until: float, ended: float, verdict: str
) -> None:
    """The goodbye was at 100, so the agent hangs up at 105 at the soonest."""
    events = story(
        "call/1",
        (0, "answered", IN),
        (100, "goodbye"),
        (ended, "ended", {"by": "agent", "not_before": told(heard_until)}),
    )
    row = clock(folded(events, "call/1", 200), "call.end.customer-first")
    assert [verdict for verdict, _ in row.verdicts(at(200))] == [verdict]


@given(
    start=st.integers(0, 100), heard_start=st.integers(0, 100),
    length=st.integers(0, 120), heard_end=st.integers(0, 100),
    before=st.integers(0, 50), after=st.integers(0, 50),
)  # fmt: skip
def test_what_is_claimed_is_so_whenever_it_began_and_ended(
    start: int, heard_start: int, length: int, heard_end: int, before: int, after: int
) -> None:
    """The truth lies anywhere between the bounds that were told; `before` and `after` widen them."""
    began, ended = 100 + start, 100 + start + length
    events = story(
        "call/1",
        (0, "answered", IN),
        (began + after, "held", {"not_before": told(began - 1 - before)}),
        (max(began + after, ended) + heard_end, "resumed", {"not_before": told(ended - 1 - heard_start)}),
    )
    row = clock(folded(events, "call/1", 1000), HOLD)
    ((verdict, _),) = row.verdicts(at(1000))
    assert verdict in ("unknown", "broken" if length > 60 else "kept")
