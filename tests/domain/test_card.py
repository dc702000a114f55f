"""How stars come of what was kept and seen: worked out by hand."""

from __future__ import annotations

import pytest

from console.domain.card import Basis, CardLine, Sight, basis, lowest, parse_card, seen_of
from console.domain.pack import Pack
from tests.conftest import ROOT
from tests.domain.story import PACK

SPEED = CardLine("speed", kept=("ticket.reply.*", "callback.due"))
ANSWERS = CardLine("answers", observed=("call.accurate-answer",))
UNITY = CardLine("unity", observed=("agent.commitments/unity",))


@pytest.mark.parametrize(
    ("kept", "broken", "stars"),
    [
        # All kept is worth 5 each, all broken 1 each; the mean is rounded down.
        (20, 0, 5),
        (19, 1, 4),  # (19·5 + 1) ÷ 20 = 4.8
        (15, 5, 4),  # (75 + 5) ÷ 20 = 4.0
        (14, 6, 3),  # (70 + 6) ÷ 20 = 3.8
        (10, 10, 3),
        (9, 11, 2),  # (45 + 11) ÷ 20 = 2.8
        (0, 20, 1),
        # Four are fewer than five: nobody knows.
        (4, 0, None),
        (0, 0, None),
    ],
)
def test_speed_is_the_share_of_clocks_that_were_kept(kept: int, broken: int, stars: int | None) -> None:
    verdicts = {
        "ticket.reply.twenty-four-hours": (kept, 0),
        "callback.due": (0, broken),
        "call.wait": (0, 99),
    }
    assert basis(SPEED, verdicts, ()).stars(5) == stars


def test_what_was_seen_counts_by_its_share_and_a_grade_as_it_is() -> None:
    """Two of four things well: 1 + 4 × ½ = 3. All well: 5. Not well, and no list: 1. A grade of 4."""
    sights = [
        Sight("call.accurate-answer", ("slow",), {"a": True, "b": True, "c": False, "d": False}),
        Sight("call.accurate-answer"),
        Sight("call.accurate-answer", ("wrong",)),
        Sight("", of="answers", grade=4),
        Sight("", of="attitude", grade=1),
        Sight("agent.smile", ("eyes",)),
    ]
    assert seen_of(ANSWERS, sights) == Basis(4, (3 + 5 + 1 + 4) / 4)
    assert seen_of(ANSWERS, sights).stars(4) == 3
    assert seen_of(ANSWERS, sights).stars(5) is None


def test_one_thing_on_a_list_is_a_line_of_its_own() -> None:
    sights = [
        Sight("agent.commitments", ("against unity",), {"unity": False, "law": True}),
        Sight("agent.commitments", (), {"law": True}),
        Sight("agent.commitments", (), {"unity": True}),
    ]
    assert seen_of(UNITY, sights) == Basis(2, 3.0)


def test_the_card_has_the_lowest_and_none_where_one_is_not_known() -> None:
    assert lowest([5, 3, 4]) == 3
    assert lowest([5, None, 4]) is None
    assert lowest([]) is None


def test_the_shipped_card_names_norms_that_there_are() -> None:
    plan = parse_card((ROOT / "fixtures" / "reports" / "card.toml").read_text(encoding="utf-8"))
    assert [len(lines) for lines in plan.sections.values()] == [3, 7, 5, 8]
    named = {
        one.partition("/")[0]
        for lines in plan.sections.values()
        for line in lines
        for one in (*line.kept, *line.observed, *line.dates)
    }
    assert [one for one in sorted(named) if not _known(one, PACK)] == []


def _known(wanted: str, pack: Pack) -> bool:
    if wanted.endswith("*"):
        return any(norm.startswith(wanted[:-1]) for norm in pack.by_id)
    return wanted in pack.by_id


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("least = 0", "least: a whole number"),
        ("[stars]\nspeed = { keep = [] }", "stars.speed: a table of"),
        ('[stars]\nspeed = { kept = "x" }', "stars.speed.kept: a list of texts"),
        ('[headings]\ntalk = { record = ["tests"] }', "headings.talk.record: 'tests' is unknown"),
    ],
)
def test_what_is_wrong_with_it_is_named(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_card(text)
