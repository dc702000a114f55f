"""Wrong PINs: five at once, then pauses of 1, 2, 4, 8, 15, 15 … minutes; a day without one forgets them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.instants import DAY, HOUR, MINUTE
from console.domain.pin import name_fault, pin_fault, plain_pin
from console.domain.tries import Tries

NOW = 1_772_415_067_000


def test_five_tries_then_a_minute_then_five_more_and_two() -> None:
    tries, now = Tries(), NOW
    for pause in (1, 2, 4, 8, 15, 15):
        for _ in range(5):
            assert tries.wait(now) == 0
            tries = tries.another(now)
        assert tries.wait(now) == pause * MINUTE
        now += pause * MINUTE
        assert tries.wait(now - 1) == 1
    assert tries.another(now + DAY).wrong == 1


@settings(max_examples=30)
@given(st.lists(st.integers(-HOUR, 2 * HOUR), max_size=60))
def test_whenever_somebody_tries_there_are_few_tries_and_no_long_pause(steps: list[int]) -> None:
    """Whatever the machine's clock does: it may be put back while somebody tries."""
    tries, now, made = Tries(), NOW, 0
    for step in steps:
        now += step
        wait = tries.wait(now)
        assert 0 <= wait <= 15 * MINUTE
        if not wait:
            tries, made = tries.another(now), made + 1
            # A pause after every fifth, of the whole length.
            assert tries.wait(now) >= MINUTE if made % 5 == 0 else tries.wait(now) == 0


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("4711", ""),
        ("４７１１", ""),
        ("correct horse", ""),
        ("471", "short"),
        ("1111", "plain"),
        ("1234", "plain"),
        ("98765", "plain"),
        ("4" + "71" * 32, "odd"),
        ("47\x1b11", "odd"),
    ],
)
def test_what_may_be_a_pin(pin: str, fault: str) -> None:
    assert pin_fault(pin) == fault


def test_a_pin_is_the_same_however_wide_its_digits_were_typed() -> None:
    assert plain_pin("４７１１ ") == "4711"
    assert [name_fault(name) for name in ("李娜", "li.na", "", " li", "li\x1b", "l" * 65)] == [
        *("", "", "name", "name", "name", "name"),
    ]
