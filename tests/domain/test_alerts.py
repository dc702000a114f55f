"""Alert sense: a breach rings once, what was acknowledged is silent until its time-out, bursts fold."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.domain.alerts import Alert, Burst, Sense, folded, renewed, senses
from console.domain.event import Event
from tests.domain.story import at, hand, story
from tests.domain.story import folded as item_of

LASTS = 900_000
HELD = ((0, "offered"), (1, "answered"), (10, "held"))
CLOCK = "call.hold.one-minute@feed/hold"


def held(*more: Event, seconds: float) -> Any:
    events = story("call/1", *HELD)
    events[2] = Event(**{**_fields(events[2]), "id": "hold"})
    return item_of([*events, *more], "call/1", seconds)


def _fields(event: Event) -> dict[str, Any]:
    names = ("source", "id", "type", "subject", "time", "data", "sequence")
    return {name: getattr(event, name) for name in names}


def acknowledged(seconds: float) -> Event:
    return hand(seconds, "item.acknowledged", "call/1", clocks=[CLOCK])


def looks(*moments: float, events: tuple[Event, ...] = ()) -> tuple[list[float], Alert]:
    """When it rang, looked at at those seconds; and what is kept of it in the end."""
    known: dict[str, Alert] = {}
    rung = []
    for seconds in moments:
        item = held(*events, seconds=seconds)
        for alert in renewed(item, known, at(seconds), LASTS):
            known[alert.clock] = alert
            if alert.rung == at(seconds):
                rung.append(seconds)
    return rung, known[CLOCK]


def test_a_breach_rings_once_from_the_first_millisecond_on() -> None:
    rung, alert = looks(69, 70, 70.001, 71, 72, 600, 3000)
    assert rung == [70.001]
    assert (alert.acted, alert.ended) == (None, None)


def test_nothing_rings_after_acknowledge_until_its_time_out() -> None:
    rung, alert = looks(71, 80, 979, 980, 981, 2500, events=(acknowledged(80),))
    assert rung == [71, 980]
    assert (alert.acted, alert.by) == (at(80), "wang")


def test_what_was_acknowledged_before_it_broke_is_silent_until_the_time_out_too() -> None:
    rung, alert = looks(65, 71, 900, 965, 966, events=(acknowledged(65),))
    assert rung == [965]
    assert (alert.fired, alert.acted, alert.by) == (at(71), at(65), "wang")


def test_a_snooze_is_silence_until_it_ends() -> None:
    snooze = hand(75, "item.snoozed", "call/1", until="2026-03-02T01:05:00Z")
    assert looks(71, 76, 299, 300, 301, events=(snooze,))[0] == [71, 300]


def test_what_is_over_has_ended_and_rings_no_more() -> None:
    ended = story("call/1", (90, "ended"))
    rung, alert = looks(71, 91, 2000, events=tuple(ended))
    assert rung == [71]
    assert (alert.ended, alert.wake) == (at(91), None)


def test_what_broke_at_an_event_rings_at_once_and_never_again_once_acknowledged() -> None:
    call = story("call/1", (0, "answered"), (10, "held", {"consent": False}))
    name = f"call.hold.consent@{call[1].name}"
    acts = [hand(20, "item.acknowledged", "call/1", clocks=[name])]
    known: dict[str, Alert] = {}
    kept = []
    for seconds in (9.999, 10, 19, 20, 3000):
        for alert in renewed(item_of([*call, *acts], "call/1", seconds), known, at(seconds), LASTS):
            known[alert.clock] = alert
        kept.append((known[name].rung, known[name].ended) if name in known else None)
    rang = at(10)
    assert kept == [None, (rang, None), (rang, None), (rang, at(20)), (rang, at(20))]
    assert (known[name].acted, known[name].by) == (at(20), "wang")


def test_what_burns_anew_once_its_end_was_taken_back_has_rung_already() -> None:
    closed = hand(1900, "item.closed", "ticket/1", outcome="resolved")
    acts = [closed, hand(2000, "item.undone", "ticket/1", of=closed.name)]
    events = [*story("ticket/1", (0, "opened"), (10, "accepted")), *acts]
    known: dict[str, Alert] = {}
    kept = []
    for seconds in (1811, 1901, 2001):  # to be contacted by 1810
        for alert in renewed(item_of(events, "ticket/1", seconds), known, at(seconds), LASTS):
            known[alert.clock] = alert
        kept += [(alert.rung, alert.ended, alert.acted) for alert in known.values()]
    assert kept == [
        (at(1811), None, None),
        (at(1811), at(1901), at(1900)),
        (at(1811), None, at(1900)),
    ]


def test_it_looks_again_by_itself_when_the_silence_ends() -> None:
    _, alert = looks(71, 81, events=(acknowledged(80),))
    assert alert.wake == at(980)


def test_any_act_by_hand_since_it_fired_is_acted_on_and_one_before_is_not() -> None:
    note = hand(20, "item.noted", "call/1", text="waits")
    assert looks(71, events=(note,))[1].acted is None
    late = hand(85, "item.escalated", "call/1", level="lead")
    assert looks(71, 86, events=(late,))[1].acted == at(85)


def test_quiet_norms_never_ring() -> None:
    said = [("said", {"who": "agent", "text": "x" * 60, "duration_s": 1})] * 3
    lines = [(0, "offered"), (1, "answered"), *((n + 2, *one) for n, one in enumerate(said)), (60, "held")]
    item = item_of(story("call/1", *lines), "call/1", 61)  # type: ignore[arg-type]
    assert [alert.norm for alert in renewed(item, {}, at(61), LASTS)] == []


def test_a_burst_is_one_line_with_counts() -> None:
    alerts = [
        Alert(clock=f"{norm}@{n}", item=f"call/{n}", norm=norm, fired=0)
        for norm, times in (("call.pickup.three-rings", 3), ("call.hold.one-minute", 9))
        for n in range(times)
    ]
    assert folded(alerts) == Burst(12, (("call.hold.one-minute", 9), ("call.pickup.three-rings", 3)))
    assert folded(alerts[:1]).item == "call/0"


def test_each_norm_tells_fired_acted_on_and_ignored() -> None:
    def alert(n: int, **more: Any) -> Alert:
        return Alert(clock=f"c{n}", item=f"call/{n}", norm="call.wait", fired=at(0), **more)

    alerts = [alert(1, acted=at(5)), alert(2, ended=at(9)), alert(3), alert(4, acted=at(5), ended=at(6))]
    assert senses(alerts, at(10), LASTS) == {"call.wait": Sense(4, 2, 1)}
    assert senses(alerts, at(900), LASTS) == {"call.wait": Sense(4, 2, 2)}


@given(st.lists(st.floats(60, 5000), min_size=1, max_size=12), st.lists(st.floats(61, 4000), max_size=3))
def test_it_never_rings_twice_within_the_time_out_of_an_acknowledgement(
    moments: list[float], acts: list[float]
) -> None:
    rung, _ = looks(*sorted(moments), 5001, events=tuple(acknowledged(round(act, 3)) for act in acts))
    assert len(rung) <= 1 + len(acts)
    for act in acts:
        assert not [moment for moment in rung if round(act, 3) <= moment < round(act, 3) + 899.999]
