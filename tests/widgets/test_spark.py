"""Figures as one line: each cell is as full as its part, in blocks or in digits."""

from __future__ import annotations

from widgets.spark import spark


def test_a_part_is_as_full_as_it_is_great() -> None:
    assert spark([0, 0.124, 0.125, 0.5, 0.874, 0.875, 1]) == "▁▁▂▅▇██"
    assert spark([0, 0.099, 0.1, 0.5, 0.899, 0.9, 1], ascii_marks=True) == "0015899"


def test_nothing_is_a_dot_and_what_is_beyond_stays_inside() -> None:
    assert spark([None, 0.5, None]) == "·▅·"
    assert spark([None, 0.5], ascii_marks=True) == ".5"
    assert spark([-1, 7]) == "▁█"
    assert spark([]) == ""
