"""A small ticket desk's CSV file and its mapping, for the tests of mapping files."""

from __future__ import annotations

import io
from pathlib import Path

from console.domain.event import Event, Reading, Rejected
from console.feeds.csv_map import read_csv
from console.feeds.mapping import Mapping, load_mapping

HERE = Path(__file__).parent

BASIC = """
source = "desk"
subject = "ticket/{id}"
zone = "Europe/Berlin"
[moment.opened]
text = "{opened}"
format = "%Y-%m-%d %H:%M"
[[event]]
type = "ticket.opened"
time = "opened"
data = { queue = "{queue}" }
"""
HEADER = b"id,opened,queue\n"


def mapped(data: bytes, mapping: str | Mapping = BASIC) -> list[Reading]:
    if isinstance(mapping, str):
        mapping = load_mapping(mapping, base=HERE)
    return list(read_csv(io.BytesIO(data), mapping))


def events(data: bytes, mapping: str | Mapping = BASIC) -> list[Event]:
    readings = mapped(data, mapping)
    assert all(isinstance(each, Event) for each in readings), readings
    return [each for each in readings if isinstance(each, Event)]


def rejects(data: bytes, mapping: str | Mapping = BASIC) -> list[tuple[int, str]]:
    return [(each.line, each.reason) for each in mapped(data, mapping) if isinstance(each, Rejected)]
