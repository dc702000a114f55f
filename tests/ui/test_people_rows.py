"""The rows of the people screen: their order, their words, how long, and what nobody knows any more."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from console.domain.instants import DAY, HOUR, MINUTE, SECOND, parse_rfc3339
from console.domain.pack_file import parse_pack
from console.domain.rules import Rules
from console.domain.site import Site
from console.locale.catalogue import load
from console.screens.people_rows import People, columns, found, head, rows, silent
from console.screens.times import Times
from console.screens.words import ASCII, FULL, Words
from console.service.model import AgentView, FeedState, Owed
from widgets.cells import cell_width

NOW = parse_rfc3339("2026-03-02T09:31:07+08:00")
LIMIT = """
[[norm]]
id = "agent.break"
doc = "house"
form = "clock"
subject = "agent"
severity = "medium"
start = "agent.state[state=break]"
stop = ["agent.state[state!=break]", "agent.left"]
most = "15m"
name = { en = "a break of 15 minutes at most", zh = "小休不超15分钟" }
short = { en = "break 15m", zh = "小休15分" }
text = { en = "a break of 15 minutes at most", zh = "小休不超15分钟" }
"""


def words(language: str = "en", marks: object = FULL) -> Words:
    rules = Rules(parse_pack(LIMIT), Site())
    return Words.of(load(language), rules, Times(ZoneInfo("Asia/Shanghai")), marks)  # type: ignore[arg-type]


def person(
    name: str,
    state: str = "",
    ago: int | None = None,
    *,
    source: str = "pbx",
    reason: str = "",
    opened: int = 0,
) -> AgentView:
    since = None if ago is None else NOW - ago
    return AgentView(
        name, name.title(), state, since, reason, ("support", "billing"), ("中文",), opened, source
    )


def cells(people: People, *, width: int = 200, **how: object) -> dict[str, dict[str, str]]:
    """What stands in each row, by id, in the order of the rows."""
    made = rows(words(**how), people, NOW, width)  # type: ignore[arg-type]
    return {row.id: {name: cell.text.strip() for name, cell in row.cells.items()} for row in made}


def test_the_next_free_person_stands_at_the_top() -> None:
    people = People(
        (
            person("gone", "offline", HOUR),
            person("never"),
            person("lunch", "break", 20 * MINUTE),
            person("rings", "ringing", 5 * SECOND),
            person("just", "available", 3 * SECOND),
            person("talks", "talking", 9 * MINUTE),
            person("training", "training", MINUTE),
            person("holds", "holding", 30 * SECOND),
            person("types", "wrap-up", MINUTE),
            person("long", "available", 4 * MINUTE),
            person("mute", "available", 50 * MINUTE, source="acd"),
        ),
        {"acd": NOW - MINUTE},
    )
    assert list(cells(people)) == [
        *("long", "just", "types", "talks", "training", "holds", "rings", "lunch", "mute", "gone", "never"),
    ]


@pytest.mark.parametrize(
    ("ago", "text"),
    [(0, "0s"), (59_999, "59s"), (MINUTE, "1m"), (59 * MINUTE, "59m"), (47 * HOUR, "47h"), (2 * DAY, "2d")],
)
def test_how_long(ago: int, text: str) -> None:
    assert cells(People((person("li", "talking", ago),), {}))["li"]["time"] == text


def test_a_row_in_both_languages() -> None:
    people = People((person("li", "break", 61 * MINUTE, reason="午饭", opened=3),), {})
    row = cells(people)["li"]
    assert (row["name"], row["state"], row["time"], row["since"]) == ("Li", "on a break", "1h", "08:30")
    assert (row["open"], row["queues"], row["languages"], row["note"]) == (
        "3",
        "support billing",
        "中文",
        "午饭",
    )
    row = cells(people, language="zh_CN")["li"]
    assert (row["state"], row["work"], row["note"]) == ("小休", "3 项未结", "午饭")
    # Only a break has a reason; yesterday is said as such.
    row = cells(People((person("li", "talking", DAY, reason="午饭"),), {}))["li"]
    assert (row["note"], row["since"], row["open"]) == ("", "03-01 09:31", "—")


def test_what_a_silent_feed_said_is_no_fresh_state() -> None:
    """Heard last three minutes ago: available for twelve by then, and nobody knows what since."""
    feeds = (
        FeedState("acd", "acd", NOW - 3 * MINUTE, True),
        FeedState("acd again", "acd", NOW - 2 * MINUTE, True),
        FeedState("pbx", "pbx", NOW - SECOND, False),
    )
    people = People(
        (person("li", "available", 15 * MINUTE, source="acd"), person("sun", "available", MINUTE)),
        silent(feeds),
    )
    row = cells(people)["li"]
    assert (row["state"], row["time"], row["note"]) == ("available ?", "~  12m", "silent for 3m")
    assert cells(people)["sun"]["state"] == "available"
    assert list(cells(people)) == ["sun", "li"]
    # Not counted among the free ones.
    assert people.numbers() == {"available": 1, "unsure": 1}


def test_whom_no_feed_speaks_of() -> None:
    row = cells(People((person("li", source=""),), {}))["li"]
    assert (row["state"], row["time"], row["since"], row["note"]) == (
        *("not known", "", ""),
        "no feed speaks of them",
    )
    assert (
        cells(People((person("li", source=""),), {}), language="zh_CN", width=80)["li"]["note"] == "无数据源"
    )


def test_a_limit_of_the_floor_is_marked() -> None:
    def on_a_break(ago: int) -> People:
        since = NOW - ago
        clock = ("agent.break", since + 675 * SECOND, since + 900 * SECOND)
        return People((AgentView("li", "Li", "break", since, "午饭", (), (), 0, "pbx", *clock),), {})

    def at(ago: int, **how: object) -> tuple[str, str]:
        row = cells(on_a_break(ago), **how)["li"]  # type: ignore[arg-type]
        return row["time"], row["note"]

    assert at(674 * SECOND) == ("11m", "午饭")
    assert at(675 * SECOND) == ("!  11m", "break 15m · 午饭")
    assert at(901 * SECOND) == ("▲  15m", "break 15m · 午饭")
    assert at(901 * SECOND, marks=ASCII) == ("#  15m", "break 15m . 午饭")
    # A feed that fell silent says neither that it is over nor that it goes on.
    unsure = People(on_a_break(901 * SECOND).agents, {"pbx": NOW - MINUTE})
    row = cells(unsure)["li"]
    assert (row["time"], row["note"]) == ("~  14m", "silent for 1m · 午饭")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("", ["li", "chen", "wang"]),
        ("free", ["li", "chen"]),
        ("avail BILL", ["chen"]),
        ("en", ["wang"]),  # Chen doesn't begin with it
        ("call zh", ["wang"]),
        ("芳", ["wang"]),
        ("空闲", []),
        ("free nobody", []),
    ],
)
def test_finding_somebody(text: str, who: list[str]) -> None:
    agents = (
        AgentView("li", "Li Na", "available", NOW, "", ("support",), ("zh",), 0),
        AgentView("chen", "Wu Chen", "available", NOW, "", ("support", "billing"), ("zh",), 0),
        AgentView("wang", "王芳", "talking", NOW, "", ("billing",), ("zh", "English"), 0),
    )
    assert [agent.id for agent in found(load("en"), agents, text)] == who


def test_the_head_counts_each_state() -> None:
    states = ("available", "talking", "talking", "holding", "ringing", "break", "training", "")
    people = People(tuple(person(f"p{n}", state, MINUTE) for n, state in enumerate(states)), {})

    def said(width: int, language: str = "en") -> list[str]:
        return [part.text for part in head(load(language), people, width)]  # type: ignore[arg-type]

    assert said(200) == [
        *(
            "available 1",
            "ringing 1",
            "on a call 2",
            "holding 1",
            "on a break 1",
            "training 1",
            "not known 1",
        ),
    ]
    assert said(40) == ["free 1", "busy 4", "break 1", "training 1", "unknown 1"]
    assert said(80, "zh_CN")[:3] == ["空闲 1", "振铃 1", "通话 2"]
    # That nobody is free is worth saying.
    assert [part.text for part in head(load("en"), People((), {}), 200)] == ["available 0"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_titles_and_states_have_room(language: str) -> None:
    say = load(language)  # type: ignore[arg-type]
    states = ("available", "ringing", "talking", "holding", "wrap-up", "break", "offline")
    longest = max(cell_width(say.word("agent", state)) for state in states)
    for width in (60, 80, 99, 100, 200):
        made = {column.key: column for column in columns(say, width, phone=False)}
        assert all(cell_width(column.title) <= column.width for column in made.values())
        assert made["state"].width >= longest


def test_who_has_too_much_to_do_is_marked_with_its_word() -> None:
    """By the settings: too much open work, or too many calls at once; the head counts both."""
    much = person("li", "talking", MINUTE, opened=12)
    people = People(
        (
            replace(much, overload="open"),
            replace(much, id="sun", name="Sun", open=2, calls=2, overload="calls"),
            person("chen", "talking", MINUTE, opened=11),
            replace(person("ma"), open=40, overload="open"),
        ),
        {},
    )
    made = cells(people)
    assert [(made[name]["open"], made[name]["note"]) for name in ("li", "sun", "chen")] == [
        *(("! 12", "overloaded"), ("! 2", "2 calls at once"), ("11", "")),
    ]
    assert made["ma"]["note"] == "overloaded · no feed speaks of them"
    assert cells(people, language="zh_CN")["sun"]["note"] == "同时 2 通"
    assert [part.text for part in head(load("en"), people, 200)][-1] == "overloaded 3"
    assert cells(people)["li"]["work"] == "! 12 open"


def test_what_is_to_be_done_with_somebody_again_and_what_they_are_marked_as() -> None:
    """Late by nine days, due in five, not yet of interest."""
    one = Owed("agent.break", NOW - 40 * DAY, NOW - 16 * DAY, NOW - 9 * DAY)
    people = People(
        (
            replace(person("late", "available", MINUTE), owed=(one,), marks=frozenset({"new"})),
            replace(person("soon", "available", 2 * MINUTE), owed=(replace(one, due=NOW + 5 * DAY),)),
            replace(
                person("far", "break", MINUTE, reason="午饭"),
                owed=(replace(one, warn=NOW + DAY, due=NOW + 9 * DAY),),
                marks=frozenset({"complained", "sworn in"}),
            ),
        ),
        {},
    )
    made = cells(people)
    assert [made[name]["note"] for name in ("late", "soon", "far")] == [
        *("▲ +9d break 15m · new", "! 5d break 15m", "午饭 · complained about"),
    ]
    assert cells(people, language="zh_CN")["late"]["note"] == "▲ +9d 小休15分 · 新人"
    away = People((replace(person("away"), owed=(one,)),), {})
    told = cells(away)["away"]["note"]
    assert told.startswith("▲ +9d break 15m · no feed"), "what is red is not what a narrow column cuts"
    assert [agent.id for agent in found(load("en"), people.agents, "complained")] == ["far"]
    # The head counts those who are late, and their word finds them.
    assert [part.text for part in head(load("en"), people, 200, NOW)][-1] == "overdue 1"
    assert [agent.id for agent in found(load("zh_CN"), people.agents, "逾期", NOW)] == ["late"]
