"""Phrases in what people said: however they are written, cut over lines, and however many are watched for."""

from __future__ import annotations

import re
import string
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.bootstrap import standard_cues, standard_pack, standard_phrases
from console.domain.phrase_list import parse_phrases
from console.domain.phrases import Hit, Mark, Phrases, marks
from console.domain.tables import TableError
from console.phrases import Matcher, compile_phrases

LIST = """
[[set]]
id = "forbidden.unknown"
level = "alert"
phrases = ["不知道", "no idea"]
unless = ["不知道您", "知道不知道"]

[[set]]
id = "forbidden.shirk"
level = "alert"
gap = 6
phrases = ["与…服务部联系", "谁叫您忘记密码"]

[[set]]
id = "forbidden.spite"
level = "alert"
phrases = ["你要投诉?好啊,我帮你记录"]

[[set]]
id = "address"
level = "alert"
start = true
phrases = ["喂"]

[[set]]
id = "customer.thanks"
who = "customer"
phrases = ["谢谢"]
"""


@pytest.fixture(scope="module")
def listed() -> Phrases:
    return compile_phrases(LIST)


def found(phrases: Phrases, text: str) -> list[tuple[str, str]]:
    """The sets said in one line, each with the words of it."""
    return [(hit.set, text[hit.start : hit.end]) for hit in phrases.scan("", text)[0]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("这个我不知道", "不知道"),
        ("我 不 知 道 啊", "不 知 道"),
        ("我不,知道", "不,知道"),
        ("我不……知道", "不……知道"),
        ("我不——知道", "不——知道"),
        ("我不\u200b知\u200b道", "不\u200b知\u200b道"),
        ("Well, I have NO  idea!", "NO  idea"),
        ("I have ｎｏ　ＩＤＥＡ", "ｎｏ　ＩＤＥＡ"),
        ("不知道，您问别人吧", "不知道"),  # an exception holds in one breath alone
    ],
)
def test_however_it_is_written_the_words_themselves_are_found(listed: Phrases, text: str, words: str) -> None:
    assert found(listed, text) == [("forbidden.unknown", words)]


@pytest.mark.parametrize(
    "text",
    [
        "不。知道",  # two sentences are no phrase
        "不知道您现在方便吗",
        "您知道不知道",
        "the casino ideas",  # pieces of longer words
        "no ideas",
        "不",
        "",
        "。，！",
    ],
)
def test_what_only_looks_alike_is_not_found(listed: Phrases, text: str) -> None:
    assert found(listed, text) == []


def test_traditional_characters_are_found_in_their_own_words(listed: Phrases) -> None:
    assert found(listed, "請與我們服務部聯繫") == [("forbidden.shirk", "與我們服務部聯繫")]
    assert found(listed, "誰叫您忘記密碼") == [("forbidden.shirk", "誰叫您忘記密碼")]


def test_a_gap_has_an_end_and_stays_in_its_sentence(listed: Phrases) -> None:
    assert found(listed, "与一二三四五六服务部联系") == [("forbidden.shirk", "与一二三四五六服务部联系")]
    assert found(listed, "与一二三四五六七服务部联系") == []
    assert found(listed, "这与您无关。请让服务部联系我") == []
    assert found(listed, "这与您说过。请与服务部联系") == [("forbidden.shirk", "与服务部联系")]


def test_a_phrase_of_two_sentences_is_found_with_and_without_their_signs(listed: Phrases) -> None:
    for text in ("你要投诉？好啊，我帮你记录", "你要投诉好啊我帮你记录"):
        assert found(listed, text) == [("forbidden.spite", text)]


def test_an_address_counts_where_the_turn_begins_alone(listed: Phrases) -> None:
    assert found(listed, "「喂」，哪位") == [("address", "喂")]
    assert found(listed, "您好，喂") == []
    _, tail = listed.scan("", "您好")
    assert listed.scan(tail, "喂")[0] == []
    _, tail = listed.scan("", "……")  # nothing has been said yet
    assert listed.scan(tail, "喂")[0] == [Hit("address", "喂", 0, 1)]


def test_each_set_listens_to_its_own_speaker(listed: Phrases) -> None:
    assert [hit.set for hit in listed.scan("", "谢谢", "customer")[0]] == ["customer.thanks"]
    assert listed.scan("", "谢谢，不知道", "agent")[0] == [Hit("forbidden.unknown", "不知道", 3, 6)]
    assert listed.scan("", "不知道", "customer")[0] == []


