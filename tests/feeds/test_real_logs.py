"""The shipped mappings against real logs: what the events say must be what the columns say, row by row.

The columns are read here on their own, by the standard library; durations and verdicts are the sources'.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.domain.event import Event
from console.domain.instants import DAY, HOUR, MINUTE, SECOND, Millis, parse_rfc3339, to_millis
from console.feeds.csv_map import read_csv
from console.feeds.mapping import load_mapping

BANK = "calls_anonbank_1999-02-01_14.csv.gz"
BOSTON = "tickets_boston311_2011-07.csv.gz"
SERVICENOW = "tickets_servicenow_opened_2016-03-01_15.csv.gz"
FLIGHTS = "appts_flights_2013-01-01_07.csv.gz"

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def events_of(path: Path, mapping: Path) -> list[Event]:
    """All events of a log; a single reject fails."""
    loaded = load_mapping(mapping.read_text(encoding="utf-8"), base=mapping.parent)
    with path.open("rb") as stream:
        readings = list(read_csv(stream, loaded))
    rejects = [each for each in readings if not isinstance(each, Event)]
    assert rejects == []
    events = [each for each in readings if isinstance(each, Event)]
    assert len({each.name for each in events}) == len(events)
    return events


def by_subject(events: Iterable[Event]) -> dict[str, dict[str, Event]]:
    """The events of each item by type, for items that have one of a type."""
    found: dict[str, dict[str, Event]] = defaultdict(dict)
    for event in events:
        assert event.type not in found[event.subject]
        found[event.subject][event.type] = event
    return found


# --- A bank's calls


@pytest.fixture(scope="module")
def bank(shared_data: Path, fixtures: Path) -> tuple[list[Row], dict[str, dict[str, Event]]]:
    rows = [row for row in rows_of(shared_data / BANK) if row["outcome"] != "PHANTOM"]
    return rows, by_subject(events_of(shared_data / BANK, fixtures / "mappings" / "bank-calls.toml"))


def test_bank_counts(bank: tuple[list[Row], dict[str, dict[str, Event]]]) -> None:
    rows, calls = bank
    outcomes = Counter(row["outcome"] for row in rows)
    types = Counter(type_ for call in calls.values() for type_ in call)
    assert (len(calls), types["call.offered"]) == (17_313, 17_313)
    assert types["call.answered"] == types["call.ended"] == outcomes["AGENT"] == 14_405
    assert types["call.abandoned"] == outcomes["HANG"] == 2_908


def test_bank_every_wait_is_the_source_s(bank: tuple[list[Row], dict[str, dict[str, Event]]]) -> None:
    """The log's own q_time, row by row; so the shares over 15, 18 and 60 s agree as well."""
    rows, calls = bank
    over: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        call = calls[f"call/{row['vru+line']}-{row['call_id']}"]
        type_ = "call.answered" if row["outcome"] == "AGENT" else "call.abandoned"
        wait = call[type_].time - call["call.offered"].time
        assert wait == int(row["q_time"]) * SECOND, row
        for limit in (15, 18, 60):
            counts = over[type_, limit]
            counts[0] += wait > limit * SECOND
            counts[1] += int(row["q_time"]) > limit
    assert all(by_event == by_column > 0 for by_event, by_column in over.values())
    assert len(over) == 6


def test_bank_talks_are_the_source_s_to_a_few_seconds(
    bank: tuple[list[Row], dict[str, dict[str, Event]]],
) -> None:
    """Talk begins where the wait ends, seconds beside ser_start; no call ends before it was answered."""
    rows, calls = bank
    far = 0
    for row in rows:
        call = calls[f"call/{row['vru+line']}-{row['call_id']}"]
        if row["outcome"] == "AGENT":
            talk = call["call.ended"].time - call["call.answered"].time
            assert 0 <= talk < 4 * HOUR
            far += abs(talk - int(row["ser_time"]) * SECOND) > 3 * SECOND
    assert far < 250


def test_bank_days_and_midnight(bank: tuple[list[Row], dict[str, dict[str, Event]]]) -> None:
    """Every call is offered within an hour of its entry in local time, those that cross midnight too."""
    rows, calls = bank
    zone = ZoneInfo("Asia/Jerusalem")
    crossing = 0
    for row in rows:
        entry = datetime.strptime(f"{row['date']} {row['vru_entry']}", "%y%m%d %H:%M:%S").replace(tzinfo=zone)
        call = calls[f"call/{row['vru+line']}-{row['call_id']}"]
        assert -2 * MINUTE < call["call.offered"].time - to_millis(entry) < HOUR
        last = max(each.time for each in call.values())
        crossing += datetime.fromtimestamp(last / SECOND, zone).date() != entry.date()
    assert crossing > 3


