"""Nothing that a terminal obeys or an eye can't see passes; ordinary text passes as it is."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds.sanitise import (
    DEPTH_LIMIT,
    IDENTIFIER_LIMIT,
    NODE_LIMIT,
    UnsafeDataError,
    bad_identifier,
    clean_data,
    clean_text,
)

UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}

ANY_TEXT = st.text(st.characters(exclude_categories=()))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Li Na, queue support #3",
        "客服中心 第三声铃响之内接听。「保持」",
        "😀 👍🏽 ❤️ 🇨🇳 1️⃣",
        "naïve Å é ạ̈ हिन्दी ไทย العربية עברית",
        "[/red] [@click=app.quit]x[/] {braces} %s",
        "——————————————————",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("\x1b]52;c;cm0gLXJm\x07x", "]52;c;cm0gLXJmx"),
        ("\x1b[2J\x1b[31mred", "[2J[31mred"),
        ("\x9b31m\x9d0;title\x9c", "31m0;title"),
        ("a\nb\r\nc\td\re", "a b c de"),
        ("nul\x00del\x7f", "nuldel"),
        ("\u202egnp.exe\u202c\u2066x\u2069", "gnp.exex"),
        ("zero\u200bwidth\u200djoin\ufeff", "zerowidthjoin"),
        ("soft\u00adhyphen\u061c\u180e", "softhyphen"),
        ("tags\U000e0041\U000e007f", "tags"),
        ("line\u2028para\u2029", "linepara"),
        ("filler\u3164\u115f\u034f", "filler"),
        ("lone\ud83d", "lone"),
        ("image\U0010eeee\U0010ffff\ufdd0", "image"),
    ],
)
def test_what_a_terminal_obeys_or_hides_is_removed(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


def test_every_unsafe_code_point_is_removed() -> None:
    """The ranges are spelled out by hand; the interpreter's Unicode tables have the last word."""
    for code in range(0x110000):
        if unicodedata.category(chr(code)) in UNSAFE_CATEGORIES:
            assert clean_text(f"a{chr(code)}b") in {"ab", "a b"}, hex(code)


def test_marks_are_capped_for_each_base() -> None:
    assert clean_text("a" + "\u0301" * 200 + "b\u0301") == "a" + "\u0301" * 8 + "b\u0301"


def test_a_removed_character_does_not_start_the_count_anew() -> None:
    assert clean_text("a" + "\u0301\u200b" * 20) == "a" + "\u0301" * 8


def test_length_is_capped_with_an_ellipsis() -> None:
    assert clean_text("x" * 4_000) == "x" * 4_000
    assert clean_text("x" * 100_000) == "x" * 3_999 + "…"
    assert clean_text("一二三四", 3) == "一二…"


@given(ANY_TEXT)
def test_cleaned_text_is_clean_short_and_stable(text: str) -> None:
    cleaned = clean_text(text, 50)
    assert len(cleaned) <= 50
    assert not {unicodedata.category(character) for character in cleaned} & UNSAFE_CATEGORIES
    assert clean_text(cleaned, 50) == cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    "text", ["", "x" * 257, "a\nb", "a\tb", "a\x1b", "a\u202e", "a\u200b", "a\ud800", "a" + "\u0301" * 9]
)
def test_bad_identifiers(text: str) -> None:
    assert bad_identifier(text)


@pytest.mark.parametrize(
    "text", ["call/1", "PJSIP/1001-0000002a", "李娜", "x" * IDENTIFIER_LIMIT, "————————————"]
)
def test_good_identifiers(text: str) -> None:
    assert not bad_identifier(text)


@given(ANY_TEXT)
def test_an_identifier_is_good_only_as_it_is(text: str) -> None:
    assert bad_identifier(text) or clean_text(text) == text


def test_data_is_cleaned_at_every_depth() -> None:
    assert clean_data({"a\x00": ["\x1b[m", {"b": "\u202ex"}], "n": 1, "t": True, "f": 0.5, "z": None}) == {
        "a": ["[m", {"b": "x"}],
        "n": 1,
        "t": True,
        "f": 0.5,
        "z": None,
    }


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (nested(DEPTH_LIMIT + 1), "data.depth"),
        ([0] * NODE_LIMIT, "data.size"),
        ({"n": 2**63}, "data.number"),
        ({"n": float("nan")}, "data.number"),
        ({"n": float("-inf")}, "data.number"),
        ({"a": 1, "a\u200b": 2}, "data.key"),
        ({"\u200b": 1}, "data.key"),
        ({1: 1}, "data.key"),
        ({"o": object()}, "data.type"),
    ],
)
def test_data_that_cannot_be_kept(value: Any, reason: str) -> None:
    with pytest.raises(UnsafeDataError) as caught:
        clean_data(value)
    assert caught.value.reason == reason


def test_data_at_its_limits() -> None:
    assert clean_data(nested(DEPTH_LIMIT)) == nested(DEPTH_LIMIT)
    assert clean_data([2**63 - 1, -(2**63)]) == [2**63 - 1, -(2**63)]


@given(JSON_VALUES)
def test_cleaning_data_is_total_and_stable(value: Any) -> None:
    try:
        cleaned = clean_data(value)
    except UnsafeDataError:
        return
    assert clean_data(cleaned) == cleaned