def test_a_hit_belongs_to_its_set_and_all_above_it() -> None:
    assert Hit("forbidden.shirk", "x", 0, 1).names == ("forbidden.shirk", "forbidden")


def test_a_phrase_over_three_lines_is_found_once_and_marked_in_each(listed: Phrases) -> None:
    said = [("agent", "这个我不"), ("agent", "知"), ("agent", "道呀"), ("agent", "好的")]
    assert marks(listed, said) == [  # type: ignore[arg-type]
        [Mark("forbidden.unknown", 3, 4, False)],
        [Mark("forbidden.unknown", 0, 1, False)],
        [Mark("forbidden.unknown", 0, 1, True)],
        [],
    ]


def test_two_speakers_make_no_phrase_together(listed: Phrases) -> None:
    assert marks(listed, [("agent", "我不"), ("customer", "知"), ("agent", "知道了")]) == [[], [], []]


# --- any text, any cut, any script ---------------------------------------------------------------------

PHRASES = ("不知道", "谁叫您忘记密码", "你要投诉?好啊,我帮你记录", "no idea")
TRADITIONAL = str.maketrans("谁记码诉录帮", "誰記碼訴錄幫")
WIDE = {ord(c): chr(ord(c) + 0xFEE0) for c in string.ascii_letters + "?,"}
FILL = st.text(st.sampled_from("请稍等一会儿我查询订单号码abc 12,"), max_size=12)


def _cut(text: str, places: list[int]) -> list[str]:
    edges = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[start:end] for start, end in pairwise(edges)]


@settings(max_examples=150)
@given(
    phrase=st.sampled_from(PHRASES),
    before=FILL,
    after=FILL,
    table=st.sampled_from([{}, TRADITIONAL, WIDE, TRADITIONAL | WIDE]),
    upper=st.booleans(),
    places=st.lists(st.integers(0, 60), max_size=5),
)
@example(phrase="no idea", before="", after="", table=WIDE, upper=True, places=[1, 3, 5])
def test_a_phrase_is_found_wherever_it_stands_and_however_it_is_cut(
    listed: Phrases,
    phrase: str,
    before: str,
    after: str,
    table: dict[int, str],
    upper: bool,
    places: list[int],
) -> None:
    written = phrase.translate(table)
    written = written.upper() if upper else written
    lines = _cut(f"{before} {written} {after}", places)
    pieces, begin, end = "", len(before) + 1, len(before) + 1 + len(written)
    for line, marked in zip(lines, marks(listed, [("agent", line) for line in lines]), strict=True):
        for mark in marked:
            pieces += line[mark.start : mark.end]
    assert end > begin
    assert pieces.replace("?", "").replace(" ", "") == written.replace("?", "").replace(" ", "")


@settings(max_examples=100)
@given(
    st.lists(st.text(st.sampled_from("我不知道喂。与服务部联系投诉no ideaＮＯ誰"), max_size=15), max_size=6)
)
def test_the_tail_carries_all_that_the_whole_turn_would_tell(listed: Phrases, lines: list[str]) -> None:
    tail, one_by_one, offset = "", set(), 0
    for line in lines:
        hits, tail = listed.scan(tail, line)
        one_by_one |= {(hit.set, offset + hit.start, offset + hit.end) for hit in hits}
        offset += len(line) + 1
    everything: set[tuple[str, int, int]] = set()
    for number in range(1, len(lines) + 1):
        earlier, last = "\n".join(lines[: number - 1]), lines[number - 1]
        hits, _ = listed.scan(f"\n{earlier}" if number > 1 else "", last)
        begin = len(earlier) + 1 if number > 1 else 0
        everything |= {(hit.set, begin + hit.start, begin + hit.end) for hit in hits}
    assert one_by_one == everything


@settings(max_examples=60)
@given(text=st.text(st.sampled_from("我不知道喂与服务部联系谁叫您忘记密码甲乙丙丁"), max_size=40))
def test_ten_thousand_phrases_find_what_ten_find(listed: Phrases, crowded: Phrases, text: str) -> None:
    few, _ = listed.scan("", text)
    many, _ = crowded.scan("", text)
    assert [hit for hit in many if hit.set != "crowd"] == few


