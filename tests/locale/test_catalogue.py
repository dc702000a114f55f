"""The catalogues say the same things in every language, and all that the program asks of them."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from console.actions.check_keys import CHECK_ACTIONS, SHEET_ACTIONS
from console.actions.registry import ACTIONS
from console.bootstrap import standard_pack
from console.domain.command import LEVELS, WHY_REVEALED
from console.domain.lifecycle import BOARD_KINDS, HAND_TYPES, LIVES, OUTCOMES
from console.domain.norm import FORMS
from console.domain.pack_file import parse_pack
from console.domain.place import BAND_WORDS, SEVERITIES
from console.domain.roles import ROLES
from console.locale.catalogue import LANGUAGES, Catalogue, Language, choose, load, plain_texts
from console.locale.facts import fact_key
from console.service.inspecting import NOT_HERE, NOT_OK, OK

ROOT = Path(__file__).parents[2]
EN, ZH = load("en"), load("zh_CN")

REFUSALS = (
    "conflict", "over", "withdrawn", "ends_by_itself", "no_number", "nobody_named", "no_level", "no_outcome",
    "no_text", "no_time", "unknown_verb", "no_why", "nothing_hidden", "no_checklist", "not_all_seen",
    "no_finder", "must_be", "own_finding", "read_only", "no_item", "not_given", "acted_since",
    "nothing_to_undo", "wrong_pin", "held", "needs_pin", "no_pin", "no_taker_pin",
    "no_words",
)  # fmt: skip
STORE_PROBLEMS = ("full", "busy", "newer", "readonly", "corrupt", "gone", "error")
AGENT_STATES = ("available", "ringing", "talking", "holding", "wrap-up", "break", "offline")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def texts(catalogue: Catalogue) -> dict[str, str]:
    """Every text as written, with its places."""
    return {key: catalogue(key) for key in catalogue.keys()}  # noqa: SIM118 (a catalogue is no mapping)


def needed() -> Iterator[str]:
    """Every key that is made of words of the domain."""
    for kind in BOARD_KINDS:
        yield f"kind.{kind}"
        yield f"kinds.{kind}"
        yield f"state.{kind}.closed"
        for step in LIVES[kind].values():
            yield from (f"state.{kind}.{word}" for word in (step.state, step.sets) if word)
    yield from (f"event.{kind}" for life in LIVES.values() for kind in life)
    yield from (f"event.{kind}" for kind in HAND_TYPES)
    yield from (f"band.{word}" for word in BAND_WORDS)
    yield from (f"severity.{word}" for word in SEVERITIES)
    yield from (f"form.{word}" for word in FORMS)
    yield from (f"level.{word}" for word in LEVELS)
    yield from (f"role.{word}" for word in ROLES)
    yield from (f"outcome.{word}" for words in OUTCOMES.values() for word in words)
    yield from (f"refusal.{word}" for word in REFUSALS)
    yield from (f"users.fault.{word}" for word in ("short", "odd", "plain", "differ", "name"))
    yield from (f"users.refused.{word}" for word in ("there", "unknown", "settings", "nobody", "as"))
    yield from (f"store.{word}" for word in STORE_PROBLEMS)
    yield from (f"agent.{word}" for word in AGENT_STATES)
    yield from (f"weekday.{number}" for number in range(7))
    for norm in parse_pack(standard_pack()).norms:
        if norm.check is not None:
            wanted = {fact for choice in norm.check.needs for fact in choice if not fact.startswith("!")}
            yield from (f"fact.{fact_key(fact)}" for fact in wanted)
    for part in ("norms", "phrases", "cues", "checklists", "settings"):
        yield from (f"cli.site.{part}", f"cli.site.applied_{part}")
    yield from (f"reveal.{word}" for word in WHY_REVEALED)
    yield from (f"checks.mark.{mark}" for mark in (OK, NOT_OK, NOT_HERE))
    for action in (*ACTIONS, *CHECK_ACTIONS, *SHEET_ACTIONS):
        yield action.label
        yield action.help


def literal_keys() -> Iterator[tuple[str, str]]:
    """Every text in the code that looks like a key of one of the catalogue's files, and where it stands."""
    stems = {path.stem for path in (ROOT / "console/locale/en").glob("*.toml")}
    looks = re.compile(rf"(?:{'|'.join(sorted(stems))})(?:\.[a-z][a-z0-9_-]*)+")
    for folder in ("screens", "actions"):
        for path in sorted((ROOT / "console" / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                text = node.value if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and looks.fullmatch(text) and not text.endswith(".toml"):
                    yield f"{path.name}:{node.lineno}", text  # type: ignore[attr-defined]


def test_both_languages_have_the_same_keys() -> None:
    assert set(EN.keys()) == set(ZH.keys())


def test_both_languages_fill_in_the_same_places() -> None:
    zh = texts(ZH)
    assert {key: places(text) for key, text in texts(EN).items()} == {k: places(t) for k, t in zh.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_domain_is_translated(language: Language) -> None:
    catalogue = load(language)
    assert [key for key in needed() if key not in catalogue] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_in_the_code_exists(language: Language) -> None:
    catalogue = load(language)
    names = {*BOARD_KINDS, *HAND_TYPES, *(kind for life in LIVES.values() for kind in life)}
    found = list(literal_keys())
    assert found
    assert [(where, key) for where, key in found if key not in catalogue and key not in names] == []


def test_no_text_is_empty_and_chinese_is_chinese() -> None:
    assert [key for key, text in texts(ZH).items() if not text.strip()] == []
    assert any("\u4e00" <= character <= "\u9fff" for text in texts(ZH).values() for character in text)


def test_a_missing_key_is_shown_and_a_missing_value_too() -> None:
    assert EN("nowhere.at_all") == "nowhere.at_all"
    assert EN("plain") == "plain"
    assert EN("../secret.key") == "../secret.key"
    assert "{text}" in EN("refusal.unknown_command")


def test_values_are_never_read_as_places() -> None:
    assert EN("refusal.unknown_command", text="{0.__class__} %s").endswith("{0.__class__} %s")


def test_a_word_from_outside_stands_for_itself() -> None:
    assert EN.word("agent", "talking") == "on a call"
    assert EN.word("agent", "yoga") == "yoga"


def test_norms_speak_the_language_or_english() -> None:
    assert ZH.text_of({"en": "callback", "zh": "回电"}) == "回电"
    assert ZH.text_of({"en": "callback"}) == "callback"
    assert EN.text_of({}, "callback.due") == "callback.due"


@pytest.mark.parametrize(
    ("wish", "environ", "language"),
    [
        (None, {}, "en"),
        ("zh", {"LANG": "en_US.UTF-8"}, "zh_CN"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        (None, {"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh_CN"),
        (None, {"LANG": "de_DE"}, "en"),
    ],
)
def test_choosing_a_language(wish: str | None, environ: dict[str, str], language: str) -> None:
    assert choose(wish, environ) == language


@pytest.mark.parametrize("path", sorted((ROOT / "console/locale").glob("*/*.toml")), ids=str)
def test_every_file_is_plain_and_read_as_toml_would_be(path: Path) -> None:
    def flat(table: dict[str, object], before: str = "") -> Iterator[tuple[str, object]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{before}{key}.")
            else:
                yield before + key, value

    text = path.read_text(encoding="utf-8")
    assert plain_texts(text) == dict(flat(tomllib.loads(text)))


@pytest.mark.parametrize(
    "text",
    [
        'a = "say \\"so\\""', "a = 'x'", 'a = """x"""', 'a = "x" # why', '"a"b" = "x"', "a = 3", 'a="x"',
        '[[a]]\nb = "x"', '  a = "x"', 'a = "x', 'a = "x"y"', "a = [", 'a = ""x"', "[a] # why", '"a = "x"',
    ],
)  # fmt: skip
def test_what_is_more_than_plain_is_left_to_toml(text: str) -> None:
    assert plain_texts(text) is None


def test_chinese_has_its_own_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff}][,;?!]|[\u4e00-\u9fff][:(]|[,;:!)][\u4e00-\u9fff]|\}:\{")
    own = {key: text for key, text in texts(ZH).items() if re.search("[\u4e00-\u9fff]", text)}
    assert len(own) > 500
    assert {key: text for key, text in own.items() if half.search(text)} == {}
    norms = {norm.id: norm.text["zh"] for norm in parse_pack(standard_pack()).norms}
    assert {name: text for name, text in norms.items() if half.search(text)} == {}