def test_bank_people(bank: tuple[list[Row], dict[str, dict[str, Event]]]) -> None:
    rows, calls = bank
    for row in rows:
        call = calls[f"call/{row['vru+line']}-{row['call_id']}"]
        known = None if row["customer_id"] == "0" else row["customer_id"]
        assert call["call.offered"].data.get("customer") == known
        if row["outcome"] == "AGENT":
            agent = None if row["server"] == "NO_SERVER" else row["server"]
            assert call["call.answered"].data.get("agent") == agent


# --- Boston's cases


def test_boston_late_is_the_city_s_own_verdict(shared_data: Path, fixtures: Path) -> None:
    """OVERDUE where closed after due, ONTIME where not; some late closures are blank, which is no verdict."""
    cases = by_subject(events_of(shared_data / BOSTON, fixtures / "mappings" / "boston-311.toml"))
    verdicts: Counter[tuple[str, str]] = Counter()
    rows = rows_of(shared_data / BOSTON)
    for row in rows:
        case = cases[f"ticket/{row['case_enquiry_id']}"]
        due = case["ticket.opened"].data.get("due")
        closed = case.get("ticket.closed")
        assert (closed is not None) == (row["case_status"] == "Closed")
        if due is None:
            said = "no due"
        elif closed is None:
            said = "open"
        else:
            said = "late" if closed.time > parse_rfc3339(due) else "kept"
        verdicts[said, row["ontime"]] += 1
    assert len(cases) == len(rows) == 9_854
    # An open case is judged as of the download, years later, when every one of them was overdue.
    assert verdicts == {
        ("kept", "ONTIME"): 6_293,
        ("late", "OVERDUE"): 1_198,
        ("late", ""): 20,
        ("no due", "ONTIME"): 1_697,
        ("open", "OVERDUE"): 645,
        ("open", ""): 1,
    }


# --- Flights


@pytest.fixture(scope="module")
def flights(fixtures: Path) -> tuple[list[Row], dict[str, list[Event]]]:
    """The flights may be shipped, so this part always runs."""
    path = fixtures / "data" / FLIGHTS
    jobs: dict[str, list[Event]] = defaultdict(list)
    for event in events_of(path, fixtures / "mappings" / "flights.toml"):
        jobs[event.subject].append(event)
    return rows_of(path), jobs


def job_of(row: Row, jobs: dict[str, list[Event]]) -> dict[str, Event]:
    name = f"job/{row['carrier']}{row['flight']}-{row['year']}{int(row['month']):02}{int(row['day']):02}"
    return {event.type: event for event in jobs[name]}


def test_flights_late_is_the_source_s_own_delay(flights: tuple[list[Row], dict[str, list[Event]]]) -> None:
    rows, jobs = flights
    judged = late = 0
    for row in rows:
        job = job_of(row, jobs)
        assert ("job.arrived" in job) == (row["arr_delay"] != "NA")
        if "job.arrived" in job:
            over = job["job.arrived"].time - parse_rfc3339(job["job.scheduled"].data["window_end"])
            assert over == int(row["arr_delay"]) * MINUTE
            judged += 1
            late += over > 0
    assert (len(rows), judged, late) == (6_099, 6_043, 2_615)


def test_flights_arrive_where_the_clock_says(flights: tuple[list[Row], dict[str, list[Event]]]) -> None:
    """arr_time, the local time at the destination, was not read for the events: zone and day must fit it."""
    rows, jobs = flights
    zones = {
        "MIA": "America/New_York",
        "ORD": "America/Chicago",
        "DEN": "America/Denver",
        "LAX": "America/Los_Angeles",
        "PHX": "America/Phoenix",
        "HNL": "Pacific/Honolulu",
        "SJU": "America/Puerto_Rico",
    }
    seen = set()
    for row in rows:
        job = job_of(row, jobs)
        if row["dest"] in zones and "job.arrived" in job:
            seen.add(row["dest"])
            local = datetime.fromtimestamp(job["job.arrived"].time / SECOND, ZoneInfo(zones[row["dest"]]))
            assert local.hour * 100 + local.minute == int(row["arr_time"]) % 2400, row
    assert seen == set(zones)