@pytest.fixture(scope="module")
def crowded() -> Phrases:
    letters = "甲乙丙丁戊己庚辛壬癸"
    words = [a + b + c + d for a in letters for b in letters for c in letters for d in letters]
    quoted = ", ".join(f'"{word}"' for word in words)
    return Matcher(f'{LIST}\n[[set]]\nid = "crowd"\nphrases = [{quoted}]\n')


def test_of_ten_thousand_phrases_each_is_found(crowded: Phrases) -> None:
    assert found(crowded, "说甲乙丙丁了") == [("crowd", "甲乙丙丁")]
    assert found(crowded, "说癸癸癸癸了") == [("crowd", "癸癸癸癸")]


# --- lists as files ------------------------------------------------------------------------------------


def test_the_list_that_comes_along_finds_each_of_its_phrases_and_spares_its_exceptions() -> None:
    listed = compile_phrases(standard_phrases())
    for phrases in listed.sets.values():
        for phrase in phrases.phrases:
            hits, _ = listed.scan("", phrase.replace("…", "我们"), phrases.who)
            assert phrases.id in {hit.set for hit in hits}, phrase
        for phrase in phrases.unless:
            hits, _ = listed.scan("", phrase, phrases.who)
            assert phrases.id not in {hit.set for hit in hits}, phrase


def test_norms_and_cards_name_sets_that_are_there() -> None:
    listed = compile_phrases(standard_phrases())
    parts = {name for phrases in listed.sets for name in Hit(phrases, "", 0, 0).names}
    named = re.findall(r"(phrase|heard):([a-z.-]+)", standard_pack())
    assert {name for _, name in named} - parts == set()
    for role, name in named:
        who = {phrases.who for phrases in listed.sets.values() if f"{phrases.id}.".startswith(f"{name}.")}
        assert who == {"customer" if role == "heard" else "agent"}, name
    used = re.findall(r'(said|heard) = "([a-z.-]+)"', standard_cues())
    assert {name for _, name in used} - set(listed.sets) == set()
    assert all((role == "heard") is (listed.sets[name].who == "customer") for role, name in used)


def test_what_should_be_said_instead_is_never_forbidden_itself() -> None:
    listed = compile_phrases(standard_phrases())
    for phrases in listed.sets.values():
        for text in phrases.better.values():
            wrong = [hit for hit in listed.scan("", text)[0] if listed.sets[hit.set].level == "alert"]
            assert wrong == [], text


def test_all_forbidden_words_of_the_sources_raise_an_alert() -> None:
    listed = compile_phrases(standard_phrases())
    said = (
        "喂 | 我不是跟你说了吗,怎么还不明白 | 你不明白 | 你要投诉?好啊,我帮你记录 | 没法查 | 没办法 | "
        "我不明白你在说什么 | 你先听我说好不 | 你尽管去投诉我吧 | 大声点,我听不清 | 你讲清楚点啦 | "
        "我不清楚,或者你打到XX问去 | 这个没办法、办不了,谁叫你忘记密码 | 与xx服务部联系 | 与xxx工程师联系 | "
        "什么?!你说什么? | 打错电话了!看清楚号码再打嘛 | 我也没办法,刚才线路忙啊 | 我是新手啦 | 听懂了吧? | "
        "没事了吧,您挂电话吧 | 不知道 | 我晕 | 天啊 | 怎么这样 | 真是的"
    )
    for text in said.split(" | "):
        levels = {listed.sets[hit.set].level for hit in listed.scan("", text)[0]}
        assert "alert" in levels, text
    ours = {listed.sets[hit.set].level for hit in listed.scan("", "对不起,这是我们的错")[0]}
    assert "cue" in ours
    assert "alert" not in ours


def test_mistakes_are_named_with_their_lines() -> None:
    text = """
[[set]]
id = "Forbidden"
level = "loud"
phrases = [
    "没办法",
    "不",
    "…联系",
    "与…的…部…联系",
]

[[set]]
id = "empty"
colour = "red"
"""
    with pytest.raises(TableError) as caught:
        parse_phrases(text)
    assert [problem.line for problem in caught.value.problems] == [3, 4, 7, 8, 9, 12, 14]
    assert "'不' alone is never matched" in str(caught.value)
    with pytest.raises(TableError, match="line 2: not TOML"):
        parse_phrases("\nid = \n")
