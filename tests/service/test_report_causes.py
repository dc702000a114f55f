"""Why something broke, as a report has it long after."""

from __future__ import annotations

from console.service.report import Line, shift_report
from console.service.verdicts import verdicts
from tests.domain.story import PACK_TEXT, at, story
from tests.store.workbench import ingest, made, settle

MISSED = "call.missed.call-back"


def test_work_of_a_norm_that_is_in_force_no_more_was_made_by_it_all_the_same() -> None:
    """Missed at 10 s, not called back within half an hour; the norm that asked for it goes after an hour."""
    store = made()
    ingest(store, story("call/1", (0, "offered", {"from": "13800000042"}), (10, "abandoned")), at(10))
    head, *norms = PACK_TEXT.split("[[norm]]")
    store.put_site(
        "norms", "[[norm]]".join([head, *(one for one in norms if MISSED not in one)]), at(3600), 0
    )
    settle(store, at(7200))
    counted = verdicts(store, at(7200))
    assert (counted[MISSED].broken, counted["callback.due"].broken) == (1, 1)
    report = shift_report(store, at(0), at(7200), {})
    assert report.broken == 1
    assert report.causes == (Line(f"made_by:{MISSED}", 1),)
    assert [line.key for line in report.norms if line.broken] == ["call.missed.call-back", "callback.due"]
    assert [line.broken for line in report.dimensions] == [1]
