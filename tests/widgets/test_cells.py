"""Text in cells: exact widths, no character halved, nothing that a terminal could obey."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from widget_hostile import HOSTILE, control_characters

from widgets import cells
from widgets.cells import MARKS_PER_BASE, cell_width, cut, fit, plain, wrap

TEXTS = st.text(
    st.one_of(
        st.characters(),  # anything, surrogates too
        st.sampled_from("王明，…é×▲　ｗ한글กำ👍🏽\u200d\ufe0f\u0301\u202e\x1b[]/\n\t "),
    ),
    max_size=40,
)


@given(TEXTS)
def test_plain_text_can_only_be_drawn_and_passes_unchanged_again(text: str) -> None:
    once = plain(text)
    assert not control_characters(once)
    assert plain(once) == once


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_leaves_nothing_to_obey(text: str) -> None:
    assert not control_characters(plain(text))
    once = plain(text)
    assert all(not get_character_cell_size(c) for c in once) is (once == "")


def test_every_control_and_format_character_is_dropped() -> None:
    left = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and plain(f"a{chr(code)}b") not in ("ab", "a b")
    ]
    assert left == []


def test_the_short_way_lets_only_drawn_characters_through() -> None:
    undrawn = re.compile(cells._UNDRAWN)
    wrong = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if cells._is_solid(chr(code)) and (not get_character_cell_size(chr(code)) or undrawn.match(chr(code)))
    ]
    assert wrong == []
    assert list(cells._SOLID) == sorted(cells._SOLID)


def test_breaks_become_spaces_and_markup_stays_text() -> None:
    assert plain("one\r\ntwo\tthree\u2028four") == "one two three four"
    assert plain("[red]x[/] [@click=app.pwn]") == "[red]x[/] [@click=app.pwn]"


def test_marks_are_few_and_never_come_first() -> None:
    assert plain("\u0301a") == "a"
    assert plain("a" + "\u0301" * 200 + "b") == "a" + "\u0301" * MARKS_PER_BASE + "b"


def test_an_endless_line_is_cut() -> None:
    assert len(plain("x" * 1_000_000)) == cells.LONGEST


@given(TEXTS, st.integers(0, 30), st.sampled_from(["left", "right"]), st.sampled_from(["…", "~", "", "..."]))
def test_fit_is_exact_by_the_measure_of_rich(
    text: str, width: int, align: cells.Align, ellipsis: str
) -> None:
    fitted = fit(text, width, align=align, ellipsis=ellipsis)
    assert cell_len(fitted) == width
    whole = plain(text)
    if cell_len(whole) <= width:
        assert fitted.strip(" ") == whole.strip(" ")
    else:
        kept = fitted.rstrip(" ").removesuffix(ellipsis if cell_len(ellipsis) < width else "").strip(" ")
        # A beginning of the text, no character replaced: none was halved.
        assert whole.lstrip(" ").startswith(kept)


@given(TEXTS, st.integers(0, 30))
def test_cut_is_the_longest_beginning_that_fits(text: str, width: int) -> None:
    text = plain(text)
    head = cut(text, width)
    assert text.startswith(head)
    assert cell_len(head) <= width
    rest = text[len(head) :]
    assert not rest or cell_len(head + rest[0]) > width


@given(TEXTS, st.integers(1, 30), st.integers(0, 30))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int, first: int) -> None:
    text = plain(text)
    lines = wrap(text, width, min(first, width))
    assert all(cell_len(line) <= width for line in lines)
    if width > 1:
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_wrap_breaks_between_words_and_between_chinese_characters() -> None:
    assert wrap("hold one minute", 8) == ["hold one", "minute"]
    assert wrap("抱歉让您久等，王先生。", 12) == ["抱歉让您久", "等，王先生。"]


def test_width_is_the_sum_of_its_characters() -> None:
    text = plain("👨‍👩‍👧 ⚠️ 王é")
    assert cell_width(text) == sum(map(get_character_cell_size, text))
