"""Which of the shipped lists about people are offered: by the season, by whose dress it is."""

from __future__ import annotations

from console.bootstrap import standard_checklists, standard_pack
from console.domain.checklists import parse_checklists
from console.domain.instants import parse_rfc3339
from console.domain.pack_file import parse_pack
from tests.domain.story import START, event, folded, site

LISTS = [one for one in parse_checklists(standard_checklists()) if one.about == "agent"]
DRESSED = '[agents.li]\ndress = "women"\n[agents.wang]\ndress = "men"\n'


def offered(agent: str, moment: str) -> set[str]:
    seconds = (parse_rfc3339(moment) - START) / 1000
    told = [event(0, "agent.joined", f"agent/{agent}")]
    item = folded(told, f"agent/{agent}", seconds, site(DRESSED))
    found = {one.id for one in LISTS if one.fits(item.value)}
    return {name for name in found if name.startswith(("dress", "appearance"))}


def test_summer_is_from_may_to_september_where_the_floor_is() -> None:
    """1 May begins in Shanghai when it is 30 April, 16:00, in Greenwich."""
    assert offered("li", "2026-04-30T15:59:59.999Z") == {"dress-winter", "appearance-women"}
    assert offered("li", "2026-04-30T16:00:00Z") == {"dress-summer", "appearance-women"}
    assert offered("wang", "2026-09-30T15:59:59.999Z") == {"dress-summer", "appearance-men"}
    assert offered("wang", "2026-09-30T16:00:00Z") == {"dress-winter", "appearance-men"}


def test_of_whom_nobody_says_which_dress_is_theirs_both_are_offered() -> None:
    assert offered("zhou", "2026-12-01T00:00:00Z") == {"dress-winter", "appearance-women", "appearance-men"}


def test_each_list_holds_to_a_norm_that_there_is() -> None:
    known = parse_pack(standard_pack()).by_id
    assert {one.norm for one in LISTS} - known.keys() == set()
    assert {one.id for one in LISTS} >= {
        "smile",
        "conduct",
        "principles",
        "commitments",
        "evaluation",
        "training",
    }
    assert [len(one.items) for one in LISTS if one.id == "principles"] == [5]
