"""Whatever a feed puts into its events' data, everything that reads them goes on."""

from __future__ import annotations

import pytest

from console.domain.instants import DAY
from console.service import card, claims, explain, field_jobs, first_visits, inspecting, report, sampling
from console.service.scheduling import Scheduler
from tests.depth import deep
from tests.domain.story import START, at, event
from tests.domain.vocabulary import history
from tests.store.workbench import ingest, made, settle

BLOCKS = range(2)
WALKS = deep(12)
AGENTS = ("li", "wang", "zhao")


@pytest.mark.parametrize("block", BLOCKS)
def test_no_data_stops_a_reader(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed, wild=0.2)
        now = max(event.time for event in events) + 10_000
        store = made()
        ingest(store, events, now)
        settle(store, now)
        names = store.item_ids("", 1000)
        for agent in AGENTS:
            card.card(store, agent, "li", now)
        field_jobs.field_jobs(store, names, now, {})
        first_visits.first_visits(store, START - DAY, now)
        report.shift_report(store, START - DAY, now, {})
        sampling.month_to_date(store, now)
        list(sampling.months_judged(store, now + 40 * DAY))
        for name in ("", *names):
            inspecting.checks(store, now, name)
            explain.explain(store, name, now)
        for checklist in store.rulebook().at(now).checklists.all:
            for place in ("*", "north", "job/1", "agent/li"):
                inspecting.on_record(store, checklist, place, START - DAY)
        claims.claims_on(store, names, now)
        Scheduler().make(store, now)
        Scheduler().make(store, now + 2 * DAY)


@pytest.mark.parametrize("norm", [["x"], {"x": 1}, 3, None, True, "x" * 5_000])
def test_a_card_is_shown_whatever_a_record_calls_its_norm(norm: object) -> None:
    store = made()
    ingest(store, [event(0, "agent.observed", "agent/li", norm=norm, failed=["late"])], at(1))
    shown = card.card(store, "li", "li", at(10))
    assert shown is not None
    assert [finding.text for finding in shown.findings] == ["late"]
