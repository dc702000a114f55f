"""What the light commands keep a copy of, so as not to load the engine, is what the engine says."""

from __future__ import annotations

from console.bootstrap import standard_pack
from console.cli import status
from console.clock import FloorClock
from console.domain.fold import site_midnight
from console.domain.instants import format_utc, parse_rfc3339
from console.domain.pack_file import parse_pack
from console.domain.rules import Rules
from console.domain.site import Site
from console.service.glance import SILENCE
from console.store import glance
from console.store.moments import midnight_of, utc


def test_silence() -> None:
    assert glance.SILENCE_MS == SILENCE


def test_moments() -> None:
    for text in ("2026-03-02T01:00:00.007Z", "1999-12-31T23:59:59.999Z"):
        assert utc(parse_rfc3339(text)) == format_utc(parse_rfc3339(text)) == text


def test_a_replayed_floors_time() -> None:
    clock = FloorClock(began=1_000, origin=500_000, speed=1.0)
    # Within the moment that passes between the two readings of this machine's clock.
    assert abs(status._now(str(clock)) - clock.now()) < 5_000


def test_midnight_on_both_daylight_saving_nights() -> None:
    for zone in ("America/New_York", "Asia/Shanghai", "Asia/Kolkata"):
        rules = Rules(parse_pack(standard_pack()), Site(zone=zone))
        for text in (
            "2026-03-08T06:30:00Z",
            "2026-03-08T20:00:00Z",
            "2026-11-01T05:30:00Z",
            "2026-11-01T20:00:00Z",
        ):
            now = parse_rfc3339(text)
            assert midnight_of(now, zone) == site_midnight(rules, now), (zone, text)
