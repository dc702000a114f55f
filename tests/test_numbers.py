"""One key for the many ways to write a number."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.numbers import normalise


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"))
def test_a_chinese_mobile_number_is_the_same_however_it_is_written(number: str) -> None:
    key = normalise(number, "CN")
    assert key == f"+86{number}"
    for other in (f"+86{number}", f"0086 {number}", f"{number[:3]}-{number[3:7]}-{number[7:]}"):
        assert normalise(other, "CN") == key, other
    assert normalise(f"+86{number}", "DE") == key
    known = phonenumbers.parse(f"+86{number}", "DE")
    assert phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.E164) == key


@pytest.mark.parametrize(
    ("number", "country", "key"),
    [
        ("13800138000", "DE", "+4913800138000"),
        ("1380013800", "CN", "+861380013800"),
        ("010-62770334", "CN", "+861062770334"),
        ("62770334", "CN", "+8662770334"),
        ("8001", "CN", "8001"),
        ("sip:li@floor", "CN", "sip:li@floor"),
    ],
)
def test_what_is_no_mobile_number_there_goes_the_general_way(number: str, country: str, key: str) -> None:
    assert normalise(number, country) == key
