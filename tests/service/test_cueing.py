"""Cue cards: a card for every situation of the sources, and the right one first beside an item."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.bootstrap import standard_cues, standard_phrases
from console.domain.clock import ClockRow
from console.domain.cue_deck import Deck, parse_cues
from console.domain.cues import Card, Fit, Scene, fitting
from console.domain.event import Event
from console.domain.pack import Pack
from console.domain.rules import Rules
from console.domain.site import Site
from console.domain.tables import TableError
from console.phrases import compile_phrases
from console.service.cueing import cards_for
from console.service.model import Entry, ItemView, QueueRow

SITUATIONS = {
    "opening": "pickup outgoing incoming-steps who-is-calling late",
    "line": "silent faint noise dialect customer-hears-badly not-caught language-hard",
    "waiting": "ask-first music impatient check-in back over-a-minute technical called-slow",
    "content": (
        "long-information wrong-number system-down fault instead-of-referral dropped suggestion agreeing "
        "asking promise refusing asking-leave customer-apologises customer-thanks unknown-matter own-error "
        "complaint-apology wish-unmet secret upset"
    ),
    "closing": "understood anything-else stays-on follow-up",
    "face": ("not-heard leaving-for-a-phone training-desk leaving-a-site cannot-see-off parcel"),
    "voices": "welcome answer thanks apology farewell basic-words",
}
"""The situations that the sources have words for, by group."""


@pytest.fixture(scope="module")
def cards() -> dict[str, Card]:
    return {card.id: card for card in parse_cues(standard_cues())}


def test_every_situation_has_a_card_in_both_languages(cards: dict[str, Card]) -> None:
    wanted = {f"{group}.{name}" for group, names in SITUATIONS.items() for name in names.split()}
    assert len(wanted) == 56
    assert wanted <= set(cards)
    for card in cards.values():
        for texts in (card.title, card.say, *(step.say for step in card.steps)):
            assert texts["zh"]
            assert texts["en"]
        assert set(card.must) in ({"zh", "en"}, set())
        assert card.norms
        assert card.keywords


def test_no_card_says_what_is_forbidden(cards: dict[str, Card]) -> None:
    phrases = compile_phrases(standard_phrases())
    for card in cards.values():
        for texts in (card.say, *(step.say for step in card.steps)):
            for text in texts.values():
                hits, _ = phrases.scan("", text)
                assert [hit for hit in hits if phrases.sets[hit.set].level == "alert"] == [], card.id


def test_the_silent_line_is_three_tries_of_three_seconds(cards: dict[str, Card]) -> None:
    assert [step.wait for step in cards["line.silent"].steps] == [3, 3, 3]
    assert cards["closing.stays-on"].steps[-1].wait == 5
    assert [step.wait for step in cards["waiting.check-in"].steps] == [30]


# --- which card fits ------------------------------------------------------------------------------------

RULES = Rules(Pack(()), Site(), compile_phrases(standard_phrases()), Deck(standard_cues()))
ROW = QueueRow(
    id="call/1", kind="call", band=2, severity=1, at=0, norm="", clock="", warn=None, due=None, paused=None,
    customer="+8613800000001", name="", queue="support", owner="li", asked=None, state="talking", opened=0,
    since=0, tries=0, level="", snoozed=None, acknowledged=False, promises=1, hand=0, mine=False,
    source="pbx",
)  # fmt: skip


def view(
    *events: tuple[str, dict[str, object]], clocks: tuple[ClockRow, ...] = (), **row: object
) -> ItemView:
    """An item with these events, a second apart."""
    entries = [
        Entry(Event(source="pbx", id=str(n), type=kind, subject="call/1", time=n * 1000, data=data))
        for n, (kind, data) in enumerate(events)
    ]
    return ItemView(ROW._replace(**row), None, False, "", tuple(entries), clocks, {})  # type: ignore[arg-type]


def clock(norm: str, due: int, stopped: int | None = None) -> ClockRow:
    return ClockRow("call/1", norm, 1, f"{norm}@pbx/1", 1, 0, due * 3 // 4, due, stopped)


def best(item: ItemView, seconds: float) -> str:
    """The card that the pane would show."""
    return cards_for(item, RULES, int(seconds * 1000))[0].id


OFFERED = ("call.offered", {"direction": "in"})


def test_the_card_follows_the_call() -> None:
    assert best(view(OFFERED, state="ringing"), 3) == "opening.pickup"
    talking = view(OFFERED, ("call.answered", {}))
    assert best(talking, 5) == "opening.pickup"
    held = view(OFFERED, ("call.answered", {}), ("call.held", {}), state="held", since=2000)
    assert best(held, 5) == "waiting.music"
    assert best(held, 40) == "waiting.back"
    on_hold = clock("call.hold.one-minute", 62_000)
    assert best(replace(held, clocks=(on_hold,)), 63) == "waiting.over-a-minute"
    resumed = view(OFFERED, ("call.answered", {}), ("call.held", {}), ("call.resumed", {}), since=3000)
    assert best(resumed, 40) == "waiting.back"


def test_a_late_pickup_begins_with_an_apology_and_only_for_a_minute() -> None:
    late = view(OFFERED, ("call.answered", {}), clocks=(clock("call.pickup.three-rings", 15_000, 20_000),))
    assert best(replace(late, row=late.row._replace(since=20_000)), 25) == "opening.late"
    assert best(replace(late, row=late.row._replace(since=20_000)), 141) != "opening.late"
    kept = view(OFFERED, ("call.answered", {}), clocks=(clock("call.pickup.three-rings", 15_000, 9_000),))
    assert best(kept, 10) == "opening.pickup"


@pytest.mark.parametrize(
    ("reason", "card"),
    [
        (None, "line.faint"),
        ("faint", "line.faint"),
        ("noise", "line.noise"),
        ("dialect", "line.dialect"),
        ("quiet", "line.customer-hears-badly"),
        ("language", "line.language-hard"),
    ],
)
def test_each_trouble_of_the_line_has_its_own(reason: str | None, card: str) -> None:
    data: dict[str, object] = {"reason": reason} if reason else {}
    assert best(view(OFFERED, ("call.answered", {}), ("call.inaudible", data)), 30) == card
    assert best(view(OFFERED, ("call.answered", {}), ("call.silent", {})), 30) == "line.silent"


@pytest.mark.parametrize(
    ("who", "text", "card"),
    [
        ("customer", "好的，谢谢你", "content.customer-thanks"),
        ("customer", "我建議你們改一改", "content.suggestion"),
        ("customer", "怎么这么慢啊", "waiting.called-slow"),
        ("customer", "打错了", "content.wrong-number"),
        ("customer", "你们什么态度", "content.upset"),
        ("customer", "I want to complain", "content.complaint-apology"),
        ("agent", "您与深圳服务部联系吧", "content.instead-of-referral"),
        ("agent", "这个我不知道", "content.unknown-matter"),
        ("agent", "没办法", "content.refusing"),
    ],
)
def test_what_was_said_just_now_counts_most(who: str, text: str, card: str) -> None:
    said = ("call.said", {"who": who, "text": text})
    assert best(view(OFFERED, ("call.answered", {}), said), 60) == card


def test_what_was_said_a_turn_ago_counts_no_more() -> None:
    said = [
        ("call.said", {"who": "customer", "text": "谢谢"}),
        ("call.said", {"who": "agent", "text": "不客气"}),
        ("call.said", {"who": "customer", "text": "那再见"}),
    ]
    assert best(view(OFFERED, ("call.answered", {}), *said), 60) != "content.customer-thanks"


def test_a_silent_line_stays_one_until_the_customer_speaks() -> None:
    silent = [OFFERED, ("call.answered", {}), ("call.silent", {})]
    prompt = ("call.said", {"who": "agent", "text": "您好，请问有什么可以帮您？"})
    assert best(view(*silent, prompt), 30) == "line.silent"
    answer = ("call.said", {"who": "customer", "text": "听到了"})
    assert best(view(*silent, prompt, answer), 30) != "line.silent"


def test_other_kinds_have_their_own() -> None:
    overdue = view(
        ("callback.requested", {"reason": "call.missed.call-back"}),
        kind="callback",
        state="requested",
        clocks=(clock("callback.due", 60_000),),
    )
    assert best(overdue, 30) == "content.missed-call"
    assert best(overdue, 61) == "content.overdue-callback"
    complaint = view(("ticket.opened", {"type": "complaint"}), kind="ticket", state="opened")
    assert best(complaint, 5) == "content.complaint-apology"
    assert best(view(("repair.received", {}), kind="repair", state="received"), 5) == "face.parcel"
    assert best(view(("followup.selected", {}), kind="followup", state="selected"), 5) == "followup.ask"
    asked = view(("callback.requested", {"reason": "training.answers-later"}), kind="callback")
    assert best(asked, 5) == "training.answer"


def test_of_equals_the_first_in_the_deck_comes_first_and_what_does_not_fit_is_left_out() -> None:
    one, two = (Card(name, {}, {}, when=(Fit({"kind": "call"}),)) for name in ("one", "two"))
    three = Card("three", {}, {}, when=(Fit({"kind": "call", "state": "held"}),))
    other = Card("other", {}, {}, when=(Fit({"kind": "job"}),))
    scene = Scene({"kind": frozenset({"call"}), "state": frozenset({"held"})})
    assert [card.id for card in fitting((one, two, three, other), scene)] == ["three", "one", "two"]


def test_mistakes_are_named_with_their_lines() -> None:
    text = """
[[cue]]
id = "a"
title = { zh = "甲", en = "A" }
say = { zh = "您好，{hous}", en = "hello" }
when = [{ kind = "call", mood = "bad" }]
steps = [{ wait = -1, say = { zh = "一", en = "one" } }]

[[cue]]
id = "a"
title = { zh = "甲" }
say = { zh = "您好", en = "hello" }
when = [{ band = "breached" }]
"""
    with pytest.raises(TableError) as caught:
        parse_cues(text)
    assert [problem.line for problem in caught.value.problems] == [5, 6, 7, 10, 11, 13]
