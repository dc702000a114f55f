"""What it costs to give something to somebody, by hand."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.instants import MINUTE
from console.domain.place import AT_RISK, BREACHED, NONE, PAUSED, RUNNING
from console.domain.price import Price, price, ready

NOW = 1_000 * MINUTE


class Work(NamedTuple):
    """Something open, as far as its price goes."""

    id: str
    kind: str
    place: tuple[int, int, int, str]
    warn: int | None
    due: int | None
    paused: int | None = None


def work(
    name: str, left: float | None, *, kind: str = "ticket", warn: float = 5, paused: bool = False
) -> Work:
    """Open work whose clock, if any, has so many minutes left and is at risk for its last `warn`."""
    if left is None:
        return Work(name, kind, (NONE, 0, 0, name), None, None)
    due = NOW + int(left * MINUTE)
    band = BREACHED if left < 0 else AT_RISK if left <= warn else RUNNING
    band = PAUSED if paused else band
    return Work(name, kind, (band, 0, due, name), due - int(warn * MINUTE), due, NOW if paused else None)


@pytest.mark.parametrize(
    ("state", "unsure", "soon"),
    [
        ("available", False, "now"),
        ("available", True, "unknown"),
        ("wrap-up", False, "busy"),
        ("talking", False, "busy"),
        ("break", False, "away"),
        ("offline", False, "away"),
        ("", False, "unknown"),
    ],
)
def test_how_soon_follows_from_what_they_do(state: str, unsure: bool, soon: str) -> None:
    assert ready(state, unsure=unsure) == soon


def test_what_stands_higher_on_the_board_comes_first_and_what_is_at_risk_below_it_waits() -> None:
    late, soon, later = work("late", -3), work("soon", 2), work("later", 60)
    idle, still = work("idle", None), work("still", 1, paused=True)
    cost = price([work("given", 1)], [later, soon, idle, still, late], "busy", NOW)
    assert cost == Price("busy", before=(late,), waits=(soon,))
    # Given with an hour and a half left, all three of theirs that tick come first, and none of them waits.
    cost = price([work("given", 90)], [later, soon, idle, still, late], "now", NOW)
    assert cost == Price("now", before=(late, soon, later), waits=())


def test_a_call_comes_before_all_and_what_is_due_within_five_minutes_waits() -> None:
    late, soon = work("late", -3), work("soon", 2, warn=1)
    at_five, after = work("at five", 5, warn=1), work("after", 5.001, warn=1)
    cost = price([work("given", 0.1, kind="call")], [late, soon, at_five, after], "now", NOW)
    assert cost == Price("now", before=(), waits=(soon, at_five))


def test_what_is_given_is_not_what_waits_for_it() -> None:
    given_away = work("given", 1)
    assert price([given_away], [given_away, work("other", 2)], "now", NOW).waits == (work("other", 2),)


def test_sooner_is_who_can_begin_first_and_then_who_has_less_before_it() -> None:
    late = work("late", -1)
    free, laden = Price[Work]("now"), Price("now", (late,))
    busy, away, unknown = Price[Work]("busy"), Price[Work]("away"), Price[Work]("unknown")
    assert free.sooner(laden)
    assert laden.sooner(busy)
    assert busy.sooner(away)
    assert not free.sooner(free)
    assert not away.sooner(busy)
    assert free.sooner(unknown) is None
    assert unknown.sooner(free) is None


@given(st.lists(st.floats(-60, 60, allow_nan=False), max_size=8), st.floats(-60, 60, allow_nan=False))
def test_nothing_comes_first_and_waits_too_and_nothing_of_theirs_is_made_up(
    lefts: list[float], left: float
) -> None:
    theirs = [work(f"{number}", one) for number, one in enumerate(lefts)]
    cost = price([work("x", left)], theirs, "now", NOW)
    assert not set(cost.before) & set(cost.waits)
    assert {*cost.before, *cost.waits} <= set(theirs)
    assert all(row.place < work("x", left).place for row in cost.before)
    assert all(row.due is not None and row.due >= NOW for row in cost.waits)
