"""`/metrics` as a reader of OpenMetrics has it, and what must not be in it."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.feeds.http.http_floor import BATCH, BEARER, STRUCTURED, Floor, event, floor, request


async def scraped(here: Floor) -> tuple[str, dict[str, float]]:
    reply = await here.say(request("/metrics", {}, method="GET"))
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    samples = {}
    for family in text_string_to_metric_families(reply.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            samples[f"{sample.name}{{{labels}}}"] = sample.value
    return reply.text, samples


async def test_the_figures_are_right_and_nobody_is_named(tmp_path: Path) -> None:
    async with floor(tmp_path) as here:
        queue = 'a "b" \\ c'
        call = event(
            "c1", type="call.offered", subject="call/c1", data={"queue": queue, "customer": "13800001111"}
        )
        answered = event(
            "c2",
            type="call.answered",
            subject="call/c1",
            time="2026-03-02T09:00:10+08:00",
            data={"agent": "li-na"},
        )
        ended = event("c3", type="call.ended", subject="call/c1", time="2026-03-02T09:00:20+08:00", data={})
        ticket = event(data={"queue": "support", "name": "王小明", "agent": "li-na"})
        sent = [call, answered, ended, ticket, ticket, event("bad", type="x")]
        assert (await here.post("/events/crm", BATCH, sent)).counts == (6, 4, 1, 1)
        assert (await here.post("/events/crm", STRUCTURED, b"{")).status == 400
        assert (await here.post("/events/crm", {}, b"{}")).status == 401
        assert (await here.post("/nowhere", BEARER, b"{}")).status == 404
        text, samples = await scraped(here)
        told = {name: samples[name] for name in samples if "age" not in name}
        assert (
            told.pop("rings_items{place=breached}")
            + told.pop("rings_items{place=at_risk}")
            + told.pop("rings_items{place=fine}")
            == 1
        )
        assert told == {
            "rings_items_by_kind{kind=ticket}": 1,
            "rings_feed_up{feed=crm}": 1,
            "rings_http_events_total{outcome=appended,source=crm}": 4,
            "rings_http_events_total{outcome=duplicate,source=crm}": 1,
            "rings_http_events_total{outcome=rejected,source=crm}": 2,
            "rings_http_requests_total{source=,status=404}": 1,
            "rings_http_requests_total{source=crm,status=202}": 1,
            "rings_http_requests_total{source=crm,status=400}": 1,
            "rings_http_requests_total{source=crm,status=401}": 1,
            "rings_http_connections{}": 1,
        }
        for name in ("13800001111", "王小明", "li-na", "c1"):
            assert name not in text
        head = await here.connect()
        head[1].write(request("/metrics", {}, method="HEAD") + request("/metrics", {}, method="GET"))
        assert (await head[0].readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert (await head[0].readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        head[1].close()


async def test_who_does_not_want_it_has_none(tmp_path: Path) -> None:
    async with floor(tmp_path, metrics=False) as here:
        assert (await here.say(request("/metrics", {}, method="GET"))).status == 404
