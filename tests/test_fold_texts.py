"""Texts are folded a run at a time; letter by letter is what it must come to."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from console import paths
from console.folding import JOIN, Folded, fold

PAIRS = [
    pair
    for line in Path(paths.fixtures(), "phrases", "traditional.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for pair in line.split()
]
SIMPLE = {ord(traditional): simple for traditional, simple in PAIRS}


def letters_of(character: str) -> str:
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(c for c in bare.translate(SIMPLE) if unicodedata.category(c)[0] in "LN")


def spaced(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) not in "WF"


def ends(text: str, index: int) -> bool:
    sign = unicodedata.normalize("NFKD", text[index])
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return sign in "。!?;" or (sign == "." and "." not in (before, after) and not after.isalnum())


def letter_by_letter(text: str) -> Folded:
    """What folding is, told of one character after the other."""
    folded = Folded()
    stop, pause, apart = False, False, True
    for index, character in enumerate(text):
        for part, letter in enumerate(letters_of(character)):
            number = len(folded.letters)
            if stop and number:
                folded.stops.append(number)
            if pause:
                folded.pauses.add(number)
            follows = part > 0 or (not apart and spaced(folded.letters[-1]) and spaced(letter))
            folded.inside.append(follows)
            folded.letters += letter
            folded.origin.append(index)
            stop = pause = apart = False
        if letters_of(character):
            continue
        if character == JOIN:
            apart = True
        elif character not in "'’" and unicodedata.category(character) not in ("Mn", "Cf"):
            apart = True
            pause = pause or not character.isspace()
            stop = stop or ends(text, index)
    return folded


SIGNS = st.sampled_from(
    ["a", "Z", "9", " ", ".", "。", "…", "'", "’", "-", JOIN, "ﬁ", "é", "e\u0301", "ß", "½"]
)
TEXTS = st.lists(
    st.one_of(
        SIGNS,
        st.sampled_from(PAIRS).map("".join),
        st.sampled_from("Ａ１ｱ가\u9fa6\u4dff\u3400𠀀\u200b"),
        st.text(),
    ),
    max_size=40,
).map("".join)


@given(TEXTS)
def test_a_run_at_a_time_is_letter_by_letter(text: str) -> None:
    assert fold(text) == letter_by_letter(text)


def test_each_character_by_itself_and_each_in_the_midst_of_others() -> None:
    for character in map(
        chr, [*range(0x3100), *range(0x4DF0, 0x4E10), *range(0x9F90, 0xA000), *range(0xF900, 0xFFFF)]
    ):
        assert fold(character) == letter_by_letter(character)
    for traditional, _ in PAIRS:
        text = f"电a{traditional}{traditional}z.{traditional}"
        assert fold(text) == letter_by_letter(text)
