"""Recordings told again: rounds keep order and distance, and what belongs together stays together."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from console.domain.event import Event
from console.domain.instants import MINUTE, SECOND, Millis, format_utc, parse_rfc3339
from console.domain.site import parse_site
from console.feeds.floor import Floor, FloorError, floor_of_file, load_floor
from console.feeds.rounds import Line, Telling

NOW: Millis = parse_rfc3339("2026-11-23T09:31:07+08:00")
RECORDED: Millis = parse_rfc3339("2020-01-01T00:00:00Z")


def line(at: Millis, kind: str, subject: str, **data: object) -> Line:
    event = Event(
        source="pbx", id=f"{subject}:{kind}", type=kind, subject=subject, time=RECORDED + at, data=data
    )
    return Line(at, RECORDED, event)


RING = [
    line(0, "call.offered", "call/1", **{"from": "13800001111", "name": "王小明"}),
    line(5_000, "call.ringing", "call/1", agent="PJSIP/1001"),
    line(5_000, "agent.state", "agent/PJSIP/1001", state="ringing", name="Li Na"),
    line(
        9_000,
        "callback.requested",
        "callback/1",
        call="call/1",
        case="K-7",
        due=format_utc(RECORDED + MINUTE),
    ),
]


def told(telling: Telling, count: int) -> list[Event]:
    readings = itertools.islice(telling.rounds(RING, NOW), count)
    return [reading for _, reading in readings if isinstance(reading, Event)]


def test_one_round_only_moves() -> None:
    events = told(Telling(), 99)
    assert [event.time - NOW for event in events] == [0, 5_000, 5_000, 9_000]
    assert [event.subject for event in events] == [str(each.reading.subject) for each in RING]  # type: ignore[union-attr]
    assert events[3].data["due"] == format_utc(NOW + MINUTE)


def test_rounds_overlap_in_order_with_ids_of_their_own() -> None:
    events = told(Telling(every=4 * SECOND), 400)
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert len({(event.source, event.id) for event in events}) == 400
    by_round = [event for event in events if event.id.endswith("~7")]
    assert [event.time - NOW - 28_000 for event in by_round] == [0, 5_000, 5_000, 9_000]
    callback = by_round[3]
    assert (callback.subject, callback.data["call"], callback.data["case"]) == (
        "callback/1~7",
        "call/1~7",
        "K-7~7",
    )
    assert callback.data["due"] == format_utc(NOW + 28_000 + MINUTE)
    assert by_round[2].subject == "agent/PJSIP/1001"


def test_callers_come_again_after_their_cohort() -> None:
    numbers = [
        event.data["from"] for event in told(Telling(every=MINUTE, cohorts=3), 28) if "from" in event.data
    ]
    assert numbers[0] == "13800001111"
    assert len(set(numbers)) == 3
    assert numbers[:4] == numbers[3:]
    assert {len(str(number)) for number in numbers} == {11}
    names = [
        event.data.get("name") for event in told(Telling(every=MINUTE, cohorts=3), 8) if "from" in event.data
    ]
    assert names == ["王小明", None]


def test_somebody_else_stands_in() -> None:
    events = told(Telling(every=MINUTE, mark="b", agents={"PJSIP/1001": "PJSIP/1101"}), 4)
    assert events[1].data["agent"] == "PJSIP/1101"
    assert events[2].subject == "agent/PJSIP/1101"
    assert "name" not in events[2].data
    assert events[0].subject == "call/1~b0"


def first_hour(floor: Floor) -> list[Event]:
    readings = itertools.takewhile(
        lambda reading: not isinstance(reading, Event) or reading.time < NOW + 60 * MINUTE, floor.readings()
    )
    return [reading for reading in readings if isinstance(reading, Event)]


def test_the_shipped_floor_is_alive(fixtures: Path) -> None:
    floor = load_floor(fixtures / "floors" / "floor.toml", now=NOW)
    site = parse_site(floor.site_text)
    assert floor.pack_text == "", "the floor has the standard norms"
    assert floor.origin == NOW
    assert {feed.name for feed in floor.feeds} == {"asterisk", "field"}
    events = first_hour(floor)
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert len({(event.source, event.id) for event in events}) == len(events)
    every_quarter = {
        (event.type, (event.time - NOW) // (15 * MINUTE)) for event in events if event.time >= NOW
    }
    for kind in ("call.ringing", "call.held", "call.abandoned", "call.ended"):
        assert all((kind, quarter) in every_quarter for quarter in range(4)), kind
    assert {"job.scheduled", "job.departed", "job.arrived"} <= {kind for kind, _ in every_quarter}
    people = {str(event.data["agent"]) for event in events if event.kind == "call" and "agent" in event.data}
    assert people <= set(site.agent_aliases)


def test_a_file_keeps_its_own_times(fixtures: Path, tmp_path: Path) -> None:
    floor = floor_of_file(fixtures / "recordings" / "a-answered.ami", now=NOW)
    events = [reading for reading in floor.readings() if isinstance(reading, Event)]
    assert floor.origin == events[0].time == min(event.time for event in events)
    assert ("asterisk", "asterisk/pbx1") in {(feed.name, feed.source) for feed in floor.feeds}

    flights = fixtures / "floors" / "flights-2013-01-02.csv"
    with pytest.raises(FloorError, match="mapping"):
        floor_of_file(flights, now=NOW)
    floor = floor_of_file(flights, now=NOW, map_path=fixtures / "mappings" / "flights.toml")
    assert sum(1 for _ in floor.readings()) > 300

    empty = tmp_path / "day.ndjson"
    empty.write_bytes(b"")
    assert floor_of_file(empty, now=NOW).origin == NOW
    with pytest.raises(FloorError, match="what is it"):
        floor_of_file(tmp_path / "day.xlsx", now=NOW)
    with pytest.raises(FloorError, match="No such file"):
        floor_of_file(tmp_path / "gone.ndjson", now=NOW)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "source: is missing"),
        ('[[source]]\nfeed = "a"\nsource = "b"\n', "source.1.play: there is nothing"),
        ('[[source]]\nfeed = "a"\nsource = "b"\nevery = "soon"\n', "source.1.every: 'soon' is no length"),
        ('[[source]]\nfeed = "a"\nsource = "b"\nevery = "0s"\n', "source.1.every: must be longer"),
        ('[[source]]\nfeed = "a"\nsauce = "b"\n', "source.1.source: is missing"),
        ('site = "nowhere.toml"\n', "nowhere.toml: No such file"),
        ("=", "floor.toml: "),
    ],
)
def test_a_bad_manifest_is_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "floor.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FloorError) as caught:
        load_floor(path, now=NOW)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)