def test_flights_take_as_long_as_flights_take(flights: tuple[list[Row], dict[str, list[Event]]]) -> None:
    rows, jobs = flights
    for row in rows:
        job = job_of(row, jobs)
        if "job.arrived" in job:
            elapsed = job["job.arrived"].time - job["job.departed"].time
            assert 0 < elapsed - int(row["air_time"]) * MINUTE < 4 * HOUR, row


def test_flights_cancelled_are_over_before_their_promise(
    flights: tuple[list[Row], dict[str, list[Event]]],
) -> None:
    rows, jobs = flights
    cancelled = [job_of(row, jobs) for row in rows if row["dep_time"] == "NA"]
    assert len(cancelled) == 35
    for job in cancelled:
        assert set(job) == {"job.scheduled", "item.closed"}
        assert job["item.closed"].time < parse_rfc3339(job["job.scheduled"].data["window_end"])


def test_flights_are_those_of_the_shared_data(shared_data: Path, fixtures: Path) -> None:
    for name in (FLIGHTS, "airports_tz.csv.gz"):
        assert (fixtures / "data" / name).read_bytes() == (shared_data / name).read_bytes()


# --- ServiceNow's incidents


@pytest.fixture(scope="module")
def incidents(shared_data: Path, fixtures: Path) -> tuple[list[Row], list[Event]]:
    rows = rows_of(shared_data / SERVICENOW)
    return rows, events_of(shared_data / SERVICENOW, fixtures / "mappings" / "servicenow.toml")


def minute(text: str) -> Millis:
    """A time of the log, taken for UTC."""
    return to_millis(datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC))


def test_servicenow_counts_follow_the_states(incidents: tuple[list[Row], list[Event]]) -> None:
    rows, events = incidents
    expected: Counter[str] = Counter()
    last: dict[str, Row] = {}
    state: dict[str, str] = {}
    for row in rows:
        number, now = row["number"], row["incident_state"]
        before = state.get(number, "")
        over = {"Resolved", "Closed"}
        expected["ticket.opened"] += number not in last
        expected["ticket.closed"] += now == "Closed" != before
        expected["ticket.resolved"] += now == "Resolved" and before not in over
        expected["ticket.reopened"] += before in over and now not in over
        expected["ticket.waiting"] += now.startswith("Awaiting") and not before.startswith("Awaiting")
        expected["ticket.resumed"] += before.startswith("Awaiting") and now in {"New", "Active"}
        known = last.setdefault(number, {"assigned_to": "?", "assignment_group": "?"})
        changed = [name for name in known if row[name] not in {"?", known[name]}]
        known.update({name: row[name] for name in changed})
        expected["ticket.assigned"] += bool(changed)
        state[number] = now
    assert Counter(event.type for event in events) == expected
    assert (len(rows), expected["ticket.opened"]) == (32_277, 4_565)


def test_servicenow_never_looks_ahead(incidents: tuple[list[Row], list[Event]], fixtures: Path) -> None:
    """Each event comes from its row's own moment, and the columns with final values are not read at all."""
    rows, events = incidents
    updated = {f"{row['number']}-{row['sys_mod_count']}": minute(row["sys_updated_at"]) for row in rows}
    for event in events:
        moment = updated[event.id.partition("/")[0]]
        assert event.time <= moment
        assert event.time == moment or event.type == "ticket.opened"
    path = fixtures / "mappings" / "servicenow.toml"
    columns = load_mapping(path.read_text(encoding="utf-8"), base=path.parent).columns
    assert not columns & {"resolved_at", "closed_at", "closed_code", "resolved_by", "made_sla", "active"}


def test_servicenow_the_first_rows_say_the_same_when_the_rest_is_missing(
    incidents: tuple[list[Row], list[Event]], shared_data: Path, fixtures: Path, tmp_path: Path
) -> None:
    """A replay that stops halfway has told exactly what the whole one had told by then."""
    _, events = incidents
    with gzip.open(shared_data / SERVICENOW, "rb") as file:
        head = [next(file) for _ in range(5_001)]
    part = tmp_path / "part.csv"
    part.write_bytes(b"".join(head))
    told = events_of(part, fixtures / "mappings" / "servicenow.toml")
    assert len(told) > 1_000
    assert told == events[: len(told)]


def test_servicenow_opens_no_more_than_a_month_back(incidents: tuple[list[Row], list[Event]]) -> None:
    rows, events = incidents
    opened = {row["number"]: minute(row["opened_at"]) for row in rows}
    for event in events:
        if event.type == "ticket.opened":
            assert event.time == opened[event.subject.removeprefix("ticket/")]
            assert minute("1/3/2016 00:00") <= event.time < minute("1/3/2016 00:00") + 15 * DAY
