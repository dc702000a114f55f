"""How long a customer has waited: all of it together, and on the leg they are on."""

from __future__ import annotations

from console.domain.waits import Waited, waited
from tests.domain.story import at, story

PASSED_ON = story(
    "call/1",
    (0, "offered", {"queue": "support"}),
    (2, "ringing", {"agent": "li"}),
    (12, "answered", {"agent": "li"}),
    (30, "held"),
    (50, "resumed"),
    (60, "transferred", {"to_agent": "wang"}),
    (61, "ringing", {"agent": "wang"}),
    (75, "answered", {"agent": "wang"}),
    (80, "held"),
    (90, "ended", {"by": "customer"}),
)


def test_a_wait_until_somebody_answers_is_one() -> None:
    assert waited(PASSED_ON[:2], at(7)) == Waited(7_000, 7_000, False)
    assert waited(PASSED_ON[:3], at(20)) == Waited(12_000, 12_000, False)


def test_holds_and_handing_on_count_together_and_the_leg_alone() -> None:
    assert waited(PASSED_ON, at(55)) == Waited(32_000, 32_000, False)
    assert waited(PASSED_ON, at(70)) == Waited(42_000, 10_000, True)
    assert waited(PASSED_ON, at(85)) == Waited(52_000, 20_000, True)


def test_the_end_ends_it() -> None:
    assert waited(PASSED_ON, at(900)) == Waited(57_000, 25_000, True)
